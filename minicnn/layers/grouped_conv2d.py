"""Grouped convolution: each filter sees only the channels of its own group.

It is what ``Conv2D(groups=g)`` computes. Derivation: docs/math/grouped_conv2d.md. Sources:
Krizhevsky, Sutskever, Hinton 2012, "ImageNet classification with deep convolutional neural
networks"; Xie, Girshick, Dollar, Tu, He 2017, "Aggregated residual transformations for deep neural
networks" (ResNeXt).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.kernels import depthwise_conv2d as depthwise
from minicnn.kernels.convolution import check_algorithm, convolve, convolve_backward
from minicnn.layers.checks import check_dy
from minicnn.layers.windows import window_geometry

__all__ = ["grouped_conv2d", "grouped_conv2d_backward"]


def grouped_conv2d(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None,
    *,
    groups: int,
    strides: tuple[int, int] = (1, 1),
    padding: str = "valid",
    dilation_rate: tuple[int, int] = (1, 1),
    algorithm: str = "auto",
) -> tuple[np.ndarray, tuple]:
    r"""Convolve each group of channels with its own filters; the outputs lie side by side.

    .. math:: y_{npqf} = b_f + \sum_{i,j,c} w_{ijcf}\;
              x_{n,\,p s_1 + i d_1 - a_1,\,q s_2 + j d_2 - a_2,\,g_f C / G + c}, \quad
              g_f = \lfloor f G / F \rfloor \tag{grouped_conv2d.1}

    There are G groups of C / G channels and F / G filters each; c counts the channels within a
    group. The other letters are those of (conv2d.1).

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    w : ndarray, shape (kh, kw, c / groups, f)
    b : ndarray, shape (f,), or None
    groups : int
        A divisor of c and of f.
    strides, padding, dilation_rate, algorithm
        As in :func:`~minicnn.layers.conv2d.conv2d`.

    Returns
    -------
    y : ndarray, shape (n, oh, ow, f)
    cache : tuple
        For :func:`grouped_conv2d_backward`.

    Raises
    ------
    ValueError
        If no window fits into the image, the filters have other numbers of channels, the groups
        do not divide the filters, or the algorithm cannot compute this convolution.
    """
    geometry = window_geometry(x.shape[1:3], w.shape[:2], strides, padding, dilation_rate)
    check_algorithm(algorithm, geometry)
    if groups * w.shape[2] != x.shape[3] or w.shape[3] % groups or 0 in w.shape:
        raise ValueError(
            f"grouped_conv2d: {groups} groups of filters {w.shape} do not fit "
            f"{x.shape[3]} channels."
        )
    if w.shape[2] == 1 and algorithm == "auto":
        # A channel in each group, for which there is a kernel without a loop over groups.
        y = depthwise.depthwise_conv2d(x, _by_channel(w, x.shape[3]), geometry)
        return y if b is None else y + b, (geometry, x, w, None)
    biases = [None] * groups if b is None else np.split(b, groups)
    results = [
        convolve(*operands, geometry, algorithm)
        for operands in zip(_split(x, groups), _split(w, groups), biases, strict=True)
    ]
    y = np.concatenate([part for part, _ in results], axis=3)
    return y, (geometry, x, w, [cache for _, cache in results])


def grouped_conv2d_backward(
    dy: np.ndarray, cache: tuple, *, inputs: bool = True
) -> tuple[Any, np.ndarray]:
    r"""Return the derivatives of :func:`grouped_conv2d`; that of the bias is (conv2d.4).

    .. math:: dx_{nuvc} = \sum_{(p,i),(q,j) \to (u,v)} \sum_{f \in g_c}
              w_{i,\,j,\,c - g_c C / G,\,f}\, dy_{npqf}, \quad
              g_c = \lfloor c G / C \rfloor \tag{grouped_conv2d.2}
    .. math:: dw_{ijcf} = \sum_{n,p,q}
              x_{n,\,p s_1 + i d_1 - a_1,\,q s_2 + j d_2 - a_2,\,g_f C / G + c}\; dy_{npqf}
              \tag{grouped_conv2d.3}

    Returns
    -------
    dx : ndarray, shape (n, h, w, c); None without `inputs`
    dw : ndarray, shape (kh, kw, c / groups, f)
    """
    geometry, x, w, caches = cache
    check_dy("grouped_conv2d_backward", dy, (len(x), *geometry.output, w.shape[3]))
    if caches is None:
        dx, dw = depthwise.depthwise_conv2d_backward(dy, x, _by_channel(w, x.shape[3]), geometry)
        return dx if inputs else None, dw.reshape(w.shape)
    pairs = zip(_split(dy, len(caches)), caches, strict=True)
    dxs, dws = zip(*(convolve_backward(*pair, inputs=inputs) for pair in pairs), strict=True)
    return np.concatenate(dxs, axis=3) if inputs else None, np.concatenate(dws, axis=3)


def _by_channel(w: np.ndarray, groups: int) -> np.ndarray:
    """Turn (kh, kw, 1, f) into the filters of each channel: (kh, kw, c, f / c)."""
    return w.reshape(*w.shape[:2], groups, -1)


def _split(array: np.ndarray, groups: int) -> list[np.ndarray]:
    """Return equal parts of the last axis, each contiguous, as the kernels need them."""
    return [np.ascontiguousarray(part) for part in np.split(array, groups, axis=-1)]
