"""Lists of classes: other tables beside them do no harm, and damaged ones are named."""

import pytest
from pictures_of_classes import put, table

from minicnn.fer.datasets.load_images import load_images

pytestmark = pytest.mark.usefixtures("cache_folder")

LABELS = b"image,label\r" + b"".join(
    b"%d.png,%s\r" % (i, b"cat" if i % 2 else b"dog") for i in range(10)
)
UNREADABLE = {
    "an unclosed quote": b'about,"' + b"x" * 200_000,
    "a carriage return in the header": b"one\rtwo\rthree\r\n",
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_unreadable_tables_beside_the_images_are_left_alone(what, tmp_path):
    other = UNREADABLE[what]
    content = {"readme.txt": other, "meta.csv": other, "labels.csv": LABELS}
    flat = load_images(
        put(tmp_path / "flat", [*(f"{i}.png" for i in range(10)), *content], content)
    )
    assert flat.class_names == ("cat", "dog")
    names = [f"{name}/{i}.png" for name in ("cat", "dog") for i in range(5)]
    content = {"meta.csv": other, "label.csv": other}
    folders = load_images(put(tmp_path / "folders", [*names, *content], content))
    assert folders.class_names == ("cat", "dog")


def test_a_list_that_is_damaged_further_down_is_named(tmp_path):
    content = {"labels.csv": LABELS + b'9.png,"' + b"x" * 200_000}
    top = put(tmp_path / "flat", [*(f"{i}.png" for i in range(10)), *content], content)
    with pytest.raises(ValueError, match=r"labels\.csv, line 12: field larger"):
        load_images(top)
    votes = {
        "fer2013.csv": table([(3, 1, "Training")]),
        "fer2013new.csv": b'neutral\n"' + b"x" * 200_000,
    }
    with pytest.raises(ValueError, match=r"fer2013new\.csv is not FER\+'s table of votes"):
        load_images(put(tmp_path / "votes", votes, votes))
