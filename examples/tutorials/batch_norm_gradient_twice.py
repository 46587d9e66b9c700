# %% [markdown]
# # Batch normalisation's gradient, twice
#
# Once step by step along the graph, once as one formula. Both must agree with each other, with the
# library, and with differences. Chapter 11 of the book derives them.

# %%
import matplotlib.pyplot as plt
import numpy as np

import minicnn
from minicnn.layers import BatchNormalization

SAMPLES = 12
rng = np.random.default_rng(0)
x, dy = rng.normal(2, 3, size=(SAMPLES, 4)), rng.normal(size=(SAMPLES, 4))
gamma, beta, epsilon = np.array([0.5, 2.0, -1.0, 1.0]), np.zeros(4), 1e-3

# %% [markdown]
# Forward, keeping every intermediate value.

# %%
mean = x.mean(axis=0)
deviation = x - mean
variance = np.mean(deviation**2, axis=0)
inverse = 1 / np.sqrt(variance + epsilon)
normalised = deviation * inverse
y = gamma * normalised + beta

# %% [markdown]
# **Along the graph**, from the end: where a value forks, what comes back adds up.

# %%
dnormalised = dy * gamma
dinverse = np.sum(dnormalised * deviation, axis=0)
dvariance = dinverse * -0.5 * inverse**3
ddeviation = dnormalised * inverse + dvariance * 2 * deviation / SAMPLES
dmean = -ddeviation.sum(axis=0)
by_graph = ddeviation + dmean / SAMPLES

# %% [markdown]
# **As one formula**: take away the mean, and the part along the normalised values.

# %%
dgamma = np.sum(dy * normalised, axis=0)
by_formula = gamma * inverse * (dy - dy.mean(axis=0) - normalised * dgamma / SAMPLES)
print("graph and formula agree:", np.allclose(by_graph, by_formula))

# %% [markdown]
# The library's layer, and differences.

# %%
layer = BatchNormalization(epsilon=epsilon)
layer.build((4,))
layer.astype("float64")
layer.params["gamma"] = gamma
dx, _ = layer.backward(dy, layer.forward(x, training=True)[1])
print("the library agrees:", np.allclose(dx, by_formula))
print(minicnn.check_gradients(layer, x))

# %% [markdown]
# The picture: the gradient with mean and variance held constant, a common mistake, against the
# right one. The mistake looks plausible, and is wrong everywhere by a little.

# %%
plt.figure(figsize=(4, 4))
plt.axline((0, 0), slope=1, color="gray")
plt.plot(by_formula.ravel(), (dy * gamma * inverse).ravel(), ".")
plt.xlabel("right gradient")
plt.ylabel("statistics taken as constants")
plt.tight_layout()
plt.savefig("batch_norm_gradient_twice.png")
