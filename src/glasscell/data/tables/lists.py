"""Columns of lists, as in nested form: their values concatenated, and which column holds times.

N series · rows all values of a column
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from glasscell.data.respacing import Respacing
from glasscell.data.spacing import Spacing
from glasscell.data.tables.column_values import kind_of, numbers, plain
from glasscell.data.tables.request import TIMES
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.timed_rows import TimedRows
from glasscell.data.tables.times import EQUAL, times, unit_of
from glasscell.errors import DataError
from glasscell.facts import Note


def find_times_of_lists(table: pa.Table, names: Sequence[str]) -> tuple[str | None, Note | None]:
    """Return the column of lists that holds the times, and a note about one only named like it.

    The column has a common name of times and, apart from a few, no repeated times within a series.

    >>> find_times_of_lists(pa.table({"t": [[2, 0, 1]], "x": [[1, 2, 3]]}), ["t", "x"])
    ('t', None)
    >>> find_times_of_lists(pa.table({"t": [[20, 20, 21]], "x": [[1, 2, 3]]}), ["t", "x"])
    (None, "'t' is read as a channel: its name suggests a time, but it has 20 twice in row 1")
    """
    lower = {name.lower(): name for name in reversed(names)}
    name = next((lower[common] for common in TIMES if common in lower), None)
    if name is None or len(names) < 2:
        return None, None
    try:
        lists = Lists.read(table[name], name)
        rows = lists.rows()
    except DataError:
        return None, Tables.TIME_MISSING_IN_LISTS(column=name)
    n = len(lists.values)
    if len(rows.equal) > EQUAL * n:
        return None, Tables.TIME_REPEATED_IN_LISTS(**lists.describe(int(rows.equal[0])))
    return name if n else None, None


@dataclass(frozen=True, eq=False)
class Lists:
    """The lists of one column.

    >>> lists = Lists.read(pa.chunked_array([[[1, 2], None, [3]]]), "x")
    >>> lists.lengths, lists.numbers()
    (array([2, 0, 1]), array([1., 2., 3.]))
    """

    values: pa.ChunkedArray  # (rows,), of all lists
    lengths: np.ndarray  # (N,), 0 for a missing list
    name: str
    start: int  # rows of the file before the first

    @classmethod
    def read(cls, column: pa.ChunkedArray, name: str, start: int = 0) -> "Lists":
        """Concatenate the values of a column's lists; raise DataError if these are lists, too."""
        lists = column.combine_chunks()
        column = pa.chunked_array(lists.chunks if isinstance(lists, pa.ChunkedArray) else [lists])
        lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy().astype(np.int64)  # type: ignore
        flat = pa.chunked_array([chunk.flatten() for chunk in column.chunks])
        lists = cls(plain(pa.table({name: flat}))[name], lengths, name, start)
        lists.refuse_unless("number", "text", "time")
        return lists

    def refuse_unless(self, *kinds: str) -> None:
        """Raise DataError if values are of another kind."""
        if kind_of(self.values) not in kinds:
            if pa.types.is_struct(self.values.type):
                raise DataError(Tables.LISTS_OF_OBJECTS, column=self.name)
            words = str(self.values.type)
            raise DataError(Tables.NO_LISTS_OF_NUMBERS, column=self.name, words=words)

    def require_lengths(self, lengths: np.ndarray, other: str) -> None:
        """Raise DataError if lists are not as long as those of another column."""
        if (is_wrong := self.lengths != lengths).any():
            row = int(is_wrong.argmax())
            counts = {"n": self.lengths[row], "other": other, "expected": lengths[row]}
            place = {"row": self.start + row + 1, "column": self.name}
            raise DataError(Tables.OTHER_LENGTH, **place, **counts)

    def numbers(self) -> np.ndarray:
        """Return the values of all lists as numbers, (rows,)."""
        self.refuse_unless("number")
        with self._places():
            return numbers(self.values, self.name)

    def rows(self) -> TimedRows:
        """Return the values of all lists as times, with their series."""
        with self._places():
            moments = times(self.values, self.name)
        codes = np.repeat(np.arange(len(self.lengths)), self.lengths)
        return TimedRows(codes, moments, unit_of(self.values))

    def order(
        self, respacing: Respacing, mend: Note | None
    ) -> tuple[np.ndarray | None, Spacing, tuple[Note, ...]]:
        """Return the order of values by series and time, None if sorted; spacing; and warnings.

        >>> lists = Lists.read(pa.chunked_array([[[2, 0, 1], [5]]]), "t")
        >>> lists.order(Respacing(), None)[0]
        array([1, 2, 0, 3])
        """
        rows, _ = self.rows().keep_repeated_hours()
        equal, warnings = rows.equal, ()
        if len(equal) and respacing.every is None:  # averaged by resampling
            values = {"n": len(equal), "series": len(np.unique(rows.codes[equal]))}
            values |= self.describe(int(equal[0]))
            warnings = (Tables.EQUAL_TIMES_IN_LISTS.warning(mend=mend, **values),)
        steps = np.maximum(self.lengths, 1)  # an empty list is one step with missing values
        moments = np.zeros(steps.sum(), rows.times.dtype)
        moments[np.repeat(self.lengths > 0, steps)] = rows.times[rows.order]
        codes = np.repeat(np.arange(len(steps)), steps)
        spacing = TimedRows(codes, moments, rows.unit).measure(len(steps), respacing)
        return None if rows.are_in_order else rows.order, spacing, warnings

    def describe(self, k: int) -> dict[str, Any]:
        """Return the row and the text of value k of all lists, for a message."""
        row, _ = self.place(k)
        return {"row": row, "column": self.name, "time": self.values[k].as_py()}

    def place(self, k: int) -> tuple[int, int]:
        """Return the row of value k of all lists, and its place in the list; both begin at 1."""
        ends = np.cumsum(self.lengths)
        series = int(np.searchsorted(ends, k, "right"))
        begin = int(ends[series] - self.lengths[series])
        return self.start + series + 1, k - begin + 1

    @contextmanager
    def _places(self) -> Iterator[None]:
        """Convert places among all values, in an error's message, to the row and the list's."""
        try:
            yield
        except DataError as error:
            values = error.values
            if "row" in values:
                values["row"], values["item"] = self.place(values["row"] - 1)
            for row in ("one", "other"):
                if row in values:
                    values[row], item = self.place(values[row] - 1)
                    values[f"{row}_item"] = Tables.IN_LIST(item=item)
            raise error.at(**values) from error
