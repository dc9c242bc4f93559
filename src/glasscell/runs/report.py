"""A run's results in words: the report that a person reads."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from glasscell.system.markdown import to_table

HOW_MEASURED = {
    "series set aside": "The epoch was chosen by these series, so expect a little less of others: `glasscell evaluate` "
    "with a file that training never saw shows how much.",
    "series left out of a second training like the first": "The network of this run was trained on all series; another "
    "one, trained in the same way without these, answered them.",
    "the training data": "These series were trained on, so this says nothing about others: `glasscell evaluate` with a "
    "file that training never saw does.",
}


def to_markdown(report: dict[str, Any], notes: Sequence[str]) -> str:
    """Return a report as Markdown, with its tables and links to its pictures.

    Parameters
    ----------
    report : dict
        As `series.train` returns it.
    notes : sequence of str
        What was understood of the data.
    """
    lines = [f"# {report['data']}", "", *(f"- {note}" for note in notes), ""]
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
    if report["measured_on"] in HOW_MEASURED:
        lines += [HOW_MEASURED[report["measured_on"]], ""]
    if report["task"] == "classification":
        lines += ["## Classes", "", to_table(per_class(report)), "", "![Confusion](confusion.png)", ""]
        lines += ["![Calibration](calibration.png)", ""]
    else:
        lines += ["![Answers](answers.png)", ""]
    return "\n".join([*lines, "## Learning curves", "", "![Learning curves](curves.png)", ""])


def main_scores(report: dict[str, Any]) -> pd.DataFrame:
    """Return the scores that count, ours beside the baselines', one row each."""
    baselines = report.get("baselines", {})
    nearest = baselines.get("nearest_neighbour")
    if report["task"] == "classification":
        rows = [
            ("accuracy", report["accuracy"], baselines.get("majority"), nearest),
            ("balanced accuracy", report["balanced_accuracy"], None, None),
            ("log loss", report["log_loss"], None, None),
            ("calibration error", report["calibration_error"], None, None),
        ]
        simplest = "commonest class"
    else:
        rows = [
            ("R²", report["r2"], baselines.get("mean"), nearest),
            ("mean absolute error", report["mae"], None, None),
            ("root mean square error", report["rmse"], None, None),
        ]
        simplest = "mean"
    table = pd.DataFrame(rows, columns=["", "LSTM", simplest, "nearest neighbour"])
    return table if baselines else table.iloc[:, :2]


def per_class(report: dict[str, Any]) -> pd.DataFrame:
    """Return the scores of each class, one row each."""
    return pd.DataFrame([{"class": name, **values} for name, values in report["per_class"].items()])


def confusion(report: dict[str, Any]) -> pd.DataFrame:
    """Return how often each class, in rows, was taken for which, in columns."""
    table = pd.DataFrame(report["confusion"], columns=report["classes"])
    table.insert(0, "", report["classes"])
    return table
