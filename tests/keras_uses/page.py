"""Write docs/keras.md from the table of uses: python tests/keras_uses/page.py."""

import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "keras.md"
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

from keras_uses.table import AREAS, STATUSES, Use, table  # noqa: E402

__all__ = ["PAGE", "page"]

HEADINGS = {"same": "same", "differs": "differs", "refused": "refused", "missing": "not yet"}
TOP = """# How much of Keras is here

The README says that most of what scripts for Keras do works the same. This page says how far that
holds.
A test ([tests/keras_uses](../tests/keras_uses)) tries {count} short uses of Keras's API, such as
its guides, the book *Deep Learning with Python* and public scripts make of it. It runs each of them
in Keras 3 and here, with the same weights and the same data, and compares what comes out: numbers,
shapes, names, and the kind of error. Numbers count as the same if they agree to four digits.

- **same**: it gives the same as in Keras.
- **differs**: it works, and what differs is written beside it.
- **refused**: an error says in a sentence that minicnn does not support it.
- **not yet**: it fails in some other way.

The test fails if any use turns out otherwise than this page says; a note in brackets says what
differs or why. `python tests/keras_uses/page.py` writes the page.

## In numbers

{numbers}

Of the {wanted} uses that minicnn aims at, {same} are the same: {percent} %. The last row is what it
leaves out on purpose; [the end of this page](#left-out-on-purpose) says why.
"""
LEFT_OUT = """
minicnn trains convolutional networks on images, and its derivatives are written by hand, one layer
at a time. So some of Keras will never be here:

- **Operations on what layers give, `tf.GradientTape`, a `train_step` or a loss made of tensor
  operations.** They need automatic differentiation. A layer of your own has a `forward` and a
  `backward` instead: [own-layer.md](own-layer.md). A class with `call` works where its `call`
  connects layers: it runs once and becomes a graph. `keras.ops` has the operations that a layer
  computes, such as `relu`, `add`, `concatenate` and the mean over an image; on arrays, as in a
  metric of your own, the usual functions of `keras.ops` and `keras.backend` work.
- **`keras.applications`.** These are other people's networks, with weights to download. minicnn
  reads model files, and its own network comes with the package.
- **Recurrent layers, attention, embeddings, layers for text, 1D and 3D layers.** They are for other
  data than images.
- **Mixed precision in training, quantization, several devices.** It computes on the CPU, in float32
  or float64.
- **TensorFlow's SavedModel (`export`), TensorBoard's histograms, graphs and profiles.** They need
  TensorFlow. `TensorBoard` writes the scalars, and [export.md](export.md) says how to write ONNX.
- **Downloads** (`keras.datasets`, `get_file`). Only `minicnn get` downloads anything: a face
  detector.
"""


def page() -> str:
    """Return the text of docs/keras.md."""
    uses = table()
    areas = {area: [use for use in uses if use.area == area] for area in AREAS}
    wanted = [use for use in uses if use.area != "left_out"]
    same = sum(use.status == "same" for use in wanted)
    top = TOP.format(
        count=len(uses),
        numbers=_numbers(areas),
        wanted=len(wanted),
        same=same,
        percent=round(100 * same / len(wanted)),
    )
    sections = [_section(AREAS[area], area, uses) for area, uses in areas.items()]
    return top + "".join(sections)


def _numbers(areas: dict[str, list[Use]]) -> str:
    lines = [
        f"| | uses | {' | '.join(HEADINGS.values())} |",
        "| --- " + "| ---: " * (len(STATUSES) + 1) + "|",
    ]
    for area, uses in areas.items():
        counts = Counter(use.status for use in uses)
        cells = [len(uses), *(counts[status] or "" for status in STATUSES)]
        lines.append(f"| {AREAS[area]} | {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def _section(title: str, area: str, uses: list[Use]) -> str:
    rows = []
    for status in STATUSES:
        names = [_name(use) for use in uses if use.status == status]
        if names:
            rows.append(f"| {HEADINGS[status]} | {', '.join(names)} |")
    text = LEFT_OUT if area == "left_out" else ""
    return f"\n## {title}\n{text}\n| | |\n| --- | --- |\n" + "\n".join(rows) + "\n"


def _name(use: Use) -> str:
    name = _ticked(use.name).replace("|", "\\|")
    return f"{name} ({use.note})" if use.note else name


def _ticked(name: str) -> str:
    """Put what reads as code between backticks: all of it, or single words with their brackets."""
    if "`" in name:
        return name
    if name.startswith(("from ", "for ")) or not re.search(r" (and|in|or|is|not) ", name):
        try:
            compile(name, "name", "exec")
        except SyntaxError:
            pass
        else:
            return f"`{name}`"
    brackets = r"\[[^]]*\]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\{[^}]*\}"
    return " ".join(_ticked_word(word) for word in re.findall(rf"(?:{brackets}|\S)+", name))


def _ticked_word(word: str) -> str:
    bare = word.rstrip(",;:")
    code = re.search(r"[_()\[\]{}=/]|^'|\w\.\w|[a-z][A-Z]|\d[A-Z]", bare)
    return f"`{bare}`{word[len(bare) :]}" if code else word


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
