"""Activations: as functions and by name."""

import numpy as np

from keras_uses.material import VECTORS, applied
from keras_uses.table import use

X = (VECTORS - 0.5) * 8

#: name, and what is expected if that is not the same.
BY_NAME = [
    ("relu",),
    ("sigmoid",),
    ("softmax",),
    ("tanh",),
    ("linear",),
    ("elu",),
    ("selu",),
    ("gelu",),
    ("swish",),
    ("silu",),
    ("softplus",),
    ("softsign",),
    ("exponential",),
    ("hard_sigmoid",),
    ("leaky_relu",),
    ("relu6",),
    ("mish",),
    ("log_softmax",),
]
for _name, *_expected in BY_NAME:
    use(f"activation='{_name}'", *_expected)(
        lambda keras, name=_name: applied(keras, keras.layers.Dense(4, activation=name), X)
    )

#: name on the page, the function applied to X, and what is expected if that is not the same.
FUNCTIONS = [
    ("activations.relu(x)", lambda a: a.relu(X)),
    ("activations.sigmoid(x)", lambda a: a.sigmoid(X)),
    ("activations.softmax(x)", lambda a: a.softmax(X)),
    ("activations.tanh(x)", lambda a: a.tanh(X)),
    ("activations.elu(x)", lambda a: a.elu(X)),
    ("activations.gelu(x)", lambda a: a.gelu(X)),
    ("activations.get('relu')", lambda a: a.get("relu")(X)),
    ("activations.get(None)", lambda a: a.get(None)(X)),
    ("activations.serialize(function)", lambda a: a.serialize(a.relu)),
]
for _name, _call, *_expected in FUNCTIONS:
    use(_name, *_expected)(
        lambda keras, call=_call: (
            value if isinstance(value := call(keras.activations), str) else np.asarray(value)
        )
    )


@use("Dense(activation=keras.activations.relu)")
def function_as_argument(keras):
    return applied(keras, keras.layers.Dense(4, activation=keras.activations.relu), X)


@use("Activation(keras.activations.tanh)")
def function_in_a_layer(keras):
    return applied(keras, keras.layers.Activation(keras.activations.tanh), X)


@use("Dense(activation=LeakyReLU())")
def layer_as_activation(keras):
    return applied(keras, keras.layers.Dense(4, activation=keras.layers.LeakyReLU()), X)


@use("an error for an unknown name")
def unknown(keras):
    return keras.layers.Activation("rely")
