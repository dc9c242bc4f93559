"""A panel as a long frame again, or cut off at an earlier origin; and its forecasts as a frame in Nixtla's words.

N series · T_n time steps of one · F_n steps after its end of which covariates are known · H steps ahead · Q quantiles
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from glasscell.tasks.forecasting.panels.panel import ID, TIME, VALUE, Panel

MODEL = "LSTM"


def cut_off(panel: Panel, steps: Sequence[int] | int) -> Panel:
    """Return what was known so many steps before the end of each series.

    Parameters
    ----------
    panel : Panel
    steps : int, or sequence of N int
        Fewer than each series has. What is known in advance of these steps is the future then.

    Returns
    -------
    Panel
        A series that ends in a gap then keeps it.

    Examples
    --------
    >>> from glasscell.tasks.forecasting.panels.panel import from_frame
    >>> frame = pd.DataFrame({"ds": [1, 2, 3], "y": [1.0, 2.0, 4.0], "promo": [0, 1, 1]})
    >>> panel = cut_off(from_frame(frame, known=["promo"]), 2)
    >>> panel.values, panel.future[0].tolist()
    ([array([1.])], [[1.0], [1.0]])
    """
    counts = [steps] * len(panel) if isinstance(steps, int | np.integer) else list(steps)
    ends = [len(values) - count for values, count in zip(panel.values, counts, strict=True)]
    ahead = zip(panel.known, panel.future, ends, strict=True)
    future = [np.concatenate([known[end:], coming]) for known, coming, end in ahead]
    return replace(panel.part([slice(end) for end in ends]), future=future)


def to_frame(panel: Panel) -> pd.DataFrame:
    """Return a panel as a long frame, of which `panel.from_frame` makes it again.

    Parameters
    ----------
    panel : Panel

    Returns
    -------
    pandas.DataFrame
        `unique_id`, `ds`, `y` and the covariates; rows after the end of a series have no `y`.

    Examples
    --------
    >>> from glasscell.tasks.forecasting.panels.panel import from_frame
    >>> to_frame(from_frame(pd.DataFrame({"ds": [1, 2, 4], "y": [1.0, 2.0, 4.0]}))).to_numpy().tolist()
    [['series', 1, 1.0], ['series', 2, 2.0], ['series', 3, nan], ['series', 4, 4.0]]
    """
    parts = []
    for n, name in enumerate(panel.ids):
        ahead = len(panel.future[n])
        times = panel.times[n]
        later = panel.of([n]).next_times(ahead)[0]
        both = times.append(later) if isinstance(times, pd.DatetimeIndex) else np.concatenate([times, later])
        empty = np.full(ahead, np.nan)
        columns = {ID: name, TIME: both, VALUE: np.concatenate([panel.values[n], empty])}
        known = np.concatenate([panel.known[n], panel.future[n]])
        past = np.concatenate([panel.past[n], np.full((ahead, panel.past[n].shape[1]), np.nan)])
        columns |= dict(zip(panel.known_names, known.T, strict=True))
        columns |= dict(zip(panel.past_names, past.T, strict=True))
        columns |= dict(zip(panel.static_names, panel.static[n], strict=True))
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


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


def frame_surprise(panel: Panel, bits: Sequence[np.ndarray]) -> pd.DataFrame:
    """Return how improbable each value was, N arrays (T_n,), as a frame: `unique_id`, `ds`, `y` and `surprise`.

    >>> from glasscell.tasks.forecasting.panels.panel import from_frame
    >>> frame_surprise(from_frame(pd.DataFrame({"ds": [1], "y": [2.0]})), [np.array([0.5])]).to_dict("records")
    [{'unique_id': 'series', 'ds': 1, 'y': 2.0, 'surprise': 0.5}]
    """
    parts = zip(panel.ids, panel.times, panel.values, bits, strict=True)
    frames = [pd.DataFrame({ID: who, TIME: ds, VALUE: y, "surprise": b}) for who, ds, y, b in parts]
    return pd.concat(frames, ignore_index=True)


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
