"""Keras's place for callbacks, and what is in it."""

import inspect

import pytest
from oracles import keras

import minicnn.callbacks
from minicnn.callbacks import Callback, EarlyStopping


def test_a_line_of_keras_reads_the_same():
    assert minicnn.callbacks.EarlyStopping is EarlyStopping
    assert minicnn.callbacks.Callback is Callback


@pytest.mark.parametrize("name", minicnn.callbacks.__all__)
def test_every_callback_has_kerass_arguments_and_defaults(name):
    def arguments(cls):
        parameters = inspect.signature(cls).parameters.values()
        # Keras takes arguments of older versions and drops them.
        return [(p.name, p.default) for p in parameters if p.kind is not p.VAR_KEYWORD]

    ours, theirs = (getattr(m, name) for m in (minicnn.callbacks, keras().callbacks))
    assert arguments(ours) == arguments(theirs)
