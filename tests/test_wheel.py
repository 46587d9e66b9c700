"""The wheel, as a user has it: not editable, read-only, outside the checkout.

The package comes from the wheel alone; what it depends on is borrowed from the environment of
the tests, so that nothing is downloaded.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import minicnn
from minicnn.fer import EMOTIONS
from minicnn.layers import (
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    MaxPooling2D,
    Softmax,
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="uses POSIX paths, permissions and fork")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from a copy: no build leftovers get in, none are left behind."""
    pytest.importorskip("build", reason="the package build, which makes the wheel, is missing")
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(
        ROOT / "minicnn", source / "minicnn", ignore=shutil.ignore_patterns("__py*", ".*")
    )
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist"]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = (source / "dist").glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installation(wheel, tmp_path_factory):
    """Install the wheel into an empty environment and make the package read-only."""
    folder = tmp_path_factory.mktemp("installation")
    venv = folder / "venv"
    subprocess.check_call([sys.executable, "-m", "venv", "--without-pip", venv])
    python = venv / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index"]
    subprocess.check_call([*pip, "--quiet", "--no-compile", wheel])
    purelib = sysconfig.get_path("purelib", "venv", {"base": venv, "platbase": venv})
    # A path in a .pth file lends packages, but does not run the .pth files beside them: an
    # editable installation of minicnn over there stays unseen.
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    Path(purelib, "lent.pth").write_text("\n".join(sorted(lent)) + "\n")
    package = Path(purelib, "minicnn")
    for path in [*package.rglob("*"), package]:
        if path.is_dir():
            # Permissions do not bind root; a file in the way of the cache folder does.
            (path / "__pycache__").touch()
        path.chmod(path.stat().st_mode & ~0o222)
    yield python
    for path in [package, *package.rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """Make a folder outside the checkout with a small saved model and a photograph."""
    folder = tmp_path_factory.mktemp("elsewhere")
    model = minicnn.Sequential(
        [
            Input((48, 48, 1)),
            Conv2D(4, 3, padding="same", activation="relu"),
            BatchNormalization(),
            MaxPooling2D(4),
            Dropout(0.5),
            Flatten(),
            Dense(len(EMOTIONS)),
            Softmax(),
        ]
    )
    model.compile("adam", "categorical_crossentropy")
    model.extra["class_names"] = list(EMOTIONS)
    model.save(folder / "model.keras")
    grey = np.random.default_rng(0).integers(0, 256, (48, 48), dtype=np.uint8)
    Image.fromarray(grey).save(folder / "photo.png")
    return folder


@pytest.fixture
def run(installation, elsewhere):
    """Run the installed interpreter there, with a home of its own."""

    def run(*arguments, **variables):
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "NUMBA", "XDG", "VIRTUAL_ENV"))
        }
        environment |= {"HOME": str(elsewhere), "PYTHONWARNINGS": "error"} | variables
        done = subprocess.run(
            [installation, *arguments],
            cwd=elsewhere,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_wheel_holds_the_package_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    top = {name.split("/")[0] for name in names}
    assert top == {"minicnn", f"minicnn_fer-{minicnn.__version__}.dist-info"}
    expected = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "minicnn").rglob("*")
        if path.is_file() and not re.search(r"/(__pycache__|\.\w+)/", path.as_posix())
    }
    assert {name for name in names if name.startswith("minicnn/")} == expected
    assert "minicnn/py.typed" in names


def test_package_comes_from_the_wheel(run, installation):
    where = run("-c", "import minicnn; print(minicnn.__file__)")
    assert Path(where.strip()).is_relative_to(installation.parents[1])


def test_predict_command(run, installation, elsewhere):
    command = installation.with_name("minicnn")
    out = run(command, "predict", "--model", "model.keras", "photo.png")
    assert any(emotion in out.lower() for emotion in EMOTIONS)
    out = run(command, "predict", "photo.png")
    assert any(emotion in out.lower() for emotion in EMOTIONS)
    assert any(elsewhere.joinpath(".cache").rglob("*.nbc")), "kernels were cached somewhere else"


def test_without_any_place_for_a_cache(run):
    """A container without a home still imports and computes."""
    run(
        "-c",
        "import numpy as np\n"
        "from minicnn.layers import MaxPooling2D\n"
        "layer = MaxPooling2D()\n"
        "layer.build((4, 4, 1))\n"
        "assert layer(np.ones((1, 4, 4, 1), 'f')).sum() == 4\n",
        HOME="/dev/null",
    )


AT_ONCE = """
import sys, threading
import multiprocessing as mp
import numpy as np
import minicnn

x = np.random.default_rng(1).random((8, 48, 48, 1), dtype=np.float32)

def outputs():
    return minicnn.load_model("model.keras").predict(x)

def child(expected):
    np.testing.assert_array_equal(outputs(), expected)

if __name__ == "__main__":
    model = minicnn.load_model("model.keras")
    expected = model.predict(x)

    # two threads, one model
    results = [None] * 2
    def work(i):
        results[i] = [model.predict(x) for _ in range(20)]
    threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
    for t in threads: t.start()
    for t in threads: t.join()
    for part in results:
        for y in part:
            np.testing.assert_array_equal(y, expected)

    # children, after the parent's pool of threads has run
    for method in sys.argv[1:]:
        process = mp.get_context(method).Process(target=child, args=(expected,))
        process.start()
        process.join(60)
        code = process.exitcode
        process.kill()  # does nothing to one that has ended
        assert code == 0, (method, code)
    np.testing.assert_array_equal(model.predict(x), expected)
"""


def test_predict_in_two_threads_and_in_children(run, elsewhere):
    (elsewhere / "at_once.py").write_text(AT_ONCE)
    # From Python 3.12 on, a fork beside threads warns; that it works is what is tested.
    run("-W", "ignore::DeprecationWarning", "at_once.py", "spawn", "fork")
