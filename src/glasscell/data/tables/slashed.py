"""Dates with slashes in names of columns: month, day or year first, as their order in the file tells."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.times import read_as
from glasscell.facts import Note

SLASHED = re.compile(r"\d{1,2}/\d{1,2}/(\d{4}|\d{2})(?!\d).*")
FORMS = {  # by how many digits the last number has, and what stands first
    4: {"month": "%m/%d/%Y", "day": "%d/%m/%Y"},
    2: {"month": "%m/%d/%y", "day": "%d/%m/%y", "year": "%y/%m/%d"},
}


class Slashed(NamedTuple):
    """When each name is, in an unspecified unit, and what is said if that may be otherwise."""

    at: dict[str, float]
    doubt: Note | None = None


def read_slashed(names: Sequence[str]) -> Slashed | None:
    """Return when names such as 1/31/2026 are, with a time of day or without; None if they are no such dates.

    Where two readings are possible that order the columns otherwise, that is taken by which the file's order only goes
    forward, or only back; if both do, or none does, they stay in the file's order.

    Parameters
    ----------
    names : sequence of str
        In the file's order.

    Examples
    --------
    >>> read_slashed(["2/1/2026", "1/31/2026"])
    Slashed(at={'2/1/2026': 1769904000.0, '1/31/2026': 1769817600.0}, doubt=None)
    >>> read_slashed(["1/2/2026", "2/1/2026"]).doubt.values["order"]
    'in file order, with the month first'
    """
    found = {name: len(match[1]) for name in names if (match := SLASHED.fullmatch(name))}
    if len(found) < 2 or len(set(found.values())) > 1:
        return None
    forms = FORMS[next(iter(found.values()))]
    readings = {first: at for first, form in forms.items() if (at := _read(list(found), form))}
    if not readings:
        return None
    if len({tuple(sorted(at, key=at.__getitem__)) for at in readings.values()}) == 1:
        return Slashed(_most_even(list(readings.values())))
    goes = {first: _direction(list(at.values())) for first, at in readings.items()}
    told = [first for first, direction in goes.items() if direction] if len(found) > 2 else []
    if len(told) == 1:
        (chosen,) = told
        at = readings[chosen]
        ordered = sorted(at, key=at.__getitem__)
        order = Tables.IN_ORDER_AS(part=chosen)
    else:
        at, ordered = {name: float(k) for k, name in enumerate(found)}, list(found)
        forward = [first for first, direction in goes.items() if direction > 0]
        order = Tables.IN_FILE_ORDER_AS(part=forward[0]) if forward else Tables.IN_FILE_ORDER()
    return Slashed(at, Tables.SLASHED(parts=list(readings), order=order, first=ordered[0], last=ordered[-1]))


def _read(names: list[str], form: str) -> dict[str, float]:
    """Return when all names are; nothing if some are no dates in this form."""
    when = read_as(pd.Series(names, dtype=object), form)
    return {} if when.isna().any() else {name: at.timestamp() for name, at in zip(names, when, strict=True)}


def _direction(times: list[float]) -> int:
    rises = [before < after for before, after in pairwise(times)]
    return 1 if all(rises) else -1 if not any(rises) else 0


def _most_even(readings: list[dict[str, float]]) -> dict[str, float]:
    def unevenness(at: dict[str, float]) -> float:
        apart = [after - before for before, after in pairwise(sorted(at.values()))]
        return max(apart) / max(min(apart), 1e-9)

    return min(readings, key=unevenness)
