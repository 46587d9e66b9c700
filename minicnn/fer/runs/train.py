"""Train a network on faces, and leave a run folder behind."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from minicnn.callbacks import Callback, History, ModelCheckpoint, TerminateOnNaN
from minicnn.data.dataset import Dataset
from minicnn.fer.evaluation.evaluate import Evaluation, evaluate
from minicnn.fer.models.network import fer_network
from minicnn.fer.runs.configuration import TrainingConfig
from minicnn.fer.runs.folder import (
    BEST_FILE,
    BEST_ON_TEST_FILE,
    CHECKPOINT_FOLDER,
    CONFIG_FILE,
    MODEL_FILE,
    RUN_FILE,
    RunRecorder,
    check_run_folder,
    prepare_run_folder,
    write_json,
    write_text,
)
from minicnn.fer.runs.machine import peak_memory_mib
from minicnn.fer.runs.recipe import make_callbacks, make_loss, make_optimizer
from minicnn.fer.runs.record import begin_record, brief_figures
from minicnn.fer.runs.resume import run_identity, state_to_resume
from minicnn.fer.runs.sources import Sources, make_sources
from minicnn.fer.runs.start import check_start_place, load_start
from minicnn.fer.runs.testing_log import log_test_images
from minicnn.files import remove_unfinished
from minicnn.intervals import whole_number_in
from minicnn.sequential import Sequential, load_model
from minicnn.training.callbacks import Checkpointing
from minicnn.training.checkpoint import Checkpoints
from minicnn.training.interrupt import deferred_interrupt

__all__ = ["CHECKPOINT_EVERY", "BestEpoch", "Run", "train"]

#: Batches from one checkpoint to the next: what a run that is killed has to repeat at most.
CHECKPOINT_EVERY = 500


class BestEpoch(NamedTuple):
    """The epoch whose model was the best one, and that model's figures on the test images."""

    epoch: int
    val_accuracy: float
    test: Evaluation


class Run(NamedTuple):
    """What a training leaves.

    Attributes
    ----------
    model : Sequential
        After the last epoch.
    history : History
        The figures of the epochs.
    test : Evaluation
        Figures of `model` on the test images.
    best : BestEpoch or None
        None where no images were watched.
    """

    model: Sequential
    history: History
    test: Evaluation
    best: BestEpoch | None


def train(
    dataset: Dataset,
    out: str | Path,
    config: TrainingConfig | None = None,
    *,
    model: Sequential | None = None,
    resume: bool = False,
    overwrite: bool = False,
    checkpoint_every: int = CHECKPOINT_EVERY,
    verbose: int | str = "auto",
    source: str = "",
) -> Run:
    """Train as a configuration says, so that the run can be killed at any time and resumed.

    Parameters
    ----------
    dataset : Dataset
        FER2013 or the synthetic faces.
    out : str or Path
        Run folder; made if need be. See :mod:`minicnn.fer.runs.folder`.
    config : TrainingConfig, optional
        The documented configuration if not given.
    model : Sequential, optional
        What is trained, compiled; if not given, the network that the configuration starts with, or
        the documented one, compiled as configured.
    resume : bool
        Whether to go on with the run in `out`. What comes out is, to the bit, what an
        uninterrupted run gives, on the same machine with the same versions and number of
        threads. Where nothing can be resumed the run starts afresh, and says so.
    overwrite : bool
        Whether a run in `out` may be replaced.
    checkpoint_every : int
        Batches from one checkpoint to the next; there is one at the end of each epoch, too.
    verbose : {"auto", 0, 1, 2}
        What is shown meanwhile.
    source : str
        Where the data came from, for the record.

    Returns
    -------
    Run

    Raises
    ------
    OSError
        If `out` cannot be made or written, or holds a run and neither `resume` nor `overwrite`
        is true.
    ValueError
        If an argument is out of range, or the run in `out` is another one; nothing has been
        written then. Or if the training diverges.
    KeyboardInterrupt
        After Ctrl-C and the batch in hand, with a checkpoint written; at once after a second one.
    """
    config, out = config or TrainingConfig(), Path(out)
    whole_number_in("[1, inf)", checkpoint_every, "checkpoint_every")
    check_run_folder(out, overwrite=overwrite or resume)
    if config.start is not None:
        if model is not None:
            raise ValueError("train: expected a model or a configuration with start, got both.")
        check_start_place(config.start, out)
    sources = make_sources(dataset, config)
    model = model or _network(config, dataset, len(sources.batches))
    identity = run_identity(config, model, dataset)
    checkpoints = Checkpoints(out / CHECKPOINT_FOLDER)
    say = print if verbose != 0 else _say_nothing
    state = state_to_resume(out, checkpoints, identity, say) if resume else None
    if state is None:
        prepare_run_folder(out, overwrite=overwrite or resume)
    remove_unfinished(out)
    record = begin_record(out, config, dataset, sources, source, identity, state)
    write_text(out / CONFIG_FILE, config.to_toml())
    write_json(out / RUN_FILE, record)

    recorder = RunRecorder(out)
    with deferred_interrupt() as interrupted:
        keeper = Checkpointing(
            checkpoints,
            every=checkpoint_every,
            state=state,
            identity=identity,
            interrupted=interrupted,
        )
        callbacks = [
            TerminateOnNaN(raise_error=True),
            *make_callbacks(config, verbose=int(verbose != 0)),
            *([_best(out)] if sources.validation is not None else []),
            *(log_test_images(sources.test, out / BEST_ON_TEST_FILE) if config.log_test else []),
            recorder,
            keeper,
        ]
        began = time.perf_counter()
        history = _fit(model, sources, config, callbacks, verbose)
    share = keeper.seconds / (time.perf_counter() - began)
    model.save(out / MODEL_FILE)  # callbacks may have put other weights in at the very end

    test = evaluate(model, dataset.test, progress=verbose != 0)
    best = _best_epoch(out, history, dataset, verbose)
    rates = [row["images_per_second"] for row in recorder.timing if row["images_per_second"]]
    record |= {
        "test": brief_figures(test),
        "best": None if best is None else best._asdict() | {"test": brief_figures(best.test)},
        "images_per_second": round(float(np.median(rates)), 2) if rates else None,
        "checkpoints": {"every_batches": checkpoint_every, "share_of_time": round(share, 5)},
        "peak_memory_mib": peak_memory_mib(),
    }
    write_json(out / RUN_FILE, record)
    return Run(model, history, test, best)


def _say_nothing(*_: Any, **__: Any) -> None:
    pass


def _network(config: TrainingConfig, dataset: Dataset, steps: int) -> Sequential:
    if config.start is None:
        model = fer_network(seed=config.seed)
    else:
        model = load_start(config.start, dataset, seed=config.seed)
    model.compile(make_optimizer(config, steps), make_loss(config), metrics=["accuracy"])
    return model


def _best(out: Path) -> ModelCheckpoint:
    return ModelCheckpoint(out / BEST_FILE, "val_accuracy", save_best_only=True)


def _fit(
    model: Sequential,
    sources: Sources,
    config: TrainingConfig,
    callbacks: list[Callback],
    verbose: int | str,
) -> History:
    """Train; say how to go on where that is broken off."""
    go_on = "The same command with --resume goes on from the last checkpoint."
    try:
        return model.fit(
            sources.batches,
            epochs=config.epochs,
            validation_data=sources.validation,
            callbacks=callbacks,
            verbose=verbose,
        )
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(f"{str(stop) or 'interrupted'}. {go_on}") from None
    except BrokenPipeError:
        raise
    except OSError as error:
        raise type(error)(f"{error} {go_on}") from error
    except RuntimeError as error:
        raise ValueError(
            f"{error} The training has diverged; try a smaller learning rate."
        ) from error


def _best_epoch(
    out: Path, history: History, dataset: Dataset, verbose: int | str
) -> BestEpoch | None:
    accuracies = history.history.get("val_accuracy")
    if not accuracies:
        return None
    epoch = int(np.argmax(accuracies))
    test = evaluate(load_model(out / BEST_FILE), dataset.test, progress=verbose != 0)
    return BestEpoch(epoch + 1, accuracies[epoch], test)
