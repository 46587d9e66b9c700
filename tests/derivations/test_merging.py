"""The formulas of merging branches, of graphs, and of differences themselves."""

import numpy as np
from numeric import agree, gradient
from tags import holds

import minicnn
from minicnn.fer.evaluation.grad_cam import grad_cam
from minicnn.layers import merging
from minicnn.losses.of_outputs import LossOfOutputs

RNG = np.random.default_rng(0)
XS = tuple(RNG.normal(size=(3, 4)) for _ in range(3))
DY = RNG.normal(size=(3, 4))


def by_branch(forward, backward_of, xs=XS):
    """Whether backward_of(k) is the derivative by branch k, for all branches."""
    return all(
        agree(
            backward_of(k),
            gradient(lambda x, k=k: np.sum(DY * forward((*xs[:k], x, *xs[k + 1 :]))), xs[k]),
        )
        for k in range(len(xs))
    )


@holds("merging.1", r"dx_i = \sum_{j \text{ made of } i} dy_j")
def test_a_stretched_branch():
    row = RNG.normal(size=(1, 4))
    theirs = gradient(lambda x: np.sum(DY * (XS[0] * np.ones_like(DY) + x)), row)
    assert agree(merging.unbroadcast(DY, row.shape), theirs)
    assert agree(DY.sum(axis=0, keepdims=True), theirs)


@holds("merging.2", r"y = \sum_k x_k")
def test_add():
    assert np.allclose(merging.add(XS)[0], XS[0] + XS[1] + XS[2], rtol=1e-14)


@holds("merging.3", r"dx_k = dy")
def test_add_backward():
    assert by_branch(sum, lambda k: DY)


@holds("merging.4", r"y = x_1 - x_2")
def test_subtract():
    assert np.array_equal(merging.subtract(XS[:2])[0], XS[0] - XS[1])


@holds("merging.5", r"dx_1 = dy, \quad dx_2 = -dy")
def test_subtract_backward():
    assert by_branch(lambda xs: xs[0] - xs[1], lambda k: [DY, -DY][k], XS[:2])


@holds("merging.6", r"y = \prod_k x_k")
def test_multiply():
    assert np.allclose(merging.multiply(XS)[0], XS[0] * XS[1] * XS[2], rtol=1e-14)


@holds("merging.7", r"dx_k = dy \prod_{l \ne k} x_l")
def test_multiply_backward():
    others = [XS[1] * XS[2], XS[0] * XS[2], XS[0] * XS[1]]
    assert by_branch(lambda xs: xs[0] * xs[1] * xs[2], lambda k: DY * others[k])


@holds("merging.8", r"y = \frac{1}{K} \sum_k x_k")
def test_average():
    assert np.allclose(merging.average(XS)[0], sum(XS) / 3, rtol=1e-14)


@holds("merging.9", r"dx_k = dy / K")
def test_average_backward():
    assert by_branch(lambda xs: sum(xs) / 3, lambda k: DY / 3)


@holds("merging.10", r"y = \max_k x_k")
def test_maximum():
    ours = [[max(x[i, j] for x in XS) for j in range(4)] for i in range(3)]
    assert np.array_equal(merging.maximum(XS)[0], ours)


@holds("merging.11", r"dx_k = dy [k \text{ wins}]")
def test_maximum_backward():
    wins = np.argmax(XS, axis=0)
    assert by_branch(lambda xs: np.max(xs, axis=0), lambda k: DY * (wins == k))


@holds("merging.12", r"y = \min_k x_k = -\max_k (-x_k)")
def test_minimum():
    ours = [[min(x[i, j] for x in XS) for j in range(4)] for i in range(3)]
    assert np.array_equal(-np.max([-x for x in XS], axis=0), ours)
    assert np.array_equal(merging.minimum(XS)[0], ours)


@holds("merging.13", r"dx_k = dy [k \text{ wins}]")
def test_minimum_backward():
    wins = np.argmin(XS, axis=0)
    assert by_branch(lambda xs: np.min(xs, axis=0), lambda k: DY * (wins == k))


# -- a value, or a parameter, that is used several times --

V, A = RNG.normal(size=3), RNG.normal(size=(3, 3))


def loss(first, second, third):
    """A loss with three uses of one value: a copy for each."""
    return float(np.sin(first @ A @ second) + np.sum(np.tanh(third) ** 3))


def by_copies(v):
    copies = [v, v, v]
    return [
        gradient(lambda x, u=u: loss(*copies[:u], x, *copies[u + 1 :]), v.copy()) for u in range(3)
    ]


@holds("graph.1", r"\frac{dL}{dv} = \sum_{\text{uses } u} \frac{\partial L}{\partial v_u}")
def test_forks_add():
    assert agree(sum(by_copies(V)), gradient(lambda v: loss(v, v, v), V))


@holds(
    "graph.2",
    r"\frac{dL}{d\theta} = \sum_{\text{calls } c} \frac{\partial L}{\partial \theta_c}",
)
def test_calls_add():
    x, w, dy = RNG.normal(size=(2, 3)), RNG.normal(size=(3, 3)), RNG.normal(size=(2, 3))

    def called_twice(first, second):
        return np.sum(dy * np.tanh(np.tanh(x @ first) @ second))

    calls = [
        gradient(lambda one: called_twice(one, w), w),
        gradient(lambda one: called_twice(w, one), w),
    ]
    assert agree(sum(calls), gradient(lambda one: called_twice(one, one), w))
    # The library's sum over the calls of one layer.
    inputs = minicnn.layers.Input((3,))
    layer = minicnn.layers.Dense(3, activation="tanh", use_bias=False)
    model = minicnn.Model(inputs, layer(layer(inputs)))
    assert minicnn.check_gradients(model, x).passed


# -- the losses of several outputs --

HEADS = [RNG.normal(size=(3, 2)), RNG.normal(size=(3, 4))]
TRUE = [RNG.normal(size=(3, 2)), RNG.normal(size=(3, 4))]


def sum_of_losses():
    kinds = [minicnn.losses.MeanSquaredError(), minicnn.losses.LogCosh()]
    return kinds, LossOfOutputs(kinds, [0.3, None], ["a", "b"])


@holds("graph.3", r"L = \sum_k \lambda_k L_k(y_k)")
def test_losses_add():
    (first, second), whole = sum_of_losses()
    values, _ = whole.forward(TRUE, HEADS)
    expected = 0.3 * first(TRUE[0], HEADS[0]) + 1.0 * second(TRUE[1], HEADS[1])
    assert agree(values[0], expected)


@holds("graph.4", r"\frac{dL}{dy_k} = \lambda_k \frac{dL_k}{dy_k}")
def test_each_loss_has_its_derivative():
    _, whole = sum_of_losses()
    dys = whole.backward(whole.forward(TRUE, HEADS)[1])
    for k, dy in enumerate(dys):
        theirs = gradient(
            lambda y, k=k: whole.forward(TRUE, [*HEADS[:k], y, *HEADS[k + 1 :]])[0][0], HEADS[k]
        )
        assert agree(dy, theirs)


# -- differences --


def y(v):
    return np.array([np.sin(v), v**3, np.exp(v)])


def slope(v):
    return np.array([np.cos(v), 3 * v**2, np.exp(v)])


COTANGENT = np.array([0.3, -1.1, 0.7])


def order(error):
    """The power of h with which an error falls."""
    return np.log2(error(1e-2) / error(5e-3))


@holds(
    "differences.1",
    r"F'(v) \approx \frac{1}{2h} \sum dy \left(y(v + h) - y(v - h)\right)",
)
def test_centred():
    def error(h):
        return abs(COTANGENT @ (y(0.4 + h) - y(0.4 - h)) / (2 * h) - COTANGENT @ slope(0.4))

    assert abs(order(error) - 2) < 0.01


@holds(
    "differences.2",
    r"F'(v) \approx \pm \frac{1}{2h} \sum dy \left(4 y(v \pm h) - 3 y(v) - y(v \pm 2h)\right)",
)
def test_one_sided():
    for side in (1, -1):

        def error(h, side=side):
            inner = 4 * y(0.4 + side * h) - 3 * y(0.4) - y(0.4 + side * 2 * h)
            return abs(side * COTANGENT @ inner / (2 * h) - COTANGENT @ slope(0.4))

        assert abs(order(error) - 2) < 0.05


@holds(
    "differences.3",
    r"R = \frac{y(v + h) - y(v)}{h}, \quad L = \frac{y(v) - y(v - h)}{h}",
)
def test_slopes_to_both_sides():
    def apart(function, h):
        right, left = (function(h) - function(0)) / h, (function(0) - function(-h)) / h
        return right - left

    # On a smooth piece they approach each other as h does; at a kink they stay apart.
    assert abs(apart(np.exp, 1e-3) / apart(np.exp, 1e-3 / 8) - 8) < 1e-3
    assert apart(abs, 1e-3) == apart(abs, 1e-3 / 8) == 2


# -- Grad-CAM --

MAPS, SLOPES = RNG.normal(size=(1, 3, 4, 2)), RNG.normal(size=(1, 3, 4, 2))


@holds(
    "grad_cam.1",
    r"\alpha_k = \frac{1}{h w} \sum_{i, j} \frac{\partial z}{\partial a_{i j k}}",
)
def test_weight_of_a_map():
    def z(a):
        return float(np.sum(SLOPES[0] * a) + np.tanh(a[1, 2, 0] * a[0, 0, 1]))

    da = gradient(z, MAPS[0])
    for k in range(2):
        # Raised everywhere by d, map k raises z by d h w alpha_k.
        raised = np.zeros_like(MAPS[0])
        raised[..., k] = 1e-5
        rise = (z(MAPS[0] + raised) - z(MAPS[0] - raised)) / 2e-5
        assert np.isclose(rise, 3 * 4 * da[..., k].mean(), rtol=1e-6)


@holds("grad_cam.2", r"L_{i j} = \max \Big( 0, \sum_k \alpha_k a_{i j k} \Big)")
def test_grad_cam():
    alpha = SLOPES[0].mean(axis=(0, 1))
    ours = [[max(0, sum(alpha * MAPS[0, i, j])) for j in range(4)] for i in range(3)]
    assert np.allclose(grad_cam(MAPS, SLOPES)[0], ours, rtol=1e-12)
    assert np.min(ours) == 0 < np.max(ours)
