"""Initializers, regularizers and constraints."""

import numpy as np

from keras_uses.material import IMAGES, TARGETS, VECTORS, applied, fill
from keras_uses.table import use

SHAPE = (3, 3, 16, 32)  # 144 inputs and 288 outputs
#: name on the page, the initializer, its standard deviation by its formula, and what is expected
#: if that is not the same. Random streams differ, so only the shape and the spread are compared.
INITIALIZERS = [
    ("GlorotUniform()", lambda i: i.GlorotUniform(), (2 / (144 + 288)) ** 0.5),
    ("GlorotNormal()", lambda i: i.GlorotNormal(), (2 / (144 + 288)) ** 0.5),
    ("HeNormal()", lambda i: i.HeNormal(), (2 / 144) ** 0.5),
    ("HeUniform()", lambda i: i.HeUniform(), (2 / 144) ** 0.5),
    ("LecunNormal()", lambda i: i.LecunNormal(), 1 / 12),
    ("RandomNormal(stddev=...)", lambda i: i.RandomNormal(stddev=0.02), 0.02),
    ("RandomUniform(...)", lambda i: i.RandomUniform(-0.1, 0.3), 0.4 / 12**0.5),
    ("TruncatedNormal(stddev=...)", lambda i: i.TruncatedNormal(stddev=0.1), 0.0880),
    (
        "VarianceScaling(...)",
        lambda i: i.VarianceScaling(2.0, "fan_out", "uniform"),
        (2 / 288) ** 0.5,
    ),
    ("Zeros()", lambda i: i.Zeros(), 0),
    ("Ones()", lambda i: i.Ones(), 0),
    ("Constant(0.2)", lambda i: i.Constant(0.2), 0),
    ("Orthogonal()", lambda i: i.Orthogonal(), 1 / 12),
    ("initializers.get('he_normal')", lambda i: i.get("he_normal"), (2 / 144) ** 0.5),
]


def _spread(keras, make, expected):
    values = np.asarray(make(keras.initializers)(shape=SHAPE))
    # 4,608 draws agree to 1 %.
    return (
        values.shape,
        values.dtype.name,
        bool(abs(values.std() - expected) <= 0.05 * expected + 1e-6),
    )


for _name, _make, _deviation, *_expected in INITIALIZERS:
    use(_name, *_expected)(
        lambda keras, make=_make, deviation=_deviation: _spread(keras, make, deviation)
    )


@use("an initializer with a seed draws the same numbers again")
def seeded(keras):
    draws = [np.asarray(keras.initializers.HeNormal(seed=3)((4, 5))) for _ in range(2)]
    return np.array_equal(*draws)


@use("Dense(kernel_initializer='zeros', bias_initializer='ones')")
def by_name(keras):
    layer = keras.layers.Dense(3, kernel_initializer="zeros", bias_initializer="ones")
    model = keras.Sequential([keras.layers.Input((5,)), layer])
    return model.predict_on_batch(VECTORS)


@use("Dense(kernel_initializer=keras.initializers.Constant(0.1))")
def as_an_object(keras):
    initializer = keras.initializers.Constant(0.1)
    layer = keras.layers.Dense(3, kernel_initializer=initializer)
    return keras.Sequential([keras.layers.Input((5,)), layer]).predict_on_batch(VECTORS)


@use("initializers.get(None)")
def none(keras):
    return keras.initializers.get(None)


@use("Dense(kernel_initializer=Constant(array))")
def constant_array(keras):
    value = np.arange(15, dtype=np.float32).reshape(5, 3)
    layer = keras.layers.Dense(3, kernel_initializer=keras.initializers.Constant(value))
    return keras.Sequential([keras.layers.Input((5,)), layer]).predict_on_batch(VECTORS)


@use("Dense(kernel_initializer=function)")
def own_initializer(keras):
    def halves(shape, dtype=None):
        return np.full(shape, 0.5, np.float32)

    layer = keras.layers.Dense(3, kernel_initializer=halves)
    return keras.Sequential([keras.layers.Input((5,)), layer]).predict_on_batch(VECTORS)


@use("an error for an unknown initializer")
def unknown(keras):
    return keras.layers.Dense(3, kernel_initializer="he")


WEIGHTS = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)
#: name on the page, the regularizer, and what is expected if that is not the same.
REGULARIZERS = [
    ("regularizers.L2(0.01)", lambda r: r.L2(0.01)),
    ("regularizers.l2(0.01)", lambda r: r.l2(0.01)),
    ("regularizers.L1(0.01)", lambda r: r.L1(0.01)),
    ("regularizers.l1(0.01)", lambda r: r.l1(0.01)),
    ("regularizers.L1L2(l1, l2)", lambda r: r.L1L2(l1=0.01, l2=0.02)),
    ("regularizers.l1_l2(l1, l2)", lambda r: r.l1_l2(l1=0.01, l2=0.02)),
    ("regularizers.get('l2')", lambda r: r.get("l2")),
]
for _name, _make, *_expected in REGULARIZERS:
    use(_name, *_expected)(
        lambda keras, make=_make: float(np.asarray(make(keras.regularizers)(WEIGHTS)))
    )

#: Arguments of a layer that penalise or constrain it, and what is expected if not the same.
ARGUMENTS = [
    ("Dense(kernel_regularizer='l2')", lambda k: {"kernel_regularizer": "l2"}),
    ("Dense(kernel_regularizer='l1')", lambda k: {"kernel_regularizer": "l1"}),
    (
        "Dense(kernel_regularizer=regularizers.l2(0.1))",
        lambda k: {"kernel_regularizer": k.regularizers.l2(0.1)},
    ),
    ("Dense(bias_regularizer='l2')", lambda k: {"bias_regularizer": "l2"}),
    (
        "Dense(activity_regularizer='l2')",
        lambda k: {"activity_regularizer": "l2"},
        "refused",
        "penalties are of weights",
    ),
    (
        "Dense(kernel_constraint=constraints.MaxNorm(1))",
        lambda k: {"kernel_constraint": k.constraints.MaxNorm(1)},
    ),
    (
        "Dense(kernel_constraint=constraints.NonNeg())",
        lambda k: {"kernel_constraint": k.constraints.NonNeg()},
    ),
    (
        "Dense(kernel_constraint='unit_norm', bias_constraint=constraints.max_norm(3))",
        lambda k: {
            "kernel_constraint": "unit_norm",
            "bias_constraint": k.constraints.max_norm(3),
        },
    ),
]


def _trained(keras, arguments):
    layer = keras.layers.Dense(1, **arguments)
    model = keras.Sequential([keras.layers.Input((5,)), layer])
    model.compile(keras.optimizers.SGD(0.5), "mse")
    fill(model)
    return [model.train_on_batch(VECTORS, TARGETS) for _ in range(2)], model.get_weights()


for _name, _arguments, *_expected in ARGUMENTS:
    use(_name, *_expected)(lambda keras, of=_arguments: _trained(keras, of(keras)))


@use(
    "a regularizer written as a function",
    "refused",
    "its derivative is not known; a class with a gradient has one",
)
def own_regularizer(keras):
    def squares(weights):
        return 0.1 * (weights * weights).sum() if keras.__name__ == "minicnn" else _sum(weights)

    def _sum(weights):
        return 0.1 * keras.ops.sum(weights * weights)

    return _trained(keras, {"kernel_regularizer": squares})


@use("Conv2D(kernel_regularizer=regularizers.l2(1e-4))")
def of_a_convolution(keras):
    layer = keras.layers.Conv2D(4, 3, kernel_regularizer=keras.regularizers.l2(1e-4))
    return applied(keras, layer, IMAGES)
