"""The same models in both libraries, and what it means that two are equal.

Equal means: predictions to 1e-5, weights and all optimizer variables, and the weights after three
further training steps on both sides.
"""

import numpy as np

import minicnn
from minicnn.saving.optimizer_variables import variables as optimizer_variables

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


def convolutions(lib, noise=0.3):
    """The other convolutions, with arguments off their defaults."""
    layers = lib.layers
    return lib.Sequential(
        [
            layers.Input((13, 11, 2)),
            layers.SeparableConv2D(
                4,
                (3, 2),
                strides=2,
                padding="same",
                depth_multiplier=2,
                activation="elu",
                depthwise_initializer="he_normal",
                pointwise_regularizer=lib.regularizers.L2(1e-3),
            ),
            layers.Conv2D(6, (1, 2), groups=2, activation="relu"),
            layers.DepthwiseConv2D(
                3,
                padding="same",
                depth_multiplier=2,
                dilation_rate=2,
                depthwise_regularizer="l2",
                name="by_channel",
            ),
            layers.SeparableConv2D(3, 2, use_bias=False, pointwise_initializer="he_uniform"),
            layers.Conv2DTranspose(
                4, 3, strides=2, padding="same", output_padding=1, kernel_initializer="he_normal"
            ),
            layers.PReLU(alpha_initializer="ones", alpha_regularizer="l2", shared_axes=[1, 2]),
            layers.Conv2DTranspose(2, (2, 3), dilation_rate=2, activation="tanh", use_bias=False),
            layers.LayerNormalization(axis=[1, 3], epsilon=1e-2, gamma_initializer="zeros"),
            layers.PReLU(),
            layers.LayerNormalization(center=False, gamma_regularizer="l2"),
            layers.GroupNormalization(2, epsilon=1e-2, beta_regularizer="l1"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, activation="softmax"),
        ]
    )


def augmented(lib, noise=0.3):
    """Random changes of the images; intervals of one number, since the libraries draw others."""
    layers = lib.layers
    return lib.Sequential(
        [
            layers.Input((13, 11, 2)),
            layers.RandomRotation((0.1, 0.1), "constant", fill_value=0.5),
            layers.RandomZoom((0.23, 0.23), (-0.3, -0.3), "wrap", seed=4),
            layers.RandomTranslation((0.1, 0.1), (0.2, 0.2), interpolation="nearest"),
            layers.RandomContrast((0, 0), (0, 1)),
            layers.RandomBrightness((0.1, 0.1), (0, 1)),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )


def shapes(lib, noise=0.3):
    """Layers that move pixels, and the other dropouts."""
    layers = lib.layers
    return lib.Sequential(
        [
            layers.Input((13, 11, 2)),
            layers.Normalization(axis=None, mean=0.25, variance=0.5, invert=True),
            layers.Cropping2D(((1, 2), (0, 3))),
            layers.Resizing(9, 12, crop_to_aspect_ratio=True),
            layers.Resizing(7, 12, "nearest", pad_to_aspect_ratio=True, fill_value=0.5),
            layers.UpSampling2D((1, 2)),
            layers.SpatialDropout2D(noise, seed=3),
            layers.CenterCrop(6, 5),
            layers.UpSampling2D(2, interpolation="bilinear"),
            layers.Permute((3, 1, 2)),
            layers.UnitNormalization(axis=[1, 2]),
            layers.GaussianDropout(noise, seed=3),
            layers.AlphaDropout(noise, seed=3),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )


def averages(lib, noise=0.3):
    """The other global pooling, an average over what a convolution gives."""
    layers = lib.layers
    return lib.Sequential(
        [
            layers.Input((13, 11, 2)),
            layers.Normalization(),
            # A bias here would hardly reach the loss: Adam makes whole steps of its gradient's
            # rounding errors, and two libraries part.
            layers.Conv2D(4, 3, activation="elu", use_bias=False),
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
            layers.Dense(6, activation="swish", kernel_initializer="lecun_normal"),
            layers.Dense(6, activation="gelu", bias_regularizer=lib.regularizers.L1(2**-6)),
            layers.Activation("mish"),
            layers.Activation("hard_swish"),
            layers.Activation("selu"),
            layers.Activation("softplus"),
            layers.Activation("relu6"),
            layers.Activation("softsign"),
            layers.Activation("hard_sigmoid"),
            layers.Activation("exponential"),
            layers.Activation("log_softmax"),
            layers.Dense(6, kernel_regularizer=lib.regularizers.L1L2(0.01, 0.02)),
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
    "amsgrad": lambda lib: lib.optimizers.AdamW(0.01, beta_2=0.5, amsgrad=True, use_ema=True),
    "rmsprop": lambda lib: lib.optimizers.RMSprop(0.01, rho=0.8),
    "rmsprop momentum": lambda lib: lib.optimizers.RMSprop(0.01, momentum=0.9),
    "rmsprop centered": lambda lib: lib.optimizers.RMSprop(0.01, centered=True),
    "nadam": lambda lib: lib.optimizers.Nadam(0.01, beta_1=0.8),
    "adamax": lambda lib: lib.optimizers.Adamax(0.01, clipvalue=0.1),
    "adagrad": lambda lib: lib.optimizers.Adagrad(0.05, global_clipnorm=0.1),
    "adadelta": lambda lib: lib.optimizers.Adadelta(1.0, rho=0.9, epsilon=1e-4),
    "rmsprop all": lambda lib: lib.optimizers.RMSprop(
        decay(lib), momentum=0.5, centered=True, clipnorm=0.1
    ),
}

X = np.random.default_rng(3).random((6, 13, 11, 2), np.float32)
Y = np.eye(3, dtype=np.float32)[[0, 1, 2, 2, 1, 0]]


# -- comparison --


def compiled(lib, build, optimizer, dtype="float32", noise=0.0):
    """Compile and take two steps, after weights that are none of the initializers'."""
    model = build(lib, noise)
    if lib is minicnn:
        model.astype(dtype)
    rng = np.random.default_rng(5)
    model.set_weights([rng.uniform(0.05, 0.4, w.shape) for w in model.get_weights()])
    for layer in model.layers:
        if hasattr(layer, "finalize_state"):  # Keras's Normalization has copies of its weights
            layer.finalize_state()
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
    if isinstance(model, minicnn.Model):
        return model.predict(x)
    return model(x, training=False).numpy()


def weights(model):
    return [np.asarray(array) for array in model.get_weights()]


def variables(model):
    """All optimizer variables in Keras's order."""
    if isinstance(model, minicnn.Model):
        return [
            array for _, array in optimizer_variables(model.optimizer, model.trainable_params())
        ]
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
    if isinstance(model, minicnn.Model):
        other = keras.models.load_model(path)
        other.run_eagerly = True
        return other
    return minicnn.load_model(path)
