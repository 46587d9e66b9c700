"""What a training has learned is not lost because of the name of a file."""

from pathlib import Path

import numpy as np
import pytest

import minicnn
from minicnn.callbacks import BackupAndRestore, CSVLogger, ModelCheckpoint
from minicnn.layers import Dense, Input

X, Y = np.ones((4, 3), np.float32), np.ones((4, 2), np.float32)


@pytest.fixture
def trained():
    model = minicnn.Sequential([Input((3,)), Dense(2)], seed=1)
    model.compile("adam", "mse")
    model.fit(X, Y, verbose=0)
    return model


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("m", "m.keras"),
        ("m.tf", "m.keras"),
        ("v1.2", "v1.2.keras"),
        (".keras", "model.keras"),
    ],
)
def test_a_model_under_another_ending_is_written_beside(tmp_path, trained, name, written):
    message = f"{name}: a model file's name must end in .keras, or .* written to .*{written}"
    with pytest.raises(ValueError, match=message):
        trained.save(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [written]
    again = minicnn.load_model(tmp_path / written)
    np.testing.assert_array_equal(again.predict(X), trained.predict(X))


@pytest.mark.parametrize("name", ["w", "w.keras", "w.tf"])
def test_weights_under_another_ending_are_written_beside(tmp_path, trained, name):
    message = r"a weights file's name must end in \.weights\.h5, or .* to .*w\.weights\.h5"
    with pytest.raises(ValueError, match=message):
        trained.save_weights(str(tmp_path / name))
    assert [path.name for path in tmp_path.iterdir()] == ["w.weights.h5"]
    trained.load_weights(tmp_path / "w.weights.h5")


def test_nothing_that_is_there_is_replaced(tmp_path, trained):
    (tmp_path / "m.keras").write_text("of somebody else")
    (tmp_path / "m").mkdir()
    for number in (1, 2):
        with pytest.raises(ValueError, match=rf"it was written to .*m_{number}\.keras"):
            trained.save(tmp_path / "m")
    assert (tmp_path / "m.keras").read_text() == "of somebody else"


@pytest.mark.parametrize(
    "use",
    [
        lambda m, path: m.save(f"{path}.keras"),
        lambda m, path: m.save_weights(f"{path}.weights.h5"),
        lambda m, path: m.load_weights(f"{path}.weights.h5"),
        lambda m, path: minicnn.load_model(f"{path}.keras"),
        lambda m, path: ModelCheckpoint(f"{path}.keras"),
        lambda m, path: CSVLogger(f"{path}.csv"),
        lambda m, path: BackupAndRestore(path),
    ],
)
def test_a_null_character_in_a_path_is_named(tmp_path, trained, use):
    with pytest.raises(ValueError, match=r"'a\\x00b.*' holds a null byte"):
        use(trained, "a\0b")


@pytest.mark.parametrize(
    "path", ["run{1}/m.keras", "{}.keras", "{epoch.keras", "}.keras", "{epoch:q}.keras"]
)
def test_a_path_that_cannot_be_filled_in_is_refused_before_the_training(path):
    with pytest.raises(ValueError, match=r"cannot be filled in .*braces hold the name of a value"):
        ModelCheckpoint(path)


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("{epoch:02d}-{loss:.0f}.keras", "01-0.keras"),
        ("run{{1}}.keras", "run{1}.keras"),
        ("{loss!r:.1}.keras", "0.keras"),
    ],
)
def test_other_paths_are_filled_in(tmp_path, trained, path, written):
    trained.set_weights([np.zeros((3, 2)), np.ones(2)])  # the loss is 0
    trained.fit(X, Y, verbose=0, callbacks=[ModelCheckpoint(tmp_path / path)])
    assert [path.name for path in tmp_path.iterdir()] == [written]


def test_further_content_is_written_as_json(tmp_path, trained):
    trained.extra = {
        "class_names": np.array(["a", "b"]),
        "mean": np.float32(0.5),
        "sizes": (np.int64(3), [np.bool_(True)]),
        "from": Path("here"),
    }
    trained.save(tmp_path / "m.keras")
    assert minicnn.load_model(tmp_path / "m.keras").extra == {
        "class_names": ["a", "b"],
        "mean": 0.5,
        "sizes": [3, [True]],
        "from": "here",
    }


@pytest.mark.parametrize("value", [float("nan"), np.float32("inf"), object(), {1, 2}])
def test_further_content_that_no_reader_takes_is_named(tmp_path, trained, value):
    trained.extra["odd"] = value
    with pytest.raises(ValueError, match=r"m\.keras was not written: its extra cannot be JSON"):
        trained.save(tmp_path / "m.keras")
    assert not list(tmp_path.iterdir())
