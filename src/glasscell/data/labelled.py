"""Labels from a file of their own: a row for each series, with its name and its label."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from glasscell.data.folders import bare_name
from glasscell.data.formats.sources import called, naming, opened
from glasscell.data.formats.tables import KINDS, open_table
from glasscell.data.quoting import list_names
from glasscell.data.sequences import Sequences
from glasscell.data.tables.columns import plain, refuse_missing, texts
from glasscell.data.tables.labels import labels_of, targets
from glasscell.data.tables.request import IDS, LABELS
from glasscell.errors import DataError, UsageError

NAMES = (*IDS, "file", "filename", "file_name", "name", "path")


def read_labels(path: str | Path, label: str | None = None, encoding: str | None = None) -> dict[str, str]:
    r"""Read the label of each series from a table.

    Parameters
    ----------
    path : str or Path
    label : str, optional
        The column of the labels, if its name does not say so.
    encoding : str, optional

    Returns
    -------
    dict
        From the names of series to labels.

    Raises
    ------
    DataError
        If a series has no label or two, or the columns leave a choice.
    UsageError
        If there is no column of that name.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "labels.csv")
    >>> _ = path.write_text("file,class\nwalk_1.csv,walk\nrun_1.csv,run\n")
    >>> read_labels(path)
    {'walk_1.csv': 'walk', 'run_1.csv': 'run'}
    """
    with naming(called(path)), opened(path, encoding=encoding) as source:
        if source.kind not in KINDS:
            raise DataError(f"is a .{source.kind} file; expected a table with the names of the series and their labels")
        opened_table = open_table(source, at_once=True)
        batches = list(opened_table.batches)
        table = plain(pa.Table.from_batches(batches)) if batches else pa.table({})
        name_column, label_column = _columns(table.column_names, label)
        for column in (name_column, label_column):
            refuse_missing(table[column], column)
        names, different_names = texts(table[name_column], name_column)
        labels, different_labels = labels_of(table[label_column], label_column)
        if (labels < 0).any():
            row = int(np.flatnonzero(labels < 0)[0])
            raise DataError(f"row {row + 1}, column {label_column!r}: the label is missing; put one in every row")
        found: dict[str, str] = {}
        pairs = zip(different_names[names].tolist(), different_labels[labels].tolist(), strict=True)
        for row, (name, value) in enumerate(pairs):
            if found.setdefault(name, value) != value:
                raise DataError(f"row {row + 1}: {name!r} is labelled {value!r}, but {found[name]!r} before")
        return found


def label(labels: Mapping[str, str], file: str, series: Sequences, task: str = "auto") -> Sequences:
    """Return series with the labels that a file has for them; a name may have the ending of a file, or not.

    Parameters
    ----------
    labels : mapping of str to str
    file : str
        Where they are from, for messages.
    series : Sequences
    task : {"auto", "classification", "regression"}

    Returns
    -------
    Sequences

    Raises
    ------
    DataError
        If a series has none.

    Examples
    --------
    >>> label({"b.csv": "q", "a.csv": "p"}, "labels.csv", Sequences.from_list([[1.0], [2.0]], ids=["a", "b"])).y
    array(['p', 'q'], dtype='<U1')
    """
    bare = {bare_name(name.replace("\\", "/")): value for name, value in labels.items()}
    last = {name.rpartition("/")[2]: value for name, value in bare.items()}
    short = last if len(last) == len(bare) else {}
    y = []
    for id in series.ids.tolist():
        for names, name in ((labels, id), (bare, id), (short, id), (bare, id.rpartition("/")[2])):
            if name in names:
                y.append(names[name])
                break
        else:
            some = ", ".join(repr(name) for name in list(labels)[:4])
            raise DataError(f"there is no label for the series {id!r} in {file}; it has labels for {some}, …")
    notes = (*series.notes, f"labels are those of {file}")
    warnings = tuple(text for text in series.warnings if not str(text).startswith("no labels "))
    return replace(series, y=targets(np.array(y, str), task), labelled=None, notes=notes, warnings=warnings)


def _columns(names: list[str], label: str | None) -> tuple[str, str]:
    if label is not None and label not in names:
        raise UsageError(f"there is no column {label!r} to use as label; the columns are {list_names(names)}")
    lower = {name.lower(): name for name in reversed(names)}
    label = label or next((lower[name] for name in LABELS if name in lower), None)
    name = next((lower[name] for name in NAMES if name in lower and lower[name] != label), None)
    if len(names) == 2:
        name = name or next(one for one in names if one != label)
        label = label or next(one for one in names if one != name)
    if name is None or label is None:
        raise DataError(
            f"the columns are {list_names(names)}; expected 'id' or 'file' with the series' names, and 'label'"
        )
    return name, label
