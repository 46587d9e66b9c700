"""keras.backend's and keras.ops' functions on arrays, as metrics of one's own use them."""

import importlib

import numpy as np
import pytest
from oracles import tensorflow

from minicnn import backend, ops
from minicnn.compat.array_functions import ARRAY_FUNCTIONS
from minicnn.layers import Dense, Input

X = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
Y = np.random.default_rng(1).normal(size=(4, 3)).astype("float32")
#: What a function needs, if that is not one array of floats.
ARGUMENTS = {
    "average_pool": (X.reshape(1, 3, 4, 1), 2),
    "batch_flatten": (X[:, :, None],),
    "cast": (X, "int32"),
    "clip": (X, -0.5, 0.5),
    "concatenate": ([X, Y],),
    "dot": (X, Y.T),
    "expand_dims": (X, 1),
    "log": (np.abs(X),),
    "logical_and": (X > 0, Y > 0),
    "logical_not": (X > 0,),
    "logical_or": (X > 0, Y > 0),
    "max_pool": (X.reshape(1, 3, 4, 1), (2, 1)),
    "matmul": (X, Y.T),
    "one_hot": (np.array([0, 2, 1]), 3),
    "ones": ((2, 3),),
    "pad": (X, ((1, 0), (2, 1)), "constant", 0.5),
    "permute_dimensions": (X, (1, 0)),
    "pow": (np.abs(X), 2.0),
    "power": (np.abs(X), 2.0),
    "reshape": (X, (2, 6)),
    "sqrt": (np.abs(X),),
    "squeeze": (X[:, None], 1),
    "stack": ([X, Y],),
    "where": (X > 0, X, Y),
    "zeros": ([2, 3],),
}
TWO = {"add", "divide", "equal", "greater", "greater_equal", "less", "less_equal", "maximum"}
TWO |= {"minimum", "multiply", "not_equal", "subtract"}

CASES = [(module, name) for module, table in ARRAY_FUNCTIONS.items() for name in table]


def _given(name):
    return ARGUMENTS.get(name, (X, Y) if name in TWO else (X,))


@pytest.mark.parametrize(("module", "name"), CASES)
def test_a_function_gives_what_keras_gives(module, name):
    tf = tensorflow()
    theirs = tf.keras.backend if module == "minicnn.backend" else tf.keras.ops
    given = (X > 0,) if name in ("all", "any") else _given(name)

    def tensor(x):
        return tf.constant(x) if isinstance(x, np.ndarray) and x.dtype.kind != "O" else x

    ours = np.asarray(getattr(importlib.import_module(module), name)(*given))
    # The backend's functions take TensorFlow's tensors only.
    expected = np.asarray(getattr(theirs, name)(*tf.nest.map_structure(tensor, given)))
    np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-6)
    assert ours.dtype.kind == expected.dtype.kind


def test_sums_over_axes_in_a_list_and_means_of_booleans():
    assert backend.sum(X, [0, 1]) == pytest.approx(X.sum())
    assert backend.mean(X > 0).dtype == np.float32
    assert backend.argmax(X).shape == (4,)  # the last axis
    assert ops.argmax(X).shape == ()  # all of them


def test_shapes_are_known_without_numbers():
    y = Dense(5)(Input((3,)))
    assert backend.int_shape(y) == (None, 5)
    assert backend.ndim(y) == 2
    assert backend.count_params(y.call.layer.kernel) == 15


@pytest.mark.parametrize("function", [backend.std, backend.stack, ops.sqrt])
def test_what_a_layer_gives_is_refused(function):
    y = Dense(5, name="five")(Input((3,)))
    given = [y, y] if function is backend.stack else y
    with pytest.raises(NotImplementedError, match=r"arrays, and <Tensor of 'five'.*use a layer"):
        function(given)


def test_gradients_are_refused():
    with pytest.raises(NotImplementedError, match=r"^gradients: there are no recorded operations"):
        backend.gradients(X, Y)
    with pytest.raises(NotImplementedError, match=r"^einsum: "):
        ops.einsum("ij->i", X)
