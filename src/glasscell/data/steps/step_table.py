"""Tables whose rows are labeled steps, as series with a label for each step.

N series · T time steps · D channels
"""

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from glasscell.data.folder import is_folder
from glasscell.data.formats.guarded import about_encoding
from glasscell.data.formats.sources import called, naming, opened
from glasscell.data.formats.table_reading import KINDS, open_table
from glasscell.data.padding import Intake
from glasscell.data.sequences import Sequences
from glasscell.data.steps.sentences import Steps
from glasscell.data.steps.step_roles import OF_SEVERAL, label_column, roles_of_steps, timed
from glasscell.data.tables.columns import plain
from glasscell.data.tables.groups import groups_of, understand_with_group
from glasscell.data.tables.ids import name_of, with_joint_id
from glasscell.data.tables.labels import labels_of, number_in, targets
from glasscell.data.tables.ordering import order_of_rows
from glasscell.data.tables.parts import gather_table
from glasscell.data.tables.request import IDS, LABELS, Request, names_of
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.series import build, columns_of, ids_of_rows
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.system.files import split_sheet

# may be due to labels of steps
TROUBLE = (Tables.TWO_LABELS, Tables.LABEL_ENDS, Tables.LABEL_BEGINS, Tables.NO_IDS)
ROWS = 50_000  # inspected to decide whether steps have their own labels

# of labels: words and few different integers, or other numbers
Kind = Literal["classes", "targets"]


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


def are_labelled_by_step(path: str | Path, **options: Any) -> bool:
    r"""Return whether a file is a table with a class per step; options as for `labels_of_steps`.

    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "steps.csv")
    >>> _ = path.write_text("id,u,label\n" + "a,1.5,up\na,2.5,down\nb,0.5,up\nb,0.7,down\n" * 2)
    >>> are_labelled_by_step(path)
    True
    """
    return labels_of_steps(path, **options) == "classes"


def labels_of_steps(path: str | Path, **options: Any) -> Kind | None:
    """Return what a table's labels are if they vary within series, by its first rows, or else None.

    If they vary in at most half of the series, they are more likely errors.
    """
    if str(path) == "-" or not os.path.isfile(split_sheet(path)[0]):  # noqa: PTH113  Path.is_file raises for a long name
        return None
    header, decimal, encoding = (
        options.pop(name, None) for name in ("header", "decimal", "encoding")
    )
    try:
        options |= {"id": name_of(options.get("id")), "channels": names_of(options.get("channels"))}
        request = Request(**options, header=header)
        with opened(path, False, encoding) as source:
            if source.kind not in KINDS:
                return None
            opened_table = open_table(source, at_once=False, header=header, decimal=decimal)
            with closing(opened_table.batches):
                table = plain(
                    pa.Table.from_batches(list(islice(opened_table.batches, 1))).slice(0, ROWS)
                )
                table = with_joint_id(table, request)
    except (DataError, UsageError, pa.ArrowException, OSError, ValueError):
        return None  # reported by the actual reader
    return kind_within_series(table, request, opened_table.has_header)


def kind_within_series(table: pa.Table, request: Request, has_header: bool = True) -> Kind | None:
    """Return what the labels of a table are if they vary within most of its series; None otherwise.

    >>> table = pa.table({"id": [1, 1, 2, 2] * 2, "u": [0.5, 1.5] * 4, "label": ["up", "down"] * 4})
    >>> kind_within_series(table, Request())
    'classes'
    """
    try:
        label = str(label_column(table, request, None))  # without expected channels, there is one
        series, is_timed = _series_of(table.drop_columns([label]), request, has_header)
        labels, different = labels_of(table[label], label)
    except (DataError, UsageError, pa.ArrowException, ValueError):
        return None
    there = labels >= 0
    if not there.any():
        return None
    pairs = np.unique(np.stack([series[there], labels[there]]), axis=1)
    is_guessed = label != request.label and label.lower() not in LABELS
    if is_guessed and (
        pairs.shape[1] == there.sum() or _names_series(table, label, request, has_header)
    ):
        return None  # such as dates in words, which do not repeat within a series
    varies = np.unique(pairs[0], return_counts=True)[1] > 1
    is_single = len(varies) == 1 and not is_timed  # then rows may be series as well
    if is_single or 2 * varies.sum() <= len(varies):
        return None
    values = different[labels[there]]
    if _are_targets(values) or _count_steps(values, series[there]):
        return "targets"
    return "classes"


def _names_series(table: pa.Table, name: str, request: Request, has_header: bool) -> bool:
    """Return whether a column is the id if the table is read as whole series with a label each."""
    try:
        return understand_with_group(table, request, has_header)[0].id == name
    except (DataError, UsageError):
        return False


def refusing_steps(
    read: Callable[[], Sequences], kind_of_steps: Callable[[], Kind | None], reader: str
) -> Sequences:
    """Return the result of `read`, unless the table's labels are those of steps.

    A few differing labels are errors, which `read` reports. If `read` makes each row a series of
    unordered columns, rows are steps if labels vary within the series found by `kind_of_steps`.

    >>> series = Sequences.from_list([[1.0, 2.0]])
    >>> refusing_steps(lambda: series, lambda: "classes", "read_steps") is series
    True
    """
    try:
        series = read()
    except (DataError, UsageError) as error:
        if error.code in TROUBLE and (kind := kind_of_steps()) is not None:
            raise _refusal(kind, reader, None) from error
        raise
    if (
        series.y is not None
        and _are_of_columns_in_no_order(series)
        and (kind := kind_of_steps()) is not None
    ):
        raise _refusal(kind, reader, Tables.ROWS_AS_SERIES(channels=series.channels))
    has_columns_left_out = any(note.code is Tables.LEFT_OUT for note in series.notes)
    if (
        series.y is not None
        and series.y.dtype.kind == "f"
        and has_columns_left_out
        and kind_of_steps() == "targets"
    ):
        # sensors s1 to s21 look like 21 steps
        return series.noted(Steps.MAY_BE_TARGETS_OF_STEPS.warning())
    return series


def _refusal(kind: Kind, reader: str, mend: Note | None) -> DataError:
    if kind == "targets":
        return DataError(Steps.TARGETS_OF_STEPS, mend=mend)
    return DataError(Steps.LABELS_OF_STEPS, reader=reader, mend=mend)


def _are_of_columns_in_no_order(series: Sequences) -> bool:
    return any(
        note.code is Tables.WIDE_FORM and note.values["order"] is not None for note in series.notes
    )


def _series_of(table: pa.Table, request: Request, has_header: bool) -> tuple[np.ndarray, bool]:
    """Return each row's series index, and whether there are times, ignoring errors if possible."""
    request = replace(request, label=None)
    try:
        table, roles, _ = roles_of_steps(*timed(table, request)[:2], has_header)
        name, is_timed = roles.id, roles.time is not None
    except (DataError, UsageError) as error:
        named = (
            [request.id]
            if request.id
            else [name for name in table.column_names if name.lower() in IDS]
        )
        if error.code in OF_SEVERAL:
            maybe = (
                [error.values["id"]]
                if "id" in error.values
                else list(error.values.get("columns", ()))[:1]
            )
            named += [name for name in maybe if name in table.column_names]
        name, is_timed = next((name for name in named if name in table.column_names), None), True
        if name is None:
            raise
    if name is None:  # each row is a series, as requested
        return np.arange(table.num_rows), is_timed
    return ids_of_rows(table[name], name, 0)[0], is_timed


def _are_targets(labels: np.ndarray) -> bool:
    """Return whether labels are continuous targets rather than classes."""
    try:
        return targets(labels).dtype.kind == "f"
    except DataError:  # classes, with an invalid label
        return False


def _count_steps(labels: np.ndarray, series: np.ndarray) -> bool:
    """Return whether numbers rise by 1, or fall by 1, at every step of all series, in file order.

    >>> cycles_left = np.array(["3", "2", "1", "0", "2", "1", "0"])
    >>> _count_steps(cycles_left, np.array([0, 0, 0, 0, 1, 1, 1]))
    True
    """
    try:
        numbers = targets(labels, "regression")
    except DataError:  # words
        return False
    if len(np.unique(numbers)) <= 2:
        return False
    order = np.argsort(series, kind="stable")
    is_next_step = np.diff(series[order]) == 0
    changes = np.diff(numbers[order])[is_next_step]
    return bool((changes == 1).all() or (changes == -1).all())


def steps_of(
    table: pa.Table,
    request: Request,
    name: str,
    has_header: bool,
    intake: Intake,
    unlabelled: tuple[str, ...] = (),
    expected: tuple[str, ...] | None = None,
) -> StepTable:
    """Return the series and step labels of a table with texts as by `columns.plain`.

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
