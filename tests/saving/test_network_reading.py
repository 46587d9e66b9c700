"""Graphs in config.json: what may stand there, and what is refused by message."""

import copy
import json
import zipfile

import pytest

import minicnn
from minicnn.layers import Add, Dense, Input
from minicnn.saving import ModelFileError


@pytest.fixture
def graph_file(tmp_path):
    """A model's file, and its config for changes."""
    inputs = Input((4,), name="in")
    x = Dense(4, name="a")(inputs)
    minicnn.Model(inputs, Add(name="sum")([x, inputs])).save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}

    def changed(edit):
        config = json.loads(members["config.json"])
        edit(config["config"])
        path = tmp_path / "other.keras"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in (members | {"config.json": json.dumps(config)}).items():
                archive.writestr(name, content)
        return path

    return changed


def node(*places, joins=False, **kwargs):
    tensors = [{"class_name": "__keras_tensor__", "config": {"keras_history": p}} for p in places]
    return {"args": [tensors] if joins else tensors, "kwargs": kwargs}


IN, A = ["in", 0, 0], ["a", 0, 0]


def set_nodes(index, nodes):
    return lambda inner: inner["layers"][index].update(inbound_nodes=nodes)


def test_arguments_keras_fills_in_do_not_matter(graph_file):
    path = graph_file(set_nodes(1, [node(IN, training=False, mask=None)]))
    assert len(minicnn.load_model(path).layers) == 3


def test_calls_may_stand_in_any_order(graph_file):
    model = minicnn.load_model(graph_file(lambda inner: inner["layers"].reverse()))
    assert [layer.name for layer in model.layers] == ["in", "a", "sum"]


def test_a_layer_that_leads_nowhere_keeps_the_model_from_being_read(graph_file):
    def edit(inner):
        inner["output_layers"] = A

    with pytest.raises(ModelFileError, match="its weights are of 2 layers, expected 1"):
        minicnn.load_model(graph_file(edit))


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (set_nodes(1, [node(IN, training=True)]), "a call of 'a' has other arguments than the in"),
        (set_nodes(1, [node(IN, IN)]), "a call of 'a' has other arguments than the inputs"),
        (set_nodes(1, [None]), "a call of 'a' has other arguments than the inputs: None"),
        (set_nodes(1, [{"args": None}]), "a call of 'a' has other arguments"),
        (set_nodes(1, [{"args": [5]}]), "a call of 'a' takes None, expected the output of a layer"),
        (set_nodes(1, [[["in", 0, 0, {}]]]), "a call of 'a' has other arguments"),
        (set_nodes(1, None), "layer 1 of its config, 'a', lists no calls"),
        (set_nodes(1, []), "the inputs of sum come from nowhere, or from themselves"),
        (set_nodes(1, [node(A)]), "the inputs of a, sum come from nowhere, or from themselves"),
        (set_nodes(1, [node(["sum", 0, 0])]), "the inputs of a, sum come from nowhere"),
        (set_nodes(1, [node(["in", 1, 0])]), "the inputs of a, sum come from nowhere"),
        (set_nodes(1, [node(["in", 0, 1])]), "output 1 of call 0 of 'in' does not exist"),
        (set_nodes(1, [node(["in", 0, -1])]), r"takes \['in', 0, -1\], expected the output"),
        (set_nodes(1, [node(["in", True, 0])]), "expected the output of a layer"),
        (set_nodes(1, [node(IN)] * 3000), "lists more than 2,000 calls of layers"),
        (set_nodes(2, [node(IN)]), "layer 2 of its config, Add cannot be made: .*two or more inpu"),
        (lambda inner: inner.update(input_layers=[]), "its input_layers are .., expected"),
        (lambda inner: inner.update(output_layers="sum"), "its output_layers are 'sum', expected"),
        (lambda inner: inner.update(output_layers=[["b", 0, 0]]), "output 0 of call 0 of 'b' does"),
        (lambda inner: inner.update(input_layers=[A]), "its layers make no model"),
        (lambda inner: inner["layers"][1]["config"].update(name="in"), "names two layers 'in'"),
        (
            lambda inner: inner["layers"][1].update(class_name="Model", config={"layers": []}),
            "lists",
        ),
    ],
)
def test_what_is_no_graph_is_refused(graph_file, edit, message):
    with pytest.raises(ModelFileError, match=message):
        minicnn.load_model(graph_file(edit))


def test_models_nested_without_end_are_refused(graph_file):
    def edit(inner):
        for _ in range(40):
            one = copy.deepcopy(inner)
            one["layers"] = one["layers"][:1]
            inner["layers"].append(
                {"class_name": "Functional", "config": one, "inbound_nodes": [], "name": "n"}
            )
            inner = inner["layers"][-1]["config"]

    with pytest.raises(ModelFileError, match="models are nested more than 20 deep"):
        minicnn.load_model(graph_file(edit))
