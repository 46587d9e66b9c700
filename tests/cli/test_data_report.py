"""``minicnn data report``."""

import zipfile

from minicnn.data.quality import inspect_dataset
from minicnn.fer import load_fer2013
from minicnn.fer.reports.data_report import data_report


def test_the_report_of_an_archive_with_litter(minicnn, data, tmp_path):
    path = tmp_path / "faces.zip"
    files = sorted(file for file in data.rglob("*.png"))
    with zipfile.ZipFile(path, "w") as archive:
        for file in files:
            name = file.relative_to(data).as_posix()
            archive.write(file, name)
            archive.writestr(f"__MACOSX/{name}", b"litter")
    result = minicnn("data", "report", "--data", path)
    assert (result.returncode, result.stderr) == (0, "")
    expected = data_report(inspect_dataset(load_fer2013(data, cache=False)), ignored=42)
    assert result.stdout == f"faces.zip: 42 images of 7 classes\n\n{expected}\n"
    assert "42 files are skipped: __MACOSX" in result.stdout


def test_without_data_it_looks_at_the_synthetic_faces(minicnn):
    result = minicnn("data", "report")
    assert result.stdout.startswith("synthetic faces: 4,608 images of 7 classes\n")
    assert "No image has a twin" in result.stdout


def test_data_that_cannot_be_read_is_refused(refused, minicnn, data, tmp_path):
    assert "missing.zip does not exist" in refused("data", "report", "--data", "missing.zip")
    for file in (tmp_path / "few" / "train" / "angry", tmp_path / "few" / "test"):
        file.mkdir(parents=True)
    sentence = refused("data", "report", "--data", tmp_path / "few")
    assert "few: no images found, expected a folder for each class" in sentence
    assert "invalid choice: 'survey'" in minicnn("data", "survey").stderr
