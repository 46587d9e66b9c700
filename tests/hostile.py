"""Files that nobody should have to read: refused soon, in little memory, with a sentence."""

import time
import tracemalloc

import pytest
import resident

from minicnn import load_model
from minicnn.saving import ModelFileError

__all__ = ["layer", "refused"]


def layer(config, index):
    return config["config"]["layers"][index]


def refused(path, message, load=load_model):
    """Loading fails with the message, soon and in little memory."""
    started, before = time.process_time(), resident.reset()
    tracemalloc.start()
    try:
        with pytest.raises(ModelFileError, match=message):
            load(path)
        # A config of 4 MiB may take some 30 times that as Python's objects.
        assert tracemalloc.get_traced_memory()[1] < 160 << 20
        assert resident.peak() - before < 200e6
    finally:
        tracemalloc.stop()
    assert time.process_time() - started < 5
