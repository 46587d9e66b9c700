"""``--classes`` and ``--scale``: what the verbs are told about a model, and what they assume."""

import json
from pathlib import Path

import pytest
from PIL import Image
from tiny import faces
from told_networks import TOLD, network

from minicnn import load_model
from minicnn.cli.model_option import given_model_name, load_named_model
from minicnn.fer import EMOTIONS, evaluate, load_fer2013, predict_emotion, set_expectations
from minicnn.fer.models.pretrained import DEFAULT, load_pretrained, pretrained_name

CSV = "angry, disgust, fear, happy, sad, surprise, neutral"
ASSUMED = (
    "{file} does not name its classes: assumed the alphabetical order angry, disgust, fear, happy, "
    f"neutral, sad, surprise; to change that, add --classes csv ({CSV}) or --classes A,B,C,...."
)
ASSUMED_SCALE = (
    "{file} does not say how pixels are scaled: assumed 0..1; to change that, add --scale "
    "-1..1 or 0..255."
)


@pytest.fixture
def silent(tmp_path):
    """A file that says nothing: its classes are in csv order, its scale is -1..1."""
    model = TOLD["-1..1"]()
    model.extra = {}
    model.save(tmp_path / "silent.keras")
    return "silent.keras"


@pytest.fixture
def saying():
    """The same model, with what the file does not say."""
    model = TOLD["-1..1"]()
    set_expectations(model, "csv", "-1..1")
    return model


@pytest.fixture
def photo(tmp_path):
    Image.fromarray(faces().test.images[3][..., 0]).save(tmp_path / "face.png")
    return "face.png"


def told(result):
    return result.stderr.splitlines()


@pytest.mark.parametrize("scale", [["--scale", "-1..1"], ["--scale=-1..1"]])
def test_predict_takes_both(minicnn, silent, saying, photo, tmp_path, scale):
    call = ["predict", photo, "--json", "--model", silent]
    result = minicnn(*call, "--classes", "csv", *scale)
    assert (result.returncode, result.stderr) == (0, "")
    [found] = json.loads(result.stdout)
    expected = predict_emotion(saying, tmp_path / photo)
    assert found["probabilities"] == pytest.approx(expected.probabilities, rel=1e-5)
    assert list(found["probabilities"]) == CSV.split(", ")


def test_what_is_assumed_is_told_once(minicnn, silent, photo):
    files = [photo] * 70  # three batches
    result = minicnn("predict", *files, "--model", silent)
    assert told(result) == [
        f"minicnn predict: {ASSUMED.format(file=silent)}",
        f"minicnn predict: {ASSUMED_SCALE.format(file=silent)}",
    ]
    result = minicnn(
        "predict", photo, "--faces", "--detector", "haar", "--model", silent, "--classes", "csv"
    )
    assert told(result)[:1] == [f"minicnn predict: {ASSUMED_SCALE.format(file=silent)}"]
    assert [line for line in told(result)[1:] if "no face was found" not in line] == []


def test_evaluate_and_robustness_take_both(minicnn, silent, saying, data, tmp_path):
    told_all = ("--model", silent, "--data", data, "--classes", CSV, "--scale", "-1..1")
    expected = evaluate(saying, load_fer2013(data, cache=False).test)
    result = minicnn("evaluate", *told_all, "--out", "figures.json")
    assert (result.returncode, result.stderr) == (0, "")
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["loss"] == pytest.approx(expected.loss, rel=1e-5)
    result = minicnn("robustness", *told_all, "--only", "noise", "--out", "figures.json")
    assert (result.returncode, result.stderr) == (0, "")
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["clean_accuracy"] == expected.accuracy
    result = minicnn("robustness", "--model", silent, "--data", data, "--only", "noise")
    assert [line.split(" ", 3)[2:] for line in told(result)] == [
        [silent, ASSUMED.format(file=silent).split(" ", 1)[1]],
        [silent, ASSUMED_SCALE.format(file=silent).split(" ", 1)[1]],
    ]


def test_figures_takes_both(minicnn, saying, silent, data, tmp_path):
    call = ["figures", "--run", tmp_path, "--model", silent, "--data", data]
    result = minicnn(*call, "--classes", "csv", "--scale", "-1..1")
    assert (result.returncode, result.stderr) == (0, "")
    accuracy = evaluate(saying, load_fer2013(data, cache=False).test).accuracy
    assert f"{accuracy:.2%}" in (tmp_path / "report.html").read_text("utf-8")
    lines = told(minicnn(*call))
    assert lines[0] == f"minicnn figures: {ASSUMED.format(file=tmp_path / silent)}"
    assert len(lines) == 2


def test_a_model_that_scales_its_inputs_itself_is_not_assumed_to_want_them_scaled(
    minicnn, photo, tmp_path
):
    model = TOLD["Rescaling"]()
    model.extra = {}
    model.save(tmp_path / "scaling.keras")
    result = minicnn("predict", photo, "--json", "--model", "scaling.keras")
    assert told(result) == [f"minicnn predict: {ASSUMED.format(file='scaling.keras')}"]
    [found] = json.loads(result.stdout)
    expected = predict_emotion(network(), tmp_path / photo)
    assert found["probabilities"] == pytest.approx(expected.probabilities, rel=1e-4)


def test_what_replaces_the_words_of_the_file_is_told(minicnn, photo, tmp_path):
    model = TOLD["Rescaling"]()
    model.save(tmp_path / "saying.keras")
    call = ["predict", photo, "--json", "--model", "saying.keras"]
    result = minicnn(*call, "--classes", "csv", "--scale", "0..1")
    assert told(result) == [
        f"minicnn predict: --classes replaces what saying.keras says: {', '.join(EMOTIONS)}.",
        "minicnn predict: --scale replaces what saying.keras says: 0..255.",
    ]
    [found] = json.loads(result.stdout)
    assert list(found["probabilities"]) == CSV.split(", ")
    assert minicnn(*call, "--classes", "alphabetical", "--scale", "0..255").stderr == ""


def test_what_does_not_fit_is_refused(refused, silent, photo, data):
    call = ["predict", photo, "--model", silent]
    assert "expected a different class name for each output, got happy, sad." in refused(
        *call, "--classes", "happy,sad"
    )
    assert "scale must be one of 0..1, -1..1, 0..255, got '255'." in refused(
        *call, "--scale", "255"
    )
    names = "a,b,c,d,e,f,g"
    call = ["evaluate", "--model", silent, "--data", data, "--scale", "-1..1", "--classes", names]
    assert (
        "has the classes a, b, c, d, e, f, g, expected those of the images: angry, disgust"
        in refused(*call)
    )


def test_models_that_say_what_they_want_are_predicted_without_a_word(minicnn, photo, model):
    assert load_model(model).extra == {"class_names": list(EMOTIONS)}
    assert minicnn("predict", photo, "--model", model).stderr == ""


def test_a_name_is_an_included_network_and_a_path_with_a_folder_is_a_file(
    model, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    Path("documented").write_bytes(Path(model).read_bytes())
    for name, kind in (("documented", "fer_network"), ("compact", "compact_network")):
        assert load_named_model(name).name == kind
        assert given_model_name(name) == pretrained_name(name)
    assert load_named_model("pretrained").name == load_pretrained(DEFAULT).name
    assert given_model_name("pretrained") == pretrained_name(DEFAULT)
    for path in ("./documented", Path("documented")):
        assert load_named_model(path).name == "tiny"
    assert given_model_name("./documented") == "./documented"
    assert given_model_name(None) == pretrained_name()


def test_a_name_that_is_unknown_is_refused_with_those_that_are_known():
    with pytest.raises(FileNotFoundError, match=r"called pretrained, documented, compact\.$"):
        load_named_model("deep")
    with pytest.raises(FileNotFoundError, match=r"expected a \.keras file\.$"):
        load_named_model("deep.bin")
