"""A photo with faces in known places: drawn faces, pasted into a plain picture."""

from PIL import Image

from minicnn.fer.datasets.synthetic import synthetic_faces

__all__ = ["PLACES", "check_places", "drawn_photo", "overlap"]

#: Left, upper edge and side of each face's frame. The head fills most of it.
PLACES = [(30, 20, 160), (240, 130, 140), (430, 40, 180)]


def drawn_photo(places=PLACES, *, size=(640, 320), seed=1):
    """Return a PIL image of mode RGB."""
    photo = Image.new("RGB", size, (150, 160, 170))
    for face, (x, y, side) in zip(synthetic_faces(7, seed=seed).images, places, strict=False):
        large = Image.fromarray(face[:, :, 0]).resize((side, side), Image.Resampling.BICUBIC)
        photo.paste(large.convert("RGB"), (x, y))
    return photo


def overlap(box, place):
    """Intersection over union of a found box and a square (left, upper edge, side)."""
    x, y, side = place
    across = min(box.x + box.width, x + side) - max(box.x, x)
    down = min(box.y + box.height, y + side) - max(box.y, y)
    common = max(0, across) * max(0, down)
    return common / (box.width * box.height + side**2 - common)


def check_places(boxes, places):
    """Assert that there is one box for each place, and that it covers it."""
    assert len(boxes) == len(places)
    for box, place in zip(boxes, places, strict=True):
        assert overlap(box, place) > 0.6
