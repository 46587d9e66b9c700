"""Conv2D: the same small filters at every position of an image.

Derivation: docs/math/conv2d.md. Source: LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based
learning applied to document recognition"; Dumoulin & Visin 2016, "A guide to convolution
arithmetic for deep learning" (sizes).
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn.initializers import Initializer
from minicnn.intervals import whole_number_in
from minicnn.kernels.column_sums import column_sums
from minicnn.kernels.conv2d import Geometry
from minicnn.kernels.convolution import (
    check_algorithm,
    convolve,
    convolve_backward,
    filter_gradient,
)
from minicnn.layers.activation import LINEAR, ActivationFunction
from minicnn.layers.affine import Affine
from minicnn.layers.checks import check_dy
from minicnn.layers.grouped_conv2d import grouped_conv2d, grouped_conv2d_backward
from minicnn.layers.windows import check_padding, check_steps, pair, window_geometry
from minicnn.random import Key
from minicnn.regularizers import Regularizer

__all__ = ["Conv2D", "conv2d", "conv2d_backward"]


def conv2d(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None,
    *,
    strides: tuple[int, int] = (1, 1),
    padding: str = "valid",
    dilation_rate: tuple[int, int] = (1, 1),
    algorithm: str = "auto",
) -> tuple[np.ndarray, tuple]:
    r"""Slide filters over images and sum the products (a cross-correlation, as in all libraries).

    .. math:: y_{npqf} = b_f + \sum_{i,j,c} w_{ijcf}\;
              x_{n,\,p s_1 + i d_1 - a_1,\,q s_2 + j d_2 - a_2,\,c}
              \tag{conv2d.1}

    with strides s, dilations d, and paddings a above and left of the image; x is zero outside.

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    w : ndarray, shape (kh, kw, c, f)
    b : ndarray, shape (f,), or None
    strides, dilation_rate : tuple of int
        Steps between windows, and between the taps within a window: (rows, columns).
    padding : {"valid", "same"}
        "valid" keeps windows inside the image; "same" pads so that stride 1 keeps the size.
    algorithm : {"auto", "im2col", "direct", "fft"}
        How the sum is computed: :mod:`minicnn.kernels.convolution`.

    Returns
    -------
    y : ndarray, shape (n, oh, ow, f)
    cache : tuple
        For :func:`conv2d_backward`.

    Raises
    ------
    ValueError
        If no window fits into the image, the numbers of channels differ, there are no filters or
        no channels, or the algorithm cannot compute this convolution.
    """
    kh, kw = w.shape[:2]
    geometry = window_geometry(x.shape[1:3], (kh, kw), strides, padding, dilation_rate)
    check_algorithm(algorithm, geometry)
    if w.shape[2] != x.shape[3]:
        raise ValueError(f"conv2d: expected filters of {x.shape[3]} channels, got {w.shape}.")
    if 0 in w.shape:
        raise ValueError(f"conv2d: expected filters with at least one number, got {w.shape}.")
    return convolve(x, w, b, geometry, algorithm)


def conv2d_backward(dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Return the derivatives of :func:`conv2d`.

    .. math:: dx_{nuvc} = \sum_{(p,i),(q,j) \to (u,v)} \sum_f w_{ijcf}\, dy_{npqf} \tag{conv2d.2}
    .. math:: dw_{ijcf} = \sum_{n,p,q}
              x_{n,\,p s_1 + i d_1 - a_1,\,q s_2 + j d_2 - a_2,\,c}\; dy_{npqf}
              \tag{conv2d.3}
    .. math:: db_f = \sum_{n,p,q} dy_{npqf} \tag{conv2d.4}

    The first sum runs over all pairs of a window and a tap that meet at the pixel (u, v).

    Returns
    -------
    dx : ndarray, shape (n, h, w, c)
    dw : ndarray, shape (kh, kw, c, f)
    db : ndarray, shape (f,)
    """
    _, geometry, x, w, _ = cache
    check_dy("conv2d_backward", dy, (len(x), *geometry.output, w.shape[3]))
    dx, dw = convolve_backward(dy, cache)
    return dx, dw, column_sums(dy.reshape(-1, dy.shape[3])).astype(dy.dtype)


class Conv2D(Affine):
    """Convolution of images, with Keras's arguments.

    Parameters
    ----------
    filters : int
        Number of filters: channels of the output.
    kernel_size, strides, dilation_rate : int or pair of int
        Size of the filters, step between windows, step between taps; only one of the steps may
        be above 1, as in Keras.
    padding : {"valid", "same"}
        No padding, or as much as keeps ceil(size / stride).
    data_format : {None, "channels_last"}
        Accepted for compatibility with Keras; it changes nothing.
    groups : int
        Number of groups that channels and filters are split into; each filter sees the channels of
        its own group. It divides both numbers.
    activation : str, optional
        Applied to the result.
    use_bias : bool
        Whether to add a learned bias.
    kernel_initializer, bias_initializer : str or Initializer
        Initial values.
    kernel_regularizer, bias_regularizer : str, Regularizer or None
        Penalties on the kernel and on the bias.
    kernel_constraint, bias_constraint : str, Constraint or None
        What they become after a step.
    algorithm : {"auto", "im2col", "direct", "fft"}
        How the sum is computed. Keras has no such argument, and it is not saved: results differ
        only in the last digits. "auto" chooses the fastest for the given sizes.

    Notes
    -----
    Parameters: kernel (kh, kw, c, filters) and bias (filters,). Images are NHWC.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = Affine.fixed_arguments | {
        "data_format": ("channels_last", None),
    }
    unwritten_arguments = ("algorithm",)

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, int],
        strides: int | tuple[int, int] = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | tuple[int, int] = (1, 1),
        groups: int = 1,
        activation: str | ActivationFunction | None = None,
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        kernel_regularizer: str | Regularizer | None = None,
        *,
        algorithm: str = "auto",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            activation,
            use_bias,
            kernel_initializer,
            bias_initializer,
            kernel_regularizer,
            data_format=data_format,
            **kwargs,
        )
        title = self._title()
        self.filters = whole_number_in("[1, inf)", filters, f"{title}: filters")
        self.kernel_size = pair(title, "kernel_size", kernel_size)
        self.strides = pair(title, "strides", strides)
        self.padding = check_padding(title, padding)
        self.dilation_rate = pair(title, "dilation_rate", dilation_rate)
        check_steps(title, self.strides, self.dilation_rate)
        self.groups = whole_number_in("[1, inf)", groups, f"{title}: groups")
        if self.filters % self.groups:
            raise self._error(
                f"filters must be divisible by groups, got filters={self.filters} and "
                f"groups={self.groups}"
            )
        self.algorithm = algorithm
        try:
            nowhere = (0, 0)
            check_algorithm(
                algorithm,
                Geometry(self.kernel_size, self.strides, self.dilation_rate, nowhere, nowhere),
            )
        except ValueError as error:
            raise self._error(str(error)) from None

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        if len(input_shape) != 3:
            raise self._error(f"build: expected input_shape (h, w, c), got {input_shape}")
        try:
            geometry = window_geometry(
                input_shape, self.kernel_size, self.strides, self.padding, self.dilation_rate
            )
        except ValueError as error:
            raise self._error(f"build: for input_shape {input_shape}, {error}") from None
        channels, rest = divmod(input_shape[2], self.groups)
        if rest:
            raise self._error(
                f"build: the number of channels must be divisible by groups={self.groups}, "
                f"got {input_shape[2]} in {input_shape}"
            )
        self._add_weights((*self.kernel_size, channels, self.filters), self.filters, rng)
        self.output_shape = (*geometry.output, self.filters)

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        kernel = self.params["kernel"].astype(x.dtype, copy=False)
        bias = self.params["bias"].astype(x.dtype, copy=False) if self.use_bias else None
        how: dict[str, Any] = {
            "strides": self.strides,
            "padding": self.padding,
            "dilation_rate": self.dilation_rate,
            "algorithm": self.algorithm,
        }
        if self.groups == 1:
            z, cache = conv2d(x, kernel, bias, **how)
        else:
            z, cache = grouped_conv2d(x, kernel, bias, groups=self.groups, **how)
        if self.activation is LINEAR:
            return z, (cache, ())
        y, activation_cache = self.activation.forward(z)
        return y, (cache, activation_cache)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        map_cache, activation_cache = cache
        linear = self.activation is LINEAR
        dz = dy if linear else self.activation.backward(dy, activation_cache)
        if self.groups == 1:
            dx, dkernel, dbias = conv2d_backward(dz, map_cache)
            return dx, {"kernel": dkernel} | ({"bias": dbias} if self.use_bias else {})
        dx, dkernel = grouped_conv2d_backward(dz, map_cache)
        return dx, {"kernel": dkernel} | self._bias_gradient(dz)

    def weight_gradients(self, dy: np.ndarray, cache: tuple) -> dict[str, np.ndarray]:
        """Return the derivatives of :meth:`backward` with respect to the parameters alone."""
        dz = self._before_activation(dy, cache)
        if self.groups == 1:
            dkernel = filter_gradient(dz, cache[0])
        else:
            _, dkernel = grouped_conv2d_backward(dz, cache[0], inputs=False)
        return {"kernel": dkernel} | self._bias_gradient(dz)

    def _bias_gradient(self, dz: np.ndarray) -> dict[str, np.ndarray]:
        """Return (conv2d.4), if there is a bias."""
        if not self.use_bias:
            return {}
        return {"bias": column_sums(dz.reshape(-1, self.filters)).astype(dz.dtype)}
