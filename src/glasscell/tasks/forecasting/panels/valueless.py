"""Series of a file that have no value there: left out, or the future of a series that is known from before."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.tasks.forecasting.panels.continuation import keys_of, refuse_other_times
from glasscell.tasks.forecasting.panels.covariates import MARK, Columns, numbered
from glasscell.tasks.forecasting.panels.cuts import to_frame
from glasscell.tasks.forecasting.panels.panel import ID, TIME, VALUE, Panel
from glasscell.tasks.forecasting.panels.panel_roles import PanelRequest
from glasscell.tasks.forecasting.panels.sentences import Panels


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
    >>> from glasscell.tasks.forecasting.panels.panel import from_frame
    >>> own = from_frame(pd.DataFrame({"ds": [1, 2], "y": [1.0, 2.0], "promo": [0, 1]}), known=["promo"])
    >>> request = PanelRequest(known=("promo",), expected={"values": ["sold"]})
    >>> with_columns_of_values(pd.DataFrame({"day": [3], "promo": [1]}), request, own).columns.tolist()
    ['day', 'promo', 'sold']
    """
    values = request.channels or tuple(request.expected.get("values", ()))
    is_there = any(name in table.columns and table[name].notna().any() for name in values)
    if own is None or not own.known_names or is_there:
        return table
    others = [name if name in table.columns else name.split(MARK)[0] for name in (*request.past, *request.static)]
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
    refuse_other_times(to_frame(own), rows)
    ends = {name: times[-1] for name, times in zip(own.ids, own.times, strict=True)}
    rows = _numbered(rows, request, own)[[ID, TIME, VALUE, *own.known_names]]
    rows = rows[[time > ends[name] for name, time in zip(rows[ID], rows[TIME], strict=True)]]
    return rows.dropna(how="all", subset=list(own.known_names))


def _numbered(rows: Any, request: PanelRequest, own: Panel) -> Any:
    names = Columns(own.known_names, own.past_names, own.static_names)
    return numbered(rows, names)[0].assign(**{name: rows[name] for name in (ID, TIME, VALUE)})


def _column_of(who: str, values: Sequence[str]) -> str:
    return next((name for name in values if who == name or who.endswith(f"/{name}")), values[0])
