"""Functional models are read where they are plain chains."""

import copy

import pytest

from minicnn.saving import ModelFileError
from minicnn.saving.chain import written_layers


def called_with(*names, **kwargs):
    tensors = [
        {"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0]}}
        for name in names
    ]
    return [{"args": tensors, "kwargs": kwargs}]


@pytest.fixture
def functional():
    layers = [
        {"class_name": "InputLayer", "config": {"name": "in"}, "inbound_nodes": []},
        {"class_name": "Dropout", "config": {"name": "a"}, "inbound_nodes": called_with("in")},
        {"class_name": "Dense", "config": {"name": "b"}, "inbound_nodes": called_with("a")},
    ]
    inner = {"layers": layers, "input_layers": ["in", 0, 0], "output_layers": [["b", 0, 0]]}
    return {"class_name": "Functional", "config": inner}


def test_a_chain_is_read_in_order(functional):
    assert [layer["config"]["name"] for layer in written_layers(functional)] == ["in", "a", "b"]


def test_arguments_keras_fills_in_do_not_matter(functional):
    dropout = functional["config"]["layers"][1]
    dropout["inbound_nodes"] = called_with("in", training=False, mask=None)
    assert len(written_layers(functional)) == 3
    dropout["inbound_nodes"] = called_with("in", training=True)
    with pytest.raises(ModelFileError, match="branches or joins at layer 'a'"):
        written_layers(functional)


@pytest.mark.parametrize(
    "nodes",
    [
        called_with("in"),
        called_with("a", "in"),
        called_with("a") * 2,
        called_with(),
        [],
        None,
        [None],
        [{"args": None}],
        [{"args": [5]}],
        [[["a", 0, 0, {}]]],
        [{"args": [{"config": {"keras_history": ["a", 1, 0]}}]}],
        [{"args": [[{"config": {"keras_history": ["a", 0, 0]}}]]}],
    ],
)
def test_branches_are_refused(functional, nodes):
    functional["config"]["layers"][2]["inbound_nodes"] = nodes
    message = "branches or joins at layer 'b', expected a chain in which 'a' alone leads to it"
    with pytest.raises(ModelFileError, match=message):
        written_layers(functional)


@pytest.mark.parametrize("key", ["input_layers", "output_layers"])
@pytest.mark.parametrize("ends", [None, [], ["a", 0, 0], [["in", 0, 0], ["b", 0, 0]], [5]])
def test_one_input_and_one_output_are_expected(functional, key, ends):
    config = copy.deepcopy(functional)
    config["config"][key] = ends
    with pytest.raises(ModelFileError, match="has other inputs and outputs than one of each"):
        written_layers(config)
