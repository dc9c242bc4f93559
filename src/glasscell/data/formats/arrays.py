"""NumPy's .npy and .npz files with arrays (N, T, D) or (N, T); nothing is unpickled."""

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from glasscell.data.formats.guarded import words_of
from glasscell.data.formats.sentences import Formats
from glasscell.data.formats.sources import Source
from glasscell.data.offsets import Intake
from glasscell.data.padding import MAX_BYTES, ended, numbered_channels
from glasscell.data.sentences import Inventory
from glasscell.data.sequences import Layout, Sequences
from glasscell.data.tables.labels import targets_of_some
from glasscell.errors import DataError
from glasscell.facts import Note

NAMES = {
    "x": ("x",),
    "y": ("y", "labels", "label", "targets", "target", "class"),
    "lengths": ("lengths", "length"),
    "channels": ("channels",),
    "ids": ("ids", "id"),
}  # names of arrays, in any case; the first that exists is read


def read_arrays(
    source: Source,
    series: int | None,
    task: str,
    intake: Intake,
    *,
    to_be_answered: bool = False,
    has_labels_apart: bool = False,
) -> Iterator[Sequences]:
    """Read an .npy file, or an .npz with x and maybe y, lengths, channels and ids: see `NAMES`.

    >>> import io
    >>> stream = io.BytesIO()
    >>> np.savez(stream, X=np.zeros((3, 5)), Labels=["a", "b", "a"])
    >>> parts = list(read_arrays(Source("npz", zipfile.ZipFile(stream), "d"), 2, "auto", Intake()))
    >>> [part.x.shape for part in parts], parts[0].classes
    ([(2, 5, 1), (1, 5, 1)], ('a', 'b'))
    """
    entries, others = ({"x": "x"}, []) if source.kind == "npy" else _named(source.stream)
    arrays = {role: _array(source, entry) for role, entry in entries.items()}
    x = _series_of(arrays)
    n, steps, width = x.shape
    size = min(n, series or n)
    if size * steps * width * 4 > MAX_BYTES:
        raise DataError(Formats.TOO_LARGE, gigabytes=MAX_BYTES / 2**30)
    y, labelled = targets_of_some(_labels(arrays["y"]), task) if "y" in arrays else (None, None)
    labels, read_as = (
        entries.get("y"),
        Formats.NO_LABELS() if y is None else Formats.LABELS_IN(name=entries["y"]),
    )
    if not to_be_answered:
        _require_all(labelled, labels)
    ids = _texts(arrays["ids"] if "ids" in arrays else np.arange(n), "ids")
    channels = (
        _texts(arrays["channels"], "channels").tolist()
        if "channels" in arrays
        else numbered_channels(width)
    )
    given = _lengths(arrays["lengths"], steps) if "lengths" in arrays else None
    intake.begin(channels)
    form = f".{source.kind}"
    note = Formats.READ_AS(form=form, width=width, labels=read_as)
    ignored: tuple[Note, ...] = ()
    if others:
        code = Formats.LEFT_OUT if labels or has_labels_apart else Formats.LEFT_OUT.warning
        ignored = (code(names=others, known=list(NAMES["y"])),)
    layout = Layout(note, Inventory.FORM(form=form), ignored=ignored)
    for start in range(0, n, size):
        rows = slice(start, start + size)
        part, lengths = _taken(x[rows], None if given is None else given[rows], intake)
        yield Sequences(
            part,
            lengths,
            None if y is None else y[rows],
            tuple(channels),
            ids[rows],
            source.name,
            (note,),
            offsets=intake.offsets,
            labelled=None if labelled is None else labelled[rows],
            layout=layout,
        ).noted(*ignored, *intake.notes)


def _require_all(labelled: np.ndarray | None, name: str | None) -> None:
    if labelled is not None:
        count = {"n": (~labelled).sum(), "of": len(labelled), "first": labelled.argmin()}
        raise DataError(Formats.LABELS_MISSING, name=name, **count)


def _named(archive: zipfile.ZipFile) -> tuple[dict[str, str], list[str]]:
    """Return the names of the arrays by role, and the names of those without a role."""
    others = [entry.filename.removesuffix(".npy") for entry in archive.infolist()]
    entries = {}
    for role, names in NAMES.items():
        found = next(
            filter(None, ([one for one in others if one.lower() == name] for name in names)), []
        )
        if found:
            entries[role] = found[0]
            others.remove(found[0])
    if "x" not in entries:
        raise DataError(Formats.NO_X, names=others)
    return entries, others


@contextmanager
def _whole(name: str) -> Iterator[None]:
    """Report NumPy's errors on an array; it evaluates the header as Python, which may raise any."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as that of a file written by Python 2
            yield
    except Exception as error:
        raise DataError(Formats.NO_ARRAY, name=name, words=words_of(error)) from error


def _array(source: Source, entry: str) -> np.ndarray:
    with _whole(entry):
        if source.kind == "npy":
            return np.load(
                source.path or source.stream, "r" if source.path else None, allow_pickle=False
            )
        with source.stream.open(f"{entry}.npy") as member:
            return np.lib.format.read_array(member, allow_pickle=False)


def _series_of(arrays: dict[str, np.ndarray]) -> np.ndarray:
    """Return x (N, T, D); raise DataError for arrays that do not fit together."""
    x = arrays["x"]
    if x.ndim not in (2, 3) or not x.size or x.dtype.kind not in "fiub":
        raise DataError(Formats.X_WITHOUT_SERIES, dtype=str(x.dtype), shape=x.shape)
    x = x[:, :, None] if x.ndim == 2 else x
    for name, array in arrays.items():
        length = x.shape[2] if name == "channels" else x.shape[0]
        if name != "x" and array.shape != (length,):
            raise DataError(
                Formats.OTHER_SHAPE, name=name, shape=array.shape, expected=length, of_x=x.shape
            )
    return x


def _taken(
    x: np.ndarray, given: np.ndarray | None, intake: Intake
) -> tuple[np.ndarray, np.ndarray]:
    """Return series as float32, NaN beyond their ends, and their lengths."""
    part = np.empty(x.shape, np.float32)
    for d in range(x.shape[2]):
        v = x[:, :, d]
        intake.learn(d, [v] if given is None else [v[k, :length] for k, length in enumerate(given)])
        part[..., d] = intake.take(d, v)
    lengths = ended(part) if given is None else given
    part[np.arange(x.shape[1]) >= lengths[:, None]] = np.nan
    lengths = np.maximum(lengths, 1)  # an empty series is one step with missing values
    return np.ascontiguousarray(part[:, : lengths.max()]), lengths


def _labels(y: np.ndarray) -> np.ndarray:
    """Return labels as text, "" where missing."""
    missing = (
        np.isnan(y)
        if y.dtype.kind == "f"
        else y == np.array("", y.dtype)
        if y.dtype.kind in "US"
        else y != y
    )
    labels = np.full(len(y), "", object)
    labels[~missing] = _texts(y[~missing], "y")
    return labels.astype(str)


def _lengths(lengths: np.ndarray, steps: int) -> np.ndarray:
    if lengths.dtype.kind not in "iu" or lengths.min() < 0 or lengths.max() > steps:
        raise DataError(
            Formats.NO_LENGTHS, dtype=str(lengths.dtype), first=str(lengths[:5]), steps=steps
        )
    return lengths.astype(np.int64)


def _texts(values: np.ndarray, name: str) -> np.ndarray:
    with _whole(name):  # characters may be invalid
        if values.dtype.kind in "US":
            return np.array(
                [
                    v.decode("utf-8", "replace") if isinstance(v, bytes) else v
                    for v in values.tolist()
                ],
                str,
            )
        whole = (
            values.dtype.kind == "f"
            and np.isfinite(values).all()
            and (values == np.round(values)).all()
        )
        return (
            values.astype(np.int64) if whole and np.abs(values).max(initial=0) < 2**53 else values
        ).astype(str)
