"""Tables with a row for each value of each channel, as `pandas.melt` makes them: refused, with how to turn them."""

import re
import shlex

import pyarrow as pa

from glasscell.data.tables.columns import count_different
from glasscell.data.tables.ids import option_of
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.times import EQUAL, are_times
from glasscell.errors import DataError

MAX_CHANNELS, MAX_NUMBERED = 1000, 50  # by words, and by numbers
MOST = 0.5  # of the rows that there would be if each channel had a value at each step


def refuse_melted(
    table: pa.Table, id_column: str, time: str | None, names: list[str], values: list[str], kept: list[str]
) -> None:
    """Raise DataError if a column holds the names of channels, and the only other of numbers the values of all.

    Parameters
    ----------
    table : pyarrow.Table
    id_column : str
    time : str or None
        Without times, a series must have as many values of each channel.
    names : list of str
        The columns that may hold names.
    values : list of str
        The columns of numbers: one, if some of `names` are left aside.
    kept : list of str
        Columns that say something of whole series, such as the label.

    Raises
    ------
    DataError
        Says how to give each channel a column.

    Examples
    --------
    >>> table = pa.table({"id": [7] * 4, "t": [0, 0, 1, 1], "sensor": ["u", "v"] * 2, "value": [0.5, 1, 2, 3]})
    >>> refuse_melted(table, "id", "t", [], ["value"], [])
    """
    for name in names:
        rest = [value for value in values if value != name]
        if len(rest) == 1 and (channels := _channels(table, id_column, time, name, kept)) is not None:
            options = {"as_option": shlex.quote(name), "channel": shlex.quote(rest[0])}
            if time is None and are_times(table[name]):
                raise DataError(Tables.HOLDS_TIMES, column=name, texts=channels[:3], **options)
            if time is None and _count(table, id_column, name) == len(table):  # turned, each series had one step
                raise DataError(Tables.TELLS_ROWS_APART, column=name, texts=channels[:2], **options)
            more, step = Tables.AND_MORE() if len(channels) > 4 else None, time or "time"
            counted = "" if time else f".assign({step}=lambda f: f.groupby([{id_column!r}, {name!r}]).cumcount())"
            snippet = (
                f"pandas.read_csv(FILE){counted}"
                f".pivot(index={[id_column, step, *kept]!r}, columns={name!r}, values={rest[0]!r})"
                ".reset_index().to_csv('turned.csv', index=False)"
            )
            given = {"channels": channels[:4], "more": more, "snippet": snippet}
            given["ids_as_option"] = option_of([of for of in table.column_names if of in (id_column, name)])
            raise DataError(Tables.MELTED, column=name, id=id_column, **given)


def candidates(
    free: list[str], kinds: dict[str, str], label: str | None, time: str | None
) -> tuple[list[str], list[str], list[str]]:
    """Return the columns that may hold names of channels, values of them, and what is said of whole series.

    >>> candidates(["sensor", "value", "grade"], {"sensor": "text", "value": "number", "grade": "text"}, "grade", None)
    (['sensor'], ['value'], ['grade'])
    """
    rest = [name for name in free if name != label]
    values = [name for name in rest if kinds[name] == "number"]
    names = [name for name in rest if kinds[name] == "text"] + (values if len(values) == 2 and time else [])
    return names, values, [name for name in (label,) if name in free]


def _channels(table: pa.Table, id_column: str, time: str | None, name: str, kept: list[str]) -> list[str] | None:
    """Return the channels that a column names, if it does."""
    if not _may_name(table[name]) or any(table[of].null_count for of in (id_column, name, *([time] if time else []))):
        return None
    channels = table[name].unique().to_pylist()
    if _count(table, id_column, *kept) > _count(table, id_column):
        return None
    if time is None:
        pairs = table.group_by([id_column, name]).aggregate([([], "count_all")])
        of_each = pairs.group_by(id_column).aggregate([("count_all", "min"), ("count_all", "max")])
        is_full = len(pairs) == len(of_each) * len(channels)
        return channels if is_full and of_each["count_all_min"].equals(of_each["count_all_max"]) else None
    steps = _count(table, id_column, time)
    if len(table) - steps <= EQUAL * len(table) or len(table) < MOST * steps * len(channels):
        return None
    return channels if _count(table, id_column, time, name) == len(table) else None


def _may_name(column: pa.ChunkedArray) -> bool:
    """Return whether a column has few different values, and they are words or whole numbers."""
    try:
        some = column.slice(0, 1000).cast(pa.large_string()).drop_null().to_pylist()
    except pa.ArrowNotImplementedError:
        return False
    are_numbers = any(re.fullmatch(r"-?\d+(\.\d*)?", text) for text in some)
    are_whole = not are_numbers or all(re.fullmatch(r"-?\d+(\.0*)?", text) for text in some)
    most = MAX_NUMBERED if are_numbers else MAX_CHANNELS
    return are_whole and 2 <= count_different(column) <= min(most, len(column) // 2)


def _count(table: pa.Table, *names: str) -> int:
    """Return how many different rows there are in some columns."""
    return table.select(names).group_by(list(names)).aggregate([]).num_rows
