"""The layers, under Keras's names: one file each, with the formula, the code and the derivative."""

from minicnn.layers.activation import Activation
from minicnn.layers.alpha_dropout import AlphaDropout
from minicnn.layers.average_pooling2d import AveragePooling2D
from minicnn.layers.base import Layer
from minicnn.layers.batch_normalization import BatchNormalization
from minicnn.layers.center_crop import CenterCrop
from minicnn.layers.concatenate import Concatenate
from minicnn.layers.conv2d import Conv2D
from minicnn.layers.conv2d_transpose import Conv2DTranspose
from minicnn.layers.cropping2d import Cropping2D
from minicnn.layers.dense import Dense
from minicnn.layers.depthwise_conv2d import DepthwiseConv2D
from minicnn.layers.dropout import Dropout
from minicnn.layers.elu import ELU
from minicnn.layers.flatten import Flatten
from minicnn.layers.gaussian_dropout import GaussianDropout
from minicnn.layers.gaussian_noise import GaussianNoise
from minicnn.layers.global_average_pooling2d import GlobalAveragePooling2D
from minicnn.layers.global_max_pooling2d import GlobalMaxPooling2D
from minicnn.layers.group_normalization import GroupNormalization
from minicnn.layers.identity import Identity
from minicnn.layers.input import Input, InputLayer
from minicnn.layers.layer_normalization import LayerNormalization
from minicnn.layers.leaky_relu import LeakyReLU
from minicnn.layers.max_pooling2d import MaxPooling2D
from minicnn.layers.merging import Add, Average, Maximum, Minimum, Multiply, Subtract
from minicnn.layers.normalization import Normalization
from minicnn.layers.permute import Permute
from minicnn.layers.prelu import PReLU
from minicnn.layers.random_affine import RandomRotation, RandomTranslation, RandomZoom
from minicnn.layers.random_flip import RandomFlip
from minicnn.layers.random_light import RandomBrightness, RandomContrast
from minicnn.layers.relu import ReLU
from minicnn.layers.rescaling import Rescaling
from minicnn.layers.reshape import Reshape
from minicnn.layers.resizing import Resizing
from minicnn.layers.separable_conv2d import SeparableConv2D
from minicnn.layers.softmax import Softmax
from minicnn.layers.spatial_dropout2d import SpatialDropout2D
from minicnn.layers.unit_normalization import UnitNormalization
from minicnn.layers.up_sampling2d import UpSampling2D
from minicnn.layers.zero_padding2d import ZeroPadding2D

_CLASSES: tuple[type[Layer], ...] = (
    Activation,
    Add,
    AlphaDropout,
    Average,
    AveragePooling2D,
    BatchNormalization,
    CenterCrop,
    Concatenate,
    Conv2D,
    Conv2DTranspose,
    Cropping2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    ELU,
    Flatten,
    GaussianDropout,
    GaussianNoise,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    GroupNormalization,
    Identity,
    InputLayer,
    LayerNormalization,
    LeakyReLU,
    Maximum,
    MaxPooling2D,
    Minimum,
    Multiply,
    Normalization,
    Permute,
    PReLU,
    RandomBrightness,
    RandomContrast,
    RandomFlip,
    RandomRotation,
    RandomTranslation,
    RandomZoom,
    ReLU,
    Rescaling,
    Reshape,
    Resizing,
    SeparableConv2D,
    Softmax,
    SpatialDropout2D,
    Subtract,
    UnitNormalization,
    UpSampling2D,
    ZeroPadding2D,
)
#: Everything that a model file may name as a layer: class name to class.
LAYERS = {cls.__name__: cls for cls in _CLASSES}

__all__ = [*LAYERS, "Input", "LAYERS", "Layer"]
