"""What ``compile`` was given in Keras 2 becomes what it would be given today."""

import pytest

from minicnn.saving.legacy.compilation import compile_config_of_training, modern_compile_config


def test_a_training_config_of_keras_2():
    adam = {"lr": 0.01, "beta_1": 0.9, "decay": 0.0, "epsilon": None, "amsgrad": False}
    training = {
        "optimizer_config": {"class_name": "Adam", "config": adam},
        "loss": "categorical_crossentropy",
        "metrics": ["acc"],
        "sample_weight_mode": None,
        "loss_weights": None,
    }
    read = compile_config_of_training(training)
    arguments = {"learning_rate": 0.01, "beta_1": 0.9, "amsgrad": False}
    assert read["optimizer"] == {"class_name": "Adam", "config": arguments}
    assert (read["loss"], read["metrics"]) == ("categorical_crossentropy", ["accuracy"])


def test_a_rate_that_decays_is_kept_for_the_reader_to_refuse():
    written = {"optimizer": {"class_name": "SGD", "config": {"lr": 0.1, "decay": 1e-6}}}
    assert modern_compile_config(written)["optimizer"]["config"]["decay"] == 1e-6


def mean(name, function):
    return {"class_name": "MeanMetricWrapper", "config": {"name": name, "fn": function}}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (None, None),
        ([], []),
        (["accuracy"], ["accuracy"]),
        ([[mean("accuracy", "categorical_accuracy")]], ["accuracy"]),
        ([mean("top", "top_k_categorical_accuracy")], ["top_k_categorical_accuracy"]),
        ({"a": ["acc"]}, {"a": ["accuracy"]}),
        ([["acc"], [mean("mse", "mean_squared_error")]], [["accuracy"], ["mean_squared_error"]]),
    ],
)
def test_metrics(old, new):
    assert modern_compile_config({"metrics": old})["metrics"] == new


def test_losses_and_optimizers_of_tensorflow_2():
    loss = {"reduction": "auto", "from_logits": False, "fn": "categorical_crossentropy"}
    inner = {"class_name": "Custom>Adam", "config": {"is_legacy_optimizer": False, "beta_1": 0.9}}
    read = modern_compile_config(
        {
            "loss": {"class_name": "CategoricalCrossentropy", "config": loss},
            "optimizer": {"class_name": "LossScaleOptimizer", "config": {"inner_optimizer": inner}},
        }
    )
    assert read["loss"]["config"] == {"from_logits": False}
    assert read["optimizer"] == {"class_name": "Adam", "config": {"beta_1": 0.9}}


@pytest.mark.parametrize(
    "config", [None, [], "x", {"optimizer": [1], "loss": 5, "metrics": [None]}]
)
def test_what_is_not_understood_stays_for_the_reader_to_refuse(config):
    modern_compile_config(config)
