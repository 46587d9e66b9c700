"""Images for scripts that were written for Keras."""

from minicnn.compat.image_datasets import image_dataset_from_directory
from minicnn.preprocessing import image

__all__ = ["image", "image_dataset_from_directory"]
