# %% [markdown]
# # Overfit ten images
#
# The quickest test of a new network: can it learn ten images by heart? If not, something is broken.
# Chapter 15 of the book says what the curves tell.

# %%
import matplotlib.pyplot as plt
import numpy as np

import minicnn
from minicnn.fer import synthetic_faces
from minicnn.layers import Conv2D, Dense, Flatten, Input, MaxPooling2D, Softmax

STEPS = 40
faces = synthetic_faces(10)
x, labels = faces.images.astype(np.float32) / 255, faces.labels


# %%
def losses(rate, *end):
    """Train a small network on the ten images; return its losses."""
    layers = [Input((48, 48, 1)), Conv2D(8, 3, activation="relu"), MaxPooling2D(3)]
    layers += [Conv2D(16, 3, activation="relu"), MaxPooling2D(3), Flatten(), Dense(7), Softmax()]
    model = minicnn.Sequential([*layers, *end], seed=0)
    model.compile(minicnn.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    return model.fit(x, labels, batch_size=10, epochs=STEPS, verbose=0).history["loss"]


trials = {
    "right": losses(0.01),
    "rate too small": losses(0.00001),
    "softmax twice": losses(0.01, Softmax()),
}

# %% [markdown]
# Three losses to compare with: of a network that knows nothing, that knows only how frequent the
# labels are, and the floor of a softmax that is applied twice.

# %%
shares = np.bincount(labels) / len(labels)
marks = {
    "knows nothing": np.log(7),
    "knows frequencies": -np.sum(shares * np.log(shares)),
    "floor of two softmaxes": -np.log(np.e / (np.e + 6)),
}
for name, mark in marks.items():
    print(f"{name}: {mark:.3f}")
    plt.axhline(mark, color="gray", linestyle=":")
for name, curve in trials.items():
    plt.plot(curve, label=name)
plt.xlabel("step")
plt.ylabel("loss on ten images")
plt.legend()
plt.savefig("overfit_ten_images.png")
