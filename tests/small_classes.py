"""A class of two layers, for somebody's ``call``."""

import minicnn
from minicnn import layers

__all__ = ["small"]


class Small(minicnn.Model):
    """Layers for somebody's call."""

    def __init__(self):
        super().__init__()
        self.dense, self.other = layers.Dense(3), layers.Dense(3)
        self.dropout = layers.Dropout(0.5)


def small(call, **attributes):
    return type("Mine", (Small,), {"call": call, **attributes})()
