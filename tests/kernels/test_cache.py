"""Whatever happens to the files of compiled kernels, kernels run; sound files are used again."""

import importlib.util
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

import minicnn.kernels
from minicnn.kernels import cache

pytestmark = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT), reason="without the JIT, nothing is compiled"
)

KERNEL = """
from minicnn.kernels.cache import njit


@njit(cache=True, nogil=True)
def twice(x):
    return x + x
"""


def noise(path):
    path.write_bytes(np.random.default_rng(0).bytes(5000))


def cut(path):
    path.write_bytes(path.read_bytes()[:-10])


def one_bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1  # in the machine code
    path.write_bytes(content)


def other_version(path):
    # As Numba writes it: the version first, unsealed.
    path.write_bytes(pickle.dumps("0.1") + path.read_bytes())


def unpicklable(path):
    path.write_bytes(b"cnowhere\nNothing\n.")


def folder(path):
    path.unlink()
    path.mkdir()


def full_folder(path):
    folder(path)
    (path / "keep me").touch()


def empty(path):
    path.write_bytes(b"")


DAMAGES = [
    noise,
    cut,
    one_bit,
    other_version,
    unpicklable,
    folder,
    empty,
]


@pytest.fixture
def source(tmp_path, monkeypatch):
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")  # beside the source
    path = tmp_path / "doubling.py"
    path.write_text(KERNEL)
    return path


def start(source):
    """Import the kernel as a new process does: a function that knows only what is on disk."""
    spec = importlib.util.spec_from_file_location("doubling", source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.twice


def hits(source, number=4):
    """Start, compute, and return how many overloads came from disk."""
    twice = start(source)
    assert twice(number) == 2 * number
    return sum(twice.stats.cache_hits.values())


def stored(source, ending):
    return next((source.parent / "__pycache__").glob(f"*.{ending}"))


def test_a_compiled_kernel_is_kept(source):
    assert hits(source) == 0
    assert hits(source) == 1


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_file_is_compiled_again_once(source, damage, ending):
    hits(source)
    damage(stored(source, ending))
    assert hits(source) == 0
    assert hits(source) == 1


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_what_cannot_be_replaced_stays_and_the_kernel_runs(source, ending):
    hits(source)
    full_folder(stored(source, ending))
    assert hits(source) == 0
    assert hits(source) == 0
    assert (stored(source, ending) / "keep me").exists()


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_a_damaged_file_that_nobody_can_replace(source, ending, monkeypatch):
    hits(source)
    noise(stored(source, ending))
    before = stored(source, ending).read_bytes()

    def refuse(*_, **__):
        raise PermissionError("read-only")

    monkeypatch.setattr(os, "replace", refuse)
    assert hits(source) == 0
    assert stored(source, ending).read_bytes() == before
    assert not list(source.parent.rglob("*.tmp.*"))


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_a_file_that_may_not_be_read(source, ending):
    hits(source)
    stored(source, ending).chmod(0)
    if os.access(stored(source, ending), os.R_OK):
        pytest.skip("root may read every file")
    assert hits(source) == 0
    assert hits(source) == 1


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_a_file_that_fails_to_be_read(source, ending, monkeypatch):
    hits(source)
    noise(stored(source, ending))
    read = Path.read_bytes

    def refuse(path):
        if path.suffix == f".{ending}":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refuse)
        assert hits(source) == 0
    assert hits(source) == 1


def test_the_code_of_another_signature_is_never_run(source):
    # Two processes that start with an empty folder both write the first data file, and each its
    # own index: what is left may be the index of one and the data of the other.
    hits(source, 4)
    data_of_int = stored(source, "nbc").read_bytes()
    for file in (source.parent / "__pycache__").iterdir():
        file.unlink()
    hits(source, 2.5)
    stored(source, "nbc").write_bytes(data_of_int)
    assert hits(source, 2.5) == 0
    assert hits(source, 2.5) == 1


def test_another_source_or_mode_is_compiled_again(source, monkeypatch):
    hits(source)
    source.write_text(KERNEL.replace("x + x", "2 * x"))
    assert hits(source) == 0
    assert hits(source) == 1
    with monkeypatch.context() as patch:
        patch.setattr(numba.config, "BOUNDSCHECK", 0 if numba.config.BOUNDSCHECK else 1)
        assert hits(source) == 0
    assert hits(source) == 0


def test_no_folder_at_all(source, monkeypatch):
    monkeypatch.setattr(cache._Places, "_locator_classes", [])
    assert hits(source) == 0
    assert hits(source) == 0
    assert not (source.parent / "__pycache__").exists()


def test_a_source_that_is_gone(source):
    text = source.read_text()
    source.unlink()
    names = {"__name__": "doubling", "__file__": str(source)}
    exec(compile(text, source, "exec"), names)
    assert names["twice"](4) == 8


def test_no_kernel_uses_the_cache_of_numba():
    for path in Path(minicnn.kernels.__file__).parent.glob("*.py"):
        if path.stem != "cache":
            text = path.read_text("utf-8")
            assert not re.search(r"numba\.\w*(jit|cfunc)|from numba import .*(jit|cfunc)", text), (
                path
            )


# Import, and run a kernel that comes without others; print where compiled code was kept.
USE = """
import numpy as np
import minicnn
from minicnn.kernels.relu import _rectify, rectify
y, above = rectify(np.array([-1, 2], np.float32))
assert y.tolist() == [0, 2], y
assert _rectify.overloads
print(_rectify.stats.cache_path)
"""


def use(tmp_path, prefix="", **variables):
    """Run USE in a process of its own and in a folder of its own, and return what it printed."""
    where = tmp_path / "where"
    where.mkdir(exist_ok=True)
    root = Path(minicnn.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", prefix + USE],
        cwd=where,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(root)} | variables,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(where.iterdir()) == []
    return done.stdout.strip()


@pytest.mark.parametrize("name", ["", "a file", "a file/within", "n" * 300])
def test_a_cache_folder_that_cannot_be_used(tmp_path, name):
    (tmp_path / "a file").touch()
    kept = use(tmp_path, NUMBA_CACHE_DIR=name and str(tmp_path / name))
    assert not kept.startswith(str(tmp_path))


NO_TEMPORARY_FOLDER = """
import tempfile

def nowhere(*_, **__):
    raise FileNotFoundError("No usable temporary directory found")

for name in ("gettempdir", "mkdtemp", "mkstemp", "TemporaryFile", "NamedTemporaryFile"):
    setattr(tempfile, name, nowhere)
"""


def test_nowhere_to_write(tmp_path):
    # Numba tries a folder with a temporary file, so now no folder will do.
    assert use(tmp_path, NO_TEMPORARY_FOLDER) == "None"


def test_without_a_home_nothing_is_kept_in_the_working_directory(tmp_path):
    # A user without an entry has no home; then "~" is the name of a folder.
    no_home = (
        "import os\nos.path.expanduser = lambda path: path\n"
        "import numba.core.caching as c\n"
        "for name in ('InTreeCacheLocator', '_InTreeCacheLocator'):\n"
        "    if hasattr(c, name):\n"
        "        getattr(c, name).ensure_cache_path = lambda self: (_ for _ in ()).throw(OSError)\n"
    )
    assert use(tmp_path, no_home) == "None"


def test_processes_that_write_at_once(tmp_path):
    root = Path(minicnn.__file__).parents[1]
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(root)}
    for _ in range(2):  # with an empty folder, then with what they have left
        crowd = [
            subprocess.Popen(
                [sys.executable, "-c", USE.replace("np.float32", dtype)],
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            for dtype in ("np.float32", "np.float64", "np.float32")
        ]
        assert [one.communicate()[1] for one in crowd] == [b"", b"", b""]
        assert [one.returncode for one in crowd] == [0, 0, 0]
