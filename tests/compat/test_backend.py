"""keras.backend: settings with one value, and arrays that are set in place."""

import numpy as np
import pytest

from minicnn.compat import backend


def test_only_the_librarys_own_settings_are_accepted():
    backend.set_image_data_format(backend.image_data_format())
    backend.set_floatx(backend.floatx())
    with pytest.raises(
        ValueError, match=r"'channels_first' is not supported; images are \(h, w, c"
    ):
        backend.set_image_data_format("channels_first")
    with pytest.raises(ValueError, match=r"'float64' is not supported; give layers their dtype"):
        backend.set_floatx("float64")


def test_an_array_is_set_in_place_and_a_number_cannot_be():
    x = np.zeros(3)
    backend.set_value(x, [1, 2, 3])
    assert x.tolist() == [1, 2, 3]
    with pytest.raises(TypeError, match=r"set optimizer\.learning_rate = value"):
        backend.set_value(0.1, 0.2)
