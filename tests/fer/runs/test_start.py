"""What a run may begin with."""

import pytest
from tiny import faces, tiny_network

from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.runs.folder import RunFolder
from minicnn.fer.runs.start import check_start, load_start


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda: tiny_network(outputs=5), r"outputs of shape \(5,\), expected a different name"),
        (
            lambda: tiny_network(input_shape=(40, 40, 1)),
            r"takes images of shape \(40, 40, 1\), expected one that takes \(48, 48, 1\)",
        ),
        (
            lambda: with_names(EMOTIONS[::-1]),
            "has the classes surprise, sad, .* expected angry, .* in that order",
        ),
        (lambda: with_names(3), "has the class names 3"),
        (lambda: tiny_network(softmax=False), "that are not probabilities, expected a model that"),
        (lambda: frozen(tiny_network()), "has no trainable parameters, expected at least one"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(tmp_path, change, message):
    change().save(tmp_path / "other.keras")
    with pytest.raises(ValueError, match=message):
        load_start(str(tmp_path / "other.keras"), faces(), seed=0)


def with_names(names):
    model = tiny_network()
    model.extra["class_names"] = names
    return model


def frozen(model):
    model.trainable = False
    return model


def test_a_model_that_fits_gets_the_seed_of_the_run(tmp_path):
    tiny_network(seed=3).save(tmp_path / "first.keras")
    model = load_start(str(tmp_path / "first.keras"), faces(), seed=5)
    assert (model.seed, model.extra["class_names"]) == (5, list(EMOTIONS))


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.keras does not exist, expected a \.keras"):
        check_start(str(tmp_path / "none.keras"), RunFolder(tmp_path / "run"))
    with pytest.raises(IsADirectoryError, match=r"is a folder, expected a \.keras file"):
        check_start(str(tmp_path), RunFolder(tmp_path / "run"))


@pytest.mark.parametrize("name", ["best.keras", "model.keras", "checkpoints/mine.keras"])
@pytest.mark.parametrize("way", [".", "run/..", "link"])
def test_what_the_run_replaces_is_refused(tmp_path, name, way):
    (tmp_path / "run" / "checkpoints").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "run" / name).touch()
    with pytest.raises(ValueError, match="would be replaced by the run, which writes to the"):
        check_start(str(tmp_path / way / "run" / name), RunFolder(tmp_path / "run"))


def test_another_file_in_the_run_folder_is_no_matter(tmp_path):
    for name in ("mine.keras", "earlier-1/best.keras"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
        check_start(str(tmp_path / name), RunFolder(tmp_path))
