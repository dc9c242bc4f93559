"""The effect of `glasscell.replace` on the training time of typical Keras models: an epoch each.

    python benchmarks/replaced.py

Each model is built as in Keras's examples. The model and its copy are trained by `fit` on random
series, alternately.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import statistics
import time
from typing import Any

import keras
import numpy as np

import glasscell

KINDS: Any = keras.layers
RNG = np.random.default_rng(0)
REPETITIONS = 3
N = 512


def imdb() -> tuple[Any, Any, Any]:
    """Return the bidirectional LSTM of Keras's IMDB example with 5,000 words; random reviews."""
    inputs = keras.Input((None,), dtype="int32")
    x = KINDS.Embedding(5000, 128)(inputs)
    x = KINDS.Bidirectional(KINDS.LSTM(64, return_sequences=True))(x)
    x = KINDS.Bidirectional(KINDS.LSTM(64))(x)
    model = keras.Model(inputs, KINDS.Dense(1, activation="sigmoid")(x))
    return model, RNG.integers(1, 5000, (N, 100)), RNG.integers(0, 2, (N, 1)).astype("float32")


def seq2seq() -> tuple[Any, Any, Any]:
    """Return the character-level translator of Keras's example, and random sentences."""
    source, target = keras.Input((None, 70)), keras.Input((None, 90))
    _, h, c = KINDS.LSTM(256, return_state=True)(source)
    out, *_ = KINDS.LSTM(256, return_sequences=True, return_state=True)(
        target, initial_state=[h, c]
    )
    model = keras.Model([source, target], KINDS.Dense(90, activation="softmax")(out))
    x = [
        RNG.normal(size=(N, 16, 70)).astype("float32"),
        RNG.normal(size=(N, 40, 90)).astype("float32"),
    ]
    return model, x, np.eye(90, dtype="float32")[RNG.integers(0, 90, (N, 40))]


def stateful() -> tuple[Any, Any, Any]:
    """Return a model that continues where the last batch ended."""
    model = keras.Sequential(
        [keras.Input(batch_shape=(32, 50, 8)), KINDS.LSTM(64, stateful=True), KINDS.Dense(1)]
    )
    return (
        model,
        RNG.normal(size=(N, 50, 8)).astype("float32"),
        RNG.normal(size=(N, 1)).astype("float32"),
    )


def frames() -> tuple[Any, Any, Any]:
    """Return a small CNN on each frame of a film, then an LSTM."""
    cnn = keras.Sequential(
        [keras.Input((16, 16, 1)), KINDS.Conv2D(8, 3, activation="relu"), KINDS.Flatten()]
    )
    model = keras.Sequential(
        [keras.Input((None, 16, 16, 1)), KINDS.TimeDistributed(cnn), KINDS.LSTM(64), KINDS.Dense(1)]
    )
    return (
        model,
        RNG.normal(size=(N, 20, 16, 16, 1)).astype("float32"),
        RNG.normal(size=(N, 1)).astype("float32"),
    )


def epoch(model: Any, x: Any, y: Any) -> float:
    """Return the seconds of one epoch in batches of 32."""
    start = time.perf_counter()
    model.fit(x, y, batch_size=32, epochs=1, shuffle=False, verbose=0)
    return time.perf_counter() - start


def main() -> None:
    """Print a table."""
    print("| model | Keras, s per epoch | replaced | Keras ÷ replaced |\n| --- | --- | --- | --- |")
    for name, make in (
        ("IMDB", imdb),
        ("seq2seq", seq2seq),
        ("stateful", stateful),
        ("CNN-LSTM", frames),
    ):
        model, x, y = make()
        model.compile("adam", "mse")
        ours = glasscell.replace(model)
        seconds: dict[str, list[float]] = {"keras": [], "ours": []}
        for repetition in range(REPETITIONS + 1):
            for side, one in (("keras", model), ("ours", ours)):
                took = epoch(one, x, y)
                if repetition:  # the first repetition traces
                    seconds[side].append(took)
        before, after = (statistics.median(seconds[side]) for side in ("keras", "ours"))
        ranges = [
            f"{statistics.median(v):.2f} ({min(v):.2f}–{max(v):.2f})" for v in seconds.values()
        ]
        print(f"| {name} | {ranges[0]} | {ranges[1]} | {before / after:.1f} |", flush=True)


if __name__ == "__main__":
    main()
