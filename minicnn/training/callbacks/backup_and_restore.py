"""Keras's callback for trainings that may be interrupted."""

from __future__ import annotations

import os

from minicnn.files import path_text
from minicnn.training.callbacks.base import Logs
from minicnn.training.callbacks.checkpointing import Checkpointing, checked_save_freq
from minicnn.training.checkpoint import Checkpoints

__all__ = ["BackupAndRestore"]


class BackupAndRestore(Checkpointing):
    """Continue an interrupted training, with Keras's arguments.

    Keras restarts at the beginning of the epoch, with only the weights and the optimizer. This
    callback continues at the batch, with the epoch's metrics, the history and the other callbacks'
    state: the results are those of an uninterrupted training.

    Parameters
    ----------
    backup_dir : str or path
        Folder of the checkpoint.
    save_freq : "epoch" or int
        After each epoch, or after so many batches.
    double_checkpoint : bool
        Whether to keep the checkpoint before the newest, in case the newest is damaged.
    delete_checkpoint : bool
        Whether to remove the checkpoint when the training has ended.

    Raises
    ------
    ValueError
        If `backup_dir` is empty or `save_freq` is neither of the two. When the training begins, if
        the checkpoint belongs to another network, optimizer or training, or if it and the one
        before it are damaged.
    OSError
        When saving, if the place cannot be written.

    Examples
    --------
    >>> model.fit(x, y, epochs=9, callbacks=[BackupAndRestore("backup")])  # doctest: +SKIP
    """

    def __init__(
        self,
        backup_dir: str | os.PathLike[str],
        save_freq: str | int = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
    ) -> None:
        if backup_dir is None or not os.fspath(backup_dir):
            raise ValueError("BackupAndRestore: backup_dir is empty, expected a folder's name.")
        backup_dir = path_text(backup_dir)
        save_freq = checked_save_freq("BackupAndRestore", save_freq)
        every = None if isinstance(save_freq, str) else save_freq
        checkpoints = Checkpoints(backup_dir, previous=double_checkpoint)
        super().__init__(checkpoints, every=every, epochs=every is None)
        self.backup_dir, self.save_freq = backup_dir, save_freq
        self.double_checkpoint, self.delete_checkpoint = double_checkpoint, delete_checkpoint

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Read the checkpoint, if there is one."""
        found, problems = self.checkpoints.load()
        if found is None and problems:
            raise ValueError(f"BackupAndRestore: {' '.join(problems)}")
        self.state = None if found is None else found["training"]
        super().on_train_begin(logs)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Remove the checkpoint, if asked for."""
        if self.delete_checkpoint:
            self.checkpoints.clear()
