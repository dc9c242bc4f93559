"""A run's results in words: the report that a person reads."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from glasscell.facts import Note
from glasscell.runs.baselines import NAMES
from glasscell.runs.intervals import in_words
from glasscell.runs.sentences import Runs
from glasscell.runs.standing import left_out, over, verdict
from glasscell.system.markdown import to_table

HOW_MEASURED = {
    "aside": "If the epoch was chosen by these series, expect a little less of others: `glasscell evaluate` with a "
    "file that training never saw shows how much.",
    "twin": "The network of this run was trained on all series; another one, trained in the same way without these, "
    "answered them.",
    "folds": "The network of this run was trained on all series. Each of the others, trained in the same way, "
    "answered those that it was trained without; they had fewer to learn from, so expect a little more of the network "
    "itself.",
    "training": "These series were trained on, so this says nothing about others: `glasscell evaluate` with a file "
    "that training never saw does.",
}
OVER_SERIES = (
    "In 95 of 100 such measurements the interval holds what endlessly many series of the same kind would show."
)
OVER_GROUPS = (
    "Series of a group are alike, so intervals are over groups: in 95 of 100 such measurements they hold what "
    "endlessly many groups of the same kind would show."
)
BASELINES = (
    "The simpler answers were learnt from the same series (the commonest class, or the mean, is that of all), and gave "
    "theirs to the same."
)


def to_markdown(report: dict[str, Any], notes: Sequence[Note]) -> str:
    """Return a report as Markdown, with its tables and links to its pictures.

    Parameters
    ----------
    report : dict
        As `series.train` returns it.
    notes : sequence of Note
        What was understood of the data.
    """
    lines = [f"# {report['data']}", ""]
    if note := verdict(report):
        lines += [f"**{_capital(note)}.**", ""]
    lines += [*(f"- {note}" for note in notes), ""]
    lines += [f"> **{text}**\n" for text in report["warnings"]]
    stopped = ", stopped since more did not help" if report["stopped"] else ""
    lines += [
        f"Trained on {report['n_train']} series for {report['epochs']} epochs in {report['seconds']:.1f} s{stopped}; "
        f"the weights are those after epoch {report['best_epoch']}.",
        "",
        f"## Measured on {report['measured_on']} ({report['n']} series)",
        "",
        to_table(main_scores(report)),
        "",
    ]
    if report["baselines"]:
        lines += [to_table(beside(report)), ""]
        lines += [f"{_capital(note)}.", ""] if (note := left_out(report)) else []
        lines += [OVER_GROUPS if over(report) else OVER_SERIES, BASELINES, ""]
    lines += [HOW_MEASURED[report["measured_by"]], ""]
    if note := within(report):
        lines += [f"{_capital(note)}: `glasscell predict` writes the ends as low and high.", ""]
    if report["task"] == "classification":
        lines += ["## Classes", "", to_table(per_class(report)), "", "![Confusion](confusion.png)", ""]
        lines += ["![Calibration](calibration.png)", ""]
    else:
        lines += ["![Answers](answers.png)", ""]
    return "\n".join([*lines, "## Learning curves", "", "![Learning curves](curves.png)", ""])


def _capital(note: Note) -> str:
    text = str(note)
    return text[0].upper() + text[1:]


def main_scores(report: dict[str, Any]) -> pd.DataFrame:
    """Return the scores that count, one row each, with their intervals, if there are any."""
    if report["task"] == "classification":
        names = {
            "accuracy": "accuracy",
            "balanced_accuracy": "balanced accuracy",
            "log_loss": "log loss",
            "calibration_error": "calibration error",
        }
    else:
        names = {"r2": "R²", "mae": "mean absolute error", "rmse": "root mean square error"}
    intervals = report.get("intervals", {})
    rows = [(words, report[name], in_words(intervals.get(name))) for name, words in names.items()]
    table = pd.DataFrame(rows, columns=["", "LSTM", f"95 % interval{over(report) or ''}"])
    return table if any(intervals.values()) else table.iloc[:, :2]


def within(report: dict[str, Any]) -> Note | None:
    """Return a note that says how far answers that are numbers may be off, if that is known.

    >>> within({"half_width": 1.25})
    'nine in ten of other series like these are within 1.25 of their answer'
    """
    if report.get("half_width") is None:
        return None
    return Runs.HALF_WIDTH(half_width=report["half_width"])


def beside(report: dict[str, Any]) -> pd.DataFrame:
    """Return the score of each of the simpler answers, one row each."""
    score, intervals = "accuracy" if report["task"] == "classification" else "R²", report.get("intervals", {})
    rows = [(str(NAMES[name]), v, in_words(intervals.get(name))) for name, v in report["baselines"].items()]
    table = pd.DataFrame(rows, columns=["for comparison", score, f"95 % interval{over(report) or ''}"])
    return table if any(intervals.values()) else table.iloc[:, :2]


def per_class(report: dict[str, Any]) -> pd.DataFrame:
    """Return the scores of each class, one row each."""
    return pd.DataFrame([{"class": name, **values} for name, values in report["per_class"].items()])


def confusion(report: dict[str, Any]) -> pd.DataFrame:
    """Return how often each class, in rows, was taken for which, in columns."""
    table = pd.DataFrame(report["confusion"], columns=report["classes"])
    table.insert(0, "", report["classes"])
    return table
