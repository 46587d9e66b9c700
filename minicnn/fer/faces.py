"""The documented place of `predict_faces` in version 0.1, kept for scripts that import it there."""

from minicnn.fer.prediction.photos import predict_faces

__all__ = ["predict_faces"]
