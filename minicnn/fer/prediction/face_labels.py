"""A face's label: its number and its two most probable emotions, each over a bar."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from PIL import ImageDraw, ImageFont

from minicnn.fer.prediction.predict import Prediction

__all__ = ["FaceLabel"]

# Light on dark and dark on light, so that they can be distinguished without colours: the bar, and
# what is left of its row.
_SURE = ((255, 190, 0), (255, 236, 179))
_UNSURE = ((200, 200, 200), (240, 240, 240))
_TEXT = (0, 0, 0)
# Behind the number, so that the bars begin where it ends.
_DARK = (40, 40, 40)


class FaceLabel:
    """A label, laid out: a row for each emotion, as wide as the longest one.

    Parameters
    ----------
    prediction : Prediction
    size : int
        Height of the letters in pixels.
    number : int, optional
        To the left of the rows, to tell faces apart.
    number_only : bool
        Leave the rows out.

    Attributes
    ----------
    size : (int, int)
        Width and height in pixels.
    colour : (int, int, int)
        That of the bars, for the box of the face.
    """

    def __init__(
        self,
        prediction: Prediction,
        size: int,
        number: int | None = None,
        *,
        number_only: bool = False,
    ) -> None:
        self.colour, self._pale = _UNSURE if prediction.unsure else _SURE
        self._font = _font(size)
        self._pad = max(1, size // 6)
        self._number = "" if number is None else str(number)
        self._rows: list[tuple[str, str, float]] = []
        for name in () if number_only else prediction.ranking[:2]:
            share = prediction.probabilities[name]
            self._rows.append((name, f"{share:.0%}", share))
        if self._rows and prediction.unsure:
            name, percent, share = self._rows[0]
            self._rows[0] = (name, f"{percent} unsure", share)
        self._line = sum(self._font.getmetrics()) + self._pad
        self._number_width = self._width(self._number) + 2 * self._pad if self._number else 0
        row_width = max(
            (self._width(f"{name} {told}") + 2 * self._pad for name, told, _ in self._rows),
            default=0,
        )
        self.size = (self._number_width + row_width, max(1, len(self._rows)) * self._line)

    def draw(self, pen: ImageDraw.ImageDraw, x: int, y: int) -> None:
        """Draw it with its upper left corner at a place."""
        width, height = self.size
        self._fill(pen, (x, y, width, height), self._pale)
        if self._number:
            self._fill(pen, (x, y, self._number_width, height), _DARK)
            middle = (x + self._number_width // 2, y + height // 2)
            pen.text(middle, self._number, fill=self.colour, font=self._font, anchor="mm")
        left, right = x + self._number_width, x + width
        for i, (name, told, share) in enumerate(self._rows):
            top = y + i * self._line
            self._fill(pen, (left, top, round(share * (right - left)), self._line), self.colour)
            baseline = top + self._pad // 2 + self._font.getmetrics()[0]
            pen.text((left + self._pad, baseline), name, fill=_TEXT, font=self._font, anchor="ls")
            pen.text((right - self._pad, baseline), told, fill=_TEXT, font=self._font, anchor="rs")

    def _width(self, text: str) -> int:
        return round(self._font.getlength(text))

    @staticmethod
    def _fill(
        pen: ImageDraw.ImageDraw, place: tuple[int, int, int, int], colour: tuple[int, int, int]
    ) -> None:
        x, y, width, height = place
        if width > 0:
            pen.rectangle((x, y, x + width - 1, y + height - 1), fill=colour)


@lru_cache(maxsize=8)
def _font(size: int) -> Any:
    return ImageFont.load_default(size)
