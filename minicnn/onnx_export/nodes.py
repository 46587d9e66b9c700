"""The graph of an ONNX file while it is being written: nodes, constants, and where images lie.

Images are (n, h, w, c) here and (n, c, h, w) in ONNX's operators. So every array of images is kept
in ONNX's order between the nodes, and put into ours where an operation asks for it.
"""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Nodes", "Value"]

_TO_ONNX, _FROM_ONNX = (0, 3, 1, 2), (0, 2, 3, 1)


class Value(NamedTuple):
    """What a node gives.

    Attributes
    ----------
    name : str
    shape : tuple of int
        Of a sample, as minicnn has it: (h, w, c) of an image.
    """

    name: str
    shape: tuple[int, ...]

    @property
    def is_image(self) -> bool:
        """Whether it is kept as (n, c, h, w)."""
        return len(self.shape) == 3

    def axis(self, axis: int) -> int:
        """Return the axis of the kept array for one of ours, batch axis included."""
        axis %= len(self.shape) + 1
        return _TO_ONNX.index(axis) if self.is_image else axis


class Nodes:
    """Collects nodes and constants.

    Attributes
    ----------
    nodes, constants : list
        As the onnx package makes them.
    """

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._names: set[str] = set()

    def name(self, wish: str) -> str:
        """Return a name that no other node or constant has."""
        numbered = (f"{wish}_{number}" for number in itertools.count(2))
        name = next(name for name in itertools.chain([wish], numbered) if name not in self._names)
        self._names.add(name)
        return name

    def constant(self, values: Any, wish: str = "constant", dtype: str = "float32") -> str:
        """Add an array and return its name."""
        from onnx import numpy_helper

        name = self.name(wish)
        array = np.ascontiguousarray(np.asarray(values, dtype))
        self.constants.append(numpy_helper.from_array(array.reshape(np.shape(values)), name))
        return name

    def add(self, operator: str, *inputs: str, wish: str = "", **attributes: Any) -> str:
        """Add a node and return the name of its output."""
        from onnx import helper

        output = self.name(wish or operator.lower())
        self.nodes.append(
            helper.make_node(operator, list(inputs), [output], name=output, **attributes)
        )
        return output

    def plain(self, value: Value) -> str:
        """Return the name of a value in our order of axes."""
        if not value.is_image:
            return value.name
        return self.add("Transpose", value.name, perm=_FROM_ONNX)

    def kept(self, name: str, shape: tuple[int, ...]) -> Value:
        """Return a value for an array in our order of axes."""
        if len(shape) == 3:
            name = self.add("Transpose", name, perm=_TO_ONNX)
        return Value(name, shape)

    def constant_like(self, array: np.ndarray, shape: tuple[int, ...], wish: str) -> str:
        """Add an array that fits samples of a shape by the rules of broadcasting."""
        if len(shape) == 3:
            sizes = (1,) * (3 - array.ndim) + array.shape
            array = array.reshape(sizes).transpose(2, 0, 1)
        return self.constant(array, wish)
