"""Find columns that may be the time of a table without one, whose order would be a guess."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from glasscell.data.tables.moments import UNIX, moments_in
from glasscell.errors import DataError
from glasscell.facts import Code, Note
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.panels.units import month_form
from glasscell.tasks.forecasting.panels.values import VALUE_NAMES, are_numbers

NAMES = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
DATED = re.compile(
    rf"(?i)(?=.*\d)(.*\b({NAMES})[a-z]*\b.*|.*\b(19|20)\d\d.*|.*\d{{1,2}}\D\d{{1,2}}\D\d\d.*)"
)
YEARS = (1900, 2100)
FEWEST = 4  # rows


class Doubt(NamedTuple):
    """Columns that may be the time, their first value, and a format that reads them."""

    columns: tuple[str, ...]
    found: str
    form: Note | None = None

    def note(self, code: Code) -> Note:
        """Return a note about them."""
        return code(**self._asdict())

    def error(self, code: Code) -> DataError:
        """Return an error about them."""
        return DataError(code, **self._asdict())


def may_be_time(table: Any, free: Sequence[str]) -> Doubt | None:
    """Return the columns without another role that may be the time; None if there are none.

    They identify rows, in the table or within each value of a text or id column. They look like
    dates, count Unix times, weeks or steps, or are a year and a month or week.

    >>> table = pd.DataFrame(
    ...     {"wann": ["1 May 26", "2 May 26", "3 May 26", "4 May 26"], "y": [1, 2, 3, 4]}
    ... )
    >>> may_be_time(table, ["wann"]).columns
    ('wann',)
    """
    if len(table) < FEWEST:
        return None
    texts = [name for name in free if table[name].notna().any() and not are_numbers(table[name])]
    texts = [name for name in texts if table[name].dtype.kind not in "bmM"]
    for name in texts:
        refuse_months(table[name])
    ids = [*texts, *(name for name in free if name.lower().strip().endswith("id"))]
    return next(_doubts(table, free, texts, ids), None)


def refuse_months(column: Any) -> None:
    """Raise DataError if a column has month names without a year.

    >>> refuse_months(pd.Series(["May 2026", "June 2026"]))
    """
    if (form := month_form(column)) is not None and column.nunique() > 2:
        place = {"row": column.index[0], "column": str(column.name)}
        raise DataError(Panels.NO_YEAR, **place, found=str(column.iloc[0]), form=form)


def _doubts(table: Any, free: Sequence[str], texts: list[str], ids: list[str]) -> Iterator[Doubt]:
    def tells(*columns: str) -> bool:
        keys = [[], *([one] for one in ids if one not in columns)]
        return any(not table.duplicated([*key, *columns]).any() for key in keys)

    for name in texts:
        there = table[name].dropna().astype(str)
        if tells(name) and there.str.fullmatch(DATED).all():
            yield Doubt((name,), repr(there.iloc[0]), Panels.WITH_SOME_FORMAT())
    whole = {
        name: found
        for name in free
        if name not in texts and (found := _whole(table[name])) is not None
    }
    others = [
        name for name in map(str, table.columns) if name not in texts and are_numbers(table[name])
    ]
    has_value = any(name.lower().strip() in VALUE_NAMES for name in others)
    for name, numbers in whole.items():
        if len(others) > 1 and name.lower().strip() not in VALUE_NAMES and tells(name):
            if _are_weeks(numbers):
                yield Doubt((name,), str(numbers[0]), Panels.WITH_FORMAT(form="%G%V"))
            elif _are_unix(numbers) or (
                _count(numbers) and not (has_value and (np.diff(numbers) == 1).all())
            ):
                yield Doubt((name,), str(numbers[0]))
    years = [
        name
        for name, numbers in whole.items()
        if numbers.min() >= YEARS[0] and numbers.max() <= YEARS[1]
    ]
    for year, part in ((year, part) for year in years for part in whole if part != year):
        most, least = whole[part].max(), whole[part].min()
        if (
            len(others) > 2
            and least in (0, 1)
            and 5 <= most <= 53
            and tells(year, part)
            and not tells(year)
        ):
            form = "%Y %m" if most <= 12 else "%G %V"
            yield Doubt(
                (year, part),
                f"{whole[year][0]} and {whole[part][0]}",
                Panels.WITH_FORMAT(form=form),
            )


def _whole(column: Any) -> np.ndarray | None:
    if column.dtype.kind in "bmM":
        return None
    numbers: Any = pd.to_numeric(column, errors="coerce")
    if (
        numbers.isna().any()
        or not np.isfinite(numbers).all()
        or (numbers % 1 != 0).any()
        or numbers.abs().max() > 2**62
    ):
        return None
    return numbers.to_numpy().astype(np.int64)


def _are_weeks(numbers: np.ndarray) -> bool:
    """Return whether numbers are weeks such as 202605, mostly consecutive."""
    years, weeks = np.divmod(np.unique(numbers), 100)
    are_of_years = len(years) > 2 and years[0] >= YEARS[0] and years[-1] <= YEARS[1]
    return bool(
        are_of_years
        and weeks.min() >= 1
        and 12 < weeks.max() <= 53
        and (np.diff(weeks) == 1).mean() > 0.5
    )


def _are_unix(numbers: np.ndarray) -> bool:
    moments = moments_in(numbers)
    return moments is not None and moments.unit in UNIX


def _count(numbers: np.ndarray) -> bool:
    """Return whether the distinct numbers are consecutive, at least `FEWEST`."""
    different = np.unique(numbers)
    return len(different) >= FEWEST and bool((np.diff(different) == 1).all())
