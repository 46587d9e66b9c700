"""Augmented batches: repeatable by place, and of the size that was asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn import Sequential
from minicnn.data.augmentation import Augmentation, AugmentedBatches, augment, random_matrices
from minicnn.data.batches import ArrayBatches, Batch, BatchSource
from minicnn.geometry import rotation
from minicnn.kernels.threads import get_threads, set_threads
from minicnn.layers import Dense, Flatten, Input
from minicnn.random import Key

OFF = {"rotation": 0, "shift": 0, "shear": 0, "zoom": 0, "flip": False}
EVERYTHING = Augmentation(brightness=0.2, contrast=0.3, erase=0.5, noise=0.1)


def images(n=6, h=12, w=10, c=1, dtype=np.float32):
    return np.random.default_rng(0).random((n, h, w, c)).astype(dtype)


def epoch_by_place(x, batch_size, *, epoch=0, seed=0, shuffle=True):
    """The augmented images of an epoch, each at its place."""
    source = ArrayBatches(x, np.arange(len(x)), batch_size=batch_size, shuffle=shuffle)
    found = np.full_like(x, np.nan)
    for batch in AugmentedBatches(source, EVERYTHING, seed=seed).batches(epoch):
        np.testing.assert_array_equal(batch.y, batch.indices)
        found[batch.indices] = batch.x
    return found


def test_an_image_of_an_epoch_is_the_same_in_any_batch_order_and_number_of_threads():
    x = images(23)
    expected = epoch_by_place(x, 23, shuffle=False)
    before = get_threads()
    try:
        for batch_size, count in [(1, 1), (5, 2), (7, 3), (23, 1)]:
            set_threads(count)
            np.testing.assert_array_equal(epoch_by_place(x, batch_size), expected)
    finally:
        set_threads(before)


def test_another_epoch_seed_or_place_is_another_change():
    x = np.broadcast_to(images(1), (8, 12, 10, 1))
    one = epoch_by_place(x, 8)
    assert len(np.unique(one.reshape(8, -1), axis=0)) == 8
    for other in (epoch_by_place(x, 8, epoch=1), epoch_by_place(x, 8, seed=1)):
        assert (one != other).any(axis=(1, 2, 3)).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("c", [1, 3])
def test_shape_dtype_and_range_are_kept_and_the_input_is_untouched(dtype, c):
    x = images(c=c, dtype=dtype)
    before = x.copy()
    y = augment(x, EVERYTHING, 3)
    assert (y.shape, y.dtype) == (x.shape, x.dtype)
    assert 0 <= y.min() < y.max() <= 1
    np.testing.assert_array_equal(x, before)


def test_with_everything_off_nothing_changes():
    x = images()
    np.testing.assert_array_equal(augment(x, Augmentation(**OFF), 0), x)


@pytest.mark.parametrize(
    "ingredient", [{"brightness": 0.2}, {"contrast": 0.3}, {"erase": 1.0}, {"noise": 0.1}]
)
def test_each_ingredient_of_the_pixels_can_be_alone(ingredient):
    x = np.broadcast_to(images(1, 48, 48), (20, 48, 48, 1))
    changed = augment(x, Augmentation(**OFF, **ingredient), 0) != x
    assert changed.any(axis=(1, 2, 3)).all()


def test_noise_on_a_share_of_the_images_is_the_noise_they_would_have_had():
    x = np.broadcast_to(images(1, 8, 8), (900, 8, 8, 1))
    all_noisy = augment(x, Augmentation(**OFF, noise=0.1), 0)
    some = augment(x, Augmentation(**OFF, noise=0.1, noise_share=1 / 3), 0)
    noisy = (some != x).any(axis=(1, 2, 3))
    assert 250 < noisy.sum() < 350
    np.testing.assert_array_equal(some[noisy], all_noisy[noisy])


# -- how much --

MANY = Key(0, 0, np.arange(4000))


def parameters(augmentation, h=100, w=200):
    """Angle, shear, zoom and shift, read off the matrices (those of images that are not mirrored).

    By construction A = T R S Z: the first column is zx (cos, sin), and turning back leaves S Z.
    """
    matrices = random_matrices(augmentation, MANY, h, w)
    centre = np.array([(w - 1) / 2, (h - 1) / 2, 1])
    shift = (matrices @ centre - centre)[:, :2]
    mirrored = np.linalg.det(matrices) < 0
    linear = matrices[~mirrored, :2, :2]
    angle = np.arctan2(linear[:, 1, 0], linear[:, 0, 0])
    back = rotation(-np.rad2deg(angle))[:, :2, :2]
    upright = back @ linear
    zx, zy = upright[:, 0, 0], upright[:, 1, 1]
    return {
        "angle": np.rad2deg(angle),
        "shear": upright[:, 0, 1] / zy,
        "zx": zx - 1,
        "zy": zy - 1,
        "right": shift[:, 0] / w,
        "down": shift[:, 1] / h,
        "mirrored": mirrored,
    }


def test_the_documented_amounts():
    found = parameters(Augmentation())
    assert abs(found.pop("mirrored").mean() - 0.5) < 0.03
    for name, values in found.items():
        limit = 15 if name == "angle" else 0.1
        # Uniform: the extremes are reached, and the standard deviation is limit / sqrt(3).
        assert 0.99 * limit < -values.min() <= limit * (1 + 1e-9), name
        assert 0.99 * limit < values.max() <= limit * (1 + 1e-9), name
        assert abs(values.mean()) < 0.05 * limit, name
        assert abs(values.std() / limit - 3**-0.5) < 0.02, name


def test_amounts_are_drawn_independently():
    found = parameters(Augmentation(flip=False))
    assert not found.pop("mirrored").any()
    correlation = np.corrcoef(list(found.values()))
    assert abs(correlation - np.eye(6)).max() < 0.06


@pytest.mark.parametrize("name", ["rotation", "shift", "shear", "zoom"])
def test_each_geometric_ingredient_can_be_alone(name):
    value = 10.0 if name == "rotation" else 0.2
    found = parameters(Augmentation(**OFF | {name: value}))
    moved = {key for key, values in found.items() if np.abs(values).max() > 1e-9}
    expected = {"rotation": {"angle"}, "shift": {"right", "down"}, "shear": {"shear"}}
    assert moved == expected.get(name, {"zx", "zy"})


def test_an_ingredient_less_leaves_the_others_as_they_are():
    whole, less = parameters(Augmentation()), parameters(Augmentation(rotation=0, zoom=0))
    for name in ("right", "down", "shear", "mirrored"):
        np.testing.assert_allclose(less[name], whole[name], atol=1e-12)


def test_light_erasing_and_noise_have_the_sizes_asked_for():
    x = np.full((2000, 20, 20, 1), 0.5, np.float32)
    x[:, ::2] = 0.4
    bright = augment(x, Augmentation(**OFF, brightness=0.2), 0).mean((1, 2, 3)) - 0.45
    assert 0.19 < bright.max() <= 0.2 + 1e-6
    assert -0.2 - 1e-6 <= bright.min() < -0.19
    contrast = augment(x, Augmentation(**OFF, contrast=0.4), 0).std((1, 2, 3)) / 0.05
    assert 1.39 < contrast.max() < 1.401
    assert 0.599 < contrast.min() < 0.61
    erased = (augment(x, Augmentation(**OFF, erase=0.3), 0) != x).mean((1, 2, 3))
    assert abs((erased > 0).mean() - 0.3) < 0.04
    assert 0.38 < erased.max() < 0.44
    assert abs(erased[erased > 0].mean() - 0.21) < 0.02
    noise = (augment(x, Augmentation(**OFF, noise=0.1), 0) - x).std((1, 2, 3))
    assert 0.095 < noise.max() < 0.11
    assert noise.min() < 0.001
    assert abs(noise.mean() - 0.05) < 0.003


# -- as a batch source --


def test_it_is_a_batch_source_that_fit_takes():
    source = ArrayBatches(images(9), np.eye(9, 2, dtype=np.float32), batch_size=4)
    batches = AugmentedBatches(source)
    assert isinstance(batches, BatchSource)
    assert len(batches) == 3
    assert batches.augmentation == Augmentation()
    model = Sequential([Input((12, 10, 1)), Flatten(), Dense(2, activation="softmax")])
    model.compile("adam", "categorical_crossentropy")
    assert len(model.fit(batches, epochs=2, verbose=0).epoch) == 2


@given(st.integers(0, 5), st.integers(1, 9))
def test_only_the_images_change(epoch, batch_size):
    x = images(7)
    source = ArrayBatches(x, np.arange(7), np.ones(7), batch_size=batch_size, shuffle=True)
    pairs = zip(source.batches(epoch), AugmentedBatches(source).batches(epoch), strict=True)
    for plain, augmented in pairs:
        for before, after in zip(plain[1:], augmented[1:], strict=True):
            np.testing.assert_array_equal(before, after)


class WithoutPlaces:
    def __len__(self):
        return 1

    def batches(self, epoch):
        yield Batch(images(2), np.zeros(2))


def test_batches_without_places_are_refused():
    with pytest.raises(ValueError, match="the source's batches have no indices"):
        next(AugmentedBatches(WithoutPlaces()).batches(0))
    with pytest.raises(ValueError, match="seed: expected an integer"):
        AugmentedBatches(WithoutPlaces(), seed=-1)


def test_batches_of_several_inputs_are_refused():
    source = ArrayBatches((images(), images()), np.zeros(6))
    with pytest.raises(ValueError, match="expected one array of images, got several"):
        next(AugmentedBatches(source).batches(0))


@pytest.mark.parametrize(
    "x",
    [np.zeros((2, 4, 4), np.float32), np.zeros((2, 4, 4, 1), np.uint8), np.zeros((2, 4, 4, 5))],
)
def test_other_arrays_are_refused(x):
    with pytest.raises(ValueError, match="augment: expected float32 or float64 images of shape"):
        augment(x, Augmentation(), 0)


@pytest.mark.parametrize(
    ("name", "value", "interval"),
    [
        ("rotation", 181, r"\[0, 180\]"),
        ("shift", -0.1, r"\[0, 1\]"),
        ("shear", 2, r"\[0, 1\]"),
        ("zoom", 1.0, r"\[0, 1\)"),
        ("brightness", float("nan"), r"\[0, 1\]"),
        ("contrast", "much", r"\[0, 1\]"),
        ("erase", 1.5, r"\[0, 1\]"),
        ("noise", -1, r"\[0, 1\]"),
    ],
)
def test_amounts_out_of_range_are_refused(name, value, interval):
    with pytest.raises(ValueError, match=rf"Augmentation: {name} must be a number in {interval}"):
        Augmentation(**{name: value})


def test_flip_is_yes_or_no():
    with pytest.raises(ValueError, match=r"Augmentation: flip must be true or false, got 0\.5"):
        Augmentation(flip=0.5)
