"""The training, validation and test images of a run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from minicnn.data.augmentation import AugmentedBatches
from minicnn.data.batches import Batch, BatchSource
from minicnn.data.dataset import Dataset, Split
from minicnn.fer.datasets.hold_out import hold_out
from minicnn.fer.datasets.image_batches import ImageBatches, balanced_weights
from minicnn.fer.models.expectations import Expectations, expectations
from minicnn.fer.runs.configuration import TrainingConfig
from minicnn.model import Model

__all__ = ["Sources", "make_sources", "prepared_for"]


class Sources(NamedTuple):
    """The images of a run, and their batches.

    Attributes
    ----------
    dataset : Dataset
        All images.
    training, held_out : Split
        The images to train on; those for validation, held out or the data set's own, or None.
    batches : BatchSource
        Of the training images, as configured.
    validation : BatchSource or None
        Of the validation images.
    test : BatchSource
        Of the test images.
    """

    dataset: Dataset
    training: Split
    held_out: Split | None
    batches: BatchSource
    validation: BatchSource | None
    test: BatchSource


def make_sources(dataset: Dataset, config: TrainingConfig) -> Sources:
    """Split a data set and make batches of it.

    Raises
    ------
    ValueError
        If a class is too small to hold one image of it out.
    """
    training, held_out, watched = dataset.train, None, None
    if config.protocol == "documented":
        watched = dataset.test
    elif config.validation_split and "validation" in dataset.splits:
        watched = held_out = dataset.splits["validation"]
    elif config.validation_split:
        training, held_out = hold_out(
            training, config.validation_split, seed=config.seed, class_names=dataset.class_names
        )
        watched = held_out
    classes = len(dataset.class_names)
    balanced = config.class_weight == "balanced"
    batches: BatchSource = ImageBatches(
        training,
        balanced_weights(training.labels) if balanced else None,
        batch_size=config.batch_size,
        shuffle=True,
        seed=config.seed,
        num_classes=classes,
    )
    if config.augmentation is not None:
        views = 0 if config.teacher is None else config.teacher.views
        batches = AugmentedBatches(batches, config.augmentation, seed=config.seed, views=views)
    validation = None
    if watched is not None:
        validation = ImageBatches(watched, batch_size=config.batch_size, num_classes=classes)
    test = ImageBatches(dataset.test, batch_size=config.batch_size, num_classes=classes)
    return Sources(dataset, training, held_out, batches, validation, test)


def prepared_for(model: Model, sources: Sources) -> Sources:
    """Return sources whose batches are as a model expects its images.

    Raises
    ------
    ValueError
        As :func:`~minicnn.fer.models.expectations.expectations`.
    """
    expected = expectations(model)
    watched = sources.validation
    return sources._replace(
        batches=_Prepared(sources.batches, expected),
        validation=None if watched is None else _Prepared(watched, expected),
        test=_Prepared(sources.test, expected),
    )


class _Prepared:
    """The batches of a source, their images as a model expects them."""

    def __init__(self, source: BatchSource, expected: Expectations) -> None:
        self.source, self.expected = source, expected

    def __len__(self) -> int:
        return len(self.source)

    def batches(self, epoch: int) -> Iterator[Batch]:
        for batch in self.source.batches(epoch):
            assert isinstance(batch.x, np.ndarray)
            yield batch._replace(x=self.expected.inputs(batch.x))
