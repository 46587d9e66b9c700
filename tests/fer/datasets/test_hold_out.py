"""The part of the training images that is held out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.data.dataset import Split
from minicnn.fer.datasets.hold_out import hold_out


def numbered(labels):
    """A split whose images tell their places."""
    places = np.arange(len(labels))
    return Split(places.reshape(-1, 1, 1, 1), np.array(labels))


# Every label at least twice, so that one image can be held out and one is left.
labelled = st.lists(st.integers(0, 6), min_size=1, max_size=40).flatmap(
    lambda labels: st.permutations(labels + sorted(set(labels)))
)
shares = st.floats(0.001, 0.999)


def divide(labels, share, seed):
    rest, held = hold_out(numbered(labels), share, seed=seed)
    return np.bincount(labels, minlength=7), rest, held


@given(labelled, shares, st.integers(0, 2**32 - 1))
def test_every_image_is_on_one_side_in_its_order_with_its_label(labels, share, seed):
    _, rest, held = divide(labels, share, seed)
    places = [part.images.ravel() for part in (rest, held)]
    assert sorted(np.concatenate(places)) == list(range(len(labels)))
    for part, own in zip((rest, held), places, strict=True):
        assert (np.diff(own) > 0).all()
        np.testing.assert_array_equal(part.labels, np.array(labels)[own])


@given(labelled, shares, st.integers(0, 2**32 - 1))
def test_the_share_holds_for_every_class(labels, share, seed):
    counts, rest, held = divide(labels, share, seed)
    wanted = np.clip(np.rint(share * counts), 1, counts - 1)
    np.testing.assert_array_equal(
        np.bincount(held.labels, minlength=7)[counts > 0], wanted[counts > 0]
    )
    assert set(rest.labels) == set(held.labels) == set(labels)


# Each image is one of nine pictures, and some twins have different labels; behind them are two
# images of every label that have no twin.
TWO_EACH = [(100 + i, i % 3) for i in range(6)]
twins = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 2)), min_size=1, max_size=30).map(
    lambda pairs: pairs + TWO_EACH
)


@given(twins, shares, st.integers(0, 99))
def test_no_twin_straddles_the_two_parts(pairs, share, seed):
    pictures, labels = np.array(pairs).T
    split = Split(pictures.reshape(-1, 1, 1, 1), labels)
    rest, held = hold_out(split, share, seed=seed)
    assert not set(rest.images.ravel()) & set(held.images.ravel())
    assert len(rest) + len(held) == len(split)


@given(st.lists(st.integers(1, 4), min_size=2, max_size=20), shares, st.integers(0, 99))
def test_twins_make_the_share_a_few_more_at_most(sizes, share, seed):
    pictures = np.repeat(np.arange(len(sizes)), sizes)
    split = Split(pictures.reshape(-1, 1, 1, 1), np.zeros(len(pictures), int))
    rest, held = hold_out(split, share, seed=seed)
    wanted = max(1, round(share * len(split)))
    assert len(rest) > 0
    assert len(held) < wanted + max(sizes)
    assert len(held) >= wanted or len(set(rest.images.ravel())) == 1


def test_the_seed_names_the_choice():
    split = numbered([0, 1] * 50)
    chosen = [hold_out(split, 0.2, seed=seed)[1].images.ravel().tolist() for seed in (3, 3, 4)]
    assert chosen[0] == chosen[1] != chosen[2]


def test_the_first_images_are_not_simply_the_ones_held_out():
    held = hold_out(numbered([0] * 100), 0.2, seed=0)[1]
    assert held.images.max() > 50


def test_a_class_with_one_image_is_refused():
    message = r"class 'fear' has only one image, not counting copies; holding one out takes two"
    with pytest.raises(ValueError, match=message):
        hold_out(numbered([0, 0, 2]), 0.5, seed=0)
    copies = Split(np.array([0, 1, 5, 5]).reshape(-1, 1, 1, 1), np.array([0, 0, 2, 2]))
    with pytest.raises(ValueError, match=message):
        hold_out(copies, 0.5, seed=0)
