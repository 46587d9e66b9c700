import math

import numpy as np
import pytest

from minicnn.intervals import number_in, whole_number_in


@pytest.mark.parametrize(
    ("interval", "inside", "outside"),
    [
        ("[0, 1]", [0, 0.5, 1, np.float32(1), True], [-1e-9, 1.1, math.inf]),
        ("[0, 1)", [0], [1]),
        ("(0, inf)", [1e-300, 1e300], [0, math.inf]),
        ("(-inf, inf)", [-1e300], [-math.inf, math.inf]),
    ],
)
def test_ends(interval, inside, outside):
    for value in inside:
        assert number_in(interval, value, "it") == value
        assert type(number_in(interval, value, "it")) is float
    for value in [*outside, math.nan, "0.5", None, [0.5], 1j]:
        with pytest.raises(ValueError, match=r"^Adam: rate must be a number in .*, got .*\.$"):
            number_in(interval, value, "Adam: rate")


def test_whole_numbers():
    for value in (1, 1.0, np.int8(1)):
        assert whole_number_in("[1, inf)", value, "it") == 1
        assert type(whole_number_in("[1, inf)", value, "it")) is int
    for value in (0, 1.5, math.nan, math.inf, "1", None):
        with pytest.raises(ValueError, match=r"^k must be a whole .* in \[1, inf\), got .*\.$"):
            whole_number_in("[1, inf)", value, "k")
