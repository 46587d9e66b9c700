"""The library in a few lines: a small network learns to tell seven emotions apart.

python train_from_scratch.py
"""

from minicnn import Sequential, to_categorical
from minicnn.fer import load_synthetic
from minicnn.layers import Conv2D, Dense, Flatten, Input, MaxPooling2D

faces = load_synthetic(train=1050, test=350)
x, y = faces.train.images / 255, to_categorical(faces.train.labels)
x_test, y_test = faces.test.images / 255, to_categorical(faces.test.labels)

model = Sequential([Input((48, 48, 1))])
model.add(Conv2D(8, 5, strides=2, activation="relu"))
model.add(MaxPooling2D())
model.add(Conv2D(16, 3, activation="relu"))
model.add(MaxPooling2D())
model.add(Flatten())
model.add(Dense(len(faces.class_names), activation="softmax"))
model.summary()

model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=16, epochs=15, validation_data=(x_test, y_test))
model.save("small.keras")
