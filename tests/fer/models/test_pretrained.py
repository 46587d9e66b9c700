"""The models that come with the package: what they are, that Keras opens them, what they reach."""

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pytest
from oracles import keras as oracle

from minicnn import __version__
from minicnn.fer import EMOTIONS, evaluate, load_fer2013, load_pretrained
from minicnn.fer.evaluation.robustness import Robustness, robustness
from minicnn.fer.models.networks import NETWORKS
from minicnn.fer.models.pretrained import DEFAULT, PRETRAINED_FILES, pretrained_name
from minicnn.fer.prediction.predict import class_names

ROOT = Path(__file__).parents[3]
RESULTS = ROOT / "docs" / "results"
#: Where the figures of each are.
FOLDERS = {"documented": RESULTS / "pretrained", "compact": RESULTS / "compact"}

# Another processor adds in another order, and an image between two emotions may change sides.
IMAGES_APART = 3


@pytest.fixture(scope="module")
def fer2013():
    path = os.environ.get("MINICNN_FER2013")
    if not path:
        pytest.skip("MINICNN_FER2013 does not name the FER2013 zip")
    return load_fer2013(path, cache=False)


def committed(name, file):
    return json.loads((FOLDERS[name] / file).read_text(encoding="utf-8"))


def percent(share, decimals=2):
    return f"{100 * share:.{decimals}f}"


@pytest.fixture(params=PRETRAINED_FILES)
def name(request):
    return request.param


def test_every_file_has_a_name_and_they_are_small():
    folder = PRETRAINED_FILES[DEFAULT].parent
    assert sorted(PRETRAINED_FILES.values()) == sorted(folder.glob("*.keras"))
    sizes = [path.stat().st_size for path in PRETRAINED_FILES.values()]
    assert max(sizes) < 14 << 20
    assert sum(sizes) < 30_000_000


def test_it_is_the_network_of_its_name_with_weights_alone(name):
    model, new = load_pretrained(name), NETWORKS[name]()
    assert [layer.get_config() for layer in model.layers] == [
        layer.get_config() for layer in new.layers
    ]
    assert model.name == new.name
    assert class_names(model) == EMOTIONS
    assert model.optimizer is None


def test_unknown_names_are_refused_with_those_that_are_known():
    with pytest.raises(ValueError, match=r"'deep' is unknown, expected one of documented, compact"):
        load_pretrained("deep")


def test_the_card_is_beside_it_and_says_what_is_expected_of_one(name):
    card = PRETRAINED_FILES[name].with_suffix(".md").read_text(encoding="utf-8")
    for subject in ("Data", "Training", "Numbers", "Limits", "Licence"):
        assert f"\n## {subject}\n" in card
    assert "\nIt must not be used for " in card
    assert f"{NETWORKS[name]().count_params():,} parameters" in card


def test_keras_opens_it(name):
    theirs = oracle().models.load_model(PRETRAINED_FILES[name])
    x = np.random.default_rng(0).random((8, 48, 48, 1), dtype=np.float32)
    expected = load_pretrained(name).predict(x)
    np.testing.assert_allclose(theirs.predict(x, verbose=0), expected, atol=1e-5)


def test_its_name_tells_the_file(name):
    path = PRETRAINED_FILES[name]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    assert pretrained_name(name) == f"pretrained {name} network of minicnn {__version__} ({digest})"
    assert digest in path.with_suffix(".md").read_text(encoding="utf-8")


def test_the_committed_figures_are_of_this_file(name):
    _, digest = pretrained_name(name).rsplit(" ", 1)
    files = [path for path in FOLDERS[name].iterdir() if path.suffix in (".json", ".txt")]
    assert len(files) > 5
    for path in files:
        assert digest in path.read_text(encoding="utf-8")[:200], path


def told(name):
    """What each document has to say of a network, by the committed figures."""
    one, flip, ten = (
        committed(name, f"evaluation{tta}.json") for tta in ("", "-flip", "-ten-crop")
    )
    halves = {
        half: committed(name, f"evaluation-{half}.json") for half in ("PublicTest", "PrivateTest")
    }
    single, averaged = percent(one["accuracy"]), percent(flip["accuracy"])
    apart = percent(one["without_twins"]["accuracy"])
    spoiled = Robustness.from_dict(committed(name, "robustness.json")).accuracy
    low, mild, strong = (percent(accuracy, 1) for accuracy in spoiled["noise"])
    interval, averaged_interval = (
        " to ".join(map(percent, figures["accuracy_interval_95"])) for figures in (one, flip)
    )
    calibration = percent(one["expected_calibration_error"], 1) + " %"
    scores = [
        f"| {kind} | {row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} |"
        for kind, row in one["classes"].items()
    ]
    yield (
        ROOT / "README.md",
        f"| **{single} %** ({interval}) |",
        f"| **{averaged} %** ({averaged_interval}) |",
        f"| **{low} / {mild} / {strong} %** |",
    )
    yield (
        RESULTS / "README.md",
        f"{single} % of the test images, {averaged} % averaged",
        f"{low}, {mild} and {strong} % under noise of 0.05, 0.1 and 0.2",
    )
    yield (
        RESULTS / "public-models" / "README.md",
        f"| **{single} %** | **{averaged} %** | {percent(halves['PrivateTest']['accuracy'])} % | "
        f"{apart} % |",
    )
    yield (
        FOLDERS[name] / "README.md",
        f"| 7,178 test images | **{single} %** |",
        f"| 95 % interval | {interval} % |",
        f"(`--tta flip`) | **{averaged} %** |",
        f"| 95 % interval | {averaged_interval} % |",
        f"(`--tta ten-crop`) | {percent(ten['accuracy'])} % |",
        f"a twin among the training images | {apart} % |",
        f"image and its mirror image | {percent(flip['without_twins']['accuracy'])} % |",
        *(f"| {half} | {percent(figures['accuracy'])} % |" for half, figures in halves.items()),
        *(
            f"| with noise of {x} | **{a} %** |"
            for x, a in zip((0.05, 0.1, 0.2), (low, mild, strong), strict=True)
        ),
        f"Top-2 accuracy {percent(one['top_2_accuracy'])} %, loss {one['loss']:.4f}, "
        f"calibration error {calibration}.",
        *scores,
    )
    yield (
        PRETRAINED_FILES[name].with_suffix(".md"),
        f"{single} % are right (95 % interval {interval} %), {apart} % of those without a twin",
        f"{percent(halves['PrivateTest']['accuracy'])} % of PrivateTest, {averaged} % averaged",
        f"0.05, 0.1 and 0.2 (white is 1): {low}, {mild} and {strong} %",
        f"Calibration error {calibration}",
        f"{percent(spoiled['blur'][-1], 0)} % are right under blur of 3 pixels, "
        f"{percent(spoiled['contrast'][-1], 0)} % with a tenth of the contrast, "
        f"{percent(spoiled['occlusion'][-1], 0)} % with two fifths of the face covered, "
        f"{percent(spoiled['rotation'][-1], 0)} % turned by 60 degrees",
        *(f"{kind} {row['f1']:.3f}" for kind, row in one["classes"].items()),
    )
    yield (
        ROOT / "docs" / "CHANGELOG.md",
        f"({single} % of the test images, ",
    )


def test_the_documents_tell_the_committed_figures(name):
    for path, *expected in told(name):
        text = " ".join(path.read_text(encoding="utf-8").split())
        assert [words for words in expected if words not in text] == [], path


@pytest.mark.parametrize(
    ("split", "tta"),
    [("test", None), ("test", "flip"), ("PublicTest", None), ("PrivateTest", None)],
)
def test_it_reaches_the_committed_numbers(name, fer2013, split, tta):
    kind = tta or (split if split != "test" else None)
    figures = committed(name, f"evaluation-{kind}.json" if kind else "evaluation.json")
    again = evaluate(load_pretrained(name), fer2013.splits[split], tta=tta)
    assert again.images == figures["images"]
    assert abs(again.accuracy - figures["accuracy"]) * again.images <= IMAGES_APART
    assert again.loss == pytest.approx(figures["loss"], abs=1e-3)


def test_under_noise_it_reaches_them_too(name, fer2013):
    figures = committed(name, "robustness.json")
    expected = Robustness.from_dict(figures).accuracy["noise"]
    again = robustness(load_pretrained(name), fer2013.test, only=["noise"], seed=figures["seed"])
    for accuracy, figure in zip(again.accuracy["noise"], expected, strict=True):
        assert abs(accuracy - figure) * again.images <= IMAGES_APART
