"""The ``minicnn`` command: one file per verb, and one place that handles errors.

A verb's module has ``add_arguments(parser)`` and ``run(arguments)``. It imports everything slow in
``run``, so that ``minicnn --help`` answers at once. Its docstring is its help text: a summary, a
blank line, an example.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
import warnings
from collections.abc import Sequence
from typing import Any

from minicnn.cli import (
    augment,
    convert,
    data_report,
    demo,
    evaluate,
    figures,
    info,
    predict,
    robustness,
    summary,
    train,
)
from minicnn.version import __version__

__all__ = ["main"]

_VERBS = {
    "demo": demo,
    "train": train,
    "evaluate": evaluate,
    "robustness": robustness,
    "figures": figures,
    "predict": predict,
    "data": data_report,
    "augment": augment,
    "convert": convert,
    "summary": summary,
    "info": info,
}

# Standard output has no reader, or the disk is full. Errors about other files are raised with a
# sentence and without an errno.
_OF_THE_OUTPUT = (errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

_EXAMPLE = """example:
  minicnn demo
  minicnn VERB --help
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="minicnn",
        description="Facial emotion recognition with a network library written from scratch.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"minicnn {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    for name, module in _VERBS.items():
        summary, _, example = (module.__doc__ or "").partition("\n\n")
        verb = verbs.add_parser(
            name,
            help=summary[0].lower() + summary[1:].rstrip("."),
            description=summary,
            epilog=example,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(verb)
        verb.set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns
    -------
    int
        The exit code: 0; 2 for bad input; 130 after Ctrl-C; 141 if the output's reader has gone.
    """
    # A file name may hold characters that the terminal cannot show.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        try:
            with warnings.catch_warnings():
                warnings.showwarning = _show_warning
                return _run(argv)
        finally:
            # Flush here: when the interpreter exits, an error can no longer be caught.
            print(end="", flush=True)
    except BrokenPipeError:  # the reader has gone, as in `minicnn summary | head -1`
        code = 141
    except OSError as error:
        print(f"minicnn: the output cannot be written: {error.strerror}.", file=sys.stderr)
        code = 2
    # The interpreter flushes once more when it exits; discard that.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _run(argv: Sequence[str] | None) -> int:
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.verb is None:
        parser.print_help(sys.stderr)
        return 2
    try:
        arguments.run(arguments)
    except (ValueError, OSError) as error:
        if isinstance(error, OSError) and error.errno in _OF_THE_OUTPUT:
            raise
        print(f"minicnn {arguments.verb}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as stop:
        print(f"minicnn {arguments.verb}: {str(stop) or 'interrupted.'}", file=sys.stderr)
        return 130
    return 0


def _show_warning(message: Warning | str, *where: Any, **more: Any) -> None:
    print(f"minicnn: {message}", file=sys.stderr)
