"""``minicnn predict``."""

import contextlib
import csv
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from command import COMMAND
from drawn_photo import drawn_photo
from PIL import Image
from tiny import faces

from minicnn import load_model
from minicnn.cli import predict
from minicnn.data.listing import ListedFile
from minicnn.fer import EMOTIONS, load_pretrained, predict_emotion
from minicnn.fer.models.pretrained import pretrained_name
from minicnn.fer.prediction.photos import predict_faces


@pytest.fixture
def images(tmp_path):
    """Two faces whose names would mean something to a careless table."""
    paths = [tmp_path / "[bold]face.png", tmp_path / f"{'long' * 40}:smile:.png"]
    for path, image in zip(paths, faces().test.images, strict=False):
        Image.fromarray(image[:, :, 0]).save(path)
    return paths


def rows(output):
    lines = output.splitlines()[2:]
    return [line.replace(" unsure ", " ").split() for line in lines[: [*lines, ""].index("")]]


def test_every_file_gets_a_row(minicnn, model, images):
    result = minicnn("predict", "--model", model, *images)
    assert (result.returncode, result.stderr) == (0, "")
    found = rows(result.stdout)
    assert [row[0] for row in found] == [str(path) for path in images]
    for row, path in zip(found, images, strict=True):
        expected = predict_emotion(load_model(model), path)
        assert row[1:3] == [expected.label, f"{expected.confidence:.1%}"]
        assert row[3] == expected.ranking[1] in EMOTIONS


def test_what_cannot_be_read_is_told_and_the_others_are_predicted(minicnn, model, images, tmp_path):
    truncated, text = tmp_path / "half.png", tmp_path / "text.jpg"
    whole = images[0].read_bytes()
    truncated.write_bytes(whole[: len(whole) // 2])
    text.write_text("no image")
    missing, empty = tmp_path / "missing.jpg", tmp_path / "empty.png"
    empty.touch()
    files = [images[0], truncated, missing, text, empty, images[1]]
    result = minicnn("predict", "--model", model, *files)
    assert result.returncode == 2
    assert [row[0] for row in rows(result.stdout)] == [str(path) for path in images]
    first, *told = result.stderr.splitlines()
    assert first == "minicnn predict: 4 of 6 files could not be read:"
    assert len(told) == 4
    assert told[0].startswith(f"{truncated} is a damaged or truncated image")
    assert told[1] == f"{missing} does not exist, expected an image file."
    assert told[2].startswith(f"{text} is not an image that can be read, expected one of JPEG")
    assert told[3] == f"{empty} is empty, expected an image."


def test_no_readable_file_means_no_table(minicnn, model, tmp_path):
    result = minicnn("predict", "--model", model, "missing.jpg")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "minicnn predict: missing.jpg does not exist, expected an image file.\n"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
def test_a_file_name_that_is_no_text_is_shown_as_far_as_possible(minicnn, model, images, tmp_path):
    strange = tmp_path / os.fsdecode(b"na\xefve.png")
    images[0].rename(strange)
    result = minicnn("predict", "--model", model, strange)
    assert (result.returncode, result.stderr) == (0, "")
    assert "na?ve.png" in result.stdout


def test_a_model_that_cannot_be_read_is_refused(refused, images, tmp_path):
    assert "none.keras does not exist" in refused("predict", "--model", "none.keras", images[0])
    damaged = tmp_path / "damaged.keras"
    damaged.write_bytes(np.random.default_rng(0).bytes(1000))
    assert "it is not a .keras file" in refused("predict", "--model", damaged, images[0])


@pytest.fixture
def folder(images, tmp_path):
    """Two faces, one of them deeper, a text that is no image, and a hidden file."""
    top = tmp_path / "folder"
    (top / "deep").mkdir(parents=True)
    images[0].rename(top / "b.png")
    images[1].rename(top / "deep" / "a.png")
    (top / "notes.txt").write_text("no image")
    (top / ".DS_Store").touch()
    return top


def test_of_a_folder_every_file_is_taken_and_what_is_not_is_counted(minicnn, model, folder):
    result = minicnn("predict", "--model", model, "folder")
    assert result.returncode == 2
    assert [row[0] for row in rows(result.stdout)] == ["folder/b.png", "folder/deep/a.png"]
    hidden, count, *told = result.stderr.splitlines()
    assert hidden == "minicnn predict: hidden files skipped: 1."
    assert count == "minicnn predict: 1 of 3 files could not be read:"
    assert [line.split()[0] for line in told] == ["folder/notes.txt"]


def test_json_and_csv_say_the_same_and_name_what_was_not_read(minicnn, model, folder):
    as_json = minicnn("predict", "--model", model, "folder", "--json")
    as_csv = minicnn("predict", "--model", model, "folder", "--csv")
    assert (as_json.returncode, as_csv.returncode) == (2, 2)
    first, notes, second = json.loads(as_json.stdout)
    assert (first["file"], second["file"]) == ("folder/b.png", "folder/deep/a.png")
    assert "is not an image" in notes["error"]
    expected = predict_emotion(load_model(model), folder / "b.png")
    assert first["probabilities"] == pytest.approx(expected.probabilities, rel=1e-5)
    table = list(csv.DictReader(as_csv.stdout.splitlines()))
    assert [row["error"] for row in table] == ["", notes["error"], ""]
    for emotion in EMOTIONS:
        assert float(table[2][emotion]) == second["probabilities"][emotion]


def test_without_a_model_it_takes_the_one_that_comes_with_the_package(minicnn, images):
    result = minicnn("predict", images[0], "--json")
    assert result.returncode == 0
    assert result.stderr == f"minicnn predict: the model is the {pretrained_name()}.\n"
    [found] = json.loads(result.stdout)
    expected = predict_emotion(load_pretrained(), images[0]).probabilities
    assert found["probabilities"] == pytest.approx(expected, rel=1e-5)


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.jpg"
    drawn_photo().save(path, quality=95)
    return path


def test_faces_are_found_and_drawn(minicnn, model, photo, tmp_path):
    Image.new("L", (300, 200), 99).save(tmp_path / "sea.png")
    original = photo.read_bytes()
    call = ["predict", "--model", model, photo.name, "sea.png", "--faces", "--draw", "drawn"]
    call += ["--detector", "haar"]
    result = minicnn(*call)
    assert (result.returncode, result.stderr) == (0, "")
    expected = predict_faces(load_model(model), photo, detector="haar")
    found = rows(result.stdout)
    assert [row[1] for row in found[:-1]] == ["1", "2", "3"]
    assert [row[5] for row in found[:-1]] == [face.prediction.label for face in expected.faces]
    assert " ".join(found[-1]) == "sea.png no face found"

    assert photo.read_bytes() == original
    assert [path.name for path in (tmp_path / "drawn").iterdir()] == ["photo.jpg"]
    with Image.open(tmp_path / "drawn" / "photo.jpg") as drawn:
        difference = np.asarray(drawn).astype(int) - np.asarray(expected.drawn())
    assert abs(difference).mean() < 2  # JPEG's

    again = minicnn(*call)
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == (
        "minicnn predict: drawn/photo.jpg exists, expected another --draw folder or --overwrite.\n"
    )
    assert minicnn(*call, "--overwrite").returncode == 0


def test_the_original_is_never_drawn_over_unasked(refused, model, photo, tmp_path):
    original = photo.read_bytes()
    sentence = refused("predict", "--model", model, photo, "--faces", "--draw", tmp_path)
    assert f"{photo} exists" in sentence
    assert photo.read_bytes() == original


def test_what_makes_no_sense_is_refused_before_the_work(refused, model, photo, tmp_path):
    call = ["predict", "--model", model]
    assert "--draw needs --faces." in refused(*call, photo, "--draw", "drawn")
    a_file = refused(*call, photo, "--faces", "--draw", photo)
    assert f"--draw: {photo} is a file, expected a folder." in a_file
    assert "--min-size needs --faces" in refused(*call, photo, "--min-size", "20")
    both = refused(*call, photo, "--faces", "--boxes", "b.csv", "--threshold", "0.5")
    assert "expected it without --threshold" in both
    twice = refused(*call, photo, photo.name, "--faces", "--draw", "drawn")
    assert "would both be drawn to drawn/photo.jpg, expected them in separate calls" in twice
    (tmp_path / "empty").mkdir()
    assert "is a folder without files" in refused(*call, "empty")


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_the_bar_is_on_the_terminal_and_the_rows_are_in_the_file(environment, model, images):
    """A bar takes over what is printed; what goes into a file must not end up above it."""
    result, shown = on_a_terminal(environment, "predict", "--model", model, *images)
    assert result.returncode == 0
    assert [row[0] for row in rows(result.stdout)] == [str(path) for path in images]
    assert b"Predicting" in shown
    assert b"emotion" not in shown


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
@pytest.mark.parametrize(
    ("options", "told"), [([], True), (["--csv"], False), (["--faces"], False)]
)
def test_people_are_told_what_a_whole_image_is_taken_for(environment, model, images, options, told):
    _, shown = on_a_terminal(environment, "predict", "--model", model, images[0], *options)
    assert (b"was treated as one face that fills it; --faces finds" in shown) is told


def on_a_terminal(environment, *arguments):
    """Run the command with a terminal for its errors; also return what that has shown."""
    terminal, end = os.openpty()
    with ThreadPoolExecutor(1) as pool:
        shown = pool.submit(everything, terminal)  # a terminal that nobody reads fills up
        result = subprocess.run(
            [COMMAND, *arguments],
            env=environment | {"TERM": "xterm"},
            stdout=subprocess.PIPE,
            stderr=end,
            text=True,
        )
        os.close(end)
    os.close(terminal)
    return result, shown.result()


def everything(terminal):
    """Read a terminal to its end, which Linux tells by an error."""
    parts = []
    with contextlib.suppress(OSError):
        while part := os.read(terminal, 4096):
            parts.append(part)
    return b"".join(parts)


def test_faces_that_are_cut_out_already(minicnn, model, images):
    result = minicnn("predict", "--model", model, *images, "--faces", "--detector", "haar")
    assert result.returncode == 0
    assert result.stderr == (
        "minicnn predict: no face was found; images that are faces already, cut out and filling "
        "the image, are classified without --faces.\n"
    )
    result = minicnn("predict", "--model", model, "none.png", "--faces", "--detector", "haar")
    assert result.stderr == ("minicnn predict: none.png does not exist, expected an image file.\n")


def test_what_haar_misses_is_told_once_and_own_boxes_are_taken(minicnn, refused, model, photo):
    found = minicnn("predict", "--model", model, photo.name, photo.name, "--faces", "--csv")
    assert found.returncode == 0
    [hint] = found.stderr.splitlines()
    assert hint.startswith("minicnn predict: faces are searched with OpenCV's Haar cascade")
    csv_file = photo.with_name("boxes.csv")
    csv_file.write_text(found.stdout)
    call = ["predict", "--model", model, "--faces", "--boxes", "boxes.csv", "--csv"]
    again = minicnn(*call, photo.name)
    assert (again.returncode, again.stderr) == (0, "")
    # Both files were the same one, so it has each box twice.
    places = [row.split(",")[2:7] for row in found.stdout.splitlines()]
    assert [row.split(",")[2:7] for row in again.stdout.splitlines()] == places
    assert len(places) == 1 + 2 * 3
    assert "boxes.csv has no row for other.jpg, expected one" in refused(*call, "other.jpg")


def test_pictures_of_other_forms_are_drawn_as_png(tmp_path):
    files = [ListedFile("a/one.gif", "one.gif"), ListedFile("a/two.JPG", "two.JPG")]
    places = predict._places(files, tmp_path, overwrite=False)
    assert [place.name for place in places] == ["one.gif.png", "two.JPG"]
