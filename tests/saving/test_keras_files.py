"""Files of the real Keras are read here, and files of ours there: the same model both ways.

Equal means: predictions to 1e-5, configs, weights and all optimizer variables, and the weights
after three further training steps on both sides.
"""

import json
import zipfile

import numpy as np
import oracles
import pytest

import minicnn

# Keras 3.15 under NumPy 2, at every array that it saves.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

RNG = np.random.default_rng(3)


@pytest.fixture(scope="module")
def keras():
    return oracles.keras()


# -- the same line of code in both libraries --


def images(lib, noise=0.3):
    """All layers of images, with arguments other than the defaults."""
    layers, regularizers = lib.layers, lib.regularizers
    return lib.Sequential(
        [
            layers.Input((13, 11, 2)),
            layers.Rescaling(0.5, offset=-0.1),
            layers.ZeroPadding2D(((1, 2), (0, 3))),
            layers.Conv2D(
                4,
                (3, 2),
                strides=(2, 1),
                padding="same",
                activation="relu",
                kernel_initializer="he_normal",
            ),
            layers.BatchNormalization(momentum=0.9, epsilon=1e-2),
            layers.GaussianNoise(noise / 2, seed=3),
            layers.Conv2D(
                5,
                3,
                dilation_rate=(2, 1),
                use_bias=False,
                kernel_regularizer=regularizers.L2(1e-3),
                name="dilated",
            ),
            layers.BatchNormalization(scale=False, center=False),
            layers.LeakyReLU(negative_slope=0.2),
            layers.ELU(alpha=0.7),
            layers.ReLU(max_value=4.0, negative_slope=0.25, threshold=0.125),
            layers.MaxPooling2D((2, 1), strides=1, padding="same"),
            layers.AveragePooling2D(2, strides=(1, 2), padding="same"),
            layers.BatchNormalization(scale=False, trainable=False),
            layers.Dropout(noise, seed=1),
            layers.Conv2D(6, 1, activation="tanh", trainable=False),
            layers.MaxPooling2D(),
            layers.AveragePooling2D((1, 2)),
            layers.GlobalMaxPooling2D(keepdims=True),
            layers.Flatten(),
            layers.Dense(3),
            layers.Softmax(),
        ],
        name="all_sorts",
    )


def averages(lib, noise=0.3):
    """The other global pooling, an average over what a convolution gives."""
    layers = lib.layers
    return lib.Sequential(
        [
            layers.Input((13, 11, 2)),
            layers.Conv2D(4, 3, activation="elu"),
            layers.GlobalAveragePooling2D(),
            layers.BatchNormalization(center=False),
            layers.Dense(3, activation="softmax"),
        ]
    )


def activations(lib, noise=0.3):
    """Every activation by name, in a layer and as one; every initializer; Dense's arguments."""
    layers, initializers = lib.layers, lib.initializers
    return lib.Sequential(
        [
            layers.Input((13, 11, 2)),
            layers.Flatten(),
            layers.Dense(9, activation="sigmoid", kernel_initializer="he_uniform"),
            layers.Dense(
                8,
                activation="tanh",
                kernel_initializer=initializers.RandomNormal(0.1, 0.3, seed=4),
                bias_initializer="ones",
                kernel_regularizer="l2",
            ),
            layers.Dense(7, activation="elu", kernel_initializer=initializers.HeNormal(seed=1)),
            layers.Dense(6, activation="leaky_relu", kernel_initializer="glorot_normal"),
            layers.BatchNormalization(
                gamma_initializer=initializers.RandomNormal(1.0, 0.1),
                beta_initializer="ones",
                moving_mean_initializer="ones",
                moving_variance_initializer="ones",
            ),
            layers.Dense(6, activation="linear", kernel_initializer="glorot_uniform"),
            layers.Activation("relu"),
            layers.Activation("tanh"),
            layers.Activation("sigmoid"),
            layers.Activation("elu"),
            layers.Activation("leaky_relu"),
            layers.Activation("linear"),
            layers.Dense(3, use_bias=False, kernel_initializer=initializers.HeUniform(seed=None)),
            layers.Activation("softmax"),
        ]
    )


def small(lib, noise=0.3):
    layers = lib.layers
    return lib.Sequential(
        [
            layers.Input((13, 11, 2)),
            layers.Flatten(),
            layers.Dense(4, activation="tanh"),
            layers.BatchNormalization(),
            layers.Dense(3, activation="softmax"),
        ]
    )


def decay(lib):
    return lib.optimizers.schedules.ExponentialDecay(0.05, 2, 0.5, staircase=True)


def cosine(lib):
    return lib.optimizers.schedules.CosineDecay(
        0.01, 10, alpha=0.1, warmup_target=0.05, warmup_steps=3
    )


OPTIMIZERS = {
    "sgd": lambda lib: lib.optimizers.SGD(0.05),
    "sgd momentum": lambda lib: lib.optimizers.SGD(0.05, momentum=0.9),
    "sgd nesterov": lambda lib: lib.optimizers.SGD(0.05, momentum=0.8, nesterov=True),
    "sgd clipnorm": lambda lib: lib.optimizers.SGD(0.05, clipnorm=0.01),
    "sgd decay": lambda lib: lib.optimizers.SGD(decay(lib), momentum=0.9),
    "adam": lambda lib: lib.optimizers.Adam(0.01, beta_1=0.8, beta_2=0.99, epsilon=1e-5),
    "adam clipnorm": lambda lib: lib.optimizers.Adam(0.01, clipnorm=0.02),
    "adam cosine": lambda lib: lib.optimizers.Adam(cosine(lib)),
    "adamw": lambda lib: lib.optimizers.AdamW(0.01, weight_decay=0.1),
    "rmsprop": lambda lib: lib.optimizers.RMSprop(0.01, rho=0.8),
    "rmsprop momentum": lambda lib: lib.optimizers.RMSprop(0.01, momentum=0.9),
    "rmsprop centered": lambda lib: lib.optimizers.RMSprop(0.01, centered=True),
    "rmsprop all": lambda lib: lib.optimizers.RMSprop(
        decay(lib), momentum=0.5, centered=True, clipnorm=0.1
    ),
}

X = RNG.random((6, 13, 11, 2), np.float32)
Y = np.eye(3, dtype=np.float32)[[0, 1, 2, 2, 1, 0]]


# -- comparison --


def compiled(lib, build, optimizer, dtype="float32", noise=0.0):
    """Compile and take two steps, after weights that are none of the initializers'."""
    model = build(lib, noise)
    if lib is minicnn:
        model.astype(dtype)
    rng = np.random.default_rng(5)
    model.set_weights([rng.uniform(0.05, 0.4, w.shape) for w in model.get_weights()])
    loss = lib.losses.CategoricalCrossentropy(label_smoothing=0.1)
    # TensorFlow has no top-k for float64.
    top = [lib.metrics.TopKCategoricalAccuracy(k=2)] if dtype == "float32" else []
    eager = {} if lib is minicnn else {"run_eagerly": True}
    model.compile(OPTIMIZERS[optimizer](lib), loss, metrics=["accuracy", *top], **eager)
    for _ in range(2):
        model.train_on_batch(X.astype(dtype), Y.astype(dtype))
    return model


def predictions(model, x):
    """What ``predict`` gives; Keras's own takes seconds to compile itself."""
    if isinstance(model, minicnn.Sequential):
        return model.predict(x)
    return model(x, training=False).numpy()


def weights(model):
    return [np.asarray(array) for array in model.get_weights()]


def variables(model):
    """All optimizer variables in Keras's order."""
    if isinstance(model, minicnn.Sequential):
        return [array for _, array in model.optimizer.variables(model.trainable_params())]
    # Where Keras computes in float64 its learning rate is of that, too.
    return [
        np.float32(variable) if variable.path.endswith("learning_rate") else variable.numpy()
        for variable in model.optimizer.variables
    ]


def assert_equal(one, other, places=0.0):
    for a, b in zip(weights(one), weights(other), strict=True):
        np.testing.assert_allclose(a, b, rtol=places, atol=places)
    for a, b in zip(variables(one), variables(other), strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=places, atol=places)


def assert_goes_on_equally(one, other, dtype="float32"):
    """Predictions, and three further steps."""
    x, y = X.astype(dtype), Y.astype(dtype)
    places = {"float32": 1e-5, "float64": 1e-7}[dtype]
    np.testing.assert_allclose(predictions(one, x), predictions(other, x), rtol=0, atol=places)
    assert_equal(one, other)
    for _ in range(3):
        np.testing.assert_allclose(
            one.train_on_batch(x, y), other.train_on_batch(x, y), rtol=10 * places
        )
    assert_equal(one, other, 10 * places)


def across(keras, model, path):
    """Save with the library of `model` and load with the other one."""
    model.save(path)
    if isinstance(model, minicnn.Sequential):
        other = keras.models.load_model(path)
        other.run_eagerly = True
        return other
    return minicnn.load_model(path)


def configs(path):
    """The layers' configs as a file has them, without Keras's notes on sharing."""

    def clean(value):
        if isinstance(value, dict):
            return {k: clean(v) for k, v in value.items() if k != "shared_object_id"}
        return value

    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read("config.json"))
    compilation = config["compile_config"]
    return [clean(layer["config"]) for layer in config["config"]["layers"]], clean(compilation)


BOTH_WAYS = pytest.mark.parametrize("ours", [True, False], ids=["ours to Keras", "Keras to ours"])


@BOTH_WAYS
@pytest.mark.parametrize("build", [images, averages, activations])
def test_every_layer_and_argument(keras, build, ours, tmp_path):
    lib = minicnn if ours else keras
    model = compiled(lib, build, "adam")
    assert_goes_on_equally(model, across(keras, model, tmp_path / "m.keras"))


@BOTH_WAYS
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer(keras, optimizer, ours, tmp_path):
    lib = minicnn if ours else keras
    model = compiled(lib, small, optimizer)
    other = across(keras, model, tmp_path / "m.keras")
    assert int(other.optimizer.iterations) == 2
    assert_goes_on_equally(model, other)


@pytest.fixture
def in_float64(keras):
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")


@BOTH_WAYS
@pytest.mark.usefixtures("in_float64")
def test_float64(keras, ours, tmp_path):
    lib = minicnn if ours else keras
    model = compiled(lib, images, "adam", "float64")
    other = across(keras, model, tmp_path / "m.keras")
    assert {array.dtype.name for array in weights(other)} == {"float64"}
    assert_goes_on_equally(model, other, "float64")


@pytest.mark.parametrize("build", [images, averages, activations])
def test_configs_are_kerass(keras, build, tmp_path):
    """What we write of a layer is what Keras writes, but for arguments that we do not have."""
    found = []
    for lib, name in ((minicnn, "ours.keras"), (keras, "kerass.keras")):
        compiled(lib, build, "adam clipnorm", noise=0.3).save(tmp_path / name)
        found.append(configs(tmp_path / name))
    (ours, our_compilation), (kerass, keras_compilation) = found
    names = {}
    for mine, theirs in zip(ours, kerass, strict=True):
        # Keras counts names over all models of a process, we within one.
        names[theirs["name"]] = mine["name"]
        assert_within(mine, theirs)
    assert len(set(names.values())) == len(names) == len(ours)
    assert_within(our_compilation, keras_compilation)


def assert_within(mine, theirs):
    """Every entry of the one is in the other, and equal."""
    for key, value in mine.items():
        if key == "learning_rate":
            assert np.float32(value) == np.float32(theirs[key])
        elif isinstance(value, dict):
            assert_within(value, theirs[key])
        elif isinstance(value, list) and value and isinstance(value[-1], dict):
            assert_within(value[-1], theirs[key][-1])
        elif key not in ("name", "run_eagerly"):
            assert value == theirs[key], key


def test_before_the_first_step(keras, tmp_path):
    for lib in (minicnn, keras):
        model = small(lib)
        model.compile(lib.optimizers.Adam(0.125), "mse")
        if lib is minicnn:
            model.save(tmp_path / "m.keras")
            with pytest.warns(UserWarning, match="Skipping variable loading for optimizer"):
                # So says Keras of its own file of a model that was not trained.
                other = keras.models.load_model(tmp_path / "m.keras")
        else:
            other = across(keras, model, tmp_path / "m.keras")
        assert int(other.optimizer.iterations) == 0
        assert float(other.optimizer.learning_rate) == 0.125


@BOTH_WAYS
def test_uncompiled(keras, ours, tmp_path):
    model = small(minicnn if ours else keras)
    other = across(keras, model, tmp_path / "m.keras")
    assert not ours or not other.compiled
    np.testing.assert_allclose(predictions(model, X), predictions(other, X), atol=1e-6)


def test_keras_ignores_what_is_ours(keras, tmp_path):
    model = small(minicnn)
    model.extra["class_names"] = ["angry", "happy", "sad"]
    other = across(keras, model, tmp_path / "m.keras")
    np.testing.assert_allclose(predictions(model, X), predictions(other, X), atol=1e-6)


def test_more_than_ten_layers_of_a_class(keras, tmp_path):
    def deep(lib):
        layers = lib.layers
        return lib.Sequential([layers.Input((4,)), *(layers.Dense(4) for _ in range(12))])

    for lib in (minicnn, keras):
        model = deep(lib)
        other = across(keras, model, tmp_path / "m.keras")
        for a, b in zip(weights(model), weights(other), strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_functional_chain(keras, tmp_path):
    layers = keras.layers
    x = start = layers.Input((13, 11, 2))
    # A bias before a normalisation has no gradient but rounding, which Adam takes seriously.
    convolution = layers.Conv2D(3, 3, use_bias=False)
    for layer in (convolution, layers.BatchNormalization(), layers.Dropout(0.0)):
        x = layer(x)
    end = layers.Dense(3, activation="softmax")(layers.Flatten()(x))
    model = keras.Model(start, end)
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"], run_eagerly=True)
    model.train_on_batch(X, Y)
    assert_goes_on_equally(model, across(keras, model, tmp_path / "m.keras"))


def test_functional_branches_are_refused(keras, tmp_path):
    layers = keras.layers
    start = layers.Input((13, 11, 2))
    one = layers.Dense(3)(start)
    keras.Model(start, layers.Add()([one, start[..., :1]])).save(tmp_path / "m.keras")
    with pytest.raises(minicnn.saving.ModelFileError, match=r"branches or joins|unknown class"):
        minicnn.load_model(tmp_path / "m.keras")
    keras.Model(start, layers.Dense(3)(one)).save(tmp_path / "m.keras")
    minicnn.load_model(tmp_path / "m.keras")


def test_layers_we_do_not_have(keras, tmp_path):
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.LayerNormalization(name="x")])
    model.save(tmp_path / "m.keras")
    message = "layer 1 of its config: 'x' is of the unknown class 'LayerNormalization', expected"
    with pytest.raises(ValueError, match=message):
        minicnn.load_model(tmp_path / "m.keras")


def test_training_we_do_not_have(keras, tmp_path):
    model = small(keras)
    for compilation in (
        {"optimizer": keras.optimizers.Nadam(), "loss": "mse"},
        {"optimizer": "adam", "loss": "hinge"},
        {"optimizer": "adam", "loss": "mse", "metrics": [keras.metrics.AUC()]},
    ):
        model.compile(**compilation, run_eagerly=True)
        model.train_on_batch(X, Y)
        model.save(tmp_path / "m.keras")
        with pytest.warns(UserWarning, match="the model is read but not compiled"):
            other = minicnn.load_model(tmp_path / "m.keras")
        np.testing.assert_allclose(predictions(model, X), predictions(other, X), atol=1e-5)


def test_slots_of_layers_frozen_after_training(keras, tmp_path):
    model = compiled(keras, small, "adam")
    model.layers[1].trainable = False
    model.save(tmp_path / "m.keras")
    message = "holds 14 variables of the optimizer, expected 10; the optimizer starts anew"
    with pytest.warns(UserWarning, match=message):
        other = minicnn.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(predictions(model, X), predictions(other, X), atol=1e-5)
