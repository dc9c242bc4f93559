"""Tables whose rows are labeled steps, as series with a label for each step.

N series · T time steps · D channels
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from glasscell.data.folder import is_folder
from glasscell.data.formats.encodings import about_encoding
from glasscell.data.formats.sources import called, naming, opened
from glasscell.data.formats.table_reading import KINDS, open_table
from glasscell.data.offsets import Intake
from glasscell.data.sequences import Sequences
from glasscell.data.steps.sentences import Steps
from glasscell.data.steps.step_roles import label_column, roles_of_steps, timed
from glasscell.data.tables.groups import groups_of
from glasscell.data.tables.ids import name_of
from glasscell.data.tables.labels import labels_of, number_in, targets
from glasscell.data.tables.ordering import order_of_rows
from glasscell.data.tables.parts import gather_table
from glasscell.data.tables.request import Request, names_of
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.series import build, columns_of, ids_of_rows
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
        labels = sorted({tag for tags in self.y or () for tag in tags if tag is not None})
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
    missing: Collection[float] | None = None,
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
    missing : collection of float, optional
        Missing-value codes, such as -999.
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
        given: dict[str, Any] = {
            "id": name_of(id),
            "time": time,
            "label": label,
            "time_format": time_format,
        }
        known = dict(columns_expected or {})
        request = Request(
            **given, channels=names_of(channels), header=header, group=group, known=known
        )
        with opened(path, True, encoding) as source:
            if source.kind not in KINDS:
                raise DataError(Steps.NO_TABLE, kind=source.kind)
            opened_table = open_table(source, at_once=True, header=header, decimal=decimal)
            with closing(opened_table.batches):
                table = gather_table(opened_table.batches, request)
            found = getattr(source.stream, "encoding", None)
        of = names_of(unlabelled) or (), names_of(channels_expected)
        steps = steps_of(
            table,
            request,
            source.name,
            opened_table.has_header,
            Intake(offsets, missing or ()),
            *of,
        )
        notes = [
            *opened_table.notes,
            *opened_table.noticed,
            *([] if found is None else [about_encoding(found)]),
        ]
        return replace(steps, series=steps.series.noted(*notes, *opened_table.warnings))


def steps_of(
    table: pa.Table,
    request: Request,
    name: str,
    has_header: bool,
    intake: Intake,
    unlabelled: tuple[str, ...] = (),
    expected: tuple[str, ...] | None = None,
) -> StepTable:
    """Return the series and step labels of a table with texts as by `column_values.plain`.

    >>> from glasscell.data.tables.column_values import plain
    >>> table = plain(pa.table({"time": [1, 0], "u": [2.5, 1.5], "label": ["down", "up"]}))
    >>> steps_of(table, Request(), "day", True, Intake()).rows[0].tolist()
    [1, 0]
    """
    if not table.num_rows:
        raise DataError(Steps.NO_ROWS)
    known = request.known
    request = _as_known(replace(request, known={}), known, expected, table.column_names)
    label = label_column(table, request, known.get("label"))
    rest = table if label is None else table.drop_columns([label])
    rest, request, said = timed(rest, replace(request, label=None, each_step=True))
    rest, roles, group = roles_of_steps(rest, request, has_header)
    groups, more = (None, ()) if group is None else groups_of(rest, roles, group)
    columns = columns_of(rest)
    assert roles.id is not None
    codes, ids = ids_of_rows(columns[roles.id], roles.id, 0)
    order, _, _ = order_of_rows(dict(columns), roles, request, codes, ids, 0)
    cuts = np.cumsum(np.bincount(codes, minlength=len(ids)))[:-1]

    def in_series(rows: np.ndarray) -> list[np.ndarray]:
        return np.split(rows if order is None else rows[order], cuts)

    times = (
        None if roles.time is None else in_series(np.array(columns[roles.time].to_pylist(), object))
    )
    tags, absent = None, ()
    if label is not None:
        tags, absent = _tags_of(table[label], label, unlabelled, is_needed=request.expected is None)
    is_only = roles.id not in table.column_names
    of = {} if label is None else {"label": label, "labels": Tables.LABEL_OF_STEPS(label=label)}
    of |= {"id": None, "series": Tables.ONE_SERIES()} if is_only else {}
    notes = (roles.notes[0].at(**of), *roles.notes[1:], *said)
    series = build(
        columns, replace(roles, label=None), request, name, notes=(*notes, *more), intake=intake
    )
    named = {
        k: v
        for k, v in (roles.named | {"label": label}).items()
        if v is not None and not (is_only and k == "id")
    }
    series = replace(series, groups=groups, columns=named, warnings=(*series.warnings, *absent))
    return StepTable(
        series, None if tags is None else in_series(tags), times, in_series(np.arange(len(codes)))
    )


def _as_known(
    request: Request, known: Mapping[str, str], expected: tuple[str, ...] | None, names: list[str]
) -> Request:
    """Return a request with the roles and channels from training, if the table has them."""
    if expected is None:
        return request
    there = {role: name for role, name in known.items() if role != "label" and name in names}
    request = replace(request, **there | request.named)
    given = request.channels
    if given is None and (lacks := [name for name in expected if name not in names]):
        raise DataError(Steps.NO_CHANNEL, channel=lacks[0], expected=expected)
    if given is None or set(expected) <= set(given):
        given = expected
    elif len(given) != len(expected) or set(expected) & set(given):
        raise UsageError(
            Steps.OTHER_CHANNELS, channels=given, n=len(given), m=len(expected), expected=expected
        )
    return replace(request, channels=given, expected=expected)


def _tags_of(
    column: pa.ChunkedArray, name: str, unlabelled: tuple[str, ...], *, is_needed: bool
) -> tuple[np.ndarray | None, tuple[Note, ...]]:
    """Return each row's label, None if unlabeled, and warnings; None if no row is labeled."""
    codes, different = labels_of(column, name)
    spelled, words = (
        targets(np.array(texts, str), "classification") for texts in (different, unlabelled)
    )
    at = {"labels": sorted(set(spelled.tolist()) - set(words.tolist()))}
    absent = tuple(
        Steps.NO_SUCH_LABEL.warning(word, **at) for word in words.tolist() if word not in spelled
    )
    codes[np.isin(codes, np.flatnonzero(np.isin(spelled, words)))] = -1
    there = codes >= 0
    if not there.any():
        if is_needed and unlabelled and len(different):
            raise DataError(Steps.ALL_UNLABELLED, column=name, words=unlabelled)
        if is_needed:
            raise DataError(Steps.EMPTY_LABELS, column=name)
        return None, absent
    given = different[codes[there]]
    try:
        labels = targets(given, "auto" if is_needed else "classification")
    except DataError:
        at = next(k for k, label in enumerate(given) if np.isnan(number_in(label)))
        row = np.flatnonzero(there)[at] + 1
        raise DataError(Steps.LABEL_OF_WORDS, row=row, column=name, found=str(given[at])) from None
    if labels.dtype.kind == "f":
        raise DataError(Steps.TARGETS, column=name, n=len(np.unique(labels)))
    tags = np.full(len(codes), None, object)
    tags[there] = labels.astype(object)
    return tags, absent
