"""The contents of saved_before_tasks/: its runs, and how they predict and resume, then and now."""

import contextlib
import csv
import io
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
import pandas as pd

SAVED = Path(__file__).parent / "saved_before_tasks"
SCORES = (
    *("loss", "accuracy", "val_loss", "val_accuracy", "log_loss", "balanced_accuracy", "macro_f1"),
    *("mae", "rmse", "r2", "mase", "smape", "pinball", "coverage", "bits_per_character"),
)
DIGITS = 10  # of the last images


class Saved(NamedTuple):
    """A run: its folder, its input file (or its own data), and the epochs it resumes to.

    `scored` is a file with the truth.
    """

    run: str
    asked: str | None
    epochs: int
    scored: str | None = None

    @property
    def task(self) -> str:
        """The name of the task, which begins the run's."""
        return self.run.rpartition("/")[2].partition("-")[0]


FINISHED = {
    one.run: one
    for one in (
        Saved("runs/digits", None, 4),
        Saved("runs/series", "walks_new.csv", 4, "walks.csv"),
        Saved("runs/regression", "slopes_new.csv", 4, "slopes.csv"),
        Saved("runs/forecasting", None, 3, "sales_later.csv"),
        Saved("runs/tagging", "steps_new.csv", 4, "steps_scored.csv"),
        Saved("runs/language", "book_new.txt", 3),
    )
}
STOPPED = {
    one.run: one
    for one in (
        Saved("stopped/digits", None, 4),
        Saved("stopped/series", "walks_new.csv", 4),
        Saved("stopped/series-killed", "walks_new.csv", 4),
        Saved("stopped/forecasting", None, 4),
        Saved("stopped/tagging", "steps_new.csv", 4),
        Saved("stopped/language", "book_new.txt", 4),
    )
}


def of_rules(names: Iterable[str]) -> dict[str, Saved]:
    """Return the runs of these names, whose files are read by old rules; each has its own file."""
    runs = [
        Saved(f"rules/{name}", None if name.startswith("forecasting") else f"{name}.csv", 3)
        for name in names
    ]
    return {one.run: one for one in runs}


def type_in(*arguments: Any) -> str:
    """Run a command in this process, and return what it wrote to standard output.

    Raises
    ------
    AssertionError
        If it does not end with 0.
    """
    from glasscell.cli import main

    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        mock.patch.object(sys, "argv", ["glasscell", *map(str, arguments)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
    assert code == 0, (arguments, code, err.getvalue())
    return out.getvalue()


def images() -> np.ndarray:
    """Return the digits that the article's runs are asked, (N, 8, 8)."""
    from sklearn.datasets import load_digits

    return load_digits().images[-DIGITS:]


def answers_of(one: Saved) -> dict[str, list]:
    """Return a run's predictions for its input, in the data's folder: rows of numbers and texts.

    Of text, how many bits a character of the file takes, and what the run writes.
    """
    run = Path("..") / one.run
    if one.task == "digits":
        import glasscell

        opened = glasscell.load_run(run)
        return {
            "numbers": opened.predict_proba(images()).tolist(),
            "texts": [[v] for v in opened.predict(images())],
        }
    if one.task == "language":
        measured = json.loads(type_in("evaluate", run, one.asked, "--json"))
        written = type_in("write", run, "--length", 100, "--seed", 3)
        return {"numbers": [[measured["bits_per_character"]]], "texts": [[written]]}
    file = [] if one.asked is None else [one.asked]
    type_in("predict", run, *file, "-o", "answers.parquet", "--quiet")  # which has all digits
    return _of_table(Path("answers.parquet"))


def _of_table(file: Path) -> dict[str, list]:
    written = pd.read_parquet(file).to_csv(index=False)  # as it was when these answers were kept
    file.unlink()
    table = pd.read_csv(io.StringIO(written))
    # which forecasts had none of; a resumed run has
    table = table.loc[:, ~table.columns.str.endswith("-mean")]
    table.isetitem(0, table.iloc[:, 0].astype(str))  # names, though they be numbers
    numbers = table.select_dtypes("number")
    return {
        "numbers": numbers.to_numpy("float64").tolist(),
        "texts": table.drop(columns=numbers).values.tolist(),
    }


def scores_of(one: Saved) -> dict[str, float]:
    """Return how good the answers to a file with the truth are."""
    return _picked(json.loads(type_in("evaluate", Path("..") / one.run, one.scored, "--json")))


def resume(one: Saved) -> dict[str, Any]:
    """Resume a run; return its metrics: of each epoch, at the end, and its predictions then."""
    run = Path("..") / one.run
    type_in("train", "--resume", run, "--epochs", one.epochs, "--quiet")
    with (run / "metrics.csv").open(newline="", encoding="utf-8") as file:
        rows = [
            {name: float(v) for name, v in row.items() if name != "seconds"}
            for row in csv.DictReader(file)
        ]
    report = json.loads((run / "report.json").read_text(encoding="utf-8"))
    return {"metrics": rows, "scores": _picked(report), "answers": answers_of(one)}


def _picked(report: dict[str, Any]) -> dict[str, float]:
    of_forecasts = {name.lower(): v for name, v in report.get("scores", {}).get("LSTM", {}).items()}
    found = report | of_forecasts
    return {name: found[name] for name in SCORES if found.get(name) is not None}
