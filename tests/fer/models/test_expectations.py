"""What a model expects: from its file, from its layers, from the caller, or assumed."""

import warnings

import numpy as np
import pytest
from PIL import Image
from tiny import faces, tiny_network
from told_networks import TOLD, network

from minicnn import Sequential, load_model
from minicnn.data.resizing import resize_grey
from minicnn.fer import (
    EMOTIONS,
    Expectations,
    evaluate,
    expectations,
    load_pretrained,
    predict_emotion,
    robustness,
    set_expectations,
)
from minicnn.fer.evaluation.grad_cam import class_activation_maps
from minicnn.fer.figures.inside import feature_maps, grad_cam_figure
from minicnn.fer.models.expectations import CLASS_ORDERS, class_names
from minicnn.layers import Dense, Flatten, Input, Rescaling

CSV = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]


@pytest.fixture(scope="module")
def split():
    return faces(test=3).test


@pytest.mark.parametrize("told", TOLD)
class TestEverythingThatPreparesImages:
    """Each form of the network answers as the plain one does."""

    def test_a_photo(self, told, split):
        expected = predict_emotion(network(), split.images[3]).probabilities
        found = predict_emotion(TOLD[told](), split.images[3]).probabilities
        assert found == pytest.approx(expected, rel=1e-4)

    @pytest.mark.parametrize("tta", [None, "flip", "ten-crop"])
    def test_evaluation(self, told, tta, split):
        expected = evaluate(network(), split, tta=tta, progress=False).probabilities
        found = evaluate(TOLD[told](), split, tta=tta, progress=False).probabilities
        np.testing.assert_allclose(found, expected, rtol=1e-3)
        assert expected.std(axis=0).max() > 0.01, "the answers depend on the images"

    def test_robustness(self, told, split):
        only = ["noise", "contrast"]
        expected = robustness(network(), split, only=only, progress=False)
        assert robustness(TOLD[told](), split, only=only, progress=False) == expected

    def test_grad_cam(self, told, split):
        expected = class_activation_maps(network(), split.images[3])
        found = class_activation_maps(TOLD[told](), split.images[3])
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)

    def test_figures(self, told, split):
        for draw in (feature_maps, grad_cam_figure):
            of_it = [text.get_text() for text in draw(TOLD[told](), split.images[3]).axes[0].texts]
            plain = [text.get_text() for text in draw(network(), split.images[3]).axes[0].texts]
            if draw is grad_cam_figure:  # with the probabilities
                assert of_it == plain
            else:
                assert of_it[0] == plain[0] == "the image: 48 x 48 x 1"

    def test_it_is_in_the_file(self, told, split, tmp_path):
        model = TOLD[told]()
        model.save(tmp_path / "told.keras")
        loaded = load_model(tmp_path / "told.keras")
        assert expectations(loaded) == expectations(model)
        assert predict_emotion(loaded, split.images[0]) == predict_emotion(model, split.images[0])


class TestScale:
    @pytest.mark.parametrize(
        ("told", "scale"), [("0..1", "0..1"), ("-1..1", "-1..1"), ("Rescaling", "0..255")]
    )
    def test_the_numbers(self, told, scale):
        expected = expectations(TOLD[told]())
        assert expected.scale == scale
        low, high = map(int, scale.split(".."))
        x = np.array([0, 0.25, 1], np.float32).reshape(1, 3, 1, 1)
        found = Expectations(None, scale, (3, 1), 1).inputs(x)
        assert found.dtype == np.float32
        assert found.ravel().tolist() == [low, low + (high - low) / 4, high]

    def test_bytes_stay_the_bytes_they_are(self):
        pixels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
        x = pixels.astype(np.float32) / np.float32(255)
        found = Expectations(None, "0..255", (16, 16), 1).inputs(x)
        np.testing.assert_array_equal(found, pixels)

    def test_what_needs_no_change_is_not_copied(self):
        x = np.zeros((2, 48, 48, 1), np.float32)
        assert Expectations(None, "0..1", (48, 48), 1).inputs(x) is x

    def test_what_is_said_counts_more_than_what_is_seen(self):
        model = network([Rescaling(1 / 255)])
        set_expectations(model, scale="0..1")
        assert expectations(model).scale == "0..1"

    @pytest.mark.parametrize("scale", ["1..0", "0-1", "", 255, ["0..1"], ("0..1",)])
    def test_another_one_is_refused(self, scale):
        model = network()
        with pytest.raises(ValueError, match=r"scale must be one of 0\.\.1, -1\.\.1, 0\.\.255, g"):
            set_expectations(model, scale=scale)
        model.extra["scale"] = scale  # as from a file
        with pytest.raises(ValueError, match=r"the scale of 'told' must be one of 0\.\.1, -1\.\.1"):
            evaluate(model, faces().test)


class TestSize:
    @pytest.mark.parametrize("size", [(64, 64), (112, 112), (24, 24)])
    @pytest.mark.parametrize("channels", [1, 3])
    def test_images_are_resized_by_the_one_rule(self, size, channels, split):
        model = tiny_network(input_shape=(*size, channels))
        opencv = size > (48, 48)
        resized = [resize_grey(image[..., 0], size, opencv=opencv) for image in split.images]
        resized = np.stack(resized)
        x = np.repeat(resized[..., None], channels, axis=-1).astype(np.float32) / np.float32(255)
        rows = model.predict(x)
        evaluation = evaluate(model, split, progress=False)
        np.testing.assert_allclose(evaluation.probabilities, rows, rtol=1e-5)
        alone = [list(predict_emotion(model, i).probabilities.values()) for i in split.images]
        np.testing.assert_allclose(alone, rows, rtol=1e-5)
        assert robustness(model, split, only=["blur"], progress=False).clean == evaluation.accuracy

    def test_floats_are_resized_without_rounding(self):
        x = np.random.default_rng(0).random((2, 24, 24, 1), dtype=np.float32)
        found = Expectations(None, "0..1", (48, 48), 1).inputs(x)
        bytes_ = np.stack([resize_grey(np.rint(255 * i[..., 0]).astype("u1"), (48, 48)) for i in x])
        assert found.shape == (2, 48, 48, 1)
        assert 0 < abs(found[..., 0] - bytes_ / 255).max() <= 2 / 255


class TestColour:
    def test_a_colour_model_sees_colours(self):
        red = np.zeros((48, 48, 3), np.uint8)
        red[..., 0] = 255
        model = Sequential([Input((48, 48, 3)), Flatten(), Dense(7, activation="softmax")])
        model.extra["class_names"] = list(EMOTIONS)
        expected = model.predict(red[None].astype(np.float32) / 255)[0].tolist()
        assert list(predict_emotion(model, red).probabilities.values()) == pytest.approx(expected)
        blue = predict_emotion(model, red, bgr=True).probabilities
        assert blue != predict_emotion(model, red).probabilities
        assert blue == predict_emotion(model, Image.fromarray(red[..., ::-1])).probabilities

    @pytest.mark.parametrize("shape", [(48, 48, 2), (48, 48, 4), (48,), (48, 48)])
    def test_what_is_neither_grey_nor_colour_is_refused(self, shape):
        model = Sequential([Input(shape), Flatten(), Dense(7)])
        with pytest.raises(ValueError, match=r"expected grey images \(h, w, 1\) or colour images"):
            expectations(model)


class TestClassNames:
    def test_without_names_seven_outputs_are_assumed_and_said(self):
        model = network(names=None)
        expected = expectations(model)
        assert (expected.class_names, expected.assumed) == (EMOTIONS, ("class_names", "scale"))
        with pytest.warns(UserWarning, match="To change that, use") as told:
            assert class_names(model) == EMOTIONS
        [sentence] = [str(warning.message) for warning in told]
        assert sentence.startswith(
            "'told' does not name its classes: assumed the alphabetical order angry, disgust, "
            "fear, happy, neutral, sad, surprise; it does not say how pixels are scaled: assumed "
            "0..1. To change that, use minicnn.fer.load_model(path, class_names=..., scale=...) or "
        )

    def test_of_a_network_that_scales_itself_the_scale_is_not_assumed(self):
        assert expectations(network([Rescaling(1 / 255)], names=None)).assumed == ("class_names",)

    def test_names_alone_are_a_file_of_0_1_or_0_2(self):
        model = load_pretrained()
        del model.extra["scale"]
        assert expectations(model) == Expectations(EMOTIONS, "0..1", (48, 48), 1)

    @pytest.mark.parametrize("outputs", [4, 6, 8])
    def test_other_numbers_need_names(self, outputs, split):
        model = tiny_network(outputs=outputs)
        del model.extra["class_names"]
        assert expectations(model).class_names is None
        for use in (
            lambda: predict_emotion(model, split.images[0]),
            lambda: evaluate(model, split),
        ):
            with pytest.raises(ValueError, match=r"expected 7 outputs, .*--classes A,B,C"):
                use()
        with pytest.raises(ValueError, match=rf"outputs of shape \({outputs},\), expected a diff"):
            set_expectations(model, "alphabetical")
        names = [*EMOTIONS, "contempt"][:outputs]
        set_expectations(model, names)
        assert list(predict_emotion(model, split.images[0]).probabilities) == names
        with pytest.raises(
            ValueError, match=r"the model 'tiny' has the classes angry, .* expected"
        ):
            evaluate(model, split)

    @pytest.mark.parametrize(
        ("given", "names"),
        [
            ("csv", CSV),
            ("CSV", CSV),
            ("alphabetical", list(EMOTIONS)),
            (",".join(CSV), CSV),
            ("Angry, Disgust, Fear, Happy, Sad, Surprise, NEUTRAL", CSV),
            ("a,b,C,d,e,f,g", ["a", "b", "C", "d", "e", "f", "g"]),
            (tuple(CSV), CSV),
            (np.array(CSV), CSV),
        ],
    )
    def test_they_can_be_given(self, given, names):
        model = network(names=None)
        assert set_expectations(model, given, "0..1").class_names == tuple(names)
        assert model.extra["class_names"] == names
        assert {type(name) for name in model.extra["class_names"]} == {str}

    @pytest.mark.parametrize(
        "given",
        ["", "angry", "a,b,c,d,e,f,", "a,a,b,c,d,e,f", "Angry,angry,a,b,c,d,e", [], [1] * 7],
    )
    def test_names_that_do_not_fit_are_refused_and_nothing_changes(self, given):
        model = network(names=None)
        with pytest.raises(ValueError, match="class name"):
            set_expectations(model, given, "-1..1")
        assert model.extra == {}

    def test_the_orders_are_the_same_emotions(self):
        assert {frozenset(order) for order in CLASS_ORDERS.values()} == {frozenset(EMOTIONS)}

    def test_an_order_decides_which_name_a_probability_gets(self, split):
        plain = predict_emotion(network(), split.images[0]).probabilities
        turned = network(names="csv")
        found = predict_emotion(turned, split.images[0]).probabilities
        assert list(found) == CSV
        assert list(found.values()) == list(plain.values())

    def test_a_scale_that_nobody_has_said_is_told_beside_names_that_are_given(self):
        assert set_expectations(network(names=None), "csv").assumed == ("scale",)
        assert set_expectations(network(names=None), "csv", "0..1").assumed == ()
        assert set_expectations(network(names=None), None, "0..1").assumed == ("class_names",)
        assert set_expectations(network(), "csv").assumed == ()


def test_a_network_without_weights_is_refused():
    with pytest.raises(ValueError, match="has no weights yet"):
        expectations(Sequential([Flatten(), Dense(7)]))


def test_a_model_with_names_gives_no_warning(split):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        predict_emotion(TOLD["Rescaling"](), split.images[0])
