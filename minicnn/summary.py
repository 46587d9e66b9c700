"""The table of a model's layers."""

from __future__ import annotations

import io
from collections.abc import Iterable

from minicnn.layers import Layer

__all__ = ["summary_table"]


def summary_table(name: str, layers: Iterable[Layer]) -> str:
    """Return a table of the layers: name and class, output shape, parameters."""
    from rich.box import SIMPLE_HEAD  # slow to import, and only people need it
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f'Model "{name}"', title_justify="left", box=SIMPLE_HEAD)
    table.add_column("Layer")
    table.add_column("Output shape")
    table.add_column("Parameters", justify="right")
    learned = fixed = 0
    for layer in layers:
        count = layer.count_params()
        trainable = sum(array.size for array in layer.params.values()) if layer.trainable else 0
        learned, fixed = learned + trainable, fixed + count - trainable
        shape = ", ".join(str(size) for size in layer.output_shape or ())
        table.add_row(f"{layer.name} ({type(layer).__name__})", f"(n, {shape})", f"{count:,}")
    text = io.StringIO()
    console = Console(file=text, width=100, highlight=False)
    console.print(table)
    console.print(
        f"{learned + fixed:,} parameters: {learned:,} trained, {fixed:,} not trained "
        f"({4 * (learned + fixed) / 2**20:.1f} MiB in float32)"
    )
    return text.getvalue().rstrip()
