"""The caller's statements about a file and its columns, and the default column names."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from glasscell.data.respacing import Respacing
from glasscell.data.tables.labels import TASKS
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.time_formats import read_format
from glasscell.errors import UsageError

IDS = ("unique_id", "id", "series_id", "series", "seriesid", "sequence_id", "sequence", "case_id",
       "case", "sample_id", "instance", "instance_id", "ids")  # fmt: skip
TIMES = ("ds", "time", "t", "timestamp", "time_stamp", "datetime", "date", "step", "timestep",
         "time_step", "reading_id", "frame", "tick")  # fmt: skip
# Used only if they tell rows apart, given the id.
LIKELY_TIMES = ("period", "month", "week", "quarter", "day", "year", "hour", "datum", "jahr",
                "monat", "zeit", "uhrzeit", "tag", "ts", "unixtime", "epoch", "epoch_ms", "datenum",
                "elapsed", "minute", "minutes", "second", "seconds", "ms", "time (s)", "when",
                "cycle")  # fmt: skip
GROUPS = ("subject", "group", "session")
LABELS = (
    "label",
    "labels",
    "class",
    "class_label",
    "classlabel",
    "target",
    "category",
    "outcome",
    "y",
)


@dataclass(frozen=True)
class Request:
    """The caller's statements about the columns of a file.

    Parameters
    ----------
    id, time, label : str, optional
        Names of columns; for a joint id, several separated by commas: see `with_joint_id`.
    channels : tuple of str, optional
        Names of columns or channels.
    expected : tuple of str, optional
        Channels that a model was trained on, used if the file has columns with these names.
    recorded : mapping
        Columns from training, by role, used likewise.
    classes : tuple of str
        Labels from training; empty for regression.
    steps : tuple of two int, optional
        Minimum and maximum number of steps of the training series.
    header : bool, optional
        Whether the first line of a text file holds column names; detected by default.
    group : str, optional
        Name of the column of groups: see `groups_of`.
    respacing : Respacing
        Treatment of step lengths after reading.
    rows_are_steps : bool
        Whether rows are steps with labels removed by the caller; then no column is searched for
        labels of whole series.
    has_labels_apart : bool
        Whether labels come from another file; then no column is searched for them.
    known_steps : tuple of str
        Columns that were steps of the training series, regardless of their names.
    encoding : str, optional
        Encoding of a text file; detected by default.
    decimal : {".", ","}, optional
        Decimal mark of numbers in a text file; detected by default.
    time_format : str, optional
        Format of times, as for `strptime`; detected by default.
    missing_words : tuple of str
        Words that mark missing values in columns of numbers.
    needs_time : bool
        Whether the task needs a time: then a year and its parts form one wherever there is no
        other.

    >>> Request(id="subject").named
    {'id': 'subject'}
    """

    id: str | None = None
    time: str | None = None
    label: str | None = None
    channels: tuple[str, ...] | None = None
    task: str = "auto"
    expected: tuple[str, ...] | None = None
    header: bool | None = None
    recorded: Mapping[str, Any] = field(default_factory=dict)
    group: str | None = None
    respacing: Respacing = field(default_factory=Respacing)
    classes: tuple[str, ...] = ()
    steps: tuple[int, int] | None = None
    rows_are_steps: bool = False
    has_labels_apart: bool = False
    known_steps: tuple[str, ...] = ()
    encoding: str | None = None
    decimal: str | None = None
    time_format: str | None = None
    missing_words: tuple[str, ...] = ()
    needs_time: bool = False

    def __post_init__(self):
        if self.time_format is not None and not _is_format(self.time_format):
            raise UsageError(Tables.NO_TIME_FORMAT, form=self.time_format)
        if self.task not in TASKS:
            raise UsageError(Tables.UNKNOWN_TASK, task=self.task, tasks=TASKS)
        group = () if self.group is None else (self.group,)
        names = [*self.named.values(), *group, *(self.channels or ())]
        for name in names:
            if not isinstance(name, str):
                raise UsageError(Tables.COLUMN_NAME_NO_TEXT, name=name)
            if names.count(name) > 1:
                raise UsageError(Tables.NAMED_TWICE, column=name)
        if self.channels is not None and not self.channels:
            raise UsageError(Tables.CHANNELS_EMPTY)

    @property
    def named(self) -> dict[str, str]:
        """Named columns by role, except channels."""
        return {k: v for k in ("id", "time", "label") if (v := getattr(self, k)) is not None}

    @property
    def assigned(self) -> set[str]:
        """All named columns, including channels."""
        return {*self.named.values(), *(self.channels or ())}

    def among(self, names: list[str]) -> "Request":
        """Return the request with its `recorded` columns named, if they exist without a role."""
        assigned = self.assigned
        recorded = {
            role: name
            for role, name in self.recorded.items()
            if name in names and name not in assigned
        }
        return replace(self, **recorded | self.named, recorded={})

    def columns_in(self, columns: Collection[str]) -> set[str]:
        """Return the columns that have a role, except for the time, given the existing ones."""
        roles = {self.id, self.label, self.group, *(self.channels or ()), *(self.expected or ())}
        return {name for name in roles if name is not None and name in columns}


def _is_format(form: str) -> bool:
    try:
        read_format(pd.Series(["?"]), form)
    except (TypeError, ValueError):
        return False
    return "%" in form


def names_of_steps(rows: Iterable[Iterable[str | None]]) -> tuple[str, ...]:
    """Return the names of the columns of all steps, given a row of names per step.

    >>> names_of_steps([("x0", "y0"), ("x1", None)])
    ('x0', 'y0', 'x1')
    """
    return tuple(name for row in rows for name in row if name is not None)


def missing_words_in(missing: Iterable[float | str]) -> tuple[str, ...]:
    """Return the missing-value codes that are words.

    >>> missing_words_in([-999, "ERR"])
    ('ERR',)
    """
    return tuple(code for code in missing if isinstance(code, str))


def names_of(channels: Iterable[str] | None) -> tuple[str, ...] | None:
    """Return names as a tuple; a single name becomes a tuple of one.

    >>> names_of("acc"), names_of(["u", "v"]), names_of(None)
    (('acc',), ('u', 'v'), None)
    """
    return (
        (channels,) if isinstance(channels, str) else None if channels is None else tuple(channels)
    )
