"""The folder of a run: the names of its files, and when a run may be written there.

Only this module knows the names. A run writes everything needed to inspect, repeat and resume
it:

- ``config.toml``: the configuration; ``minicnn train --config`` takes it.
- ``run.json``: command, data, machine, versions, and at the end the results on the test images.
- ``history.csv``: a row per epoch; byte-identical however often the run was resumed.
- ``timing.csv``: seconds and images per second of each epoch.
- ``model.keras``: the model after the last epoch.
- ``best.keras``: the model of the epoch with the best accuracy on the validation images.
- ``best-on-test.keras``: with ``log_test``, the model of the epoch with the best accuracy on the
  test images.
- ``checkpoints/``: where ``--resume`` continues from.

Other commands add ``evaluation.json``, ``robustness.json``, ``figures/`` and ``report.html``; a run
does not change these.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from minicnn.files import check_path

__all__ = ["RunFolder"]


class RunFolder:
    """Paths of everything in a run's folder, whether it exists or not.

    Parameters
    ----------
    path : str or path
        The folder.

    Attributes
    ----------
    path : Path
        The folder.
    config, record, history, timing, model, best, best_on_test, checkpoints : Path
        What a run writes.
    evaluation, robustness, figures, report : Path
        What other commands add.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        check_path(path)
        self.path = Path(path)
        self.config = self.path / "config.toml"
        self.record = self.path / "run.json"
        self.history = self.path / "history.csv"
        self.timing = self.path / "timing.csv"
        self.model = self.path / "model.keras"
        self.best = self.path / "best.keras"
        self.best_on_test = self.path / "best-on-test.keras"
        self.checkpoints = self.path / "checkpoints"
        self._own = tuple(path for path in vars(self).values() if path != self.path)
        self.evaluation = self.path / "evaluation.json"
        self.robustness = self.path / "robustness.json"
        self.figures = self.path / "figures"
        self.report = self.path / "report.html"

    def __str__(self) -> str:
        return str(self.path)

    def check(self, *, overwrite: bool) -> None:
        """Reject an unusable folder before any work is done; nothing is written.

        Raises
        ------
        FileExistsError
            If it holds a run and `overwrite` is false.
        OSError
            If it is not a folder, or cannot be created or written.
        """
        place = next(p for p in (self.path, *self.path.absolute().parents) if p.exists())
        if not place.is_dir():
            raise NotADirectoryError(f"{self} cannot be a run folder: {place} is a file.")
        if not os.access(place, os.W_OK | os.X_OK):
            raise PermissionError(f"{self} cannot be a run folder: {place} cannot be written.")
        if not overwrite and self._present():
            raise FileExistsError(
                f"{self} already holds a run; continue it with --resume, replace it with "
                "--overwrite, or choose another folder."
            )

    def replaces(self, path: Path) -> bool:
        """Whether a new run would replace a file."""
        own = [path.resolve() for path in self._own]
        return any(place in own for place in (path.resolve(), *path.resolve().parents))

    def clear(self) -> None:
        """Create the folder, or remove the files of the run in it.

        Raises
        ------
        OSError
            If that fails.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for path in self._present():
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
        except OSError as error:
            raise type(error)(f"{self} cannot be a run folder: {error.strerror}.") from error

    def set_aside(self) -> Path | None:
        """Move the run into a new folder inside this one, and return its path.

        None if there is nothing worth keeping: no model and no checkpoint.
        """
        work = [self.model, self.best, *self.checkpoints.glob("*.checkpoint")]
        if not any(path.exists() for path in work):
            return None
        number = 1
        while (self.path / f"earlier-{number}").exists():
            number += 1
        aside = self.path / f"earlier-{number}"
        aside.mkdir()
        for path in self._present():
            path.rename(aside / path.name)
        return aside

    def _present(self) -> list[Path]:
        return [path for path in self._own if path.exists()]
