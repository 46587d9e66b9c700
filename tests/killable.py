"""A server of trainings that are there to be killed.

Importing takes a second, forking a moment: so one process imports, and forks a training for each
line it reads. The line is JSON:

folder : str
    Where checkpoints, the log of batches and the result go.
every : int
    Batches between checkpoints.
pause : [moment, count] or null
    Hold still at a moment of writing a checkpoint ("writing", "syncing", "renamed"), when it comes
    for the count-th time; the file "paused" says that it has come.

It answers with the training's process id, and with its exit status when it has ended.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from pathlib import Path

import resumable

from minicnn.callbacks import Callback
from minicnn.training import checkpoint
from minicnn.training.callbacks import Checkpointing
from minicnn.training.checkpoint import Checkpoints


class Log(Callback):
    """A line for each batch that was done; written at once, without a buffer."""

    def __init__(self, path: Path) -> None:
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        os.write(self.file, f"{self.training.epoch} {batch}\n".encode())


def train(folder: Path, every: int) -> None:
    """Go on with the training in a folder, to its end."""
    model, checkpoints = resumable.network(), Checkpoints(folder / "checkpoints")
    found, _ = checkpoints.load()
    state = None if found is None else found["training"]
    keeper = Checkpointing(checkpoints, every=every, state=state)
    history = resumable.fit(model, [Log(folder / "batches"), keeper])
    (folder / "half").write_text(json.dumps(resumable.fingerprint(model, history)))
    (folder / "half").rename(folder / "result")


def pause_at(moment: str, count: int, folder: Path) -> None:
    """Hold still in the middle of a checkpoint."""
    left = iter(range(count - 1))

    def pause() -> None:
        if next(left, None) is None:
            (folder / "paused").touch()
            time.sleep(600)

    if moment == "writing":
        whole = checkpoint._Hashed.write

        def write(self, content):
            whole(self, content[: len(content) // 2])
            self._file.flush()
            pause()
            whole(self, content[len(content) // 2 :])

        checkpoint._Hashed.write = write
    elif moment == "syncing":
        sync = os.fsync
        os.fsync = lambda handle: (pause(), sync(handle))
    else:
        replace = os.replace
        os.replace = lambda *names: (replace(*names), pause())


def main() -> None:
    resumable.fit(resumable.network(), [], epochs=1)  # compiles, or loads what is compiled
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        folder = Path(order["folder"])
        child = os.fork()
        if child == 0:
            try:
                if order["pause"]:
                    pause_at(*order["pause"], folder)
                train(folder, order["every"])
                os._exit(0)
            except BaseException:
                traceback.print_exc()
            finally:
                # Whatever happens, a child does not go on with the server's work.
                os._exit(1)
        print(child, flush=True)
        print(os.waitpid(child, 0)[1], flush=True)


if __name__ == "__main__":
    main()
