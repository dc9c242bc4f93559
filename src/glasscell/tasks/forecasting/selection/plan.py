"""Plan a forecaster's training: baseline, candidate bases, windows, sizes and schedule.

A panel and `ForecastOptions` come in; a `Plan` goes out, without a network. `trials` takes it.

N series · W windows · H steps ahead · Q quantiles
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from glasscell.errors import UsageError
from glasscell.facts import Note
from glasscell.tasks.forecasting.baselines.naive import (
    IN_LOGS,
    Baseline,
    baselines_for,
    choose_baseline,
)
from glasscell.tasks.forecasting.model.means import above_median
from glasscell.tasks.forecasting.model.windows import (
    Framing,
    Windows,
    cut,
    find_cycles,
    frame_panel,
    require_positive,
)
from glasscell.tasks.forecasting.panels.bounds import Bounds, find_bounds
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.panels.seasons import find_seasons
from glasscell.tasks.forecasting.selection.halving import rounds_of
from glasscell.tasks.forecasting.selection.validation import hold_out, initial_widths
from glasscell.tasks.forecasting.sentences import ForecastEstimators
from glasscell.tasks.forecasting.settings import FORECAST

QUANTILES = tuple(FORECAST["quantiles"].default)
FEWEST_WINDOWS = 16  # with targets before the held-out end; with fewer, the baseline forecasts
MANY_STEPS = 5000  # of all series together: enough data for a larger network


@dataclass(frozen=True, kw_only=True)
class ForecastOptions:
    """What decides a forecaster's training besides its panel: see `ForecastSettings`.

    Parameters
    ----------
    logs : bool or "auto"
        Whether the base, and so the network, forecasts logarithms.
    bounds : pair of floats or None, or "auto"
        Limits of forecasts; None for none.
    continues : bool, optional
        Whether an LSTM continues over the steps ahead; by default if anything is known of them.

    >>> ForecastOptions(horizon=3).is_searched
    True
    """

    horizon: int
    quantiles: Sequence[float] = QUANTILES
    context: int | str = "auto"
    season: int | str = "auto"
    base: str | Baseline = "auto"
    logs: bool | str = "auto"
    bounds: Sequence[float | None] | str = "auto"
    units: int | Sequence[int] | str = "auto"
    members: int = 1
    variant: Any = None
    dropout: float | str = "auto"
    continues: bool | None = None
    engine: str = "auto"
    learning_rate: float = FORECAST["learning_rate"].default
    epochs: int | str = "auto"
    batch_size: int = FORECAST["batch_size"].default
    clip_norm: float | None = FORECAST["clip_norm"].default
    seed: int = 0

    @property
    def is_searched(self) -> bool:
        """Whether validation decides the number of epochs."""
        return self.epochs == "auto"


class Size(NamedTuple):
    """Default size of a network; its context is `periods` seasons or horizons, within bounds."""

    units: int
    dropout: float
    periods: int
    shortest: int
    longest: int = 48

    def context(self, season: int, horizon: int) -> int:
        """Return how many steps the network processes."""
        return min(max(self.periods * max(season, horizon), self.shortest), self.longest)


SMALL, LARGE = Size(32, 0.2, 2, 12), Size(64, 0.0, 3, 24)


@dataclass(frozen=True)
class Sizes:
    """Sizes of the network, and whether it continues over the steps ahead."""

    units: Any
    dropout: float
    continues: bool


@dataclass(frozen=True)
class Schedule:
    """Total epochs after each round of validation, weight updates per epoch, and batch size."""

    rounds: tuple[int, ...]
    updates: int
    batch_size: int


@dataclass(frozen=True, eq=False)
class Plan:
    """What is trained, on what and how long. Made by `plan_training`.

    Parameters
    ----------
    framing : Framing
        With the best baseline.
    windows : Windows
        For this baseline.
    baseline_errors : dict
        Past error of each baseline by name: see `baselines.naive.choose_baseline`.
    candidates : tuple of Baseline
        Baselines that the network may correct, the best one first; empty with a `reason`.
    reason : Note or None
        Why only the baseline forecasts.
    """

    panel: Panel
    options: ForecastOptions
    framing: Framing
    windows: Windows
    baseline_errors: dict[str, float]
    candidates: tuple[Baseline, ...]
    sizes: Sizes
    schedule: Schedule
    reason: Note | None = None

    @property
    def quantiles(self) -> tuple[float, ...]:
        """The quantiles."""
        return tuple(map(float, self.options.quantiles))

    @property
    def lengths(self) -> list[int]:
        """Number of steps of each series."""
        return [len(values) for values in self.panel.values]

    def windows_of(self, base: Baseline) -> Windows:
        """Return the windows for a base."""
        if base == self.framing.baseline:
            return self.windows
        return cut(self.panel, replace(self.framing, baseline=base))

    def above_base(self, base: Baseline, windows: Windows) -> tuple[float, ...]:
        """Return the mean's distance above a base at each step ahead: see `above_median`."""
        return above_median(self.panel, windows, np.zeros(windows.target.shape), logs=base.logs)


def plan_training(panel: Panel, options: ForecastOptions) -> Plan:
    """Choose the baseline by past errors, and cut the windows of which a network learns.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(
    ...     pd.DataFrame({"ds": np.arange(60), "y": np.sin(np.arange(60)) + 0.1 * np.arange(60)})
    ... )
    >>> plan = plan_training(panel, ForecastOptions(horizon=3, units=4, epochs=2))
    >>> [base.name for base in plan.candidates], plan.sizes, plan.schedule.updates
    (['last value'], Sizes(units=4, dropout=0.2, continues=False), 1)
    """
    horizon, season = options.horizon, season_for(panel, options.season)
    baseline, baseline_errors = _baseline_for(panel, options, season)
    size = LARGE if sum(map(len, panel.values)) >= MANY_STEPS else SMALL
    automatic = options.context == "auto"
    context = size.context(season, horizon) if automatic else int(options.context)
    bounds = options.bounds
    framing = replace(
        frame_panel(panel, horizon, context, season, baseline, find_cycles(panel)),
        bounds=find_bounds(panel.values) if isinstance(bounds, str) else Bounds(*bounds),
        median=list(options.quantiles).index(0.5),
    )
    windows = cut(panel, framing)
    if not len(windows.series):  # then the last ones, from which nothing can be learned
        windows = cut(panel, framing, last=True)
    plan = Plan(
        panel,
        options,
        framing,
        windows,
        baseline_errors,
        _candidates(baseline, options),
        _sizes(panel, options, framing, size),
        _schedule(windows, options),
    )
    reason = _reason_for_baseline(plan)
    if reason is None:
        return plan
    framing = replace(framing, above=plan.above_base(baseline, windows))
    return replace(plan, framing=framing, candidates=(), reason=reason)


def season_for(panel: Panel, season: int | str) -> int:
    """Return the requested season, or the first that values show; 1 if none has two seasons."""
    season = next(iter(find_seasons(panel)), 1) if season == "auto" else int(season)
    return season if any(len(values) >= 2 * season for values in panel.values) else 1


def _baseline_for(
    panel: Panel, options: ForecastOptions, season: int
) -> tuple[Baseline, dict[str, float]]:
    base, logs = options.base, options.logs
    if isinstance(base, Baseline):
        return base, {}
    names = [baseline.name for baseline in baselines_for(season, logs=True)]
    if base != "auto" and not any(name.startswith(base) for name in names):
        no_season = ForecastEstimators.NO_BASE_WITHOUT_SEASON
        raise UsageError(ForecastEstimators.NO_BASE if season > 1 else no_season, base=base)
    if logs is True or base.endswith(IN_LOGS):
        require_positive(panel)
    return choose_baseline(panel.values, options.horizon, season, kind=base, logs=logs)


def _candidates(baseline: Baseline, options: ForecastOptions) -> tuple[Baseline, ...]:
    """Return the candidate bases: the best baseline, and those that average over fewer steps.

    A network can learn from earlier steps itself, but cannot recover what its base averages away.
    Candidates are therefore a drift over half of the steps, and the last value, which is best for a
    network with enough data, if a search finds how long it must be trained.
    """
    candidates = [baseline]
    if options.base == "auto" and baseline.season == 1 and baseline.steps > 1:
        candidates.append(replace(baseline, steps=(baseline.steps + 1) // 2))
    is_last_value = not baseline.steps and baseline.season == 1
    if options.base == "auto" and options.is_searched and not is_last_value:
        candidates.append(Baseline(logs=baseline.logs))
    return tuple(candidates)


def _sizes(panel: Panel, options: ForecastOptions, framing: Framing, size: Size) -> Sizes:
    continues = options.continues
    return Sizes(
        size.units if options.units == "auto" else options.units,
        size.dropout if isinstance(options.dropout, str) else options.dropout,
        bool(framing.cycles or panel.known_names) if continues is None else continues,
    )


def _schedule(windows: Windows, options: ForecastOptions) -> Schedule:
    n = len(windows.series)
    batch_size = max(1, min(options.batch_size, n))
    if not options.is_searched:
        return Schedule((int(options.epochs),), -(-n // batch_size), batch_size)
    # a smaller last batch would need its own graph, and tracing takes as long as training for some
    # epochs
    updates = n // batch_size
    return Schedule(tuple(rounds_of(updates)), updates, batch_size)


def _reason_for_baseline(plan: Plan) -> Note | None:
    """Return why only the baseline forecasts, not ETS or Theta either; None to try a network."""
    held = hold_out(plan.windows, plan.lengths, plan.options.horizon)
    n = int((held.earlier.weights() > 0).sum())
    if n < FEWEST_WINDOWS:
        has_widths = not np.isnan(initial_widths(plan.windows, plan.quantiles)).any()
        unsure = None if has_widths else ForecastEstimators.UNSURE()
        return ForecastEstimators.FEW_WINDOWS(n=n, fewest=FEWEST_WINDOWS, unsure=unsure)
    return None if plan.schedule.rounds[-1] else ForecastEstimators.NO_EPOCHS()
