"""``minicnn export``: a model as an ONNX file."""

from __future__ import annotations

import argparse

from minicnn.cli.model_option import MODEL_HELP, add_expectation_arguments, load_model_file
from minicnn.cli.path_option import as_path, text_path

HELP = """Write a model as an ONNX file, for browsers, phones and other libraries.

example:
  minicnn export runs/first/best.keras --onnx emotions.onnx
  minicnn export pretrained --onnx emotions.onnx

The file computes what minicnn computes, from images as (n, h, w, c). Its metadata names the classes
and the scale of the pixels. Needs the package onnx: pip install onnx.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "file",
        metavar="FILE",
        type=text_path,
        help=MODEL_HELP,
    )
    parser.add_argument(
        "--onnx", metavar="FILE", type=as_path, required=True, help="the .onnx file to write"
    )
    add_expectation_arguments(parser)
    parser.add_argument("--overwrite", action="store_true", help="replace an existing file")


def run(arguments: argparse.Namespace) -> None:
    """Read, write, and print what the file takes and gives."""
    from minicnn.fer.models.expectations import expectations
    from minicnn.files import check_writable
    from minicnn.onnx_export import export_onnx

    out = arguments.onnx
    if out.suffix != ".onnx":
        raise ValueError(f"--onnx must name an .onnx file, got {out}.")
    if out.exists() and not arguments.overwrite:
        raise ValueError(f"{out} exists; choose another name, or add --overwrite.")
    check_writable(out)
    model = load_model_file(arguments.file, arguments)
    try:
        export_onnx(model, out)
    except ImportError as error:
        raise ValueError(str(error)) from error
    expected = expectations(model)
    h, w = expected.size
    print(f"{out}: {out.stat().st_size:,} bytes, ONNX with the operators of opset 13.")
    print(f"  takes  float32 (n, {h}, {w}, {expected.channels}), pixels {expected.scale}")
    print(f"  gives  {', '.join(expected.class_names or ()) or 'outputs without names'}")
