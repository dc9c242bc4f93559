"""Newer values of a panel's series, joined to what was known of them before; and series without any values."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.frames import MARK, Columns, from_frame, numbered, sources_of
from glasscell.tasks.forecasting.panels.frequency import format_time
from glasscell.tasks.forecasting.panels.panel import ID, TIME, VALUE, Panel, to_frame
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.panels.sentences import Panels


def go_on(own: Panel, newer: Panel, *, only_after: bool = False) -> Panel:
    """Return the newer panel's series, with what is known of each from before its first time there.

    Parameters
    ----------
    own, newer : Panel
        Of the same covariates.
    only_after : bool
        Take of the newer panel only what comes after the end of the own series, of which all are kept.

    Raises
    ------
    DataError
        If the times of one are dates, and of the other whole numbers; or if they do not lie on one grid.

    Examples
    --------
    >>> own = from_frame(pd.DataFrame({"ds": [1, 2, 3], "y": [1.0, 2.0, 3.0]}))
    >>> newer = from_frame(pd.DataFrame({"ds": [3, 4], "y": [9.0, 4.0]}))
    >>> go_on(own, newer).values, go_on(own, newer, only_after=True).values
    ([array([1., 2., 9., 4.])], [array([1., 2., 3., 4.])])
    """
    before, rows = to_frame(own), to_frame(newer)
    require_same_times(before, rows)
    times = newer.times if not only_after else own.times
    limits = {name: found[-1 if only_after else 0] for name, found in zip(
        own.ids if only_after else newer.ids, times, strict=True)}  # fmt: skip
    if only_after:
        rows = _where(rows, limits, lambda time, limit: time > limit)
        kept: Any = before[~keys_of(before).isin(keys_of(rows))]
    else:
        kept = _where(before, limits, lambda time, limit: time < limit)
    names = own.ids if only_after else newer.ids
    panel = from_frame(
        pd.concat([kept, rows], ignore_index=True),
        known=own.known_names,
        past=own.past_names,
        static=own.static_names,
        frequency=own.frequency,
        step=own.step,
    )
    return panel.of([panel.ids.index(name) for name in names])


def note_missing(own: Panel, newer: Panel, joined: Panel) -> list[Note]:
    """Return a note of the steps that lie between the end of what was known and newer values, if there are some.

    Parameters
    ----------
    own, newer : Panel
    joined : Panel
        What `go_on` made of both.

    Examples
    --------
    >>> own = from_frame(pd.DataFrame({"ds": [1, 2, 3], "y": [1.0, 2.0, 3.0]}))
    >>> newer = from_frame(pd.DataFrame({"ds": [6, 7], "y": [6.0, 7.0]}))
    >>> note_missing(own, newer, go_on(own, newer))
    ["2 steps are missing between the end of the run's data and the new values, and become gaps"]
    """
    ends = dict(zip(own.ids, own.times, strict=True))
    both = zip(newer.ids, newer.times, joined.times, strict=True)
    missing = {
        who: len(times) - len(ends[who]) - len(then)
        for who, then, times in both
        if who in ends and then[0] > ends[who][-1]
    }
    if not any(missing.values()):
        return []
    series = sum(count > 0 for count in missing.values())
    of = None if len(newer) == 1 else Panels.OF_SERIES(n=series)
    up_to = Panels.AT_MOST() if series > 1 else None
    return [Panels.MISSING_BETWEEN(of=of, up_to=up_to, most=max(missing.values()))]


def note_earlier(own: Panel, newer: Panel) -> list[Note]:
    """Return a note of series that end before those of the run do: what is forecast of them may have come already.

    >>> own = from_frame(pd.DataFrame({"ds": [1, 2, 3], "y": [1.0, 2.0, 3.0]}))
    >>> note_earlier(own, from_frame(pd.DataFrame({"ds": [1, 2], "y": [1.0, 2.0]})))
    ["the file ends at 2, the run's data at 3: the run's later values are not used"]
    """
    ends = dict(zip(own.ids, own.times, strict=True))
    both = zip(newer.ids, newer.times, strict=True)
    early = [(who, times[-1]) for who, times in both if who in ends and times[-1] < ends[who][-1]]
    if not early:
        return []
    who, time = early[0]
    both = {"time": format_time(time), "end": format_time(ends[who][-1])}
    if len(newer) == 1:
        return [Panels.ENDS_EARLIER(**both)]
    others = Panels.OTHERS_END_EARLIER(n=len(early) - 1) if len(early) > 1 else None
    return [Panels.SOME_END_EARLIER(series=who, **both, others=others)]


def require_same_times(before: Any, rows: Any) -> None:
    """Raise DataError if the times of one long frame are dates, and of the other whole numbers.

    >>> require_same_times(pd.DataFrame({"ds": [1]}), pd.DataFrame({"ds": [2]}))
    """
    if before[TIME].dtype.kind != rows[TIME].dtype.kind:
        raise DataError(Panels.DATES_WHERE_NUMBERS if rows[TIME].dtype.kind == "M" else Panels.NUMBERS_WHERE_DATES)


def require_same_covariates(own: Panel, newer: Panel) -> None:
    """Raise DataError if a covariate has texts where it had numbers in what was trained on, or the other way round."""
    for role in ("known_names", "past_names", "static_names"):
        ours, theirs = getattr(own, role), getattr(newer, role)
        if other := [name for name in theirs if name not in ours]:
            code = Panels.TEXTS_IN_COVARIATE if MARK in other[0] else Panels.NUMBERS_IN_COVARIATE
            raise DataError(code, column=other[0].split(MARK)[0])


def note_new_texts(table: Any, names: Sequence[str]) -> list[Note]:
    """Return a note of texts of covariates that what was trained on did not have: they count as none of its own.

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
        if new := [text for text in table[source].dropna().astype(str).unique() if text not in texts]:
            notes.append(Panels.NEW_TEXTS(column=source, texts=new))
    return notes


def keys_of(rows: Any) -> pd.MultiIndex:
    """Return which time of which series each row of a long frame is."""
    return pd.MultiIndex.from_frame(rows[[ID, TIME]])


def _where(rows: Any, limits: dict[str, Any], holds: Any) -> Any:
    rows = rows[rows[ID].isin(list(limits))]
    limit = np.array([limits[name] for name in rows[ID]], rows[TIME].to_numpy().dtype)
    return rows[holds(rows[TIME].to_numpy(), limit)]


def with_columns_of_values(table: Any, request: PanelRequest, own: Panel | None) -> Any:
    """Return a table with empty columns of values, where it has none and only says what is known in advance.

    Parameters
    ----------
    table : pandas.DataFrame
    request : PanelRequest
        What is known only afterwards, or for each series, may be missing then, too.
    own : Panel, optional
        The series known before; without them, or where nothing is known in advance, the table stays as it is.

    Examples
    --------
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> own = from_frame(pd.DataFrame({"ds": [1, 2], "y": [1.0, 2.0], "promo": [0, 1]}), known=["promo"])
    >>> request = PanelRequest(known=("promo",), expected={"values": ["sold"]})
    >>> with_columns_of_values(pd.DataFrame({"day": [3], "promo": [1]}), request, own).columns.tolist()
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
    frame: Any, request: PanelRequest, own: Panel | None, values: Sequence[str]
) -> tuple[Any, tuple[Note, ...]]:
    """Return a long frame in which each series has a value, and what to note.

    Parameters
    ----------
    frame : pandas.DataFrame
        `unique_id`, `ds`, `y` and the covariates.
    request : PanelRequest
        Its covariates are those of `own`, where that is given.
    own : Panel, optional
        The series known before. Rows after the end of one, with what is known in advance and no value, come with all
        that is known of it from before.
    values : sequence of str
        The columns in which the values are, for messages.

    Raises
    ------
    DataError
        If no series has a value or goes on so; or one that `own` does not have has none.

    Examples
    --------
    >>> frame = pd.DataFrame({"unique_id": ["a", "b"], "ds": [1, 1], "y": [1.0, None]})
    >>> kept, notes = settle_valueless(frame, PanelRequest(), None, ["a", "b"])
    >>> kept["unique_id"].tolist(), notes
    (['a'], ("skipped series without values: 'b'",))
    """
    has = frame.groupby(ID)[VALUE].transform("count") > 0
    if has.all():
        return frame, ()
    order = list(frame[ID].unique())
    empty = list(frame[ID][~has].unique())
    if own is not None and (new := [name for name in empty if name not in own.ids]):
        raise DataError(Panels.ONLY_GAPS_OF_NEW, series=new[0], column=_column_of(new[0], values))
    ahead = frame[:0] if own is None else _ahead(frame[~has], request, own)
    going_on = list(ahead[ID].unique())
    if not going_on and not has.any():
        columns = list(dict.fromkeys(_column_of(name, values) for name in empty))
        known = () if own is None else own.known_names
        or_ahead = Panels.OR_AHEAD(columns=known) if known else None
        raise DataError(Panels.ALL_GAPS, columns=columns, or_ahead=or_ahead)
    notes = []
    if left := [name for name in empty if name not in going_on]:
        notes.append(Panels.GAPS_LEFT_OUT(series=left))
    kept = frame[has]
    if own is not None and going_on:
        before: Any = to_frame(own.of([own.ids.index(name) for name in going_on]))
        before = before[~keys_of(before).isin(keys_of(ahead))]
        both: Any = pd.concat([_numbered(kept, request, own), before, ahead])
        kept = both.sort_values(ID, key=lambda ids: ids.map(order.index), kind="stable")
        notes.append(Panels.ONLY_AHEAD(n=len(going_on)))
    return kept, tuple(notes)


def _ahead(rows: Any, request: PanelRequest, own: Panel) -> Any:
    """Return the rows after the ends of the own series in which something is known in advance."""
    require_same_times(to_frame(own), rows)
    ends = {name: times[-1] for name, times in zip(own.ids, own.times, strict=True)}
    rows = _numbered(rows, request, own)[[ID, TIME, VALUE, *own.known_names]]
    rows = rows[[time > ends[name] for name, time in zip(rows[ID], rows[TIME], strict=True)]]
    return rows.dropna(how="all", subset=list(own.known_names))


def _numbered(rows: Any, request: PanelRequest, own: Panel) -> Any:
    names = Columns(own.known_names, own.past_names, own.static_names)
    return numbered(rows, names)[0].assign(**{name: rows[name] for name in (ID, TIME, VALUE)})


def _column_of(who: str, values: Sequence[str]) -> str:
    return next((name for name in values if who == name or who.endswith(f"/{name}")), values[0])
