"""Configurations of whole networks of Keras 1 and 2 become today's."""

import pytest

from minicnn.saving import ModelFileError
from minicnn.saving.legacy.networks import modern_network


def layer(class_name, name, **others):
    return {"class_name": class_name, "config": {"name": name}, **others}


def tensor(*place):
    return {"class_name": "__keras_tensor__", "config": {"keras_history": [*place]}}


def stated(name, shape):
    return {"class_name": "InputLayer", "config": {"batch_shape": shape, "name": name}}


def test_a_row_states_its_input_in_its_first_layer():
    first = {"class_name": "Dense", "config": {"name": "d", "batch_input_shape": [None, 4]}}
    for inner in ([first], {"name": "row", "layers": [first]}):
        layers = modern_network({"class_name": "Sequential", "config": inner})["config"]["layers"]
        assert layers == [stated("d_input", [None, 4]), layer("Dense", "d")]


def test_or_in_an_input_layer():
    first = {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 4], "name": "i"}}
    second = {"class_name": "Dense", "config": {"name": "d", "batch_input_shape": [None, 4]}}
    config = {"class_name": "Sequential", "config": {"layers": [first, second]}}
    layers = modern_network(config)["config"]["layers"]
    assert layers[0]["config"] == {"batch_shape": [None, 4], "dtype": None, "name": "i"}
    assert layers[1:] == [layer("Dense", "d")]


def test_or_in_a_nested_model():
    inner = {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 4], "name": "i"}}
    nested = {"class_name": "Model", "config": {"name": "base", "layers": [inner]}}
    config = {"class_name": "Sequential", "config": [nested, layer("Dense", "d")]}
    layers = modern_network(config)["config"]["layers"]
    assert layers[0] == stated("base_input", [None, 4])


def graph(layers, ends):
    config = {"layers": layers, "input_layers": [["i", 0, 0]], "output_layers": ends}
    return modern_network({"class_name": "Model", "config": config})["config"]


def test_calls_are_lists():
    read = graph(
        [
            layer("InputLayer", "i", inbound_nodes=[]),
            layer("Dense", "a", inbound_nodes=[[["i", 0, 0]], [["a", 0, 0, {"training": False}]]]),
            layer("Add", "sum", inbound_nodes=[[["a", 0, 0, {}], ["a", 1, 0, {}]]]),
        ],
        [["sum", 0, 0]],
    )
    first, second, third = (one["inbound_nodes"] for one in read["layers"])
    assert first == []
    assert second == [
        {"args": [tensor("i", 0, 0)], "kwargs": {}},
        {"args": [tensor("a", 0, 0)], "kwargs": {"training": False}},
    ]
    assert third == [{"args": [[tensor("a", 0, 0), tensor("a", 1, 0)]], "kwargs": {}}]
    assert read["output_layers"] == [["sum", 0, 0]]


@pytest.mark.parametrize(("kind", "first_at_the_end"), [("Sequential", 0), ("Model", 1)])
@pytest.mark.parametrize("counted_from", [0, 1])
def test_calls_of_nested_models_are_counted_from_1_or_not(kind, first_at_the_end, counted_from):
    """Today they are counted from 0, but from 1 where a nested graph ends a model."""
    read = graph(
        [
            layer("InputLayer", "i", inbound_nodes=[]),
            {
                "class_name": kind,
                "config": {"name": "n", "layers": []},
                "inbound_nodes": [[["i", 0, 0, {}]], [["n", counted_from, 0, {}]]],
            },
        ],
        [["n", counted_from + 1, 0]],
    )
    calls = read["layers"][1]["inbound_nodes"]
    assert [call["args"][0] for call in calls] == [tensor("i", 0, 0), tensor("n", 0, 0)]
    assert read["output_layers"] == [["n", 1 + first_at_the_end, 0]]


def test_todays_form_stays():
    nodes = [{"args": [tensor("n", 0, 0)], "kwargs": {"mask": None}}]
    config = {
        "class_name": "Functional",
        "config": {
            "layers": [
                {"class_name": "Functional", "config": {"name": "n", "layers": []}, "name": "n"},
                {"class_name": "Dense", "config": {"name": "d"}, "inbound_nodes": nodes},
            ],
            "output_layers": [["n", 1, 0]],
        },
    }
    read = modern_network(config)["config"]
    assert read["layers"][1]["inbound_nodes"] == nodes
    assert read["output_layers"] == [["n", 1, 0]]


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"class_name": "Sequential", "config": None},
        {"class_name": "Sequential", "config": [1, None, "x"]},
        {"class_name": "Sequential", "config": [{"class_name": "Sequential"}]},
        {"class_name": "Sequential", "config": [{"class_name": "Model", "config": [7]}]},
        {"class_name": "Model", "config": {"layers": [{"inbound_nodes": [[5], ["x"], [["y"]]]}]}},
        {"class_name": "Model", "config": {"layers": [{"config": {"name": [1]}}]}},
        {"class_name": "Model", "config": {"layers": [], "output_layers": {"a": [[]]}}},
    ],
)
def test_what_is_not_understood_stays_for_the_reader_to_refuse(config):
    modern_network(config)


def test_nesting_without_end():
    config = {"class_name": "Dense", "config": {}}
    for _ in range(100_000):
        config = {"class_name": "Sequential", "config": [config]}
    with pytest.raises(ModelFileError, match="nested too deep"):
        modern_network(config)
    while config.get("config"):  # or Python would free it recursively
        config = config["config"][0]
