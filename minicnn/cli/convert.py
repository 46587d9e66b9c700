"""``minicnn convert``: a model of any format, as a .keras file."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from minicnn.cli.model_option import (
    MODEL_HELP,
    add_expectation_arguments,
    load_named_model,
    say_expectations,
)
from minicnn.cli.path_option import as_path, text_path

if TYPE_CHECKING:
    from minicnn.model import Model

HELP = """Write a model as a .keras file that also says what it expects of its images.

example:
  minicnn convert other.keras -o model.keras --classes csv
  minicnn convert other.h5 -o model.keras --classes csv --scale -1..1 --half
  minicnn convert digits.h5 -o digits.keras

Reads whatever minicnn can read as a model. The new file, a Keras 3 file that Keras opens as well,
keeps the names of the classes and the scale of the pixels, so no other command has to be told:
those that --classes and --scale give, else those of the file, else those that are assumed. Of a
model that is not for images, only the network is converted.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("file", metavar="FILE", type=text_path, help=MODEL_HELP)
    parser.add_argument(
        "-o", "--out", metavar="FILE", type=as_path, required=True, help="the .keras file to write"
    )
    add_expectation_arguments(parser)
    parser.add_argument(
        "--half",
        action="store_true",
        help="write a small file: kernels in half precision, with three digits of each number, and "
        "without the optimizer's state",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace an existing file")


def run(arguments: argparse.Namespace) -> None:
    """Read, complete, write, and print what was read, assumed and written."""
    from minicnn.files import check_writable

    file, out = arguments.file, arguments.out
    if out.suffix != ".keras":
        raise ValueError(f"--out must name a .keras file, got {out}.")
    if out.exists() and not arguments.overwrite:
        raise ValueError(f"{out} exists, expected another --out or --overwrite.")
    check_writable(out)
    model = load_named_model(file)
    said = _images(file, model, arguments)
    if arguments.half:
        model.optimizer = None  # its state is as large as the weights, or twice as large
    model.save(out, half=arguments.half)
    print(f"{file}: {len(model.layers)} layers, {model.count_params():,} parameters.")
    for line in said:
        print(f"  {line}")
    print(f"{out}: {out.stat().st_size:,} bytes{', kernels in half precision' * arguments.half}.")


def _images(file: str, model: Model, arguments: argparse.Namespace) -> list[str]:
    """Complete what the model says about images and classes; return it as lines."""
    from minicnn.fer.models.expectations import expectations

    try:
        expectations(model)
    except ValueError as error:
        if arguments.classes or arguments.scale:
            raise
        return [f"images   not for images of faces: {error}"]
    assumed = say_expectations(file, model, arguments)
    expected = expectations(model)
    h, w = expected.size
    names = ", ".join(expected.class_names or ()) or "no names; --classes A,B,C,... gives them"
    note = dict.fromkeys(assumed, " (assumed)")
    return [
        f"images   {h}x{w}, {'grey' if expected.channels == 1 else 'colour (RGB)'}",
        f"scale    {expected.scale}{note.get('scale', '')}",
        f"classes  {names}{note.get('class_names', '')}",
    ]
