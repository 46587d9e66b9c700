# %% [markdown]
# # A dense layer by hand
#
# Three numbers go in, two come out. Forward, backward, and a difference that confirms them, with
# numbers small enough for paper. Chapters 1 to 3 of the book explain each step.

# %%
import matplotlib.pyplot as plt
import numpy as np

from minicnn.layers.dense import dense, dense_backward

STEPS = 40
x = np.array([[1.0, 2.0, 3.0]])
w = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]])
b = np.array([0.5, 0.0])
target = np.array([[0.0, 0.0]])

# %% [markdown]
# Forward: the first output is 1 + 0 + 3 + 0.5, the second 0 + 2 - 3.

# %%
y = x @ w + b
print("y", y)

# %% [markdown]
# The loss is half the squared distance from the target, so its derivative for y is the distance.
# Each weight's derivative is its input times that of its output.

# %%
dy = y - target
dx, dw, db = dy @ w.T, x.T @ dy, dy.sum(axis=0)
print("dw", dw, sep="\n")
theirs = dense_backward(dy, dense(x, w, b)[1])
print("the library agrees:", all(map(np.allclose, (dx, dw, db), theirs)))

# %% [markdown]
# A difference: move one weight a little, and see the loss move.


# %%
def loss(w, b):
    """Half the squared distance from the target."""
    return 0.5 * np.sum((x @ w + b - target) ** 2)


h, step = 1e-5, np.zeros_like(w)
step[2, 0] = h
print("measured", (loss(w + step, b) - loss(w - step, b)) / (2 * h), "claimed", dw[2, 0])

# %% [markdown]
# Follow the derivatives downhill, and draw the loss for three step sizes. The last is too large:
# each step overshoots by more than it gains.

# %%
for rate in (0.01, 0.05, 0.14):
    weights, bias, losses = w.copy(), b.copy(), []
    for _ in range(STEPS):
        losses.append(loss(weights, bias))
        dy = x @ weights + bias - target
        weights, bias = weights - rate * x.T @ dy, bias - rate * dy.sum(axis=0)
    plt.semilogy(losses, label=f"rate {rate}")
plt.xlabel("step")
plt.ylabel("loss")
plt.legend()
plt.savefig("dense_by_hand.png")
