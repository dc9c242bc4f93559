"""Read a panel from a file: a long table, a column per series, a single series, or a .tsf file.

The steps: `read_rows` → `PanelTable` (one time column, the role of each) → `to_long_frame` (one row
per series and time, Nixtla's columns) → `from_frame` → notes.
"""

import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from glasscell.data.folder import is_folder
from glasscell.data.formats.sources import called, naming, opened
from glasscell.data.formats.table_reading import KINDS, open_table
from glasscell.data.frames import table_of
from glasscell.data.tables.parts import gather_table
from glasscell.data.tables.request import LABELS, Request
from glasscell.data.tables.roles import is_named
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
    settle_valueless,
    times_per_row,
)
from glasscell.tasks.forecasting.panels.date_order import first_in, note_of_order, require_one_order
from glasscell.tasks.forecasting.panels.filling import note_missing_rows
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.frequency import format_time, parse_frequency
from glasscell.tasks.forecasting.panels.panel import ID, TIME, VALUE, Panel
from glasscell.tasks.forecasting.panels.roles import PanelRequest, PanelRoles
from glasscell.tasks.forecasting.panels.seasons import candidates_for
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.panels.table import PanelTable
from glasscell.tasks.forecasting.panels.tsf import read_tsf_frame

FEWEST_STEPS = 8  # minimum steps to suggest a forecast
# by the season that the times suggest
HORIZONS = {12: 12, 4: 4, 52: 8, 7: 14, 5: 10, 24: 24, 48: 48}


@dataclass(frozen=True)
class GridOptions:
    """Regular times and their values: see `frames.from_frame`."""

    every: str | None = None
    aggregate: str | None = None
    fill: float | None = None
    frequency: str | None = None


@dataclass(frozen=True)
class LongFrame:
    """One row per series and time, with Nixtla's column names; notes on times, and `first`."""

    rows: Any
    notes: tuple[Note, ...] = ()
    first: str | None = None


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
    grid: GridOptions | None = None,
    history: Panel | None = None,
) -> PanelFile:
    r"""Read the series to forecast from a file; with the history of a run, its newer values.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "sales.csv")
    >>> _ = path.write_text("month,north,south\n2026-01,1,4\n2026-02,2,\n2026-03,3,6\n")
    >>> file = read_panel(path)
    >>> file.panel.ids, file.notes[0]
    (('north', 'south'), "read as one series per column (time by 'month'): 2 series of 3 steps, 1
    month each")
    """
    request, grid = request or PanelRequest(), grid or GridOptions()
    with naming(called(path)):
        rows, layout, notes_of_file = read_rows(path, request)
        table = PanelTable.of(rows, request, history)
        roles = table.roles
        if roles.mixture is not None:
            raise UsageError(roles.mixture)
        frequency, step = grid.frequency, None
        if history is not None:
            frequency = frequency or history.frequency
            step = history.step if history.frequency is None else None
        rows = table.to_frame()
        long = to_long_frame(rows, roles, request, frequency)
        frame, settled = settle_valueless(long.rows, history, roles.values)
        if grid.every is None and request.time_format and frame.duplicated([ID, TIME]).any():
            request.require_year()
        panel = from_frame(frame, **request.covariates, **vars(grid), step=step)
        if history is not None:
            require_same_covariates(history, panel)
        covariates = sum(request.covariates.values(), ())
        notes = [
            Panels.READ_AS(layout=layout or roles.layout, series=describe_extent(panel)),
            *long.notes,
            *settled,
            *note_new_texts(rows, covariates),
            *roles.notes,
        ]
        if grid.every is not None:
            notes += notes_of_steps(frame, grid.every, grid.aggregate, covariates)
            frame = frame.assign(**{TIME: floor(frame[TIME], grid.every)})
        if grid.fill is not None or history is None:  # for newer values, the run has decided
            notes += note_missing_rows(frame, panel, grid.fill)
        notes += [*note_contents(panel), *note_valueless_ends(frame, panel)]
        notes += [*notes_of_file, *table.notes]
        return PanelFile(panel, roles, tuple(notes), long.first)


def read_rows(path: Any, request: PanelRequest) -> tuple[pa.Table, Note | None, tuple[Note, ...]]:
    """Return the rows of a file or a data frame, its layout if the format says it, and notes."""
    if hasattr(path, "columns"):
        return table_of(path, request.id, request.time, None)[0], None, ()
    with opened(path, True, request.encoding) as source:
        if source.kind == "tsf":
            frame, layout = read_tsf_frame(source.lines())
            return pa.Table.from_pandas(frame, preserve_index=False), layout, ()
        if source.kind not in KINDS:
            raise UsageError(Panels.NO_TABLE, kind=source.kind)
        file = open_table(source, at_once=True, header=request.header, decimal=request.decimal)
        rows = gather_table(file.batches, Request())  # ids of several columns stay apart
        warnings = (replace(warning, level="info") for warning in file.warnings)
        return rows, None, (*file.notes, *file.noticed, *warnings)


def to_long_frame(
    rows: Any, roles: PanelRoles, request: PanelRequest, frequency: str | None = None
) -> LongFrame:
    """Return a table as a long frame.

    >>> rows = pd.DataFrame({"month": [1, 2], "north": [1, 4], "south": [2, 5]})
    >>> roles = PanelRoles((), "month", ("north", "south"))
    >>> to_long_frame(rows, roles, PanelRequest()).rows.to_numpy().tolist()
    [['north', 1, 1.0], ['north', 2, 4.0], ['south', 1, 2.0], ['south', 2, 5.0]]
    """
    ids = [_id_texts(rows[name]) for name in roles.ids]
    series = ids[0].str.cat(ids[1:], "/") if ids else pd.Series("", rows.index)
    notes, first = [], request.first
    if roles.time is None:
        times = rows.groupby(series).cumcount()
    else:
        has_cells = rows[[roles.time, *roles.values]].notna().any(axis=1)
        rows, series = rows[has_cells], series[has_cells]
        column = rows[roles.time]
        if request.first is None:
            require_one_order(column, roles.time)
        times = times_in(column, roles.time, frequency=frequency, first=request.first)
        if len(times):
            notes.append(note_of_times(column, times.iloc[0], are_dates=frequency is not None))
        if notes == [None] and request.first is None:
            notes.append(note_of_order(column))
        first = request.first or first_in(column)
    covariates = rows[list(request.covariates_in(rows.columns))]
    parts = []
    for name in roles.values:
        names = name
        if ids:
            names = series if len(roles.values) == 1 else series + f"/{name}"
        columns = {ID: names, TIME: times, VALUE: numbers_in(rows[name], name)}
        parts.append(covariates.assign(**columns))
    return LongFrame(pd.concat(parts), tuple(filter(None, notes)), first)


def _id_texts(column: Any) -> Any:
    require_none(column.isna(), column, column.name, Panels.NO_NAME)
    if pd.api.types.is_float_dtype(column.dtype) and (column % 1 == 0).all():
        column = column.astype("int64")
    return column.astype(str)


def describe_extent(panel: Panel) -> Note:
    """Return a note on the number of series, their lengths and the step between times.

    >>> describe_extent(from_frame(pd.DataFrame({"ds": [1990, 1991, 1993], "y": [1.0, 2.0, 3.0]})))
    '1 series of 4 steps'
    """
    frequency, each = panel.frequency, None
    if frequency is not None:
        each = Panels.EACH(step=parse_frequency(frequency).words)
    return Panels.SERIES(n=len(panel), **_range_of_lengths(panel.values), each=each)


def _range_of_lengths(arrays: list[np.ndarray]) -> dict[str, Any]:
    """Return the values of a message on the lengths of arrays."""
    lengths = [len(array) for array in arrays]
    shortest, longest = min(lengths), max(lengths)
    up_to = None if shortest == longest else Panels.UP_TO(most=longest)
    return {"least": shortest, "most": longest, "up_to": up_to}


def note_contents(panel: Panel) -> list[Note]:
    """Return notes on gaps, different ends and covariates."""
    notes = []
    if gaps := sum(int(np.isnan(values).sum()) for values in panel.values):
        notes.append(Panels.GAPS(n=gaps, values=sum(map(len, panel.values))))
    ends = {format_time(end) for end in panel.ends.values()}
    if len(ends) > 1:
        notes.append(Panels.ENDS(n=len(ends)))
    if panel.known_names:
        lengths = _range_of_lengths(panel.future)
        notes.append(Panels.KNOWN(columns=panel.known_names, **lengths))
    if panel.past_names:
        notes.append(Panels.PAST(columns=panel.past_names))
    if panel.static_names:
        notes.append(Panels.STATIC(columns=panel.static_names))
    return notes


def note_valueless_ends(frame: Any, panel: Panel) -> list[Note]:
    """Return a note on series whose last times have no values, except with known covariates."""
    late = frame[frame[TIME] > times_per_row(frame, panel.ends)]
    counts = late.groupby(ID)[TIME].nunique()
    ids = [name for name in panel.ids if name in counts.index]
    if panel.known_names or not ids:
        return []
    time = format_time(panel.of([panel.ids.index(ids[0])]).next_times(1)[0][0])
    alike = Panels.OTHERS_END_SO(n=len(ids) - 1) if len(ids) > 1 else None
    return [Panels.NO_LAST_VALUES(series=ids[0], n=int(counts[ids[0]]), time=time, others=alike)]


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
    request = PanelRequest()
    try:
        with naming(called(path)):
            table = PanelTable.of(read_rows(path, request)[0], request)
            roles = table.roles
            # columns of several kinds are not forecast together
            values = roles.values if roles.mixture is None else roles.values[:1]
            frame = to_long_frame(table.to_frame(), replace(roles, values=values), request).rows
            panel = from_frame(settle_valueless(frame, None, values)[0])
    except (DataError, UsageError):
        return None
    longest = max(len(values) for values in panel.values)
    is_labelled = ({*LABELS} - {"y"}) & {*map(str.lower, roles.values)}
    is_complete = not roles.unused or "y" in roles.values
    is_dated = panel.frequency is not None or str(roles.time).lower() in ("ds", "year")
    is_one_column = len(roles.values) == 1 and not roles.ids
    is_counted = (
        roles.time is None or sum(map(is_named, table.rows.column_names)) == 2
    )  # such as only t and sold
    has_times = is_dated or (is_one_column and is_counted)
    if longest < FEWEST_STEPS or is_labelled or not is_complete or not has_times:
        return None
    times = Panels.UNNAMED_TIMES() if roles.time == "" else Panels.IN_A_ROW()
    if roles.time:
        times = Panels.TIMES(column=roles.time)
    season = next(iter(candidates_for(panel.frequency)), 1)
    horizon = min(HORIZONS.get(season, 6), max(1, longest // 3))
    return Panels.TO_FORECAST(
        times=times,
        ahead=horizon,
        n=len(panel),
        path=shlex.quote(str(path)),
        channels=None if roles.mixture is None else Panels.OF_CHANNELS(channels=values),
    )
