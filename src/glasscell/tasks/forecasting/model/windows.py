"""Inputs of a network at each origin: a window of the past, scaled by itself, and known features.

N series · T time steps · W windows · C steps of context, F features of one · H steps ahead, G
features of one
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from glasscell.data.offsets import float32
from glasscell.errors import DataError
from glasscell.tasks.forecasting.baselines.naive import (
    ROWS,
    Baseline,
    fill,
    futures,
    pasts,
    scale_of,
)
from glasscell.tasks.forecasting.panels.bounds import Bounds
from glasscell.tasks.forecasting.panels.frequency import (
    DAY,
    LENGTHS,
    MONTHS,
    Frequency,
    parse_frequency,
)
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.panels.sentences import Panels

FEWEST = 3  # minimum steps before the first origin; with a season, one and a half seasons
SEASONS = 3  # past seasons in the features of steps ahead
MOST_WINDOWS = 20_000  # in longer panels, some origins are skipped
PER_CHANGE = 1e-9  # of the level: smaller changes are rounding errors
YEAR = 365.25 * DAY
CYCLES = {"year": YEAR, "week": 7 * DAY, "day": DAY}  # in nanoseconds
LEAST_SEEN = 2  # minimum cycles in the longest series


@dataclass(frozen=True)
class Framing:
    """How windows are cut and scaled: everything a forecast needs except for the network.

    Parameters
    ----------
    horizon : int
        H.
    context : int
        C.
    season : int
        1 for none.
    baseline : Baseline
        The base that the network corrects; if it is in logarithms, so are the network's inputs from
        values.
    cycles : tuple of str
        Calendar cycles: see `calendar_features`.
    centres, spreads : tuples of floats
        Means and standard deviations of the known future, past and static covariates, in this
        order.
    bounds : Bounds
        Limits of forecasts.
    median : int, optional
        Index of the median among the quantiles. For a constant series with one or two steps, only
        the median is forecast. None, as in older runs, forecasts the other quantiles as equal to
        it.
    above : tuple of floats
        Scaled mean minus median at each step ahead: see `means.above_median`; empty if unknown.
    alone : str, optional
        "ETS" or "Theta", if it forecasts instead of the network and its baseline.
    factors : tuple of Q floats
        Factors for the widths of its quantiles.

    >>> from dataclasses import asdict
    >>> framing = Framing(2, 3, 1, Baseline())
    >>> framing_of(asdict(framing)) == framing
    True
    """

    horizon: int
    context: int
    season: int
    baseline: Baseline
    cycles: tuple[str, ...] = ()
    centres: tuple[float, ...] = ()
    spreads: tuple[float, ...] = ()
    bounds: Bounds = Bounds()
    median: int | None = None
    above: tuple[float, ...] = ()
    alone: str | None = None
    factors: tuple[float, ...] = ()

    @property
    def reach(self) -> int:
        """Number of past steps that a window uses."""
        of_context = self.context + self.season * self.baseline.seasons
        return max(of_context, self.baseline.reach, SEASONS * self.season if self.season > 1 else 0)


def framing_of(fields: Mapping[str, Any]) -> Framing:
    """Return the framing from its fields in JSON.

    >>> framing_of(
    ...     {"horizon": 1, "context": 2, "season": 1, "baseline": {"steps": 3}}
    ... ).baseline.name
    'drift over 3 steps'
    """
    lists = ("cycles", "centres", "spreads", "factors", "above")
    tuples = {name: tuple(fields[name]) for name in lists if name in fields}
    bounds = Bounds(*fields.get("bounds", ()))
    return Framing(
        **{**fields, **tuples, "bounds": bounds, "baseline": Baseline(**fields["baseline"])}
    )


class Windows(NamedTuple):
    """Windows of all series.

    Parameters
    ----------
    steps : array (W, C, F), float32
        Features of the context.
    horizon_features : array (W, H, G), float32
        Features of the steps ahead.
    base : array (W, H), float64
        The baseline's forecasts; in logarithms if it is.
    scale : array (W,), float64
        Unit of the network's output; 0 for a constant past.
    target : array (W, H), float32
        (value − base) / scale; NaN where values are missing.
    series : array (W,), int
        Index of the series.
    origin : array (W,), int
        Last step of the series that the network processes.
    """

    steps: np.ndarray
    horizon_features: np.ndarray
    base: np.ndarray
    scale: np.ndarray
    target: np.ndarray
    series: np.ndarray
    origin: np.ndarray

    def at(self, chosen: np.ndarray) -> "Windows":
        """Return some of the windows."""
        return Windows(*(field[chosen] for field in self))

    def weights(self) -> np.ndarray:
        """Return weights (W,), float32, so that each series counts the same; 0 if untrained."""
        teaches = (self.scale > 0) & (~np.isnan(self.target)).any(1)
        count = np.bincount(self.series[teaches], minlength=int(self.series.max(initial=0)) + 1)
        weight = np.where(teaches, 1 / np.maximum(count[self.series], 1), 0)
        return (weight / max(weight.mean(), 1e-12)).astype("float32")


def frame_panel(
    panel: Panel,
    horizon: int,
    context: int,
    season: int,
    baseline: Baseline,
    cycles: tuple[str, ...] = (),
) -> Framing:
    """Return the framing for a panel, with means and standard deviations of its covariates."""
    tables = [np.concatenate(panel.known), np.concatenate(panel.past), panel.static]
    columns = [v if (~np.isnan(v)).any() else np.zeros(1) for table in tables for v in table.T]
    centres, spreads = (
        [float(statistic(v)) for v in columns] for statistic in (np.nanmean, np.nanstd)
    )
    # a constant covariate may have a spread from rounding
    spreads = [s if s > PER_CHANGE * abs(c) else 1.0 for c, s in zip(centres, spreads, strict=True)]
    return Framing(horizon, context, season, baseline, cycles, tuple(centres), tuple(spreads))


def cut(
    panel: Panel, framing: Framing, *, last: bool = False, limit: int | None = MOST_WINDOWS
) -> Windows:
    """Cut windows at all origins with later values; or with `last`, at the end of each series.

    Nothing after an origin affects its inputs, except for known future covariates.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(pd.DataFrame({"ds": np.arange(6), "y": [1.0, 2, 4, 8, 16, 32]}))
    >>> windows = cut(panel, Framing(2, 4, 1, Baseline()))
    >>> windows.steps.shape, windows.scale.round(2).tolist(), windows.target[-1].tolist()
    ((3, 4, 3), [1.5, 2.33, 3.75], [4.266666889190674, nan])
    """
    if framing.baseline.logs:
        require_positive(panel)
    thinning = 1 if last or limit is None else thinning_of(panel, limit)
    parts = [
        part for n in range(len(panel)) for part in _cut_one(panel, n, framing, last, thinning)
    ]
    return Windows(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def thinning_of(panel: Panel, limit: int = MOST_WINDOWS) -> int:
    """Return k such that every k-th origin yields about `limit` windows at most; 1 uses all."""
    return -(-sum(map(len, panel.values)) // limit)


def require_positive(panel: Panel) -> None:
    """Raise DataError if a value is not above 0, and so has no logarithm."""
    for who, values in zip(panel.ids, panel.values, strict=True):
        if (low := values[values <= 0]).size:
            raise DataError(Panels.NO_LOGARITHM, series=who, value=low[0])


def _cut_one(
    panel: Panel, n: int, framing: Framing, last: bool, thinning: int
) -> Iterator[Windows]:
    """Yield the windows of one series, `ROWS` at a time."""
    values, season, horizon, context = (
        panel.values[n],
        framing.season,
        framing.horizon,
        framing.context,
    )
    if framing.baseline.logs:
        values = np.log(values)
    length = len(values)
    first = max(FEWEST, min(season + season // 2 if season > 1 else 0, length // 2))
    all_origins = (
        np.array([length - 1]) if last else np.arange(first - 1, length - 1)[::-1][::thinning][::-1]
    )
    all_pasts = pasts(fill(values, season), framing.reach)
    covariates, later = covariates_of(panel, n, framing)
    for start in range(0, max(len(all_origins), 1), ROWS):
        origins = all_origins[start : start + ROWS]
        from_values, from_values_ahead, base, scale = features_of(all_pasts[origins], framing)
        measured = ~np.isnan(values) * 1.0
        steps = [
            *from_values,
            *(pasts(column, context)[origins] for column in (measured, *covariates.T)),
        ]
        horizon_features = [
            *from_values_ahead,
            *(futures(column, horizon)[origins] for column in later.T),
        ]
        unit = np.where(scale > 0, scale, 1)[:, None]
        yield Windows(
            np.nan_to_num(np.stack(steps, -1)).astype("float32"),
            np.nan_to_num(np.stack(horizon_features, -1)).astype("float32"),
            base,
            scale,
            float32((futures(values, horizon)[origins] - base) / unit),
            np.full(len(origins), n),
            origins,
        )


def features_of(
    past: np.ndarray, framing: Framing
) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray, np.ndarray]:
    """Return the features of W origins that depend on past values, with the base and the scale.

    `past` (W, R) → (W, C).

    >>> steps, horizon_features, base, scale = features_of(
    ...     np.array([[1.0, 2, 4, 8]]), Framing(2, 3, 1, Baseline())
    ... )
    >>> [len(steps), len(horizon_features)], base.tolist(), scale.round(2).tolist()
    ([2, 1], [[8.0, 8.0]], [2.33])
    """
    season, horizon, context = framing.season, framing.horizon, framing.context
    window, now = past[:, -context:], past[:, -1:]
    changes = [window - past[:, -context - 1 : -1]]
    if season > 1:
        at = np.arange(past.shape[1] - context, past.shape[1])
        # over the base's season: one step if it is the last value or a drift
        changes.append(window - framing.baseline.mean_of_seasons(past, at)[0])
    scale = scale_of(past[:, -context - season :], season)
    scale = np.where(scale > 0, scale, scale_of(past[:, -context - 1 :]))
    scale = np.where(scale > PER_CHANGE * np.nanmax(np.abs(past), 1, initial=0), scale, 0)
    unit = np.where(scale > 0, scale, 1)[:, None]
    base = framing.baseline.forecast_in_logs(past, horizon)
    seasons_before = _seasons_before(past, horizon, season) if season > 1 else []
    steps, horizon_features = (
        [np.arcsinh(v / unit) for v in part]
        for part in ((*changes, window - now), (base - now, *seasons_before))
    )
    return steps, horizon_features, base, scale


def _seasons_before(past: np.ndarray, horizon: int, season: int) -> list[np.ndarray]:
    """Return values one season before the steps ahead minus those two and three before: (W, H)."""
    step = np.arange(1, horizon + 1)
    index = past.shape[1] - 1 + step - season * -(-step // season)
    earlier = [index - k * season for k in range(1, SEASONS)]
    return [np.where(at >= 0, past[:, index] - past[:, np.maximum(at, 0)], 0) for at in earlier]


def covariates_of(panel: Panel, n: int, framing: Framing) -> tuple[np.ndarray, np.ndarray]:
    """Return a series' scaled covariates and calendar: all, (T, ·), and those known, (T + H, ·).

    NaN where values are missing.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(
    ...     pd.DataFrame({"ds": np.arange(6), "y": 1.0, "promo": 2.0}), known=["promo"]
    ... )
    >>> [part.shape for part in covariates_of(panel, 0, frame_panel(panel, 2, 4, 1, Baseline()))]
    [(6, 1), (8, 1)]
    """
    horizon, times = framing.horizon, panel.times[n]
    steps, counts = len(times), [len(panel.known_names), len(panel.past_names)]
    calendar = np.zeros((steps + horizon, 0))
    if framing.cycles:
        next_times = panel.of([n]).next_times(horizon)[0]
        calendar = np.concatenate(
            [calendar_features(part, framing.cycles) for part in (times, next_times)]
        )
    known = np.concatenate([panel.known[n], panel.future[n][:horizon]])
    known = np.concatenate([known, np.full((steps + horizon - len(known), counts[0]), np.nan)])
    scales = (
        np.split(np.asarray(v), np.cumsum(counts)) for v in (framing.centres, framing.spreads)
    )
    parts = zip((known, panel.past[n], panel.static[n]), *scales, strict=True)
    known, past, static = ((part - centre) / spread for part, centre, spread in parts)
    known, static = (
        np.concatenate([calendar, known], 1),
        np.broadcast_to(static, (steps + horizon, len(static))),
    )
    return np.concatenate([known[:steps], past, static[:steps]], 1), np.concatenate(
        [known, static], 1
    )


def names_of(panel: Panel, framing: Framing, calendar_names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the F features of a step."""
    of_values = [
        "change",
        *(["change over a season"] if framing.season > 1 else []),
        "level",
        "measured",
    ]
    return (*of_values, *calendar_names, *panel.known_names, *panel.past_names, *panel.static_names)


def find_cycles(panel: Panel) -> tuple[str, ...]:
    """Return the calendar cycles that have two steps or more and occur twice in the longest series.

    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> days = pd.date_range("2026-01-01", periods=60, freq="D")
    >>> find_cycles(from_frame(pd.DataFrame({"ds": days, "y": np.arange(60.0)})))
    ('week',)
    """
    if panel.frequency is None:
        return ()
    step = _length(parse_frequency(panel.frequency))
    longest = max(len(times) for times in panel.times) * step
    return tuple(
        name
        for name, length in CYCLES.items()
        if step * 2 <= length and longest >= 0.99 * LEAST_SEEN * length
    )


def _length(frequency: Frequency) -> float:
    if frequency.unit in MONTHS:
        return YEAR / 12 * MONTHS[frequency.unit] * frequency.count
    return LENGTHS.get(frequency.unit, DAY * 7 / 5) * frequency.count


def calendar_features(times: Any, cycles: tuple[str, ...]) -> np.ndarray:
    """Return the positions of times in each cycle.

    `times` (T,).

    >>> calendar_features(pd.DatetimeIndex(["2026-01-05", "2026-01-05 06:00"]), ("day",)).round(6)
    array([[0., 1.],
           [1., 0.]])
    """
    if not cycles:
        return np.zeros((len(times), 0))
    of_day = ((times - times.normalize()) / pd.Timedelta(days=1)).to_numpy()
    phases = {
        "year": (times.day_of_year.to_numpy() - 1 + of_day) / 365.25,
        "week": (times.day_of_week.to_numpy() + of_day) / 7,
        "day": of_day,
    }
    angles = 2 * np.pi * np.stack([phases[name] for name in cycles], 1)
    return np.stack([np.sin(angles), np.cos(angles)], 2).reshape(len(times), -1)


def name_features(cycles: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the columns of `calendar_features`.

    >>> name_features(("week",))
    ('week (sine)', 'week (cosine)')
    """
    return tuple(f"{name} ({kind})" for name in cycles for kind in ("sine", "cosine"))
