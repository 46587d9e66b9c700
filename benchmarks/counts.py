"""How much work a layer is: the floating-point operations and bytes that no program can avoid.

A convolution is counted as the sum in the textbook says, (conv2d.1): one multiplication and one
addition per tap, those in the padding included. An algorithm with fewer multiplications, such as
the Fourier transform, then shows as more GFLOP/s than the machine has.
"""

from __future__ import annotations

from math import prod
from typing import NamedTuple

from minicnn.layers import Conv2D, Dense, Flatten, Layer

__all__ = ["Work", "backward_work", "forward_work", "training_flops"]

_BYTES = 4  # of a float32


class Work(NamedTuple):
    """Floating-point operations, and bytes that must be read or written at least once."""

    flops: int
    bytes: int

    def least_seconds(self, peak: float, bandwidth: float) -> float:
        """Return the time of this work at the machine's peak (FLOP/s) and bandwidth (B/s).

        The roofline: Williams, Waterman, Patterson 2009, "Roofline: an insightful visual
        performance model for multicore architectures".
        """
        return max(self.flops / peak, self.bytes / bandwidth)


def _sizes(layer: Layer, batch: int) -> tuple[int, int, int]:
    assert layer.input_shape is not None
    assert layer.output_shape is not None
    weights = sum(array.size for array in layer.params.values())
    return batch * prod(layer.input_shape), batch * prod(layer.output_shape), weights


def forward_work(layer: Layer, batch: int) -> Work:
    """Count y = f(x): x and the weights are read, y is written; Flatten moves nothing.

    Only products count as operations; what other layers do with a number is little beside
    reading it.
    """
    x, y, weights = _sizes(layer, batch)
    if isinstance(layer, Flatten):
        return Work(0, 0)
    flops = 0
    if isinstance(layer, Conv2D | Dense):
        flops = 2 * (y // layer.params["kernel"].shape[-1]) * layer.params["kernel"].size
    return Work(flops, _BYTES * (x + y + weights))


def backward_work(layer: Layer, batch: int) -> Work:
    """Count dx and dw: dy, x and the weights are read, dx and dw are written."""
    x, y, weights = _sizes(layer, batch)
    if isinstance(layer, Flatten):
        return Work(0, 0)
    return Work(2 * forward_work(layer, batch).flops, _BYTES * (2 * x + y + 2 * weights))


def training_flops(layers: list[Layer]) -> int:
    """Count the operations of one image through all layers, forward and backward."""
    return sum(forward_work(layer, 1).flops + backward_work(layer, 1).flops for layer in layers)
