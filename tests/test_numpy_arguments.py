"""NumPy's numbers, texts and arrays as arguments: configurations and files hold plain JSON."""

import json

import numpy as np
import pytest

import minicnn
from minicnn import callbacks, initializers, layers, losses, metrics, optimizers, schedules
from minicnn.configurable import plain
from minicnn.layers import Conv2D, Dense, Input
from minicnn.random import check_seed
from minicnn.regularizers import L2

WHOLE = {
    "input": lambda n: layers.InputLayer((n(12), n(8), n(1))),
    "batch_shape": lambda n: layers.InputLayer(batch_shape=(None, n(4))),
    "dense": lambda n: Dense(n(3)),
    "conv2d": lambda n: Conv2D(n(4), n(3), strides=n(1), dilation_rate=n(1)),
    "conv2d pairs": lambda n: Conv2D(4, (n(3), n(3)), strides=[n(1), n(1)]),
    "max_pooling2d": lambda n: layers.MaxPooling2D((n(2), n(2)), strides=n(2)),
    "average_pooling2d": lambda n: layers.AveragePooling2D(n(2)),
    "zero_padding2d": lambda n: layers.ZeroPadding2D(((n(1), n(1)), (n(0), n(2)))),
    "reshape": lambda n: layers.Reshape((n(2), n(-1))),
    "batch_normalization": lambda n: layers.BatchNormalization(axis=n(-1)),
    "concatenate": lambda n: layers.Concatenate(axis=n(-1)),
    "softmax": lambda n: layers.Softmax(axis=n(-1)),
    "dropout": lambda n: layers.Dropout(0.5, seed=n(3)),
    "he_normal": lambda n: initializers.HeNormal(seed=n(3)),
    "top_k": lambda n: metrics.TopKCategoricalAccuracy(k=n(3)),
    "cosine_decay": lambda n: schedules.CosineDecay(0.1, n(30), warmup_steps=n(3)),
    "sgd": lambda n: optimizers.SGD(ema_overwrite_frequency=n(3)),
    "early_stopping": lambda n: callbacks.EarlyStopping(patience=n(3), verbose=n(1)),
    "model_checkpoint": lambda n: callbacks.ModelCheckpoint("a.keras", save_freq=n(3)),
    "backup_and_restore": lambda n: callbacks.BackupAndRestore("b", save_freq=n(3)),
}
REAL = {
    "dropout": lambda a: layers.Dropout(a(0.5)),
    "leaky_relu": lambda a: layers.LeakyReLU(negative_slope=a(0.25)),
    "relu": lambda a: layers.ReLU(max_value=a(6.0), threshold=a(0.5)),
    "rescaling": lambda a: layers.Rescaling(a(0.25), offset=a(0.5)),
    "batch_normalization": lambda a: layers.BatchNormalization(momentum=a(0.5), epsilon=a(0.25)),
    "dense": lambda a: Dense(
        3, kernel_regularizer=L2(a(0.5)), kernel_initializer=initializers.Constant(a(0.5))
    ),
    "adam": lambda a: optimizers.Adam(a(0.5), beta_1=a(0.5), clipnorm=a(0.5), weight_decay=a(0.5)),
    "schedule": lambda a: optimizers.SGD(schedules.CosineDecay(a(0.5), 3, alpha=a(0.5))),
    "crossentropy": lambda a: losses.CategoricalCrossentropy(label_smoothing=a(0.5)),
    "early_stopping": lambda a: callbacks.EarlyStopping(min_delta=a(0.5), baseline=a(0.5)),
    "plateau": lambda a: callbacks.ReduceLROnPlateau(factor=a(0.5), min_lr=a(0.25)),
}
TEXT = {
    "dense": lambda t: Dense(3, t("relu"), name=t("x"), dtype=t("float32")),
    "conv2d": lambda t: Conv2D(3, 3, padding=t("same"), kernel_initializer=t("he_normal")),
    "adam": lambda t: optimizers.Adam(name=t("q")),
    "accuracy": lambda t: metrics.CategoricalAccuracy(name=t("x")),
    "early_stopping": lambda t: callbacks.EarlyStopping(t("loss"), mode=t("min")),
    "csv_logger": lambda t: callbacks.CSVLogger(t("a.csv"), separator=t(";")),
}
TRUTH = {
    "dense": lambda b: Dense(3, use_bias=b(False), trainable=b(False)),
    "sgd": lambda b: optimizers.SGD(momentum=0.5, nesterov=b(True), use_ema=b(True)),
    "crossentropy": lambda b: losses.CategoricalCrossentropy(from_logits=b(True)),
    "early_stopping": lambda b: callbacks.EarlyStopping(restore_best_weights=b(True)),
}
CASES = [
    *[(make, int, kind) for make in WHOLE.values() for kind in (np.int64, np.int8, np.array)],
    *[(make, float, kind) for make in REAL.values() for kind in (np.float32, np.float64, np.array)],
    *[(make, str, np.str_) for make in TEXT.values()],
    *[(make, bool, np.bool_) for make in TRUTH.values()],
]


@pytest.mark.parametrize(("make", "own", "kind"), CASES)
def test_the_written_form_is_that_of_pythons_values(make, own, kind):
    expected, found = make(own).serialize(), make(kind).serialize()
    assert json.dumps(found) == json.dumps(expected)


class Scale(layers.Layer):
    def __init__(self, factors, **kwargs):
        super().__init__(**kwargs)
        self.factors = factors

    def forward(self, x, *, training, key):
        return x * np.asarray(self.factors, x.dtype), None

    def backward(self, dy, cache):
        return dy * np.asarray(self.factors, dy.dtype), {}


def test_a_model_of_numpys_values_can_be_saved(tmp_path):
    size, rate = np.array([6, 5, 1]), np.float64(0.5)
    model = minicnn.Sequential(
        [
            Input(size),
            Conv2D(np.int64(2), np.array([3, 3])),
            Scale(np.array([0.5, 2.0])),
            layers.Dropout(rate),
            layers.Flatten(),
            Dense(np.int32(3)),
        ],
        seed=np.uint32(7),
    )
    model.compile(optimizers.SGD(np.float32(0.25)), "mse")
    x = np.ones((4, 6, 5, 1), np.float32)
    model.fit(x, np.ones((4, 3)), epochs=np.int64(1), batch_size=np.int16(2), verbose=np.int64(0))
    model.save(tmp_path / "m.keras")
    again = minicnn.load_model(tmp_path / "m.keras", {"Scale": Scale})
    np.testing.assert_array_equal(again.predict(x), model.predict(x))
    assert again.layers[1].factors == [0.5, 2.0]
    assert again.seed == model.seed == 7


def test_plain_leaves_what_json_has():
    values = [1, "a", None, 0.5, True, [1, (2,)], {"a": {"b": 1}}]
    assert plain(values) == values
    assert plain({np.str_("a"): np.zeros((2, 1), np.int8)}) == {"a": [[0], [0]]}
    assert type(plain(np.array(3))) is int


@pytest.mark.parametrize("seed", [3, np.int8(3), np.uint64(3), np.array(3)])
def test_seeds_are_whole_numbers_of_any_kind(seed):
    assert check_seed(seed) == 3


@pytest.mark.parametrize("seed", [-1, 2**32, 0.5, np.float64(3), "3", None, [3]])
def test_other_seeds_are_refused(seed):
    with pytest.raises(ValueError, match="seed: expected an integer from 0 to"):
        minicnn.Sequential(seed=seed) if seed is not None else check_seed(seed)
