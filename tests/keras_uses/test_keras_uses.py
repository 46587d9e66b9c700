"""Every use of Keras's API gives here what the table says: the same, something else, a sentence."""

import functools

import pytest
from oracles import keras

import minicnn
from keras_uses.running import difference, outcome, status
from keras_uses.table import AREAS, table

TABLE = table()


@functools.cache
def in_keras(use, folder):
    return outcome(use, keras(), folder)


def test_every_area_has_uses_with_names_of_their_own():
    assert {use.area for use in TABLE} == set(AREAS)
    assert len(TABLE) >= 300


@pytest.mark.parametrize("use", TABLE, ids=lambda use: use.id)
def test_status(use, tmp_path):
    theirs = in_keras(use, tmp_path / "keras")
    if isinstance(theirs.error, ModuleNotFoundError) and use.area != "old_names":
        pytest.skip(f"{theirs.error.name}, which this use needs, is not installed")
    assert (theirs.error is not None) == use.name.startswith("an error for"), theirs
    ours = outcome(use, minicnn, tmp_path / "minicnn")
    found = status(ours, theirs)
    said = difference(ours, theirs)
    assert found == use.status, f"{use.name}: {said}\nhere: {ours}\nin Keras: {theirs}"
