import numpy as np
import pytest

from minicnn.checking.differences import Point, slope, slopes_beside


def absolute(array):
    return lambda: Point(np.abs(array), (array >= 0,))


@pytest.mark.parametrize(
    ("value", "expected", "kink"),
    [(2.0, 1.0, False), (-2.0, -1.0, False), (0.0, 1.0, True), (-1e-9, -1.0, True)],
)
def test_slope_is_that_of_the_piece_the_point_is_on(value, expected, kink):
    array = np.array([value, 5.0])
    function = absolute(array)
    found = slope(function, function(), np.array([1.0, 100.0]), array, 0, 1e-5)
    assert found.value == pytest.approx(expected, rel=1e-10)
    assert found.kink == kink
    np.testing.assert_array_equal(array, [value, 5.0])


@pytest.mark.parametrize(("side", "order"), [("centred", 2), ("one-sided", 2)])
def test_errors_are_of_second_order(side, order):
    array = np.zeros(1)

    def function():
        # A kink at zero with slope 1 above it, for the one-sided formula.
        piece = (array >= 0,) if side == "one-sided" else ()
        return Point(np.sinh(array) + np.expm1(array) ** 3, piece)

    errors = [
        abs(slope(function, function(), np.ones(1), array, 0, step).value - 1.0)
        for step in (1e-2, 1e-3)
    ]
    assert errors[0] / errors[1] == pytest.approx(10.0**order, rel=0.1)


def test_an_exception_leaves_the_array_as_it_was():
    array = np.array([3.0])

    def function():
        raise RuntimeError

    with pytest.raises(RuntimeError):
        slope(function, Point(np.ones(1), ()), np.ones(1), array, 0, 1e-5)
    assert array[0] == 3.0


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.0, (-1.0, 1.0)), (3e-6, None), (2.0, None)],
    ids=["at a kink", "beside one", "smooth"],
)
def test_slopes_beside_a_kink_that_nobody_reports(value, expected):
    array = np.array([value])

    def function():
        return Point(np.abs(array) + array**2, ())

    found = slopes_beside(function, function(), np.ones(1), array, 0, 1e-5)
    if value == 2.0:
        assert found is None
    elif expected is None:  # a mixture to the left of the point, the right slope on it
        low, high = found
        assert low < 1.0 <= high + 1e-4
    else:
        assert found == pytest.approx(expected, abs=1e-4)
    assert array[0] == value


def test_outputs_may_choose_their_slopes_independently():
    # At 0, relu(x) - relu(-x) has the slope 1; with relu'(0) = 0 twice, the layers give 0.
    array = np.zeros(1)

    def function():
        return Point(np.array([max(array[0], 0.0), max(-array[0], 0.0)]), ())

    found = slopes_beside(function, function(), np.array([1.0, -1.0]), array, 0, 1e-5)
    assert found == pytest.approx((0.0, 2.0), abs=1e-9)
