"""Reports for beginners: what cannot be built, NaN, and which elements are wrong."""

from pathlib import Path

import numpy as np
import pytest

from minicnn.checking import check_gradients, check_layer
from minicnn.checking.kinds import likely_kind
from minicnn.checking.layer_check import LAYER_CHECKS
from minicnn.checking.layer_gradients import region
from minicnn.layers import Conv2D, Layer, ReLU


class Blur(Layer):
    """The mean of every window, with height and width exchanged."""

    size, stride, side = 3, 2, 1

    def __init__(self):
        super().__init__()
        self.window = self.size

    def forward(self, x, *, training, key):
        shape = [(n - self.size) // self.stride + 1 for n in x.shape[1:3]][:: -self.side]
        y = np.zeros((len(x), *shape, x.shape[3]), x.dtype)
        for i, j in np.ndindex(*shape):
            y[:, i, j] = x[self.at(i, j)].sum(axis=(1, 2)) / np.prod(x[self.at(i, j)].shape[1:3])
        return y, x.shape

    def backward(self, dy, cache):
        dx = np.zeros(cache, dy.dtype)
        for i, j in np.ndindex(*dy.shape[1:3]):
            dx[self.at(i, j)] += self.share(dy[:, i : i + 1, j : j + 1])
        return dx, {}

    def at(self, i, j):
        return np.s_[:, i * 2 : i * 2 + self.size, j * 2 : j * 2 + self.size]

    def share(self, dy):
        return dy / self.size**2


class RightBlur(Blur):
    side = -1


class UndividedBlur(RightBlur):
    def share(self, dy):
        return dy / self.size


class AssigningBlur(RightBlur):
    def backward(self, dy, cache):
        dx = np.zeros(cache, dy.dtype)
        for i, j in np.ndindex(*dy.shape[1:3]):
            dx[self.at(i, j)] = self.share(dy[:, i : i + 1, j : j + 1])
        return dx, {}


def images(*shape):
    return np.random.default_rng(0).normal(size=shape)


@pytest.mark.parametrize("shape", [(3, 7, 8, 2), (3, 7, 7, 2), (3, 5, 9, 2)])
def test_nan_that_comes_from_finite_images_is_wrong(shape):
    report = check_layer(Blur(), images(*shape))
    assert "shapes" in report.failed
    assert "NaN, and x is finite" in " ".join(str(report["shapes"][0]).split())
    assert "All-NaN" not in str(report)
    if shape == (3, 5, 9, 2):
        assert report["gradients"][0].kind == "not a number"


def test_exchanged_sides_that_give_no_nan_are_a_remark():
    report = check_layer(Blur(), images(3, 3, 3, 2))
    assert report.verdict("shapes") == "remark"
    text = " ".join(report["shapes"][0].message.split())
    assert text.startswith("an image of 3 x 6 gives an output of 2 x 1, though square images give")
    assert check_layer(RightBlur(), images(3, 3, 3, 2)).verdict("shapes") == "ok"


def test_nan_that_the_given_values_explain_is_not_asked_of_other_images():
    class Root(Layer):
        def forward(self, x, *, training, key):
            return np.sqrt(x), np.sqrt(x)

        def backward(self, dy, cache):
            return dy / (2 * cache), {}

    found = check_layer(Root(), 1 + np.abs(images(3, 4, 5, 2)))["shapes"]
    assert found == ()


def test_a_ratio_that_may_be_the_windows_is_not_laid_to_the_samples():
    for n, remark in ((3, "the ratio is 3"), (4, "the ratio is 3")):
        report = check_layer(UndividedBlur(), images(n, 7, 10, 2))
        assert [one.why for one in report["gradients"] if one.kind] == [remark]
    report = check_layer(RightBlur(), images(3, 7, 10, 2))
    assert report.passed, str(report)


def test_a_ratio_names_everything_that_it_may_be():
    a = np.arange(1.0, 7)
    guess = likely_kind(4 * a, a, counts={"samples": 4, "classes": 4, "windows": 5})
    assert guess.why == "4, and there are 4 samples and 4 classes: a sum instead of a mean?"
    assert likely_kind(a / 4, a, counts={"samples": 4}).why.startswith("1/4, and there are 4 s")


def test_a_missing_term_says_which_elements_are_wrong():
    (found,) = [
        one for one in check_layer(AssigningBlur(), images(3, 7, 8, 2))["gradients"] if one.kind
    ]
    assert "144 of 336 elements are wrong" in found.message
    assert found.kind == "missing term"
    assert found.why == (
        "exactly those in rows 2, 4 or columns 2, 4, among columns 0 to 6, are wrong"
    )
    wrong = np.zeros((3, 5, 6, 2), bool)
    wrong[:, 2:5] = True
    assert region(wrong, True) == "exactly those in rows 2 to 4 are wrong"
    wrong[:, :, [0, 3]] = True
    assert region(wrong, True) == "exactly those in rows 2 to 4 or columns 0, 3 are wrong"
    wrong[0, 0, 1] = True
    assert region(wrong, True) == ""
    wrong[:, 0] = False
    assert region(wrong, True) == (
        "exactly those in rows 2 to 4 or columns 0, 3, among rows 1 to 4, are wrong"
    )
    assert region(np.ones((3, 2), bool), True) == ""


class NoCache(Layer):
    def forward(self, x, *, training, key):
        return x * self.params["factor"], x


class NoTuple(Layer):
    def forward(self, x, *, training, key):
        return x


class BadBuild(ReLU):
    def build(self, input_shape, rng):
        self.params["kernel"] = rng.normal(size=(input_shape[3], 2))


class NoSuper(Layer):
    def __init__(self, units=2):
        self.units, self.params = units, {}

    def forward(self, x, *, training, key):
        return x, None


@pytest.mark.parametrize(
    ("cls", "sentence", "line"),
    [
        (NoCache, "KeyError: 'factor'", 'return x * self.params["factor"], x'),
        (NoTuple, "forward must return (y, cache), got ndarray", ""),
        (BadBuild, "IndexError: tuple index out of range", "rng.normal(size=(input_shape[3], 2))"),
        (NoSuper, "NoSuper: __init__ must call super().__init__()", ""),
    ],
)
def test_a_layer_that_cannot_be_built_is_a_finding_with_the_line(cls, sentence, line):
    report = check_layer(cls(), np.ones((3, 2)))
    assert report.failed == ["build"]
    assert repr(report).endswith(", passed=False>")
    assert set(map(report.verdict, LAYER_CHECKS.keys() & report.keys())) == {"not checked"}
    text = " ".join(str(report).split())
    assert sentence in text
    assert (f"of {Path(__file__).name}: " in text) == bool(line)
    assert line in text


def test_what_is_not_the_layers_mistake_is_still_raised():
    with pytest.raises(ValueError, match="Conv2D"):
        check_layer(Conv2D(2, 3), np.ones((3, 2)))
    layer = NoTuple()
    with pytest.raises(ValueError, match="must be an array of floats"):
        check_layer(layer, [[1, 2]])
    with pytest.raises(ValueError, match=r"NoSuper: __init__ must call super\(\).__init__\(\)"):
        check_gradients(NoSuper(), np.ones((3, 2)))
