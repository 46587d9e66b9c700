"""compile, fit, evaluate, predict, and what they return."""

import numpy as np

from keras_uses.material import IMAGES, LABELS, ONE_HOT, TARGETS, VECTORS, dense, fill, small
from keras_uses.table import use

FIT = {"batch_size": 6, "epochs": 2, "shuffle": False, "verbose": 0}

#: name on the page, arguments of fit, and what is expected if that is not the same.
FITS = [
    ("fit(x, y)", {}),
    ("fit(epochs=..., batch_size=...)", {"epochs": 3, "batch_size": 5}),
    ("fit(validation_data=(x, y))", {"validation_data": (IMAGES[:5], ONE_HOT[:5])}),
    ("fit(validation_split=0.25)", {"validation_split": 0.25}),
    ("fit(validation_batch_size=...)", {"validation_split": 0.5, "validation_batch_size": 2}),
    ("fit(validation_freq=2)", {"validation_split": 0.25, "validation_freq": 2}),
    ("fit(class_weight={0: ...})", {"class_weight": {0: 0.5, 1: 2.0, 2: 1.0}}),
    ("fit(sample_weight=...)", {"sample_weight": np.linspace(0, 2, 12)}),
    ("fit(initial_epoch=1)", {"initial_epoch": 1}),
    ("fit(steps_per_epoch=2)", {"steps_per_epoch": 2}),
    ("fit(verbose=2)", {"verbose": 2}),
    ("fit(callbacks=[])", {"callbacks": []}),
]


def _history(keras, arguments):
    model = small(keras)
    history = model.fit(IMAGES, ONE_HOT, **FIT | arguments)
    return history.history, history.epoch, model.get_weights()


for _name, _arguments, *_expected in FITS:
    use(_name, *_expected)(lambda keras, arguments=_arguments: _history(keras, arguments))


@use("fit with shuffling")
def shuffled(keras):
    history = small(keras).fit(IMAGES, ONE_HOT, epochs=3, verbose=0).history
    return sorted(history), history["loss"][2] < history["loss"][0]


@use("a second `fit` continues the training")
def fit_twice(keras):
    model = small(keras)
    model.fit(IMAGES, ONE_HOT, **FIT)
    return model.fit(IMAGES, ONE_HOT, **FIT).history


@use("history.params")
def history_params(keras):
    return small(keras).fit(IMAGES, ONE_HOT, **FIT).params


@use("model.history after fit")
def model_history(keras):
    model = small(keras)
    model.fit(IMAGES, ONE_HOT, **FIT)
    return model.history.history


@use("values of history are plain floats")
def plain_floats(keras):
    history = small(keras).fit(IMAGES, ONE_HOT, **FIT).history
    return [type(value).__name__ for values in history.values() for value in values]


@use("the order of history's keys", "differs", "the loss comes first; Keras sorts the names")
def order_of_keys(keras):
    return list(small(keras).fit(IMAGES, ONE_HOT, validation_split=0.25, **FIT).history)


@use("compile(metrics=['accuracy'])")
def accuracy(keras):
    return small(keras).fit(IMAGES, ONE_HOT, validation_split=0.25, **FIT).history


@use("compile(metrics=['acc'])")
def acc(keras):
    model = small(keras, metrics=["acc"])
    return model.fit(IMAGES, ONE_HOT, validation_split=0.25, **FIT).history


@use("compile(loss='sparse_categorical_crossentropy')")
def sparse(keras):
    model = small(keras)
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model.fit(IMAGES, LABELS, **FIT).history


@use("compile with objects")
def compile_with_objects(keras):
    model = small(keras)
    loss, metric = keras.losses.CategoricalCrossentropy(), keras.metrics.CategoricalAccuracy()
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss=loss, metrics=[metric])
    return model.fit(IMAGES, ONE_HOT, **FIT).history


@use("compile(loss=function)")
def loss_function(keras):
    return dense(keras, loss=keras.losses.mean_squared_error).evaluate(VECTORS, TARGETS, verbose=0)


@use("compile(metrics=[function])")
def metric_function(keras):
    model = small(keras, metrics=[keras.metrics.categorical_accuracy])
    return model.evaluate(IMAGES, ONE_HOT, verbose=0, return_dict=True)


@use("compile(weighted_metrics=[...])")
def weighted_metrics(keras):
    model = small(keras, metrics=None, weighted_metrics=["accuracy"])
    weights = np.linspace(0, 2, 12)
    return model.evaluate(IMAGES, ONE_HOT, sample_weight=weights, verbose=0, return_dict=True)


@use(
    "compile(jit_compile=False, run_eagerly=False)",
    "differs",
    "without metrics, evaluate returns the loss alone",
)
def defaults_of_compile(keras):
    model = small(keras)
    model.compile("sgd", "categorical_crossentropy", run_eagerly=False, jit_compile=False)
    return model.evaluate(IMAGES, ONE_HOT, verbose=0)


@use("compile(steps_per_execution=8), then fit")
def steps_per_execution(keras):
    model = small(keras)
    model.compile("sgd", "categorical_crossentropy", steps_per_execution=8)
    return model.fit(IMAGES, ONE_HOT, batch_size=4, shuffle=False, verbose=0).history["loss"]


def _two_heads(keras):
    inputs = keras.layers.Input((5,))
    x = keras.layers.Dense(4, activation="relu")(inputs)
    heads = [
        keras.layers.Dense(3, activation="softmax", name="emotion")(x),
        keras.layers.Dense(1, name="age")(x),
    ]
    return fill(keras.Model(inputs, heads))


BY_NAME = {"emotion": "categorical_crossentropy", "age": "mse"}


@use("compile(loss=[...]) for several outputs")
def losses_as_a_list(keras):
    model = _two_heads(keras)
    model.compile("sgd", ["categorical_crossentropy", "mse"])
    return model.fit(VECTORS, [ONE_HOT, TARGETS], **FIT).history


@use("compile(loss={name: ...}, loss_weights={name: ...})")
def losses_by_name(keras):
    model = _two_heads(keras)
    model.compile("sgd", BY_NAME, loss_weights={"emotion": 1.0, "age": 0.2})
    return model.fit(VECTORS, {"emotion": ONE_HOT, "age": TARGETS}, **FIT).history


@use("compile(metrics={name: [...]})")
def metrics_by_name(keras):
    model = _two_heads(keras)
    model.compile("sgd", BY_NAME, metrics={"emotion": ["accuracy"], "age": ["mae"]})
    return model.evaluate(VECTORS, [ONE_HOT, TARGETS], verbose=0)


@use("compile(metrics=[[...], [...]])")
def metrics_as_lists(keras):
    model = _two_heads(keras)
    model.compile("sgd", BY_NAME, metrics=[["accuracy"], ["mae", "mse"]])
    return model.evaluate(VECTORS, [ONE_HOT, TARGETS], verbose=0, return_dict=True)


@use("compile(loss={name: None})")
def output_without_a_loss(keras):
    model = _two_heads(keras)
    model.compile("sgd", BY_NAME | {"age": None})
    return model.fit(VECTORS, [ONE_HOT, TARGETS], **FIT).history


@use("fit(sample_weight=[...]) for several outputs")
def weights_of_outputs(keras):
    model = _two_heads(keras)
    model.compile("sgd", BY_NAME)
    weights = [np.linspace(0, 2, 12), np.linspace(1, 0, 12)]
    return model.fit(VECTORS, [ONE_HOT, TARGETS], sample_weight=weights, **FIT).history


@use("train_on_batch and validation_data for several outputs")
def batches_of_outputs(keras):
    model = _two_heads(keras)
    model.compile("sgd", BY_NAME, metrics={"age": "mae"})
    figures = model.train_on_batch(VECTORS, [ONE_HOT, TARGETS], return_dict=True)
    held_out = (VECTORS, [ONE_HOT, TARGETS])
    history = model.fit(VECTORS, [ONE_HOT, TARGETS], validation_data=held_out, **FIT).history
    return figures, history


@use("an error for class_weight and several outputs")
def class_weight_of_outputs(keras):
    model = _two_heads(keras)
    model.compile("sgd", BY_NAME)
    return model.fit(VECTORS, [ONE_HOT, TARGETS], class_weight={0: 2.0}, **FIT)


@use("an error for a loss of an output that does not exist")
def loss_of_no_output(keras):
    model = _two_heads(keras)
    model.compile("sgd", {"emotion": "mse", "agee": "mse"})
    return model.fit(VECTORS, [ONE_HOT, TARGETS], **FIT)


@use("evaluate(x, y)")
def evaluate(keras):
    loss, accuracy = small(keras).evaluate(IMAGES, ONE_HOT, verbose=0)
    return loss, accuracy


@use("evaluate(return_dict=True)")
def evaluate_as_dict(keras):
    return small(keras).evaluate(IMAGES, ONE_HOT, batch_size=5, verbose=0, return_dict=True)


@use("evaluate(steps=2)")
def evaluate_steps(keras):
    return small(keras).evaluate(IMAGES, ONE_HOT, batch_size=3, steps=2, verbose=0)


@use("evaluate without metrics gives one number")
def evaluate_loss(keras):
    return dense(keras).evaluate(VECTORS, TARGETS, verbose=0)


@use("predict(x)")
def predict(keras):
    return small(keras).predict(IMAGES)


@use("predict(batch_size=..., verbose=0)")
def predict_in_batches(keras):
    return small(keras).predict(IMAGES, batch_size=5, verbose=0)


@use("predict(x, steps=...)")
def predict_steps(keras):
    return small(keras).predict(IMAGES, batch_size=4, steps=2, verbose=0).shape


@use("model.predict(x).argmax(axis=1)")
def predicted_classes(keras):
    return small(keras).predict(IMAGES, verbose=0).argmax(axis=1)


@use("predict_on_batch(x)")
def predict_on_batch(keras):
    return np.asarray(small(keras).predict_on_batch(IMAGES))


@use("train_on_batch(x, y)")
def train_on_batch(keras):
    model = small(keras)
    return [model.train_on_batch(IMAGES, ONE_HOT) for _ in range(2)]


@use("train_on_batch(return_dict=True)")
def train_on_batch_as_dict(keras):
    return small(keras).train_on_batch(IMAGES, ONE_HOT, return_dict=True)


@use("test_on_batch(x, y)")
def test_on_batch(keras):
    return small(keras).test_on_batch(IMAGES, ONE_HOT)


test_on_batch.__test__ = False  # a use, not a test


@use(
    "model.metrics_names",
    "differs",
    "the names of what evaluate returns, as in Keras 2; Keras 3 names its groups of metrics",
)
def metrics_names(keras):
    model = small(keras)
    model.fit(IMAGES, ONE_HOT, **FIT)
    return model.metrics_names


@use("model.reset_metrics()")
def reset_metrics(keras):
    return small(keras).reset_metrics()


@use("`layer.trainable = False`, then fit")
def frozen_layer(keras):
    model = small(keras)
    model.layers[0].trainable = False
    model.compile("sgd", "categorical_crossentropy")
    model.fit(IMAGES, ONE_HOT, **FIT)
    return model.get_weights(), len(model.trainable_weights)


@use("`model.trainable = False` freezes every layer")
def frozen_model(keras):
    model = small(keras, compiled=False)
    model.trainable = False
    return [layer.trainable for layer in model.layers]


@use("for layer in model.layers[:-1]: layer.trainable = False")
def frozen_but_the_last(keras):
    model = small(keras)
    for layer in model.layers[:-1]:
        layer.trainable = False
    model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
    return model.fit(IMAGES, ONE_HOT, **FIT).history, model.get_weights()


@use("regularization penalties in the loss")
def penalties(keras):
    ls = keras.layers
    model = keras.Sequential([ls.Input((5,)), ls.Dense(1, kernel_regularizer="l2")])
    model.compile("sgd", "mse")
    fill(model)
    return model.evaluate(VECTORS, TARGETS, verbose=0), model.fit(VECTORS, TARGETS, **FIT).history


@use("an error for fit before compile")
def fit_before_compile(keras):
    return small(keras, compiled=False).fit(IMAGES, ONE_HOT, verbose=0)


@use("an error for x and y of different lengths")
def different_lengths(keras):
    return small(keras).fit(IMAGES, ONE_HOT[:5], verbose=0)


@use("an error for x of the wrong shape")
def other_shape(keras):
    return small(keras).fit(IMAGES[:, :4], ONE_HOT, verbose=0)


@use("an error for y of the wrong shape")
def other_targets(keras):
    return small(keras).fit(IMAGES, ONE_HOT[:, :2], verbose=0)


@use("an error for an unknown loss")
def unknown_loss(keras):
    return dense(keras, loss="crosentropy").evaluate(VECTORS, TARGETS, verbose=0)
