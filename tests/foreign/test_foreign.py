"""Foreign suites pass, but for what is listed, and no fewer than docs/verification says."""

import re
from importlib.util import find_spec

import pytest

from foreign.outcomes import failures, totals
from foreign.page import FOLDER, keras_page, onnx_page, opinfo_page

REASON = "{} is not installed; the extra 'test' brings it"


@pytest.fixture(scope="module")
def onnx_outcomes():
    pytest.importorskip("onnx", reason=REASON.format("onnx"))
    from foreign.onnx_cases import outcomes

    return outcomes()


@pytest.fixture(scope="module")
def keras_outcomes():
    pytest.importorskip("absl.testing", reason=REASON.format("keras, with absl,"))
    if find_spec("keras") is None:
        pytest.skip(REASON.format("keras"))
    from foreign.keras_cases import outcomes

    return list(outcomes())


@pytest.fixture(scope="module")
def opinfo_outcomes():
    reason = "PyTorch's samples need torch and expecttest; the extra 'opinfo' brings both"
    # Only importing expecttest is quiet and quick.
    pytest.importorskip("expecttest", reason=reason)
    if find_spec("torch") is None:
        pytest.skip(reason)
    from foreign.opinfo_cases import outcomes

    return outcomes()


def told(name):
    """Return how many cases pass, by the committed page."""
    row = re.search(r"\*\*all\*\* \| \*\*(\d+)\*\*", (FOLDER / name).read_text("utf-8"))
    return int(row[1])


def passed(outcomes):
    return sum(outcome.status == "passed" for outcome in outcomes)


def test_onnx_operators(onnx_outcomes):
    print(totals(onnx_outcomes))
    assert failures(onnx_outcomes) == []
    assert passed(onnx_outcomes) >= told("onnx.md")
    assert "## Why cases are out of scope" in onnx_page(onnx_outcomes)


def test_keras_tests(keras_outcomes):
    from foreign.keras_scope import KNOWN

    print(totals(keras_outcomes))
    unknown = [o for o in keras_outcomes if o.status == "failed" and o.name not in KNOWN]
    assert failures(unknown) == []
    assert passed(keras_outcomes) >= told("keras-tests.md")
    assert "## Why tests are out of scope" in keras_page(keras_outcomes)


def test_opinfo_samples(opinfo_outcomes):
    print(totals(opinfo_outcomes))
    assert failures(opinfo_outcomes) == []
    assert passed(opinfo_outcomes) >= told("opinfo.md")
    assert "## Why samples are out of scope" in opinfo_page(opinfo_outcomes)
