"""Resample irregular times to regular steps, and aggregate the values of each step."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from glasscell.errors import UsageError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.frequency import format_time, parse_frequency
from glasscell.tasks.forecasting.panels.panel import ID, LONE, TIME, VALUE
from glasscell.tasks.forecasting.panels.sentences import Panels

NUMBER = re.compile(r"[-+]?\d+(\.\d*)?")
WORDS = {"last": "last", "min": "minimum", "max": "maximum"}


class SeveralValues(UsageError):
    """A step has several values, and how to combine them is for the user to say."""


def floor(times: pd.Series, every: str | int) -> np.ndarray:
    """Return the start of the step that contains each time.

    `times` (rows,).

    >>> floor(pd.Series([3, 7, 11]), 5)
    array([ 0,  5, 10])
    """
    text = str(every).strip()
    if times.dtype.kind == "M":
        if NUMBER.fullmatch(text):
            raise UsageError(Panels.EVERY_OF_DATES, every=every)
        return parse_frequency(str(every)).floor(times.to_numpy("datetime64[ns]"))
    if not text.isdigit() or int(text) < 1:
        raise UsageError(Panels.EVERY_OF_NUMBERS, every=every)
    return times.to_numpy() // int(every) * int(every)


def resampled(table: Any, every: str | int, aggregate: str | None = None) -> Any:
    """Return a table with one row per series and step that contains rows.

    >>> times = pd.to_datetime(["2026-01-01 10:07", "2026-01-01 10:31", "2026-01-01 11:02"])
    >>> table = pd.DataFrame(
    ...     {"unique_id": "a", "ds": times.astype("datetime64[ns]"), "y": [1.0, 3.0, 5.0]}
    ... )
    >>> resampled(table, "1h", "mean")["y"].tolist(), resampled(table, "1h", "sum")["y"].tolist()
    ([2.0, 5.0], [4.0, 5.0])
    """
    stepped = table.assign(**{TIME: floor(table[TIME], every)})
    has_values = VALUE in table
    if has_values and aggregate is None:
        repetition = find_repetition(stepped[stepped[VALUE].notna()])
        if repetition is not None:
            place = repetition.place
            raise SeveralValues(Panels.AGGREGATE_NEEDED, every=every, n=repetition.n, **place)
    groups = stepped.assign(**{"": range(len(table))}).groupby([ID, TIME], sort=False)
    steps = groups.mean().reset_index()
    if has_values and aggregate not in (None, "mean"):
        in_order = stepped.iloc[np.argsort(table[TIME].to_numpy(), kind="stable")]
        values = in_order.groupby([ID, TIME])[VALUE]
        combined = values.sum(min_count=1) if aggregate == "sum" else values.agg(aggregate)
        steps[VALUE] = combined.reindex(pd.MultiIndex.from_frame(steps[[ID, TIME]])).to_numpy()
    steps.pop("")
    return steps.set_index(table.index[groups[""].min().to_numpy()])


class Repetition(NamedTuple):
    """A time in n rows of a series: its place, for messages."""

    place: dict[str, Any]
    n: int


def find_repetition(table: Any) -> Repetition | None:
    """Return the first time that appears in several rows of a series.

    >>> find_repetition(pd.DataFrame({"unique_id": "a", "ds": [1, 2, 2], "y": 0.5})).n
    2
    """
    repeated = table[table.duplicated([ID, TIME], keep=False)]
    if not len(repeated):
        return None
    series, time = repeated[ID].iloc[0], repeated[TIME].iloc[0]
    first, second, *further = repeated.index[(repeated[ID] == series) & (repeated[TIME] == time)]
    whose = None if series == LONE else Panels.WHOSE(series=series)
    place = {"whose": whose, "time": format_time(time), "first": first, "second": second}
    return Repetition(place, 2 + len(further))


def notes_of_steps(
    table: Any, every: str | int, aggregate: str | None, covariates: Sequence[str]
) -> list[Note]:
    """Return notes on how values were aggregated, if a step has several.

    >>> table = pd.DataFrame({"unique_id": "a", "ds": range(9), "y": 1.0})
    >>> notes_of_steps(table, 4, "sum", ["promo"])[0]
    'each step of 4 is the sum of its values, up to 4; covariates are averaged'
    """
    valued = table[table[VALUE].notna()]
    counts = valued.groupby([ID, floor(valued[TIME], every)], sort=False)[VALUE].count()
    if not len(counts) or counts.max() == 1 or aggregate is None:
        return []
    note = Panels.AGGREGATED(
        step=int(every) if table[TIME].dtype.kind != "M" else parse_frequency(str(every)).words,
        how=WORDS.get(aggregate, aggregate),
        most=int(counts.max()),
        covariates=Panels.COVARIATES_AVERAGED() if covariates else None,
    )
    return [note, *_notes_of_parts(counts)] if aggregate == "sum" else [note]


def _notes_of_parts(counts: Any) -> list[Note]:
    """Return warnings about first or last sums that are too low for lack of the usual values."""
    per_series = {
        str(name): steps.droplevel(0).sort_index()
        for name, steps in counts.groupby(level=0, sort=False)
    }
    notes = []
    for end, position in (("first", 0), ("last", -1)):
        partial = [
            name
            for name, steps in per_series.items()
            if len(steps) > 2 and steps.iloc[position] < steps.median()
        ]
        if partial:
            steps = per_series[partial[0]]
            alike = Panels.OTHERS_PARTLY(n=len(partial) - 1) if len(partial) > 1 else None
            notes.append(
                Panels.PART_OF_A_STEP.warning(
                    series=partial[0],
                    which=end,
                    time=format_time(steps.index[position]),
                    n=int(steps.iloc[position]),
                    usual=int(steps.median()),
                    others=alike,
                )
            )
    return notes
