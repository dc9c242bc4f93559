"""Labels from a file of their own: a row for each series, with its name and its label."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from glasscell.data.folder import bare_name
from glasscell.data.formats.sentences import Formats
from glasscell.data.formats.sources import called, naming, opened
from glasscell.data.formats.tables import KINDS, open_table
from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences
from glasscell.data.tables.columns import plain, refuse_missing, refuse_rows, texts
from glasscell.data.tables.labels import labels_of, targets
from glasscell.data.tables.request import IDS, LABELS
from glasscell.data.tables.sentences import Tables
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
            raise DataError(Reading.NO_LABEL_TABLE, kind=source.kind)
        batches = list(open_table(source, at_once=True).batches)
        table = plain(pa.Table.from_batches(batches)) if batches else pa.table({})
        name_column, label_column = _columns(table.column_names, label)
        refuse_missing(table[name_column], name_column)
        names, different_names = texts(table[name_column], name_column)
        labels, different_labels = labels_of(table[label_column], label_column)
        refuse_rows(labels < 0, Reading.LABEL_MISSING, label_column)
        found: dict[str, str] = {}
        pairs = zip(different_names[names].tolist(), different_labels[labels].tolist(), strict=True)
        for row, (name, value) in enumerate(pairs, 1):
            if found.setdefault(name, value) != value:
                raise DataError(Reading.TWO_LABELS, row=row, name=name, label=value, before=found[name])
        return found


class Labeller:
    """Labels from a file of their own, if there is one, for parts of series; of the first they are numbers or classes.

    Parameters
    ----------
    file : str or Path, optional
    label, encoding : str, optional
        As for `read_labels`; without a file, `label` is a column of the series' own.
    task : {"auto", "classification", "regression"}

    Raises
    ------
    DataError, UsageError
        As `read_labels`.

    Examples
    --------
    >>> Labeller(None, "class", None, "auto").column
    'class'
    """

    def __init__(self, file: str | Path | None, label: str | None, encoding: str | None, task: str):
        self._file, self._task, self._known = file, task, {}
        self.column = label if file is None else None
        if file is not None:
            given = read_labels(file, label, encoding)
            bare = {bare_name(name.replace("\\", "/")): value for name, value in given.items()}
            last = {name.rpartition("/")[2]: value for name, value in bare.items()}
            others = (last if len(last) == len(bare) else {}) | bare
            self._known = given | {name: value for name, value in others.items() if name not in given}

    def apply(self, series: Sequences) -> Sequences:
        """Return series with the labels that the file has for them; a name may have the ending of a file, or not.

        Raises
        ------
        DataError
            If a series has none.
        """
        if self._file is None:
            return series
        file, y = called(self._file), []
        for id in series.ids.tolist():
            name = next((name for name in (id, id.rpartition("/")[2]) if name in self._known), None)
            if name is None:
                raise DataError(Reading.NOT_LABELLED, id=id, labels=file, names=list(self._known)[:4])
            y.append(self._known[name])
        notes = (*series.notes, Reading.LABELS_OF(labels=file))
        warnings = tuple(note for note in series.warnings if note.code is not Formats.LEFT_OUT)
        y = targets(np.array(y, str), self._task)
        self._task = "regression" if y.dtype.kind == "f" else "classification"
        return replace(series, y=y, labelled=None, notes=notes, warnings=warnings)


def _columns(names: list[str], label: str | None) -> tuple[str, str]:
    if label is not None and label not in names:
        raise UsageError(Tables.NO_COLUMN, column=label, role="label", columns=names)
    label = label or _first(LABELS, names)
    name = _first(NAMES, [one for one in names if one != label])
    if len(names) == 2:  # then each says what the other is
        name = name or names[names[0] == label]
        label = label or names[names[0] == name]
    if name is None or label is None:
        raise DataError(Reading.NO_LABEL_COLUMNS, columns=names)
    return name, label


def _first(common: tuple[str, ...], names: list[str]) -> str | None:
    """Return the column that has the first of the common names."""
    lower = {name.lower(): name for name in reversed(names)}
    return next((lower[name] for name in common if name in lower), None)
