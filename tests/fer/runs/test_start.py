"""What a run may begin with."""

from dataclasses import replace

import numpy as np
import pytest
from tiny import faces, tiny_network

from minicnn import Sequential
from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.models.compact_network import compact_network
from minicnn.fer.models.new_head import with_new_head
from minicnn.fer.runs.configuration import TrainingConfig
from minicnn.fer.runs.folder import RunFolder
from minicnn.fer.runs.start import check_model_file, first_model, load_start
from minicnn.layers import Conv2D, Flatten, Input, Softmax


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda: tiny_network(outputs=5), r"outputs of shape \(5,\), expected a different name"),
        (
            lambda: tiny_network(input_shape=(40, 40, 1)),
            r"takes images of shape \(40, 40, 1\), expected one that takes \(48, 48, 1\)",
        ),
        (lambda: with_names(3), "has the class names 3"),
        (lambda: tiny_network(softmax=False), "that are not probabilities, expected a model that"),
        (lambda: frozen(tiny_network()), "has no trainable parameters, expected at least one"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(tmp_path, change, message):
    change().save(tmp_path / "other.keras")
    with pytest.raises(ValueError, match=message):
        load_start(str(tmp_path / "other.keras"), faces(), seed=0)


def test_a_new_network_has_the_name_and_the_seed_that_the_run_gives():
    dataset = replace(faces(), class_names=("happy", "hen", "sad"))
    model = first_model(TrainingConfig(network="compact", seed=3), dataset, steps=1)
    expected = compact_network(seed=3, class_names=dataset.class_names)
    assert model.name == "compact_network"
    for one, other in zip(model.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_same_classes_in_another_order_keep_what_is_known(tmp_path):
    other = with_names(list(EMOTIONS[::-1]))
    other.save(tmp_path / "other.keras")
    model, dataset = load_start(str(tmp_path / "other.keras"), faces(), seed=0), faces()
    x = dataset.test.images.astype(np.float32) / 255
    np.testing.assert_allclose(
        model.predict(x, verbose=0), other.predict(x, verbose=0)[:, ::-1], rtol=1e-6
    )
    assert model.extra["class_names"] == list(EMOTIONS)


def test_other_classes_get_a_new_layer_and_the_first_layers_stay(tmp_path):
    tiny_network(seed=3).save(tmp_path / "first.keras")
    dataset = replace(faces(), class_names=("happy", "hen", "sad"))
    path, old = str(tmp_path / "first.keras"), tiny_network(seed=3)
    model = load_start(path, dataset, seed=5, freeze=2)
    again = load_start(path, dataset, seed=5, freeze=2)
    assert model.output_shape == (None, 3)
    assert [layer.trainable for layer in model.layers[-4:]] == [False, False, True, True]
    kernel, before = (m.layers[-2].params["kernel"] for m in (model, old))
    np.testing.assert_array_equal(kernel, again.layers[-2].params["kernel"])
    for place, name in ((0, "happy"), (2, "sad")):
        np.testing.assert_array_equal(kernel[:, place], before[:, EMOTIONS.index(name)])
    assert not (kernel[:, :1] == kernel[:, 1:2]).any()
    with pytest.raises(ValueError, match=r"freeze must be at most 4, .*first\.keras, got 5"):
        load_start(path, dataset, seed=5, freeze=5)
    with pytest.raises(ValueError, match="has no trainable parameters"):
        load_start(path, faces(), seed=5, freeze=4)


def test_a_model_without_a_last_dense_layer_has_none_to_replace():
    model = Sequential([Input((4, 4, 1)), Conv2D(7, 4), Flatten(), Softmax()])
    with pytest.raises(ValueError, match=r"ends in 'conv2d\w*', expected a dense layer"):
        with_new_head(model, ("a", "b"))


def test_an_included_network_is_a_start(tmp_path):
    check_model_file("documented", RunFolder(tmp_path))
    model = load_start("documented", faces(), seed=5)
    assert model.count_params() == 6_318_471
    message = "start: compct does not exist.* networks are called pretrained, documented"
    with pytest.raises(FileNotFoundError, match=message):
        check_model_file("compct", RunFolder(tmp_path))


def with_names(names):
    model = tiny_network()
    model.extra["class_names"] = names
    return model


def frozen(model):
    model.trainable = False
    return model


def test_a_model_that_fits_gets_the_seed_of_the_run(tmp_path):
    tiny_network(seed=3).save(tmp_path / "first.keras")
    model = load_start(str(tmp_path / "first.keras"), faces(), seed=5)
    assert (model.seed, model.extra["class_names"]) == (5, list(EMOTIONS))


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.keras does not exist, expected a \.keras"):
        check_model_file(str(tmp_path / "none.keras"), RunFolder(tmp_path / "run"))
    with pytest.raises(IsADirectoryError, match=r"is a folder, expected a \.keras file"):
        check_model_file(str(tmp_path), RunFolder(tmp_path / "run"))


@pytest.mark.parametrize("name", ["best.keras", "model.keras", "checkpoints/mine.keras"])
@pytest.mark.parametrize("way", [".", "run/..", "link"])
def test_what_the_run_replaces_is_refused(tmp_path, name, way):
    (tmp_path / "run" / "checkpoints").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "run" / name).touch()
    with pytest.raises(ValueError, match="would be replaced by the run, which writes to the"):
        check_model_file(str(tmp_path / way / "run" / name), RunFolder(tmp_path / "run"))


def test_another_file_in_the_run_folder_is_no_matter(tmp_path):
    for name in ("mine.keras", "earlier-1/best.keras"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
        check_model_file(str(tmp_path / name), RunFolder(tmp_path))
