"""A teacher: a trained network whose predictions join the labels.

A label names one class. A network also says which other classes are likely, and how sure it is. The
target of an image x with label y is

    t = (1 - s) y + s p(x)

for the teacher's probabilities p and a share s. The teacher sees the same augmented image as the
network that learns. If an image has a fixed number of augmented views, each is predicted once, and
the prediction kept.

Sources: Hinton, Vinyals, Dean 2015, "Distilling the knowledge in a neural network"; Beyer et al.
2022, "Knowledge distillation: a good teacher is patient and consistent" (the same image for both).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from minicnn.data.batches import Batch, BatchSource
from minicnn.data.dataset import Dataset
from minicnn.fer.models.expectations import class_names, expectations
from minicnn.fer.models.pretrained import model_file
from minicnn.fer.prediction.predict import predict_probabilities
from minicnn.loading import load_model
from minicnn.model import Model

__all__ = ["TaughtBatches", "load_teacher"]


class TaughtBatches:
    """The batches of a source, with a teacher's probabilities mixed into the labels.

    Parameters
    ----------
    source : BatchSource
        Float images (n, h, w, c) from 0 to 1, and labels (n, classes).
    teacher : Model
        Gives probabilities of the same classes in the same order.
    share : float
        Of the teacher in the targets.
    views : int
        How many views of an image the source has, as in
        :class:`~minicnn.data.augmentation.AugmentedBatches`; 0: a new one in every epoch.
    """

    def __init__(
        self, source: BatchSource, teacher: Model, share: float, *, views: int = 0
    ) -> None:
        self.source, self.teacher, self.share = source, teacher, np.float32(share)
        self._views: list[dict[int, np.ndarray]] = [{} for _ in range(views)]  # place -> p

    def __len__(self) -> int:
        return len(self.source)

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yield the batches of an epoch."""
        expected = expectations(self.teacher)
        known = self._views[epoch % len(self._views)] if self._views else {}
        for batch in self.source.batches(epoch):
            assert isinstance(batch.x, np.ndarray)
            assert batch.indices is not None
            places = batch.indices.tolist()
            if not known.keys() >= set(places):
                taught = self.teacher.predict(expected.inputs(batch.x), batch_size=len(batch.x))
                known.update(zip(places, taught, strict=True))
            taught = np.stack([known[place] for place in places])
            yield batch._replace(y=(1 - self.share) * batch.y + self.share * taught)


def load_teacher(path: str, dataset: Dataset) -> Model:
    """Return the model of a file after checking that it can teach about some images.

    Raises
    ------
    OSError, ValueError
        If it cannot be read, does not take one image, has other classes or the same in another
        order, or does not return probabilities.
    """
    try:
        model = load_model(model_file(path))
        names = class_names(model)
        predict_probabilities(model, dataset.train.images[:1])
    except ValueError as error:
        raise ValueError(f"teacher: {path}: {error}") from error
    if names != tuple(dataset.class_names):
        raise ValueError(
            f"teacher: {path} has the classes {', '.join(names)}, expected those of the images: "
            f"{', '.join(dataset.class_names)}."
        )
    return model
