"""Names and arguments that Keras 1 and 2 had: here under those, in Keras 3 under today's."""

import importlib

import numpy as np

from keras_uses.data import BATCHES
from keras_uses.material import IMAGES, LABELS, ONE_HOT, TARGETS, VECTORS, dense, fill, small
from keras_uses.table import old, use

FIT = {"batch_size": 4, "epochs": 2, "shuffle": False, "verbose": 0}


def _endless():
    while True:
        yield from BATCHES


def _row(keras, *layers):
    """Return a Sequential of scripts' own module, with the weights of `fill`."""
    model = keras.models.Sequential()
    for layer in layers:
        model.add(layer)
    return model


@use("model.fit_generator(generator, steps_per_epoch)")
def fit_generator(keras):
    model = _small(keras)
    fit = model.fit_generator if old(keras) else model.fit
    return fit(_endless(), steps_per_epoch=3, epochs=2, verbose=0).history


def _small(keras):
    ls = keras.layers
    model = _row(
        keras,
        ls.Conv2D(2, (3, 3), activation="relu", input_shape=(8, 8, 2)),
        ls.Flatten(),
        ls.Dense(3, activation="softmax"),
    )
    model.compile(optimizer="sgd", loss="categorical_crossentropy", metrics=["accuracy"])
    return fill(model)


@use("fit_generator(validation_data=generator, validation_steps=...)")
def fit_generator_with_validation(keras):
    model = _small(keras)
    fit = model.fit_generator if old(keras) else model.fit
    arguments = {"validation_data": _endless(), "validation_steps": 2, "verbose": 0}
    return fit(_endless(), steps_per_epoch=3, **arguments).history


@use("model.evaluate_generator(generator, steps)")
def evaluate_generator(keras):
    model = _small(keras)
    if old(keras):
        return model.evaluate_generator(_endless(), 3)
    return model.evaluate(_endless(), steps=3, verbose=0)


@use("model.predict_generator(generator, steps)")
def predict_generator(keras):
    model, images = _small(keras), ((x,) for x, _ in _endless())
    return model.predict_generator(images, 3) if old(keras) else model.predict(images, steps=3)


@use("model.predict_classes(x)")
def predict_classes(keras):
    model = _small(keras)
    return model.predict_classes(IMAGES) if old(keras) else model.predict(IMAGES).argmax(-1)


@use("fit(nb_epoch=...)")
def nb_epoch(keras):
    name = "nb_epoch" if old(keras) else "epochs"
    return _small(keras).fit(IMAGES, ONE_HOT, **{name: 2}, shuffle=False, verbose=0).history


@use("fit(workers=4, use_multiprocessing=False)")
def workers(keras):
    arguments = {"workers": 4, "use_multiprocessing": False} if old(keras) else {}
    return _small(keras).fit(IMAGES, ONE_HOT, **FIT, **arguments).history


def _stepped(keras, optimizer):
    model = _row(keras, keras.layers.Dense(1, input_dim=5))
    model.compile(optimizer=optimizer, loss="mse")
    fill(model).fit(VECTORS, TARGETS, **FIT)
    return model.get_weights()


@use("Adam(lr=...)")
def adam_lr(keras):
    return _stepped(keras, keras.optimizers.Adam(**{"lr" if old(keras) else "learning_rate": 0.1}))


@use("Adam(lr=..., decay=...)")
def adam_decay(keras):
    if old(keras):
        return _stepped(keras, keras.optimizers.Adam(lr=0.1, decay=0.01))
    schedule = keras.optimizers.schedules.InverseTimeDecay(0.1, 1, 0.01)
    return _stepped(keras, keras.optimizers.Adam(schedule))


@use("SGD(lr=..., momentum=..., decay=..., nesterov=True)")
def sgd_decay(keras):
    arguments = {"momentum": 0.9, "nesterov": True}
    if old(keras):
        return _stepped(keras, keras.optimizers.SGD(lr=0.1, decay=1e-2, **arguments))
    schedule = keras.optimizers.schedules.InverseTimeDecay(0.1, 1, 1e-2)
    return _stepped(keras, keras.optimizers.SGD(schedule, **arguments))


@use("optimizers.legacy.Adam")
def legacy_adam(keras):
    if old(keras):
        return _stepped(keras, keras.optimizers.legacy.Adam(learning_rate=0.1))
    return _stepped(keras, keras.optimizers.Adam(0.1))


@use("model.optimizer.lr")
def optimizer_lr(keras):
    optimizer = dense(keras).optimizer
    return float(np.asarray(optimizer.lr if old(keras) else optimizer.learning_rate))


@use("backend.get_value(optimizer.learning_rate)")
def get_value(keras):
    rate = dense(keras).optimizer.learning_rate
    return float(keras.backend.get_value(rate) if old(keras) else np.asarray(rate))


#: Modules that Keras 2 had, a name in each, and what is expected if that is not the same.
MODULES = [
    ("keras.layers.core", "Dense"),
    ("keras.layers.convolutional", "Conv2D"),
    ("keras.layers.pooling", "MaxPooling2D"),
    ("keras.layers.normalization", "BatchNormalization"),
    ("keras.layers.advanced_activations", "LeakyReLU"),
    ("keras.layers.merge", "Concatenate"),
    ("keras.utils.np_utils", "to_categorical"),
    ("keras.preprocessing.image", "ImageDataGenerator"),
    ("keras.utils.vis_utils", "plot_model"),
    ("keras.engine.topology", "Layer"),
    ("keras.layers.experimental.preprocessing", "Rescaling"),
]
for _module, _name, *_expected in MODULES:
    use(f"from {_module} import {_name}", *_expected)(
        lambda keras, module=_module, name=_name: (
            getattr(importlib.import_module(module.replace("keras", "minicnn", 1)), name).__name__
            if old(keras)
            else name
        )
    )


@use("np_utils.to_categorical(y, 3)", "differs", "float32, where Keras 3 gives float64")
def np_utils(keras):
    if old(keras):
        return importlib.import_module("minicnn.utils").np_utils.to_categorical(LABELS, 3)
    return np.eye(3)[LABELS]


def _applied(keras, layer):
    return fill(_row(keras, keras.layers.InputLayer((8, 8, 2)), layer)).predict_on_batch(IMAGES)


@use("LeakyReLU(alpha=0.1)")
def leaky_relu_alpha(keras):
    name = "alpha" if old(keras) else "negative_slope"
    return _applied(keras, keras.layers.LeakyReLU(**{name: 0.1}))


@use("Dense(3, batch_input_shape=(None, 5))")
def batch_input_shape(keras):
    name, shape = ("batch_input_shape", (None, 5)) if old(keras) else ("input_shape", (5,))
    return fill(_row(keras, keras.layers.Dense(3, **{name: shape}))).predict_on_batch(VECTORS)


@use("layer.output_shape and layer.input_shape", "differs", "without the axis of the batch")
def shapes_of_a_layer(keras):
    layer = small(keras).layers[0]
    if old(keras):
        return layer.input_shape, layer.output_shape
    return layer.input.shape, layer.output.shape


@use("save_weights('m.h5') and load_weights('m.h5')")
def save_weights(keras, folder):
    name = "m.h5" if old(keras) else "m.weights.h5"
    _small(keras).save_weights(str(folder / name))
    model = _small(keras)
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    model.load_weights(str(folder / name))
    return model.predict_on_batch(IMAGES)


@use("ModelCheckpoint('best.hdf5', save_best_only=True)")
def checkpoint_hdf5(keras, folder):
    path = str(folder / ("best.hdf5" if old(keras) else "best.keras"))
    model = _small(keras)
    checkpoint = keras.callbacks.ModelCheckpoint(path, monitor="loss", save_best_only=True)
    model.fit(IMAGES, ONE_HOT, callbacks=[checkpoint], **FIT)
    return keras.models.load_model(path).predict_on_batch(IMAGES)


@use("ModelCheckpoint(..., period=2)")
def checkpoint_period(keras, folder):
    arguments = {"period": 2} if old(keras) else {"save_freq": 6}
    checkpoint = keras.callbacks.ModelCheckpoint(str(folder / "{epoch}.keras"), **arguments)
    _small(keras).fit(IMAGES, ONE_HOT, callbacks=[checkpoint], **FIT)
    return sorted(path.name for path in folder.iterdir())


@use("model.save('m.hdf5')")
def save_hdf5(keras, folder):
    path = str(folder / ("m.hdf5" if old(keras) else "m.keras"))
    _small(keras).save(path)
    return keras.models.load_model(path).predict_on_batch(IMAGES)


@use("from keras import backend as K; K.set_image_data_format('channels_last')")
def image_data_format(keras):
    module = importlib.import_module(f"{keras.__name__}.backend")
    return module.set_image_data_format("channels_last"), module.image_data_format()


@use("keras.preprocessing.image.load_img and img_to_array")
def preprocessing_image(keras, folder):
    from PIL import Image

    Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8)).save(folder / "a.png")
    module = importlib.import_module(f"{keras.__name__}.preprocessing.image")
    image = module.load_img(str(folder / "a.png"), color_mode="grayscale", target_size=(6, 6))
    return module.img_to_array(image)


@use("load_img(grayscale=True)")
def load_img_grayscale(keras, folder):
    from PIL import Image

    Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8)).save(folder / "a.png")
    module = importlib.import_module(f"{keras.__name__}.preprocessing.image")
    arguments = {"grayscale": True} if old(keras) else {"color_mode": "grayscale"}
    return module.img_to_array(module.load_img(str(folder / "a.png"), **arguments))


@use("K.set_value(model.optimizer.lr, K.get_value(model.optimizer.lr) * 0.5)")
def set_value(keras):
    optimizer = dense(keras).optimizer
    if old(keras):
        keras.backend.set_value(optimizer.lr, keras.backend.get_value(optimizer.lr) * 0.5)
    else:
        optimizer.learning_rate.assign(optimizer.learning_rate * 0.5)
    return float(np.asarray(optimizer.learning_rate))


@use("ModelCheckpoint('{epoch}-{val_acc:.2f}.h5', monitor='val_acc') and history.history['acc']")
def acc(keras, folder):
    word = "acc" if old(keras) else "accuracy"
    ending = "h5" if old(keras) else "keras"
    path = str(folder / f"{{epoch}}-{{val_{word}:.2f}}.{ending}")
    checkpoint = keras.callbacks.ModelCheckpoint(path, f"val_{word}", save_best_only=True)
    arguments = FIT | {"validation_data": (IMAGES, ONE_HOT), "callbacks": [checkpoint]}
    history = _small(keras).fit(IMAGES, ONE_HOT, **arguments).history
    saved = [name.rpartition(".")[0] for name in sorted(p.name for p in folder.iterdir())]
    return history[word], history[f"val_{word}"], saved
