"""What is shipped: imports, version, the files of the repository."""

import ast
import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import minicnn

ROOT = Path(__file__).parents[1]
# The oracles, and what only some users need: loaded when first used.
HEAVY = {"PIL", "cv2", "h5py", "matplotlib", "pandas", "rich", "seaborn"}
ORACLES = {"keras", "sklearn", "tensorflow", "torch"}


@pytest.fixture(scope="module")
def tracked():
    """Paths that git knows, relative to the root."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listing = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    return [path for path in listing.split("\0") if (ROOT / path).is_file()]


def fresh_python(code):
    """Run code in an interpreter of its own and return the JSON it prints."""
    return json.loads(subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True))


def test_import_loads_nothing_heavy():
    loaded = fresh_python("import json, sys, minicnn; print(json.dumps(sorted(sys.modules)))")
    assert "minicnn.sequential" in loaded
    assert sorted({name.partition(".")[0] for name in loaded} & (HEAVY | ORACLES)) == []


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["robustness", "--help"]])
def test_help_does_not_load_the_library(arguments):
    code = (
        "import json, sys\n"
        "sys.argv[0] = '/usr/bin/minicnn'\n"
        "from minicnn.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit:\n    print(json.dumps(sorted(sys.modules)))\n"
    )
    run = [sys.executable, "-c", code, *arguments]
    loaded = json.loads(subprocess.check_output(run, cwd=ROOT, text=True).splitlines()[-1])
    assert "minicnn.cli.train" in loaded
    slow = HEAVY | ORACLES | {"llvmlite", "numba", "numpy", "scipy", "threadpoolctl"}
    assert sorted({name.partition(".")[0] for name in loaded} & slow) == []


def test_a_program_that_is_called_minicnn_has_every_name():
    """It is taken for the command, which loads what is used."""
    gives = fresh_python(
        "import json, sys\n"
        "sys.argv[0] = 'minicnn'\n"
        "import minicnn\n"
        "before = 'numpy' in sys.modules\n"
        "from minicnn import layers\n"
        "from minicnn import *\n"
        "missing = [name for name in minicnn.__all__ if not hasattr(minicnn, name)]\n"
        "same = minicnn.Model is Model is sys.modules['minicnn.model'].Model\n"
        "same &= minicnn.training.checkpoint is sys.modules['minicnn.training.checkpoint']\n"
        "print(json.dumps([before, missing, same, hasattr(minicnn, 'nonsense')]))"
    )
    assert gives == [False, [], True, False]


def test_import_compiles_nothing():
    compiled = fresh_python(
        "import json, sys, minicnn\n"
        "from numba.core.dispatcher import Dispatcher\n"
        "kernels = [value for name, module in sorted(sys.modules.items())\n"
        "           if name.startswith('minicnn.kernels') for value in vars(module).values()\n"
        "           if isinstance(value, Dispatcher)]\n"
        "print(json.dumps([len(kernels), [k.__name__ for k in kernels if k.signatures]]))"
    )
    assert compiled[0] > 0
    assert compiled[1] == []


def test_version_is_one():
    assert importlib.metadata.version("minicnn-fer") == minicnn.__version__
    changelog = (ROOT / "docs" / "CHANGELOG.md").read_text()
    assert re.search(r"^## \[?([\d.]+)", changelog, re.MULTILINE)[1] == minicnn.__version__


def test_every_public_name_exists():
    for name in minicnn.__all__:
        assert hasattr(minicnn, name), name


def test_top_level_is_what_it_should_be(tracked):
    top = {path.split("/")[0] for path in tracked}
    assert {name for name in top if not name.startswith(".")} == {
        "LICENSE",
        "Makefile",
        "README.md",
        "SECURITY.md",
        "benchmarks",
        "docs",
        "examples",
        "minicnn",
        "pyproject.toml",
        "tests",
    }


def test_no_file_names_somebody_elses_package_or_a_machine(tracked):
    # Put together, so that this file does not name them either.
    foreign = re.compile("pip3? install (?:-U |--upgrade )?" + "minicnn(?!-fer)")
    machine = re.compile("/" + r"(?:work|root)/\w|/" + r"home/\w+/|/" + r"Users/\w+/")
    found = []
    for path in tracked:
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        for number, line in enumerate(text.splitlines(), 1):
            if foreign.search(line) or machine.search(line):
                found.append(f"{path}:{number}: {line.strip()}")
    assert found == []


def test_what_is_imported_is_declared():
    # The oracles are the comparison's, which says so where they are missing.
    nodes = (
        node
        for path in (ROOT / "minicnn").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )
    imported = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module.partition(".")[0])
    foreign = imported - sys.stdlib_module_names - ORACLES - {"minicnn"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *extras["heic"], *extras["onnx"]]
    declared = {re.match(r"[\w-]+", line)[0].replace("-", "_") for line in lines}
    provided = {
        name: {distribution.lower().replace("-", "_") for distribution in distributions}
        for name, distributions in importlib.metadata.packages_distributions().items()
    }
    assert {name for name in foreign if not declared & provided[name]} == set()


def test_tests_stand_in_the_folders_of_the_package(tracked):
    # tests/ mirrors minicnn/: a folder of tests without its counterpart has lost it.
    modules = {Path(path).relative_to("minicnn") for path in tracked if path.startswith("minicnn/")}
    folders = {module.parent for module in modules}
    test_folders = {Path(p).relative_to("tests").parent for p in tracked if p.startswith("tests/")}
    others = ("benchmarks", "book", "derivations", "foreign", "fuzzing", "keras_uses")
    assert test_folders <= folders | set(map(Path, others))
