"""DepthwiseConv2D: small filters at every position, each of them on one channel.

Derivation: docs/math/depthwise_conv2d.md. Source: Sifre 2014, "Rigid-motion scattering for image
classification"; Howard et al. 2017, "MobileNets: efficient convolutional neural networks for
mobile vision applications", section 3.1.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn import constraints, initializers, regularizers
from minicnn.constraints import Constraint
from minicnn.initializers import Initializer
from minicnn.intervals import whole_number_in
from minicnn.kernels import depthwise_conv2d as kernel
from minicnn.kernels.column_sums import column_sums
from minicnn.layers.activation import ActivationFunction
from minicnn.layers.affine import Activated
from minicnn.layers.checks import check_dy
from minicnn.layers.windows import check_padding, pair, window_geometry
from minicnn.random import Key
from minicnn.regularizers import Regularizer

__all__ = ["DepthwiseConv2D", "depthwise_conv2d", "depthwise_conv2d_backward"]


def depthwise_conv2d(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None,
    *,
    strides: tuple[int, int] = (1, 1),
    padding: str = "valid",
    dilation_rate: tuple[int, int] = (1, 1),
) -> tuple[np.ndarray, tuple]:
    r"""Slide the filters of every channel over that channel.

    .. math:: y_{n,p,q,\,c m + k} = b_{c m + k} + \sum_{i,j} w_{ijck}\;
              x_{n,\,p s_1 + i d_1 - a_1,\,q s_2 + j d_2 - a_2,\,c} \tag{depthwise_conv2d.1}

    with m filters for each channel, strides s, dilations d, and paddings a above and left of
    the image; x is zero outside. Channels do not mix.

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    w : ndarray, shape (kh, kw, c, m)
    b : ndarray, shape (c * m,), or None
    strides, dilation_rate : tuple of int
        Steps between windows, and between the taps within a window: (rows, columns).
    padding : {"valid", "same"}
        "valid" keeps windows inside the image; "same" pads so that stride 1 keeps the size.

    Returns
    -------
    y : ndarray, shape (n, oh, ow, c * m)
    cache : tuple
        For :func:`depthwise_conv2d_backward`.

    Raises
    ------
    ValueError
        If no window fits into the image, or the numbers of channels differ.
    """
    kh, kw = w.shape[:2]
    geometry = window_geometry(x.shape[1:3], (kh, kw), strides, padding, dilation_rate)
    if w.shape[2] != x.shape[3]:
        raise ValueError(
            f"depthwise_conv2d: expected filters for {x.shape[3]} channels, got {w.shape}."
        )
    y = kernel.depthwise_conv2d(x, w, geometry)
    if b is not None:
        y += b
    return y, (geometry, x, w)


def depthwise_conv2d_backward(
    dy: np.ndarray, cache: tuple
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Return the derivatives of :func:`depthwise_conv2d`.

    .. math:: dx_{nuvc} = \sum_{(p,i),(q,j) \to (u,v)} \sum_k w_{ijck}\, dy_{n,p,q,\,c m + k}
              \tag{depthwise_conv2d.2}
    .. math:: dw_{ijck} = \sum_{n,p,q} x_{n,\,p s_1 + i d_1 - a_1,\,q s_2 + j d_2 - a_2,\,c}\;
              dy_{n,p,q,\,c m + k} \tag{depthwise_conv2d.3}
    .. math:: db_f = \sum_{n,p,q} dy_{npqf} \tag{depthwise_conv2d.4}

    The first sum runs over all pairs of a window and a tap that meet at the pixel (u, v).

    Returns
    -------
    dx : ndarray, shape (n, h, w, c)
    dw : ndarray, shape (kh, kw, c, m)
    db : ndarray, shape (c * m,)
    """
    geometry, x, w = cache
    check_dy("depthwise_conv2d_backward", dy, (len(x), *geometry.output, w.shape[2] * w.shape[3]))
    dx, dw = kernel.depthwise_conv2d_backward(dy, x, w, geometry)
    return dx, dw, column_sums(dy.reshape(-1, dy.shape[3])).astype(dy.dtype)


class DepthwiseConv2D(Activated):
    """Convolution of every channel by itself, with Keras's arguments.

    Parameters
    ----------
    kernel_size, strides, dilation_rate : int or pair of int
        Size of the filters, step between windows, step between taps.
    padding : {"valid", "same"}
        No padding, or as much as keeps ceil(size / stride).
    depth_multiplier : int
        Number of filters for each channel.
    data_format : {None, "channels_last"}
        Accepted for compatibility with Keras; it changes nothing.
    activation : str, optional
        Applied to the result.
    use_bias : bool
        Whether to add a learned bias.
    depthwise_initializer, bias_initializer : str or Initializer
        Initial values.
    depthwise_regularizer : str, Regularizer or None
        Penalty on the kernel.

    Notes
    -----
    Parameters: kernel (kh, kw, c, depth_multiplier) and bias (c * depth_multiplier,).
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = Activated.fixed_arguments | {
        "data_format": ("channels_last", None),
    }

    def __init__(
        self,
        kernel_size: int | tuple[int, int],
        strides: int | tuple[int, int] = (1, 1),
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: int | tuple[int, int] = (1, 1),
        activation: str | ActivationFunction | None = None,
        use_bias: bool = True,
        depthwise_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        depthwise_regularizer: str | Regularizer | None = None,
        depthwise_constraint: str | Constraint | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activation, use_bias, bias_initializer, data_format=data_format, **kwargs)
        title = self._title()
        self.kernel_size = pair(title, "kernel_size", kernel_size)
        self.strides = pair(title, "strides", strides)
        self.padding = check_padding(title, padding)
        self.depth_multiplier = whole_number_in(
            "[1, inf)", depth_multiplier, f"{title}: depth_multiplier"
        )
        self.dilation_rate = pair(title, "dilation_rate", dilation_rate)
        self.depthwise_initializer = initializers.of_weight(depthwise_initializer)
        self.depthwise_regularizer = regularizers.get(depthwise_regularizer)
        if self.depthwise_regularizer is not None:
            self.regularizers["kernel"] = self.depthwise_regularizer
        self.depthwise_constraint = constraints.get(depthwise_constraint)
        self._constrain("kernel", self.depthwise_constraint)

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        if len(input_shape) != 3:
            raise self._error(f"build: expected input_shape (h, w, c), got {input_shape}")
        try:
            geometry = window_geometry(
                input_shape, self.kernel_size, self.strides, self.padding, self.dilation_rate
            )
        except ValueError as error:
            raise self._error(f"build: for input_shape {input_shape}, {error}") from None
        shape = (*self.kernel_size, input_shape[2], self.depth_multiplier)
        outputs = input_shape[2] * self.depth_multiplier
        self.params = {"kernel": self.depthwise_initializer(shape, self.dtype, rng)}
        self._add_bias(outputs, rng)
        self.output_shape = (*geometry.output, outputs)

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        z, cache = depthwise_conv2d(
            x,
            self._weight("kernel", x),
            self._bias(x),
            strides=self.strides,
            padding=self.padding,
            dilation_rate=self.dilation_rate,
        )
        return self._activate(z, cache)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        dz = self._before_activation(dy, cache)
        dx, dkernel, dbias = depthwise_conv2d_backward(dz, cache[0])
        return dx, {"kernel": dkernel} | ({"bias": dbias} if self.use_bias else {})
