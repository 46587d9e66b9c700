"""Images of any classes, in every layout that people have them in."""

import gzip
import io
import os
import sys
import tarfile
from collections import Counter

import numpy as np
import pytest
from fer_sources import SHAPES, assert_equal, make_source, make_zip
from pictures_of_classes import picture, put, table
from PIL import Image

from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.datasets.fer2013 import load_fer2013
from minicnn.fer.datasets.load_images import load_images
from minicnn.fer.datasets.sources import ignored_files

pytestmark = pytest.mark.usefixtures("cache_folder")

PETS = ("cat", "dog", "hen")
RAF = ("surprise", "fear", "disgust", "happy", "sad", "angry", "neutral")
EIGHT = ("angry", "contempt", "disgust", "fear", "happy", "neutral", "sad", "surprise")


def each(classes, count=5, before="", ending=".png"):
    return [f"{before}{name}/{i}{ending}" for name in classes for i in range(count)]


def counts(split, dataset):
    found = Counter(dataset.class_names[label] for label in split.labels)
    return [found[name] for name in dataset.class_names]


@pytest.mark.parametrize("shape", SHAPES)
def test_fer2013_is_what_its_own_reader_gives(shape, rows, tmp_path):
    path = make_source(shape, rows, tmp_path)
    loaded = load_images(path)
    assert_equal(loaded, load_fer2013(path))
    assert (loaded.class_names, loaded.notes) == (EMOTIONS, ())


PARTS = {
    "train and test": (("train", "test"), {"train", "test"}),
    "train and validation": (("train", "validation"), {"train", "test"}),
    "train and val": (("train", "val"), {"train", "test"}),
    "Training and Testing": (("Training", "Testing"), {"train", "test"}),
    "all three": (("train", "valid", "test"), {"train", "validation", "test"}),
    "AffectNet's": (("train_set", "val_set"), {"train", "test"}),
}


@pytest.mark.parametrize("parts", PARTS)
@pytest.mark.parametrize("above", ["", "data/", "archive/data set/"])
def test_parts(parts, above, tmp_path):
    folders, expected = PARTS[parts]
    names = [name for folder in folders for name in each(PETS, 2, f"{above}{folder}/")]
    loaded = load_images(put(tmp_path / "pets", [*names, "README.md"]))
    assert (loaded.class_names, set(loaded.splits)) == (PETS, expected)
    assert all(counts(split, loaded) == [2, 2, 2] for split in loaded.splits.values())
    told = any("validation images are the test" in note for note in loaded.notes)
    assert told == ("test" not in " ".join(folders).casefold())


@pytest.mark.parametrize(
    ("names", "number"),
    [
        (each(PETS), 5),
        (each(PETS, 5, "pets/"), 5),
        (each(PETS, 5, "archive/pets/"), 5),
        (each(PETS, 5, "train/"), 5),
        (each(["cat/a", "cat/b", "dog", "hen"], 5), 5),
        ([f"{person}/{c}/1.png" for person in "abcde" for c in ("happy", "Sad", "anger")], 5),
        ([f"{c}/{person}/1.png" for person in "abcde" for c in ("happy", "Sad", "anger")], 5),
    ],
)
def test_class_folders_without_parts_are_split(names, number, tmp_path):
    loaded = load_images(put(tmp_path / "all", names))
    assert len(loaded.class_names) == 3
    of_each = np.add(counts(loaded.train, loaded), counts(loaded.test, loaded)).tolist()
    assert set(of_each) <= {number, 2 * number}
    assert min(counts(loaded.test, loaded)) >= 1
    assert "a fifth of every class, chosen with seed 0; twins stay together" in loaded.notes[-1]


def test_the_split_follows_the_seed_and_stays_when_pictures_are_added(tmp_path):
    top = put(tmp_path / "pets", each(PETS, 40))
    first, again, other = load_images(top), load_images(top, cache=False), load_images(top, seed=1)
    assert_equal(first, again)
    assert not np.array_equal(first.test.images, other.test.images)
    assert counts(first.test, first) == [8, 8, 8]
    large = load_images(top, image_size=64, color_mode="rgb")
    np.testing.assert_array_equal(large.test.labels, first.test.labels)
    put(top, ["cat/new.png"], {"cat/new.png": picture(999)})
    known = {image.tobytes() for image in load_images(top).test.images}
    assert sum(image.tobytes() in known for image in first.test.images) >= 23


def test_twins_and_the_frames_of_a_sequence_stay_together(tmp_path):
    names = [
        f"{emotion}/S{person:03}_{number:03}_{frame:08}.png"
        for number, emotion in enumerate(("anger", "contempt", "happy"), start=1)
        for person in range(6)
        for frame in (9, 10, 11)
    ]
    twins = {f"{c}/{i}.png": picture(500 + i // 2) for c in ("anger", "happy") for i in range(8)}
    loaded = load_images(put(tmp_path / "CK+48", [*names, *twins], twins))
    assert loaded.class_names == ("angry", "contempt", "happy")
    assert any("takes anger as angry" in note for note in loaded.notes)
    sides = [{image.tobytes() for image in split.images} for split in (loaded.train, loaded.test)]
    assert not sides[0] & sides[1]
    assert counts(loaded.test, loaded)[1] % 3 == 0


SYNONYMS = {
    "anger": "angry", "Disgusted": "disgust", "fearful": "fear", "Happiness": "happy",
    "NEUTRAL": "neutral", "sadness": "sad", "surprised": "surprise", "Contempt": "contempt",
}  # fmt: skip


def test_other_words_for_the_emotions(tmp_path):
    loaded = load_images(put(tmp_path / "faces", each(SYNONYMS, 2)))
    assert loaded.class_names == EIGHT
    assert [note for note in loaded.notes if "Disgusted as disgust" in note]
    seven = [word for word in SYNONYMS if word != "Contempt"]
    names = [name for part in ("train", "test") for name in each(seven, 1, f"{part}/")]
    loaded = load_images(put(tmp_path / "seven", names))
    assert loaded.class_names == EMOTIONS
    assert len(loaded.notes) == 1
    numbered = load_images(put(tmp_path / "numbered", each(["0_anger", "1 - happy"], 2)))
    assert numbered.class_names == ("angry", "happy")


def test_numbers_of_rafdb_and_affectnet(tmp_path):
    def of(top, numbers):
        names = each(map(str, numbers), 1, "train/") + each(map(str, numbers), 1, "test/")
        loaded = load_images(put(tmp_path / top, names))
        return [loaded.class_names[label] for label in loaded.train.labels], loaded

    names, loaded = of("raf", range(1, 8))
    assert (tuple(names), loaded.class_names) == (RAF, EMOTIONS)
    assert "RAF-DB's: 1 surprise, 2 fear" in loaded.notes[0]
    names, loaded = of("affect", range(8))
    assert (names[0], names[1], names[7], loaded.class_names) == (
        *("neutral", "happy", "contempt"),
        EIGHT,
    )
    assert of("others", range(3))[1].class_names == ("0", "1", "2")


def test_rafdb_with_its_list(tmp_path):
    lines, names = [], []
    for part in ("train", "test"):
        for i in range(14):
            lines.append(f"{part}_{i:05}.jpg {i % 7 + 1}")
            names.append(f"basic/Image/aligned/{part}_{i:05}_aligned.jpg")
            names.append(f"basic/Image/original/{part}_{i:05}.jpg")
    listed = "basic/EmoLabel/list_patition_label.txt"
    top = put(tmp_path / "raf", [*names, listed], {listed: "\n".join(lines).encode()})
    loaded = load_images(top)
    assert loaded.class_names == EMOTIONS
    assert counts(loaded.train, loaded) == counts(loaded.test, loaded) == [2] * 7
    assert tuple(loaded.class_names[label] for label in loaded.train.labels[:7]) == RAF
    kaggle = {
        f"DATASET/{part}_labels.csv": (
            "image,label\n" + "".join(f"{part}_{i:05}_aligned.jpg,{i % 7 + 1}\n" for i in range(7))
        ).encode()
        for part in ("train", "test")
    }
    flat = [f"DATASET/{p}/{p}_{i:05}_aligned.jpg" for p in ("train", "test") for i in range(7)]
    loaded = load_images(put(tmp_path / "kaggle", [*flat, *kaggle], kaggle))
    assert tuple(loaded.class_names[label] for label in loaded.train.labels) == RAF
    assert len(loaded.test) == 7


def votes(**given):
    columns = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear",
               "contempt", "unknown", "NF")  # fmt: skip
    return ",".join(str(given.get(name, 0)) for name in columns), ",".join(columns)


def test_ferplus(tmp_path):
    emotions = ("happiness", "contempt", "anger")
    row = {name: votes(**{name: 8, "unknown": 1})[0] for name in emotions}
    unclear, faceless = votes(fear=5, surprise=5)[0], votes(NF=10)[0]
    content = {}
    for folder in ("FER2013Train", "FER2013Valid", "FER2013Test"):
        lines = [f'fer{i:07}.png,"(0, 0, 48, 48)",{row[emotions[i % 3]]}' for i in range(6)]
        lines += [f'fer{i:07}.png,"(0, 0, 48, 48)",{v}' for i, v in ((6, unclear), (7, faceless))]
        content[f"{folder}/label.csv"] = "\n".join(lines).encode()
    names = [f"{name.rpartition('/')[0]}/fer{i:07}.png" for name in content for i in range(8)]
    loaded = load_images(put(tmp_path / "ferplus", [*names, *content], content))
    assert loaded.class_names == ("angry", "contempt", "happy")
    assert {name: counts(split, loaded) for name, split in loaded.splits.items()} == {
        name: [2, 2, 2] for name in ("train", "validation", "test")
    }

    usages = ["Training"] * 4 + ["PublicTest"] * 4
    columns = votes()[1]
    voted = [row["happiness"], row["contempt"], unclear, row["happiness"]] * 2
    content = {
        "fer2013.csv": table([(3, i, usage) for i, usage in enumerate(usages)]),
        "fer2013new.csv": "\n".join(
            [f"Usage,Image name,{columns}"]
            + [f"{u},fer{i:07}.png,{v}" for i, (u, v) in enumerate(zip(usages, voted, strict=True))]
        ).encode(),
    }
    loaded = load_images(put(tmp_path / "both", content, content))
    assert loaded.class_names == ("contempt", "happy")
    assert counts(loaded.train, loaded) == counts(loaded.splits["PublicTest"], loaded) == [1, 2]
    assert any("FER+" in note for note in loaded.notes)
    images = {f"img/fer{i:07}.png": picture(i) for i in range(8)}
    listed = {"fer2013new.csv": content["fer2013new.csv"], **images}
    loaded = load_images(put(tmp_path / "listed", listed, listed))
    assert counts(loaded.train, loaded) == counts(loaded.test, loaded) == [1, 2]


def test_affectnet_with_annotations(tmp_path):
    content = {}
    for part in ("train_set", "val_set"):
        for i in range(10):
            annotation = io.BytesIO()
            np.save(annotation, np.array(str(i)))
            content[f"{part}/annotations/{i}_exp.npy"] = annotation.getvalue()
            content[f"{part}/images/{i}.jpg"] = picture(i, form="JPEG")
    content["train_set/annotations/99_exp.npy"] = annotation.getvalue()  # its image is not there
    loaded = load_images(put(tmp_path / "affectnet", content, content))
    assert loaded.class_names == EIGHT
    assert counts(loaded.train, loaded) == counts(loaded.test, loaded) == [1] * 8


def test_ckplus_as_it_is_published(tmp_path):
    content = {}
    for person in range(4):
        for number, emotion in ((1, 3), (2, 5)):
            where = f"S{person:03}/{number:03}/S{person:03}_{number:03}_"
            for frame in range(1, 7):
                name = f"cohn-kanade-images/{where}{frame:08}.png"
                content[name] = picture(100 * person + 10 * number + frame)
            content[f"Emotion/{where}00000006_emotion.txt"] = f"   {emotion}.0000000e+00\n".encode()
    loaded = load_images(put(tmp_path / "CK+", content, content))
    assert loaded.class_names == ("disgust", "happy")
    assert counts(loaded.train, loaded) == [9, 9]
    assert counts(loaded.test, loaded) == [3, 3]


def test_csv_files(tmp_path):
    usages = ["Training"] * 8 + ["PrivateTest"] * 8
    rows = [(i % 8, i, usage) for i, usage in enumerate(usages)]
    ck = put(tmp_path / "ck", ["ckextended.csv"], {"ckextended.csv": table(rows)})
    loaded = load_images(ck / "ckextended.csv")
    assert loaded.class_names == EIGHT
    assert loaded.class_names[loaded.train.labels[7]] == "contempt"
    assert set(loaded.splits) == {"train", "test", "PrivateTest"}
    form = {"image_size": 96, "color_mode": "rgb"}
    assert load_images(ck, **form).train.images.shape[1:] == (96, 96, 3)
    assert_equal(load_images(ck, **form, enlarge=False), loaded)
    packed = tmp_path / "fer2013.csv.gz"
    packed.write_bytes(gzip.compress(table(rows)))
    assert_equal(load_images(packed), loaded)
    named = [(("anger", "Joy")[i % 2], i, "") for i in range(10)]
    challenge = {
        "train.csv": table(named, "emotion,pixels"),
        "test.csv": b"pixels\n" + b" ".join([b"7"] * 2304) + b"\n",
    }
    loaded = load_images(put(tmp_path / "challenge", challenge, challenge))
    assert loaded.class_names == ("angry", "happy")
    assert counts(loaded.test, loaded) == [1, 1]
    assert any("Joy as happy" in note for note in loaded.notes)


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tar_archives(mode, rows, tmp_path):
    source = make_source("folder", rows, tmp_path)
    csv = make_source("csv", rows, tmp_path)
    for name, inside in (("fer2013.tar.gz", csv), ("images.tar", source)):
        with tarfile.open(tmp_path / name, mode) as archive:
            archive.add(inside, f"fer2013/{inside.name}" if inside == csv else "faces")
            link = tarfile.TarInfo("fer2013/train/outside")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(link)
        expected = load_fer2013(inside)
        assert_equal(load_images(tmp_path / name), expected)
        assert_equal(load_fer2013(tmp_path / name), expected)
    cut = (tmp_path / "images.tar").read_bytes()
    (tmp_path / "cut.tar").write_bytes(cut[: len(cut) // 2])
    with pytest.raises(ValueError, match=r"cut\.tar is not a (complete tar archive|data set)"):
        load_images(tmp_path / "cut.tar")


LITTER = [
    *(".DS_Store", "cat/.DS_Store", "cat/._0.png", "__MACOSX/cat/._0.png", "cat/Thumbs.db"),
    *("@eaDir/cat/SYNO@.png", "cat/@eaDir/0.png/SYNOFILE_THUMB_M.jpg", "dog/desktop.ini"),
    *("#recycle/cat/old.png", "hen/Icon\r", ".@__thumb/cat/0.png", "$RECYCLE.BIN/cat/x.png"),
]


@pytest.mark.parametrize("archive", [False, True])
def test_litter_of_macos_windows_and_network_drives(archive, tmp_path):
    top = put(tmp_path / "pets", [*each(PETS), *LITTER])
    if archive:
        names = [*each(PETS), *LITTER]
        top = make_zip(tmp_path / "pets.zip", [(name, (top / name).read_bytes()) for name in names])
    loaded = load_images(top)
    assert len(loaded.train) + len(loaded.test) == 15
    assert ignored_files(top) == len(LITTER)


def test_phone_folders_hold_films_and_texts_too(tmp_path):
    loaded = load_images(put(tmp_path / "phone", [*each(PETS), "cat/IMG_1.MOV", "dog/IMG_1.AAE"]))
    assert len(loaded.train) + len(loaded.test) == 15
    assert "skips 2 files that are no images (.AAE, .MOV)" in loaded.notes


def test_size_and_colours(tmp_path):
    red = io.BytesIO()
    Image.new("RGB", (90, 120), (200, 100, 50)).save(red, "PNG")
    names = each(("a", "b"), 2)
    top = put(tmp_path / "colours", names, dict.fromkeys(names[:1], red.getvalue()))
    loaded = load_images(top, image_size=(64, 80), color_mode="rgb")
    images = np.concatenate([loaded.train.images, loaded.test.images])
    assert images.shape == (4, 64, 80, 3)
    assert (images == (200, 100, 50)).all(axis=(1, 2, 3)).sum() == 1
    assert load_images(top).train.images.shape[1:] == (48, 48, 1)
    for options in ({"image_size": 4}, {"image_size": (1, 2, 3)}, {"color_mode": "cmyk"}):
        with pytest.raises(ValueError, match=r"image_size|color_mode"):
            load_images(top, **options)


@pytest.mark.parametrize("side", [48, 100])
def test_small_images_are_left_for_the_model_to_enlarge(side, tmp_path):
    content = {name: picture(i, side) for i, name in enumerate(each(PETS, 2))}
    top = put(tmp_path / "pets", content, content)
    loaded = load_images(top, image_size=96, color_mode="rgb", enlarge=False)
    assert loaded.train.images.shape[1:] == ((48, 48, 1) if side == 48 else (96, 96, 3))


def test_one_large_image_counts_wherever_it_lies(tmp_path):
    names = each(PETS, 3)
    content = {name: picture(i, 100 if i == 4 else 40) for i, name in enumerate(names)}
    top = put(tmp_path / "pets", content, content)
    loaded = load_images(top, image_size=96, color_mode="rgb", enlarge=False)
    assert loaded.train.images.shape[1:] == (96, 96, 3)


CONTENT = {
    "e.csv": b"a,b\n1,2\n",
    "a.csv": table([(3, 1, "Training")]),
    "b.csv": table([(4, 2, "Training")]),
    "a.rar.csv": b"Rar!\x1a\x07\x00",
}


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["a.png", "b.png"], "a.png is in no class folder, expected a folder for each"),
        (each(["cat"]), "all images are of one class, cat; expected at least two"),
        (["readme.txt"], "no images found, expected a folder for each class"),
        (["photos.zip"], "expected images in class folders. It holds photos.zip: name that file"),
        ([*each(PETS, 1, "train/"), "test/cat/1.png"], "test has no images of dog, hen, expected"),
        (each(PETS, 2, "test/"), "there are images for test and none for training"),
        (["cat/1.png", *each(["dog"], 3)], "class 'cat' has only one image, not counting copies"),
        (["a/c/1.png", "b/d/2.png"], "a/c/1.png lies in two folders, a and c, and either may be"),
        (
            [f"{top}/train/{name}/1.png" for top in ("x", "y") for name in PETS],
            "expected the folders for training and test once, found them in x, y",
        ),
        (["a.csv", "b.csv"], "a.csv, b.csv all hold images, expected one of them, or names such"),
        (["a.csv", "a.rar.csv"], "rar.csv is not a csv file that can be read; it is a RAR arch"),
        (["e.csv"], "no images found"),
    ],
)
def test_what_cannot_be_told_is_refused(names, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        load_images(put(tmp_path / "set", names, CONTENT))


def test_damaged_images_and_rows_are_named(tmp_path):
    top = put(tmp_path / "pets", each(PETS), {"dog/3.png": picture(1)[:80]})
    with pytest.raises(ValueError, match=r"pets: dog/3\.png is a damaged"):
        load_images(top)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (table([(3, 1, "Training"), (9, 2, "Training")]), "line 3: the label is '9', expected one"),
        (table([("", 1, "Training")]), "line 2: the label is empty"),
        (table([(3, 1, "Holiday")]), "line 2: usage is 'Holiday', expected one of Training, Priv"),
        (b"emotion,pixels\n", "has no images, expected rows of pixels"),
    ],
)
def test_damaged_rows_are_named(content, message, tmp_path):
    (tmp_path / "bad.csv").write_bytes(content)
    with pytest.raises(ValueError, match=rf"bad\.csv.* {message}"):
        load_images(tmp_path / "bad.csv", image_size=96, enlarge=False)


def test_votes_that_end_before_the_images_are_named(tmp_path):
    numbers, columns = votes(anger=9)
    content = {
        "fer2013.csv": table([(3, 1, "Training"), (3, 2, "Training")]),
        "fer2013new.csv": f"Usage,Image name,{columns}\nTraining,1.png,{numbers}\n".encode(),
    }
    with pytest.raises(ValueError, match=r"line 3: fer2013new\.csv has no row for it, only 1 rows"):
        load_images(put(tmp_path / "votes", content, content))


def test_a_packed_table_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("minicnn.fer.datasets.pixel_tables._MAX_CSV_BYTES", 9000)
    (tmp_path / "faces.csv.gz").write_bytes(gzip.compress(b"emotion,pixels\n" + b"1 " * 9000))
    with pytest.raises(ValueError, match=r"faces\.csv\.gz unpacks to more than 9,000 bytes"):
        load_images(tmp_path / "faces.csv.gz")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes with names are POSIX")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "faces")
    with pytest.raises(ValueError, match=r"faces is a device or a pipe, expected a file or a fold"):
        load_images(tmp_path / "faces")


def test_a_cache_with_other_arrays_is_not_believed(tmp_path, cache_folder):
    top = put(tmp_path / "pets", each(PETS))
    first = load_images(top)
    (file,) = cache_folder.iterdir()
    with np.load(file) as stored:
        np.savez(file, **stored, more=np.zeros(1))
    assert_equal(load_images(top), first)
    with np.load(file) as stored:
        assert "more" not in stored


def test_parts_within_each_class_and_beside_other_folders(tmp_path):
    names = [
        name for pet in PETS for part in ("train", "test") for name in each([part], 2, f"{pet}/")
    ]
    loaded = load_images(put(tmp_path / "inner", names))
    assert (loaded.class_names, counts(loaded.test, loaded)) == (PETS, [2, 2, 2])
    names = [name for part in ("train", "test") for name in each(PETS, 2, f"{part}/")]
    copies = [f"backup/old/{name}" for name in names]
    loaded = load_images(put(tmp_path / "outer", [*names, *copies]))
    assert counts(loaded.train, loaded) == [2, 2, 2]
    assert "leaves out 12 images outside of the folders of its parts" in loaded.notes
