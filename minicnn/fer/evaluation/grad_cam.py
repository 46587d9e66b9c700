"""Grad-CAM: where in an image a network looks for a class.

Derivation: docs/math/grad_cam.md. Source: Selvaraju et al. 2017, "Grad-CAM: visual explanations
from deep networks via gradient-based localization", equations 1 and 2.
"""

from __future__ import annotations

import numpy as np

from minicnn.fer.datasets.image_batches import to_inputs
from minicnn.fer.models.expectations import expectations
from minicnn.graph import backward, forward
from minicnn.kernels.threads import one_at_a_time
from minicnn.layers import Conv2D, DepthwiseConv2D, SeparableConv2D
from minicnn.losses import CategoricalCrossentropy
from minicnn.model import Model
from minicnn.plan import plan_loss
from minicnn.tracing import part

__all__ = ["class_activation_maps", "grad_cam"]


def grad_cam(a: np.ndarray, da: np.ndarray) -> np.ndarray:
    r"""Weight feature maps by how much the score of a class rises with them.

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


def class_activation_maps(model: Model, image: np.ndarray) -> np.ndarray:
    """Return a Grad-CAM map for each output of a model.

    The maps are taken after the last convolution and what follows it at the same size (batch
    normalisation, activation).

    Parameters
    ----------
    model : Model
        Must end in a softmax.
    image : ndarray of uint8, shape (h, w, 1) or (h, w, 3)

    Returns
    -------
    ndarray, shape (classes, h', w')
        From 0.

    Raises
    ------
    ValueError
        If the model has no convolution or does not end in a softmax.
    """
    plan = plan_loss(model.graph, CategoricalCrossentropy())
    if len(plan.activations) > 1 or plan.activations[0] is None:
        raise ValueError(f"Grad-CAM: {model.name!r} does not end in a softmax.")
    maps = _last_maps(model)
    below = part(plan.graph, plan.graph.inputs, (maps,))
    above = part(plan.graph, (maps,), plan.graph.outputs)
    classes = model.output_shape[-1]
    # One copy of the image for each class: a single backward pass then does them all.
    x = np.repeat(expectations(model).inputs(to_inputs(image[None])), classes, axis=0)
    with one_at_a_time():
        (a,), _ = forward(below, [x], training=False, keep=False)
        (logits,), caches = forward(above, [a], training=False)
        (da,), _ = backward(above, [np.eye(classes, dtype=logits.dtype)], caches)
    assert da is not None
    return grad_cam(a, da)


def _last_maps(model: Model) -> int:
    """Number of the last value that has the size of the last convolution's output."""
    steps = model.graph.steps
    kinds = (Conv2D, DepthwiseConv2D, SeparableConv2D)
    convolutions = [i for i, step in enumerate(steps) if isinstance(step.layer, kinds)]
    if not convolutions:
        raise ValueError(f"Grad-CAM: {model.name!r} has no convolution.")
    place = convolutions[-1]
    size = steps[place].layer.output_shape
    while place + 2 < len(steps) and steps[place + 1].layer.output_shape == size:
        place += 1
    return steps[place].output
