"""Seasons known by construction: found where there is one, and not where there is none."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.panel import cut_off
from glasscell.tasks.forecasting.panels.seasons import (
    candidates_for,
    candidates_of,
    evidence_of,
    find_seasons,
)

SEED = 20


def panel_of(series, frequency):
    """Make a panel of series that end together."""
    longest = max(map(len, series))
    times = pd.date_range("2020-01-01", periods=longest, freq=frequency)
    parts = [
        pd.DataFrame({"unique_id": f"s{n}", "ds": times[-len(y) :], "y": y})
        for n, y in enumerate(series)
    ]
    return from_frame(pd.concat(parts))


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [
        *(
            ("h", (24, 168)),
            ("30min", (48, 336)),
            ("10min", (144, 1008)),
            ("6h", (4, 28)),
            ("min", (60, 1440)),
        ),
        *(
            ("5min", (12, 288)),
            ("s", (60, 3600)),
            ("7min", ()),
            ("7h", (24,)),
            ("ms", ()),
            ("D", (7, 365)),
            ("2D", ()),
        ),
        *(
            ("B", (5,)),
            ("W-WED", (52,)),
            ("4W", (13,)),
            ("ME", (12,)),
            ("3MS", (4,)),
            ("QS-FEB", (4,)),
            ("YS", ()),
        ),
        (None, ()),
    ],
)
def test_candidates_are_the_calendar_s(frequency, expected):
    assert candidates_for(frequency) == expected


def noise(rng, steps):
    return rng.normal(size=steps)


def walk(rng, steps):
    return rng.normal(size=steps).cumsum()


def trend(rng, steps):
    return 0.3 * np.arange(steps) + rng.normal(size=steps)


def jumps(rng, steps):
    return 30 * ((rng.random(steps) < 0.03) * rng.normal(size=steps)).cumsum() + rng.normal(
        size=steps
    )


def rare(rng, steps):
    return (rng.random(steps) < 0.15) * (1.0 + rng.poisson(2, steps))


WITHOUT = [noise, walk, trend, jumps, rare]


@pytest.mark.parametrize("make", WITHOUT)
@pytest.mark.parametrize(
    ("season", "steps", "tries"), [(4, 30, 150), (7, 90, 150), (12, 150, 150), (52, 120, 60)]
)
def test_where_there_is_none_fewer_than_one_in_twenty_is_found(make, season, steps, tries):
    rng = np.random.default_rng([SEED, season])
    found = [evidence_of([make(rng, steps)], season).suffices for _ in range(tries)]
    # as one in twenty makes 98 times of 100
    assert sum(found) <= 0.05 * tries + 2 * np.sqrt(0.05 * 0.95 * tries)
    assert not evidence_of([make(rng, steps) for _ in range(40)], season).suffices


@pytest.mark.parametrize("make", WITHOUT)
@pytest.mark.parametrize(("season", "steps"), [(4, 60), (7, 90), (12, 150), (52, 170)])
def test_where_there_is_one_it_is_found(make, season, steps):
    rng = np.random.default_rng([SEED, season])
    shape = 4 * rng.normal(size=season).cumsum() if season > 12 else 3 * rng.normal(size=season)
    series = [make(rng, steps) + np.resize(np.roll(shape, k), steps) for k in range(6)]
    found = [evidence_of([values], season).suffices for values in series]
    assert sum(found) >= 5
    assert evidence_of(series, season).suffices


@pytest.mark.parametrize("frequency", ["D", "W", "MS"])
@pytest.mark.parametrize("rate", [3.2, 3.5, 3.7])  # a period of two, of four, and chaos
def test_logistic_maps_have_no_season(frequency, rate):
    rng = np.random.default_rng(SEED)
    series = np.empty((30, 160))
    state = rng.random(30)
    for t in range(200):
        state = rate * state * (1 - state)
        series[:, max(t - 40, 0)] = state
    panel = panel_of(series + 0.01 * rng.normal(size=series.shape), frequency)
    assert (candidates_of(panel), find_seasons(panel)) == (candidates_for(frequency)[:1], ())


def test_threshold_series_have_none_either():
    rng = np.random.default_rng(SEED)
    series = np.full((60, 160), 0.5)
    for t in range(1, 160):
        before = series[:, t - 1]
        series[:, t] = np.where(
            before > 0.8, -0.9 * before, 0.35 + 0.9 * before
        ) + 0.05 * rng.normal(size=60)
    assert find_seasons(panel_of(series, "D")) == find_seasons(panel_of(series, "W")) == ()


def days_and_weeks(rng, *, of_week):
    t = np.arange(24 * 40)
    wave = np.sin(2 * np.pi * t / 24) + of_week * ((t // 24) % 7 >= 5)
    return wave + 0.1 * walk(rng, len(t)) + 0.2 * noise(rng, len(t))


def test_a_longer_season_must_show_what_a_shorter_one_cannot():
    rng = np.random.default_rng(SEED)
    assert find_seasons(panel_of([days_and_weeks(rng, of_week=2)], "h")) == (24, 168)
    assert find_seasons(panel_of([days_and_weeks(rng, of_week=0)], "h")) == (24,)
    only_weeks = 2 * ((np.arange(960) // 24) % 7 >= 5) + 0.2 * noise(rng, 960)
    assert find_seasons(panel_of([only_weeks], "h")) == (168,)


def test_a_year_of_days_takes_three_years():
    rng = np.random.default_rng(SEED)
    values = 3 * np.sin(2 * np.pi * np.arange(1200) / 365) + 0.5 * noise(rng, 1200)
    assert find_seasons(panel_of([values], "D")) == (365,)
    short = panel_of([values[:1000]], "D")
    assert (candidates_of(short), find_seasons(short)) == ((7,), ())


def test_many_series_tell_what_one_cannot_and_a_few_do_not_speak_for_all():
    rng = np.random.default_rng(SEED)
    quiet = [
        0.9 * np.sin(2 * np.pi * (np.arange(96) / 12 + rng.random())) + noise(rng, 96)
        for _ in range(40)
    ]
    alone = [evidence_of([values], 12).suffices for values in quiet]
    assert not all(alone)
    assert evidence_of(quiet, 12).suffices
    loud = 50 * np.sin(2 * np.pi * np.arange(96) / 12) + noise(rng, 96)
    assert not evidence_of([*(noise(rng, 96) for _ in range(30)), loud, loud], 12).suffices
    one = walk(rng, 96)
    copies = evidence_of([one + 1e-9 * noise(rng, 96) for _ in range(30)], 12)
    # moving together they are one
    assert copies.pooled == pytest.approx(evidence_of([one], 12).pooled, rel=0.1)


def test_gaps_and_outliers_hide_no_season():
    rng = np.random.default_rng(SEED)
    values = 3 * np.sin(2 * np.pi * np.arange(120) / 12) + noise(rng, 120)
    holes, wild = values.copy(), values.copy()
    holes[1:-1][rng.random(118) < 0.25] = np.nan
    wild[[30, 77]] += 1e4
    growing = values * np.exp(np.arange(120) / 30)
    for one in (holes, wild, growing):
        assert evidence_of([one], 12).suffices
    assert evidence_of([np.ones(60), np.full(60, np.nan), values[:24]], 12) is None


@settings(max_examples=30)
@given(
    st.integers(0, 2**16), st.floats(1e-6, 1e6), st.floats(-1e3, 1e3), st.sampled_from((4, 7, 12))
)
def test_units_zero_and_sign_do_not_matter(seed, unit, zero, season):
    rng = np.random.default_rng(seed)
    series = [walk(rng, rng.integers(2 * season + 1, 80)) for _ in range(4)]
    series[0][3] = np.nan
    expected = evidence_of(series, season)
    np.testing.assert_allclose(
        evidence_of([unit * (y + zero) for y in series], season), expected, rtol=1e-6, atol=1e-6
    )
    np.testing.assert_allclose(
        evidence_of([-y for y in series], season), expected, rtol=1e-6, atol=1e-6
    )


def test_only_what_a_panel_has_is_seen():
    rng = np.random.default_rng(SEED)
    values = np.r_[walk(rng, 50), 5 * np.sin(2 * np.pi * np.arange(150) / 12) + noise(rng, 150)]
    panel = panel_of([values], "MS")
    assert find_seasons(panel) == (12,)
    assert find_seasons(cut_off(panel, 150)) == ()
