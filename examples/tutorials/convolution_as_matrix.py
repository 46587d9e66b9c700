# %% [markdown]
# # A convolution is a matrix product
#
# Cut every window out of an image, lay it down as a row, and a convolution is one product with the
# filters as columns. Chapter 9 of the book uses this for the gradients.

# %%
import matplotlib.pyplot as plt
import numpy as np

from minicnn.fer import synthetic_faces
from minicnn.layers.conv2d import conv2d

SIZE = 48
image = synthetic_faces(4).images[3, :SIZE, :SIZE, 0] / 255
filters = {
    "upright edges": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "level edges": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "blur": [[1 / 9] * 3] * 3,
}

# %% [markdown]
# The windows as rows: for each of the nine places in a window, the pixels that stand there.

# %%
h, w = image.shape
rows = np.stack(
    [image[i : i + h - 2, j : j + w - 2].ravel() for i in range(3) for j in range(3)], axis=1
)
columns = np.stack([np.ravel(one) for one in filters.values()], axis=1)
print("windows", rows.shape, "times filters", columns.shape)

# %% [markdown]
# One product does all three convolutions. The library gives the same.

# %%
y = (rows @ columns).reshape(h - 2, w - 2, 3)
theirs, _ = conv2d(image[None, :, :, None], columns.reshape(3, 3, 1, 3), np.zeros(3))
print("the library agrees:", np.allclose(y, theirs[0]))

# %% [markdown]
# Backward is a matrix product as well: a transposed one. Each pixel was copied into up to nine
# windows, so the way back adds up to nine numbers for it.

# %%
drows = np.ones_like(y).reshape(-1, 3) @ columns.T
dx = np.zeros_like(image)
for place in range(9):
    i, j = divmod(place, 3)
    dx[i : i + h - 2, j : j + w - 2] += drows[:, place].reshape(h - 2, w - 2)
print(
    "a corner pixel is in one window, an inner one in nine:", dx[0, 0].round(2), dx[5, 5].round(2)
)

# %%
figure, axes = plt.subplots(1, 4, figsize=(9, 2.5))
for ax, title, values in zip(
    axes, ["the image", *filters], [image, *y.transpose(2, 0, 1)], strict=True
):
    ax.imshow(values, "gray")
    ax.set_title(title)
    ax.axis("off")
plt.savefig("convolution_as_matrix.png")
