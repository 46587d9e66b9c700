"""ImageDataGenerator against Keras's: the same seeds give the same batches."""

import numpy as np
import oracles
import pandas as pd
import pytest
from PIL import Image

from minicnn.compat.image_data_generator import ImageDataGenerator
from minicnn.compat.image_files import load_img

# Keras's own imports from SciPy are deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Please import:DeprecationWarning")

CHANGES = [
    {"rotation_range": 20, "width_shift_range": 0.2, "height_shift_range": 0.1, "shear_range": 10},
    {"zoom_range": 0.2, "horizontal_flip": True, "rescale": 1 / 255},
    {"fill_mode": "constant", "cval": 3.0, "rotation_range": 30, "vertical_flip": True},
    {"channel_shift_range": 20.0, "brightness_range": (0.5, 1.5)},
    {"fill_mode": "reflect", "width_shift_range": [1, 2, 5], "height_shift_range": 3},
    {"fill_mode": "wrap", "rotation_range": 90, "interpolation_order": 0, "zoom_range": (0.5, 1.5)},
    {"samplewise_std_normalization": True},
    {"featurewise_std_normalization": True, "rescale": 1 / 255},
    {"zca_whitening": True},
    {"preprocessing_function": lambda image: image + 1, "dtype": "float64"},
]


@pytest.fixture(scope="module")
def keras_generator():
    oracles.keras()
    from keras.src.legacy.preprocessing.image import ImageDataGenerator as Original

    return Original


@pytest.fixture(scope="module")
def images():
    random = np.random.RandomState(0)
    return (255 * random.rand(10, 16, 16, 1)).astype("float32"), np.eye(3)[
        random.randint(3, size=10)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    top = tmp_path_factory.mktemp("classes")
    random = np.random.RandomState(1)
    for name in "bac":
        (top / name).mkdir()
        for number in range(5):
            pixels = (255 * random.rand(20, 15)).astype("uint8")
            Image.fromarray(pixels).save(top / name / f"{number}.png")
    return top


def assert_equal_batches(expected, actual, count=7):
    assert len(expected) == len(actual)
    for _ in range(count):
        pairs = zip(_parts(next(expected)), _parts(next(actual)), strict=True)
        for a, b in pairs:
            assert (a.shape, a.dtype) == (b.shape, b.dtype)
            if a.dtype.kind == "U":
                np.testing.assert_array_equal(b, a)
            else:
                np.testing.assert_allclose(b, a, rtol=0, atol=1e-4)


def _parts(batch):
    return [one for part in batch for one in (part if isinstance(part, list) else [part])]


@pytest.mark.parametrize("changes", CHANGES, ids=lambda changes: ",".join(changes))
@pytest.mark.filterwarnings("ignore:This ImageDataGenerator:UserWarning")
def test_flow_gives_keras_batches(keras_generator, images, changes):
    x, y = images
    flows = []
    for kind in (keras_generator, ImageDataGenerator):
        generator = kind(**changes)
        generator.fit(x, seed=3)
        flows.append(generator.flow(x, y, batch_size=4, seed=5))
    assert_equal_batches(*flows)


@pytest.mark.parametrize(
    "arguments",
    [
        {"color_mode": "grayscale", "target_size": (12, 12)},
        {"class_mode": "sparse", "shuffle": False, "keep_aspect_ratio": True},
        {"subset": "training", "interpolation": "bilinear", "target_size": (8, 8)},
        {"subset": "validation", "class_mode": "input", "target_size": (9, 9)},
        {"classes": ["c", "a"], "color_mode": "rgba"},
    ],
)
def test_flow_from_directory_gives_keras_batches(keras_generator, folder, arguments):
    flows = [
        kind(rescale=1 / 255, validation_split=0.4, rotation_range=9).flow_from_directory(
            str(folder), batch_size=4, seed=1, **arguments
        )
        for kind in (keras_generator, ImageDataGenerator)
    ]
    for name in (
        "filenames",
        "filepaths",
        "class_indices",
        "samples",
        "num_classes",
        "image_shape",
    ):
        assert getattr(flows[1], name) == getattr(flows[0], name)
    np.testing.assert_array_equal(flows[1].classes, flows[0].classes)
    assert_equal_batches(*flows)


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"class_mode": "raw", "y_col": "weight"},
        {"class_mode": "multi_output", "y_col": ["weight", "class"]},
        {"weight_col": "weight", "class_mode": "sparse"},
        {"classes": ["c", "a"]},
        {"subset": "validation"},
    ],
)
@pytest.mark.filterwarnings("ignore:Found 1 invalid image:UserWarning")
def test_flow_from_dataframe_gives_keras_batches(keras_generator, folder, arguments):
    names = [f"{name}/{number}.png" for name in "abc" for number in range(5)]
    table = pd.DataFrame(
        {
            "filename": [*names, "missing.png"],
            "class": [*(name[0] for name in names), "a"],
            "weight": np.arange(16.0),
        }
    )
    flows = []
    for kind in (keras_generator, ImageDataGenerator):
        generator = kind(validation_split=0.4)
        with pytest.warns(UserWarning, match=r"invalid image|do not exist and are left out"):
            flows.append(
                generator.flow_from_dataframe(
                    table, str(folder), batch_size=4, seed=1, target_size=(9, 9), **arguments
                )
            )
    assert_equal_batches(*flows)


def test_fit_can_change_the_images_first(keras_generator, images):
    x, _ = images
    means = []
    for kind in (keras_generator, ImageDataGenerator):
        generator = kind(featurewise_center=True, rotation_range=40)
        generator.fit(x, augment=True, rounds=2, seed=3)
        means.append(generator.mean)
    np.testing.assert_allclose(means[1], means[0], rtol=1e-5)
    assert abs(means[1].item() - x.mean()) > 0.01
    with pytest.raises(
        ValueError, match=r"fit: expected images \(n, h, w, c\), got shape \(16, 16"
    ):
        ImageDataGenerator().fit(x[0])


def test_changed_images_can_be_kept(folder, tmp_path):
    flow = ImageDataGenerator(rescale=1 / 255).flow_from_directory(
        str(folder), target_size=(6, 5), batch_size=4, shuffle=False, save_to_dir=str(tmp_path),
        save_prefix="new", save_format="png", class_mode=None,
    )  # fmt: skip
    assert next(flow).shape == (4, 6, 5, 3)
    files = sorted(tmp_path.iterdir())
    assert [file.name.rpartition("_")[0] for file in files] == [f"new_{k}" for k in range(4)]
    assert {load_img(file).size for file in files} == {(5, 6)}


def test_changed_images_in_memory_can_be_kept(images, tmp_path):
    flow = ImageDataGenerator(horizontal_flip=True).flow(
        images[0], batch_size=2, save_to_dir=str(tmp_path), save_prefix="face", save_format="jpeg"
    )
    assert next(flow).shape[0] == 2
    files = list(tmp_path.glob("face_*.jpeg"))
    assert len(files) == 2
    assert load_img(files[0]).size == (16, 16)


def test_keras_2_asks_an_iterator_for_its_next_batch(images):
    flow = ImageDataGenerator().flow(images[0], batch_size=3, shuffle=False)
    with pytest.warns(DeprecationWarning, match=r"use next\(iterator\)"):
        first = flow.next()
    np.testing.assert_array_equal(first, images[0][:3])
    np.testing.assert_array_equal(next(flow), images[0][3:6])


def test_a_second_input_of_flow_is_refused(images):
    with pytest.raises(ValueError, match="flow: x must be one array of images; for further inputs"):
        ImageDataGenerator().flow((images[0], np.zeros((10, 2))))


def test_an_iterator_is_a_sequence_of_one_epoch(images):
    x, y = images
    flow = ImageDataGenerator().flow(x, y, batch_size=4, shuffle=False)
    assert len(flow) == 3
    assert iter(flow) is flow
    np.testing.assert_array_equal(flow[2][0], x[8:])
    with pytest.raises(IndexError, match="there is no batch 3; an epoch has 3"):
        flow[3]


def test_without_a_seed_every_generator_draws_anew(images):
    x, _ = images
    first, second = (next(ImageDataGenerator(rotation_range=90).flow(x)) for _ in range(2))
    assert not np.array_equal(first, second)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"fill_mode": "mirror"}, "fill_mode must be one of nearest, constant, reflect, wrap"),
        ({"brightness_range": 0.5}, "brightness_range must be two factors, got 0.5"),
        ({"zoom_range": (1, 2, 3)}, "zoom_range must be a number or two"),
        ({"validation_split": 1.5}, "validation_split"),
        ({"data_format": "channels_first"}, "images are"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        ImageDataGenerator(**arguments)


def test_bad_data_are_named(images, tmp_path):
    x, y = images
    generator = ImageDataGenerator(featurewise_center=True)
    with pytest.raises(ValueError, match="x has 10 images, y has 9 values"):
        generator.flow(x, y[:9])
    with pytest.raises(ValueError, match=r"expected images \(n, h, w, c\)"):
        generator.flow(x[0])
    with pytest.raises(ValueError, match="subset must be one of None, validation, training"):
        generator.flow(x, subset="test")
    with pytest.raises(FileNotFoundError, match="is not a folder"):
        generator.flow_from_directory(tmp_path / "none")
    with pytest.raises(FileNotFoundError, match="has no images"):
        generator.flow_from_directory(tmp_path)
    with pytest.raises(ValueError, match="class_mode must be one of"):
        generator.flow_from_directory(tmp_path, class_mode="other")
    with pytest.warns(UserWarning, match=r"featurewise_center: call fit\(x\) first"):
        generator.standardize(x[0])
    table = pd.DataFrame({"filename": ["a.png"], "class": [3]})
    with pytest.raises(ValueError, match="must be texts"):
        generator.flow_from_dataframe(table, tmp_path, validate_filenames=False)
