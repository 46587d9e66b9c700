"""Train a network on faces, and write a run folder."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from minicnn.callbacks import TerminateOnNaN
from minicnn.data.dataset import Dataset
from minicnn.fer.runs.best_models import keep_best_models
from minicnn.fer.runs.configuration import TrainingConfig
from minicnn.fer.runs.folder import RunFolder
from minicnn.fer.runs.options import RunOptions
from minicnn.fer.runs.outcome import Run, measure_run
from minicnn.fer.runs.record import begin_record, end_record
from minicnn.fer.runs.recorder import RunRecorder
from minicnn.fer.runs.resume import open_checkpoints, run_identity
from minicnn.fer.runs.sources import make_sources, prepared_for
from minicnn.fer.runs.start import check_model_file, first_model, say_what_is_learned
from minicnn.fer.runs.teacher import TaughtBatches, load_teacher
from minicnn.files import write_json, write_text
from minicnn.intervals import NotFiniteError
from minicnn.model import Model
from minicnn.training.callbacks import Checkpointing
from minicnn.training.interrupt import deferred_interrupt

__all__ = ["check_run", "train"]


def train(
    dataset: Dataset,
    out: str | Path,
    config: TrainingConfig | None = None,
    options: RunOptions | None = None,
    *,
    model: Model | None = None,
) -> Run:
    """Train as configured, in a run that can be killed at any time and resumed.

    Parameters
    ----------
    dataset : Dataset
        Such as :func:`~minicnn.fer.datasets.load_images.load_images` returns. A new network
        follows the size, the colours and the classes of its images.
    out : str or Path
        Run folder; created if necessary. See :mod:`minicnn.fer.runs.folder`.
    config : TrainingConfig, optional
        By default, the documented configuration.
    options : RunOptions, optional
        How the run is carried out.
    model : Model, optional
        The compiled model to train; by default, the one that the configuration starts with, or a
        new network of the name that it gives, compiled as configured.

    Returns
    -------
    Run

    Raises
    ------
    OSError
        If `out` cannot be made or written, or holds a run and the options allow neither resuming
        nor overwriting it.
    ValueError
        If an argument is out of range, or `out` holds a different run; then nothing has been
        written. Also if the training diverges.
    KeyboardInterrupt
        After Ctrl-C, when the current batch is done and a checkpoint is written; at once after a
        second one.
    """
    config, options, folder = config or TrainingConfig(), options or RunOptions(), RunFolder(out)
    if model is not None and config.start is not None:
        raise ValueError("train: expected a model or a configuration with start, got both.")
    if model is not None and config.network != TrainingConfig.network:
        raise ValueError("train: expected a model or a configuration with network, got both.")
    check_run(folder, config, options)

    # The data and the model.
    sources = make_sources(dataset, config)
    if config.teacher is not None:
        teacher = load_teacher(config.teacher.model, dataset)
        share, views = config.teacher.share, config.teacher.views
        taught = TaughtBatches(sources.batches, teacher, share, views=views)
        sources = sources._replace(batches=taught)
    model = model or first_model(config, dataset, len(sources.batches))
    say_what_is_learned(model, dataset)
    sources = prepared_for(model, sources)

    # Start from scratch, or from the last checkpoint of the same run.
    identity = run_identity(config, model, dataset)
    checkpoints, state = open_checkpoints(folder, identity, options, epochs=config.epochs)

    # Write the configuration and the record to disk before the first batch.
    record = begin_record(folder, config, sources, identity, state)
    write_text(folder.config, config.to_toml())
    write_json(folder.record, record)

    # Train, epoch by epoch.
    recorder = RunRecorder(folder)
    with deferred_interrupt() as interrupted, _advice():
        checkpointing = Checkpointing(
            checkpoints,
            every=options.checkpoint_every,
            state=state,
            identity=identity,
            interrupted=interrupted,
        )
        started = time.perf_counter()
        history = model.fit(
            sources.batches,
            epochs=config.epochs,
            validation_data=sources.validation,
            callbacks=[
                TerminateOnNaN(raise_error=True),
                *config.make_callbacks(verbose=int(options.verbose != 0)),
                *keep_best_models(folder, config, sources),
                recorder,
                checkpointing,
            ],
            verbose=options.verbose,
        )
    share = checkpointing.seconds / (time.perf_counter() - started)
    model.save(folder.model)  # callbacks may have changed the weights at the very end

    # Measure and record the results.
    run = measure_run(folder, model, history, dataset, progress=options.verbose != 0)
    written = {"every_batches": options.checkpoint_every, "share_of_time": round(share, 5)}
    write_json(folder.record, end_record(record, run, recorder.timing, written))
    return run


def check_run(folder: RunFolder, config: TrainingConfig, options: RunOptions) -> None:
    """Reject a run that cannot start, before any data is read; nothing is written.

    Raises
    ------
    OSError, ValueError
        If the folder cannot be used, or the model to start with, or to learn from, does not exist
        or is where the run would replace it.
    """
    folder.check(overwrite=options.overwrite or options.resume)
    if config.start is not None:
        check_model_file(config.start, folder)
    if config.teacher is not None:
        check_model_file(config.teacher.model, folder, "teacher")


@contextmanager
def _advice() -> Iterator[None]:
    """When the training is interrupted or fails, say how to resume it, or what to try instead."""
    resume = "The same command with --resume continues from the last checkpoint."
    try:
        yield
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(f"{str(stop) or 'interrupted'}. {resume}") from None
    except BrokenPipeError:
        raise
    except OSError as error:
        raise type(error)(f"{error} {resume}") from error
    except (RuntimeError, NotFiniteError) as error:
        raise ValueError(
            f"{error} The training has diverged; try a smaller learning rate."
        ) from error
