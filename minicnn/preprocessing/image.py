"""Images under the names that scripts import; most of them work with Pillow."""

from minicnn.compat.image_data_generator import ImageDataGenerator
from minicnn.compat.image_datasets import image_dataset_from_directory
from minicnn.compat.image_files import array_to_img, img_to_array, load_img, save_img
from minicnn.compat.image_iterators import ArrayIterator as NumpyArrayIterator
from minicnn.compat.image_iterators import FileIterator as DirectoryIterator
from minicnn.compat.image_iterators import ImageIterator as Iterator

__all__ = [
    "DirectoryIterator",
    "ImageDataGenerator",
    "Iterator",
    "NumpyArrayIterator",
    "array_to_img",
    "image_dataset_from_directory",
    "img_to_array",
    "load_img",
    "save_img",
]
