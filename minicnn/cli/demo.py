"""``minicnn demo``: a first training, without data."""

from __future__ import annotations

import argparse
import io
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING

from minicnn.cli.path_option import as_path
from minicnn.cli.threads_option import add_threads_argument, use_threads
from minicnn.streams import say

if TYPE_CHECKING:
    from minicnn.data.dataset import Split
    from minicnn.model import Model

HELP = """Train the documented network on synthetic faces, evaluate it and classify a face.

example:
  minicnn demo

Takes two to three minutes on two cores and needs no data. Afterwards the run folder (runs/demo
unless you name another) holds model.keras, history.csv, run.json, evaluation.json and the face,
face.png.
"""

_DEFAULT_OUT = Path("runs/demo")
_EPOCHS = 3
_BATCH_SIZE = 16
_LEARNING_RATE = 0.001
_MOMENTUM = 0.9


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--out", metavar="FOLDER", type=as_path, default=_DEFAULT_OUT, help="run folder (runs/demo)"
    )
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="replace an existing run in the folder; runs/demo is always replaced",
    )
    add_threads_argument(parser)


def run(arguments: argparse.Namespace) -> None:
    """Train, evaluate, classify a face, and suggest the next commands."""
    from minicnn.fer.datasets.synthetic import load_synthetic, synthetic_faces
    from minicnn.fer.datasets.synthetic.face_stream import TEST_START
    from minicnn.fer.prediction.predict import predict_emotion
    from minicnn.fer.reports.evaluation_report import evaluation_report
    from minicnn.fer.runs.configuration import TrainingConfig
    from minicnn.fer.runs.folder import RunFolder
    from minicnn.fer.runs.options import RunOptions
    from minicnn.fer.runs.train import train
    from minicnn.files import atomic_write, write_json
    from minicnn.loading import load_model

    start, folder = time.perf_counter(), RunFolder(arguments.out)
    use_threads(arguments.threads)
    options = RunOptions(overwrite=arguments.overwrite or arguments.out == _DEFAULT_OUT)
    folder.check(overwrite=options.overwrite)
    say("Drawing faces ...")
    dataset = load_synthetic()
    say(
        f"Training the documented network on {len(dataset.train):,} synthetic faces, "
        f"{_EPOCHS} epochs.",
    )
    result = train(
        dataset,
        folder.path,
        TrainingConfig(
            epochs=_EPOCHS, batch_size=_BATCH_SIZE, validation_split=0, augmentation=None
        ),
        options,
        model=_network(_EPOCHS * math.ceil(len(dataset.train) / _BATCH_SIZE)),
    )
    print("\nTest faces, of other people than the training faces:")
    print(evaluation_report(result.test))
    write_json(folder.evaluation, result.test.as_dict())

    # The first happy face after the test faces; the emotions come in turn.
    stranger = synthetic_faces(7, start=TEST_START + 7 * len(dataset.test))
    label = dataset.class_names.index("happy")
    face = folder.path / "face.png"
    with atomic_write(face) as file:
        file.write(_png(stranger, label))
    prediction = predict_emotion(load_model(folder.model), face)
    print(f"\n{face} was drawn as happy; the saved model says: {prediction}.")
    print(f"Done in {time.perf_counter() - start:.0f} s. The model is in {folder.model}.")
    print(_NEXT.format(model=folder.model))


def _network(steps: int) -> Model:
    """The documented network, set to learn in some hundred steps; `minicnn train` takes thousands.

    Moving averages start from mean 0 and variance 1. After 200 steps with momentum 0.99, a share
    of 0.99^200 = 13 % of that start is left. That is many times the variances of the first layers,
    and inference fails; with 0.9 the start is forgotten after 50 steps. Short averages follow
    every step, so the learning rate falls towards the end.
    """
    from minicnn.fer.models.network import fer_network
    from minicnn.layers import BatchNormalization
    from minicnn.optimizers import Adam
    from minicnn.schedules import CosineDecay

    model = fer_network(seed=0)
    for layer in model.layers:
        if isinstance(layer, BatchNormalization):
            layer.momentum = _MOMENTUM
    optimizer = Adam(CosineDecay(_LEARNING_RATE, decay_steps=steps))
    model.compile(optimizer, "categorical_crossentropy", metrics=["accuracy"])
    return model


_NEXT = """
This model has only seen drawn faces. The one that comes with minicnn knows photographs:
  minicnn predict PHOTO.jpg --faces
Next, with this model, and to train your own on FER2013, which is on Kaggle:
  minicnn evaluate --model {model}
  minicnn predict --model {model} FACE.png
  minicnn train --data fer2013.zip --epochs 30 --out runs/first"""


def _png(faces: Split, index: int) -> bytes:
    from PIL import Image

    encoded = io.BytesIO()
    Image.fromarray(faces.images[index, :, :, 0]).save(encoded, "PNG")
    return encoded.getvalue()
