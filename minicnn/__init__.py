"""minicnn: a convolutional network library to read, check and train with.

Hand-written layers in NumPy and Numba under Keras's names:

>>> import minicnn
>>> from minicnn.layers import Dense, Input, Softmax
>>> model = minicnn.Sequential([Input((4,)), Dense(3), Softmax()])
>>> model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])

Its public names are listed in `minicnn.public`.
"""

import os
import sys

TYPE_CHECKING = False  # as in `typing`, which takes a while to import


def _is_the_command() -> bool:
    program = (getattr(sys, "argv", None) or [""])[0]
    name, _ = os.path.splitext(os.path.basename(program))
    return name == "minicnn" or (program == "-m" and "minicnn" in sys.orig_argv)


#: Whether this process is ``minicnn`` or ``python -m minicnn``, and not a program of its own.
IS_THE_COMMAND = _is_the_command()

# The command loads the library when a verb needs it: --help answers at once, and Ctrl-C during the
# imports reaches code that handles it.
if TYPE_CHECKING or not IS_THE_COMMAND:
    from minicnn.public import *  # noqa: F403
    from minicnn.public import __all__ as __all__
else:

    def __getattr__(name: str) -> object:
        """Load a module of the library, or a public name, at its first use."""
        from importlib import import_module
        from importlib.util import find_spec

        if find_spec(f"minicnn.{name}"):
            return import_module(f"minicnn.{name}")
        return getattr(import_module("minicnn.public"), name)
