"""Runs killed at random moments and compared with one that was not: digits and files."""

import csv
import io
import json
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

import numpy as np
from support.command import Answer, contents, finish, start

MOMENTS, NIGHTLY_MOMENTS = 2, 20
AT_ONCE = 5  # processes that are started together: two cores have enough to do


def moments(request) -> int:
    """Return how many times a run is to be killed."""
    return NIGHTLY_MOMENTS if request.config.getoption("--nightly", default=False) else MOMENTS


def weights(run: Path) -> list[np.ndarray]:
    import keras

    return keras.models.load_model(run / "model.keras").get_weights()


def state(run: Path) -> dict[str, np.ndarray]:
    with np.load(run / "state.npz") as arrays:
        return dict(arrays)


def metrics(run: Path) -> list[dict[str, str]]:
    with (run / "metrics.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert all(float(row.pop("seconds")) > 0 for row in rows)
    return rows


def report(run: Path) -> dict:
    of_time = ("seconds", "characters_a_second")
    return {
        k: v for k, v in json.loads((run / "report.json").read_text()).items() if k not in of_time
    }


def assert_same_run(run: Path, reference: Path, epochs: int):
    assert [int(row["epoch"]) for row in metrics(run)] == list(range(1, epochs + 1))
    assert metrics(run) == metrics(reference)
    assert report(run) == report(reference)
    ours, theirs = state(run), state(reference)
    assert ours.keys() == theirs.keys()
    assert all(v.tobytes() == theirs[name].tobytes() for name, v in ours.items())
    assert [v.tobytes() for v in weights(run)] == [v.tobytes() for v in weights(reference)]
    # another test may have explained it
    names = {p.name for p in reference.iterdir()} - {"explain"}
    assert {p.name for p in run.iterdir()} == names


def epoch_in(state: bytes | None) -> int:
    """Return how many epochs are done in a state; none where the plan was not finished."""
    arrays = np.load(io.BytesIO(state or b""))
    return json.loads(str(arrays["progress"]))["epoch"] if "progress" in arrays else 0


# The file whose appearance is waited for, and how long to wait after that, at most; never until the
# run is done.
PHASES = [
    ("config.toml", 0.0),
    ("model.keras", 0.0),
    ("metrics.csv", 1.2),
    ("metrics.csv", 0.6),
    ("metrics.csv", 2.4),
]


def kill_at(
    folder: Path, command: list[str], phase: tuple[str, float], rng: random.Random
) -> Answer:
    """Start a run, and kill it at a moment."""
    file, longest = phase
    delay = rng.uniform(0, longest)
    process = start(*command, "--output-dir", folder, "--name", "run")
    while process.poll() is None and not (folder / "run" / file).exists():
        time.sleep(0.001)
    moment = time.monotonic() + delay
    while time.monotonic() < moment and not (folder / "run/model.keras").exists():
        time.sleep(0.001)
    process.kill()
    return finish(process)


def kill_at_moments(parent: Path, command: list[str], number: int) -> list[Path]:
    """Start a training several times, kill each at another moment, and return the run folders."""
    phases = [PHASES[k % len(PHASES)] for k in range(number)]
    folders = [parent / str(k) for k in range(number)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(
            pool.map(kill_at, folders, repeat(command), phases, map(random.Random, range(number)))
        )
    assert answers == [(-signal.SIGKILL, "", "")] * number
    left = [contents(folder / "run") for folder in folders]
    assert not any("report.json" in files for files in left)
    assert any("model.keras" in files for files in left)
    epochs = [epoch_in(files["state.npz"]) for files in left]
    assert min(epochs) == 0 < max(epochs)
    return folders
