"""The report of a tagging run, and its comparison with another run, both on held-out steps."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from glasscell.console.screen import Part, Titled
from glasscell.facts import Note
from glasscell.runs.comparison import Finished, pair, read_kept
from glasscell.runs.config import read_about
from glasscell.runs.paired_tests import Pairs, by_difference
from glasscell.runs.report import to_markdown as in_markdown
from glasscell.runs.sentences import Reports, Runs
from glasscell.runs.statistics import in_words
from glasscell.system.formatting import alike, digits_apart, sentence
from glasscell.tasks.tagging.baselines import COMMONEST
from glasscell.tasks.tagging.scores import BLOCKS, number_units
from glasscell.tasks.tagging.sentences import TagRuns

NETWORK = "LSTM"
MOST_CLASSES_SHOWN = 20  # in a confusion matrix on a terminal
COLUMNS = {"id": str, "step": "int64", "truth": str, "answer": str}  # of held_out.csv
SHOWN = {COMMONEST: "majority class"}  # names that differ from those in report.json


def tabulate_scores(scores: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Return a row for the network and each baseline, with its scores.

    >>> scores = {
    ...     "LSTM": {
    ...         "accuracy": 0.9,
    ...         "macro_f1": 0.8,
    ...         "segment_f1": {"0.1": 0.7, "0.25": 0.6, "0.5": 0.5},
    ...     }
    ... }
    >>> tabulate_scores(scores).to_dict("records")[0]["segment F1@50"]
    0.5
    """
    rows = []
    for name, found in scores.items():
        segments = {f"segment F1@{100 * float(k):g}": v for k, v in found["segment_f1"].items()}
        row = {
            "": SHOWN.get(name, name),
            "accuracy": found["accuracy"],
            "macro F1": found["macro_f1"],
        }
        rows.append(row | segments)
    return pd.DataFrame(rows)


def verdict(scores: Mapping[str, Mapping[str, Any]]) -> Note:
    """Return a note that compares the network with the best baseline, by macro F1.

    >>> verdict({"LSTM": {"macro_f1": 0.5}, "commonest label": {"macro_f1": 0.6}})
    'not better than majority class: macro F1 0.500 vs 0.600'
    """
    others = {name: found["macro_f1"] for name, found in scores.items()}
    own = others.pop(NETWORK)
    best = max(others, key=lambda name: others[name])
    code = TagRuns.NOT_BETTER if own < others[best] else TagRuns.BETTER
    code = TagRuns.AS_GOOD if alike(own, others[best]) else code
    digits = digits_apart(own, others[best])
    return code(rival=SHOWN.get(best, best), own=own, score=others[best], digits=digits)


def score_line(found: Mapping[str, Any], file: str | None = None) -> Note:
    """Return the main scores as a note: on the held-out steps, or on a file."""
    scores = {name: found[name] for name in ("accuracy", "macro_f1", "n")}
    intervals = found.get("intervals", {})  # missing in older runs
    for name in ("accuracy", "macro_f1"):
        ends = intervals.get(name)
        scores[f"of_{name}"] = TagRuns.INTERVAL(ends=in_words(ends)) if ends else None
    where = TagRuns.WHERE_HELD_OUT() if file is None else TagRuns.OF_FILE(file=file)
    return TagRuns.SCORES(**scores, segment_f1=found["segment_f1"]["0.5"], where=where)


def tabulate_classes(scores: Mapping[str, Any]) -> pd.DataFrame:
    """Return a row with the scores of each class.

    >>> tabulate_classes(
    ...     {"per_class": {"up": {"precision": 1.0, "recall": 0.5, "f1": 0.67, "n": 2}}}
    ... ).columns.tolist()
    ['class', 'precision', 'recall', 'f1', 'n']
    """
    return pd.DataFrame([{"class": name, **found} for name, found in scores["per_class"].items()])


def tabulate_confusion(scores: Mapping[str, Any]) -> pd.DataFrame:
    """Return the confusion matrix of steps: true classes in rows, predicted ones in columns.

    >>> tabulate_confusion(
    ...     {"per_class": {"a": {}, "b": {}}, "confusion": [[2, 0], [1, 3]]}
    ... ).values.tolist()
    [['a', 2, 0], ['b', 1, 3]]
    """
    names = list(scores["per_class"])
    rows = [[name, *row] for name, row in zip(names, scores["confusion"], strict=True)]
    return pd.DataFrame(rows, columns=["", *names])


def summary(report: Mapping[str, Any]) -> Iterator[Part]:
    """Yield the output after training: the score, then the baselines and the verdict."""
    yield score_line(report)
    yield tabulate_scores(report["beside"]).filter(["", "accuracy", "macro F1", "segment F1@50"])
    yield verdict(report["beside"])


def scored(scores: Mapping[str, Any]) -> Iterator[Part]:
    """Yield the output for scores on a file."""
    yield score_line(scores, scores["data"])
    if n := scores["n_unlabelled"]:
        yield TagRuns.UNLABELED(n=n, file=scores["data"])
    yield tabulate_scores({NETWORK: scores})
    yield Titled(str(Reports.CLASSES()), tabulate_classes(scores))
    if len(scores["per_class"]) <= MOST_CLASSES_SHOWN:
        yield Titled(str(Reports.CONFUSION()), tabulate_confusion(scores))


def to_markdown(report: Mapping[str, Any], notes: Sequence[Note]) -> str:
    """Return a report as Markdown."""
    parts = (
        TagRuns.TRAINED(**{name: report[name] for name in ("epochs", "seconds", "n")}),
        tabulate_scores(report["beside"]),
        TagRuns.MEASURES(),
        "![Predictions and labels over time](bands.png)",
        "## Classes",
        tabulate_classes(report),
        sentence(Reports.CONFUSION()),
        tabulate_confusion(report),
        "![Learning curves](curves.png)",
    )
    understood = [*notes, *(f"warning: {text}" for text in report["warnings"])]
    return in_markdown(
        report["data"],
        score_line(report),
        [verdict(report["beside"])],
        understood,
        parts,
        report["files"],
    )


def pairs_of(first: Finished, second: Finished) -> Pairs | Note:
    """Return the labeled steps that two runs both held out, or why there are none.

    Steps of a series are not independent: the bootstrap draws whole series, or with fewer than five
    series, 20 blocks of steps.
    """
    abouts = [read_about(run.path, ("sha256", "name")) for run in (first, second)]
    # the same values and labels, or other channels of the same file
    if (
        abouts[0]["sha256"] != abouts[1]["sha256"]
        and not abouts[0]["name"] == abouts[1]["name"] != "-"
    ):
        return TagRuns.OTHER_FILES()
    pairs = pair(
        ["id", "step"], *(read_kept(run, "held_out.csv", COLUMNS) for run in (first, second))
    )
    if not len(pairs):
        return TagRuns.NO_STEP_IN_BOTH()
    if (pairs["truth"] != pairs["truth_2"]).any():
        return TagRuns.OTHER_LABELS()
    pairs = pairs[pairs["truth"] != ""]
    if len(pairs) < BLOCKS:
        return TagRuns.TOO_FEW_IN_BOTH(n=len(pairs), least=BLOCKS)
    rights = [
        (pairs[name] == pairs["truth"]).to_numpy("float64") for name in ("answer", "answer_2")
    ]
    unit = number_units(pairs["id"])
    units = int(unit.max()) + 1
    return Pairs(
        "accuracy of steps",
        Runs.ACCURACY(),
        TagRuns.STEPS(n=len(pairs)),
        by_difference,
        *rights,
        drawn=unit,
        counts={"units": units},
        over=TagRuns.OVER_UNITS(units=units),
    )
