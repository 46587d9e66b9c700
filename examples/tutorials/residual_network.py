# %% [markdown]
# # A residual network on handwritten digits
#
# A block that adds its input to its output: the gradient has a way past every layer. The digits
# come with scikit-learn. Source: He, Zhang, Ren, Sun 2016, "Deep residual learning".

# %%
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import minicnn
from minicnn.layers import (
    Add,
    BatchNormalization,
    Conv2D,
    Dense,
    GlobalAveragePooling2D,
    Input,
    ReLU,
)

EPOCHS, BLOCKS = 8, 3
digits = load_digits()
order = np.random.default_rng(0).permutation(len(digits.target))
x = digits.images[order, :, :, None].astype(np.float32) / 16
labels = digits.target[order]


# %%
def block(x, residual):
    """Two convolutions, and the input added to what they make of it."""
    y = ReLU()(BatchNormalization(momentum=0.9)(Conv2D(16, 3, padding="same")(x)))
    y = BatchNormalization(momentum=0.9)(Conv2D(16, 3, padding="same")(y))
    return ReLU()(Add()([x, y]) if residual else y)


def network(residual):
    """Return a network of 2 BLOCKS + 1 convolutions."""
    inputs = Input((8, 8, 1))
    y = ReLU()(Conv2D(16, 3, padding="same")(inputs))
    for _ in range(BLOCKS):
        y = block(y, residual)
    outputs = Dense(10, activation="softmax")(GlobalAveragePooling2D()(y))
    model = minicnn.Model(inputs, outputs, seed=0)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% [markdown]
# The same network with and without the additions. 360 digits judge.

# %%
for residual, name in ((True, "residual"), (False, "plain")):
    history = network(residual).fit(
        x[360:],
        labels[360:],
        batch_size=64,
        epochs=EPOCHS,
        validation_data=(x[:360], labels[:360]),
        verbose=0,
    )
    print(f"{name}: {history.history['val_accuracy'][-1]:.1%} of the other digits")
    plt.plot(range(1, EPOCHS + 1), history.history["loss"], label=name)
plt.xlabel("epoch")
plt.ylabel("training loss")
plt.legend()
plt.savefig("residual_network.png")
