"""Layers in a row are read, and what is none is refused by name."""

import pytest
from hostile import layer, refused

import minicnn


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"class_name": "Lambda"}, "a model of class 'Lambda', expected 'Sequential' or 'Funct"),
        ({"config": []}, "a model of class 'Sequential', expected"),
        ({"config": {"layers": []}}, "lists no layers"),
        ({"config": {"layers": {}}}, "lists no layers"),
        ({"config": {"layers": [1]}}, "layer 0 of its config has no config of its own"),
    ],
)
def test_what_a_model_may_not_be(change_config, change, message):
    refused(change_config(lambda config: config.update(change)), message)


def test_an_input_alone_is_no_model(change_config):
    def edit(config):
        del config["config"]["layers"][1:]

    refused(change_config(edit), "its config lists no layers after the input")


def test_a_model_of_20000_layers(change_config):
    def small(config):
        config["config"]["layers"] = [{"class_name": "ReLU", "config": {}}] * 20_000

    def full(config):
        config["config"]["layers"] = [layer(config, 1)] * 20_000

    refused(change_config(small), "lists 20,000 layers, expected at most 1,000")
    refused(change_config(full), r"config.json unpacks to .* MiB, more than the 4.0 MiB allowed")


def test_without_an_input_layer_the_shape_stands_elsewhere(change_config, model, saved):
    def edit(config):
        del config["config"]["layers"][0]
        del config["config"]["build_input_shape"]

    assert minicnn.load_model(change_config(edit)).input_shape == (None, 6, 5, 1)

    def unbuilt(config):
        edit(config)
        del config["build_config"]

    refused(change_config(unbuilt), "the model was saved before it was built")
