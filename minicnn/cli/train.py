"""``minicnn train``: a run, from scratch, resumed, or with a saved model."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from minicnn.cli.data_option import add_data_argument, load_data
from minicnn.cli.model_option import MODEL_HELP
from minicnn.cli.path_option import as_path, text_path
from minicnn.cli.threads_option import add_threads_argument, use_threads
from minicnn.streams import say

if TYPE_CHECKING:
    from minicnn.data.dataset import Dataset
    from minicnn.fer.runs.configuration import TrainingConfig
    from minicnn.model import Model

HELP = """Train the documented network or a smaller one, or continue training a saved one.

example:
  minicnn train --data fer2013.zip --out runs/first
  minicnn train --data fer2013.zip --out runs/first --resume
  minicnn train --out runs/faces --epochs 5 --optimizer SGD --schedule cosine
  minicnn train --data fer2013.zip --out runs/compact --network compact
  minicnn train --out runs/again --config runs/first/config.toml
  minicnn train --out runs/second --start runs/first/model.keras --learning-rate 0.0002
  minicnn train --data pictures/ --out runs/mine --start documented --freeze 20

Without --data, it trains on the built-in synthetic faces. The defaults are the
documented configuration: Adam with learning rate 0.001, batches of 32 augmented
images, up to 128 epochs, early stopping with patience 32. The documented schedule
comes without numbers; here the learning rate is halved after 8 epochs without
improvement. A tenth of the training images of each class is held out for
validation; none of these has a twin among the rest.

Ctrl-C stops after the current batch. However a run was interrupted, the same command
with --resume continues it; on the same machine, with the same versions, the results are
bit-identical.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_data_argument(parser)
    parser.add_argument("--out", metavar="FOLDER", required=True, type=as_path, help="run folder")
    again = parser.add_mutually_exclusive_group()
    again.add_argument("--resume", action="store_true", help="continue the run in the folder")
    again.add_argument(
        "--overwrite", action="store_true", help="replace an existing run in the folder"
    )
    parser.add_argument(
        "--checkpoint-every",
        type=int,
        metavar="N",
        default=500,
        help="batches between checkpoints: the most that a resumed run repeats (500)",
    )

    add_threads_argument(parser)

    config = parser.add_argument_group("configuration", "options override the file of --config")
    config.add_argument(
        "--config",
        metavar="FILE",
        type=text_path,
        help="a TOML file, such as the config.toml of any run",
    )
    config.add_argument(
        "--epochs", type=int, metavar="N", help="passes over the training images (128)"
    )
    config.add_argument("--batch-size", type=int, metavar="N", help="images per step (32)")
    config.add_argument("--seed", type=int, metavar="N", help="seed of all random numbers (0)")
    config.add_argument(
        "--network",
        metavar="NAME",
        help="the network to train from new weights: documented, or compact, with 1.9 million "
        "parameters (documented)",
    )
    config.add_argument(
        "--start",
        metavar="FILE",
        type=text_path,
        help=f"{MODEL_HELP}: train its network further, as a new run; a new last layer replaces "
        "its own if the classes differ",
    )
    config.add_argument(
        "--freeze",
        type=int,
        metavar="N",
        help="with --start: leave its first N layers, in the order of minicnn summary, as they are",
    )
    config.add_argument(
        "--protocol",
        metavar="NAME",
        help="images to validate on: held-out (training images) or documented (the test images, as "
        "in the original) (held-out)",
    )
    config.add_argument(
        "--validation-split",
        type=float,
        metavar="SHARE",
        help="share of the training images to hold out; 0 for none (0.1)",
    )
    config.add_argument(
        "--log-test",
        action="store_const",
        const=True,
        help="record the accuracy on the test images after every epoch; it decides nothing",
    )
    config.add_argument(
        "--no-augment",
        dest="augmentation",
        action="store_const",
        const=False,
        help="train without augmentation",
    )
    config.add_argument(
        "--class-weight",
        metavar="NAME",
        help="none, or balanced: each class gets the same total weight (none)",
    )
    config.add_argument(
        "--label-smoothing",
        type=float,
        metavar="SHARE",
        help="share of the label to spread over all classes (0)",
    )
    config.add_argument(
        "--optimizer",
        metavar="NAME",
        help="SGD, RMSprop, Adam, AdamW, ...; an unknown name gets the whole list (Adam)",
    )
    config.add_argument(
        "--learning-rate", type=float, metavar="RATE", help="initial learning rate (0.001 for Adam)"
    )
    config.add_argument(
        "--schedule", metavar="NAME", help="plateau, cosine, exponential or constant (plateau)"
    )
    config.add_argument(
        "--patience", type=int, metavar="N", help="stop after N epochs without improvement (32)"
    )
    config.add_argument(
        "--ema",
        type=float,
        metavar="MOMENTUM",
        help="average the weights exponentially, with this momentum, such as 0.999",
    )


def run(arguments: argparse.Namespace) -> None:
    """Train, and print where the results are."""
    from minicnn.fer.models.pretrained import model_file
    from minicnn.fer.runs.folder import RunFolder
    from minicnn.fer.runs.options import RunOptions
    from minicnn.fer.runs.record import protocol_note
    from minicnn.fer.runs.train import check_run, train
    from minicnn.intervals import whole_number_in
    from minicnn.loading import load_model

    config, folder = _configuration(arguments), RunFolder(arguments.out)
    whole_number_in("[1, inf)", arguments.checkpoint_every, "--checkpoint-every")
    use_threads(arguments.threads)
    options = RunOptions(
        resume=arguments.resume,
        overwrite=arguments.overwrite,
        checkpoint_every=arguments.checkpoint_every,
    )
    check_run(folder, config, options)
    start = None if config.start is None else load_model(model_file(config.start))
    arguments.image_size, arguments.color_mode = config.image_size, config.color_mode
    dataset = load_data(arguments, start, enlarge=True)
    if start is not None:
        _say_new_head(arguments.verb, start, dataset)
    say(
        f"{dataset.name}: {len(dataset.train):,} training and {len(dataset.test):,} test images. "
        f"The run goes to {folder}.",
    )
    if not config.watched:
        say("No images are held out, so early stopping, plateau and best model are off.")
    result = train(dataset, folder.path, config, options)
    test, best = result.test, result.best
    print(f"Test images: accuracy {test.accuracy:.2%}, loss {test.loss:.4f}.")
    if best is not None:
        print(
            f"Best model, of epoch {best.epoch}: accuracy "
            f"{best.test.accuracy:.2%}, loss {best.test.loss:.4f}."
        )
    print(protocol_note(config))
    print(f"The model is in {folder.model}{f', the best one in {folder.best}' if best else ''}.")


def _say_new_head(verb: str, start: Model, dataset: Dataset) -> None:
    """Say that the model to start with gets another last layer, if it does."""
    from minicnn.fer.models.expectations import expectations

    known = expectations(start).class_names or ()
    if known != dataset.class_names:
        both = [name for name in dataset.class_names if name in known]
        kept = f", which keeps what the model knows of {', '.join(both)}" if both else ""
        told = f"--start: a new last layer for {', '.join(dataset.class_names)}{kept}"
        print(f"minicnn {verb}: {told}.", file=sys.stderr)


def _configuration(arguments: argparse.Namespace) -> TrainingConfig:
    """Return the configuration: options first, then the file, then the defaults."""
    from minicnn.fer.runs.configuration import TrainingConfig, read_config
    from minicnn.fer.runs.toml import read_toml

    values = read_toml(arguments.config) if arguments.config else {}
    try:
        return TrainingConfig.from_dict(_with_options(values, arguments))
    except ValueError:
        if arguments.config:
            read_config(arguments.config)  # raises first if the file is at fault, and names it
        raise


def _with_options(values: dict[str, Any], arguments: argparse.Namespace) -> dict[str, Any]:
    """Override a configuration file's values by the options."""
    given = dict(values)
    for name in (
        "epochs",
        "batch_size",
        "seed",
        "network",
        "start",
        "freeze",
        "image_size",
        "color_mode",
        "protocol",
        "validation_split",
        "log_test",
        "augmentation",
        "class_weight",
        "label_smoothing",
    ):
        if getattr(arguments, name) is not None:
            given[name] = getattr(arguments, name)
    if arguments.optimizer is not None:
        given["optimizer"] = {"name": arguments.optimizer}
    optimizer = dict(given.get("optimizer", {}))
    if arguments.learning_rate is not None:
        optimizer["learning_rate"] = arguments.learning_rate
    if arguments.ema is not None:
        optimizer |= {"use_ema": True, "ema_momentum": arguments.ema}
    if optimizer:
        given["optimizer"] = optimizer
    if arguments.schedule is not None:
        given["schedule"] = {"name": arguments.schedule}
    if arguments.patience is not None:
        stopping = given.get("early_stopping") or {}
        given["early_stopping"] = {**stopping, "patience": arguments.patience}
    return given
