"""Classes that are probably one, written in two ways."""

import unicodedata

import pytest

from glasscell.data import Sequences
from glasscell.data.checks.classes import about_spellings
from glasscell.data.checks.sentences import Doubts


def said(labels):
    return list(about_spellings(Sequences.from_list([[1.0]] * len(labels), y=labels)))


@pytest.mark.parametrize(
    "two",
    [
        ("Cold", "cold"),
        ("COLD", "Cold"),
        ("very cold", "very_cold"),
        ("very  cold", "Very-Cold"),
        ("Straße", "STRASSE"),
        (unicodedata.normalize("NFC", "été"), unicodedata.normalize("NFD", "été")),
        ("class 1", "Class_1"),
    ],
)
def test_two_spellings_are_named_with_their_counts(two):
    names = [Doubts.SPELLING(label=name, n=1 if name == two[0] else 2) for name in sorted(two)]
    groups = [Doubts.SPELT_ALIKE(names=names)]
    assert said([two[0], two[1], two[1], "hot"]) == [Doubts.SPELLINGS.warning(groups=groups, more=None)]


@pytest.mark.parametrize(
    "labels", [["a", "b"], ["+", "-"], ["-1", "1"], ["1", "01"], ["x-1", "x1"], ["1.5", "2"], ["walk", "walking"], []]
)
def test_of_other_names_nothing_is_said(labels):
    assert not labels or said(labels * 3) == []


def test_groups_are_counted_and_series_without_labels_are_left_aside():
    (warning,) = said([f"{letter}{letter.lower()}" for letter in "ABCDE"] + [letter * 2 for letter in "ABCDE"])
    assert [len(group.values["names"]) for group in warning.values["groups"]] == [2, 2, 2]
    assert warning.values["more"] == Doubts.OTHER_GROUPS(n=2)
