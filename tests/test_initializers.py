import numpy as np
import pytest
from oracles import keras
from scipy import stats

import minicnn
from minicnn import initializers
from minicnn.initializers.variance_scaling import fans

SHAPE = (3, 3, 64, 96)

# The variances of SHAPE, by hand from the formulas of Glorot, He and LeCun.
GLOROT, HE, LECUN = 2 / (3 * 3 * (64 + 96)), 2 / (3 * 3 * 64), 1 / (3 * 3 * 64)


def cut_normal(variance):
    return stats.truncnorm(-2, 2, scale=(variance / stats.truncnorm(-2, 2).var()) ** 0.5)


def uniform(variance):
    limit = (3 * variance) ** 0.5
    return stats.uniform(-limit, 2 * limit)


DISTRIBUTIONS = {
    "GlorotNormal": cut_normal(GLOROT),
    "GlorotUniform": uniform(GLOROT),
    "HeNormal": cut_normal(HE),
    "HeUniform": uniform(HE),
    "LecunNormal": cut_normal(LECUN),
    "LecunUniform": uniform(LECUN),
    "RandomNormal": stats.norm(0, 0.05),
    "RandomUniform": stats.uniform(-0.05, 0.1),
    "TruncatedNormal": stats.truncnorm(-2, 2, scale=0.05),
    "VarianceScaling": cut_normal(LECUN),
}
RANDOM = list(DISTRIBUTIONS)


@pytest.mark.parametrize("name", RANDOM)
def test_the_distribution_is_the_exact_one(name):
    values = getattr(initializers, name)()(SHAPE, rng=1)
    assert values.dtype == np.float32
    # A standard deviation that is 3 % off gives 55,296 values a p below 1e-3.
    assert stats.kstest(values.ravel(), DISTRIBUTIONS[name].cdf).pvalue > 1e-3


@pytest.mark.parametrize("name", RANDOM)
def test_kerass_distribution_is_the_same(name):
    # Spread and ends hardly vary from sample to sample: 2 % are 7 to 11 standard errors.
    theirs = np.asarray(getattr(keras().initializers, name)(seed=1)(SHAPE))
    exact = DISTRIBUTIONS[name]
    assert theirs.std() == pytest.approx(exact.std(), rel=0.02)
    if name != "RandomNormal":
        assert np.abs(theirs).max() == pytest.approx(exact.support()[1], rel=1e-2)


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


@pytest.mark.parametrize("name", [*RANDOM, "Zeros", "Ones", "Constant", "Orthogonal", "Identity"])
def test_kerass_config_round_trips(name):
    theirs = keras().saving.serialize_keras_object(getattr(keras().initializers, name)())
    ours = initializers.get(theirs)
    assert type(ours).__name__ == name
    assert initializers.get(ours.serialize()).get_config() == ours.get_config()
    back = keras().saving.deserialize_keras_object(ours.serialize())
    assert type(back).__name__ == name
    if name != "Identity":  # Keras forgets its gain
        assert ours.get_config().items() <= back.get_config().items()


def test_names():
    assert isinstance(initializers.get("he_normal"), initializers.HeNormal)
    assert isinstance(initializers.get("HeNormal"), initializers.HeNormal)
    with pytest.raises(ValueError, match=r"initializer: 'stft' is unknown; expected one of"):
        initializers.get("stft")
    for spelling, name in [
        ("normal", "RandomNormal"),
        ("uniform", "RandomUniform"),
        ("zero", "Zeros"),
        ("one", "Ones"),
        ("orthogonal", "Orthogonal"),
        ("OrthogonalInitializer", "Orthogonal"),
        ("identity", "Identity"),
        ("IdentityInitializer", "Identity"),
    ]:
        assert type(initializers.get(spelling)).__name__ == name
    for arguments in ({"stddev": -1}, {"mean": "0"}):
        with pytest.raises(ValueError, match=f"RandomNormal: {next(iter(arguments))} must be"):
            initializers.RandomNormal(**arguments)


@pytest.mark.parametrize("mode", ["fan_in", "fan_out", "fan_avg"])
@pytest.mark.parametrize("distribution", ["truncated_normal", "untruncated_normal", "uniform"])
def test_variance_scaling_is_kerass_in_every_way(mode, distribution):
    chosen = {"scale": 3.0, "mode": mode, "distribution": distribution}
    ours = initializers.VarianceScaling(**chosen)(SHAPE, rng=2)
    theirs = np.asarray(keras().initializers.VarianceScaling(**chosen, seed=1)(SHAPE))
    fan = 9 * {"fan_in": 64, "fan_out": 96, "fan_avg": 80}[mode]
    assert ours.std() == pytest.approx((3 / fan) ** 0.5, rel=0.02)
    assert theirs.std() == pytest.approx(ours.std(), rel=0.02)
    if distribution != "untruncated_normal":
        assert np.abs(theirs).max() == pytest.approx(np.abs(ours).max(), rel=1e-2)


def test_normal_is_another_name_of_the_cut_one_as_in_keras():
    ours = initializers.VarianceScaling(distribution="normal").get_config()
    theirs = keras().initializers.VarianceScaling(distribution="normal").get_config()
    assert ours["distribution"] == theirs["distribution"] == "truncated_normal"


def test_constant():
    values = initializers.Constant(0.25)((2, 3))
    assert values.dtype == np.float32
    np.testing.assert_array_equal(values, np.full((2, 3), 0.25))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: initializers.Constant("1"), "Constant: value must be a number"),
        (lambda: initializers.Constant(10**400), "Constant: value must be a number"),
        (lambda: initializers.HeNormal("abc"), "HeNormal: seed must be a whole number"),
        (
            lambda: initializers.RandomUniform(1, 0),
            r"maxval must be a number in \[1.*, got 0",
        ),
        (lambda: initializers.TruncatedNormal(stddev=-1), "TruncatedNormal: stddev must be"),
        (lambda: initializers.VarianceScaling(0), r"scale must be a number in \(0, inf\), got 0"),
        (
            lambda: initializers.VarianceScaling(mode="in"),
            "must be fan_in, fan_out or fan_avg, got",
        ),
        (lambda: initializers.VarianceScaling(distribution="t"), "distribution must be truncated_"),
        (lambda: initializers.VarianceScaling(distribution=["t"]), r"or uniform, got \['t'\]"),
    ],
)
def test_arguments_out_of_range_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("shape", [(), (7,), (3, 4), (2, 3, 4), (5, 2, 3, 4)])
def test_the_fans_are_kerass(shape):
    keras()
    from keras.src.initializers.random_initializers import compute_fans

    assert fans(shape) == compute_fans(shape)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"input_axes": [0]}, r"HeNormal: input_axes=\[0\] is not supported; expected None"),
        ({"scale": 2}, "HeNormal: .* unexpected keyword argument 'scale'"),
    ],
)
def test_what_only_keras_has_is_refused(config, message):
    with pytest.raises(ValueError, match=message):
        initializers.get({"class_name": "HeNormal", "config": config})


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (3, 3, 4, 8), (2, 2, 3, 64), (5, 5)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_orthogonal_matrices_keep_lengths(shape, dtype):
    values = initializers.Orthogonal(gain=2.0)(shape, dtype, 1)
    assert values.dtype == dtype
    theirs = np.asarray(keras().initializers.Orthogonal(gain=2.0, seed=1)(shape))
    for array in (values, theirs):
        flat = array.reshape(-1, shape[-1]).astype("f8")
        small = flat.T @ flat if len(flat) >= shape[-1] else flat @ flat.T
        np.testing.assert_allclose(small, 4 * np.eye(len(small)), atol=1e-5)
    assert (values != initializers.Orthogonal(gain=2.0)(shape, dtype, 2)).any()


def test_orthogonal_matrices_prefer_no_rotation():
    # In the plane the first column's angle is uniform.
    make = initializers.Orthogonal()
    columns = np.array([make((2, 2), "float64", seed)[:, 0] for seed in range(2000)])
    angles = np.arctan2(columns[:, 1], columns[:, 0])
    assert stats.kstest(angles, stats.uniform(-np.pi, 2 * np.pi).cdf).pvalue > 1e-3


def test_identity_is_kerass():
    for shape in ((3, 3), (2, 4)):
        theirs = np.asarray(keras().initializers.Identity(0.5)(shape))
        np.testing.assert_array_equal(initializers.Identity(0.5)(shape), theirs)
    with pytest.raises(ValueError, match=r"Identity: expected a shape of two axes, got \(3,\)"):
        initializers.Identity()((3,))
    with pytest.raises(ValueError, match=r"Orthogonal: expected a shape of two axes or more"):
        initializers.Orthogonal()((3,))


def test_every_name_in_small_letters_is_kerass():
    theirs = {name for name in dir(keras().initializers) if name[0].islower()}
    ours = {name for name in initializers.__all__ if name[0].islower()}
    assert theirs - ours == {"deserialize", "serialize", "stft"}
    for name in ours - {"get"}:
        assert getattr(initializers, name).__name__ == getattr(keras().initializers, name).__name__


def test_none_is_none_but_for_a_weight():
    assert initializers.get(None) is None
    layer = minicnn.layers.Dense(3, kernel_initializer=None)
    assert type(layer.kernel_initializer) is initializers.GlorotUniform  # as Keras computes


def test_a_constant_array():
    value = np.arange(6).reshape(2, 3)
    ours, theirs = initializers.Constant(value), keras().initializers.Constant(value)
    np.testing.assert_array_equal(ours((2, 3)), np.asarray(theirs((2, 3))))
    assert ours((2, 3)).dtype == np.float32
    written = keras().saving.serialize_keras_object(theirs)
    for form in (ours.serialize(), written):
        np.testing.assert_array_equal(initializers.get(form)((2, 3)), value)
    back = keras().saving.deserialize_keras_object(ours.serialize())
    np.testing.assert_array_equal(np.asarray(back((2, 3))), value)
    with pytest.raises(ValueError, match="could not broadcast"):
        ours((3, 2))
    with pytest.raises(ValueError, match="Constant: value must hold finite numbers"):
        initializers.Constant([1, np.nan])


def halves(shape, dtype=None):
    return np.full(shape, 0.5, dtype)


def test_a_function_of_ones_own(tmp_path):
    layer = minicnn.layers.Dense(2, kernel_initializer=halves, bias_initializer=np.ones)
    model = minicnn.Sequential([minicnn.layers.Input((3,)), layer])
    assert (layer.params["kernel"] == 0.5).all()
    assert (layer.params["bias"] == 1).all()
    model.save(tmp_path / "m.keras")
    with pytest.raises(ValueError, match=r"'ones' is a function .* pass custom_objects"):
        minicnn.load_model(tmp_path / "m.keras")
    own = {"halves": halves, "ones": np.ones}
    read = minicnn.load_model(tmp_path / "m.keras", custom_objects=own)
    assert read.layers[0].kernel_initializer.function is halves
    np.testing.assert_array_equal(read.get_weights()[0], layer.params["kernel"])


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (None, r"'given' must return numbers of shape \(2, 3\), got object of shape \(\)"),
        ("a", "must return numbers"),
        (np.ones((7, 7)), r"numbers of shape \(2, 3\), got float64 of shape \(7, 7\)"),
    ],
)
def test_what_a_function_of_ones_own_must_return(returned, message):
    def given(shape, dtype=None):
        return returned

    with pytest.raises(ValueError, match=message):
        initializers.get(given)((2, 3))
