"""The outcome of a condition, a task with an arm: trained, and written to a file atomically."""

import json
import os
import re
import signal
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.lab.design.experiment import CONDITION, Condition, Experiment
from glasscell.lab.design.problems import find_problem
from glasscell.lab.sentences import Lab
from glasscell.system.environment import silence
from glasscell.system.files import one_line, storage_trouble, to_json, to_npz, write_whole
from glasscell.system.sentences import System

FORMAT = 2  # of all files of a results folder
RUNS = [*CONDITION, "learning_rate", "seed", "validation_error", "error", "solved"]


class Outcome(NamedTuple):
    """Outcome of a condition: `tabulate_runs`, `measurement.tabulate_gates`, and final weights."""

    condition: Condition
    runs: pd.DataFrame
    gates: pd.DataFrame
    weights: dict[str, np.ndarray]
    seconds: float


def train_condition(
    condition: Condition,
    experiment: Experiment,
    on_updates: Callable[..., Any] = lambda done, networks: None,
) -> Outcome:
    """Train all networks of a condition.

    >>> few = Experiment(seeds=2, learning_rates=(0.1,), updates=3, held_out=10)
    >>> outcome = train_condition(Condition("write", "full"), few)
    >>> len(outcome.runs), len(outcome.gates), outcome.weights["kernel"].shape
    (2, 6, (2, 2, 4))
    """
    # here because they import TensorFlow
    from glasscell.lab.training import measurement, side_by_side

    begun = time.perf_counter()
    trained = side_by_side.train(condition, experiment, on_updates)
    more, text = dict(trained.more), find_problem(condition.task).text
    if experiment.equal == "weights":
        more |= {
            name: np.full(experiment.models, n) for name, n in sizes_of(trained.networks).items()
        }
    if text is not None:
        more["text"] = np.full(experiment.models, text.fingerprint)
    runs = tabulate_runs(condition, experiment, trained.validation, trained.test, **more)
    gates = measurement.tabulate_gates(trained.networks, condition, experiment)
    return Outcome(condition, runs, gates, trained.networks.arrays(), time.perf_counter() - begun)


def sizes_of(networks: Any) -> dict[str, int]:
    """Return the numbers of units and weights of each of the parallel networks."""
    from glasscell.lab.design.cell_arms import count_weights

    shapes = {name: v.shape[1:] for name, v in networks.parts.items()}
    features, (units, targets) = shapes["kernel"][0], shapes["read_out"]
    return {"cell_units": units, "weights": count_weights(networks.arm, features, units, targets)}


def train_condition_elsewhere(condition: Condition, experiment: Experiment) -> Outcome:
    """Train a condition in a separate process on one core; Ctrl-C is left to the waiting process.

    >>> few = Experiment(seeds=1, learning_rates=(0.1,), updates=3, held_out=10)
    >>> train_condition_elsewhere(Condition("write", "full"), few).condition.arm
    'full'
    """
    with suppress(ValueError):  # not the main thread: it receives no signals
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    use_one_core()
    try:
        return train_condition(condition, experiment)
    finally:
        with suppress(ValueError, UnboundLocalError):
            signal.signal(signal.SIGINT, before)


def use_one_core() -> None:
    """Restrict TensorFlow to one core, unless it has begun: sums then round the same everywhere.

    >>> use_one_core()
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with silence():
        import tensorflow as tf

    with suppress(RuntimeError):
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)


def file_of(folder: Path, experiment: Experiment, condition: Condition) -> Path:
    """Return the file of an outcome; its weights are in the .npz file next to it.

    >>> experiment = Experiment(arms=("full", "mine:cell"))
    >>> file_of(Path("results"), experiment, Condition("erase", "mine:cell")).as_posix()
    'results/cells/003-erase-mine-cell-1-1-20.json'
    """
    place = experiment.conditions().index(condition)
    name = re.sub("[^A-Za-z0-9_.]", "-", "-".join(map(str, condition)))
    return folder / "cells" / f"{place:03d}-{name}.json"


def keep(outcome: Outcome, folder: Path, experiment: Experiment) -> None:
    """Write an outcome."""
    file = file_of(folder, experiment, outcome.condition)
    tables = {name: records(getattr(outcome, name)) for name in ("runs", "gates")}
    content = {
        "format": FORMAT,
        **outcome.condition._asdict(),
        "seconds": outcome.seconds,
        **tables,
    }
    with storage_trouble(file, System.RESUME(command=f"{experiment.command} --resume {folder}")):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file.with_suffix(".npz"), to_npz(outcome.weights))
        write_whole(file, to_json(content))  # last, since it marks the condition as finished


def read_kept(folder: Path, experiment: Experiment, condition: Condition) -> Outcome | None:
    """Return the outcome of a condition, without its weights; None if it is not finished."""
    file = file_of(folder, experiment, condition)
    if not file.exists():
        return None
    content = read_json(file)
    try:
        runs, gates = (pd.DataFrame(content[name]) for name in ("runs", "gates"))
        runs = runs.astype({"validation_error": float, "error": float})
        found = Condition(*(content[name] for name in Condition._fields))
        if found != condition or len(runs) != experiment.models:
            raise ValueError("it belongs to another condition")
        outcome = Outcome(condition, runs, gates, {}, float(content["seconds"]))
    except (KeyError, TypeError, ValueError) as error:
        code = Lab.LACKS_ENTRY if isinstance(error, KeyError) else Lab.DAMAGED_CONDITION
        raise DataError(code, file=file, words=one_line(error)) from None
    if not zipfile.is_zipfile(file.with_suffix(".npz")):
        raise DataError(Lab.DAMAGED_WEIGHTS, file=file.with_suffix(".npz"), table=file)
    return outcome


def check_same_text(outcome: Outcome) -> None:
    """Raise DataError if the networks of an outcome were trained on another text than the task's.

    >>> check_same_text(
    ...     Outcome(Condition("write", "full"), pd.DataFrame(), pd.DataFrame(), {}, 1.0)
    ... )
    """
    condition, text = outcome.condition, find_problem(outcome.condition.task).text
    if text is not None and {*outcome.runs["text"]} != {text.fingerprint}:
        there, here = outcome.runs["text"][0], text.fingerprint
        raise DataError(
            Lab.OTHER_TEXT, task=condition.task, arm=condition.arm, there=there, here=here
        )


def read_json(file: Path, mend: Note | None = None) -> dict[str, Any]:
    """Return the content of one of glasscell's files."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(Lab.UNREADABLE, file=file, words=one_line(error)).also(
            mend or Lab.REMOVE()
        ) from None
    found = content.get("format") if isinstance(content, dict) else None
    if found != FORMAT:
        raise DataError(Lab.OTHER_FORMAT, file=file, found=found, format=FORMAT)
    return content


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows for JSON with all digits; numbers that are not finite become null.

    >>> records(pd.DataFrame({"arm": ["full", "NIG"], "error": [0.5, float("nan")]}))
    [{'arm': 'full', 'error': 0.5}, {'arm': 'NIG', 'error': None}]
    """
    rows = table.to_dict("records")
    return [
        {k: None if isinstance(v, float) and not np.isfinite(v) else v for k, v in row.items()}
        for row in rows
    ]


def tabulate_runs(
    condition: Condition,
    experiment: Experiment,
    validation: np.ndarray,
    error: np.ndarray,
    **more: np.ndarray,
) -> pd.DataFrame:
    """Return a row for each network of a condition, with columns `RUNS`; "solved" where possible.

    `validation, error` (M,), `**more` (M,).

    >>> runs = tabulate_runs(
    ...     Condition("write", "full"), Experiment(seeds=2), np.zeros(6), np.array([0, 1] * 3)
    ... )
    >>> runs[["learning_rate", "seed", "solved"]].values[:2].tolist()
    [[0.01, 0, True], [0.01, 1, False]]
    """
    rates, seeds = zip(*experiment.runs(), strict=True)
    limit = find_problem(condition.task).limit(experiment.solved_below, condition.length)
    measured = {
        "learning_rate": rates,
        "seed": seeds,
        "validation_error": validation,
        "error": error,
    }
    if limit is not None:
        measured["solved"] = np.asarray(error) < limit
    return pd.DataFrame(condition._asdict() | measured | more)
