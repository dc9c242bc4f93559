"""`read` and `read_in_parts`: series from a file or folder, recognized by content and name."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa

from glasscell.data.checks.codes import without_marked
from glasscell.data.folder import Labeller, is_folder, read_folder
from glasscell.data.formats.archives import read_arff, read_ts, read_tsf
from glasscell.data.formats.arrays import read_arrays
from glasscell.data.formats.cases import in_parts
from glasscell.data.formats.encodings import about_encoding
from glasscell.data.formats.sources import Source, called, naming, opened
from glasscell.data.formats.table_reading import KINDS, open_table
from glasscell.data.offsets import Intake
from glasscell.data.respacing import Respacing
from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences, in_order_of, matched, only
from glasscell.data.steps.label_variation import kind_of_steps, refusing_steps
from glasscell.data.tables.ids import name_of
from glasscell.data.tables.parts import gather_table, table_in_parts
from glasscell.data.tables.request import Request, missing_words_in, names_of, names_of_steps
from glasscell.data.tables.series import read_series
from glasscell.data.tables.table import Origin, columns_of
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
    missing: Collection[float | str] | None = None,
    group: str | None = None,
    time_gaps: bool = False,
    every: str | float | None = None,
    offsets: Mapping[str, float] | None = None,
) -> Sequences:
    r"""Read labeled series from a file.

    Parameters
    ----------
    path : str or Path
        Delimited text such as CSV, Excel's .xlsx, Parquet, Feather, JSON lines, .ts, .tsf, .arff,
        .npy or .npz. Files that are compressed (gz, bz2, xz, zip or zst) are decompressed. "-" is
        standard input. A folder, or a pattern such as ``walks/*.csv``, contains files with one
        series each.
    id : str or sequence of str, optional
        Column that identifies a series, or several: person,trial. A list such as ["person",
        "trial"] does the same; an id is then such as S1,3. Detected by default.
    time : str, optional
        Column that orders the steps of a series; date,hour joins two. Detected by default.
    time_format : str, optional
        How times are written, such as %d.%m.%Y %H:%M. The codes are those of `strptime`. By
        default, ISO 8601 and some other formats are recognized.
    label : str, optional
        Column to predict: classes or continuous targets. Detected by default.
    channels : sequence of str, optional
        Columns used as input channels. They keep this order. By default all other columns.
    task : {"auto", "classification", "regression"}
        Whether labels are classes or continuous targets. With "auto", texts are classes. So are
        whole numbers with at most 50 different values, and at most half as many as series.
    header : bool, optional
        Whether the first line holds column names. Detected by default.
    encoding : str, optional
        Text encoding. By default UTF-16 or UTF-8 if valid, otherwise Windows-1252.
    decimal : {".", ","}, optional
        Decimal mark: . or , in a text file. Detected by default.
    labels : str or Path, optional
        Separate table with the label of each series id. `label` is then one of its columns.
    missing : collection of float or str, optional
        Missing-value codes, such as -999 or ERR. A series with such a number as its regression
        target is skipped; classes are kept.
    group : str, optional
        Column of groups, such as persons; a group is held out as a whole. By default a column named
        subject, group or session.
    time_gaps : bool
        Add the time since the previous step as a channel. This channel, "time_gap", has seconds for
        dates, otherwise the unit of the times; it is 0 at the first step.
    every : str or float, optional
        Resample to a regular grid: 100ms, 1s, 5min, 1h, 1d, or a number in the unit of the times. A
        step has the mean of the values within half a step; without any it is missing (NaN).
    offsets : mapping of str to float, optional
        Offset of each channel, subtracted before conversion to float32: `Sequences.offsets` of the
        training data. By default, channels that are far from zero compared with their spread get
        one.

    Returns
    -------
    Sequences
        Series in the order of the file, with the steps of each in order of time.

    Raises
    ------
    DataError
        If the file does not exist, is damaged, or lacks required data. Also if it has a label for
        each step, which `read_steps` reads.
    UsageError
        If a named column does not exist, or the encoding is unknown.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from glasscell import data
    >>> path = pathlib.Path(tempfile.mkdtemp(), "steps.csv")
    >>> _ = path.write_text("id,t,u,label\na,0,1.5,up\na,1,2.5,up\nb,0,0.5,down\n")
    >>> s = data.read(path)
    >>> s.lengths, s.notes
    (array([2, 1]), ("read as long form: id column 'id', time column 't', label column 'label', 1
    channel (u)",))
    """
    labeller = Labeller(labels, label, encoding, task)
    with kept_open(path), naming(called(path)):
        respacing = Respacing(time_gaps, every)
        request = Request(
            id=name_of(id),
            time=time,
            label=labeller.column,
            channels=names_of(channels),
            task=task,
            header=header,
            group=group,
            respacing=respacing,
            has_labels_apart=labels is not None,
            encoding=encoding,
            decimal=decimal,
            time_format=time_format,
            missing_words=missing_words_in(missing or ()),
        )
        intake = Intake(respacing.without_gap_in(offsets), missing or ())
        series = refusing_steps(
            lambda: next(_parts(path, request, None, intake)),
            lambda: kind_of_steps(path, request),
            "glasscell.data.read_steps",
        )
        series = respacing.apply(series)
        pa.default_memory_pool().release_unused()  # the memory of the table is needed next
        return without_marked(labeller.apply(series), missing or ())


def _parts(
    path: str | Path, request: Request, series: int | None, intake: Intake
) -> Iterator[Sequences]:
    if is_folder(path):
        yield from read_folder(path, request, series, intake)
        return
    with opened(path, series is None, request.encoding) as source:
        read_parts = _table if source.kind in KINDS else _arrays
        for part in read_parts(source, request, series, intake):
            found = getattr(source.stream, "encoding", None)
            yield (
                part if found is None else replace(part, notes=(about_encoding(found), *part.notes))
            )


def _arrays(
    source: Source, request: Request, series: int | None, intake: Intake
) -> Iterator[Sequences]:
    for role, name in (("group", request.group), *request.named.items()):
        if name is not None:
            raise UsageError(Reading.NO_NAMED_COLUMNS, role=role, name=name, kind=source.kind)
    if source.kind in ONE_A_LINE:
        parts = in_parts(
            ONE_A_LINE[source.kind](source.lines()), request.task, source.name, series, intake
        )
    else:
        parts = read_arrays(
            source,
            series,
            request.task,
            intake,
            to_be_answered=request.expected is not None,
            has_labels_apart=request.has_labels_apart,
        )
    yield from (
        part if request.channels is None else only(part, request.channels) for part in parts
    )


def _table(
    source: Source, request: Request, series: int | None, intake: Intake
) -> Iterator[Sequences]:
    table = open_table(
        source, at_once=series is None, header=request.header, decimal=request.decimal
    )
    with closing(table.batches):
        origin = Origin(source.name, table.has_header, tuple(table.notes))
        if series is None:
            columns = columns_of(gather_table(table.batches, request))
            parts = [read_series(columns, request, origin, intake)]
        else:
            reopen = None if source.again is None else partial(_batches_of, source.again, request)
            parts = table_in_parts(table.batches, request, series, origin, intake, reopen)
        for part in parts:
            yield part.noted(*table.noticed, *table.warnings)


def _batches_of(
    again: Callable[[], AbstractContextManager[Source]], request: Request
) -> Iterator[pa.RecordBatch]:
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
    missing: Collection[float | str] | None = None,
    time_gaps: bool = False,
    every: str | float | None = None,
    offsets: Mapping[str, float] | None = None,
) -> Iterator[Sequences]:
    r"""Read a file in parts, in file order.

    The first rows determine the roles of columns and whether labels are classes. If they may
    mislead, pass the names of the columns and `task`. In long form, scattered rows of series are
    gathered, up to 1 GB. These are read whole: .npz, JSON lines, and compressed Parquet, Feather
    and .npy files.

    Parameters
    ----------
    path : str or Path
        Delimited text such as CSV, Excel's .xlsx, Parquet, Feather, JSON lines, .ts, .tsf, .arff,
        .npy or .npz. Files that are compressed (gz, bz2, xz, zip or zst) are decompressed. "-" is
        standard input. A folder, or a pattern such as ``walks/*.csv``, contains files with one
        series each.
    series : int
        Series per part; the last may have fewer.
    id : str or sequence of str, optional
        Column that identifies a series, or several: person,trial. A list such as ["person",
        "trial"] does the same; an id is then such as S1,3. Detected by default.
    time : str, optional
        Column that orders the steps of a series; date,hour joins two. Detected by default.
    time_format : str, optional
        How times are written, such as %d.%m.%Y %H:%M. The codes are those of `strptime`. By
        default, ISO 8601 and some other formats are recognized.
    label : str, optional
        Column to predict: classes or continuous targets. Detected by default.
    channels : sequence of str, optional
        Columns used as input channels. They keep this order. By default all other columns.
    task : {"auto", "classification", "regression"}
        Whether labels are classes or continuous targets. With "auto", texts are classes. So are
        whole numbers with at most 50 different values, and at most half as many as series.
    header : bool, optional
        Whether the first line holds column names. Detected by default.
    group : str, optional
        Column of groups, such as persons; a group is held out as a whole. By default a column named
        subject, group or session.
    channels_expected : sequence of str, optional
        Channels that a model was trained on. The result has these channels in this order.
    columns_expected : mapping of str to str, optional
        Columns with ids, times and labels in training, as `Sequences.columns`. Columns with these
        names get the same roles.
    classes_expected : sequence of str, optional
        Class labels of the training data.
    steps_expected : tuple of two int, optional
        Minimum and maximum number of training steps. With the classes, they determine whether the
        first column of a file without column names holds labels.
    step_names_expected : sequence of sequences of str or None
        Columns of the training steps, as `Sequences.step_names`. Steps are read in this order, with
        a warning if it is not that of the columns.
    encoding : str, optional
        Text encoding. By default UTF-16 or UTF-8 if valid, otherwise Windows-1252.
    decimal : {".", ","}, optional
        Decimal mark: . or , in a text file. Detected by default.
    labels : str or Path, optional
        Separate table with the label of each series id. `label` is then one of its columns.
    missing : collection of float or str, optional
        Missing-value codes, such as -999 or ERR. A series with such a number as its regression
        target is skipped; classes are kept.
    time_gaps : bool
        Add the time since the previous step as a channel. This channel, "time_gap", has seconds for
        dates, otherwise the unit of the times; it is 0 at the first step.
    every : str or float, optional
        Resample to a regular grid: 100ms, 1s, 5min, 1h, 1d, or a number in the unit of the times. A
        step has the mean of the values within half a step; without any it is missing (NaN).
    offsets : mapping of str to float, optional
        Offset of each channel, subtracted before conversion to float32: `Sequences.offsets` of the
        training data. By default, channels that are far from zero compared with their spread get
        one. The first part decides.

    Yields
    ------
    Sequences
        T is the length of the part's longest series.

    Raises
    ------
    DataError
        If the file does not exist, is damaged, or lacks required data, or its channels differ from
        those expected. Also if a series reappears after others in a file too large to gather, or
        late in a pipe.
    UsageError
        If a named column does not exist, the encoding is unknown, or `series` is below 1.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from glasscell import data
    >>> path = pathlib.Path(tempfile.mkdtemp(), "wide.csv")
    >>> _ = path.write_text("x0,x1,label\n1,2,up\n3,2,down\n4,,up\n")
    >>> [part.x.shape for part in data.read_in_parts(path, series=2)]
    [(2, 2, 1), (1, 1, 1)]
    """
    require_whole(1, series=series)
    labeller = Labeller(labels, label, encoding, task)
    with naming(called(path)):
        respacing, expected = Respacing(time_gaps, every), names_of(channels_expected)
        request = Request(
            id=name_of(id),
            time=time,
            label=labeller.column,
            channels=names_of(channels),
            task=task,
            expected=respacing.without_gap(expected),
            header=header,
            recorded=columns_expected or {},
            group=group,
            respacing=respacing,
            classes=names_of(classes_expected) or (),
            steps=steps_expected,
            has_labels_apart=labels is not None,
            known_steps=names_of_steps(step_names_expected),
            encoding=encoding,
            decimal=decimal,
            time_format=time_format,
            missing_words=missing_words_in(missing or ()),
        )
        intake = Intake(respacing.without_gap_in(offsets), missing or ())
        for part in _parts(path, request, series, intake):
            part = labeller.apply(respacing.apply(part))
            if expected is not None:
                part = matched(part, expected)
            yield in_order_of(part, step_names_expected)
