"""What the figures show: the numbers in them, and which images."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from tiny import tiny_network

from minicnn import Sequential
from minicnn.classification import calibration_bins
from minicnn.data.dataset import Dataset, Split
from minicnn.fer import EMOTIONS, figures
from minicnn.fer.evaluation.evaluate import Evaluation
from minicnn.fer.evaluation.robustness import Robustness
from minicnn.fer.figures.confusion import most_confused
from minicnn.fer.figures.style import THEMES, WIDTH, theme
from minicnn.layers import Conv2D, Dense, Dropout, Flatten, Input, Softmax

N = 60


@pytest.fixture(autouse=True)
def _light():
    with theme("light"):
        yield


@pytest.fixture(scope="module")
def split():
    """Images that can be told apart by their first pixel."""
    draw = np.random.default_rng(0)
    images = draw.integers(0, 256, (N, 48, 48, 1)).astype(np.uint8)
    images[:, 0, 0, 0] = np.arange(N)
    return Split(images, np.arange(N) % 7)


@pytest.fixture(scope="module")
def evaluation(split):
    draw = np.random.default_rng(1)
    rows = draw.dirichlet(np.ones(7), N)
    rows[np.arange(N), split.labels] += 0.3
    return Evaluation(split.labels, rows / rows.sum(axis=1, keepdims=True), 0.01)


@pytest.fixture(scope="module")
def network():
    layers = [Input((48, 48, 1)), Conv2D(5, 3), Dropout(0.5), Flatten(), Dense(7), Softmax()]
    return Sequential(layers, seed=1)


def words(figure):
    figure.draw_without_rendering()
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    return [axes.get_title("left") for axes in figure.axes] + texts


def shown(figure):
    return [int(image.get_array()[0, 0]) for image in figure.axes[0].images]


def test_samples_stand_in_the_column_of_their_emotion(split):
    figure = figures.sample_images(split, rows=3, seed=4)
    lefts = [round(image.get_extent()[0]) for image in figure.axes[0].images]
    assert [number % 7 for number in shown(figure)] == lefts
    assert len(set(shown(figure))) == 21
    assert shown(figures.sample_images(split, rows=3, seed=4)) == shown(figure)
    assert shown(figures.sample_images(split, rows=3, seed=5)) != shown(figure)


def test_distributions_count_each_part(split):
    few = Split(split.images[:10], split.labels[:10])
    dataset = Dataset(split, few, EMOTIONS)
    for draw, part in (
        (figures.training_distribution, split),
        (figures.testing_distribution, few),
    ):
        figure = draw(dataset)
        counts = np.bincount(part.labels, minlength=7)
        assert [bar.get_width() for bar in figure.axes[0].patches] == counts.tolist()
        assert any(f": {len(part)}" in text for text in words(figure))
        assert f"{counts[0]} ({counts[0] / len(part):.1%})" in words(figure)


def test_curves_show_training_and_validation():
    history = {"loss": [2.0, 1.0], "accuracy": [0.2, 0.6], "val_loss": [2.1, 1.5]}
    loss, accuracy = figures.training_curves(history).axes
    assert [line.get_ydata().tolist() for line in loss.lines] == [[2.0, 1.0], [2.1, 1.5]]
    assert [line.get_ydata().tolist() for line in accuracy.lines] == [[0.2, 0.6]]
    assert accuracy.lines[0].get_xdata().tolist() == [1, 2]


def test_robustness_begins_with_the_clean_accuracy():
    result = Robustness(10, 0, 0.9, {"noise": (0.7, 0.5, 0.3), "jpeg": (0.8, 0.7, 0.6, 0.5, 0.4)})
    lines = {line.get_label(): line for line in figures.robustness_curves(result).axes[0].lines}
    assert lines["noise"].get_xydata().tolist() == [[0, 0.9], [1, 0.7], [2, 0.5], [3, 0.3]]
    assert len(lines["jpeg"].get_xdata()) == 6


def test_the_confusion_matrix_as_counts_and_as_shares(evaluation):
    counts = evaluation.confusion
    assert words(figures.confusion_figure(evaluation))[1:] == [str(n) for n in counts.flat]
    shares = counts / counts.sum(axis=1, keepdims=True)
    figure = figures.confusion_figure(evaluation, normalised=True)
    assert words(figure)[1:] == [f"{share:.0%}" for share in shares.flat]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == [*EMOTIONS]


def test_the_most_confused_pairs(evaluation):
    pairs = most_confused(evaluation, 4)
    counts = evaluation.confusion
    wrong = sorted(counts[~np.eye(7, dtype=bool)], reverse=True)
    assert [images for _, _, images, _ in pairs] == wrong[:4]
    for true, said, images, share in pairs:
        row = counts[EMOTIONS.index(true)]
        assert row[EMOTIONS.index(said)] == images
        assert share == images / row.sum()
    assert f"{pairs[0][2]} ({pairs[0][3]:.0%} of {pairs[0][0]})" in words(
        figures.confused_pairs(evaluation)
    )


def test_mistakes_come_the_surest_first(split, evaluation):
    figure = figures.misclassified_images(split, evaluation, rows=2, columns=3)
    sure = evaluation.probabilities.max(axis=1)
    wrong = [i for i in np.argsort(-sure) if evaluation.predicted[i] != evaluation.labels[i]][:6]
    assert len(wrong) == 6
    assert shown(figure) == wrong
    texts = words(figure)[1:]
    for place, i in enumerate(wrong):
        assert texts[3 * place : 3 * place + 3] == [
            f"true: {EMOTIONS[evaluation.labels[i]]}",
            f"said: {EMOTIONS[evaluation.predicted[i]]}",
            f"{sure[i]:.1%}",
        ]


def test_a_mistake_was_never_certain(split):
    wrong = np.eye(7)[(split.labels + 1) % 7]
    texts = words(figures.misclassified_images(split, Evaluation(split.labels, wrong, 0.01)))
    assert ">99.9%" in texts
    assert "100.0%" not in texts


def test_without_mistakes_or_mistaken_pairs_the_figures_say_so(split):
    right = Evaluation(split.labels, np.eye(7)[split.labels], 0.01)
    assert "No mistakes" in words(figures.misclassified_images(split, right))
    assert "No mistakes" in words(figures.confused_pairs(right))


def test_probabilities_stand_beside_their_image(split, evaluation):
    figure = figures.true_against_predicted(split, evaluation, count=3, seed=2)
    widths = np.array([bar.get_width() for bar in figure.axes[0].patches]).reshape(3, 7)
    texts = [text for text in words(figure) if text.startswith("● ")]
    for row, i in enumerate(shown(figure)):
        ratio = widths[row] / evaluation.probabilities[i]
        assert ratio == pytest.approx(ratio[0], rel=1e-9)
        assert texts[row] == f"● {EMOTIONS[split.labels[i]]}"


def test_reliability_shows_the_bins(evaluation):
    bins = calibration_bins(evaluation.labels, evaluation.probabilities)
    upper, lower = figures.reliability_diagram(evaluation).axes
    assert [bar.get_height() for bar in lower.patches] == bins.support.tolist()
    there = bins.support > 0
    assert [bar.get_height() for bar in upper.patches] == bins.accuracy[there].tolist()
    assert f"{evaluation.calibration_error:.1%}" in upper.get_title("left")


def test_corruptions_of_one_image(split):
    figure = figures.corrupted_images(split.images[0])
    assert len(figure.axes[0].images) == 3 + 6 * 5


def test_filters_are_the_kernels(network):
    tiles = figures.learned_filters(network).axes[0].images
    kernel = network.layers[0].params["kernel"]
    assert len(tiles) == 5
    for k, tile in enumerate(tiles):
        np.testing.assert_array_equal(tile.get_array(), kernel[:, :, 0, k])
        assert tile.get_clim() == (-np.abs(kernel[..., k]).max(), np.abs(kernel[..., k]).max())
    with pytest.raises(ValueError, match="'tiny' has no convolution"):
        figures.learned_filters(tiny_network())


def test_feature_maps_are_what_every_layer_gives_but_dropout(network, split):
    figure = figures.feature_maps(network, split.images[3], columns=4)
    titles = [text.get_text() for text in figure.axes[0].texts]
    names = [title.partition(":")[0] for title in titles]
    assert names == ["the image", "conv2d", "flatten", "dense", "softmax"]
    assert titles[1] == "conv2d: 46 x 46 x 5"
    x = split.images[3:4] / np.float32(255)
    maps = network.layers[0](x)[0]
    lively = np.argsort(-maps.std(axis=(0, 1)))[:4]
    tiles = figure.axes[0].images
    assert len(tiles) == 1 + 4 + 3
    for tile, k in zip(tiles[1:5], lively, strict=True):
        np.testing.assert_array_equal(tile.get_array(), maps[:, :, k])
    np.testing.assert_allclose(tiles[-1].get_array()[0], network.predict(x)[0], rtol=1e-5)


def test_grad_cam_shows_every_emotion_in_the_order_of_the_outputs(split):
    model = Sequential([Input((48, 48, 1)), Conv2D(3, 3), Flatten(), Dense(7), Softmax()])
    model.extra["class_names"] = list(reversed(EMOTIONS))
    figure = figures.grad_cam_figure(model, split.images[0])
    (row,) = model.predict(split.images[:1] / np.float32(255))
    expected = [f"{name} {p:.1%}" for name, p in zip(reversed(EMOTIONS), row, strict=True)]
    assert [text.get_text() for text in figure.axes[0].texts] == ["the image", *expected]


@pytest.mark.parametrize("name", THEMES)
def test_themes(name, evaluation):
    with theme(name):
        figure = figures.reliability_diagram(evaluation)
    assert figure.get_figwidth() == WIDTH
    assert to_rgb(figure.get_facecolor()) == to_rgb(THEMES[name]["figure.facecolor"])
    assert to_rgb(figure.axes[0].yaxis.label.get_color()) == to_rgb(THEMES[name]["text.color"])


def test_one_epoch_is_at_one(tmp_path):
    figure = figures.training_curves({"loss": [1.0], "accuracy": [0.5]})
    figure.draw_without_rendering()
    ticks = [tick for tick in figure.axes[1].get_xticks() if 0.5 < tick < 1.5]
    assert ticks == [1]


def test_many_epochs_are_lines_without_markers():
    for count, size in ((40, 3), (41, 0)):
        history = {"loss": [1.0] * count, "accuracy": [0.5] * count}
        line = figures.training_curves(history).axes[0].lines[0]
        assert line.get_markersize() == size


def test_the_best_epoch_is_marked():
    history = {"loss": [3, 2, 1], "accuracy": [0, 0, 0], "val_accuracy": [0.1, 0.3, 0.2]}
    upright = figures.training_curves(history).axes[0].lines[-1]
    assert list(upright.get_xdata()) == [2, 2]


@pytest.mark.parametrize("name", THEMES)
def test_the_numbers_of_the_matrix_can_be_read(name):
    def luminance(colour):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
        return np.dot([0.2126, 0.7152, 0.0722], linear)

    # Every share from 0 to 1 in one row each.
    rows = [[share, 100 - share, 0, 0, 0, 0, 0] for share in range(0, 101, 16)]
    labels = np.repeat(np.arange(7), 100)
    said = np.concatenate([np.repeat(np.arange(7), row) for row in rows])
    with theme(name):
        figure = figures.confusion_figure(Evaluation(labels, np.eye(7)[said], 0.01))
        axes = figure.axes[0]
        for text in axes.texts:
            column, row = text.get_position()
            share = axes.images[0].get_array()[row, column]
            paper = luminance(axes.images[0].to_rgba(float(share))[:3])
            ink = luminance(to_rgb(text.get_color()))
            low, high = sorted((paper + 0.05, ink + 0.05))
            assert high / low >= 4.5
