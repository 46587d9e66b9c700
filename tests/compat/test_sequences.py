"""The base of batch sequences says what it is made of, or lacks."""

import pytest

from minicnn.compat.sequences import PyDataset


def test_the_number_of_batches_is_the_length():
    class Three(PyDataset):
        def __len__(self):
            return 3

    assert Three().num_batches == 3
    with pytest.raises(NotImplementedError, match="PyDataset must define __len__"):
        PyDataset().num_batches  # noqa: B018
