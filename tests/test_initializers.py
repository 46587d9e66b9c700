import numpy as np
import pytest
from oracles import keras

from minicnn import initializers

SHAPE = (3, 3, 64, 96)
RANDOM = ["GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "RandomNormal"]


@pytest.mark.parametrize("name", RANDOM)
def test_the_distribution_is_kerass(name):
    ours = getattr(initializers, name)()(SHAPE, rng=1)
    theirs = np.asarray(getattr(keras().initializers, name)(seed=1)(SHAPE))
    assert ours.dtype == np.float32
    assert ours.std() == pytest.approx(theirs.std(), rel=0.02)
    assert abs(ours.mean()) < 0.02 * ours.std()  # 4.7 standard errors
    if name != "RandomNormal":  # cut, or uniform: the ends agree as well
        assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=1e-2)
        quantiles = np.linspace(0.05, 0.95, 10)
        np.testing.assert_allclose(
            np.quantile(ours, quantiles),
            np.quantile(theirs, quantiles),
            atol=0.02 * ours.std(),
        )


@pytest.mark.parametrize("name", RANDOM)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_and_repeatability(name, dtype):
    initializer = getattr(initializers, name)()
    first = initializer((5, 4), dtype, np.random.default_rng(3))
    assert first.dtype == dtype
    np.testing.assert_array_equal(first, initializer((5, 4), dtype, 3))
    assert (first != initializer((5, 4), dtype, 4)).any()
    seeded = getattr(initializers, name)(seed=9)
    np.testing.assert_array_equal(seeded((5, 4), rng=1), seeded((5, 4), rng=2))


@pytest.mark.parametrize("name", [*RANDOM, "Zeros", "Ones"])
def test_kerass_config_round_trips(name):
    theirs = keras().saving.serialize_keras_object(getattr(keras().initializers, name)())
    ours = initializers.get(theirs)
    assert type(ours).__name__ == name
    assert initializers.get(ours.serialize()).get_config() == ours.get_config()


def test_names():
    assert isinstance(initializers.get("he_normal"), initializers.HeNormal)
    assert isinstance(initializers.get("HeNormal"), initializers.HeNormal)
    with pytest.raises(ValueError, match=r"initializer: 'orthogonal' is unknown; expected one of"):
        initializers.get("orthogonal")
    with pytest.raises(ValueError, match=r"needs \(inputs, outputs\) at its end"):
        initializers.GlorotUniform()((3,))
