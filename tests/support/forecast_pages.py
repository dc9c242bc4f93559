"""Forecasters of random weights with series, as the page has them, and their Python forecasts."""

import dataclasses

import numpy as np
import pandas as pd

from glasscell.tasks.forecasting.baselines.local_models import LocalModel
from glasscell.tasks.forecasting.baselines.naive import Baseline
from glasscell.tasks.forecasting.model.forecaster import Forecaster
from glasscell.tasks.forecasting.model.forecasts import answers
from glasscell.tasks.forecasting.model.network import build_forecaster, quantiles_of
from glasscell.tasks.forecasting.model.windows import cut, find_cycles, frame_panel
from glasscell.tasks.forecasting.page import Local, payload_of
from glasscell.tasks.forecasting.panels.frames import from_frame

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
COVARIATES = {"known": ["promo"], "past": ["visitors"], "static": ["size"]}


def draw_panel(seed, steps=(40, 60), gaps=0.1, frequency="MS", covariates=False, horizon=4):
    """Draw series above 0 with gaps, and what is known of the steps after them."""
    rng = np.random.default_rng(seed)
    parts, futures = [], []
    for k, T in enumerate(steps):
        when = np.arange(T + horizon) + 5
        when = (
            when
            if frequency is None
            else pd.date_range("2015-01-01", periods=T + horizon, freq=frequency)
        )
        y = (
            np.exp(0.02 * rng.normal(size=T).cumsum() + 0.2 * np.sin(np.arange(T) / 2))
            * (k + 1)
            * 50
        )
        y[1 : T - 1][rng.random(max(T - 2, 0)) < gaps] = np.nan
        table = {"unique_id": f"s{k}", "ds": when, "promo": rng.integers(0, 2, T + horizon)}
        table |= {"visitors": rng.normal(size=T + horizon), "size": float(k)}
        table = pd.DataFrame(table)
        parts.append(table.iloc[:T].assign(y=y))
        futures.append(table.iloc[T:][["unique_id", "ds", "promo"]])
    table = pd.concat(parts)
    if not covariates:
        return from_frame(table[["unique_id", "ds", "y"]])
    return from_frame(table, future=pd.concat(futures), **COVARIATES)


def draw(
    panel, seed, *, horizon=4, context=9, season=1, baseline=None, quantiles=QUANTILES, **more
):
    """Draw a forecaster for a panel: its network, with changed weights, and its framing."""
    rng = np.random.default_rng(seed)
    framing = frame_panel(
        panel, horizon, context, season, baseline or Baseline(), find_cycles(panel)
    )
    windows = cut(panel, framing, last=True)
    features, ahead = windows.steps.shape[-1], windows.horizon_features.shape[-1]
    start = np.zeros((horizon, len(quantiles)))
    network = build_forecaster(
        features, ahead, horizon, quantiles, start=start, seed=seed, **{"units": 5} | more
    )
    for v in network.trainable_variables:
        v.assign(np.asarray(v) + 0.3 * rng.normal(size=v.shape))
    quantiles_of(network).weight.assign(0.8)
    aside = np.sort(rng.normal(size=(horizon, len(quantiles))), -1)
    quantiles_of(network).initial_width.assign(aside - aside[:, len(quantiles) // 2, None])
    quantiles_of(network).width_factors.assign(
        1 + np.abs(np.arange(len(quantiles)) - len(quantiles) // 2) / 8
    )
    return network, framing


def payload(
    network,
    framing,
    panel,
    quantiles=QUANTILES,
    trained=None,
    reason=None,
    weightless=False,
    **scores,
):
    """Write a forecaster as the payload of a page; trained on all but so many steps.

    `scores` may be a `verdict`, a `contest`, and `local`, who forecasts instead of the network.
    """
    ends = {
        name: len(values) - (trained or 0)
        for name, values in zip(panel.ids, panel.values, strict=True)
    }
    about = {
        "ends": ends,
        "run": "first",
        "reads": "numbers",
        "reason": reason,
        "weightless": weightless,
    }
    forecaster = Forecaster(network, framing, tuple(quantiles), panel)
    return payload_of(forecaster, panel, **about, **scores)


def local_of(framing, panel, name="Theta", weight=0.5, quantiles=QUANTILES):
    """Let Theta forecast a panel instead of a network with this weight."""
    fans = LocalModel(name).forecast_quantiles(
        panel.values, framing.horizon, quantiles, framing.season
    )
    return Local(name, fans, weight)


def with_values(panel, n, changed):
    """Give a panel other values of one series, by the numbers of their steps."""
    values = [v.copy() for v in panel.values]
    for t, v in changed.items():
        values[n][t] = v
    return dataclasses.replace(panel, values=values)


def expected(network, framing, panel):
    """Return forecasts from all origins: {(series, origin): (quantiles (H, Q), baseline (H,))}."""
    found = {}
    for windows in (cut(panel, framing, limit=None), cut(panel, framing, last=True)):
        fans = answers(network, framing, windows)
        base = np.exp(windows.base) if framing.baseline.logs else windows.base
        for k, place in enumerate(
            zip(windows.series.tolist(), windows.origin.tolist(), strict=True)
        ):
            found[place] = fans[k], base[k]
    return found
