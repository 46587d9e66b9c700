"""The model a verb works with, and what its file may not say: --model, --classes, --scale."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from minicnn.cli.path_option import text_path

if TYPE_CHECKING:
    from minicnn.model import Model

__all__ = [
    "MODEL_HELP",
    "add_expectation_arguments",
    "add_model_argument",
    "given_model_name",
    "load_given_model",
    "load_model_file",
    "load_named_model",
    "say_expectations",
]

MODEL_HELP = "a model file, or the name of an included network, which minicnn info lists"
_OPTIONS = {"class_names": "--classes", "scale": "--scale"}
_OTHERWISE = {
    "class_names": "to change that, add --classes csv "
    "(angry, disgust, fear, happy, sad, surprise, neutral) or --classes A,B,C,...",
    "scale": "to change that, add --scale -1..1 or 0..255",
}


def add_model_argument(parser: argparse.ArgumentParser) -> None:
    """Declare --model, --classes and --scale."""
    parser.add_argument(
        "--model",
        metavar="FILE",
        type=text_path,
        help=f"{MODEL_HELP} (pretrained, the default one)",
    )
    add_expectation_arguments(parser)


def add_expectation_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare --classes and --scale."""
    # For argparse up to Python 3.13, "-1..1" is an option unless this matches it.
    parser._negative_number_matcher = re.compile(r"-\.?\d")
    parser.add_argument(
        "--classes",
        metavar="NAMES",
        help="for a model whose file does not name its classes: alphabetical or csv (the orders of "
        "FER2013's folders and csv files), or all names in the order of its outputs: A,B,C",
    )
    parser.add_argument(
        "--scale",
        metavar="RANGE",
        help="for a model whose file does not say it: the values of black and white, 0..1, -1..1 "
        "or 0..255",
    )


def load_given_model(arguments: argparse.Namespace) -> Model:
    """Return the model of --model, or the default one of the included networks."""
    from minicnn.fer.models.pretrained import PRETRAINED

    return load_model_file(arguments.model or PRETRAINED, arguments)


def load_model_file(path: str | Path, arguments: argparse.Namespace) -> Model:
    """Return the model of a file, with what --classes and --scale say, and say what is assumed."""
    model = load_named_model(path)
    say_expectations(path, model, arguments)
    return model


def say_expectations(
    path: str | Path, model: Model, arguments: argparse.Namespace
) -> tuple[str, ...]:
    """Apply --classes and --scale to a model, and say what they replace and what is assumed.

    Returns
    -------
    tuple of str
        Which of "class_names" and "scale" are assumed. From now on, the model says them itself.
    """
    from minicnn.fer.models.expectations import expectations, set_expectations

    def say(sentence: str) -> None:
        print(f"minicnn {arguments.verb}: {sentence}.", file=sys.stderr)

    before = expectations(model)
    expected = set_expectations(model, arguments.classes, arguments.scale)
    for what, option in _OPTIONS.items():
        old = getattr(before, what)
        if old and old != getattr(expected, what) and what not in before.assumed:
            old = old if isinstance(old, str) else ", ".join(old)
            say(f"{option} replaces what {path} says: {old}")
    for what, clause in zip(expected.assumed, expected.assumptions, strict=True):
        say(f"{path} {clause}; {_OTHERWISE[what]}")
    model.extra["scale"] = expected.scale
    if expected.class_names is not None:
        model.extra["class_names"] = list(expected.class_names)
    return expected.assumed


def load_named_model(path: str | Path) -> Model:
    """Return the model of a file, or the included network of that name.

    Raises
    ------
    OSError, ValueError
        As :func:`minicnn.load_model`; of a run folder, the message says what it has instead.
    """
    from minicnn.fer.models.pretrained import advice_on_names, model_file
    from minicnn.loading import load_model

    try:
        return load_model(model_file(path))
    except FileNotFoundError as error:
        advice = _advice(Path(path).parent) + advice_on_names(path)
        raise FileNotFoundError(f"{error}{advice}") from None
    except ValueError as error:
        advice = _advice(Path(path)) if Path(path).is_dir() else ""
        raise ValueError(f"{error}{advice}") from error


def _advice(path: Path) -> str:
    """Say which models a run folder has; nothing of other folders."""
    from minicnn.fer.runs.folder import RunFolder

    folder = RunFolder(path)
    if not folder.record.exists():
        return ""
    models = [str(model) for model in (folder.best, folder.model) if model.exists()]
    if models:
        return f" The run has {' and '.join(models)}."
    return (
        f" The run in {folder} has not saved a model yet, which it does after its first epoch; "
        "the command that started it continues it with --resume."
    )


def given_model_name(path: str | None) -> str:
    """Return the model's name in reports; that of an included network holds its file's digest."""
    from minicnn.fer.models.pretrained import PRETRAINED, pretrained_name, which_pretrained

    name = which_pretrained(path or PRETRAINED)
    return pretrained_name(name) if name else str(path)
