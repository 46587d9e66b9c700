# %% [markdown]
# # Look inside the shipped network
#
# Feature maps and Grad-CAM for one face; chapter 16 of the book says what they do not show. Give
# PHOTO the name of a picture of yours.

# %%
import matplotlib.pyplot as plt
import numpy as np

from minicnn.fer import load_pretrained, predict_emotion, synthetic_faces
from minicnn.fer.evaluation.grad_cam import class_activation_maps
from minicnn.fer.figures import feature_maps

PHOTO = ""
FACE = 3
model = load_pretrained("documented")
image = synthetic_faces(FACE + 1).images[FACE]
if PHOTO:
    print(predict_emotion(model, PHOTO))
probabilities = model.predict(image[None].astype(np.float32) / 255, verbose=0)[0]
print("a drawn face:", probabilities.round(2))

# %% [markdown]
# What every layer makes of the face.

# %%
feature_maps(model, image).savefig("feature_maps.png")

# %% [markdown]
# Where the network looks for its answer, by Grad-CAM, and by hiding one part after the other.

# %%
label = int(probabilities.argmax())
cam = class_activation_maps(model, image)[label]
places = range(0, 37, 6)
hidden = np.repeat(image[None].astype(np.float32) / 255, len(places) ** 2, axis=0)
for number, (top, left) in enumerate((t, u) for t in places for u in places):
    hidden[number, top : top + 12, left : left + 12] = image.mean() / 255
fall = probabilities[label] - model.predict(hidden, verbose=0)[:, label]

# %%
figure, axes = plt.subplots(1, 3, figsize=(8, 3))
titles = ("the face", "Grad-CAM", "fall of the probability")
maps = (None, cam, fall.reshape(len(places), -1))
for ax, title, values in zip(axes, titles, maps, strict=True):
    ax.imshow(image[:, :, 0], "gray", extent=(0, 1, 1, 0))
    if values is not None:
        ax.imshow(values, "inferno", alpha=0.6, extent=(0, 1, 1, 0), interpolation="bilinear")
    ax.set_title(title)
    ax.axis("off")
plt.savefig("look_inside.png")
