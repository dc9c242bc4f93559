"""Who forecasts instead of the network, and which covariates it drops: without a training."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from glasscell.tasks.forecasting.baselines.naive import Baseline
from glasscell.tasks.forecasting.baselines.past_origins import compare_on_past
from glasscell.tasks.forecasting.model.windows import cut, frame_panel
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.selection import plan
from glasscell.tasks.forecasting.selection.choice import select
from glasscell.tasks.forecasting.selection.contest import compare
from glasscell.tasks.forecasting.selection.covariates import find_useless
from glasscell.tasks.forecasting.selection.plan import ForecastOptions
from glasscell.tasks.forecasting.selection.validation import hold_out

HORIZON, AT = 4, (0.1, 0.5, 0.9)


def walks(count):
    rng = np.random.default_rng(0)
    parts = [
        pd.DataFrame({"unique_id": f"s{n}", "ds": range(80), "y": rng.normal(size=80)})
        for n in range(count)
    ]
    return from_frame(pd.concat(parts))


def later_of(panel):
    lengths = [len(values) for values in panel.values]
    return hold_out(
        cut(panel, frame_panel(panel, HORIZON, 8, 1, Baseline())), lengths, HORIZON
    ).later


def better(panel, *, off, back=3):
    """Return who beats a network that errs by so much; so many horizons are held out."""
    whole = dict(zip(panel.ids, panel.values, strict=True))

    def forecast_median(seen):
        return np.array(
            [whole[k][len(v) :][:HORIZON] + off for k, v in zip(seen.ids, seen.values, strict=True)]
        )

    begins = [len(values) - back * HORIZON for values in panel.values]
    found = compare(panel, begins, forecast_median, HORIZON, AT, 1, Baseline())
    assert (found is None) == (back == 0)
    return found and found.better


@pytest.mark.parametrize("count", [1, 8])
def test_a_network_that_knows_what_comes_is_kept_and_one_far_off_is_not(count):
    panel = walks(count)
    assert better(panel, off=0) is None
    found = compare_on_past(panel.values, HORIZON, AT, 1, Baseline())
    assert better(panel, off=50) == min(("ETS", "Theta"), key=lambda name: found[name].mean())


@pytest.mark.parametrize(("count", "kept"), [(4, False), (5, True)])
def test_of_fewer_than_five_series_it_has_to_be_better_by_a_tenth(count, kept):
    panel = walks(count)
    found = compare_on_past(panel.values, HORIZON, AT, 1, Baseline())
    best = min(found["ETS"].mean(), found["Theta"].mean())
    # off by as much as makes the error 0.95 of the best: each origin divides by the mean change of
    # its past
    pasts = [
        values[: len(values) - HORIZON * back] for values in panel.values for back in (1, 2, 3)
    ]
    off = 0.95 * best / np.mean([1 / np.abs(np.diff(past)).mean() for past in pasts])
    assert (better(panel, off=off) is None) == kept


def test_where_no_origin_was_held_back_nothing_is_decided():
    assert better(walks(2), off=50, back=0) is None


@pytest.mark.long(20)
def test_who_forecasts_is_decided_of_panels_of_which_only_every_second_origin_is_trained_on(
    monkeypatch,
):
    """Only the real search cuts windows of so long a panel, and runs the network on others."""
    monkeypatch.setattr(plan, "cut", partial(cut, limit=400))
    chosen = select(walks(8), ForecastOptions(horizon=3, units=1, seed=0))
    assert chosen.contest is not None
    assert (chosen.contest.series, chosen.contest.origins) == (8, 3)
    assert chosen.framing.alone == chosen.contest.better


def test_a_covariate_helps_if_the_error_rises_when_its_values_are_exchanged():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"ds": range(60), "y": rng.normal(size=60), "promo": rng.normal(size=60)})
    frame = frame.assign(
        noise=rng.normal(size=60), weather=rng.normal(size=60), day=list("abc") * 20
    )
    panel = from_frame(frame, known=["promo", "noise", "day"], past=["weather"])
    later = later_of(panel)
    known, past = panel.covariates["known"], panel.covariates["past"]
    at_steps = later.steps.shape[-1] - len(known) - len(past)
    at_ahead = later.horizon_features.shape[-1] - len(known)

    def error_of(windows):
        promo = windows.horizon_features[..., at_ahead + known.index("promo")]
        day = windows.horizon_features[..., at_ahead + known.index("day=b")]
        weather = windows.steps[..., at_steps + len(known)]
        true = (
            later.horizon_features[..., at_ahead + known.index("promo")]
            + later.horizon_features[..., at_ahead + known.index("day=b")]
        )
        return (
            1
            + np.abs(promo + day - true).mean()
            + np.abs(weather - later.steps[..., at_steps + len(known)]).mean()
        )

    assert find_useless(panel, later, error_of, 0) == ["noise"]
