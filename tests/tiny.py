"""Small things to try the application with: a model that is quick, and faces in a folder."""

from pathlib import Path

import numpy as np
from PIL import Image

from minicnn import Sequential
from minicnn.data.dataset import Dataset, Split
from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.layers import AveragePooling2D, Dense, Flatten, Input, Softmax
from minicnn.optimizers import Adam

__all__ = ["face_folder", "faces", "tiny_network"]


def tiny_network(*, seed=0, outputs=7, input_shape=(48, 48, 1), softmax=True):
    """A linear model on 36 grey values, with what belongs to a FER model."""
    layers = [Input(input_shape), AveragePooling2D(8), Flatten(), Dense(outputs)]
    layers += [Softmax()] if softmax else []
    model = Sequential(layers, name="tiny", seed=seed)
    model.compile(Adam(0.03), "categorical_crossentropy", metrics=["accuracy"])
    model.extra["class_names"] = list(EMOTIONS)
    return model


def faces(train=4, test=2):
    """So many images of every emotion; they are noise, in the grey that belongs to the emotion."""
    draw = np.random.default_rng(5)

    def split(count):
        labels = np.tile(np.arange(len(EMOTIONS)), count)
        noise = draw.integers(0, 40, (len(labels), 48, 48, 1))
        return Split((noise + 30 * labels[:, None, None, None]).astype(np.uint8), labels)

    return Dataset(split(train), split(test), EMOTIONS)


def face_folder(top: Path, dataset: Dataset) -> Path:
    """Write a data set as people have FER2013 extracted."""
    for name in ("train", "test"):
        split = dataset.splits[name]
        for i, (image, label) in enumerate(zip(split.images, split.labels, strict=True)):
            path = top / name / EMOTIONS[label] / f"{i:03}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image[:, :, 0]).save(path)
    return top
