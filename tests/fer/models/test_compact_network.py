"""The compact network: its layers, its size, and that it learns."""

import re

import numpy as np
import pytest

from minicnn import check_gradients
from minicnn.checking.against_tensorflow import without_dropout
from minicnn.fer import EMOTIONS, compact_network


@pytest.fixture(scope="module")
def network():
    return compact_network(seed=0)


def described(layer):
    kind, config = type(layer).__name__, layer.get_config()
    match kind:
        case "Conv2D":
            assert (tuple(config["kernel_size"]), config["padding"]) == ((3, 3), "same")
            assert not config["use_bias"]
            return str(config["filters"])
        case "Dropout":
            return f"Dropout({config['rate']:g})"
    return kind


LAYERS = """
32 MaxPooling2D Dropout(0.1)
64 64 MaxPooling2D Dropout(0.2)
128 128 128 MaxPooling2D Dropout(0.25)
256 256 256 Dropout(0.25)
GlobalAveragePooling2D Dropout(0.4) Dense Softmax
"""


def test_its_layers(network):
    text = " ".join(described(layer) for layer in network.layers)
    assert re.sub(r"(\d+) BatchNormalization ReLU", r"\1", text).split() == LAYERS.split()


def test_it_has_1905831_parameters(network):
    assert network.count_params() == 1_905_831


def test_it_takes_grey_faces_and_gives_seven_probabilities(network):
    assert (network.input_shape, network.output_shape) == ((None, 48, 48, 1), (None, 7))
    probabilities = network.predict(np.random.default_rng(0).random((2, 48, 48, 1), np.float32))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert network.extra == {"class_names": list(EMOTIONS), "scale": "0..1"}


def test_size_colours_and_classes_are_free():
    other = compact_network(seed=0, input_shape=(8, 9, 3), class_names=("hen", "fox"))
    assert (other.input_shape, other.output_shape) == ((None, 8, 9, 3), (None, 2))
    assert other.extra["class_names"] == ["hen", "fox"]


def test_its_gradients():
    small = compact_network(seed=0, input_shape=(8, 8, 1))
    x = np.random.default_rng(0).random((4, 8, 8, 1))
    report = check_gradients(small, x, training=True, entries=1)
    assert report.passed, report


def test_a_step_lowers_the_loss():
    small = without_dropout(compact_network(seed=0, input_shape=(16, 16, 1)), "float32")
    x = np.random.default_rng(0).random((14, 16, 16, 1), np.float32)
    y = np.eye(7, dtype=np.float32)[np.arange(14) % 7]
    first, second = (small.train_on_batch(x, y)[0] for _ in range(2))
    assert second < first
