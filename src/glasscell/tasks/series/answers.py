"""Answers of a trained run to files of series: scored where the file has labels, and as a table.

N series · C classes
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.doubts import profiles, shift
from glasscell.data.doubts.duplicates import count_known
from glasscell.data.doubts.markers import has_marked_label, marks_noticed
from glasscell.data.doubts.new_marks import without_repeated
from glasscell.data.emptiness import is_empty, say_empty, say_unlabelled
from glasscell.data.formats.sources import naming
from glasscell.data.tables.labels import refuse_unseen
from glasscell.errors import DataError
from glasscell.facts import Note, reported
from glasscell.runs.parts import Written
from glasscell.runs.sentences import Runs
from glasscell.system.files import check_table
from glasscell.system.tables import names_of_probabilities, write_tables
from glasscell.tasks.series.baselines import can_warp
from glasscell.tasks.series.bounds import count_held, half_width_of
from glasscell.tasks.series.description import already_known, labels_outside, not_measured
from glasscell.tasks.series.opened import SeriesRun, open_run
from glasscell.tasks.series.standing import of_few_groups, score_beside

HELD_BACK = 100  # parts of a table, until it is known whether it needs notes


def evaluate(path: Path, file: str, *, coverage: float | None = None, **options: Any) -> dict[str, Any]:
    """Return how good a run's answers are to a file with labels: as `standing.score_beside`, and what the file is.

    Series without a single value have no answer: they are not scored, but counted as `n_unanswered`; those that have
    one, but no label to compare it with, or one that means not measured, as `n_unlabelled`. For numbers, "within" says
    how often low and high hold the truth, as `bounds.count_held` returns it.

    Parameters
    ----------
    path : Path
        The run's folder.
    file : str
    coverage : float, optional
        As in `bounds.half_width_of`.
    **options
        As in `data.read`.

    Raises
    ------
    UsageError, DataError
    """
    trained = open_run(path)
    half_width, _ = half_width_of(trained, coverage)
    truth, answers, others, again, n, unanswered, unlabelled, marked, seen, pairs = [], [], [], 0, 0, [], [], 0, [], 0
    grouped: list[np.ndarray] = []
    missing = options.get("missing") or trained.reader.get("missing") or ()
    noticed: dict[Note, None] = {}
    for series, some in trained.answer(file, options):
        n += len(series)
        seen.append(profiles.profile(series))
        noticed |= dict.fromkeys([*series.warnings, *marks_noticed(series)])
        empty = is_empty(series.x)
        unanswered += series.ids[empty].tolist()
        unlabelled += series.ids[~empty & ~series.has_label].tolist()
        has_mark = ~empty & has_marked_label(series, missing)
        marked += int(has_mark.sum())
        scored = ~empty & series.has_label & ~has_mark
        if series.y is None or not scored.any():
            continue
        truth.append(series.y[scored])
        grouped += [] if series.groups is None else [series.groups[scored]]
        answers.append(some[scored])
        again += count_known(trained.fingerprints, series.select(scored))
        if trained.baselines is not None:
            pairs += len(series) * len(trained.baselines.series)
            warp = can_warp(pairs, series.x.shape[2])  # of a file that is too large it is left out
            others.append(trained.baselines.answer(series.x[scored], warp=warp))
    if not truth and len(unanswered) == n:
        raise DataError(Runs.NOTHING_TO_SCORE, file=file)
    if not truth and marked:
        raise DataError(Runs.ALL_LABELS_MISSING, file=file)
    if not truth:
        raise DataError(Runs.NO_LABELS_TO_SCORE, file=file)
    y, answers = np.concatenate(truth), np.concatenate(answers)
    names = others[-1] if others else {}
    beside = {name: np.concatenate([some[name] for some in others]) for name in names}
    if trained.classes is not None:
        with naming(file):
            refuse_unseen(y, trained.classes)

    def outside(extent: dict[str, Any], *profile: Any) -> list[Note]:
        return [*labels_outside(extent, y), *shift.outside(extent, *profile)]

    shifted = trained.warn_of_shift(seen, outside)
    empty = say_empty(unanswered, n)
    no_label = say_unlabelled(unlabelled, n)
    groups = np.concatenate(grouped) if grouped else None  # all parts of a file have them, or none
    without_group = 0 if groups is None else int(np.sum(groups == ""))
    groups = None if without_group else groups
    measured = score_beside(y, answers, beside, trained.classes, groups, seed=trained.seed)
    return {
        "run": str(path),
        "data": file,
        "task": trained.task,
        "classes": trained.classes,
        **measured,
        **({} if half_width is None else {"within": count_held(y, answers, half_width, coverage, groups)}),
        **trained.answering.record(),
        "n_unanswered": len(unanswered),
        "n_unlabelled": len(unlabelled) + marked,
        **reported(
            warnings=[
                *([trained.answering.warning] if trained.answering.warning else []),
                *without_repeated(noticed, shifted),
                *([Runs.UNANSWERED_UNSCORED.warning(empty=empty)] if unanswered else []),
                *([Runs.UNSCORED.warning(unlabelled=no_label)] if unlabelled else []),
                *([Runs.MARKED_LABELS.warning(n=marked, of=n)] if marked else []),
                *already_known(again, len(y)),
                *shifted,
                *not_measured(measured.get("per_class", {})),
                *of_few_groups(measured),
                *([Runs.NO_GROUP.warning(n=without_group, of=len(y))] if without_group else []),
            ]
        ),
    }


def predict_to(path: Path, file: str, output: str, *, coverage: float | None = None, **options: Any) -> Written:
    """Write a run's answers to a file: a row for each series, in the file's order; return what was written.

    The columns are id, answer, and for classes the probability of each, for numbers low and high, between which the
    truth of such a share of series lies. Where a series has no value, its answer and the rest are empty, and a last
    column, note, says why; it is there only if some series has a note, or if there are more than `HELD_BACK` parts. A
    file larger than memory is read in parts.

    Parameters
    ----------
    path : Path
        The run's folder.
    file : str
    output : str
        A name that ends with .csv or .parquet; "-" is standard output, as CSV.
    coverage : float, optional
        As in `bounds.half_width_of`.
    **options
        As in `data.read`.

    Raises
    ------
    UsageError, DataError, StorageError
    """
    check_table(output, file)
    trained = open_run(path)
    half_width, why_none = half_width_of(trained, coverage)
    unanswered: list[str] = []
    seen: list[profiles.Profile] = []
    noticed: dict[Note, None] = {}
    tables = _without_idle_notes(_tables(trained, file, options, unanswered, seen, noticed, half_width))
    rows = write_tables(tables, output, fractions=names_of_probabilities(trained.classes or ()))
    outside = trained.warn_of_shift(seen)
    empty = say_empty(unanswered, rows)
    warnings = [
        *([trained.answering.warning] if trained.answering.warning else []),
        *without_repeated(noticed, outside),
        *([Runs.UNANSWERED.warning(empty=empty)] if unanswered else []),
        *why_none,
        *outside,
    ]
    counts = {"n": rows, "n_unanswered": len(unanswered), **trained.answering.record()}
    return Written(counts, warnings, [Runs.ANSWERS(n=rows - len(unanswered), output=output)])


def _tables(
    trained: SeriesRun,
    file: str,
    options: dict[str, Any],
    unanswered: list[str],
    seen: list[profiles.Profile],
    noticed: dict[Note, None],
    half_width: float | None = None,
) -> Iterator[pd.DataFrame]:
    """Give the answers in tables, and collect the names of series without one, what all are like, and warnings."""
    for series, answers in trained.answer(file, options):
        noticed |= dict.fromkeys([*series.warnings, *marks_noticed(series)])
        seen.append(profiles.profile(series))
        empty = is_empty(series.x)
        unanswered += series.ids[empty].tolist()
        columns: dict[str, Any] = {"id": series.ids, "answer": answers}
        if trained.classes is not None:
            best = pd.Series(np.array(trained.classes)[answers.argmax(1)], dtype="string")
            columns["answer"] = best.mask(empty)
            columns |= zip(names_of_probabilities(trained.classes), answers.T, strict=True)
        if half_width is not None:
            columns |= {"low": answers - np.float32(half_width), "high": answers + np.float32(half_width)}
        note = pd.Series(str(Runs.ALL_MISSING()), range(len(series)), dtype="string").where(empty)
        yield pd.DataFrame(columns | {"note": note})


def _without_idle_notes(tables: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Leave the last column, note, out if nothing stands in it; some tables are held back until that is known."""
    held = []
    for table in tables:
        held.append(table)
        if len(held) > HELD_BACK or table["note"].notna().any():
            yield from held
            yield from tables
            return
    yield from (table.drop(columns="note") for table in held)
