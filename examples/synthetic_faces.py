"""Draw a sheet of synthetic faces: one column per emotion, one row per group of seven people.

Example: python examples/synthetic_faces.py faces.png --rows 6 --seed 0
"""

from __future__ import annotations

import argparse

from PIL import Image, ImageDraw, ImageFont

from minicnn.fer import EMOTIONS, synthetic_faces

FACE = 96  # pixels: twice the size in which the network sees them
GAP = 6
TITLE = 26


def sheet(rows: int, seed: int) -> Image.Image:
    """Faces 0 .. 7 * rows - 1 of stream `seed` under the names of their emotions."""
    faces = synthetic_faces(len(EMOTIONS) * rows, seed=seed)
    step = FACE + GAP
    page = Image.new("L", (len(EMOTIONS) * step + GAP, TITLE + rows * step), color=255)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=18)
    for label, emotion in enumerate(EMOTIONS):
        middle = GAP + label * step + FACE // 2
        pen.text((middle, TITLE // 2), emotion, fill=0, font=font, anchor="mm")
    for k, (image, label) in enumerate(zip(faces.images, faces.labels.tolist(), strict=True)):
        face = Image.fromarray(image[:, :, 0]).resize((FACE, FACE), Image.Resampling.NEAREST)
        page.paste(face, (GAP + label * step, TITLE + k // len(EMOTIONS) * step))
    return page


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Draw a sheet of synthetic faces, one column per emotion.",
        epilog="example: python examples/synthetic_faces.py faces.png --rows 6 --seed 0",
    )
    parser.add_argument("path", help="picture to write, for example faces.png")
    parser.add_argument("--rows", type=int, default=6, help="faces per emotion (default 6)")
    parser.add_argument("--seed", type=int, default=0, help="which stream of faces (default 0)")
    arguments = parser.parse_args()
    sheet(arguments.rows, arguments.seed).save(arguments.path, optimize=True)


if __name__ == "__main__":
    main()
