"""FER images on their way to the network."""

import numpy as np
import pytest

from minicnn.data.dataset import Split
from minicnn.fer.datasets.image_batches import ImageBatches, balanced_weights, to_inputs


def test_inputs_are_grey_values_by_255_in_float32():
    images = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    inputs = to_inputs(images)
    assert inputs.dtype == np.float32
    assert (inputs.min(), inputs.max()) == (0, 1)
    np.testing.assert_array_equal(inputs, images.astype(np.float32) / np.float32(255))


def test_batches_bring_inputs_one_hot_targets_and_places():
    images = np.random.default_rng(0).integers(0, 256, (10, 4, 4, 1), np.uint8)
    split = Split(images, np.arange(10) % 7)
    batches = ImageBatches(split, batch_size=4, shuffle=True, seed=1)
    seen = []
    for batch in batches.batches(0):
        np.testing.assert_array_equal(batch.x, to_inputs(images[batch.indices]))
        assert batch.x.dtype == batch.y.dtype == np.float32
        np.testing.assert_array_equal(batch.y.argmax(axis=1), split.labels[batch.indices])
        assert batch.y.shape == (len(batch.x), 7)
        assert batch.y.sum() == len(batch.x)
        seen += batch.indices.tolist()
    assert len(batches) == 3
    assert sorted(seen) == list(range(10)) != seen


def test_balanced_weights_are_scikit_learns():
    sklearn = pytest.importorskip("sklearn.utils.class_weight")
    labels = np.array([0, 3, 3, 6, 3, 0, 3])
    weights = balanced_weights(labels)
    expected = sklearn.compute_sample_weight("balanced", labels)
    assert weights.dtype == np.float32
    np.testing.assert_allclose(weights, expected, rtol=1e-6)


def test_batches_bring_the_weights_of_their_images():
    split = Split(np.zeros((5, 4, 4, 1), np.uint8), np.arange(5))
    weights = np.arange(5, dtype=np.float32)
    batches = ImageBatches(split, weights, batch_size=2, shuffle=True, seed=1)
    for batch in batches.batches(0):
        np.testing.assert_array_equal(batch.sample_weight, weights[batch.indices])
