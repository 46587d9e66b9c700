"""A check that never fails proves nothing: each test plants a bug and requires its discovery.

The check must fail where the bug is, and nowhere else.
"""

import numpy as np
import pytest

import minicnn
from minicnn.checking import check_gradients, general_position
from minicnn.kernels import convolution as convolution_file
from minicnn.kernels.conv2d import conv2d_im2col_backward
from minicnn.kernels.max_pooling2d import max_pool
from minicnn.layers import (
    BatchNormalization,
    Conv2D,
    Dense,
    Flatten,
    Input,
    MaxPooling2D,
    ReLU,
)
from minicnn.layers import batch_normalization as bn_file
from minicnn.layers import conv2d as conv2d_file
from minicnn.layers import dense as dense_file
from minicnn.layers import max_pooling2d as pool_file


def failures(layer, x):
    """Names of the arrays at which the check fails; before the bug there were none."""
    return check_gradients(layer, x).failed


def images(*shape):
    return np.random.default_rng(0).normal(size=shape)


def built(layer, shape):
    layer.build(shape, rng=0)
    return layer


@pytest.fixture
def conv():
    # 6 pixels, 3 taps, stride 2: no padding before, one row after.
    return built(Conv2D(4, 3, strides=2, padding="same"), (6, 6, 2))


@pytest.fixture
def bn():
    return built(BatchNormalization(), (4, 4, 3))


def test_without_a_bug_nothing_fails(conv, bn):
    assert failures(conv, images(3, 6, 6, 2)) == []
    assert failures(bn, images(3, 4, 4, 3)) == []
    assert failures(built(Dense(5), (5,)), images(3, 5)) == []
    assert failures(built(MaxPooling2D(), (4, 4, 2)), tied_images()) == []
    assert failures(built(ReLU(), (4,)), np.zeros((2, 4))) == []


def forget_gamma(monkeypatch):
    right = bn_file.batch_normalization_backward
    monkeypatch.setattr(
        bn_file,
        "batch_normalization_backward",
        lambda dy, cache: right(dy, cache._replace(scale=cache.inverse_std)),
    )


def test_a_dropped_gamma(monkeypatch, bn):
    forget_gamma(monkeypatch)
    assert failures(bn, images(3, 4, 4, 3)) == ["x"]


def test_a_check_at_gamma_1_misses_the_dropped_gamma(monkeypatch, bn):
    forget_gamma(monkeypatch)
    monkeypatch.setattr(general_position, "SPREAD", 0.0)
    assert failures(bn, images(3, 4, 4, 3)) == []


def test_a_check_of_the_sum_misses_it_at_any_gamma(monkeypatch, bn):
    # The sum of normalised values is constant: its gradient is zero, with and without gamma.
    bn.params["gamma"][:] = [0.5, 2.0, -1.0]
    x = images(3, 4, 4, 3)
    for plant in (lambda _: None, forget_gamma):
        plant(monkeypatch)
        y, cache = bn.forward(x, training=True)
        assert np.abs(bn.backward(np.ones_like(y), cache)[0]).max() < 1e-14


@pytest.mark.parametrize("path", [4, 5])
def test_a_batch_normalization_that_takes_mean_or_variance_as_constant(monkeypatch, bn, path):
    right = bn_file.input_gradient

    def wrong(*arguments):
        arguments = list(arguments)
        arguments[path] = np.zeros_like(arguments[path])
        return right(*arguments)

    monkeypatch.setattr(bn_file, "input_gradient", wrong)
    assert failures(bn, images(3, 4, 4, 3)) == ["x"]


def plant_geometry(monkeypatch, index, **changes):
    """Compute dx (0) or dkernel (1) of a convolution with another geometry."""

    def wrong(dy, x, w, geometry, **options):
        result = list(conv2d_im2col_backward(dy, x, w, geometry, **options))
        changed = geometry._replace(**changes)
        result[index] = conv2d_im2col_backward(dy, x, w, changed, **options)[index]
        return tuple(result)

    monkeypatch.setattr(convolution_file, "conv2d_im2col_backward", wrong)


@pytest.mark.parametrize(("index", "where"), [(0, "x"), (1, "kernel")])
@pytest.mark.parametrize(
    "changes",
    [{"before": (1, 1)}, {"before": (0, 1)}, {"strides": (1, 2)}, {"strides": (2, 3)}],
    ids=str,
)
def test_a_swapped_padding_or_a_wrong_stride(monkeypatch, conv, index, where, changes):
    plant_geometry(monkeypatch, index, **changes)
    assert failures(conv, images(3, 6, 6, 2)) == [where]


def plant_in_backward(monkeypatch, module, name, index, wrong):
    """Replace one of the gradients that a backward function returns."""
    right = getattr(module, name)

    def planted(dy, cache):
        result = list(right(dy, cache))
        result[index] = wrong(dy, cache, result[index])
        return tuple(result)

    monkeypatch.setattr(module, name, planted)


def test_a_mean_instead_of_a_sum_in_the_bias_gradient(monkeypatch, conv):
    plant_in_backward(
        monkeypatch, conv2d_file, "conv2d_backward", 2, lambda dy, *_: dy.mean(axis=(0, 1, 2))
    )
    assert failures(conv, images(3, 6, 6, 2)) == ["bias"]


def test_a_mean_instead_of_a_sum_within_a_network(monkeypatch):
    plant_in_backward(monkeypatch, dense_file, "dense_backward", 2, lambda dy, *_: dy.mean(axis=0))
    block = [Dense(5), BatchNormalization(), ReLU()]
    model = minicnn.Sequential(
        [Input((6, 6, 1)), Conv2D(3, 3), ReLU(), Flatten(), *block, Dense(4)]
    )
    # The first Dense layer's bias has no influence, batch normalisation sees to that: its
    # gradient is zero, and so is the mean instead of the sum.
    assert failures(model, images(5, 6, 6, 1)) == ["dense_1/bias"]


def test_a_dropped_transposition(monkeypatch):
    # Only a square kernel lets it pass unnoticed by the shapes.
    plant_in_backward(
        monkeypatch, dense_file, "dense_backward", 0, lambda dy, cache, _: dy @ cache[1]
    )
    assert failures(built(Dense(5), (5,)), images(3, 5)) == ["x"]


def test_a_dropped_transposition_of_the_kernel_gradient(monkeypatch):
    plant_in_backward(monkeypatch, dense_file, "dense_backward", 1, lambda dy, cache, dw: dw.T)
    assert failures(built(Dense(5), (5,)), images(3, 5)) == ["kernel"]


def tied_images():
    return np.random.default_rng(0).integers(0, 2, size=(2, 4, 4, 2)).astype(float)


def last_maximum(x, geometry):
    """Pool an image that stands on its head: its first maximum is the last one."""
    y, winner = max_pool(x[:, ::-1, ::-1], geometry)
    return y[:, ::-1, ::-1], x.shape[1] * x.shape[2] - 1 - winner[:, ::-1, ::-1]


def test_the_last_instead_of_the_first_maximum_in_backward(monkeypatch):
    layer, seen = built(MaxPooling2D(), (4, 4, 2)), {}
    right = pool_file.max_pool

    def remember(x, geometry):
        seen["last"] = last_maximum(x, geometry)[1]
        return right(x, geometry)

    monkeypatch.setattr(pool_file, "max_pool", remember)
    right_backward = pool_file.max_pool_backward
    monkeypatch.setattr(
        pool_file,
        "max_pool_backward",
        lambda dy, winner, shape: right_backward(dy, seen["last"], shape),
    )
    # Without ties the two are the same, with ties the layer says on which piece it is.
    assert failures(layer, images(2, 4, 4, 2)) == []
    assert failures(layer, tied_images()) == ["x"]


def test_the_last_maximum_throughout_is_right_too_and_a_matter_of_convention(monkeypatch):
    # A layer that also says that the last one won has the gradient of the piece it chose. No
    # difference can object; the comparison with Keras does (test_against_tensorflow.py).
    monkeypatch.setattr(pool_file, "max_pool", last_maximum)
    report = check_gradients(built(MaxPooling2D(), (4, 4, 2)), tied_images())
    assert report.passed
    assert report["x"].kinks > 0


class SlopeOneAtZero(ReLU):
    def forward(self, x, *, training, key):
        y, cache = super().forward(x, training=training, key=key)
        return y, (cache, x == 0)

    def backward(self, dy, cache):
        cache, at_zero = cache
        dx, grads = super().backward(dy, cache)
        return dx + dy * at_zero, grads

    def branches(self, cache):
        return super().branches(cache[0])


def test_a_relu_with_slope_1_at_zero():
    layer = built(SlopeOneAtZero(), (4,))
    assert failures(layer, images(3, 4)) == []
    assert failures(layer, np.array([[0.0, 1.0, -1.0, 2.0]])) == ["x"]


def test_a_nan_is_not_within_any_tolerance(monkeypatch):
    plant_in_backward(
        monkeypatch, dense_file, "dense_backward", 1, lambda dy, cache, dw: dw * np.nan
    )
    assert failures(built(Dense(5), (5,)), images(3, 5)) == ["kernel"]


def test_a_gradient_that_is_always_zero(monkeypatch):
    plant_in_backward(monkeypatch, dense_file, "dense_backward", 1, lambda dy, cache, dw: dw * 0.0)
    assert failures(built(Dense(5), (5,)), images(3, 5)) == ["kernel"]
