"""One series or one step through what users call: a loaded run, an estimator, a stream; and peers.

    python benchmarks/one_series.py   needs the extra "peers"; see README.md in this folder

Trains short runs on random series of 12 channels and three classes, exports them to ONNX, and times
NumPy in, NumPy out. onnxruntime runs the export, which checks series as glasscell does; PyTorch has
the same sizes, but neither scaling nor checks. All use one core.
"""

import argparse
import tempfile
import warnings
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import timing
from timing import OURS, Timed

CHANNELS, CLASSES, SERIES = 12, 3, 30
STEPS, UNITS = (8, 20, 100), (50, 64, 512)
RUN, CLASSIFIER, STREAM = OURS, f"{OURS}-classifier", OURS
Call = Callable[[], Any]


def random_series(steps: int, n: int = SERIES) -> np.ndarray:
    """Return random walks (N, T, D)."""
    rng = np.random.default_rng(0)
    return np.cumsum(rng.normal(size=(n, steps, CHANNELS)), 1).astype("float32")


def write_series(steps: int, path: Path) -> None:
    """Write labeled series as a CSV file, one row per step."""
    import pandas as pd

    frame = pd.DataFrame(random_series(steps).reshape(-1, CHANNELS)).add_prefix("channel ")
    n = np.repeat(np.arange(SERIES), steps)
    frame.assign(id=n, label=np.array(list("abc"))[n % CLASSES]).to_csv(path, index=False)


def train(folder: Path, data: Path, units: int, *options: str) -> tuple[Any, Path]:
    """Return a loaded run of one epoch, and its ONNX file, which reads steps if unidirectional."""
    import glasscell

    name = "-".join(["run", str(units), *options])
    common = ("--output-dir", str(folder), "--quiet")
    timing.run_glasscell("train", str(data), "--units", str(units), "--epochs", "1", *options,
                         "--name", name, *common)  # fmt: skip
    onnx = folder / f"{name}.onnx"
    streaming = ("--streaming",) if options else ()
    timing.run_glasscell("export", str(folder / name), *streaming, "-o", str(onnx), "--quiet")
    return glasscell.load(folder / name), onnx


def open_onnx(path: Path) -> Any:
    """Return onnxruntime's session of a file, on one core."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def pytorch(units: int, *, is_bidirectional: bool) -> tuple[Any, Any]:
    """Return an LSTM and an output layer."""
    import torch

    torch.set_num_threads(1)
    lstm = torch.nn.LSTM(CHANNELS, units, batch_first=True, bidirectional=is_bidirectional)
    return lstm, torch.nn.Linear(units * (2 if is_bidirectional else 1), CLASSES)


def predictions(run: Any, onnx: Path, units: int, steps: int) -> dict[str, Call]:
    """Return calls that predict one series of a bidirectional network."""
    import torch

    from glasscell import LSTMClassifier

    series = random_series(steps)
    x, labels = series[:1], np.array(list("abc") * (SERIES // CLASSES))
    classifier = LSTMClassifier(units=units, epochs=1, random_state=0).fit(series, labels)
    session = open_onnx(onnx)
    lstm, read_out = pytorch(units, is_bidirectional=True)

    def by_pytorch() -> np.ndarray:
        with torch.inference_mode():
            h = lstm(torch.from_numpy(x))[1][0]
            return read_out(torch.cat([h[0], h[1]], -1)).softmax(-1).numpy()

    return {
        RUN: partial(run.predict_proba, x),
        CLASSIFIER: partial(classifier.predict_proba, x),
        "onnxruntime": lambda: session.run(None, {session.get_inputs()[0].name: x}),
        "pytorch": by_pytorch,
    }


def steps_of_streams(run: Any, onnx: Path, units: int) -> dict[str, Call]:
    """Return calls that process one more step of a stream by a unidirectional network."""
    import torch

    x, stream, session = random_series(1)[:1, 0], run.stream(), open_onnx(onnx)
    first, *states = session.get_inputs()
    names = [output.name for output in session.get_outputs()]
    inputs = {state.name: np.zeros((1, *state.shape[1:]), "float32") for state in states}
    lstm, read_out = pytorch(units, is_bidirectional=False)
    memory: list[Any] = [None]

    def by_onnxruntime() -> None:
        outputs = dict(zip(names, session.run(None, {first.name: x, **inputs}), strict=True))
        inputs.update({name: outputs[f"{name}_next"] for name in inputs})

    def by_pytorch() -> np.ndarray:
        with torch.inference_mode():
            h, memory[0] = lstm(torch.from_numpy(x)[:, None], memory[0])
            return read_out(h[:, -1]).softmax(-1).numpy()

    return {
        STREAM: partial(stream.step, x),
        "onnxruntime": by_onnxruntime,
        "pytorch": by_pytorch,
    }


def measure(repetitions: int, units: list[int], steps: list[int]) -> dict[str, timing.Seconds]:
    """Return seconds by kind and size."""
    seconds: dict[str, timing.Seconds] = {}
    with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # random series may well lie outside of training
        folder = Path(name)
        for size in units:
            calls: dict[str, dict[str, Call]] = {}
            for length in steps:
                data = folder / f"{length}.csv"
                write_series(length, data)
                run, onnx = train(folder / f"{length}", data, size)
                calls[f"series of T {length}, H {size}"] = predictions(run, onnx, size, length)
            streamed, onnx = train(folder, folder / f"{steps[0]}.csv", size, "--one-direction")
            calls[f"step, H {size}"] = steps_of_streams(streamed, onnx, size)
            for kind, contenders in calls.items():
                timed = {name: Timed(call) for name, call in contenders.items()}
                seconds[kind] = timing.time_in_turn(timed, repetitions)
    return seconds


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description="Time one prediction and one step of a stream.")
    parser.add_argument("--repetitions", type=int, default=5, metavar="N")
    parser.add_argument("--json", metavar="PATH", help="write all measurements; - is stdout")
    parser.add_argument("--units", type=int, nargs="+", default=UNITS, metavar="H")
    parser.add_argument("--steps", type=int, nargs="+", default=STEPS, metavar="T")
    options = parser.parse_args()
    timing.check_options(parser, options)

    from glasscell.console.startup import import_quietly

    import_quietly(partial(import_module, "glasscell.layers.lstm"))
    console = timing.open_console(options.json)
    timing.warn_if_busy(console)
    seconds = measure(options.repetitions, options.units, options.steps)
    columns = [RUN, CLASSIFIER, "onnxruntime", "pytorch"]
    headings = [*(f"{name}, µs" for name in columns), "glasscell ÷ onnxruntime"]
    table = timing.new_table(console, "median (min–max)", "", *headings)
    for kind, measured in seconds.items():
        cells = [
            timing.spread_text(timing.spread(measured[name]), 1e6) if name in measured else ""
            for name in columns
        ]
        ratio = timing.ratio_text(timing.ratios(measured, OURS, "onnxruntime"))
        table.add_row(kind, *cells, ratio)
    console.print(table)
    setting = timing.describe_setting("torch", "onnxruntime")
    timing.show_setting(console, setting, "torch", "onnxruntime")
    timing.write_json(options.json, {"setting": setting, "seconds": seconds})


if __name__ == "__main__":
    main()
