"""``minicnn verify``: check every layer, loss, optimizer and schedule, and the network."""

from __future__ import annotations

import argparse
import os
import sys

from minicnn.cli.out_option import add_out_argument, check_out, show

HELP = """Check every layer, loss, optimizer and schedule, and the documented network.

example:
  minicnn verify
  minicnn verify --out report.html report.json

Compares every gradient with differences of the forward pass in float64, and every optimizer and
schedule with its formula. If TensorFlow is installed (pip install tensorflow), it also
compares everything with Keras: outputs, gradients, statistics, and the weights of the documented
network over 200 training steps with the same batches and dropout masks. These take minutes. The
exit code is 1 if anything disagrees.
"""

FORMS = (".txt", ".html", ".json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--steps",
        type=int,
        metavar="N",
        default=200,
        help="training steps to follow in both libraries; 0 leaves them out (200)",
    )
    parser.add_argument("--seed", type=int, metavar="N", default=0, help="random seed (0)")
    add_out_argument(parser, "report", FORMS)


def run(arguments: argparse.Namespace) -> int:
    """Verify, print the table, write the reports; return 0 if everything agrees, else 1."""
    # A GPU may round float32 products to fewer digits, and TensorFlow need not chat.
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from minicnn.intervals import whole_number_in
    from minicnn.random import check_seed
    from minicnn.streams import is_terminal
    from minicnn.verification import report, verify

    whole_number_in("[0, inf)", arguments.steps, "--steps")
    check_seed(arguments.seed)
    check_out(arguments.out, FORMS)

    def tell(what: str) -> None:
        if is_terminal(sys.stderr):
            print(f"{what} ...", file=sys.stderr)

    results = verify(steps=arguments.steps, seed=arguments.seed, tell=tell)
    forms = {".txt": f"{report.text(results)}\n", ".json": report.json_text(results)}
    if any(path.suffix.casefold() == ".html" for path in arguments.out):
        forms[".html"] = report.html(results)
    show(forms, arguments.out)
    return 0 if results.passed else 1
