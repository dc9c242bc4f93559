"""Numbers on their way into float32: an offset that float32 could not hold beside the signal is subtracted before.

A pressure of 101325 Pa that varies by 0.01, or a time stamp of 1.7e9 s, has no signal left in float32, which holds some
seven digits. So what lies that far from zero is moved there, in float64, and the offset is kept with the series.

D channels
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from glasscell.data.sentences import Reading
from glasscell.errors import UsageError
from glasscell.facts import Note

MIN_RATIO = 1e4  # of a channel's distance from zero to its spread
ROUNDING = 64 * np.finfo(np.float64).eps  # a spread that is less, beside the distance, is what sums leave behind
LOST = 1e-6  # what most numbers differ by, beside the distance: some ten steps of float32
LOOKED_AT = 2**16  # numbers that the middle is taken of
AT_ONCE = 2**20  # numbers that are copied at once
NAMES = 5  # of channels, in a sentence


class Intake:
    """How the numbers of one file become float32: what means "not measured" is NaN, and offsets are subtracted.

    An intake serves one reading of a file: the offset of a channel is chosen once, and holds for all parts.

    Parameters
    ----------
    offsets : mapping of str to float, optional
        What to subtract from each channel, 0 from those not named; by default it is chosen of the numbers. Where it
        names as many channels as there are, but others, they are taken by their place, as `matching.matched` does.
    missing : collection of float
        Numbers that mean: not measured.

    Examples
    --------
    >>> intake = Intake(missing=[-1])
    >>> intake.begin(["p"])
    >>> values = np.array([1e9 + 0.25, 1e9 + 0.5, -1.0])
    >>> intake.learn(0, [values])
    >>> intake.take(0, values), intake.offsets
    (array([0.25, 0.5 ,  nan], dtype=float32), {'p': 1000000000.0})
    """

    def __init__(self, offsets: Mapping[str, float] | None = None, missing: Collection[float] = ()):
        self._given, self._channels, self._by_place = offsets, (), np.zeros(0)
        self._lost: dict[str, _Looks] = {}
        self._missing = marks_of(missing)

    def begin(self, channels: Sequence[str]) -> None:
        """Begin with a part that has these D channels; all parts have the same.

        Raises
        ------
        UsageError
            If there is no channel that an offset is given for.
        """
        if self._channels:
            return
        self._channels, given = tuple(channels), self._given
        if given is None:
            self._by_place = np.full(len(channels), np.nan)  # not chosen yet
        elif {name for name, offset in given.items() if offset} <= set(channels):
            self._by_place = np.array([float(given.get(name, 0.0)) for name in channels])
        elif len(given) == len(channels):
            self._by_place = np.array(list(given.values()), np.float64)
        else:
            name = next(name for name, offset in given.items() if offset and name not in channels)
            raise UsageError(Reading.NO_CHANNEL_OF_OFFSET, channel=name, channels=list(channels))

    def is_open(self, d: int) -> bool:
        """Return whether the offset of a channel is still to be chosen, by `learn`."""
        return bool(np.isnan(self._by_place[d]))

    def learn(self, d: int, parts: Sequence[np.ndarray]) -> None:
        """Choose the offset of a channel of its numbers, in arrays of any shape, unless it is known."""
        if not self.is_open(d):
            return
        if _is_rounded(parts):
            self._by_place[d] = 0.0
        elif (looks := _look_at(parts, self._missing)) is not None:
            self._by_place[d] = _offset_of(looks)
            if self._by_place[d] == 0 and _is_lost(looks):
                self._lost[self._channels[d]] = looks

    def take(self, d: int, values: np.ndarray) -> np.ndarray:
        """Return numbers of a channel as float32, without its offset; too large ones become infinite."""
        offset = 0.0 if self.is_open(d) else float(self._by_place[d])
        taken = float32(values if offset == 0 else np.subtract(values, offset, dtype=np.float64))
        if len(self._missing) and (marked := is_marked(values, self._missing)).any():
            taken = np.where(marked, np.float32(np.nan), taken)
        return taken

    @property
    def offsets(self) -> dict[str, float]:
        """The offsets that are not 0, by the names of their channels."""
        pairs = zip(self._channels, np.nan_to_num(self._by_place).tolist(), strict=True)
        return {name: offset for name, offset in pairs if offset}

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was chosen; none if nothing was, or all is as it was given."""
        if self._given is not None:
            return ()
        return (
            *about_offsets(self.offsets),
            *(
                Reading.SPREAD_BELOW_FLOAT32(name, middle=looks.middle, least=looks.least, most=looks.most)
                for name, looks in self._lost.items()
            ),
        )


def about_offsets(offsets: Mapping[str, float]) -> tuple[Note, ...]:
    """Return a note about what is subtracted, if something is.

    >>> about_offsets({"p": 101325.0})
    ("subtracted 101325 from channel 'p', so that float32 keeps the precision of the signal",)
    """
    if not offsets:
        return ()
    some = [Reading.OFFSET(name, offset=offset) for name, offset in list(offsets.items())[:NAMES]]
    more = Reading.MORE_OFFSETS(n=len(offsets) - NAMES) if len(offsets) > NAMES else None
    return (Reading.SUBTRACTED(offsets=some, more=more),)


def choose_offset(parts: Sequence[np.ndarray]) -> float | None:
    """Return what to subtract from a channel, a round number near its middle; 0 unless that is far from zero.

    Numbers that come as float32 or float16 stay as they are: what that rounding took cannot be brought back.

    Parameters
    ----------
    parts : sequence of arrays of numbers
        Of any shapes; NaN is passed over.

    Returns
    -------
    float or None
        None if there is no number.

    Examples
    --------
    >>> choose_offset([np.array([101325.013, 101325.021]), np.array([np.nan])])
    101325.0
    >>> choose_offset([np.array([5.0, 7.0])]), choose_offset([np.full(3, 1e9)]), choose_offset([])
    (0.0, 0.0, None)
    """
    if _is_rounded(parts):
        return 0.0
    found = _look_at(parts, ())
    return None if found is None else _offset_of(found)


class _Looks(NamedTuple):
    """What the numbers of a channel are like: middle, standard deviation, distance of the quartiles, and the ends."""

    middle: float
    spread: float
    core: float
    least: float
    most: float


def _look_at(parts: Sequence[np.ndarray], missing: Collection[float]) -> _Looks | None:
    marks = np.asarray(list(missing), np.float64)
    every = max(1, sum(part.size for part in parts) // LOOKED_AT)
    some = [v[::every].copy() for v in _numbers_of(parts, marks)]
    if not some:
        return None
    low, middle, high = np.quantile(np.concatenate(some), (0.25, 0.5, 0.75)).tolist()
    count, squares, least, most = 0, 0.0, math.inf, -math.inf
    for v in _numbers_of(parts, marks):
        count, squares = count + len(v), squares + float(((v - middle) ** 2).sum())
        least, most = min(least, float(v.min())), max(most, float(v.max()))
    return _Looks(middle, math.sqrt(squares / count), high - low, least, most)


def _offset_of(looks: _Looks) -> float:
    middle, spread, *_ = looks
    if not ROUNDING * abs(middle) < spread < abs(middle) / MIN_RATIO:
        return 0.0
    return round(middle, -math.ceil(math.log10(100 * spread)))  # so that other files of its kind have the same


def _is_lost(looks: _Looks) -> bool:
    """Return whether float32 holds next to nothing of what most numbers differ by, where few others lie far away."""
    return ROUNDING * abs(looks.middle) < looks.core < LOST * abs(looks.middle)


def _is_rounded(parts: Sequence[np.ndarray]) -> bool:
    return len(parts) > 0 and all(part.dtype.kind == "f" and part.dtype.itemsize < 8 for part in parts)


def _numbers_of(parts: Sequence[np.ndarray], missing: np.ndarray) -> Iterator[np.ndarray]:
    """Give the numbers of some arrays in pieces of float64, without those that are missing."""
    for part in parts:
        rows = max(1, AT_ONCE * len(part) // max(part.size, 1))
        for start in range(0, len(part), rows):
            v = np.asarray(part[start : start + rows], np.float64).ravel()
            there = np.isfinite(v) & ~is_marked(v, missing) if len(missing) else np.isfinite(v)
            if there.any():
                yield v if there.all() else v[there]


def marks_of(missing: Collection[float]) -> np.ndarray:
    """Return numbers that mean "not measured" as they may stand in a file, float64: as given, and rounded to float32.

    >>> marks_of([-999, 0.1]).tolist()
    [-999.0, 0.1, 0.10000000149011612]
    """
    given = np.asarray(list(missing), np.float64)
    rounded = float32(given).astype(np.float64)
    return np.concatenate([given, rounded[rounded != given]])


def is_marked(values: np.ndarray, marks: np.ndarray) -> np.ndarray:
    """Return which of some numbers, of any shape, are among those of `marks_of`, in the precision of the numbers.

    >>> is_marked(np.array([0.1, 0.5], "float32"), marks_of([0.1])).tolist()
    [True, False]
    """
    if values.dtype.kind != "f":
        return np.isin(values, marks)
    with np.errstate(over="ignore"):
        return np.isin(values, marks.astype(values.dtype))


def float32(values: np.ndarray) -> np.ndarray:
    """Return numbers as float32; those too large for it become infinite, which `Sequences` refuses.

    >>> float32(np.array([0.5, 1e300]))
    array([0.5, inf], dtype=float32)
    """
    with np.errstate(over="ignore"):
        return np.asarray(values).astype(np.float32, copy=False)
