"""Roles of columns in nested form: each row is a series, with a list for each channel."""

from collections.abc import Sequence
from dataclasses import replace

from glasscell.data.tables.lists import find_times_of_lists
from glasscell.data.tables.roles import Columns, Roles
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.wide_form import find_label_and_id
from glasscell.errors import DataError, UsageError


def find_roles_in_nested_form(columns: Columns, id_column: str | None) -> Roles:
    """Return the roles of columns of which some hold lists, given the id if there is one.

    >>> import pyarrow as pa
    >>> from glasscell.data.tables.request import Request
    >>> table = pa.table({"t": [[0, 1], [0]], "x": [[5, 6], [7]], "label": ["a", "b"]})
    >>> find_roles_in_nested_form(Columns.of(table, Request()), None).time
    't'
    """
    request, table = columns.request, columns.table
    label, id_column = find_label_and_id(columns, id_column)
    columns = columns.without(label, id_column)
    named, lists = columns.named_channels(), columns.of_kind("list")
    time, notes = request.time, []
    candidates = [name for name in lists if name not in (named or ())]
    if time is None and candidates and len(lists) > 1:
        time, doubt = find_times_of_lists(table.select(lists), candidates)
        notes = [doubt] if doubt and named is None else []
    channels = named or tuple(name for name in lists if name != time)
    if not channels:
        raise DataError(Tables.NO_CHANNELS, why=Tables.LIST_THEM(columns=table.column_names))
    _require_lists(columns, channels, time)
    unused = columns.without(time, *channels).unassigned
    ignored = (Tables.LEFT_OUT(column=name, why=Tables.WITHOUT_LISTS()) for name in unused)
    order = Tables.TIME_OF_LISTS(time=time) if time else None
    roles = Roles("nested", id_column, time, label, channels, (channels,), order=order)
    return columns.described(replace(roles, ignored=tuple(ignored)), notes)


def _require_lists(columns: Columns, channels: Sequence[str], time: str | None) -> None:
    """Raise UsageError if a channel or the time holds no lists."""
    role_of = dict.fromkeys(channels, "channel") | ({time: "time"} if time else {})
    for name, role in role_of.items():
        if columns.kinds[name] != "list":
            raise UsageError(Tables.NO_LIST, role=role, column=name, kind=columns.kinds[name])
