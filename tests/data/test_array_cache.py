"""A cache is never in the way."""

import logging
import os
import sys

import numpy as np
import pytest

from minicnn.data import array_cache
from minicnn.data.array_cache import cache_folder, cached_arrays, fingerprint


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MINICNN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


class Builder:
    """Counts how often it is asked."""

    def __init__(self):
        self.asked = 0

    def __call__(self):
        self.asked += 1
        return {"a": np.arange(1000), "b": np.float32([[self.asked]])}


def anything(arrays):
    return True


def test_the_second_time_nothing_is_built(folder):
    build = Builder()
    first = cached_arrays("key", build, anything)
    second = cached_arrays("key", build, anything)
    assert build.asked == 1
    assert set(first) == set(second)
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])
        assert first[name].dtype == second[name].dtype
    assert [path.name for path in folder.iterdir()] == ["key.npz"]


def test_another_key_is_another_entry():
    build = Builder()
    cached_arrays("one", build, anything)
    cached_arrays("two", build, anything)
    assert build.asked == 2


@pytest.mark.parametrize("damage", ["empty", "cut", "text", "changed", "pickle", "invalid"])
def test_a_damaged_entry_is_built_again_in_silence(folder, damage, capfd):
    build = Builder()
    cached_arrays("key", build, anything)
    file = folder / "key.npz"
    content = bytearray(file.read_bytes())
    if damage == "empty":
        file.write_bytes(b"")
    elif damage == "cut":
        file.write_bytes(content[:-500])
    elif damage == "text":
        file.write_text("no archive")
    elif damage == "changed":
        content[4000] ^= 1
        file.write_bytes(content)
    elif damage == "pickle":
        np.savez(file, a=np.array([{}], dtype=object))
    valid = (lambda arrays: False) if damage == "invalid" else anything
    assert cached_arrays("key", build, valid)["b"] == 2
    assert cached_arrays("key", build, anything)["b"] == 2
    assert build.asked == 2
    assert capfd.readouterr() == ("", "")


def test_an_unwritable_folder_costs_one_line(folder, caplog):
    folder.write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        assert cached_arrays("key", Builder(), anything)["b"] == 1
    assert len(caplog.messages) == 1
    assert "is not cached" in caplog.messages[0]
    assert "key.npz" in caplog.messages[0]


def test_a_failed_write_leaves_nothing(folder, monkeypatch, caplog):
    def full(file, **arrays):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    assert cached_arrays("key", Builder(), anything)["b"] == 1
    assert "No space left on device" in caplog.text
    assert list(folder.iterdir()) == []


def test_an_interrupted_write_keeps_the_old_entry(folder, monkeypatch):
    build = Builder()
    cached_arrays("key", build, anything)

    def interrupt(file, **arrays):
        file.write(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", interrupt)
        with pytest.raises(KeyboardInterrupt):
            cached_arrays("key", build, lambda arrays: False)
    assert cached_arrays("key", build, anything)["b"] == 1
    assert [path.name for path in folder.iterdir()] == ["key.npz"]


def test_the_fingerprint_knows_name_size_and_time(tmp_path):
    (tmp_path / "a").write_bytes(b"12")
    os.utime(tmp_path / "a", ns=(5, 5))
    before = fingerprint(tmp_path, ["a"])
    assert fingerprint(tmp_path, ["a"]) == before

    os.utime(tmp_path / "a", ns=(5, 6))
    assert fingerprint(tmp_path, ["a"]) != before
    (tmp_path / "a").write_bytes(b"123")
    os.utime(tmp_path / "a", ns=(5, 5))
    assert fingerprint(tmp_path, ["a"]) != before
    (tmp_path / "b").write_bytes(b"12")
    os.utime(tmp_path / "b", ns=(5, 5))
    assert fingerprint(tmp_path, ["b"]) != before

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "b").rename(elsewhere / "a")
    assert fingerprint(elsewhere, ["a"]) == before


def test_where_the_cache_lies(monkeypatch, tmp_path):
    assert cache_folder() == tmp_path / "cache"
    monkeypatch.delenv("MINICNN_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for platform, place in [
        ("linux", "xdg/minicnn"),
        ("darwin", "home/Library/Caches/minicnn"),
        ("win32", "local/minicnn"),
    ]:
        monkeypatch.setattr(sys, "platform", platform)
        assert cache_folder() == tmp_path / place
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == tmp_path / "home/.cache/minicnn"


def test_without_a_home_folder_everything_is_built(monkeypatch):
    def no_home():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(array_cache, "cache_folder", no_home)
    build = Builder()
    for _ in range(2):
        cached_arrays("key", build, anything)
    assert build.asked == 2
