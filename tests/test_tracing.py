"""Calls become steps in Keras's order; what leads nowhere is left out."""

import graphs
import numpy as np
import oracles
import pytest

import minicnn
from minicnn.checking.against_tensorflow import keras_twin
from minicnn.graph import forward
from minicnn.layers import Add, Concatenate, Dense, Flatten, Input
from minicnn.tracing import part, trace


@pytest.mark.parametrize("name", graphs.GRAPHS)
def test_layers_stand_in_kerass_order(name):
    oracles.keras()
    model = graphs.GRAPHS[name]()
    twin = keras_twin(model)
    ours = [layer.name for layer in model.layers if "input" not in layer.name]
    theirs = [layer.name for layer in twin.layers if "input" not in layer.name]
    # A nested model's twin is named anew; its place is what counts.
    nested = {layer.name for layer in model.layers if hasattr(layer, "layers")}
    assert [n if n not in nested else "*" for n in ours] == [
        n if n in ours and n not in nested else "*" for n in theirs
    ]


def test_the_order_is_by_depth_and_not_by_creation():
    inputs = Input((2,))
    late = Dense(2, name="late")
    x = Dense(2, name="b")(Dense(2, name="a")(inputs))
    model = minicnn.Model(inputs, Add()([late(inputs), x]))
    assert [s.layer.name for s in model.graph.steps] == ["a", "late", "b", "add"]


def test_every_value_is_done_with_once_and_outputs_never():
    for make in graphs.GRAPHS.values():
        graph = make().graph
        done = [i for step in graph.steps for i in step.done]
        assert len(done) == len(set(done))
        made = {step.output for step in graph.steps}
        assert set(done) == made - set(graph.outputs)


def test_steps_that_lead_nowhere_are_left_out():
    start = Input((3,))
    two = minicnn.Model(start, [Dense(2, name="used")(start), Dense(4, name="unused")(start)])
    inputs = Input((3,))
    model = minicnn.Model(inputs, two(inputs)[0])
    assert [s.layer.name for s in model.graph.steps] == ["used"]
    assert list(model.trainable_params()) == ["functional/used/kernel", "functional/used/bias"]


def test_a_part_begins_and_ends_inside():
    model = graphs.residual()
    x = graphs.batch(model, dtype="float32")[0]
    place = model.graph.steps[5].output
    below = part(model.graph, model.graph.inputs, (place,))
    above = part(model.graph, (place,), model.graph.outputs) if _alone(model, place) else None
    (v,), _ = forward(below, [x], training=False)
    assert len(v) == len(x)
    if above is not None:
        (y,), _ = forward(above, [v], training=False)
        np.testing.assert_array_equal(y, model(x))


def _alone(model, place):
    try:
        part(model.graph, (place,), model.graph.outputs)
    except ValueError:
        return False
    return True


def test_a_part_needs_all_its_inputs():
    model = graphs.residual()
    with pytest.raises(ValueError, match="the outputs depend on something other than the inputs"):
        part(model.graph, (model.graph.steps[3].output,), model.graph.outputs)


def test_an_input_that_is_not_named_is_named():
    a, b = Input((2,), name="left"), Input((2,), name="right")
    with pytest.raises(ValueError, match="depends on the input 'right', which is not among"):
        minicnn.Model(a, Concatenate()([a, b]))


def test_deep_networks_need_no_deep_stack():
    x = inputs = Input((2,))
    for _ in range(1500):
        x = Flatten()(x)
    graph = trace([inputs], [x])
    assert len(graph.steps) == 1500
