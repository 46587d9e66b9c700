"""Proofs: gradients against differences, whole layers against what every layer should do.

:mod:`minicnn.checking.against_tensorflow` compares everything with TensorFlow, which it imports
when it is asked to.
"""

from minicnn.checking.findings import CheckReport, Finding
from minicnn.checking.gradients import check_gradients, check_loss_gradient
from minicnn.checking.layer_check import check_layer
from minicnn.checking.loss_check import check_loss
from minicnn.checking.optimizer_check import check_optimizer
from minicnn.checking.report import GradientReport, GradientRow
from minicnn.checking.step_check import check_training_step

__all__ = [
    "CheckReport",
    "Finding",
    "GradientReport",
    "GradientRow",
    "check_gradients",
    "check_layer",
    "check_loss",
    "check_loss_gradient",
    "check_optimizer",
    "check_training_step",
]
