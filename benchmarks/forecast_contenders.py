"""Contenders of forecasts.py: glasscell, baselines, statsforecast's models, neuralforecast's LSTM.

A contender is a function that does its imports, untimed, and returns a function that fits and
predicts. The latter takes a panel, the horizon, the steps of a season and a seed. It returns
quantiles (N, H, 3) by name, or, for untimed ones, functions that return them. Interval ends that a
contender does not provide are NaN.

N series · H steps ahead
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from glasscell.tasks.forecasting.baselines.naive import (
    Baseline,
    choose_baseline,
    fill,
    forecast_quantiles,
)
from glasscell.tasks.forecasting.panels.panel import Panel

QUANTILES = (0.1, 0.5, 0.9)
OURS, BASE = "glasscell", "glasscell's base"
LONGEST_SEASON = 24  # for statsforecast's models, which take hours with longer seasons
Found = dict[str, np.ndarray | Callable[[], np.ndarray]]
Forecast = Callable[[Panel, int, int, int], Found]


class Contender(NamedTuple):
    """How to begin, whether it is randomized, and the first of the names in its results."""

    begin: Callable[[], Forecast]
    has_seed: bool
    first: str


def ours() -> Forecast:
    """Forecast by `LSTMForecaster` with its defaults, and by the baseline that it corrects."""
    from glasscell import LSTMForecaster

    def forecast(seen: Panel, horizon: int, season: int, seed: int) -> Found:
        forecaster = LSTMForecaster(horizon, random_state=seed).fit(seen)
        frame = forecaster.predict()
        low = next(name for name in frame.columns if name.endswith("-lo-80"))
        middle = low.removesuffix("-lo-80")  # columns are named after the forecaster
        found: Any = (
            frame[[low, middle, f"{middle}-hi-80"]]
            .to_numpy("float64")
            .reshape(len(seen), horizon, 3)
        )
        base, taken = forecaster.framing_.baseline, forecaster.framing_.season
        return {
            OURS: found,
            BASE: lambda: forecast_quantiles(base, seen.values, horizon, QUANTILES, taken),
        }

    return forecast


def baselines() -> Forecast:
    """Forecast by the last value, the best drift, the last season, the mean value, and zero."""

    def forecast(seen: Panel, horizon: int, season: int, seed: int) -> Found:
        drift = choose_baseline(seen.values, horizon, season, kind="drift", logs=False)[0]
        rivals = {"last value": Baseline(), "drift": drift}
        if season > 1:
            rivals["seasonal naive"] = Baseline(season=season)
        means = np.array([np.nanmean(values) for values in seen.values])
        found: Found = {"mean": _without_ends(np.repeat(means[:, None], horizon, 1))}
        for name, one in rivals.items():
            found[name] = forecast_quantiles(one, seen.values, horizon, QUANTILES, season)
        found["zero"] = np.zeros((len(seen), horizon, 3))
        return found

    return forecast


def of_statsforecast(name: str) -> Callable[[], Forecast]:
    """Forecast by one of statsforecast's models, fitted to each series separately."""

    def begin() -> Forecast:
        from statsforecast import models  # pyright: ignore[reportMissingImports]

        def forecast(seen: Panel, horizon: int, season: int, seed: int) -> Found:
            model = getattr(models, name)(season_length=season if season <= LONGEST_SEASON else 1)
            found = [
                model.forecast(fill(values, season), horizon, level=[80]) for values in seen.values
            ]
            ends = [np.stack([one[key] for key in ("lo-80", "mean", "hi-80")], -1) for one in found]
            return {name: np.array(ends, "float64")}

        return forecast

    return begin


def of_neuralforecast(
    name: str, read: Callable[[int, int, int], int] | None = None, **how: Any
) -> Callable[[], Forecast]:
    """Forecast by neuralforecast's LSTM with known future covariates, on one thread for CPU time.

    Its context is `read` of the horizon, the season and the length of the shortest series; by
    default three horizons. Shorter series are padded at their beginning.
    """

    def begin() -> Forecast:
        import pandas as pd
        import torch
        from neuralforecast import NeuralForecast  # pyright: ignore[reportMissingImports]
        from neuralforecast.models import LSTM  # pyright: ignore[reportMissingImports]

        torch.set_num_threads(1)

        def table(seen: Panel, n: int, first: int, covariates: Any, values: Any = None) -> Any:
            steps = range(first, first + len(covariates))
            known = dict(zip(seen.known_names, covariates.T, strict=True))
            y = {} if values is None else {"y": values}
            return pd.DataFrame({"unique_id": f"{n:05d}", "ds": steps} | y | known)

        def forecast(seen: Panel, horizon: int, season: int, seed: int) -> Found:
            shortest = min(map(len, seen.values))
            reads: dict[str, Any] = (
                {} if read is None else {"input_size": read(horizon, season, shortest)}
            )
            if shortest < reads.get("input_size", 3 * horizon) + horizon:
                reads["start_padding_enabled"] = True
            silent = (
                "logger",
                "enable_progress_bar",
                "enable_checkpointing",
                "enable_model_summary",
            )
            model: Any = LSTM(
                h=horizon,
                futr_exog_list=list(seen.known_names) or None,
                random_seed=seed,
                accelerator="cpu",
                **reads,
                **how,
                **dict.fromkeys(silent, False),
            )
            forecaster = NeuralForecast(models=[model], freq=1)
            filled = [fill(values, season) for values in seen.values]
            parts = enumerate(zip(seen.known, filled, strict=True))
            forecaster.fit(
                pd.concat([table(seen, n, 0, known, values) for n, (known, values) in parts])
            )
            ahead = enumerate(zip(filled, seen.future, strict=True))
            future = pd.concat(
                [table(seen, n, len(values), known[:horizon]) for n, (values, known) in ahead]
            )
            found: Any = (
                forecaster.predict(futr_df=future) if seen.known_names else forecaster.predict()
            )
            return {
                name: _without_ends(found["LSTM"].to_numpy("float64").reshape(len(seen), horizon))
            }

        return forecast

    return begin


def _without_ends(middle: np.ndarray) -> np.ndarray:
    return np.stack([np.full_like(middle, np.nan), middle, np.full_like(middle, np.nan)], -1)


def two_of_either(horizon: int, season: int, shortest: int) -> int:
    """Return the steps of two horizons, or two seasons if longer and present in all series."""
    return 2 * (season if season > horizon and 2 * season + horizon <= shortest else horizon)


LSTM_64 = {"encoder_hidden_size": 64, "max_steps": 1000}
CONTENDERS = {
    OURS: Contender(ours, True, OURS),
    "baselines": Contender(baselines, False, "last value"),
    **{
        name: Contender(of_statsforecast(name), False, name)
        for name in ("AutoETS", "AutoTheta", "AutoARIMA")
    },
    "LSTM": Contender(of_neuralforecast("LSTM"), True, "LSTM"),
    "LSTM-64": Contender(of_neuralforecast("LSTM-64", two_of_either, **LSTM_64), True, "LSTM-64"),
}
