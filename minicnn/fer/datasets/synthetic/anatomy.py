"""Who the face belongs to: proportions, tones, hair, beard and glasses.

Lengths are in face units: 1 is half the width of an average face. The origin lies between the
eyes' line and the tip of the nose; x points to the right of the picture, y down.
"""

from __future__ import annotations

from dataclasses import dataclass

from minicnn.fer.datasets.synthetic.traits import trait

__all__ = ["Identity"]


@dataclass(frozen=True)
class Identity:
    """What stays the same whatever the face expresses. Tones are grey values 0..255."""

    skin: float = trait(125, 215)
    hair: float = trait(15, 120)
    lips: float = trait(0.50, 0.68)  # of the skin's tone
    iris: float = trait(20, 80)
    age: float = trait(0.0, 1.0)  # deepens every fold

    width: float = trait(0.92, 1.08)
    crown: float = trait(1.16, 1.30)
    chin: float = trait(1.15, 1.32)
    squareness: float = trait(2.0, 2.6)  # exponent of the head's superellipse
    taper: float = trait(0.05, 0.25)  # how much narrower the jaw is than the cheekbones

    eye_x: float = trait(0.39, 0.47)
    eye_y: float = trait(-0.20, -0.10)
    eye_width: float = trait(0.21, 0.26)
    eye_opening: float = trait(0.85, 1.15)
    eye_slant: float = trait(-0.03, 0.03)

    brow_y: float = trait(0.27, 0.33)  # above the eyes
    brow_tilt: float = trait(-0.03, 0.04)
    brow_arch: float = trait(0.02, 0.08)
    brow_thickness: float = trait(0.08, 0.13)
    brow_darkness: float = trait(0.65, 1.0)

    nose_length: float = trait(0.42, 0.54)  # below the eyes
    nose_width: float = trait(0.15, 0.22)
    mouth_y: float = trait(0.28, 0.36)  # below the nose
    mouth_width: float = trait(0.33, 0.42)
    mouth_curve: float = trait(-0.02, 0.02)  # corners at rest
    lip_thickness: float = trait(0.07, 0.12)

    hair_style: float = trait(0.0, 1.0)
    hairline: float = trait(-0.90, -0.68)
    parting: float = trait(-0.6, 0.6)
    beard_style: float = trait(0.0, 1.0)
    glasses_style: float = trait(0.0, 1.0)

    @property
    def has_long_hair(self) -> bool:
        """Hair that hides the ears and falls beside the face."""
        return self.hair_style > 0.62

    @property
    def length(self) -> float:
        """Where long hair ends, from the cheeks to the shoulders."""
        return 0.9 + 2.1 * (self.hair_style - 0.62)

    @property
    def is_bald(self) -> bool:
        """No hair at all."""
        return self.hair_style < 0.10

    @property
    def has_fringe(self) -> bool:
        """Hair low on the forehead."""
        return 0.45 < self.hair_style < 0.75

    @property
    def beard(self) -> float:
        """How much of the hair's tone covers the jaw, 0..1."""
        return 0.0 if self.has_long_hair or self.beard_style < 0.6 else self.beard_style - 0.45

    @property
    def has_moustache(self) -> bool:
        """Only with a beard."""
        return not self.has_long_hair and self.beard_style > 0.75

    @property
    def has_glasses(self) -> bool:
        """About every seventh person."""
        return self.glasses_style > 0.85
