"""Numbers that may mean "missing": codes far from all others, isolated 0 and −1, and padding.

N series · T time steps · D channels
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from glasscell.data.checks.sentences import Doubts
from glasscell.data.respacing import GAP
from glasscell.data.sequences import Sequences
from glasscell.errors import DataError
from glasscell.facts import Code, Note

NINES = re.compile(r"-?(99+(\.0|\.9+)?|9\.9+)")
# of integers; fill values of grids
LIMITS = (32767, -32768, 65535, 2147483647, -2147483648, 1e20, 1e30)
LONG = (
    2147483647,
    -2147483648,
    *(sign * (10**digits - 1) for digits in range(8, 16) for sign in (1, -1)),
)
ZEROS = (0.0, -1.0)  # of a lost contact or of padding
MIN_REPEATS = 3
MAX_FRACTION = 0.5  # of the values: a more frequent number is a state
GAP_OF_ZEROS, MIN_GAP, GAP_OF_SLIPS = 0.5, 3.0, 100.0  # to the next value, in ranges of all others
MIN_OTHERS, MIN_OTHERS_OF_KNOWN = 10, 3  # minimum number of different other values
HIGHEST_BESIDE_CONSTANT = -99  # of codes in a channel with one other value
MAX_CODES = 4  # per channel, from the outside in
# Padding.
MIN_STEPS, MIN_LENGTHS = 3, 3  # steps at the end, and different lengths of padding
MIN_PADDED = 1 / 3  # minimum fraction of padded series
MAX_BEFORE = 0.01  # maximum fraction of earlier steps with the same number


class Found(NamedTuple):
    """A number that may mean "missing", and the minimum and maximum of the other values."""

    number: float
    least: float
    most: float


def is_known(number: float) -> bool:
    """Return whether a number looks like a missing-value code, such as −999 or netCDF's fill value.

    >>> [is_known(number) for number in (-999, 99.9, 32767, 9.96921e36, 98, 0)]
    [True, True, True, True, False, False]
    """
    return (
        number in LIMITS
        or bool(NINES.fullmatch(f"{number:.15g}"))
        or f"{number:.5e}" == "9.96921e+36"
    )


def as_written(number: np.floating, start: float = 0.0) -> float:
    """Restore a number as written in the file from its float32 value, minus the offset `start`.

    This is the shortest decimal or, for codes with more digits than float32 holds, the code that
    rounds to the value.

    >>> (
    ...     as_written(np.float32(-999.9)),
    ...     as_written(np.float32(2147483647)),
    ...     as_written(np.float32(99999999)),
    ... )
    (-999.9, 2147483647.0, 99999999.0)
    """
    code = next((float(code) for code in LONG if np.float32(code - start) == number), None)
    return float(str(number)) + start if code is None else code


def find_codes(channel: np.ndarray, start: float = 0.0) -> list[Found]:
    """Return extreme numbers of a channel far from all its other values.

    The required distance differs: for known codes, for 0 and −1 if they repeat, for other repeating
    numbers, and for single numbers.

    `channel` (N, T).

    >>> find_codes(np.array([[*range(20), -999]], "float32"))
    [Found(number=-999.0, least=0.0, most=19.0)]
    >>> find_codes(np.array([[*range(60, 90), 0, 0, 0]], "float32"))[0].number
    0.0
    >>> find_codes(np.array([[*range(20), 35]], "float32"))
    []
    """
    if (beside_constant := _beside_constant(channel, start)) is not None:
        return [beside_constant]
    found = _far_ends(channel, start)
    if not found:
        return []
    others = channel[~np.isnan(channel) & ~np.isin(channel, found)]
    different = max(
        (len(np.unique(some)) for some in (others[:1000], others[:: len(others) // 1000 + 1])),
        default=0,
    )
    ends = float(others.min()) + start, float(others.max()) + start
    numbers = [as_written(number, start) for number in found]
    return [
        Found(v, *ends)
        for v in numbers
        if different >= (MIN_OTHERS_OF_KNOWN if is_known(v) else MIN_OTHERS)
    ]


def _beside_constant(channel: np.ndarray, start: float) -> Found | None:
    """Return a negative code such as −999 if the channel has a single other value, else None.

    Positive codes are not searched for: 0 and 99 may be off and on.
    """
    values = channel[~np.isnan(channel)]
    if not len(values):
        return None
    least, most = values.min(), values.max()
    number, constant = as_written(least, start), float(most) + start
    is_code = number <= HIGHEST_BESIDE_CONSTANT and is_known(number) and not is_known(constant)
    if not is_code or not ((values == least) | (values == most)).all():
        return None
    return Found(number, constant, constant)


def _far_ends(channel: np.ndarray, start: float) -> list[np.floating]:
    """Return numbers at both ends that are far from the rest, from the outside in."""
    inner, found = channel[~np.isnan(channel)], []
    for _ in range(MAX_CODES):
        ends = sorted({inner.min(), inner.max()}) if len(inner) else []
        inner = inner[~np.isin(inner, ends)]
        if not len(inner):
            break
        gaps = {
            end: max(inner.min() - end, end - inner.max()) / (np.ptp(inner) or 1) for end in ends
        }
        far = [
            end
            for end, gap in gaps.items()
            if gap > GAP_OF_ZEROS and gap > _min_gap(channel, end, start)
        ]
        if not far:
            break
        found += far
    return found


def _min_gap(channel: np.ndarray, number: np.floating, start: float) -> float:
    """Return how far a number must be from all others, in ranges of these, to be a code."""
    written = as_written(number, start)
    if is_known(written):
        return MIN_GAP
    is_it, is_there = channel == number, ~np.isnan(channel)
    if is_it[(is_there & ~is_it).any(1)].sum() < MIN_REPEATS:
        return GAP_OF_SLIPS
    if written not in ZEROS:
        return MIN_GAP
    return GAP_OF_ZEROS if is_it.sum() <= MAX_FRACTION * is_there.sum() else np.inf


def check_codes(
    x: np.ndarray,
    offset: np.ndarray,
    channels: Sequence[str],
    ids: np.ndarray | None = None,
    mend: Code = Doubts.USE_MISSING,
) -> list[Note]:
    """Return a warning for each number of a channel that may mean "missing".

    `x` (N, T, D), `offset` (D,), `ids` (N,).

    >>> x = np.array([*range(20), -999], "float32")
    >>> check_codes(x[None, :, None], np.zeros(1), ["ax"], np.array(["s1"]))
    ["channel 'ax': -999 appears once (in series 's1'), far from all other values (0 to 19); if it
    is a missing-value code, use --missing -999"]
    """
    found = []
    for d, name in enumerate(channels):
        for number, least, most in find_codes(x[..., d], float(offset[d])) if name != GAP else ():
            is_it = x == (number - offset).astype(np.float32)
            of_zeros = {"state": None, "others": None}
            if number in ZEROS:
                others = [
                    other
                    for other, has in zip(channels, is_it.any((0, 1)), strict=True)
                    if has and other != name
                ]
                losing = Doubts.OTHERS_LOSE_IT(channels=others) if others else None
                of_zeros = {"state": Doubts.MAY_BE_STATE(), "others": losing}
            where = None if ids is None else Doubts.IN_SERIES(ids=ids[is_it[..., d].any(1)])
            about = {
                "number": number,
                "n": is_it[..., d].sum(),
                "where": where,
                "least": least,
                "most": most,
            }
            found.append(Doubts.MARKER.warning(name, **about, **of_zeros, mend=mend(number=number)))
    return found


def check_targets(series: Sequences) -> list[Note]:
    """Return a warning for each number among the regression targets that may mean "missing".

    >>> y = [*np.linspace(0, 5, 20), -999, -999, -999]
    >>> check_targets(Sequences.from_list([[1.0]] * 23, y=y))[0].values
    {'number': -999.0, 'n': 3}
    """
    marked = find_codes(np.asarray(series.y)[None]) if series.task == "regression" else []
    return [
        Doubts.MARKED_LABEL.warning(number=one.number, n=(series.y == one.number).sum())
        for one in marked
    ]


def without_marked(series: Sequences, missing: Collection[float | str]) -> Sequences:
    """Return the series without missing-value codes as targets, and note how many are dropped.

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


def has_marked_label(series: Sequences, missing: Collection[float | str]) -> np.ndarray:
    """Return a mask of series with a missing-value code as regression target, (N,), bool.

    >>> has_marked_label(Sequences.from_list([[1], [2]], y=[0.5, -999.0]), [-999]).tolist()
    [False, True]
    """
    labels = np.asarray(series.y) if series.task == "regression" else np.full(len(series), np.nan)
    return np.isin(labels, list(missing))


def check_padding(series: Sequences) -> tuple[list[Note], Sequences]:
    """Return a warning that series are padded with 0 or −1, if so, and the series without padding.

    Series of the maximum length are padded if at least a third of all series end so. The lengths of
    padding must differ, and the number must be rare in earlier steps.

    >>> x = np.random.default_rng(0).normal(size=(9, 30, 2))
    >>> for k in range(9):
    ...     x[k, 30 - 2 * k :] = -1
    >>> notes, rest = check_padding(Sequences.from_list(x))
    >>> notes[0].values["number"], int(np.isnan(rest.x).any((1, 2)).sum())
    (-1.0, 8)
    """
    longest, steps = series.lengths == series.x.shape[1], series.x.shape[1]
    for number in ZEROS:
        mark = (number - series.offset).astype(np.float32)
        if (series.x[longest, -MIN_STEPS:] == mark).all((1, 2)).sum() < MIN_PADDED * len(series):
            continue  # avoids a search through all steps
        is_it = (series.x == mark).all(2)
        at_end = np.where(longest & ~is_it.all(1), (~is_it[:, ::-1]).argmax(1), 0)
        padded = at_end[at_end >= MIN_STEPS]
        is_rare = (
            is_it[~is_it.all(1)].sum() - at_end.sum()
            <= MAX_BEFORE * (series.lengths - at_end).sum()
        )
        if (
            is_rare
            and len(padded) >= MIN_PADDED * len(series)
            and len(np.unique(padded)) >= MIN_LENGTHS
        ):
            ends = np.arange(steps) >= (series.lengths - at_end)[:, None]
            rest = replace(series, x=np.where(ends[..., None], np.float32(np.nan), series.x))
            how_long = {"least": padded.min(), "most": padded.max(), "steps": steps}
            return [
                Doubts.FILLED.warning(some=len(padded), n=len(series), number=number, **how_long)
            ], rest
    return [], series
