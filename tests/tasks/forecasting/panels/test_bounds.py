"""Natural bounds: of counts, amounts and shares; never the extremes seen so far."""

import numpy as np
import pytest

from glasscell.tasks.forecasting.panels.bounds import Bounds, find_bounds

RNG = np.random.default_rng(0)
SHARES = np.clip(RNG.normal(0.8, 0.2, 60), 0.1, 1)
CASES = {
    "counts": ([RNG.poisson(9, 40) + 1.0], (0.0, None)),
    "amounts": ([np.maximum(RNG.normal(size=40), 0)], (0.0, None)),
    "amounts of which one series is never 0": (
        [np.maximum(RNG.normal(size=40), 0), np.arange(9) + 0.5],
        (0.0, None),
    ),
    "prices": ([np.arange(1.5, 40)], (None, None)),
    "an index that is 100 once": ([100 - np.arange(30) * 0.7], (None, None)),
    "many that are 100 once": ([100 - np.arange(30) * 0.7 * k for k in range(1, 5)], (None, None)),
    "a level of 100 that stays": ([np.r_[np.full(9, 9.5), np.full(9, 100.0)]], (None, None)),
    "0 once": ([np.r_[0.0, np.arange(30) + 0.5]], (None, None)),
    "shares": ([SHARES], (0.0, 1.0)),
    "percentages": ([100 * SHARES, 50 + RNG.random(20)], (0.0, 100.0)),
    "shares and a larger number": ([SHARES, np.array([1.2])], (None, None)),
    "below 0": ([np.array([-1.0, 0, 2, 0, 3, 0])], (None, None)),
    "0 and 1": ([np.tile([0.0, 1, 1, 0], 9)], (0.0, 1.0)),
    "nothing": ([np.array([np.nan])], (None, None)),
}


@pytest.mark.parametrize("name", CASES)
def test_bounds_are_those_of_the_kind_of_values(name):
    series, expected = CASES[name]
    gaps = [np.r_[values, np.nan] for values in series]
    assert find_bounds(series) == find_bounds(gaps) == Bounds(*expected)


def test_nothing_passes_them_and_what_is_unknown_stays_so():
    values = np.array([-3.0, 0.5, 7.0, np.nan])
    assert Bounds().clip(values) is values
    np.testing.assert_array_equal(Bounds(0.0, 1.0).clip(values), [0, 0.5, 1, np.nan])
