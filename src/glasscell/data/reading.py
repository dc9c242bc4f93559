"""`read` and `read_in_parts`: series from a file or a folder, recognised by content and name, whole or part by part."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from glasscell.data.checks.codes import without_marked
from glasscell.data.folder import Labeller, is_folder, read_folder
from glasscell.data.formats.archives import read_arff, read_ts, read_tsf
from glasscell.data.formats.arrays import read_arrays
from glasscell.data.formats.cases import in_parts
from glasscell.data.formats.guarded import about_encoding
from glasscell.data.formats.sources import Source, called, naming, opened
from glasscell.data.formats.tables import KINDS, open_table
from glasscell.data.padding import Intake
from glasscell.data.respacing import Respacing
from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences, in_order_of, matched, only
from glasscell.data.steps.step_table import are_labelled_by_step, refusing_steps
from glasscell.data.tables.ids import name_of
from glasscell.data.tables.parts import gather_table, table_in_parts
from glasscell.data.tables.request import Request, names_of, names_of_steps
from glasscell.data.tables.series import columns_of, from_columns
from glasscell.errors import UsageError
from glasscell.system.checks import require_whole
from glasscell.system.files import kept_open

ONE_A_LINE = {"ts": read_ts, "tsf": read_tsf, "arff": read_arff}


def read(
    path: str | Path,
    *,
    id: str | Sequence[str] | None = None,
    time: str | None = None,
    time_format: str | None = None,
    label: str | None = None,
    channels: Iterable[str] | None = None,
    task: str = "auto",
    header: bool | None = None,
    encoding: str | None = None,
    decimal: str | None = None,
    labels: str | Path | None = None,
    missing: Collection[float] | None = None,
    group: str | None = None,
    time_gaps: bool = False,
    every: str | float | None = None,
    offsets: Mapping[str, float] | None = None,
) -> Sequences:
    r"""Read labelled series from a file.

    Parameters
    ----------
    path : str or Path
        CSV and its relatives, Excel's .xlsx, Parquet, Feather, JSON lines, .ts, .tsf, .arff, .npy or .npz; gz, bz2, xz,
        zip and zst are unpacked. "-" is standard input. A folder, or a pattern such as walks/*.csv, is files of one
        series each.
    id, time, label : str, optional
        Names of columns of a table; guessed from common names where not given. Ids that several columns make together,
        such as ["subject", "trial"], or "subject,trial", are joined: S1,3. So is a time, such as "date,hour".
    time_format : str, optional
        How times are written, as for `strptime`: "%d.%m.%Y %H:%M". By default ISO 8601 and a few others are read.
    channels : sequence of str, optional
        The channels to keep, in this order.
    task : {"auto", "classification", "regression"}
        "auto": decided by the labels; see `glasscell.data.tables.labels.targets`.
    header : bool, optional
        Whether the first line of a text of columns holds their names; detected by default.
    encoding : str, optional
        Of text; by default UTF-16 or UTF-8 where it is that, else Windows-1252.
    decimal : {".", ","}, optional
        The mark before the decimals of numbers in a text; detected by default.
    labels : str or Path, optional
        A table with the names of the series and their labels; `label` is then a column of it.
    missing : collection of float, optional
        Numbers that mean: not measured. A series with such a number as its label is left out; classes are not numbers.
    group : str, optional
        The column of a table that says which series belong together, such as those of one person; guessed from the
        names subject, group and session.
    time_gaps : bool
        Whether to make the time since the step before a channel, "time_gap": in seconds where times are dates, else in
        their own unit; 0 at the first step.
    every : str or float, optional
        Lay each series on an even grid of steps so far apart: "100ms", or a number in the unit of the times. A step has
        the mean of the values within half a step of it, and none where there are none.
    offsets : mapping of str to float, optional
        What to subtract from channels, by their names, before they become float32: the `Sequences.offsets` of what a
        model was trained on. By default they are chosen where a channel lies far from zero beside its spread.

    Returns
    -------
    Sequences

    Raises
    ------
    DataError
        If the file does not exist, is damaged, or does not contain what is needed; or if it has a label for every step,
        which `read_steps` reads.
    UsageError
        If a column that is named does not exist, or the encoding is unknown.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "steps.csv")
    >>> _ = path.write_text("id,t,u,label\na,0,1.5,up\na,1,2.5,up\nb,0,0.5,down\n")
    >>> s = read(path)
    >>> s.lengths, s.notes
    (array([2, 1]), ("read as long form: id column 'id', time column 't', label column 'label', 1 channel (u)",))
    """
    labeller = Labeller(labels, label, encoding, task)
    with kept_open(path), naming(called(path)):
        of_file: dict[str, Any] = {"header": header, "group": group, "encoding": encoding, "decimal": decimal}
        label, kept, respacing = labeller.column, names_of(channels), Respacing(time_gaps, every)
        of_file["time_format"] = time_format
        how: dict[str, Any] = {"respacing": respacing, "has_labels_apart": labels is not None}
        request = Request(name_of(id), time, label, kept, task, **of_file, **how)
        intake = Intake(respacing.without_gap_in(offsets), missing or ())
        series = refusing_steps(
            lambda: next(_parts(path, request, None, intake)),
            lambda: are_labelled_by_step(path, id=id, time=time, label=label, channels=kept, **of_file),
            "glasscell.data.read_steps",
        )
        series = respacing.apply(series)
        pa.default_memory_pool().release_unused()  # what the table took is needed for what follows
        return without_marked(labeller.apply(series), missing or ())


def _parts(path: str | Path, request: Request, series: int | None, intake: Intake) -> Iterator[Sequences]:
    if is_folder(path):
        yield from read_folder(path, request, series, intake)
        return
    with opened(path, series is None, request.encoding) as source:
        read_parts = _table if source.kind in KINDS else _arrays
        for part in read_parts(source, request, series, intake):
            found = getattr(source.stream, "encoding", None)
            yield part if found is None else replace(part, notes=(about_encoding(found), *part.notes))


def _arrays(source: Source, request: Request, series: int | None, intake: Intake) -> Iterator[Sequences]:
    for role, name in (("group", request.group), *request.named.items()):
        if name is not None:
            raise UsageError(Reading.NO_NAMED_COLUMNS, role=role, name=name, kind=source.kind)
    if source.kind in ONE_A_LINE:
        parts = in_parts(ONE_A_LINE[source.kind](source.lines()), request.task, source.name, series, intake)
    else:
        parts = read_arrays(source, series, request.task, intake, to_be_answered=request.expected is not None)
    yield from (part if request.channels is None else only(part, request.channels) for part in parts)


def _table(source: Source, request: Request, series: int | None, intake: Intake) -> Iterator[Sequences]:
    table = open_table(source, at_once=series is None, header=request.header, decimal=request.decimal)
    with closing(table.batches):
        given = (table.has_header, table.notes)
        if series is None:
            columns = columns_of(gather_table(table.batches, request))
            parts = [from_columns(columns, request, source.name, *given, intake=intake)]
        else:
            again = None if source.again is None else partial(_batches_of, source.again, request)
            parts = table_in_parts(table.batches, request, series, source.name, *given, intake, again=again)
        for part in parts:
            yield part.noted(*table.noticed, *table.warnings)


def _batches_of(again: Callable[[], AbstractContextManager[Source]], request: Request) -> Iterator[pa.RecordBatch]:
    with again() as source:
        table = open_table(source, at_once=False, header=request.header, decimal=request.decimal)
        with closing(table.batches):
            yield from table.batches


def read_in_parts(
    path: str | Path,
    *,
    series: int = 1000,
    id: str | Sequence[str] | None = None,
    time: str | None = None,
    time_format: str | None = None,
    label: str | None = None,
    channels: Iterable[str] | None = None,
    task: str = "auto",
    header: bool | None = None,
    group: str | None = None,
    channels_expected: Iterable[str] | None = None,
    columns_expected: Mapping[str, str] | None = None,
    classes_expected: Iterable[str] | None = None,
    steps_expected: tuple[int, int] | None = None,
    step_names_expected: Sequence[Sequence[str | None]] = (),
    encoding: str | None = None,
    decimal: str | None = None,
    labels: str | Path | None = None,
    missing: Collection[float] | None = None,
    time_gaps: bool = False,
    every: str | float | None = None,
    offsets: Mapping[str, float] | None = None,
) -> Iterator[Sequences]:
    r"""Read a file part by part, in the file's order.

    The first rows decide what the columns are and whether the labels are classes: where they may mislead, pass both.
    In long form, rows of series that do not stand together are gathered, up to 1 GB of them. An .npz file is read
    whole, as are JSON lines and packed Parquet, Feather and .npy files.

    Parameters
    ----------
    path, id, time, time_format, label, channels, task, header, group, encoding, decimal, labels, missing, time_gaps, \
    every, offsets
        As for `read`; offsets that are not given are chosen by the first part.
    series : int
        Series in each part but the last.
    channels_expected : sequence of str, optional
        Those that a model was trained on: each part has these channels in this order.
    columns_expected : mapping of str to str, optional
        The `Sequences.columns` of what it was trained on: where the file has these columns, they mean the same.
    classes_expected : sequence of str, optional
        The labels that it was trained on, if they are classes.
    steps_expected : tuple of two int, optional
        The fewest and most steps that it was trained on: with the classes, they tell whether the first column of a file
        without names of columns holds labels.
    step_names_expected : sequence of sequences of str or None
        The `Sequences.step_names` of what it was trained on: steps are read in their order, see `matching.in_order_of`.

    Yields
    ------
    Sequences
        T is that of the part's longest series.

    Raises
    ------
    DataError
        As `read`; if a series appears again after others in a larger file, or late in a pipe; if the channels differ
        from those expected.
    UsageError
        As `read`; if `series` is less than 1.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "wide.csv")
    >>> _ = path.write_text("x0,x1,label\n1,2,up\n3,2,down\n4,,up\n")
    >>> [part.x.shape for part in read_in_parts(path, series=2)]
    [(2, 2, 1), (1, 1, 1)]
    """
    require_whole(1, series=series)
    labeller = Labeller(labels, label, encoding, task)
    with naming(called(path)):
        respacing, expected = Respacing(time_gaps, every), names_of(channels_expected)
        how: dict[str, Any] = {"header": header, "group": group, "encoding": encoding, "decimal": decimal}
        how |= {"time_format": time_format, "respacing": respacing, "has_labels_apart": labels is not None}
        how |= {"expected": respacing.without_gap(expected), "known": columns_expected or {}, "steps": steps_expected}
        how |= {"classes": names_of(classes_expected) or (), "known_steps": names_of_steps(step_names_expected)}
        request = Request(name_of(id), time, labeller.column, names_of(channels), task, **how)
        intake = Intake(respacing.without_gap_in(offsets), missing or ())
        for part in _parts(path, request, series, intake):
            part = labeller.apply(respacing.apply(part))
            yield in_order_of(part if expected is None else matched(part, expected), step_names_expected)
