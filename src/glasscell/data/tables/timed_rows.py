"""Rows with a series and a time each: their order, equal times, and spacing.

Made by `ordering` of the rows of long form, and by `lists` of the values of nested form.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from glasscell.data.respacing import Respacing
from glasscell.data.spacing import Spacing, measure
from glasscell.data.tables.summer_time import without_repeated_hours
from glasscell.data.tables.times import find_equal


@dataclass(frozen=True, eq=False)
class TimedRows:
    """The series and the time of each row.

    >>> rows = TimedRows(np.array([0, 1, 0]), np.array([2, 1, 1]), None)
    >>> rows.are_sorted, rows.order.tolist(), rows.equal.tolist()
    (False, [2, 0, 1], [])
    """

    codes: np.ndarray  # (rows,), index of each row's series
    times: np.ndarray  # (rows,)
    unit: float | None  # of times, in seconds; None for plain numbers

    @cached_property
    def are_sorted(self) -> bool:
        """Whether rows are sorted by series and, within each, have rising times."""
        codes, times = self.codes, self.times
        is_later = (codes[1:] == codes[:-1]) & (times[1:] > times[:-1])
        return bool((is_later | (codes[1:] > codes[:-1])).all())

    @cached_property
    def order(self) -> np.ndarray:
        """Rows by series and time."""
        return np.lexsort((self.times, self.codes))

    @property
    def are_in_order(self) -> bool:
        """Whether rows are sorted but for equal times."""
        return bool((self.order == np.arange(len(self.order))).all())

    @cached_property
    def equal(self) -> np.ndarray:
        """Rows that repeat the time of another of their series."""
        return find_equal(self.codes, self.times, self.order)

    def keep_repeated_hours(self) -> tuple["TimedRows", np.ndarray]:
        """Return rows whose times rise where an hour repeats as summer time ends.

        Also the first row of each such hour; none of sorted rows.
        """
        is_open = not self.are_sorted
        risen = without_repeated_hours(self.codes, self.times, self.unit) if is_open else None
        if risen is None:
            return self, np.array([], int)
        times, first = risen
        return replace(self, times=times), first

    def sort(self) -> "TimedRows":
        """Return the rows in order."""
        return replace(self, codes=self.codes[self.order], times=self.times[self.order])

    def measure(self, n: int, respacing: Respacing) -> Spacing:
        """Measure the spacing of rows in order, of n series."""
        return measure(self.codes, self.times, n, self.unit, keep=bool(respacing))
