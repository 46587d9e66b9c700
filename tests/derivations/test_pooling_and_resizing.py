"""The formulas of pooling and resizing, as loops, and their derivatives by differences."""

import math

import numpy as np
from numeric import check_backward, every
from tags import holds

from minicnn.layers import global_average_pooling2d as global_average
from minicnn.layers import global_max_pooling2d as global_max
from minicnn.layers.average_pooling2d import average_pooling2d
from minicnn.layers.max_pooling2d import max_pooling2d
from minicnn.layers.resizing import lines_between, resize
from minicnn.layers.windows import windows

N, H, W, C = 2, 5, 6, 3
RNG = np.random.default_rng(0)
X = RNG.normal(size=(N, H, W, C))


# -- pooling, windows of 3 x 2 pixels --

SIZE, STEPS = (3, 2), (2, 3)
ROWS, COLUMNS = (windows(n, SIZE[i], STEPS[i], "same") for i, n in enumerate((H, W)))
POOL = {"pool_size": SIZE, "strides": STEPS, "padding": "same"}


def window(p, q):
    """W_pq: the pixels of the image in a window."""
    top, left = p * STEPS[0] - ROWS.before, q * STEPS[1] - COLUMNS.before
    return [
        (r, s)
        for r in range(top, top + SIZE[0])
        for s in range(left, left + SIZE[1])
        if 0 <= r < H and 0 <= s < W
    ]


def pooled(x, number):
    y = np.empty((N, ROWS.count, COLUMNS.count, C))
    for n, p, q, c in every(*y.shape):
        y[n, p, q, c] = number([x[n, r, s, c] for r, s in window(p, q)])
    return y


@holds(
    "average_pooling2d.1",
    r"y_{npqc} = \frac{1}{|W_{pq}|} \sum_{(r,s) \in W_{pq}} x_{nrsc}",
)
def test_average_pooling():
    assert len({len(window(p, q)) for p, q in every(ROWS.count, COLUMNS.count)}) > 1
    ours = pooled(X, lambda ones: sum(ones) / len(ones))
    assert np.allclose(average_pooling2d(X, **POOL)[0], ours, rtol=1e-12)


@holds(
    "average_pooling2d.2",
    r"dx_{nrsc} = \sum_{(p,q) : (r,s) \in W_{pq}} \frac{dy_{npqc}}{|W_{pq}|}",
)
def test_average_pooling_backward():
    def dx_of(dy):
        dx = np.zeros_like(X)
        for n, r, s, c in every(*X.shape):
            for p, q in every(ROWS.count, COLUMNS.count):
                if (r, s) in window(p, q):
                    dx[n, r, s, c] += dy[n, p, q, c] / len(window(p, q))
        return dx

    check_backward(lambda x: average_pooling2d(x, **POOL)[0], dx_of, X)


@holds("max_pooling2d.1", r"y_{npqc} = \max_{i,j} x_{n, p s + i - a, q s' + j - a', c}")
def test_max_pooling():
    assert np.array_equal(max_pooling2d(X, **POOL)[0], pooled(X, max))


@holds("max_pooling2d.2", r"dx_{nrsc} = \sum_{(p,q) : (r,s) \text{ wins } (p,q)} dy_{npqc}")
def test_max_pooling_backward():
    def dx_of(dy):
        dx = np.zeros_like(X)
        for n, p, q, c in every(*dy.shape):
            r, s = max(window(p, q), key=lambda place: X[(n, *place, c)])
            dx[n, r, s, c] += dy[n, p, q, c]
        return dx

    check_backward(lambda x: pooled(x, max), dx_of, X)


@holds("global_average_pooling2d.1", r"y_{nc} = \frac{1}{h w} \sum_{r,s} x_{nrsc}")
def test_global_average():
    ours = [
        [sum(X[n, r, s, c] for r, s in every(H, W)) / (H * W) for c in range(C)] for n in (0, 1)
    ]
    assert np.allclose(global_average.global_average_pooling2d(X)[0], ours, rtol=1e-12)


@holds("global_average_pooling2d.2", r"dx_{nrsc} = \frac{dy_{nc}}{h w}")
def test_global_average_backward():
    check_backward(
        lambda x: x.mean(axis=(1, 2)),
        lambda dy: np.broadcast_to(dy[:, None, None, :] / (H * W), X.shape),
        X,
    )


@holds("global_max_pooling2d.1", r"y_{nc} = \max_{r,s} x_{nrsc}")
def test_global_max():
    ours = [[max(X[n, r, s, c] for r, s in every(H, W)) for c in range(C)] for n in range(N)]
    assert np.array_equal(global_max.global_max_pooling2d(X)[0], ours)


@holds(
    "global_max_pooling2d.2",
    r"dx_{nrsc} = \frac{[x_{nrsc} = y_{nc}]}{\sum_{r',s'} [x_{nr's'c} = y_{nc}]} dy_{nc}",
)
def test_global_max_backward():
    check_backward(
        lambda x: x.max(axis=(1, 2)),
        lambda dy: (X.max(axis=(1, 2), keepdims=True) == X) * dy[:, None, None, :],
        X,
    )
    # Among equal maxima the formula is a convention: equal shares.
    tied, dy = np.zeros((1, 2, 2, 1)), np.array([[6.0]])
    cache = global_max.global_max_pooling2d(tied)[1]
    assert np.array_equal(
        global_max.global_max_pooling2d_backward(dy, cache), np.full((1, 2, 2, 1), 6 / 4)
    )


# -- rows and columns that are mixed --

NEW = (8, 4)


def shares(size, target):
    """R, and C: the row at u takes its shares of the rows before and after it."""
    matrix = np.zeros((target, size))
    for p in range(target):
        u = min(max((p + 0.5) * size / target - 0.5, 0), size - 1)
        r = math.floor(u)
        matrix[p, r] += 1 - (u - r)
        matrix[p, min(r + 1, size - 1)] += u - r
    return matrix


@holds("resizing.1", r"u_p = (p + \tfrac{1}{2}) \frac{h}{h'} - \tfrac{1}{2}")
def test_where_a_new_row_lies():
    # Both ends of the new rows lie on those of the old ones, and the rows evenly between.
    edges = [(p + 0.5) * H / NEW[0] - 0.5 for p in (-0.5, NEW[0] - 0.5)]
    assert np.allclose(edges, [-0.5, H - 0.5])
    line = np.arange(H, dtype=float)[None, :, None, None] * np.ones((1, H, W, 1))
    u = [(p + 0.5) * H / NEW[0] - 0.5 for p in range(NEW[0])]
    y = resize(line, lines_between(H, NEW[0]), lines_between(W, NEW[1]))[0]
    assert np.allclose(y[0, :, 0, 0], np.clip(u, 0, H - 1), rtol=1e-12)


@holds("resizing.2", r"y_{npqc} = \sum_{r,s} R_{pr} C_{qs} \cdot x_{nrsc}")
def test_resizing():
    ours = np.einsum("pr,qs,nrsc->npqc", shares(H, NEW[0]), shares(W, NEW[1]), X)
    theirs = resize(X, lines_between(H, NEW[0]), lines_between(W, NEW[1]))[0]
    assert np.allclose(theirs, ours, rtol=1e-12)


@holds("resizing.3", r"dx_{nrsc} = \sum_{p,q} R_{pr} C_{qs} \cdot dy_{npqc}")
def test_resizing_backward():
    rows, columns = shares(H, NEW[0]), shares(W, NEW[1])
    check_backward(
        lambda x: np.einsum("pr,qs,nrsc->npqc", rows, columns, x),
        lambda dy: np.einsum("pr,qs,npqc->nrsc", rows, columns, dy),
        X,
    )
