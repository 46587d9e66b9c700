"""The documented network, layer by layer."""

import numpy as np
import pytest

from minicnn.fer import EMOTIONS, fer_network


@pytest.fixture(scope="module")
def network():
    return fer_network(seed=0)


def describe(layer):
    kind, config = type(layer).__name__, layer.get_config()
    match kind:
        case "Conv2D":
            (h, w), (vertical, horizontal) = config["kernel_size"], config["strides"]
            assert vertical == horizontal == 1
            return f"Conv2D({config['filters']}, {h}x{w}, {config['padding']})"
        case "MaxPooling2D":
            assert tuple(config["pool_size"]) == tuple(config["strides"]) == (2, 2)
            return kind
        case "Dense":
            return f"Dense({config['units']})"
        case "Dropout":
            return f"Dropout({config['rate']:g})"
    return kind


DOCUMENTED = """
Conv2D(64, 3x3, same) BatchNormalization ReLU MaxPooling2D Dropout(0.2)
Conv2D(128, 5x5, same) BatchNormalization ReLU MaxPooling2D Dropout(0.25)
Conv2D(256, 3x3, same) BatchNormalization ReLU MaxPooling2D Dropout(0.25)
Conv2D(512, 5x5, same) BatchNormalization ReLU MaxPooling2D Dropout(0.25)
Flatten
Dense(512) BatchNormalization ReLU Dropout(0.2)
Dense(256) BatchNormalization ReLU Dropout(0.25)
Dense(128) BatchNormalization ReLU Dropout(0.25)
Dense(64) BatchNormalization ReLU Dropout(0.25)
Dense(7) Softmax
"""


def test_the_layers_are_the_documented_ones(network):
    layers = " ".join(describe(layer) for layer in network.layers)
    assert layers == " ".join(DOCUMENTED.split("\n")).strip()


def test_it_has_6318471_parameters(network):
    assert network.count_params() == 6_318_471


def test_it_takes_grey_faces_and_gives_seven_probabilities(network):
    assert (network.input_shape, network.output_shape) == ((None, 48, 48, 1), (None, 7))
    faces = np.random.default_rng(0).random((2, 48, 48, 1), np.float32)
    probabilities = network.predict(faces)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert network.extra["class_names"] == list(EMOTIONS)


def test_it_is_compiled_as_documented(network):
    config = network.optimizer.get_config()
    assert type(network.optimizer).__name__ == "Adam"
    assert config["learning_rate"] == pytest.approx(0.001)
    assert type(network.loss).__name__ == "CategoricalCrossentropy"
    assert [metric.name for metric in network.metrics] == ["accuracy"]


def test_integer_images_are_refused_with_what_to_do(network):
    faces = np.zeros((1, 48, 48, 1), np.uint8)
    message = r"x holds integers \(uint8\).* pass x.astype\('float32'\) / 255"
    with pytest.raises(ValueError, match="predict: " + message):
        network.predict(faces)
    with pytest.raises(ValueError, match="fit: " + message):
        network.fit(faces, np.eye(7, dtype=np.float32)[:1])


def test_the_seed_names_the_first_weights(network):
    same, other = fer_network(seed=0), fer_network(seed=1)
    first = "conv2d/kernel"
    own = network.trainable_params()[first]
    np.testing.assert_array_equal(own, same.trainable_params()[first])
    assert (own != other.trainable_params()[first]).any()
