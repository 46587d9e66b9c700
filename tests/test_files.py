"""A file appears whole or not at all."""

import os
import signal
import stat
import subprocess
import sys

import pytest

from minicnn.files import (
    atomic_write,
    check_path,
    check_writable,
    one_line,
    one_line_errors,
    path_text,
    write_json,
    write_text,
)


def test_writes_and_replaces(tmp_path):
    path = tmp_path / "a.txt"
    for content in (b"first", b"second"):
        with atomic_write(path) as out:
            out.write(content)
        assert path.read_bytes() == content
    assert os.listdir(tmp_path) == ["a.txt"]


def test_old_file_is_there_until_the_end(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    with atomic_write(path) as out:
        out.write(b"new")
        out.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_exception_leaves_the_old_file_and_nothing_else(tmp_path, error):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    with pytest.raises(error), atomic_write(path) as out:  # noqa: PT012
        out.write(b"half")
        raise error
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_full_disk_is_said(tmp_path):
    with (  # noqa: PT012
        pytest.raises(OSError, match=r"a\.txt cannot be written: No space left on device\.$"),
        atomic_write(tmp_path / "a.txt") as out,
        open("/dev/full", "wb", buffering=0) as full,
    ):
        out.write(b"half")
        full.write(b"x")
    assert os.listdir(tmp_path) == []


def test_the_blocks_own_errors_are_not_touched(tmp_path):
    with pytest.raises(FileNotFoundError, match="elsewhere"), atomic_write(tmp_path / "a.txt"):
        (tmp_path / "elsewhere").read_bytes()


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("", FileExistsError, "it is a folder, expected a file name"),
        ("missing/a.txt", FileNotFoundError, "No such file or directory"),
        ("file/a.txt", NotADirectoryError, "Not a directory"),
        ("a" * 300, OSError, "File name too long"),
    ],
)
def test_an_unwritable_place_is_one_sentence(tmp_path, name, error, message):
    (tmp_path / "file").touch()
    with (
        pytest.raises(error, match=f"cannot be written: {message}.$"),
        atomic_write(tmp_path / name),
    ):
        pytest.fail("must not get here")
    with pytest.raises(error, match=f"cannot be written: {message}.$"):
        check_writable(tmp_path / name)


def test_a_place_that_can_be_written_is_left_as_it_was(tmp_path):
    (tmp_path / "old.txt").write_bytes(b"old")
    for name in ("old.txt", "new.txt"):
        check_writable(tmp_path / name)
    assert os.listdir(tmp_path) == ["old.txt"]
    assert (tmp_path / "old.txt").read_bytes() == b"old"


def test_a_device_is_not_replaced():
    with pytest.raises(OSError, match="it is a device or a pipe"), atomic_write("/dev/null"):
        pytest.fail("must not get here")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_link_keeps_pointing(tmp_path):
    target, link = tmp_path / "folder" / "a.txt", tmp_path / "link"
    target.parent.mkdir()
    link.symlink_to(target)
    with atomic_write(link) as out:
        out.write(b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_permissions_are_the_users_usual_ones(tmp_path):
    with atomic_write(tmp_path / "a.txt") as out:
        out.write(b"new")
    (tmp_path / "b.txt").write_bytes(b"new")
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "b.txt").stat().st_mode


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_a_killed_process_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    script = (
        "import sys, time\n"
        "from minicnn.files import atomic_write\n"
        "with atomic_write(sys.argv[1]) as out:\n"
        "    out.write(b'half')\n"
        "    out.flush()\n"
        "    print('written', flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "written\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert path.read_bytes() == b"old"


def test_texts_and_dicts_are_written_whole(tmp_path):
    write_text(tmp_path / "a.txt", "é\n")
    assert (tmp_path / "a.txt").read_bytes() == b"\xc3\xa9\n"
    write_json(tmp_path / "a.json", {"epoch": 1})
    assert (tmp_path / "a.json").read_text() == '{\n  "epoch": 1\n}\n'
    assert sorted(os.listdir(tmp_path)) == ["a.json", "a.txt"]


@pytest.mark.parametrize("path", ["a\0b", "a\ud800b"])
def test_a_path_that_no_file_can_have_is_named(path):
    for use in (check_path, check_writable, lambda path: write_text(path, "")):
        with pytest.raises(ValueError, match=r"^'a\\\w+' holds .* no file name can have\.$"):
            use(path)
    check_path("a")


def test_messages_stay_on_one_line_whatever_a_file_calls_its_parts():
    assert one_line("a\nb\r\x1b[2J\u2028\u202e\udc80é 😀") == (
        "a\\nb\\r\\x1b[2J\\u2028\\u202e\\udc80é 😀"
    )
    with pytest.raises(ValueError, match=r"^a\\nb$"), one_line_errors():
        raise ValueError("a\nb")


def test_a_path_in_bytes_is_refused():
    with pytest.raises(TypeError, match=r"b'a\.txt' is not a path: expected a string, got bytes"):
        path_text(b"a.txt")
