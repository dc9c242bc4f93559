"""Read a panel from a file: a long table, a column per series, a single series, or a .tsf file."""

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.folder import is_folder
from glasscell.data.formats.sources import called, naming, opened
from glasscell.data.formats.table_reading import KINDS, open_table
from glasscell.data.frames import table_of as table_of_frame
from glasscell.data.tables.column_values import kind_of, numbers, plain
from glasscell.data.tables.parts import gather_table
from glasscell.data.tables.request import LABELS, Request
from glasscell.data.tables.time_columns import find_time_columns, joined, with_time
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.aggregation import floor, notes_of_steps
from glasscell.tasks.forecasting.panels.cells import (
    note_of_times,
    numbers_in,
    require_none,
    times_in,
)
from glasscell.tasks.forecasting.panels.continuation import (
    note_new_texts,
    require_same_covariates,
    require_same_times,
    settle_valueless,
    with_columns_of_values,
)
from glasscell.tasks.forecasting.panels.date_order import first_in, note_of_order, require_one_order
from glasscell.tasks.forecasting.panels.filling import check_missing_rows, count_missing_rows
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.frequency import format_time, parse_frequency
from glasscell.tasks.forecasting.panels.panel import ID, TIME, VALUE, Panel
from glasscell.tasks.forecasting.panels.roles import (
    TIME_NAMES,
    PanelRequest,
    PanelRoles,
    are_dates,
    understand_panel,
)
from glasscell.tasks.forecasting.panels.rows import with_row_for_each_time
from glasscell.tasks.forecasting.panels.seasons import candidates_for
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.panels.tsf import read_tsf_frame
from glasscell.tasks.forecasting.panels.units import note_of_weeks, with_one_time

MOST_WHOLE = 2**53  # beyond, float64 does not hold all whole numbers
FEWEST_STEPS = 8  # minimum steps to suggest a forecast
# by the season that the times suggest
HORIZONS = {12: 12, 4: 4, 52: 8, 7: 14, 5: 10, 24: 24, 48: 48}


@dataclass(frozen=True)
class PanelFile:
    """The contents of a file.

    Parameters
    ----------
    notes : tuple of Note
        How the file was read, first in one sentence.
    first : {"day", "month", "year"}, optional
        First part of its dates, if they are numeric and show it.

    >>> panel = from_frame(pd.DataFrame({"ds": [1, 2], "y": [1.0, 2.0]}))
    >>> PanelFile(panel, PanelRoles((), "ds", ("y",)), ()).roles.values
    ('y',)
    """

    panel: Panel
    roles: PanelRoles
    notes: tuple[Note, ...]
    first: str | None = None


def read_panel(
    path: Any,
    request: PanelRequest | None = None,
    *,
    every: str | None = None,
    aggregate: str | None = None,
    fill: float | None = None,
    frequency: str | None = None,
    header: bool | None = None,
    encoding: str | None = None,
    decimal: str | None = None,
    time_format: str | None = None,
    own: Panel | None = None,
) -> PanelFile:
    r"""Read the series to forecast from a file.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "sales.csv")
    >>> _ = path.write_text("month,north,south\n2026-01,1,4\n2026-02,2,\n2026-03,3,6\n")
    >>> found = read_panel(path)
    >>> found.panel.ids, found.notes[0]
    (('north', 'south'), "read as one series per column (time by 'month'): 2 series of 3 steps, 1
    month each")
    """
    request = request or PanelRequest()
    with naming(called(path)), _naming_no_year(time_format, request.time):
        table, layout, noticed = _read_table(
            path, request, encoding, time_format, header=header, decimal=decimal
        )
        table = with_columns_of_values(table, request, own)
        roles = understand_panel(table, request)
        known = frequency or (None if own is None else own.frequency)
        frame = _long(table, roles, request, known)
        first = frame[TIME].iloc[0] if len(frame) else None
        if own is not None:
            require_same_times(pd.DataFrame({TIME: own.times[0]}), frame)
        frame, settled = settle_valueless(frame, own, roles.values)
        step = None if own is None or own.frequency is not None else own.step
        how: dict[str, Any] = {"every": every, "aggregate": aggregate, "fill": fill}
        how |= {"frequency": frequency, "step": step}
        panel = from_frame(frame, **request.covariates, **how)
        if own is not None:
            require_same_covariates(own, panel)
        read_as, order = None, request.first
        if roles.time is not None:
            read_as = note_of_times(table[roles.time].dropna(), first, are_dates=known is not None)
            read_as = read_as or (None if order else note_of_order(table[roles.time]))
            order = order or first_in(table[roles.time])
        notes = [Panels.READ_AS(layout=layout or roles.layout, series=about(panel))]
        notes += [*([read_as] if read_as else []), *settled]
        covariates = sum(request.covariates.values(), ())
        notes += [*note_new_texts(table, covariates), *roles.notes]
        if every is not None:
            notes += notes_of_steps(frame, every, aggregate, covariates)
            frame = frame.assign(**{TIME: floor(frame[TIME], every)})
        missing = count_missing_rows(frame, panel)
        if fill is not None and missing:
            notes.append(
                Panels.FILLED(n=missing, values=sum(map(len, panel.values)), fill=float(fill))
            )
        elif fill is None and own is None:  # for newer values, the run has decided
            notes += check_missing_rows(panel, missing)
        return PanelFile(
            panel, roles, (*notes, *_more(panel), *_cut(frame, panel), *noticed), order
        )


def _read_table(
    path: Any, request: PanelRequest, encoding: str | None, time_format: str | None, **how: Any
) -> tuple[Any, Note | None, tuple[Note, ...]]:
    """Return the table of a file, its layout if known, and notes."""
    if hasattr(path, "columns"):
        arrow, notes = table_of_frame(path, request.id, request.time, None)[0], ()
    else:
        with opened(path, True, encoding) as source:
            if source.kind == "tsf":
                return *read_tsf_frame(source.lines()), ()
            if source.kind not in KINDS:
                raise UsageError(Panels.NO_TABLE, kind=source.kind)
            file = open_table(source, at_once=True, **how)
            arrow = gather_table(file.batches, Request(header=how["header"]))
            notes = (
                *file.notes,
                *file.noticed,
                *(replace(one, level="info") for one in file.warnings),
            )
    names = request.covariates_in(arrow.column_names) or None
    known: Any = (
        {"time": time} if (time := request.expected.get("time")) in arrow.column_names else {}
    )
    asked = Request(time=request.time, channels=names, time_format=time_format, known=known)
    found = find_time_columns(arrow, asked)
    arrow, notes = joined(arrow, found), (*notes, *with_time(asked, found)[1])
    table = _to_frame(arrow)
    if found is None:
        taken = {
            *request.covariates_in(table.columns),
            *(request.channels or ()),
            *request.ids_in(table.columns),
        }
        free = [name for name in table.columns if name not in taken]
        has_times = any(
            name.lower().strip() in TIME_NAMES or are_dates(table[name]) for name in free
        )
        table, said = with_one_time(table, [] if has_times else free, request.time)
        has_times |= bool(said) or request.time is not None
        table, layout = with_row_for_each_time(
            table, request.ids_in(table.columns), taken, has_times=has_times, form=time_format
        )
        return table, layout, (*notes, *said)
    return table, None, (*notes, *note_of_weeks(table, found))


@contextmanager
def _naming_no_year(form: str | None, time: str | None) -> Iterator[None]:
    """Replace the error if times repeat or identify no rows because their format has no year."""
    try:
        yield
    except DataError as error:
        if (
            error.code not in (Panels.TWICE, Panels.NO_NUMBERS)
            or form is None
            or re.search("%[YyGcxs]", form)
        ):
            raise
        raise UsageError(Panels.FORMAT_WITHOUT_YEAR, form=form, column=time or "month") from None


def about(panel: Panel) -> Note:
    """Return a note on the number of series, their lengths and the step between times.

    >>> about(from_frame(pd.DataFrame({"ds": [1990, 1991, 1993], "y": [1.0, 2.0, 3.0]})))
    '1 series of 4 steps'
    """
    each = (
        None
        if panel.frequency is None
        else Panels.EACH(step=parse_frequency(panel.frequency).words)
    )
    return Panels.SERIES(
        n=len(panel), **_range([len(values) for values in panel.values]), each=each
    )


def _more(panel: Panel) -> list[Note]:
    gaps, ends = (
        sum(int(np.isnan(v).sum()) for v in panel.values),
        {format_time(end) for end in panel.ends.values()},
    )
    notes = [Panels.GAPS(n=gaps, values=sum(map(len, panel.values)))] if gaps else []
    if len(ends) > 1:
        notes.append(Panels.ENDS(n=len(ends)))
    if panel.known_names:
        notes.append(
            Panels.KNOWN(
                columns=panel.known_names, **_range([len(coming) for coming in panel.future])
            )
        )
    others = ((Panels.PAST, panel.past_names), (Panels.STATIC, panel.static_names))
    return [*notes, *(code(columns=names) for code, names in others if names)]


def _range(counts: list[int]) -> dict[str, Any]:
    least, most = min(counts), max(counts)
    return {
        "least": least,
        "most": most,
        "up_to": None if least == most else Panels.UP_TO(most=most),
    }


def _cut(frame: Any, panel: Panel) -> list[Note]:
    """Return a note on series whose last times have no values, except with known covariates."""
    if panel.known_names:
        return []
    ends = panel.ends
    after = {who: rows[TIME][rows[TIME] > ends[who]].nunique() for who, rows in frame.groupby(ID)}
    cut = [who for who in panel.ids if after[who]]
    if not cut:
        return []
    first = panel.of([panel.ids.index(cut[0])]).next_times(1)[0][0]
    others = Panels.OTHERS_END_SO(n=len(cut) - 1) if len(cut) > 1 else None
    return [
        Panels.NO_LAST_VALUES(
            series=cut[0], n=after[cut[0]], time=format_time(first), others=others
        )
    ]


def _to_frame(arrow: pa.Table) -> Any:
    """Return an Arrow table as a pandas frame whose index holds row numbers."""
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
                pass  # callers that need numbers report it
        columns[name] = column.to_pandas()
    frame: Any = pd.DataFrame(columns).set_axis(range(1, arrow.num_rows + 1))
    return frame.dropna(how="all")


def _lose_digits(column: pa.ChunkedArray) -> bool:
    """Return whether a column may hold names that change as numbers, such as 007 or 1E5."""
    if pa.types.is_integer(column.type):
        ends: Any = pc.min_max(column).as_py()  # type: ignore
        return any(end is not None and abs(end) > MOST_WHOLE for end in ends.values())
    if not pa.types.is_large_string(column.type):
        return False
    texts = column.drop_null().unique().to_pandas()
    return bool(
        texts.str.fullmatch(r"\d+([Ee]\d+)?").all()
        and texts.str.fullmatch(r"0\d+|\d{16,}|\d+[Ee]\d+").any()
    )


def _long(table: Any, roles: PanelRoles, request: PanelRequest, frequency: str | None) -> Any:
    """Return a long table for `from_frame`: one row per series and time."""
    ids = _ids(table, roles)
    if roles.time is None:
        times = (
            table.groupby(ids).cumcount()
            if roles.ids
            else pd.Series(range(len(table)), table.index)
        )
    else:
        times = table[roles.time]
        empty = times.isna() & table[list(roles.values)].isna().all(axis=1)
        table, ids, times = (part[~empty] for part in (table, ids, times))
        if request.first is None:
            require_one_order(times, roles.time)
        times = times_in(times, roles.time, frequency=frequency, first=request.first)
    shared = {name: table[name] for name in request.covariates_in(table.columns)}
    parts = []
    for name in roles.values:
        called = (
            ids.astype(str)
            if len(roles.values) == 1
            else name
            if not roles.ids
            else ids + f"/{name}"
        )
        parts.append(
            pd.DataFrame({**shared, ID: called, TIME: times, VALUE: numbers_in(table[name], name)})
        )
    return pd.concat(parts)


def _ids(table: Any, roles: PanelRoles) -> Any:
    if not roles.ids:
        return pd.Series(roles.values[0], table.index)
    first, *others = (_texts(table[name], name) for name in roles.ids)
    return first.str.cat(others, "/") if others else first


def _texts(column: Any, name: str) -> Any:
    require_none(column.isna(), column, name, Panels.NO_NAME)
    if pd.api.types.is_float_dtype(column.dtype) and (column % 1 == 0).all():
        column = column.astype("int64")
    return column.astype(str)


def hint_at_forecasts(path: str | Path) -> Note | None:
    r"""Return a note about `--forecast` if a file has times and values but no label, else None.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "sold.csv")
    >>> _ = file.write_text(
    ...     "month,sold\n" + "".join(f"2025-{month:02},{month}\n" for month in range(1, 13))
    ... )
    >>> str(hint_at_forecasts(file)).split(": ")[0]
    "it has times ('month') and values but no label"
    """
    if str(path) == "-" or is_folder(path):
        return None
    try:
        found = _read_all(path)
    except (DataError, UsageError):
        return None
    if not _is_meant_for_forecasts(found):
        return None
    panel, roles = found.panel, found.roles
    times = Panels.IN_A_ROW() if roles.time is None else Panels.TIMES(column=roles.time)
    longest = max(len(values) for values in panel.values)
    ahead = min(
        HORIZONS.get(next(iter(candidates_for(panel.frequency)), 1), 6), max(1, longest // 3)
    )
    return Panels.TO_FORECAST(times=times, ahead=ahead, n=len(panel), path=shlex.quote(str(path)))


def _read_all(path: str | Path) -> PanelFile:
    """Read a file; if its numeric columns are of several kinds, to report, read all of them."""
    try:
        return read_panel(path)
    except UsageError as error:
        if error.code not in (Panels.OTHER_SCALES, Panels.OTHER_KINDS):
            raise
        return read_panel(
            path, PanelRequest(channels=(*error.values["columns"], *error.values["flags"]))
        )


def _is_meant_for_forecasts(found: PanelFile) -> bool:
    roles, panel = found.roles, found.panel
    is_labelled = any(name.lower() in LABELS and name.lower() != "y" for name in roles.values)
    left = [note for note in roles.notes if note.code is Panels.LEFT_OUT]
    is_dated = panel.frequency is not None or roles.time in ("ds", "year", "Year", "YEAR")
    is_lone = roles.time is None and len(roles.values) == 1 and not roles.ids
    long = max(len(values) for values in panel.values) >= FEWEST_STEPS
    return long and not is_labelled and (not left or "y" in roles.values) and (is_dated or is_lone)
