"""An experiment run into a folder: each outcome is written when finished, so a run can resume.

A folder contains experiment.json (the settings, written first) and cells/ (a file for each outcome,
with its networks' weights). At the end come table.csv, runs.csv, gates.csv, table.md, figures, and
result.json (last).
"""

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pandas as pd

from glasscell.errors import DataError, UsageError, WorkerLost
from glasscell.lab.design.experiment import Experiment
from glasscell.lab.design.problems import find_problem
from glasscell.lab.findings import report, verdicts
from glasscell.lab.findings.table import (
    SIZED,
    count_failures,
    keep_best_rate,
    summarise,
    summarise_gates,
)
from glasscell.lab.sentences import Lab
from glasscell.lab.training import outcomes
from glasscell.lab.training.outcomes import FORMAT, Outcome
from glasscell.system import environment
from glasscell.system.checks import require_whole
from glasscell.system.files import storage_trouble, to_json, write_whole
from glasscell.system.sentences import System

MAX_PANELS = 12
_HALF_BEGUN = ".part-experiment.json"  # all that remains of a run that is killed at its start
OnOutcome = Callable[[int, dict[str, float]], Any]


def start(experiment: Experiment, folder: Path) -> None:
    """Create a folder for an experiment.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     start(Experiment(seeds=3), Path(folder) / "lab")
    ...     find(Path(folder) / "lab").seeds
    3
    """
    if (folder / "experiment.json").exists():
        code = Lab.HOLDS_CONFLICT if experiment.name == "conflict" else Lab.HOLDS_EXPERIMENT
        raise UsageError(code, folder=folder)
    if folder.exists() and (
        not folder.is_dir() or {path.name for path in folder.iterdir()} - {_HALF_BEGUN}
    ):
        raise UsageError(Lab.OTHER_THINGS, folder=folder)
    content = {"format": FORMAT, "experiment": asdict(experiment)}
    with storage_trouble(folder, System.START_AGAIN()):
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / "experiment.json", to_json(content))


def find(folder: Path) -> Experiment:
    """Return the experiment in a folder."""
    file = folder / "experiment.json"
    if not file.exists():
        raise UsageError(Lab.NONE_TO_RESUME, file=folder)
    mend = Lab.START_AGAIN()
    settings = outcomes.read_json(file, mend).get("experiment")
    try:
        return Experiment(**settings)  # pyright: ignore
    except (TypeError, UsageError) as error:
        raise DataError(Lab.NO_EXPERIMENT, file=file, cause=error).also(mend) from None


def count_done(folder: Path, experiment: Experiment) -> int:
    """Return the number of finished conditions.

    >>> count_done(Path("none"), Experiment())
    0
    """
    return sum(
        outcomes.file_of(folder, experiment, condition).exists()
        for condition in experiment.conditions()
    )


def run(
    folder: Path,
    *,
    jobs: int = 1,
    dask: str | None = None,
    on_outcome: OnOutcome = lambda done, logs: None,
    heed: Callable[[], Any] = lambda: None,
) -> dict[str, Any]:
    """Train an experiment's unfinished part in a folder, write its tables; return its result."""
    from glasscell.lab.design import cell_arms
    from glasscell.lab.training.jobs import train_all

    begun = time.perf_counter()
    experiment = find(folder)
    require_whole(1, jobs=jobs)
    conditions = experiment.conditions()
    done = {of: kept for of in conditions if (kept := outcomes.read_kept(folder, experiment, of))}
    for outcome in done.values():
        outcomes.check_same_text(outcome)
    wanted = [condition for condition in conditions if condition not in done]
    if wanted:
        for arm in experiment.arms:
            cell_arms.find_arm(arm)
        try:
            for outcome in train_all(wanted, experiment, jobs, dask, heed):
                outcomes.check_same_text(outcome)
                outcomes.keep(outcome, folder, experiment)
                done[outcome.condition] = outcome
                on_outcome(len(done), _logs(outcome))
        except WorkerLost as lost:
            raise lost.also(Lab.KEPT(command=f"{experiment.command} --resume {folder}")) from None
    in_order = [done[condition] for condition in conditions]
    return write_results(folder, experiment, in_order, time.perf_counter() - begun)


def write_results(
    folder: Path, experiment: Experiment, finished: list[Outcome], seconds: float
) -> dict[str, Any]:
    """Write tables, page, figures and result.json of all outcomes; return the JSON content."""
    from glasscell.lab.findings import pictures

    runs = pd.concat([outcome.runs for outcome in finished], ignore_index=True)
    observed = [outcome.gates for outcome in finished if len(outcome.gates)]
    gates = pd.concat(observed, ignore_index=True) if observed else finished[0].gates
    table = summarise(runs, experiment)
    moved = summarise_gates(gates, runs)
    kept, drawn = keep_best_rate(runs), {}
    found = [*verdicts.judge_loss(count_failures(kept), table), *verdicts.judge(table)]
    found += [*verdicts.judge_failures(kept), *verdicts.judge_gates(moved)]
    counted = count_beside(experiment)
    sizes = len(experiment.conditions()) / len(experiment.arms)
    if sizes > len(experiment.tasks):
        drawn["curves.png"] = pictures.errors_by_size(kept, experiment)
    if sizes <= MAX_PANELS:
        drawn["errors.png"] = pictures.errors_by_arm(count_failures(kept), experiment, counted)
    if len(moved.loc[moved["arm"] == experiment.arms[0], SIZED[1:]].drop_duplicates()) == 1:
        drawn["gates.png"] = pictures.gates_by_bit(moved, experiment.arms[0])
    page = report.to_markdown(experiment, table, moved, kept, found, list(drawn), counted)
    more = {"gates": outcomes.records(moved), **({"counted": counted} if counted else {})}
    more |= {
        "seconds": round(seconds, 1),
        "seconds_of_cells": round(sum(outcome.seconds for outcome in finished), 1),
    }
    with storage_trouble(folder, System.RESUME(command=f"{experiment.command} --resume {folder}")):
        write_whole(folder / "table.md", page)
        frames = {"table.csv": table, "runs.csv": runs, "gates.csv": moved}
        return _write(folder, experiment, found, frames, drawn, more)


def _write(
    folder: Path,
    experiment: Experiment,
    found: list[verdicts.Verdict],
    frames: dict[str, pd.DataFrame],
    drawn: dict[str, Any],
    more: dict[str, Any],
) -> dict[str, Any]:
    """Write tables and figures, then result.json; return its content."""
    result = {
        "format": FORMAT,
        "folder": str(folder),
        "experiment": asdict(experiment),
        "verdicts": [verdict._asdict() for verdict in found],
        "table": outcomes.records(frames["table.csv"]),
        "finished": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        **more,
        **environment.describe(),
    }
    for name, frame in frames.items():
        write_whole(folder / name, frame.to_csv(index=False))
    for name, figure in drawn.items():
        write_whole(
            folder / name, lambda part, figure=figure: figure.savefig(part, dpi=200, format="png")
        )
    text = to_json(result)
    write_whole(folder / "result.json", text)
    return json.loads(text)


def count_beside(experiment: Experiment) -> dict[str, dict[str, float]]:
    """Return each text's bits per character of n-grams on the evaluated part, at each length.

    >>> count_beside(Experiment())
    {}
    """
    texts = {task: text for task in experiment.tasks if (text := find_problem(task).text)}
    lengths = {
        length: f", length {length}" if len(experiment.length) > 1 else ""
        for length in experiment.length
    }
    return {
        task: {
            f"{name}{of}": bits
            for length, of in lengths.items()
            for name, bits in text.by_counting(experiment.held_out, length).items()
        }
        for task, text in texts.items()
    }


def watch_conflict(
    folder: Path, on_updates: Callable[[int], Any] = lambda done: None
) -> dict[str, Any]:
    """Record an experiment's conflicts in a folder, with tables and a figure; return the result."""
    from glasscell.lab import conflict
    from glasscell.lab.findings import pictures

    begun, experiment = time.perf_counter(), find(folder)
    table = conflict.watch(experiment, on_updates)
    frames = {"conflict.csv": table, "table.csv": conflict.summarise(table)}
    drawn = {"conflict.png": pictures.pushes_over_training(table)}
    with storage_trouble(folder, System.START_ELSEWHERE()):
        seconds = {"seconds": round(time.perf_counter() - begun, 1)}
        return _write(folder, experiment, conflict.judge(table), frames, drawn, seconds)


def _logs(outcome: Outcome) -> dict[str, float]:
    kept, (task, arm, *_) = keep_best_rate(outcome.runs), outcome.condition
    solved = {"solved": int(kept["solved"].sum())} if "solved" in kept else {}
    return {
        f"{task} {arm}: median {find_problem(task).measure.column}": float(kept["error"].median()),
        **solved,
    }
