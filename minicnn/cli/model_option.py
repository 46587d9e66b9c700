"""The model a verb works with: from --model, or the one that comes with the package."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from minicnn.cli.path_option import text_path

if TYPE_CHECKING:
    from minicnn.model import Model

__all__ = ["add_model_argument", "given_model_name", "load_given_model", "load_named_model"]


def add_model_argument(parser: argparse.ArgumentParser) -> None:
    """Declare --model."""
    parser.add_argument(
        "--model",
        metavar="FILE",
        type=text_path,
        help="a .keras file (without it: the pretrained model)",
    )


def load_given_model(path: str | None) -> Model:
    """Return the model."""
    from minicnn.fer.models.pretrained import load_pretrained

    return load_pretrained() if path is None else load_named_model(path)


def load_named_model(path: str | Path) -> Model:
    """Return the model of a file.

    Raises
    ------
    OSError, ValueError
        As :func:`minicnn.load_model`; of a run folder, the message says what it has instead.
    """
    from minicnn.loading import load_model

    try:
        return load_model(path)
    except FileNotFoundError as error:
        advice = _advice(Path(path).parent)
        raise FileNotFoundError(f"{error}{advice}") from None
    except ValueError as error:
        advice = _advice(Path(path)) if Path(path).is_dir() else ""
        raise ValueError(f"{error}{advice}") from error


def _advice(path: Path) -> str:
    """Say which models a run folder has; nothing of other folders."""
    from minicnn.fer.runs.folder import RunFolder

    folder = RunFolder(path)
    models = [str(model) for model in (folder.best, folder.model) if model.exists()]
    if models:
        return f" The run has {' and '.join(models)}."
    if folder.record.exists():
        return (
            f" The run in {folder} has not saved a model yet, which it does after its first epoch; "
            "the command that started it continues it with --resume."
        )
    return ""


def given_model_name(path: str | None) -> str:
    """Return the model's name in reports; the pretrained one's holds the hash of its file."""
    from minicnn.fer.models.pretrained import pretrained_name

    return pretrained_name() if path is None else path
