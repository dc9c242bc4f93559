"""Roles of a table's columns, and the columns that have none yet while roles are being found.

Who finds them: `forms`, and for each form `long_form`, `wide_form` and `nested_form`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from glasscell.data.tables.column_values import kind_of
from glasscell.data.tables.headerless import with_label_by_place
from glasscell.data.tables.ids import without_keys
from glasscell.data.tables.request import IDS, LABELS, TIMES, Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.step_columns import MIN_STEPS, VALUE, Row, find_layout, unlike_steps
from glasscell.data.tables.step_names import find_places
from glasscell.data.tables.times import holds_times
from glasscell.errors import UsageError
from glasscell.facts import Note


@dataclass(frozen=True)
class Roles:
    """Role of each column of a table.

    Parameters
    ----------
    form : {"long", "wide", "nested"}
        One row per time step; one row per series and one column per value; one row per series and
        one list per channel.
    columns : tuple of tuple of str or None
        One tuple of D columns in long and nested form, T such tuples in wide form; None where a
        step has no column.
    notes : tuple of Note
        The first describes how the table is read.
    order : Note, optional
        How the steps are ordered; None if the names of their columns say it.
    ignored : tuple of Note
        A note for each column without a role; `notes` or `warnings` contain it, too.
    group : str, optional
        Column of groups of series that belong together: see `groups`.
    has_names : bool
        Whether the columns have names of their own.
    step_label : str, optional
        Column with a label for each step; then `label` is None.
    has_one_series : bool
        Whether all rows are steps of one series, for which a column of ids was added.

    >>> from glasscell.data.tables.forms import find_roles
    >>> roles = find_roles(pa.table({"id": [1, 1], "t": [0, 1], "u": [0.5, 0.7]}), Request())
    >>> roles.form, roles.id, roles.time, roles.channels
    ('long', 'id', 't', ('u',))
    """

    form: str
    id: str | None
    time: str | None
    label: str | None
    channels: tuple[str, ...]
    columns: tuple[Row, ...]
    notes: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()
    order: Note | None = None
    ignored: tuple[Note, ...] = ()
    group: str | None = None
    has_names: bool = True
    step_label: str | None = None
    has_one_series: bool = False

    @property
    def named(self) -> dict[str, str]:
        """Columns of ids, times and labels; ids only in long form, since others may be any text."""
        names = {"id": self.id, "time": self.time, "label": self.label or self.step_label}
        if self.form != "long" or self.has_one_series:
            del names["id"]
        return {role: name for role, name in names.items() if name is not None}

    def noted(self, *notes: Note) -> "Roles":
        """Return the roles with more notes or warnings, by their level."""
        infos = tuple(note for note in notes if note.level == "info")
        warnings = tuple(note for note in notes if note.level == "warning")
        return replace(self, notes=(*self.notes, *infos), warnings=(*self.warnings, *warnings))


@dataclass(frozen=True)
class Columns:
    """The columns of a table while their roles are found: their kinds, and those without a role.

    Parameters
    ----------
    kinds : mapping of str to str
        Kind of each column: "number", "text", "time", "list" or "other".
    unassigned : tuple of str
        Columns without a role, in the order of the table.
    group : str, optional
        Column that may hold groups, and so is none of the others, unless it is the id.

    >>> columns = Columns.of(pa.table({"id": [1], "u": [0.5]}), Request(id="id"))
    >>> columns.unassigned, columns.kinds["u"]
    (('u',), 'number')
    """

    table: pa.Table
    request: Request
    kinds: Mapping[str, str]
    has_header: bool
    unassigned: tuple[str, ...]
    group: str | None

    @classmethod
    def of(
        cls,
        table: pa.Table,
        request: Request | None = None,
        has_header: bool = True,
        group: str | None = None,
    ) -> "Columns":
        """Return the columns of a table; those named in the request have a role already."""
        names, request = table.column_names, request or Request()
        request = request.among(names) if has_header else with_label_by_place(table, request)
        for role, name in request.named.items():
            if name not in names:
                raise UsageError(Tables.NO_COLUMN, column=name, role=role, columns=names)
        assigned = {*request.named.values(), group}
        return cls(
            table,
            request,
            {name: kind_of(table[name]) for name in names},
            has_header,
            tuple(name for name in names if name not in assigned and is_named(name)),
            group,
        )

    def called(self, common: Collection[str]) -> str | None:
        """Return the unassigned column with the first of the `common` names, unless a channel."""
        return next(iter(self.all_called(common)), None)

    def all_called(self, common: Collection[str]) -> list[str]:
        """Return the unassigned columns with `common` names, in their order, unless channels."""
        if not self.has_header:
            return []
        channels = self.request.channels or ()
        names = [name for name in reversed(self.unassigned) if name not in channels]
        by_lower_name = {name.lower().strip(): name for name in names}
        return [by_lower_name[name] for name in common if name in by_lower_name]

    def called_time(self) -> str | None:
        """Return the column with a common name of times.

        Skipped: the t of lagged columns t-2, t-1, t; and a column of words when channels are named.
        """
        time = self.called(TIMES)
        numbers = self.numbers(self.called(IDS), self.called(LABELS))
        if time is None or time in find_places(tuple(numbers)).at:
            return None
        has_words = self.kinds[time] == "text" and not holds_times(self.table[time])
        return None if self.request.channels and has_words else time

    def without(self, *names: str | None) -> "Columns":
        """Return the columns when some have got a role."""
        return replace(
            self, unassigned=tuple(name for name in self.unassigned if name not in names)
        )

    def of_kind(self, *kinds: str) -> list[str]:
        """Return the unassigned columns of some kinds."""
        return [name for name in self.unassigned if self.kinds[name] in kinds]

    def numbers(self, *excluded: str | None) -> list[str]:
        """Return the unassigned columns of numbers."""
        return [name for name in self.of_kind("number") if name not in excluded]

    def words(self) -> list[str]:
        """Return the unassigned columns of words that were not named as channels."""
        channels = self.request.channels or ()
        return [name for name in self.of_kind("text") if name not in channels]

    def steps(self, label: str | None) -> list[str]:
        """Return the columns whose names number the steps of wide form."""
        values = without_keys(self.numbers(label)) if self.has_header else []
        unlike = unlike_steps(values)
        steps = [name for name in values if name not in unlike]
        return steps if len(steps) >= MIN_STEPS and find_layout(steps).is_ordered else []

    def named_channels(self) -> tuple[str, ...] | None:
        """Return the channels of the request if all are columns, or else those of training."""
        request, names = self.request, self.table.column_names
        if request.channels is None:
            expected = request.expected
            return expected if expected and set(expected) <= set(names) else None
        missing = [name for name in request.channels if name not in names]
        if not missing:
            return request.channels
        channels = {*find_places(tuple(names)).counts, VALUE}
        if missing == list(request.channels) and {*missing} <= channels:
            return None  # names of channels: x for the columns x_0, x_1, …
        raise UsageError(Tables.NO_COLUMN, column=missing[0], role="channel", columns=names)

    @property
    def may_ask_for_label(self) -> bool:
        """Whether a column of ambiguous role may be the label."""
        request = self.request
        is_settled = request.label or request.channels or request.expected
        return not (is_settled or request.rows_are_steps or request.has_labels_apart)

    def described(self, roles: Roles, notes: Sequence[Note]) -> Roles:
        """Return roles with notes; the first describes how the table is read."""
        places = enumerate(self.table.column_names, 1)
        unnamed = [Tables.LEFT_OUT_UNNAMED(place=k) for k, name in places if not is_named(name)]
        roles = replace(roles, ignored=(*roles.ignored, *unnamed))
        return roles.noted(describe(roles), *notes, *roles.ignored)


def describe(roles: Roles) -> Note:
    """Return the note that describes how a table is read.

    >>> describe(Roles("nested", None, None, "label", ("u",), (("u",),)))
    "read as nested form: one row per series, one list per channel, label column 'label', channel
    u"
    """
    labels = Tables.LABEL_BY(label=roles.label) if roles.label else Tables.NO_LABELS()
    if roles.step_label is not None:
        labels = Tables.LABEL_OF_STEPS(label=roles.step_label)
    values = {
        "id": None if roles.has_one_series else roles.id,
        "time": roles.time,
        "label": roles.label or roles.step_label,
        "labels": labels,
        "channels": roles.channels,
        "count": len(roles.channels),
        "order": roles.order,
    }
    if roles.form == "nested":
        return Tables.NESTED_FORM(**values)
    if roles.form == "long":
        by_id = Tables.SERIES_BY(id=roles.id)
        return Tables.LONG_FORM(
            **values, series=Tables.ONE_SERIES() if roles.has_one_series else by_id
        )
    ids = None if roles.id is None else Tables.IDS_BY(id=roles.id)
    return Tables.WIDE_FORM(**values, ids=ids, steps=len(roles.columns))


def is_named(column: str) -> bool:
    """Return whether a column has a name of its own; pandas and Arrow number unnamed columns.

    >>> is_named("u"), is_named(" "), is_named("Unnamed: 0")
    (True, False, False)
    """
    return bool(column.strip()) and not column.startswith(("Unnamed: ", "__index_level_"))
