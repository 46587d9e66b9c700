"""``minicnn gradcheck``: check every layer of a model, and its gradients as a whole."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minicnn.cli.model_option import MODEL_HELP, load_named_model
from minicnn.cli.path_option import text_path

if TYPE_CHECKING:
    import numpy as np

    from minicnn.checking import CheckReport, GradientReport

HELP = """Check every layer of a model file, and the gradients of the whole model.

example:
  minicnn gradcheck runs/first/model.keras
  minicnn gradcheck model.keras --entries 100 --seed 1
  minicnn gradcheck model.keras --draw wrong/
  minicnn gradcheck pretrained

For each layer: gradients against differences at random values and on kinks, inputs left
unchanged, samples independent, training against inference, running statistics, penalties, files.
Everything is computed in float64; the file is not changed. --draw writes a figure for each layer
with wrong numbers: the layer's against the right ones. A large model takes minutes. The
exit code is 1 if anything is wrong.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("model", metavar="FILE", type=text_path, help=MODEL_HELP)
    parser.add_argument(
        "--entries",
        metavar="N",
        type=int,
        default=10,
        help="elements compared in each array (default: 10); each costs two runs",
    )
    parser.add_argument(
        "--seed", metavar="N", type=int, default=0, help="of inputs and parameters (default: 0)"
    )
    parser.add_argument("--draw", metavar="FOLDER", type=text_path, help="where figures go")


def run(arguments: argparse.Namespace) -> int:
    """Print a table with a row for each layer and for the whole, and what is wrong."""
    import numpy as np

    from minicnn.checking import check_gradients, check_layer
    from minicnn.intervals import whole_number_in

    entries = whole_number_in("[1, inf)", arguments.entries, "--entries")
    model = load_named_model(arguments.model)
    print(f"{'layer':<32}{'class':<24}{'largest error':>14}  verdict")
    reports: list[CheckReport | GradientReport] = []
    for path, layer in model.graph.layers().items():
        report = check_layer(layer, seed=arguments.seed, entries=entries)
        _row(path.rstrip("/"), type(layer).__name__, report.error, report.failed)
        reports.append(report)
        if arguments.draw and any(one.numeric.size for one in report.findings):
            folder = Path(arguments.draw)
            folder.mkdir(parents=True, exist_ok=True)
            report.plot(folder / f"{path.rstrip('/').replace('/', '-')}.png")
    x = _inputs(model, arguments.seed)
    print("Checking the whole model ...", file=sys.stderr, flush=True)
    for training in (True, False) if len(model.outputs) == 1 else ():
        found = check_gradients(model, x, training=training, seed=arguments.seed, entries=entries)
        largest = float(np.max([row.error for row in found.values()]))  # keeps NaN, unlike max
        mode = "training" if training else "inference"
        _row(f"the whole, {mode}", type(model).__name__, largest, found.failed)
        reports.append(found)
    if len(model.outputs) > 1:
        print(f"The model has {len(model.outputs)} outputs; as a whole it is not checked.")
    wrong = [str(one) for one in reports if not one.passed]
    for text in wrong:
        print(f"\n{text}")
    return 1 if wrong else 0


def _row(name: str, kind: str, error: float, failed: list[str]) -> None:
    verdict = f"WRONG: {', '.join(failed)}" if failed else "ok"
    number = f"{error:.1e}" if error == error else "-"
    print(f"{name:<32}{kind:<24}{number:>14}  {verdict}", flush=True)


def _inputs(model: Any, seed: int) -> np.ndarray | tuple[np.ndarray, ...]:
    import numpy as np

    rng = np.random.default_rng(seed)
    xs = tuple(rng.normal(size=(4, *tensor.sample_shape)) for tensor in model.inputs)
    return xs if len(xs) > 1 else xs[0]
