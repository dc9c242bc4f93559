"""Find columns that may be the time of a table without one, whose order would be a guess."""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from glasscell.data.tables.moments import YEARS
from glasscell.errors import DataError
from glasscell.facts import Code, Note
from glasscell.tasks.forecasting.panels.cells import are_moments, whole_numbers
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.panels.units import month_form
from glasscell.tasks.forecasting.panels.values import VALUE_NAMES, are_numbers

NAMES = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
DATED = re.compile(
    rf"(?i)(?=.*\d)(.*\b({NAMES})[a-z]*\b.*|.*\b(19|20)\d\d.*|.*\d{{1,2}}\D\d{{1,2}}\D\d\d.*)"
)
FEWEST = 4  # rows


class Doubt(NamedTuple):
    """Columns that may be the time, their first value, and a format that reads them."""

    columns: tuple[str, ...]
    value: str
    form: Note | None = None

    def note(self, code: Code) -> Note:
        """Return a note about them."""
        return code(columns=self.columns, found=self.value, form=self.form)

    def error(self, code: Code) -> DataError:
        """Return an error about them."""
        return DataError(code, columns=self.columns, found=self.value, form=self.form)


def may_be_time(table: Any, free: Sequence[str]) -> Doubt | None:
    """Return the columns without another role that may be the time; None if there are none.

    They identify rows, in the table or within each value of a text or id column. They look like
    dates, count Unix times, weeks or steps, or are a year and a month or week.

    >>> import pandas as pd
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

    >>> import pandas as pd
    >>> refuse_months(pd.Series(["May 2026", "June 2026"]))
    """
    if (form := month_form(column)) is not None and column.nunique() > 2:
        place = {"row": column.index[0], "column": str(column.name)}
        raise DataError(Panels.NO_YEAR, **place, found=str(column.iloc[0]), form=form)


def _doubts(table: Any, free: Sequence[str], texts: list[str], ids: list[str]) -> Iterator[Doubt]:
    def tells(*columns: str) -> bool:
        """Return whether columns identify rows, in the table or within each value of an id."""
        keys = [[], *([name] for name in ids if name not in columns)]
        return any(not table.duplicated([*key, *columns]).any() for key in keys)

    for name in texts:
        values = table[name].dropna().astype(str)
        if tells(name) and values.str.fullmatch(DATED).all():
            yield Doubt((name,), repr(values.iloc[0]), Panels.WITH_SOME_FORMAT())
    columns = {name: whole_numbers(table[name]) for name in free if name not in texts}
    integers = {name: numbers for name, numbers in columns.items() if numbers is not None}
    names = [name for name in map(str, table.columns) if name not in texts]
    numeric = [name for name in names if are_numbers(table[name])]
    values = {name for name in numeric if name.lower().strip() in VALUE_NAMES}
    for name, numbers in integers.items():
        if len(numeric) < 2 or name in values or not tells(name):
            continue
        rows_may_count = bool(values) and bool((np.diff(numbers) == 1).all())
        if _are_weeks(numbers):
            yield Doubt((name,), str(numbers[0]), Panels.WITH_FORMAT(form="%G%V"))
        elif are_moments(table[name]) or (_count(numbers) and not rows_may_count):
            yield Doubt((name,), str(numbers[0]))
    if len(numeric) < 3:
        return
    years = [
        name
        for name in integers
        if YEARS[0] <= integers[name].min() and integers[name].max() <= YEARS[1]
    ]
    for year, part in product(years, integers):
        lowest, highest = integers[part].min(), integers[part].max()
        is_part = year != part and lowest in (0, 1) and 5 <= highest <= 53
        if is_part and tells(year, part) and not tells(year):
            form = Panels.WITH_FORMAT(form="%Y %m" if highest <= 12 else "%G %V")
            yield Doubt((year, part), f"{integers[year][0]} and {integers[part][0]}", form)


def _are_weeks(numbers: np.ndarray) -> bool:
    """Return whether numbers are weeks such as 202605, mostly consecutive."""
    years, weeks = np.divmod(np.unique(numbers), 100)
    are_of_years = len(years) > 2 and years[0] >= YEARS[0] and years[-1] <= YEARS[1]
    are_of_a_year = weeks.min() >= 1 and 12 < weeks.max() <= 53
    return bool(are_of_years and are_of_a_year and (np.diff(weeks) == 1).mean() > 0.5)


def _count(numbers: np.ndarray) -> bool:
    """Return whether the distinct numbers are consecutive, at least `FEWEST`."""
    different = np.unique(numbers)
    return len(different) >= FEWEST and bool((np.diff(different) == 1).all())
