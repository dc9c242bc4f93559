"""Panels of uneven series, with gaps, and networks of random weights that forecast them."""

import numpy as np
import pandas as pd

from glasscell.tasks.forecasting.network import build_forecaster
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.panels.windows import cut, find_cycles, frame_panel

LENGTHS = (1.0, 0.5, 0.1, 0.04, 0.0)  # of the longest; the last one has a single step
CONTEXT = 14


def uneven_panel(frequency, steps, *, above_zero=True, covariates=True, ahead=5, seed=0) -> Panel:
    """Make series that end at different times, with gaps; of no frequency, times are whole numbers."""
    rng = np.random.default_rng(seed)
    parts = []
    for k, share in enumerate(LENGTHS):
        length, first = max(1, round(share * steps)), int(rng.integers(0, 5))
        n = length + ahead
        when = (
            np.arange(first + n)
            if frequency is None
            else pd.date_range("1963-11-01", periods=first + n, freq=frequency)
        )
        y = rng.normal(size=n).cumsum()
        y = np.exp(y / 10 + 3) if above_zero else 50 * y + 1e4 * k
        y[1 : max(length - 1, 1)][rng.random(max(length - 2, 0)) < 0.2] = np.nan
        y[length:] = np.nan
        columns = {"promo": rng.normal(3, 7, n), "rain": np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n))}
        parts.append(pd.DataFrame({"unique_id": f"s{k}", "ds": when[first:], "y": y, "size": float(k), **columns}))
    frame = pd.concat(parts)
    if not covariates:
        return from_frame(frame[["unique_id", "ds", "y"]])
    return from_frame(frame, known=["promo"], past=["rain"], static=["size"])


def framed(panel, baseline, season, quantiles, *, horizon=5, seed=0, **network):
    """Return a framing, and a network for it with weights that nobody trained."""
    framing = frame_panel(panel, horizon, CONTEXT, season, baseline, find_cycles(panel))
    windows = cut(panel, framing, last=True)
    start = np.zeros((horizon, len(quantiles)))
    sizes = windows.steps.shape[2], windows.ahead.shape[2], horizon
    model = build_forecaster(*sizes, quantiles, start=start, context=CONTEXT, seed=seed, **network)
    rng = np.random.default_rng(seed)
    model.set_weights([v + 0.3 * rng.normal(size=v.shape).astype("float32") for v in model.get_weights()])
    return framing, model
