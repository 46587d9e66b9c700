"""Networks that scale their inputs themselves are told from the others."""

import numpy as np
import pytest
from told_networks import TOLD

from minicnn import Model, Sequential
from minicnn.input_scale import takes_bytes
from minicnn.layers import (
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    Normalization,
    Rescaling,
    ZeroPadding2D,
)


@pytest.mark.parametrize("told", TOLD)
def test_of_the_networks_that_are_told(told):
    inside = "Rescaling" in told or told == "a normalisation"
    assert takes_bytes(TOLD[told]().graph) is inside


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ([], False),
        ([Rescaling(1 / 255)], True),
        ([Rescaling(1 / 128, offset=-1)], True),
        ([Rescaling(-1 / 255, 1)], True),
        ([ZeroPadding2D(), Dropout(0.5), Rescaling(1 / 255)], True),
        ([Rescaling(2, -1)], False),  # from 0..1 to -1..1
        ([Rescaling(1)], False),
        ([Rescaling(0)], False),
        ([Rescaling(255)], False),
        ([Rescaling(255), Rescaling(1 / 255)], False),
        ([Conv2D(1, 1), Rescaling(1 / 255)], False),
        ([BatchNormalization()], False),  # untrained
        ([BatchNormalization(center=False, scale=False), Rescaling(1 / 255)], False),
        ([Normalization(mean=128, variance=65**2)], True),
        ([Normalization(mean=0.5, variance=0.25**2)], False),
        ([Rescaling(1 / 255), Normalization(mean=0.5, variance=0.25**2)], True),
        ([Normalization(mean=128, variance=65**2, invert=True)], False),
        ([Normalization()], False),  # not adapted
    ],
)
def test_by_the_layers_before_the_first_weights(first, expected):
    model = Sequential([Input((4, 4, 1)), *first, Flatten(), Dense(2)])
    assert takes_bytes(model.graph) is expected


@pytest.mark.parametrize(
    ("factor", "spread", "expected"),
    [(1, 65, True), (1, 1.0, False), (1 / 255, 0.25, True), (255, 65, False), (0, 65, False)],
)
def test_by_the_variance_that_a_first_normalisation_has_seen(factor, spread, expected):
    layers = [Input((4, 4, 1)), Rescaling(factor), BatchNormalization(), Flatten(), Dense(2)]
    model = Sequential(layers)
    model.layers[1].state["moving_variance"] = np.array([spread**2], np.float32)
    assert takes_bytes(model.graph) is expected


def test_in_a_graph_that_makes_three_channels_of_one():
    inputs = Input((4, 4, 1))
    x = Rescaling(1 / 255)(inputs)
    model = Model(inputs, Conv2D(2, 3)(Concatenate()([x, x, x])))
    assert takes_bytes(model.graph)


def test_a_network_without_weights():
    assert takes_bytes(Sequential([Input((4, 4, 1)), Rescaling(1 / 255), Flatten()]).graph)
    assert not takes_bytes(Sequential([Input((4, 4, 1)), Rescaling(1 / 2), Flatten()]).graph)
    assert not takes_bytes(Sequential([Input((4, 4, 1)), Flatten()]).graph)
