"""FER2013 in all the shapes in which people have it, from images that are made up."""

import io
import zipfile

import numpy as np
from PIL import Image

from minicnn.fer.datasets.emotions import EMOTIONS

# The numbers of the csv files, as the data set's description gives them.
CSV_NUMBERS = {
    "angry": 0, "disgust": 1, "fear": 2, "happy": 3, "sad": 4, "surprise": 5, "neutral": 6,
}  # fmt: skip
PER_CLASS = {"Training": 3, "PrivateTest": 2, "PublicTest": 1}


def random_rows():
    """(usage, emotion, pixels) in random order, the usages one after the other."""
    draw = np.random.default_rng(3)
    rows = []
    for usage, count in PER_CLASS.items():
        emotions = draw.permutation(np.repeat(EMOTIONS, count))
        rows += [(usage, str(e), draw.integers(0, 256, (48, 48), np.uint8)) for e in emotions]
    return rows


def encode(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def entries(rows):
    for i, (usage, emotion, pixels) in enumerate(rows):
        split = "train" if usage == "Training" else "test"
        yield f"{split}/{emotion}/{usage}_{i:08}.png", encode(pixels)


def csv_text(rows, header="emotion,pixels,Usage"):
    """As in the real file, PublicTest comes before PrivateTest."""
    usages = ["Training", "PublicTest", "PrivateTest"]
    lines = [header]
    for usage, emotion, pixels in sorted(rows, key=lambda row: usages.index(row[0])):
        cells = {
            "emotion": str(CSV_NUMBERS[emotion]),
            "pixels": " ".join(map(str, pixels.ravel())),
            "Usage": usage,
        }
        lines.append(",".join(cells[name.strip()] for name in header.split(",")))
    return "\n".join(lines) + "\n"


def make_zip(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return path


def make_folder(path, files):
    for name, content in files:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def make_source(shape, rows, top):
    if shape == "zip":
        return make_zip(top / "fer2013.zip", entries(rows))
    if shape == "zip, reversed, with litter":
        files = [*entries(rows)][::-1]
        litter = [(f"__MACOSX/{name}", b"x") for name, _ in files] + [("train/.DS_Store", b"x")]
        return make_zip(top / "archive.zip", [*litter, *files])
    if shape == "zip, the classes of the splits in different orders":
        train, test = (
            [file for file in entries(rows) if file[0].startswith(split)]
            for split in ("train", "test")
        )
        return make_zip(top / "archive.zip", [*sorted(test, reverse=True), *sorted(train)])
    if shape == "folder":
        return make_folder(top / "extracted", entries(rows))
    if shape == "folder, deeper, capitals":
        files = ((f"FER/{name.replace('t', 'T', 1)}", content) for name, content in entries(rows))
        return make_folder(top / "extracted", files)
    path = top / "fer2013.csv"
    if shape == "csv":
        path.write_text(csv_text(rows))
    elif shape == "icml csv":
        path = top / "icml_face_data.csv"
        path.write_text(csv_text(rows, "emotion, Usage, pixels"))
    elif shape == "zipped csv":
        path = make_zip(top / "fer2013.csv.zip", [("fer2013.csv", csv_text(rows))])
    elif shape == "zipped csv among others":
        files = [("train.csv", "no"), ("icml_face_data.csv", csv_text(rows)), ("test.csv", "no")]
        path = make_zip(top / "challenge.zip", files)
    elif shape == "folder with csv":
        path = make_folder(top / "old", [("fer2013/fer2013.csv", csv_text(rows).encode())])
    return path


SHAPES = [
    "zip",
    "zip, reversed, with litter",
    "zip, the classes of the splits in different orders",
    "folder",
    "folder, deeper, capitals",
    "csv",
    "icml csv",
    "zipped csv",
    "zipped csv among others",
    "folder with csv",
]


def assert_equal(one, other):
    assert list(one.splits) == list(other.splits)
    for name in one.splits:
        np.testing.assert_array_equal(one.splits[name].images, other.splits[name].images)
        np.testing.assert_array_equal(one.splits[name].labels, other.splits[name].labels)
