"""Keras 1's arguments of layers; that they give the same is in tests/keras_uses/keras_1.py."""

import inspect
import warnings

import numpy as np
import pytest

import minicnn
from minicnn import layers
from minicnn.compat.keras_1 import _ARGUMENTS
from minicnn.models import Sequential

RNG = np.random.default_rng(0)
X, Y = RNG.random((10, 5), dtype="float32"), RNG.random((10, 1), dtype="float32")


@pytest.mark.parametrize("layer", _ARGUMENTS, ids=lambda layer: layer.__name__)
def test_the_new_names_are_arguments_and_the_signature_stays(layer):
    parameters = inspect.signature(layer).parameters
    passed_on = {"bias_regularizer", "bias_constraint", "kernel_constraint"}  # in **kwargs
    assert {*_ARGUMENTS[layer].values()} <= {*parameters, *passed_on}
    assert "places" not in parameters


def test_the_warning_names_both_and_points_to_the_caller():
    with pytest.warns(DeprecationWarning, match=r"^Dense: output_dim is .* use units\.$") as seen:
        layers.Dense(output_dim=3)
    assert {warning.filename for warning in seen} == {__file__}


def test_three_numbers_are_rows_and_columns_beside_an_old_argument_only():
    with pytest.warns(DeprecationWarning, match="older Keras") as seen:
        assert layers.Convolution2D(4, 3, 2, border_mode="same").kernel_size == (3, 2)
    assert str(seen[0].message).startswith("Conv2D(4, 3, 2) is ")
    assert str(seen[0].message).endswith(" use Conv2D(4, (3, 2)).")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert layers.Conv2D(4, 3, 2).strides == (2, 2)  # Keras 3's third argument
        assert layers.Conv2D(4, 2, 2, "same").padding == "same"
    with pytest.warns(UserWarning, match=r"strides are 5, as in Keras 3; .*kernel_size=\(5, 5\)"):
        assert layers.Convolution2D(4, 5, 5).strides == (5, 5)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Dense(3, output_dim=3), "multiple values for argument 'units'"),
        (lambda: layers.Dense(units=3, output_dim=3), "output_dim and units are the same argument"),
        (lambda: layers.Conv2D(4, nb_row=3), "nb_row and nb_col go together"),
        (lambda: layers.BatchNormalization(mode=2), "mode=2 is not supported; expected 0"),
        (lambda: layers.MaxPooling2D(dim_ordering="th"), "data_format='channels_first'"),
        (lambda: layers.Dense(3, W_init="uniform"), "unexpected keyword argument 'W_init'"),
        (lambda: layers.merge([], mode="dot"), "mode 'dot' is not supported; expected one of ave"),
        (lambda: layers.merge([], dot_axes=1), "dot_axes=1 is not supported"),
    ],
)
def test_what_cannot_be_translated_is_refused(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_subclass_of_ones_own_translates_too(tmp_path):
    class Own(layers.Dense):
        def __init__(self, size, **kwargs):
            super().__init__(output_dim=size, **kwargs)

    assert Own(4, init="zero").units == 4


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("known", [True, False])
def test_a_number_of_samples_becomes_a_number_of_batches(known):
    seen = []

    class Flow:
        if known:
            batch_size = 4

        def __iter__(self):
            return self

        def __next__(self):
            start = 4 * len(seen) % 8
            seen.append(start)
            return X[start : start + 4], Y[start : start + 4]

    model = Sequential([layers.Dense(1, input_dim=5)])
    model.compile("sgd", "mse")
    model.fit_generator(Flow(), samples_per_epoch=9, nb_epoch=2, verbose=0)
    assert model.optimizer.iterations == 6  # as many batches as it takes
    assert len(model.predict_generator(Flow(), val_samples=5)) == 8
    a, b = (
        model.evaluate_generator(Flow(), **{k: v}) for k, v in (("val_samples", 5), ("steps", 2))
    )
    assert np.isfinite([a, b]).all()


def test_the_core_keeps_its_own_init():
    assert minicnn.layers.Dense.__init__.__wrapped__.__module__ == "minicnn.layers.dense"
