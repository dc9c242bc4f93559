"""A panel from a table in a file: a long table, a column for each series, or one single series."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.formats.sources import called, naming, opened
from glasscell.data.formats.tables import KINDS, open_table
from glasscell.data.tables.clocks import find_pair, joined
from glasscell.data.tables.columns import kind_of, numbers, plain
from glasscell.data.tables.gathering import gather_table
from glasscell.data.tables.request import Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.time_parts import TimeParts
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.calendar_parts import with_one_time
from glasscell.tasks.forecasting.panels.cells import numbers_in, times_in
from glasscell.tasks.forecasting.panels.continuation import note_new_texts, refuse_other_covariates, refuse_other_times
from glasscell.tasks.forecasting.panels.counted_times import note_of_times
from glasscell.tasks.forecasting.panels.day_order import first_in, refuse_either
from glasscell.tasks.forecasting.panels.frequency import parse_frequency, say_time
from glasscell.tasks.forecasting.panels.panel import ID, TIME, VALUE, Panel, from_frame
from glasscell.tasks.forecasting.panels.panel_roles import PanelRequest, PanelRoles, understand_panel
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.panels.tsf_table import table_of
from glasscell.tasks.forecasting.panels.valueless import settle_valueless, with_columns_of_values

MOST_WHOLE = 2**53  # beyond, whole numbers are not all numbers of float64


@dataclass(frozen=True)
class PanelFile:
    """What was read of a file.

    Parameters
    ----------
    panel : Panel
    roles : PanelRoles
    notes : tuple of Note
        What was understood, first in one sentence.
    first : {"day", "month"}, optional
        What its dates begin with, where they have slashes or hyphens and show it.

    Examples
    --------
    >>> panel = from_frame(pd.DataFrame({"ds": [1, 2], "y": [1.0, 2.0]}))
    >>> PanelFile(panel, PanelRoles((), "ds", ("y",)), ()).roles.values
    ('y',)
    """

    panel: Panel
    roles: PanelRoles
    notes: tuple[Note, ...]
    first: str | None = None


def read_panel(
    path: str | Path,
    request: PanelRequest | None = None,
    *,
    every: str | None = None,
    frequency: str | None = None,
    header: bool | None = None,
    encoding: str | None = None,
    decimal: str | None = None,
    own: Panel | None = None,
) -> PanelFile:
    r"""Read the series of a file that are to be forecast.

    Parameters
    ----------
    path : str or Path
        CSV and its relatives, Excel's .xlsx, Parquet, Feather, JSON lines or .tsf, packed or not; "-" is standard
        input.
    request : PanelRequest, optional
    every : str, optional
        Make times regular by means.
    frequency : str, optional
        pandas' alias; found by default.
    header, encoding, decimal
        As for `glasscell.data.reading.read`.
    own : Panel, optional
        The series known before: of them rows with what is known in advance are enough.

    Returns
    -------
    PanelFile

    Raises
    ------
    DataError, UsageError

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "sales.csv")
    >>> _ = path.write_text("month,north,south\n2026-01,1,4\n2026-02,2,\n2026-03,3,6\n")
    >>> found = read_panel(path)
    >>> found.panel.ids, found.notes[0]
    (('north', 'south'), "read as one series per column (time by 'month'): 2 series of 3 steps, 1 month each")
    """
    request = request or PanelRequest()
    with naming(called(path)):
        with opened(path, True, encoding) as source:
            if source.kind == "tsf":
                table, layout = table_of(source.lines())
                return _panel_file(table, request, (), every, frequency, own, layout)
            if source.kind not in KINDS:
                raise UsageError(Panels.NO_TABLE, kind=source.kind)
            opened_table = open_table(source, at_once=True, header=header, decimal=decimal)
            arrow = gather_table(opened_table.batches, Request(header=header))
            notes = (
                *opened_table.notes,
                *opened_table.noticed,
                *(replace(one, level="info") for one in opened_table.warnings),
            )
        pair = find_pair(arrow, Request(time=request.time, channels=request.covariates_in(arrow.column_names) or None))
        if pair is not None:
            names = pair.columns if isinstance(pair, TimeParts) else (pair.date, pair.clock)
            arrow, notes = joined(arrow, pair), (*notes, Tables.JOINED_TIMES(columns=names))
        table, joins = with_one_time(_to_frame(arrow), request)
        found = _panel_file(table, request, joins, every, frequency, own)
        return replace(found, notes=(*found.notes, *notes))


def _panel_file(
    table: Any,
    request: PanelRequest,
    joins: tuple[Note, ...],
    every: str | None,
    frequency: str | None,
    own: Panel | None,
    layout: Note | None = None,
) -> PanelFile:
    table = with_columns_of_values(table, request, own)
    roles = understand_panel(table, request)
    known = frequency or (None if own is None else own.frequency)
    frame = _long(table, roles, request, known)
    first = frame[TIME].iloc[0] if len(frame) else None
    if own is not None:
        refuse_other_times(pd.DataFrame({TIME: own.times[0]}), frame)
    frame, settled = settle_valueless(frame, request, own, roles.values)
    panel = from_frame(
        frame,
        known=request.known,
        past=request.past,
        static=request.static,
        every=every,
        frequency=frequency,
        step=None if own is None or own.frequency is not None else own.step,
    )
    if own is not None:
        refuse_other_covariates(own, panel)
    new_texts = note_new_texts(table, (*request.known, *request.past, *request.static))
    read_as = []
    if roles.time is not None and (
        note := note_of_times(table[roles.time].dropna(), first, are_dates=known is not None)
    ):
        read_as.append(note)
    notes = (
        Panels.READ_AS(layout=layout or roles.layout, series=about(panel)),
        *joins,
        *read_as,
        *settled,
        *new_texts,
        *roles.notes,
        *_more(panel),
        *_cut(frame, panel),
    )
    order = request.first or (None if roles.time is None else first_in(table[roles.time]))
    return PanelFile(panel, roles, notes, order)


def about(panel: Panel) -> Note:
    """Return a note of how many series a panel has, how long they are and how far apart their times.

    >>> about(from_frame(pd.DataFrame({"ds": [1990, 1991, 1993], "y": [1.0, 2.0, 3.0]})))
    '1 series of 4 steps'
    """
    each = None if panel.frequency is None else Panels.EACH(step=parse_frequency(panel.frequency).words)
    return Panels.SERIES(n=len(panel), **_range([len(values) for values in panel.values]), each=each)


def _more(panel: Panel) -> list[Note]:
    notes = []
    gaps, steps = (sum(f(values) for values in panel.values) for f in (lambda v: int(np.isnan(v).sum()), len))
    if gaps:
        notes.append(Panels.GAPS(n=gaps, values=steps))
    ends = {say_time(times[-1]) for times in panel.times}
    if len(ends) > 1:
        notes.append(Panels.ENDS(n=len(ends)))
    if panel.known_names:
        notes.append(Panels.KNOWN(columns=panel.known_names, **_range([len(coming) for coming in panel.future])))
    if panel.past_names:
        notes.append(Panels.PAST(columns=panel.past_names))
    if panel.static_names:
        notes.append(Panels.STATIC(columns=panel.static_names))
    return notes


def _range(counts: list[int]) -> dict[str, Any]:
    least, most = min(counts), max(counts)
    return {"least": least, "most": most, "up_to": None if least == most else Panels.UP_TO(most=most)}


def _cut(frame: Any, panel: Panel) -> list[Note]:
    """Return a note where times at the end of series have no value, and nothing that is known in advance either."""
    if panel.known_names:
        return []
    ends = dict(zip(panel.ids, panel.times, strict=True))
    after = {who: int((rows[TIME] > ends[who][-1]).sum()) for who, rows in frame.groupby(ID)}
    cut = [who for who in panel.ids if after[who]]
    if not cut:
        return []
    first = panel.of([panel.ids.index(cut[0])]).next_times(1)[0][0]
    others = Panels.OTHERS_END_SO(n=len(cut) - 1) if len(cut) > 1 else None
    return [Panels.NO_LAST_VALUES(series=cut[0], n=after[cut[0]], time=say_time(first), others=others)]


def _to_frame(arrow: pa.Table) -> Any:
    """Return a table with numbers, texts and times as pandas has them; its index are the numbers of the rows."""
    arrow = plain(arrow)
    columns: dict[str, Any] = {}
    for name in arrow.column_names:
        column = arrow[name]
        kind = kind_of(column)
        if kind == "list":
            raise DataError(Panels.LISTS, column=name)
        if kind == "number" and not _lose_digits(column):
            try:
                columns[name] = np.asarray(numbers(column, name), float)
                continue
            except DataError:
                pass  # it is reported by whoever needs numbers there
        columns[name] = column.to_pandas()
    frame: Any = pd.DataFrame(columns).set_axis(range(1, arrow.num_rows + 1))
    return frame.dropna(how="all")


def _lose_digits(column: pa.ChunkedArray) -> bool:
    """Return whether a column may hold names, such as 007, 1E5 or ones of 18 digits, that are others as numbers."""
    if pa.types.is_integer(column.type):
        ends: Any = pc.min_max(column).as_py()  # type: ignore
        return any(end is not None and abs(end) > MOST_WHOLE for end in ends.values())
    if not pa.types.is_large_string(column.type):
        return False
    texts = column.drop_null().unique().to_pandas()
    return bool(texts.str.fullmatch(r"\d+([Ee]\d+)?").all() and texts.str.fullmatch(r"0\d+|\d{16,}|\d+[Ee]\d+").any())


def _long(table: Any, roles: PanelRoles, request: PanelRequest, frequency: str | None) -> Any:
    """Return a table in the words of `from_frame`: a row for each time of each series."""
    ids = _ids(table, roles)
    if roles.time is None:
        times = table.groupby(ids).cumcount() if roles.ids else pd.Series(range(len(table)), table.index)
    else:
        times = table[roles.time]
        empty = times.isna() & table[list(roles.values)].isna().all(axis=1)
        table, ids, times = (part[~empty] for part in (table, ids, times))
        if request.first is None:
            refuse_either(times, roles.time)
        times = times_in(times, roles.time, frequency=frequency, first=request.first)
    shared = {name: table[name] for name in request.covariates_in(table.columns)}
    parts = []
    for name in roles.values:
        called = ids.astype(str) if len(roles.values) == 1 else name if not roles.ids else ids + f"/{name}"
        parts.append(pd.DataFrame({**shared, ID: called, TIME: times, VALUE: numbers_in(table[name], name)}))
    return pd.concat(parts)


def _ids(table: Any, roles: PanelRoles) -> Any:
    if not roles.ids:
        return pd.Series(roles.values[0], table.index)
    first, *others = (_texts(table[name], name) for name in roles.ids)
    for other in others:
        first = first + "/" + other
    return first


def _texts(column: Any, name: str) -> Any:
    if column.isna().any():
        raise DataError(Panels.NO_NAME, row=column.index[column.isna()][0], column=name)
    if pd.api.types.is_float_dtype(column.dtype) and (column % 1 == 0).all():
        column = column.astype("int64")
    return column.astype(str)
