"""Join newer values to the known series of a panel, and handle series without values."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.frames import (
    MARK,
    Covariates,
    from_frame,
    numbered,
    sources_of,
)
from glasscell.tasks.forecasting.panels.frequency import format_time
from glasscell.tasks.forecasting.panels.panel import ID, TIME, VALUE, Panel, to_frame
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.panels.sentences import Panels


def extend_history(
    history: Panel, newer: Panel, *, only_after: bool = False, fill: float | None = None
) -> Panel:
    """Return the series of the newer panel, preceded by their earlier values in the history.

    >>> history = from_frame(pd.DataFrame({"ds": [1, 2, 3], "y": [1.0, 2.0, 3.0]}))
    >>> newer = from_frame(pd.DataFrame({"ds": [3, 4], "y": [9.0, 4.0]}))
    >>> extend_history(history, newer).values
    [array([1., 2., 9., 4.])]
    >>> extend_history(history, newer, only_after=True).values
    [array([1., 2., 3., 4.])]
    """
    require_same_times(history.times[0], newer.times[0])
    earlier, rows = to_frame(history), to_frame(newer)
    if only_after:
        rows = rows[rows[TIME] > times_per_row(rows, history.ends)]
        earlier = earlier[~keys_of(earlier).isin(keys_of(rows))]
    else:
        earlier = earlier[earlier[TIME] < times_per_row(earlier, newer.starts)]
    rows = pd.concat([earlier, rows], ignore_index=True)
    options: dict[str, Any] = {"frequency": history.frequency, "step": history.step}
    panel = from_frame(rows, **history.covariates, **options)
    names = history.ids if only_after else newer.ids
    panel = panel.of([panel.ids.index(name) for name in names])
    return panel if fill is None else _filled_between(history, newer, panel, fill)


def _filled_between(history: Panel, newer: Panel, panel: Panel, fill: float) -> Panel:
    """Return a panel with values for steps between a known series' end and its newer values."""
    ends, starts = history.ends, newer.starts
    values = list(panel.values)
    for n, (name, times) in enumerate(zip(panel.ids, panel.times, strict=True)):
        if name in ends and name in starts:
            is_between = (times > ends[name]) & (times < starts[name])
            values[n] = np.where(is_between, fill, values[n])
    return replace(panel, values=values)


def note_missing(
    history: Panel, newer: Panel, extended: Panel, fill: float | None = None
) -> list[Note]:
    """Return a note on steps without a row between ends of known series and newer values, if any.

    >>> history = from_frame(pd.DataFrame({"ds": [1, 2, 3], "y": [1.0, 2.0, 3.0]}))
    >>> newer = from_frame(pd.DataFrame({"ds": [6, 7], "y": [6.0, 7.0]}))
    >>> note_missing(history, newer, extend_history(history, newer))
    ["between the end of the run's data and the new values of one series, up to 2 steps are missing
    and become gaps"]
    """
    past = dict(zip(history.ids, history.times, strict=True))
    missing = []
    for name, new_times, times in zip(newer.ids, newer.times, extended.times, strict=True):
        if name in past and new_times[0] > past[name][-1]:
            missing.append(len(times) - len(past[name]) - len(new_times))
    if not any(missing):
        return []
    counts = {"n": sum(count > 0 for count in missing), "most": max(missing)}
    if fill is None:
        return [Panels.MISSING_BETWEEN(**counts)]
    return [Panels.FILLED_BETWEEN(**counts, fill=float(fill))]


def note_earlier(history: Panel, newer: Panel) -> list[Note]:
    """Return a note on series that end earlier than in the run; forecasts may cover known values.

    >>> history = from_frame(pd.DataFrame({"ds": [1, 2, 3], "y": [1.0, 2.0, 3.0]}))
    >>> note_earlier(history, from_frame(pd.DataFrame({"ds": [1, 2], "y": [1.0, 2.0]})))
    ["'series' ends at 2 in the file and at 3 in the run: the run's later values are not used"]
    """
    ends = history.ends
    early = [name for name, end in newer.ends.items() if name in ends and end < ends[name]]
    if not early:
        return []
    name, time = early[0], format_time(newer.ends[early[0]])
    alike = Panels.OTHERS_END_EARLIER(n=len(early) - 1) if len(early) > 1 else None
    end = format_time(ends[name])
    return [Panels.ENDS_EARLIER(series=name, time=time, end=end, others=alike)]


def require_same_times(known: Any, times: Any) -> None:
    """Raise DataError if of two arrays of times one has dates and the other whole numbers.

    >>> require_same_times(np.array([1]), pd.Series([2]))
    """
    kind = times.dtype.kind
    if known.dtype.kind != kind:
        are_dates = kind == "M"
        raise DataError(Panels.DATES_WHERE_NUMBERS if are_dates else Panels.NUMBERS_WHERE_DATES)


def require_same_covariates(history: Panel, newer: Panel) -> None:
    """Raise DataError if a covariate has texts but was numeric in training, or vice versa."""
    for role, names in history.covariates.items():
        for name in newer.covariates[role]:
            if name not in names:
                source, mark, _ = name.partition(MARK)
                code = Panels.TEXTS_IN_COVARIATE if mark else Panels.NUMBERS_IN_COVARIATE
                raise DataError(code, column=source)


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
        cells = table[source].dropna().astype(str).unique()
        if new := [text for text in cells if text not in texts]:
            notes.append(Panels.NEW_TEXTS(column=source, texts=new))
    return notes


def keys_of(rows: Any) -> pd.MultiIndex:
    """Return the series and time of each row of a long frame."""
    return pd.MultiIndex.from_frame(rows[[ID, TIME]])


def times_per_row(rows: Any, times: Mapping[str, Any]) -> Any:
    """Return the time in `times` of each row's series; missing for series without one."""
    return rows[ID].map(pd.Series(times, dtype=rows[TIME].dtype))


def with_columns_of_values(
    table: pa.Table, request: PanelRequest, history: Panel | None
) -> pa.Table:
    """Return a table with empty value columns added if it only has known future covariates.

    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> history = from_frame(
    ...     pd.DataFrame({"ds": [1, 2], "y": [1.0, 2.0], "promo": [0, 1]}), known=["promo"]
    ... )
    >>> request = PanelRequest(known=("promo",), recorded={"values": ["sold"]})
    >>> table = pa.table({"day": [3], "promo": [1]})
    >>> with_columns_of_values(table, request, history).column_names
    ['day', 'promo', 'sold']
    """
    values = request.channels or tuple(request.recorded.get("values", ()))
    names = table.column_names
    has_values = any(name in names and table[name].null_count < len(table) for name in values)
    if history is None or not history.known_names or has_values:
        return table
    for name in (*values, *sources_of((*request.past, *request.static), names)):
        if name not in names:
            table = table.append_column(name, pa.nulls(len(table), pa.float64()))
    return table


def settle_valueless(
    frame: Any, history: Panel | None, values: Sequence[str]
) -> tuple[Any, tuple[Note, ...]]:
    """Return a long frame in which each series has a value, and notes.

    Newer rows with only known covariates follow the values of their series in the history.

    >>> frame = pd.DataFrame({"unique_id": ["a", "b"], "ds": [1, 1], "y": [1.0, None]})
    >>> frame, notes = settle_valueless(frame, None, ["a", "b"])
    >>> frame["unique_id"].tolist(), notes
    (['a'], ("skipped series without values: 'b'",))
    """
    if history is not None:
        require_same_times(history.times[0], frame[TIME])
    has_values = frame.groupby(ID)[VALUE].transform("count") > 0
    if has_values.all():
        return frame, ()
    order, valueless = list(frame[ID].unique()), list(frame[ID][~has_values].unique())
    late_rows = frame[:0]
    if history is not None:
        if new := [name for name in valueless if name not in history.ids]:
            column = _column_of(new[0], values)
            raise DataError(Panels.ONLY_GAPS_OF_NEW, series=new[0], column=column)
        late_rows = _late_rows(frame[~has_values], history)
    continued = list(late_rows[ID].unique())
    if not continued and not has_values.any():
        columns = list(dict.fromkeys(_column_of(name, values) for name in valueless))
        known = () if history is None else history.known_names
        or_ahead = Panels.OR_AHEAD(columns=known) if known else None
        raise DataError(Panels.ALL_GAPS, columns=columns, or_ahead=or_ahead)
    skipped = [name for name in valueless if name not in continued]
    notes = (Panels.GAPS_LEFT_OUT(series=skipped),) if skipped else ()
    if history is None or not continued:
        return frame[has_values], notes
    earlier = to_frame(history.of([history.ids.index(name) for name in continued]))
    earlier = earlier[~keys_of(earlier).isin(keys_of(late_rows))]
    rows: Any = pd.concat([_with_numbers(frame[has_values], history), earlier, late_rows])
    rows = rows.sort_values(ID, key=lambda ids: ids.map(order.index), kind="stable")
    return rows, (*notes, Panels.ONLY_AHEAD(n=len(continued)))


def _late_rows(rows: Any, history: Panel) -> Any:
    """Return the rows after the ends of the history that have known future covariates."""
    rows = _with_numbers(rows, history)[[ID, TIME, VALUE, *history.known_names]]
    rows = rows[rows[TIME] > times_per_row(rows, history.ends)]
    return rows.dropna(how="all", subset=list(history.known_names))


def _with_numbers(rows: Any, history: Panel) -> Any:
    """Return a long frame with the covariates of the history as numbers."""
    numbers, _ = numbered(rows, Covariates(**history.covariates))
    return numbers.assign(**{name: rows[name] for name in (ID, TIME, VALUE)})


def _column_of(series: str, values: Sequence[str]) -> str:
    """Return the column of values that a series is from."""
    is_from = (name for name in values if series == name or series.endswith(f"/{name}"))
    return next(is_from, values[0])
