"""TensorFlow as the oracle of tests: imported quietly, or announced as missing."""

import os
import warnings
from types import ModuleType

import pytest

__all__ = ["keras", "tensorflow"]


def tensorflow() -> ModuleType:
    """Return TensorFlow, or skip the test with the reason."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    with warnings.catch_warnings():
        # Its own imports warn; those are not ours to answer for.
        warnings.simplefilter("ignore")
        return pytest.importorskip(
            "tensorflow", reason="TensorFlow, the oracle of this test, is not installed"
        )


def keras() -> ModuleType:
    """Return Keras on TensorFlow, or skip the test with the reason."""
    tensorflow()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("keras", reason="Keras, the oracle of this test, is missing")
