"""docs/keras.md says what the table says."""

import pytest

from keras_uses.page import PAGE, _ticked, page


def test_the_page_is_the_table():
    message = "python tests/keras_uses/page.py writes it anew"
    assert PAGE.read_text(encoding="utf-8") == page(), message


@pytest.mark.parametrize(
    ("name", "ticked"),
    [
        ("Conv2D(filters, size)", "`Conv2D(filters, size)`"),
        ("Dropout(rate) at inference", "`Dropout(rate)` at inference"),
        ("from keras.models import Sequential, Model",) * 2,
        ("an error for ModelCheckpoint('best')", "an error for `ModelCheckpoint('best')`"),
        ("fit(x=..., y=...) with tf.Tensor", "`fit(x=..., y=...)` with `tf.Tensor`"),
        ("a custom callback, every hook",) * 2,
        ("`x + y` on the outputs of layers",) * 2,
    ],
)
def test_code_is_set_as_code(name, ticked):
    expected = f"`{ticked}`" if ticked.startswith("from") else ticked
    assert _ticked(name) == expected
