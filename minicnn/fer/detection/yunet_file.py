"""YuNet's file: fetched from its public home once, and kept in the user's cache folder."""

from __future__ import annotations

import hashlib
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from minicnn.data.array_cache import cache_folder
from minicnn.files import atomic_write

__all__ = ["YUNET", "PublicFile", "fetched", "kept_file", "place"]

_TIMEOUT = 30.0


@dataclass(frozen=True)
class PublicFile:
    """A file that others publish, and that must be exactly the one that was tried."""

    name: str
    url: str
    size: int
    sha256: str
    licence: str


#: The version is part of the address, so what is there does not change.
YUNET = PublicFile(
    name="yunet_s_640_640.onnx",
    url=(
        "https://raw.githubusercontent.com/ShiqiYu/libfacedetection.train/"
        "0047ac24afb1a50a0c6105001c89d1b5b805dbf1/onnx/yunet_s_640_640.onnx"
    ),
    size=232_589,
    sha256="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
    licence="Apache 2.0",
)


def place(file: PublicFile) -> Path:
    """Return where the file is kept: in the user's cache folder, or that of ``MINICNN_CACHE``.

    Raises
    ------
    OSError
        If there is no home folder, and `MINICNN_CACHE` does not name one.
    """
    try:
        return cache_folder() / file.name
    except RuntimeError:
        raise OSError(
            "there is no home folder for the cache, expected MINICNN_CACHE to name a folder."
        ) from None


def kept_file(file: PublicFile) -> bytes | None:
    """Return the content of the file; None if it was not fetched, or is damaged."""
    try:
        content = place(file).read_bytes()
    except OSError:
        return None
    return content if _is(content, file) else None


def fetched(file: PublicFile) -> Path:
    """Fetch the file into its place; whatever goes wrong, nothing is left there.

    Raises
    ------
    OSError
        If it cannot be fetched or written, or is not the expected file.
    """
    target = place(file)
    content = _downloaded(file, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(target) as out:
        out.write(content)
    return target


def _downloaded(file: PublicFile, target: Path) -> bytes:
    try:
        with urllib.request.urlopen(file.url, timeout=_TIMEOUT) as answer:
            content = answer.read(file.size + 1)  # a longer one is wrong, however long it is
    except (OSError, HTTPException) as error:
        raise OSError(
            f"{file.url} cannot be fetched ({_reason(error)}). Where there is a network, "
            f"download it and copy it to {target}, or give the file to `minicnn predict --faces "
            "--detector FILE`."
        ) from error
    if not _is(content, file):
        raise OSError(
            f"{file.url} gave {len(content):,} bytes that are not the expected {file.size:,} "
            f"(SHA-256 {file.sha256[:12]}...); they were not kept. Try again, perhaps on another "
            "network."
        )
    return content


def _is(content: bytes, file: PublicFile) -> bool:
    return len(content) == file.size and hashlib.sha256(content).hexdigest() == file.sha256


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answers {error.code} {error.reason}"
    if isinstance(error, urllib.error.URLError):
        error = error.reason if isinstance(error.reason, Exception) else error
    return str(getattr(error, "strerror", None) or error or type(error).__name__)
