"""Names of Keras that minicnn will never have: they can be imported, and say so when used.

Scripts import more than they use; so the import succeeds and the use is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minicnn.model import Model

__all__ = ["REASONS", "lend_refusals", "refusal"]

#: What is missing, and why.
REASONS = {
    "applications": "minicnn has no pretrained networks of other architectures",
    "recurrent": "minicnn has no recurrent layers; it is for images",
    "1d": "minicnn has no layers for sequences; it is for images",
    "3d": "minicnn has no layers for volumes; it is for images",
    "attention": "minicnn has no attention layers",
    "embedding": "minicnn has no layers for text",
    "gradient tape": "there are no recorded operations; a layer has its own backward",
    "ops": "there are no symbolic operations; layers compute with NumPy arrays",
    "own layer": "minicnn has no such layer; write a Layer of your own (docs/own-layer.md)",
    "own loss": "minicnn has no such loss; write a Loss with forward and backward",
    "own metric": "minicnn has no such metric; write a Metric, or a function of y_true and y_pred",
    "optimizer": "minicnn has no such optimizer; Adam, AdamW and SGD are the nearest",
    "mixed precision": "training is in float32 or float64",
    "progress": "fit reports its progress by itself; verbose says how",
    "drawing": "minicnn does not use Graphviz; plot_model(model, file) draws a network as SVG",
    "remote": "minicnn never uses the network; CSVLogger and TensorBoard write files",
    "distribution": "there is one machine and one CPU",
    "text": "minicnn reads images only",
    "dataset": "minicnn downloads no data; minicnn.fer reads FER2013",
    "yaml": "models are written as JSON: to_json, model_from_json",
    "wrapper": "there are no wrappers for scikit-learn",
}

#: Methods of Keras's models, and what to do instead.
METHODS = {
    "add_loss": "give compile a loss, and layers a kernel_regularizer",
    "add_metric": "give compile the metric",
    "add_weight": "a layer with weights of its own has forward and backward (docs/own-layer.md)",
    "export": "write ONNX instead (docs/export.md), or save(path) a .keras file",
    "quantize": "models compute in float32 or float64",
    "to_yaml": "use to_json()",
}


def lend_refusals() -> None:
    """Let models have the methods, which say what to do instead."""
    for name, instead in METHODS.items():
        setattr(Model, name, _refusing(name, instead))


def _refusing(name: str, instead: str) -> Callable[..., None]:
    def method(model: Any, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError(
            f"{name}: minicnn's models do not have it; {instead}. docs/keras.md lists what there "
            "is."
        )

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"Refuse: {instead}."
    return method


class _Refusing(type):
    """A class whose attributes, too, say that it cannot be used: ``mnist.load_data``."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        cls()


class _Refused(metaclass=_Refusing):
    """A name that cannot be used."""

    reason: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError(
            f"{type(self).__name__}: {type(self).reason}. docs/keras.md lists what there is."
        )


def refusal(name: str, reason: str) -> type:
    """Return a class of that name whose use raises a NotImplementedError with the reason."""
    return _Refusing(
        name,
        (_Refused,),
        {"reason": REASONS[reason], "__doc__": f"Not in minicnn: {REASONS[reason]}."},
    )
