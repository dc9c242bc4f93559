"""Steps without a row: give them a value if the user says which, and warn where it is likely 0."""

from typing import Any

import numpy as np
import pandas as pd

from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.panel import ID, TIME, VALUE, Grid, Panel
from glasscell.tasks.forecasting.panels.sentences import Panels


def with_missing_rows(table: Any, grid: Grid, fill: float) -> Any:
    """Return a table with missing rows as `fill`, from a series' first value to the last of all.

    Covariates of new rows are missing.

    >>> table = pd.DataFrame({"unique_id": "a", "ds": [1, 2, 5], "y": [3.0, 1.0, 2.0]})
    >>> with_missing_rows(table, Grid(None), 0).sort_values("ds")["y"].tolist()
    [3.0, 1.0, 0.0, 0.0, 2.0]
    """
    valued = table[table[VALUE].notna()]
    starts, ends = (valued.groupby(ID)[TIME].agg(end) for end in ("min", "max"))
    present = {
        series: np.sort(times.to_numpy())
        for series, times in table.groupby(ID, sort=False)[TIME]
        if series in starts.index
    }
    # all series are checked before long rows are made for a wrong time in one
    for series, times in present.items():
        is_within = (times >= starts[series]) & (times <= ends[series])
        grid.places(times[is_within], str(series))
    parts, last = [table], ends.max()
    for series, times in present.items():
        steps = grid.until(starts[series], last)
        missing = steps[~np.isin(steps, times)]
        parts.append(pd.DataFrame({ID: series, TIME: missing, VALUE: float(fill)}))
    return pd.concat([part for part in parts if len(part)])


def count_missing_rows(table: Any, panel: Panel) -> int:
    """Return the number of steps of a panel without a row in the table that it was made from.

    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> table = pd.DataFrame(
    ...     {"unique_id": "a", "ds": [1, 2, 4, 5], "y": [3.0, 1.0, float("nan"), 2.0]}
    ... )
    >>> count_missing_rows(table, from_frame(table))
    1
    """
    rows = table[[ID, TIME]].drop_duplicates()
    ids = rows[ID].astype(str)
    first, last = ids.map(panel.starts), ids.map(panel.ends)
    return sum(map(len, panel.values)) - int(rows[TIME].between(first, last).sum())


def note_missing_rows(table: Any, panel: Panel, fill: float | None) -> list[Note]:
    """Return a note on steps without a row that have the value `fill`, or without it a warning.

    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> table = pd.DataFrame({"ds": [1, 2, 4], "y": [3.0, 1.0, 2.0]})
    >>> note_missing_rows(table.assign(unique_id="series"), from_frame(table, fill=0), 0)
    ['1 of 4 steps had no row and has the value 0']
    """
    missing = count_missing_rows(table, panel)
    if fill is None:
        return check_missing_rows(panel, missing)
    steps = sum(map(len, panel.values))
    return [Panels.FILLED(n=missing, values=steps, fill=float(fill))] if missing else []


def check_missing_rows(panel: Panel, n: int) -> list[Note]:
    """Return a warning if n steps, most of a panel's, have no row where a missing one may mean 0.

    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> codes = [
    ...     note.code
    ...     for note in check_missing_rows(from_frame(pd.DataFrame({"ds": [1, 2, 9], "y": 1.0})), 6)
    ... ]
    >>> codes == [Panels.MISSING_ROWS]
    True
    """
    steps = sum(map(len, panel.values))
    has_zeros = any((values == 0).any() for values in panel.values)
    return [] if has_zeros or 2 * n <= steps else [Panels.MISSING_ROWS.warning(n=n, values=steps)]
