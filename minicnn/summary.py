"""The table of a network's layers."""

from __future__ import annotations

import io
from typing import Any

from minicnn.layers.naming import class_title
from minicnn.tracing import calls_between

__all__ = ["summary_table"]


def summary_table(network: Any) -> str:
    """Return a table of the layers: name and class, output shape, parameters.

    Where the layers are not a row, it says what each is given.
    """
    from rich.box import SIMPLE_HEAD  # slow to import, and only people need it
    from rich.console import Console
    from rich.table import Table

    sources = _sources(network)
    table = Table(title=f'Model "{network.name}"', title_justify="left", box=SIMPLE_HEAD)
    table.add_column("Layer")
    table.add_column("Output shape")
    table.add_column("Parameters", justify="right")
    if sources:
        table.add_column("Takes")
    for layer in network.all_layers:
        title = f"{layer.name} ({class_title(layer)})"
        cells = [title, _shape(layer.output_shape), f"{layer.count_params():,}"]
        table.add_row(*cells, *([sources.get(layer.name, "")] if sources else []))
    layers = network.graph.layers().values()
    total = network.count_params()
    learned = sum(a.size for layer in layers if layer.trainable for a in layer.params.values())
    text = io.StringIO()
    console = Console(file=text, width=100, highlight=False)
    console.print(table)
    console.print(
        f"{total:,} parameters: {learned:,} trained, {total - learned:,} not trained "
        f"({_bytes(4 * total)} in float32)"
    )
    return text.getvalue().rstrip()


def _bytes(size: int) -> str:
    """Write "12 bytes", "1.5 KiB" or "24.1 MiB"."""
    if size < 2**10:
        return f"{size} bytes"
    return f"{size / 2**10:.1f} KiB" if size < 2**20 else f"{size / 2**20:.1f} MiB"


def _shape(shape: Any) -> str:
    """Write "(n, 48, 48, 1)", or several of these."""
    if isinstance(shape, list):
        return ", ".join(map(_shape, shape))
    sizes = [str(size) for size in shape or () if size is not None]  # None: a model's batch axis
    return f"(n, {', '.join(sizes)})"


def _sources(network: Any) -> dict[str, str]:
    """Return what each layer takes; empty if every layer takes what stands before it."""
    calls = calls_between(network.inputs, network.outputs)
    before = [network.inputs[0].call.layer, *(call.layer for call in calls)]
    if all(
        [tensor.call.layer for tensor in call.inputs] == [last]
        for call, last in zip(calls, before, strict=False)
    ):
        return {}
    sources: dict[str, list[str]] = {}
    for call in calls:
        names = " + ".join(tensor.call.layer.name for tensor in call.inputs)
        sources.setdefault(call.layer.name, []).append(names)
    return {name: "; ".join(given) for name, given in sources.items()}
