"""Join newer values to the known series of a panel, and handle series without values."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.frames import (
    MARK,
    Columns,
    from_frame,
    numbered,
    sources_of,
)
from glasscell.tasks.forecasting.panels.frequency import format_time
from glasscell.tasks.forecasting.panels.panel import ID, TIME, VALUE, Panel, to_frame
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.panels.sentences import Panels


def go_on(
    own: Panel, newer: Panel, *, only_after: bool = False, fill: float | None = None
) -> Panel:
    """Return the series of the newer panel, preceded by their earlier values in `own`.

    >>> own = from_frame(pd.DataFrame({"ds": [1, 2, 3], "y": [1.0, 2.0, 3.0]}))
    >>> newer = from_frame(pd.DataFrame({"ds": [3, 4], "y": [9.0, 4.0]}))
    >>> go_on(own, newer).values, go_on(own, newer, only_after=True).values
    ([array([1., 2., 9., 4.])], [array([1., 2., 3., 4.])])
    """
    before, rows = to_frame(own), to_frame(newer)
    require_same_times(before, rows)
    if only_after:
        rows = rows[rows[TIME] > _of_each(rows, own.ends)]
        kept: Any = before[~keys_of(before).isin(keys_of(rows))]
    else:
        starts = {name: times[0] for name, times in zip(newer.ids, newer.times, strict=True)}
        kept = before[before[TIME] < _of_each(before, starts)]
    names = own.ids if only_after else newer.ids
    how: dict[str, Any] = {**own.covariates, "frequency": own.frequency, "step": own.step}
    panel = from_frame(pd.concat([kept, rows], ignore_index=True), **how)
    panel = panel.of([panel.ids.index(name) for name in names])
    return panel if fill is None else _filled_between(own, newer, panel, fill)


def _filled_between(own: Panel, newer: Panel, joined: Panel, fill: float) -> Panel:
    """Return joined series with values for steps between a known one's end and its newer values."""
    ends, starts = (
        own.ends,
        {who: times[0] for who, times in zip(newer.ids, newer.times, strict=True)},
    )
    values = list(joined.values)
    for n, (who, times) in enumerate(zip(joined.ids, joined.times, strict=True)):
        if who in ends and who in starts:
            values[n] = np.where((times > ends[who]) & (times < starts[who]), fill, values[n])
    return replace(joined, values=values)


def note_missing(own: Panel, newer: Panel, joined: Panel, fill: float | None = None) -> list[Note]:
    """Return a note on steps without a row between ends of known series and newer values, if any.

    >>> own = from_frame(pd.DataFrame({"ds": [1, 2, 3], "y": [1.0, 2.0, 3.0]}))
    >>> newer = from_frame(pd.DataFrame({"ds": [6, 7], "y": [6.0, 7.0]}))
    >>> note_missing(own, newer, go_on(own, newer))
    ["between the end of the run's data and the new values of one series, up to 2 steps are missing
    and become gaps"]
    """
    known = dict(zip(own.ids, own.times, strict=True))
    both = [v for v in zip(newer.ids, newer.times, joined.times, strict=True) if v[0] in known]
    missing = [
        len(times) - len(known[who]) - len(then)
        for who, then, times in both
        if then[0] > known[who][-1]
    ]
    if not any(missing):
        return []
    counts = {"n": sum(count > 0 for count in missing), "most": max(missing)}
    return [
        Panels.MISSING_BETWEEN(**counts)
        if fill is None
        else Panels.FILLED_BETWEEN(**counts, fill=float(fill))
    ]


def note_earlier(own: Panel, newer: Panel) -> list[Note]:
    """Return a note on series that end earlier than in the run; forecasts may cover known values.

    >>> own = from_frame(pd.DataFrame({"ds": [1, 2, 3], "y": [1.0, 2.0, 3.0]}))
    >>> note_earlier(own, from_frame(pd.DataFrame({"ds": [1, 2], "y": [1.0, 2.0]})))
    ["'series' ends at 2 in the file and at 3 in the run: the run's later values are not used"]
    """
    ends = own.ends
    early = [(who, end) for who, end in newer.ends.items() if who in ends and end < ends[who]]
    if not early:
        return []
    (who, end), *others = early
    also = Panels.OTHERS_END_EARLIER(n=len(others)) if others else None
    return [
        Panels.ENDS_EARLIER(
            series=who, time=format_time(end), end=format_time(ends[who]), others=also
        )
    ]


def require_same_times(before: Any, rows: Any) -> None:
    """Raise DataError if one long frame has dates and the other whole numbers as times.

    >>> require_same_times(pd.DataFrame({"ds": [1]}), pd.DataFrame({"ds": [2]}))
    """
    if before[TIME].dtype.kind != rows[TIME].dtype.kind:
        raise DataError(
            Panels.DATES_WHERE_NUMBERS
            if rows[TIME].dtype.kind == "M"
            else Panels.NUMBERS_WHERE_DATES
        )


def require_same_covariates(own: Panel, newer: Panel) -> None:
    """Raise DataError if a covariate has texts but was numeric in training, or vice versa."""
    for role, ours in own.covariates.items():
        if other := [name for name in newer.covariates[role] if name not in ours]:
            code = Panels.TEXTS_IN_COVARIATE if MARK in other[0] else Panels.NUMBERS_IN_COVARIATE
            raise DataError(code, column=other[0].split(MARK)[0])


def note_new_texts(table: Any, names: Sequence[str]) -> list[Note]:
    """Return notes on texts of covariates that were not in training: their indicators are all 0.

    >>> note_new_texts(pd.DataFrame({"holiday": ["a", "z"]}), ["holiday=a", "holiday=b"])
    ["'holiday' contains 'z', which was not in training and counts as none of the known texts"]
    """
    known: dict[str, set[str]] = {}
    for name in names:
        source, mark, text = name.partition(MARK)
        if mark and name not in table.columns and source in table.columns:
            known.setdefault(source, set()).add(text)
    notes = []
    for source, texts in known.items():
        if new := [
            text for text in table[source].dropna().astype(str).unique() if text not in texts
        ]:
            notes.append(Panels.NEW_TEXTS(column=source, texts=new))
    return notes


def keys_of(rows: Any) -> pd.MultiIndex:
    """Return the series and time of each row of a long frame."""
    return pd.MultiIndex.from_frame(rows[[ID, TIME]])


def _of_each(rows: Any, times: Mapping[str, Any]) -> Any:
    """Return the time in `times` of each row's series; missing for other series."""
    return rows[ID].map(pd.Series(times, dtype=rows[TIME].dtype))


def with_columns_of_values(table: Any, request: PanelRequest, own: Panel | None) -> Any:
    """Return a table with empty value columns added if it only has known future covariates.

    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> own = from_frame(
    ...     pd.DataFrame({"ds": [1, 2], "y": [1.0, 2.0], "promo": [0, 1]}), known=["promo"]
    ... )
    >>> request = PanelRequest(known=("promo",), expected={"values": ["sold"]})
    >>> with_columns_of_values(
    ...     pd.DataFrame({"day": [3], "promo": [1]}), request, own
    ... ).columns.tolist()
    ['day', 'promo', 'sold']
    """
    values = request.channels or tuple(request.expected.get("values", ()))
    is_there = any(name in table.columns and table[name].notna().any() for name in values)
    if own is None or not own.known_names or is_there:
        return table
    others = sources_of((*request.past, *request.static), table.columns)
    missing = [name for name in (*values, *others) if name not in table.columns]
    return table.assign(**dict.fromkeys(missing, np.nan))


def settle_valueless(
    frame: Any, own: Panel | None, values: Sequence[str]
) -> tuple[Any, tuple[Note, ...]]:
    """Return a long frame in which each series has a value, and notes.

    >>> frame = pd.DataFrame({"unique_id": ["a", "b"], "ds": [1, 1], "y": [1.0, None]})
    >>> kept, notes = settle_valueless(frame, None, ["a", "b"])
    >>> kept["unique_id"].tolist(), notes
    (['a'], ("skipped series without values: 'b'",))
    """
    has = frame.groupby(ID)[VALUE].transform("count") > 0
    if has.all():
        return frame, ()
    order, empty = list(frame[ID].unique()), list(frame[ID][~has].unique())
    if new := [name for name in empty if own is not None and name not in own.ids]:
        raise DataError(Panels.ONLY_GAPS_OF_NEW, series=new[0], column=_column_of(new[0], values))
    ahead = frame[:0] if own is None else _ahead(frame[~has], own)
    going_on = list(ahead[ID].unique())
    if not going_on and not has.any():
        known = () if own is None else own.known_names
        columns = list(dict.fromkeys(_column_of(name, values) for name in empty))
        raise DataError(
            Panels.ALL_GAPS,
            columns=columns,
            or_ahead=Panels.OR_AHEAD(columns=known) if known else None,
        )
    left = [name for name in empty if name not in going_on]
    notes = (Panels.GAPS_LEFT_OUT(series=left),) if left else ()
    if own is None or not going_on:
        return frame[has], notes
    before = to_frame(own.of([own.ids.index(name) for name in going_on]))
    before = before[~keys_of(before).isin(keys_of(ahead))]
    both: Any = pd.concat([_numbered(frame[has], own), before, ahead])
    kept = both.sort_values(ID, key=lambda ids: ids.map(order.index), kind="stable")
    return kept, (*notes, Panels.ONLY_AHEAD(n=len(going_on)))


def _ahead(rows: Any, own: Panel) -> Any:
    """Return the rows after the ends of the own series that have known future covariates."""
    require_same_times(to_frame(own), rows)
    rows = _numbered(rows, own)[[ID, TIME, VALUE, *own.known_names]]
    rows = rows[rows[TIME] > _of_each(rows, own.ends)]
    return rows.dropna(how="all", subset=list(own.known_names))


def _numbered(rows: Any, own: Panel) -> Any:
    return numbered(rows, Columns(**own.covariates))[0].assign(
        **{name: rows[name] for name in (ID, TIME, VALUE)}
    )


def _column_of(who: str, values: Sequence[str]) -> str:
    return next((name for name in values if who == name or who.endswith(f"/{name}")), values[0])
