"""What Keras's scripts import beside the library's own names: aliases, and what is refused.

The tables hold names only; an object is looked up when a script asks for it.
"""

from __future__ import annotations

__all__ = [
    "ALIASES",
    "ELSEWHERE",
    "FUNCTIONS",
    "MODULES",
    "MOVED_MODULES",
    "OLD_MODULES",
    "REFUSED",
]

#: Keras 2's short names of functions; ``tf.keras`` still has them.
_LOSSES = {
    "KLD": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "MAE": "mean_absolute_error",
    "MSE": "mean_squared_error",
    "kld": "kl_divergence",
    "mae": "mean_absolute_error",
    "mse": "mean_squared_error",
}

#: Other names of the same class or function: module -> name -> the library's name.
ALIASES: dict[str, dict[str, str]] = {
    "minicnn.layers": {
        "AtrousConv2D": "Conv2D",
        "AtrousConvolution2D": "Conv2D",
        "AvgPool2D": "AveragePooling2D",
        "Convolution2D": "Conv2D",
        "Convolution2DTranspose": "Conv2DTranspose",
        "Deconvolution2D": "Conv2DTranspose",
        "DepthwiseConvolution2D": "DepthwiseConv2D",
        "GlobalAvgPool2D": "GlobalAveragePooling2D",
        "GlobalMaxPool2D": "GlobalMaxPooling2D",
        "MaxPool2D": "MaxPooling2D",
        "SeparableConvolution2D": "SeparableConv2D",
    },
    "minicnn.losses": _LOSSES | {"logcosh": "log_cosh"},
    "minicnn.metrics": _LOSSES,
    "minicnn.constraints": {"maxnorm": "MaxNorm", "nonneg": "NonNeg", "unitnorm": "UnitNorm"},
    "minicnn.regularizers": {"l1l2": "L1L2"},
    "minicnn.utils": {"CustomObjectScope": "custom_object_scope"},
}

#: Names that Keras has in a second place: module -> name -> the module here that has it.
ELSEWHERE: dict[str, dict[str, str]] = {
    "minicnn": {
        "Initializer": "minicnn.initializers",
        "Layer": "minicnn.layers",
        "Loss": "minicnn.losses",
        "Metric": "minicnn.metrics",
        "Optimizer": "minicnn.optimizers",
        "Regularizer": "minicnn.regularizers",
    },
    "minicnn.layers": {"Lambda": "minicnn.compat.lambda_layer"},
    "minicnn.random": dict.fromkeys(
        ("normal", "randint", "uniform"), "minicnn.compat.random_arrays"
    ),
    "minicnn.saving": {
        "custom_object_scope": "minicnn.utils",
        "get_custom_objects": "minicnn.utils",
        "get_registered_name": "minicnn.utils",
        "get_registered_object": "minicnn.utils",
        "load_model": "minicnn.models",
        "load_weights": "minicnn.storing",
        "register_keras_serializable": "minicnn.utils",
        "save_model": "minicnn.models",
        "save_weights": "minicnn.storing",
    },
}

#: Functions that make a layer and call it: ``add([x, y])`` is ``Add()([x, y])``.
FUNCTIONS: dict[str, dict[str, str]] = {
    "minicnn.layers": {
        "add": "Add",
        "average": "Average",
        "concatenate": "Concatenate",
        "maximum": "Maximum",
        "minimum": "Minimum",
        "multiply": "Multiply",
        "subtract": "Subtract",
    },
}

#: Modules that Keras 3 has in another place: its name -> ours.
MOVED_MODULES = {"minicnn.optimizers.schedules": "minicnn.schedules"}

#: Modules that Keras 2 had: name -> the one that has their content now.
OLD_MODULES = {
    "minicnn.engine": "minicnn.layers",
    "minicnn.engine.base_layer": "minicnn.layers",
    "minicnn.engine.input_layer": "minicnn.layers",
    "minicnn.engine.topology": "minicnn.layers",
    "minicnn.engine.training": "minicnn.models",
    "minicnn.initializations": "minicnn.initializers",
    "minicnn.layers.advanced_activations": "minicnn.layers",
    "minicnn.layers.convolutional": "minicnn.layers",
    "minicnn.layers.core": "minicnn.layers",
    "minicnn.layers.embeddings": "minicnn.layers",
    "minicnn.layers.experimental": "minicnn.layers",
    "minicnn.layers.experimental.preprocessing": "minicnn.layers",
    "minicnn.layers.merge": "minicnn.layers",
    "minicnn.layers.noise": "minicnn.layers",
    "minicnn.layers.normalization": "minicnn.layers",
    "minicnn.layers.pooling": "minicnn.layers",
    "minicnn.layers.recurrent": "minicnn.layers",
    "minicnn.layers.wrappers": "minicnn.layers",
    "minicnn.objectives": "minicnn.losses",
    "minicnn.optimizers.adam_v2": "minicnn.optimizers",
    "minicnn.optimizers.experimental": "minicnn.optimizers",
    "minicnn.optimizers.gradient_descent_v2": "minicnn.optimizers",
    "minicnn.optimizers.legacy": "minicnn.optimizers",
    "minicnn.optimizers.rmsprop_v2": "minicnn.optimizers",
    "minicnn.utils.data_utils": "minicnn.utils",
    "minicnn.utils.generic_utils": "minicnn.utils",
    "minicnn.utils.np_utils": "minicnn.utils",
    "minicnn.utils.vis_utils": "minicnn.utils",
    "minicnn.utils.visualize_util": "minicnn.utils",
}

#: Modules of Keras that hold nothing but what is refused: name -> the reason.
MODULES = {
    "minicnn.applications": "applications",
    "minicnn.datasets": "dataset",
    "minicnn.distribution": "distribution",
    "minicnn.mixed_precision": "mixed precision",
    "minicnn.ops": "ops",
    "minicnn.preprocessing.sequence": "text",
    "minicnn.preprocessing.text": "text",
    "minicnn.wrappers": "wrapper",
}

#: Names that can be imported and refuse to be used: module -> reason -> names.
REFUSED: dict[str, dict[str, tuple[str, ...]]] = {
    "minicnn.layers": {
        "recurrent": (
            "Bidirectional",
            "ConvLSTM1D",
            "ConvLSTM2D",
            "ConvLSTM3D",
            "CuDNNGRU",
            "CuDNNLSTM",
            "GRU",
            "GRUCell",
            "LSTM",
            "LSTMCell",
            "Masking",
            "RNN",
            "SimpleRNN",
            "SimpleRNNCell",
            "StackedRNNCells",
            "TimeDistributed",
        ),
        "1d": (
            "AveragePooling1D",
            "Conv1D",
            "Conv1DTranspose",
            "Convolution1D",
            "Cropping1D",
            "DepthwiseConv1D",
            "GlobalAveragePooling1D",
            "GlobalMaxPooling1D",
            "MaxPool1D",
            "MaxPooling1D",
            "SeparableConv1D",
            "SpatialDropout1D",
            "UpSampling1D",
            "ZeroPadding1D",
        ),
        "3d": (
            "AveragePooling3D",
            "Conv3D",
            "Conv3DTranspose",
            "Convolution3D",
            "Cropping3D",
            "GlobalAveragePooling3D",
            "GlobalMaxPooling3D",
            "MaxPool3D",
            "MaxPooling3D",
            "SpatialDropout3D",
            "UpSampling3D",
            "ZeroPadding3D",
        ),
        "attention": (
            "AdditiveAttention",
            "Attention",
            "GroupQueryAttention",
            "MultiHeadAttention",
        ),
        "embedding": ("Embedding", "StringLookup", "TextVectorization"),
        "own layer": (
            "ActivityRegularization",
            "AdaptiveAveragePooling2D",
            "AdaptiveMaxPooling2D",
            "AugMix",
            "AutoContrast",
            "CategoryEncoding",
            "CutMix",
            "Dot",
            "EinsumDense",
            "Equalization",
            "InputSpec",
            "LocallyConnected2D",
            "MixUp",
            "RMSNormalization",
            "RandAugment",
            "RandomColorJitter",
            "RandomCrop",
            "RandomErasing",
            "RandomGaussianBlur",
            "RandomGrayscale",
            "RandomHeight",
            "RandomHue",
            "RandomPerspective",
            "RandomSaturation",
            "RandomSharpness",
            "RandomShear",
            "RandomWidth",
            "RepeatVector",
            "SpectralNormalization",
            "ThresholdedReLU",
            "Wrapper",
            "dot",
        ),
    },
    "minicnn.backend": {"gradient tape": ("gradients",)},
    "minicnn.losses": {
        "own loss": (
            "BinaryFocalCrossentropy",
            "CTC",
            "CategoricalGeneralizedCrossEntropy",
            "Circle",
            "Dice",
            "MeanAbsolutePercentageError",
            "MeanSquaredLogarithmicError",
            "Tversky",
        ),
    },
    "minicnn.metrics": {
        "own metric": (
            "BinaryIoU",
            "IoU",
            "MeanAbsolutePercentageError",
            "MeanIoU",
            "MeanSquaredLogarithmicError",
            "OneHotIoU",
            "OneHotMeanIoU",
            "PrecisionAtRecall",
            "R2Score",
            "RecallAtPrecision",
            "SensitivityAtSpecificity",
            "SpecificityAtSensitivity",
        ),
    },
    "minicnn.optimizers": {"optimizer": ("Ftrl", "Lion")},
    "minicnn.callbacks": {
        "progress": ("BaseLogger", "ProgbarLogger"),
        "remote": ("RemoteMonitor",),
    },
    "minicnn": {"gradient tape": ("GradientTape", "Function", "Variable")},
    "minicnn.utils": {
        "dataset": ("get_file",),
        "distribution": ("multi_gpu_model",),
        "drawing": ("model_to_dot",),
        "text": ("pad_sequences",),
    },
}
