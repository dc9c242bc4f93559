"""Numbers that stand for "not measured": −999, 0 or −1 where contact was lost, and 0 or −1 at the ends of series.

N series · T time steps · D channels
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from glasscell.data.checks.codes import as_written
from glasscell.data.checks.sentences import Doubts
from glasscell.data.respacing import GAP
from glasscell.data.sequences import Sequences
from glasscell.errors import DataError
from glasscell.facts import Code, Note

MIN_REPEATS = 3
MIN_OTHERS = 10  # different numbers that a channel has besides
MIN_GAP = 3.0  # between the marker and the number next to it, in ranges of all the others
ZEROS = (0.0, -1.0)  # that stand near the other numbers, for a lost contact, or for what a series was filled up with
# Of dropouts.
MAX_SHARE = 0.5  # of the values: what is there more often is a state
MIN_DROP = 0.5  # between the number and the next, in ranges of nearly all others
NEARLY_ALL = (0.01, 0.99)
LASTING = 4  # steps that it stays in the median: a contact may be lost for as long, but a state stays
# Of padding.
MIN_STEPS = 3  # of an end that is no chance
MIN_FILLED = 1 / 3  # of the series, that end so
MIN_LENGTHS = 3  # different ones, of these ends
MAX_BEFORE = 0.01  # of the steps before these ends, that are the same number
OF_ONE_LENGTH = 0.9  # of the series, at least


class Dropout(NamedTuple):
    """A number that may mean: not measured; how often and in which share of values; least and most of the others.

    `stretch` is how many steps it stays, in the median.
    """

    number: float
    times: int
    share: float
    least: float
    most: float
    stretch: float


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
        yield (Doubts.LASTING_DROPOUT if one.stretch >= LASTING else Doubts.DROPOUT).warning(
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


def find_dropouts(
    x: np.ndarray, offset: np.ndarray, channels: Sequence[str], passed: Collection[str] = ()
) -> dict[str, Dropout]:
    """Return, for each channel that has one, the number at an end of its values that may be a lost contact, or a state.

    It repeats in series that have other values, too, all of which lie above it, or all below; and next to it is nothing
    for half as wide as nearly all of these reach. So counts, what is rectified, and what passes through 0 have none.

    Parameters
    ----------
    x : array (N, T, D)
        Without the offset.
    offset : array (D,)
    channels : sequence of D str
    passed : collection of str
        Channels that are not looked at.

    Examples
    --------
    >>> x = np.random.default_rng(0).integers(60, 100, size=(4, 30)).astype("float32")
    >>> x[:, ::10] = 0
    >>> find_dropouts(x[..., None], np.zeros(1), ["pulse"])
    {'pulse': Dropout(number=0.0, times=12, share=0.1, least=60.0, most=99.0, stretch=1.0)}
    """
    found = {}
    for d, (name, start) in enumerate(zip(channels, offset.tolist(), strict=True)):
        for number in ZEROS if name not in passed else ():
            if (one := _dropout(x[..., d], number, start)) is not None:
                found[name] = one
                break
    return found


def _dropout(channel: np.ndarray, number: float, start: float) -> Dropout | None:
    mark = np.float32(number - start)
    is_mark = channel == mark
    there = ~np.isnan(channel)
    has_others = (there & ~is_mark).any(1)
    times, count = int(is_mark.sum()), int(there.sum())
    if is_mark[has_others].sum() < MIN_REPEATS or times > MAX_SHARE * count:
        return None
    others = channel[there & ~is_mark].astype(np.float64)
    least, most = float(others.min()), float(others.max())
    gap = max(least - float(mark), float(mark) - most)
    low, high = np.quantile(others, NEARLY_ALL)
    if gap <= 0 or gap < MIN_DROP * (high - low) or len(np.unique(others)) < MIN_OTHERS:
        return None
    return Dropout(number, times, times / count, least + start, most + start, _stretch(is_mark[has_others]))


def _stretch(is_mark: np.ndarray) -> float:
    """Return the median length of the stretches that are marked in series (N, T)."""
    edges = np.diff(np.pad(is_mark, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    return float(np.median(np.nonzero(edges == -1)[1] - np.nonzero(edges == 1)[1]))


class Filling(NamedTuple):
    """The number that series are filled up with, and at how many steps at the end each is nothing else, (N,), int."""

    number: float
    steps: np.ndarray


def find_filling(series: Sequences) -> Filling | None:
    """Return what series of one length are filled up with; None if they end in numbers like those before.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(9, 30, 2))
    >>> for k in range(9):
    ...     x[k, 30 - 2 * k :] = -1
    >>> filling = find_filling(Sequences.from_list(x))
    >>> filling.number, filling.steps.tolist()
    (-1.0, [0, 2, 4, 6, 8, 10, 12, 14, 16])
    """
    longest = series.lengths == series.x.shape[1]
    if longest.mean() < OF_ONE_LENGTH:
        return None
    for number in ZEROS:
        mark = (number - series.offset).astype(np.float32)
        if np.count_nonzero((series.x[longest, -MIN_STEPS:] == mark).all((1, 2))) < MIN_FILLED * longest.sum():
            continue  # found out without a look at all steps
        is_mark = (series.x == mark).all(2)
        steps = np.where(longest & ~is_mark.all(1), (~is_mark[:, ::-1]).argmax(1), 0)
        before = series.lengths - steps
        filled = steps >= MIN_STEPS
        is_rare = is_mark.sum() - is_mark.all(1) @ series.lengths - steps.sum() <= MAX_BEFORE * before.sum()
        if is_rare and filled.mean() >= MIN_FILLED and len(np.unique(steps[filled])) >= MIN_LENGTHS:
            return Filling(number, steps)
    return None


def about_filling(series: Sequences, filling: Filling) -> Note:
    """Return the warning about a filling: in how many series, how long, and how to have it read as nothing.

    >>> str(about_filling(Sequences.from_list([[1, 0, 0, 0]] * 4), Filling(0.0, np.array([4, 3, 2, 0]))))[:72]
    '2 of 4 series end in 3 to 4 steps of 0, a value that is rare before: if '
    """
    steps = filling.steps[filling.steps >= MIN_STEPS]
    return Doubts.FILLED.warning(
        some=len(steps),
        n=len(series),
        least=steps.min(),
        most=steps.max(),
        number=filling.number,
        where=Doubts.IN_ALL_CHANNELS() if len(series.channels) > 1 else None,
        steps=series.x.shape[1],
    )


def without_filling(series: Sequences, filling: Filling | None) -> Sequences:
    """Return series whose filled ends are missing.

    >>> without_filling(Sequences.from_list([[1, 0, 0]]), Filling(0.0, np.array([2]))).x[0, :, 0].tolist()
    [1.0, nan, nan]
    """
    if filling is None:
        return series
    ends = np.arange(series.x.shape[1]) >= (series.lengths - filling.steps)[:, None]
    return replace(series, x=np.where(ends[..., None], np.float32(np.nan), series.x))
