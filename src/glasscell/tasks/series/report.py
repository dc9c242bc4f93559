"""The report of a run that a person reads, and its tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from glasscell.facts import Note
from glasscell.runs.intervals import in_words
from glasscell.runs.parts import Part, Titled
from glasscell.runs.report_sentences import Reports
from glasscell.runs.sentences import Runs
from glasscell.system.markdown import sentence, to_table
from glasscell.tasks.series.baselines import NAMES
from glasscell.tasks.series.bounds import held
from glasscell.tasks.series.standing import left_out, over, score_line, verdict

MOST_CLASSES_SHOWN = 20  # in a confusion matrix on a terminal
HOW_SCORED = {
    "aside": Reports.ASIDE,
    "twin": Reports.TWIN,
    "folds": Reports.FOLDS,
    "training": Reports.TRAINING,
}


def summary(report: Mapping[str, Any]) -> Iterator[Part]:
    """Give what is printed after training: the score, then the baselines and the verdict."""
    yield score_line(report)
    yield from filter(None, [within(report)])
    if report["baselines"]:
        yield beside(report)
        yield from filter(None, [verdict(report), left_out(report)])


def scored(scores: Mapping[str, Any]) -> Iterator[Part]:
    """Give what is printed of scores on a file."""
    unscored = scores["n_unanswered"] + scores["n_unlabelled"]
    yield score_line(scores, scores["data"])
    if unscored:
        yield Reports.UNSCORED(n=unscored)
    if scores["baselines"]:
        yield beside(scores)
        yield from filter(None, [verdict(scores), left_out(scores)])
    yield main_scores(scores).iloc[1:]
    if "within" in scores:
        yield held(scores["within"])
    if scores["task"] == "classification":
        yield Titled(str(Reports.CLASSES()), per_class(scores))
        if len(scores["classes"]) <= MOST_CLASSES_SHOWN:
            yield Titled(str(Reports.CONFUSION()), confusion(scores))


def to_markdown(report: dict[str, Any], notes: Sequence[Note]) -> str:
    """Return a report as Markdown, with its tables and links to its pictures.

    Parameters
    ----------
    report : dict
        As `series.train` returns it.
    notes : sequence of Note
        What was understood of the data.
    """
    stopped = Reports.STOPPED() if report["stopped"] else None
    about = {name: report[name] for name in ("n_train", "epochs", "seconds")}
    lines = [
        f"# {report['data']}",
        "",
        f"**{sentence(score_line(report))}**",
        "",
        *([sentence(note), ""] if (note := verdict(report)) else []),
        *(f"- {note}" for note in notes),
        "",
        *(f"> **{text}**\n" for text in report["warnings"]),
        f"{Reports.TRAINED(**about, stopped=stopped)} {Reports.WEIGHTS_OF(best_epoch=report['best_epoch'])}",
        "",
        f"## {Reports.SCORED_ON(where=report['measured_on'], n=report['n'])}",
        "",
        to_table(main_scores(report)),
        "",
    ]
    if report["baselines"]:
        lines += [to_table(beside(report)), ""]
        lines += [sentence(note), ""] if (note := left_out(report)) else []
        lines += [str(Reports.BY_GROUP() if over(report) else Reports.OVER_SERIES()), str(Reports.BASELINES()), ""]
    lines += [str(HOW_SCORED[report["measured_by"]]()), ""]
    if note := within(report):
        lines += [sentence(Reports.LOW_AND_HIGH(half_width=note)), ""]
    if report["task"] == "classification":
        lines += ["## Classes", "", to_table(per_class(report)), "", "![Confusion matrix](confusion.png)", ""]
        lines += ["![Calibration](calibration.png)", ""]
    else:
        lines += ["![Predictions](answers.png)", ""]
    lines += ["## Learning curves", "", "![Learning curves](curves.png)", ""]
    return "\n".join([*lines, str(Reports.FILES(files=report["files"])), ""])


def main_scores(report: Mapping[str, Any]) -> pd.DataFrame:
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
    table = pd.DataFrame(rows, columns=["", "LSTM", f"95% CI{over(report) or ''}"])
    return table if any(intervals.values()) else table.iloc[:, :2]


def within(report: Mapping[str, Any]) -> Note | None:
    """Return a note of how far predictions of continuous targets may be off, if that is known.

    >>> within({"half_width": 1.25})
    '90% of predictions for new series like these are within ±1.25 of the target'
    """
    if report.get("half_width") is None:
        return None
    return Runs.HALF_WIDTH(half_width=report["half_width"])


def beside(report: Mapping[str, Any]) -> pd.DataFrame:
    """Return the score of the network and of each baseline, one row each.

    >>> report = {"task": "classification", "accuracy": 0.75, "baselines": {"majority": 0.5}}
    >>> beside(report).to_dict("records")
    [{'': 'LSTM', 'accuracy': 0.75}, {'': 'majority class', 'accuracy': 0.5}]
    """
    name, score = ("accuracy", "accuracy") if report["task"] == "classification" else ("r2", "R²")
    intervals = report.get("intervals", {})
    rows = [("LSTM", report[name], in_words(intervals.get(name)))]
    rows += [(str(NAMES[name]), v, in_words(intervals.get(name))) for name, v in report["baselines"].items()]
    table = pd.DataFrame(rows, columns=["", score, f"95% CI{over(report) or ''}"])
    return table if any(intervals.values()) else table.iloc[:, :2]


def per_class(report: Mapping[str, Any]) -> pd.DataFrame:
    """Return the scores of each class, one row each."""
    return pd.DataFrame([{"class": name, **values} for name, values in report["per_class"].items()])


def confusion(report: Mapping[str, Any]) -> pd.DataFrame:
    """Return the confusion matrix: true classes in rows, predicted ones in columns."""
    table = pd.DataFrame(report["confusion"], columns=report["classes"])
    table.insert(0, "", report["classes"])
    return table
