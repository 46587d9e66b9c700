"""Activations under Keras's name for the place: ``activation=minicnn.activations.relu``.

Each is a function of an array, ``relu([-1.0, 2.0])``, and knows its derivative. The table is in
:mod:`minicnn.layers.activation`.
"""

from minicnn.layers.activation import FUNCTIONS, ActivationFunction, get

__all__ = [
    "ActivationFunction",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "leaky_relu",
    "linear",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "softsign",
    "swish",
    "tanh",
]

elu = FUNCTIONS["elu"]
exponential = FUNCTIONS["exponential"]
gelu = FUNCTIONS["gelu"]
hard_sigmoid = FUNCTIONS["hard_sigmoid"]
hard_silu = hard_swish = FUNCTIONS["hard_silu"]
leaky_relu = FUNCTIONS["leaky_relu"]
linear = FUNCTIONS["linear"]
log_softmax = FUNCTIONS["log_softmax"]
mish = FUNCTIONS["mish"]
relu = FUNCTIONS["relu"]
relu6 = FUNCTIONS["relu6"]
selu = FUNCTIONS["selu"]
sigmoid = FUNCTIONS["sigmoid"]
silu = swish = FUNCTIONS["silu"]
softmax = FUNCTIONS["softmax"]
softplus = FUNCTIONS["softplus"]
softsign = FUNCTIONS["softsign"]
tanh = FUNCTIONS["tanh"]

#: Keras's name for it.
deserialize = get


def serialize(activation: ActivationFunction) -> str:
    """Return the name that files hold."""
    return activation.serialize()
