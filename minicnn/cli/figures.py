"""``minicnn figures``: the figures of a run."""

from __future__ import annotations

import argparse

from minicnn.cli.data_option import add_data_argument, add_split_argument, load_data, pick_split
from minicnn.cli.model_option import add_expectation_arguments, load_model_file
from minicnn.cli.path_option import as_path, text_path
from minicnn.cli.threads_option import add_threads_argument, use_threads

HELP = """Draw the figures of a run, and a page with all of them: report.html.

example:
  minicnn figures --run runs/first --data fer2013.zip
  minicnn figures --run runs/first --data fer2013.zip --image photo.jpg

Evaluates the run's best model, or the one that --model names, and writes figures/*.png and
report.html into the run folder: results, sample images, class counts, loss and accuracy by epoch,
confusion matrix, mistakes, calibration, robustness (if minicnn robustness has written
robustness.json there), filters, feature maps and Grad-CAM. The page is a single self-contained
file; it shows images of the data set. A run on synthetic faces needs no --data.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--run",
        metavar="FOLDER",
        required=True,
        type=as_path,
        dest="folder",
        help="run folder; uses its models and, if present, history.csv, run.json, robustness.json",
    )
    add_data_argument(parser)
    add_split_argument(parser)
    parser.add_argument(
        "--model",
        metavar="NAME",
        type=text_path,
        help="model file in the run folder (best.keras if it exists, else model.keras)",
    )
    add_expectation_arguments(parser)
    parser.add_argument(
        "--image",
        metavar="FILE",
        type=text_path,
        help="image to show on its way through the network (a random one of the split)",
    )
    parser.add_argument(
        "--seed", type=int, metavar="N", default=0, help="random seed; chooses the images (0)"
    )
    add_threads_argument(parser)


def run(arguments: argparse.Namespace) -> None:
    """Evaluate, draw, and print where the figures are."""
    from minicnn.data.images import decode_image
    from minicnn.fer.datasets.resizing import enlarges_with_opencv
    from minicnn.fer.evaluation.evaluate import evaluate
    from minicnn.fer.figures.of_run import RunResults, run_figures
    from minicnn.fer.reports.html_report import as_png, html_report
    from minicnn.fer.runs.folder import RunFolder
    from minicnn.fer.runs.folder_reading import read_history, read_record, read_robustness
    from minicnn.files import atomic_write, write_text
    from minicnn.progress import progress_bar
    from minicnn.random import generator

    use_threads(arguments.threads)
    folder, seed = RunFolder(arguments.folder), arguments.seed
    rng = generator(seed, "check")
    if not folder.path.is_dir():
        raise FileNotFoundError(f"--run: {folder} is not a folder, expected a run folder.")
    name = arguments.model or (folder.best if folder.best.exists() else folder.model).name
    model = load_model_file(folder.path / name, arguments)
    history, record = read_history(folder), read_record(folder)
    robustness = read_robustness(folder)
    dataset = load_data(arguments, model)
    trained_on = record.get("data", {}).get("source", dataset.name)
    if arguments.data is None and trained_on != dataset.name:
        raise ValueError(
            f"{folder} was trained on {trained_on}, expected --data with the path of these images, "
            "or of others."
        )
    split = pick_split(dataset, arguments.split)
    if arguments.image is None:
        image = split.images[rng.integers(len(split))]
    else:
        h, w, channels = split.images.shape[1:]
        opencv = enlarges_with_opencv((h, w))
        image = decode_image(arguments.image, (h, w), channels=channels, opencv=opencv)
    folder.figures.mkdir(exist_ok=True)
    evaluation = evaluate(model, split, class_names=dataset.class_names)
    if robustness is not None and not robustness.fits(evaluation):
        print(
            f"{folder.robustness} was measured on other images or with another model "
            f"({robustness.clean:.2%} of {robustness.images:,} images right) and is left out."
        )
        robustness = None
    results = RunResults(
        model=model,
        dataset=dataset,
        split=split,
        evaluation=evaluation,
        without_twins=evaluation.without_twins(dataset, arguments.split),
        history=history,
        robustness=robustness,
        image=image,
        seed=seed,
    )
    figures = run_figures(results)
    with progress_bar("Drawing", 2 * len(figures)) as advance:
        light = {}
        for figure in figures:
            light[figure.name] = as_png(figure.draw)
            with atomic_write(folder.figures / f"{figure.name}.png") as png:
                png.write(light[figure.name])
            advance(1)
        title = f"{folder.path.resolve().name}/{name} on {dataset.name}, {arguments.split}"
        page = html_report(title, results, figures, light=light, record=record, advance=advance)
    write_text(folder.report, page)
    print(f"{len(figures)} figures are in {folder.figures}; {folder.report} shows all of them.")
