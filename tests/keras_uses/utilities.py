"""keras.utils, keras.backend, keras.config."""

import importlib

import numpy as np

from keras_uses.material import LABELS, VECTORS
from keras_uses.table import use

#: name on the page, the call, and what is expected if that is not the same.
CALLS = [
    (
        "utils.to_categorical(y)",
        lambda k: k.utils.to_categorical(LABELS),
        "differs",
        "float32, where Keras gives float64",
    ),
    (
        "utils.to_categorical(y, 5)",
        lambda k: k.utils.to_categorical(LABELS, 5),
        "differs",
        "float32, where Keras gives float64",
    ),
    (
        "utils.to_categorical(y, num_classes=5)",
        lambda k: k.utils.to_categorical(LABELS, num_classes=5),
        "differs",
        "float32, where Keras gives float64",
    ),
    (
        "utils.to_categorical of a list",
        lambda k: k.utils.to_categorical([0, 2, 1]),
        "differs",
        "float32, where Keras gives float64",
    ),
    (
        "utils.to_categorical of a column",
        lambda k: k.utils.to_categorical(LABELS[:, None], 3),
        "differs",
        "float32, where Keras gives float64",
    ),
    (
        "utils.to_categorical of floats",
        lambda k: k.utils.to_categorical(LABELS * 1.0, 3),
        "differs",
        "float32, where Keras gives float64",
    ),
    (
        "an error for to_categorical(y, too few)",
        lambda k: k.utils.to_categorical(LABELS, 2),
        "differs",
        "ValueError, where Keras raises IndexError",
    ),
    ("utils.normalize(x)", lambda k: k.utils.normalize(VECTORS)),
    ("utils.set_random_seed(1)", lambda k: k.utils.set_random_seed(1)),
    ("utils.clear_session()", lambda k: k.utils.clear_session(), "same"),
    ("backend.clear_session()", lambda k: k.backend.clear_session()),
    ("backend.epsilon()", lambda k: k.backend.epsilon()),
    ("backend.image_data_format()", lambda k: k.backend.image_data_format()),
    ("backend.floatx()", lambda k: k.backend.floatx()),
    ("config.floatx()", lambda k: k.config.floatx(), "same"),
    ("config.image_data_format()", lambda k: k.config.image_data_format(), "same"),
    ("config.set_floatx('float32')", lambda k: k.config.set_floatx("float32"), "same"),
    ("__version__", lambda k: len(k.__version__.split("."))),
]
for _name, _call, *_expected in CALLS:
    use(_name, *_expected)(lambda keras, call=_call: call(keras))


@use("utils.set_random_seed makes training repeatable")
def repeatable(keras):
    losses = []
    for _ in range(2):
        keras.utils.set_random_seed(3)
        model = keras.Sequential(
            [keras.layers.Input((5,)), keras.layers.Dense(4), keras.layers.Dense(1)]
        )
        model.compile("sgd", "mse")
        losses.append(model.fit(VECTORS, VECTORS[:, :1], epochs=2, verbose=0).history["loss"])
    return losses[0] == losses[1]


@use("from keras.utils import to_categorical", "differs", "float32, where Keras gives float64")
def utils_module(keras):
    module = importlib.import_module(f"{keras.__name__}.utils")
    return module.to_categorical([1, 0])


@use("`from keras.layers import ...`, `from keras.optimizers import ...`")
def modules(keras):
    names = {
        "layers": "Dense",
        "optimizers": "Adam",
        "callbacks": "EarlyStopping",
        "losses": "CategoricalCrossentropy",
        "metrics": "CategoricalAccuracy",
        "initializers": "HeNormal",
        "regularizers": "L2",
    }
    return [
        hasattr(importlib.import_module(f"{keras.__name__}.{module}"), name)
        for module, name in names.items()
    ]


@use("from keras.optimizers.schedules import CosineDecay")
def schedules_module(keras):
    module = importlib.import_module(f"{keras.__name__}.optimizers.schedules")
    return float(module.CosineDecay(0.1, 10)(5))


@use("utils.Progbar(target)")
def progress_bar(keras):
    bar = keras.utils.Progbar(3, verbose=0)
    for _ in range(3):
        bar.add(1)
    return bar.target


@use("utils.split_dataset((x, y), left_size=0.75)")
def split_dataset(keras):
    left, right = keras.utils.split_dataset((VECTORS, VECTORS[:, :1]), left_size=0.75)
    return len(left), [np.asarray(y) for _, y in right.batch(2)]


@use("saving.get_registered_name(cls) and get_registered_object(name)")
def registered(keras):
    class Twice(keras.layers.Layer):
        pass

    keras.saving.register_keras_serializable("uses", "Registered")(Twice)
    name = keras.saving.get_registered_name(Twice)
    return name, keras.saving.get_registered_object(name) is Twice


@use("utils.register_keras_serializable() and get_custom_objects()")
def register(keras):
    class Twice(keras.layers.Layer):
        pass

    assert keras.utils.register_keras_serializable(package="uses")(Twice) is Twice
    return [name for name in keras.utils.get_custom_objects() if "Twice" in name][-1:]


@use("utils.custom_object_scope({...})")
def custom_object_scope(keras):
    with keras.utils.custom_object_scope({}):
        return keras.layers.Dense(3).units


@use("from keras.layers import *")
def star_import(keras):
    found: dict[str, object] = {}
    exec(f"from {keras.__name__}.layers import *", found)
    names = ("Conv2D", "MaxPool2D", "GlobalAvgPool2D", "concatenate", "add", "LSTM", "Lambda")
    return [name in found for name in names]
