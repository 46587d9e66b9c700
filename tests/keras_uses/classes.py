"""Models and blocks written as classes."""

import numpy as np

from keras_uses.material import IMAGES, ONE_HOT, VECTORS, fill
from keras_uses.table import use


class Pieces:
    """Classes with ``call`` of either package."""

    def __init__(self, keras):
        layers = keras.layers

        class Block(layers.Layer):
            def __init__(self, filters, **kwargs):
                super().__init__(**kwargs)
                self.conv = layers.Conv2D(filters, 3, padding="same", activation="relu")
                self.shortcut = layers.Conv2D(filters, 1)
                self.dropout = layers.Dropout(0.5)

            def call(self, x, training=None):
                y = self.dropout(self.conv(x), training=training)
                return y + self.shortcut(x)

        class Classifier(keras.Model):
            def __init__(self, classes=3):
                super().__init__()
                self.blocks = [Block(4), Block(6)]
                self.pool = layers.GlobalAveragePooling2D()
                self.head = layers.Dense(classes, activation="softmax")

            def call(self, inputs, training=False):
                x = inputs
                for block in self.blocks:
                    x = block(x, training=training)
                return self.head(self.pool(x))

        self.Block, self.Classifier = Block, Classifier


@use("a class with `call` that inherits from Model")
def subclassed_model(keras):
    model = Pieces(keras).Classifier()
    model(IMAGES)  # Keras's build makes no weights here
    shapes = [weight.shape for weight in model.get_weights()]
    return model.name, shapes, fill(model).predict_on_batch(IMAGES), np.asarray(model(IMAGES))


@use("fit of a class with `call`, which its first batch builds")
def subclassed_model_fitted(keras):
    class Plain(keras.Model):
        def __init__(self):
            super().__init__()
            self.flatten = keras.layers.Flatten()
            self.dense = keras.layers.Dense(3, kernel_initializer="ones")

        def call(self, x):
            return keras.ops.tanh(self.dense(self.flatten(x)) / 40.0)

    model = Plain()
    model.compile("sgd", "mse")
    model.fit(IMAGES, ONE_HOT, epochs=2, shuffle=False, verbose=0)
    return model.predict(IMAGES, verbose=0), model.evaluate(IMAGES, ONE_HOT, verbose=0)


@use("a class with `call` that inherits from Layer")
def subclassed_layer(keras):
    layers = keras.layers
    row = [layers.Input((8, 8, 2)), Pieces(keras).Block(4), layers.Flatten(), layers.Dense(3)]
    model = keras.Sequential(row)
    return fill(model).predict_on_batch(IMAGES), model.layers[0].name


@use("a class with `call` that asks `if training:`")
def subclassed_model_that_asks(keras):
    class Careful(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = keras.layers.Dense(3)
            self.dropout = keras.layers.Dropout(0.5)

        def call(self, x, training=False):
            if training:
                x = self.dropout(x, training=training)
            return self.dense(x)

    model = Careful()
    model(VECTORS)
    return fill(model).predict_on_batch(VECTORS)


@use(
    "a class with `call` and `add_weight` that inherits from Layer",
    "refused",
    "a layer with weights of its own has a forward and a backward",
)
def subclassed_layer_with_weights(keras):
    class Scale(keras.layers.Layer):
        def build(self, input_shape):
            self.factor = self.add_weight(shape=input_shape[-1:], initializer="ones")

        def call(self, x):
            return x * self.factor

    return keras.Sequential([keras.layers.Input((5,)), Scale()]).predict_on_batch(VECTORS)


@use("`model.layers`, `model.weights` and the names of a class with `call`")
def layers_of_a_class(keras):
    model = Pieces(keras).Classifier()
    model(IMAGES)
    shapes = [tuple(weight.shape) for weight in model.weights]
    return [layer.name for layer in model.layers], shapes, model.layers[-1].units


@use("`Model(model.inputs, model.get_layer('block').output)` of a block with `call`")
def output_of_a_block(keras):
    layers = keras.layers
    inputs = keras.Input((8, 8, 2))
    x = Pieces(keras).Block(4, name="block")(inputs)
    model = fill(keras.Model(inputs, layers.Dense(3)(layers.Flatten()(x))))
    block = keras.Model(model.inputs, model.get_layer("block").output)
    return block.predict_on_batch(IMAGES), [tuple(layer.output.shape) for layer in model.layers]


@use("`block(x, skip)`: a class with `call` and several inputs")
def several_inputs_of_a_call(keras):
    class Up(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.up = keras.layers.UpSampling2D()
            self.conv = keras.layers.Conv2D(3, 3, padding="same")

        def call(self, x, skip):
            return self.conv(keras.layers.concatenate([self.up(x), skip]))

    inputs = keras.Input((8, 8, 2))
    up = Up()
    y = up(up.up(keras.layers.MaxPooling2D(4)(inputs)), skip=inputs)
    return fill(keras.Model(inputs, y)).predict_on_batch(IMAGES)


@use("`super().get_config()` and `from_config` of a class with `call`")
def config_of_a_class(keras):
    class Block(Pieces(keras).Block):
        def __init__(self, filters, **kwargs):
            super().__init__(filters, **kwargs)
            self.filters = filters

        def get_config(self):
            return {**super().get_config(), "filters": self.filters}

    config = Block(4, name="mine", trainable=False).get_config()
    block = Block.from_config(config)
    return {key: config[key] for key in ("name", "trainable", "filters")}, block.conv.filters


@use("`load_model(path, custom_objects={'Net': Net})` of a class with `call`")
def class_in_a_file(keras, folder):
    class Net(keras.Model):
        def __init__(self, units=3, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.flatten, self.head = keras.layers.Flatten(), keras.layers.Dense(units)

        def call(self, x):
            return self.head(self.flatten(x))

        def get_config(self):
            return {**super().get_config(), "units": self.units}

        def classes(self, x):
            return self.predict_on_batch(x).argmax(axis=-1)

    model = Net(4)
    model(IMAGES)
    fill(model).save(folder / "model.keras")
    read = keras.models.load_model(folder / "model.keras", custom_objects={"Net": Net})
    again = keras.models.clone_model(read)
    return type(read).__name__, read.units, read.classes(IMAGES), type(again).__name__


@use(
    "fit of a class whose `call` has no `training`",
    "differs",
    "dropout and batch statistics train; Keras 3 leaves them as in predict",
)
def call_without_training(keras):
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.norm, self.head = keras.layers.BatchNormalization(), keras.layers.Dense(3)

        def call(self, x):
            return self.head(self.norm(x))

    model = Net()
    model(VECTORS)
    before = np.asarray(model.norm.moving_mean).copy()
    model.compile("sgd", "mse")
    model.fit(VECTORS, np.zeros((len(VECTORS), 3)), verbose=0)
    return bool((np.asarray(model.norm.moving_mean) == before).all())
