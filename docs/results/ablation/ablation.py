"""What each ingredient of the recipe gives: the recipe, and the recipe without one of them.

Runs of 15 epochs from new weights on a third of FER2013's training images, measured on another
third; the test images are not looked at. Ended at any time, the same command goes on.

usage:
  python docs/results/ablation/ablation.py fer2013.zip runs/ablation
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from minicnn.data.augmentation import Augmentation
from minicnn.data.dataset import Dataset
from minicnn.fer import load_fer2013
from minicnn.fer.datasets.hold_out import hold_out
from minicnn.fer.evaluation.robustness import robustness
from minicnn.fer.runs.configuration import read_config
from minicnn.fer.runs.folder import RunFolder
from minicnn.fer.runs.options import RunOptions
from minicnn.fer.runs.train import train

_PHASE_3 = RunFolder(Path(__file__).parents[1] / "pretrained" / "phase-3")
_RECIPE = replace(
    read_config(_PHASE_3.config),
    epochs=15,
    batch_size=64,
    seed=0,
    start=None,
    log_test=False,
)
#: What is changed in the recipe, by the row of the table.
_CHANGES: dict[str, dict[str, Any]] = {
    "the recipe": {},
    "the recipe, another seed": {"seed": 1},
    "without noise": {"augmentation": replace(_RECIPE.augmentation, noise=0.0)},
    "without changes of light, less zoom": {"augmentation": Augmentation(noise=0.1)},
    "without label smoothing": {"label_smoothing": 0.0},
    "constant rate of 0.001 in place of the cosine": {
        "optimizer": {**_RECIPE.optimizer, "learning_rate": 0.001},
        "schedule": {"name": "constant"},
    },
    "without weight decay": {"optimizer": {**_RECIPE.optimizer, "weight_decay": 0.0}},
}


def main(data: str, out: str) -> None:
    """Train and measure each row, and write the table after each."""
    folder = Path(out)
    fer2013 = load_fer2013(data)
    rest, third = hold_out(fer2013.train, 1 / 3, seed=0)
    _, measured = hold_out(rest, 1 / 2, seed=1)
    name = f"{data}, a third of the training images"
    dataset = Dataset(third, measured, fer2013.class_names, name=name)
    rows = []
    for name, change in _CHANGES.items():
        run = train(
            dataset,
            _run_folder(folder, name).path,
            replace(_RECIPE, **change),
            RunOptions(resume=True, verbose=2),
        )
        noise = robustness(run.model, measured, only=["noise"]).accuracy["noise"]
        rows.append(
            {
                "run": name,
                "training accuracy": run.history.history["accuracy"][-1],
                "accuracy": run.test.accuracy,
                "loss": run.test.loss,
                "calibration error": run.test.calibration_error,
                **dict(zip(("noise 0.05", "noise 0.1", "noise 0.2"), noise, strict=True)),
            }
        )
        table = pd.DataFrame(rows).round(4)
        table.to_csv(folder / "ablation.csv", index=False)
        _epochs(folder, [row["run"] for row in rows]).to_csv(folder / "epochs.csv", index=False)
        print(table.to_string(index=False), flush=True)


def _run_folder(folder: Path, name: str) -> RunFolder:
    return RunFolder(folder / name.replace(" ", "-").replace(",", ""))


def _epochs(folder: Path, names: list[str]) -> pd.DataFrame:
    """Put the epochs of all runs under each other."""
    tables = []
    for name in names:
        run = _run_folder(folder, name)
        history, timing = pd.read_csv(run.history), pd.read_csv(run.timing)
        tables.append(history.round(4).assign(run=name, seconds=timing["seconds"]))
    return pd.concat(tables)[["run", "epoch", "loss", "accuracy", "seconds"]]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
