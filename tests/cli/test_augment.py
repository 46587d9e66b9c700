"""``minicnn augment``."""

from PIL import Image

from minicnn.fer import load_fer2013
from minicnn.fer.reports.augmentation_sheet import augmentation_sheet


def test_the_sheet_is_written(minicnn, data, tmp_path):
    result = minicnn("augment", "--data", data, "--out", "sheet.png", "--seed", "5")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("sheet.png shows training images of faces")
    expected = augmentation_sheet(load_fer2013(data, cache=False).train, seed=5)
    with Image.open(tmp_path / "sheet.png") as written:
        assert (written.format, written.size) == ("PNG", expected.size)
        assert written.tobytes() == expected.tobytes()


def test_without_data_it_takes_the_synthetic_faces(minicnn, tmp_path):
    result = minicnn("augment", "--out", "sheet.png")
    assert "synthetic faces" in result.stdout
    assert (tmp_path / "sheet.png").exists()


def test_bad_input_leaves_nothing_behind(refused, data, tmp_path):
    assert "--out must name a .png file, got sheet.pdf" in refused("augment", "--out", "sheet.pdf")
    assert "missing.zip does not exist" in refused(
        "augment", "--data", "missing.zip", "--out", "sheet.png"
    )
    assert "seed: expected an integer" in refused("augment", "--out", "s.png", "--seed", "-1")
    nowhere = tmp_path / "nowhere" / "sheet.png"
    assert "cannot be written" in refused("augment", "--data", data, "--out", nowhere)
    assert list(tmp_path.iterdir()) == []
