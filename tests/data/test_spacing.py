"""How far apart steps are: against NumPy series by series, and only what is more than jitter is remarked on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasscell.data import spacing
from glasscell.data.sentences import Reading
from glasscell.data.spacing import about_jumps, about_spacing, find_unevenness, measure

times_of_some = st.lists(
    st.lists(st.integers(0, 1000), min_size=1, max_size=12, unique=True).map(sorted), min_size=1, max_size=8
)


def together(times):
    lengths = [len(one) for one in times]
    return np.repeat(np.arange(len(times)), lengths), np.concatenate([np.asarray(one) for one in times]), len(times)


@given(times_of_some, st.sampled_from([None, 1e-3]), st.sampled_from([1, 7, 2**20]))
def test_medians_ends_and_times_are_those_of_each_series(times, unit, rows):
    before, spacing.ROWS = spacing.ROWS, rows  # parts of any size give the same
    try:
        found = measure(*together(times), unit, keep=True)
    finally:
        spacing.ROWS = before
    size = 1 if unit is None else unit
    steps = [np.diff(one) * size for one in times]
    medians = [np.median(some) if len(some) else np.nan for some in steps]
    np.testing.assert_allclose(found.median, medians, rtol=1e-5)
    every = np.concatenate(steps)
    ends = (every.min(), every.max()) if len(every) else (np.nan, np.nan)
    np.testing.assert_allclose([found.shortest, found.longest], ends)
    assert found.times is not None
    for one, row in zip(times, found.times, strict=True):
        np.testing.assert_allclose(row[: len(one)], (np.array(one) - one[0]) * size)
        assert np.isnan(row[len(one) :]).all()
    for some, off, middle in zip(steps, found.off, medians, strict=True):
        far = (some > 1.5 * middle * (1 + 1e-9)) | (1.5 * some < middle * (1 - 1e-9))
        late = some[some > 1.5 * middle * (1 + 1e-9)].sum() / max(some.sum(), 1e-9)
        if abs(some.max(initial=0) - some.min(initial=0)) > 0 and not np.isclose(some, 1.5 * middle).any():
            assert off == pytest.approx(max(far.mean(), late)) or np.isclose(1.5 * some, middle).any()


def made(step, n=20, m=50, rate=lambda k: 1.0):
    rng = np.random.default_rng(0)
    return together([np.cumsum(step(rng, m)) * rate(k) for k in range(n)])


@pytest.mark.parametrize(
    "step",
    [
        lambda rng, m: np.full(m, 0.1),
        lambda rng, m: np.full(m, 0.1) * rng.uniform(0.8, 1.2, m),
        lambda rng, m: np.where(np.arange(m) == 7, 0.2, 0.1),
    ],
    ids=["even", "jitter", "one step missing"],
)
def test_nothing_is_said_of_what_is_even_but_for_jitter(step):
    assert about_spacing(measure(*made(step))) == []


@pytest.mark.parametrize(
    ("step", "rate", "code", "values"),
    [
        (lambda rng, m: rng.exponential(0.1, m), lambda k: 1.0, Reading.UNEVEN, {}),
        (
            lambda rng, m: np.where(rng.random(m) < 0.1, 1.0, 0.1),
            lambda k: 1.0,
            Reading.UNEVEN,
            {"shortest": "0.1", "longest": "1", "every": "0.1"},
        ),
        (
            lambda rng, m: np.full(m, 0.1),
            lambda k: 1 + k % 2,
            Reading.DIFFERENT_STEPS,
            {"shortest": "0.1", "longest": "0.2"},
        ),
    ],
    ids=["as it comes", "pauses", "two rates"],
)
def test_more_is_reported_in_one_line_with_both_options(step, rate, code, values):
    (warning,) = about_spacing(measure(*made(step, rate=rate)))
    found = find_unevenness(measure(*made(step, rate=rate)))
    assert found is not None
    assert warning == Reading.TAKEN_AS_EVEN.warning(found=found, every=found.values["every"])
    assert found.code is code
    assert values.items() <= found.values.items()


def test_without_times_or_steps_nothing_is_said():
    assert about_spacing(None) == []
    assert about_spacing(measure(*together([[1], [5]]))) == []


@pytest.mark.parametrize("rows", [7, 2**20])
def test_a_jump_is_named_with_its_series_and_its_time(rows, monkeypatch):
    monkeypatch.setattr(spacing, "ROWS", rows)
    times = [np.arange(30 + k) * 10.0 + 500 for k in range(24)]
    ids = np.array([f"s{k}" for k in range(24)])
    assert about_jumps(measure(*together(times), unit=1.0), ids) == []
    times[3][17:] += 3 * 3600 - 10
    found = measure(*together(times), unit=1.0)
    jump = {"some": 1, "n": 24, "id": "s3", "length": "3h", "steps": 17, "since": "2.67min", "mostly": "10s"}
    assert about_jumps(found, ids) == [Reading.JUMPS.warning(**jump, also=None)]
    assert about_spacing(found) == []
    assert about_jumps(found.select(slice(4, None)), ids[4:]) == []
    assert about_jumps(found.select(slice(3, None)), ids[3:]) == [Reading.JUMPS.warning(**jump | {"n": 21}, also=None)]
    times[5], times[6] = np.array([0.0, 10, 20, 9000]), np.array([0.0, 9000])  # of two steps nothing is usual
    times[7] = np.cumsum(np.random.default_rng(0).pareto(1, 300))  # uneven all over, with long steps among others
    jump |= {"some": 2, "length": "1.08e+04", "since": "160", "mostly": "10"}
    also = Reading.ALSO_IN(ids=["s5"])
    assert about_jumps(measure(*together(times), unit=None), ids) == [Reading.JUMPS.warning(**jump, also=also)]


def test_a_step_missing_here_and_there_is_no_jump():
    assert about_jumps(measure(*made(lambda rng, m: np.where(np.arange(m) == 7, 2.5, 0.1))), np.arange(20)) == []
