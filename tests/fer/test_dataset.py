"""FER2013 in all its shapes, from synthetic images; and the real one where there is one."""

import io
import logging
import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from minicnn.data import cache, progress
from minicnn.data.quality import inspect_dataset
from minicnn.fer import dataset
from minicnn.fer.dataset import ignored_files, load_fer2013
from minicnn.fer.labels import EMOTIONS

# The numbers of the csv files, as the data set's description gives them.
CSV_NUMBERS = {
    "angry": 0, "disgust": 1, "fear": 2, "happy": 3, "sad": 4, "surprise": 5, "neutral": 6,
}  # fmt: skip
PER_CLASS = {"Training": 3, "PrivateTest": 2, "PublicTest": 1}


@pytest.fixture(autouse=True)
def cache_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MINICNN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def rows():
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


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_identical_arrays(shape, rows, tmp_path):
    loaded = load_fer2013(make_source(shape, rows, tmp_path))
    assert loaded.class_names == EMOTIONS
    assert set(loaded.splits) == {"train", "test", "PublicTest", "PrivateTest"}
    usages = {
        "train": ["Training"],
        "test": ["PrivateTest", "PublicTest"],
        "PublicTest": ["PublicTest"],
        "PrivateTest": ["PrivateTest"],
    }
    for name, split in loaded.splits.items():
        expected = [row for row in rows if row[0] in usages[name]]
        assert split.images.shape == (len(expected), 48, 48, 1)
        assert split.images.dtype == np.uint8
        assert split.labels.dtype == np.int64
        np.testing.assert_array_equal(split.images[..., 0], [pixels for _, _, pixels in expected])
        assert [EMOTIONS[label] for label in split.labels] == [
            emotion for _, emotion, _ in expected
        ]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_second_time_comes_from_the_cache(shape, rows, tmp_path, monkeypatch, cache_folder):
    path = make_source(shape, rows, tmp_path)
    first = load_fer2013(path)
    assert len(list(cache_folder.iterdir())) == 1
    monkeypatch.setattr(dataset, "_read", None)  # nothing is read from the source any more
    assert_equal(load_fer2013(path), first)


@pytest.mark.parametrize("shape", SHAPES)
def test_files_that_are_left_out_are_counted(shape, rows, tmp_path):
    count = ignored_files(make_source(shape, rows, tmp_path))
    assert count == (len(rows) + 1 if "litter" in shape else 0)


def test_without_cache_none_is_written(rows, tmp_path, cache_folder):
    load_fer2013(make_source("zip", rows, tmp_path), cache=False)
    assert not cache_folder.exists()


@pytest.mark.parametrize("shape", ["zip", "folder", "csv"])
def test_a_changed_source_is_read_again(shape, rows, tmp_path):
    path = make_source(shape, rows, tmp_path)
    first = load_fer2013(path)
    negative = [(usage, emotion, 255 - pixels) for usage, emotion, pixels in rows]
    make_source(shape, negative, tmp_path)
    second = load_fer2013(path)
    np.testing.assert_array_equal(second.train.images, 255 - first.train.images)


@pytest.mark.parametrize(
    "change",
    [
        {"images": np.zeros((3, 48, 48, 1), np.uint8)},
        {"labels": np.full(42, 7)},
        {"labels": np.zeros((), np.int64)},
        {"usages": np.zeros(42)},
        {"usages": np.arange(42) % 3},
        {"more": np.zeros(1)},
    ],
)
def test_a_wrong_cache_is_not_believed(change, rows, tmp_path, cache_folder):
    path = make_source("zip", rows, tmp_path)
    first = load_fer2013(path)
    (file,) = cache_folder.iterdir()
    with np.load(file) as stored:
        arrays = dict(stored)
    assert len(arrays["labels"]) == 42
    np.savez(file, **(arrays | change))
    assert_equal(load_fer2013(path), first)


def test_an_unwritable_cache_costs_one_line(rows, tmp_path, cache_folder, caplog):
    cache_folder.write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        loaded = load_fer2013(make_source("zip", rows, tmp_path))
    assert len(loaded.train) == 21
    assert len(caplog.messages) == 1


def test_test_images_of_other_names_belong_to_no_half(rows, tmp_path):
    files = [(name.replace("PublicTest_", "mine_"), content) for name, content in entries(rows)]
    loaded = load_fer2013(make_zip(tmp_path / "mine.zip", files))
    assert set(loaded.splits) == {"train", "test", "PrivateTest"}
    assert len(loaded.test) == 21
    assert len(loaded.splits["PrivateTest"]) == 14


def test_images_of_another_size_are_resized(rows, tmp_path):
    files = [
        (
            name,
            encode(np.kron(np.array(Image.open(io.BytesIO(content))), np.ones((2, 2), np.uint8))),
        )
        for name, content in entries(rows)
    ]
    loaded = load_fer2013(make_zip(tmp_path / "large.zip", files))
    assert loaded.train.images.shape == (21, 48, 48, 1)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("shape", ["zip", "csv"])
def test_progress_is_shown_on_a_terminal_only(shape, rows, tmp_path, monkeypatch):
    path = make_source(shape, rows, tmp_path)
    for stream, options, shown in [
        (Terminal(), {}, True),
        (Terminal(), {"progress": False}, False),
        (io.StringIO(), {}, False),
    ]:
        monkeypatch.setattr(progress.sys, "stderr", stream)
        load_fer2013(path, cache=False, **options)
        assert ("FER2013" in stream.getvalue()) == shown


class TestBadInput:
    def test_nothing_there(self, tmp_path):
        with pytest.raises(FileNotFoundError, match=r"no\.zip does not exist, expected FER2013 as"):
            load_fer2013(tmp_path / "no.zip")

    @pytest.mark.parametrize("name", ["fer2013.tar.gz", "fer2013"])
    def test_another_kind_of_file(self, name, tmp_path):
        (tmp_path / name).write_bytes(b"\x1f\x8b anything")
        with pytest.raises(ValueError, match=f"{name} is not FER2013, expected a zip archive, a f"):
            load_fer2013(tmp_path / name)

    def test_a_zip_that_is_none(self, tmp_path):
        (tmp_path / "fer2013.zip").write_text("<html>Please log in</html>")
        with pytest.raises(ValueError, match=r"fer2013\.zip is not a complete zip archive"):
            load_fer2013(tmp_path / "fer2013.zip")

    @pytest.mark.parametrize("make", [make_zip, make_folder])
    def test_no_classes(self, make, tmp_path):
        path = make(tmp_path / "pictures", [("holiday/a.png", b"")])
        with pytest.raises(ValueError, match="pictures: expected the folders train/ and test/"):
            load_fer2013(path)

    @pytest.mark.parametrize("make", [make_zip, make_folder])
    def test_an_unknown_class(self, make, rows, tmp_path):
        path = make(tmp_path / "fer", [*entries(rows), ("train/contempt/a.png", b"")])
        with pytest.raises(ValueError, match="train/contempt is not a known class, expected angry"):
            load_fer2013(path)

    @pytest.mark.parametrize("make", [make_zip, make_folder])
    def test_missing_classes(self, make, rows, tmp_path):
        files = [file for file in entries(rows) if not file[0].startswith(("test/sad", "test/fea"))]
        with pytest.raises(
            ValueError, match="test has no images of fear, sad, expected one folder"
        ):
            load_fer2013(make(tmp_path / "fer", files))

    @pytest.mark.parametrize("make", [make_zip, make_folder])
    def test_a_truncated_image(self, make, rows, tmp_path, cache_folder):
        files = [*entries(rows)]
        files[5] = (files[5][0], files[5][1][:-100])
        with pytest.raises(ValueError, match=f"fer: {files[5][0]} is a damaged or truncated image"):
            load_fer2013(make(tmp_path / "fer", files))
        assert not cache_folder.exists()

    def test_an_entry_with_a_changed_byte(self, rows, tmp_path):
        files = [*entries(rows)]
        path = make_zip(tmp_path / "fer2013.zip", files)
        content = bytearray(path.read_bytes())
        content[content.index(files[4][0].encode()) + 300] ^= 255
        path.write_bytes(content)
        with pytest.raises(ValueError, match=rf"fer2013\.zip: {files[4][0]} "):
            load_fer2013(path)

    def test_a_zipped_csv_with_a_changed_byte(self, rows, tmp_path):
        path = make_source("zipped csv", rows, tmp_path)
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 255
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"fer2013\.csv"):
            load_fer2013(path)

    def test_a_csv_that_unpacks_to_too_much(self, rows, tmp_path, monkeypatch):
        monkeypatch.setattr(dataset, "_MAX_CSV_BYTES", 1000)
        with pytest.raises(
            ValueError, match=r"fer2013\.csv has .* bytes unpacked, .* most 1,000\."
        ):
            load_fer2013(make_source("zipped csv", rows, tmp_path))

    @pytest.mark.parametrize("shape", ["csv", "zipped csv", "folder with csv"])
    def test_a_row_of_2303_pixels(self, shape, rows, tmp_path):
        short = [*rows]
        short[7] = (*rows[7][:2], rows[7][2].ravel()[:-1])
        path = make_source(shape, short, tmp_path)
        message = r"fer2013\.csv, line 9: 2,303 pixels, expected 2,304 \(48 x 48\)"
        with pytest.raises(ValueError, match=message):
            load_fer2013(path)

    @pytest.mark.parametrize(
        ("row", "message"),
        [
            ("7,{},Training", "emotion is '7', expected one of 0, 1, 2, 3, 4, 5, 6"),
            ("3,{} 256,Training", "pixel '256' is not a whole number from 0 to 255"),
            ("3,{},Test", "Usage is 'Test', expected one of Training, PrivateTest, PublicTest"),
        ],
    )
    def test_a_wrong_row(self, row, message, rows, tmp_path):
        path = tmp_path / "fer2013.csv"
        path.write_text(csv_text(rows) + row.format(" ".join(["1"] * 2304)) + "\n")
        with pytest.raises(ValueError, match=rf"fer2013\.csv, line {len(rows) + 2}: {message}"):
            load_fer2013(path)

    def test_a_csv_without_the_columns(self, tmp_path):
        (tmp_path / "fer2013.csv").write_text("label,image\n1,2\n")
        with pytest.raises(ValueError, match="expected the columns emotion, pixels, Usage"):
            load_fer2013(tmp_path / "fer2013.csv")

    def test_a_csv_without_a_class(self, rows, tmp_path):
        kept = [row for row in rows if row[:2] != ("Training", "sad")]
        with pytest.raises(ValueError, match=r"expected training images of every emotion, .* sad"):
            load_fer2013(make_source("csv", kept, tmp_path))

    def test_a_csv_without_test_images(self, rows, tmp_path):
        kept = [row for row in rows if row[0] == "Training"]
        with pytest.raises(ValueError, match=r"expected test images of every emotion, .* angry"):
            load_fer2013(make_source("csv", kept, tmp_path))


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """The real zip, loaded into an empty cache once."""
    path = os.environ.get("MINICNN_FER2013")
    if not path:
        pytest.skip("MINICNN_FER2013 does not name the FER2013 zip")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINICNN_CACHE", str(tmp_path_factory.mktemp("cache")))
        first = load_fer2013(path)
        patch.setattr(dataset, "_read", None)
        second = load_fer2013(path)
        yield Path(path), first, second
        shutil.rmtree(cache.cache_folder())


class TestRealData:
    def test_images_per_class(self, real):
        _, loaded, _ = real
        train = [3995, 436, 4097, 7215, 4965, 4830, 3171]
        test = [958, 111, 1024, 1774, 1233, 1247, 831]
        assert np.bincount(loaded.train.labels).tolist() == train
        assert np.bincount(loaded.test.labels).tolist() == test
        assert len(loaded.splits["PublicTest"]) == len(loaded.splits["PrivateTest"]) == 3589

    def test_the_cache_equals_the_first_reading(self, real):
        _, first, second = real
        assert_equal(first, second)

    def test_a_part_of_the_training_images_has_every_class(self, real):
        """So that validation_split, which takes the last images, is fair."""
        _, loaded, _ = real
        share = np.bincount(loaded.train.labels[-2871:], minlength=7) / 2871
        whole = np.bincount(loaded.train.labels) / len(loaded.train)
        assert abs(share - whole).max() < 0.03

    def test_an_image_is_what_pillow_decodes(self, real):
        path, loaded, _ = real
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.startswith("train/")]
            first = min(names, key=lambda name: name.rpartition("/")[2])
            pixels = np.array(Image.open(io.BytesIO(archive.read(first))))
        np.testing.assert_array_equal(loaded.train.images[0, ..., 0], pixels)
        assert EMOTIONS[loaded.train.labels[0]] == first.split("/")[1]

    def test_twins_contradictions_and_blank_images(self, real):
        _, loaded, _ = real
        quality = inspect_dataset(loaded)
        assert (len(quality.groups), quality.groups.sum()) == (1516, 3369)
        assert sum(quality.contradictions.values()) == 57
        parts = quality.splits
        assert parts["test"].twins_in_training == 568
        halves = [parts[name].twins_in_training for name in ("PublicTest", "PrivateTest")]
        assert halves == [280, 288]
        assert len(parts["train"].blank) + len(parts["test"].blank) == 12
