import pytest
from fer_sources import random_rows


@pytest.fixture
def cache_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MINICNN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="session")
def rows():
    return random_rows()
