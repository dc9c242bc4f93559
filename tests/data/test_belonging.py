"""Groups that cannot be held out are listed before any evaluation; others pass silently."""

from dataclasses import replace

import numpy as np
import pytest
from support.facts import codes

from glasscell.data import Sequences
from glasscell.data.checks.advice import advise
from glasscell.data.checks.classes import can_be_left_out, check_groups
from glasscell.data.sentences import Reading


def series(y, groups) -> Sequences:
    made = Sequences.from_list(list(np.random.default_rng(0).normal(size=(len(groups), 5, 1))), y=y)
    return replace(made, groups=np.array(groups))


def test_groups_that_are_the_classes_are_named():
    data = series(list("ab" * 20), list("AB" * 20))
    assert codes(advise(data)) == [Reading.CLASS_OF_GROUP]
    assert not can_be_left_out(data.y, data.groups)
    assert codes(check_groups(series(list("ab" * 20), ["A"] * 40))) == [Reading.ONE_GROUP]
    assert codes(check_groups(series(np.linspace(0, 1, 40), ["A"] * 40))) == [Reading.ONE_GROUP]


def test_a_class_of_one_group_is_named():
    for labels, alone in (("abac", ["b", "c"]), ("aaab", ["b"])):
        (found,) = check_groups(series(list(labels * 10), list("ABDC" * 10)))
        assert (found.code, found.values["classes"]) == (Reading.CLASSES_OF_GROUPS, alone)


@pytest.mark.parametrize(
    ("y", "groups"),
    [
        (list("ab" * 20), None),
        (list("aabb" * 10), list("ABCD" * 10)),  # persons of one class each, several to a class
        (list("ab" * 20), list("AABB" * 10)),
        (np.linspace(0, 1, 40), list("AB" * 20)),
        (None, list("AB" * 20)),
    ],
)
def test_groups_that_can_be_left_out_are_passed_in_silence(y, groups):
    data = series(y, list("A" * 40) if groups is None else groups)
    assert check_groups(replace(data, groups=None) if groups is None else data) == []
