"""Nose, cheeks, mouth and chin: action units 9 to 27."""

from __future__ import annotations

import numpy as np

from minicnn.fer.datasets.synthetic.anatomy import Identity
from minicnn.fer.datasets.synthetic.pencil import Shape, both_sides, curve, ellipse, path

__all__ = ["cheeks", "chin", "mouth", "nose"]

_S = np.linspace(-1, 1, 17)  # along the mouth, from corner to corner
_ARC = 1 - _S**2
_LIP = _ARC**0.6
_JAW_ARC = _ARC**0.8
_BEND = np.abs(_S) ** 1.7
_BOW = (1 - 0.25 * np.exp(-((_S / 0.15) ** 2))) * _LIP  # dented in the middle
_SNARL = (1 - 0.6 * np.abs(_S)) * _LIP


def nose(who: Identity, au: list[float]) -> list[Shape]:
    """Ridge, tip, wings and nostrils; 9 lifts the wings and wrinkles the bridge."""
    top = who.eye_y - 0.12
    base = who.eye_y + who.nose_length - 0.07 * au[9] - 0.02 * au[10]
    w = who.nose_width * (1 + 0.20 * au[9] + 0.08 * au[12])
    shade = 0.72 * who.skin
    ridge = np.array([(-0.05, top), (0.05, top), (0.09, base), (-0.09, base)])
    flank = curve((0.08, top), (0.05, top + 0.3), (0.11, base - 0.1))
    tip = curve((-0.8 * w, base), (0.0, base + 0.08), (0.8 * w, base))
    wing = curve((0.8 * w, base - 0.14), (1.25 * w, base - 0.02), (0.7 * w, base + 0.02))
    pair = [
        Shape(wing, shade, 0.035, 1.15),
        Shape(ellipse(0.5 * w, base, 0.045, 0.028), 0.35 * who.skin, 0, 1.2),
    ]
    if au[9] > 0.2:
        for y in (who.eye_y - 0.02, who.eye_y + 0.06, who.eye_y + 0.14):
            crease = np.array([(0.03, y), (0.15, y + 0.08)])
            pair.append(Shape(crease, (1 - 0.42 * au[9]) * who.skin, 0.03, 1.1))
    return [
        Shape(ridge, 1.05 * who.skin, 0, 1.2),
        Shape(flank, 0.84 * who.skin, 0.04, 1.2),
        Shape(tip, shade, 0.04, 1.25),
        *both_sides(pair),
    ]


def cheeks(who: Identity, au: list[float]) -> list[Shape]:
    """Cheek bulges of 6 + 12, and the nasolabial folds that 9, 10, 12 and 20 deepen."""
    base = who.eye_y + who.nose_length
    half, corner, _ = _mouth_frame(who, au)
    depth = 0.08 + 0.10 * who.age
    depth += 0.24 * au[12] + 0.30 * au[9] + 0.12 * au[10] + 0.08 * au[20]
    start = (who.nose_width + 0.06, base - 0.10 - 0.10 * au[9])
    bend = (half + 0.06 + 0.10 * au[12], base + 0.02)
    end = (half + 0.10, corner - 0.02 + 0.06 * au[15])
    fold = Shape(curve(start, bend, end), (1 - depth) * who.skin, 0.035)
    if au[12] < 0.3:
        return both_sides([fold])
    apple = ellipse(0.52, base - 0.10, 0.20, 0.14)
    return both_sides([Shape(apple, (1 + 0.08 * au[6]) * who.skin), fold])


def _mouth_frame(who: Identity, au: list[float]) -> tuple[float, float, float]:
    """Half width of the mouth, height of its corners, height of its middle."""
    half = who.mouth_width + 0.13 * au[12] + 0.14 * au[20] + 0.03 * au[15]
    half -= 0.07 * au[23] + 0.09 * au[26] + 0.08 * au[27] + 0.02 * au[17]
    middle = who.eye_y + who.nose_length + who.mouth_y
    middle += 0.04 * au[12] - 0.05 * au[17] - 0.06 * au[9]
    corner = middle - who.mouth_curve - 0.26 * au[12] + 0.22 * au[15]
    corner += 0.05 * au[20] + 0.05 * au[10] + 0.10 * au[26]
    return half, corner, middle


def mouth(who: Identity, au: list[float]) -> list[Shape]:
    """Lips, the gap between them and the teeth behind it.

    12 pulls the corners up, 15 down, 20 sideways; 10 and 16 bare the teeth once 25 parts the
    lips; 23 and 24 thin them; 26 and 27 open the mouth; 17 pushes the lower lip up.
    """
    half, corner, middle = _mouth_frame(who, au)
    x = half * _S
    xs = np.concatenate([x, x[::-1]])

    def band(above: np.ndarray, below: np.ndarray) -> np.ndarray:
        return path(xs, np.concatenate([above, below[::-1]]))

    parted = min(1.0, 2 * au[25])
    rise = 0.04 * au[25] + 0.10 * au[10] * parted + 0.02 * au[26]
    fall = 0.09 * au[25] + 0.11 * au[16] * parted + 0.26 * au[26] + 0.14 * au[27]
    thin = 1 - 0.55 * max(au[23], au[24]) - 0.25 * au[12] - 0.25 * au[20]
    lip = who.lip_thickness * max(0.25, thin)

    line = middle + (corner - middle) * _BEND - 0.03 * au[17] * _ARC
    upper, lower = line - rise * _ARC, line + fall * _JAW_ARC
    outer_upper = upper - 0.8 * lip * _BOW - 0.05 * (au[9] + au[10]) * _SNARL
    outer_lower = lower + (1.1 + 0.4 * au[17] + 0.4 * au[16]) * lip * _LIP
    tone = who.lips * who.skin
    shapes = [
        Shape(band(outer_upper, line), 0.9 * tone),
        Shape(band(line, outer_lower), 1.08 * tone),
    ]
    if rise + fall < 0.05:
        return [*shapes, Shape(path(x, line), 0.32 * who.skin, 0.04)]
    teeth = 205.0 - 30 * who.age
    shapes.append(Shape(band(upper, lower), 22.0))
    shapes.append(Shape(band(upper, np.minimum(upper + 0.11 * _LIP, lower)), teeth))
    if au[16] > 0.2:
        shapes.append(Shape(band(np.maximum(lower - 0.06 * _LIP, upper), lower), teeth))
    return shapes


def chin(who: Identity, au: list[float]) -> list[Shape]:
    """Shadow below the lip, deepened by 17, and the folds of 15 beside the mouth."""
    half, corner, middle = _mouth_frame(who, au)
    y = middle + 0.21 + 0.30 * au[26] + 0.14 * au[27] + 0.10 * au[16] - 0.03 * au[17]
    shadow = curve((-0.17, y + 0.03), (0.0, y - 0.05), (0.17, y + 0.03))
    shapes = [Shape(shadow, (0.90 - 0.25 * au[17]) * who.skin, 0.05)]
    if au[15] > 0.2:
        ends = (half, corner + 0.02), (half + 0.06, corner + 0.08), (half + 0.04, corner + 0.20)
        shapes += both_sides([Shape(curve(*ends), (1 - 0.3 * au[15]) * who.skin, 0.03)])
    return shapes
