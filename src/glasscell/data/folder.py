"""Folders of files with one series each, or patterns (walks/*.csv); labels in a separate file."""

import glob
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from glasscell.data.formats.headers import Tabular
from glasscell.data.formats.sources import PACKED_ENDINGS, called, naming, opened
from glasscell.data.formats.table_reading import KINDS, open_table
from glasscell.data.offsets import Intake
from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences
from glasscell.data.tables.column_values import (
    count_different,
    plain,
    refuse_missing,
    refuse_rows,
    texts,
)
from glasscell.data.tables.footers import find_footers
from glasscell.data.tables.labels import labels_of, targets
from glasscell.data.tables.parts import table_in_parts
from glasscell.data.tables.request import IDS, LABELS, Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.series import read_series
from glasscell.data.tables.table import Origin, plain_columns
from glasscell.errors import DataError, UsageError
from glasscell.facts import Code, Note
from glasscell.system.files import is_pattern

ENDINGS = {".csv", ".tsv", ".tab", ".txt", ".dat", ".parquet", ".pq", ".feather", ".arrow",
           ".jsonl", ".ndjson", ".json", ".xlsx"}  # fmt: skip
ABOUT = {"readme", "notes", "license"}  # names of files that describe the others
NUMBERED = re.compile(r"(.*?[^\W\d_])[\W_]*\d+(?:[\W_]+\d+)*\)?", re.S)
NAMES = (*IDS, "file", "filename", "file_name", "name", "path")  # of a column of series names
PARTS = {
    "train",
    "training",
    "test",
    "testing",
    "valid",
    "validation",
    "val",
    "dev",
    "eval",
    "holdout",
}


def is_folder(path: str | Path) -> bool:
    """Return whether a path denotes files with one series each: a folder, or a pattern.

    >>> is_folder(Path(__file__).parent), is_folder(__file__), is_folder("-")
    (True, False, False)
    """
    return str(path) != "-" and (os.path.isdir(path) or is_pattern(path))  # noqa: PTH112  Path.is_dir raises for a long name


def read_folder(
    path: str | Path, request: Request, series: int | None, intake: Intake | None = None
) -> Iterator[Sequences]:
    r"""Read a folder, or the files of a pattern, with one series per file.

    Sources of the labels, in this order: the column `label`; the names of folders; a column with a
    common name of labels; the part of file names before their numbers.

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
    files = _Files(path, request)
    tables = files.tables(len(files.ids) if series is None else series)
    request = replace(request, id=files.id, label=files.label)
    try:
        if series is None:
            columns = plain_columns(next(tables), request)
            yield read_series(columns, request, files.origin, intake).noted(*files.said.values())
        else:
            batches = (batch for table in tables for batch in table.combine_chunks().to_batches())
            parts = table_in_parts(batches, request, series, files.origin, intake)
            yield from (part.noted(*files.said.values()) for part in parts)
    except DataError as error:
        raise files.with_the_file(error) from error


class _Files:
    """The tables of files with one series each; the first file determines the columns.

    A file's id is its path below the common folder, without endings. Labels are the names of
    folders if these differ. Otherwise they are the part of file names before the numbers, if at
    most half as many as files.
    """

    def __init__(self, path: str | Path, request: Request):
        name, top, places, left_out = _files_of(path)
        self._files = [top / place for place in places]
        self.ids = [bare_name(place.as_posix()) for place in places]
        if same := [id for id, n in Counter(self.ids).items() if n > 1]:
            raise DataError(Reading.SAME_NAME_BUT_ENDING, name=same[0])
        self._request = request
        self._rows: list[int] = []
        self.said = {note.code: note for note in _about_parts(top, places)}  # about the files
        self._first = self._open(0)
        self._columns, has_header = self._first[0].column_names, self._first[1].has_header
        free = [name for name in self._columns if name not in request.assigned]
        self._ids = [name for name in free if name.lower() in IDS]
        own = [name for name in free if name.lower() in {*LABELS} - {"y"}]
        labels, by = _labels_by_folder(places), Reading.FOLDER_NAMES()
        if labels is None:
            is_labelled = request.label is not None or own
            labels = None if is_labelled else _labels_by_beginning(places)
            by = Reading.BEGINNINGS()
        self._labels = labels if request.label is None else None
        self._no_totals = (request.label, *own)
        others = own if self._labels else []
        self._kept = [name for name in self._columns if name not in (*self._ids, *others)]
        self.id = _new_name("file", self._kept)
        self.label = _new_name("label", self._kept) if self._labels else request.label
        self.origin = Origin(name, has_header, tuple(self._notes(by, others, left_out)), ())

    def _notes(self, by: Note, others: list[str], left_out: list[str]) -> Iterator[Note]:
        yield Reading.FILES(
            n=len(self.ids), labels=Reading.WITH_LABELS(labels=by) if self._labels else None
        )
        yield from (Tables.LEFT_OUT(column=name, why=Reading.OF_ONE_SERIES()) for name in self._ids)
        yield from (
            Tables.LEFT_OUT(column=name, why=Reading.OTHER_LABELS(labels=by)) for name in others
        )
        yield from [Reading.FILES_LEFT_OUT(files=tuple(left_out))] if left_out else []
        yield from (note.of(self._files[0].name) for note in self._first[1].notes)

    def tables(self, size: int) -> Iterator[pa.Table]:
        """Read `size` files at a time."""
        for start in range(0, len(self._files), size):
            some = range(len(self._files))[start : start + size]
            yield pa.concat_tables([self._table(k) for k in some], promote_options="permissive")

    def with_the_file(self, error: DataError) -> DataError:
        """Convert an error's row in the table to the row in its file."""
        ends = np.cumsum(self._rows)
        if error.row is None or error.file is not None:
            return error
        k = int(np.searchsorted(ends, error.row))
        return error.at(row=error.row - int(ends[k]) + self._rows[k]).of(self._files[k].name)

    def _table(self, k: int) -> pa.Table:
        name = self._files[k].name
        table, opened_table = self._open(k) if k else self._first
        if set(table.column_names) != set(self._columns):
            others = {"expected": self._columns, "like": self._files[0].name}
            raise DataError(Reading.OTHER_COLUMNS, file=name, found=table.column_names, **others)
        for column in self._ids:
            ids, different = texts(table[column], column)
            if 1 < len(different) < len(ids):
                raise DataError(Reading.MANY_SERIES, file=name, column=column, n=len(different))
        self._rows.append(table.num_rows)
        for note in (
            *opened_table.noticed,
            *opened_table.warnings,
            *find_footers(table, self._no_totals),
        ):
            self.said.setdefault(note.code, note.of(name))
        more = {self.id: self.ids[k]} | ({str(self.label): self._labels[k]} if self._labels else {})
        table = table.select(self._kept)
        for column, text in more.items():
            table = table.append_column(
                column, pa.repeat(pa.scalar(text, pa.large_string()), table.num_rows)
            )
        return table

    def _open(self, k: int) -> tuple[pa.Table, Tabular]:
        of_file = {"header": self._request.header, "decimal": self._request.decimal}
        with naming(self._files[k].name):
            return _whole_table(
                self._files[k], Reading.NO_SINGLE_SERIES, self._request.encoding, **of_file
            )


def _whole_table(
    path: str | Path, refusal: Code, encoding: str | None, **of_file: Any
) -> tuple[pa.Table, Tabular]:
    with opened(path, encoding=encoding) as source:
        if source.kind not in KINDS:
            raise DataError(refusal, kind=source.kind)
        table = open_table(source, at_once=True, **of_file)
        batches = [batch for batch in table.batches if batch.num_rows]
        if not batches:
            raise DataError(Tables.NO_ROWS)
        return pa.Table.from_batches(batches), table


def _files_of(path: str | Path) -> tuple[str, Path, list[Path], list[str]]:
    """Return the data's name, their common folder, their files, and the names of skipped files."""
    if is_pattern(path):
        found = [Path(file) for file in glob.glob(str(path), recursive=True)]  # noqa: PTH207
        name = os.path.basename(re.split(r"[*?\[]", str(path))[0].rstrip("/\\_-."))  # noqa: PTH119
    else:
        found = [Path(at, name) for at, _, names in os.walk(path) for name in names]
        name = Path(path).absolute().name
    seen = {file for file in found if file.is_file() and not file.name.startswith(".")}
    files = sorted(filter(_is_table, seen), key=lambda file: file.parts)
    if not files:
        raise DataError(Reading.NO_TABLES, n=len(seen))
    top = Path(os.path.commonpath([file.parent for file in files]))
    left_out = sorted(file.name for file in seen.difference(files))
    return name or "files", top, [file.relative_to(top) for file in files], left_out


def _is_table(file: Path) -> bool:
    endings = [ending.lower() for ending in file.suffixes]
    ending = next((ending for ending in reversed(endings) if ending not in PACKED_ENDINGS), "")
    return ending in ENDINGS and bare_name(file.name).lower() not in ABOUT


def bare_name(file: str) -> str:
    """Return a file's name without the endings of tables and compressed files.

    >>> bare_name("walks/01.5_s.csv.gz"), bare_name("01.5")
    ('walks/01.5_s', '01.5')
    """
    for endings in (PACKED_ENDINGS, ENDINGS):
        stem, dot, ending = file.rpartition(".")
        file = stem if stem and dot + ending.lower() in endings else file
    return file


def _is_part(folder: Path) -> bool:
    return folder.name.lower() in PARTS


def _about_parts(top: Path, places: list[Path]) -> Iterator[Note]:
    """Warn of several folders named train, test or the like: they are splits, not classes."""
    parts = sorted(
        {top / folder for place in places for folder in place.parents if _is_part(folder)}
    )
    if len({part.name.lower() for part in parts}) > 1:
        first = next((part for part in parts if part.name.lower().startswith("train")), parts[0])
        yield Reading.PARTS.warning(folders=[part.name for part in parts], first=first)


def _labels_by_folder(places: list[Path]) -> list[str] | None:
    names = [place.parent.name for place in places]
    are_parts = all(_is_part(place.parent) for place in places)
    return names if all(names) and len({*names}) > 1 and not are_parts else None


def _labels_by_beginning(places: list[Path]) -> list[str] | None:
    """Return the part of file names before their numbers, if at most half as many as files."""
    matches = [NUMBERED.fullmatch(bare_name(place.name)) for place in places]
    labels = [match[1] for match in matches if match]
    are_labels = len(labels) == len(places) and 1 < len({*labels}) <= len(places) / 2
    return labels if are_labels else None


def _new_name(name: str, names: list[str]) -> str:
    """Return a name that no column has."""
    return name if name not in names else _new_name(f"{name}_", names)


def read_labels(
    path: str | Path, label: str | None = None, encoding: str | None = None
) -> dict[str, str]:
    r"""Read the label of each series from a table.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "labels.csv")
    >>> _ = path.write_text("file,class\nwalk_1.csv,walk\nrun_1.csv,run\n")
    >>> read_labels(path)
    {'walk_1.csv': 'walk', 'run_1.csv': 'run', 'walk_1': 'walk', 'run_1': 'run'}
    """
    with naming(called(path)):
        table = plain(_whole_table(path, Reading.NO_LABEL_TABLE, encoding)[0])
        name_column, label_column = _columns_of_labels(table, label)
        refuse_missing(table[name_column], name_column)
        names, different_names = texts(table[name_column], name_column)
        labels, different_labels = labels_of(table[label_column], label_column)
        refuse_rows(labels < 0, Reading.LABEL_MISSING, label_column)
        found: dict[str, str] = {}
        pairs = zip(different_names[names].tolist(), different_labels[labels].tolist(), strict=True)
        for row, (name, value) in enumerate(pairs, 1):
            if found.setdefault(name, value) != value:
                raise DataError(
                    Reading.TWO_LABELS, row=row, name=name, label=value, before=found[name]
                )
        bare = {bare_name(name.replace("\\", "/")): value for name, value in found.items()}
        last = {name.rpartition("/")[2]: value for name, value in bare.items()}
        return found | (last if len(last) == len(bare) else {}) | bare | found


class Labeller:
    """Labels from a separate file, if any, for series read in parts; the first part sets the task.

    Parameters
    ----------
    label, encoding : str, optional
        As for `read_labels`; without a file, `label` is a column of the data.

    >>> Labeller(None, "class", None, "auto").column
    'class'
    """

    def __init__(self, file: str | Path | None, label: str | None, encoding: str | None, task: str):
        self._file, self._task, self.column = file, task, label if file is None else None
        self._known = {} if file is None else read_labels(file, label, encoding)

    def apply(self, series: Sequences) -> Sequences:
        """Return series with their labels from the file; names match with or without an ending."""
        if self._file is None:
            return series
        file, y = called(self._file), []
        for id in series.ids.tolist():
            name = next((name for name in (id, id.rpartition("/")[2]) if name in self._known), None)
            if name is None:
                raise DataError(
                    Reading.NOT_LABELLED, id=id, labels=file, names=list(self._known)[:4]
                )
            y.append(self._known[name])
        y = targets(np.array(y, str), self._task)
        self._task = "regression" if y.dtype.kind == "f" else "classification"
        notes = (*series.notes, Reading.LABELS_OF(labels=file))
        return replace(series, y=y, labelled=None, notes=notes)


def _columns_of_labels(table: pa.Table, label: str | None) -> tuple[str, str]:
    names = table.column_names
    if label is not None and label not in names:
        raise UsageError(Tables.NO_COLUMN, column=label, role="label", columns=names)
    label = label or _first(LABELS, names)
    name = _first(NAMES, [one for one in names if one != label])
    if len(names) == 2:  # then one column determines the other
        name = name or names[names[0] == label]
        label = label or names[names[0] == name]
    name = name or _only_unique(table.drop_columns([label] if label else []))
    if name is None or label is None:
        raise DataError(Reading.NO_LABEL_COLUMNS, columns=names)
    return name, label


def _only_unique(table: pa.Table) -> str | None:
    """Return the only column that differs in each row."""
    found = [name for name in table.column_names if count_different(table[name]) == len(table)]
    return found[0] if len(found) == 1 else None


def _first(common: tuple[str, ...], names: list[str]) -> str | None:
    """Return the column with the first of the common names."""
    lower = {name.lower(): name for name in reversed(names)}
    return next((lower[name] for name in common if name in lower), None)
