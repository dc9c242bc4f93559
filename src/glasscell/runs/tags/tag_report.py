"""What a run of labels for every step reports."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from glasscell.facts import Note
from glasscell.runs.tags.sentences import TagRuns
from glasscell.runs.ties import alike
from glasscell.system.markdown import to_table

NETWORK = "LSTM"


def beside(scores: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Return a row for each way to answer, with its scores.

    >>> scores = {"LSTM": {"accuracy": 0.9, "macro_f1": 0.8, "segment_f1": {"0.1": 0.7, "0.25": 0.6, "0.5": 0.5}}}
    >>> beside(scores).to_dict("records")[0]["segment F1@50"]
    0.5
    """
    rows = []
    for name, found in scores.items():
        segments = {f"segment F1@{100 * float(k):g}": v for k, v in found["segment_f1"].items()}
        rows.append({"": name, "accuracy of steps": found["accuracy"], "macro F1": found["macro_f1"], **segments})
    return pd.DataFrame(rows)


def verdict(scores: Mapping[str, Mapping[str, Any]]) -> Note | None:
    """Return a note if a simpler way is as good or better, by macro F1; None if none is.

    >>> verdict({"LSTM": {"macro_f1": 0.5}, "commonest label": {"macro_f1": 0.6}})
    'not better than the commonest label: macro F1 0.500, and 0.600 of that'
    """
    own = scores[NETWORK]["macro_f1"]
    others = {name: found["macro_f1"] for name, found in scores.items() if name != NETWORK}
    best = max(others, key=lambda name: others[name], default=None)
    if best is None:
        return None
    if alike(own, others[best]):
        return TagRuns.AS_GOOD(rival=best, own=own, score=others[best])
    return TagRuns.NOT_BETTER(rival=best, own=own, score=others[best]) if own < others[best] else None


def per_class(scores: Mapping[str, Any]) -> pd.DataFrame:
    """Return a row for each class: how many of its steps there are, and how many are found.

    >>> per_class({"per_class": {"up": {"precision": 1.0, "recall": 0.5, "f1": 0.67, "n": 2}}}).columns.tolist()
    ['class', 'precision', 'recall', 'f1', 'n']
    """
    return pd.DataFrame([{"class": name, **found} for name, found in scores["per_class"].items()])


def confusion(scores: Mapping[str, Any]) -> pd.DataFrame:
    """Return the confusion of steps as a table, truth in rows.

    >>> confusion({"per_class": {"a": {}, "b": {}}, "confusion": [[2, 0], [1, 3]]}).values.tolist()
    [['a', 2, 0], ['b', 1, 3]]
    """
    names = list(scores["per_class"])
    rows = [[name, *row] for name, row in zip(names, scores["confusion"], strict=True)]
    return pd.DataFrame(rows, columns=["", *names])


def to_markdown(report: Mapping[str, Any], notes: Sequence[Note]) -> str:
    """Return a report as Markdown.

    Parameters
    ----------
    report : dict
        As the run's report.json.
    notes : sequence of Note
        What was understood of the data.
    """
    lines = [
        f"# {report['data']}",
        "",
        *([f"The network is {line}.", ""] if (line := verdict(report["beside"])) else []),
        *(f"- {note}" for note in notes),
        *(f"- warning: {text}" for text in report["warnings"]),
        "",
        f"Trained for {report['epochs']} epochs in {report['seconds']:.1f} s; measured on {report['n']:,} labelled "
        "steps that were held out:",
        "",
        to_table(beside(report["beside"])),
        "",
        "A segment is right if it and the true one have at least 10, 25 or 50 % of what they cover together in common "
        "(Lea et al. 2017). The logistic regression looks at a window of 15 steps.",
        "",
        "![Answers and truth over time](bands.png)",
        "",
        "## Classes",
        "",
        to_table(per_class(report)),
        "",
        "Truth in rows, answers in columns:",
        "",
        to_table(confusion(report)),
        "",
        "![Loss and accuracy while it was trained](curves.png)",
        "",
    ]
    return "\n".join(lines)
