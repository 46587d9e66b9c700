"""Lists of classes: other tables beside them do no harm, and damaged ones are named."""

import io

import numpy as np
import pytest
from pictures_of_classes import put, table

from minicnn.data.trees import FolderTree
from minicnn.fer.datasets.label_lists import find_in_lists
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


def test_votes_that_are_no_numbers_are_named(tmp_path):
    content = {"FER2013Train/label.csv": b"1.png,box,5,0,0,0,0,0,0,0,0,many\n"}
    top = put(tmp_path / "ferplus", ["FER2013Train/1.png", *content], content)
    with pytest.raises(ValueError, match=r"label\.csv has the votes 5, 0.* many, expected ten num"):
        load_images(top)


def test_rows_that_are_cut_and_faces_without_an_emotion_are_left_out(tmp_path):
    rows = "".join(f"{i}.png,{i % 2}\n" for i in range(10))
    content = {"labels.csv": f"image,expression\n{rows}10.png\n11.png,9\n".encode()}
    loaded = load_images(
        put(tmp_path / "flat", [*(f"{i}.png" for i in range(12)), *content], content)
    )
    assert loaded.class_names == ("0", "1")
    assert len(loaded.train) + len(loaded.test) == 10


def npz():
    file = io.BytesIO()
    np.savez(file, np.array("3"))
    return file.getvalue()


def npy(value, shape="()"):
    file = io.BytesIO()
    np.save(file, np.array(value))
    return file.getvalue().replace(b"'shape': ()", b"'shape': " + shape.encode())


@pytest.mark.parametrize(
    "content", [npz(), npy(np.inf), npy("3", "(10**13,)"), npy(3.0, "(9999999999999,)")]
)
def test_damaged_annotations_of_affectnet_are_named(content, tmp_path):
    files = {"train_set/images/0.jpg": b"", "train_set/annotations/0_exp.npy": content}
    tree = FolderTree(put(tmp_path, files, files))
    with pytest.raises(ValueError, match=r"0_exp\.npy is not the number of an expression"):
        find_in_lists(tree, [*files], ["train_set/images/0.jpg"])


def test_annotations_are_read_in_the_order_of_their_places(tmp_path):
    files = {}
    for i in (3, 1, 0, 2):
        files |= {
            f"train_set/images/{i}.jpg": b"",
            f"train_set/annotations/{i}_exp.npy": npy(str(i)),
        }
    tree = FolderTree(put(tmp_path, files, files))
    order = {name: place for place, name in enumerate(files)}
    opened = []
    tree.place = order.__getitem__
    tree.open = lambda name: opened.append(name) or (tmp_path / name).open("rb")
    found = find_in_lists(tree, sorted(files), sorted(files))
    assert len(found) == 4
    assert opened == sorted(opened, key=order.get)
