"""Training within a run: the state is saved often, so a crash loses little, and Ctrl-C nothing."""

import csv
import io
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import keras
import numpy as np

from glasscell.errors import Interrupted, TrainingFailed, WorkerLost
from glasscell.runs import milestones
from glasscell.runs.checked_files import resume_command
from glasscell.runs.run_folder import Run
from glasscell.runs.sentences import Runs
from glasscell.settings.setting import TaskSettings
from glasscell.system.files import read_json, to_json
from glasscell.training.epoch_graph import Training

OnEpoch = Callable[[int, dict[str, float]], None]


def state_of(training: Training, settings: TaskSettings) -> dict[str, np.ndarray]:
    """Return the arrays that resuming needs, including the settings."""
    return training.state() | kept_settings(settings)


def kept_settings(settings: TaskSettings) -> dict[str, np.ndarray]:
    """Return the settings as an entry of a state: see `config.check_unchanged`."""
    return {"settings": np.array(json.dumps(asdict(settings)))}


def train_and_keep(
    run: Run,
    training: Training,
    settings: Any,
    columns: Sequence[str],
    *,
    callbacks: Iterable[keras.callbacks.Callback] = (),
    on_epoch: OnEpoch | None = None,
) -> float:
    """Train up to `settings.epochs`; keep state.npz, metrics.csv and epochs of `run` up to date."""
    metrics = Metrics(run, columns)
    saved_epoch, epoch_began = training.epoch, time.perf_counter()

    def save():
        nonlocal saved_epoch
        run.write_state(state_of(training, settings))
        saved_epoch = training.epoch

    def record(epoch, logs):
        nonlocal epoch_began
        now = time.perf_counter()
        metrics.append({"epoch": training.epoch, **logs, "seconds": round(now - epoch_began, 6)})
        # before the state: a run resumed after this epoch does not repeat this line
        milestones.keep(run, training)
        epoch_began = now
        is_last = training.epoch == settings.epochs or training.model.stop_training
        if (
            is_last or run.state_is_due()
        ):  # the last one now, since a callback may restore the best weights later
            save()
        if on_epoch is not None:
            try:
                on_epoch(training.epoch, training.history[-1])
            except KeyboardInterrupt:  # between two epochs, so nothing is lost
                save()
                raise

    try:
        metrics.cut(training.history)
        if training.epoch == 0:
            milestones.keep(run, training)
        training.run(
            settings.epochs, [*callbacks, keras.callbacks.LambdaCallback(on_epoch_end=record)]
        )
        return metrics.training_seconds()
    except KeyboardInterrupt:
        raise Interrupted(
            Runs.STOPPED, epoch=saved_epoch, command=resume_command(run.path)
        ) from None
    except TrainingFailed as error:
        save()
        raise error.also(Runs.IN_STATE(state=run.path / "state.npz")) from None
    except WorkerLost as error:
        save()
        raise error.also(
            Runs.RESUMES(epoch=saved_epoch, command=resume_command(run.path))
        ) from None


def record_what_changed(run: Run, now: dict[str, Any]) -> None:
    """Record in environment.json which values of `now` changed since the run began or resumed."""
    record = read_json(run.path / "environment.json")  # empty if missing or damaged
    there = record.get("resumed")
    resumed = (
        [entry for entry in there if isinstance(entry, dict)] if isinstance(there, list) else []
    )
    known = {name: v for entry in (record, *resumed) for name, v in entry.items()}
    changed = {
        name: v
        for name, v in now.items()
        if name == "after_epoch" or (name, v) not in known.items()
    }
    if len(changed) > 1:
        resumed.append(changed)
        run.write("environment.json", to_json(record | {"resumed": resumed}))


class Metrics:
    """The metrics.csv of a run.

    Parameters
    ----------
    logs : sequence of str
        Names of the columns between "epoch" and "seconds".

    >>> import tempfile
    >>> from pathlib import Path
    >>> from glasscell.runs.run_folder import create
    >>> with tempfile.TemporaryDirectory() as folder, create(Path(folder), "first", {}) as run:
    ...     metrics = Metrics(run, ["loss"])
    ...     metrics.cut([])
    ...     metrics.append({"epoch": 1, "loss": 0.5, "seconds": 0.25})
    ...     (
    ...         (run.path / "metrics.csv").read_text(encoding="utf-8").split(),
    ...         metrics.training_seconds(),
    ...     )
    (['epoch,loss,seconds', '1,0.5,0.25'], 0.25)
    """

    def __init__(self, run: Run, logs: Sequence[str]):
        self._run, self._columns = run, ["epoch", *logs, "seconds"]

    def append(self, row: Mapping[str, float]) -> None:
        """Append a row and flush it."""
        with (
            self._run.writing("metrics.csv") as path,
            path.open("a", newline="", encoding="utf-8") as file,
        ):
            self._writer(file).writerow(row)

    def cut(self, history: Sequence[Mapping[str, float]]) -> None:
        """Rewrite the table with exactly the epochs of `history`, without later ones or damage."""
        seconds, text = self._seconds(), io.StringIO()
        writer = self._writer(text)
        writer.writeheader()
        for epoch, logs in enumerate(history, start=1):
            writer.writerow({"epoch": epoch, **logs, "seconds": seconds.get(epoch, "")})
        self._run.write("metrics.csv", text.getvalue())

    def training_seconds(self) -> float:
        """Return the total seconds of all epochs."""
        return round(sum(self._seconds().values()), 3)

    def _writer(self, file) -> csv.DictWriter:
        return csv.DictWriter(file, self._columns, lineterminator="\n")

    def _seconds(self) -> dict[int, float]:
        """Read the seconds of each epoch; incomplete or damaged lines are skipped."""
        path, seconds = self._run.path / "metrics.csv", {}
        if path.is_file():
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                epoch, *rest = line.split(",")
                with suppress(ValueError):
                    if len(rest) == len(self._columns) - 1:
                        seconds[int(epoch)] = float(rest[-1])
        return seconds
