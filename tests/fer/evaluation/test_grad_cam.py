"""Grad-CAM against slopes by differences."""

import numpy as np
import pytest
from tiny import tiny_network

from minicnn import Sequential
from minicnn.fer.datasets.image_batches import to_inputs
from minicnn.fer.evaluation.grad_cam import class_activation_maps
from minicnn.layers import (
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    Input,
    MaxPooling2D,
    ReLU,
    SeparableConv2D,
    Softmax,
)

CLASSES = 3


def network(end):
    layers = [
        Input((12, 12, 1)),
        Conv2D(4, 3, activation="relu"),
        MaxPooling2D(),
        Conv2D(5, 3, padding="same"),
        BatchNormalization(),
        ReLU(),
        AveragePooling2D(),
        Dropout(0.5),
        Flatten(),
        *end,
    ]
    return Sequential(layers, seed=3).astype("float64")


ENDS = {
    "softmax layer": lambda: [Dense(CLASSES), Softmax()],
    "softmax in the dense layer": lambda: [Dense(CLASSES, activation="softmax")],
}


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (12, 12, 1)).astype(np.uint8)


@pytest.mark.parametrize("end", ENDS)
def test_the_maps_are_weighed_by_slopes_by_differences(image, end):
    model = network(ENDS[end]())
    a = to_inputs(image[None]).astype(np.float64)
    for layer in model.layers[:5]:  # as far as the ReLU behind the last convolution
        a = layer(a)
    dense = next(layer for layer in model.layers if isinstance(layer, Dense))

    def logits(a):
        pooled = a[:, :4, :4].reshape(1, 2, 2, 2, 2, -1).mean(axis=(2, 4))
        return (pooled.reshape(1, -1) @ dense.params["kernel"] + dense.params["bias"])[0]

    slopes, step = np.zeros((CLASSES, *a.shape[1:])), 1e-3
    for place in np.ndindex(*a.shape[1:]):
        up, down = a.copy(), a.copy()
        up[(0, *place)] += step
        down[(0, *place)] -= step
        slopes[(slice(None), *place)] = (logits(up) - logits(down)) / (2 * step)
    alpha = slopes.mean(axis=(1, 2))
    expected = np.maximum(np.einsum("ck,ijk->cij", alpha, a[0]), 0)
    maps = class_activation_maps(model, image)
    np.testing.assert_allclose(maps, expected, rtol=1e-4, atol=1e-6)
    assert maps.shape == (CLASSES, 5, 5)
    assert (maps > 0).any()
    assert (maps == 0).any()


@pytest.mark.parametrize("last", [SeparableConv2D(3, 3), DepthwiseConv2D(3)])
def test_the_last_convolution_may_be_of_another_kind(image, last):
    layers = [Conv2D(2, 3), MaxPooling2D(), last, Flatten(), Dense(CLASSES, activation="softmax")]
    maps = class_activation_maps(Sequential([Input((12, 12, 1)), *layers]), image)
    assert maps.shape == (CLASSES, *last.output_shape[:2])


def test_a_model_without_convolution_or_softmax_is_refused(image):
    with pytest.raises(ValueError, match="'tiny' has no convolution"):
        class_activation_maps(tiny_network(), np.zeros((48, 48, 1), np.uint8))
    with pytest.raises(ValueError, match="does not end in a softmax"):
        class_activation_maps(network([Dense(CLASSES)]), image)
