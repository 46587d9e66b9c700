"""YuNet's file, fetched from a server on this machine."""

import hashlib
import os
import socket
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from minicnn import cli
from minicnn.fer.detection import yunet_file
from minicnn.fer.detection.yunet_file import YUNET, fetched, kept_file, place

CONTENT = bytes(range(256)) * 40


@contextmanager
def server(content, *, status=200, length=None):
    """Serve one content on 127.0.0.1; yields the file that is published there."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.send_header("Content-Length", str(len(content) if length is None else length))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as served:
        thread = threading.Thread(target=served.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield published(f"http://127.0.0.1:{served.server_address[1]}/yunet.onnx")
        finally:
            served.shutdown()
            thread.join()


def published(url):
    digest = hashlib.sha256(CONTENT).hexdigest()
    return replace(YUNET, url=url, size=len(CONTENT), sha256=digest)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("MINICNN_CACHE", str(folder))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return folder


def test_it_is_fetched_into_the_cache_and_found_there(cache):
    with server(CONTENT) as file:
        assert kept_file(file) is None
        assert fetched(file) == place(file) == cache / "yunet_s_640_640.onnx"
    assert kept_file(file) == CONTENT
    assert [path.name for path in cache.iterdir()] == ["yunet_s_640_640.onnx"]


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        (CONTENT[:-1] + b"x", {}, "gave 10,240 bytes that are not the expected 10,240"),
        (CONTENT + b"more", {}, "gave 10,241 bytes that are not the expected 10,240"),
        (CONTENT[:5000], {"length": len(CONTENT)}, "gave 5,000 bytes that are not the expected"),
        (b"<html>log in", {}, "gave 12 bytes that are not the expected 10,240"),
        (b"", {"status": 404}, r"cannot be fetched \(the server answers 404 Not Found\)"),
    ],
)
def test_what_is_not_the_file_is_not_kept(cache, content, options, told):
    with server(content, **options) as file, pytest.raises(OSError, match=told):
        fetched(file)
    assert not cache.exists() or not list(cache.iterdir())


def test_without_a_network_a_sentence_says_what_to_do(cache):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # without listening
        file = published(f"http://127.0.0.1:{nobody.getsockname()[1]}/yunet.onnx")
        with pytest.raises(OSError, match=r"cannot be fetched \(Connection refused\)") as refused:
            fetched(file)
    assert str(refused.value).endswith(
        f"Where there is a network, download it and copy it to {place(file)}, or give the file to "
        "`minicnn predict --faces --detector FILE`."
    )
    assert not cache.exists()


def test_a_damaged_file_counts_as_missing_and_is_replaced(cache):
    cache.mkdir()
    place(YUNET).write_bytes(CONTENT[:-1])
    with server(CONTENT) as file:
        assert kept_file(file) is None
        fetched(file)
    assert kept_file(file) == CONTENT


def test_the_command_says_what_it_does(cache, monkeypatch, capsys):
    with server(CONTENT) as file:
        monkeypatch.setattr(yunet_file, "YUNET", file)
        assert cli.main(["get", "yunet"]) == 0
        first, second = capsys.readouterr().out.splitlines()
        assert first == (f"Fetching {file.url} (10,240 bytes, Apache 2.0) to {place(file)}.")
        assert second.startswith("Done: its SHA-256 is the expected one.")
    assert cli.main(["get", "yunet"]) == 0  # the server is gone
    assert capsys.readouterr().out == f"{place(file)} is there already.\n"


@pytest.mark.skipif("MINICNN_YUNET" not in os.environ, reason="MINICNN_YUNET names no file")
def test_the_pinned_file_is_the_one_that_was_tried():
    content = Path(os.environ["MINICNN_YUNET"]).read_bytes()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (YUNET.size, YUNET.sha256)


def test_without_a_home_folder_it_says_what_to_set(monkeypatch):
    def no_home():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(yunet_file, "cache_folder", no_home)
    with pytest.raises(OSError, match="no home folder for the cache, expected MINICNN_CACHE to"):
        place(YUNET)
