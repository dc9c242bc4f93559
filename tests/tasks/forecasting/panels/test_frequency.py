import numpy as np
import pandas as pd
import pytest
from support.facts import raises

from glasscell.tasks.forecasting.panels.frequency import (
    find_frequency,
    parse_frequency,
    raise_uneven,
)
from glasscell.tasks.forecasting.panels.sentences import Panels

ALIASES = [
    "MS",
    "ME",
    "QS",
    "QS-FEB",
    "QE",
    "YS",
    "YE",
    "YS-JUL",
    "W-MON",
    "W-WED",
    "B",
    "D",
    "h",
    "30min",
    "s",
    "2D",
]


@pytest.mark.parametrize("alias", ALIASES)
def test_a_frequency_is_found_with_holes_and_gone_on_with_as_pandas_does(alias):
    rng = np.random.default_rng(0)
    times = pd.date_range("2019-12-28 00:00", periods=60, freq=alias).to_numpy("datetime64[ns]")
    keep = np.flatnonzero(rng.random(40) < 0.8)
    found = find_frequency([times[keep]])
    assert found is not None
    assert found.alias == alias
    assert parse_frequency(alias) == found
    places = found.places(times[keep])
    assert places is not None
    assert (places == keep - keep[0]).all()
    assert (found.after(times[keep[0]], np.arange(60 - keep[0])) == times[keep[0] :]).all()


def test_months_may_have_any_day_that_all_of_them_have():
    times = np.array(["2026-01-15", "2026-02-15", "2026-03-15"], "datetime64[ns]")
    found = find_frequency([times])
    assert found is not None
    assert found.alias == "MS"
    assert (found.after(times[0], np.arange(3)) == times).all()


@pytest.mark.parametrize(
    ("alias", "code"), [("MS", Panels.OTHER_DAY), ("ME", Panels.NOT_THE_LAST_DAY)]
)
def test_a_mistyped_day_among_months_is_named(alias, code):
    times = pd.date_range("2025-01-01", periods=12, freq=alias).to_numpy("datetime64[ns]")
    times[4] = np.datetime64("2025-05-10")
    with raises(code, series="a", time="2025-05-10") as caught:
        raise_uneven(times, "a")
    assert code is Panels.NOT_THE_LAST_DAY or caught.value.values["day"] == 1


def test_what_is_later_than_times_can_be_is_refused():
    years = parse_frequency("YS")
    times = np.array(["2260-01-01"], "datetime64[ns]")
    assert (
        years.after(times[0], np.arange(3)).astype("datetime64[Y]").astype(int)[-1] + 1970 == 2262
    )
    for alias, steps in (("YS", 3), ("MS", 40), ("B", 900), ("D", 900), ("h", 30_000)):
        with raises(Panels.BEYOND, time="2260-01-01"):
            parse_frequency(alias).after(times[0], np.arange(steps + 1))


def test_what_is_uneven_has_no_frequency_and_is_named():
    times = np.array(
        ["2026-01-01 00:00", "2026-01-01 00:30", "2026-01-01 01:00", "2026-01-01 01:31"],
        "datetime64[ns]",
    )
    assert find_frequency([times]) is None
    with raises(
        Panels.UNEVEN_STEP,
        before="2026-01-01 01:00",
        time="2026-01-01 01:31",
        step="31min",
        every="30min",
    ):
        raise_uneven(times, "a")
    with raises(Panels.NO_FREQUENCY, found="fortnight"):
        parse_frequency("fortnight")
