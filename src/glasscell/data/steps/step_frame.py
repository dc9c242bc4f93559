"""Data frames of pandas and Polars whose rows are labeled steps."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from glasscell.data.formats.sources import naming
from glasscell.data.frames import table_of
from glasscell.data.offsets import Intake
from glasscell.data.steps.step_table import StepTable, steps_of
from glasscell.data.tables.ids import name_of
from glasscell.data.tables.request import Request, missing_words_in, names_of
from glasscell.data.tables.table import Origin, plain_rows


def steps_from_frame(
    frame: Any,
    *,
    id: str | Sequence[str] | None = None,
    time: str | None = None,
    time_format: str | None = None,
    label: str | None = None,
    channels: Iterable[str] | None = None,
    missing: Collection[float | str] | None = None,
    group: str | None = None,
    unlabelled: str | Iterable[str] | None = None,
    channels_expected: Iterable[str] | None = None,
    columns_expected: Mapping[str, str] | None = None,
    offsets: Mapping[str, float] | None = None,
) -> StepTable:
    """Read a data frame with a label in each row, or a missing value for an unlabeled step.

    Parameters
    ----------
    frame : pandas.DataFrame or polars.DataFrame
        One row per time step. Two levels of a pandas index are id and time. One level is used as a
        column if it holds dates, has a common name of times, or repeats and there are no ids.
    id : str or sequence of str, optional
        Column that identifies a series, or several: person,trial. A list such as ["person",
        "trial"] does the same; an id is then such as S1,3. Detected by default. Without such a
        column, all rows are steps of one series.
    time : str, optional
        Column that orders the steps of a series; date,hour joins two. Detected by default.
    time_format : str, optional
        How times are written, such as %d.%m.%Y %H:%M. The codes are those of `strptime`. By
        default, ISO 8601 and some other formats are recognized.
    label : str, optional
        Column with the label of each step. Detected by default.
    channels : sequence of str, optional
        Columns used as input channels. They keep this order. By default all other columns.
    missing : collection of float or str, optional
        Missing-value codes, such as -999 or ERR.
    group : str, optional
        Column of groups, such as persons; a group is held out as a whole. By default a column named
        subject, group or session.
    unlabelled : str or sequence of str, optional
        Labels that mark a step as unlabeled, such as unknown. Missing values always do.
    channels_expected : sequence of str, optional
        Channels that a model was trained on. The result has these channels in this order, and
        labels are optional.
    columns_expected : mapping of str to str, optional
        Columns with ids, times and labels in training, as `Sequences.columns`. Columns with these
        names get the same roles.
    offsets : mapping of str to float, optional
        Offset of each channel, subtracted before conversion to float32: `Sequences.offsets` of the
        training data. By default, channels that are far from zero compared with their spread get
        one.

    Returns
    -------
    StepTable
        Series in order of first appearance, with the steps of each in order of time.

    Raises
    ------
    DataError
        If the frame is not in long form, has no labels, or has continuous targets instead.
    UsageError
        If a named column does not exist, the label column is ambiguous, or `frame` is not a data
        frame.

    Examples
    --------
    >>> import pandas as pd
    >>> from glasscell import data
    >>> frame = pd.DataFrame({"t": [1, 0, 2], "u": [2.5, 1.5, 0.5], "label": ["up", None, "down"]})
    >>> table = data.steps_from_frame(frame)
    >>> table.x[0][:, 0].tolist(), table.y[0].tolist(), table.rows[0].tolist()
    ([1.5, 2.5, 0.5], [None, 'up', 'down'], [1, 0, 2])
    """
    with naming("the data frame"):
        recorded = dict(columns_expected or {})
        rows, id, time, _ = table_of(frame, name_of(id), time, recorded)
        request = Request(
            id=id,
            time=time,
            label=label,
            channels=names_of(channels),
            header=True,
            recorded=recorded,
            expected=names_of(channels_expected),
            group=group,
            time_format=time_format,
            missing_words=missing_words_in(missing or ()),
        )
        return steps_of(
            plain_rows(rows, request),
            request,
            Origin("data frame"),
            Intake(offsets, missing or ()),
            names_of(unlabelled) or (),
        )
