"""Checks of a user's data, and single batches of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from minicnn.data.batches import Batch, Inputs, PerOutput
from minicnn.input_scale import scales_itself
from minicnn.learnable import Learnable
from minicnn.losses.base import Loss, row_scale
from minicnn.registry import described
from minicnn.targets import (
    refuse_compilation,
    targets_by_output,
    weights_by_output,
    weights_of_classes,
)

__all__ = [
    "as_floats",
    "Arrays",
    "as_numbers",
    "batch_inputs",
    "checked_arrays",
    "checked_inputs",
    "inputs_in_order",
    "one_batch",
    "require_compiled",
]

#: Inputs, targets, and weights of the samples.
Arrays = tuple[Inputs, PerOutput, PerOutput]


def checked_inputs(verb: str, model: Learnable, x: Any) -> list[np.ndarray]:
    """Return the inputs in the model's dtype, with checked shapes; the first data builds a model.

    Returns
    -------
    list of ndarray
        One for each input of the model.

    Raises
    ------
    ValueError
        If `x` holds pixels that the model does not scale, NaN or infinity, or its shape does not
        fit; or if the model is empty.
    """
    if not model.built:
        model.build_for(verb, x)  # type: ignore[attr-defined]  # a row of layers, or a class
    dtype = model.graph.dtype
    arrays = [as_floats(verb, one, dtype, model) for one in inputs_in_order(verb, model, x)]
    for k, (array, tensor) in enumerate(zip(arrays, model.inputs, strict=True)):
        if array.shape[1:] != tensor.shape[1:]:
            arrays[k] = tensor.with_channel(array)
        if arrays[k].shape[1:] != tensor.shape[1:]:
            sizes = ", ".join(str(size) for size in tensor.shape[1:])
            name = "x" if len(arrays) == 1 else f"the input {tensor.call.layer.name!r}"
            raise ValueError(f"{verb}: expected {name} of shape (n, {sizes}), got {array.shape}.")
    if len({len(array) for array in arrays}) > 1:
        counts = ", ".join(str(len(array)) for array in arrays)
        raise ValueError(f"{verb}: the inputs have {counts} samples; the numbers must be equal.")
    return arrays


def inputs_in_order(where: str, model: Learnable, x: Any) -> list[Any]:
    """Return a model's inputs as a list, given one array, several in order, or a dict by name.

    Raises
    ------
    ValueError
        If their number or names are wrong.
    """
    names = [tensor.call.layer.name for tensor in model.inputs]
    if isinstance(x, Mapping):
        if set(x) != set(names):
            raise ValueError(
                f"{where}: {model.name!r} has the inputs {', '.join(names)}, got {', '.join(x)}."
            )
        return [x[name] for name in names]
    if len(names) == 1:
        alone = isinstance(x, (list, tuple)) and len(x) == 1 and isinstance(x[0], np.ndarray)
        return [x[0] if alone and x[0].ndim == len(model.inputs[0].shape) else x]
    if not isinstance(x, (list, tuple)) or len(x) != len(names):
        got = len(x) if isinstance(x, (list, tuple)) else 1
        raise ValueError(
            f"{where}: {model.name!r} has {len(names)} inputs ({', '.join(names)}), got {got}."
        )
    return list(x)


def batch_inputs(model: Learnable, batch: Batch) -> list[np.ndarray]:
    """Return a batch's inputs after checking them: a batch source can yield anything.

    Raises
    ------
    ValueError
        If it is not a batch, or has another dtype.
    """
    if not isinstance(batch, Batch):
        raise ValueError(f"a batch source must yield a Batch, got {type(batch).__name__}.")
    xs = list(batch.x) if isinstance(batch.x, tuple) else [batch.x]
    for x in xs:
        if x.dtype != model.graph.dtype:
            raise ValueError(
                f"a batch source must yield x in the model's {model.dtype}, got {x.dtype}."
            )
    return xs


def checked_arrays(verb: str, model: Learnable, x: Any, y: Any, sample_weight: Any) -> Arrays:
    """Return inputs, targets and weights after checking every sample.

    Raises
    ------
    ValueError
        If they do not fit each other, the model, its loss or a metric, or hold NaN or infinity.
    """
    if y is None and not isinstance(x, (np.ndarray, list, tuple, Mapping)):
        raise ValueError(
            f"{verb}: expected arrays x and y or a batch source, with len() and batches(epoch), "
            f"got {described(x)}."
        )
    if y is None:
        raise ValueError(f"{verb}: y is missing.")
    xs = checked_inputs(verb, model, x)
    n = len(xs[0])
    ys = _targets(verb, model, y, n)
    if sample_weight is not None:
        weights = _sample_weights(verb, model, sample_weight, n)
        sample_weight = tuple(weights) if len(weights) > 1 else weights[0]
    if n == 0:
        raise ValueError(f"{verb}: x holds no samples.")
    shape: Any = [(n, *tensor.sample_shape) for tensor in model.outputs]
    y, shape = (tuple(ys), shape) if len(ys) > 1 else (ys[0], shape[0])
    if model.loss is not None:
        # Check now: in training, the messages would count samples within a batch.
        model.loss.check_targets(y, shape)
        for metric in model.metrics:
            metric.check_targets(y, shape)
    return xs[0] if len(xs) == 1 else tuple(xs), y, sample_weight


def _targets(verb: str, model: Learnable, y: Any, n: int) -> list[Any]:
    """Return the targets of each output after checking them; None for one without a loss."""
    alone = _is_alone(model, y, n)
    ys = [y] if alone else targets_by_output(verb, model, y)
    for k, given in enumerate(ys):
        if given is None:
            continue
        name = "y" if alone else f"y of the output {model.target_names[k]!r}"
        ys[k] = as_numbers(f"{verb}: {name}", given)
        if len(ys[k]) != n:
            raise ValueError(
                f"{verb}: x has {n} samples and {name} has {len(ys[k])}; the numbers must be equal."
            )
    return ys


def _sample_weights(verb: str, model: Learnable, given: Any, n: int) -> list[Any]:
    """Return the weights of the samples for each output after checking them."""
    weights = [given] if _is_alone(model, given, n) else weights_by_output(verb, model, given)
    shared = weights[0] is given
    for k, weight in enumerate(weights):
        if weight is None:
            continue
        where = verb if shared else f"{verb}: output {model.target_names[k]!r}"
        weights[k] = as_numbers(f"{where}: sample_weight", weight)
        if len(weights[k]) != n:
            raise ValueError(
                f"{where}: sample_weight has {len(weights[k])} values for {n} samples; "
                "the numbers must be equal."
            )
        row_scale(where, (n, *model.outputs[k].sample_shape[:-1]), weights[k])
    return weights


def _is_alone(model: Learnable, given: Any, n: int) -> bool:
    """Whether targets or weights are for the only output, and not in a list or dict."""
    wrapped = isinstance(given, (list, tuple)) and len(given) == 1 and np.ndim(given[0]) > 0
    return len(model.outputs) == 1 and not isinstance(given, Mapping) and not (wrapped and n > 1)


def one_batch(
    verb: str,
    model: Learnable,
    x: Any,
    y: Any,
    sample_weight: Any,
    class_weight: Mapping[int, float] | None = None,
) -> Batch:
    """Return arrays as a single batch after checking every sample; see :func:`checked_arrays`."""
    require_compiled(verb, model)
    x, y, sample_weight = checked_arrays(verb, model, x, y, sample_weight)
    if class_weight is not None:
        sample_weight = weights_of_classes(verb, model, y, sample_weight, class_weight)
    n = len(x[0]) if isinstance(x, tuple) else len(x)
    return Batch(x, y, sample_weight, np.arange(n))


def require_compiled(verb: str, model: Learnable) -> None:
    """Raise a ValueError if there is no optimizer, or no loss for the outputs."""
    losses = model.loss.each() if isinstance(model.loss, Loss) else ()
    if model.optimizer is None or len(losses) != (len(model.outputs) if model.built else 1):
        refuse_compilation(verb, model)


def as_floats(verb: str, x: Any, dtype: np.dtype, model: Learnable | None = None) -> np.ndarray:
    """Return `x` in the model's dtype, after checking its values.

    Parameters
    ----------
    verb : str
        The caller, for the message: "fit".
    x : array_like
        Inputs, the batch axis first.
    dtype : dtype
        The model's float32 or float64.
    model : Learnable, optional
        Decides whether pixels from 0 to 255 are accepted.

    Raises
    ------
    ValueError
        If `x` looks like pixels from 0 to 255 (bytes, or integers with more than two axes) and the
        model does not scale them itself, since the caller must choose their scale; if it holds NaN,
        infinite or masked values, or has no batch axis.
    """
    if x is None:
        raise ValueError(f"{verb}: x must be an array of floats, got None.")
    array = _as_array(f"{verb}: x", x)
    if array.dtype.kind in "iub":
        looks_like_pixels = array.dtype == np.uint8 or array.ndim > 2
        if looks_like_pixels and not (model is not None and scales_itself(model)):
            raise ValueError(
                f"{verb}: x holds integers ({array.dtype}); this model takes floats, for images in "
                "[0, 1]: pass x.astype('float32') / 255."
            )
        array = array.astype(dtype)
    if array.dtype.kind != "f":
        advice = "; x.astype('float32') makes floats of numbers" * (array.dtype.kind == "O")
        raise ValueError(f"{verb}: x must be an array of floats, got dtype {array.dtype}{advice}.")
    if array.ndim < 2:
        raise ValueError(
            f"{verb}: x needs a batch axis, as in (n, h, w, c) or (n, features), "
            f"got shape {array.shape}."
        )
    array = array.astype(dtype, copy=False)
    _check_finite(f"{verb}: x", array)
    return array


def as_numbers(what: str, values: Any) -> np.ndarray:
    """Return targets or weights as an array, after checking its values.

    Parameters
    ----------
    what : str
        The caller and the argument, for the message: "fit: y".
    values : array_like
        Numbers of any kind, the batch axis first.

    Raises
    ------
    ValueError
        If they are not numbers, hold NaN, infinite or masked values, or have no batch axis.
    """
    array = _as_array(what, values)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{what} must hold numbers, got dtype {array.dtype}.")
    if array.ndim == 0:
        raise ValueError(f"{what} needs a batch axis, got the single number {array}.")
    _check_finite(what, array)
    return array


def _as_array(what: str, values: Any) -> np.ndarray:
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        sample = np.argwhere(np.ma.getmaskarray(values))[0, 0] if values.ndim else 0
        raise ValueError(
            f"{what} holds masked values, first in sample {sample}; fill them first, as with "
            "np.ma.filled(values, 0)."
        )
    try:
        return np.asarray(values)
    except ValueError as error:  # NumPy says: "inhomogeneous shape"
        raise ValueError(f"{what}: all samples must have the same shape.") from error


def _check_finite(what: str, array: np.ndarray) -> None:
    # One sample at a time: a mask of all samples would take a quarter of the memory of the data.
    for sample, values in enumerate(array):
        if not np.isfinite(values).all():
            raise ValueError(f"{what} holds NaN or infinite values, first in sample {sample}.")
