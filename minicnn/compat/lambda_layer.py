"""Lambda: a function of what layers give, as a layer: ``Lambda(lambda x: x / 127.5 - 1)``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from minicnn.compat.subclassing import SubclassedModel

__all__ = ["Lambda"]


class Lambda(SubclassedModel):
    """A layer that is made by a function of Tensors, as ``call`` of a class is.

    The function runs once. A file holds the layers that it has connected, and no code; a file of
    Keras with a Lambda holds code, and is refused.

    Parameters
    ----------
    function : callable
        Takes what the layer is given, a Tensor or a list of them, and returns what layers give:
        by arithmetic (``x / 127.5 - 1``), functions such as ``minicnn.ops.relu``, or layers.
    output_shape : object
        As in Keras, and not needed: the graph knows it.
    arguments : dict, optional
        Further arguments of the function, by name.
    **common
        Such as `name` and `input_shape`.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        arguments: Mapping[str, Any] | None = None,
        **common: Any,
    ) -> None:
        super().__init__(**common)
        self.function, self.arguments = function, dict(arguments or {})

    def call(self, x: Any) -> Any:
        """Return what the function gives."""
        return self.function(x, **self.arguments)
