"""Forecasts of a network: quantiles of the steps ahead, surprise, and frames with Nixtla's columns.

N series · W windows · T_n time steps of one · H steps ahead · Q quantiles
"""

from collections.abc import Sequence

import keras
import numpy as np
import pandas as pd

from glasscell.errors import DataError, UsageError
from glasscell.inference.bounds import LARGEST, require_finite
from glasscell.tasks.forecasting.baselines.local_models import LocalModel
from glasscell.tasks.forecasting.baselines.past_origins import widened
from glasscell.tasks.forecasting.model.network import quantiles_of
from glasscell.tasks.forecasting.model.windows import FEWEST, Framing, Windows, cut
from glasscell.tasks.forecasting.panels.panel import ID, MODEL, TIME, VALUE, Panel
from glasscell.tasks.forecasting.sentences import ForecastEstimators

ASKED_AT_ONCE = 1024  # windows


def forecast(network: keras.Model, framing: Framing, panel: Panel) -> np.ndarray:
    """Return the quantiles of the steps after each series' end: (N, H, Q), float64, in its units.

    All quantiles of a constant series are the baseline's forecast; if it has only one or two steps,
    all but the median are NaN. If ETS or Theta forecasts, it is fitted to these series.
    """
    windows = last_windows(framing, panel)
    require_forecastable(panel, windows)
    if framing.alone is not None:
        quantiles = quantiles_of(network).quantiles
        forecasts = LocalModel(framing.alone).forecast_quantiles(
            panel.values, framing.horizon, quantiles, framing.season
        )
        return framing.bounds.clip(
            widened(forecasts, framing.factors or (1.0,) * len(quantiles), quantiles)
        )
    forecasts = answers(network, framing, windows)
    middle = forecasts if framing.median is None else forecasts[..., framing.median]
    require_finite(middle, panel.ids)
    return forecasts


def require_forecastable(panel: Panel, windows: Windows) -> None:
    """Raise DataError if a series' values or covariates are too large for their window."""
    for part in (windows.steps, windows.horizon_features):
        require_finite(np.where(np.abs(part) <= LARGEST, part, np.nan), panel.ids)


def last_windows(framing: Framing, panel: Panel) -> Windows:
    """Return the last window of each series, from which the steps after its end are forecast."""
    for id, future in zip(panel.ids, panel.future, strict=True):
        if panel.known_names and len(future) < framing.horizon:
            counts = {"horizon": framing.horizon, "n": len(future)}
            raise DataError(
                ForecastEstimators.NOT_KNOWN_AHEAD, series=id, columns=panel.known_names, **counts
            )
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows has no forecast
        return cut(panel, framing, last=True)


def answers(network: keras.Model, framing: Framing, windows: Windows) -> np.ndarray:
    """Return the quantiles of the steps after each window's origin: (W, H, Q), in series units.

    They are within the framing's bounds. If the framing has a `median`, the other quantiles of
    constant windows with fewer than `FEWEST` steps are NaN.
    """
    scale = windows.scale[:, None, None]
    forecasts = windows.base[..., None] + np.where(scale > 0, scale * correct(network, windows), 0)
    if framing.median is not None:
        unknown = (windows.scale == 0) & (windows.origin + 1 < FEWEST)
        forecasts[
            np.ix_(
                unknown, range(forecasts.shape[1]), np.arange(forecasts.shape[2]) != framing.median
            )
        ] = np.nan
    with np.errstate(over="ignore"):  # what overflows has no forecast
        return framing.bounds.clip(np.exp(forecasts) if framing.baseline.logs else forecasts)


def correct(network: keras.Model, windows: Windows) -> np.ndarray:
    """Return a network's corrections of baselines in window scales: (W, H, Q), member means."""
    parts = []
    for first in range(0, len(windows.series), ASKED_AT_ONCE):
        part = slice(first, first + ASKED_AT_ONCE)
        parts.append(
            np.asarray(network([windows.steps[part], windows.horizon_features[part]]))
            .astype("float64")
            .mean(1)
        )
    return np.concatenate(parts)


def surprise(
    network: keras.Model, framing: Framing, panel: Panel, quantiles: Sequence[float]
) -> list[np.ndarray]:
    """Return how improbable each value was one step before it, in bits: N arrays (T_n,).

    See `tail_bits`. NaN in gaps, and at the beginning of a series, where too few values precede.
    """
    if not quantiles[0] < 0.5 < quantiles[-1]:
        raise UsageError(ForecastEstimators.ONE_SIDED, quantiles=list(quantiles))
    windows = cut(panel, framing, limit=None)
    surprises = [np.full(len(values), np.nan) for values in panel.values]
    if len(windows.series):
        bits = tail_bits(
            windows.target[:, 0].astype("float64"), correct(network, windows)[:, 0], quantiles
        )
        bits = np.where(windows.scale > 0, bits, np.where(windows.target[:, 0] == 0, 0.0, np.inf))
        bits[np.isnan(windows.target[:, 0])] = np.nan
        for n, bits_of_series in enumerate(surprises):
            is_of_series = windows.series == n
            bits_of_series[windows.origin[is_of_series] + 1] = bits[is_of_series]
    return surprises


def tail_bits(target: np.ndarray, forecast: np.ndarray, quantiles: Sequence[float]) -> np.ndarray:
    """Return how improbable a value at least as far from the median, on the same side, is: in bits.

    This is −log₂ of twice the tail probability: 0 at the median, 1 at the quartiles, and one more
    for each halving. It is 1.44 on average if the quantiles are right. Unlike densities, tail
    probabilities have no unit. They fall exponentially between quantiles and beyond the outermost.

    `target` (W,), `forecast` (W, Q).

    >>> tail_bits(
    ...     np.array([0.0, 1.0, 2.0, -2.0]), np.tile([-2.0, 0.0, 1.0], (4, 1)), (0.25, 0.5, 0.75)
    ... ).tolist()
    [0.0, 1.0, 2.0, 1.0]
    """
    levels, middle = np.asarray(quantiles), list(quantiles).index(0.5)
    errors = target - forecast[:, middle]
    bits = np.full(len(target), np.nan)
    for above in (True, False):
        side = range(middle, len(levels)) if above else range(middle, -1, -1)
        distances = np.abs(forecast[:, list(side)] - forecast[:, middle : middle + 1])
        known = np.abs(np.log2(2 * np.minimum(levels, 1 - levels)[list(side)]))
        for k in range(len(known) - 1):
            width = distances[:, k + 1] - distances[:, k]
            beyond = np.abs(errors) - distances[:, k]
            here = (errors > 0 if above else errors <= 0) & (beyond >= 0)
            step = np.divide(beyond, width, out=np.full_like(beyond, np.inf), where=width > 0)
            bits = np.where(
                here,
                np.where(beyond == 0, known[k], known[k] + (known[k + 1] - known[k]) * step),
                bits,
            )
    return bits


def forecaster_name(framing: Framing, weight: float) -> str:
    """Return the forecaster's name: the network or, at weight 0, ETS, Theta or the baseline.

    >>> from glasscell.tasks.forecasting.baselines.naive import Baseline
    >>> framing = Framing(2, 4, 1, Baseline(steps=3))
    >>> forecaster_name(framing, 0.5), forecaster_name(framing, 0.0)
    ('LSTM', 'drift over 3 steps')
    """
    return MODEL if weight else framing.alone or framing.baseline.name


def name_quantiles(quantiles: Sequence[float], forecaster: str = MODEL) -> tuple[str, ...]:
    """Return the column names of quantiles.

    >>> name_quantiles((0.025, 0.1, 0.5, 0.9))
    ('LSTM-lo-95', 'LSTM-lo-80', 'LSTM', 'LSTM-hi-80')
    """

    def name(quantile: float) -> str:
        if quantile == 0.5:
            return forecaster
        level = round(100 * abs(1 - 2 * quantile), 9)
        return f"{forecaster}-{'lo' if quantile < 0.5 else 'hi'}-{level:g}"

    return tuple(map(name, quantiles))


def order_quantiles(quantiles: Sequence[float]) -> list[int]:
    """Return the indices of quantiles in column order: the median, then pairs, narrow to wide.

    >>> order_quantiles((0.1, 0.25, 0.5, 0.75, 0.9))
    [2, 1, 3, 0, 4]
    """
    return sorted(
        range(len(quantiles)), key=lambda k: (round(abs(quantiles[k] - 0.5), 9), quantiles[k])
    )


def frame_forecasts(
    panel: Panel,
    forecasts: np.ndarray,
    quantiles: Sequence[float],
    forecaster: str = MODEL,
    means: np.ndarray | None = None,
    *,
    rounded: bool = False,
) -> pd.DataFrame:
    """Return forecasts as a frame with one row per series and step ahead.

    `forecasts` (N, H, Q), `means` (N, H).

    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(pd.DataFrame({"ds": [2001, 2002], "y": [1.0, 2.0]}))
    >>> frame_forecasts(panel, np.array([[[2.0, 3.0, 4.0]]]), (0.1, 0.5, 0.9)).to_dict("records")
    [{'unique_id': 'series', 'ds': 2003, 'LSTM': 3.0, 'LSTM-lo-80': 2.0, 'LSTM-hi-80': 4.0}]
    """
    horizon, names = forecasts.shape[1], name_quantiles(quantiles, forecaster)
    times = panel.next_times(horizon)
    is_dated = isinstance(times[0], pd.DatetimeIndex)
    joined = times[0].append(times[1:]) if is_dated else np.concatenate(times)
    frame = pd.DataFrame({ID: np.repeat(np.array(panel.ids, object), horizon), TIME: joined})
    order = order_quantiles(quantiles)
    columns, names = forecasts[..., order], [names[k] for k in order]
    if means is not None:
        columns, names = (
            np.concatenate([columns, means[..., None]], -1),
            [*names, f"{forecaster}-mean"],
        )
    columns = round_forecasts(panel, columns) if rounded else columns
    return frame.assign(**dict(zip(names, columns.reshape(-1, len(names)).T, strict=True)))


def frame_surprise(panel: Panel, bits: Sequence[np.ndarray]) -> pd.DataFrame:
    """Return the surprise of N arrays (T_n,) as a frame: `unique_id`, `ds`, `y` and `surprise`.

    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> frame_surprise(
    ...     from_frame(pd.DataFrame({"ds": [1], "y": [2.0]})), [np.array([0.5])]
    ... ).to_dict("records")
    [{'unique_id': 'series', 'ds': 1, 'y': 2.0, 'surprise': 0.5}]
    """
    parts = zip(panel.ids, panel.times, panel.values, bits, strict=True)
    frames = [pd.DataFrame({ID: who, TIME: ds, VALUE: y, "surprise": b}) for who, ds, y, b in parts]
    return pd.concat(frames, ignore_index=True)


def round_forecasts(panel: Panel, forecasts: np.ndarray) -> np.ndarray:
    """Round forecasts (N, H, Q) to seven digits of each series' range; more is rounding error.

    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(pd.DataFrame({"ds": [2001, 2002], "y": [150.0, 250.0]}))
    >>> round_forecasts(panel, np.array([[[204.11249999999998]]])).item()
    204.1125
    """
    rounded = [
        quantiles
        if (decimals := decimals_of(values)) is None
        else np.round(np.asarray(quantiles, "float64"), decimals)
        for values, quantiles in zip(panel.values, forecasts, strict=True)
    ]
    return np.stack(rounded)


def decimals_of(values: np.ndarray) -> int | None:
    """Return the decimals that give seven digits of a series' range (T,); None without a range.

    >>> decimals_of(np.array([150.0, 250.0])), decimals_of(np.array([7.0]))
    (4, None)
    """
    known = values[~np.isnan(values)]
    spread = np.ptp(known) if len(known) else 0.0
    return None if spread == 0 else 6 - int(np.floor(np.log10(spread)))
