"""The task of classifier.py with your own functional Keras model that contains `glasscell.LSTM`.

python examples/functional.py
"""

import keras
import numpy as np
from italy import load

import glasscell

keras.utils.set_random_seed(0)
train, test = load("TRAIN"), load("TEST")
classes, y = np.unique(np.asarray(train.y), return_inverse=True)
y_test = np.searchsorted(classes, np.asarray(test.y))

day = keras.Input((None, 1))  # days of any length
scaling = keras.layers.Normalization()
scaling.adapt(train.x)
h = scaling(day)
h = glasscell.LSTM(32, return_sequences=True)(h)  # instead of keras.layers.LSTM
h = glasscell.LSTM(16, variant="CIFG")(h)  # a cell with coupled gates
answer = keras.layers.Dense(len(classes), activation="softmax")(h)
model = keras.Model(day, answer)

model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
training = glasscell.fit(model, train.x, y, epochs=60, batch_size=16)  # or model.fit(…)
first, *_, last = (logs["loss"] for logs in training.history)
print(f"loss after the first epoch {first:.3f}, after the last {last:.3f}")

right = glasscell.predict(model, test.x).argmax(1) == y_test  # or model.predict(…)
print(f"{right.mean():.3f} of {len(right)} days are classified correctly")
for layer in model.layers:
    if isinstance(layer, glasscell.LSTM):
        print(f"{layer.name} ran as {layer.choice.engine}: {layer.choice.reason}")
