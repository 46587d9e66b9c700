"""From a photo to its faces."""

import io

import numpy as np
import pytest
from drawn_photo import PLACES, check_places, drawn_photo
from pictures import encode, noise
from PIL import Image
from tiny import tiny_network

from minicnn.data.images import to_grey
from minicnn.fer import face_detector, faces, predict_emotion
from minicnn.fer.detection.face import Box, DetectedFace, cut_out
from minicnn.fer.prediction import photos
from minicnn.fer.prediction.photos import Face, Photo, predict_faces, predict_photos
from minicnn.fer.prediction.predict import Prediction

SURE, UNSURE = Prediction({"happy": 0.93, "sad": 0.07}), Prediction({"happy": 0.4, "sad": 0.2})


@pytest.fixture(scope="module")
def model():
    return tiny_network()


@pytest.fixture(scope="module")
def photo():
    return drawn_photo()


@pytest.fixture(autouse=True)
def no_yunet(tmp_path, monkeypatch):
    """Every machine has the cascade."""
    monkeypatch.setenv("MINICNN_CACHE", str(tmp_path / "cache"))


def as_array(image):
    return np.asarray(image).astype(int)


def test_it_has_its_place_of_version_0_1():
    assert faces.predict_faces is predict_faces


def test_each_face_is_predicted_as_if_it_were_cut_out_by_hand(model, photo):
    grey = to_grey(photo)
    found = predict_faces(model, photo).faces
    assert len(found) == 3
    for (x, y, w, h), prediction in found:
        alone = predict_emotion(model, grey[y : y + h, x : x + w])
        assert prediction.probabilities == pytest.approx(alone.probabilities, rel=1e-5)


def test_every_form_of_a_photo_gives_the_same_boxes(model, photo, tmp_path):
    path = tmp_path / "photo.png"
    photo.save(path)
    expected = [face.box for face in predict_faces(model, photo).faces]
    for image in (path, path.read_bytes(), io.BytesIO(path.read_bytes()), np.array(photo)):
        assert [face.box for face in predict_faces(model, image).faces] == expected


def test_a_photo_that_lies_on_its_side_is_searched_upright(model, photo):
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = encode(photo.transpose(Image.Transpose.ROTATE_90), exif=exif)
    found = predict_faces(model, lying)
    assert found.picture.size == photo.size
    check_places([face.box for face in found.faces], PLACES)
    again = predict_faces(model, encode(found.picture))
    assert again.picture.size == photo.size


def test_photos_come_in_order_with_their_errors(model, photo):
    whole = encode(photo)
    results = list(
        predict_photos(
            model, [whole, whole[:2000], np.zeros((9, 9), np.uint8)], detector=face_detector()
        )
    )
    assert len(results[0].faces) == 3
    assert isinstance(results[1], ValueError)
    assert "damaged or truncated" in str(results[1])
    assert results[2].faces == []


def test_what_cannot_be_read_or_used_is_an_error(model, photo, tmp_path):
    with pytest.raises(FileNotFoundError, match="does not exist, expected an image file"):
        predict_faces(model, tmp_path / "nobody.jpg")
    for image in (photo, np.zeros((9, 9), np.uint8)):
        with pytest.raises(ValueError, match=r"inputs of shape \(48, 48, 2\), expected grey"):
            predict_faces(tiny_network(input_shape=(48, 48, 2)), image)


def test_arrays_of_opencv_are_bgr(model, photo):
    rgb = np.asarray(photo).copy()
    rgb[..., 0] //= 2
    expected, found = predict_faces(model, rgb), predict_faces(model, rgb[..., ::-1], bgr=True)
    assert np.array_equal(found.picture, rgb)
    assert found.faces == expected.faces
    [again] = predict_photos(model, [rgb[..., ::-1]], bgr=True, detector=face_detector())
    assert again.faces == expected.faces
    with pytest.raises(ValueError, match="bgr=True is for arrays"):
        predict_faces(model, photo, bgr=True)


def test_a_model_of_colour_sees_the_colours_of_the_faces(photo):
    rgb = np.asarray(photo).copy()
    rgb[..., 0] //= 2
    model = tiny_network(input_shape=(24, 24, 3))
    found = predict_faces(model, rgb)
    assert found.faces
    for face in found.faces:
        x, y, w, h = face.box
        assert face.prediction == predict_emotion(model, rgb[y : y + h, x : x + w])


def test_photos_are_read_one_by_one(model):
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield np.zeros((9, 9), np.uint8)

    next(predict_photos(model, endless(), detector=face_detector()))
    assert taken == 1


def test_own_boxes_are_predicted_in_their_order(model, photo):
    boxes = [(240, 130, 140, 140), (30, 20, 160, 160)]
    found = predict_faces(model, photo, boxes=boxes).faces
    assert [face.box for face in found] == boxes
    for (x, y, w, h), prediction in found:
        alone = predict_emotion(model, np.asarray(photo)[y : y + h, x : x + w])
        assert prediction.probabilities == pytest.approx(alone.probabilities, rel=1e-5)
    assert predict_faces(model, photo, boxes=[]).faces == []
    assert predict_faces(model, photo, boxes=np.zeros((0, 4))).faces == []
    assert len(predict_faces(model, photo, boxes=np.array(boxes)).faces) == len(boxes)
    with pytest.raises(ValueError, match=r"the box 999, 0, 9, 9 .* holds no pixel of the photo"):
        predict_faces(model, photo, boxes=[(999, 0, 9, 9)])


def test_a_tilted_face_is_predicted_upright(model, photo):
    """As a detector that sees landmarks says it."""
    face = DetectedFace(Box(30, 20, 160, 160), angle=25.0)
    [found] = predict_faces(model, photo, detector=lambda picture: [face]).faces
    alone = predict_emotion(model, cut_out(photo, face))
    assert found == (face.box, alone)
    assert alone != predict_emotion(model, cut_out(photo, face._replace(angle=0)))


def test_a_detector_that_is_made_already_takes_no_options(model, photo):
    with pytest.raises(ValueError, match="threshold and min_size are arguments of face_detector"):
        predict_faces(model, photo, detector=face_detector("haar"), min_size=30)


def test_without_yunet_it_is_told_once(model, photo, monkeypatch, caplog):
    monkeypatch.setattr(photos, "_hinted", False)
    predict_faces(model, photo, detector="haar")
    assert not caplog.records
    for _ in range(2):
        predict_faces(model, photo)
    [record] = caplog.records
    assert "`minicnn get yunet` fetches a better detector" in record.getMessage()


class TestDrawing:
    BOX = Box(200, 150, 120, 100)

    def drawn(self, *faces, size=(640, 320)):
        """Where the picture has been drawn on, and the drawn picture."""
        picture = Image.new("RGB", size)
        result = Photo(picture, list(faces)).drawn()
        assert not as_array(picture).any()
        return as_array(result).any(axis=2), result

    def test_the_box_is_where_the_face_is_and_the_label_above_it(self):
        changed, result = self.drawn(Face(self.BOX, SURE))
        assert result.size == (640, 320)
        x, y, w, h = self.BOX
        for row, column in ((y, x + w // 2), (y + h - 1, x + w // 2), (y + h // 2, x)):
            assert changed[row, column]
        assert changed[y + h // 2, x + w - 1]
        assert not changed[y + 5 : y + h - 5, x + 5 : x + w - 5].any()
        assert not changed[y + h :].any()
        assert changed[y - 5, x + 2]

    @pytest.mark.parametrize("box", [Box(0, 0, 40, 40), Box(600, 2, 40, 40), Box(0, 280, 40, 40)])
    def test_the_label_stays_inside(self, box):
        """The label is a filled rectangle with its margin: whole, wherever the face is."""
        changed, _ = self.drawn(Face(box, SURE))
        inside, _ = self.drawn(Face(self.BOX, SURE))
        label = inside.sum() - self._outline(self.BOX)
        assert changed.sum() >= label

    @staticmethod
    def _outline(box):
        return 2 * 2 * (box.width + box.height) - 16

    def test_unsure_and_sure_faces_look_different(self):
        _, sure = self.drawn(Face(self.BOX, SURE))
        _, unsure = self.drawn(Face(self.BOX, UNSURE))
        corner = (self.BOX.x, self.BOX.y + self.BOX.height - 1)
        assert sure.getpixel(corner) != unsure.getpixel(corner)

    def test_several_faces_are_numbered(self):
        other = Face(Box(400, 150, 120, 100), SURE)
        one, _ = self.drawn(Face(self.BOX, SURE))
        two, _ = self.drawn(Face(self.BOX, SURE), other)
        # The number makes the label wider.
        assert two[:, :380].sum() > one[:, :380].sum()

    def test_where_there_is_no_room_the_label_is_in_a_margin_below(self):
        for side in (3, 300):
            changed, result = self.drawn(Face(Box(0, 0, side, side), UNSURE), size=(side, side))
            assert result.width >= side
            assert result.height > side
            assert not changed[2 : side - 2, 2 : side - 2].any()
            assert changed[side:].any()

    def test_two_hundred_faces_are_numbered_and_listed_below(self):
        boxes = [Box(20 + 118 * i, 45 + 135 * j, 90, 90) for i in range(20) for j in range(10)]
        _, result = self.drawn(*(Face(box, SURE) for box in boxes), size=(2400, 1400))
        assert result.width == 2400
        assert 1400 < result.height <= 2800
        changed = as_array(result).any(axis=2)
        for x, y, w, h in boxes:
            assert not changed[y + 7 : y + h - 7, x + 7 : x + w - 7].any()

    def test_bars_are_as_long_as_their_emotion_is_probable(self):
        half = Prediction({"happy": 0.75, "sad": 0.25})
        _, result = self.drawn(Face(self.BOX, half))
        rows = as_array(result)[: self.BOX.y]
        strong = (rows == (255, 190, 0)).all(axis=2).sum()
        pale = (rows == (255, 236, 179)).all(axis=2).sum()
        assert strong / (strong + pale) == pytest.approx(0.5, abs=0.1)

    def test_without_faces_it_is_a_copy(self):
        picture = Image.fromarray(noise(8, 8, 3))
        drawn = Photo(picture, []).drawn()
        assert drawn is not picture
        np.testing.assert_array_equal(drawn, picture)
