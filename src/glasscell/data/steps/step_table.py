"""Adapter of tables whose rows are labeled steps: a `Table` becomes series and labels of steps.

N series · T time steps · D channels
"""

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from glasscell.data.folder import is_folder
from glasscell.data.formats.encodings import about_encoding
from glasscell.data.formats.sources import called, naming, opened
from glasscell.data.formats.table_reading import KINDS, open_table
from glasscell.data.offsets import Intake
from glasscell.data.sequences import Sequences
from glasscell.data.steps.sentences import Steps
from glasscell.data.steps.step_roles import find_table_of_steps
from glasscell.data.tables.groups import groups_of
from glasscell.data.tables.ids import name_of
from glasscell.data.tables.labels import labels_of, number_in, targets
from glasscell.data.tables.ordering import order_of_rows
from glasscell.data.tables.parts import gather_table
from glasscell.data.tables.request import Request, missing_words_in, names_of
from glasscell.data.tables.series import ids_of_rows, sequences_of
from glasscell.data.tables.table import Origin
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note


@dataclass(frozen=True, eq=False)
class StepTable:
    """Series and the labels of their steps, as read by `read_steps`.

    Parameters
    ----------
    series : Sequences
        Without labels of whole series.
    y : list of object arrays (T_n,), optional
        Labels as str; None where a step is unlabeled.
    times : list of object arrays (T_n,), optional
        Times as in the table.
    rows : list of int arrays (T_n,), optional
        Row of the table for each step, from 0.
    """

    series: Sequences
    y: list[np.ndarray] | None
    times: list[np.ndarray] | None
    rows: list[np.ndarray] | None = None

    @property
    def x(self) -> list[np.ndarray]:
        """Series without padding, float32 (T_n, D), minus their offsets."""
        return [v[:n] for v, n in zip(self.series.x, self.series.lengths, strict=True)]

    @property
    def classes(self) -> list[str]:
        """The distinct labels, sorted as numbers if possible, otherwise as text."""
        labels = sorted({*itertools.chain(*(self.y or ()))} - {None})
        try:
            return sorted(labels, key=float)
        except ValueError:
            return labels


def read_steps(
    path: str | Path,
    *,
    id: str | Sequence[str] | None = None,
    time: str | None = None,
    time_format: str | None = None,
    label: str | None = None,
    channels: Iterable[str] | None = None,
    header: bool | None = None,
    encoding: str | None = None,
    decimal: str | None = None,
    missing: Collection[float | str] | None = None,
    group: str | None = None,
    unlabelled: str | Iterable[str] | None = None,
    offsets: Mapping[str, float] | None = None,
    channels_expected: Iterable[str] | None = None,
    columns_expected: Mapping[str, str] | None = None,
) -> StepTable:
    r"""Read a table in long form with a label in each row, or an empty cell for an unlabeled step.

    Parameters
    ----------
    path : str or Path
        Delimited text such as CSV, Excel's .xlsx, Parquet, Feather or JSON lines. Files that are
        compressed (gz, bz2, xz, zip or zst) are decompressed. "-" is standard input.
    id : str or sequence of str, optional
        Column that identifies a series, or several: person,trial. A list such as ["person",
        "trial"] does the same; an id is then such as S1,3. Detected by default. Without such a
        column, all rows are steps of one series.
    time : str, optional
        Column that orders the steps of a series; date,hour joins two. Detected by default.
    time_format : str, optional
        How times are written, such as %d.%m.%Y %H:%M. The codes are those of `strptime`. By
        default, ISO 8601 and some other formats are recognized.
    label : str, optional
        Column with the label of each step. Detected by default.
    channels : sequence of str, optional
        Columns used as input channels. They keep this order. By default all other columns.
    header : bool, optional
        Whether the first line holds column names. Detected by default.
    encoding : str, optional
        Text encoding. By default UTF-16 or UTF-8 if valid, otherwise Windows-1252.
    decimal : {".", ","}, optional
        Decimal mark: . or , in a text file. Detected by default.
    missing : collection of float or str, optional
        Missing-value codes, such as -999 or ERR.
    group : str, optional
        Column of groups, such as persons; a group is held out as a whole. By default a column named
        subject, group or session.
    unlabelled : str or sequence of str, optional
        Labels that mark a step as unlabeled, such as unknown. Empty cells always do.
    offsets : mapping of str to float, optional
        Offset of each channel, subtracted before conversion to float32: `Sequences.offsets` of the
        training data. By default, channels that are far from zero compared with their spread get
        one.
    channels_expected : sequence of str, optional
        Channels that a model was trained on. The result has these channels in this order, and
        labels are optional.
    columns_expected : mapping of str to str, optional
        Columns with ids, times and labels in training, as `Sequences.columns`. Columns with these
        names get the same roles.

    Returns
    -------
    StepTable
        Series in the order of the file, with the steps of each in order of time.

    Raises
    ------
    DataError
        If the file is not a table in long form, has no labels, or has continuous targets instead.
    UsageError
        If a named column does not exist, or the label column is ambiguous.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from glasscell import data
    >>> path = pathlib.Path(tempfile.mkdtemp(), "day.csv")
    >>> _ = path.write_text("time,u,label\n0,1.5,up\n1,2.5,\n2,0.5,down\n")
    >>> table = data.read_steps(path)
    >>> table.series.x.shape, table.y[0].tolist()
    ((1, 3, 1), ['up', None, 'down'])
    """
    with naming(called(path)):
        if is_folder(path):
            raise UsageError(Steps.ONE_TABLE)
        request = Request(
            id=name_of(id),
            time=time,
            label=label,
            channels=names_of(channels),
            header=header,
            recorded=dict(columns_expected or {}),
            group=group,
            expected=names_of(channels_expected),
            time_format=time_format,
            missing_words=missing_words_in(missing or ()),
        )
        with opened(path, True, encoding) as source:
            if source.kind not in KINDS:
                raise DataError(Steps.NO_TABLE, kind=source.kind)
            file = open_table(source, at_once=True, header=header, decimal=decimal)
            with closing(file.batches):
                rows = gather_table(file.batches, request)
            encoding = getattr(source.stream, "encoding", None)
        notes = [*file.notes, *file.noticed, *file.warnings]
        if encoding is not None:
            notes.append(about_encoding(encoding))
        origin = Origin(source.name, file.has_header, tuple(notes))
        return steps_of(
            rows, request, origin, Intake(offsets, missing or ()), names_of(unlabelled) or ()
        )


def steps_of(
    rows: pa.Table,
    request: Request,
    origin: Origin,
    intake: Intake,
    unlabelled: tuple[str, ...] = (),
) -> StepTable:
    """Return the series and step labels of rows with texts as by `column_values.plain`.

    >>> from glasscell.data.tables.column_values import plain
    >>> rows = plain(pa.table({"time": [1, 0], "u": [2.5, 1.5], "label": ["down", "up"]}))
    >>> steps_of(rows, Request(), Origin("day"), Intake()).rows[0].tolist()
    [1, 0]
    """
    if not rows.num_rows:
        raise DataError(Steps.NO_ROWS)
    request = _with_channels_of_training(request, rows.column_names)
    table = find_table_of_steps(rows, request, origin.has_header)
    columns, roles = table.columns, table.roles
    assert roles.id is not None
    y, warnings = None, ()
    if roles.step_label is not None:
        labels = columns.pop(roles.step_label)
        y, warnings = _read_labels(labels, roles.step_label, unlabelled, request.expected is None)
    times = None if roles.time is None else np.array(columns[roles.time].to_pylist(), object)
    groups, notes_of_groups = groups_of(pa.table(columns), roles)
    codes, ids = ids_of_rows(columns[roles.id], roles.id, 0)
    order, _, _ = order_of_rows(dict(columns), roles, table.request, codes, ids, 0)
    ends = np.cumsum(np.bincount(codes, minlength=len(ids)))[:-1]

    def split(values: np.ndarray) -> list[np.ndarray]:
        return np.split(values if order is None else values[order], ends)

    series = sequences_of(table, origin.name, intake, (*notes_of_groups, *origin.notes))
    return StepTable(
        replace(series, groups=groups).noted(*warnings),
        None if y is None else split(y),
        None if times is None else split(times),
        split(np.arange(len(codes))),
    )


def _with_channels_of_training(request: Request, names: list[str]) -> Request:
    """Return the request for new data with the channels of training as those to be read."""
    expected, channels = request.expected, request.channels
    if expected is None:
        return replace(request, recorded={})
    if channels is None:
        if missing := [name for name in expected if name not in names]:
            raise DataError(Steps.NO_CHANNEL, channel=missing[0], expected=expected)
        return replace(request, channels=expected)
    if {*expected} <= {*channels}:
        return replace(request, channels=expected)
    if len(channels) != len(expected) or {*expected} & {*channels}:
        n, m = len(channels), len(expected)
        raise UsageError(Steps.OTHER_CHANNELS, channels=channels, n=n, m=m, expected=expected)
    return request


def _read_labels(
    column: pa.ChunkedArray, name: str, unlabelled: tuple[str, ...], is_needed: bool
) -> tuple[np.ndarray | None, tuple[Note, ...]]:
    """Return each row's label, None if unlabeled, and warnings; None if no row is labeled."""
    codes, different = labels_of(column, name)
    classes, words = (
        targets(np.array(texts, str), "classification") for texts in (different, unlabelled)
    )
    known = {"labels": sorted(set(classes.tolist()) - set(words.tolist()))}
    absent = [word for word in words.tolist() if word not in classes]
    warnings = tuple(Steps.NO_SUCH_LABEL.warning(word, **known) for word in absent)
    codes[np.isin(codes, np.flatnonzero(np.isin(classes, words)))] = -1
    is_labelled = codes >= 0
    if not is_labelled.any():
        if is_needed and unlabelled and len(different):
            raise DataError(Steps.ALL_UNLABELLED, column=name, words=unlabelled)
        if is_needed:
            raise DataError(Steps.EMPTY_LABELS, column=name)
        return None, warnings
    texts_of_labels = different[codes[is_labelled]]
    try:
        labels = targets(texts_of_labels, "auto" if is_needed else "classification")
    except DataError:
        first = next(k for k, text in enumerate(texts_of_labels) if np.isnan(number_in(text)))
        row, text = np.flatnonzero(is_labelled)[first] + 1, str(texts_of_labels[first])
        raise DataError(Steps.LABEL_OF_WORDS, row=row, column=name, found=text) from None
    if labels.dtype.kind == "f":
        raise DataError(Steps.TARGETS, column=name, n=len(np.unique(labels)))
    label_of_row = np.full(len(codes), None, object)
    label_of_row[is_labelled] = labels.astype(object)
    return label_of_row, warnings
