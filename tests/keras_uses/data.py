"""Generators, data sets and images from disk."""

import numpy as np

from keras_uses.material import (
    IMAGES,
    ONE_HOT,
    TARGETS,
    VECTORS,
    dense,
    fill,
    folder_of_images,
    small,
)
from keras_uses.table import use

BATCHES = [(IMAGES[i : i + 4], ONE_HOT[i : i + 4]) for i in (0, 4, 8)]


def _endless():
    while True:
        yield from BATCHES


def _dataset():
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices((IMAGES, ONE_HOT)).batch(4)


def _loader():
    import torch

    tensors = torch.utils.data.TensorDataset(torch.from_numpy(IMAGES), torch.from_numpy(ONE_HOT))
    return torch.utils.data.DataLoader(tensors, batch_size=4)


def _py_dataset(base):
    class Batches(base):
        def __len__(self):
            return len(BATCHES)

        def __getitem__(self, index):
            return BATCHES[index]

    return Batches()


#: name on the page, x, y, and what is expected if that is not the same.
ARRAYS = [
    (
        "x of bytes",
        (IMAGES * 255).astype(np.uint8),
        ONE_HOT,
        "refused",
        "bytes are most often images that were not scaled",
    ),
    ("x of float64", IMAGES.astype(np.float64), ONE_HOT),
    ("y of booleans", IMAGES, ONE_HOT.astype(bool)),
    ("y of integers, one-hot", IMAGES, ONE_HOT.astype(int)),
]
for _name, _x, _y, *_expected in ARRAYS:
    use(_name, *_expected)(
        lambda keras, x=_x, y=_y: small(keras).fit(x, y, shuffle=False, verbose=0).history
    )


@use("x of bytes for a model that begins with Rescaling(1 / 255)")
def bytes_that_the_model_scales(keras):
    ls = keras.layers
    model = keras.Sequential([ls.Input((8, 8, 2)), ls.Rescaling(1 / 255), ls.Flatten()])
    return model.predict((IMAGES * 255).astype(np.uint8), verbose=0)


@use("x of whole numbers, a table such as XOR's")
def whole_numbers(keras):
    table = np.array([[0, 0, 1, 0, 1], [0, 1, 0, 0, 1], [1, 1, 1, 0, 0]])
    return dense(keras).fit(table, TARGETS[:3], epochs=2, shuffle=False, verbose=0).history


@use("x and y as pandas' DataFrame and Series")
def pandas_data(keras):
    import pandas as pd

    x, y = pd.DataFrame(VECTORS), pd.Series(TARGETS[:, 0])
    return dense(keras).fit(x, y, shuffle=False, verbose=0).history


@use("targets of shape (n,) for an output of shape (n, 1)")
def flat_targets(keras):
    return dense(keras).fit(VECTORS, TARGETS[:, 0], shuffle=False, verbose=0).history


@use("fit(generator, steps_per_epoch=...)")
def generator(keras):
    model = small(keras)
    return model.fit(_endless(), steps_per_epoch=3, epochs=2, verbose=0).history


@use(
    "fit(generator, validation_data=generator, validation_steps=...)",
    "differs",
    "each validation continues in the generator; in Keras it starts with the same two batches",
)
def generator_for_validation(keras):
    arguments = {"steps_per_epoch": 3, "validation_steps": 2, "epochs": 2, "verbose": 0}
    return small(keras).fit(_endless(), validation_data=_endless(), **arguments).history


@use("evaluate(generator, steps=...)")
def evaluate_generator(keras):
    return small(keras).evaluate(_endless(), steps=3, verbose=0)


@use("predict(generator, steps=...)")
def predict_generator(keras):
    return small(keras).predict(((x,) for x, _ in _endless()), steps=3, verbose=0)


@use("fit(PyDataset)")
def py_dataset(keras):
    data = _py_dataset(keras.utils.PyDataset)
    return small(keras).fit(data, epochs=2, shuffle=False, verbose=0).history


@use("fit(keras.utils.Sequence)")
def sequence(keras):
    data = _py_dataset(keras.utils.Sequence)
    return small(keras).fit(data, shuffle=False, verbose=0).history


@use("evaluate and predict on a PyDataset")
def evaluate_py_dataset(keras):
    data, model = _py_dataset(keras.utils.PyDataset), small(keras)
    return model.evaluate(data, verbose=0), model.predict(data, verbose=0)


@use("fit(tf.data.Dataset)")
def tensorflow_dataset(keras):
    return small(keras).fit(_dataset(), epochs=2, verbose=0).history


@use("fit(tf.data.Dataset, validation_data=tf.data.Dataset)")
def tensorflow_datasets(keras):
    return small(keras).fit(_dataset(), validation_data=_dataset(), verbose=0).history


@use("evaluate and predict on a tf.data.Dataset")
def evaluate_tensorflow_dataset(keras):
    model = small(keras)
    return model.evaluate(_dataset(), verbose=0), model.predict(_dataset(), verbose=0)


@use("fit(tf.data.Dataset.repeat(), steps_per_epoch=...)")
def repeated_dataset(keras):
    return small(keras).fit(_dataset().repeat(), steps_per_epoch=4, epochs=2, verbose=0).history


@use("fit(torch DataLoader)")
def data_loader(keras):
    return small(keras).fit(_loader(), epochs=2, verbose=0).history


@use("batches of (x, y, sample_weight)")
def weights_from_a_generator(keras):
    batches = [(x, y, np.linspace(0, 2, 4)) for x, y in BATCHES]
    return small(keras).fit((one for one in batches), steps_per_epoch=3, verbose=0).history


@use("fit(x=..., y=...) with tf.Tensor")
def tensors(keras):
    import tensorflow as tf

    x, y = tf.constant(VECTORS), tf.constant(TARGETS)
    return dense(keras).fit(x, y, shuffle=False, verbose=0).history


def _from_directory(keras, folder, **arguments):
    top = folder_of_images(folder / "images") / "train"
    arguments = {"image_size": (8, 8), "batch_size": 5, "verbose": False} | arguments
    return keras.utils.image_dataset_from_directory(top, **arguments)


#: name on the page, arguments, and what is expected if that is not the same.
DIRECTORIES = [
    ("image_dataset_from_directory(label_mode='int')", {"label_mode": "int"}),
    ("image_dataset_from_directory(label_mode='categorical')", {"label_mode": "categorical"}),
    ("image_dataset_from_directory(color_mode='grayscale')", {"color_mode": "grayscale"}),
    ("image_dataset_from_directory(label_mode=None)", {"label_mode": None}),
    ("image_dataset_from_directory(image_size=...)", {"image_size": (5, 6)}),
    ("image_dataset_from_directory(class_names=[...])", {"class_names": ["sad", "angry", "happy"]}),
]


def _batches(keras, folder, arguments):
    data = _from_directory(keras, folder, shuffle=False, **arguments)
    if arguments.get("label_mode", "int") is None:
        return [np.asarray(x) for x in data]
    return [[np.asarray(x), np.asarray(y)] for x, y in data]


for _name, _arguments, *_expected in DIRECTORIES:
    use(_name, *_expected)(
        lambda keras, folder, arguments=_arguments: _batches(keras, folder, arguments)
    )


@use("dataset.class_names")
def class_names(keras, folder):
    return _from_directory(keras, folder).class_names


@use("image_dataset_from_directory(validation_split, subset, seed)")
def split_directory(keras, folder):
    top = folder_of_images(folder / "images") / "train"
    counts = []
    for subset in ("training", "validation"):
        data = keras.utils.image_dataset_from_directory(
            top, validation_split=0.25, subset=subset, seed=3, image_size=(8, 8), verbose=False
        )
        counts.append(sum(len(np.asarray(x)) for x, _ in data))
    return counts


@use("fit(image_dataset_from_directory(...))")
def fit_directory(keras, folder):
    arguments = {"color_mode": "grayscale", "label_mode": "categorical", "shuffle": False}
    data = _from_directory(keras, folder, **arguments)
    ls = keras.layers
    model = keras.Sequential([ls.Input((8, 8, 1)), ls.Rescaling(1 / 255), ls.Flatten()])
    model.add(ls.Dense(3, activation="softmax", kernel_initializer="zeros"))
    model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
    return model.fit(data, validation_data=data, epochs=2, verbose=0).history


@use("dataset.take, repeat, unbatch, as_numpy_iterator, and `images[0].numpy()`")
def dataset_methods(keras, folder):
    data = _from_directory(keras, folder, color_mode="grayscale", shuffle=False)
    shapes = [tuple(images[0].numpy().shape) for images, _ in data.take(1)]
    counts = [len(list(one)) for one in (data.repeat(2), data.unbatch(), data.repeat().take(5))]
    _, labels = next(data.as_numpy_iterator())
    return shapes, counts, labels


@use("images (n, h, w) for an input (h, w, 1)")
def without_channel(keras):
    ls = keras.layers
    model = keras.Sequential([ls.Input((8, 8, 1)), ls.Conv2D(2, 3), ls.Flatten(), ls.Dense(3)])
    return fill(model).predict(IMAGES[..., 0], verbose=0)


@use("utils.load_img and img_to_array")
def load_img(keras, folder):
    path = folder_of_images(folder / "images") / "train" / "sad" / "0.png"
    image = keras.utils.load_img(path, color_mode="grayscale", target_size=(6, 6))
    array = keras.utils.img_to_array(image)
    return image.size, array


@use("utils.array_to_img and save_img")
def save_img(keras, folder):
    array = (np.arange(64, dtype=np.float32) * 4).reshape(8, 8, 1)
    keras.utils.save_img(folder / "a.png", array, scale=False)
    image = keras.utils.array_to_img(array, scale=False)
    return image.size, image.mode, keras.utils.img_to_array(keras.utils.load_img(folder / "a.png"))


@use("utils.split_dataset(x, left_size=...)")
def split_dataset(keras):
    left, right = keras.utils.split_dataset(VECTORS, left_size=0.75)
    return len(left), len(right)


@use("an error for a generator without steps that yields nothing")
def empty_generator(keras):
    return small(keras).fit(iter(()), verbose=0)


@use("an error for a folder that does not exist")
def missing_folder(keras, folder):
    return keras.utils.image_dataset_from_directory(folder / "nowhere", verbose=False)
