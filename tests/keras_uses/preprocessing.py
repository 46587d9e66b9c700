"""ImageDataGenerator and its iterators. Keras 3 has them under a private name only."""

import importlib

import numpy as np

from keras_uses.material import CLASSES, LABELS, ONE_HOT, folder_of_images
from keras_uses.table import old, use

_rng = np.random.default_rng(6)
GREY = _rng.integers(0, 256, (12, 8, 8, 1)).astype(np.float32)


def _image(keras):
    """Return the module that scripts import ImageDataGenerator from."""
    if old(keras):
        return importlib.import_module("minicnn.preprocessing.image")
    return importlib.import_module("keras.src.legacy.preprocessing.image")


def _generator(keras, **arguments):
    return _image(keras).ImageDataGenerator(**arguments)


#: name on the page, arguments of the generator, and what is expected if that is not the same.
GENERATORS = [
    ("ImageDataGenerator().flow(x, y)", {}),
    ("ImageDataGenerator(rescale=1 / 255)", {"rescale": 1 / 255}),
    ("ImageDataGenerator(preprocessing_function=f)", {"preprocessing_function": lambda x: x / 2}),
    ("ImageDataGenerator(samplewise_center=True)", {"samplewise_center": True}),
    (
        "ImageDataGenerator(samplewise_std_normalization=True)",
        {"samplewise_center": True, "samplewise_std_normalization": True},
    ),
]
for _name, _arguments, *_expected in GENERATORS:
    use(_name, *_expected)(
        lambda keras, arguments=_arguments: next(
            _generator(keras, **arguments).flow(GREY, ONE_HOT, batch_size=5, shuffle=False)
        )
    )


@use("ImageDataGenerator(featurewise_center=True).fit(x)")
def featurewise(keras):
    generator = _generator(keras, featurewise_center=True, featurewise_std_normalization=True)
    generator.fit(GREY)
    return next(generator.flow(GREY, ONE_HOT, batch_size=5, shuffle=False))


@use("the usual augmentation: rotation, shift, shear, zoom, flip")
def augmentation(keras):
    generator = _generator(
        keras,
        rotation_range=20,
        width_shift_range=0.1,
        height_shift_range=0.1,
        shear_range=0.1,
        zoom_range=0.1,
        horizontal_flip=True,
        fill_mode="nearest",
    )
    x, y = next(generator.flow(GREY, ONE_HOT, batch_size=12, shuffle=False))
    return x.shape, x.dtype.name, y, bool(x.min() >= 0 and x.max() <= 255), bool((x != GREY).any())


@use("ImageDataGenerator(horizontal_flip=True)")
def flips(keras):
    generator = _generator(keras, horizontal_flip=True)
    x, _ = next(generator.flow(GREY, ONE_HOT, batch_size=12, shuffle=False))
    flipped = [np.allclose(a, b[:, ::-1]) for a, b in zip(x, GREY, strict=True)]
    kept = [np.allclose(a, b) for a, b in zip(x, GREY, strict=True)]
    return all(a or b for a, b in zip(flipped, kept, strict=True)), 0 < sum(flipped) < 12


@use("brightness_range and channel_shift_range")
def photometry(keras):
    generator = _generator(keras, brightness_range=[0.5, 1.5], channel_shift_range=10.0)
    x, _ = next(generator.flow(GREY, ONE_HOT, batch_size=12, shuffle=False))
    return x.shape, bool((x != GREY).any())


@use("flow(x, y, batch_size) repeats forever")
def for_ever(keras):
    flow = _generator(keras).flow(GREY, ONE_HOT, batch_size=5)
    return [next(flow)[0].shape for _ in range(5)], len(flow), flow.n, flow.batch_size


@use("flow(x, y, shuffle=True) yields every image once per epoch")
def every_image_once(keras):
    flow = _generator(keras).flow(GREY, LABELS, batch_size=4, shuffle=True, seed=1)
    seen = np.concatenate([next(flow)[0] for _ in range(3)])
    return sorted(seen.sum((1, 2, 3)).tolist())


def _directory(keras, folder, generator=None, **arguments):
    top = folder_of_images(folder / "images")
    arguments = {"target_size": (8, 8), "color_mode": "grayscale", "batch_size": 5} | arguments
    return (generator or _generator(keras)).flow_from_directory(str(top / "train"), **arguments)


#: name on the page, arguments, and what is expected if that is not the same.
DIRECTORIES = [
    ("flow_from_directory(class_mode='categorical')", {"class_mode": "categorical"}),
    ("flow_from_directory(class_mode='sparse')", {"class_mode": "sparse"}),
    ("flow_from_directory(color_mode='rgb')", {"color_mode": "rgb"}),
    ("flow_from_directory(target_size=...)", {"target_size": (6, 5)}),
    ("flow_from_directory(classes=[...])", {"classes": list(reversed(CLASSES))}),
]
for _name, _arguments, *_expected in DIRECTORIES:
    use(_name, *_expected)(
        lambda keras, folder, arguments=_arguments: next(
            _directory(keras, folder, shuffle=False, **arguments)
        )
    )

#: name on the page, what is read from the iterator, and what is expected if not the same.
ATTRIBUTES = [
    ("flow.class_indices", lambda flow: flow.class_indices),
    ("flow.samples and flow.n", lambda flow: (flow.samples, flow.n)),
    ("flow.num_classes", lambda flow: flow.num_classes),
    ("flow.classes", lambda flow: np.asarray(flow.classes)),
    ("flow.filenames", lambda flow: [name.replace("\\", "/") for name in flow.filenames]),
    ("flow.image_shape", lambda flow: flow.image_shape),
    ("len(flow) and flow[0]", lambda flow: (len(flow), flow[0][0].shape)),
    ("flow.reset()", lambda flow: (next(flow), flow.reset(), next(flow))[2][0]),
]
for _name, _read, *_expected in ATTRIBUTES:
    use(_name, *_expected)(
        lambda keras, folder, read=_read: read(_directory(keras, folder, shuffle=False))
    )


@use("ImageDataGenerator(validation_split=0.25), subset='training' and 'validation'")
def validation_split(keras, folder):
    generator = _generator(keras, validation_split=0.25)
    top = str(folder_of_images(folder / "images") / "train")
    parts = [
        generator.flow_from_directory(top, subset=subset, target_size=(8, 8), shuffle=False)
        for subset in ("training", "validation")
    ]
    return [part.samples for part in parts], [part.filenames for part in parts]


@use("flow_from_dataframe(frame, folder, x_col, y_col)")
def flow_from_dataframe(keras, folder):
    import pandas as pd

    top = folder_of_images(folder / "images") / "train"
    names = [f"{name}/{i}.png" for name in CLASSES for i in range(4)]
    frame = pd.DataFrame({"file": names, "emotion": [name.split("/")[0] for name in names]})
    flow = _generator(keras).flow_from_dataframe(
        frame, str(top), "file", "emotion", target_size=(8, 8), shuffle=False, batch_size=5
    )
    return next(flow), flow.class_indices


@use(
    "fit(flow_from_directory(...), steps_per_epoch, validation_data, validation_steps)",
    "differs",
    "training and validation share one flow, which Keras reads ahead further",
)
def fit(keras, folder):
    flow, other = (
        _directory(keras, folder / part, _generator(keras, rescale=1 / 255), shuffle=False)
        for part in ("train", "test")
    )
    ls = keras.layers
    model = keras.Sequential([ls.Input((8, 8, 1)), ls.Flatten()])
    model.add(ls.Dense(3, activation="softmax", kernel_initializer="zeros"))
    model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
    steps = {
        "steps_per_epoch": 2,
        "validation_steps": 2,
        "epochs": 2,
        "shuffle": False,
        "verbose": 0,
    }
    return model.fit(flow, validation_data=other, **steps).history


@use("model.predict(flow)")
def predict(keras, folder):
    flow = _directory(keras, folder, _generator(keras, rescale=1 / 255), shuffle=False)
    ls = keras.layers
    model = keras.Sequential([ls.Input((8, 8, 1)), ls.Flatten()])
    return model.predict(flow, verbose=0)


@use("random_transform(image)")
def random_transform(keras):
    return _generator(keras, rotation_range=10).random_transform(GREY[0]).shape
