"""Series on another level than all others are named if a unit explains it or the gap is wide; honest ones are not."""

from dataclasses import replace

import numpy as np
import pytest

from glasscell.data import Sequences
from glasscell.data.checks.sentences import Doubts
from glasscell.data.checks.units import UNITS, find_mixed_levels, find_mixed_units

N, STEPS = 40, 25
WORDS = np.array(["cold", "hot"] * (N // 2))


def measured(level=20.0, between=2.0, within=1.0, seed=0):
    """Return one channel beside another: each series about a level of its own."""
    rng = np.random.default_rng(seed)
    x = within * rng.normal(size=(N, STEPS, 2))
    x[..., 0] += level + between * rng.normal(size=(N, 1))
    return x


def said(x, y=WORDS, **more):
    series = Sequences.from_list(list(x), y=y, channels=["temp", "u"])
    return list(find_mixed_units(replace(series, **more)))


def changed(x, which, factor=1.0, shift=0.0):
    x[which, :, 0] = factor * x[which, :, 0] + shift
    return x


@pytest.mark.parametrize("seed", range(5))
def test_four_series_of_a_class_and_seven_of_both_are_named_with_the_unit(seed):
    x = changed(measured(seed=seed), np.arange(0, 8, 2), 1.8, 32)
    (found,) = said(x)
    assert (found.code, found.subject) == (Doubts.TWO_LEVELS, "temp")
    of_class = Doubts.MOST_OF_CLASS(label="cold", more=16)
    assert found.values["which"] == Doubts.SOME_SERIES(some=4, n=40, ids=["0", "2", "4", "6"], of_class=of_class)
    assert found.values["here"] == pytest.approx(np.median(x[0:8:2, :, 0].mean(1)))
    assert found.values["why"] == Doubts.AS_UNITS(units=[Doubts.UNIT_BESIDE(here="°F", there="°C")])
    (found,) = said(changed(measured(level=68, within=1.8, seed=seed), np.arange(0, 35, 5), 1 / 1.8, -32 / 1.8))
    ids = ["0", "5", "10", "15", "20", "25", "30"]
    assert found.values["which"] == Doubts.SOME_SERIES(some=7, n=40, ids=ids, of_class=None)
    assert found.values["why"] == Doubts.AS_UNITS(units=[Doubts.UNIT_BESIDE(here="°C", there="°F")])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
@pytest.mark.parametrize("inward", [True, False])
def test_every_unit_is_known_from_both_sides(unit, inward):
    few = np.arange(0, 36, 5)
    x = measured(0.5 if "fractions" in unit.other else 10.0, 0.03, 0.02, seed=3)
    which = few if inward else np.setdiff1d(np.arange(N), few)
    (found,) = said(changed(x, which, unit.factor, unit.shift))
    if found.code is Doubts.TWO_LEVELS:  # else it varies by a factor of 30 and more
        here, there = (unit.name, unit.other) if inward else (unit.other, unit.name)
        assert Doubts.UNIT_BESIDE(here=here, there=there) in found.values["why"].values["units"]
    assert found.values["which"].values["ids"] == [*map(str, few)]


def test_a_wide_gap_is_named_without_a_unit_and_two_series_where_one_explains_them():
    assert said(changed(measured(), [3, 4, 5, 6], shift=500))[0].values["why"] is None
    assert said(changed(measured(between=1), [3, 8], shift=273.15))[0].values["which"].values["ids"] == ["3", "8"]
    assert said(changed(measured(), [3, 4, 5, 6], shift=60)) == []
    assert said(changed(measured(), [3], shift=200)) == []


def test_a_level_that_labels_or_groups_explain_is_passed_but_for_the_zero_of_a_unit():
    of_cold = WORDS == "cold"
    assert said(changed(measured(), of_cold, shift=500)) == []
    assert said(changed(measured(), of_cold, 3.6)) == []
    assert said(changed(measured(), of_cold, shift=500), y=np.where(of_cold, 9.5, 1.5)) == []
    someone = np.isin(np.arange(N), [3, 4, 5, 6])
    assert said(changed(measured(), someone, shift=500), groups=someone.astype(str)) == []
    (found,) = said(changed(measured(), of_cold, 1.8, 32))
    of_class = Doubts.ALL_OF_CLASS(label="hot", more=0)
    ids = [str(k) for k in range(1, 40, 2)]
    assert found.values["which"] == Doubts.SOME_SERIES(some=20, n=40, ids=ids, of_class=of_class)


@pytest.mark.parametrize(
    "x",
    [
        measured(),
        measured(between=0),
        np.exp(measured(level=2, between=1, within=0.1)),
        np.random.default_rng(0).standard_t(2, size=(N, 1, 2)) + 0.1 * measured(),
        np.repeat(100.0 * (np.arange(N) % 3 == 0), STEPS * 2).reshape(N, STEPS, 2),  # one value in a series
        (np.random.default_rng(0).random((N, STEPS, 2)) < np.where(np.arange(N) % 3, 0.01, 0.99)[:, None, None]) * 1.0,
        np.where((np.arange(N) % 3 == 0)[:, None, None], np.nan, measured()),
        measured()[:9],
    ],
    ids=["levels", "noise", "log-normal", "heavy tails", "constants", "switches", "absent", "few"],
)
def test_honest_levels_are_passed(x):
    some = np.flatnonzero(~np.isnan(x).all((1, 2)))
    assert said(x[some], WORDS[some]) == []


def test_of_three_hundred_random_files_none_is_taken_for_one_of_two_units():
    alarms = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        levels = rng.normal(20, 3, N), np.exp(rng.normal(2, 1, N)), rng.uniform(10, 30, N)
        x = levels[seed % 3][:, None, None] + np.exp(rng.normal(size=(N, 1, 1))) * rng.normal(size=(N, 8, 1))
        alarms += len(list(find_mixed_levels(Sequences.from_list(list(x), y=WORDS))))
    assert alarms == 0


@pytest.mark.few(1)
@pytest.mark.parametrize("grows", [False, True])
def test_two_levels_that_many_series_of_all_classes_have_are_seldom_taken_for_units(grows):
    alarms = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        level = np.where(np.arange(N) % 10 < rng.integers(3, 8), 1.0, np.exp(rng.uniform(0.3, 4)))
        spread = level if grows else np.ones(N)
        x = (level + 0.02 * spread * rng.normal(size=N))[:, None, None]
        x = x + 0.02 * spread[:, None, None] * rng.normal(size=(N, 8, 1))
        alarms += len(list(find_mixed_levels(Sequences.from_list(list(x), y=np.roll(WORDS, seed % 2)))))
    assert alarms <= (40 if grows else 2)  # by chance, levels and spreads may be as a unit would have them
