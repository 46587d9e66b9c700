import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from minicnn.kernels import random as kernel
from minicnn.random import Key, as_key, generator, normals

WORD = st.integers(0, 2**32 - 1)

# Known answers published with the generator (Random123's kat_vectors, philox4x32, 10 rounds).
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    (
        (0xFFFFFFFF,) * 4,
        (0xFFFFFFFF,) * 2,
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN)
def test_reference_gives_the_published_answers(counter, key, expected):
    assert kernel.philox_reference(counter, key) == expected


@given(
    st.sampled_from([1, 2, 3, 4, 7, 511, 512, 514]),
    st.lists(WORD, min_size=1, max_size=3),
    *(WORD, WORD, WORD, WORD),
)
def test_bits_are_the_references(size, samples, seed, purpose, step, layer):
    place = {"seed": seed, "purpose": purpose, "step": step, "layer": layer}
    drawn = kernel.random_bits(size, np.array(samples), **place)
    assert drawn.dtype == np.uint32
    np.testing.assert_array_equal(drawn, kernel.random_bits_reference(size, samples, **place))


@given(
    st.integers(1, 11),
    st.lists(WORD, min_size=1, max_size=3),
    st.sampled_from([np.float32, np.float64]),
    WORD,
)
def test_normal_numbers_are_the_references(size, samples, dtype, seed):
    place = {"seed": seed, "purpose": 1, "step": 2, "layer": 3}
    drawn = kernel.standard_normal(size, np.array(samples), np.dtype(dtype), **place)
    expected = kernel.standard_normal_reference(size, samples, np.dtype(dtype), **place)
    assert drawn.dtype == dtype
    # A cosine near zero keeps the error of its angle, which is up to 2 pi.
    tolerance = 100 * np.finfo(dtype).eps
    np.testing.assert_allclose(drawn, expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_normal_numbers_are_normal(dtype):
    drawn = normals(as_key(Key(7, stream=3), 40), "noise", 501, np.dtype(dtype))
    assert drawn.dtype == dtype
    assert stats.kstest(drawn.ravel(), "norm").pvalue > 0.01
    # The two halves of a Box-Muller pair are independent.
    assert abs(np.corrcoef(drawn[:, 0:500:2].ravel(), drawn[:, 1:500:2].ravel())[0, 1]) < 0.03


def test_a_sample_draws_the_same_in_any_batch():
    together = normals(Key(1, 2, np.arange(10)), "noise", 5, np.dtype("f4"))
    alone = normals(Key(1, 2, np.array([7])), "noise", 5, np.dtype("f4"))
    np.testing.assert_array_equal(together[7:8], alone)


def test_every_part_of_the_place_matters():
    streams = [
        kernel.random_bits(4, np.array([s]), seed=a, purpose=p, step=t, layer=i)
        for a, p, t, i, s in np.eye(5, dtype=int)
    ]
    assert len({stream.tobytes() for stream in streams}) == 5


def test_generators_of_different_places_differ():
    draws = {
        generator(*place).random()
        for place in [(0, "shuffle", 0), (0, "shuffle", 1), (1, "shuffle", 0), (0, "augment", 0)]
    }
    assert len(draws) == 4
    assert generator(3, "shuffle", 4).random() == generator(3, "shuffle", 4).random()


def test_keys():
    assert as_key(5, 2).seed == 5
    assert as_key((5, 1), 2).step == 1
    assert as_key(None, 2).seed != as_key(None, 2).seed
    with pytest.raises(ValueError, match=r"seed: expected an integer from 0 to 2\*\*32 - 1"):
        as_key(-1, 2)
    with pytest.raises(ValueError, match="has 3 samples for a batch of 2"):
        as_key((0, 0, np.arange(3)), 2)


def test_a_key_that_is_not_complete_is_refused():
    with pytest.raises(ValueError, match=r"^key: expected a complete one, as_key\(key, len\(x\)\)"):
        normals(Key(7), "noise", 3, np.dtype("f4"))
    with pytest.raises(ValueError, match=r"got None\.$"):
        normals(None, "noise", 3, np.dtype("f4"))
