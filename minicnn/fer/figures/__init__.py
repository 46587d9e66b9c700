"""Figures to look at: functions that return matplotlib figures."""

from minicnn.fer.figures.confusion import confused_pairs, confusion_figure
from minicnn.fer.figures.curves import robustness_curves, training_curves
from minicnn.fer.figures.distribution import testing_distribution, training_distribution
from minicnn.fer.figures.face_grids import (
    corrupted_images,
    misclassified_images,
    sample_images,
    true_against_predicted,
)
from minicnn.fer.figures.inside import feature_maps, grad_cam_figure, learned_filters
from minicnn.fer.figures.reliability import reliability_diagram
from minicnn.fer.figures.style import theme

__all__ = [
    "confused_pairs",
    "confusion_figure",
    "corrupted_images",
    "feature_maps",
    "grad_cam_figure",
    "learned_filters",
    "misclassified_images",
    "reliability_diagram",
    "robustness_curves",
    "sample_images",
    "testing_distribution",
    "theme",
    "training_curves",
    "training_distribution",
    "true_against_predicted",
]
