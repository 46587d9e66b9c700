"""The formulas of layers that only move numbers, as loops, and by differences."""

import numpy as np
from numeric import check_backward, every
from tags import holds

from minicnn.layers.concatenate import concatenate
from minicnn.layers.cropping2d import cropping2d
from minicnn.layers.flatten import flatten
from minicnn.layers.permute import permute
from minicnn.layers.reshape import reshape
from minicnn.layers.zero_padding2d import zero_padding2d

N, H, W, C = 2, 5, 6, 3
RNG = np.random.default_rng(0)
X = RNG.normal(size=(N, H, W, C))


PARTS = [RNG.normal(size=(N, size)) for size in (2, 4, 1)]
STARTS = [0, 2, 6]


@holds("concatenate.1", r"y_{s_k + i} = x_{k, i}, \quad s_k = \sum_{l < k} n_l")
def test_concatenate():
    y = concatenate(tuple(PARTS))[0]
    for start, part in zip(STARTS, PARTS, strict=True):
        for i in range(part.shape[1]):
            assert np.array_equal(y[:, start + i], part[:, i])


@holds("concatenate.2", r"dx_{k, i} = dy_{s_k + i}")
def test_concatenate_backward():
    for k, (start, part) in enumerate(zip(STARTS, PARTS, strict=True)):
        check_backward(
            lambda x, k=k: np.concatenate([*PARTS[:k], x, *PARTS[k + 1 :]], axis=1),
            lambda dy, start=start, part=part: dy[:, start : start + part.shape[1]],
            part,
        )


@holds("cropping2d.1", r"y_{nrsc} = x_{n, r + a, s + a', c}")
def test_cropping():
    y = cropping2d(X, cropping=((1, 2), (3, 1)))[0]
    assert y.shape == (N, H - 3, W - 4, C)
    assert all(y[n, r, s, c] == X[n, r + 1, s + 3, c] for n, r, s, c in every(*y.shape))


def framed(inner, shape, top, left):
    """Put an array into one of zeros."""
    outer = np.zeros(shape)
    for n, r, s, c in every(*inner.shape):
        outer[n, r + top, s + left, c] = inner[n, r, s, c]
    return outer


@holds(
    "cropping2d.2",
    r"dx_{n, r + a, s + a', c} = dy_{nrsc}, \qquad dx = 0 \text{ elsewhere}",
)
def test_cropping_backward():
    check_backward(
        lambda x: cropping2d(x, cropping=((1, 2), (3, 1)))[0],
        lambda dy: framed(dy, X.shape, 1, 3),
        X,
    )


@holds(
    "zero_padding2d.1",
    r"y_{n, r + a, s + a', c} = x_{nrsc}, \qquad y = 0 \text{ elsewhere}",
)
def test_zero_padding():
    ours = framed(X, (N, H + 3, W + 4, C), 1, 3)
    assert np.array_equal(zero_padding2d(X, padding=((1, 2), (3, 1)))[0], ours)


@holds("zero_padding2d.2", r"dx_{nrsc} = dy_{n, r + a, s + a', c}")
def test_zero_padding_backward():
    check_backward(
        lambda x: framed(x, (N, H + 3, W + 4, C), 1, 3),
        lambda dy: dy[:, 1 : 1 + H, 3 : 3 + W],
        X,
    )


@holds("flatten.1", r"y_{n, (r w + s) c + k} = x_{nrsk}")
def test_flatten():
    y = flatten(X)[0]
    assert all(y[n, (r * W + s) * C + k] == X[n, r, s, k] for n, r, s, k in every(*X.shape))


@holds("flatten.2", r"dx_{nrsk} = dy_{n, (r w + s) c + k}")
def test_flatten_backward():
    def dx_of(dy):
        dx = np.empty_like(X)
        for n, r, s, k in every(*X.shape):
            dx[n, r, s, k] = dy[n, (r * W + s) * C + k]
        return dx

    check_backward(lambda x: flatten(x)[0], dx_of, X)


SHAPE = (W, C, H)


def places():
    """Pairs of places with one number, the last axis fastest."""
    return zip(every(*X.shape[1:]), every(*SHAPE), strict=True)


@holds(
    "reshape.1",
    r"y_{n,j} = x_{n,i} \quad\text{where } i \text{ and } j \text{ have one place in their shapes}",
)
def test_reshape():
    y = reshape(X, target_shape=SHAPE)[0]
    assert all(y[(n, *j)] == X[(n, *i)] for n in range(N) for i, j in places())


@holds("reshape.2", r"dx_{n,i} = dy_{n,j}")
def test_reshape_backward():
    def dx_of(dy):
        dx = np.empty_like(X)
        for n in range(N):
            for i, j in places():
                dx[(n, *i)] = dy[(n, *j)]
        return dx

    check_backward(lambda x: reshape(x, target_shape=SHAPE)[0], dx_of, X)


DIMS = (3, 1, 2)  # pi


def turned(i):
    return tuple(i[axis - 1] for axis in DIMS)


@holds("permute.1", r"y_{n, i_{\pi(1)}, \dots, i_{\pi(d)}} = x_{n, i_1, \dots, i_d}")
def test_permute():
    y = permute(X, dims=DIMS)[0]
    assert all(y[(n, *turned(i))] == X[(n, *i)] for n, *i in every(*X.shape))


@holds("permute.2", r"dx_{n, i_1, \dots, i_d} = dy_{n, i_{\pi(1)}, \dots, i_{\pi(d)}}")
def test_permute_backward():
    def dx_of(dy):
        dx = np.empty_like(X)
        for n, *i in every(*X.shape):
            dx[(n, *i)] = dy[(n, *turned(i))]
        return dx

    check_backward(lambda x: permute(x, dims=DIMS)[0], dx_of, X)
