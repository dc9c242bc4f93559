"""Predictions of a trained run for files of series: scored if labeled, and as a table.

N series · C classes
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasscell.console.screen import Written
from glasscell.data import Sequences
from glasscell.data.checks import profiles, shift
from glasscell.data.checks.codes import has_marked_label
from glasscell.data.checks.copies import count_known
from glasscell.data.formats.sources import naming
from glasscell.data.sentences import Reading
from glasscell.data.sequences import is_empty, say_empty
from glasscell.data.tables.labels import refuse_unseen
from glasscell.errors import DataError
from glasscell.facts import Code, Note, reported
from glasscell.runs.options import reading
from glasscell.runs.sentences import Runs
from glasscell.runs.series.trained_run import check_known
from glasscell.system.files import check_table
from glasscell.system.table_writing import names_of_probabilities, write_tables
from glasscell.tasks.series.baselines import can_warp
from glasscell.tasks.series.description import check_classes, check_labels
from glasscell.tasks.series.options import PredictOptions
from glasscell.tasks.series.scores import (
    check_groups,
    half_width_of,
    measure_coverage,
    score_with_baselines,
)
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.trained_run import SeriesRun, open_run

HELD_BACK = 100  # parts of a table to buffer until it is known whether it needs notes

AS_TRAINED = PredictOptions()


def evaluate(path: Path, file: str, *, options: PredictOptions = AS_TRAINED) -> dict[str, Any]:
    """Return scores of a run's predictions for a labeled file: see `scores.score_with_baselines`.

    Series without any value are not scored, but counted as `n_unanswered`. Others without a label,
    or with a missing-value code as label, are counted as `n_unlabelled`. For a regression, "within"
    has the coverage of low and high: see `scores.measure_coverage`.
    """
    trained = open_run(path)
    half_width, _ = half_width_of(trained, options.coverage)
    asked = _Asked(trained, file, reading(options))
    truth, answers, others, groups, unlabelled, again, marked, pairs = [], [], [], [], [], 0, 0, 0
    missing = options.missing or trained.reader.get("missing") or ()
    for series, some, empty in asked:
        unlabelled += series.ids[~empty & ~series.has_label].tolist()
        has_mark = ~empty & has_marked_label(series, missing)
        marked += int(has_mark.sum())
        scored = ~empty & series.has_label & ~has_mark
        if series.y is None or not scored.any():
            continue
        truth.append(series.y[scored])
        groups += [] if series.groups is None else [series.groups[scored]]
        answers.append(some[scored])
        again += count_known(trained.fingerprints, series.select(scored))
        if trained.baselines is not None:
            pairs += len(series) * len(trained.baselines.series)
            warp = can_warp(pairs, series.x.shape[2])  # skipped for a file that is too large
            others.append(trained.baselines.answer(series.x[scored], warp=warp))
    if not truth:
        without_label = Series.ALL_LABELS_MISSING if marked else Series.NO_LABELS_TO_SCORE
        raise DataError(
            Series.NOTHING_TO_SCORE if len(asked.unanswered) == asked.n else without_label,
            file=file,
        )
    y, answers = np.concatenate(truth), np.concatenate(answers)
    beside = {
        name: np.concatenate([some[name] for some in others])
        for name in (others[-1] if others else {})
    }
    if trained.classes is not None:
        with naming(file):
            refuse_unseen(y, trained.classes)

    def outside(extent: dict[str, Any], *profile: Any) -> list[Note]:
        return [*check_labels(extent, y), *shift.outside(extent, *profile)]

    # all parts of a file have groups, or none
    group_of = np.concatenate(groups) if groups else None
    without_group = 0 if group_of is None else int(np.sum(group_of == ""))
    group_of = None if without_group else group_of
    measured = score_with_baselines(
        y, answers, beside, trained.classes, group_of, seed=trained.seed
    )
    those = Reading.UNLABELLED(some=len(unlabelled), n=asked.n, ids=unlabelled)
    unscored = [Runs.UNSCORED.warning(unlabelled=those)] if unlabelled else []
    unscored += [Runs.MARKED_LABELS.warning(n=marked, of=asked.n)] if marked else []
    warnings = asked.warnings(
        Runs.UNANSWERED_UNSCORED, *unscored, *check_known(again, len(y)), find=outside
    )
    warnings += [*check_classes(measured.get("per_class", {})), *check_groups(measured)]
    warnings += [Runs.NO_GROUP.warning(n=without_group, of=len(y))] if without_group else []
    about = {"run": str(path), "data": file, "task": trained.task, "classes": trained.classes}
    return about | {
        **measured,
        **(
            {}
            if half_width is None
            else {"within": measure_coverage(y, answers, half_width, options.coverage, group_of)}
        ),
        **trained.backend.record(),
        "n_unanswered": len(asked.unanswered),
        "n_unlabelled": len(unlabelled) + marked,
        **reported(warnings=warnings),
    }


def predict_to(
    path: Path, file: str, output: str, *, options: PredictOptions = AS_TRAINED
) -> Written:
    """Write a run's predictions to a file: a row for each series, in the order of `file`.

    The columns are `id`, `answer` (the prediction), and the probability of each class, or for a
    regression `low` and `high`, the ends of the prediction interval. For a series without any value
    these are empty, and a last column, `note`, has the reason. It is dropped if empty, unless there
    are more than `HELD_BACK` parts. A file larger than memory is read in parts.
    """
    check_table(output, file)
    trained = open_run(path)
    half_width, why_none = half_width_of(trained, options.coverage)
    asked = _Asked(trained, file, reading(options))
    tables = _without_idle_notes(_tables(asked, half_width))
    rows = write_tables(tables, output, fractions=names_of_probabilities(trained.classes or ()))
    unanswered = len(asked.unanswered)
    counts = {"n": rows, "n_unanswered": unanswered, **trained.backend.record()}
    warnings = asked.warnings(Series.UNANSWERED, *why_none)
    return Written(counts, warnings, [Series.ANSWERS(n=rows - unanswered, output=output)])


class _Asked:
    """A run's predictions for a file, iterated over in parts; collects warnings about series.

    Parameters
    ----------
    options : dict
        As in `data.read`.
    """

    def __init__(self, trained: SeriesRun, file: str, options: dict[str, Any]):
        self.trained, self.file, self.options, self.n = trained, file, options, 0
        self.unanswered: list[str] = []  # ids
        self._seen: list[profiles.Profile] = []
        self._noticed: dict[Note, None] = {}

    def __iter__(self) -> Iterator[tuple[Sequences, np.ndarray, np.ndarray]]:
        """Yield series, predictions, and which series have no value."""
        for series, answers in self.trained.answer(self.file, self.options):
            empty = is_empty(series.x)
            self.n += len(series)
            self.unanswered += series.ids[empty].tolist()
            self._seen.append(profiles.profile(series))
            self._noticed |= dict.fromkeys(series.warnings)
            yield series, answers, empty

    def warnings(self, without_value: Code, *also: Note, find: Any = shift.outside) -> list[Note]:
        """Return the warnings after all parts: on series `without_value`, `also`, on a shift."""
        backend, shifted = self.trained.backend, self.trained.warn_of_shift(self._seen, find)
        return [
            *([backend.warning] if backend.warning else []),
            *self._noticed,
            *(
                [without_value.warning(empty=say_empty(self.unanswered, self.n))]
                if self.unanswered
                else []
            ),
            *also,
            *shifted,
        ]


def _tables(asked: _Asked, half_width: float | None = None) -> Iterator[pd.DataFrame]:
    """Yield the predictions in tables."""
    classes = asked.trained.classes
    for series, answers, empty in asked:
        columns: dict[str, Any] = {"id": series.ids, "answer": answers}
        if classes is not None:
            best = pd.Series(np.array(classes)[answers.argmax(1)], dtype="string")
            columns["answer"] = best.mask(empty)
            columns |= zip(names_of_probabilities(classes), answers.T, strict=True)
        if half_width is not None:
            columns |= {
                "low": answers - np.float32(half_width),
                "high": answers + np.float32(half_width),
            }
        note = pd.Series(str(Series.ALL_MISSING()), range(len(series)), dtype="string").where(empty)
        yield pd.DataFrame(columns | {"note": note})


def _without_idle_notes(tables: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Drop the last column, `note`, if it is empty; tables are buffered until that is known."""
    held = []
    for table in tables:
        held.append(table)
        if len(held) > HELD_BACK or table["note"].notna().any():
            yield from held
            yield from tables
            return
    yield from (table.drop(columns="note") for table in held)
