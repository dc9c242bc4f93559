"""Spacing of steps: against NumPy, series by series; only more than jitter causes a note."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasscell.data import spacing
from glasscell.data.sentences import Reading
from glasscell.data.spacing import about_spacing, find_unevenness, measure

times_of_some = st.lists(
    st.lists(st.integers(0, 1000), min_size=1, max_size=12, unique=True).map(sorted),
    min_size=1,
    max_size=8,
)


def together(times):
    lengths = [len(one) for one in times]
    return (
        np.repeat(np.arange(len(times)), lengths),
        np.concatenate([np.asarray(one) for one in times]),
        len(times),
    )


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
        if (
            abs(some.max(initial=0) - some.min(initial=0)) > 0
            and not np.isclose(some, 1.5 * middle).any()
        ):
            assert (
                off == pytest.approx(max(far.mean(), late)) or np.isclose(1.5 * some, middle).any()
            )


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


def test_a_jump_in_one_of_many_series_is_found():
    times = [np.arange(30 + k) * 10.0 + 500 for k in range(24)]
    times[3][17:] += 3 * 3600 - 10
    jump = Reading.JUMP(longest="3h", every="10s")
    assert about_spacing(measure(*together(times), unit=1.0)) == [
        Reading.TAKEN_AS_EVEN.warning(found=jump, every="10s")
    ]
    times[3][17:] -= 3 * 3600 - 250  # some steps are missing
    assert about_spacing(measure(*together(times), unit=1.0)) == []
