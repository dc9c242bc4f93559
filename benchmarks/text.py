"""Training and generation by a language model: characters per second, also in PyTorch and Keras.

    python benchmarks/text.py   needs the extra "peers"; see README.md in this folder

All train the same network on the same symbols: an embedding of 64, LSTMs, an output layer of 100
logits; 64 streams with states carried over, pieces of 100, Adam, the gradient's norm clipped at 1.
A call is ten updates, or 200 characters written one after another. Every repetition runs all
contenders in a rotating order. Tracing is not timed.
"""

import argparse
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import timing
from timing import OURS, Timed

C, E, STREAMS, PIECE, UPDATES, WRITTEN = 100, 64, 64, 100, 10, 200
RATE = 0.002


class Shape(NamedTuple):
    """H units in each of several layers."""

    units: int
    layers: int

    def __str__(self) -> str:
        return f"{self.units} × {self.layers}"


SHAPES = (Shape(256, 1), Shape(512, 2))


def made_text() -> Any:
    """Return random symbols, enough for a few epochs."""
    import numpy as np

    return (
        np.random.default_rng(0).integers(2, C, size=STREAMS * PIECE * 4 * UPDATES).astype("int32")
    )


def ours(shape: Shape) -> Timed:
    """Train as `glasscell train TEXT` does."""
    import keras

    from glasscell.tasks.language.network import build_language_network, parts_of
    from glasscell.training.streams import LN2, StreamBatches, StreamTraining, bits_per_symbol

    network = build_language_network(C, units=[shape.units] * shape.layers, embedding=E)
    network.compile(keras.optimizers.Adam(RATE), bits_per_symbol)  # pyright: ignore
    batches = StreamBatches(made_text(), streams=STREAMS, piece=PIECE, steps=UPDATES)
    training = StreamTraining(network, parts_of(network), batches, clip_norm=1 / LN2)
    return Timed(lambda: training.run(training.epoch + 1))


def keras_fit(shape: Shape) -> Timed:
    """Train stateful Keras layers by `fit`."""
    import keras

    text = keras.Input(batch_shape=(STREAMS, PIECE), dtype="int32")
    h: Any = keras.layers.Embedding(C, E)(text)
    for _ in range(shape.layers):
        h = keras.layers.LSTM(shape.units, return_sequences=True, stateful=True)(h)
    model: Any = keras.Model(text, keras.layers.Dense(C)(h))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(RATE, global_clipnorm=1.0), loss)
    x, y = _pieces()
    return Timed(lambda: model.fit(x, y, batch_size=STREAMS, shuffle=False, epochs=1, verbose=0))


def pytorch(shape: Shape, threads: int) -> Timed:
    """Train torch.nn.LSTM in a plain loop, time-major."""
    import torch

    parts = _torch_parts(shape)
    parameters = [p for part in parts for p in part.parameters()]
    optimizer, loss_of = torch.optim.Adam(parameters, RATE), torch.nn.CrossEntropyLoss()
    embedding, lstm, read_out = parts
    x, y = (torch.from_numpy(v.astype("int64")).split(STREAMS) for v in _pieces())
    kept: list[Any] = [None]

    def train() -> None:
        for text, following in zip(x, y, strict=True):
            optimizer.zero_grad()
            h, state = lstm(embedding(text.T), kept[0])
            kept[0] = tuple(v.detach() for v in state)
            loss_of(read_out(h).reshape(-1, C), following.T.reshape(-1)).backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()

    return Timed(train, partial(torch.set_num_threads, threads))


def our_writing(shape: Shape) -> Timed:
    """Write text as `glasscell write` does."""
    from glasscell.data.texts.alphabet import Alphabet
    from glasscell.tasks.language.network import build_language_network
    from glasscell.tasks.language.numpy_model import plain_language_model
    from glasscell.tasks.language.writing import write

    network = build_language_network(C, units=[shape.units] * shape.layers, embedding=E)
    model = plain_language_model(network, Alphabet("".join(map(chr, range(32, 30 + C)))))
    return Timed(lambda: "".join(write(model, length=WRITTEN)))


def pytorch_writing(shape: Shape, threads: int) -> Timed:
    """Draw one character after another from torch.nn.LSTM."""
    import torch

    embedding, lstm, read_out = _torch_parts(shape)

    def write() -> list[int]:
        number, state, written = torch.zeros((1, 1), dtype=torch.int64), None, []
        with torch.inference_mode():
            for _ in range(WRITTEN):
                h, state = lstm(embedding(number), state)
                number = torch.multinomial(torch.softmax(read_out(h[0]), -1), 1)
                written.append(int(number))
        return written

    return Timed(write, partial(torch.set_num_threads, threads))


def _torch_parts(shape: Shape) -> Any:
    import torch

    torch.manual_seed(0)
    lstm = torch.nn.LSTM(E, shape.units, shape.layers)
    return torch.nn.Embedding(C, E), lstm, torch.nn.Linear(shape.units, C)


def _pieces() -> Any:
    """Return ten pieces of all streams, and the same shifted by one symbol: (10 · 64, 100)."""
    import numpy as np

    text = made_text()
    starts = np.arange(STREAMS) * (len(text) // STREAMS)
    places = (starts[None, :] + PIECE * np.arange(UPDATES)[:, None]).reshape(-1, 1) + np.arange(
        PIECE
    )
    return text[places], text[places + 1]


TRAINING: dict[str, Callable[[Shape], Timed]] = {
    OURS: ours,
    "keras": keras_fit,
    "pytorch-1": partial(pytorch, threads=1),
    "pytorch-2": partial(pytorch, threads=2),
}
WRITING: dict[str, Callable[[Shape], Timed]] = {
    OURS: our_writing,
    "pytorch-1": partial(pytorch_writing, threads=1),
    "pytorch-2": partial(pytorch_writing, threads=2),
}


def measure(
    console: Any, title: str, ways: dict[str, Any], shape: Shape, characters: int, options: Any
) -> Any:
    """Time contenders in rotation, print characters per second, and return measurements."""
    able, left_out = {}, {}
    for name in (name for name in ways if name in options.only):
        try:
            able[name] = ways[name](shape)
        except ModuleNotFoundError as error:
            left_out[name] = f"{error.name} is not installed: pip install glasscell[peers]"
    seconds = timing.time_in_turn(able, options.repetitions)
    summary = timing.summarise(seconds)
    table = timing.new_table(
        console, f"{title}, {shape} units", "median (min–max)", "characters/s", f"time ÷ {OURS}'s"
    )
    for name, row in summary["contenders"].items():
        rates = timing.spread(characters / s for s in seconds[name])
        table.add_row(name, timing.spread_text(rates), timing.ratio_text(row.get("ratio_to_ours")))
    console.print(table)
    if summary["ours_to_best_peer"]:
        ratio = timing.ratio_text(summary["ours_to_best_peer"])
        console.print(f"{OURS}'s time ÷ {summary['best_peer']}'s, the best peer: {ratio}")
    for name, reason in left_out.items():
        console.print(f"{name}: {reason}")
    console.print()
    return {
        "shape": shape._asdict(),
        "characters": characters,
        "seconds": seconds,
        "summary": summary,
    }


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description="Time a language model: training and writing.")
    timing.add_options(parser, TRAINING, TRAINING)
    options = parser.parse_args()
    timing.check_options(parser, options)
    console = timing.open_console(options.json)
    timing.warn_if_busy(console)
    setting = timing.describe_setting("torch")
    timing.show_setting(console, setting, "torch")
    results = []
    for shape in SHAPES:
        results.append(
            measure(console, "training", TRAINING, shape, STREAMS * PIECE * UPDATES, options)
        )
        results.append(measure(console, "writing", WRITING, shape, WRITTEN, options))
    timing.write_json(options.json, {"setting": setting, "results": results})


if __name__ == "__main__":
    main()
