# %% [markdown]
# # Fine-tune the shipped network on a folder of your own
#
# The network was trained on photographs and knows little about drawings. A few epochs with a new
# last layer change that. FOLDER holds one subfolder of pictures for each class; without one, drawn
# faces are written to `faces/`.

# %%
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

import minicnn
from minicnn.fer import EMOTIONS, load_pretrained, synthetic_faces
from minicnn.layers import Dense, Input

FOLDER = "faces"
EPOCHS, DRAWN = 5, 280

# %%
folder = Path(FOLDER)
if not folder.is_dir():
    faces = synthetic_faces(DRAWN)
    for number, (image, label) in enumerate(zip(faces.images, faces.labels, strict=True)):
        path = folder / EMOTIONS[label] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[:, :, 0]).save(path)

# %% [markdown]
# Read the pictures, grey and 48 x 48. Every fourth judges.

# %%
classes = sorted(path.name for path in folder.iterdir() if path.is_dir())
files = sorted(folder.glob("*/*.png"))
images = np.stack([np.asarray(Image.open(one).convert("L").resize((48, 48))) for one in files])
x = images[..., None].astype(np.float32) / 255
labels = np.array([classes.index(one.parent.name) for one in files])
judges = np.arange(len(files)) % 4 == 0

# %% [markdown]
# Everything but the last two layers is kept as it is. Their outputs are the features, computed
# once, and a new dense layer learns from them.

# %%
model = load_pretrained("documented")
features = minicnn.Sequential([Input((48, 48, 1)), *model.layers[:20]])
features.trainable = False
values = features.predict(x, verbose=0).reshape(len(x), -1)
head = minicnn.Sequential(
    [Input(values.shape[1:]), Dense(len(classes), activation="softmax")], seed=0
)
head.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = head.fit(
    values[~judges],
    labels[~judges],
    epochs=EPOCHS,
    validation_data=(values[judges], labels[judges]),
    verbose=0,
)

# %% [markdown]
# As it came, and with the new last layer, on the pictures that judge.

# %%
answers = [EMOTIONS[k] for k in model.predict(x[judges], verbose=0).argmax(axis=1)]
before = np.mean([classes[k] == one for k, one in zip(labels[judges], answers, strict=True)])
print(f"before {before:.0%}, after {history.history['val_accuracy'][-1]:.0%}")
plt.axhline(before, color="gray", linestyle=":")
plt.plot(range(1, EPOCHS + 1), history.history["val_accuracy"], "o-")
plt.xlabel("epoch")
plt.ylabel("accuracy on the pictures that judge")
plt.savefig("fine_tune.png")
