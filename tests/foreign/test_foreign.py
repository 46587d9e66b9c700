"""Foreign suites pass, but for what is listed; docs/verification says so in numbers."""

from importlib.metadata import version

import pytest

from foreign.outcomes import failures, totals
from foreign.page import FOLDER, keras_page, onnx_page

REASON = "{} is not installed; the extra 'test' brings it"


@pytest.fixture(scope="module")
def onnx_outcomes():
    pytest.importorskip("onnx", reason=REASON.format("onnx"))
    from foreign.onnx_cases import outcomes

    return outcomes()


@pytest.fixture(scope="module")
def keras_outcomes():
    pytest.importorskip("absl.testing", reason=REASON.format("keras, with absl,"))
    if __import__("importlib.util").util.find_spec("keras") is None:
        pytest.skip(REASON.format("keras"))
    from foreign.keras_cases import outcomes

    return list(outcomes())


def held(page, name, package):
    """The page is what the suite gives; another version of the package has other cases."""
    text = (FOLDER / name).read_text("utf-8")
    if f"Version {version(package)}." in text:
        assert text == page, "python tests/foreign/page.py writes it anew"


def test_onnx_operators(onnx_outcomes):
    print(totals(onnx_outcomes))
    assert failures(onnx_outcomes) == []
    assert sum(outcome.status == "passed" for outcome in onnx_outcomes) > 150
    held(onnx_page(onnx_outcomes), "onnx.md", "onnx")


def test_keras_tests(keras_outcomes):
    from foreign.keras_scope import KNOWN

    print(totals(keras_outcomes))
    unknown = [o for o in keras_outcomes if o.status == "failed" and o.name not in KNOWN]
    assert failures(unknown) == []
    assert sum(outcome.status == "passed" for outcome in keras_outcomes) > 400
    held(keras_page(keras_outcomes), "keras-tests.md", "keras")
