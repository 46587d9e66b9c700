"""Checkpoint files: what goes in comes out, and damage shows."""

import errno
import hashlib
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from minicnn.training import checkpoint
from minicnn.training.checkpoint import (
    CheckpointError,
    Checkpoints,
    read_checkpoint,
    write_checkpoint,
)

arrays = hnp.arrays(
    st.sampled_from(["f4", "f8", "i8", "u1", "?", ">f4"]),
    hnp.array_shapes(min_dims=0, min_side=0, max_side=3),
)
leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), arrays)
trees = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner)
)


def equal(a, b):
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(equal, a, b))
    return repr(a) == repr(b)  # to the last bit, NaN and -0.0 included


@given(state=st.dictionaries(st.text(), trees))
def test_what_goes_in_comes_out(tmp_path_factory, state):
    path = tmp_path_factory.mktemp("checkpoint") / "a"
    write_checkpoint(path, state)
    assert equal(state, read_checkpoint(path))


def test_a_key_that_is_no_text_is_refused(tmp_path):
    # JSON would make a text of it, and the array under it could not be found again.
    with pytest.raises(TypeError, match=r"a checkpoint's keys must be texts, got \[1\]"):
        write_checkpoint(tmp_path / "a", {"a": {1: np.zeros(2)}})


def test_arrays_come_back_new_and_can_be_changed(tmp_path):
    strided = np.arange(12.0).reshape(3, 4)[:, ::2]
    write_checkpoint(tmp_path / "a", {"a": strided, "b": np.float32(0.1)})
    back = read_checkpoint(tmp_path / "a")
    back["a"] += 1
    np.testing.assert_array_equal(back["a"], strided + 1)
    assert back["b"] == float(np.float32(0.1))


@pytest.mark.parametrize("value", [object(), {1, 2}, np.array(["a"]), np.array([object()])])
def test_what_is_neither_number_nor_array_is_refused(tmp_path, value):
    with pytest.raises(TypeError, match="a checkpoint can hold dicts, lists, numbers"):
        write_checkpoint(tmp_path / "a", {"a": value})
    assert os.listdir(tmp_path) == []


@pytest.fixture
def whole(tmp_path):
    path = tmp_path / "a"
    write_checkpoint(path, {"weights": np.arange(50.0), "epoch": 3})
    return path


def test_every_flipped_bit_is_found(whole):
    content = whole.read_bytes()
    for place in range(len(content)):
        spoilt = bytearray(content)
        spoilt[place] ^= 1 << place % 8
        whole.write_bytes(spoilt)
        with pytest.raises(CheckpointError, match="is damaged"):
            read_checkpoint(whole)


def test_every_torn_file_is_found(whole):
    content = whole.read_bytes()
    for length in range(len(content)):
        whole.write_bytes(content[:length])
        with pytest.raises(CheckpointError, match="is damaged"):
            read_checkpoint(whole)


def test_one_of_another_version_is_no_damaged_one(whole):
    content = b"minicnn checkpoint 1\n" + whole.read_bytes()[len(checkpoint.MAGIC) : -32]
    whole.write_bytes(content + hashlib.sha256(content).digest())
    with pytest.raises(ValueError, match="was written by another version") as refused:
        read_checkpoint(whole)
    assert not isinstance(refused.value, CheckpointError)


def test_a_file_with_zeros_at_its_end_is_found(whole):
    # What some file systems leave behind after a power cut.
    content = whole.read_bytes()
    whole.write_bytes(content[:-100] + bytes(100))
    with pytest.raises(CheckpointError, match="is damaged"):
        read_checkpoint(whole)


def test_the_newest_and_the_one_before_it_are_kept(tmp_path):
    checkpoints = Checkpoints(tmp_path / "deep" / "folder")
    assert checkpoints.load() == (None, [])
    for number in range(5):
        checkpoints.save({"number": number})
        assert Checkpoints(checkpoints.folder).load() == ({"number": number}, [])
    found = {read_checkpoint(path)["state"]["number"] for path in checkpoints.folder.iterdir()}
    assert found == {3, 4}


def test_a_damaged_newest_is_told_and_the_one_before_it_used(tmp_path):
    checkpoints = Checkpoints(tmp_path)
    for number in range(4):
        checkpoints.save({"number": number})
    newest = max(tmp_path.iterdir(), key=lambda path: read_checkpoint(path)["count"])
    newest.write_bytes(newest.read_bytes()[:-1])
    state, problems = Checkpoints(tmp_path).load()
    assert state == {"number": 2}
    assert problems == [f"{newest} is damaged: its digest does not match."]

    # The next one takes the place of the damaged one.
    after = Checkpoints(tmp_path)
    after.load()
    after.save({"number": 9})
    assert Checkpoints(tmp_path).load() == ({"number": 9}, [])
    assert len(list(tmp_path.iterdir())) == 2


def test_without_the_previous_there_is_one_file(tmp_path):
    checkpoints = Checkpoints(tmp_path, previous=False)
    for number in range(3):
        checkpoints.save({"number": number})
    assert len(list(tmp_path.iterdir())) == 1
    assert Checkpoints(tmp_path, previous=False).load() == ({"number": 2}, [])


def test_a_full_disk_is_said_and_the_newest_is_intact(tmp_path, monkeypatch):
    checkpoints = Checkpoints(tmp_path)
    for number in range(3):
        checkpoints.save({"number": number})

    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match=r"checkpoint cannot be written: No space left on device"):
            checkpoints.save({"number": 3})
    assert Checkpoints(tmp_path).load() == ({"number": 2}, [])
    checkpoints.save({"number": 4})
    assert Checkpoints(tmp_path).load() == ({"number": 4}, [])


def test_a_killed_process_leaves_nothing_for_long(tmp_path):
    checkpoints = Checkpoints(tmp_path)
    checkpoints.save({"number": 0})
    (tmp_path / ".b.checkpoint.0123abcd.part").write_bytes(b"half")
    assert checkpoints.load() == ({"number": 0}, [])
    checkpoints.save({"number": 1})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.checkpoint", "b.checkpoint"]


def test_clearing_leaves_what_is_not_its_own(tmp_path):
    checkpoints = Checkpoints(tmp_path / "folder")
    checkpoints.save({"number": 0})
    (tmp_path / "folder" / "notes.txt").write_text("mine")
    checkpoints.clear()
    assert os.listdir(tmp_path / "folder") == ["notes.txt"]
    (tmp_path / "folder" / "notes.txt").unlink()
    checkpoints.clear()
    assert os.listdir(tmp_path) == []


def test_the_file_says_what_it_is(whole):
    assert whole.read_bytes().startswith(checkpoint.MAGIC)
