"""``minicnn figures``: PNGs, and a page that stands alone."""

import dataclasses
import json
import re
import shutil
from html.parser import HTMLParser

import pytest
from PIL import Image
from tiny import tiny_network

from minicnn import load_model
from minicnn.data.images import decode_image
from minicnn.fer import evaluate, load_fer2013
from minicnn.fer.evaluation.robustness import robustness
from minicnn.fer.figures import feature_maps
from minicnn.fer.reports.html_report import as_png

ALWAYS = {
    "samples",
    "training_distribution",
    "testing_distribution",
    "confusion",
    "confusion_normalised",
    "confused_pairs",
    "reliability",
    "misclassified",
    "true_against_predicted",
    "feature_maps",
}
EMPTY = {"meta", "img", "source", "link", "br", "hr", "input"}


class Page(HTMLParser):
    """Tags with their attributes; everything that is opened is closed."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.text = [], [], ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def folder(model, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    shutil.copy(model, run / "model.keras")
    return run


def names(folder):
    return {path.stem for path in (folder / "figures").iterdir()}


def test_the_figures_of_a_bare_model(minicnn, folder, data):
    result = minicnn("figures", "--run", folder, "--data", data)
    assert (result.returncode, result.stderr) == (0, "")
    assert names(folder) == ALWAYS
    for path in (folder / "figures").iterdir():
        with Image.open(path) as picture:
            assert picture.format == "PNG"
            assert picture.size[0] == 850
            assert picture.convert("L").getextrema()[0] < 100, path
    assert "Not measured" in (folder / "report.html").read_text()


def test_the_page_stands_alone_and_can_be_read_without_eyes_or_mouse(minicnn, folder, data):
    model, test = load_model(folder / "model.keras"), load_fer2013(data, cache=False).test
    spoiled = robustness(model, test, only=["noise"])
    (folder / "history.csv").write_text("epoch,loss,accuracy\n1,1.5,0.25\n2,1.25,0.5\n")
    (folder / "run.json").write_text(json.dumps({"command": "<b>", "machine": {"cores": 3}}))
    (folder / "robustness.json").write_text(json.dumps(spoiled.as_dict()))
    assert minicnn("figures", "--run", folder, "--data", data).returncode == 0
    assert names(folder) == ALWAYS | {"curves", "robustness", "corruptions"}
    html = (folder / "report.html").read_text()
    page = Page(html)

    assert not re.search(r"https?://|<script|<link|@import|url\(", html)
    assert all(image["src"].startswith("data:image/png;base64,") for image in page.all("img"))
    sources = page.all("source")
    assert len(page.all("img")) == len(sources) == len(names(folder))
    for image, source in zip(page.all("img"), sources, strict=True):
        assert image["alt"].endswith(".")
        assert source["media"] == "(prefers-color-scheme: dark)"
        assert source["srcset"] != image["src"], "there is a picture for the dark"

    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    links = [link["href"] for link in page.all("a")]
    assert links[0] == "#main", "the first thing that Tab comes to skips the rest"
    assert {link[1:] for link in links} == set(ids)
    assert [len(page.all(tag)) for tag in ("h1", "main", "title")] == [1, 1, 1]
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("caption")) == len(page.all("table")) > 4
    assert all(cell["scope"] in ("row", "col") for cell in page.all("th"))
    regions = [d for d in page.all("div") if d.get("class") == "scroll"]
    assert all(d["tabindex"] == "0" and d["aria-label"] for d in regions)

    assert f"{evaluate(model, test).accuracy:.2%} of 14 images are right" in page.text
    assert f"{spoiled.accuracy['noise'][2]:.1%}" in page.text
    assert "<b>" in page.text, "what stands in run.json is text"
    assert "machine: cores3" in page.text


def test_the_best_model_is_shown_unless_another_is_asked_for(minicnn, folder, data):
    better = tiny_network(seed=9)
    better.save(folder / "best.keras")
    test = load_fer2013(data, cache=False).test
    for options, name, model in (
        ((), "best.keras", better),
        (("--model", "model.keras"), "model.keras", load_model(folder / "model.keras")),
    ):
        assert minicnn("figures", "--run", folder, "--data", data, *options).returncode == 0
        text = Page((folder / "report.html").read_text()).text
        assert f"{folder.name}/{name} on" in text
        assert f"{evaluate(model, test).accuracy:.2%} of 14 images are right" in text


def test_robustness_of_another_model_or_data_is_left_out_and_told(minicnn, folder, data):
    model, test = load_model(folder / "model.keras"), load_fer2013(data, cache=False).test
    spoiled = robustness(model, test, only=["noise"])
    other = dataclasses.replace(spoiled, images=15)
    (folder / "robustness.json").write_text(json.dumps(other.as_dict()))
    result = minicnn("figures", "--run", folder, "--data", data)
    assert "robustness.json was measured on other images or with another model" in result.stdout
    assert names(folder) == ALWAYS
    assert "Not measured" in (folder / "report.html").read_text()


def test_a_run_on_other_images_is_not_shown_on_synthetic_faces(minicnn, refused, folder, data):
    assert minicnn("figures", "--run", folder, "--data", data).returncode == 0
    before = (folder / "report.html").read_bytes()
    (folder / "run.json").write_text(json.dumps({"data": {"source": "fer2013.zip"}}))
    assert "was trained on fer2013.zip, expected --data with the path" in refused(
        "figures", "--run", folder
    )
    assert (folder / "report.html").read_bytes() == before


def test_the_image_can_be_chosen(minicnn, folder, data):
    chosen = next((data / "train" / "sad").iterdir())
    arguments = ("--run", folder, "--data", data, "--image", chosen)
    assert minicnn("figures", *arguments).returncode == 0
    model, image = load_model(folder / "model.keras"), decode_image(chosen)
    expected = as_png(lambda: feature_maps(model, image))
    assert (folder / "figures" / "feature_maps.png").read_bytes() == expected


def test_bad_input_is_told(refused, folder, data, tmp_path):
    common = ("figures", "--data", data, "--run")
    sentence = refused(*common, tmp_path / "nowhere")
    assert f"--run: {tmp_path / 'nowhere'} is not a folder, expected a run folder." in sentence
    assert "expected one of train, test." in refused(*common, folder, "--split", "Test")
    assert "seed: expected an integer" in refused(*common, folder, "--seed", "-1")
    for name, text in (
        ("history.csv", "epoch,loss\n1,none\n"),
        ("history.csv", "epoch,loss\n"),
        ("run.json", "[1]"),
        ("robustness.json", "{}"),
    ):
        (folder / name).write_text(text)
        assert str(folder / name) in refused(*common, folder)
        (folder / name).unlink()
    assert {path.name for path in folder.iterdir()} == {"model.keras"}
