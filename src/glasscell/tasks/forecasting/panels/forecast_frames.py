"""Forecasts as a frame in Nixtla's words: `unique_id`, `ds`, `LSTM`, `LSTM-lo-80`, `LSTM-hi-80`.

N series · H steps ahead · Q quantiles
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from glasscell.tasks.forecasting.panels.panel import ID, TIME, Panel

MODEL = "LSTM"


def name_quantiles(quantiles: Sequence[float]) -> tuple[str, ...]:
    """Return the names of the columns that quantiles have.

    >>> name_quantiles((0.025, 0.1, 0.5, 0.9))
    ('LSTM-lo-95', 'LSTM-lo-80', 'LSTM', 'LSTM-hi-80')
    """

    def name(quantile: float) -> str:
        if quantile == 0.5:
            return MODEL
        level = round(100 * abs(1 - 2 * quantile), 9)
        return f"{MODEL}-{'lo' if quantile < 0.5 else 'hi'}-{level:g}"

    return tuple(map(name, quantiles))


def order_quantiles(quantiles: Sequence[float]) -> list[int]:
    """Return the places of quantiles as their columns are ordered: the median, then pairs from the narrowest on.

    >>> order_quantiles((0.1, 0.25, 0.5, 0.75, 0.9))
    [2, 1, 3, 0, 4]
    """
    return sorted(range(len(quantiles)), key=lambda k: (round(abs(quantiles[k] - 0.5), 9), quantiles[k]))


def frame_forecasts(panel: Panel, forecasts: np.ndarray, quantiles: Sequence[float]) -> pd.DataFrame:
    """Return forecasts as a frame, with a row for each step ahead of each series.

    Parameters
    ----------
    panel : Panel
    forecasts : array (N, H, Q)
        Of the steps after the end of each series.
    quantiles : sequence of Q floats

    Returns
    -------
    pandas.DataFrame

    Examples
    --------
    >>> from glasscell.tasks.forecasting.panels.panel import from_frame
    >>> panel = from_frame(pd.DataFrame({"ds": [2001, 2002], "y": [1.0, 2.0]}))
    >>> frame_forecasts(panel, np.array([[[2.0, 3.0, 4.0]]]), (0.1, 0.5, 0.9)).to_dict("records")
    [{'unique_id': 'series', 'ds': 2003, 'LSTM': 3.0, 'LSTM-lo-80': 2.0, 'LSTM-hi-80': 4.0}]
    """
    horizon, names = forecasts.shape[1], name_quantiles(quantiles)
    times = panel.next_times(horizon)
    is_dated = isinstance(times[0], pd.DatetimeIndex)
    joined = times[0].append(times[1:]) if is_dated else np.concatenate(times)
    frame = pd.DataFrame({ID: np.repeat(np.array(panel.ids, object), horizon), TIME: joined})
    flat = forecasts.reshape(-1, len(quantiles))
    return frame.assign(**{names[k]: flat[:, k] for k in order_quantiles(quantiles)})


def round_forecasts(panel: Panel, forecasts: np.ndarray) -> np.ndarray:
    """Return forecasts (N, H, Q) with seven digits of the range of each series; further ones are rounding.

    Examples
    --------
    >>> from glasscell.tasks.forecasting.panels.panel import from_frame
    >>> panel = from_frame(pd.DataFrame({"ds": [2001, 2002], "y": [150.0, 250.0]}))
    >>> round_forecasts(panel, np.array([[[204.11249999999998]]])).item()
    204.1125
    """
    rounded = [
        one if (decimals := decimals_of(values)) is None else np.round(np.asarray(one, "float64"), decimals)
        for values, one in zip(panel.values, forecasts, strict=True)
    ]
    return np.stack(rounded)


def decimals_of(values: np.ndarray) -> int | None:
    """Return how many decimals seven digits of the range of a series (T,) are; None where it has no range.

    >>> decimals_of(np.array([150.0, 250.0])), decimals_of(np.array([7.0]))
    (4, None)
    """
    there = values[~np.isnan(values)]
    spread = np.ptp(there) if len(there) else 0.0
    return None if spread == 0 else 6 - int(np.floor(np.log10(spread)))
