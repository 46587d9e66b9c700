"""Mistakes that are not in the bug zoo, and right code that looks wrong at first."""

import numpy as np
import pytest

from minicnn.checking import check_layer, check_loss, check_optimizer, check_training_step
from minicnn.layers import BatchNormalization, Layer
from minicnn.losses import Loss, MeanSquaredError, Poisson
from minicnn.optimizers import SGD

X = np.random.default_rng(0).normal(size=(5, 6))


class Softmax(Layer):
    """Overflows at scores of 710."""

    def forward(self, x, *, training, key):
        e = np.exp(x)
        y = e / e.sum(axis=-1, keepdims=True)
        return y, y

    def backward(self, dy, y):
        return y * (dy - (dy * y).sum(axis=-1, keepdims=True)), {}


class OneMask(Layer):
    """A dropout that keeps the mask of its first call."""

    mask = None

    def forward(self, x, *, training, key):
        if not training:
            return x, None
        if self.mask is None:
            self.mask = np.random.default_rng(key.step).random(x.shape) < 0.5
        y = x * self.mask * x.dtype.type(2)
        return y, self.mask

    def backward(self, dy, mask):
        return (dy if mask is None else dy * mask * dy.dtype.type(2)), {}


class Swish(Layer):
    """backward writes to its cache."""

    def forward(self, x, *, training, key):
        s = 1 / (1 + np.exp(-x))
        return x * s, (x, s)

    def backward(self, dy, cache):
        x, s = cache
        s *= 1 + x * (1 - s)
        return dy * s, {}


class Std(BatchNormalization):
    """Keeps the running standard deviation, and uses it as the variance."""

    def forward(self, x, *, training, key):
        old = self.state["moving_variance"]
        y, cache = super().forward(x, training=training, key=key)
        if training:
            self.state["moving_variance"] = 0.99 * old + 0.01 * x.std(axis=0)
        return y, cache


class BiasDown(Layer):
    """A bias along the samples, in a square batch."""

    def build(self, input_shape, rng):
        self.params["b"] = np.zeros(input_shape[-1])

    def forward(self, x, *, training, key):
        return x + self.params["b"][:, None], None

    def backward(self, dy, cache):
        return dy, {"b": dy.sum(axis=1)}


class Unflatten(Layer):
    """backward reads in another order than forward writes."""

    def forward(self, x, *, training, key):
        return x.reshape(len(x), -1, order="F"), x.shape

    def backward(self, dy, shape):
        return dy.reshape(shape), {}


class Normalised(Layer):
    """Without an epsilon."""

    def forward(self, x, *, training, key):
        size = np.sqrt(np.sum(x * x, axis=-1, keepdims=True))
        return x / size, (x / size, size)

    def backward(self, dy, cache):
        y, size = cache
        return (dy - y * np.sum(dy * y, axis=-1, keepdims=True)) / size, {}


class Buffered(Layer):
    """Returns the array that its next call fills."""

    y = np.empty(0)

    def forward(self, x, *, training, key):
        if (self.y.shape, self.y.dtype) != (x.shape, x.dtype):
            self.y = np.empty_like(x)
        np.multiply(x, 2, out=self.y)
        return self.y, None

    def backward(self, dy, cache):
        return 2 * dy, {}


class Confused(Layer):
    """Returns each parameter's gradient for the other."""

    def build(self, input_shape, rng):
        self.params |= {"gamma": np.ones(input_shape), "beta": np.zeros(input_shape)}

    def forward(self, x, *, training, key):
        return x * self.params["gamma"] + self.params["beta"], x

    def backward(self, dy, x):
        return dy * self.params["gamma"], {
            "gamma": dy.sum(axis=0),
            "beta": (dy * x).sum(axis=0),
        }


@pytest.mark.parametrize(
    ("cls", "x", "check", "kind"),
    [
        (Normalised, X, "shapes", "not a number"),
        (Buffered, X, "repeat", "kept outside the cache"),
        (Confused, X, "gradients", "exchanged"),
        (Softmax, X, "shapes", "not a number"),
        (OneMask, X, "repeat", "kept outside the cache"),
        (Swish, X, "repeat", "changed in place"),
        (Std, X, "statistics", "statistics of something else"),
        (BiasDown, X[:, :5], "shapes", "wrong axis"),
        (Unflatten, np.arange(72.0).reshape(3, 4, 3, 2), "gradients", "reordered"),
    ],
)
def test_each_mistake_is_caught_and_named(cls, x, check, kind):
    report = check_layer(cls(), x)
    assert report.failed == [check], str(report)
    assert report.kinds[0] == kind


class Lookup(Layer):
    """Takes indices, and keeps an order of integers in its state; counts its calls."""

    def build(self, input_shape, rng):
        self.params["table"] = rng.normal(size=(4, 2))
        self.params["factor"] = np.ones(())

    def forward(self, x, *, training, key):
        rows = self.params["table"][x.astype(int)]
        return (rows * self.params["factor"]).astype(x.dtype), (x.astype(int), rows)

    def backward(self, dy, cache):
        indices, rows = cache
        table = np.zeros_like(self.params["table"])
        np.add.at(table, indices, dy * self.params["factor"])
        return np.zeros(indices.shape, dy.dtype), {
            "table": table,
            "factor": (dy * rows).sum(dtype=dy.dtype),
        }


class Single(Layer):
    """Computes in float32."""

    factor = 1.0

    def forward(self, x, *, training, key):
        y = np.tanh(x.astype(np.float32))
        return y.astype(x.dtype), y

    def backward(self, dy, y):
        return (self.factor * dy * (1 - y * y)).astype(dy.dtype), {}


def test_indices_single_numbers_and_float32_are_no_mistakes():
    report = check_layer(Lookup(), np.array([[0.0, 1, 3], [3, 2, 1], [1, 1, 1]]))
    assert report.passed, str(report)
    report = check_layer(Single(), X)
    assert (report.passed, report.verdict("gradients")) == (True, "remark"), str(report)
    Single.factor = 1.1
    assert check_layer(Single(), X).failed == ["gradients"]


def test_a_layer_of_positive_numbers_need_not_be_defined_at_zero():
    report = check_layer(Normalised(), np.abs(X))
    assert (report.passed, report.verdict("shapes")) == (True, "remark")


def test_a_gradient_that_is_no_array_is_named():
    class Lacking(Confused):
        def backward(self, dy, x):
            return dy, {"gamma": None, "beta": dy.sum(axis=0)}

    told = " ".join(str(check_layer(Lacking(), X)).split())
    assert "the gradient of gamma must be an array, got NoneType." in told


def test_integers_in_the_state_stay_as_they_are():
    class Permuted(Layer):
        def build(self, input_shape, rng):
            self.state["order"] = rng.permutation(input_shape[-1])

        def forward(self, x, *, training, key):
            return x[:, self.state["order"]], None

        def backward(self, dy, cache):
            return dy[:, np.argsort(self.state["order"])], {}

    report = check_layer(Permuted(), X)
    assert report.passed, str(report)


class Pairs(Loss):
    """(n, 1) against (n,): all predictions against all targets."""

    def forward(self, y_true, y_pred, sample_weight=None):
        apart = y_pred - y_true
        return float(np.mean(apart**2)), apart

    def backward(self, apart):
        return 2 * apart.mean(axis=1, keepdims=True) / len(apart)


class Distance(Loss):
    """Divides 0 by 0 at its aim; or returns a loss for every sample."""

    each = False

    def forward(self, y_true, y_pred, sample_weight=None):
        apart = y_pred - y_true
        return (np.abs(apart) if self.each else float(np.mean(np.abs(apart)))), apart

    def backward(self, apart):
        return apart / np.abs(apart) / apart.size


def test_losses_that_broadcast_divide_by_zero_or_are_no_number():
    assert check_loss(Pairs(), X[:, 0], X[:, 1:2]).failed == ["labels"]
    assert check_loss(Distance(), X, X + 1).failed == ["edges"]
    Distance.each = True
    assert check_loss(Distance(), X, X + 1).failed == ["value"]


@pytest.mark.parametrize(
    ("loss", "y_true", "y_pred"),
    [
        (Poisson(), np.round(np.abs(X)), np.abs(X) + 0.1),  # not defined below 0
        (MeanSquaredError(), X[:, 0], X[:, 1]),
        (MeanSquaredError(), X.reshape(5, 2, 3), X.reshape(5, 2, 3) + 1),
    ],
)
def test_losses_of_positive_numbers_and_of_other_shapes(loss, y_true, y_pred):
    report = check_loss(loss, y_true, y_pred)
    assert report.passed, str(report)


def test_an_optimizer_that_divides_by_zero_and_one_without_a_rate():
    class Late(SGD):
        def update(self, theta, g, slots, rate):
            theta -= rate * g / (1 - 0.9**self.iterations)

    class Fixed(SGD):
        def update(self, theta, g, slots, rate):
            theta -= 0.01 * g

    report = check_optimizer(Late())
    assert (report.failed, report.kinds) == (["moves"], ["not a number"])
    report = check_optimizer(Fixed())
    assert (report.failed, report.kinds) == ([], ["rate unused"])


class Xor:
    """Two layers; the hidden sums of the sample (0, 0) are 0, on the kink of the ReLU."""

    x, y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]])

    def __init__(self, momentum=0.0):
        rng = np.random.default_rng(0)
        self.w = {"W": rng.normal(size=(2, 3)), "b": np.zeros(3), "V": rng.normal(size=(3, 1))}
        self.momentum, self.before = momentum, dict.fromkeys(self.w, 0.0)

    def loss(self):
        h = np.maximum(self.x @ self.w["W"] + self.w["b"], 0)
        return float(np.mean((h @ self.w["V"] - self.y) ** 2))

    def step(self):
        h = np.maximum(self.x @ self.w["W"] + self.w["b"], 0)
        dz = 2 * (h @ self.w["V"] - self.y) / len(h)
        da = dz @ self.w["V"].T * (h > 0)
        for name, g in {"W": self.x.T @ da, "b": da.sum(axis=0), "V": h.T @ dz}.items():
            self.before[name] = g + self.momentum * self.before[name]
            self.w[name] -= 0.1 * self.before[name]


def test_training_steps_at_a_kink_with_momentum_in_float32_and_at_random():
    net = Xor()
    assert check_training_step(net.step, net.loss, net.w, 0.1).passed
    net = Xor(momentum=0.9)
    report = check_training_step(net.step, net.loss, net.w, 0.1)
    assert (report.failed, report.kinds) == (["second step"], ["accumulated"])
    rng = np.random.default_rng(0)
    report = check_training_step(net.step, rng.random, net.w, 0.1)
    assert (report.failed, report.kinds) == (["loss"], ["not reproducible"])
    with pytest.raises(ValueError, match=r"params\['W'\] must be a float64 array, got float32"):
        check_training_step(net.step, net.loss, {"W": np.ones(2, np.float32)}, 0.1)
