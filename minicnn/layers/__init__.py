"""The layers, under Keras's names: one file each, with the formula, the code and the derivative."""

from minicnn.layers.activation import Activation
from minicnn.layers.base import BackwardError, Layer
from minicnn.layers.batch_normalization import BatchNormalization
from minicnn.layers.conv2d import Conv2D
from minicnn.layers.dense import Dense
from minicnn.layers.dropout import Dropout
from minicnn.layers.flatten import Flatten
from minicnn.layers.input import Input, InputLayer
from minicnn.layers.max_pooling2d import MaxPooling2D
from minicnn.layers.relu import ReLU
from minicnn.layers.softmax import Softmax

_CLASSES: tuple[type[Layer], ...] = (
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    InputLayer,
    MaxPooling2D,
    ReLU,
    Softmax,
)
#: Everything that a model file may name as a layer: class name to class.
LAYERS = {cls.__name__: cls for cls in _CLASSES}

__all__ = [*LAYERS, "BackwardError", "Input", "LAYERS", "Layer"]
