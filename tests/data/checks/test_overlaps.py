"""Stretches shared by series are found as by comparing all pairs; lookalikes are not."""

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from glasscell.data import Sequences
from glasscell.data.checks import overlaps
from glasscell.data.checks.advice import advise
from glasscell.data.checks.copies import fingerprints_of
from glasscell.data.checks.overlaps import check_overlaps, find_overlaps, shortest_stretch
from glasscell.data.checks.sentences import Doubts


def runs(one, other):
    """Give each stretch that two series have in common, as far as it goes: (steps, D)."""
    for offset in range(-len(other) + 1, len(one)):
        a, b = one[max(offset, 0) :], other[max(-offset, 0) :]
        n, begin = min(len(a), len(b)), 0
        for k in range(n + 1):
            if k == n or not np.array_equal(a[k], b[k], equal_nan=True):
                yield a[begin:k]
                begin = k + 1


def changes_enough(stretch, shortest):
    """Return whether some part of it of that many steps changes in at least half of them."""
    changes = [not np.array_equal(a, b, equal_nan=True) for a, b in pairwise(stretch)]
    return any(
        sum(changes[k : k + shortest - 1]) >= shortest // 2
        for k in range(len(stretch) - shortest + 1)
    )


@st.composite
def small_series(draw):
    """Return a few short padded series of few values, which may overlap, and their lengths."""
    rng = np.random.default_rng(draw(st.integers(0, 10**9)))
    n, width, different = (
        draw(st.integers(2, 5)),
        draw(st.integers(1, 2)),
        draw(st.sampled_from([2, 4, 50])),
    )
    x, lengths = (
        rng.integers(0, different, (n, 14, width)).astype("float32"),
        rng.integers(6, 15, n),
    )
    for _ in range(draw(st.integers(0, 4))):
        one, other, steps = *rng.integers(0, n, 2), rng.integers(2, 8)
        here, there = rng.integers(0, 14 - steps, 2)
        x[one, here : here + steps] = x[other, there : there + steps]
    x[rng.random(x.shape) < draw(st.sampled_from([0, 0.2]))] = np.nan
    x[np.arange(14) >= lengths[:, None]] = np.nan
    return x, lengths


@given(small_series(), st.integers(3, 6), st.booleans())
def test_found_is_what_comparing_all_with_all_finds(made, shortest, in_groups):
    (x, lengths), n = made, len(made[0])
    groups = np.array(["p", "q", "p", "q", "r"])[:n] if in_groups else None
    shared = {
        (a, b): longest
        for a, b in combinations(range(n), 2)
        if (
            longest := [
                len(s)
                for s in runs(x[a, : lengths[a]], x[b, : lengths[b]])
                if changes_enough(s, shortest)
            ]
        )
    }
    if groups is not None:
        shared = {(a, b): longest for (a, b), longest in shared.items() if groups[a] != groups[b]}
    found, parts = find_overlaps(x, lengths, shortest, groups)
    pairs = [pair[:2] for pair in found]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) <= set(shared)
    assert bool(pairs) == bool(shared)
    for a, b, steps in found:
        assert (
            shortest <= steps <= max(len(s) for s in runs(x[a, : lengths[a]], x[b, : lengths[b]]))
        )
    assert [steps for *_, steps in found] == sorted((steps for *_, steps in found), reverse=True)
    table = np.zeros((n, n))
    for pair in shared:
        table[pair] = 1
    if (
        groups is None
    ):  # each is paired with the next that shares a stretch, so that the same hang together
        np.testing.assert_array_equal(parts, connected_components(table, directed=False)[1])


def recordings(kind, n=3, steps=600, seed=0):
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(n, steps, 2))
    return {
        "noise": noise,
        "walks": noise.cumsum(1),
        "whole numbers": np.rint(70 + 3 * noise),
        "one decimal": np.round(20 + 2 * noise, 1),
        "rest": np.where((np.arange(steps) // 60 % 2)[:, None], 0, noise),
        "gaps": np.where(rng.random(noise.shape) < 0.2, np.nan, noise),
        "waves": np.sin(np.arange(steps)[:, None] / rng.uniform(3, 9, (n, 1, 2))) + 0.1 * noise,
    }[kind]


KINDS = ["noise", "walks", "whole numbers", "one decimal", "rest", "gaps", "waves"]


def windows(kind, stride, length=60, **how):
    x = [
        one[k : k + length]
        for one in recordings(kind, **how)
        for k in range(0, len(one) - length + 1, stride)
    ]
    return Sequences.from_list(x)


@pytest.mark.parametrize("kind", KINDS)
def test_windows_that_overlap_are_named_with_their_recordings(kind):
    series = windows(kind, 30)
    order = np.random.default_rng(1).permutation(len(series))
    for some in (series, series.select(order)):
        (found,) = check_overlaps(some, fingerprints_of(some))
        assert found.code is Doubts.OVERLAPS
        if kind != "rest":  # where some are the same
            assert (found.values["some"], found.values["n"]) == (len(series), len(series))
        assert found.values["pairs"][0].values["steps"] == 30
        recording = np.arange(len(series)) // (len(series) // 3)
        for ids in found.values["together"]:
            assert len(set(recording[[int(id) for id in ids]])) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_windows_side_by_side_and_those_in_one_group_are_passed(kind):
    for seed in range(5):
        series = windows(kind, 60, seed=seed)
        assert check_overlaps(series, fingerprints_of(series)) == []
    series = windows(kind, 30)
    series = replace(series, groups=(np.arange(len(series)) // (len(series) // 3)).astype(str))
    assert check_overlaps(series, fingerprints_of(series)) == []
    (found,) = check_overlaps(replace(series, groups=series.ids), fingerprints_of(series))
    assert found.values["pairs"][0].values["steps"] == 30


@pytest.mark.parametrize("kind", KINDS)
def test_many_short_series_share_nothing_by_chance(kind):
    series = windows(kind, 20, length=20, n=100, seed=2)
    assert check_overlaps(series, fingerprints_of(series)) == []


@pytest.mark.parametrize("values", [2, 3, 10])
def test_switches_counts_and_rhythms_share_nothing_either(values):
    rng = np.random.default_rng(values)
    for x in (
        rng.integers(0, values, size=(200, 40, 1)),
        rng.poisson(values, size=(200, 40, 2)),
        rng.integers(0, values, size=(200, 10, 1)).repeat(4, 1),
        (np.arange(40)[:, None] + rng.integers(0, 9, (200, 1, 1))) % values,
        np.rint(values * np.sin(np.arange(40)[:, None] / 3 + rng.uniform(0, 7, (200, 1, 1))))
        + rng.integers(0, 2, (200, 40, 1)),
    ):
        series = Sequences.from_list(list(x.astype(float)))
        assert check_overlaps(series, fingerprints_of(series)) == []


def test_near_copies_are_named_and_exact_ones_are_spoken_of_as_such():
    x = list(recordings("walks", n=20, steps=40))
    near = [*x, x[3] * (1 + 1e-7), x[5] + 1e-6]
    (found,) = advise(Sequences.from_list(near))
    assert found.code is Doubts.OVERLAPS
    whole = [Doubts.SHARED(first=a, second=b, steps=40) for a, b in (("3", "20"), ("5", "21"))]
    assert sorted(found.values["pairs"], key=str) == whole
    assert found.values["together"] == [["3", "20"], ["5", "21"]]
    assert found.values["groups"] == 20
    assert [note.code for note in advise(Sequences.from_list([*x, x[3]]))] == [Doubts.DUPLICATES]


def test_of_many_stretches_some_are_compared_and_those_of_any_part_of_the_file(monkeypatch):
    monkeypatch.setattr(overlaps, "KEPT", 500)
    monkeypatch.setattr(overlaps, "AT_ONCE", 1000)
    series = windows("noise", 30)
    assert len(series) * 60 > 5 * 500
    (found,) = check_overlaps(series, fingerprints_of(series))
    assert found.values["some"] > 0.9 * len(series)


def test_a_stretch_has_a_tenth_of_the_steps_of_a_long_series():
    x = recordings("noise", steps=1000)
    assert shortest_stretch(x, np.full(3, 1000)) == 100
    x[1, :90] = x[0, 300:390]
    series = Sequences.from_list(list(x))
    assert check_overlaps(series, fingerprints_of(series)) == []
    x[1, :120] = x[0, 300:420]
    series = Sequences.from_list(list(x), ids=["a", "b", "c"])
    (found,) = check_overlaps(series, fingerprints_of(series))
    assert found.values["pairs"] == [Doubts.SHARED(first="a", second="b", steps=120)]
    assert (found.values["some"], found.values["n"], found.values["least"]) == (2, 3, 100)
