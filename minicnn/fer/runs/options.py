"""How a run is carried out."""

from __future__ import annotations

from dataclasses import dataclass

from minicnn.intervals import whole_number_in

__all__ = ["RunOptions"]


@dataclass(frozen=True)
class RunOptions:
    """How a run is carried out; the result does not depend on it.

    Attributes
    ----------
    resume : bool
        Whether to continue the run in the folder. The results are bit-identical to those of an
        uninterrupted run, on the same machine with the same versions. If
        there is nothing to resume, the run starts from scratch and says so.
    overwrite : bool
        Whether a run in the folder may be replaced.
    checkpoint_every : int
        Batches between checkpoints: the most that a resumed run has to repeat.
        There is also one at the end of each epoch.
    verbose : {"auto", 0, 1, 2}
        What to print during the training.

    Raises
    ------
    ValueError
        If `checkpoint_every` is below 1.
    """

    resume: bool = False
    overwrite: bool = False
    checkpoint_every: int = 500
    verbose: int | str = "auto"

    def __post_init__(self) -> None:
        whole_number_in("[1, inf)", self.checkpoint_every, "checkpoint_every")
