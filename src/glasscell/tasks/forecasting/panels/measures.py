"""How good forecasts are: for each series, and over all of them with an interval.

N series · T time steps · H steps ahead · Q quantiles
"""

from collections.abc import Callable, Sequence

import numpy as np

from glasscell.tasks.forecasting.panels.baselines import scale_of

NAME = "LSTM"  # of the network, among those that forecast
MEASURES = ("MASE", "sMAPE", "pinball", "coverage")


def mase(came: np.ndarray, forecast: np.ndarray, past: np.ndarray, season: int = 1) -> float:
    """Return the mean absolute error over that of the seasonal naive in the past (Hyndman & Koehler 2006).

    Parameters
    ----------
    came, forecast : arrays (H,)
        NaN where nothing was measured: such steps are left out.
    past : array (T,)
    season : int
        1 compares with the last value, and so it is where the past has no two seasons, or they are the same.

    Returns
    -------
    float
        NaN if nothing came, or the past never changed.

    Examples
    --------
    >>> mase(np.array([5.0, 7.0]), np.array([4.0, 4.0]), np.array([0.0, 1, 3, 4]))
    1.5
    """
    scale = _scale(past, season)
    return _mean_of(came, forecast, lambda y, f: float(np.mean(np.abs(y - f)) / scale))


def smape(came: np.ndarray, forecast: np.ndarray) -> float:
    """Return the symmetric mean absolute percentage error, 0 to 200, as in the M competitions; 0/0 is 0.

    >>> round(smape(np.array([100.0, 0.0]), np.array([110.0, 0.0])), 2)
    4.76
    """

    def share(y: np.ndarray, f: np.ndarray) -> float:
        size = np.abs(y) + np.abs(f)
        return float(200 * np.mean(np.abs(y - f) / np.where(size > 0, size, 1)))

    return _mean_of(came, forecast, share)


def pinball(
    came: np.ndarray, forecast: np.ndarray, quantiles: Sequence[float], past: np.ndarray, season: int = 1
) -> float:
    """Return the pinball loss, mean over quantiles and steps, over the same scale as MASE.

    Parameters
    ----------
    came : array (H,)
    forecast : array (H, Q)
    quantiles : sequence of Q floats
    past : array (T,)
    season : int

    Examples
    --------
    >>> round(pinball(np.array([2.0]), np.array([[1.0, 2, 3]]), (0.1, 0.5, 0.9), np.array([0.0, 1])), 4)
    0.0667
    """
    from sklearn.metrics import mean_pinball_loss  # not above: what reads files does not wait for it

    known, scale = ~np.isnan(came), _scale(past, season)
    if not known.any() or np.isnan(forecast[known]).any():
        return np.nan
    losses = [mean_pinball_loss(came[known], forecast[known, k], alpha=q) for k, q in enumerate(quantiles)]
    return float(np.mean(losses) / scale)


def coverage(came: np.ndarray, low: np.ndarray, high: np.ndarray) -> float:
    """Return the share of values that lie within an interval, its ends included; NaN if one has no ends.

    >>> coverage(np.array([1.0, 5.0]), np.zeros(2), np.full(2, 4.0))
    0.5
    """
    known = ~np.isnan(came)
    if not known.any() or np.isnan([low[known], high[known]]).any():
        return np.nan
    return float(np.mean((low <= came) & (came <= high), where=known))


def measure(
    came: np.ndarray, forecast: np.ndarray, quantiles: Sequence[float], past: np.ndarray, season: int = 1
) -> dict[str, float]:
    """Return all `MEASURES` of a forecast of one series; the coverage is that of the outermost quantiles.

    Parameters
    ----------
    came : array (H,)
    forecast : array (H, Q)
    quantiles : sequence of Q floats
        Ascending, .5 among them.
    past : array (T,)
    season : int

    Examples
    --------
    >>> how = measure(np.array([2.0]), np.array([[1.0, 2.0, 3.0]]), (0.1, 0.5, 0.9), np.array([0.0, 1.0]))
    >>> how["MASE"], how["coverage"]
    (0.0, 1.0)
    """
    middle = forecast[:, list(quantiles).index(0.5)]
    numbers = (
        mase(came, middle, past, season),
        smape(came, middle),
        pinball(came, forecast, quantiles, past, season),
        coverage(came, forecast[:, 0], forecast[:, -1]),
    )
    return dict(zip(MEASURES, numbers, strict=True))


def tail_bits(came: np.ndarray, forecast: np.ndarray, quantiles: Sequence[float]) -> np.ndarray:
    """Return how improbable it was that a value would lie as far out, on its side of the median, or further: in bits.

    That is −log₂ of twice the tail's probability: 0 at the median, 1 at the quartiles, one more for each halving, and
    1.44 on average where the quantiles are right. Tails have no unit, as densities have; between quantiles and beyond
    the outermost they fall exponentially.

    Parameters
    ----------
    came : array (W,)
    forecast : array (W, Q)
    quantiles : sequence of Q floats
        Ascending, .5 among them.

    Examples
    --------
    >>> tail_bits(np.array([0.0, 1.0, 2.0, -2.0]), np.tile([-2.0, 0.0, 1.0], (4, 1)), (0.25, 0.5, 0.75)).tolist()
    [0.0, 1.0, 2.0, 1.0]
    """
    at, middle = np.asarray(quantiles), list(quantiles).index(0.5)
    off = came - forecast[:, middle]
    bits = np.full(len(came), np.nan)
    for above in (True, False):
        side = range(middle, len(at)) if above else range(middle, -1, -1)
        apart = np.abs(forecast[:, list(side)] - forecast[:, middle : middle + 1])
        known = np.abs(np.log2(2 * np.minimum(at, 1 - at)[list(side)]))
        for k in range(len(known) - 1):
            width = apart[:, k + 1] - apart[:, k]
            beyond = np.abs(off) - apart[:, k]
            here = (off > 0 if above else off <= 0) & (beyond >= 0)
            step = np.divide(beyond, width, out=np.full_like(beyond, np.inf), where=width > 0)
            bits = np.where(here, np.where(beyond == 0, known[k], known[k] + (known[k + 1] - known[k]) * step), bits)
    return bits


def mean_interval(numbers: np.ndarray, level: float = 0.95, seed: int = 0) -> tuple[float, float, float]:
    """Return the mean of a number for each series, and the ends of its bootstrap interval; NaN is left out.

    Given differences between two forecasts of the same series, it is the paired comparison.

    >>> mean_interval(np.array([1.0, 1.0, np.nan]))
    (1.0, 1.0, 1.0)
    """
    from scipy.stats import bootstrap

    known = np.asarray(numbers, "float64")
    known = known[~np.isnan(known)]
    mean = float(known.mean()) if len(known) else np.nan
    if len(known) < 2 or np.ptp(known) == 0:
        return mean, *((mean, mean) if len(known) != 1 else (np.nan, np.nan))
    ends = bootstrap(
        (known,),
        np.mean,
        confidence_level=level,
        n_resamples=4999,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return mean, float(ends.low), float(ends.high)


def _scale(past: np.ndarray, season: int) -> float:
    return float(scale_of(past, season) or scale_of(past) or np.nan)


def _mean_of(came: np.ndarray, forecast: np.ndarray, number: Callable[[np.ndarray, np.ndarray], float]) -> float:
    known = ~np.isnan(came)
    return number(came[known], forecast[known]) if known.any() else np.nan
