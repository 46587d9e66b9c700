"""The work of a layer, counted by hand."""

import numpy as np
import pytest

from benchmarks.counts import Work, backward_work, forward_work, training_flops
from minicnn.fer.models.compact_network import compact_network
from minicnn.fer.models.network import fer_network
from minicnn.layers import Conv2D, Dense, Flatten, ReLU


def built(layer, shape):
    layer.build(shape, np.random.default_rng(0))
    return layer


def test_convolution():
    layer = built(Conv2D(5, (3, 2), strides=2, padding="same"), (8, 6, 4))  # to (4, 3, 5)
    taps, x, y, weights = 3 * 2 * 4, 7 * 8 * 6 * 4, 7 * 4 * 3 * 5, 3 * 2 * 4 * 5 + 5
    assert forward_work(layer, 7) == Work(2 * taps * y, 4 * (x + y + weights))
    assert backward_work(layer, 7) == Work(4 * taps * y, 4 * (2 * x + y + 2 * weights))


def test_dense_and_layers_without_products():
    assert forward_work(built(Dense(3), (10,)), 2).flops == 2 * 2 * 10 * 3
    assert forward_work(built(ReLU(), (10,)), 2) == Work(0, 4 * 2 * (10 + 10))
    assert forward_work(built(Flatten(), (2, 5)), 2) == Work(0, 0)


def test_the_documented_network_costs_1_7_gflop_an_image():
    assert training_flops(fer_network().layers) == pytest.approx(1.694e9, rel=1e-3)


def test_the_compact_network_costs_half_of_it():
    assert training_flops(compact_network().layers) == pytest.approx(1.694e9 / 2, rel=0.02)


def test_the_roofline_is_the_slower_of_both():
    assert Work(100, 10).least_seconds(peak=50, bandwidth=10) == 2.0
    assert Work(100, 40).least_seconds(peak=50, bandwidth=10) == 4.0
