"""Files of one series each, read as one table in long form, with a column of the files' names."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from glasscell.data.folders import Folder, about_copies, about_odd, about_parts, list_folder
from glasscell.data.formats.sources import naming, opened
from glasscell.data.formats.tables import KINDS, open_table
from glasscell.data.formats.tabular import Tabular
from glasscell.data.offsets import Intake
from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences
from glasscell.data.tables.columns import kind_of, numbers, plain, texts
from glasscell.data.tables.footers import find_footers, with_footers
from glasscell.data.tables.parts import table_in_parts
from glasscell.data.tables.request import IDS, LABELS, Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.series import from_table
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

EVEN = 0.1  # by which steps of an even time may differ, beside their mean
SURVEYED = 200  # files, of which most are right about the columns


def read_folder(
    path: str | Path, request: Request, series: int | None, intake: Intake | None = None
) -> Iterator[Sequences]:
    r"""Read a folder, or the files of a pattern, of one series each.

    The labels are a column that is named as such, else the names of the folders, else a column called like labels, else
    what the files' names have before their numbers.

    Parameters
    ----------
    path : str or Path
    request : Request
    series : int or None
        Series in a part; None for all in one.
    intake : Intake, optional
        By default a new one, which chooses the offsets.

    Yields
    ------
    Sequences

    Raises
    ------
    DataError, UsageError

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name, value in (("walk_1", 1), ("walk_2", 2), ("run_1", 3), ("run_2", 4)):
    ...     _ = (folder / f"{name}.csv").write_text(f"t,x\n0,1.5\n1,{value}\n")
    >>> found = next(read_folder(folder, Request(), None))
    >>> found.ids.tolist(), found.y.tolist(), found.x[:, 1, 0].tolist()
    (['run_1', 'run_2', 'walk_1', 'walk_2'], ['run', 'run', 'walk', 'walk'], [3.0, 4.0, 1.0, 2.0])
    """
    if request.id is not None:
        raise UsageError(Reading.ID_OF_FILES, id=request.id)
    files = _Files(list_folder(path), request)
    size = len(files.folder.files) if series is None else series
    tables = files.tables(size)
    request = replace(request, id=files.id, label=files.label, time=request.time or files.time)
    name, has_header = files.folder.name, files.has_header
    try:
        if series is None:
            table = next(tables)
            yield files.with_notes(from_table(table, request, name, has_header, files.notes, None, intake, ()))
        else:
            batches = (batch for table in tables for batch in table.combine_chunks().to_batches())
            parts = table_in_parts(batches, request, name, series, has_header, files.notes, intake, ())
            yield from map(files.with_notes, parts)
    except DataError as error:
        raise files.with_the_file(error) from error


class _Files:
    """The tables of a folder's files, of which the first decides what is in the others."""

    def __init__(self, folder: Folder, request: Request):
        self.folder, self._request, self._rows, self._footers, self._noticed = folder, request, [], {}, {}
        table, opened_first = self._open(0)
        self.has_header = opened_first.has_header
        self._of_tables: tuple[Note, ...] = ()
        columns = table.column_names if self.has_header else []
        free = [name for name in columns if name not in request.taken]
        self._columns = table.column_names
        self._ids = [name for name in free if name.lower() in IDS]
        own = [name for name in free if name.lower() in LABELS and name.lower() != "y"]
        self._labels, what = None, None
        if request.label is None and folder.folders is not None:
            self._labels, what = folder.folders, Reading.FOLDER_NAMES()
        elif request.label is None and not own:
            self._labels, what = folder.beginnings, Reading.BEGINNINGS()
        is_open = request.label is None and not own and self._labels is None and request.expected is None
        self._of_names = (*about_parts(folder), *about_copies(folder), *(about_odd(folder) if is_open else ()))
        self._own = (request.label, *own)
        left_out = [*self._ids, *(own if self._labels else [])]
        self._kept = [name for name in table.column_names if name not in left_out]
        self.id = _new_name("file", self._kept)
        self.label = _new_name("label", self._kept) if self._labels else request.label
        notes = [Reading.FILES(n=len(folder.files), labels=Reading.WITH_LABELS(labels=what) if self._labels else None)]
        notes += [Tables.LEFT_OUT(column=name, why=Reading.OF_ONE_SERIES()) for name in self._ids]
        why = Reading.OTHER_LABELS(labels=what)
        notes += [Tables.LEFT_OUT(column=name, why=why) for name in left_out[len(self._ids) :]]
        if folder.left_out:
            notes.append(Reading.FILES_LEFT_OUT(files=folder.left_out))
        self.time, first = None, self._columns[0]
        is_free = first not in {*request.taken, *(request.expected or ())} and request.known.get("time") != first
        if not self.has_header and request.time is None and is_free and len(self._columns) > 1:
            rises = self._rises(first)
            if rises == "evenly":
                self.time = first
                notes.append(Reading.EVEN_TIME(column=first, columns=self._columns))
            elif rises:
                self._of_names += (Reading.RISING.warning(column=first),)
        self.notes = (*notes, *(note.of(folder.files[0].name) for note in opened_first.notes))

    def tables(self, size: int) -> Iterator[pa.Table]:
        """Give the rows of `size` files at a time."""
        for start in range(0, len(self.folder.files), size):
            files = range(start, min(start + size, len(self.folder.files)))
            yield pa.concat_tables([self._table(k) for k in files], promote_options="permissive")

    def with_notes(self, part: Sequences) -> Sequences:
        """Return a part with what was noticed in the files that were read so far, and what may be wrong in them."""
        notes = (note.of(name) for name, found in self._noticed.items() for note in found)
        warnings = (*self._of_names, *self._of_tables, *self._about_footers())
        return replace(part, notes=(*part.notes, *notes), warnings=(*part.warnings, *warnings))

    def with_the_file(self, error: DataError) -> DataError:
        """Return an error about a row of the joined table as one about a row of its file."""
        if error.row is None:
            return error
        row = error.row
        for file, rows in zip(self.folder.files, self._rows, strict=False):
            if row <= rows:
                return with_footers(error.at(row=row), self._footers.get(file.name, ())).of(file.name)
            row -= rows
        return error

    def _about_footers(self) -> Iterator[Note]:
        if self._footers:
            (name, (footer,)), *others = self._footers.items()
            yield (Tables.FOOTERS_OF_OTHERS.warning(footer=footer, others=len(others)) if others else footer).of(name)

    def _table(self, k: int) -> pa.Table:
        file = self.folder.files[k]
        table, opened_table = self._open(k)
        self._of_tables = self._of_tables or tuple(note.of(file.name) for note in opened_table.warnings)
        self._noticed |= {file.name: opened_table.noticed} if opened_table.noticed else {}
        if set(table.column_names) != set(self._columns):
            raise self._strange(k, table.column_names)
        for name in self._ids:
            ids, different = texts(table[name], name)
            if 1 < len(different) < len(ids):
                raise DataError(Reading.MANY_SERIES, file=file.name, column=name, n=len(different))
        self._rows.append(table.num_rows)
        if footers := find_footers(table, self._own):
            self._footers[file.name] = footers
        more = {self.id: self.folder.ids[k]} | ({self.label: self._labels[k]} if self._labels and self.label else {})
        table = table.select(self._kept)
        for name, text in more.items():
            table = table.append_column(name, pa.array([text], pa.large_string()).take(pa.array([0] * table.num_rows)))
        return table

    def _rises(self, name: str) -> str:
        """Return how a column rises from row to row of every file: "evenly", "unevenly", or not at all, ""."""
        is_even, longest = True, 0
        for k in range(len(self.folder.files)):
            column = plain(self._open(k)[0])[name]
            apart = np.diff(numbers(column, name)) if kind_of(column) == "number" else np.zeros(1)
            if not (apart > 0).all():  # nor where a number is missing
                return ""
            is_even = is_even and (len(apart) < 2 or np.ptp(apart) <= EVEN * apart.mean())
            longest = max(longest, len(apart))
        return "" if longest < 2 else "evenly" if is_even else "unevenly"

    def _strange(self, k: int, names: list[str]) -> DataError:
        """Return the error that columns differ: it blames that of the first file and the k-th that fewer are like."""
        files, kinds = self.folder.files, {frozenset(self._columns): [0], frozenset(names): [k]}
        for j in {*range(0, len(files), -(-len(files) // SURVEYED))} - {0, k}:
            with suppress(DataError):
                kinds.setdefault(frozenset(self._open(j)[0].column_names), []).append(j)
        first, other = kinds[frozenset(self._columns)], kinds[frozenset(names)]
        odd, usual = (other, first) if len(first) >= len(other) else (first, other)
        found, expected = (names, self._columns) if odd is other else (self._columns, names)
        looked_at, like = sum(map(len, kinds.values())), files[usual[0]].name
        if len(usual) > 1:
            of = Reading.LIKE_FILES if looked_at == len(files) else Reading.LIKE_SOME
            like = of(some=len(usual), n=looked_at, name=like)
        others = Reading.AS_IN_FILES(n=len(odd)) if len(odd) > 1 else None
        columns = {"found": found, "others": others, "expected": expected, "like": like}
        return DataError(Reading.OTHER_COLUMNS, file=files[odd[0]].name, **columns)

    def _open(self, k: int) -> tuple[pa.Table, Tabular]:
        file = self.folder.files[k]
        with naming(file.name), opened(file, encoding=self._request.encoding) as source:
            if source.kind not in KINDS:
                raise DataError(Reading.NO_SINGLE_SERIES, kind=source.kind)
            table = open_table(source, at_once=True, header=self._request.header, decimal=self._request.decimal)
            rows = pa.Table.from_batches([batch for batch in table.batches if batch.num_rows])
            if not rows.num_columns:  # JSON's {}
                raise DataError(Tables.NO_ROWS)
            return rows, table


def _new_name(name: str, names: list[str]) -> str:
    """Return a name that no column has."""
    return name if name not in names else _new_name(f"{name}_", names)
