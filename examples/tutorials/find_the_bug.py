# %% [markdown]
# # Find the bug
#
# One layer of the bug zoo. Read it, guess, let the check speak, and see the repair. Change NAME for
# another; `list(minicnn.bugzoo.BUGS)` has them all, and appendix A of the book explains the hunt.

# %%
import matplotlib.pyplot as plt
import numpy as np

import minicnn
from minicnn.bugzoo import BUGS

NAME = "conv2d-kernel-reversed"
bug = BUGS[NAME]
print(bug.code)

# %% [markdown]
# What do the checks say?

# %%
print(bug.check_it())

# %% [markdown]
# The repair, line by line.

# %%
print(bug.mistake)
print(bug.diff)
print("after the repair:", bug.check_repaired().passed)

# %% [markdown]
# The picture: the gradient of the kernel that this layer claims, and the right one.

# %%
layers = [bug.load()(2), bug.load_repaired()(2)]
x, gradients = np.random.default_rng(0).normal(size=(4, 8, 8, 1)), []
dy = np.random.default_rng(1).normal(size=(4, 6, 6, 2))
for layer in layers:
    layer.build((8, 8, 1), rng=0)
    layer.astype("float64")
    gradients.append(layer.backward(dy, layer.forward(x, training=True)[1])[1]["kernel"])
print("check of the repaired layer:", minicnn.check_gradients(layers[1], x).passed)
figure, axes = plt.subplots(1, 2, figsize=(6, 3))
for ax, title, gradient in zip(axes, ("claimed", "right"), gradients, strict=True):
    ax.imshow(gradient[:, :, 0, 0], "RdBu_r")
    ax.set_title(title)
    ax.axis("off")
plt.savefig("find_the_bug.png")
