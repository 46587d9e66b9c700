# %% [markdown]
# # Train the network for facial emotions
#
# The documented network, on FER2013 if you have it, else on drawn faces. `minicnn train` does the
# same with checkpoints, augmentation and a report; here are the few lines at its heart.

# %%
import os

import matplotlib.pyplot as plt

from minicnn.fer import (
    ImageBatches,
    evaluate,
    evaluation_report,
    fer_network,
    load_fer2013,
    load_synthetic,
)

EPOCHS, TRAIN, TEST = 3, 4096, 512
path = os.environ.get("MINICNN_FER2013")
data = load_fer2013(path) if path else load_synthetic(train=TRAIN, test=TEST, seed=0)
print(len(data.train.labels), "images to train,", len(data.test.labels), "to judge")

# %% [markdown]
# Batches are shuffled anew in every epoch. The test images are looked at after each epoch, but
# decide nothing.

# %%
model = fer_network(seed=0)
history = model.fit(
    ImageBatches(data.train, batch_size=16, shuffle=True),
    epochs=EPOCHS,
    validation_data=ImageBatches(data.test),
    verbose=0,
)

# %%
result = evaluate(model, data.test)
print(evaluation_report(result))

# %% [markdown]
# The picture: loss and accuracy by epoch.

# %%
figure, axes = plt.subplots(1, 2, figsize=(8, 3))
for ax, name in zip(axes, ("loss", "accuracy"), strict=True):
    epochs = range(1, EPOCHS + 1)
    ax.plot(epochs, history.history[name], "o-", label="training")
    ax.plot(epochs, history.history["val_" + name], "o-", label="other faces")
    ax.set(xlabel="epoch", ylabel=name)
    ax.legend()
plt.savefig("train_fer_network.png")
