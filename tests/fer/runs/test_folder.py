"""The folder of a run: what is set aside, and how its tables are written."""

from minicnn.fer.runs.folder import prepare_run_folder, set_run_aside, write_text


def test_nothing_that_took_work_is_not_set_aside(tmp_path):
    assert set_run_aside(tmp_path / "missing") is None
    write_text(tmp_path / "config.toml", "epochs = 1\n")
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / ".a.checkpoint.0123abcd.part").write_bytes(b"half")
    assert set_run_aside(tmp_path) is None
    assert (tmp_path / "config.toml").exists()


def test_each_run_is_set_aside_in_a_folder_of_its_own(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    for number in (1, 2):
        write_text(tmp_path / "model.keras", str(number))
        write_text(tmp_path / "checkpoints-are-no-files.txt", "")
        aside = set_run_aside(tmp_path)
        assert aside == tmp_path / f"earlier-{number}"
        assert (aside / "model.keras").read_text() == str(number)
        assert not (tmp_path / "model.keras").exists()
    assert (tmp_path / "notes.txt").exists()


def test_a_replaced_run_leaves_no_file_behind(tmp_path):
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "a.checkpoint").write_bytes(b"old")
    write_text(tmp_path / "history.csv", "epoch\n1\n")
    (tmp_path / "notes.txt").write_text("mine")
    prepare_run_folder(tmp_path, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
