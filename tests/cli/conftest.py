"""The installed command, as a user runs it."""

import os
from functools import partial

import pytest
from command import run_command
from tiny import face_folder, faces, tiny_network

from minicnn.fer.datasets.image_batches import ImageBatches


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return kept | {"MINICNN_CACHE": str(cache), "PYTHONWARNINGS": "error", "COLUMNS": "80"}


@pytest.fixture
def minicnn(environment, tmp_path):
    """Run the command in an empty folder."""
    return partial(run_command, cwd=tmp_path, environment=environment)


@pytest.fixture
def refused(minicnn):
    """Run the command on what it must refuse: exit code 2 and one sentence, which is returned."""

    def run(*arguments):
        result = minicnn(*arguments)
        assert result.returncode == 2, result
        sentence = result.stderr.strip()
        assert sentence.startswith(f"minicnn {arguments[0]}: ")
        assert sentence.endswith(".")
        assert len(sentence.splitlines()) == 1
        return sentence

    return run


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    """A folder laid out as FER2013 is."""
    return face_folder(tmp_path_factory.mktemp("data") / "faces", faces())


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """A small model that has learned what there is to learn in `data`."""
    network = tiny_network()
    network.fit(ImageBatches(faces().train, batch_size=7), epochs=30, verbose=0)
    path = tmp_path_factory.mktemp("model") / "tiny.keras"
    network.save(path)
    return path
