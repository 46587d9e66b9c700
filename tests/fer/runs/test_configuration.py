"""The configuration of a run: its defaults, its TOML form, and what it refuses."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.data.augmentation import Augmentation
from minicnn.fer.runs.configuration import TrainingConfig, read_config


def test_the_defaults_are_the_documented_configuration():
    config = TrainingConfig()
    assert (config.epochs, config.batch_size) == (128, 32)
    assert config.optimizer == {"name": "Adam", "learning_rate": 0.001}
    assert config.early_stopping == {"patience": 32}
    assert config.schedule == {"name": "plateau", "factor": 0.5, "patience": 8}
    assert config.augmentation == Augmentation()


configs = st.fixed_dictionaries(
    {},
    optional={
        "epochs": st.integers(1, 500),
        "batch_size": st.integers(1, 512),
        "seed": st.integers(0, 2**32 - 1),
        "network": st.sampled_from(["documented", "compact"]),
        "start": st.sampled_from(
            [False, "runs/first/best.keras", 'C:\\"my" runs\\é.keras', "表\u3000\xa0.keras"]
        ),
        "protocol": st.sampled_from(["held-out", "documented"]),
        "validation_split": st.floats(0, 0.999),
        "class_weight": st.sampled_from(["none", "balanced"]),
        "label_smoothing": st.floats(0, 1),
        "optimizer": st.sampled_from(
            [{"name": "SGD", "momentum": 0.9, "nesterov": True}, {"name": "adamw"}, {}]
        ),
        "schedule": st.sampled_from(
            [
                {"name": "constant"},
                {"name": "cosine", "warmup_steps": 10, "warmup_target": 0.1},
                {"name": "exponential", "decay_steps": 100, "decay_rate": 0.5},
            ]
        ),
        "early_stopping": st.sampled_from([False, {"patience": 3, "monitor": "loss"}]),
        "augmentation": st.sampled_from([False, {"rotation": 5.0, "flip": False}]),
        "teacher": st.sampled_from([False, {}, {"model": "runs/first/best.keras", "share": 0.5}]),
    },
).filter(lambda values: values.get("network") != "compact" or not values.get("start"))


@given(values=configs)
def test_what_is_written_reads_back_equal(tmp_path_factory, values):
    config = TrainingConfig.from_dict(values)
    path = tmp_path_factory.mktemp("config") / "config.toml"
    path.write_text(config.to_toml())
    assert read_config(path) == config
    assert tomllib.loads(config.to_toml()) == config.as_dict()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epoch = 3", "'epoch' is unknown, expected one of epochs, batch_size, seed"),
        ("epochs = 0", r"epochs must be a whole number in \[1, inf\), got 0"),
        ("epochs = 'many'", "epochs must be a whole number .* got 'many'"),
        ("batch_size = 1.5", "batch_size must be a whole number .* got 1.5"),
        ("seed = -1", "seed: expected an integer"),
        ("network = 'deep'", "network must be documented or compact, got 'deep'"),
        ("network = 'compact'\nstart = 'a'", "network cannot be combined with start"),
        ("start = 3", "start must be a file's path, as text without control characters, got 3"),
        ("start = ''", "start must be a file's path, as text .*, got ''"),
        ('start = "a\\u007f.keras"', "start must be a file's path, .* got 'a"),
        ("validation_split = 1", r"validation_split must be a number in \[0, 1\), got 1"),
        ("protocol = 'test'", "protocol must be held-out or documented, got 'test'"),
        ("log_test = 1", "log_test must be true or false, got 1"),
        ("protocol = 'documented'\nlog_test = true", "log_test is for the protocol held-out"),
        ("class_weight = 'equal'", "class_weight must be none or balanced, got 'equal'"),
        ("label_smoothing = 2", "label_smoothing must be a number"),
        ("optimizer = 'SGD'", r"optimizer must be a table, as in \[optimizer\], got 'SGD'"),
        ("optimizer = false", "optimizer must be a table"),
        ("augmentation = true", "augmentation must be a table, .* got True"),
        ("teacher = 'a.keras'", r"teacher must be a table, as in \[teacher\], got 'a\.keras'"),
        ("teacher.share = 0", r"teacher: share must be a number in \(0, 1\], got 0"),
        ("teacher.views = -1", r"teacher: views must be a whole number in \[0, inf\), got -1"),
        ("teacher.model = ''", "teacher: model must be a file's path, as text .*, got ''"),
        ("teacher.file = 'a'", "teacher: 'file' is unknown, expected one of model, share, views"),
        ("[optimizer]\nname = 'lion'", "optimizer: 'lion' is unknown; expected one of Adadelta, A"),
        ("[optimizer]\nlr = 1", "optimizer: 'lr' is unknown, expected one of learning_rate"),
        ("[optimizer]\nname = 'SGD'\nbeta_1 = 1", "optimizer: 'beta_1' is unknown, .* momentum"),
        ("[optimizer]\nlearning_rate = -1", "learning_rate must be a number"),
        ("[schedule]\nname = 'step'", "schedule: 'step' is unknown, expected one of plateau"),
        ("[schedule]\nfactor = 2", "factor must be a number"),
        ("[schedule]\nfactors = 0.5", "schedule: 'factors' is unknown, expected one of monitor"),
        ("[schedule]\nname = 'constant'\nfactor = 1", "'factor' is unknown, expected one of none"),
        ("[schedule]\nname = 'exponential'", "exponential needs decay_rate and decay_steps"),
        ("[schedule]\nname = 'cosine'\ninitial_learning_rate = 1", "'initial_learning_rate' is un"),
        ("[early_stopping]\npatients = 3", "early_stopping: 'patients' is unknown"),
        ("[early_stopping]\npatience = -1", "patience must be a whole number"),
        ("[augmentation]\nspin = 3", "augmentation: 'spin' is unknown, expected one of rotation"),
        ("[augmentation]\nrotation = 1000", "rotation must be a number"),
        ("epochs = ", "is not a TOML file: "),
        ("epochs = 1\nepochs = 2", "is not a TOML file: "),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_its_name(tmp_path, text, message):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match=message) as refused:
        read_config(path)
    assert str(refused.value).startswith(str(path))
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_or_no_text(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"mine\.toml does not exist, expected a TOML file"):
        read_config(tmp_path / "mine.toml")
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="is not a TOML file: it is not text in UTF-8"):
        read_config(tmp_path / "mine.toml")


def test_a_path_that_no_file_can_have():
    with pytest.raises(
        ValueError, match=r"^'a\\x00\.toml' holds a null byte, which no file name can"
    ):
        read_config("a\0.toml")
