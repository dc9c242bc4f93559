"""A table of finished runs, from the files in their folders."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd

from glasscell.facts import Note
from glasscell.plots import runs as plots
from glasscell.runs.checked_files import bad_file, read
from glasscell.runs.comparison import Finished, Pairing, compare, not_paired
from glasscell.runs.config import fits, values_of_run
from glasscell.runs.report import read_report
from glasscell.runs.statistics import in_words
from glasscell.system.files import save_picture
from glasscell.system.formatting import in_decimals

OF_ALL = ("epochs", "seconds")  # of any task, after the scores


def side_by_side(runs: Sequence[tuple[Path, Any]], pairings: Mapping[str, Pairing]) -> pd.DataFrame:
    """Return a row for each run: name, scores, intervals, and settings in which the runs differ.

    "difference" compares each run except the first with the first: see `comparison.compare`.
    """
    rows, done = [], []
    for path, task in runs:
        report = read_report(path)
        done.append(Finished(path, report))
        shown = (*task.scores, *OF_ALL, *task.speeds)
        scores = {name: report[name] for name in shown if name in report}
        if damaged := [name for name, v in scores.items() if not fits(v, float | None)]:
            raise bad_file(path, "report.json", TypeError(f"its {damaged[0]!r} is of another type"))
        rows.append(({"run": path.name} | scores, task.settings.current(values_of_run(path))))
    tasks = [task for _, task in runs]
    of_tasks = dict.fromkeys(name for task in tasks for name in task.scores)
    speeds = dict.fromkeys(name for task in tasks for name in task.speeds)
    scored = [*of_tasks, *OF_ALL, *speeds]
    scored = [name for name in scored if any(name in scores for scores, _ in rows)]
    # with several tasks, only the settings that all of them have; "epochs" are those done
    known = [{field.name for field in fields(task.settings)} for _, task in runs]
    names = dict.fromkeys(name for _, settings in rows for name in settings if name not in scored)
    names = [name for name in names if all(name in settings for settings in known)]
    differ = [name for name in names if len({str(settings.get(name)) for _, settings in rows}) > 1]
    rows = [scores | {name: settings.get(name) for name in differ} for scores, settings in rows]
    for k, (row, (_, report)) in enumerate(zip(rows, done, strict=True)):
        row["intervals"] = {
            name: ends for name, ends in report.get("intervals", {}).items() if name in row
        }
        row["difference"] = compare(done[0], done[k], pairings) if k else None
    # as objects, so that integers stay integers if a run has none
    return pd.DataFrame(
        rows, columns=["run", *scored, *differ, "intervals", "difference"], dtype=object
    )


def in_text(table: pd.DataFrame, whole: Collection[str] = ()) -> tuple[pd.DataFrame, list[Note]]:
    """Return the table of `side_by_side` with intervals next to scores, and notes on differences.

    One note lists all runs that cannot be paired with the first.

    >>> row = {
    ...     "run": "a",
    ...     "accuracy": 0.5,
    ...     "intervals": {"accuracy": [0.25, 0.75]},
    ...     "difference": None,
    ... }
    >>> in_text(pd.DataFrame([row]))[0].to_dict("records")
    [{'run': 'a', 'accuracy': '0.500 (0.250–0.750)'}]
    """
    shown = table.drop(columns=["intervals", "difference"]).astype(object)
    for place, intervals in enumerate(table["intervals"]):
        for name, ends in intervals.items():
            if ends is not None:
                shown.loc[shown.index[place], name] = (
                    f"{in_decimals(table[name].iloc[place])} ({in_words(ends)})"
                )
    for name in [name for name in whole if name in shown]:  # shown as whole numbers
        shown[name] = shown[name].map(round, na_action="ignore")
    first = table["run"].iloc[0]
    compared = [one for one in table["difference"] if one]
    notes = [one.note for one in compared if one.note]
    apart = not_paired(first, [one.found for one in compared])
    return shown, notes if apart is None else [*notes, apart]


def plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table as rows for JSON, with None for empty cells.

    >>> plain(pd.DataFrame({"run": ["a"], "r2": [float("nan")]}))
    [{'run': 'a', 'r2': None}]
    """
    if "difference" in table:
        table = table.assign(difference=[one and one.found for one in table["difference"]])
    return json.loads(table.to_json(orient="records", default_handler=str))  # pyright: ignore


def draw(paths: Sequence[Path], picture: Path) -> None:
    """Draw the loss of each run over its epochs to a file."""
    curves = {}
    for path in paths:
        curves[path.name] = read(path, "metrics.csv", _losses)
    save_picture(plots.losses(curves), picture)


def _losses(file: Path) -> list[float]:
    metrics = pd.read_csv(file)
    return metrics["val_loss" if "val_loss" in metrics else "loss"].astype(float).to_list()
