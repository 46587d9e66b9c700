"""Fuzz the readers of model files, csv, zip and images: python tests/fuzzing/readers.py MINUTES.

A case is a seed: it chooses a file, what to change in it, and how. A reader may accept the result
or reject it with one sentence. Anything else is a finding, and so is a second of processor time,
200 MB of memory, or a file left behind.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import sys
import tempfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

import numpy as np  # noqa: E402
import resident  # noqa: E402
from fer_sources import csv_text, random_rows  # noqa: E402
from PIL import Image  # noqa: E402
from tiny import faces, tiny_network  # noqa: E402

import minicnn  # noqa: E402
from minicnn.data.images import decode_image  # noqa: E402
from minicnn.fer import load_fer2013  # noqa: E402

__all__ = ["READERS", "Fuzzer"]

SECONDS, MEMORY = 1.0, 200e6
#: Numbers and texts that formats trip over.
_WORDS = (
    *(b"\x00", b"\xff", b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", b"\xff" * 8, b"-1", b"1e999"),
    *(b"NaN", b"null", b"[]", b"{}", b"9" * 30, b'"', b",", b"\n", b"\r", b"/", b"../", b"\xc3("),
    *(b"true", b"Lambda", b"[[[[[[", b"kernel", b"0.0", b"4294967295"),
)


def changed(data: bytes, rng: random.Random) -> bytes:
    """Change a few places of a file."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        place = rng.randrange(len(out) + 1)
        length = rng.choice((1, 2, 4, 16, 256))
        match rng.randrange(6):
            case 0 if place < len(out):
                out[place] ^= 1 << rng.randrange(8)
            case 1:
                word = rng.choice(_WORDS)
                out[place : place + len(word)] = word
            case 2:
                out[place:place] = rng.choice(_WORDS)
            case 3:
                del out[place : place + length]
            case 4:
                out[place:place] = out[place : place + length]
            case 5 if rng.random() < 0.3:
                del out[place:]
            case _:
                out[place : place + length] = rng.randbytes(min(length, 16))
    return bytes(out)


def changed_json(data: bytes, rng: random.Random) -> bytes:
    """Replace a value somewhere in a JSON document by another kind of value."""
    document = json.loads(data)
    places = []

    def walk(value: object) -> None:
        items = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore
        for key, one in items:
            places.append((value, key))
            if isinstance(one, dict | list):
                walk(one)

    walk(document)
    for _ in range(rng.choice((1, 1, 3))):
        holder, key = rng.choice(places)
        values = (None, -1, 0, 10**30, 1e308, float("nan"), "", "relu", "x" * 5000, [], {}, [[]])
        holder[key] = rng.choice((*values, True, [10**9] * 4, rng.choice(places)[0], 2**40))
    try:
        return json.dumps(document).encode()
    except (ValueError, RecursionError):  # it contains itself
        return data


class Fuzzer:
    """One reader, and the files that are changed for it.

    Parameters
    ----------
    read : callable
        Takes the path of a file.
    files : dict of str to bytes
        Name and content of correct files.
    """

    def __init__(self, read: Callable[[Path], object], files: dict[str, bytes]) -> None:
        self.read, self.files = read, files

    def case(self, seed: int) -> tuple[str, bytes]:
        """Return the name and the content of a file."""
        rng = random.Random(seed)
        name = rng.choice(sorted(self.files))
        data = self.files[name]
        if name.endswith((".keras", ".zip")) and rng.random() < 0.8:
            return name, self._with_changed_member(data, rng)
        return name, changed(data, rng)

    @staticmethod
    def _with_changed_member(data: bytes, rng: random.Random) -> bytes:
        """Change a member, and pack it anew with a correct checksum."""
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        name = rng.choice(sorted(members))
        change = changed_json if name.endswith(".json") and rng.random() < 0.7 else changed
        members[name] = change(members[name], rng)
        if rng.random() < 0.1:
            members[rng.choice(("../x", "/x", "x" * 300, "config.json/"))] = members.pop(name)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", rng.choice((0, 0, 8))) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return out.getvalue()

    def finding(self, seed: int) -> str:
        """Read the file of a seed; return what is wrong, or nothing."""
        name, data = self.case(seed)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            started, before, problem = time.process_time(), resident.reset(), ""
            tracemalloc.start()
            try:
                self.read(path)
            except (ValueError, OSError) as error:
                if len(str(error).splitlines()) != 1 or len(str(error)) > 2000:
                    problem = f"not one sentence: {error!r:.200}"
            except Exception as error:
                problem = f"{type(error).__name__}: {error!s:.200}"
            memory = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            seconds = time.process_time() - started
            if sorted(os.listdir(folder)) != [name]:
                problem = problem or "a file was left behind"
        # What C libraries reserve, tracemalloc does not see; and it takes time and memory itself.
        if memory <= MEMORY and (seconds > SECONDS or resident.peak() - before > MEMORY):
            seconds, memory = self._untraced(name, data)
        if memory > MEMORY:
            problem = problem or f"{memory / 1e6:.0f} MB"
        if seconds > SECONDS:
            problem = problem or f"{seconds:.1f} s"
        return problem

    def _untraced(self, name: str, data: bytes) -> tuple[float, int]:
        """Return the time and the memory of a case without tracemalloc."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            started, before = time.process_time(), resident.reset()
            with contextlib.suppress(Exception):
                self.read(path)
            return time.process_time() - started, resident.peak() - before


def _model_file(name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        model = minicnn.Sequential(
            [
                minicnn.layers.Input((8, 8, 1)),
                minicnn.layers.Conv2D(2, 3, activation="relu", kernel_regularizer="l2"),
                minicnn.layers.BatchNormalization(),
                minicnn.layers.MaxPooling2D(),
                minicnn.layers.Flatten(),
                minicnn.layers.Dropout(0.5),
                minicnn.layers.Dense(3, activation="softmax"),
            ],
            seed=0,
        )
        model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
        model.fit(np.ones((4, 8, 8, 1), "f4"), np.eye(3, dtype="f4")[[0, 1, 2, 0]], verbose=0)
        model.save(path)
        return path.read_bytes()


def _older_h5_file() -> bytes:
    from legacy_files import chain_config, chain_weights, write_model

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.h5"
        write_model(path, chain_config(), chain_weights())
        return path.read_bytes()


def _weights_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.weights.h5"
        tiny_network().save_weights(path)
        return path.read_bytes()


def _zip_of_images() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for split in ("train", "test"):
            for emotion in ("angry", "happy"):
                for number, image in enumerate(faces(1, 1).train.images[:2]):
                    archive.writestr(
                        f"{split}/{emotion}/{number}.png", _encoded(image[:, :, 0], "PNG")
                    )
    return out.getvalue()


def _encoded(pixels: np.ndarray, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, **options)
    return out.getvalue()


def _images() -> dict[str, bytes]:
    grey = np.arange(48 * 48, dtype=np.uint8).reshape(48, 48)
    colour = np.stack([grey, grey.T, 255 - grey], -1)
    kinds = {"PNG": {}, "JPEG": {"quality": 80}, "GIF": {}, "BMP": {}, "WEBP": {}, "TIFF": {}}
    return {
        f"{'grey' if p.ndim == 2 else 'colour'}.{kind.lower()}": _encoded(p, kind, **options)
        for kind, options in kinds.items()
        for p in (grey, colour)
    }


def _csv_file() -> bytes:
    return csv_text(random_rows()).encode()


def _load_weights(path: Path) -> None:
    tiny_network().load_weights(path)


#: Every reader by name; the files are made when it is asked for.
READERS: dict[str, Callable[[], Fuzzer]] = {
    "keras": lambda: Fuzzer(minicnn.load_model, {"m.keras": _model_file("m.keras")}),
    # Texts of fixed length, as Keras 1 and 2 wrote them, and of variable length.
    "h5": lambda: Fuzzer(minicnn.load_model, {"m.h5": _older_h5_file()}),
    "h5-3": lambda: Fuzzer(minicnn.load_model, {"m.h5": _model_file("m.h5")}),
    "weights": lambda: Fuzzer(_load_weights, {"m.weights.h5": _weights_file()}),
    "csv": lambda: Fuzzer(load_fer2013, {"fer2013.csv": _csv_file()}),
    "zip": lambda: Fuzzer(load_fer2013, {"fer2013.zip": _zip_of_images()}),
    "images": lambda: Fuzzer(decode_image, _images()),
}


def main(minutes: float, names: list[str]) -> None:
    """Fuzz the readers for so many minutes each, and print the findings."""
    import warnings

    warnings.simplefilter("ignore")
    os.environ["MINICNN_CACHE"] = tempfile.mkdtemp()
    for name in names or READERS:
        fuzzer, start, seed = READERS[name](), time.monotonic(), 1_000_000
        found: dict[str, int] = {}
        while time.monotonic() - start < 60 * minutes:
            problem = fuzzer.finding(seed)
            if problem and problem not in found:
                found[problem] = seed
                print(f"{name}, seed {seed}: {problem}", flush=True)
            seed += 1
        print(f"{name}: {seed - 1_000_000} files, {len(found)} findings", flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2:])
