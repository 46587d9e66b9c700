"""Brows, eyes and forehead: action units 1, 2, 4, 5, 6 and 7."""

from __future__ import annotations

import numpy as np

from minicnn.fer.datasets.synthetic.anatomy import Identity
from minicnn.fer.datasets.synthetic.pencil import Shape, both_sides, curve, ellipse, path

__all__ = ["brows", "eyes", "forehead"]

_OUTER = np.linspace(0, 1, 9)  # along a brow, from the nose outwards
_INNER = 1 - _OUTER
_ARCH = 4 * _OUTER * np.sqrt(_INNER)
_LIFT_1, _LIFT_2 = _INNER**1.3, np.sin(2.2 * _OUTER)
_TAPER = 0.5 + 0.5 * np.sin(np.pi * (0.2 + 0.75 * _OUTER))

_V = np.linspace(-1, 1, 11)  # along an eye, from the nose outwards
_BULGE = (1 - _V**2) ** 0.75
_ABOVE = np.array([0.0, -0.05])


def brows(who: Identity, au: list[float]) -> list[Shape]:
    """Two tapered bands; 1 lifts their inner end, 2 the outer end, 4 lowers and gathers them."""
    tone = who.skin + (min(who.hair, 0.6 * who.skin) - who.skin) * who.brow_darkness
    x = who.eye_x - 0.27 + 0.55 * _OUTER - 0.06 * au[4] * _INNER
    rest = who.eye_y - who.brow_y - 0.04 * au[5] + 0.03 * au[6]
    inner = who.brow_tilt + 0.22 * au[4] + 0.12 * au[9]
    outer = 0.04 * au[4] - who.brow_tilt
    y = rest + inner * _INNER + outer * _OUTER
    y = y - who.brow_arch * _ARCH - 0.28 * au[1] * _LIFT_1 - 0.22 * au[2] * _LIFT_2
    below = y + who.brow_thickness * _TAPER
    band = path(np.concatenate([x, x[::-1]]), np.concatenate([y, below[::-1]]))
    return both_sides([Shape(band, tone)])


def eyes(who: Identity, au: list[float], gaze: float) -> list[Shape]:
    """Socket, sclera, iris and lids; 5 lifts the upper lid, 7 and 6 raise the lower one.

    `gaze` in [-1, 1] moves both irises to the side.
    """
    squint = 0.30 * au[7] + 0.45 * au[6] + 0.45 * au[9]
    lift = 0.14 * who.eye_opening * max(0.2, 1 + 0.8 * au[5] - squint)
    drop = 0.09 * who.eye_opening * max(0.1, 1 + 0.3 * au[5] - 0.6 * au[7] - 0.7 * au[6])
    x, y = who.eye_x, who.eye_y
    along, rim = x + who.eye_width * _V, y - who.eye_slant * _V
    upper = path(along, rim - lift * _BULGE)
    lower = path(along, rim + drop * _BULGE)
    white = np.concatenate([upper, lower[::-1]])
    shapes = both_sides(
        [
            Shape(ellipse(x, y - 0.03, 0.30, 0.21), 0.93 * who.skin),
            Shape(white, min(250.0, 120 + 0.62 * who.skin)),
        ]
    )
    for radius, tone in ((0.115, who.iris), (0.055, 10.0)):
        disc = ellipse(0.06 * gaze, -0.01, radius, radius)
        bulge = np.maximum(0.0, 1 - (disc[:, 0] / who.eye_width) ** 2) ** 0.75
        # The lids cover what the disc has above and below the opening.
        disc[:, 1] = np.minimum(drop * bulge, np.maximum(-lift * bulge, disc[:, 1]))
        shapes += [Shape(disc + np.array([centre, y]), tone) for centre in (-x, x)]
    lids = [
        Shape(upper, 0.25 * who.skin, 0.045),
        Shape(lower, 0.62 * who.skin, 0.02),
        Shape(upper + _ABOVE, 0.78 * who.skin, 0.02),
    ]
    return shapes + both_sides(lids + _around_the_eye(who, au))


def _around_the_eye(who: Identity, au: list[float]) -> list[Shape]:
    """Bags under the eye, and with 6 the crow's feet at its outer corner."""
    x, y, a = who.eye_x, who.eye_y, who.eye_width
    depth = 0.08 * who.age + 0.22 * au[6] + 0.15 * au[7]
    bag = curve((x - 0.8 * a, y + 0.15), (x, y + 0.24 - 0.05 * au[6]), (x + 0.8 * a, y + 0.15))
    shapes = [Shape(bag, (1 - depth) * who.skin, 0.03)]
    if au[6] > 0.3:
        corner = x + 1.15 * a
        for rise in (-0.08, 0.0, 0.08):
            crease = np.array([(corner, y + 0.3 * rise), (corner + 0.13, y + 1.6 * rise)])
            shapes.append(Shape(crease, (1 - 0.25 * au[6]) * who.skin, 0.02))
    return shapes


def forehead(who: Identity, au: list[float]) -> list[Shape]:
    """Horizontal folds pushed up by 1 and 2; vertical ones pressed together by 4."""
    top = who.eye_y - who.brow_y
    depth = 0.22 * au[1] + 0.10 * au[2] + 0.05 * who.age
    reach = 0.22 + 0.33 * au[2]
    shapes = []
    for y in (top - 0.32, top - 0.42):
        fold = curve((-reach, y + 0.03), (0.0, y - 0.05 + 0.06 * au[2]), (reach, y + 0.03))
        shapes.append(Shape(fold, (1 - depth) * who.skin, 0.03))
    depth = 0.40 * au[4] + 0.30 * au[9]
    if depth > 0.1:
        furrow = curve((0.07, top - 0.06), (0.045, top + 0.08), (0.07, top + 0.20))
        shapes += both_sides([Shape(furrow, (1 - depth) * who.skin, 0.03)])
    return shapes
