"""The search finds a unit that knows, and finds none where none does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter
from sklearn.metrics import roc_auc_score
from support.facts import raises

from glasscell.tasks.language.cells import search
from glasscell.tasks.language.cells.search import LeftOut, find_cells, split
from glasscell.tasks.language.hypotheses import Marked
from glasscell.tasks.language.sentences import Cells

STARTS = np.array([0, 2500, 4000, 7000])
T = 8000


def runs(rng, share=0.2, length=T):
    """Yes for some twenty characters, then no for more, as a comment is."""
    switches = rng.random(length) < np.where(rng.random(length) < share, 0.2, 0.05)
    return np.cumsum(switches) % 2 == rng.integers(2)


def drifting(rng, units, length=T):
    """Units that know nothing, but remember for some ten characters."""
    return lfilter([1], [1, -0.9], rng.normal(size=(length, units)), axis=0).astype("float32")


def yes_no(marks, name="open"):
    return Marked(name, marks.astype("float64"), True)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_unit_that_follows_is_found_and_scored_where_it_was_not_chosen(sign):
    rng = np.random.default_rng(0)
    values, is_open, number = drifting(rng, 70), runs(rng), drifting(rng, 1)[:, 0].astype("float64")
    values[:, 68] += sign * 6 * is_open
    values[:, 66] += 2 * is_open
    values[:, 3] = sign * 2 * number + values[:, 4] + 100
    both = [yes_no(is_open), Marked("number", number, False)]
    (one, other), left_out = find_cells(values, both, STARTS)
    unseen = ~split(STARTS, T)
    assert left_out == []
    assert (one.name, one.is_yes_no, one.unit, one.sign) == ("open", True, 68, sign)
    assert one.score == pytest.approx(
        roc_auc_score(is_open[unseen], sign * values[unseen, 68]), abs=1e-12
    )
    assert one.next_best == pytest.approx(
        roc_auc_score(is_open[unseen], values[unseen, 66]), abs=1e-12
    )
    assert one.chosen == pytest.approx(
        roc_auc_score(is_open[~unseen], sign * values[~unseen, 68]), abs=1e-12
    )
    assert one.shifted_median < one.shifted_most < 0.75 < one.score
    assert (one.p, one.p_corrected, one.share) == (0.001, 0.002, is_open.mean())
    assert one.score < one.two_units
    assert (other.unit, other.sign) == (3, sign)
    assert other.score == pytest.approx(
        np.corrcoef(number[unseen], values[unseen, 3])[0, 1] ** 2, abs=1e-9
    )
    assert other.two_units > 0.999 > other.score > other.shifted_most
    assert np.isnan(other.share)


@pytest.mark.long(5)
def test_where_no_unit_knows_chance_does_as_well():
    yes_or_no, numbers = [], []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        marks = [yes_no(runs(rng), f"open {k}") for k in range(5)]
        marks += [
            Marked(f"number {k}", drifting(rng, 1)[:, 0].astype("float64"), False) for k in range(5)
        ]
        found, _ = find_cells(drifting(rng, 6), marks, STARTS)
        yes_or_no, numbers = yes_or_no + found[:5], numbers + found[5:]
    for found, chance in ((yes_or_no, 0.5), (numbers, 0.0)):
        p = np.sort([one.p for one in found])
        # Kolmogorov and Smirnov's distance of 40 uniform draws is above .25 once in a hundred times
        assert np.abs(p - (np.arange(40) + 0.5) / 40).max() < 0.25
        chosen, score = (
            np.mean([getattr(one, name) for one in found]) for name in ("chosen", "score")
        )
        assert abs(score - chance) < 0.02
        assert chosen > score + 0.004  # the best of six is good by having been chosen


def test_what_comes_again_and_again_at_one_distance_is_told_by_any_unit_that_does():
    values, marks = drifting(np.random.default_rng(0), 3), np.arange(T) % 50 < 9
    values[:, 1] += 5 * marks
    (one,), _ = find_cells(values, [yes_no(marks)], STARTS)
    assert one.score > 0.9
    assert one.p > 0.01


def test_only_what_is_judged_counts():
    rng = np.random.default_rng(0)
    values, marks = drifting(rng, 5), runs(rng)
    values[:, 2] += 2 * marks
    is_judged = np.arange(T) >= 2500
    some = yes_no(np.where(is_judged, marks, np.nan), "some")
    (one, every, again), _ = find_cells(
        values, [some, yes_no(marks, "every"), some._replace(name="again")], STARTS
    )
    assert one[1:12] == again[1:12]
    assert one.share == marks[is_judged].mean()
    unseen = is_judged & ~split(STARTS, T)
    assert one.score == pytest.approx(roc_auc_score(marks[unseen], values[unseen, 2]), abs=1e-12)
    np.testing.assert_allclose([f.p_corrected for f in (one, every, again)], [0.003] * 3)


def test_a_long_text_is_looked_at_in_places_and_scored_in_all(monkeypatch):
    rng = np.random.default_rng(0)
    values, marks = drifting(rng, 5), runs(rng)
    values[:, 2] += 2 * marks
    (every,), _ = find_cells(values, [yes_no(marks)], STARTS)
    monkeypatch.setattr(search, "SAMPLE", 1000)
    (some,), _ = find_cells(values, [yes_no(marks)], STARTS)
    assert (some.unit, some.score) == (every.unit, every.score)
    assert some.chosen != every.chosen
    assert some.chosen == pytest.approx(every.chosen, abs=0.03)


def test_what_these_texts_say_nothing_about_is_left_out_with_the_reason():
    rng = np.random.default_rng(0)
    is_first, marks = split(STARTS, T), runs(rng)
    few = np.zeros(T)
    few[np.flatnonzero(is_first)[:9]] = 1
    hypotheses = [
        yes_no(np.ones(T), "always"),
        yes_no(marks),
        yes_no(np.zeros(T), "never"),
        yes_no(few, "few"),
        Marked("seven", np.where(is_first, rng.normal(size=T), 7.0), False),
        Marked("nowhere", np.full(T, np.nan), False),
        yes_no(np.where(is_first, marks, np.nan), "half"),
    ]
    found, left_out = find_cells(drifting(rng, 3), hypotheses, STARTS)
    assert [one.name for one in found] == ["open"]
    assert left_out == [
        LeftOut("always", Cells.FEW_FALSE(n=0, of=4000, least=10)),
        LeftOut("never", Cells.FEW_TRUE(n=0, of=4000, least=10)),
        LeftOut("few", Cells.FEW_TRUE(n=9, of=4000, least=10)),
        LeftOut("seven", Cells.ALWAYS(value=7.0)),
        LeftOut("nowhere", Cells.FEW_JUDGED(n=0, least=200)),
        LeftOut("half", Cells.FEW_JUDGED(n=0, least=200)),
    ]
    assert find_cells(drifting(rng, 3), hypotheses[:1], STARTS)[0] == []


def test_more_hypotheses_than_any_p_could_stand_are_left_out_and_not_called_untold():
    rng = np.random.default_rng(0)
    values, marks = drifting(rng, 3), runs(rng)
    values[:, 1] += 20 * marks  # which is told, if anything may be
    many = [yes_no(marks, f"open {k}") for k in range(51)]
    found, left_out = find_cells(values, many[:50], STARTS)
    assert left_out == []
    assert all(one.is_told for one in found)
    found, left_out = find_cells(values, many, STARTS)
    assert found == []
    assert [one.name for one in left_out] == [one.name for one in many]
    assert {one.why for one in left_out} == {Cells.TOO_MANY(n=51, most=50)}


def test_a_hypothesis_that_judges_too_little_leaves_the_others_their_p():
    rng = np.random.default_rng(0)
    values, marks, is_first = drifting(rng, 3), runs(rng), split(STARTS, T)
    values[:, 1] += 20 * marks
    few = np.full(T, np.nan)
    for half in (is_first, ~is_first):
        few[np.flatnonzero(half)[:200]] = marks[half][:200]  # 101 shifts
    hypotheses = [yes_no(few, "few"), *(yes_no(marks, f"open {k}") for k in range(5))]
    found, left_out = find_cells(values, hypotheses, STARTS)
    assert [one.p_corrected for one in found] == [0.005] * 5
    assert left_out == [LeftOut("few", Cells.TOO_MANY(n=6, most=5))]
    assert find_cells(values, hypotheses[:5], STARTS)[1] == []


def test_one_unit_has_no_next():
    rng = np.random.default_rng(0)
    (one,), _ = find_cells(drifting(rng, 1), [yes_no(runs(rng))], np.array([0]))
    assert one.unit == 0
    assert np.isnan([one.next_best, one.two_units, one.three_units]).all()


def test_values_that_do_not_fit_are_refused():
    rng = np.random.default_rng(0)
    values = drifting(rng, 3)
    with raises(Cells.OTHER_LENGTH, name="open", shape=(7,), n=8000):
        find_cells(values, [yes_no(np.ones(7))], STARTS)
    values[5, 1] = np.inf
    with raises(Cells.NOT_FINITE, unit=1):
        find_cells(values, [yes_no(runs(rng))], STARTS)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12))
def test_halves_are_of_whole_files_or_of_one_cut(lengths):
    starts, total = np.cumsum([0, *lengths[:-1]]), sum(lengths)
    is_first = split(starts, total)
    assert is_first.shape == (total,)
    whole = all(
        len(set(is_first[start : start + n].tolist())) <= 1
        for start, n in zip(starts, lengths, strict=True)
    )
    assert whole or is_first.tolist() == [True] * (total // 2) + [False] * (total - total // 2)
    sizes = is_first.sum(), total - is_first.sum()
    assert min(sizes) >= 0.25 * total - 1  # 1: an odd text is cut beside its middle
    assert whole or max(lengths) > 0.5 * total  # else files would have done
