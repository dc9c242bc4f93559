"""Times that begin again: hours past 23, months past 12, counters past 255, hours and minutes written as 2330."""

import math
import re
from typing import NamedTuple

import numpy as np

from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError
from glasscell.facts import Code, Note

KNOWN = (7, 12, 24, 28, 29, 30, 31, 52, 53, 60, 100, 360, 365, 366, 1000, 1440, 3600, 86400,
         *(2**k for k in (8, 10, 12, 16, 32)))  # fmt: skip
NAMES = (  # what cycles are called, whose steps may be uneven
    (re.compile(r"(hours?|std|stunden?|heures?|horas?|hh?)", re.I), 24, 24),
    (re.compile(r"(minutes?|mins?|minuten|mm?)", re.I), 60, 60),
    (re.compile(r"(seconds?|secs?|sekunden?|s)", re.I), 60, 60),
    (re.compile(r"(months?|monate?|mois|mes)", re.I), 12, 12),
    (re.compile(r"(weeks?|wochen?|kw|cw|semaines?)", re.I), 53, 53),
    (re.compile(r"(week_?days?|wochentage?|day_?of_?week|dow)", re.I), 7, 7),
)
MIN_CHANCES = 100  # to one, against an order by chance that goes back just once in each series
MINUTES = 1440  # of a day


class Continued(NamedTuple):
    """Times that go on where they began again.

    Parameters
    ----------
    when : array (rows,), int64 or float64
    unit : float or None
        In seconds; None where it is that of the column.
    note : Note or None
        What is said of it; None where times are as in the file.
    """

    when: np.ndarray
    unit: float | None
    note: Note | None


def continued(codes: np.ndarray, when: np.ndarray, name: str) -> Continued:
    """Return the numbers of a column of times so that they go on where they begin again, once in a series.

    That is so if the rows of each series stand in order but for one step back, by which all come round: from 23 to 0,
    or from 12 to 1. Few orders are so by chance. What comes round by a length that is no cycle's may as well be two
    pieces of a series that are the wrong way round.

    Parameters
    ----------
    codes : array (rows,), int
        Which series a row belongs to.
    when : array (rows,), int64 or float64
        Its time, as in the column.
    name : str
        The column's.

    Raises
    ------
    DataError
        If it may be either.

    Examples
    --------
    >>> found = continued(np.zeros(6, int), np.array([21, 22, 23, 0, 1, 2]), "hour")
    >>> found.when, found.note.values["before"], found.note.values["after"]
    (array([21, 22, 23, 24, 25, 26]), '23', '0')
    """
    rows = np.argsort(codes, kind="stable")
    is_step = np.diff(codes[rows]) == 0
    in_order = when[rows]
    if (clock := _hours_and_minutes(in_order, is_step)) is not None:
        most = int(when.max())
        said = Tables.HOURS_AND_MINUTES(column=name, number=most, clock=_clock(most))
        of_clock, note = _gone_on(codes[rows], clock, is_step, name, Tables.END_OF_DAY)
        note = Tables.HOURS_BEGIN_AGAIN(clock=said, again=note) if note else said
        return Continued(_unsorted(of_clock, rows), 60.0, note)
    on, note = _gone_on(codes[rows], in_order, is_step, name)
    return Continued(_unsorted(on, rows) if note else when, None, note)


def _unsorted(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    of_rows = np.empty_like(values)
    of_rows[rows] = values
    return of_rows


def _clock(number: int) -> str:
    return f"{number // 100}:{number % 100:02}"


def _hours_and_minutes(when: np.ndarray, is_step: np.ndarray) -> np.ndarray | None:
    """Return the minutes of numbers such as 2330, if they are even as such, past midnight too, and not as they are."""
    if not is_step.any() or when.min() < 0 or not 100 < when.max() < 2400 or (when % 100 >= 60).any():
        return None
    if (when % 1).any() or len(np.unique(np.diff(when)[is_step])) == 1:
        return None
    minutes = when // 100 * 60 + when % 100
    steps = np.diff(minutes)[is_step] % MINUTES
    return minutes if steps.min() > 0 and steps.max() == steps.min() else None


def _gone_on(codes, when, is_step, name: str, known: Code | None = None) -> tuple[np.ndarray, Note | None]:
    """Return times in order of the series that go on, and what is said of that; as they are if they do not go back."""
    steps = np.diff(when)
    back = np.flatnonzero(is_step & (steps < 0))
    if not len(back) or (is_step & (steps == 0)).any():
        return when, None
    n, of = int(codes.max()) + 1, codes[back]
    first = np.flatnonzero(np.diff(codes, prepend=-1))
    last = np.append(first[1:], len(codes)) - 1
    lengths = last - first + 1
    comes_round = when[last] < when[first]
    if len(np.unique(of)) < len(of) or not comes_round[of].all():
        return when, None
    if sum(map(math.lgamma, lengths[of[:100]])) < math.log(MIN_CHANCES):
        return when, None
    rises = steps[is_step & (steps > 0)]
    usual = float(np.median(rises)) if len(rises) else 1.0
    cycles = when[back] - when[back + 1] + usual
    if known:
        cycles = np.full(len(back), MINUTES)
    elif not np.isin(cycles, KNOWN).all():
        cycles = _cycles_by_name(name, when, len(back))
        begin_alike = len(np.unique(when[first[of]])) == 1 or len(of) == 1
        if cycles is None and (begin_alike or len(np.unique(when[back])) > 1 or len(np.unique(when[back + 1])) > 1):
            _refuse(name, when, back, len(of), usual)
        cycles = when[back] - when[back + 1] + usual if cycles is None else cycles
    add = np.zeros(len(when), when.dtype)
    add[back + 1] = cycles
    added = np.cumsum(add)
    added -= np.repeat(added[first] - add[first], lengths)
    ends = when[back[0] : back[0] + 2].tolist()
    before, after = (_clock(int(end) // 60 * 100 + int(end) % 60) if known else f"{end:g}" for end in ends)
    past = known() if known else before
    return when + added, Tables.BEGINS_AGAIN(column=name, n=len(of), total=n, before=before, after=after, past=past)


def _cycles_by_name(name: str, when: np.ndarray, n: int) -> np.ndarray | None:
    """Return the lengths of the cycles if the column is called like one, and has no numbers beyond it."""
    for form, length, most in NAMES:
        if form.fullmatch(name) and when.min() >= 0 and when.max() <= most:
            return np.full(n, length)
    return None


def _refuse(name: str, when: np.ndarray, back: np.ndarray, n: int, usual: float):
    before, after = when[back[0] : back[0] + 2]
    raise DataError(Tables.WRONG_WAY_ROUND, column=name, n=n, before=before, after=after, on=before + usual)
