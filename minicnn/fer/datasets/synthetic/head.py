"""Head, ears, neck, hair, beard and glasses: all that says who it is."""

from __future__ import annotations

import numpy as np

from minicnn.fer.datasets.synthetic.anatomy import Identity
from minicnn.fer.datasets.synthetic.pencil import Shape, both_sides, curve, ellipse, path

__all__ = ["beard", "behind", "glasses", "hair", "skull"]

_ANGLES = np.linspace(0, 2 * np.pi, 40, endpoint=False)
_COS, _SIN = np.cos(_ANGLES), np.sin(_ANGLES)
_CAP = np.linspace(np.pi, 2 * np.pi, 17)  # from one temple over the crown to the other
_CAP_X = np.sign(np.cos(_CAP)) * np.abs(np.cos(_CAP)) ** 0.83
_CAP_Y = -(np.abs(np.sin(_CAP)) ** 0.83)
_STRANDS = (-0.8, -0.5, -0.15, 0.2, 0.5, 0.8)  # where they end, as a part of the head's width
_FLIP = np.array([-1.0, 1.0])


def _outline(who: Identity, au: list[float]) -> np.ndarray:
    """A superellipse whose lower half narrows towards the chin, which 26 and 27 lower."""
    power = 2 / who.squareness
    below = who.chin + 0.16 * au[26] + 0.08 * au[27] - 0.02 * au[17]
    y = np.sign(_SIN) * np.abs(_SIN) ** power
    x = who.width * np.sign(_COS) * np.abs(_COS) ** power
    narrow = 1 - 1.4 * who.taper * np.maximum(0.0, y) ** 1.5
    return path(x * narrow, y * np.where(y > 0, below, who.crown))


def behind(who: Identity) -> list[Shape]:
    """What the head hides: neck, and either ears or long hair."""
    neck = np.array([(-0.5, 0.6), (0.5, 0.6), (0.6, 2.2), (-0.6, 2.2)])
    if not who.has_long_hair:
        ear = ellipse(who.width, who.eye_y + 0.12, 0.12, 0.25)
        pair = [Shape(ear, 0.88 * who.skin, 0, 0), Shape(ear, 0.62 * who.skin, 0.03, 0)]
        return [Shape(neck, 0.72 * who.skin, 0, 0), *both_sides(pair)]
    w = 1.2 * who.width
    fall = np.array([(-w, -0.2), (w, -0.2), (1.05 * w, who.length), (-1.05 * w, who.length)])
    return [
        Shape(ellipse(0, -0.05, w, who.crown + 0.12), who.hair, 0, 0),
        Shape(fall, who.hair, 0, 0),
        Shape(neck, 0.72 * who.skin, 0, 0),
    ]


def skull(who: Identity, au: list[float]) -> list[Shape]:
    """The face's own surface with a darker edge."""
    outline = _outline(who, au)
    return [Shape(outline, 0.90 * who.skin, 0, 0), Shape(0.93 * outline, who.skin, 0, 0.1)]


def hair(who: Identity) -> list[Shape]:
    """A cap over the crown, with strands; `fringe` lowers it, `parting` moves its top."""
    if who.is_bald:
        return []
    rim = path(1.07 * who.width * _CAP_X, -0.12 + (who.crown - 0.02) * _CAP_Y)
    edge = who.hairline + (0.14 if who.has_fringe else 0.0)
    peak, temple, bend = (who.parting, edge), 0.93 * who.width, 0.80 * who.width
    right = curve((temple, -0.30), (bend, edge), peak)
    left = curve(peak, (-bend, edge), (-temple, -0.30))
    shapes = [Shape(np.concatenate([rim, right, left]), who.hair, 0, 0.3)]
    for k, strand in enumerate(_STRANDS):
        root = (0.5 * who.parting + 0.35 * strand, -who.crown - 0.06)
        middle = (0.5 * who.parting + 0.85 * strand, -0.95 * who.crown)
        end = (0.95 * who.width * strand, edge - 0.02 + 0.26 * strand * strand)
        tone = who.hair * (0.82 if k % 2 else 1.18)
        shapes.append(Shape(curve(root, middle, end), tone, 0.05, 0.3))
    return shapes


def beard(who: Identity, au: list[float]) -> list[Shape]:
    """Stubble to full beard over the jaw; drawn before the mouth, which stays visible."""
    if who.beard == 0:
        return []
    tone = who.skin + (who.hair - who.skin) * who.beard
    outline = _outline(who, au)
    jaw = outline[1:20]  # below the ears, from right to left
    base = who.eye_y + who.nose_length
    left = curve((-0.93 * who.width, 0.0), (-0.70, 0.70), (-0.32, base + 0.35 * who.mouth_y))
    shapes = [Shape(np.concatenate([jaw, left, left[::-1] * _FLIP]), tone, 0, 0.6)]
    if who.has_moustache:
        lip = base + 0.4 * who.mouth_y
        moustache = curve((-0.36, lip + 0.12), (0.0, lip - 0.12), (0.36, lip + 0.12))
        shapes.append(Shape(moustache, tone, 0.10))
    return shapes


def glasses(who: Identity) -> list[Shape]:
    """Two rims, their temples and a bridge."""
    if not who.has_glasses:
        return []
    tone, x, y = 35.0, who.eye_x, who.eye_y + 0.03
    rim = ellipse(x, y, 0.32, 0.25)
    temple = np.array([(x + 0.32, y - 0.04), (who.width, y - 0.08)])
    bridge = np.array([(0.31 - x, y - 0.05), (x - 0.31, y - 0.05)])
    pair = [
        Shape(np.concatenate([rim, rim[:1]]), tone, 0.035, 1.1),
        Shape(temple, tone, 0.035, 0.5),
    ]
    return [Shape(bridge, tone, 0.04, 1.2), *both_sides(pair)]
