"""Roles of a table's columns: named by the caller, recognized by name, or inferred and reported."""

import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from glasscell.data.tables.column_values import count_different, kind_of, texts, varies
from glasscell.data.tables.headerless import (
    about_last,
    are_counted,
    are_row_numbers,
    by_place,
    refuse_hidden,
)
from glasscell.data.tables.ids import is_called_class, is_called_id, without_keys
from glasscell.data.tables.labels import MAX_NUMBERED_CLASSES, look_like_labels
from glasscell.data.tables.left_out import (
    about_first,
    are_measured,
    note_left_out,
    note_unlike,
    refuse_nothing_left,
)
from glasscell.data.tables.lists import find_times_of_lists
from glasscell.data.tables.melted import refuse_melted
from glasscell.data.tables.request import IDS, LABELS, TIMES, Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.step_columns import (
    MIN_STEPS,
    VALUE,
    Row,
    channels_of,
    check_layout,
    lay_out,
    prefixes,
    require_told,
    strangers,
    tell_order,
)
from glasscell.data.tables.structure import (
    Series,
    about_parts,
    about_times,
    find_series,
    find_time,
    tells_series,
)
from glasscell.data.tables.time_columns import apart, names_in_format
from glasscell.data.tables.times import are_times, say_dated
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

FEW_STEPS = 3  # channels at most, for rows to be more likely steps than series
FEW_SERIES = 3  # rows at most, whose words may all differ at random
FEW_ROWS = 2  # rows per id at most, too short for a series


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
    are_named : bool
        Whether the columns have names of their own.

    >>> roles = understand(pa.table({"id": [1, 1], "t": [0, 1], "u": [0.5, 0.7]}), Request())
    >>> roles.form, roles.id, roles.time, roles.channels
    ('long', 'id', 't', ('u',))
    """

    form: str
    id: str | None
    time: str | None
    label: str | None
    channels: tuple[str, ...]
    columns: tuple[Row, ...]
    notes: tuple[Note, ...]
    warnings: tuple[Note, ...] = ()
    are_named: bool = True

    @property
    def named(self) -> dict[str, str]:
        """Columns of ids, times and labels; ids only in long form, since others may be any text."""
        roles = ("id", "time", "label") if self.form == "long" else ("time", "label")
        return {role: name for role in roles if (name := getattr(self, role)) is not None}


def understand(
    table: pa.Table, request: Request, has_header: bool = True, group: str | None = None
) -> Roles:
    """Return the roles of the columns of a table.

    >>> understand(pa.table({"x0": [1, 2], "x1": [3, 4], "class": ["a", "b"]}), Request()).columns
    (('x0',), ('x1',))
    """
    it = _Columns.of(table, request, has_header, group)
    id_column, time = it.request.id or it.guess(IDS), it.request.time or it.guess_time()
    if "list" in it.kinds.values():
        return _nested(it.without(id_column), id_column)
    if it.request.channels == (VALUE,) and VALUE not in table.column_names:
        return _each_row(it, id_column, time)
    return _of_rows(it, id_column, time)


@dataclass(frozen=True)
class _Columns:
    """A table, the request, the kind of each column, and the columns without a role (`free`)."""

    table: pa.Table
    request: Request
    kinds: dict[str, str]
    has_header: bool
    free: tuple[str, ...]
    group: str | None

    @classmethod
    def of(
        cls, table: pa.Table, request: Request, has_header: bool, group: str | None
    ) -> "_Columns":
        names = list(table.column_names)
        request = request.among(names) if has_header else by_place(table, request)
        for role, name in request.named.items():
            if name not in names:
                raise UsageError(Tables.NO_COLUMN, column=name, role=role, columns=names)
        free = [
            name
            for name in names
            if name not in (*request.named.values(), group) and is_named(name)
        ]
        return cls(
            table,
            request,
            {name: kind_of(table[name]) for name in names},
            has_header,
            tuple(free),
            group,
        )

    def guess(self, common: Collection[str]) -> str | None:
        """Return the first free column with one of the `common` names, unless it is a channel."""
        lower = {
            name.lower(): name
            for name in reversed(self.free)
            if name not in (self.request.channels or ())
        }
        return (
            next((lower[name] for name in common if name in lower), None)
            if self.has_header
            else None
        )

    def guess_time(self) -> str | None:
        """Return the time column by its name.

        Skipped: the t of lagged columns t-2, t-1, t; and a column of words when channels are named.
        """
        time = self.guess(TIMES)
        if time is None or time in channels_of(self.numbers(self.guess(IDS), self.guess(LABELS))):
            return None
        is_text = (
            self.request.channels and self.kinds[time] == "text" and not are_times(self.table[time])
        )
        return None if is_text else time

    def without(self, *names: str | None) -> "_Columns":
        return replace(self, free=tuple(name for name in self.free if name not in names))

    def of_kind(self, *kinds: str) -> list[str]:
        return [name for name in self.free if self.kinds[name] in kinds]

    def numbers(self, *but: str | None) -> list[str]:
        return [name for name in self.of_kind("number") if name not in but]

    def names_of(self, names: Collection[str | None]) -> list[str]:
        """Return columns in the order of the table."""
        return [name for name in self.table.column_names if name in names]

    def words(self) -> list[str]:
        channels = self.request.channels or ()
        return [name for name in self.of_kind("text") if name not in channels]

    def steps(self, *but: str | None) -> list[str]:
        """Return the columns whose names number the steps of wide form."""
        values = without_keys(self.numbers(*but)) if self.has_header else []
        odd = strangers(values)
        values = [name for name in values if name not in odd]
        return values if len(values) >= MIN_STEPS and tell_order(values) else []

    @property
    def may_ask(self) -> bool:
        """Whether to search for labels in columns of ambiguous role."""
        request = self.request
        is_told = request.label or request.channels or request.expected
        return not (is_told or request.each_step or request.has_labels_apart)

    @property
    def are_columns_named(self) -> bool:
        """Whether the user named columns as channels, not channels that span several columns."""
        return self.request.channels is not None and self.channels() is not None

    def channels(self) -> tuple[str, ...] | None:
        """Return the names given as channels if all are columns."""
        request, names = self.request, self.table.column_names
        if request.channels is None:
            return (
                request.expected
                if request.expected and set(request.expected) <= set(names)
                else None
            )
        if missing := [name for name in request.channels if name not in names]:
            if missing == list(request.channels) and set(missing) <= {*prefixes(names), VALUE}:
                return None  # names of channels: x for the columns x_0, x_1, …
            raise UsageError(Tables.NO_COLUMN, column=missing[0], role="channel", columns=names)
        return request.channels


def _of_rows(it: _Columns, id_column: str | None, time: str | None) -> Roles:
    """Return the roles of a table without lists: long form if rows are steps, else wide form."""
    repeats = id_column is not None and _repeats(it.table[id_column])
    found, are_steps = None, False
    if it.request.id is None and not repeats:
        found, are_steps = _find_series(it, time)
    if found is not None and are_steps:
        notes = [_how_found(it, found)]
        notes += (
            [Tables.LEFT_OUT(column=id_column, why=Tables.ALL_DIFFERENT())] if id_column else []
        )
        return _long(it.without(id_column), found.id, time or found.time, notes)
    if time is not None and id_column is None:
        _refuse_without_ids(it, time)
    if id_column is not None and (time is not None or repeats):
        if time is None and it.request.id is None:
            _refuse_repeats(it, id_column)
        return _long(it, id_column, time, [])
    roles = _wide(it, id_column)
    if found is None or found.id == roles.label:
        return roles
    return replace(
        roles, notes=(*roles.notes, Tables.MAY_BE_STEPS(id=found.id, options=_options(found)))
    )


def _find_series(it: _Columns, time: str | None) -> tuple[Series | None, bool]:
    """Return the columns that may identify series, and whether rows are steps; raise if unclear."""
    request, wanted = it.request, it.request.channels or it.request.expected or ()
    if not _can_be_steps(it) or not set(wanted) <= set(it.table.column_names):
        return None, False
    label = request.label or it.guess([name for name in LABELS if name not in wanted])
    steps, values = it.steps(label), list(wanted) or without_keys(it.numbers(label, time))
    are_known, in_wide = bool(wanted and not request.channels), bool(steps) and time is None
    names, may_be = it.names_of({*it.free, it.group} - {*wanted, *steps}), () if in_wide else values
    found = find_series(it.table, names, label, time, may_be, are_known or request.each_step)
    if (
        found is None and label is not None and label.lower() == "y" != request.label
    ):  # then y is a channel
        found = find_series(it.table, names, None, time, may_be, are_known or request.each_step)
    if found is None or are_known or (in_wide and found.time is None):
        return found, are_known
    _require_one(it, found, time, steps, values)
    return found, True


def _can_be_steps(it: _Columns) -> bool:
    """Return whether steps and series can be told apart; unnamed rows may begin with a label."""
    return it.has_header or it.request.label is not None or len(it.words()) > 0


def _require_one(
    it: _Columns, found: Series, time: str | None, steps: Sequence[str], values: Sequence[str]
) -> None:
    """Raise UsageError if the id column, or whether rows are steps, is ambiguous."""
    if found.rivals:
        raise UsageError(
            Tables.SEVERAL_MAY_BE_IDS,
            columns=[found.id, *found.rivals],
            as_option=shlex.quote(found.id),
        )
    few = len([name for name in values if name not in (found.id, found.counter)]) <= FEW_STEPS
    is_sure = found.time is not None or (found.lie_together and found.counter is None and few)
    if not (found.time == time is not None or it.request.each_step or (is_sure and not steps)):
        raise UsageError(
            Tables.STEPS_OR_SERIES, id=found.id, options=_options(found), mend=_as_rows(it)
        )


def _refuse_without_ids(it: _Columns, time: str) -> None:
    if it.has_header and it.may_ask:
        refuse_key_as_label(it.table, None, [name for name in it.free if is_called_class(name)])
    raise UsageError(Tables.NO_IDS, time=time, columns=it.table.column_names)


def _options(found: Series) -> list[str]:
    when = found.time or found.counter
    return ["--id", shlex.quote(found.id), *(["--time", shlex.quote(when)] if when else [])]


def _how_found(it: _Columns, found: Series) -> Note:
    also = Tables.AND_ONE_LABEL() if found.are_labelled else None
    return Tables.TAKEN_FOR_IDS(id=found.id, also=also, mend=_as_rows(it))


def _as_rows(it: _Columns) -> Note | None:
    """Return the option to type if each row is a series."""
    if it.request.each_step:
        return None
    numbers = it.numbers()
    odd = strangers(numbers) if it.has_header else ()
    channels, _ = lay_out([name for name in numbers if name not in odd], it.has_header)
    if channels == (VALUE,) and VALUE in it.free:  # then --channels would mean that column
        return Tables.ROWS_AS_SERIES_RENAMED()
    return Tables.ROWS_AS_SERIES(channels=channels)


def _each_row(it: _Columns, id_column: str | None, time: str | None) -> Roles:
    """Return the roles for `--channels value`: each row is a series even if it looks like a step.

    Likely id and time columns are skipped if they have a common name or are not numeric; other
    numbers are steps.
    """
    try:
        found, _ = _find_series(
            replace(it, request=replace(it.request, channels=None, each_step=True)), time
        )
    except (UsageError, DataError):
        found = None
    series, when = (found.id, time or found.time) if found else (id_column, time)
    aside = [name for name in (series, when) if name is not None and _repeats(it.table[name])]
    aside = [name for name in aside if name in (id_column, time) or it.kinds[name] != "number"]
    notes = [Tables.LEFT_OUT(column=name, why=Tables.ROWS_ARE_SERIES()) for name in aside]
    roles = _wide(it.without(*aside), None if id_column in aside else id_column)
    return replace(roles, notes=(*roles.notes, *notes))


def _refuse_repeats(it: _Columns, id_column: str) -> None:
    """Raise DataError for a repeated id in a table with numbered step columns and few repeats."""
    values = it.numbers(id_column)
    numbered = prefixes(values)
    if max(numbered.values(), default=0) < MIN_STEPS or 2 * sum(numbered.values()) < len(values):
        return
    codes, ids = texts(it.table[id_column], id_column)
    of_each = np.bincount(codes[codes >= 0])
    if np.median(of_each) <= FEW_ROWS:
        twice = int(np.flatnonzero(of_each > 1)[0])
        given = {"rows": np.flatnonzero(codes == twice)[:2] + 1, "id": str(ids[twice])}
        raise DataError(
            Tables.ID_TWICE, column=id_column, first=values[0], last=values[-1], **given
        )


def _roles(
    it: _Columns,
    form: str,
    columns: tuple[Row, ...],
    said: Sequence[Note],
    about: dict[str, Any],
    **roles: Any,
) -> Roles:
    """Return roles; the first notes describe how the table is read and list its unnamed columns."""
    code = {"long": Tables.LONG_FORM, "wide": Tables.WIDE_FORM, "nested": Tables.NESTED_FORM}[form]
    label = roles["label"]
    labels = Tables.LABEL_BY(label=label) if label else Tables.NO_LABELS()
    first = code(**roles, **about, labels=labels, count=len(roles["channels"]))
    names = enumerate(it.table.column_names, 1)
    unnamed = [Tables.LEFT_OUT_UNNAMED(place=k) for k, name in names if not is_named(name)]
    notes = (first, *(note for note in said if note.level == "info"), *unnamed)
    warnings = tuple(note for note in said if note.level == "warning")
    given: dict[str, Any] = {"time": None, "columns": columns, "notes": notes, "warnings": warnings}
    return Roles(form=form, **given | roles)


def _long(it: _Columns, id_column: str, time: str | None, notes: list[Note]) -> Roles:
    request, table, it = it.request, it.table, it.without(id_column)
    it, time, of_time = _time_of_long(it, id_column, time)
    if request.channels is None or time is not None:
        refuse_melted(table, id_column, time, it.free, request.label or it.guess(LABELS))
    label, of_label = _label_of_long(it, id_column)
    channels, left_out = _channels_of_long(it.without(label), id_column)
    order = (
        Tables.TIME_BY(time=time, dated=say_dated(table[time])) if time else Tables.NO_TIME_COLUMN()
    )
    are_guessed = request.time is None and request.channels is None and request.expected is None
    about = [*about_times(table, id_column, time, channels)] if are_guessed else []
    about += about_parts(table, id_column, channels) if are_guessed and request.id is None else ()
    said = [*notes, *of_time, *of_label, *about, *left_out]
    how = {"series": Tables.SERIES_BY(id=id_column), "order": order}
    return _roles(
        it, "long", (channels,), said, how, id=id_column, time=time, label=label, channels=channels
    )


def _time_of_long(
    it: _Columns, id_column: str, time: str | None
) -> tuple[_Columns, str | None, list[Note]]:
    """Return the columns that stay free, the time column if there is one, and notes."""
    request, said = it.request, []
    if time is None and request.channels is None:
        others = [
            name
            for name in it.free
            if name != request.label and name not in (request.expected or ())
        ]
        time, said = find_time(it.table, id_column, others)
    it = it.without(time)
    if (
        time is not None
        and request.time is None
        and (date := apart(it.table, time, list(it.free))) is not None
    ):
        if varies(it.table, id_column, date):
            raise DataError(
                Tables.TIME_OF_DAY_IS_NUMBER, date=date, time=time, columns=[date, time]
            )
        it, said = it.without(date), [*said, Tables.LEFT_OUT(column=date, why=Tables.ONE_DATE())]
    return it, time, said


def _channels_of_long(it: _Columns, id_column: str) -> tuple[tuple[str, ...], list[Note]]:
    keys = [] if it.channels() else [name for name in it.numbers() if is_called_id(name)]
    channels = it.channels() or tuple(it.numbers(*keys))
    others = [name for name in it.without(*channels).free if it.kinds[name] != "number"]
    if not channels:
        refuse_nothing_left(it.table, others)
    left_out = [Tables.LEFT_OUT(column=name, why=Tables.CALLED_ID(hint=None)) for name in keys]
    return channels, [*left_out, *note_left_out(it.table, id_column, others, "long")]


def _label_of_long(it: _Columns, id_column: str) -> tuple[str | None, list[Note]]:
    """Return the label column of long form and notes: by its common name or else its words."""
    request, table = it.request, it.table
    label = request.label or _common_label(it, id_column)
    if label is not None:
        # the label column was already removed
        is_other = request.each_step and request.label is None
        return label, [Tables.LEFT_OUT(column=label, why=Tables.CALLED_LABEL())] if is_other else []
    words = [name for name in without_keys(it.words()) if not are_measured(table, id_column, name)]
    words = [] if request.each_step else words
    if len(words) == 1:
        return words[0], []
    found = [name for name in words if _is_label(table, id_column, name)]
    if len(found) == 1 and request.expected is None:
        return found[0], [Tables.TAKEN_FOR_LABEL(column=found[0])]
    if it.may_ask:
        refuse_key_as_label(table, id_column, it.free)
    return None, []


def _common_label(it: _Columns, id_column: str) -> str | None:
    """Return the label column by its common name; y is a channel if it varies, or with x or z."""
    label = it.guess(LABELS)
    if label is None or label.lower() != "y":
        return label
    is_axis = {"x", "z"} & {name.lower() for name in it.free}
    return None if is_axis or varies(it.table, id_column, label) else label


def _is_label(table: pa.Table, id_column: str, name: str) -> bool:
    """Return whether a column has one word per series, and fewer distinct words than series."""
    few = 2 <= count_different(table[name]) < count_different(table[id_column])
    return few and not table[name].null_count and not varies(table, id_column, name)


def refuse_key_as_label(table: pa.Table, id_column: str | None, names: Sequence[str]) -> None:
    """Raise UsageError if a key may be the label: a column of words, or one named after a class.

    >>> refuse_key_as_label(pa.table({"id": [1, 1, 2, 3], "shop_id": list("aabb")}), None, [])
    """

    def may_be_label(name: str) -> bool:
        different, kind, is_class = (
            count_different(table[name]),
            kind_of(table[name]),
            is_called_class(name),
        )
        if different < 2 or not (kind == "text" or (kind == "number" and is_class)):
            return False
        if is_class:
            return different <= MAX_NUMBERED_CLASSES
        n = len(table) if id_column is None else count_different(table[id_column])
        return different < n and (id_column is None or not varies(table, id_column, name))

    found = [name for name in names if is_called_id(name) and may_be_label(name)]
    if found:
        likely = next((name for name in found if is_called_class(name)), found[0])
        raise UsageError(
            Tables.KEY_MAY_BE_LABEL, columns=found, column=likely, as_option=shlex.quote(likely)
        )


def _wide(it: _Columns, id_column: str | None) -> Roles:
    has_header, it = it.has_header, it.without(id_column)
    numbering = it.free[0] if id_column is None and _are_rows_numbered(it) else None
    label, id_column = _label_of_rows(it.without(numbering), id_column or numbering)
    it = it.without(label, id_column)
    values, said = _steps_of_wide(it, id_column)
    in_time = [] if it.request.channels else names_in_format(values, it.request.time_format)
    are_in_format = has_header and len(in_time) == len(values)
    values = in_time if are_in_format else values
    channels, columns = _lay_out(it, values)
    said += check_layout(values, columns) if has_header and not are_in_format else []
    is_untold = (
        len(columns) > 1
        and (it.request.channels == (VALUE,) or not tell_order(values))
        and has_header
        and not are_in_format
    )
    said += _doubts_of_wide(it, values, id_column, label, is_untold)
    if numbering:
        said.append(
            replace(Tables.ROW_NUMBERS(column=numbering), level="info" if label else "warning")
        )
    how = {"ids": id_column and Tables.IDS_BY(id=id_column), "steps": len(columns)}
    how["order"] = Tables.COLUMNS_AS_THEY_STAND() if is_untold else None
    roles = _roles(it, "wide", columns, said, how, id=id_column, label=label, channels=channels)
    return replace(roles, are_named=has_header)


def _are_rows_numbered(it: _Columns) -> bool:
    is_open = not it.has_header and not it.request.channels and bool(it.free)
    return is_open and it.kinds[it.free[0]] == "number" and are_row_numbers(it.table[it.free[0]])


def _doubts_of_wide(
    it: _Columns, values: list[str], id_column: str | None, label: str | None, is_untold: bool
) -> list[Note]:
    """Return warnings of steps that may be ids or labels; none if the user named columns."""
    if it.request.channels or it.request.expected:
        return []
    doubts = about_first(it.table, values) if is_untold and id_column is None else []
    doubts += _about_rows(it, label, values[0]) if is_untold and it.request.label is None else []
    is_nameless = label is None and (not it.has_header or are_counted(values))
    return [*doubts, *(about_last(it.table, values) if is_nameless else [])]


def _about_rows(it: _Columns, *names: str | None) -> list[Note]:
    """Return the warning that rows may be steps of series with ids in the first fit of `names`."""
    open_ones = [name for name in names if name and name.lower() not in LABELS]
    may_be_ids = [name for name in open_ones if tells_series(it.table, name)]
    return [
        Tables.ROWS_MAY_BE_STEPS.warning(as_option=shlex.quote(name)) for name in may_be_ids[:1]
    ]


def _steps_of_wide(it: _Columns, id_column: str | None) -> tuple[list[str], list[Note]]:
    """Return the columns that are steps of wide form, and notes about skipped columns."""
    others = [name for name in it.free if it.kinds[name] != "number"]
    said = note_left_out(it.table, id_column, others, "wide")
    if it.are_columns_named:
        return list(it.request.channels or ()), said
    known = it.request.known_steps
    keys = (
        [name for name in it.numbers() if is_called_id(name) and name not in known]
        if it.has_header
        else []
    )
    values = it.numbers(*keys)
    odd = strangers(values) if it.has_header else ()
    if known and set(known) <= set(
        values
    ):  # the steps of a trained model, regardless of other columns
        odd = tuple(name for name in values if name not in known)
    values = [name for name in values if name not in odd]
    if not values:
        refuse_nothing_left(it.table, others, Tables.NO_STEPS, Tables.ONE_A_STEP)
    return values, [*said, *note_unlike(it.table, [*keys, *odd], values, id_column)]


def _lay_out(it: _Columns, values: list[str]) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    wanted, expected = it.request.channels, it.request.expected
    if it.has_header and not (wanted or expected):
        require_told(values)
    return lay_out(values, it.has_header, None if it.are_columns_named else wanted, expected)


def _nested(it: _Columns, id_column: str | None) -> Roles:
    label, id_column = _label_of_rows(it, id_column)
    it = it.without(label, id_column)
    time, named, said = it.request.time, it.channels(), []
    lists = it.of_kind("list")
    rest = [name for name in lists if name not in (named or ())]
    if time is None and rest and len(lists) > 1:
        time, note = find_times_of_lists(it.table.select(lists), rest)
        said = [note] if note and named is None else []
    channels = named or tuple(name for name in lists if name != time)
    if not channels:
        raise DataError(Tables.NO_CHANNELS, why=Tables.LIST_THEM(columns=it.table.column_names))
    for role, name in (*(("channel", name) for name in channels), ("time", time)):
        if it.kinds.get(name or "", "list") != "list":
            raise UsageError(Tables.NO_LIST, role=role, column=name, kind=it.kinds[str(name)])
    others = it.without(time, *channels).free
    said += [Tables.LEFT_OUT(column=name, why=Tables.WITHOUT_LISTS()) for name in others]
    how = {"order": Tables.TIME_OF_LISTS(time=time) if time else None}
    return _roles(
        it,
        "nested",
        (channels,),
        said,
        how,
        id=id_column,
        time=time,
        label=label,
        channels=channels,
    )


def _label_of_rows(it: _Columns, id_column: str | None) -> tuple[str | None, str | None]:
    """Return label and id columns if rows are series; the only column of unique texts is the id."""
    words = [name for name in it.words() if are_measured(it.table, None, name) is None]
    repeating = [
        name for name in words if it.table.num_rows <= FEW_SERIES or _repeats(it.table[name])
    ]
    if id_column is None and len(words) == len(repeating) + 1:
        (id_column,) = {*words} - {*repeating}
    label = (
        it.request.label
        or it.guess(LABELS)
        or _label_in_words(it, repeating)
        or _label_in_first(it)
    )
    return label, id_column if id_column != label else None


def _label_in_first(it: _Columns) -> str | None:
    """Return the first unnamed column if it holds a few whole numbers, as in old UCR files."""
    if it.has_header or it.request.steps is not None or len(it.free) < 2:
        return None
    return it.free[0] if look_like_labels(it.table[it.free[0]]) else None


def _label_in_words(it: _Columns, words: list[str]) -> str | None:
    """Return the only column of words; raise UsageError if several, a key or column 0 may be it."""
    words = without_keys(words) or words
    if it.has_header and it.may_ask and len(words) < 2 and not without_keys(words):
        refuse_key_as_label(it.table, None, it.free)
    if len(words) == 1:
        return words[0]
    if it.request.channels or it.request.expected:
        return None
    if words:
        raise UsageError(Tables.SEVERAL_OF_WORDS, columns=words)
    if it.has_header and it.request.header is None:
        refuse_hidden(it.table, it.free)
    return None


def is_named(column: str) -> bool:
    """Return whether a column has a name of its own; pandas and Arrow number unnamed columns.

    >>> is_named("u"), is_named(" "), is_named("Unnamed: 0")
    (True, False, False)
    """
    return bool(column.strip()) and not column.startswith(("Unnamed: ", "__index_level_"))


def _repeats(column: pa.ChunkedArray) -> bool:
    return count_different(column) < len(column) - column.null_count
