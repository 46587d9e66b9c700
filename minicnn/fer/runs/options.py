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
        Whether to continue the run in the folder. The result is, to the bit, that of an
        uninterrupted run, on the same machine with the same versions and number of threads. Where
        nothing can be resumed the run starts afresh, and says so.
    overwrite : bool
        Whether a run in the folder may be replaced.
    checkpoint_every : int
        Batches from one checkpoint to the next: what a run that is killed has to repeat at most.
        There is one at the end of each epoch, too.
    verbose : {"auto", 0, 1, 2}
        What is shown meanwhile.

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
