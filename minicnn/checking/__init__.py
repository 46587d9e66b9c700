"""Proofs: gradients against differences, and everything against TensorFlow.

:mod:`minicnn.checking.against_tensorflow` imports TensorFlow when it is asked to compare.
"""

from minicnn.checking.gradients import check_gradients, check_loss_gradient
from minicnn.checking.report import GradientReport, GradientRow

__all__ = ["GradientReport", "GradientRow", "check_gradients", "check_loss_gradient"]
