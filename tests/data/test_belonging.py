"""Groups that cannot be left out are named before anything is measured by them; others are passed in silence."""

from dataclasses import replace

import numpy as np
import pytest

from glasscell.data import Sequences
from glasscell.data.belonging import about_groups, can_be_left_out
from glasscell.data.doubts.advice import advise


def series(y, groups) -> Sequences:
    made = Sequences.from_list(list(np.random.default_rng(0).normal(size=(len(groups), 5, 1))), y=y)
    return replace(made, groups=np.array(groups))


def test_groups_that_are_the_classes_are_named():
    data = series(list("ab" * 20), list("AB" * 20))
    (said,) = [text for text in advise(data) if "group" in text]
    assert said.startswith("each class is in one group only, so no group can be left out without its class: ")
    assert not can_be_left_out(data.y, data.groups)
    (said,) = about_groups(series(list("ab" * 20), ["A"] * 40))
    assert said.startswith("all series are in one group: ")
    (said,) = about_groups(series(np.linspace(0, 1, 40), ["A"] * 40))
    assert said.startswith("all series are in one group: ")


def test_a_class_of_one_group_is_named():
    (said,) = about_groups(series(list("abac" * 10), list("ABDC" * 10)))
    assert said.startswith("classes 'b', 'c' are each in one group only")
    (said,) = about_groups(series(list("aaab" * 10), list("ABDC" * 10)))
    assert said.startswith("class 'b' is in one group only, and not known without it: ")


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
    assert list(about_groups(replace(data, groups=None) if groups is None else data)) == []
