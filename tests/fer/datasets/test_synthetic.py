"""Synthetic faces: the same bytes for the same number, seven classes, hard enough to matter."""

import subprocess
import sys

import numpy as np
import pytest

from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.datasets.synthetic import load_synthetic, synthetic_faces
from minicnn.fer.datasets.synthetic.anatomy import Identity
from minicnn.fer.datasets.synthetic.drawing import face_shapes, rasterise
from minicnn.fer.datasets.synthetic.expression import ACTION_UNITS, STRENGTH, VARIANTS, action_units
from minicnn.fer.datasets.synthetic.head import skull
from minicnn.fer.datasets.synthetic.lower_face import mouth
from minicnn.fer.datasets.synthetic.scene import Pose, project
from minicnn.fer.datasets.synthetic.traits import draw
from minicnn.fer.datasets.synthetic.upper_face import brows, eyes


def rng(key: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=key))


@pytest.fixture(scope="module")
def faces():
    return synthetic_faces(70)


@pytest.fixture(scope="module")
def dataset():
    return load_synthetic(2048, 512)


def test_shape_dtype_and_balance(faces):
    assert faces.images.shape == (70, 48, 48, 1)
    assert faces.images.dtype == np.uint8
    assert faces.labels.dtype == np.int64
    np.testing.assert_array_equal(np.bincount(faces.labels), [10] * 7)


def test_any_number_is_balanced_to_within_one():
    counts = np.bincount(synthetic_faces(10, start=3).labels, minlength=7)
    assert counts.max() - counts.min() == 1


def test_two_calls_give_the_same_bytes(faces):
    again = synthetic_faces(70)
    np.testing.assert_array_equal(again.images, faces.images)
    np.testing.assert_array_equal(again.labels, faces.labels)


def test_a_face_depends_on_its_number_only(faces):
    np.testing.assert_array_equal(synthetic_faces(9).images, faces.images[:9])
    later = synthetic_faces(5, start=31)
    np.testing.assert_array_equal(later.images, faces.images[31:36])
    np.testing.assert_array_equal(later.labels, faces.labels[31:36])


def test_another_process_draws_the_same_faces(faces):
    code = (
        "import sys, numpy as np; from minicnn.fer.datasets.synthetic import synthetic_faces;"
        "np.random.seed(7); sys.stdout.buffer.write(synthetic_faces(14).images.tobytes())"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert out == faces.images[:14].tobytes()


def test_the_seed_changes_every_face(faces):
    other = synthetic_faces(70, seed=1)
    np.testing.assert_array_equal(other.labels, faces.labels)
    assert (other.images != faces.images).any(axis=(1, 2, 3)).all()


def test_no_face_occurs_twice(dataset):
    images = np.concatenate([dataset.train.images, dataset.test.images])
    assert len({image.tobytes() for image in images}) == 2560


def test_dataset(dataset):
    assert (len(dataset.train), len(dataset.test)) == (2048, 512)
    assert dataset.class_names == EMOTIONS
    assert dataset.splits["test"] is dataset.test
    np.testing.assert_array_equal(dataset.test.labels[:7], range(7))


def test_the_test_faces_do_not_depend_on_the_training_set(dataset):
    small = load_synthetic(7, 14)
    np.testing.assert_array_equal(small.test.images, dataset.test.images[:14])
    np.testing.assert_array_equal(small.train.images, dataset.train.images[:7])


def test_pictures_use_the_grey_scale(dataset):
    images = dataset.train.images.reshape(2048, -1)
    spread = images.std(axis=1)
    assert spread.min() > 8, "a face is hardly visible"
    assert 70 < images.mean() < 170
    assert ((images == 0) | (images == 255)).mean() < 0.05, "clipped"


@pytest.mark.parametrize("n", [0, -7])
def test_too_few_faces(n):
    with pytest.raises(ValueError, match=f"n must be at least 1 and below .*, got {n}"):
        synthetic_faces(n)
    with pytest.raises(ValueError, match=f"test must be at least 1 and below .*, got {n}"):
        load_synthetic(7, n)


@pytest.mark.parametrize("n", [2.5, "12", None])
def test_a_number_that_is_no_integer(n):
    with pytest.raises(TypeError, match="n must be an integer, got "):
        synthetic_faces(n)
    with pytest.raises(TypeError, match="train must be an integer, got "):
        load_synthetic(n)


def test_bad_seed_and_start():
    with pytest.raises(ValueError, match=r"seed must be at least 0 and below .*, got -1"):
        synthetic_faces(1, seed=-1)
    with pytest.raises(ValueError, match=r"seed must be at least 0 and below .*, got "):
        synthetic_faces(1, seed=2**64)
    with pytest.raises(ValueError, match=r"start must be at least 0 and below .*, got -3"):
        synthetic_faces(1, start=-3)


def test_the_largest_seed_and_start():
    assert len(synthetic_faces(1, seed=2**64 - 1, start=2**63 - 2)) == 1


def test_importing_the_package_does_not_load_opencv():
    code = "import sys, minicnn.fer.datasets.synthetic; sys.exit('cv2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_variants_name_known_units_and_emotions():
    assert tuple(sorted(VARIANTS)) == EMOTIONS
    for variants in VARIANTS.values():
        for variant in variants:
            assert set(variant) <= set(ACTION_UNITS)
            assert all(0 < intensity <= 1 for intensity in variant.values())


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_intensities(emotion):
    drawn = np.array([action_units(emotion, rng(k)) for k in range(50)])
    assert drawn.shape == (50, 28)
    assert drawn.min() >= 0
    assert drawn.max() <= STRENGTH[1]
    unused = [k for k in range(28) if k not in ACTION_UNITS]
    assert not drawn[:, unused].any()
    for unit in set.intersection(*map(set, VARIANTS[emotion])):
        assert drawn[:, unit].min() > 0.25, f"AU {unit} always belongs to {emotion}"
    for unit in set(ACTION_UNITS).difference(*VARIANTS[emotion]):
        assert drawn[:, unit].max() < 0.1, f"AU {unit} never belongs to {emotion}"


def at(unit: int) -> list[float]:
    """Intensities with one unit in full action."""
    return [float(k == unit) for k in range(28)]


REST = [0.0] * 28
WHO = draw(Identity, rng())


def top_of_brow(au):
    return brows(WHO, au)[0].points[:9, 1]  # from the nose outwards


def white_of_the_eye(au):
    return eyes(WHO, au, gaze=0.0)[1].points[:, 1]


def corner_and_middle(au):
    upper_lip = mouth(WHO, au)[0].points
    return upper_lip[0, 1], upper_lip[8, 1]


# In pictures y grows downwards: "up" is smaller.
@pytest.mark.parametrize(
    ("unit", "moved"),
    [
        (1, lambda au: top_of_brow(au)[0] < top_of_brow(REST)[0] - 0.1),
        (2, lambda au: top_of_brow(au)[5] < top_of_brow(REST)[5] - 0.1),
        (4, lambda au: top_of_brow(au)[0] > top_of_brow(REST)[0] + 0.1),
        (5, lambda au: white_of_the_eye(au).min() < white_of_the_eye(REST).min() - 0.05),
        (6, lambda au: white_of_the_eye(au).max() < white_of_the_eye(REST).max() - 0.03),
        (7, lambda au: np.ptp(white_of_the_eye(au)) < np.ptp(white_of_the_eye(REST)) - 0.05),
        (12, lambda au: corner_and_middle(au)[0] < corner_and_middle(au)[1]),
        (15, lambda au: corner_and_middle(au)[0] > corner_and_middle(REST)[0] + 0.1),
        (20, lambda au: np.ptp(mouth(WHO, au)[0].points[:, 0]) > 2 * WHO.mouth_width + 0.2),
        (23, lambda au: np.ptp(mouth(WHO, au)[1].points[:, 1]) < 0.6 * WHO.lip_thickness * 1.1),
        (26, lambda au: skull(WHO, au)[0].points.max() > skull(WHO, REST)[0].points.max() + 0.1),
        (27, lambda au: len(mouth(WHO, au)) > len(mouth(WHO, REST))),
    ],
)
def test_action_units_move_what_they_are_named_for(unit, moved):
    assert moved(at(unit)), ACTION_UNITS[unit]


def test_a_turned_head_moves_its_nose_more_than_its_outline():
    straight = Pose(0.0, 0.0, 18.0, 0.0, 0.0, 0.0, 0.0)
    turned = Pose(0.0, 0.0, 18.0, 0.0, 0.3, 0.0, 0.0)
    points, relief = np.array([[0.0, 0.2], [1.0, 0.2]]), np.array([1.2, 0.0])
    moved = project(points, relief, turned) - project(points, relief, straight)
    assert moved[0, 0] > 4
    np.testing.assert_allclose(moved[1], 0, atol=1e-12)


def test_projection_is_a_rotation_and_a_scale_about_the_middle():
    pose = Pose(1.0, -2.0, 18.0, np.pi / 2, 0.0, 0.0, 0.0)
    flat = project(np.array([[0.0, 0.0], [1.0, 0.0]]), np.zeros(2), pose)
    np.testing.assert_allclose(flat, [[24.5, 21.5], [24.5, 39.5]])


def test_every_emotion_is_distinguishable():
    """The same person, frontal and in plain light, looks different with every emotion."""
    pose = Pose(0.0, 0.0, 19.5, 0.0, 0.0, 0.0, 0.0)
    pictures = []
    for emotion in EMOTIONS:
        shapes = face_shapes(WHO, action_units(emotion, rng(1)), gaze=0.0)
        pictures.append(rasterise(shapes, pose, backdrop=128.0).astype(np.float64))
    for k, one in enumerate(pictures):
        for other in pictures[:k]:
            changed = np.abs(one - other) > 25
            assert 30 < changed.sum() < 800  # pixels: brows, eyes and mouth, but not the head


def test_logistic_regression_is_not_enough(dataset):
    linear_model = pytest.importorskip(
        "sklearn.linear_model", reason="scikit-learn is the oracle for how hard the faces are"
    )
    parts = dataset.train, dataset.test
    x, x_test = (part.images.reshape(len(part), -1) / 255.0 for part in parts)
    scores = {}
    for c in (0.1, 1.0):
        model = linear_model.LogisticRegression(C=c, max_iter=200, tol=1e-2)
        scores[c] = model.fit(x, dataset.train.labels).score(x_test, dataset.test.labels)
    assert max(scores.values()) <= 0.60, scores
    assert max(scores.values()) >= 0.30, f"too hard to learn from, or shuffled labels: {scores}"
