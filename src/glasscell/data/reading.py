"""`read` and `read_in_parts`: a file of series, recognised by its content and name, whole or part by part."""

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from glasscell.data.channels import matched, only
from glasscell.data.formats.arff import read_arff
from glasscell.data.formats.arrays import read_npy, read_npz
from glasscell.data.formats.cases import gather, in_parts
from glasscell.data.formats.delimited import read_delimited
from glasscell.data.formats.parquet import read_parquet
from glasscell.data.formats.sources import Source, called, naming, opened
from glasscell.data.formats.ts import read_ts
from glasscell.data.sequences import Sequences
from glasscell.data.tables.roles import Request, names_of
from glasscell.data.tables.series import from_table, table_in_parts
from glasscell.errors import UsageError


def read(
    path: str | Path,
    *,
    id: str | None = None,
    time: str | None = None,
    label: str | None = None,
    channels: Iterable[str] | None = None,
    task: str = "auto",
    header: bool | None = None,
) -> Sequences:
    r"""Read labelled series from a file.

    Parameters
    ----------
    path : str or Path
        A .ts or .arff file, CSV and its relatives, Parquet, .npy or .npz; gz, bz2, xz, zip and zst are unpacked. "-" is
        standard input.
    id, time, label : str, optional
        Names of columns of a table; guessed from common names where not given.
    channels : sequence of str, optional
        The channels to keep, in this order.
    task : {"auto", "classification", "regression"}
        "auto": decided by the labels; see `glasscell.data.tables.labels.targets`.
    header : bool, optional
        Whether the first line of a text of columns holds their names; detected by default.

    Returns
    -------
    Sequences

    Raises
    ------
    DataError
        If the file does not exist, is damaged, or does not contain what is needed.
    UsageError
        If a column that is named does not exist.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "steps.csv")
    >>> _ = path.write_text("id,t,u,label\na,0,1.5,up\na,1,2.5,up\nb,0,0.5,down\n")
    >>> s = read(path)
    >>> s.lengths, s.notes
    (array([2, 1]), ("read as long form: series by 'id', time by 't', label 'label', 1 channel (u)",))
    """
    with naming(called(path)):
        request = Request(id, time, label, names_of(channels), task, header=header)
        with opened(path) as source:
            return next(each_part(source, request, None))


def each_part(source: Source, request: Request, series: int | None) -> Iterator[Sequences]:
    r"""Read an opened file.

    Parameters
    ----------
    source : Source
    request : Request
    series : int or None
        Series in a part; None for all in one.

    Yields
    ------
    Sequences

    Raises
    ------
    DataError, UsageError

    Examples
    --------
    >>> from glasscell.data.formats.guarded import Guarded
    >>> text = Guarded(io.BytesIO(b"x0,x1,label\n1,2,up\n3,4,down\n"), text=True)
    >>> next(each_part(Source("text", text, "d"), Request(), None)).classes
    ('down', 'up')
    """
    if source.kind == "text":
        text = read_delimited(source.stream, request.header)
        with closing(text.batches):
            yield from _table(text.batches, request, source.name, series, text.has_header, text.notes)
        return
    if source.kind == "parquet":
        batches = read_parquet(source.stream, source.path, at_once=series is None)
        yield from _table(batches, request, source.name, series)
        return
    if request.named:
        role, name = next(iter(request.named.items()))
        raise UsageError(
            f"{role}={name!r} names a column, but a .{source.kind} file has no columns with names; leave {role} out"
        )
    if source.kind in ("ts", "arff"):
        lines = io.TextIOWrapper(io.BufferedReader(source.stream, 2**20), encoding="utf-8")
        cases = (read_ts if source.kind == "ts" else read_arff)(lines)
        if series is None:
            parts = iter(
                [gather(cases.each, cases.form, cases.task if request.task == "auto" else request.task, source.name)]
            )
        else:
            parts = in_parts(cases, request.task, source.name, series)
    elif source.kind == "npy":
        parts = read_npy(source.stream, source.path, series, request.task, source.name)
    else:
        parts = read_npz(source.stream, series, request.task, source.name)
    yield from (part if request.channels is None else only(part, request.channels) for part in parts)


def _table(batches, request: Request, name: str, series: int | None, has_header: bool = True, notes: tuple = ()):
    if series is not None:
        yield from table_in_parts(batches, request, name, series, has_header, notes)
        return
    batches = list(batches)
    table = pa.Table.from_batches(batches) if batches else pa.table({})
    yield from_table(table, request, name, has_header, notes)


def read_in_parts(
    path: str | Path,
    *,
    series: int = 1000,
    id: str | None = None,
    time: str | None = None,
    label: str | None = None,
    channels: Iterable[str] | None = None,
    task: str = "auto",
    header: bool | None = None,
    channels_expected: Iterable[str] | None = None,
    columns_expected: Mapping[str, str] | None = None,
) -> Iterator[Sequences]:
    r"""Read a file part by part, in the file's order.

    In long form the rows of a series must stand together. The first rows decide what the columns are and whether the
    labels are classes: where they may mislead, pass both. An .npz file is read whole, as are packed Parquet and .npy
    files.

    Parameters
    ----------
    path, id, time, label, channels, task, header
        As for `read`.
    series : int
        Series in each part but the last.
    channels_expected : sequence of str, optional
        Those that a model was trained on: each part has these channels in this order.
    columns_expected : mapping of str to str, optional
        The `Sequences.columns` of what it was trained on: where the file has these columns, they mean the same.

    Yields
    ------
    Sequences
        T is that of the part's longest series.

    Raises
    ------
    DataError
        As `read`; if a series appears again after others; if the channels differ from those expected.
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
    if not isinstance(series, int) or series < 1:
        raise UsageError(f"series={series!r}: expected a whole number from 1 up")
    expected = names_of(channels_expected)
    with naming(called(path)):
        request = Request(id, time, label, names_of(channels), task, expected, header, columns_expected or {})
        with opened(path, at_once=False) as source:
            for part in each_part(source, request, series):
                yield part if expected is None else matched(part, expected)
