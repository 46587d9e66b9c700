"""HDF5 files laid out as older versions of Keras wrote them, made with h5py alone."""

import json

import h5py
import numpy as np

__all__ = ["chain_config", "chain_weights", "conv", "dense", "write_layers", "write_model"]


def conv(name, filters, size=3, **changes):
    """A Conv2D as Keras 2.0 to 2.3 wrote it."""
    config = {
        "name": name,
        "trainable": True,
        "filters": filters,
        "kernel_size": [size, size],
        "strides": [1, 1],
        "padding": "valid",
        "data_format": "channels_last",
        "dilation_rate": [1, 1],
        "activation": "relu",
        "use_bias": True,
        "kernel_initializer": {
            "class_name": "VarianceScaling",
            "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "normal", "seed": None},
        },
        "bias_initializer": {"class_name": "Zeros", "config": {}},
        "kernel_regularizer": {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.01}},
        "bias_regularizer": None,
        "activity_regularizer": None,
        "kernel_constraint": None,
        "bias_constraint": None,
    }
    return {"class_name": "Conv2D", "config": config | changes}


def dense(name, units, **changes):
    """A Dense as Keras 2.0 to 2.3 wrote it."""
    config = conv(name, 1)["config"]
    for key in ("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate"):
        del config[key]
    config |= {"units": units, "activation": "softmax", "kernel_regularizer": None}
    return {"class_name": "Dense", "config": config | changes}


def chain_config():
    """Layers of a row, with what Keras 2 wrote into each."""
    norm = {
        "name": "batch_normalization_1",
        "trainable": True,
        "axis": [3],
        "momentum": 0.99,
        "epsilon": 0.001,
        "center": True,
        "scale": True,
        "beta_initializer": {"class_name": "Zeros", "config": {"dtype": "float32"}},
        "gamma_initializer": {"class_name": "Ones", "config": {}},
        "moving_mean_initializer": {"class_name": "Zeros", "config": {}},
        "moving_variance_initializer": {"class_name": "Ones", "config": {}},
        "beta_regularizer": None,
        "gamma_regularizer": None,
        "beta_constraint": None,
        "gamma_constraint": None,
    }
    alpha = {"type": "ndarray", "value": 0.25}
    rate = {"name": "dropout_1", "trainable": True, "rate": 0.5, "noise_shape": None, "seed": None}
    return [
        conv("conv2d_1", 4, batch_input_shape=[None, 8, 7, 2], dtype="float32"),
        {"class_name": "BatchNormalization", "config": norm},
        {"class_name": "LeakyReLU", "config": {"name": "leaky_re_lu_1", "alpha": alpha}},
        {"class_name": "Dropout", "config": rate},
        {"class_name": "Flatten", "config": {"name": "flatten_1", "trainable": True}},
        dense("dense_1", 3),
    ]


def chain_weights(seed=0):
    """Arrays for the layers of :func:`chain_config` that have weights."""
    rng = np.random.default_rng(seed)

    def numbers(*shape):
        return rng.uniform(0.1, 0.5, shape).astype(np.float32)

    return {
        "conv2d_1": {"conv2d_1/kernel:0": numbers(3, 3, 2, 4), "conv2d_1/bias:0": numbers(4)},
        "batch_normalization_1": {
            f"batch_normalization_1/{name}:0": numbers(4)
            for name in ("gamma", "beta", "moving_mean", "moving_variance")
        },
        "dense_1": {"dense_1/kernel:0": numbers(120, 3), "dense_1/bias:0": numbers(3)},
    }


def write_layers(group, names, weights, *, version="2.2.4", backend="tensorflow", split=0):
    """Write weights as Keras 2 did: names of fixed length, split into `split` attributes if given.

    `names` are those of all layers, in order; those without an entry in `weights` have none.
    """
    write_names(group, "layer_names", names, split)
    group.attrs["backend"] = np.bytes_(backend)
    if version is not None:
        group.attrs["keras_version"] = np.bytes_(version)
    for name in names:
        layer = group.create_group(name)
        write_names(layer, "weight_names", list(weights.get(name, ())), split)
        for path, array in weights.get(name, {}).items():
            layer.create_dataset(path, data=array)


def write_names(group, name, names, split=0):
    array = np.array([text.encode() for text in names]) if names else np.zeros(0)
    if not split or not names:
        group.attrs[name] = array
        return
    for number, part in enumerate(np.array_split(array, split)):
        group.attrs[f"{name}{number}"] = part


def write_model(
    path, config, weights, *, class_name="Sequential", training=None, version="2.2.4", **options
):
    """Write a whole model; its layers' names are those of the config."""
    layers = config if isinstance(config, list) else config["layers"]
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = np.bytes_(version)
        file.attrs["backend"] = np.bytes_("tensorflow")
        whole = {"class_name": class_name, "config": config}
        # As a text of fixed length, from the h5py of Python 2.
        file.attrs["model_config"] = np.bytes_(json.dumps(whole).encode())
        if training is not None:
            file.attrs["training_config"] = np.bytes_(json.dumps(training).encode())
        names = [layer["config"]["name"] for layer in layers]
        write_layers(file.create_group("model_weights"), names, weights, version=version, **options)
