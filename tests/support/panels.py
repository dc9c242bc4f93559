"""Panels of uneven series, with gaps, and networks of random weights that forecast them."""

import numpy as np
import pandas as pd

from glasscell.tasks.forecasting.model.network import build_forecaster
from glasscell.tasks.forecasting.model.windows import cut, find_cycles, frame_panel
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.panel import Panel

LENGTHS = (1.0, 0.5, 0.1, 0.04, 0.0)  # of the longest; the last one has a single step
CONTEXT = 14


def uneven_panel(frequency, steps, *, above_zero=True, covariates=True, ahead=5, seed=0) -> Panel:
    """Make series with gaps that end at different times; without frequency, times are integers."""
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
        columns = {
            "promo": rng.normal(3, 7, n),
            "rain": np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n)),
        }
        parts.append(
            pd.DataFrame(
                {"unique_id": f"s{k}", "ds": when[first:], "y": y, "size": float(k), **columns}
            )
        )
    frame = pd.concat(parts)
    if not covariates:
        return from_frame(frame[["unique_id", "ds", "y"]])
    return from_frame(frame, known=["promo"], past=["rain"], static=["size"])


def framed(panel, baseline, season, quantiles, *, horizon=5, seed=0, **network):
    """Return a framing, and a network for it with weights that nobody trained."""
    framing = frame_panel(panel, horizon, CONTEXT, season, baseline, find_cycles(panel))
    windows = cut(panel, framing, last=True)
    start = np.zeros((horizon, len(quantiles)))
    sizes = windows.steps.shape[2], windows.horizon_features.shape[2], horizon
    model = build_forecaster(*sizes, quantiles, start=start, context=CONTEXT, seed=seed, **network)
    rng = np.random.default_rng(seed)
    model.set_weights(
        [v + 0.3 * rng.normal(size=v.shape).astype("float32") for v in model.get_weights()]
    )
    return framing, model


def table_of(panel, framing):
    """Lay a panel out as CSV, with rows for the steps ahead where something is known of them."""
    has_future, after = bool(framing.cycles or panel.known_names), panel.next_times(framing.horizon)
    names = [one for role in ("known", "past", "static") for one in panel.covariates.get(role, ())]
    rows = []
    for n, (who, values) in enumerate(zip(panel.ids, panel.values, strict=True)):
        for t in range(len(values) + framing.horizon * has_future):
            is_past, later = t < len(values), t - len(values)
            when = panel.times[n][t] if is_past else after[n][later]
            numbers = [values[t] if is_past else np.nan]
            numbers += (
                (panel.known[n][t] if is_past else panel.future[n][later]).tolist()
                if panel.known_names
                else []
            )
            numbers += panel.past[n][t].tolist() if is_past else [np.nan] * len(panel.past_names)
            numbers += panel.static[n].tolist()
            cells = ["" if np.isnan(number) else repr(float(number)) for number in numbers]
            rows.append(
                ",".join(
                    [who, when.isoformat() if hasattr(when, "isoformat") else str(when), *cells]
                )
            )
    return "\n".join([",".join(["id", "time", "value", *names]), *reversed(rows)]) + "\n"


def expect_forecasts(found, wanted, panel, framing, *, most=0.0):
    """Require quantiles (N, H, Q) to be the network's, up to float32 and, by series, `most`."""
    np.testing.assert_array_equal(np.isnan(found), np.isnan(wanted))
    with np.errstate(
        over="ignore", divide="ignore", invalid="ignore"
    ):  # of values that are huge, or 0 in logarithms
        unit = cut(panel, framing, last=True).scale
        unit = np.where(unit > 0, unit, 1)
        off = found - wanted if not framing.baseline.logs else np.log(found) - np.log(wanted)
    off[found == wanted] = 0
    # in units of the windows' scales: some ten times what was seen
    assert (np.nan_to_num(np.abs(off) / unit[:, None, None]).max((1, 2)) < 3e-6 + most / unit).all()
