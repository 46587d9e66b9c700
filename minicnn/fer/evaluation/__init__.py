"""What is measured of a model: accuracy, robustness, where in an image it looks."""
