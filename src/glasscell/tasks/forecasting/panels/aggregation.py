"""Resample irregular times to regular steps, and aggregate the values of each step."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from glasscell.errors import UsageError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.frequency import format_time, parse_frequency
from glasscell.tasks.forecasting.panels.panel import ID, LONE, TIME, VALUE
from glasscell.tasks.forecasting.panels.sentences import Panels

NUMBER = re.compile(r"[-+]?\d+(\.\d*)?")
WORDS = {"last": "last", "min": "minimum", "max": "maximum"}


def floor(times: pd.Series, every: str | int) -> np.ndarray:
    """Return the start of the step that contains each time.

    `times` (rows,).

    >>> floor(pd.Series([3, 7, 11]), 5)
    array([ 0,  5, 10])
    """
    is_whole = str(every).strip().isdigit() and int(every) > 0
    if times.dtype.kind == "M":
        if NUMBER.fullmatch(str(every).strip()):
            raise UsageError(Panels.EVERY_OF_DATES, every=every)
        return parse_frequency(str(every)).floor(times.to_numpy("datetime64[ns]"))
    if not is_whole:
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
    if VALUE in table and aggregate is None:
        _require_one_value(stepped, every)
    groups = stepped.assign(**{"": range(len(table))}).groupby([ID, TIME], sort=False)
    made = groups.mean().reset_index()
    if VALUE in table and aggregate not in (None, "mean"):
        in_order = stepped.iloc[np.argsort(table[TIME].to_numpy(), kind="stable")]
        values = in_order.groupby([ID, TIME])[VALUE]
        found = values.sum(min_count=1) if aggregate == "sum" else values.agg(aggregate)
        made[VALUE] = found.reindex(pd.MultiIndex.from_frame(made[[ID, TIME]])).to_numpy()
    made.pop("")
    return made.set_index(table.index[groups[""].min().to_numpy()])


def _require_one_value(stepped: Any, every: str | int) -> None:
    """Raise UsageError for the first step with several values."""
    there = stepped[stepped[VALUE].notna()]
    several = there[there.duplicated([ID, TIME], keep=False)]
    if not len(several):
        return
    who, time = several[ID].iloc[0], several[TIME].iloc[0]
    rows = several.index[(several[ID] == who) & (several[TIME] == time)]
    whose = None if who == LONE else Panels.WHOSE(series=who)
    place = {
        "whose": whose,
        "time": format_time(time),
        "n": len(rows),
        "first": rows[0],
        "second": rows[1],
    }
    raise UsageError(Panels.AGGREGATE_NEEDED, every=every, **place)


def notes_of_steps(
    table: Any, every: str | int, aggregate: str | None, covariates: Sequence[str]
) -> list[Note]:
    """Return notes on how values were aggregated, if a step has several.

    >>> table = pd.DataFrame({"unique_id": "a", "ds": range(9), "y": 1.0})
    >>> notes_of_steps(table, 4, "sum", ["promo"])[0]
    'each step of 4 is the sum of its values, up to 4; covariates are averaged'
    """
    there = table[table[VALUE].notna()]
    counts = there.groupby([ID, floor(there[TIME], every)], sort=False)[VALUE].count()
    if not len(counts) or counts.max() == 1 or aggregate is None:
        return []
    step = int(every) if table[TIME].dtype.kind != "M" else parse_frequency(str(every)).words
    averaged = Panels.COVARIATES_AVERAGED() if covariates else None
    how = {
        "how": WORDS.get(aggregate, aggregate),
        "most": int(counts.max()),
        "covariates": averaged,
    }
    notes = [Panels.AGGREGATED(step=step, **how)]
    return [*notes, *_notes_of_parts(counts)] if aggregate == "sum" else notes


def _notes_of_parts(counts: Any) -> list[Note]:
    """Return warnings about first or last sums that are too low for lack of the usual values."""
    each = {
        str(who): one.droplevel(0).sort_index() for who, one in counts.groupby(level=0, sort=False)
    }
    notes = []
    for which, at in (("first", 0), ("last", -1)):
        cut = [who for who, one in each.items() if len(one) > 2 and one.iloc[at] < one.median()]
        if cut:
            one = each[cut[0]]
            others = Panels.OTHERS_PARTLY(n=len(cut) - 1) if len(cut) > 1 else None
            given = {
                "time": format_time(one.index[at]),
                "n": int(one.iloc[at]),
                "usual": int(one.median()),
            }
            notes.append(
                Panels.PART_OF_A_STEP.warning(series=cut[0], which=which, **given, others=others)
            )
    return notes
