"""Data frames of pandas and Polars whose rows are steps, each with a label of its own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from glasscell.data.formats.sources import naming
from glasscell.data.frames import table_of
from glasscell.data.padding import Intake
from glasscell.data.steps.step_table import StepTable, steps_of
from glasscell.data.tables.columns import plain
from glasscell.data.tables.ids import name_of, with_joint_id
from glasscell.data.tables.request import Request, names_of


def steps_from_frame(
    frame: Any,
    *,
    id: str | Sequence[str] | None = None,
    time: str | None = None,
    time_format: str | None = None,
    label: str | None = None,
    channels: Iterable[str] | None = None,
    unlabelled: str | Iterable[str] | None = None,
    channels_expected: Iterable[str] | None = None,
    columns_expected: Mapping[str, str] | None = None,
    offsets: Mapping[str, float] | None = None,
) -> StepTable:
    """Read a data frame with a label in each row, or none where a step is not labelled.

    Parameters
    ----------
    frame : pandas.DataFrame or polars.DataFrame
        One row a time step; its index is read as by `from_frame`.
    id : str or sequence of str, optional
        As for `read`.
    time, label : str, optional
        Names of columns; guessed where not given. Without a column of names, all rows are steps of one series.
    time_format : str, optional
        As for `read`.
    channels : sequence of str, optional
    unlabelled : str or several, optional
        As for `read_steps`.
    channels_expected, columns_expected
        As in `read_in_parts`: then the frame need not have labels.
    offsets : mapping of str to float, optional
        As for `read`.

    Returns
    -------
    StepTable
        Its series in the order in which they first appear, the steps of each in the order of their times.

    Raises
    ------
    DataError
        If the frame is not in long form, has no labels, or numbers in their place.
    UsageError
        If a column that is named does not exist, or it is unclear which has the labels, or `frame` is not a data frame.

    Examples
    --------
    >>> import pandas as pd
    >>> table = steps_from_frame(pd.DataFrame({"t": [1, 0, 2], "u": [2.5, 1.5, 0.5], "label": ["up", None, "down"]}))
    >>> table.x[0][:, 0].tolist(), table.y[0].tolist(), table.rows[0].tolist()
    ([1.5, 2.5, 0.5], [None, 'up', 'down'], [1, 0, 2])
    """
    with naming("the data frame"):
        known = dict(columns_expected or {})
        table, called, time, _ = table_of(frame, name_of(id), time, known)
        request = Request(called, time, label, names_of(channels), header=True, known=known, time_format=time_format)
        table = with_joint_id(plain(table), request)
        of = names_of(unlabelled) or (), names_of(channels_expected)
        return steps_of(table, request, "data frame", True, Intake(offsets), *of)
