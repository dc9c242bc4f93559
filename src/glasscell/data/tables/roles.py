"""What the columns of a table are for: named by the caller, or guessed from common names and reported."""

import shlex
from dataclasses import dataclass, replace

import pyarrow as pa

from glasscell.data.tables.columns import count_different, kind_of, varies
from glasscell.data.tables.groups import Groups, find_groups
from glasscell.data.tables.headerless import about_last, are_counted, are_row_numbers, by_place
from glasscell.data.tables.ids import (
    about_counted,
    about_pairs,
    is_called_class,
    is_called_id,
    refuse_key_as_label,
    refuse_repeats,
    without_keys,
)
from glasscell.data.tables.labels import find_label, look_like_labels, refuse_hidden
from glasscell.data.tables.left_out import (
    about_statics,
    are_measured,
    refuse_nothing_left,
    say_keys,
    say_left_out,
    say_strangers,
)
from glasscell.data.tables.lists import find_times_of_lists
from glasscell.data.tables.melted import candidates, refuse_melted
from glasscell.data.tables.request import IDS, LABELS, TIMES, Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.step_columns import (
    Row,
    channels_of,
    check_layout,
    lay_out,
    prefixes,
    require_told,
    strangers,
    tell_order,
)
from glasscell.data.tables.time_columns import apart
from glasscell.data.tables.times import are_times, say_dated
from glasscell.data.tables.untimed import about_untimed, find_clock, find_counter
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

VALUE = "value"  # the channel of wide form, where the columns do not name others


@dataclass(frozen=True)
class Roles:
    """Which column is what.

    Parameters
    ----------
    form : {"long", "wide", "nested"}
        A row for each time step; a row for each series with a column for each value, or with a list for each channel.
    id, time, label : str or None
    channels : tuple of D str
    columns : tuple of tuple of str or None
        One tuple of D columns in long and nested form, T such tuples in wide form; None where a step has no column.
    notes, warnings : tuple of Note
    are_named : bool
        Whether columns have names of their own.

    Examples
    --------
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
        """The columns of ids, times and labels; where a row is a series not that of ids: they may be any text there."""
        roles = ("id", "time", "label") if self.form == "long" else ("time", "label")
        return {role: name for role in roles if (name := getattr(self, role)) is not None}


def understand(table: pa.Table, request: Request, has_header: bool = True) -> Roles:
    """Return what the columns of a table are for.

    Parameters
    ----------
    table : pyarrow.Table
        Or its first rows.
    request : Request
    has_header : bool
        Whether the columns have names of their own.

    Returns
    -------
    Roles

    Raises
    ------
    UsageError
        If a column that is named does not exist, or the guesses leave a choice.
    DataError
        If no column contains numbers.

    Examples
    --------
    >>> understand(pa.table({"x0": [1, 2], "x1": [3, 4], "class": ["a", "b"]}), Request()).columns
    (('x0',), ('x1',))
    """
    names = list(table.column_names)
    request = request.among(names) if has_header else by_place(table, request)
    for role, name in request.named.items():
        if name not in names:
            raise UsageError(Tables.NO_COLUMN, column=name, role=role, columns=names)
    kinds = {name: kind_of(table[name]) for name in names}
    unnamed = [name for name in names if not name.strip() or name.startswith(("Unnamed: ", "__index_level_"))]
    notes = [Tables.LEFT_OUT_UNNAMED(place=names.index(name) + 1) for name in unnamed]
    free = [name for name in names if name not in request.named.values() and name not in unnamed]

    def guess(common: tuple[str, ...]) -> str | None:
        lower = {name.lower(): name for name in reversed(free)}
        return next((lower[name] for name in common if name in lower), None) if has_header else None

    id_column, time = request.id or guess(IDS), request.time or guess(TIMES)
    if time is not None and request.time is None:
        measured = [name for name in free if kinds[name] == "number" and name not in (id_column, guess(LABELS))]
        time = None if time in channels_of(measured) else time  # the last of t-2, t-1, t
    if request.channels:  # a column named as a channel is not the time
        id_column, time = (None if c in request.channels else c for c in (id_column, time))
        if time not in (None, request.time) and kinds[time] == "text" and not are_times(table[time]):
            time = None  # so that there is a way to read the rows in the file's order
    if "list" in kinds.values():
        return _nested(table, request, kinds, free, id_column, guess, notes)
    if request.channels == (VALUE,) and VALUE not in names:
        return _each_row(table, request, kinds, free, id_column, time, guess, notes, has_header)
    groups = None
    # Of numbers without names the first of a row may well be its label.
    are_told_apart = has_header or request.label is not None or "text" in {kinds[name] for name in free}
    if are_told_apart and request.id is None and (id_column is None or not _repeats(table[id_column])):
        groups = _groups(table, request, kinds, free, time, guess, has_header)
    if groups is not None and groups.are_steps:
        notes += [Tables.LEFT_OUT(column=id_column, why=Tables.ALL_DIFFERENT())] if id_column else []
        notes = [_how_found(groups, free, kinds, has_header, request.each_step), *notes]
        free = [name for name in free if name != id_column]
        return _long(table, request, kinds, free, groups.id, time or groups.time, guess, notes)
    if time is not None and id_column is None:
        if has_header and _may_ask(request):
            refuse_key_as_label(table, None, [name for name in free if is_called_class(name)])
        raise UsageError(Tables.NO_IDS, time=time, columns=names)
    if time is not None or (id_column is not None and _repeats(table[id_column])):
        assert id_column is not None
        if time is None and request.id is None:
            refuse_repeats(table, id_column, [name for name in free if kinds[name] == "number"])
        return _long(table, request, kinds, free, id_column, time, guess, notes)
    roles = _wide(table, request, kinds, free, id_column, guess, notes, has_header)
    names = [name for row in roles.columns for name in row if name is not None]
    if groups is None or (groups.id == roles.label and has_header and tell_order(names)):
        return roles
    return replace(roles, notes=(*roles.notes, _how_else(groups)))


def _groups(table, request: Request, kinds, free, time, guess, has_header: bool) -> Groups | None:
    """Return what rows can be taken for, unless the channels are known to be those of wide form."""
    wanted = request.channels or request.expected or ()
    if wanted and not set(wanted) <= set(table.column_names):
        return None
    label = request.label or (found if (found := guess(LABELS)) in free and found not in wanted else None)
    label = None if label and label.lower() == "y" and label != request.label else label
    are_steps = bool(wanted and not request.channels) or (request.each_step and time is None)
    return find_groups(table, kinds, free, label, time, wanted, are_steps, are_named=has_header)


def _how_found(groups: Groups, free: list[str], kinds, has_header: bool, are_steps: bool) -> Note:
    others = Tables.OTHER_IDS(columns=groups.others) if groups.others else None
    also = Tables.AND_ONE_LABEL() if groups.are_labelled else None
    numbers = [name for name in free if kinds[name] == "number"]
    odd = strangers(numbers) if has_header else ()
    channels, _ = lay_out([name for name in numbers if name not in odd], has_header)
    mend = Tables.ROWS_AS_SERIES(channels=channels)
    if channels == (VALUE,) and VALUE in free:  # then --channels would mean that column
        mend = Tables.ROWS_AS_SERIES_RENAMED()
    return Tables.TAKEN_FOR_IDS(id=groups.id, others=others, also=also, mend=None if are_steps else mend)


def _each_row(table, request: Request, kinds, free, id_column, time, guess, notes, has_header: bool) -> Roles:
    """Return the roles where each row is a series, as `--channels value` says, though it may look like a step.

    What would name the series or the time is set aside if it is called so, or is no number; other numbers are steps.
    """
    called = (id_column, time)
    groups = _groups(table, replace(request, channels=None), kinds, free, time, guess, has_header)
    series = groups.id if groups is not None and groups.are_steps else id_column
    if series is not None and _repeats(table[series]):
        time = time or (groups.time if groups else None)
        others = [name for name in free if name not in (series, request.label)]
        clock = find_clock(table, series, others) if time is None else None
        time = clock.name if clock else time
    aside = [name for name in (series, time) if name is not None and (name in called or kinds[name] != "number")]
    aside = [name for name in aside if name == time or _repeats(table[name])]
    notes += [Tables.LEFT_OUT(column=name, why=Tables.ROWS_ARE_SERIES()) for name in aside]
    free = [name for name in free if name not in aside]
    return _wide(table, request, kinds, free, None if id_column in aside else id_column, guess, notes, has_header)


def _how_else(groups: Groups) -> Note:
    options = ["--id", shlex.quote(groups.id), *(["--time", shlex.quote(groups.time)] if groups.time else [])]
    return Tables.MAY_BE_STEPS(id=groups.id, options=options)


def _long(table, request: Request, kinds, free, id_column: str, time, guess, notes) -> Roles:
    free = [name for name in free if name != id_column]
    if time is not None and request.time is None and (found := find_counter(table, id_column, time, free)):
        notes += [Tables.MEASURED_TIME(column=time, counter=found)]
        time = found
    are_guessed = time is None and request.channels is None and request.expected is None
    others = [name for name in free if name not in (request.label, *(request.expected or ()))]
    clock = find_clock(table, id_column, others) if time is None and request.channels is None else None
    if clock is not None:
        time = clock.name
        notes += [clock.note]
    free = [name for name in free if name != time]
    if time is not None and request.time is None and (date := apart(table, time, free)) is not None:
        if varies(table, id_column, date):
            raise DataError(Tables.TIME_OF_DAY_IS_NUMBER, date=date, time=time, columns=[date, time])
        free = [name for name in free if name != date]
        notes += [Tables.LEFT_OUT(column=date, why=Tables.ONE_DATE())]
    label = request.label
    if label is None and (found := guess(LABELS)) in free and found not in (request.channels or ()):
        is_signal = found.lower() == "y" and ({"x", "z"} & {n.lower() for n in free} or varies(table, id_column, found))
        label = None if is_signal else found
    if request.each_step and label is not None:  # the column of the labels was taken out before
        notes += [Tables.LEFT_OUT(column=label, why=Tables.CALLED_LABEL())]
    words = [name for name in free if kinds[name] == "text" and not (label or are_measured(table, id_column, name))]
    words = [] if request.each_step else without_keys(words)
    if label is None and len(words) == 1 and words[0] not in (request.channels or ()):
        label = words[0]
    elif label is None and request.expected is None:
        label = find_label(table, id_column, [name for name in words if name not in (request.channels or ())])
        notes += [Tables.TAKEN_FOR_LABEL(column=label)] if label else []
    if label is None and _may_ask(request):
        refuse_key_as_label(table, id_column, free)
    channels = _channels(request, table.column_names)
    if request.channels is None or time is not None:
        refuse_melted(table, id_column, time, *candidates(free, kinds, request.label or guess(LABELS), time))
    if channels is None:
        keys = [name for name in free if name != label and kinds[name] == "number" and is_called_id(name)]
        notes += [Tables.LEFT_OUT(column=name, why=Tables.CALLED_ID(hint=None)) for name in keys]
        channels = tuple(name for name in free if name not in (label, *keys) and kinds[name] == "number")
    others = [name for name in free if name not in (label, *channels) and kinds[name] != "number"]
    if not channels:
        refuse_nothing_left(table, others)
    more, doubts = say_left_out(table, id_column, others)
    order = Tables.NO_TIME_COLUMN()
    if time:
        order = Tables.TIME_BY(time=time, dated=say_dated(table[time]))
    found = {"id": id_column, "time": time, "label": label, "channels": channels, "count": len(channels)}
    by = Tables.SERIES_BY(id=id_column)
    form = Tables.LONG_FORM(series=by, order=order, labels=_say_labels(label), **found)
    notes = [form, *notes, *more]
    untimed = about_untimed(table, id_column, channels) if are_guessed and time is None else ()
    warnings = (*(clock.warnings if clock else ()), *untimed, *doubts)
    if request.id is None:
        warnings += tuple(about_counted(table, id_column, [name for name in free if name != label]))
    return Roles("long", id_column, time, label, channels, (channels,), tuple(notes), warnings)


def _wide(table, request: Request, kinds, free, id_column, guess, notes, has_header: bool) -> Roles:
    free = [name for name in free if name != id_column]
    numbered = not has_header and id_column is None and not request.channels and bool(free)
    if numbered := numbered and kinds[free[0]] == "number" and are_row_numbers(table[free[0]]):
        id_column, free = free[0], free[1:]
    label, id_column = _label_of_rows(table, request, kinds, free, id_column, guess, has_header)
    values = [name for name in free if name not in (label, id_column) and kinds[name] == "number"]
    left_out = [name for name in free if name not in (label, id_column) and kinds[name] != "number"]
    said, doubts = say_left_out(table, None, left_out, may_be_ids=id_column is None)
    notes += said
    are_columns = request.channels is not None and _channels(request, table.column_names) is not None
    keys = [name for name in values if is_called_id(name) and name not in request.known_steps]
    keys = [] if are_columns or not has_header else keys
    values = [name for name in values if name not in keys]
    notes += say_keys(table, keys, id_column)
    values = list(request.channels) if request.channels and are_columns else values
    odd = strangers(values) if has_header and not are_columns else ()
    if request.known_steps and set(request.known_steps) <= set(values):  # a model's, whatever else there is
        odd = tuple(name for name in values if name not in request.known_steps)
    values = [name for name in values if name not in odd]
    notes += say_strangers(table, odd, values, id_column)
    if not values:
        refuse_nothing_left(table, left_out, Tables.NO_STEPS, Tables.ONE_A_STEP)
    if has_header and not (request.channels or request.expected):
        require_told(values)
    channels, columns = lay_out(values, has_header, None if are_columns else request.channels, request.expected)
    said = check_layout(values, columns) if has_header else []
    notes += [note for note in said if note.level == "info"]
    warnings = doubts + [note for note in said if note.level == "warning"]
    is_untold = has_header and len(columns) > 1 and (request.channels == (VALUE,) or not tell_order(values))
    found = {"id": id_column, "label": label, "steps": len(columns), "channels": channels, "count": len(channels)}
    ids = Tables.IDS_BY(id=id_column) if id_column else None
    order = Tables.COLUMNS_AS_THEY_STAND() if is_untold else None
    form = Tables.WIDE_FORM(ids=ids, labels=_say_labels(label), order=order, **found)
    if is_untold:
        warnings += about_statics(table, () if are_columns or request.expected else values, id_column)
    if has_header and channels == ("value",) and not (request.channels or request.expected or request.id):
        warnings += about_pairs(table, [name for name in table.column_names if name != label])
    is_nameless = not has_header or are_counted(values)
    if is_nameless and label is None and request.expected is None and not request.channels:
        warnings += about_last(table, values)
    if numbered and label:
        notes.append(Tables.ROW_NUMBERS(column=id_column))
    elif numbered:
        warnings.append(Tables.ROW_NUMBERS.warning(column=id_column))
    return Roles("wide", id_column, None, label, channels, columns, (form, *notes), tuple(warnings), has_header)


def _nested(table, request: Request, kinds, free, id_column, guess, notes) -> Roles:
    free = [name for name in free if name != id_column]
    label, id_column = _label_of_rows(table, request, kinds, free, id_column, guess, True)
    lists = [name for name in free if kinds[name] == "list"]
    time, channels = request.time, _channels(request, table.column_names)
    if time is None and len(rest := [name for name in lists if name not in (channels or ())]) and len(lists) > 1:
        time, said = find_times_of_lists(table.select(lists), rest)
        notes += [said] if said and channels is None else []
    channels = channels or tuple(name for name in lists if name != time)
    if not channels:
        raise DataError(Tables.NO_CHANNELS, why=Tables.LIST_THEM(columns=table.column_names))
    for what, name in [("channel", name) for name in channels] + ([("time", time)] if time else []):
        if kinds[name] != "list":
            raise UsageError(Tables.NO_LIST, role=what, column=name, kind=kinds[name])
    notes += [
        Tables.LEFT_OUT(column=name, why=Tables.WITHOUT_LISTS())
        for name in free
        if name not in (label, id_column, time, *channels)
    ]
    found = {"id": id_column, "time": time, "label": label, "channels": channels, "count": len(channels)}
    order = Tables.TIME_OF_LISTS(time=time) if time else None
    form = Tables.NESTED_FORM(order=order, labels=_say_labels(label), **found)
    return Roles("nested", id_column, time, label, channels, (channels,), (form, *notes))


def _say_labels(label: str | None) -> Note:
    return Tables.LABEL_BY(label=label) if label else Tables.NO_LABELS()


def _label_of_rows(table, request: Request, kinds, free, id_column, guess, has_header: bool):
    """Return which column labels rows, and which names them: a column of texts that all differ is names."""
    label = request.label
    taken = set(request.channels or ())
    if label is None and (found := guess(LABELS)) in free and found not in taken:
        label = found
    if label is not None:
        return label, id_column
    words = [name for name in free if kinds[name] == "text" and name not in taken]
    words = [name for name in words if are_measured(table, None, name) is None]
    names = [name for name in words if table.num_rows > 3 and not _repeats(table[name])]
    if id_column is None and len(names) == 1:
        id_column = names[0]
    words = [name for name in words if name not in names]
    words = without_keys(words) or words
    if has_header and _may_ask(request) and len(words) < 2 and not without_keys(words):
        refuse_key_as_label(table, None, [name for name in free if name != id_column])
    if len(words) > 1:
        raise UsageError(Tables.SEVERAL_OF_WORDS, columns=words)
    if words:
        return words[0], id_column
    if has_header and request.header is None and not (taken or request.expected):
        refuse_hidden(table, free)
    if not has_header and request.steps is None and len(free) > 1 and look_like_labels(table[free[0]]):
        return free[0], id_column  # as in the old files of the UCR archive
    return None, id_column


def _may_ask(request: Request) -> bool:
    """Return whether labels are looked for in columns that may be something else."""
    is_told = request.label or request.channels or request.expected
    return not (is_told or request.each_step or request.has_labels_apart)


def _channels(request: Request, names: list[str]) -> tuple[str, ...] | None:
    """Return the names given as channels, if all are columns."""
    if request.channels is None:
        return request.expected if request.expected and set(request.expected) <= set(names) else None
    if missing := [name for name in request.channels if name not in names]:
        if missing == list(request.channels) and set(missing) <= {*prefixes(names), VALUE}:
            return None  # names of channels: x for the columns x_0, x_1, …
        raise UsageError(Tables.NO_COLUMN, column=missing[0], role="channel", columns=names)
    return request.channels


def _repeats(column: pa.ChunkedArray) -> bool:
    return count_different(column) < len(column) - column.null_count
