"""The same layers, the same weights, the same data: in Keras on TensorFlow and here.

Our configuration of a layer is Keras's, so Keras builds its twin from it. Then all numbers are
held side by side: outputs, gradients, moving statistics. TensorFlow is imported when a function
of this file is called, and by nothing else in the library.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minicnn.checking.general_position import in_general_position
from minicnn.data.batches import Batch
from minicnn.learning import gradients
from minicnn.random import generator
from minicnn.wiring import wiring

__all__ = ["Difference", "compare_first_step", "compare_layer", "keras_twin", "require_keras"]

#: Largest difference that passes, relative to the largest value of the array. Of one layer that
#: is some ten roundings. The gradients of the documented network have passed through thirty
#: layers and cancelled in batch normalisations: 3e-5 and 3e-14 were measured.
LAYER_TOLERANCE = {"float32": 1e-5, "float64": 1e-13}
NETWORK_TOLERANCE = {"float32": 3e-4, "float64": 1e-12}

#: A gradient below this part of its layer's largest is a zero with rounding, such as that of a
#: bias before a batch normalisation. It is compared relative to that largest one.
ZERO = {"float32": 1e-4, "float64": 1e-12}


@dataclass(frozen=True)
class Difference:
    """How far two arrays that should be equal are apart.

    Attributes
    ----------
    layer, array : str
        What was compared: the layer's name, and "y", "dx", "dkernel", "moving_mean", "loss".
    dtype : str
        Precision of the computation.
    largest : float
        Largest absolute difference of two elements.
    size : float
        Largest absolute value in TensorFlow's array.
    tolerance : float
        Largest ratio of the two that passes.
    """

    layer: str
    array: str
    dtype: str
    largest: float
    size: float
    tolerance: float

    @property
    def relative(self) -> float:
        """The largest difference relative to the largest value."""
        return self.largest / self.size if self.size else self.largest

    @property
    def agrees(self) -> bool:
        """Whether that is within the tolerance; NaN never is."""
        return self.relative <= self.tolerance


def require_keras() -> Any:
    """Import and return Keras on TensorFlow.

    Raises
    ------
    ImportError
        If TensorFlow is not there, or Keras runs on something else; the sentence says what to do.
    """
    try:
        import keras
        import tensorflow  # noqa: F401
    except ImportError:
        raise ImportError(
            "TensorFlow is not installed; for the comparison run "
            "`python -m pip install 'tensorflow>=2.18'` (a Python below 3.14)."
        ) from None
    if keras.backend.backend() != "tensorflow":
        raise ImportError(
            f"Keras runs on {keras.backend.backend()}; set KERAS_BACKEND=tensorflow for the "
            "comparison."
        )
    return keras


def keras_twin(layer_or_model: Any) -> Any:
    """Build the Keras layer or model of the same configuration, weights and dtype.

    Parameters
    ----------
    layer_or_model : Layer or Model
        Built; all of one dtype.
    """
    keras = require_keras()
    if hasattr(layer_or_model, "graph"):
        return _model_twin(keras, layer_or_model)
    twin = getattr(keras.layers, type(layer_or_model).__name__).from_config(
        layer_or_model.get_config()
    )
    shape = layer_or_model.input_shape
    joins = isinstance(shape[0], tuple)
    twin.build([(None, *one) for one in shape] if joins else (None, *shape))
    _give_weights(twin, layer_or_model)
    return twin


def _model_twin(keras: Any, model: Any) -> Any:
    """Call the twins of a model's layers as the model calls its own."""
    wires = wiring(model.inputs, model.outputs)
    # A Sequential's input layer is not converted with it, and Keras would round to its dtype.
    dtype = model.dtype.name
    results = [[keras.Input(layer.output_shape, dtype=dtype)] for layer in wires.starts]
    inputs = [tensors[0] for tensors in results]
    twins: dict[int, Any] = {}
    for layer, sources, joins, training in wires.calls:
        if id(layer) not in twins:
            twins[id(layer)] = keras_twin(layer)
        given = [results[number][index] for number, index in sources]
        fixed = {} if training is None else {"training": training}
        result = twins[id(layer)](given if joins else given[0], **fixed)
        results.append(result if isinstance(result, list) else [result])
    outputs = [results[number][index] for number, index in wires.outputs]
    # Keras wants one input as it is called: not in a list.
    return keras.Model(*(ends[0] if len(ends) == 1 else ends for ends in (inputs, outputs)))


def _give_weights(twin: Any, layer: Any) -> None:
    arrays = layer.params | layer.state
    for variable in twin.weights:
        if variable.name in arrays:  # a layer with randomness keeps a generator's state, too
            variable.assign(arrays[variable.name])
    if hasattr(twin, "finalize_state"):  # Keras's Normalization computes with copies of these
        twin.finalize_state()


def compare_layer(
    layer: Any, x: np.ndarray | Sequence[np.ndarray], *, training: bool = True, seed: int = 0
) -> list[Difference]:
    """Compare a layer with Keras's: output, gradients for input and parameters, statistics.

    Parameters
    ----------
    layer : Layer
        Built; untouched. The parameters are drawn around its values, as is the cotangent.
        A layer that draws random numbers must be compared with ``training=False``: the two
        libraries draw others.
    x : ndarray of float32 or float64, shape (n, ...), or a tuple of these
        The dtype is that of the comparison.
    training : bool
        Which of the two forwards.
    seed : int
        Of what is drawn.

    Returns
    -------
    list of Difference
        For "y", "dx" ("dx[0]", "dx[1]" if there are several inputs), "d" + each parameter, and
        each moving statistic.
    """
    require_keras()
    import tensorflow as tf

    several = isinstance(x, (list, tuple))
    xs: list[Any] = list(x) if isinstance(x, (list, tuple)) else [x]
    rng, dtype = generator(seed, "check"), xs[0].dtype.name
    layer = in_general_position(layer, rng, dtype)
    twin = keras_twin(layer)
    y, cache = layer.forward(x, training=training, key=None)
    dy = rng.normal(size=y.shape).astype(dtype)
    dx, grads = layer.backward(dy, cache)
    names = [f"dx[{k}]" for k in range(len(xs))] if several else ["dx"]
    ours = {"y": y} | dict(zip(names, dx if several else [dx], strict=True))
    ours |= {f"d{name}": grad for name, grad in grads.items()}
    ours |= _statistics(layer.state)

    data = [tf.constant(one) for one in xs]
    variables = twin.trainable_variables
    with tf.GradientTape() as tape:
        tape.watch(data)
        output = twin(data if several else data[0], training=training)
    sources = [*data, *(variable.value for variable in variables)]
    their_grads = tape.gradient(output, sources, output_gradients=dy)
    names += [f"d{variable.name}" for variable in variables]
    theirs = {"y": output} | dict(zip(names, their_grads, strict=True))
    theirs |= _statistics({v.name: v for v in twin.non_trainable_variables})
    return _differences({layer.name: ours}, {layer.name: theirs}, dtype, LAYER_TOLERANCE)


def compare_first_step(
    model: Any, x: np.ndarray, y: np.ndarray, *, loss: str = "categorical_crossentropy"
) -> list[Difference]:
    """Compare a model with Keras's in one training step: loss, gradients, moving statistics.

    Parameters
    ----------
    model : Sequential
        Built; untouched. The comparison has its dropout off: the two libraries would draw
        different masks.
    x : ndarray of float32 or float64, shape (n, ...)
        The dtype is that of the comparison.
    y : ndarray
        Targets.
    loss : str
        Keras's name of the loss.

    Returns
    -------
    list of Difference
        The "loss", then for every layer "d" + each parameter and each moving statistic.
    """
    keras = require_keras()
    import tensorflow as tf

    model, dtype = without_dropout(model, x.dtype.name), x.dtype.name
    twin = keras_twin(model)
    model.compile("sgd", loss)
    loss_value, _, ours_grads = gradients(model, Batch(x, y))
    ours: dict[str, dict[str, Any]] = {model.name: {"loss": loss_value}}
    for path, layer in model.graph.layers().items():
        own = {f"d{name}": ours_grads[path + name] for name in layer.params}
        ours[path.rstrip("/")] = own | _statistics(layer.state)

    with tf.GradientTape() as tape:
        value = keras.losses.get(loss)(y.astype(dtype), twin(x, training=True))
        value = tf.reduce_mean(value) + sum(twin.losses)
    variables = twin.trainable_variables
    grads = tape.gradient(value, [variable.value for variable in variables])
    by_variable = {id(v): grad for v, grad in zip(variables, grads, strict=True)}
    theirs: dict[str, dict[str, Any]] = {model.name: {"loss": value}}
    for path, other in zip(model.graph.layers(), _leaves(twin), strict=True):
        arrays = {f"d{v.name}": by_variable[id(v)] for v in other.trainable_variables}
        theirs[path.rstrip("/")] = arrays | _statistics(
            {v.name: v for v in other.non_trainable_variables}
        )
    return _differences(ours, theirs, dtype, NETWORK_TOLERANCE)


def _leaves(twin: Any) -> list[Any]:
    """Return the layers of a Keras model and of those inside of it, but for inputs."""
    leaves: list[Any] = []
    for layer in twin.layers:
        if hasattr(layer, "layers"):
            leaves += _leaves(layer)
        elif type(layer).__name__ != "InputLayer":
            leaves.append(layer)
    return leaves


def without_dropout(model: Any, dtype: str) -> Any:
    """Copy a model in a dtype, with every dropout rate set to 0."""
    model = copy.deepcopy(model).astype(dtype)
    for layer in model.graph.layers().values():
        if hasattr(layer, "rate"):
            layer.rate = 0.0
    return model


def _statistics(arrays: Mapping[str, Any]) -> dict[str, Any]:
    # Counts and the state of a Keras layer's generator are integers.
    return {name: array for name, array in arrays.items() if "float" in str(array.dtype)}


def _differences(
    ours: Mapping[str, Mapping[str, Any]],
    theirs: Mapping[str, Mapping[str, Any]],
    dtype: str,
    tolerance: Mapping[str, float],
) -> list[Difference]:
    """Compare arrays by layer and name; what only one side has differs without bound."""
    rows = []
    for layer, arrays in theirs.items():
        gradients = [_largest(array) for name, array in arrays.items() if _is_gradient(name)]
        largest_gradient = max(gradients, default=0.0)
        for name in [*arrays, *(ours[layer].keys() - arrays.keys())]:
            mine, other = (np.asarray(side[layer].get(name, np.nan)) for side in (ours, theirs))
            largest = _largest(mine - other) if mine.shape == other.shape else np.inf
            size = _largest(other)
            if _is_gradient(name) and size <= ZERO[dtype] * largest_gradient:
                size = largest_gradient
            rows.append(Difference(layer, name, dtype, largest, size, tolerance[dtype]))
    return rows


def _is_gradient(name: str) -> bool:
    return name.startswith("d") and name != "dx" and not name.startswith("dx[")


def _largest(array: Any) -> float:
    return float(np.max(np.abs(np.asarray(array)), initial=0.0))
