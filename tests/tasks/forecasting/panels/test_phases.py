import numpy as np
import pandas as pd
import pytest

from glasscell.tasks.forecasting.panels.phases import phases_of


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
