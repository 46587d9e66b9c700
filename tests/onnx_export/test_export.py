"""ONNX files compute what the networks do, in the reference implementation and in OpenCV."""

import json
import sys

import cv2
import numpy as np
import pytest
from layer_cases import ALL, arrays_of, batch, built, joins, shapes_of

from minicnn import Model, Sequential
from minicnn.fer import load_pretrained, set_expectations
from minicnn.layers import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    Cropping2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    Layer,
    ReLU,
    Resizing,
)
from minicnn.layers.activation import FUNCTIONS, ActivationFunction
from minicnn.onnx_export import export_onnx

onnx = pytest.importorskip("onnx", reason="ONNX files need the package onnx")
reference = pytest.importorskip("onnx.reference")


def run(path, xs):
    """Return the outputs of the reference implementation, which is NumPy."""
    session = reference.ReferenceEvaluator(str(path))
    return session.run(None, dict(zip(session.input_names, xs, strict=True)))


def assert_same(model, xs, path, rtol=1e-5):
    export_onnx(model, path)
    expected = model.predict(xs if len(xs) > 1 else xs[0], verbose=0)
    several = [expected] if len(model.outputs) == 1 else expected
    for found, one in zip(run(path, xs), several, strict=True):
        np.testing.assert_allclose(found, one, rtol=rtol, atol=1e-6)


@ALL
def test_every_layer(name, arguments, shape, tmp_path):
    if name == "InputLayer":
        return
    inputs = [Input(one) for one in shapes_of(shape)]
    layer = built(name, arguments, shape)
    model = Model(inputs, layer(inputs if joins(shape) else inputs[0]))
    if arguments.get("pad_to_aspect_ratio"):
        with pytest.raises(ValueError, match="pad_to_aspect_ratio cannot be exported to ONNX"):
            export_onnx(model, tmp_path / "layer.onnx")
        return
    assert_same(model, arrays_of(batch(shape, "float32")), tmp_path / "layer.onnx")


def test_a_subclass_is_refused_for_it_may_compute_something_else(tmp_path):
    class Doubled(Dense):
        def forward(self, x, *, training, key):
            y, cache = super().forward(x, training=training, key=key)
            return 2 * y, cache

        def backward(self, dy, cache):
            return super().backward(2 * dy, cache)

    with pytest.raises(ValueError, match="a Doubled cannot be exported to ONNX"):
        export_onnx(Sequential([Input((3,)), Doubled(2)]), tmp_path / "m.onnx")


def test_names_that_look_like_numbered_ones_stay_apart(tmp_path):
    shared, inputs = Dense(3, name="dense"), Input((3,))
    model = Model(inputs, Dense(2, name="dense_2")(shared(shared(inputs))))
    assert_same(model, [batch((3,), "float32")], tmp_path / "m.onnx")


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("shape", [(7,), (3, 4, 2)])
def test_every_activation(name, shape, tmp_path):
    model = Sequential([Input(shape), Activation(name)])
    assert_same(model, [3 * batch(shape, "float32")], tmp_path / "activation.onnx")


@pytest.mark.parametrize(
    "layer",
    [
        ReLU(max_value=0.5),
        ReLU(negative_slope=0.1, max_value=0.5),
        Cropping2D(0),
        Resizing(6, 5),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_layers_that_need_less_than_others(layer, tmp_path):
    model = Sequential([Input((6, 5, 2)), layer])
    assert_same(model, [batch((6, 5, 2), "float32")], tmp_path / "m.onnx")


def opencv(path, x):
    net = cv2.dnn.readNetFromONNX(str(path))
    net.setInput(x)
    return net.forward()


def test_the_pretrained_model_in_opencv(tmp_path):
    model, path = load_pretrained(), tmp_path / "emotions.onnx"
    set_expectations(model, scale="0..1")
    export_onnx(model, path)
    x = np.random.default_rng(0).random((3, 48, 48, 1), np.float32)
    expected = model.predict(x, verbose=0)
    np.testing.assert_allclose(opencv(path, x), expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(run(path, [x])[0], expected, rtol=1e-4, atol=1e-6)
    proto = onnx.load(path)
    told = {prop.key: prop.value for prop in proto.metadata_props}
    assert told["scale"] == "0..1"
    assert json.loads(told["class_names"]) == model.extra["class_names"]
    assert proto.opset_import[0].version == 13
    assert [d.dim_value for d in proto.graph.input[0].type.tensor_type.shape.dim] == [0, 48, 48, 1]


def test_branches_nested_models_and_outputs_that_are_inputs(tmp_path):
    image, inner = Input((6, 6, 2)), Sequential([Input((6, 6, 2)), Conv2D(2, 3, padding="same")])
    x = Add()([inner(image), image])
    model = Model(image, [Dense(3, activation="softmax")(Flatten()(x)), x, image])
    assert_same(model, [batch((6, 6, 2), "float32")], tmp_path / "branches.onnx")


class Own(Layer):
    def build(self, input_shape, rng):
        self.output_shape = input_shape

    def forward(self, x, *, training, key):
        return x, ()

    def backward(self, dy, cache):
        return dy, {}


@pytest.mark.parametrize("layer", [Dropout(0.5), BatchNormalization()])
def test_a_call_that_stays_in_training_is_refused(layer, tmp_path):
    x = Input((3,))
    with pytest.raises(ValueError, match="a call with training=True cannot be exported to ONNX"):
        export_onnx(Model(x, layer(x, training=True)), tmp_path / "m.onnx")
    export_onnx(Model(x, layer(x, training=False)), tmp_path / "m.onnx")


def test_what_cannot_be_exported_is_refused(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="a Own cannot be exported to ONNX, expected one of Acti"):
        export_onnx(Sequential([Input((3,)), Own()]), tmp_path / "own.onnx")
    mine = ActivationFunction("mine", lambda x: (x, ()), lambda dy, cache: dy)
    with pytest.raises(ValueError, match="the activation 'mine' cannot be exported to ONNX"):
        export_onnx(Sequential([Input((3,)), Activation(mine)]), tmp_path / "own.onnx")
    with pytest.raises(ValueError, match="has no weights yet"):
        export_onnx(Sequential([Dense(3)]), tmp_path / "empty.onnx")
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match="pip install onnx"):
        export_onnx(load_pretrained(), tmp_path / "none.onnx")
    assert list(tmp_path.iterdir()) == []
