"""The state of an optimizer as the list that Keras's files hold."""

import numpy as np
import oracles
import pytest
from optimizer_cases import MAKERS, draw

from minicnn import optimizers
from minicnn.optimizers import Adam
from minicnn.saving.optimizer_variables import set_variables, variables


@pytest.mark.parametrize("make", MAKERS)
def test_variables_continue_where_they_were(make):
    first, params = make(), draw()
    for step in range(3):
        first.step(params, draw(seed=step))
    second, copies = make(), {key: array.copy() for key, array in params.items()}
    set_variables(second, copies, [array for _, array in variables(first, params)])
    for step in range(3):
        first.step(params, draw(seed=9 + step))
        second.step(copies, draw(seed=9 + step))
    assert first.iterations == second.iterations == 6
    for key, array in params.items():
        np.testing.assert_array_equal(copies[key], array)


@pytest.mark.parametrize("make", MAKERS)
def test_before_the_first_step_there_are_no_slots(make):
    optimizer, params = make(), draw()
    before = variables(optimizer, params)
    head = ["iteration"] + ([] if optimizer.schedule else ["learning_rate"])
    assert [name for name, _ in before] == head
    optimizer.step(params, draw())
    set_variables(optimizer, params, [array for _, array in before])
    assert optimizer.iterations == 0
    assert not any(optimizer.slots.values())


def test_a_rate_rounded_by_a_file_stays_exact():
    optimizer = Adam(0.001)
    set_variables(optimizer, {}, [np.int64(2), np.float32(0.001)])
    assert optimizer.learning_rate == 0.001
    set_variables(optimizer, {}, [np.int64(2), np.float32(0.5)])
    assert optimizer.learning_rate == 0.5


def test_set_variables_says_what_does_not_fit():
    optimizer, params = Adam(), draw()
    optimizer.step(params, draw())
    arrays = [array for _, array in variables(optimizer, params)]
    with pytest.raises(ValueError, match=r"expected 6 .* for 2 parameters, or 2 .*, got 5"):
        set_variables(optimizer, params, arrays[:5])
    with pytest.raises(ValueError, match=r"velocity of dense/kernel must have shape \(4, 3\)"):
        set_variables(optimizer, params, [*arrays[:3], arrays[3].T, *arrays[4:]])
    with pytest.raises(ValueError, match=r"iteration must be a single number, got shape \(1,\)"):
        set_variables(optimizer, params, [np.zeros(1), *arrays[1:]])
    assert optimizer.iterations == 1


def test_variables_continue_a_keras_run():
    keras = oracles.keras()
    theirs, ours = keras.optimizers.Adam(0.05), optimizers.Adam()
    params = {"kernel": np.ones((2, 3), np.float32), "bias": np.zeros(3, np.float32)}
    theirs_params = [keras.Variable(array, name=key) for key, array in params.items()]
    rng = np.random.default_rng(0)

    def gradients():
        return {
            key: rng.normal(size=array.shape).astype(np.float32) for key, array in params.items()
        }

    for _ in range(3):
        theirs.apply(list(map(keras.ops.convert_to_tensor, gradients().values())), theirs_params)
    for array, variable in zip(params.values(), theirs_params, strict=True):
        array[...] = variable.numpy()
    set_variables(ours, params, [variable.numpy() for variable in theirs.variables])
    assert ours.iterations == 3
    for _ in range(3):
        grads = gradients()
        ours.step(params, grads)
        theirs.apply(list(map(keras.ops.convert_to_tensor, grads.values())), theirs_params)
    for array, variable in zip(params.values(), theirs_params, strict=True):
        expected = variable.numpy()
        assert np.abs(array - expected).max() <= 1e-6 * np.abs(expected).max()
