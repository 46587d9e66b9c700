"""One network in several forms that want their images differently and must answer the same."""

import numpy as np

from minicnn import Sequential
from minicnn.fer import EMOTIONS, set_expectations
from minicnn.layers import (
    BatchNormalization,
    Conv2D,
    Dense,
    GaussianNoise,
    GlobalAveragePooling2D,
    Input,
    Rescaling,
)

__all__ = ["TOLD", "network"]

_rng = np.random.default_rng(4)
_KERNEL = _rng.normal(size=(3, 3, 1, 4)).astype(np.float32)
_BIAS = _rng.normal(size=4).astype(np.float32)
_DENSE = [_rng.normal(0, 2, (4, 7)).astype(np.float32), np.zeros(7, np.float32)]


def network(first=(), *, kernel=_KERNEL, bias=_BIAS, channels=1, names=EMOTIONS, scale=None):
    """A convolution with `kernel` and `bias` behind some layers; names and scale in `extra`."""
    layers = [Input((48, 48, channels)), *first, Conv2D(4, 3, activation="relu")]
    model = Sequential(
        [*layers, GlobalAveragePooling2D(), Dense(7, activation="softmax")], name="told"
    )
    convolution, dense = (model.get_layer(index=i) for i in (-3, -1))
    convolution.params = {"kernel": kernel, "bias": bias}
    dense.params = dict(zip(("kernel", "bias"), _DENSE, strict=True))
    if names is not None:
        set_expectations(model, names, scale)
    return model


def _normalised():
    model = network([BatchNormalization(center=False, scale=False, epsilon=0)])
    model.layers[0].state = {
        "moving_mean": np.array([100], np.float32),
        "moving_variance": np.array([50**2], np.float32),
    }
    # x' = (x - 100) / 50 = (255 u - 100) / 50, so u = (50 x' + 100) / 255
    convolution = model.get_layer(index=-3)
    convolution.params = {
        "kernel": _KERNEL * 50 / 255,
        "bias": _BIAS + 100 / 255 * _KERNEL.sum(axis=(0, 1, 2)),
    }
    return model


#: By name, what the caller has to say (nothing, or a scale), and how to make the network.
TOLD = {
    "0..1": lambda: network(scale="0..1"),
    "names alone, as in 0.1 and 0.2": network,
    "-1..1": lambda: network(
        kernel=_KERNEL / 2, bias=_BIAS + _KERNEL.sum(axis=(0, 1, 2)) / 2, scale="-1..1"
    ),
    "0..255": lambda: network(kernel=_KERNEL / 255, scale="0..255"),
    "Rescaling": lambda: network([Rescaling(1 / 255)]),
    "Rescaling behind a nested model of noise": lambda: network(
        [Sequential([Input((48, 48, 1)), GaussianNoise(0.1)], name="noise"), Rescaling(1 / 255)]
    ),
    "two Rescalings": lambda: network([Rescaling(1 / 127.5, -1), Rescaling(0.5, 0.5)]),
    "a normalisation": _normalised,
    "colour": lambda: network(kernel=np.repeat(_KERNEL / 3, 3, axis=2), channels=3),
    "colour, Rescaling": lambda: network(
        [Rescaling(1 / 255)], kernel=np.repeat(_KERNEL / 3, 3, axis=2), channels=3
    ),
}
