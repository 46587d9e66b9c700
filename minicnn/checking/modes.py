"""Training against inference: equal in expectation, and with running statistics that are used.

No gradient check sees these mistakes: each mode has the gradient of what it computes.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from minicnn.checking.findings import REMARK, WRONG, Finding
from minicnn.checking.subject import Subject, differ, largest_difference

__all__ = ["check_inference", "check_statistics"]

#: Draws of a random layer, whose mean is compared with inference.
DRAWS = 200


def check_inference(subject: Subject) -> Iterator[Finding]:
    """Inference is not random, and what training computes on average."""
    xs = subject.xs
    y, _ = subject.forward(subject.fresh(), xs, training=False)
    other, _ = subject.forward(subject.fresh(), xs, training=False, step=1)
    if differ(y, other):
        yield Finding(
            "inference", WRONG, "inference depends on the key: it is still random.",
            "active in inference", "training is not looked at",
        )  # fmt: skip
        return
    first, _ = subject.forward(subject.fresh(), xs, training=True)
    second, _ = subject.forward(subject.fresh(), xs, training=True, step=1)
    if differ(first, second):
        yield from _expectation(subject, xs, y)
    elif not first.any() and y.any():
        message = "training gives zeros, whatever the input: is that meant, as a rate of 1?"
        yield Finding("inference", REMARK, message)
    elif differ(first, y) and not subject.fresh().state and not _of_the_batch(subject):
        apart, where = largest_difference(first, y)
        yield Finding(
            "inference", WRONG,
            "training and inference give different outputs, with nothing random, no batch "
            "statistics and no state that could be the reason.",
            "modes differ", "", "y", where, apart, first.reshape(-1), y.reshape(-1),
        )  # fmt: skip


def _expectation(subject: Subject, xs: tuple[np.ndarray, ...], y: np.ndarray) -> Iterator[Finding]:
    """Compare the mean of many random outputs with that of inference."""
    ys = []
    for step in range(DRAWS):
        drawn, _ = subject.forward(subject.fresh(), xs, training=True, step=step)
        ys.append(drawn)
    mean, square = np.mean(ys, axis=0), float(np.sum(y * y)) or 1.0
    ratios = np.array([np.sum(one * y) for one in ys]) / square
    ratio, spread = float(ratios.mean()), float(ratios.std()) / np.sqrt(DRAWS)
    # Only a constant share is judged: a random flip has another mean, and is right.
    noise = np.std(ys, axis=0) / np.sqrt(DRAWS)
    proportional = np.mean(np.abs(mean - ratio * y) <= 4 * noise + 1e-9) > 0.98
    if not proportional or abs(ratio - 1) <= max(6 * spread, 1e-6):
        return
    drops = np.mean([(one == 0) & (y != 0) for one in ys]) > 0
    kept = 1 - float(np.mean([one == 0 for one in ys]))
    message = f"the mean of {DRAWS} outputs in training is {ratio:.3f} times that of inference"
    if not drops:
        yield Finding("inference", REMARK, f"{message}; both should usually be equal.")
        return
    why = f"{kept:.2f} of the numbers are kept"
    for factor, cause in (
        (kept, "1 / (1 - rate) is missing"),
        (1 / kept, "scaled twice, or once more in inference"),
    ):
        if abs(ratio / factor - 1) < 0.05:
            why = f"{why}: {cause}?"
    yield Finding(
        "inference", WRONG, f"{message}; of what drops values at random, both must be equal.",
        "constant ratio", why, "y", (), abs(ratio - 1), mean.reshape(-1), y.reshape(-1),
    )  # fmt: skip


def _of_the_batch(subject: Subject) -> bool:
    """Whether a training output of the first sample depends on the others."""
    y, _ = subject.forward(subject.fresh(), subject.xs, training=True)
    others = tuple(np.concatenate([x[:1], x[1:] + 1.0]) for x in subject.xs)
    return differ(y[0], subject.forward(subject.fresh(), others, training=True)[0][0])


def check_statistics(subject: Subject) -> Iterator[Finding]:
    """Running statistics move in training, towards the batch's, and inference uses them."""
    layer = subject.fresh()
    before = _copies(layer)
    if not before:
        return
    subject.forward(layer, subject.xs, training=False)
    moved = [name for name, value in _copies(layer).items() if differ(value, before[name])]
    if moved:
        yield Finding(
            "statistics", WRONG, f"inference changes {', '.join(moved)}.",
            "changed in place", "inference must not learn", moved[0],
        )  # fmt: skip
        return
    if not _of_the_batch(subject) or getattr(layer, "momentum", None) == 1:
        return  # nothing is taken from the batch, such as if trainable is False
    steps = [before]
    for _ in range(2):
        subject.forward(layer, subject.xs, training=True)
        steps.append(_copies(layer))
    still = [name for name in before if not differ(steps[1][name], before[name])]
    if still:
        yield Finding(
            "statistics", WRONG,
            f"training does not move {', '.join(still)}: inference will use the initial values.",
            "statistics never move", "", still[0],
        )  # fmt: skip
        return
    yield from _momentum(layer, steps)
    yield from _used(subject, steps)


def _copies(layer: object) -> dict[str, np.ndarray]:
    arrays: dict[str, np.ndarray] = layer.state  # type: ignore[attr-defined]
    return {name: array.copy() for name, array in arrays.items() if array.dtype.kind == "f"}


def _kept(steps: list[dict[str, np.ndarray]], name: str) -> float:
    """Return the share of the old value that a step keeps, from two steps on one batch.

    With s' = m s + (1 - m) b, each step is m times the one before.
    """
    first, second = steps[1][name] - steps[0][name], steps[2][name] - steps[1][name]
    return float(np.sum(first * second) / np.sum(first * first))


def _momentum(layer: object, steps: list[dict[str, np.ndarray]]) -> Iterator[Finding]:
    given = getattr(layer, "momentum", None)
    for name in steps[0]:
        kept = _kept(steps, name)
        if kept < 0.5 and (given is None or abs(kept - given) > 1e-6):
            says = "" if given is None else f", and momentum is {given}"
            yield Finding(
                "statistics", WRONG,
                f"a step keeps {kept:.2f} of {name}{says}: it follows the last batch instead of "
                "averaging over many.",
                "momentum swapped", f"{1 - kept:.2f} was probably meant", name, (), 1 - kept,
            )  # fmt: skip
            return


def _used(subject: Subject, steps: list[dict[str, np.ndarray]]) -> Iterator[Finding]:
    """Let the statistics arrive at the batch's, and compare inference with training."""
    layer = subject.fresh()
    moved, _ = subject.forward(layer, subject.xs, training=False)
    for name, value in steps[0].items():
        layer.state[name] = 2.0 * value + 1.0
    changed, _ = subject.forward(layer, subject.xs, training=False)
    if not differ(moved, changed):
        yield Finding(
            "statistics", WRONG, "inference gives the same whatever the running statistics are.",
            "statistics unused", "inference uses the batch's?",
        )  # fmt: skip
        return
    batch = {}
    for name, value in steps[0].items():
        kept = _kept(steps, name)
        # A count grows by the same number in each step: it arrives nowhere.
        batch[name] = value + (steps[1][name] - value) / (1.0 - kept) if kept != 1.0 else value
    y, _ = subject.forward(subject.fresh(), subject.xs, training=True)

    def arrived(changed: dict[str, np.ndarray]) -> np.ndarray:
        layer.state.update(batch | changed)
        return subject.forward(layer, subject.xs, training=False)[0]

    found = arrived({})
    apart, where = largest_difference(found, y)
    if apart <= 1e-6:
        return
    message = (
        "when the running statistics have arrived at those of a batch, inference differs from "
        f"training by {apart:.2g}"
    )
    for name, value in batch.items():
        m = max(subject.xs[0].size // max(value.size, 1), 1)
        if largest_difference(arrived({name: value * (m - 1) / m}), y)[0] <= 1e-6:
            yield Finding(
                "statistics", REMARK,
                f"{message}: {name} holds the variance divided by m - 1 = {m - 1}, as in PyTorch.",
                "", "", "y", where, apart,
            )  # fmt: skip
            return
    yield Finding(
        "statistics", WRONG, f"{message}.", "statistics of something else", "", "y", where, apart,
        found.reshape(-1), y.reshape(-1),
    )  # fmt: skip
