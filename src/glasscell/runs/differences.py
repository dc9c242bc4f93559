"""Whether two runs differ, by more than chance, in their answers to the same series.

N series, which both were measured on
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.runs.data_json import read_about
from glasscell.runs.folder import resume_command
from glasscell.runs.forecasts.forecast_pairing import compare_forecasts, forecasts_in_a_sentence
from glasscell.runs.groups import chance_of_difference, number_of, of_losses
from glasscell.runs.groups import of_difference as of_grouped
from glasscell.runs.intervals import LEVEL, in_words, of_difference
from glasscell.runs.sentences import Runs
from glasscell.runs.tags.step_pairing import compare_steps, steps_in_a_sentence
from glasscell.runs.texts.pairing import compare_texts, texts_in_a_sentence
from glasscell.runs.ties import digits_apart, verdict_of
from glasscell.system.decimals import DECIMALS
from glasscell.system.files import one_line

_ALONE = {  # tasks that are compared with their own kind only
    "forecast": Runs.ONE_OF_FORECASTS,
    "text": Runs.ONE_OF_TEXT,
    "steps": Runs.ONE_OF_STEPS,
}
COLUMNS = {"id": str, "fingerprint": str, "steps": "int64", "label": str, "answer": str}
GROUP = {"group": str}  # where series came in groups


def difference(first: Path, second: Path, reports: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    """Return how much better the first of two runs is, on the series that both were measured on.

    Parameters
    ----------
    first, second : Path
        The runs' folders.
    reports : two dicts
        Theirs.

    Returns
    -------
    dict
        "to" the second's name, and of two runs of text what `texts.pairing.compare_texts` returns; of others either
        "why_not", a note why their answers cannot be paired, or: n; "score", which it is;
        "difference" of the accuracies, or "ratio" of the errors, with its "interval"; "differ", whether more than
        chance is at work; and for classes "only_first" and "only_second", how many series only one of them answered
        right, and "p", by McNemar's exact test. Where series came in groups, there are "n_groups", the interval is over
        these, None of fewer than six, and "p" by the same test of groups, whose differences may have either sign.

    Raises
    ------
    DataError
        If a run's measured.csv or data.json is damaged.
    """
    to = {"to": second.name}
    tasks = [report.get("task") for report in reports]
    if tasks == ["text", "text"]:
        return to | compare_texts(first, second)
    if tasks == ["forecast", "forecast"]:
        return to | compare_forecasts(first, second)
    if tasks == ["steps", "steps"]:
        return to | compare_steps(first, second)
    for task, code in _ALONE.items():
        if task in tasks:
            return to | {"why_not": code()}
    if None in tasks or tasks[0] != tasks[1]:
        return to | {"why_not": Runs.ANSWERS_NOT_KEPT() if None in tasks else Runs.CLASSES_AND_NUMBERS()}
    for path, report in zip((first, second), reports, strict=True):
        if report.get("measured_by") == "training":
            return to | {"why_not": Runs.MEASURED_BY_TRAINING(run=path.name)}
        if not (path / "measured.csv").exists():
            return to | {"why_not": Runs.MADE_BEFORE(run=path.name)}
    tables = [read_measured(path) for path in (first, second)]
    pairs = pair(*tables, same_file=_same_file(first, second))
    if not len(pairs):
        return to | {"why_not": Runs.NOTHING_IN_BOTH()}
    groups = pairs["group"].to_numpy(str) if "group" in pairs else None
    if tasks[0] == "classification":
        return to | compare_classes(pairs["label"], pairs["answer"], pairs["answer_2"], groups)
    y, one, two = (pairs[name].astype("float64").to_numpy() for name in ("label", "answer", "answer_2"))
    return to | compare_numbers(y, one, two, groups)


def read_measured(path: Path) -> pd.DataFrame:
    """Return the answers by which a run was measured, all as text.

    Raises
    ------
    DataError
        If they are damaged.
    """
    file = path / "measured.csv"
    try:
        table: Any = pd.read_csv(file, dtype=COLUMNS | GROUP, keep_default_na=False)  # pyright: ignore
        return table[[*COLUMNS, *(name for name in GROUP if name in table)]]
    except (OSError, ValueError, LookupError) as error:
        raise DataError(Runs.DAMAGED, file=file, words=one_line(error), command=resume_command(path)) from error


def pair(first: pd.DataFrame, second: pd.DataFrame, *, same_file: bool) -> pd.DataFrame:
    """Return the series in both tables, with the answer of the second as "answer_2".

    The same series are those of the same numbers and label. Read with other channels the numbers differ: then, of
    `same_file`, those of the same id, steps and label.

    >>> one = pd.DataFrame({"id": ["a"], "fingerprint": ["f0"], "steps": [3], "label": ["up"], "answer": ["up"]})
    >>> pair(one, one.assign(answer="down"), same_file=False)["answer_2"].tolist()
    ['down']
    """
    for names in (["fingerprint", "label"], ["id", "steps", "label"])[: 1 + same_file]:
        tables = [table.assign(again=table.groupby(names).cumcount()) for table in (first, second)]
        pairs = tables[0].merge(tables[1], on=[*names, "again"], suffixes=("", "_2"))
        if len(pairs):
            return pairs
    return pairs


def compare_classes(y: Any, first: Any, second: Any, groups: np.ndarray | None = None) -> dict[str, Any]:
    """Return the difference of two accuracies on the same series: labels, answers, and groups if there are (N,).

    >>> found = compare_classes(np.array(["a"] * 10), np.array(["a"] * 10), np.array(["b"] * 8 + ["a"] * 2))
    >>> found["only_first"], found["only_second"], round(found["p"], 4), found["differ"]
    (8, 0, 0.0078, True)
    """
    rights = np.asarray(first) == np.asarray(y), np.asarray(second) == np.asarray(y)
    only_first, only_second = int(np.sum(rights[0] & ~rights[1])), int(np.sum(rights[1] & ~rights[0]))
    n, either = len(rights[0]), only_first + only_second
    if groups is None:
        ends = of_difference(only_first, only_second, n)
        p = float(binomtest(only_first, either).pvalue) if either else 1.0
    else:
        apart = rights[0].astype("float64") - rights[1]
        ends = of_grouped(apart, groups)
        p = None if ends is None else chance_of_difference(apart, groups)
    return {
        "score": "accuracy",
        "n": n,
        "first": float(rights[0].mean()),
        "second": float(rights[1].mean()),
        "difference": (only_first - only_second) / n,
        "interval": ends,
        "only_first": only_first,
        "only_second": only_second,
        "p": p,
        "differ": p is not None and p < 1 - LEVEL,
        **({} if groups is None else {"n_groups": number_of(groups)}),
    }


def compare_numbers(
    y: np.ndarray, first: np.ndarray, second: np.ndarray, groups: np.ndarray | None = None
) -> dict[str, Any]:
    """Return the ratio of two root mean square errors on the same series: targets, answers, groups if there are (N,).

    >>> y = np.arange(20.0)
    >>> found = compare_numbers(y, y + 1, y + 2 + y % 2)
    >>> round(found["ratio"], 2), found["differ"]
    (0.39, True)
    """
    squares = (first - y) ** 2, (second - y) ** 2
    one, two = (float(np.sqrt(of_one.mean())) for of_one in squares)
    ends = of_losses(*squares, groups)
    ends = ends and [float(np.sqrt(end)) for end in ends]
    return {
        "score": "rmse",
        "n": len(y),
        "first": one,
        "second": two,
        "ratio": one / two if two > 0 else None,
        "interval": ends,
        "differ": ends is not None and not ends[0] <= 1 <= ends[1],
        **({} if groups is None else {"n_groups": number_of(groups)}),
    }


def in_a_sentence(first: str, found: dict[str, Any]) -> Note:
    """Return what `difference` found of two runs that could be paired as a note, given the first run's name."""
    second = found["to"]
    if found["score"] == "accuracy of steps":
        return steps_in_a_sentence(first, found)
    if found["score"] == "bits_per_character":
        return texts_in_a_sentence(first, found)
    if found["score"] == "mase":
        return forecasts_in_a_sentence(first, found)
    form, ends = ".4g" if found["score"] == "rmse" else ".3f", found["interval"]
    digits = digits_apart(found["first"], found["second"], form) if found["differ"] else int(form[1])
    both: dict[str, Any] = {
        **{"first": first, "second": second, "n": found["n"], "one": found["first"], "two": found["second"]},
        "digits": digits,
        "verdict": verdict_of(found, form),
        "groups": Runs.OF_GROUPS(n=found["n_groups"]) if "n_groups" in found else None,
    }
    if found["score"] == "rmse":
        ratio = found["ratio"] or 0
        digits = digits_apart(ratio, 1.0) if found["differ"] else DECIMALS
        interval = Runs.INTERVAL(ends=in_words(ends, digits)) if ends else Runs.NO_INTERVAL()
        return Runs.ERRORS_APART(**both, ratio=ratio, digits_of_ratio=digits, interval=interval)
    both |= {name: found[name] for name in ("only_first", "only_second", "p")}
    if ends is None:
        return Runs.ACCURACIES_OF_FEW(**both, apart=found["difference"])
    both["test"] = (Runs.BY_GROUP if "n_groups" in found else Runs.MCNEMAR)(p=found["p"])
    interval = Runs.INTERVAL(ends=in_words(ends, digits))
    return Runs.ACCURACIES_APART(**both, apart=found["difference"], interval=interval)


def not_paired(first: str, found: Iterable[dict[str, Any]]) -> Note | None:
    """Return which runs could not be paired with the first, and why, as one note; None if all could.

    >>> not_paired("a", [{"to": "b", "why_not": Runs.MADE_BEFORE(run="b")}])
    'not compared with a series by series: b, since b kept no predictions'
    """
    causes: dict[Note, list[str]] = {}
    for one in found:
        if "why_not" in one:
            causes.setdefault(one["why_not"], []).append(one["to"])
    others = [Runs.NOT_PAIRED_RUNS(runs=runs, why_not=why_not) for why_not, runs in causes.items()]
    return Runs.NOT_PAIRED(first=first, others=others) if others else None


def _same_file(first: Path, second: Path) -> bool:
    sources = [read_about(path, ("source",))["source"] for path in (first, second)]
    return sources[0] == sources[1] != "-"
