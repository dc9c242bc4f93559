"""NumPy's .npy and .npz files: arrays (N, T, D) or (N, T); nothing in them is unpickled."""

import io
import math
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.data.formats.guarded import DAMAGED, MAX_UNPACKED_RATIO, MIN_UNPACKED, Guarded, words_of
from glasscell.data.formats.sentences import Formats
from glasscell.data.padding import MAX_BYTES, Intake, ended, numbered_channels
from glasscell.data.sequences import Sequences
from glasscell.data.tables.labels import targets_of_some
from glasscell.errors import DataError
from glasscell.facts import Note

NAMES = {
    "x": ("x",),
    "y": ("y", "labels", "label", "targets", "target", "class"),
    "lengths": ("lengths", "length"),
    "channels": ("channels",),
    "ids": ("ids", "id"),
}  # what arrays are called, in any case; the first of those that there are is read


def read_npy(
    stream: Any, path: Path | None, series: int | None, task: str, name: str, intake: Intake
) -> Iterator[Sequences]:
    """Read an .npy file.

    Parameters
    ----------
    stream : binary stream that can seek
    path : Path, optional
        Where it is on a disk: then it is mapped, not read whole.
    series : int or None
        Series in a part; None for all in one.
    task : {"auto", "classification", "regression"}
        Not needed: there are no labels.
    name : str
    intake : Intake

    Yields
    ------
    Sequences

    Raises
    ------
    DataError
        If it is damaged, or not an array of numbers with two or three axes.

    Examples
    --------
    >>> stream = io.BytesIO()
    >>> np.save(stream, np.zeros((3, 5, 2)))
    >>> _ = stream.seek(0)
    >>> [part.x.shape for part in read_npy(stream, None, 2, "auto", "d", Intake())]
    [(2, 5, 2), (1, 5, 2)]
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if path is None:
        x = _array(stream, size, Formats.THE_ARRAY())
    else:
        shape, order, dtype = _head(stream, size, Formats.THE_ARRAY())
        x = np.memmap(path, dtype, "r", stream.tell(), shape, order) if np.prod(shape) else np.empty(shape, dtype)
    yield from _parts({"x": x}, series, task, name, ".npy", intake)


def read_npz(
    archive: zipfile.ZipFile, series: int | None, task: str, name: str, intake: Intake, *, to_be_answered: bool = False
) -> Iterator[Sequences]:
    """Read an .npz file with an array x, and perhaps y, lengths, channels and ids, or what else `NAMES` has for them.

    Parameters
    ----------
    archive : zipfile.ZipFile
    series : int or None
        Series in a part; None for all in one.
    task : {"auto", "classification", "regression"}
    name : str
    intake : Intake
    to_be_answered : bool
        Some series may have no label then: NaN, or an empty text.

    Yields
    ------
    Sequences

    Raises
    ------
    DataError
        If it is damaged, contains no x, or two of them, if the arrays do not fit together, or some labels are missing.

    Examples
    --------
    >>> stream = io.BytesIO()
    >>> np.savez(stream, X=np.zeros((3, 5)), Labels=["a", "b", "a"])
    >>> next(read_npz(zipfile.ZipFile(stream), None, "auto", "d", Intake())).classes
    ('a', 'b')
    """
    entries, others = _named(archive)
    arrays = {}
    for role, entry in entries.items():
        which = Formats.ARRAY(name=entry.filename.removesuffix(".npy"))
        limit = max(MIN_UNPACKED, MAX_UNPACKED_RATIO * entry.compress_size)
        try:
            with archive.open(entry) as member:
                bomb = Formats.ARRAY_BOMB(array=which, times=MAX_UNPACKED_RATIO)
                stream = io.BufferedReader(Guarded(member, limit=limit, beyond=bomb))
                arrays[role] = _array(stream, entry.file_size, which)
        except DAMAGED as error:
            if isinstance(error, DataError):
                raise
            raise DataError(Formats.DAMAGED_ARRAY, array=which, words=words_of(error)) from error
    labels = entries["y"].filename.removesuffix(".npy") if "y" in entries else None
    notes, doubts = (), ()
    if others:
        known = [Formats.CALLED(name=first, others=more) if more else first for first, *more in NAMES.values()]
        about = Formats.LEFT_OUT(names=others, known=known)
        notes, doubts = ((about,), ()) if labels else ((), (Formats.LABELS_NOT_FOUND.warning(left_out=about),))
    if labels and not to_be_answered and arrays["y"].ndim == 1:
        missing = _is_missing(arrays["y"])
        if missing.any() and not missing.all():
            found = {"n": missing.sum(), "of": len(missing), "first": missing.argmax()}
            raise DataError(Formats.LABELS_MISSING, name=labels, **found)
    yield from _parts(arrays, series, task, name, ".npz", intake, labels, notes, doubts)


def _named(archive: zipfile.ZipFile) -> tuple[dict[str, zipfile.ZipInfo], list[str]]:
    """Return the entries of an archive by what they are, and the names of those that are nothing."""
    there = {entry.filename.removesuffix(".npy"): entry for entry in archive.infolist()}
    entries: dict[str, zipfile.ZipInfo] = {}
    for role, names in NAMES.items():
        found = next(filter(None, ([one for one in there if one.lower() == name] for name in names)), [])
        if len(found) > 1:
            raise DataError(Formats.SEVERAL_OF_ROLE, first=found[0], second=found[1], role=role)
        if found:
            entries[role] = there.pop(found[0])
    if "x" not in entries:
        raise DataError(Formats.NO_X, names=list(there))
    return entries, list(there)


def _head(stream: Any, size: int, what: Note) -> tuple[tuple[int, ...], Any, np.dtype]:
    """Read the head of an array, and refuse an array that cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as that of a file written by Python 2
            version = np.lib.format.read_magic(stream)
            read = {1: np.lib.format.read_array_header_1_0, 2: np.lib.format.read_array_header_2_0}
            shape, is_fortran, dtype = read[version[0]](stream)
    except DataError:
        raise
    except Exception as error:  # NumPy evaluates the head as Python, and raises what Python raises
        raise DataError(Formats.DAMAGED_START, array=what, words=words_of(error)) from error
    if dtype.hasobject:
        raise DataError(Formats.PICKLED_ARRAY, array=what)
    if dtype.kind not in "fiubUS" or dtype.itemsize == 0 or dtype.itemsize > 4096 or dtype.names:
        raise DataError(Formats.OTHER_DTYPE, array=what, dtype=str(dtype))
    if any(length < 0 for length in shape):
        raise DataError(Formats.IMPOSSIBLE_SHAPE, array=what, shape=shape)
    needed = math.prod(shape, start=dtype.itemsize)
    size -= stream.tell() if stream.seekable() else 0
    if needed > size:
        raise DataError(Formats.SHORT_FILE, array=what, shape=shape, needed=needed, n=size)
    if needed > MAX_BYTES and what.code is not Formats.THE_ARRAY:
        raise DataError(Formats.LARGE_ARRAY, array=what, gigabytes=needed / 2**30)
    return shape, "F" if is_fortran else "C", dtype


def _array(stream: Any, size: int, what: Note) -> np.ndarray:
    shape, order, dtype = _head(stream, size, what)
    needed = math.prod(shape, start=dtype.itemsize)
    content = stream.read(needed)
    if len(content) < needed:
        raise DataError(Formats.SHORT_ARRAY, array=what, n=len(content), needed=needed)
    return np.frombuffer(content, dtype).reshape(shape, order=order)


def _parts(
    arrays: dict[str, np.ndarray],
    series: int | None,
    task: str,
    name: str,
    form: str,
    intake: Intake,
    labels: str | None = None,
    notes: tuple[Note, ...] = (),
    doubts: tuple[Note, ...] = (),
) -> Iterator[Sequences]:
    x = arrays["x"]
    if x.ndim not in (2, 3) or not x.size or x.dtype.kind in "US":
        raise DataError(Formats.X_WITHOUT_SERIES, dtype=str(x.dtype), shape=x.shape)
    x = x[:, :, None] if x.ndim == 2 else x
    n, steps, width = x.shape
    size = n if series is None else series
    if min(size, n) * steps * width * 4 > MAX_BYTES:
        raise DataError(Formats.LARGE_X, shape=x.shape, gigabytes=MAX_BYTES / 2**30)
    for key, length in (("y", n), ("lengths", n), ("ids", n), ("channels", width)):
        if key in arrays and arrays[key].shape != (length,):
            raise DataError(Formats.OTHER_SHAPE, name=key, shape=arrays[key].shape, expected=length, of_x=x.shape)
    y, labelled = targets_of_some(_labels(arrays["y"]), task) if "y" in arrays else (None, None)
    ids = _texts(arrays["ids"], "ids") if "ids" in arrays else np.arange(n).astype(str)
    channels = (
        tuple(_texts(arrays["channels"], "channels").tolist()) if "channels" in arrays else numbered_channels(width)
    )
    found = Formats.NO_LABELS if labels is None else Formats.LABELS_ALL_MISSING if y is None else Formats.LABELS_IN
    notes = (Formats.READ_AS(form=form, width=width, labels=found(name=labels)), *notes)
    intake.begin(channels)
    for start in range(0, n, size):
        here = slice(start, start + size)
        part = np.empty((*x[here].shape[:2], width), np.float32)
        given = _lengths(arrays["lengths"][here], steps, width) if "lengths" in arrays else None
        for d in range(width):
            v = x[here, :, d]
            intake.learn(d, [v] if given is None else [v[k, :length] for k, length in enumerate(given)])
            part[..., d] = intake.take(d, v)
        lengths = ended(part) if given is None else given
        part[np.arange(steps) >= lengths[:, None]] = np.nan
        lengths = np.maximum(lengths, 1)  # a series without steps has one at which all is missing
        part = np.ascontiguousarray(part[:, : lengths.max()])
        yield Sequences(
            x=part,
            lengths=lengths,
            y=None if y is None else y[here],
            labelled=None if labelled is None else labelled[here],
            channels=channels,
            ids=ids[here],
            name=name,
            notes=(*notes, *intake.notes),
            warnings=doubts,
            offsets=intake.offsets,
        )


def _is_missing(y: np.ndarray) -> np.ndarray:
    if y.dtype.kind == "f":
        return np.isnan(y)
    return y == np.array("", y.dtype) if y.dtype.kind in "US" else np.zeros(y.shape, bool)


def _labels(y: np.ndarray) -> np.ndarray:
    """Return labels as text, "" where one is missing."""
    missing = _is_missing(y)
    labels = np.full(len(y), "", object)
    labels[~missing] = _texts(y[~missing], "y")
    return labels.astype(str)


def _lengths(lengths: np.ndarray, steps: int, width: int) -> np.ndarray:
    whole = lengths.astype(np.int64) if lengths.dtype.kind in "iu" else None
    if whole is None or whole.min() < 0 or whole.max() > steps:
        is_swapped = whole is not None and whole.min() >= 0 and steps < whole.max() <= width
        error = DataError(Formats.NO_LENGTHS, dtype=str(lengths.dtype), first=str(lengths[:5]), steps=steps)
        raise error.also(Formats.TIME_LAST(width=width)) if is_swapped else error
    return whole


def _texts(values: np.ndarray, what: str) -> np.ndarray:
    if values.dtype.kind == "S":
        return np.array([value.decode("utf-8", "replace") for value in values.tolist()], str)
    if values.dtype.kind == "U":
        try:
            return np.array([str(value) for value in values.tolist()], str)
        except (ValueError, SystemError):  # of a text of one letter, which is none
            raise DataError(Formats.DAMAGED_TEXT, name=what) from None
    whole = values.dtype.kind == "f" and np.isfinite(values).all() and (values == np.round(values)).all()
    return (values.astype(np.int64) if whole and np.abs(values).max(initial=0) < 2**53 else values).astype(str)
