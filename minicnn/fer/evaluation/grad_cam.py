"""Grad-CAM: where in an image a network looks for a class.

Derivation: docs/math/grad_cam.md. Source: Selvaraju et al. 2017, "Grad-CAM: visual explanations
from deep networks via gradient-based localization", equations 1 and 2.
"""

from __future__ import annotations

import numpy as np

from minicnn.fer.datasets.image_batches import to_inputs
from minicnn.layers import Conv2D
from minicnn.sequential import Sequential
from minicnn.turns import one_at_a_time

__all__ = ["class_activation_maps", "grad_cam"]


def grad_cam(a: np.ndarray, da: np.ndarray) -> np.ndarray:
    r"""Weigh feature maps by how much the score of a class rises with them.

    .. math:: \alpha_k = \frac{1}{h w} \sum_{i, j} \frac{\partial z}{\partial a_{i j k}}
              \tag{grad_cam.1}
    .. math:: L_{i j} = \max \Big( 0, \sum_k \alpha_k a_{i j k} \Big) \tag{grad_cam.2}

    Parameters
    ----------
    a, da : ndarray, shape (n, h, w, c)
        Feature maps, and the derivative of the class's logit z for them.

    Returns
    -------
    ndarray, shape (n, h, w)
    """
    alpha = da.mean(axis=(1, 2), keepdims=True)  # (grad_cam.1)
    return np.maximum((alpha * a).sum(axis=-1), 0)


def class_activation_maps(model: Sequential, image: np.ndarray) -> np.ndarray:
    """Return a Grad-CAM map for each output of a model.

    The maps are taken after the last convolution and what follows it at the same size (batch
    normalisation, activation).

    Parameters
    ----------
    model : Sequential
        Ends in a softmax.
    image : ndarray of uint8, shape (h, w, 1)

    Returns
    -------
    ndarray, shape (classes, h', w')
        From 0.

    Raises
    ------
    ValueError
        If the model has no convolution or does not end in a softmax.
    """
    place = _last_maps(model)
    classes = model.output_shape[0]
    # One copy of the image for each class: a single backward pass then does them all.
    x = np.repeat(to_inputs(image[None]), classes, axis=0)
    with one_at_a_time():
        for layer in model.layers[: place + 1]:
            x = layer.forward(x, training=False)
        a = x
        for layer in model.layers[place + 1 :]:
            x = layer.forward(x, training=False)
        last = model.layers[-1]
        if last.logits is None:
            raise ValueError(f"Grad-CAM: {model.name!r} does not end in a softmax.")
        da = last.backward_from_logits(np.eye(classes, dtype=x.dtype))
        for layer in reversed(model.layers[place + 1 : -1]):
            da = layer.backward(da)
        for layer in model.layers:
            layer.forget()
    return grad_cam(a, da)


def _last_maps(model: Sequential) -> int:
    """Place of the last layer whose output has the size of the last convolution's."""
    convolutions = [i for i, layer in enumerate(model.layers) if isinstance(layer, Conv2D)]
    if not convolutions:
        raise ValueError(f"Grad-CAM: {model.name!r} has no convolution.")
    place = convolutions[-1]
    size = model.layers[place].output_shape
    while place + 2 < len(model.layers) and model.layers[place + 1].output_shape == size:
        place += 1
    return place
