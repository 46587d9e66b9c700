"""What Keras's own tests import, with this library behind it.

The tests say ``from keras.src import layers, testing``. :func:`stand_in` returns what they get: our
modules under Keras's names, and small replacements of what stands around them: tensors are NumPy
arrays, a variable holds one, and ``run_layer_test`` checks what applies here.
"""

from __future__ import annotations

import copy
import json
import shutil
import tempfile
import types
import unittest
from collections.abc import Iterable
from typing import Any

import numpy as np
from absl.testing import parameterized

import minicnn
import minicnn.models
import minicnn.utils
from foreign.outcomes import OutOfScope
from minicnn import activations, callbacks, initializers, layers, losses, metrics, regularizers
from minicnn import optimizers as our_optimizers

__all__ = ["Mark", "Missing", "TestCase", "build", "stand_in"]


class Variable(np.lib.mixins.NDArrayOperatorsMixin):
    """A number or array that an optimizer changes."""

    def __init__(self, value: Any, dtype: Any = None, name: str = "variable", **_: Any) -> None:
        self.value = np.array(value, dtype or "float32")
        self.name, self.path = name, name

    shape = property(lambda self: self.value.shape)
    dtype = property(lambda self: self.value.dtype.name)

    def numpy(self) -> np.ndarray:
        return self.value.copy()

    def assign(self, value: Any) -> None:
        self.value[...] = value

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        values = (one.value if isinstance(one, Variable) else one for one in inputs)
        return getattr(ufunc, method)(*values, **options)

    def __int__(self) -> int:
        return int(self.value)

    def __float__(self) -> float:
        return float(self.value)

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return self.value


def _with_variables(cls: type) -> type:
    """Return an optimizer that also takes Keras's variables, by ``apply_gradients``."""

    def apply_gradients(self: Any, pairs: Iterable[tuple[Any, Variable]]) -> None:
        grads, variables = zip(*pairs, strict=True)
        apply(self, grads, variables)

    def apply(self: Any, grads: Iterable[Any], variables: Any = None) -> None:
        self.given = self.given if variables is None else list(variables)
        params = {f"variable_{k}": v.value for k, v in enumerate(self.given)}
        values = [np.asarray(g, v.dtype) for g, v in zip(grads, self.given, strict=True)]
        self.step(params, dict(zip(params, values, strict=True)))

    def build(self: Any, variables: Iterable[Variable]) -> None:
        self.given = list(variables)

    optimizer = type(cls.__name__, (cls,), {"__init__": cls.__init__})
    # Afterwards: a class with such methods is rejected, because the library would not call them.
    for method in (apply_gradients, apply, build):
        setattr(optimizer, method.__name__, method)
    return optimizer


def build(subject: Any, input_shape: Any, *more: Any) -> None:
    """Call ``subject.build``; Keras gives a layer the axis of the batch as well."""
    shape = input_shape
    if isinstance(subject, layers.Layer):
        joins = isinstance(shape[0], (list, tuple))
        shape = [one[1:] for one in shape] if joins else tuple(shape)[1:]
    subject.build(shape, *more)


class Mark:
    """Stands for ``pytest.mark``: marks are about Keras's backends, and change nothing here."""

    def __getattr__(self, _: str) -> Mark:
        return self

    def __call__(self, *args: Any, **_: Any) -> Any:
        return args[0] if args and callable(args[0]) else self


def get_test_data(
    train_samples: int,
    test_samples: int,
    input_shape: tuple[int, ...],
    num_classes: int,
    random_seed: int | None = None,
) -> Any:
    """Return points around a centre for each class, as Keras's function of this name does."""
    rng = np.random.default_rng(random_seed)
    centres = rng.normal(size=(num_classes, *input_shape))
    labels = rng.integers(0, num_classes, train_samples + test_samples)
    x = (centres[labels] + rng.normal(size=(len(labels), *input_shape))).astype("float32")
    return (x[:train_samples], labels[:train_samples]), (x[train_samples:], labels[train_samples:])


class Missing:
    """Stands for a name that this library lacks: a test that uses it is out of scope."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getattr__(self, name: str) -> Missing:
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(f"{self.name}.{name}")

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise OutOfScope(self.name)

    def __instancecheck__(self, _: Any) -> bool:
        raise OutOfScope(self.name)

    def __mro_entries__(self, _: Any) -> tuple[type, ...]:
        return (type("Missing", (), {"__init__": lambda *_, **__: self()}),)


def _module(name: str, **attributes: Any) -> Any:
    return _Forwarding(name, types.SimpleNamespace(**attributes))


#: Files of Keras whose names are imported by way of the file; here they are the area's.
_FILES = {
    *("accuracy_metrics", "confusion_metrics", "f_score_metrics", "probabilistic_metrics"),
    *("regression_metrics", "numerical_utils", "io_utils"),
}


class _Forwarding(types.ModuleType):
    """Names of a module or namespace; others are Missing."""

    def __init__(self, name: str, target: Any) -> None:
        super().__init__(name)
        self._target = target

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        area = self.__name__.rpartition(".")[2]
        if name in _FILES or (name == area == "losses"):
            return self
        return getattr(self._target, name, Missing(f"{self.__name__}.{name}"))


def _standardize(dtype: Any) -> str:
    return np.dtype(dtype).name


backend = _module(
    "keras.backend",
    backend=lambda: "minicnn",
    Variable=Variable,
    convert_to_numpy=np.asarray,
    convert_to_tensor=lambda x, dtype=None: np.asarray(x, dtype),
    epsilon=lambda: 1e-7,
    floatx=lambda: "float32",
    image_data_format=lambda: "channels_last",
    config=types.SimpleNamespace(image_data_format=lambda: "channels_last"),
    is_float_dtype=lambda dtype: "float" in str(dtype),
    is_tensor=lambda x: isinstance(x, np.ndarray),
    standardize_dtype=_standardize,
    clear_session=lambda: None,
)
#: Keras's tests compute with these; NumPy has most under the same name.
_OPS = {
    "convert_to_tensor": lambda x, dtype=None: np.asarray(x, dtype),
    "convert_to_numpy": np.asarray,
    "cast": lambda x, dtype: np.asarray(x).astype(dtype),
    "array": np.array,
    "softmax": lambda x, axis=-1: np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}
_FROM_NUMPY = (
    *("abs", "all", "any", "arange", "argmax", "concatenate", "exp", "expand_dims", "full", "log"),
    *("max", "maximum", "mean", "min", "minimum", "not_equal", "ones", "ones_like", "power"),
    *("prod", "reshape", "round", "shape", "sqrt", "square", "stack", "std", "sum", "transpose"),
    *("var", "zeros", "zeros_like"),
)
ops = _module("keras.ops", **{name: getattr(np, name) for name in _FROM_NUMPY} | _OPS)


class TestCase(parameterized.TestCase, unittest.TestCase):
    """Keras's assertions, and its check of a layer as far as it applies."""

    maxDiff = None

    def get_temp_dir(self) -> str:
        folder = tempfile.mkdtemp()
        self.addCleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        return folder

    def convert_to_numpy(self, x: Any) -> np.ndarray:
        return np.asarray(x)

    def assertAllClose(
        self, x1: Any, x2: Any, atol: float = 1e-6, rtol: float = 1e-6, msg: str = "", **_: Any
    ) -> None:
        np.testing.assert_allclose(
            np.asarray(x1), np.asarray(x2), atol=atol, rtol=rtol, err_msg=msg or ""
        )

    def assertNotAllClose(self, x1: Any, x2: Any, **tolerances: Any) -> None:
        with self.assertRaises(AssertionError):
            self.assertAllClose(x1, x2, **tolerances)

    def assertAlmostEqual(
        self, x1: Any, x2: Any, decimal: int = 3, msg: str = "", **_: Any
    ) -> None:
        np.testing.assert_almost_equal(np.asarray(x1), np.asarray(x2), decimal, msg or "")

    def assertAllEqual(self, x1: Any, x2: Any, msg: str = "") -> None:
        np.testing.assert_array_equal(np.asarray(x1), np.asarray(x2), msg or "")

    def assertLen(self, iterable: Any, expected_len: int, msg: Any = None) -> None:
        self.assertEqual(len(iterable), expected_len, msg)

    def assertDType(self, x: Any, dtype: Any, msg: Any = None) -> None:
        self.assertEqual(_standardize(getattr(x, "dtype", type(x))), _standardize(dtype), msg)

    def assertFileExists(self, path: Any) -> None:
        import os

        self.assertTrue(os.path.exists(path))

    def run_class_serialization_test(self, instance: Any, custom_objects: Any = None) -> Any:
        config = instance.get_config()
        revived = type(instance).from_config(copy.deepcopy(config))
        self.assertEqual(
            json.dumps(config, sort_keys=True), json.dumps(revived.get_config(), sort_keys=True)
        )
        return revived

    def run_layer_test(self, layer_cls: type, init_kwargs: dict, **wanted: Any) -> None:
        """Check configuration, shapes, counts of weights, values and a training step."""
        if any(wanted.get(name) for name in ("input_sparse", "input_ragged")):
            raise OutOfScope("sparse and ragged tensors")
        shape, data = wanted.get("input_shape"), wanted.get("input_data")
        init_kwargs, call = init_kwargs or {}, wanted.get("call_kwargs") or {}
        layer = self.run_class_serialization_test(layer_cls(**init_kwargs))
        if shape is None and data is None:
            return
        if data is None:
            many = isinstance(shape[0], (tuple, list))
            rng = np.random.default_rng(0)
            data = [rng.random(one).astype("f4") for one in (shape if many else (shape,))]
            data = data if many else data[0]
        given = (
            [np.asarray(one) for one in data]
            if isinstance(data, (list, tuple))
            else np.asarray(data)
        )
        y = layer(given, **call)
        if wanted.get("expected_output_shape") is not None:
            self.assertEqual(tuple(y.shape), tuple(wanted["expected_output_shape"]))
        if wanted.get("expected_output") is not None:
            self.assertAllClose(y, wanted["expected_output"])
        for name in ("trainable_weights", "non_trainable_weights"):
            count = wanted.get(f"expected_num_{name}")
            if count is not None:
                self.assertLen(getattr(layer, name), count, name)
        if wanted.get("expected_num_losses") is not None:
            self.assertLen(layer.regularizers, wanted["expected_num_losses"], "losses")
        if wanted.get("run_training_check", True):
            _, cache = layer.forward(
                tuple(given) if isinstance(given, list) else given, training=True, key=0
            )
            layer.backward(np.ones_like(y), cache)


_DEVICES = ("jax_uses_tpu", "tensorflow_uses_gpu", "torch_uses_gpu", "uses_gpu", "uses_tpu")
testing = _module(
    "keras.testing",
    TestCase=TestCase,
    test_utils=types.SimpleNamespace(get_test_data=get_test_data),
    **dict.fromkeys(_DEVICES, lambda: False),
)
optimizers = _module(
    "keras.optimizers",
    schedules=our_optimizers.schedules,
    get=our_optimizers.get,
    **{
        name: _with_variables(getattr(our_optimizers, name))
        for name in our_optimizers.__all__
        if isinstance(getattr(our_optimizers, name), type)
    },
)
_MODULES = {
    "activations": activations,
    "backend": backend,
    "callbacks": callbacks,
    "initializers": initializers,
    "layers": types.SimpleNamespace(**vars(layers)),  # without what its __getattr__ refuses
    "losses": losses,
    "metrics": metrics,
    "models": minicnn.models,
    "ops": ops,
    "optimizers": optimizers,
    "regularizers": regularizers,
    "testing": testing,
    "utils": minicnn.utils,
}
_TOP = {name: getattr(minicnn, name) for name in ("Model", "Sequential")}
_AREAS = {area: _Forwarding(f"keras.{area}", module) for area, module in _MODULES.items()}


def stand_in(module: str) -> Any:
    """Return what stands in for ``keras.src.layers.core.dense``: our module of that area."""
    area, *inner = [*module.split(".")[2:], ""]  # behind keras.src
    if not area:
        return _Forwarding("keras", types.SimpleNamespace(**_AREAS, **_TOP))
    if "schedules" in inner:
        return _Forwarding("keras.optimizers.schedules", our_optimizers.schedules)
    return _AREAS.get(area, Missing(f"keras.{area}"))
