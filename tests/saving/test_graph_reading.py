"""Graphs of layers are read, and what is none is refused by name."""

import json
import time
import zipfile

import numpy as np
import pytest
from hostile import refused

import minicnn
from minicnn.layers import Add, Conv2D, Dense, Flatten, Input
from minicnn.saving import ModelFileError


def tensor(name, call=0, output=0):
    return {
        "class_name": "__keras_tensor__",
        "config": {"keras_history": [name, call, output]},
    }


def called(*names, **kwargs):
    """A call with one input, or with several in a list."""
    tensors = [tensor(name) for name in names]
    return [{"args": [tensors] if len(tensors) > 1 else tensors, "kwargs": kwargs}]


X = np.random.default_rng(0).normal(size=(4, 6, 5, 2)).astype(np.float32)


@pytest.fixture
def model():
    """A residual block with a shared layer: input_layer, a, b, add, flatten, last."""
    minicnn.set_random_seed(1)
    x = inputs = Input((6, 5, 2), name="in")
    shared = Conv2D(2, 3, padding="same", name="b")
    x = Conv2D(2, 1, name="a")(x)
    x = Add(name="add")([x, shared(shared(x))])
    return minicnn.Model(inputs, Dense(3, name="last")(Flatten(name="flatten")(x)), name="block")


@pytest.fixture
def saved(model, tmp_path):
    path = tmp_path / "model.keras"
    model.save(path)
    return path


def place(config, name):
    """The written layer of a name."""
    (found,) = (one for one in config["config"]["layers"] if one["name"] == name)
    return found


def test_a_graph_is_read_as_it_was(model, change_config):
    found = minicnn.load_model(change_config(lambda config: None))
    assert type(found) is minicnn.Model
    assert (found.name, [one.name for one in found.layers]) == (
        "block",
        ["in", "a", "b", "add", "flatten", "last"],
    )
    np.testing.assert_array_equal(found.predict(X), model.predict(X))
    assert [step.path for step in found.graph.steps] == [step.path for step in model.graph.steps]


def test_a_row_in_the_functional_form_is_a_model(change_config, model):
    def edit(config):
        place(config, "b")["inbound_nodes"] = called("a")
        place(config, "add")["inbound_nodes"] = called("b", "b")

    found = minicnn.load_model(change_config(edit))
    assert type(found) is minicnn.Model
    assert [step.path for step in found.graph.steps] == ["a/", "b/", "add/", "flatten/", "last/"]


def test_arguments_keras_fills_in_do_not_matter(change_config, model):
    def fill(**kwargs):
        def edit(config):
            place(config, "a")["inbound_nodes"] = called("in", **kwargs)

        return change_config(edit)

    found = minicnn.load_model(fill(training=False, mask=None))
    np.testing.assert_array_equal(found.predict(X), model.predict(X))
    refused(fill(mask=True), "a call of 'a' has arguments other than the inputs")
    assert [step.training for step in found.graph.steps] == [None] * len(found.graph.steps)
    fixed = minicnn.load_model(fill(training=True))
    assert [step.training for step in fixed.graph.steps if step.path == "a/"] == [True]


OTHER = "a call of 'flatten' has arguments other than the inputs"
PLACE = r"a call of 'flatten' takes .*, expected the output of a layer, as in \['conv2d', 0, 0\]"


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        (None, "layer 4 of its config, 'flatten', lists no calls"),
        (5, "'flatten', lists no calls"),
        ([None], OTHER),
        ([{}], OTHER),
        ([{"args": None}], OTHER),
        ([{"args": []}], OTHER),
        ([{"args": [tensor("a"), tensor("b")]}], OTHER),
        ([{"args": [tensor("add")], "kwargs": 5}], OTHER),
        ([{"args": [tensor("add")], "kwargs": {"x": 1}}], OTHER),
        ([[["add", 0, 0, {}]]], OTHER),
        ([{"args": [5]}], PLACE),
        ([{"args": [{"config": {}}]}], PLACE),
        ([{"args": [{"config": {"keras_history": ["add", 0]}}]}], PLACE),
        ([{"args": [{"config": {"keras_history": ["add", "0", 0]}}]}], PLACE),
        ([{"args": [tensor("add", -1)]}], PLACE),
        ([{"args": [tensor("add", 0, -1)]}], PLACE),
        ([{"args": [tensor("add", True)]}], PLACE),
        ([{"args": [[tensor("add"), 5]]}], PLACE),
        (called("nobody"), "the inputs of flatten, last come from nowhere or from their own"),
        ([{"args": [tensor("add", 1)]}], "the inputs of flatten, last come from nowhere"),
        ([{"args": [tensor("add", 10**30)]}], "the inputs of flatten, last come from nowhere"),
        (called("flatten"), "the inputs of flatten, last come from nowhere or from their own"),
        (called("last"), "the inputs of flatten, last come from nowhere or from their own"),
        ([{"args": [tensor("add", 0, 1)]}], "output 1 of call 0 of 'add' does not exist"),
        (called("a", "b"), "layer 4 of its config, Flatten cannot be made"),
        ([], "the inputs of last come from nowhere"),
        (called("in"), "its weights belong to 5 layers, expected 2 as in its config"),
    ],
)
def test_calls_that_are_none_are_refused(change_config, nodes, message):
    def edit(config):
        place(config, "flatten")["inbound_nodes"] = nodes

    refused(change_config(edit), message)


@pytest.mark.parametrize("key", ["input_layers", "output_layers"])
@pytest.mark.parametrize(
    ("ends", "message"),
    [
        (None, r"its {} are None, expected \[\['conv2d', 0, 0\], \.\.\.\]"),
        ([], r"its {} are \[\], expected"),
        ({}, r"its {} are \[\], expected"),
        (5, "its {} are 5, expected"),
        ([5], "{} takes 5, expected the output of a layer"),
        ([["add", 0]], "{} takes .*, expected the output of a layer"),
        ([["nobody", 0, 0]], "output 0 of call 0 of 'nobody' does not exist"),
        ([["add", 5, 0]], "output 0 of call 5 of 'add' does not exist"),
    ],
)
def test_ends_that_are_none_are_refused(change_config, key, ends, message):
    def edit(config):
        config["config"][key] = ends

    refused(change_config(edit), message.format(key))


def test_an_output_that_its_inputs_do_not_lead_to_is_refused(change_config):
    def edit(config):
        other = place(config, "in")
        twin = json.loads(json.dumps(other))
        twin["name"] = twin["config"]["name"] = "other"
        config["config"]["layers"].insert(0, twin)
        config["config"]["input_layers"] = ["other", 0, 0]

    refused(change_config(edit), "its layers do not form a model: .*depends on the input 'in', ")


def test_ends_may_be_a_dict_as_keras_writes_those_with_names(change_config, model):
    def edit(config):
        config["config"]["input_layers"] = {"in": ["in", 0, 0]}
        config["config"]["output_layers"] = [["last", 0, 0]]

    found = minicnn.load_model(change_config(edit))
    np.testing.assert_array_equal(found.predict(X), model.predict(X))


def test_two_layers_of_one_name_are_refused(change_config):
    def edit(config):
        for one in (place(config, "a"), place(config, "b")):
            one["config"]["name"] = "same"

    refused(change_config(edit), "its config names two layers 'same'")


def test_many_calls_are_refused(change_config):
    def edit(config):
        place(config, "b")["inbound_nodes"] = called("a") * 2000

    refused(change_config(edit), "its config lists more than 2,000 calls of layers")


def nested(config, depth):
    """Put a model into itself, so often."""
    inner = json.loads(json.dumps(config))
    inner.pop("compile_config", None)
    for number in range(depth):
        outer = json.loads(json.dumps(config))
        outer["config"]["name"] = f"outer_{number}"
        inner["name"] = inner["config"]["name"]
        inner["inbound_nodes"] = called("in")
        outer["config"]["layers"] = [place(config, "in"), inner]
        outer["config"]["output_layers"] = [[inner["name"], 0, 0]]
        inner = outer
    config.update(inner)


def test_models_nested_deeper_than_anybody_needs_are_refused(change_config):
    refused(change_config(lambda c: nested(c, 25)), "models are nested more than 20 deep")


def test_many_layers_are_counted_over_all_models(change_config):
    def edit(config):
        nested(config, 1)
        outer, (_, inner) = config["config"], config["config"]["layers"]
        outer["layers"] += [inner | {"name": f"m{k}"} for k in range(300)]

    refused(change_config(edit), "layers, expected at most 1,000")


def test_weights_are_counted_over_all_models(change_config):
    def edit(config):
        place(config, "last")["config"]["units"] = 10**6
        nested(config, 2)

    refused(change_config(edit), "weights of shape .* take .*, and with those before more than")


def test_a_shared_layers_weights_are_counted_once_and_read_once(model, saved):
    found = minicnn.load_model(saved)
    assert found.count_params() == model.count_params()
    for array in found.get_weights():
        assert array.flags.writeable


def test_a_layer_before_the_one_that_leads_to_it_is_read(change_config, model):
    # Keras sorts layers by depth; a file need not.
    def edit(config):
        layers = config["config"]["layers"]
        flatten = place(config, "flatten")
        layers.remove(flatten)
        layers.insert(1, flatten)  # it has no weights, so no group is another

    found = minicnn.load_model(change_config(edit))
    np.testing.assert_array_equal(found.predict(X), model.predict(X))


def test_nested_calls_that_multiply_are_refused_soon(tmp_path):
    """Two calls a level, each of a model of the level below: 2^17 steps in 11 kB."""
    x = Input((2,))
    model = minicnn.Model(x, Dense(2)(x))
    for _ in range(3):
        x = Input((2,))
        model = minicnn.Model(x, model(model(x)))
    model.save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    for _ in range(14):
        inner = config["config"]
        outer = json.loads(json.dumps(config))
        outer["config"]["layers"][1]["config"] = inner
        config = outer
    path = tmp_path / "deep.keras"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (members | {"config.json": json.dumps(config).encode()}).items():
            archive.writestr(name, content)
    began = time.perf_counter()
    with pytest.raises(ModelFileError, match="its calls come to more than 20,000 steps"):
        minicnn.load_model(path)
    assert time.perf_counter() - began < 20
