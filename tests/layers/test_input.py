import numpy as np
import pytest
from oracles import keras

from minicnn.layers import Input, InputLayer


def test_reads_what_keras_writes():
    layer = keras().layers.InputLayer(shape=(4, 5, 2), dtype="float64", name="faces")
    ours = InputLayer.from_config(layer.get_config())
    assert (ours.name, ours.dtype, ours.batch_shape) == ("faces", "float64", (None, 4, 5, 2))


def test_keras_reads_what_we_write():
    theirs = keras().layers.InputLayer.from_config(InputLayer((4, 5, 2), name="faces").get_config())
    assert theirs.batch_shape == (None, 4, 5, 2)
    assert theirs.name == "faces"


def test_it_passes_everything_on():
    layer = InputLayer((3,))
    x = np.ones((2, 3))
    y, cache = layer.forward(x, training=True)
    assert y is x
    assert layer.backward(x, cache)[0] is x
    assert layer.output_shape == (3,)


def test_input_gives_the_tensor_of_an_input_layer():
    tensor = Input((4, 5, 2), dtype="float64", name="faces")
    assert (tensor.shape, tensor.sample_shape, tensor.dtype) == (
        (None, 4, 5, 2),
        (4, 5, 2),
        "float64",
    )
    assert isinstance(tensor.call.layer, InputLayer)
    assert tensor.call.layer.name == "faces"
    assert tensor.call.inputs == ()


@pytest.mark.parametrize("arguments", [{}, {"shape": (3,), "batch_shape": (None, 3)}])
def test_exactly_one_shape(arguments):
    with pytest.raises(ValueError, match="expected either shape or batch_shape"):
        Input(**arguments)


def test_the_size_of_the_batch_is_said_once():
    with pytest.raises(ValueError, match="expected either batch_size or batch_shape"):
        Input(batch_size=4, batch_shape=(4, 3))


@pytest.mark.parametrize("shape", [(), (None, 3), (0,), (2.5,)])
def test_open_or_empty_sizes_are_refused(shape):
    with pytest.raises(ValueError, match="shape must hold positive sizes"):
        Input(shape)


def test_a_shape_is_a_tuple():
    with pytest.raises(ValueError, match=r"a shape must be a tuple, as in \(48, 48, 1\), got 5"):
        Input(5)


def test_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"expected input_shape \(3,\), got \(4,\)"):
        InputLayer((3,)).build((4,))
