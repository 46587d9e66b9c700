"""The drawing of a network: every call has a box, every input an arrow, and nothing overlaps."""

import re
import xml.etree.ElementTree as ET

import graphs
import pytest

import minicnn
from minicnn.diagram import network_svg
from minicnn.layers import Add, Conv2D, Dense, Flatten, Input
from minicnn.tracing import calls_between

SVG = "{http://www.w3.org/2000/svg}"


def boxes(svg):
    """Left, top, right and bottom of every box."""
    found = [rect for rect in ET.fromstring(svg).iter(f"{SVG}rect") if "rx" in rect.attrib]
    sides = [[float(rect.get(name)) for name in ("x", "y", "width", "height")] for rect in found]
    return [(x, y, x + width, y + height) for x, y, width, height in sides]


def residual():
    inputs = Input((4, 4, 1), name="a < b & c")
    x = Conv2D(2, 3, padding="same")(inputs)
    y = Conv2D(2, 3, padding="same", activation="relu")(x)
    y = Conv2D(2, 3, padding="same")(y)
    return minicnn.Model(inputs, Dense(3)(Flatten()(Add()([x, y]))))


@pytest.mark.parametrize("make", graphs.GRAPHS.values(), ids=graphs.GRAPHS)
def test_every_call_has_a_box_of_its_own_place(make):
    model = make()
    svg = network_svg(model)
    calls = calls_between(model.inputs, model.outputs)
    found = boxes(svg)
    assert len(found) == len(model.inputs) + len(calls)
    root = ET.fromstring(svg)
    width, height = float(root.get("width")), float(root.get("height"))
    for number, (left, top, right, bottom) in enumerate(found):
        assert min(left, top) >= 0
        assert right <= width
        assert bottom <= height
        for x0, y0, x1, y1 in found[:number]:
            assert right <= x0 or x1 <= left or bottom <= y0 or y1 <= top
    arrows = [path for path in root.iter(f"{SVG}path") if "marker-end" in path.attrib]
    assert len(arrows) == sum(len(call.inputs) for call in calls)


def test_an_edge_passes_beside_the_boxes_of_the_rows_between():
    svg = network_svg(residual())
    root = ET.fromstring(svg)
    lines = [
        (float(x), float(y0), float(y1))
        for path in root.iter(f"{SVG}path")
        for x, y0, y1 in re.findall(r"([\d.]+),([\d.]+) V([\d.]+)", path.get("d"))
    ]
    assert len(lines) == 2  # past the two convolutions
    for x, y0, y1 in lines:
        for left, top, right, bottom in boxes(svg):
            assert x < left or x > right or y1 < top or y0 > bottom


def test_names_and_shapes_are_told_if_wanted():
    model = residual()
    full = network_svg(model)
    assert "a &lt; b &amp; c" in full
    assert "4 × 4 × 2" in full
    bare = network_svg(model, show_shapes=False, show_layer_names=False)
    assert "×" not in bare
    assert "conv2d_1" not in bare
    assert bare.count(">Conv2D<") == 3


def test_a_model_must_be_built():
    with pytest.raises(ValueError, match=r"plot_model: .* has no weights yet"):
        network_svg(minicnn.Sequential([Dense(3)]))


def test_plot_model_writes_svg(tmp_path):
    from minicnn.utils import plot_model

    assert plot_model(residual(), tmp_path / "model.svg") == tmp_path / "model.svg"
    with pytest.warns(UserWarning, match="plot_model draws SVG: wrote .*model.svg"):
        path = plot_model(residual(), tmp_path / "model.png", show_shapes=True, dpi=96)
    assert "4 × 4 × 2" in path.read_text(encoding="utf-8")
