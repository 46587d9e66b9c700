"""A sheet of faces beside what augmentation makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from minicnn.data.augmentation import Augmentation, augment
from minicnn.data.dataset import Split
from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.datasets.image_batches import to_inputs
from minicnn.random import Key, generator

__all__ = ["augmentation_sheet"]


class _Columns(NamedTuple):
    """Columns that belong together: what is done, and in how many epochs it is shown."""

    title: str
    subtitle: str
    augmentation: Augmentation
    epochs: int


_DEFAULT = Augmentation()
_STILL = Augmentation(rotation=0, shift=0, shear=0, zoom=0, flip=False)
_LIGHT = replace(_STILL, brightness=0.2, contrast=0.4)
_ALL = Augmentation(brightness=0.2, contrast=0.4, erase=0.5, noise=0.1)
_COLUMNS = (
    _Columns("original", "", _STILL, 1),
    _Columns(
        "rotation, shift, shear, zoom, mirror",
        f"five epochs of the default: ±{_DEFAULT.rotation:g}°, ±{_DEFAULT.shift:g}, "
        f"±{_DEFAULT.shear:g}, ±{_DEFAULT.zoom:g}, half of all",
        _DEFAULT,
        5,
    ),
    _Columns("light", "brightness ±0.2, contrast ±0.4", _LIGHT, 2),
    _Columns("erasing", "2 to 40 % of the area", replace(_STILL, erase=1), 2),
    _Columns("noise", "up to 0.2", replace(_STILL, noise=0.2), 2),
    _Columns("together", "erasing in half of all", _ALL, 2),
)

# Sizes in pixels; every pixel of a face becomes 2 x 2.
_SCALE = 2
_MARGIN, _GAP, _GROUP_GAP = 20, 4, 18
_NAMES, _HEAD = 78, 50
_PAPER, _INK, _FAINT = 255, 30, 120


def augmentation_sheet(
    split: Split, *, class_names: Sequence[str] = EMOTIONS, seed: int = 0
) -> Image.Image:
    """Draw a row for every class: an image, and what some epochs of augmentation show of it.

    Parameters
    ----------
    split : Split
        Where the images are taken from; at least one of every class.
    class_names : sequence of str
        What its labels mean.
    seed : int
        Names the images that are chosen and everything that happens to them.

    Returns
    -------
    PIL.Image.Image
        Grey or RGB, as the images are.

    Raises
    ------
    ValueError
        If a class has no image.
    """
    chosen = np.array([_choose(split, label, name, seed) for label, name in enumerate(class_names)])
    x = to_inputs(split.images[chosen])
    h, w = _SCALE * x.shape[1], _SCALE * x.shape[2]
    widths = [c.epochs * (w + _GAP) - _GAP for c in _COLUMNS]
    width = 2 * _MARGIN + _NAMES + sum(widths) + _GROUP_GAP * (len(_COLUMNS) - 1)
    height = 2 * _MARGIN + _HEAD + len(class_names) * (h + _GAP) - _GAP
    colour = x.shape[-1] > 1
    page = Image.new("RGB" if colour else "L", (width, height), _shade(_PAPER, colour))
    pen = ImageDraw.Draw(page)
    large, small = (ImageFont.load_default(size) for size in (17, 13))

    rows = [_MARGIN + _HEAD + i * (h + _GAP) for i in range(len(class_names))]
    for name, top in zip(class_names, rows, strict=True):
        pen.text((_MARGIN, top + h // 2), name, fill=_shade(_INK, colour), font=large, anchor="lm")
    left = _MARGIN + _NAMES
    for columns, group_width in zip(_COLUMNS, widths, strict=True):
        pen.text((left, _MARGIN), columns.title, fill=_shade(_INK, colour), font=large)
        pen.text((left, _MARGIN + 23), columns.subtitle, fill=_shade(_FAINT, colour), font=small)
        for epoch in range(columns.epochs):
            changed = augment(x, columns.augmentation, Key(seed, epoch, chosen))
            for pixels, top in zip(changed, rows, strict=True):
                values = np.rint(255 * (pixels if colour else pixels[:, :, 0]))
                face = Image.fromarray(values.astype(np.uint8))
                corner = (left + epoch * (w + _GAP), top)
                page.paste(face.resize((w, h), Image.Resampling.NEAREST), corner)
        left += group_width + _GROUP_GAP
    return page


def _shade(grey: int, colour: bool) -> int | tuple[int, int, int]:
    return (grey, grey, grey) if colour else grey


def _choose(split: Split, label: int, name: str, seed: int) -> int:
    members = np.flatnonzero(split.labels == label)
    if len(members) == 0:
        raise ValueError(f"augmentation_sheet: the split has no image of {name!r}.")
    return int(generator(seed, "augment", label).choice(members))
