"""Conversion of numbers to float32: offsets are subtracted, and missing-value codes become NaN.

A pressure of 101325 Pa that varies by 0.01, or a timestamp of 1.7e9 s, loses its signal in float32,
which holds about seven digits. Such channels are shifted toward zero, in float64, and the offset is
kept with the series.

D channels
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from glasscell.data.sentences import Reading
from glasscell.errors import UsageError
from glasscell.facts import Note

MIN_RATIO = 1e4  # of a channel's distance from zero to its spread
# smaller spreads, relative to the distance, are rounding errors of sums
ROUNDING = 64 * np.finfo(np.float64).eps
LOST = 1e-6  # spread relative to the distance: about ten steps of float32
LOOKED_AT = 2**16  # numbers from which the median is computed
AT_ONCE = 2**20  # numbers copied at once
NO_MARKS = np.zeros(0)


class Intake:
    """Conversion of numbers to float32: missing-value codes become NaN, offsets are subtracted.

    Use one intake per reading of a file: the offset of a channel is chosen once, and applies to all
    parts.

    Parameters
    ----------
    offsets : mapping of str to float, optional
        Offset of each channel, 0 for unlisted ones; chosen from the numbers by default. If it lists
        as many channels as there are, but with other names, they are matched by position, as in
        `sequences.matched`.
    missing : collection of float or str
        Missing-value codes; words are for the reader of tables.

    >>> intake = Intake(missing=[-1])
    >>> intake.begin(["p"])
    >>> values = np.array([1e9 + 0.25, 1e9 + 0.5, -1.0])
    >>> intake.learn(0, [values])
    >>> intake.take(0, values), intake.offsets
    (array([0.25, 0.5 ,  nan], dtype=float32), {'p': 1000000000.0})
    """

    def __init__(
        self, offsets: Mapping[str, float] | None = None, missing: Collection[float | str] = ()
    ):
        self._given, self._channels, self._by_place = offsets, (), np.zeros(0)
        self._missing = marks_of(missing)
        self._lost: list[str] = []

    def begin(self, channels: Sequence[str]) -> None:
        """Set the D channels; all parts have the same."""
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
        """Return whether the offset of a channel is still to be chosen by `learn`."""
        return bool(np.isnan(self._by_place[d]))

    def learn(self, d: int, parts: Sequence[np.ndarray]) -> None:
        """Choose a channel's offset from its numbers, in arrays of any shape, unless known."""
        if self.is_open(d) and (offset := choose_offset(parts, self._missing)) is not None:
            self._by_place[d] = offset
            if offset == 0 and _is_lost(parts, self._missing):
                self._lost.append(self._channels[d])

    def take(self, d: int, values: np.ndarray) -> np.ndarray:
        """Return numbers of a channel as float32, minus its offset; overflow becomes infinite."""
        offset = 0.0 if self.is_open(d) else float(self._by_place[d])
        taken = float32(values if offset == 0 else np.subtract(values, offset, dtype=np.float64))
        if len(self._missing) and (marked := is_marked(values, self._missing)).any():
            taken = np.where(marked, np.float32(np.nan), taken)
        return taken

    @property
    def offsets(self) -> dict[str, float]:
        """Nonzero offsets by channel name."""
        pairs = zip(self._channels, np.nan_to_num(self._by_place).tolist(), strict=True)
        return {name: offset for name, offset in pairs if offset}

    @property
    def notes(self) -> tuple[Note, ...]:
        """Notes about chosen offsets and lost precision; empty if the offsets were given."""
        if self._given is not None:
            return ()
        names, offsets = [*self.offsets], [f"{offset:.15g}" for offset in self.offsets.values()]
        chosen = (Reading.SUBTRACTED(offsets=offsets, channels=names),) if names else ()
        return (*chosen, *(Reading.SPREAD_BELOW_FLOAT32(name) for name in self._lost))


def choose_offset(parts: Sequence[np.ndarray], marks: np.ndarray = NO_MARKS) -> float | None:
    """Return the offset of a channel, a round number near its median; 0 unless far from zero.

    float32 and float16 numbers get no offset: their lost precision cannot be restored.

    >>> choose_offset([np.array([101325.013, 101325.021]), np.array([np.nan])])
    101325.0
    >>> choose_offset([np.array([5.0, 7.0])]), choose_offset([np.full(3, 1e9)]), choose_offset([])
    (0.0, 0.0, None)
    """
    if _are_rounded(parts):
        return 0.0
    some = _some_of(parts, marks)
    if not len(some):
        return None
    middle = float(np.quantile(some, 0.5))
    count, squares = 0, 0.0
    for v in _numbers_in(parts, marks):
        with np.errstate(over="ignore"):  # an infinite spread is not small
            count, squares = count + len(v), squares + float(((v - middle) ** 2).sum())
    spread = math.sqrt(squares / count)
    if not ROUNDING * abs(middle) < spread < abs(middle) / MIN_RATIO:
        return 0.0
    # rounded, so that similar files get the same offset
    return round(middle, -math.ceil(math.log10(100 * spread)))


def _are_rounded(parts: Sequence[np.ndarray]) -> bool:
    return len(parts) > 0 and all(
        part.dtype.kind == "f" and part.dtype.itemsize < 8 for part in parts
    )


def _is_lost(parts: Sequence[np.ndarray], marks: np.ndarray) -> bool:
    """Return whether float32 loses the interquartile range because outliers prevented an offset."""
    if _are_rounded(parts):
        return False
    low, middle, high = np.quantile(_some_of(parts, marks), (0.25, 0.5, 0.75)).tolist()
    return ROUNDING * abs(middle) < high - low < LOST * abs(middle)


def _some_of(parts: Sequence[np.ndarray], marks: np.ndarray) -> np.ndarray:
    every = max(1, sum(part.size for part in parts) // LOOKED_AT)
    return np.concatenate([NO_MARKS, *(v[::every] for v in _numbers_in(parts, marks))])


def _numbers_in(parts: Sequence[np.ndarray], marks: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the numbers of arrays in pieces of float64, without missing ones."""
    for part in parts:
        rows = max(1, AT_ONCE * len(part) // max(part.size, 1))
        for start in range(0, len(part), rows):
            v = np.asarray(part[start : start + rows], np.float64).ravel()
            there = np.isfinite(v) & ~is_marked(v, marks) if len(marks) else np.isfinite(v)
            if there.any():
                yield v if there.all() else v[there]


def marks_of(missing: Collection[float | str]) -> np.ndarray:
    """Return numeric missing-value codes as they may be in a file, float64: also as float32.

    >>> marks_of([-999, 0.1, "ERR"]).tolist()
    [-999.0, 0.1, 0.10000000149011612]
    """
    numbers = np.asarray(numbers_among(missing), np.float64)
    rounded = float32(numbers).astype(np.float64)
    return np.concatenate([numbers, rounded[rounded != numbers]])


def numbers_among(missing: Collection[float | str]) -> tuple[float, ...]:
    """Return the missing-value codes that are numbers; the others are words, such as ERR.

    >>> numbers_among([-999, "ERR"])
    (-999,)
    """
    return tuple(code for code in missing if not isinstance(code, str))


def is_marked(values: np.ndarray, marks: np.ndarray) -> np.ndarray:
    """Return a mask of the numbers, of any shape, that are among `marks`, in their precision.

    >>> is_marked(np.array([0.1, 0.5], "float32"), marks_of([0.1])).tolist()
    [True, False]
    """
    if values.dtype.kind != "f":
        return np.isin(values, marks)
    with np.errstate(over="ignore"):
        return np.isin(values, marks.astype(values.dtype))


def float32(values: np.ndarray) -> np.ndarray:
    """Return numbers as float32; overflowing values become infinite, which `Sequences` rejects.

    >>> float32(np.array([0.5, 1e300]))
    array([0.5, inf], dtype=float32)
    """
    if values.dtype == np.float32:
        return values
    with np.errstate(over="ignore"):
        return values.astype(np.float32)
