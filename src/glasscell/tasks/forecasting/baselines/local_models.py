"""ETS and Theta: forecasts with quantiles, fitted per series by statsforecast or else statsmodels.

N series · T time steps · H steps ahead · Q quantiles
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec

import numpy as np
from threadpoolctl import ThreadpoolController

from glasscell.tasks.forecasting.baselines.naive import fill

LONGEST_SEASON = 24  # a longer one is ignored, since it would need as many states
MOST_STEPS = 500  # last steps of a series; earlier values have no weight
FEWEST_STEPS = 4
LARGEST = 1e100  # for larger values, sums of squares overflow
FEWEST_OF_PEER = 7  # steps that statsforecast needs for both
MOST_FORECASTS = 600  # per model and report: 10 to 50 seconds; larger panels are sampled
KEPT = 4096  # cached forecasts: the choice of a base and its evaluation share origins


@dataclass(frozen=True)
class LocalModel:
    """A model that is fitted to each series separately.

    >>> LocalModel("Theta").forecast_quantiles([np.arange(20.0), np.array([3.0])], 2, (0.5,)).round(
    ...     1
    ... ).tolist()
    [[[19.5], [20.0]], [[3.0], [3.0]]]
    """

    name: str

    def forecast_quantiles(
        self,
        series: Sequence[np.ndarray],
        horizon: int,
        quantiles: Sequence[float],
        season: int = 1,
    ) -> np.ndarray:
        """Return the quantiles of the forecast after the end of each series: (N, H, Q).

        Errors are assumed normal; the forecast is the median. The last value is repeated for a
        series with fewer than four values, values beyond 1e100, or no form that fits; a constant
        series stays constant. Forecasts are finite and reproducible.
        """
        season = season if season <= LONGEST_SEASON else 1
        probabilities = tuple(map(float, quantiles))
        with _libraries().limit(
            limits=1, user_api="blas"
        ):  # threads would wait for each other: matrices are tiny
            forecasts = [
                _forecast(self.name, fill(v, season).tobytes(), horizon, probabilities, season)
                for v in series
            ]
        return np.array(forecasts).reshape(len(series), horizon, len(probabilities))


LOCAL_NAMES = ("ETS", "Theta")
LOCAL_MODELS = tuple(map(LocalModel, LOCAL_NAMES))


@cache
def library() -> str:
    """Return the library that fits the models: statsforecast, the extra "ets", or statsmodels."""
    return "statsforecast" if find_spec("statsforecast") else "statsmodels"


@cache
def _libraries() -> ThreadpoolController:
    """Return a controller of BLAS threads; SciPy has its own BLAS, which must be loaded first."""
    import_module("scipy.linalg")
    return ThreadpoolController()


@lru_cache(maxsize=KEPT)
def _forecast(
    name: str, values: bytes, horizon: int, probabilities: tuple[float, ...], season: int
) -> np.ndarray:
    past = np.frombuffer(values)
    past = past[~np.isnan(past)][-MOST_STEPS:]
    last = np.full((horizon, len(probabilities)), past[-1] if len(past) else 0.0)
    if len(past) < FEWEST_STEPS or past.min() == past.max() or np.abs(past).max() > LARGEST:
        return last
    by_peer = library() == "statsforecast" and len(past) >= FEWEST_OF_PEER
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # about overflow and missing convergence
        forecasts = (_by_statsforecast if by_peer else _by_statsmodels)(
            name, past, horizon, probabilities, season
        )
    return last if forecasts is None or not np.isfinite(forecasts).all() else np.sort(forecasts, 1)


def _by_statsmodels(
    name: str, past: np.ndarray, horizon: int, probabilities: tuple[float, ...], season: int
) -> np.ndarray | None:
    from scipy.special import ndtri

    from glasscell.tasks.forecasting.baselines.smoothing import fit_ets, fit_theta

    smoothed = (fit_ets if name == "ETS" else fit_theta)(past, season)
    if smoothed is None:
        return None
    point, deviation = smoothed.forecast(horizon)
    return point[:, None] + deviation[:, None] * ndtri(probabilities)


def _by_statsforecast(
    name: str, past: np.ndarray, horizon: int, probabilities: tuple[float, ...], season: int
) -> np.ndarray:
    from statsforecast import models  # pyright: ignore[reportMissingImports]  # importing numba takes two seconds

    model = getattr(models, f"Auto{name}")(season_length=season)
    # statsforecast takes intervals by their coverage in percent, each once
    sides = [
        ("mean", None) if q == 0.5 else ("lo" if q < 0.5 else "hi", round(abs(200 * q - 100), 9))
        for q in probabilities
    ]
    coverages = sorted({coverage for _, coverage in sides if coverage is not None})
    forecasts = model.forecast(past, horizon, level=coverages or None)
    return np.stack(
        [forecasts[side if coverage is None else f"{side}-{coverage}"] for side, coverage in sides],
        1,
    )
