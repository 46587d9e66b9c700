# %% [markdown]
# # Compare with TensorFlow
#
# The same weights and the same data, in Keras on TensorFlow and here: outputs, gradients and moving
# statistics must agree. Needs `python -m pip install tensorflow`.

# %%
import matplotlib.pyplot as plt
import numpy as np

import minicnn
from minicnn.checking.against_tensorflow import compare_first_step, compare_layer
from minicnn.layers import BatchNormalization, Conv2D, Dense, Flatten, Input, MaxPooling2D, ReLU

SIZE = 12
rng = np.random.default_rng(0)

# %% [markdown]
# Layer by layer, in both precisions. `relative` is the largest difference by the largest value.

# %%
rows = []
for dtype in ("float32", "float64"):
    x = rng.normal(size=(4, SIZE, SIZE, 3)).astype(dtype)
    for layer in (Conv2D(8, 3, padding="same"), BatchNormalization(), MaxPooling2D()):
        layer.build(x.shape[1:], rng=0)
        for row in compare_layer(layer, x):
            rows.append((f"{row.layer} {row.array}", dtype, row.relative))
            print(f"{row.layer:24s} {row.array:16s} {dtype} {row.relative:.1e}")

# %% [markdown]
# A whole network: the loss and every gradient of the first step.

# %%
layers = [Conv2D(8, 3), BatchNormalization(), ReLU(), MaxPooling2D(), Flatten()]
model = minicnn.Sequential(
    [Input((SIZE, SIZE, 1)), *layers, Dense(7, activation="softmax")], seed=0
)
x = rng.normal(size=(8, SIZE, SIZE, 1))
targets = np.eye(7)[rng.integers(0, 7, 8)]
differences = compare_first_step(model, x, targets)
print("everything agrees:", all(row.agrees for row in differences))

# %%
figure, ax = plt.subplots(figsize=(6, 4))
for dtype, colour in (("float32", "C0"), ("float64", "C1")):
    shown = [(name, max(value, 1e-18)) for name, kind, value in rows if kind == dtype]
    ax.semilogx([value for _, value in shown], [name for name, _ in shown], "o", color=colour)
ax.set_xlabel("difference from TensorFlow: float32 blue, float64 orange")
plt.tight_layout()
plt.savefig("compare_with_tensorflow.png")
