"""From any image to an emotion."""

import io
import json

import numpy as np
import pytest
from PIL import Image
from tiny import tiny_network

from minicnn import Sequential, load_model
from minicnn.data.images import decode_image
from minicnn.fer import EMOTIONS, Prediction, predict_emotion
from minicnn.fer.prediction.predict import predict_images
from minicnn.layers import Dense, Flatten, Input


@pytest.fixture(scope="module")
def model():
    return tiny_network()


@pytest.fixture(scope="module")
def pixels():
    return np.random.default_rng(1).integers(0, 256, (48, 48), np.uint8)


def encoded(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def by_hand(model, pixels):
    x = pixels.reshape(1, 48, 48, 1).astype(np.float32) / np.float32(255)
    return model.predict(x)[0].tolist()


def test_every_form_of_an_image_gives_what_the_model_gives(model, pixels, tmp_path):
    path = tmp_path / "face.png"
    path.write_bytes(encoded(pixels))
    expected = by_hand(model, pixels)
    forms = [path, str(path), encoded(pixels), io.BytesIO(encoded(pixels))]
    forms += [Image.fromarray(pixels), pixels, pixels[..., None], pixels / 255]
    forms += [np.repeat(pixels[..., None], 3, axis=2)]
    for image in forms:
        prediction = predict_emotion(model, image)
        assert list(prediction.probabilities) == list(EMOTIONS)
        np.testing.assert_allclose(list(prediction.probabilities.values()), expected, rtol=1e-6)


def test_a_photo_goes_through_the_one_decoder(model):
    photo = np.random.default_rng(2).integers(0, 256, (100, 130, 3), np.uint8)
    decoded = decode_image(photo)
    assert predict_emotion(model, photo) == predict_emotion(model, decoded)


def test_a_prediction_says_label_confidence_and_ranking():
    prediction = Prediction({"angry": 0.1, "happy": 0.7342, "sad": 0.1658})
    assert (prediction.label, prediction.confidence) == ("happy", 0.7342)
    assert prediction.ranking == ["happy", "sad", "angry"]
    assert str(prediction) == f"{prediction}" == "happy (73.4%)"
    assert json.loads(json.dumps(prediction.probabilities)) == prediction.probabilities


def test_a_label_that_all_others_together_outweigh_is_unsure():
    even, below = Prediction({"a": 0.5, "b": 0.5}), Prediction({"a": 0.499, "b": 0.3, "c": 0.201})
    assert (even.unsure, below.unsure) == (False, True)
    assert [str(even), str(below)] == ["a (50.0%)", "a (49.9%, unsure)"]


def test_the_class_names_of_the_model_count(pixels):
    model = tiny_network(outputs=3)
    model.extra["class_names"] = ["no", "yes", "maybe"]
    assert list(predict_emotion(model, pixels).probabilities) == ["no", "yes", "maybe"]


def test_seven_outputs_without_names_are_the_emotions(model, pixels):
    nameless = tiny_network()
    del nameless.extra["class_names"]
    with pytest.warns(UserWarning, match="'tiny' does not name its classes: assumed the alpha"):
        assumed = predict_emotion(nameless, pixels)
    assert assumed == predict_emotion(model, pixels)


@pytest.mark.parametrize(
    ("outputs", "names", "message"),
    [
        (5, None, r"no class names and outputs of shape \(5,\), expected 7 outputs"),
        (7, ["a", "b"], r"the class names \['a', 'b'\] and outputs of shape \(7,\)"),
        (2, ["a", "a"], "expected a different name for each output"),
        (2, ["a", 3], "expected a different name for each output"),
        (7, "abcdefg", "the class names 'abcdefg'"),
    ],
)
def test_names_that_do_not_fit_are_refused(pixels, outputs, names, message):
    model = tiny_network(outputs=outputs)
    del model.extra["class_names"]
    if names is not None:
        model.extra["class_names"] = names
    with pytest.raises(ValueError, match=message):
        predict_emotion(model, pixels)


def test_outputs_that_are_no_probabilities_are_refused(pixels):
    model = Sequential([Input((48, 48, 1)), Flatten(), Dense(7)])
    model.extra["class_names"] = list(EMOTIONS)
    with pytest.raises(ValueError, match="not probabilities, expected a model that ends in a "):
        predict_emotion(model, pixels)


def test_a_model_of_nan_is_refused(pixels):
    model = tiny_network()
    model.set_weights([np.full_like(array, np.nan) for array in model.get_weights()])
    with pytest.raises(ValueError, match="not probabilities"):
        predict_emotion(model, pixels)


def test_a_model_for_something_else_is_refused(pixels):
    model = tiny_network(input_shape=(48, 48, 2))
    with pytest.raises(ValueError, match=r"inputs of shape \(48, 48, 2\), expected grey images"):
        predict_emotion(model, pixels)


def test_the_size_is_the_models(pixels):
    small = tiny_network(input_shape=(24, 24, 1))
    assert predict_emotion(small, pixels) == predict_emotion(small, decode_image(pixels, (24, 24)))


def test_an_image_that_cannot_be_read_is_an_error(model, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nobody.jpg does not exist, expected an image"):
        predict_emotion(model, tmp_path / "nobody.jpg")
    with pytest.raises(ValueError, match="not an image that can be read"):
        predict_emotion(model, b"text")
    with pytest.raises(TypeError, match="got int"):
        predict_emotion(model, 3)


def test_many_images_come_in_order_with_their_errors(model, pixels):
    whole = encoded(pixels)
    images = [whole, whole[: len(whole) // 2], 255 - pixels] * 30
    results = list(predict_images(model, images))
    assert len(results) == 90
    alone = [[*predict_emotion(model, image).probabilities.values()] for image in images[::2][:2]]
    for i, result in enumerate(results):
        if i % 3 == 1:
            assert isinstance(result, ValueError)
            assert "truncated" in str(result)
        else:
            # Batches of another size are added up in another order.
            found = list(result.probabilities.values())
            np.testing.assert_allclose(found, alone[i % 3 // 2], rtol=1e-5)


def test_nothing_but_errors_and_nothing_at_all(model):
    assert [str(error) for error in predict_images(model, [b""])] != []
    assert list(predict_images(model, [])) == []


def test_no_more_than_a_batch_is_read_ahead(model, pixels):
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield pixels

    results = predict_images(model, endless())
    next(results)
    assert taken <= 32


def test_a_saved_model_predicts_the_same(model, pixels, tmp_path):
    model.save(tmp_path / "tiny.keras")
    assert predict_emotion(load_model(tmp_path / "tiny.keras"), pixels) == predict_emotion(
        model, pixels
    )
