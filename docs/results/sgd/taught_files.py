"""Write what compact-taught-new.toml names: runs/new.keras, and its teacher, runs/teacher.keras.

T1 is the compact network that shipped before:

  git show 739ec17:minicnn/fer/models/compact_network.keras > runs/t1.keras
  python docs/results/sgd/taught_files.py runs/t1.keras
"""

from __future__ import annotations

import sys

from minicnn import Input, Model, Sequential, load_model
from minicnn.fer import compact_network, load_pretrained, set_expectations
from minicnn.layers import Average

#: Half the dropout of the compact network.
RATES = (0.05, 0.1, 0.15, 0.15, 0.3)


def new_network() -> Sequential:
    """Return the compact network with new weights and half the dropout."""
    model = compact_network(seed=0)
    config = model.get_config()
    dropouts = [layer for layer in config["layers"] if layer["class_name"] == "Dropout"]
    for layer, rate in zip(dropouts, RATES, strict=True):
        layer["config"]["rate"] = rate
    new = Sequential.from_config(config)
    new.set_weights(model.get_weights())
    return new


def mean_of(models: list[Model]) -> Model:
    """Return a model whose probabilities are the mean of theirs."""
    images = Input((48, 48, 1))
    return Model(images, Average()([model(images) for model in models]), name="teacher")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    teacher = mean_of([load_pretrained("documented"), load_model(sys.argv[1])])
    for name, model in (("new", new_network()), ("teacher", teacher)):
        set_expectations(model, "alphabetical", "0..1")
        model.save(f"runs/{name}.keras")
