"""Series that are there more than once are known by their numbers."""

import numpy as np

from glasscell.data import Sequences, inventory
from glasscell.data.checks.copies import check_copies, fingerprints_of
from glasscell.data.checks.sentences import Doubts


def test_series_that_are_there_twice_are_told_from_those_without_a_value():
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 4))
    series = Sequences.from_list([one, other, one, [np.nan], [np.nan]])
    (warning,) = check_copies(series, fingerprints_of(series))
    assert warning == Doubts.DUPLICATES.warning(some=2, n=5, ids=["0", "2"])
    no_twins = Sequences.from_list([one, other, [np.nan], [np.nan]])
    assert check_copies(no_twins, fingerprints_of(no_twins)) == []
    assert inventory.take(series)["facts"][-1] == warning.at(n=3).as_json()  # of those with a value


def test_padding_is_no_part_of_a_series():
    together = Sequences.from_list([[1.0, 2.0], [3.0]])
    assert fingerprints_of(together)[1] == fingerprints_of(Sequences.from_list([[3.0]]))[0]


def test_labels_that_contradict_each_other_are_named_and_those_that_agree_are_not():
    rng = np.random.default_rng(0)
    one, other, third = rng.normal(size=(3, 4))
    values, ids = [one, other, one, other, third, [np.nan], [np.nan]], [f"s{k}" for k in range(7)]
    # a pair that agrees, and two without a value
    labels = np.array(["up", "up", "down", "up", "down", "up", "down"])
    series = Sequences.from_list(values, y=labels, ids=ids)
    (found, _) = check_copies(series, fingerprints_of(series))
    pair = {"first": "s0", "label": "up", "second": "s2", "other": "down"}
    assert found == Doubts.SAME_VALUES_OTHER_LABEL.warning(some=2, n=7, **pair)
    assert inventory.take(series)["facts"][-2] == found.at(n=5).as_json()
    agreeing = Sequences.from_list(values, y=np.where(np.arange(7) == 2, "up", labels), ids=ids)
    assert len(check_copies(agreeing, fingerprints_of(agreeing))) == 1
    series = Sequences.from_list(values, y=[0.5, 1.5, 2.25, 3.5, 1.0, 1.0, 2.0], ids=ids)
    (found, _) = check_copies(series, fingerprints_of(series))
    pair = {"first": "s0", "label": 0.5, "second": "s2", "other": 2.25}
    assert found == Doubts.SAME_VALUES_OTHER_LABEL.warning(some=4, n=7, **pair)
