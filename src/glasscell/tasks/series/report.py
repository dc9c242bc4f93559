"""The report of a run, in Markdown and on the terminal, and its tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from glasscell.console.screen import Part, Titled
from glasscell.facts import Note
from glasscell.runs.report import to_markdown as framed
from glasscell.runs.sentences import Reports
from glasscell.runs.statistics import in_words
from glasscell.system.formatting import alike, digits_apart, sentence
from glasscell.tasks.series.baselines import MAX_SECONDS, NAMES
from glasscell.tasks.series.scores import coverage_line
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.settings import PERFECT_EPOCHS, PERFECT_LOSS

MOST_CLASSES_SHOWN = 20  # in a confusion matrix on a terminal
HOW_SCORED = {
    "aside": Series.ASIDE,
    "twin": Series.TWIN,
    "folds": Series.FOLDS,
    "training": Series.TRAINING,
}


def summary(report: Mapping[str, Any]) -> Iterator[Part]:
    """Yield the output after training: the score, then the baselines and the verdict."""
    yield score_line(report)
    yield from filter(None, [interval_line(report), stopped_folds(report)])
    yield from _next_to_baselines(report)


def scored(scores: Mapping[str, Any]) -> Iterator[Part]:
    """Yield the output for scores on a file."""
    unscored = scores["n_unanswered"] + scores["n_unlabelled"]
    yield score_line(scores, scores["data"])
    if unscored:
        yield Series.UNSCORED(n=unscored)
    yield from _next_to_baselines(scores)
    yield tabulate_scores(scores).iloc[1:]
    if "within" in scores:
        yield coverage_line(scores["within"])
    if scores["task"] == "classification":
        yield Titled(str(Reports.CLASSES()), tabulate_classes(scores))
        if len(scores["classes"]) <= MOST_CLASSES_SHOWN:
            yield Titled(str(Reports.CONFUSION()), tabulate_confusion(scores))


def _next_to_baselines(report: Mapping[str, Any]) -> Iterator[Part]:
    if report["baselines"]:
        yield tabulate_baselines(report)
        yield from filter(None, [verdict(report), skipped_baseline(report)])


def to_markdown(report: Mapping[str, Any], notes: Sequence[Note]) -> str:
    """Return a report as Markdown, with its tables and links to its figures."""
    about = {name: report[name] for name in ("n_train", "epochs", "seconds")}
    trained = Series.TRAINED(**about, stopped=Series.STOPPED() if report["stopped"] else None)
    parts: list[Part | None] = [
        *(f"> **{text}**" for text in report["warnings"]),
        f"{trained} {Series.WEIGHTS_OF(best_epoch=report['best_epoch'])}",
        f"## {Series.SCORED_ON(where=report['measured_on'], n=report['n'])}",
        tabulate_scores(report),
    ]
    if report["baselines"]:
        skipped = skipped_baseline(report)
        of_intervals = Series.BY_GROUP() if over_groups(report) else Series.OVER_SERIES()
        parts += [
            tabulate_baselines(report),
            skipped and sentence(skipped),
            f"{of_intervals}\n{Series.BASELINES()}",
        ]
    half_width = interval_line(report)
    stopped = stopped_folds(report)
    parts += [HOW_SCORED[report["measured_by"]](), stopped and sentence(stopped)]
    parts += [half_width and sentence(Series.LOW_AND_HIGH(half_width=half_width))]
    if report["task"] == "classification":
        parts += ["## Classes", tabulate_classes(report), "![Confusion matrix](confusion.png)"]
        parts += ["![Calibration](calibration.png)"]
    else:
        parts += ["![Predictions](answers.png)"]
    parts += ["## Learning curves", "![Learning curves](curves.png)"]
    return framed(
        report["data"], score_line(report), [verdict(report)], notes, parts, report["files"]
    )


def score_line(report: Mapping[str, Any], on: str | None = None) -> Note:
    """Return the main score as a note, with its interval and the data that it was measured on.

    >>> found = {
    ...     "task": "classification",
    ...     "accuracy": 0.75,
    ...     "right": 3,
    ...     "n": 4,
    ...     "intervals": {"accuracy": [0.3, 0.95]},
    ... }
    >>> score_line(found, "new.csv")
    'accuracy 0.750 (3/4, 95% CI 0.300–0.950) on new.csv'
    >>> score_line(
    ...     found
    ...     | {"measured_by": "folds", "measured_on": "4 cross-validation folds", "n_folds": 4}
    ... )
    '4-fold cross-validated accuracy 0.750 (3/4, 95% CI 0.300–0.950)'
    """
    name = "accuracy" if report["task"] == "classification" else "r2"
    ends = report.get("intervals", {}).get(name)
    values: dict[str, Any] = {
        "n": report["n"],
        "interval": Reports.INTERVAL(ends=in_words(ends), over=over_groups(report))
        if ends
        else None,
        "how": None,
        "on": Series.ON(where=on or report["measured_on"]),
    }
    if on is None and report["measured_by"] == "folds":
        folds = report.get("n_folds")  # missing in older runs
        values["how"] = (
            Series.CROSS_VALIDATED(n=folds) if folds else Series.CROSS_VALIDATED_BEFORE()
        )
        values["on"] = None
    if name == "accuracy":
        return Reports.ACCURACY(accuracy=report["accuracy"], right=report["right"], **values)
    if report["r2"] is None:
        return Series.NO_R2(mae=report["mae"], **values)
    return Series.R2(r2=report["r2"], mae=report["mae"], **values)


def _counting(report: Mapping[str, Any]) -> tuple[str, str]:
    """Return the name of the main score in reports, and as printed."""
    return ("accuracy", "accuracy") if report["task"] == "classification" else ("r2", "R²")


def verdict(report: Mapping[str, Any]) -> Note | None:
    """Return a note that compares the network with the best baseline; None if there is none.

    >>> report = {
    ...     "task": "classification",
    ...     "accuracy": 0.8,
    ...     "baselines": {"majority": 0.5, "nearest_neighbour": 0.85},
    ... }
    >>> verdict(report | {"intervals": {"accuracy": [0.7, 0.9]}})
    'not better than nearest neighbor: accuracy 0.800 vs 0.850'
    """
    name, score = _counting(report)
    known = {other: v for other, v in report.get("baselines", {}).items() if v is not None}
    ours = report.get(name)
    if not known or ours is None:
        return None
    best = max(known, key=lambda other: known[other])
    theirs, ends = known[best], report.get("intervals", {}).get(name)
    both = {"rival": NAMES[best], "score": score, "ours": ours, "theirs": theirs}
    if alike(ours, theirs):
        return Series.AS_GOOD(**both)
    if ours < theirs:
        return Series.NOT_BETTER(**both)
    if ends is not None and ends[0] <= theirs:
        return Series.PERHAPS_NO_BETTER(**both, interval=in_words(ends))
    code = Series.HIGHER if ends is None else Series.BETTER
    return code(**both, digits=digits_apart(ours, theirs))


def skipped_baseline(report: Mapping[str, Any]) -> Note | None:
    """Return a note if a baseline was skipped because it takes long.

    >>> skipped_baseline({"baselines": {"summaries": 0.5}})
    'nearest neighbor with DTW was skipped: with this many series it takes more than 5 seconds'
    """
    there = report.get("baselines", {})
    if "summaries" not in there or "nearest_neighbour_dtw" in there:  # older runs have neither
        return None
    return Series.LEFT_OUT_FOR_TIME(rival=NAMES["nearest_neighbour_dtw"], seconds=MAX_SECONDS)


def over_groups(report: Mapping[str, Any]) -> Note | None:
    """Return a clause on the groups that a report's intervals are over; None if over series.

    >>> over_groups({"interval_over": "groups", "n_groups": 12}), over_groups({"accuracy": 0.5})
    (' over 12 groups', None)
    """
    return (
        Series.OVER_GROUPS(n=report["n_groups"])
        if report.get("interval_over") == "groups"
        else None
    )


def tabulate_scores(report: Mapping[str, Any]) -> pd.DataFrame:
    """Return the main scores, one row each, with intervals, if there are any."""
    if report["task"] == "classification":
        names = {
            "accuracy": "accuracy",
            "balanced_accuracy": "balanced accuracy",
            "log_loss": "log loss",
            "calibration_error": "calibration error",
        }
    else:
        names = {"r2": "R²", "mae": "mean absolute error", "rmse": "root mean square error"}
    return _with_intervals(
        report, "LSTM", [(words, report[name], name) for name, words in names.items()]
    )


def interval_line(report: Mapping[str, Any]) -> Note | None:
    """Return a note on the half-width of prediction intervals, if it is known.

    >>> interval_line({"half_width": 1.25})
    '90% of predictions for new series like these are within ±1.25 of the target'
    """
    if report.get("half_width") is None:
        return None
    return Series.HALF_WIDTH(half_width=report["half_width"])


def stopped_folds(report: Mapping[str, Any]) -> Note | None:
    """Return a note on the folds, or the second network, that stopped early; None without any.

    >>> stopped_folds(
    ...     {"measured_by": "twin", "folds_stopped_after": [60], "epochs": 300}
    ... ) == Series.TWIN_STOPPED(epochs=60, most=300, perfect=50, loss=0.001)
    True
    """
    folds = report.get("folds_stopped_after", ())  # missing in older runs
    ends = sorted({epoch for epoch in folds if epoch is not None})
    if not ends:
        return None
    about = {"most": report["epochs"], "perfect": PERFECT_EPOCHS, "loss": PERFECT_LOSS}
    if report["measured_by"] == "twin":
        return Series.TWIN_STOPPED(epochs=ends[0], **about)
    epochs = f"{ends[0]}" if len(ends) == 1 else f"{ends[0]}–{ends[-1]}"
    stopped = sum(epoch is not None for epoch in folds)
    return Series.FOLDS_STOPPED(stopped=stopped, n=len(folds), epochs=epochs, **about)


def tabulate_baselines(report: Mapping[str, Any]) -> pd.DataFrame:
    """Return the score of the network and of each baseline, one row each.

    >>> report = {"task": "classification", "accuracy": 0.75, "baselines": {"majority": 0.5}}
    >>> tabulate_baselines(report).to_dict("records")
    [{'': 'LSTM', 'accuracy': 0.75}, {'': 'majority class', 'accuracy': 0.5}]
    """
    name, score = _counting(report)
    rows = [
        ("LSTM", report[name], name),
        *((str(NAMES[other]), v, other) for other, v in report["baselines"].items()),
    ]
    return _with_intervals(report, score, rows)


def _with_intervals(
    report: Mapping[str, Any], score: str, rows: Sequence[tuple[str, Any, str]]
) -> pd.DataFrame:
    """Return a table of rows (name, score, key of the interval), with intervals if any."""
    intervals = report.get("intervals", {})
    columns = ["", score, f"95% CI{over_groups(report) or ''}"]
    table = pd.DataFrame(
        [(*row, in_words(intervals.get(name))) for *row, name in rows], columns=columns
    )
    return table if any(intervals.values()) else table.iloc[:, :2]


def tabulate_classes(report: Mapping[str, Any]) -> pd.DataFrame:
    """Return the scores of each class, one row each."""
    return pd.DataFrame([{"class": name, **values} for name, values in report["per_class"].items()])


def tabulate_confusion(report: Mapping[str, Any]) -> pd.DataFrame:
    """Return the confusion matrix: true classes in rows, predicted ones in columns."""
    table = pd.DataFrame(report["confusion"], columns=report["classes"])
    table.insert(0, "", report["classes"])
    return table
