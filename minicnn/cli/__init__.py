"""The ``minicnn`` command: one file per verb, and one place for its errors.

A verb's module has ``add_arguments(parser)`` and ``run(arguments)``; what it needs beyond that
it imports in ``run``, so that ``minicnn --help`` answers at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from minicnn.cli import train
from minicnn.version import __version__

__all__ = ["main"]

_VERBS = {"train": train}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="minicnn",
        description="Facial emotion recognition with a network library written from scratch.",
    )
    parser.add_argument("--version", action="version", version=f"minicnn {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
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
    """Run the command; return its exit code: 0, 2 for bad input, 130 after Ctrl-C."""
    arguments = _parser().parse_args(argv)
    try:
        arguments.run(arguments)
    except (ValueError, OSError) as error:
        print(f"minicnn {arguments.verb}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"minicnn {arguments.verb}: interrupted.", file=sys.stderr)
        return 130
    return 0
