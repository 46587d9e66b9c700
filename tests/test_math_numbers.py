"""Numbers that pages of docs/math state come out as stated."""

import numpy as np
import pytest


def test_variance_in_one_pass():
    x = np.random.default_rng(0).normal(1000, 1, 294912).astype(np.float32)
    n = np.float32(x.size)
    mean, mean_of_squares = (np.cumsum(one, dtype=np.float32)[-1] / n for one in (x, x * x))
    assert mean_of_squares - mean**2 == pytest.approx(1272, abs=0.5)
    assert np.var(x.astype(np.float64)) == pytest.approx(1, abs=0.01)


def test_how_slowly_moving_statistics_follow():
    assert pytest.approx(0.5, abs=0.001) == 0.99**69
    assert 0.99**458 < 0.01 + 1e-4
    assert 0.99**457 > 0.01
