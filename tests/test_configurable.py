"""What can be written down and made again, whatever it is."""

import json
from typing import ClassVar

import numpy as np
import pytest

import minicnn
from minicnn import losses, metrics, optimizers, schedules
from minicnn.configurable import Configurable, DefinitionError, arguments_of
from minicnn.initializers import Constant, HeNormal, Initializer, RandomNormal
from minicnn.layers import LAYERS, Dense, Input, Layer
from minicnn.losses import CategoricalCrossentropy, Loss, MeanSquaredError
from minicnn.metrics import CategoricalAccuracy, Metric
from minicnn.optimizers import SGD, Adam, Optimizer
from minicnn.regularizers import L2
from minicnn.schedules import CosineDecay, LearningRateSchedule


class Thing(Configurable):
    fixed_arguments: ClassVar = {"axis": (-1, None)}
    unwritten_arguments = ("speed",)

    def __init__(self, size, colour="red", *, speed=1, **fixed):
        super().__init__(**fixed)
        self.size, self.colour, self.speed = size, colour, speed


class Larger(Thing):
    fixed_arguments = Thing.fixed_arguments | {"mode": ("fast",)}

    def __init__(self, weight, **kwargs):
        super().__init__(**kwargs)
        self.weight = weight


def test_the_arguments_are_the_configuration():
    assert Thing(3, axis=-1, speed=9).get_config() == {"size": 3, "colour": "red"}


def test_those_of_a_base_class_come_first_where_they_are_handed_on():
    assert arguments_of(Larger) == ("size", "colour", "weight")
    assert Larger(5, size=2, mode="fast").get_config() == {"size": 2, "colour": "red", "weight": 5}


def test_an_inherited_init_counts():
    class Same(Thing):
        pass

    class Closed(Thing):
        def __init__(self, weight):
            super().__init__(1)
            self.weight = weight

    assert Same(1).get_config() == {"size": 1, "colour": "red"}
    assert Closed(4).get_config() == {"weight": 4}


def test_it_is_made_again():
    again = Thing.from_config({"size": 3, "colour": "blue", "axis": None})
    assert (again.size, again.colour) == (3, "blue")
    given = {"size": 3}
    Thing.from_config(given)
    assert given == {"size": 3}


def test_the_written_form_is_kerass():
    assert Thing(3).serialize() == {
        "module": "keras",
        "class_name": "Thing",
        "config": {"size": 3, "colour": "red"},
        "registered_name": None,
    }


def test_what_stands_in_an_argument_is_written_too():
    class Outer(Configurable):
        def __init__(self, inner):
            self.inner = inner

    assert Outer(Thing(2)).get_config() == {"inner": Thing(2).serialize()}


@pytest.mark.parametrize("base", [Configurable, Layer, Loss, Optimizer, Initializer])
def test_an_argument_that_was_not_kept_is_named(base):
    class Forgetful(base):
        def __init__(self, size=3):
            super().__init__(*([0.1] if base is Optimizer else []))

    message = (
        "^Forgetful: the argument 'size' was not kept as an attribute; set self.size in __init__, "
        "or define get_config."
    )
    with pytest.raises(NotImplementedError, match=message):
        Forgetful().get_config()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Thing(1, foo=2), "Thing: got an unexpected keyword argument 'foo'"),
        (lambda: Thing(1, axis=2), "Thing: axis=2 is not supported; expected -1"),
        (lambda: Thing.from_config({"size": 1, "foo": 2}), "Thing: got an unexp.* argument 'foo'"),
        (lambda: Thing.from_config({"size": 1, "axis": 2}), "Thing: axis=2 is not supported"),
        (lambda: Thing.from_config({}), "Thing: missing 1 required positional argument: 'size'"),
        (lambda: Larger(1, size=2, mode="slow"), "Larger: mode='slow' is not supported; expected"),
        (lambda: Dense.from_config({"name": "top"}), "^Dense 'top': missing 1 required positional"),
    ],
)
def test_what_does_not_fit_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_methods_that_nothing_would_call_are_refused_when_the_class_is_made():
    class Base(Configurable):
        ignored_methods: ClassVar = {"old": "new(x)"}

    assert DefinitionError.__bases__ == (TypeError, ValueError)
    for parent in (Base, type("Between", (Base,), {})):
        with pytest.raises(DefinitionError, match=r"^C: old would never be called; define new\(x"):
            type("C", (parent,), {"old": lambda self: None})
    type("C", (Base,), {"new": lambda self: None})


@pytest.mark.parametrize(
    ("base", "name", "instead"),
    [
        (Loss, "call", r"forward\(y_true, y_pred, sample_weight\) -> \(value, cache\) and backw"),
        (Loss, "_forward", r"forward\(y_true, y_pred, sample_weight\)"),
        (MeanSquaredError, "_backward", r"backward\(cache\) -> dy"),
        (Optimizer, "_update", r"update\(theta, g, slots, rate\), which changes theta"),
        (SGD, "update_step", r"update\(theta, g, slots, rate\)"),
        (Adam, "get_updates", r"update\(theta, g, slots, rate\)"),
        (Optimizer, "apply_gradients", r"update\(theta, g, slots, rate\)"),
        (Optimizer, "build", r"update\(theta, g, slots, rate\)"),
        (MeanSquaredError, "__call__", r"forward\(y_true, y_pred, sample_weight\)"),
        (CategoricalAccuracy, "reset_states", r"reset_state\(self\)"),
        (Dense, "call", r"forward\(x, \*, training, key\)"),
        (Dense, "compute_mask", r"forward\(x, \*, training, key\)"),
        (minicnn.Sequential, "call", r"Model\(inputs, outputs\)"),
        (minicnn.Model, "compute_loss", r"layers of your own"),
        (minicnn.Sequential, "predict_step", r"layers of your own"),
    ],
)
def test_old_and_kerass_methods_of_losses_and_optimizers_are_refused(base, name, instead):
    with pytest.raises(DefinitionError, match=f"^Mine: {name} would never be called; .*{instead}"):
        type("Mine", (base,), {name: lambda self: None})
    # A class that is not one of ours may bring the method along.
    with pytest.raises(DefinitionError, match=f"^Mine: {name} would never be called"):
        type("Mine", (type("Mixin", (), {name: lambda self: None}), base), {})


@pytest.mark.parametrize(
    ("made", "module"),
    [
        (Dense(3), "keras.layers"),
        (CategoricalCrossentropy(), "keras.losses"),
        (Adam(), "keras.optimizers"),
        (metrics.CategoricalAccuracy(), "keras.metrics"),
        (CosineDecay(0.1, 5), "keras.optimizers.schedules"),
        (HeNormal(), "keras.initializers"),
        (Constant(0.5), "keras.initializers"),
        (L2(0.1), "keras.regularizers"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_everything_that_files_hold_is_configurable(made, module):
    assert isinstance(made, Configurable)
    written = made.serialize()
    assert (written["module"], written["class_name"]) == (module, type(made).__name__)
    again = type(made).from_config(json.loads(json.dumps(written["config"])))
    assert again.get_config() == made.get_config()


def test_no_layer_writes_its_config_by_hand_without_need():
    # Input's is shorter than its arguments, and SpatialDropout2D's lacks one, in Keras as well.
    # Normalization.mean is what it computes with, as there, and not the argument.
    own = {name for name, cls in LAYERS.items() if "get_config" in vars(cls)}
    assert own == {"InputLayer", "Normalization", "SpatialDropout2D"}


@pytest.mark.parametrize("module", [losses, metrics, optimizers, schedules])
def test_files_cannot_name_what_is_not_in_a_table(module):
    with pytest.raises(ValueError, match="'Evil' is unknown; expected one of"):
        module.get({"class_name": "Evil", "config": {}})


def test_a_value_is_not_changed_without_its_gradient():
    with pytest.raises(DefinitionError, match=r"^Half: __call__ is defined without gradient"):
        type("Half", (L2,), {"__call__": lambda self, w: 0.0})
    type("Half", (L2,), {"__call__": lambda self, w: 0.0, "gradient": lambda self, w: 0 * w})


@pytest.mark.parametrize("base", [Initializer, RandomNormal])
def test_an_initializer_that_takes_no_generator_is_refused(base):
    message = r"^Mine: __call__ must be defined as __call__\(self, shape, dtype, rng\)"
    with pytest.raises(DefinitionError, match=message):
        type("Mine", (base,), {"__call__": lambda self, shape, dtype=None: np.zeros(shape)})


@pytest.mark.parametrize("base", [minicnn.Model, minicnn.Sequential])
@pytest.mark.parametrize("name", ["train_step", "test_step"])
def test_steps_of_a_model_take_a_batch(base, name):
    message = rf"^Mine: {name} must be defined as {name}\(self, batch\) -> \(loss, y_pred\)"
    with pytest.raises(DefinitionError, match=message):
        type("Mine", (base,), {name: lambda self, data: {"loss": 0.0}})


def test_steps_of_ones_own_are_used_by_every_method():
    class Mine(minicnn.Sequential):
        def train_step(self, batch):
            return 7.0, super().train_step(batch)[1]

        def test_step(self, batch):
            return 8.0, super().test_step(batch)[1]

    model = Mine([Input((2,)), Dense(1)])
    model.compile("sgd", "mse")
    x, y = np.ones((2, 2)), np.ones((2, 1))
    assert model.fit(x, y, verbose=0).history["loss"] == [7.0]
    assert (model.train_on_batch(x, y), model.test_on_batch(x, y)) == (7.0, 8.0)
    assert model.evaluate(x, y, verbose=0) == 8.0


def test_a_metric_in_kerass_form_is_used():
    class Count(Metric):
        def reset_state(self):
            self.count = 0

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.count += len(y_true)

        def result(self):
            return float(self.count)

    model = minicnn.Sequential([Input((2,)), Dense(1)])
    model.compile("sgd", "mse", metrics=[Count(name="count")])
    history = model.fit(np.ones((5, 2)), np.ones((5, 1)), verbose=0).history
    assert history["count"] == [5.0]


@pytest.mark.parametrize(
    ("made", "call", "message"),
    [
        (Initializer(), lambda m: m((2,)), "Initializer does not define __call__"),
        (Optimizer(0.1), lambda m: m.step({"a": np.ones(1)}, {"a": np.ones(1)}), "define update"),
        (LearningRateSchedule(), lambda m: m(0), "LearningRateSchedule does not define __call__"),
    ],
)
def test_what_a_base_class_leaves_open_is_named(made, call, message):
    with pytest.raises(NotImplementedError, match=message):
        call(made)
