"""Conv2DTranspose: every pixel paints its filters into a larger image.

Derivation: docs/math/conv2d_transpose.md. Source: Zeiler, Krishnan, Taylor, Fergus 2010,
"Deconvolutional networks"; Dumoulin & Visin 2016, "A guide to convolution arithmetic for deep
learning", chapter 4.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn.initializers import Initializer
from minicnn.intervals import whole_number_in
from minicnn.kernels import conv2d_transpose as kernel
from minicnn.kernels.column_sums import column_sums
from minicnn.kernels.conv2d import Geometry
from minicnn.layers.activation import ActivationFunction
from minicnn.layers.affine import Affine
from minicnn.layers.checks import check_dy
from minicnn.layers.windows import check_padding, check_steps, pair, window_geometry
from minicnn.random import Key
from minicnn.regularizers import Regularizer

__all__ = ["Conv2DTranspose", "conv2d_transpose", "conv2d_transpose_backward"]


def transposed_size(
    size: int, window: int, stride: int, padding: str, output_padding: int | None, dilation: int
) -> int:
    r"""Return the size of the result, as Keras chooses it.

    With the extent :math:`k' = (k - 1) d + 1` of a window and an output padding q,

    .. math:: o = (n - 1) s + k' + q \quad\text{(valid)}, \quad
              o = (n - 1) s + (k' \bmod 2) + q \quad\text{(same)} \tag{conv2d_transpose.4}

    Without q, they are (n - 1) s + max(k', s) and n s.
    """
    extent = (window - 1) * dilation + 1
    if padding == "same":
        if output_padding is None:
            return size * stride
        return (size - 1) * stride + extent % 2 + output_padding
    if output_padding is None:
        output_padding = max(stride - extent, 0)
    return (size - 1) * stride + extent + output_padding


def conv2d_transpose(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None,
    *,
    strides: tuple[int, int] = (1, 1),
    padding: str = "valid",
    output_padding: tuple[int, int] | None = None,
    dilation_rate: tuple[int, int] = (1, 1),
) -> tuple[np.ndarray, tuple]:
    r"""Add every pixel, times the filters, onto a window of the result.

    .. math:: y_{nuvf} = b_f + \sum_{(p,i),(q,j) \to (u,v)} \sum_c w_{ijfc}\; x_{npqc}
              \tag{conv2d_transpose.1}

    The first sum runs over all pairs of a pixel (p, q) and a tap (i, j) that meet in (u, v):
    u = p s_1 + i d_1 - a_1, and the same for columns. It is the derivative of a convolution with
    respect to its input, (conv2d.2), of an image as large as y.

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    w : ndarray, shape (kh, kw, f, c)
    b : ndarray, shape (f,), or None
    strides, dilation_rate : tuple of int
        Steps between the windows of neighbouring pixels, and between taps: (rows, columns).
    padding : {"valid", "same"}
        Of that convolution.
    output_padding : tuple of int, optional
        See :func:`transposed_size`.

    Returns
    -------
    y : ndarray, shape (n, oh, ow, f)
    cache : tuple
        For :func:`conv2d_transpose_backward`.

    Raises
    ------
    ValueError
        If the numbers of channels differ, or no convolution goes from that size to the size of x.
    """
    if w.shape[3] != x.shape[3]:
        raise ValueError(
            f"conv2d_transpose: expected filters of {x.shape[3]} channels, got {w.shape}."
        )
    size, geometry = _layout(
        x.shape[1:3], w.shape[:2], strides, padding, output_padding, dilation_rate
    )
    y = kernel.conv2d_transpose(x, w, geometry, size)
    if b is not None:
        y += b
    return y, (geometry, size, x, w)


def conv2d_transpose_backward(
    dy: np.ndarray, cache: tuple
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Return the derivatives of :func:`conv2d_transpose`; dx is a convolution of dy.

    .. math:: dx_{npqc} = \sum_{i,j,f} w_{ijfc}\;
              dy_{n,\,p s_1 + i d_1 - a_1,\,q s_2 + j d_2 - a_2,\,f}
              \tag{conv2d_transpose.2}
    .. math:: dw_{ijfc} = \sum_{n,p,q}
              dy_{n,\,p s_1 + i d_1 - a_1,\,q s_2 + j d_2 - a_2,\,f}\; x_{npqc}
              \tag{conv2d_transpose.3}

    and db is the sum over all places, (conv2d.4). dy is zero outside.

    Returns
    -------
    dx : ndarray, shape (n, h, w, c)
    dw : ndarray, shape (kh, kw, f, c)
    db : ndarray, shape (f,)
    """
    geometry, size, x, w = cache
    check_dy("conv2d_transpose_backward", dy, (len(x), *size, w.shape[2]))
    dx, dw = kernel.conv2d_transpose_backward(dy, x, w, geometry)
    return dx, dw, column_sums(dy.reshape(-1, dy.shape[3])).astype(dy.dtype)


def _layout(
    image: tuple[int, ...],
    window: tuple[int, ...],
    strides: tuple[int, int],
    padding: str,
    output_padding: tuple[int, int] | None,
    dilation: tuple[int, int],
) -> tuple[tuple[int, int], Geometry]:
    """Return height and width of the result, and the convolution from there to the image."""
    high, wide = (
        transposed_size(
            image[k],
            window[k],
            strides[k],
            padding,
            None if output_padding is None else output_padding[k],
            dilation[k],
        )
        for k in range(2)
    )
    geometry = window_geometry((high, wide), tuple(window), strides, padding, dilation)
    if geometry.output != tuple(image[:2]):
        raise ValueError(
            f"no convolution goes from {(high, wide)} pixels to {tuple(image[:2])}; choose another "
            "output_padding"
        )
    return (high, wide), geometry


class Conv2DTranspose(Affine):
    """The transpose of a convolution, from small images to large ones, with Keras's arguments.

    Parameters
    ----------
    filters : int
        Channels of the output.
    kernel_size, strides, dilation_rate : int or pair of int
        Size of the filters, step between the windows of neighbouring pixels, step between taps;
        only one of the steps may be above 1, as in Keras.
    padding : {"valid", "same"}
        "same" makes images of size * stride, "valid" leaves room for whole windows.
    output_padding : int or pair of int, optional
        Rows and columns to add to the size; see :func:`transposed_size`. Below the strides.
    data_format : {None, "channels_last"}
        Accepted for compatibility with Keras; it changes nothing.
    activation : str, optional
        Applied to the result.
    use_bias : bool
        Whether to add a learned bias.
    kernel_initializer, bias_initializer : str or Initializer
        Initial values.
    kernel_regularizer : str, Regularizer or None
        Penalty on the kernel.

    Notes
    -----
    Parameters: kernel (kh, kw, filters, c) and bias (filters,).
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = Affine.fixed_arguments | {
        "data_format": ("channels_last", None),
    }

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, int],
        strides: int | tuple[int, int] = (1, 1),
        padding: str = "valid",
        output_padding: int | tuple[int, int] | None = None,
        data_format: str | None = None,
        dilation_rate: int | tuple[int, int] = (1, 1),
        activation: str | ActivationFunction | None = None,
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        kernel_regularizer: str | Regularizer | None = None,
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
        self.output_padding: tuple[int, int] | None = None
        if output_padding is not None:
            self.output_padding = pair(title, "output_padding", output_padding, least=0)
            if any(q >= s for q, s in zip(self.output_padding, self.strides, strict=True)):
                raise self._error(
                    f"output_padding must be below the strides {self.strides}, "
                    f"got {self.output_padding}"
                )

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        if len(input_shape) != 3:
            raise self._error(f"build: expected input_shape (h, w, c), got {input_shape}")
        try:
            size, _ = _layout(
                input_shape,
                self.kernel_size,
                self.strides,
                self.padding,
                self.output_padding,
                self.dilation_rate,
            )
        except ValueError as error:
            raise self._error(f"build: for input_shape {input_shape}, {error}") from None
        self._add_weights((*self.kernel_size, self.filters, input_shape[2]), self.filters, rng)
        self.output_shape = (*size, self.filters)

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        z, cache = conv2d_transpose(
            x,
            self._weight("kernel", x),
            self._bias(x),
            strides=self.strides,
            padding=self.padding,
            output_padding=self.output_padding,
            dilation_rate=self.dilation_rate,
        )
        return self._activate(z, cache)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        dz = self._before_activation(dy, cache)
        dx, dkernel, dbias = conv2d_transpose_backward(dz, cache[0])
        return dx, {"kernel": dkernel} | ({"bias": dbias} if self.use_bias else {})
