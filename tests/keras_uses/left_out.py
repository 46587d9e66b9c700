"""What minicnn does not want to be: each of these should be refused in a sentence."""

import numpy as np

from keras_uses.material import IMAGES, VECTORS, dense
from keras_uses.table import use

LONG = VECTORS[:, :, None]
SMALL = (32, 32, 3)
#: name on the page, the use, and what is expected if that is not the same.
USES = [
    (
        "applications.VGG16(weights=None)",
        lambda k: k.applications.VGG16(weights=None, include_top=False, input_shape=SMALL).name,
        "refused",
        "other people's networks",
    ),
    (
        "applications.MobileNetV2(weights=None)",
        lambda k: k.applications.MobileNetV2(weights=None, input_shape=SMALL).count_params(),
        "refused",
        "other people's networks",
    ),
    (
        "ops.matmul(a, b) on arrays",
        lambda k: np.asarray(k.ops.matmul(VECTORS, VECTORS.T)),
    ),
    (
        "ops.sqrt(x) on a layer's output",
        lambda k: k.ops.sqrt(k.layers.Input((5,))).shape,
        "refused",
        "there are no symbolic operations",
    ),
    (
        "Embedding",
        lambda k: k.layers.Embedding(10, 4)(np.zeros((2, 3), int)).shape,
        "refused",
        "text",
    ),
    ("LSTM", lambda k: k.layers.LSTM(4)(LONG).shape, "refused", "sequences"),
    ("GRU", lambda k: k.layers.GRU(4)(LONG).shape, "refused", "sequences"),
    ("SimpleRNN", lambda k: k.layers.SimpleRNN(4)(LONG).shape, "refused", "sequences"),
    (
        "Bidirectional(LSTM)",
        lambda k: k.layers.Bidirectional(k.layers.LSTM(4))(LONG).shape,
        "refused",
        "sequences",
    ),
    (
        "TimeDistributed(Dense)",
        lambda k: k.layers.TimeDistributed(k.layers.Dense(4))(LONG).shape,
        "refused",
        "sequences",
    ),
    ("Conv1D", lambda k: k.layers.Conv1D(4, 3)(LONG).shape, "refused", "sequences"),
    ("Conv3D", lambda k: k.layers.Conv3D(4, 2)(IMAGES[None]).shape, "refused", "volumes"),
    ("MaxPooling1D", lambda k: k.layers.MaxPooling1D()(LONG).shape, "refused", "sequences"),
    (
        "MultiHeadAttention",
        lambda k: k.layers.MultiHeadAttention(2, 4)(LONG, LONG).shape,
        "refused",
        "attention",
    ),
    (
        "TextVectorization",
        lambda k: k.layers.TextVectorization(max_tokens=10).name,
        "refused",
        "text",
    ),
    (
        "mixed_precision.set_global_policy('mixed_float16')",
        lambda k: (
            k.mixed_precision.set_global_policy("mixed_float16"),
            k.mixed_precision.set_global_policy("float32"),
        ),
        "refused",
        "float32 or float64",
    ),
    (
        "datasets.mnist.load_data",
        lambda k: k.datasets.mnist.load_data.__name__,
        "refused",
        "nothing is downloaded",
    ),
    (
        "model.export(folder)",
        lambda k: dense(k).export("m", verbose=False),
        "refused",
        "ONNX instead",
    ),
    (
        "model.quantize('int8')",
        lambda k: dense(k).quantize("int8"),
        "refused",
        "float32 or float64",
    ),
    (
        "distribution.DataParallel()",
        lambda k: type(k.distribution.DataParallel(devices=["cpu:0"])).__name__,
        "refused",
        "several devices",
    ),
]
for _name, _call, *_expected in USES:
    use(_name, *_expected)(lambda keras, call=_call: call(keras))


@use("utils.get_file(...)", "refused", "downloads")
def get_file(keras, folder):
    there = folder / "there.txt"
    there.write_text("a file")
    url = there.absolute().as_uri()
    return keras.utils.get_file("here.txt", url, cache_dir=str(folder)).endswith("here.txt")


@use(
    "a custom `train_step`",
    "refused",
    "a step is train_step(self, batch), and needs derivatives",
)
def train_step(keras):
    class Own(keras.Sequential):
        def train_step(self, data):
            return {"loss": 1.0}

    model = Own([keras.layers.Input((5,)), keras.layers.Dense(3)])
    model.compile("sgd", "mse")
    return model.fit(VECTORS, np.zeros((12, 3)), verbose=0).history


@use("a custom `compute_loss`", "refused", "its derivative is not known")
def compute_loss(keras):
    class Own(keras.Sequential):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return keras.ops.mean(y_pred)

    model = Own([keras.layers.Input((5,)), keras.layers.Dense(3)])
    model.compile("sgd", "mse")
    return list(model.fit(VECTORS, np.zeros((12, 3)), verbose=0).history)
