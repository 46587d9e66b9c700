"""Measure a model: accuracy, robustness, and where in an image it looks."""
