"""Training and forecasting time of glasscell and of neuralforecast's LSTM, on the same series.

    python benchmarks/forecast_speed.py   M1's 141 yearly series, and 1,000 synthetic monthly ones

Both have one LSTM with the same units, context, horizon, three quantiles, updates and batch size.
glasscell also chooses a baseline and validates on the end of the training data, which takes one or
two more trainings; its last training is also timed separately. Each contender runs in its own
process, in rotation. Each process times a fit and the forecasts of all series twice, the first time
with one-time initialization. Neither logs, validates or saves. Needs the extra "forecasters".
"""

import argparse
import json
import logging
import os
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import forecast_groups

HERE = Path(__file__).resolve().parent
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
UNITS, BATCH, QUANTILES = 32, 64, (0.1, 0.5, 0.9)
SETS = {"M1": (6, 12), "made": (12, 24)}  # steps ahead, steps read
OURS = "glasscell"
THREADS = (1, 2)  # of PyTorch; glasscell uses all
TIMES = {"fit": "fit, first", "training": "last training", "forecast": "forecast, first"}
TIMES |= {
    "fit again": "fit, again",
    "training again": "last training, again",
    "forecast again": "forecast, again",
}


def series_of(name: str) -> Any:
    """Return the series as a long frame, without the steps to forecast."""
    import numpy as np
    import pandas as pd

    if name == "M1":
        frame = forecast_groups.m1_yearly().frame
        last: Any = frame.groupby("unique_id")["ds"].transform("max")
        return frame[frame["ds"] <= last - SETS["M1"][0]]
    rng, t, made = np.random.default_rng(0), np.arange(108), []
    for k in range(1000):
        season = rng.normal() * np.sin(2 * np.pi * (t / 12 + rng.random()))
        y = 100 + 10 * (
            season + np.cumsum(0.2 * rng.normal(size=len(t))) + 0.3 * rng.normal(size=len(t))
        )
        made.append(pd.DataFrame({"unique_id": f"made {k}", "ds": t, "y": y}))
    return pd.concat(made)


def time_ours(frame: Any, horizon: int, context: int) -> dict[str, float]:
    """Return the seconds of each part, and the updates of a training."""
    from glasscell.tasks.forecasting.panels.frames import from_frame
    from glasscell.tasks.forecasting.selection.choice import select
    from glasscell.tasks.forecasting.selection.plan import ForecastOptions

    began = time.perf_counter()
    panel = from_frame(frame)
    options = ForecastOptions(
        horizon=horizon, quantiles=QUANTILES, context=context, units=UNITS, batch_size=BATCH
    )
    forecaster = select(panel, options)
    prepared = time.perf_counter()
    forecaster.training.run(forecaster.epochs)
    batches: Any = forecaster.training.batches
    fitted = time.perf_counter()
    forecaster.forecast(panel)
    answered = time.perf_counter()
    updates = forecaster.epochs * -(-batches.samples // BATCH)
    return {
        "fit": fitted - began,
        "training": fitted - prepared,
        "forecast": answered - fitted,
        "updates": updates,
    }


def time_theirs(frame: Any, horizon: int, context: int, updates: int) -> dict[str, float]:
    """Return each part's seconds: direct forecasts by a linear output layer, like glasscell's."""
    from neuralforecast import NeuralForecast  # pyright: ignore[reportMissingImports]
    from neuralforecast.losses.pytorch import MQLoss  # pyright: ignore[reportMissingImports]
    from neuralforecast.models import LSTM  # pyright: ignore[reportMissingImports]

    silent = ("logger", "enable_progress_bar", "enable_checkpointing", "enable_model_summary")
    model = LSTM(
        h=horizon,
        input_size=context,
        encoder_n_layers=1,
        encoder_hidden_size=UNITS,
        decoder_layers=1,
        decoder_hidden_size=UNITS,
        loss=MQLoss(quantiles=list(QUANTILES)),
        max_steps=updates,
        windows_batch_size=BATCH,
        start_padding_enabled=True,
        accelerator="cpu",
        **dict.fromkeys(silent, False),
    )
    forecaster = NeuralForecast(models=[model], freq=1)
    began = time.perf_counter()
    forecaster.fit(frame)
    fitted = time.perf_counter()
    forecaster.predict()
    answered = time.perf_counter()
    return {"fit": fitted - began, "training": fitted - began, "forecast": answered - fitted}


def one(name: str, threads: int, updates: int) -> None:
    """Time a contender twice in this process; print JSON; `threads` is 0 for glasscell."""
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    frame, (horizon, context) = series_of(name), SETS[name]
    if threads:
        import torch

        torch.set_num_threads(threads)
        first, again = (time_theirs(frame, horizon, context, updates) for _ in range(2))
    else:
        first, again = (time_ours(frame, horizon, context) for _ in range(2))
    print("\n" + json.dumps(first | {f"{part} again": seconds for part, seconds in again.items()}))


def in_a_process(name: str, threads: int, updates: int) -> dict[str, float]:
    """Return the output of `one` in a new process."""
    command = [
        sys.executable,
        str(Path(__file__).resolve()),
        "--one",
        name,
        str(threads),
        str(updates),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout.strip().splitlines()[-1])


def compare(name: str, repetitions: int) -> None:
    """Print medians, spreads and ratios."""
    found: dict[str, list[dict[str, float]]] = {}
    for _ in range(repetitions):
        found.setdefault(OURS, []).append(in_a_process(name, 0, 0))
        updates = int(found[OURS][0]["updates"])
        for threads in THREADS:
            title = f"neuralforecast, {threads} thread{'s' * (threads > 1)}"
            found.setdefault(title, []).append(in_a_process(name, threads, updates))
    horizon, context = SETS[name]
    print(
        f"\n{name}: {updates} updates, {BATCH} windows each, {UNITS} units, context {context}, "
        f"horizon {horizon}\n"
    )
    print(
        "| seconds, median of "
        + f"{repetitions} (min–max) | "
        + " | ".join([*found, "ratio"])
        + " |"
    )
    print("|---|" + "---|" * (len(found) + 1))
    for part, title in TIMES.items():
        middles, cells = [], []
        for runs in found.values():
            numbers = [run[part] for run in runs]
            middles.append(statistics.median(numbers))
            cells.append(f"{middles[-1]:.2f} ({min(numbers):.2f}–{max(numbers):.2f})")
        print(
            f"| {title} | {' | '.join(cells)} | {middles[0] / min(middles[1:]):.2f} |", flush=True
        )


def main() -> None:
    """Print a table for each set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=SETS)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument(
        "--one", nargs=3, metavar=("SET", "THREADS", "UPDATES"), help=argparse.SUPPRESS
    )
    options = parser.parse_args()
    if options.one:
        one(options.one[0], int(options.one[1]), int(options.one[2]))
        return
    for name in [options.only] if options.only else SETS:
        compare(name, options.repetitions)


if __name__ == "__main__":
    main()
