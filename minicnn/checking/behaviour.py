"""What a layer may do besides computing: it changes nothing, repeats itself, mixes no samples.

A gradient check sees none of this, because it calls forward and backward once at a time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from minicnn.checking.findings import REMARK, SKIPPED, WRONG, Finding
from minicnn.checking.running import told
from minicnn.checking.subject import Subject, arrays_of, differ, largest_difference
from minicnn.random import Key

__all__ = ["check_memory", "check_repeat", "check_samples", "check_unchanged"]

MODES = {True: "training", False: "inference"}


def check_unchanged(subject: Subject) -> Iterator[Finding]:
    """Inputs, dy and parameters are left alone by both passes."""
    for training, mode in MODES.items():
        layer, xs, dy = subject.fresh(), tuple(x.copy() for x in subject.xs), subject.dy.copy()
        names = [f"x[{k}]" for k in range(len(xs))] if subject.joins else ["x"]
        watched = dict(zip(names, xs, strict=True)) | layer.params
        if not training:
            watched |= layer.state
        before = {name: array.copy() for name, array in watched.items()}
        key = Key(subject.seed)
        _, cache = layer.forward(xs if subject.joins else xs[0], training=training, key=key)
        found = list(_changes("forward", mode, watched, before, {**layer.params, **layer.state}))
        if not found:
            watched["dy"], before["dy"] = dy, dy.copy()
            layer.backward(dy, cache)
            now = {**layer.params, **layer.state}
            found = list(_changes("backward", mode, watched, before, now))
        yield from found
        if found:
            return


def _changes(
    step: str,
    mode: str,
    watched: dict[str, np.ndarray],
    before: dict[str, np.ndarray],
    stored: dict[str, np.ndarray],
) -> Iterator[Finding]:
    for name, old in before.items():
        array = stored.get(name, watched[name])
        apart, where = largest_difference(array, old)
        if apart:
            yield Finding(
                "unchanged", WRONG,
                f"{mode}: {step} changes {name}, most at {list(where)}. Only an optimizer changes "
                "parameters, and nobody changes arrays that were given.",
                "changed in place", f"{step} writes to {name}", name, where, apart,
            )  # fmt: skip


def check_repeat(subject: Subject) -> Iterator[Finding]:
    """The same calls give the same numbers, also with other calls between them."""
    for training, mode in MODES.items():
        layer = subject.fresh()
        y, cache = subject.forward(layer, subject.xs, training=training)
        other, _ = subject.forward(subject.fresh(), subject.xs, training=training)
        if differ(y, other):
            yield Finding(
                "repeat", WRONG,
                f"{mode}: forward with the same key gives other numbers. Draw them from the key, "
                "as minicnn.random does.",
                "not reproducible",
            )  # fmt: skip
            return
        first = subject.backward(layer, subject.dy, cache)
        again = subject.backward(layer, subject.dy, cache)
        for name, gradient in first.items():
            apart, where = largest_difference(gradient, again[name])
            if apart > 1e-9:
                added = not differ(again[name], 2 * gradient)
                yield Finding(
                    "repeat", WRONG,
                    f"{mode}: a second backward with the same cache gives another gradient of "
                    f"{name}: {again[name][where]:.4g} after {gradient[where]:.4g} at "
                    f"{list(where)}.",
                    "accumulated" if added else "changed in place",
                    "twice the first" if added else "backward writes to its cache, or to self",
                    name, where, apart, again[name].reshape(-1), gradient.reshape(-1),
                )  # fmt: skip
                return
        layer = subject.fresh()
        state = {name: array.copy() for name, array in layer.state.items()}
        _, cache = subject.forward(layer, subject.xs, training=training)
        subject.forward(layer, subject.others(5), training=training, step=1)
        after = subject.backward(layer, subject.dy, cache)
        for name, gradient in first.items():
            apart, where = largest_difference(gradient, after[name])
            if apart > 1e-9:
                yield Finding(
                    "repeat", WRONG,
                    f"{mode}: after another forward, backward gives another gradient of {name}. A "
                    "layer that is used twice in a network would be wrong.",
                    "kept outside the cache", "backward uses what the last forward left in self",
                    name, where, apart, after[name].reshape(-1), gradient.reshape(-1),
                )  # fmt: skip
                return
        layer.state.update(state)
        x = tuple(x.copy() for x in subject.xs)
        key = Key(subject.seed)
        y, _ = layer.forward(x if subject.joins else x[0], training=training, key=key)
        kept = y.copy()
        subject.forward(layer, subject.others(5), training=training, step=1)
        if differ(y, kept):
            yield Finding(
                "repeat", WRONG, f"{mode}: a later forward overwrites the y of an earlier one.",
                "kept outside the cache", "forward returns an array that it keeps", "y",
            )  # fmt: skip
            return
        layer.state.update(state)
        used, _ = subject.forward(layer, subject.xs, training=training, step=2)
        unused, _ = subject.forward(subject.fresh(), subject.xs, training=training, step=2)
        apart, where = largest_difference(used, unused)
        if apart > 1e-9:
            yield Finding(
                "repeat", WRONG,
                f"{mode}: after other calls, forward gives other numbers for the same x, key and "
                f"state, by {apart:.2g} at {list(where)}.",
                "kept outside the cache", "forward uses what an earlier call left in self, such as "
                "a mask", "y", where, apart, used.reshape(-1), unused.reshape(-1),
            )  # fmt: skip
            return


def check_samples(subject: Subject) -> Iterator[Finding]:
    """A sample's output does not depend on the other samples, but for batch statistics."""
    if subject.n < 3:
        yield Finding("samples", SKIPPED, "an x of three samples or more is needed.")
        return
    for training, mode in ((False, "inference"), (True, "training")):
        y, _ = subject.forward(subject.fresh(), subject.xs, training=training)
        kept = subject.n // 2
        others = subject.others(0)
        for x, other in zip(subject.xs, others, strict=True):
            other[kept] = x[kept]
        y_others, _ = subject.forward(subject.fresh(), others, training=training)
        apart, where = largest_difference(y[kept], y_others[kept])
        if apart <= 1e-9:
            continue
        order = np.roll(np.arange(subject.n), 1)
        y_rolled, _ = subject.forward(
            subject.fresh(), tuple(x[order] for x in subject.xs), training=training
        )
        symmetric = not differ(y_rolled, y[order])
        if training and symmetric:
            yield Finding(
                "samples", REMARK,
                "training: a sample's output depends on the whole batch, in the same way on every "
                "sample: batch statistics, as in a batch normalisation.",
            )  # fmt: skip
            return
        yield Finding(
            "samples", WRONG,
            f"{mode}: the output of sample {kept} changes by {apart:.2g} at {list(where)} when "
            "only the other samples change.",
            *(
                ("wrong axis", "a sum, mean or maximum runs over the samples, axis 0")
                if symmetric
                else ("samples mixed", "as after a reshape without the transpose it needs")
            ),
            where=where,
            error=apart,
        )  # fmt: skip
        return


def check_memory(subject: Subject) -> Iterator[Finding]:
    """Read-only, Fortran-ordered and strided arrays give the same results."""
    y, cache = subject.forward(layer := subject.fresh(), subject.xs, training=True)
    right = {"y": y} | subject.backward(layer, subject.dy, cache)
    for words, change in (
        ("read-only", _read_only),
        ("in Fortran order", np.asfortranarray),
        ("with strides", lambda a: np.repeat(a, 2, axis=-1)[..., ::2]),
    ):
        layer, xs = subject.fresh(), tuple(change(x.copy()) for x in subject.xs)
        try:
            y, cache = layer.forward(
                xs if subject.joins else xs[0], training=True, key=Key(subject.seed)
            )
            dx, grads = layer.backward(change(subject.dy.copy()), cache)
        except Exception as error:
            yield Finding(
                "memory", WRONG,
                f"arrays that are {words}: {told(error)}",
                "changed in place" if words == "read-only" else "memory order",
            )  # fmt: skip
            return
        names = [name for name in right if name.startswith("x")]
        found = {"y": y} | dict(zip(names, arrays_of(dx), strict=True)) | grads
        for name, expected in right.items():
            apart, where = largest_difference(np.asarray(found[name]), expected)
            if apart > 1e-9:
                yield Finding(
                    "memory", WRONG, f"arrays that are {words} give another {name}.",
                    "memory order", "", name, where, apart,
                )  # fmt: skip
                return


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
