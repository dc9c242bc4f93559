"""Data frames of pandas and Polars whose rows are labeled steps."""

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
    """Read a data frame with a label in each row, or a missing value for an unlabeled step.

    Parameters
    ----------
    frame : pandas.DataFrame or polars.DataFrame
        One row per time step; the index is read as by `from_frame`.
    id : str or sequence of str, optional
        As for `read`.
    time, label : str, optional
        Names of columns; guessed by default. Without an id column, all rows are steps of one series.
    time_format : str, optional
        As for `read`.
    channels : sequence of str, optional
    unlabelled : str or several, optional
        As for `read_steps`.
    channels_expected, columns_expected
        As in `read_in_parts`: then labels are optional.
    offsets : mapping of str to float, optional
        As for `read`.

    Returns
    -------
    StepTable
        Series in order of first appearance, with the steps of each in order of time.

    Raises
    ------
    DataError
        If the frame is not in long form, has no labels, or has numeric targets instead.
    UsageError
        If a named column does not exist, the label column is ambiguous, or `frame` is not a data frame.

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
