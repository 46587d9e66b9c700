"""SeparableConv2D: filters for each channel, then a mixture of the channels at every pixel.

Derivation: docs/math/separable_conv2d.md. Source: Chollet 2017, "Xception: deep learning with
depthwise separable convolutions".
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn import constraints, initializers, regularizers
from minicnn.constraints import Constraint
from minicnn.initializers import Initializer
from minicnn.intervals import whole_number_in
from minicnn.layers.activation import ActivationFunction
from minicnn.layers.affine import Activated
from minicnn.layers.checks import check_dy
from minicnn.layers.dense import dense, dense_backward
from minicnn.layers.depthwise_conv2d import depthwise_conv2d, depthwise_conv2d_backward
from minicnn.layers.windows import check_padding, pair, window_geometry
from minicnn.random import Key
from minicnn.regularizers import Regularizer

__all__ = ["SeparableConv2D", "separable_conv2d", "separable_conv2d_backward"]


def separable_conv2d(
    x: np.ndarray,
    depthwise: np.ndarray,
    pointwise: np.ndarray,
    b: np.ndarray | None,
    *,
    strides: tuple[int, int] = (1, 1),
    padding: str = "valid",
    dilation_rate: tuple[int, int] = (1, 1),
) -> tuple[np.ndarray, tuple]:
    r"""Convolve every channel by itself, then mix the channels of every pixel.

    .. math:: y_{npqf} = b_f + \sum_e z_{npqe}\, v_{ef} \tag{separable_conv2d.1}

    z is the depthwise convolution of x, (depthwise_conv2d.1), without a bias. A convolution with
    1x1 filters v is a dense layer on the channels, and is computed as one.

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    depthwise : ndarray, shape (kh, kw, c, m)
    pointwise : ndarray, shape (1, 1, c * m, f)
        The v of the formula.
    b : ndarray, shape (f,), or None
    strides, padding, dilation_rate
        Of the depthwise convolution: :func:`~minicnn.layers.depthwise_conv2d.depthwise_conv2d`.

    Returns
    -------
    y : ndarray, shape (n, oh, ow, f)
    cache : tuple
        For :func:`separable_conv2d_backward`.

    Raises
    ------
    ValueError
        If no window fits into the image, or the numbers of channels differ.
    """
    z, depthwise_cache = depthwise_conv2d(
        x, depthwise, None, strides=strides, padding=padding, dilation_rate=dilation_rate
    )
    if pointwise.shape[:3] != (1, 1, z.shape[3]):
        raise ValueError(
            f"separable_conv2d: expected pointwise filters of shape (1, 1, {z.shape[3]}, f), "
            f"got {pointwise.shape}."
        )
    y, dense_cache = dense(z, pointwise[0, 0], b)
    return y, (depthwise_cache, dense_cache)


def separable_conv2d_backward(
    dy: np.ndarray, cache: tuple
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    r"""Return the derivatives of :func:`separable_conv2d`, by the chain rule.

    .. math:: dz_{npqe} = \sum_f v_{ef}\, dy_{npqf}, \quad
              dv_{ef} = \sum_{n,p,q} z_{npqe}\, dy_{npqf}, \quad
              db_f = \sum_{n,p,q} dy_{npqf} \tag{separable_conv2d.2}

    dx and the derivative of the depthwise filters follow from dz by (depthwise_conv2d.2) and
    (depthwise_conv2d.3).

    Returns
    -------
    dx : ndarray, shape (n, h, w, c)
    ddepthwise : ndarray, shape (kh, kw, c, m)
    dpointwise : ndarray, shape (1, 1, c * m, f)
    db : ndarray, shape (f,)
    """
    depthwise_cache, dense_cache = cache
    check_dy("separable_conv2d_backward", dy, (*dense_cache[0].shape[:3], dense_cache[1].shape[1]))
    dz, dpointwise, db = dense_backward(dy, dense_cache)
    dx, ddepthwise, _ = depthwise_conv2d_backward(dz, depthwise_cache)
    return dx, ddepthwise, dpointwise[None, None], db


class SeparableConv2D(Activated):
    """A depthwise convolution and a pointwise one, with Keras's arguments.

    Parameters
    ----------
    filters : int
        Number of pointwise filters: channels of the output.
    kernel_size, strides, dilation_rate : int or pair of int
        Size of the depthwise filters, step between windows, step between taps.
    padding : {"valid", "same"}
        No padding, or as much as keeps ceil(size / stride).
    data_format : {None, "channels_last"}
        Accepted for compatibility with Keras; it changes nothing.
    depth_multiplier : int
        Number of depthwise filters for each channel.
    activation : str, optional
        Applied to the result.
    use_bias : bool
        Whether to add a learned bias to the result.
    depthwise_initializer, pointwise_initializer, bias_initializer : str or Initializer
        Initial values.
    depthwise_regularizer, pointwise_regularizer : str, Regularizer or None
        Penalties on the two kernels.
    depthwise_constraint, pointwise_constraint : str, Constraint or None
        What they become after a step.

    Notes
    -----
    Parameters: depthwise_kernel (kh, kw, c, depth_multiplier), pointwise_kernel
    (1, 1, c * depth_multiplier, filters) and bias (filters,).
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = Activated.fixed_arguments | {
        "data_format": ("channels_last", None),
    }

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, int],
        strides: int | tuple[int, int] = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | tuple[int, int] = (1, 1),
        depth_multiplier: int = 1,
        activation: str | ActivationFunction | None = None,
        use_bias: bool = True,
        depthwise_initializer: str | Initializer = "glorot_uniform",
        pointwise_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        depthwise_regularizer: str | Regularizer | None = None,
        pointwise_regularizer: str | Regularizer | None = None,
        depthwise_constraint: str | Constraint | None = None,
        pointwise_constraint: str | Constraint | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activation, use_bias, bias_initializer, data_format=data_format, **kwargs)
        title = self._title()
        self.filters = whole_number_in("[1, inf)", filters, f"{title}: filters")
        self.kernel_size = pair(title, "kernel_size", kernel_size)
        self.strides = pair(title, "strides", strides)
        self.padding = check_padding(title, padding)
        self.dilation_rate = pair(title, "dilation_rate", dilation_rate)
        self.depth_multiplier = whole_number_in(
            "[1, inf)", depth_multiplier, f"{title}: depth_multiplier"
        )
        self.depthwise_initializer = initializers.of_weight(depthwise_initializer)
        self.pointwise_initializer = initializers.of_weight(pointwise_initializer)
        self.depthwise_regularizer = regularizers.get(depthwise_regularizer)
        self.pointwise_regularizer = regularizers.get(pointwise_regularizer)
        penalties = {
            "depthwise_kernel": self.depthwise_regularizer,
            "pointwise_kernel": self.pointwise_regularizer,
        }
        self.regularizers |= {k: rule for k, rule in penalties.items() if rule is not None}
        self.depthwise_constraint = constraints.get(depthwise_constraint)
        self.pointwise_constraint = constraints.get(pointwise_constraint)
        self._constrain("depthwise_kernel", self.depthwise_constraint)
        self._constrain("pointwise_kernel", self.pointwise_constraint)

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        if len(input_shape) != 3:
            raise self._error(f"build: expected input_shape (h, w, c), got {input_shape}")
        try:
            geometry = window_geometry(
                input_shape, self.kernel_size, self.strides, self.padding, self.dilation_rate
            )
        except ValueError as error:
            raise self._error(f"build: for input_shape {input_shape}, {error}") from None
        channels, multiplier = input_shape[2], self.depth_multiplier
        depthwise = (*self.kernel_size, channels, multiplier)
        pointwise = (1, 1, channels * multiplier, self.filters)
        self.params = {
            "depthwise_kernel": self.depthwise_initializer(depthwise, self.dtype, rng),
            "pointwise_kernel": self.pointwise_initializer(pointwise, self.dtype, rng),
        }
        self._add_bias(self.filters, rng)
        self.output_shape = (*geometry.output, self.filters)

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        z, cache = separable_conv2d(
            x,
            self._weight("depthwise_kernel", x),
            self._weight("pointwise_kernel", x),
            self._bias(x),
            strides=self.strides,
            padding=self.padding,
            dilation_rate=self.dilation_rate,
        )
        return self._activate(z, cache)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        dz = self._before_activation(dy, cache)
        dx, ddepthwise, dpointwise, dbias = separable_conv2d_backward(dz, cache[0])
        grads = {"depthwise_kernel": ddepthwise, "pointwise_kernel": dpointwise}
        return dx, grads | ({"bias": dbias} if self.use_bias else {})
