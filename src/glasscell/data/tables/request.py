"""What the caller states about a file and its columns, and the common names that are guessed without it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from glasscell.data.respacing import Respacing
from glasscell.data.tables.labels import TASKS
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.times import with_weekday
from glasscell.errors import UsageError

IDS = ("id", "series_id", "series", "seriesid", "sequence_id", "sequence", "case_id", "case", "sample_id",
       "instance", "instance_id", "ids")  # fmt: skip
TIMES = ("time", "t", "timestamp", "time_stamp", "datetime", "date", "step", "timestep", "time_step", "reading_id",
         "frame", "tick")  # fmt: skip
# Only where with the id they tell rows apart.
LIKELY_TIMES = ("period", "month", "week", "quarter", "day", "year", "hour", "datum", "jahr", "monat", "zeit",
                "uhrzeit", "tag", "ts", "unixtime", "epoch", "epoch_ms", "datenum", "elapsed", "minute", "minutes",
                "second", "seconds", "ms", "time (s)", "when", "cycle")  # fmt: skip
GROUPS = ("subject", "group", "session")
LABELS = ("label", "labels", "class", "class_label", "classlabel", "target", "category", "outcome", "y")


@dataclass(frozen=True)
class Request:
    """What the caller states about the columns of a file.

    Parameters
    ----------
    id, time, label : str, optional
        Names of columns; of an id that several make together, with commas between: see `joint_ids`.
    channels : tuple of str, optional
        Names of columns, or of channels.
    task : {"auto", "classification", "regression"}
    expected : tuple of str, optional
        Channels that a model was trained on, used where the file has columns of these names.
    known : mapping of str to str
        Columns that it was trained with, by role, used likewise.
    classes : tuple of str
        Labels that it was trained on; none for numbers.
    steps : tuple of two int, optional
        The fewest and most steps of the series that it was trained on.
    header : bool, optional
        Whether the first line of a text holds the names of the columns; detected by default.
    group : str, optional
        The name of a column that says which series belong together: see `membership`.
    respacing : Respacing
        What is done about the lengths of steps once they are read.
    each_step : bool
        Whether rows are steps whose labels were taken out before: then no column says what a whole series is labelled.
    has_labels_apart : bool
        Whether labels are those of another file: then it is not asked which column may have them.
    known_steps : tuple of str
        Columns that were steps of the series that a model was trained on, whatever they are called.
    encoding : str, optional
        That of a text; detected by default.
    decimal : {".", ","}, optional
        The mark before the decimals of numbers in a text; detected by default.
    time_format : str, optional
        How times are written, as for `strptime`; detected by default.

    Raises
    ------
    UsageError
        If the task is unknown, a column is named twice, `channels` is empty, or `time_format` is none.

    Examples
    --------
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
    known: Mapping[str, str] = field(default_factory=dict)
    group: str | None = None
    respacing: Respacing = field(default_factory=Respacing)
    classes: tuple[str, ...] = ()
    steps: tuple[int, int] | None = None
    each_step: bool = False
    has_labels_apart: bool = False
    known_steps: tuple[str, ...] = ()
    encoding: str | None = None
    decimal: str | None = None
    time_format: str | None = None

    def __post_init__(self):
        if self.time_format is not None and not _is_format(self.time_format):
            raise UsageError(Tables.NO_TIME_FORMAT, form=self.time_format)
        if self.task not in TASKS:
            raise UsageError(Tables.UNKNOWN_TASK, task=self.task, tasks=TASKS)
        names = [*self.named.values(), *([] if self.group is None else [self.group]), *(self.channels or ())]
        for name in names:
            if not isinstance(name, str):
                raise UsageError(Tables.COLUMN_NAME_NO_TEXT, name=name)
            if names.count(name) > 1:
                raise UsageError(Tables.NAMED_TWICE, column=name)
        if self.channels is not None and not self.channels:
            raise UsageError(Tables.CHANNELS_EMPTY)

    @property
    def named(self) -> dict[str, str]:
        """The columns that are named, except channels."""
        return {k: v for k in ("id", "time", "label") if (v := getattr(self, k)) is not None}

    @property
    def taken(self) -> set[str]:
        """The columns that are named, channels included."""
        return {*self.named.values(), *(self.channels or ())}

    def among(self, names: list[str]) -> "Request":
        """Return it with those columns named that are known, among those of a file, and in no other role."""
        there = {role: name for role, name in self.known.items() if name in names and name not in self.taken}
        return replace(self, **there | self.named, known={})


def _is_format(form: str) -> bool:
    try:
        pd.to_datetime(pd.Series(["?"]), format=with_weekday(form), errors="coerce")
    except (TypeError, ValueError):
        return False
    return "%" in form


def names_of_steps(rows: Iterable[Iterable[str | None]]) -> tuple[str, ...]:
    """Return the names of columns that are steps, of which there is a row for each.

    >>> names_of_steps([("x0", "y0"), ("x1", None)])
    ('x0', 'y0', 'x1')
    """
    return tuple(name for row in rows for name in row if name is not None)


def names_of(channels: Iterable[str] | None) -> tuple[str, ...] | None:
    """Return names as a tuple; a single name is taken for a list of one.

    >>> names_of("acc"), names_of(["u", "v"]), names_of(None)
    (('acc',), ('u', 'v'), None)
    """
    return (channels,) if isinstance(channels, str) else None if channels is None else tuple(channels)
