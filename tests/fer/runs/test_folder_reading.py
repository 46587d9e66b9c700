import pytest

from minicnn.fer.runs.folder import RunFolder
from minicnn.fer.runs.folder_reading import read_history, read_robustness


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("epoch,loss\n1,much\n", "could not convert"),
        ("epoch,loss\n1\n", "shorter|longer"),
        ("epoch,loss\n", "it has no epochs"),
        ('epoch,loss\n1,"' + 200_000 * "2", "field larger than field limit"),
    ],
    ids=["a word", "a short row", "no rows", "an endless field"],
)
def test_a_damaged_history_is_named(tmp_path, text, why):
    (tmp_path / "history.csv").write_text(text)
    with pytest.raises(ValueError, match=rf"history.csv is not the history of a run: .*({why})"):
        read_history(RunFolder(tmp_path))


def test_a_damaged_file_of_results_is_named(tmp_path):
    (tmp_path / "robustness.json").write_text("{")
    with pytest.raises(ValueError, match=r"robustness\.json is not JSON: Expecting property name"):
        read_robustness(RunFolder(tmp_path))
