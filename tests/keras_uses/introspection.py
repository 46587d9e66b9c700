"""What a model and its layers tell of themselves."""

import numpy as np

from keras_uses.material import IMAGES, ONE_HOT, VECTORS, dense, fill, small
from keras_uses.table import use

#: name on the page, what is read from the model of `small`, and what is expected if not the same.
ATTRIBUTES = [
    ("model.name", lambda m: m.name.rstrip("_0123456789")),
    ("model.layers", lambda m: [(layer.name, type(layer).__name__) for layer in m.layers]),
    ("model.input_shape", lambda m: m.input_shape),
    ("model.output_shape", lambda m: m.output_shape),
    ("model.count_params()", lambda m: m.count_params()),
    ("model.built", lambda m: m.built),
    ("model.trainable", lambda m: m.trainable),
    ("model.get_weights()", lambda m: m.get_weights()),
    ("model.weights", lambda m: [np.asarray(weight) for weight in m.weights]),
    ("len(model.trainable_weights)", lambda m: len(m.trainable_weights)),
    ("len(model.non_trainable_weights)", lambda m: len(m.non_trainable_weights)),
    ("len(model.trainable_variables)", lambda m: len(m.trainable_variables)),
    ("the names of weights", lambda m: [weight.name for weight in m.weights]),
    ("the shapes of weights", lambda m: [weight.shape for weight in m.weights]),
    ("model.inputs[0].shape", lambda m: m.inputs[0].shape),
    ("len(model.outputs)", lambda m: len(m.outputs)),
    ("model.loss", lambda m: m.loss, "differs", "the name of the class"),
    ("model.optimizer", lambda m: type(m.optimizer).__name__),
    (
        "len(model.metrics)",
        lambda m: len(m.metrics),
        "differs",
        "the mean of the loss is not among them",
    ),
    ("model.get_layer('conv2d')", lambda m: m.get_layer("conv2d").filters),
    ("model.get_layer(index=0)", lambda m: m.get_layer(index=0).name),
    (
        "model.compute_output_shape(shape)",
        lambda m: (m.compute_output_shape((None, 8, 8, 2)), m.compute_output_shape((5, 8, 8, 2))),
    ),
    ("layer.output.shape", lambda m: m.layers[0].output.shape),
    ("layer.input.shape", lambda m: m.layers[0].input.shape),
    ("layer.get_weights()", lambda m: m.layers[0].get_weights()),
    ("layer.weights", lambda m: [np.asarray(weight) for weight in m.layers[0].weights]),
    ("layer.trainable_weights", lambda m: len(m.layers[0].trainable_weights)),
    ("layer.count_params()", lambda m: m.layers[0].count_params()),
    ("layer.kernel", lambda m: np.asarray(m.layers[0].kernel), "same"),
    ("layer.bias", lambda m: np.asarray(m.layers[0].bias), "same"),
    ("layer.kernel.shape", lambda m: m.layers[0].kernel.shape, "same"),
    ("weight.numpy()", lambda m: m.layers[0].weights[0].numpy()),
    ("layer.activation.__name__", lambda m: m.layers[0].activation.__name__, "same"),
    ("`layer.kernel_size`, `strides`, `padding`", lambda m: _geometry(m.layers[0])),
    ("layer.units", lambda m: m.layers[-1].units),
    ("layer.dtype", lambda m: m.layers[0].dtype),
    ("layer.built", lambda m: m.layers[0].built),
    ("an error for get_layer with an unknown name", lambda m: m.get_layer("conv")),
    ("an error for set_weights with the wrong shapes", lambda m: m.set_weights([np.zeros(3)])),
]


def _geometry(layer):
    return layer.kernel_size, layer.strides, layer.padding


for _name, _read, *_expected in ATTRIBUTES:
    use(_name, *_expected)(lambda keras, read=_read: read(small(keras)))


@use("model.input.shape and model.output.shape")
def ends_of_a_model(keras):
    model = small(keras, functional=True)
    return model.input.shape, model.output.shape


@use("model.summary()")
def summary(keras):
    return small(keras).summary()


@use("model.summary(print_fn=...)")
def summary_lines(keras):
    lines = []
    small(keras).summary(print_fn=lambda line, **_: lines.append(line))
    text = "\n".join(lines)
    return [word in text for word in ("conv2d", "Conv2D", "dense", "6, 6, 2", "95")]


@use("model.summary(line_length=..., show_trainable=True)")
def summary_arguments(keras):
    model = small(keras)
    return model.summary(line_length=100, show_trainable=True, expand_nested=True)


@use("layer.set_weights(weights)")
def set_weights(keras):
    model = small(keras)
    kernel, bias = model.layers[0].get_weights()
    model.layers[0].set_weights([kernel * 2, bias - 1])
    return model.predict_on_batch(IMAGES)


@use("layer.kernel.assign(value)")
def assign(keras):
    model = small(keras)
    model.layers[-1].kernel.assign(np.ones(model.layers[-1].kernel.shape))
    return model.predict_on_batch(IMAGES)


@use("Model(model.input, model.get_layer(name).output)")
def extractor(keras):
    model = small(keras, functional=True)
    part = keras.Model(inputs=model.input, outputs=model.get_layer("conv2d").output)
    return part.predict_on_batch(IMAGES)


@use("Model(model.inputs, [layer.output for layer in model.layers])")
def every_activation(keras):
    model = small(keras, functional=True)
    outputs = [layer.output for layer in model.layers]
    return keras.Model(inputs=model.inputs, outputs=outputs).predict_on_batch(IMAGES)


@use("Model(model.inputs, [features, model.output]) as for Grad-CAM")
def features_and_output(keras):
    model = small(keras, functional=True)
    both = keras.Model(model.inputs, [model.layers[0].output, model.output])
    return both.predict_on_batch(IMAGES)


@use("new layers on a trained network's output")
def new_head(keras):
    model = small(keras, functional=True)
    outputs = keras.layers.Dense(2, name="new")(model.layers[-2].output)
    return fill(keras.Model(model.input, outputs)).predict_on_batch(IMAGES)


@use("a summary of a functional model")
def functional_summary(keras):
    inputs = keras.layers.Input((5,))
    model = keras.Model(inputs, keras.layers.Dense(3)(inputs))
    return model.summary(), model.count_params()


@use("utils.plot_model(model, 'm.png', show_shapes=True)", "differs", "the drawing is an SVG file")
def plot_model(keras, folder):
    from importlib.util import find_spec

    if find_spec("pydot") is None and keras.__name__ == "keras":
        return True  # Keras cannot draw without it; that a file appears is all that is compared
    keras.utils.plot_model(small(keras), to_file=str(folder / "m.png"), show_shapes=True)
    return (folder / "m.png").exists()


@use("model.evaluate after set_weights")
def evaluate_after_set_weights(keras):
    model = small(keras)
    model.set_weights([weight * 0 for weight in model.get_weights()])
    return model.evaluate(IMAGES, ONE_HOT, verbose=0)


@use("model.get_config()['layers'] names every layer")
def config(keras):
    return [layer["class_name"] for layer in small(keras).get_config()["layers"]]


@use("one model's weights set on another")
def copied_weights(keras):
    one, other = dense(keras), dense(keras)
    other.set_weights(one.get_weights())
    return np.array_equal(one.predict_on_batch(VECTORS), other.predict_on_batch(VECTORS))
