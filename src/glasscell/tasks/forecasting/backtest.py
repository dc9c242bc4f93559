"""Backtests: score forecasts of the held-out end by a network trained without it, and baselines.

N series · H steps ahead · Q quantiles · W origins
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.tasks.forecasting.baselines.intermittent import (
    forecast_mean,
    forecast_zero,
    is_intermittent,
)
from glasscell.tasks.forecasting.baselines.local_models import (
    LOCAL_MODELS,
    LOCAL_NAMES,
    MOST_FORECASTS,
    LocalModel,
)
from glasscell.tasks.forecasting.baselines.naive import (
    Baseline,
    choose_baseline,
    forecast_quantiles,
    scale_of,
)
from glasscell.tasks.forecasting.baselines.past_origins import (
    FEWEST_LEFT,
    count_origins,
    factors_on_past,
    spread_evenly,
)
from glasscell.tasks.forecasting.model.forecasts import forecast
from glasscell.tasks.forecasting.model.network import quantiles_of
from glasscell.tasks.forecasting.model.windows import Framing
from glasscell.tasks.forecasting.panels.frequency import format_time
from glasscell.tasks.forecasting.panels.panel import MODEL, Panel, cut_off
from glasscell.tasks.forecasting.panels.seasons import find_seasons
from glasscell.tasks.forecasting.selection.choice import ChosenForecaster, select
from glasscell.tasks.forecasting.selection.covariates import without
from glasscell.tasks.forecasting.selection.plan import ForecastOptions, season_for
from glasscell.tasks.forecasting.selection.trials import BeginTrials
from glasscell.tasks.forecasting.sentences import ForecastEstimators

PanelForecast = Callable[[Panel], np.ndarray]
# Returns the quantiles (N, H, Q) of the steps after series: (series, horizon, quantiles, season)
Rival = Callable[[Sequence[np.ndarray], int, Sequence[float], int], np.ndarray]
ZERO = "zero"


@dataclass(frozen=True)
class Backtest:
    """The result of a backtest.

    Parameters
    ----------
    table : pandas.DataFrame
        `forecaster`, `unique_id`, `origin` (the last time of the past), `steps` (how many of the
        forecast values were observed), MASE, sMAPE, pinball and coverage. The run's forecaster
        comes first.
    forecasts : list of tuples
        Forecasts of the first forecaster: index of the series, last step of the past, and quantiles
        (H, Q).
    base : str
        The baseline that the network corrects.
    left_out : tuple of str
        Series that are too short.
    reason : Note or str, optional
        Why only the baseline forecast, if the past was too short for a network.
    season : int
        Season length that the network or the baseline used.
    decided : str
        Forecaster that validation chooses without the held-out end.

    >>> Backtest(pd.DataFrame(), [], "last value", ()).base
    'last value'
    """

    table: pd.DataFrame
    forecasts: list[tuple[int, int, np.ndarray]]
    base: str
    left_out: tuple[str, ...]
    reason: Note | str | None = None
    season: int = 1
    decided: str = MODEL


def backtest(
    panel: Panel,
    options: ForecastOptions,
    *,
    windows: int = 3,
    used: tuple[str, Baseline] | None = None,
    begin: BeginTrials | None = None,
    run: Callable[[ChosenForecaster], Any] = lambda chosen: chosen.training.run(chosen.epochs),
) -> Backtest:
    """Score forecasts of the end of each series by a network that was trained without it.

    `used` are the run's forecaster and its base, which a backtest may not choose again.

    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(
    ...     pd.DataFrame({"ds": np.arange(60), "y": np.sin(np.arange(60)) + 0.1 * np.arange(60)})
    ... )
    >>> options = ForecastOptions(horizon=3, units=4, epochs=2)
    >>> tested = backtest(panel, options, windows=2)
    >>> tested.table["forecaster"].unique().tolist()[:2], len(tested.table) % 2
    (['LSTM', 'last value'], 0)
    """
    horizon = options.horizon
    counts = count_origins(panel.values, horizon, windows, season_for(panel, options.season))
    measured = [n for n, count in enumerate(counts) if count]
    if not measured:
        longest = max(len(values) for values in panel.values)
        raise DataError(
            ForecastEstimators.TOO_SHORT, steps=longest, horizon=horizon, fewest=FEWEST_LEFT
        )
    left_out = tuple(panel.ids[n] for n, count in enumerate(counts) if not count)
    part, counts = panel.of(measured), [counts[n] for n in measured]
    training_panel = cut_off(part, [horizon * count for count in counts])
    chosen = select(training_panel, options, begin)
    if chosen.network_weight:  # at weight 0, the network has no effect
        run(chosen)
    part = without(part, list(chosen.dropped))
    framing, decided = chosen.framing, chosen.name
    name, base = (decided, framing.baseline) if used is None or chosen.reason is not None else used
    forecasters = _forecasters(chosen, name, training_panel)
    rivals = rivals_of(training_panel, horizon, framing.season, framing.baseline, base)
    if name not in forecasters:  # a baseline that this training did not choose
        forecasters = {name: partial(_forecast_of_rival, rivals[name], chosen)} | forecasters
    sample = {part.ids[n] for n in spread_evenly(counts, MOST_FORECASTS)}
    rows, forecasts = [], []
    for window in range(max(counts), 0, -1):
        indices = [n for n, count in enumerate(counts) if count >= window]
        back = [horizon * window] * len(indices)
        scores, first_forecasts = measure_at(
            forecasters, framing, chosen.quantiles, part.of(indices), back, rivals, sample
        )
        rows += scores
        forecasts += [
            (measured[n], len(part.values[n]) - horizon * window - 1, quantiles)
            for n, quantiles in zip(indices, first_forecasts, strict=True)
        ]
    table = table_of(rows, training_panel)
    order = {name: place for place, name in enumerate(dict.fromkeys((*forecasters, *rivals)))}
    table = table.sort_values(
        "forecaster", key=lambda names: names.map(order), kind="stable", ignore_index=True
    )
    return Backtest(
        table, forecasts, framing.baseline.name, left_out, chosen.reason, framing.season, decided
    )


def _forecasters(chosen: ChosenForecaster, used: str, panel: Panel) -> dict[str, PanelForecast]:
    """Return the forecasters of all series by name: the network, and `used` if not a baseline."""
    framing, weight = chosen.framing, chosen.network_weight
    by_network = replace(framing, alone=None)
    forecasters: dict[str, PanelForecast] = {}
    if used in LOCAL_NAMES:
        widening = framing.factors
        if framing.alone != used:
            arguments = framing.horizon, chosen.quantiles, framing.season
            widening = factors_on_past(LocalModel(used), panel.values, *arguments)
        forecasters[used] = partial(
            _forecast_at, chosen, 0.0, replace(framing, alone=used, factors=widening)
        )
    elif used in (chosen.name, MODEL):
        forecasters[used] = partial(
            _forecast_at, chosen, weight if used == MODEL else 0.0, by_network
        )
    if used != MODEL and weight:
        forecasters[MODEL] = partial(_forecast_at, chosen, weight, by_network)
    return forecasters


def _forecast_at(
    chosen: ChosenForecaster, weight: float, framing: Framing, panel: Panel
) -> np.ndarray:
    """Return the forecasts at another weight of the network."""
    variable, chosen_weight = quantiles_of(chosen.network).weight, chosen.weight
    variable.assign(weight)
    quantiles = forecast(chosen.network, framing, panel)
    variable.assign(chosen_weight)
    return quantiles


def _forecast_of_rival(rival: Rival, chosen: ChosenForecaster, panel: Panel) -> np.ndarray:
    framing = chosen.framing
    return framing.bounds.clip(
        rival(panel.values, framing.horizon, chosen.quantiles, framing.season)
    )


def measure_at(
    forecasters: Mapping[str, PanelForecast],
    framing: Framing,
    quantiles: Sequence[float],
    panel: Panel,
    back: Sequence[int],
    rivals: Mapping[str, Rival],
    sample: Collection[str],
) -> tuple[list[dict[str, Any]], np.ndarray]:
    """Score forecasts from `back` steps before the end of each series, and those of baselines."""
    horizon, season = framing.horizon, framing.season
    known = _with_all_steps(cut_off(panel, back), back, horizon)
    forecasts = {
        name: dict(enumerate(forecast_panel(known))) for name, forecast_panel in forecasters.items()
    }
    for name, rival in ((name, rival) for name, rival in rivals.items() if name not in forecasters):
        indices = [n for n, id in enumerate(panel.ids) if name not in LOCAL_NAMES or id in sample]
        quantiles_of_rival = (
            rival([known.values[n] for n in indices], horizon, quantiles, season) if indices else []
        )
        forecasts[name] = dict(
            zip(indices, map(framing.bounds.clip, quantiles_of_rival), strict=True)
        )
    rows = []
    for n, values in enumerate(known.values):
        target = panel.values[n][len(values) : len(values) + horizon]
        target = np.concatenate([target, np.full(horizon - len(target), np.nan)])
        for name in (name for name, by_series in forecasts.items() if n in by_series):
            measures = measure(target, forecasts[name][n], quantiles, values, season)
            origin, steps = format_time(known.times[n][-1]), int((~np.isnan(target)).sum())
            rows.append(
                {
                    "forecaster": name,
                    "unique_id": panel.ids[n],
                    "origin": origin,
                    "steps": steps,
                    **measures,
                }
            )
    return rows, np.array(list(next(iter(forecasts.values())).values()))


def _with_all_steps(known: Panel, back: Sequence[int], horizon: int) -> Panel:
    """Pad known future covariates with NaN to H steps where fewer than H follow the origin."""

    def padded(future: np.ndarray, count: int) -> np.ndarray:
        n_missing = max(horizon - len(future), 0) if count < horizon else 0
        return np.pad(future, ((0, n_missing), (0, 0)), constant_values=np.nan)

    return replace(known, future=list(map(padded, known.future, back)))


def rivals_of(panel: Panel, horizon: int, season: int, *bases: Baseline) -> dict[str, Rival]:
    """Return the forecasters without a network to compare with, by name.

    Last value, the best drift, seasonal naive for each season that the values show, `bases`, ETS,
    Theta and zero; for intermittent demand, also the mean.

    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(pd.DataFrame({"ds": range(30), "y": np.arange(30.0) ** 2}))
    >>> list(rivals_of(panel, 3, 1, Baseline()))
    ['last value', 'drift over 1 step', 'ETS', 'Theta', 'zero']
    """
    baselines: Sequence[Baseline] = [
        Baseline(),
        choose_baseline(panel.values, horizon, season, kind="drift", logs=False)[0],
    ]
    baselines = [*baselines, *([Baseline(season=season)] if season > 1 else []), *bases]
    rivals: dict[str, Rival] = {
        rival.name: partial(forecast_quantiles, rival) for rival in baselines
    }
    for other_season in find_seasons(panel) if season > 1 else ():
        if other_season != season:
            rivals[f"seasonal naive, {other_season} steps"] = partial(
                forecast_quantiles, Baseline(season=other_season)
            )
    rivals |= {model.name: model.forecast_quantiles for model in LOCAL_MODELS}
    return (
        rivals
        | {ZERO: forecast_zero}
        | ({"mean": forecast_mean} if is_intermittent(panel.values) else {})
    )


def table_of(rows: Sequence[Mapping[str, Any]], panel: Panel) -> pd.DataFrame:
    """Return scores as a table, with zero forecasts for intermittent demand or if no worse.

    Elsewhere they only show that values are not near 0.
    """
    table: Any = pd.DataFrame(rows)
    known = table[table["MASE"].notna()]
    keys = [known["forecaster"], known["unique_id"]]
    mase_of_series: Any = (known["MASE"] * known["steps"]).groupby(keys).sum() / known[
        "steps"
    ].groupby(keys).sum()
    means = mase_of_series.groupby("forecaster").mean()
    if is_intermittent(panel.values) or (
        len(means) and means[ZERO] <= means[table["forecaster"].iloc[0]]
    ):
        return table
    return table[table["forecaster"] != ZERO].reset_index(drop=True)


def measure(
    target: np.ndarray,
    forecast: np.ndarray,
    quantiles: Sequence[float],
    past: np.ndarray,
    season: int = 1,
) -> dict[str, float]:
    """Return all measures of a forecast of one series.

    MASE is the mean absolute error divided by that of the seasonal naive forecast on the past
    (Hyndman & Koehler 2006). The last value replaces the seasonal naive if there is no season, or
    if the past has no two seasons that differ. sMAPE is the symmetric mean absolute percentage
    error, 0 to 200, as in the M competitions; 0/0 is 0. Pinball is the mean over quantiles and
    steps, divided by the same scale as MASE. Coverage is the fraction of values within the
    outermost quantiles.

    `target` (H,), `forecast` (H, Q), `past` (T,).

    >>> measures = measure(
    ...     np.array([5.0, 7.0]),
    ...     np.tile([3.0, 4, 5], (2, 1)),
    ...     (0.1, 0.5, 0.9),
    ...     np.array([0.0, 1, 3, 4]),
    ... )
    >>> measures["MASE"], measures["coverage"]
    (1.5, 0.5)
    """
    known = ~np.isnan(target)
    if not known.any():
        return dict.fromkeys(("MASE", "sMAPE", "pinball", "coverage"), np.nan)
    y, f, scale = (
        target[known],
        forecast[known],
        float(scale_of(past, season) or scale_of(past) or np.nan),
    )
    middle, low, high = f[:, list(quantiles).index(0.5)], f[:, 0], f[:, -1]
    errors, magnitudes = np.abs(y - middle), np.abs(y) + np.abs(middle)
    pinball = coverage = np.nan
    if not np.isnan(f).any():
        above, levels = y[:, None] - f, np.asarray(quantiles)
        pinball = np.maximum(levels * above, (levels - 1) * above).mean(0).mean() / scale
        coverage = np.mean((low <= y) & (y <= high))
    smape = 200 * np.mean(errors / np.where(magnitudes > 0, magnitudes, 1))
    measures = {
        "MASE": np.mean(errors) / scale,
        "sMAPE": smape,
        "pinball": pinball,
        "coverage": coverage,
    }
    return {name: float(number) for name, number in measures.items()}
