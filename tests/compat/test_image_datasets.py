"""image_dataset_from_directory against Keras's: the same files, pixels and labels."""

import numpy as np
import oracles
import pytest
from PIL import Image

from minicnn.compat.image_datasets import image_dataset_from_directory

ARGUMENTS = [
    {},
    {"color_mode": "grayscale", "image_size": (12, 30)},
    {"label_mode": "categorical", "interpolation": "nearest", "image_size": (7, 9)},
    {"label_mode": "binary", "crop_to_aspect_ratio": True, "image_size": (40, 40)},
    {"pad_to_aspect_ratio": True, "image_size": (40, 40)},
    {"pad_to_aspect_ratio": True, "image_size": (40, 20)},
    {"labels": [3, 5] * 5, "image_size": (5, 5)},
    {"label_mode": None},
    {"class_names": ["b", "a"]},
    {"interpolation": "area", "image_size": (10, 7)},
    {"batch_size": None, "image_size": (5, 5)},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    top = tmp_path_factory.mktemp("classes")
    random = np.random.RandomState(0)
    for name in "ba":
        (top / name).mkdir()
        for number in range(5):
            pixels = (255 * random.rand(20, 15)).astype("uint8")
            Image.fromarray(pixels).save(top / name / f"{number}.png")
    (top / ".hidden").mkdir()
    return top


def parts(batch):
    return [np.asarray(part) for part in (batch if isinstance(batch, tuple) else (batch,))]


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=lambda arguments: ",".join(arguments))
def test_it_gives_the_same_batches_as_keras(folder, arguments):
    keras = oracles.keras()
    arguments = {"batch_size": 4, "shuffle": False} | arguments
    expected = keras.utils.image_dataset_from_directory(str(folder), **arguments)
    actual = image_dataset_from_directory(folder, **arguments)
    assert actual.class_names == expected.class_names
    assert len(actual) == len(list(expected))
    for one, other in zip(expected, actual, strict=True):
        for a, b in zip(parts(one), parts(other), strict=True):
            assert a.shape == b.shape
            np.testing.assert_allclose(b, a.astype(b.dtype), rtol=0, atol=1e-3)
            assert b.dtype == (np.float32 if a.ndim == 4 or a.dtype == np.uint8 else a.dtype)


@pytest.mark.parametrize("subset", ["training", "validation", "both"])
def test_a_seed_names_the_same_subsets_as_in_keras(folder, subset):
    keras = oracles.keras()
    arguments = {"validation_split": 0.3, "subset": subset, "seed": 3, "image_size": (5, 5)}
    expected = keras.utils.image_dataset_from_directory(str(folder), **arguments)
    actual = image_dataset_from_directory(folder, **arguments)
    for one, other in zip(
        *([found] if subset != "both" else found for found in (expected, actual)), strict=True
    ):
        assert list(one.file_paths) == other.file_paths
        labels = {path: label for path, (_, y) in _each(other) for label in y}
        assert all(labels[path] == "ab".index(path[-7]) for path in other.file_paths)


def _each(dataset):
    # The order within an epoch is our own, so the images say which file they are.
    for path in dataset.file_paths:
        pixels = dataset._read(path)
        for x, y in dataset:
            found = (x == pixels).all(axis=(1, 2, 3))
            if found.any():
                yield path, (x[found], y[found])


def test_every_epoch_has_an_order_of_its_own_that_the_seed_repeats(folder):
    def epochs():
        dataset = image_dataset_from_directory(folder, image_size=(4, 4), seed=1, verbose=False)
        return [next(iter(dataset))[0] for _ in range(2)]

    first, second = epochs()
    assert not np.array_equal(first, second)
    for one, again in zip((first, second), epochs(), strict=True):
        np.testing.assert_array_equal(one, again)


def test_datasets_can_be_mapped_cached_cut_and_shuffled(folder):
    dataset = image_dataset_from_directory(
        folder, image_size=(4, 4), batch_size=3, shuffle=False, verbose=False
    )
    scaled = dataset.map(lambda x, y: (x / 255, y), num_parallel_calls=4).cache().prefetch(2)
    assert (len(scaled), scaled.cardinality(), scaled.class_names) == (4, 4, ["a", "b"])
    np.testing.assert_array_equal(next(iter(scaled))[0], next(iter(dataset))[0] / 255)
    assert next(iter(scaled))[0] is next(iter(scaled))[0]
    assert [len(list(part)) for part in (dataset.take(1), dataset.skip(1), dataset.take(9))] == [
        1,
        3,
        4,
    ]
    sums = [[float(x.sum()) for x, _ in dataset.shuffle(8, seed=seed)] for seed in (1, 1, 2)]
    assert sums[0] == sums[1] != sums[2]
    assert sorted(sums[0]) == sorted(float(x.sum()) for x, _ in dataset)


def test_datasets_are_repeated_and_taken_apart(folder):
    train = image_dataset_from_directory(folder, image_size=(9, 11), batch_size=4, shuffle=False)
    n = len(train)
    assert [len(list(dataset)) for dataset in (train.repeat(2), train.repeat(2))] == [2 * n, 2 * n]
    assert len(train.repeat(2)) == 2 * n
    endless = train.repeat()
    assert endless.cardinality() == -1
    assert len(list(endless.take(2 * n + 1))) == len(endless.take(2 * n + 1)) == 2 * n + 1
    with pytest.raises(TypeError, match="length is unknown"):
        len(endless)
    samples = list(train.unbatch())
    assert len(samples) == len(train.file_paths)
    assert samples[0][0].shape == (9, 11, 3)
    assert train.unbatch().skip(1).cardinality() == -2


def test_batches_give_their_numbers_as_tensors_do(folder):
    train = image_dataset_from_directory(folder, image_size=(9, 11), batch_size=4, shuffle=False)
    images, labels = next(iter(train))
    plain, _ = next(train.as_numpy_iterator())
    assert type(plain) is type(images[0].numpy()) is np.ndarray
    np.testing.assert_array_equal(images.numpy(), plain)
    assert train.class_names[labels[0]] == train.class_names[labels.numpy()[0]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"label_mode": "other"}, "label_mode must be one of int, categorical, binary, None"),
        ({"validation_split": 0.2}, "subset and validation_split need each other"),
        ({"validation_split": 0.2, "subset": "both"}, "give a seed"),
        ({"interpolation": "bicubic"}, "interpolation must be one of bilinear, nearest, area"),
        ({"class_names": ["a", "c"]}, "class_names are a, c, the folders of .* are a, b"),
        ({"labels": [0, 1]}, "2 labels for 10 files"),
        ({"labels": [0] * 10, "class_names": ["a"]}, 'class_names need labels="inferred"'),
        ({"labels": [0] * 10, "label_mode": "binary"}, "needs two classes, got 1"),
        (
            {"validation_split": 0.01, "subset": "validation", "seed": 1},
            "no images for this subset in",
        ),
        ({"color_mode": "grey"}, "color_mode must be one of grayscale, rgb, rgba"),
        ({"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True}, "not both"),
    ],
)
def test_bad_arguments_are_named(folder, arguments, message):
    with pytest.raises(ValueError, match=message):
        image_dataset_from_directory(folder, **arguments)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="none is not a folder"):
        image_dataset_from_directory(tmp_path / "none")
    with pytest.raises(ValueError, match="no images in"):
        image_dataset_from_directory(tmp_path)
