"""The examples in cells: each runs on tiny data and ends in a picture; notebooks come of them."""

import re
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import pytest
from PIL import Image

FOLDER = Path(__file__).parents[1] / "examples" / "tutorials"
SCRIPTS = sorted(FOLDER.glob("*.py"))
#: What makes an example small; a name must be assigned in its first lines.
TINY = {
    "dense_by_hand": {"STEPS": "3"},
    "convolution_as_matrix": {"SIZE": "12"},
    "batch_norm_gradient_twice": {"SAMPLES": "8"},
    "overfit_ten_images": {"STEPS": "2"},
    "train_fer_network": {"EPOCHS, TRAIN, TEST": "1, 16, 14"},
    "residual_network": {"EPOCHS, BLOCKS": "1, 1"},
    "compare_with_tensorflow": {"SIZE": "6"},
    "find_the_bug": {},
    "look_inside": {},
    "fine_tune": {"EPOCHS, DRAWN": "1, 28"},
}

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="examples/ is not installed")


def test_every_example_is_here_and_listed():
    assert {path.stem for path in SCRIPTS} == set(TINY)
    listed = (FOLDER.parent / "README.md").read_text("utf-8")
    assert all(f"tutorials/{path.name}" in listed for path in SCRIPTS)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_an_example_runs_and_ends_in_a_picture(path, tmp_path, monkeypatch):
    if path.stem == "compare_with_tensorflow":
        pytest.importorskip("tensorflow")
    if path.stem == "residual_network":
        pytest.importorskip("sklearn")
    code = path.read_text("utf-8")
    for names, values in TINY[path.stem].items():
        code, found = re.subn(rf"^{names} = .*$", f"{names} = {values}", code, flags=re.M)
        assert found == 1, names
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MINICNN_FER2013", raising=False)
    matplotlib.use("Agg")
    try:
        exec(compile(code, path.name, "exec"), {"__name__": "__main__"})
    finally:
        plt.close("all")
    with Image.open(f"{path.stem}.png") as picture:
        assert picture.convert("L").getextrema()[0] < 200, "the picture is empty"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_an_example_is_short_and_a_notebook(path):
    code = path.read_text("utf-8")
    assert code.count("\n") < 120
    jupytext = pytest.importorskip("jupytext")
    cells = jupytext.reads(code, fmt="py:percent")["cells"]
    assert cells[0]["cell_type"] == "markdown"
    assert cells[0]["source"].startswith("# ")
    assert "savefig" in cells[-1]["source"]
