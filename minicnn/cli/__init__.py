"""The ``minicnn`` command: one file per verb, and one place that handles errors.

A verb's module has ``HELP`` (a summary, a blank line, an example), ``add_arguments(parser)`` and
``run(arguments)``. It imports everything slow in ``run``, so that ``minicnn --help`` answers at
once. Help texts are no docstrings, because ``python -OO`` has none.
"""

from __future__ import annotations

from minicnn.cli import ctrl_c  # isort: skip  (the other imports take time)

import argparse
import contextlib
import errno
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from minicnn.cli import (
    augment,
    convert,
    data_report,
    demo,
    evaluate,
    export,
    figures,
    get,
    gradcheck,
    info,
    milestone,
    predict,
    robustness,
    summary,
    train,
    verify,
)
from minicnn.streams import PLAIN, open_missing_streams
from minicnn.version import __version__

__all__ = ["main"]

_VERBS = {
    "demo": demo,
    "train": train,
    "evaluate": evaluate,
    "robustness": robustness,
    "figures": figures,
    "predict": predict,
    "get": get,
    "data": data_report,
    "augment": augment,
    "convert": convert,
    "export": export,
    "summary": summary,
    "gradcheck": gradcheck,
    "verify": verify,
    "info": info,
    "milestone": milestone,
}

# Standard output has no reader, or the disk is full. Errors about other files are raised with a
# sentence and without an errno.
_OF_THE_OUTPUT = (errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

_EXAMPLE = """example:
  minicnn demo
  minicnn VERB --help
"""


class _Parser(argparse.ArgumentParser):
    def _print_message(self, message: str, file: Any = None) -> None:
        if file is sys.stdout:  # argparse would hide that help cannot be written
            file.write(message)
        else:
            super()._print_message(message, file)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="minicnn",
        description="Facial emotion recognition with a network library written from scratch.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"minicnn {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    for name, module in _VERBS.items():
        summary, _, example = module.HELP.partition("\n\n")
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

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; by default those of the process.

    Returns
    -------
    int
        The exit code: 0; 1 if a check failed; 2 for bad input; 130 after Ctrl-C; 141 if the
        output's reader has gone.
    """
    verb = "minicnn"
    try:
        open_missing_streams()
        for stream in (sys.stdout, sys.stderr):
            # A file name may hold characters that the terminal cannot show.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors=PLAIN)
        with _flushed():
            parser = _parser()
            arguments = parser.parse_args(argv)
            if arguments.verb is None:
                parser.print_help(sys.stderr)
                return 2
            verb = f"minicnn {arguments.verb}"
            # NumPy comes with it, with the BLAS kernels for this CPU: before a verb imports NumPy.
            import_module("minicnn.public")
            with warnings.catch_warnings():
                warnings.showwarning = _show_warning
                ctrl_c.interrupt()
                # A verb that checks something returns 1 if it is wrong.
                return arguments.run(arguments) or 0
    except (KeyboardInterrupt, Exception) as error:
        ctrl_c.ignore()
        code, sentence = _ending(error, verb)
        _tell(sentence)
        return code
    finally:
        ctrl_c.ignore()


def _ending(error: BaseException, verb: str) -> tuple[int, str]:
    """Return the exit code and the sentence for an error; one that is a bug is raised again."""
    if isinstance(error, OSError) and error.errno in _OF_THE_OUTPUT:
        _discard(sys.stdout)
        if error.errno == errno.EPIPE:  # the reader has gone, as in `minicnn summary | head -1`
            return 141, ""
        return 2, f"minicnn: the output cannot be written: {error.strerror}."
    if isinstance(error, (ValueError, OSError)):
        sentence = str(error)
        if isinstance(error, OSError) and error.strerror and error.filename:
            sentence = f"{error.filename} cannot be used: {error.strerror}."
        if "custom_objects" in sentence:
            sentence += (
                " That is an argument of minicnn.load_model; the command has no such option."
            )
        return 2, f"{verb}: {sentence}"
    if isinstance(error, KeyboardInterrupt) or ctrl_c.was_heard():
        stopped = str(error) if isinstance(error, KeyboardInterrupt) else ""
        return 130, f"{verb}: {stopped or 'interrupted.'}"
    raise error


@contextlib.contextmanager
def _flushed() -> Iterator[None]:
    """Flush the output at the end: when the interpreter exits, an error can no longer be caught."""
    try:
        yield
    finally:
        if hasattr(sys.stdout, "flush"):
            sys.stdout.flush()


def _tell(sentence: str) -> None:
    """Print a sentence on standard error, if that can be written."""
    try:
        print(sentence, end="\n" if sentence else "", file=sys.stderr, flush=True)
    except (AttributeError, OSError, ValueError):
        _discard(sys.stderr)


def _discard(stream: Any) -> None:
    """Let the interpreter's last flush of a stream, as it exits, go nowhere."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _show_warning(message: Warning | str, *where: Any, **more: Any) -> None:
    _tell(f"minicnn: {message}")
