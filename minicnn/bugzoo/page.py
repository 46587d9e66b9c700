"""The table of the zoo, docs/bug-zoo.md."""

from __future__ import annotations

from minicnn.bugzoo import BUGS, EXHIBITS, Bug
from minicnn.bugzoo.symptoms import UNMEASURED, extent, measured

__all__ = ["page"]

_HEAD = """# The bug zoo

{count} mistakes that people make when they write a network from scratch. Each is a change of a line
or two in right code, written as a student writes it (`minicnn/bugzoo/copies/`). They are exercises:
read the code and the symptom, find the line, and let a check confirm it.

```python
from minicnn.bugzoo import BUGS

bug = BUGS["conv2d-kernel-reversed"]
print(bug.code)  # the exercise
print(bug.symptom)  # what a short training shows
print(bug.check_it())  # what the check says
print(bug.diff)  # the repair
```

`check_it` always runs the code with the mistake. To check your own repair, save `bug.code` in a
file, repair it there, and import the class:

```python
import numpy as np
from minicnn.checking import check_layer
from minicnn.layers import Conv2D
from repaired import MyConv2D

x = np.random.default_rng(0).normal(size=(2, 5, 6, 3))
print(check_layer(MyConv2D(4), x, like=Conv2D(4, 3)))
```

Only a mistake that `like` catches needs `like`, a layer that you trust.

This page is written by `python -m minicnn.bugzoo`, which trains a small network with each mistake:
a convolution, batch normalisation, pooling, dropout and dense layers on drawn faces of 12 x 12
pixels in seven classes; for the mistakes in a training step, two dense layers. The numbers are
accuracies, as ranges over three seeds: in the last epoch's training steps, and on other images in
inference. A seventh, .14, is chance.

**{alike} of the {trained} mistakes that were trained learn as well as the right code**: their
ranges of training and test accuracy reach into those without the mistake. A falling loss proves
nothing; a check does.

`check_layer`, `check_loss`, `check_optimizer` or `check_training_step` catches each one, by the
check in the table ([what each check does](checking.md)). *Likely kind* is what the report calls it.
*Seen at* is where somebody made it, as far as that is known; "cf." marks a similar mistake.
`tests/bugzoo` holds the table: each mistake is caught by that check and named so, and the right
code passes.
"""

_FOLD = """<details>
<summary>{name}: the repair</summary>

{repair}

```diff
{diff}
```

</details>
"""


def page() -> str:
    """Return the page, from the mistakes and what was measured."""
    alike = sum(map(learns_as_well, BUGS.values()))
    trained = sum(found != UNMEASURED for found in measured()["bugs"].values())
    parts = [_HEAD.format(count=len(BUGS), alike=alike, trained=trained)]
    for copy, exhibit in EXHIBITS.items():
        right = measured()["right"][copy]
        parts.append(
            f"## {copy.replace('_', ' ')}\n\n"
            f"[`{exhibit.class_name}`](../minicnn/bugzoo/copies/{copy}.py), {exhibit.what}. "
            f"Without a mistake: {extent(right['train'])} in training, {extent(right['test'])} on "
            "other images.\n\n"
            "| mistake | training | other images | caught by | likely kind | seen at |\n"
            "| --- | --- | --- | --- | --- | --- |"
        )
        bugs = [bug for bug in BUGS.values() if bug.copy == copy]
        parts[-1] += "".join("\n" + _row(bug) for bug in bugs) + "\n"
        parts += [_FOLD.format(name=b.name, repair=b.repair, diff=b.diff) for b in bugs]
    return "\n".join(parts)


def learns_as_well(bug: Bug) -> bool:
    """Whether both ranges of accuracy reach into those without the mistake."""
    found, right = measured()["bugs"][bug.name], measured()["right"][bug.copy]
    if found["problem"]:
        return False
    return all(max(found[which]) >= min(right[which]) for which in ("train", "test"))


def _row(bug: Bug) -> str:
    found = measured()["bugs"][bug.name]
    figures = f"{extent(found['train'])} | {extent(found['test'])}"
    if found["problem"]:
        figures = f"{found['problem']} | "
    # A pipe would end the cell.
    mistake = bug.mistake.replace("|", "\\|")
    cells = f"**{bug.name}**: {mistake} | {figures} | {bug.check} | {bug.kind} | {bug.seen}"
    return f"| {cells} |"
