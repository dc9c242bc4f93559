"""The original tutorial's training, 100 epochs of 14 × 100 digits, in glasscell and its peers.

    python benchmarks/article.py   needs the extra "peers"; see README.md in this folder

Each contender is a short function, an example of the use of its library. It builds its model,
trains it, and passes the measures of each epoch to `on_epoch`. A repetition runs all contenders in
a rotating order.
"""

import argparse
import functools
import gc
import logging
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from typing import Any

import timing

OnEpoch = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Task:
    """The input of every contender: x (N, 8, 8) from 0 to 16, y one-hot (N, 10), and epochs."""

    x: Any
    y: Any
    x_test: Any
    y_test: Any
    epochs: int
    seed: int

    def batches(self) -> list[slice]:
        """Return the batches of 100 images in fixed order; remaining images are not used."""
        return [slice(end - 100, end) for end in range(100, len(self.x) + 1, 100)]


def glasscell(task: Task, on_epoch: OnEpoch, jit_compile: bool = False) -> None:
    """Train the model of the original tutorial as `glasscell train` does."""
    import keras

    from glasscell import article
    from glasscell.settings.article import DigitsSettings
    from glasscell.training.epoch_graph import Training

    digits = article.Digits(task.x, task.x_test, task.y, task.y_test)
    training = article.prepare(DigitsSettings(seed=task.seed), digits)
    if jit_compile:
        training = Training(
            training.model, training.batches, measures=training.measures, jit_compile=True
        )
    training.run(
        task.epochs, [keras.callbacks.LambdaCallback(on_epoch_end=lambda _, logs: on_epoch(logs))]
    )


def keras_model(seed: int, **options: Any) -> Any:
    """Return a classifier with Keras's own LSTM, compiled."""
    import keras

    keras.utils.set_random_seed(seed)
    layers = [
        keras.Input((8, 8)),
        keras.layers.LSTM(50),
        keras.layers.Dense(10, activation="softmax"),
    ]
    model = keras.Sequential(layers)
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"], **options)
    return model


def keras_fit(task: Task, on_epoch: OnEpoch) -> None:
    """Train Keras's model in the usual way: arrays and `fit`."""
    import keras

    used = task.batches()[-1].stop
    keras_model(task.seed).fit(
        task.x[:used],
        task.y[:used],
        batch_size=100,
        epochs=task.epochs,
        shuffle=False,
        validation_data=(task.x_test, task.y_test),
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=lambda _, logs: on_epoch(logs))],
        verbose=0,
    )


def keras_fit_at_its_best(task: Task, on_epoch: OnEpoch) -> None:
    """Train the same model with what speeds up `fit`: cached tf.data, a call per epoch, XLA."""
    import keras
    import tensorflow as tf

    train = (
        tf.data.Dataset.from_tensor_slices((task.x, task.y)).batch(100, drop_remainder=True).cache()
    )
    test = (
        tf.data.Dataset.from_tensor_slices((task.x_test, task.y_test))
        .batch(len(task.x_test))
        .cache()
    )
    keras_model(task.seed, steps_per_execution=len(train), jit_compile=True).fit(
        train,
        epochs=task.epochs,
        shuffle=False,
        validation_data=test,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=lambda _, logs: on_epoch(logs))],
        verbose=0,
    )


def pytorch(task: Task, on_epoch: OnEpoch, threads: int) -> None:
    """Train PyTorch's LSTM in a loop as in PyTorch's tutorials."""
    import torch
    from torch import nn

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(8, 50, batch_first=True)
            self.read_out = nn.Linear(50, 10)

        def forward(self, x):
            h, _ = self.lstm(x)
            return self.read_out(h[:, -1])

    torch.set_num_threads(threads)
    torch.manual_seed(task.seed)
    x, x_test = torch.from_numpy(task.x), torch.from_numpy(task.x_test)
    y, y_test = torch.from_numpy(task.y).argmax(1), torch.from_numpy(task.y_test).argmax(1)
    model = Classifier()
    optimizer = torch.optim.Adam(model.parameters())
    loss_of = nn.CrossEntropyLoss(reduction="sum")
    batches = task.batches()

    def accuracy(x, y):
        return (model(x).argmax(1) == y).float().mean().item()

    for _ in range(task.epochs):
        for batch in batches:
            optimizer.zero_grad()
            loss_of(model(x[batch]), y[batch]).backward()
            optimizer.step()
        with torch.no_grad():
            loss = loss_of(model(x[batches[-1]]), y[batches[-1]]).item()
            on_epoch(
                {
                    "loss": loss,
                    "accuracy": accuracy(x[:500], y[:500]),
                    "val_accuracy": accuracy(x_test, y_test),
                }
            )


def original(task: Task, on_epoch: OnEpoch, scan: bool) -> None:
    """Train the original model as in TensorFlow 1: a static graph, and a session with feeds.

    The steps are a loop in the graph, `tf.scan`, with an output layer at each step, or unrolled.
    """
    import tensorflow as tf

    tf1: Any = tf.compat.v1
    with tf.Graph().as_default(), tf1.Session() as session:
        tf1.set_random_seed(task.seed)
        x, y = tf1.placeholder("float32", (None, 8, 8)), tf1.placeholder("float32", (None, 10))
        w, b = tf1.Variable(tf.zeros((8 + 50, 4 * 50))), tf1.Variable(tf.zeros((4 * 50,)))
        w_out = tf1.Variable(tf1.truncated_normal((50, 10), stddev=0.01))
        b_out = tf1.Variable(tf1.truncated_normal((10,), stddev=0.01))

        def step(state, x_t):
            h, c = state
            z, i, f, o = tf.split(tf.matmul(tf.concat([x_t, h], 1), w) + b, 4, 1)
            c = c * tf.sigmoid(f) + tf.tanh(z) * tf.sigmoid(i)
            return c * tf.sigmoid(o), c

        def read_out(h):
            return tf.tanh(tf.matmul(h, w_out) + b_out)

        zero = tf.zeros((tf.shape(x)[0], 50))
        if scan:
            h, _ = tf.scan(step, tf.transpose(x, (1, 0, 2)), (zero, zero))
            logits = tf.map_fn(read_out, h)[-1]
        else:
            logits = read_out(functools.reduce(step, tf.unstack(x, axis=1), (zero, zero))[0])
        loss = tf.reduce_sum(tf.nn.softmax_cross_entropy_with_logits(y, logits))
        accuracy = tf.reduce_mean(
            tf.cast(tf.equal(tf.argmax(logits, 1), tf.argmax(y, 1)), tf.float32)
        )
        train = tf1.train.AdamOptimizer().minimize(loss)
        session.run(tf1.global_variables_initializer())

        def run(what, images):
            return session.run(what, dict(zip((x, y), images, strict=True)))

        batches = [(task.x[batch], task.y[batch]) for batch in task.batches()]
        for _ in range(task.epochs):
            for images in batches:
                run(train, images)
            on_epoch(
                {
                    "loss": run(loss, batches[-1]),
                    "accuracy": run(accuracy, (task.x[:500], task.y[:500])),
                    "val_accuracy": run(accuracy, (task.x_test, task.y_test)),
                }
            )


@dataclass(frozen=True)
class Contender:
    """A training function, its options, and its differences from the original tutorial."""

    train: Callable[..., None]
    options: dict[str, Any]
    differs: str = ""


TORCH = "tanh after the memory cell, none after the output layer, the library's initial weights"
KERAS = (
    f"{TORCH}; loss and accuracy are running means over the epoch, which saves two of three "
    f"measures"
)
LAST = "output at the last step only"
CONTENDERS = {
    "glasscell": Contender(glasscell, {}, LAST),
    "glasscell-xla": Contender(glasscell, {"jit_compile": True}, LAST),
    "keras": Contender(keras_fit, {}, KERAS),
    "keras-best": Contender(keras_fit_at_its_best, {}, KERAS),
    "pytorch-1": Contender(pytorch, {"threads": 1}, TORCH),
    "pytorch-2": Contender(pytorch, {"threads": 2}, TORCH),
    "tf1-scan": Contender(original, {"scan": True}),
    "tf1-unrolled": Contender(original, {"scan": False}, LAST),
}


@dataclass(frozen=True)
class Timing:
    """Seconds of one training: `first` has building, compiling and one epoch, `rest` the others."""

    first: float
    rest: float
    total: float
    loss: float
    accuracy: float
    val_accuracy: float


def measure(contender: Contender, task: Task) -> Timing:
    """Time one training from scratch."""
    import keras

    keras.backend.clear_session()
    gc.collect()
    time.sleep(timing.SETTLING_SECONDS)
    ends: list[float] = []
    logs: dict[str, Any] = {}

    def on_epoch(measured: dict[str, Any]) -> None:
        ends.append(time.perf_counter())
        logs.update(measured)

    began = time.perf_counter()
    contender.train(task, on_epoch, **contender.options)
    total = time.perf_counter() - began
    if len(ends) != task.epochs:
        raise RuntimeError(
            f"{contender.train.__name__} reported {len(ends)} epochs, expected {task.epochs}"
        )
    measures = {name: float(logs[name]) for name in ("loss", "accuracy", "val_accuracy")}
    return Timing(ends[0] - began, total - (ends[0] - began), total, **measures)


def compete(
    names: list[str], epochs: int, repetitions: int
) -> tuple[dict[str, list[Timing]], dict[str, str]]:
    """Run all contenders in rotation; return their timings, and why some could not run."""
    from rich.console import Console
    from rich.progress import track

    from glasscell.console.startup import import_quietly

    digits = import_quietly(partial(import_module, "glasscell.article")).load_data()
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # of retracing, which is intended here

    def task(epochs: int, seed: int) -> Task:
        return Task(digits.x_train, digits.y_train, digits.x_test, digits.y_test, epochs, seed)

    timings: dict[str, list[Timing]] = {}
    missing: dict[str, str] = {}
    for (
        name
    ) in names:  # untimed, one epoch: imports and first-use initialization are not part of training
        try:
            measure(CONTENDERS[name], task(1, 0))
            timings[name] = []
        except ModuleNotFoundError as error:
            missing[name] = f"{error.name} is not installed: pip install glasscell[peers]"
    able = list(timings)
    turns = [(r, able[(r + k) % len(able)]) for r in range(repetitions) for k in range(len(able))]
    console = Console(stderr=True)
    for repetition, name in track(
        turns, "measuring", console=console, disable=not console.is_terminal
    ):
        timings[name].append(measure(CONTENDERS[name], task(epochs, repetition)))
    return timings, missing


def summarise(timings: dict[str, list[Timing]]) -> dict[str, Any]:
    """Return median, minimum and maximum of each quantity, and times relative to glasscell's."""
    summary: dict[str, Any] = {}
    for name, runs in timings.items():
        row = summary[name] = {}
        for quantity in ("total", "first", "rest", "loss", "val_accuracy"):
            values = [getattr(run, quantity) for run in runs]
            row[quantity] = {
                "median": statistics.median(values),
                "min": min(values),
                "max": max(values),
            }
        for quantity in ("total", "rest") if "glasscell" in timings else ():
            pairs = zip(runs, timings["glasscell"], strict=True)  # of the same repetition
            ratios = [getattr(run, quantity) / getattr(ours, quantity) for run, ours in pairs]
            row[f"{quantity}_ratio"] = {
                "median": statistics.median(ratios),
                "min": min(ratios),
                "max": max(ratios),
            }
    return summary


def show(
    summary: dict[str, Any], missing: dict[str, str], setting: dict[str, Any], file: Any
) -> None:
    """Print a table: colored on a terminal, otherwise plain aligned text."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    def spread(v: dict[str, float], digits: int) -> str:
        return f"{v['median']:.{digits}f} ({v['min']:.{digits}f}–{v['max']:.{digits}f})"

    console = Console(file=file, width=None if file.isatty() else 200, highlight=False)
    table = Table(box=SIMPLE if console.is_terminal else None, pad_edge=False)
    table.add_column("median (min–max)", style="bold")
    for heading in (
        "total, s",
        "first, s",
        "rest, s",
        "test accuracy",
        "total ÷ glasscell's",
        "rest ÷ glasscell's",
    ):
        table.add_column(heading, justify="right")
    columns = {
        "total": 2,
        "first": 2,
        "rest": 2,
        "val_accuracy": 3,
        "total_ratio": 2,
        "rest_ratio": 2,
    }
    for name, row in summary.items():
        cells = [
            spread(row[column], digits) if column in row else ""
            for column, digits in columns.items()
        ]
        table.add_row(name, *cells, style="green" if name.startswith("glasscell") else "")
    for name in missing:
        table.add_row(name, "not installed")
    console.print(table)
    for name, reason in missing.items():
        console.print(f"{name}: {reason}", markup=False)
    for differs in dict.fromkeys(CONTENDERS[name].differs for name in summary):
        those = [name for name in summary if CONTENDERS[name].differs == differs]
        if differs:
            console.print(
                f"different from the original tutorial, {', '.join(those)}: {differs}",
                soft_wrap=True,
            )
    timing.show_setting(console, setting, "torch")


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description="Time the original tutorial's training in glasscell and its peers."
    )
    timing.add_options(parser, CONTENDERS, CONTENDERS)
    parser.add_argument(
        "--epochs", type=int, default=100, metavar="N", help="at least 2 (default: 100)"
    )
    options = parser.parse_args()
    timing.check_options(parser, options)
    if options.epochs < 2:
        parser.error("expected --epochs of at least 2")
    timings, missing = compete(options.only, options.epochs, options.repetitions)
    summary, setting = summarise(timings), timing.describe_setting("torch")
    show(summary, missing, setting, sys.stderr if options.json == "-" else sys.stdout)
    if options.json:
        runs = {
            name: [asdict(timing) for timing in all_of_it] for name, all_of_it in timings.items()
        }
        differs = {name: CONTENDERS[name].differs for name in timings}
        results = {
            "epochs": options.epochs,
            "setting": setting,
            "summary": summary,
            "differs": differs,
        }
        timing.write_json(options.json, results | {"missing": missing, "runs": runs})


if __name__ == "__main__":
    main()
