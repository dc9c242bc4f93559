import numpy as np
import pandas as pd
import pytest

from glasscell.tasks.forecasting.gates import phases_of
from glasscell.tasks.forecasting.model.windows import calendar_features, find_cycles, name_features
from glasscell.tasks.forecasting.panels.frames import from_frame


@pytest.mark.parametrize(
    ("alias", "steps", "expected"),
    [
        ("MS", 24, ("year",)),
        ("MS", 20, ()),
        ("YS", 90, ()),
        ("D", 800, ("year", "week")),
        ("B", 20, ("week",)),
        ("30min", 1000, ("week", "day")),
        ("W-MON", 110, ("year",)),
    ],
)
def test_only_cycles_that_times_show_twice(alias, steps, expected):
    times = pd.date_range("2024-01-01", periods=steps, freq=alias)
    assert find_cycles(from_frame(pd.DataFrame({"ds": times, "y": np.arange(steps)}))) == expected


def test_features_repeat_with_their_cycle_and_differ_within_it():
    hours = pd.date_range("2024-01-01", periods=24 * 14, freq="h")
    features = calendar_features(hours, ("week", "day"))
    assert features.shape == (24 * 14, len(name_features(("week", "day"))))
    # the angles are rounded to about 1e-15
    np.testing.assert_allclose(features[: 24 * 7], features[24 * 7 :], atol=1e-12)
    np.testing.assert_allclose(features[:24, 2:], features[24:48, 2:], atol=1e-12)
    apart = np.linalg.norm(
        features[: 24 * 7, None] - features[None, : 24 * 7], axis=2
    ) + 9 * np.eye(24 * 7)
    assert apart.min() > 0.03


@pytest.mark.parametrize(
    ("frequency", "season", "first", "name"),
    [
        ("MS", 12, "2026-03-01", "Mar"),
        ("ME", 12, "2026-12-31", "Dec"),
        ("QE", 4, "2026-09-30", "Q3"),
        ("D", 7, "2026-11-27", "Fri"),
        ("B", 5, "2026-11-27", "Fri"),
        ("h", 24, "2026-11-27 17:00", "17:00"),
        ("30min", 48, "2026-11-27 17:00", "1"),
        ("W-WED", 52, "2026-11-25", "1"),
        ("D", 30, "2026-11-27", "1"),
    ],
)
def test_places_are_the_calendar_s_where_it_has_them(frequency, season, first, name):
    times = pd.date_range(first, periods=2 * season + 1, freq=frequency)
    places, names = phases_of(times, season, frequency)
    assert len(names) == season
    assert names[places[0]] == name
    np.testing.assert_array_equal(places, (places[0] + np.arange(len(times))) % season)
