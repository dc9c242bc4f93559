"""`read_in_parts`: files larger than memory, some series at a time."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from glasscell.data.matching import matched
from glasscell.data.reading import each_part
from glasscell.data.roles import Asked, names_of
from glasscell.data.sequences import Sequences
from glasscell.data.sources import called, naming, opened
from glasscell.errors import UsageError


def read_in_parts(
    path: str | Path,
    *,
    series: int = 1000,
    id: str | None = None,
    time: str | None = None,
    label: str | None = None,
    channels: Iterable[str] | None = None,
    task: str = "auto",
    channels_expected: Iterable[str] | None = None,
) -> Iterator[Sequences]:
    r"""Read a file part by part, in the file's order.

    In long form the rows of a series must stand together. What the columns are and what the labels ask for is settled
    by the first rows: say it where they may mislead. An .npz file is read whole, as are packed Parquet and .npy files.

    Parameters
    ----------
    path, id, time, label, channels, task
        As for `read`.
    series : int
        How many a part holds, but for the last.
    channels_expected : sequence of str, optional
        What a model was trained on: each part has these channels in this order.

    Yields
    ------
    Sequences
        T is that of the part's longest series.

    Raises
    ------
    DataError
        As `read`; if a series comes again after others; if the channels are others than expected.
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
        asked = Asked(id, time, label, names_of(channels), task, expected)
        with opened(path, at_once=False) as source:
            for part in each_part(source, asked, series):
                yield part if expected is None else matched(part, expected)
