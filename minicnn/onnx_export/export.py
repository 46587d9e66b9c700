"""From a network to an ONNX file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from minicnn.files import atomic_write, check_path
from minicnn.onnx_export.layers import add_layer
from minicnn.onnx_export.nodes import Nodes, Value
from minicnn.version import __version__

__all__ = ["OPSET", "export_onnx"]

#: The version of ONNX's operators: any runtime since 2020 has it, in browsers too.
OPSET = 13
# The version of the file's form that came with it.
_IR_VERSION = 7


def export_onnx(model: Any, filepath: str | Path) -> None:
    """Write a network as an ONNX file that computes what ``model.predict`` does.

    Inputs and outputs have the shapes that they have here, with images as (n, h, w, c), float32,
    and any n. The metadata of the file holds what ``model.extra`` says: ``class_names`` as JSON,
    and ``scale``. Needs the package onnx: ``pip install onnx``.

    Parameters
    ----------
    model : Model
    filepath : path
        Replaced if it exists.

    Raises
    ------
    ImportError
        If the package onnx is missing.
    ValueError
        If the model is not built, or a layer has no counterpart.
    OSError
        If the file cannot be written.
    """
    try:
        import onnx
    except ImportError as error:
        raise ImportError("ONNX files need the package onnx: pip install onnx.") from error

    check_path(filepath)
    model.require_built("export_onnx")
    proto = onnx.helper.make_model(
        _graph(model),
        producer_name="minicnn",
        producer_version=__version__,
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        ir_version=_IR_VERSION,
    )
    onnx.helper.set_model_props(proto, _metadata(model.extra))
    onnx.checker.check_model(proto, full_check=True)
    with atomic_write(Path(filepath)) as file:
        file.write(proto.SerializeToString())


def _graph(model: Any) -> Any:
    from onnx import TensorProto, helper

    nodes, values, inputs, outputs = Nodes(), {}, [], []

    def info(name: str, shape: tuple[int, ...]) -> Any:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", *shape])

    for number, tensor in zip(model.graph.inputs, model.inputs, strict=True):
        name = nodes.name(tensor.name)
        inputs.append(info(name, tensor.sample_shape))
        values[number] = nodes.kept(name, tensor.sample_shape)
    for step in model.graph.steps:
        taken: list[Value] = [values[i] for i in step.inputs]
        values[step.output] = add_layer(nodes, step.layer, taken, training=step.training)
    for number, tensor in zip(model.graph.outputs, model.outputs, strict=True):
        # Of its own, even where the value is another output, too, or an input.
        name = nodes.add("Identity", nodes.plain(values[number]), wish=f"{tensor.name}/output")
        outputs.append(info(name, tensor.sample_shape))
    return helper.make_graph(nodes.nodes, model.name, inputs, outputs, nodes.constants)


def _metadata(extra: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in extra.items()
        if name in ("class_names", "scale")
    }
