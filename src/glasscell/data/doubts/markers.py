"""Numbers that stand for "not measured", as −999 does in many files.

N series · T time steps · D channels
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from glasscell.data.doubts.codes import as_written
from glasscell.data.doubts.dropouts import Dropout, find_dropouts
from glasscell.data.doubts.sentences import Doubts
from glasscell.data.respacing import GAP
from glasscell.data.sequences import Sequences
from glasscell.errors import DataError
from glasscell.facts import Code, Note

MIN_REPEATS = 3
MIN_OTHERS = 10  # different numbers that a channel has besides
MIN_GAP = 3.0  # between the marker and the number next to it, in ranges of all the others


def find_markers(series: Sequences) -> dict[str, list[float]]:
    """Return, for each channel that has some, its least or largest number if that looks like a mark, not a measurement.

    It is one if it repeats while it lies far outside all the others.

    Examples
    --------
    >>> x = [0.1, 0.5, 0.2, 0.9, 0.4, -999, 0.7, 0.3, 0.6, 0.8, 1.0, 0.0, -999, -999]
    >>> find_markers(Sequences.from_list([x], channels=["ax"]))
    {'ax': [-999.0]}
    """
    return markers_in(series.x, series.offset, series.channels)


def markers_in(x: np.ndarray, offset: np.ndarray, channels: Sequence[str]) -> dict[str, list[float]]:
    """Do the same for series x (N, T, D) without the offset (D,) of each channel.

    >>> x = np.array([*np.linspace(0, 5, 20), 999, 999, 999], "float32")
    >>> markers_in(x[None, :, None], np.array([0.5]), ["ax"])
    {'ax': [999.5]}
    """
    found = {}
    for d, (name, start) in enumerate(zip(channels, offset.tolist(), strict=True)):
        marks = [
            mark for mark in _marks(x[..., d]) if mark + start == round(mark + start) or not _is_one(x[..., d], mark)
        ]
        if marks:
            found[name] = [as_written(mark, start) for mark in marks]
    return found


def about_markers(
    x: np.ndarray, offset: np.ndarray, channels: Sequence[str], found: Mapping[str, Sequence[float]], mend: Code
) -> Iterator[Note]:
    """Give a warning for each marker, and each of `find_dropouts`: how often it is there, and how to mend that.

    Parameters
    ----------
    x : array (N, T, D)
        Without the offset.
    offset : array (D,)
    channels : sequence of D str
    found : mapping of str to sequence of float
        What `markers_in` returns of them.
    mend : Code
        How, such as `Doubts.USE_MISSING`; its sentence names the `number`.

    Examples
    --------
    >>> x = np.array([*np.linspace(0, 5, 20), -999, -999, -999], "float32")
    >>> for found in about_markers(x[None, :, None], np.zeros(1), ["ax"], {"ax": [-999.0]}, Doubts.USE_MISSING):
    ...     print(found.code.name, found.subject, found.values["number"], found.values["n"])
    MARKER ax -999.0 3
    """
    for name, markers in found.items():
        d = list(channels).index(name)
        for marker in markers:
            times = int((x[..., d] == np.float32(marker - offset[d])).sum())
            yield Doubts.MARKER.warning(name, number=marker, n=times, mend=mend(number=marker))
    dropouts = find_dropouts(x, offset, channels, passed=found)
    for name, one in dropouts.items():
        yield (Doubts.LASTING_DROPOUT if one.is_lasting else Doubts.DROPOUT).warning(
            name,
            number=one.number,
            n=one.times,
            percent=100 * one.share,
            least=one.least,
            most=one.most,
            steps=one.stretch,
            mend=mend(number=one.number),
            others=_of_others(x, offset, channels, one.number, dropouts),
        )


def _of_others(
    x: np.ndarray, offset: np.ndarray, channels: Sequence[str], number: float, dropouts: Mapping[str, Dropout]
) -> Note | None:
    """Return which other channels have the number, too: it would be taken from them with the same stroke."""
    has = ((x == (number - offset).astype(np.float32)).any((0, 1))).tolist()
    others = [name for name, it_has in zip(channels, has, strict=True) if it_has]
    others = [name for name in others if name not in dropouts or dropouts[name].number != number]
    return Doubts.OTHERS_LOSE_IT(channels=others) if others else None


def marks_noticed(series: Sequences) -> Iterator[Note]:
    """Give a warning for each of `find_markers` in a part of a file: how often it is there, only the whole could say.

    >>> x = [*range(20), -999, -999, -999]
    >>> for warning in marks_noticed(Sequences.from_list([x], channels=["ax"])):
    ...     print(str(warning)[:37], "…", str(warning)[-18:])
    channel 'ax': -999 appears repeatedly … use --missing -999
    """
    for name, markers in find_markers(series).items():
        for marker in markers if name != GAP else ():
            yield Doubts.MARKER_NOTICED.warning(name, number=marker)


def find_marked_labels(y: np.ndarray) -> list[float]:
    """Return those numbers among labels (N,) that look like marks, by the same rule.

    >>> find_marked_labels(np.array([*np.linspace(0, 5, 20), -999, -999, -999]))
    [-999.0]
    """
    return [float(mark) for mark in _marks(y)]


def _marks(values: np.ndarray) -> list[np.floating]:
    ends = np.nanmin(values, initial=np.inf), np.nanmax(values, initial=-np.inf)
    if all(np.count_nonzero(values == end) < MIN_REPEATS for end in ends):  # found out sooner than all that differ
        return []
    different, counts = np.unique(values, return_counts=True)  # NaN is the last, once
    different, counts = different[~np.isnan(different)], counts[~np.isnan(different)]
    numbers = different.astype("float64")
    others = numbers[1:-1]
    if len(others) < MIN_OTHERS:
        return []
    gaps = {0: others[0] - numbers[0], -1: numbers[-1] - others[-1]}
    far = MIN_GAP * (others[-1] - others[0])
    return [different[end] for end, gap in gaps.items() if gap > far and counts[end] >= MIN_REPEATS]


def _is_one(channel: np.ndarray, mark: np.floating) -> bool:
    """Return whether a number is all that one series has, and no other series does: it may be what that one is like."""
    is_mark = channel == mark
    of = is_mark.any(1)
    return bool(of.sum() == 1 and (is_mark | np.isnan(channel))[of].all())


def without_marked(series: Sequences, missing: Collection[float]) -> Sequences:
    """Return the series whose label is a measured number; a note says how many are left out. Classes are all kept.

    Parameters
    ----------
    series : Sequences
    missing : collection of float
        Numbers that mean: not measured.

    Raises
    ------
    DataError
        If none has a label.

    Examples
    --------
    >>> series = without_marked(Sequences.from_list([[1], [2]], y=[0.5, -999.0]), [-999])
    >>> series.y.tolist(), series.notes
    ([0.5], ('dropped 1 of 2 series: its label is -999, listed as missing',))
    """
    marked = has_marked_label(series, missing)
    if not marked.any():
        return series
    numbers = [f"{number:.15g}" for number in np.unique(np.asarray(series.y)[marked])]
    found = {"some": marked.sum(), "n": len(series), "missing": numbers}
    if marked.all():
        raise DataError(Doubts.ALL_LABELS_MARKED, **found)
    rest = series.select(~marked)
    x = np.ascontiguousarray(rest.x[:, : rest.lengths.max()])
    return replace(rest, x=x, notes=(*series.notes, Doubts.MARKED_LABELS_LEFT_OUT(**found)))


def has_marked_label(series: Sequences, missing: Collection[float]) -> np.ndarray:
    """Return which series have a label that is a number, and one of those that mean: not measured. (N,), bool.

    >>> has_marked_label(Sequences.from_list([[1], [2]], y=[0.5, -999.0]), [-999]).tolist()
    [False, True]
    """
    if series.y is None or series.task != "regression":
        return np.zeros(len(series), bool)
    return np.isin(series.y, list(missing))
