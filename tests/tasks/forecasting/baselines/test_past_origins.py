"""Intervals of ETS and Theta, widened by how far off they were at past origins."""

import numpy as np

from glasscell.tasks.forecasting.baselines.local_models import LocalModel
from glasscell.tasks.forecasting.baselines.past_origins import factors_on_past, widened


def test_widened_intervals_hold_more_of_what_comes_where_the_models_own_are_too_narrow():
    model, at, horizon = LocalModel("Theta"), (0.1, 0.5, 0.9), 4
    rng = np.random.default_rng(5)
    series = [np.cumsum(np.cumsum(rng.normal(size=48))) for _ in range(60)]  # trends that change
    seen, came = (
        [values[:-horizon] for values in series],
        np.stack([values[-horizon:] for values in series]),
    )
    by = factors_on_past(model, seen, horizon, at, 1)
    found = model.forecast_quantiles(seen, horizon, at, 1)
    held = [
        np.mean((one[..., 0] <= came) & (came <= one[..., 2]))
        for one in (found, widened(found, by, at))
    ]
    assert held[0] < 0.7
    assert held[0] + 0.05 < held[1] < 0.9
    assert np.array_equal(widened(found, by, at)[..., 1], found[..., 1])


def test_of_series_without_an_origin_nothing_is_widened():
    assert factors_on_past(LocalModel("ETS"), [np.arange(5.0)], 4, (0.1, 0.5, 0.9), 1) == (
        1.0,
        1.0,
        1.0,
    )
    assert factors_on_past(LocalModel("ETS"), [np.full(30, 2.0)], 4, (0.1, 0.5, 0.9), 1) == (
        1.0,
        1.0,
        1.0,
    )
