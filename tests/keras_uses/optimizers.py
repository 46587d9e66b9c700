"""Optimizers and learning rates."""

import numpy as np

from keras_uses.material import TARGETS, VECTORS, dense
from keras_uses.table import use

#: name on the page, the optimizer, and what is expected if that is not the same.
OPTIMIZERS = [
    ("SGD()", lambda o: o.SGD()),
    ("SGD(learning_rate=0.1)", lambda o: o.SGD(learning_rate=0.1)),
    ("SGD(momentum=0.9)", lambda o: o.SGD(0.1, momentum=0.9)),
    ("SGD(nesterov=True)", lambda o: o.SGD(0.1, momentum=0.9, nesterov=True)),
    ("Adam()", lambda o: o.Adam()),
    ("Adam(1e-2)", lambda o: o.Adam(1e-2)),
    (
        "Adam(beta_1, beta_2, epsilon)",
        lambda o: o.Adam(0.01, beta_1=0.8, beta_2=0.99, epsilon=1e-5),
    ),
    ("Adam(amsgrad=True)", lambda o: o.Adam(0.01, amsgrad=True)),
    ("Adam(clipnorm=...)", lambda o: o.Adam(0.01, clipnorm=0.1)),
    ("Adam(clipvalue=...)", lambda o: o.Adam(0.01, clipvalue=0.01)),
    ("Adam(global_clipnorm=...)", lambda o: o.Adam(0.01, global_clipnorm=0.1)),
    ("Adam(weight_decay=...)", lambda o: o.Adam(0.01, weight_decay=0.1)),
    ("Adam(use_ema=True)", lambda o: o.Adam(0.01, use_ema=True)),
    (
        "Adam(gradient_accumulation_steps=2)",
        lambda o: o.Adam(0.01, gradient_accumulation_steps=2),
        "refused",
        "every batch is a step",
    ),
    ("AdamW()", lambda o: o.AdamW(0.01)),
    ("RMSprop()", lambda o: o.RMSprop(0.01)),
    ("RMSprop(rho, momentum)", lambda o: o.RMSprop(0.01, rho=0.8, momentum=0.5)),
    ("RMSprop(centered=True)", lambda o: o.RMSprop(0.01, centered=True)),
    ("Nadam()", lambda o: o.Nadam(0.01)),
    ("Adagrad()", lambda o: o.Adagrad(0.1)),
    ("Adadelta()", lambda o: o.Adadelta(1.0)),
    ("Adamax()", lambda o: o.Adamax(0.01)),
    ("Ftrl()", lambda o: o.Ftrl(0.1), "refused", "minicnn has no such optimizer"),
    ("Lion()", lambda o: o.Lion(0.001), "refused", "minicnn has no such optimizer"),
    (
        "SGD(ExponentialDecay(...))",
        lambda o: o.SGD(o.schedules.ExponentialDecay(0.1, decay_steps=2, decay_rate=0.5)),
    ),
    ("Adam(CosineDecay(...))", lambda o: o.Adam(o.schedules.CosineDecay(0.1, 5))),
]


def _steps(keras, optimizer):
    model = dense(keras, optimizer)
    return [model.train_on_batch(VECTORS, TARGETS) for _ in range(3)], model.get_weights()


for _name, _make, *_expected in OPTIMIZERS:
    use(_name, *_expected)(lambda keras, make=_make: _steps(keras, make(keras.optimizers)))

#: The names that compile takes, and what is expected if that is not the same.
NAMES = [
    ("sgd",),
    ("adam",),
    ("rmsprop",),
    ("Adam",),
    ("adamw",),
    ("nadam",),
    ("adagrad",),
    ("adadelta",),
    ("adamax",),
]
for _name, *_expected in NAMES:
    use(f"compile(optimizer='{_name}')", *_expected)(lambda keras, name=_name: _steps(keras, name))

#: name on the page, the schedule, and what is expected if that is not the same.
SCHEDULES = [
    ("schedules.ExponentialDecay", lambda s: s.ExponentialDecay(0.1, 10, 0.5)),
    (
        "schedules.ExponentialDecay(staircase=True)",
        lambda s: s.ExponentialDecay(0.1, 10, 0.5, staircase=True),
    ),
    ("schedules.CosineDecay", lambda s: s.CosineDecay(0.1, 20)),
    (
        "schedules.CosineDecay(warmup_target, warmup_steps)",
        lambda s: s.CosineDecay(0.0, 20, warmup_target=0.1, warmup_steps=5),
    ),
    (
        "schedules.PiecewiseConstantDecay",
        lambda s: s.PiecewiseConstantDecay([5, 10], [1.0, 0.5, 0.1]),
    ),
    ("schedules.PolynomialDecay", lambda s: s.PolynomialDecay(0.1, 20)),
    ("schedules.InverseTimeDecay", lambda s: s.InverseTimeDecay(0.1, 10, 0.5)),
    ("schedules.CosineDecayRestarts", lambda s: s.CosineDecayRestarts(0.1, 7)),
]
for _name, _make, *_expected in SCHEDULES:
    use(_name, *_expected)(
        lambda keras, make=_make: [
            float(make(keras.optimizers.schedules)(step)) for step in (0, 1, 5, 12, 30)
        ]
    )


@use("optimizer.learning_rate")
def learning_rate(keras):
    return float(np.asarray(keras.optimizers.Adam(0.01).learning_rate))


@use("optimizer.learning_rate.numpy()")
def learning_rate_as_a_variable(keras):
    return float(dense(keras, keras.optimizers.Adam(0.01)).optimizer.learning_rate.numpy())


@use("optimizer.learning_rate = 0.5")
def set_learning_rate(keras):
    model = dense(keras)
    model.optimizer.learning_rate = 0.5
    return model.fit(VECTORS, TARGETS, shuffle=False, verbose=0).history, model.get_weights()


@use("optimizer.learning_rate.assign(0.5)")
def assign_learning_rate(keras):
    model = dense(keras)
    model.optimizer.learning_rate.assign(0.5)
    model.fit(VECTORS, TARGETS, shuffle=False, verbose=0)
    return model.get_weights()


@use("optimizer.iterations")
def iterations(keras):
    model = dense(keras)
    model.fit(VECTORS, TARGETS, batch_size=4, verbose=0)
    return int(np.asarray(model.optimizer.iterations))


@use("optimizer.get_config()")
def get_config(keras):
    config = keras.optimizers.Adam(0.25).get_config()
    return {key: config[key] for key in ("name", "learning_rate", "beta_1", "beta_2", "epsilon")}


@use("Adam.from_config(config)")
def from_config(keras):
    config = keras.optimizers.SGD(0.1, momentum=0.9).get_config()
    return _steps(keras, keras.optimizers.SGD.from_config(config))


@use("optimizers.get('adam')")
def get(keras):
    optimizer = keras.optimizers.get("adam")
    return type(optimizer).__name__, float(np.asarray(optimizer.learning_rate))


@use("optimizer.variables")
def variables(keras):
    model = dense(keras, "adam")
    model.fit(VECTORS, TARGETS, verbose=0)
    return len(model.optimizer.variables)


@use("optimizer.exclude_from_weight_decay(...)")
def exclude_from_weight_decay(keras):
    optimizer = keras.optimizers.AdamW(0.01, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    return _steps(keras, optimizer)


@use("an error for an unknown optimizer")
def unknown(keras):
    return keras.optimizers.get("adaam")


@use("an error for an unknown argument")
def unknown_argument(keras):
    return keras.optimizers.Adam(rate=0.1)
