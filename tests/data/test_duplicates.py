"""Series that are there more than once are known by their numbers."""

import numpy as np

from glasscell.data import Sequences, inventory
from glasscell.data.duplicates import about_duplicates, fingerprints_of


def test_series_that_are_there_twice_are_told_from_those_without_a_value():
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 4))
    series = Sequences.from_list([one, other, one, [np.nan], [np.nan]])
    (warning,) = about_duplicates(series, fingerprints_of(series))
    assert warning.startswith("2 of 5 series are there more than once, number for number (0, 2): ")
    no_twins = Sequences.from_list([one, other, [np.nan], [np.nan]])
    assert about_duplicates(no_twins, fingerprints_of(no_twins)) == []
    assert inventory.take(series)["warnings"][-1] == warning


def test_padding_is_no_part_of_a_series():
    together = Sequences.from_list([[1.0, 2.0], [3.0]])
    assert fingerprints_of(together)[1] == fingerprints_of(Sequences.from_list([[3.0]]))[0]
