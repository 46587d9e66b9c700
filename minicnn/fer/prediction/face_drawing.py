"""Draw a face's box and its emotion into a photo."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from minicnn.fer.prediction.face_detection import Box
from minicnn.fer.prediction.predict import Prediction

__all__ = ["draw_prediction"]

# Light on dark and dark on light, so that they can be distinguished without colours.
_SURE, _UNSURE, _TEXT = (255, 190, 0), (225, 225, 225), (0, 0, 0)


def draw_prediction(
    picture: Image.Image, box: Box, prediction: Prediction, number: int | None = None
) -> None:
    """Draw the box, and the label above it, or inside it at the top of the picture.

    Parameters
    ----------
    picture : PIL image of mode RGB
        Changed in place.
    box : Box
    prediction : Prediction
    number : int, optional
        Written before the label, to distinguish several faces.
    """
    pen = ImageDraw.Draw(picture)
    x, y, w, h = box
    colour = _UNSURE if prediction.unsure else _SURE
    longer = max(picture.size)
    line = max(2, longer // 400)
    pen.rectangle((x, y, x + w - 1, y + h - 1), outline=colour, width=line)

    prefix = "" if number is None else f"{number} "
    text = f"{prefix}{prediction.label} {prediction.confidence:.0%}"
    if prediction.unsure:
        text += " unsure"
    font = ImageFont.load_default(max(11, longer // 50))
    left, top, right, bottom = pen.textbbox((0, 0), text, font=font, anchor="lt")
    pad = 2 * line
    width, height = round(right - left) + 2 * pad, round(bottom - top) + 2 * pad
    x = max(0, min(x, picture.width - width))
    y = y - height if y >= height else y
    pen.rectangle((x, y, x + width - 1, y + height - 1), fill=colour)
    pen.text((x + pad, y + pad), text, fill=_TEXT, font=font, anchor="lt")
