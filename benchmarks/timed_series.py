"""One network in three libraries for series.py --times: LSTM(64), last and mean h, output layer.

Each contender trains on series of unequal lengths in batches of 16, by Adam with the gradient's
norm clipped at 1. It returns the seconds of building and the first epoch, and those of the
remaining epochs.
"""

import time
from typing import Any

import numpy as np

from glasscell.data import Sequences

UNITS, BATCH = 64, 16


def glasscell(train: Sequences, epochs: int, seed: int) -> tuple[float, float]:
    """Train `LSTMClassifier` without a validation split."""
    import keras

    from glasscell import LSTMClassifier

    ends: list[float] = []
    began = time.perf_counter()
    learner = LSTMClassifier(
        UNITS,
        bidirectional=False,
        read_out="both",
        dropout=0.0,
        batch_size=BATCH,
        epochs=epochs,
        early_stopping=False,
        random_state=seed,
    )
    fitting = learner.prepare(train.x, train.y)
    clock = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: ends.append(time.perf_counter())
    )
    fitting.training.run(epochs, [*fitting.callbacks, clock])
    return ends[0] - began, ends[-1] - ends[0]


def keras_fit(train: Sequences, epochs: int, seed: int) -> tuple[float, float]:
    """Train keras.layers.LSTM with fit."""
    import keras

    keras.utils.set_random_seed(seed)
    x, number, _ = _scaled(train)
    ends: list[float] = []
    began = time.perf_counter()
    series = keras.Input((None, x.shape[-1]))
    h, last, _ = keras.layers.LSTM(UNITS, return_sequences=True, return_state=True)(
        keras.layers.Masking(-10.0)(series)
    )
    both = keras.layers.Concatenate()([last, keras.layers.GlobalAveragePooling1D()(h)])
    model: Any = keras.Model(
        series, keras.layers.Dense(len(train.classes), activation="softmax")(both)
    )
    optimizer = keras.optimizers.Adam(0.003, global_clipnorm=1.0)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    clock = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: ends.append(time.perf_counter())
    )
    model.fit(x, number, epochs=epochs, batch_size=BATCH, callbacks=[clock], verbose=0)
    return ends[0] - began, ends[-1] - ends[0]


def pytorch(train: Sequences, epochs: int, seed: int, threads: int) -> tuple[float, float]:
    """Train torch.nn.LSTM on packed sequences in a plain loop."""
    import torch
    from torch import nn
    from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

    class Classifier(nn.Module):
        def __init__(self, features: int, classes: int):
            super().__init__()
            self.lstm = nn.LSTM(features, UNITS, batch_first=True)
            self.read_out = nn.Linear(2 * UNITS, classes)

        def forward(self, x, lengths):
            packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
            h, (last, _) = self.lstm(packed)
            h, _ = pad_packed_sequence(h, batch_first=True)  # zero beyond the end
            return self.read_out(torch.cat([last[0], h.sum(1) / lengths[:, None]], 1))

    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    x, number, lengths = map(torch.from_numpy, _scaled(train))
    ends: list[float] = []
    began = time.perf_counter()
    model = Classifier(x.shape[-1], len(train.classes))
    optimizer, loss_of = torch.optim.Adam(model.parameters(), 0.003), nn.CrossEntropyLoss()
    for _ in range(epochs):
        for batch in torch.randperm(len(x)).split(BATCH):
            optimizer.zero_grad()
            loss = loss_of(model(x[batch], lengths[batch]), number[batch])
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        ends.append(time.perf_counter())
    return ends[0] - began, ends[-1] - ends[0]


CONTENDERS = {
    "glasscell": glasscell,
    "keras": keras_fit,
    "pytorch-1": lambda *arguments: pytorch(*arguments, threads=1),
    "pytorch-2": lambda *arguments: pytorch(*arguments, threads=2),
}


def _scaled(train: Sequences) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    mean, deviation = np.nanmean(train.x, (0, 1)), np.nanstd(train.x, (0, 1))
    x = np.nan_to_num((train.x - mean) / deviation, nan=-10.0).astype("float32")
    return x, np.unique(np.asarray(train.y), return_inverse=True)[1], train.lengths
