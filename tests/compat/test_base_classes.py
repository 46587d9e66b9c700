"""Classes with call, and the base classes of somebody's own between them and the library's."""

from abc import ABC, abstractmethod

import numpy as np
import pytest

import minicnn
from minicnn import layers
from minicnn.configurable import DefinitionError

VECTORS = np.random.default_rng(0).normal(size=(4, 5)).astype(np.float32)


def test_a_layer_without_call_may_be_the_base_of_classes_with_one():
    class Base(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units

    class Middle(Base):
        def make(self):
            return layers.Dense(self.units)

    class First(Middle):
        def __init__(self, units):
            super().__init__(units, name="one")
            self.dense = self.make()

        def call(self, x):
            return self.dense(x)

    class Second(First):
        def call(self, x):
            return minicnn.activations.relu(super().call(x))

    for cls in (First, Second):
        block = cls(3)
        assert (block(VECTORS).shape, block.name) == ((4, 3), "one")
        assert isinstance(block, Base)


@pytest.mark.parametrize("below", [False, True])
def test_what_has_forward_keeps_it(below):
    class Base(layers.Layer):
        pass

    def forward(self, x, *, training, key):
        return 2 * x, ()

    if below:

        class Other(Base):
            pass

        Other.forward = forward
    else:
        Base.forward = forward
    with pytest.raises(DefinitionError, match=r"^Mine: call would never be called"):
        type("Mine", (Base,), {"call": lambda self, x: x})


@pytest.mark.parametrize("base", [minicnn.Model, layers.Layer])
@pytest.mark.parametrize("abstract_first", [False, True])
def test_abstract_classes_and_mixins(base, abstract_first):
    class Named:
        def title(self):
            return f"the {self.name}"

    bases = (ABC, base) if abstract_first else (base, ABC)
    with_call = type(ABC)("WithCall", bases, {"call": abstractmethod(lambda self, x: None)})

    class Mine(Named, with_call):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(3)

        def call(self, x):
            return self.dense(x)

    mine = Mine()
    assert (mine(VECTORS).shape, mine.title()) == ((4, 3), "the mine")
    with pytest.raises(TypeError, match="abstract"):
        with_call()


@pytest.mark.parametrize("base", [minicnn.Sequential, layers.Dense, layers.Dropout])
def test_rows_and_layers_compute_what_they_did(base):
    with pytest.raises(DefinitionError, match=r"^Mine: call would never be called"):
        type("Mine", (base,), {"call": lambda self, x: x})


def test_a_layer_has_one_way_to_compute():
    methods = {"call": lambda self, x: x, "forward": lambda self, x, *, training, key: (x, ())}
    with pytest.raises(DefinitionError, match=r"^Mine: call would never be called"):
        type("Mine", (layers.Layer,), methods)
