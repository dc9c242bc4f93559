"""Explain a forecast: the effect of each past value, the gates, and units that follow the season.

S past steps · H steps ahead · C steps of context
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasscell.errors import DataError, UsageError
from glasscell.explorer.bundle import Assembly
from glasscell.facts import Note
from glasscell.runs.explained_folder import Explained, ExplainedFolder, OnStage, choose, explaining
from glasscell.runs.options import Choice
from glasscell.runs.sentences import Runs
from glasscell.runs.tracing import tracing
from glasscell.tasks.forecasting.baselines.naive import fill
from glasscell.tasks.forecasting.gates import (
    GATES,
    SeasonRead,
    mean_gates,
    read_season,
    read_window,
)
from glasscell.tasks.forecasting.model.forecaster import Forecaster
from glasscell.tasks.forecasting.model.forecasts import answers, decimals_of
from glasscell.tasks.forecasting.model.windows import cut
from glasscell.tasks.forecasting.page import page_of
from glasscell.tasks.forecasting.panels.frequency import format_time
from glasscell.tasks.forecasting.panels.panel import ID, TIME, VALUE, Panel
from glasscell.tasks.forecasting.plots import Fan, draw_explained
from glasscell.tasks.forecasting.report import describe_weight, none_if_nan
from glasscell.tasks.forecasting.sentences import ForecastEstimators, ForecastRuns
from glasscell.tasks.forecasting.trained_run import ForecasterRun, open_run

PAGE = Assembly(Path(__file__).parent / "web")
SHOWN = 5  # values in the summary
PAST = 2  # horizons in the figure; more if the ablated values reach further back
AT_ONCE = 64  # copies of a series in memory


@dataclass(frozen=True)
class Removals:
    """The effect of each of the last values, by ablation. Made by `remove_each`.

    Parameters
    ----------
    steps : int array (S,)
        Steps of the series, ascending.
    values : array (S,)
        NaN in gaps.
    instead : array (S,)
        Replacement of each ablated value.
    gave : array (S, H)
        The median minus the median without the value, in units of the series; 0 in gaps.
    of_base : array (S, H)
        The same for the baseline only.
    quantiles : array (H, Q)
        The forecast.
    """

    steps: np.ndarray
    values: np.ndarray
    instead: np.ndarray
    gave: np.ndarray
    of_base: np.ndarray
    quantiles: np.ndarray

    @property
    def in_all(self) -> np.ndarray:
        """Effect of each value on the sum of the steps ahead, (S,)."""
        return self.gave.sum(1)

    @property
    def of_base_in_all(self) -> np.ndarray:
        """The same for the baseline only, (S,)."""
        return self.of_base.sum(1)


@dataclass(frozen=True)
class ExplainedForecast:
    """The explained forecast of one series. Made by `explain_one`.

    Parameters
    ----------
    panel : Panel
        Only this series.
    gates : array (C, 3), or None
        Means of i, f and o over all units at the last C steps, fewer for a short series; None if
        the network does not forecast.
    season : SeasonRead, Note, or None
        What follows the season, or why this is unknown; None without a season or gates.
    weight : float
        Weight of the network's correction of the baseline.
    """

    run: ForecasterRun
    panel: Panel
    removals: Removals
    gates: np.ndarray | None
    season: SeasonRead | Note | None
    weight: float

    @property
    def horizon(self) -> int:
        """H."""
        return self.run.framing.horizon

    @property
    def times(self) -> Any:
        """Times of the S past steps."""
        return self.panel.times[0][self.removals.steps[0] :]

    @property
    def ahead(self) -> Any:
        """Times of the H steps ahead."""
        return self.panel.next_times(self.horizon)[0]


SOME = Choice()


def look_into(path: Path, file: str | None, tell: OnStage, *, options: Choice = SOME) -> Explained:
    """Explain the forecast of one series of a run; the explorer shows several series."""
    tell(Runs.READING_SERIES())
    run = open_run(path)
    panel, since = run.since(file)
    shown_panel = panel.of(choose(panel.ids, options.series, options.limit, file or f"{path}"))
    explained = explain_one(run, shown_panel, tell)
    try:
        payload, notes = page_of(run, shown_panel)
        shown_names = [series["name"] for series in payload["series"]]
    except UsageError as error:
        payload, notes, shown_names = error, [], []

    def write(folder: ExplainedFolder) -> dict[str, Any]:
        tell(Runs.DRAWING())
        for name, table in _tables(explained).items():
            folder.tabulate(name, table)
        folder.draw("explanation", _draw(explained))
        return {}

    summary = _summary(explained) | {"shown": shown_names}
    return Explained(
        payload, run.settings.data, summary, [*since, *notes_of(explained), *notes], PAGE, write
    )


explain = explaining(look_into)
trace_to = tracing(open_run)


def explain_one(
    run: ForecasterRun, panel: Panel, tell: OnStage = lambda stage: None
) -> ExplainedForecast:
    """Explain the forecast of one series."""
    first_series = panel.of([0])
    framing, network = run.framing, run.network
    run.forecaster.forecast(first_series)  # raises an error if anything is missing
    tell(ForecastRuns.REMOVING())
    removals, gates, season = remove_each(run.forecaster, first_series), None, None
    if run.why_alone is None:
        tell(ForecastRuns.READING_GATES())
        window = cut(first_series, framing, last=True)
        # none before the series begins
        gates = mean_gates(read_window(network, window))[-len(first_series.values[0]) :]
        tell(ForecastRuns.READING_SEASON())
        season = read_season(network, framing, first_series)
    return ExplainedForecast(run, first_series, removals, gates, season, run.forecaster.weight)


def remove_each(forecaster: Forecaster, panel: Panel) -> Removals:
    """Forecast a series with its last values ablated, one at a time."""
    (values,), framing, middle = panel.values, forecaster.framing, forecaster.median
    if (~np.isnan(values)).sum() < 2:
        raise DataError(ForecastRuns.ONE_VALUE, series=panel.ids[0])
    steps = np.arange(max(0, len(values) - framing.reach), len(values))
    known_steps = steps[~np.isnan(values[steps])]
    quantiles, base = _forecast(forecaster, panel, [values])
    gave, of_base = np.zeros((2, len(steps), framing.horizon))
    instead = fill(values, framing.season)[steps]
    for first in range(0, len(known_steps), AT_ONCE):
        part = known_steps[first : first + AT_ONCE]
        without = [np.where(np.arange(len(values)) == step, np.nan, values) for step in part]
        rows = part - steps[0]
        instead[rows] = [
            fill(gapped, framing.season)[step] for gapped, step in zip(without, part, strict=True)
        ]
        quantiles_without, base_without = _forecast(forecaster, panel, without)
        gave[rows] = quantiles[0, :, middle] - quantiles_without[..., middle]
        of_base[rows] = base[0] - base_without
    return Removals(steps, values[steps], instead, gave, of_base, quantiles[0])


def _forecast(
    forecaster: Forecaster, panel: Panel, values: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Return quantiles (N, H, Q) and baselines (N, H) of N versions of one series, in its units."""
    framing, n = forecaster.framing, len(values)
    versions = replace(panel.of([0] * n), values=values)
    windows = cut(versions, framing, last=True)
    base = np.exp(windows.base) if framing.baseline.logs else windows.base
    if framing.alone is not None:
        return forecaster.forecast(versions), base
    return answers(forecaster.network, framing, windows), base


def _tables(explained: ExplainedForecast) -> dict[str, pd.DataFrame]:
    removals, decimals = explained.removals, decimals_of(explained.panel.values[0]) or 0
    computed = {
        "instead": removals.instead,
        "gave": removals.in_all,
        "of_base": removals.of_base_in_all,
    }
    computed |= {f"ahead_{h}": removals.gave[:, h - 1] for h in range(1, explained.horizon + 1)}
    columns = {ID: explained.panel.ids[0], TIME: explained.times, VALUE: removals.values}
    tables = {
        "explanation": pd.DataFrame(
            columns | {name: np.round(v, decimals) for name, v in computed.items()}
        )
    }
    if explained.gates is not None:
        times = explained.times[-len(explained.gates) :]
        tables["gates"] = pd.DataFrame(
            {TIME: times, **dict(zip(GATES, explained.gates.T, strict=True))}
        )
    if isinstance(season := explained.season, SeasonRead):
        layers, numbers = zip(*season.units, strict=True)
        units = pd.DataFrame({"layer": layers, "unit": numbers, "share": season.memories.share})
        tables["units"] = units.iloc[season.order]
        places = {"place": season.names, "windows": season.memories.count}
        places |= dict(zip(GATES, season.gates.T, strict=True))
        tables["seasons"] = pd.DataFrame(
            places | dict(zip(season.labels, season.memories.means.T, strict=True))
        )
    return tables


def _draw(explained: ExplainedForecast) -> Any:
    removals, middle = explained.removals, explained.run.quantiles.index(0.5)
    season = explained.season if isinstance(explained.season, SeasonRead) else None
    shown = max(len(removals.steps), PAST * explained.horizon)
    times, values = explained.panel.times[0][-shown:], explained.panel.values[0][-shown:]
    fan = Fan(
        explained.panel.ids[0],
        times,
        values,
        explained.ahead,
        removals.quantiles,
        middle,
        forecaster=explained.run.forecaster.name,
    )
    # without the network, both are equal
    of_base = None if explained.gates is None else removals.of_base_in_all
    return draw_explained(fan, removals.in_all, of_base, explained.gates, season)


def _summary(explained: ExplainedForecast) -> dict[str, Any]:
    removals, season = explained.removals, explained.season
    order = [
        k for k in np.argsort(-np.abs(removals.in_all), kind="stable")[:SHOWN] if removals.in_all[k]
    ]
    shown = {
        "y": removals.values,
        "instead": removals.instead,
        "gave": removals.in_all,
        "of_base": removals.of_base_in_all,
    }
    largest = [
        {"ds": format_time(explained.times[k])} | {name: float(v[k]) for name, v in shown.items()}
        for k in order
    ]
    season_found = None
    if isinstance(season, SeasonRead):
        layer, unit, share = season.highest
        season_found = {
            "steps": explained.run.framing.season,
            "windows": season.windows,
            "units": len(season.units),
            "following": season.following,
            "most": {"layer": layer, "unit": int(unit), "share": none_if_nan(share)},
        }
    return {
        "task": "forecast",
        "series": explained.panel.ids[0],
        "origin": format_time(explained.times[-1]),
        "horizon": explained.horizon,
        "forecaster": explained.run.forecaster.name,
        "base": explained.run.framing.baseline.name,
        "trust": explained.weight,
        "values": int((~np.isnan(removals.values)).sum()),
        "largest": largest,
        "season": season_found,
        "said": list(map(str, describe(explained))),
    }


def describe(explained: ExplainedForecast) -> list[Note]:
    """Describe the explanation in one to three notes."""
    removals, name = explained.removals, explained.panel.ids[0]
    in_all, n = np.abs(removals.in_all), int((~np.isnan(removals.values)).sum())
    if not in_all.any():
        return [ForecastRuns.GAVE_NOTHING(n=n, series=name)]
    strongest = int(in_all.argmax())
    of_base = (
        None
        if explained.gates is None
        else ForecastRuns.OF_BASE(shift=_lower(removals.of_base_in_all[strongest]))
    )
    shifts = {"shift": _lower(removals.in_all[strongest]), "of_base": of_base}
    notes = [
        ForecastRuns.GAVE_MOST(
            series=name,
            time=format_time(explained.times[strongest]),
            horizon=explained.horizon,
            **shifts,
        )
    ]
    is_known = ~np.isnan(removals.values)
    back = np.cumsum(in_all[is_known][::-1]) / in_all.sum()
    notes.append(ForecastRuns.HALF_FROM_LAST(n=n, last=int(np.argmax(back >= 0.5)) + 1))
    if isinstance(season := explained.season, SeasonRead):
        layer, unit, share = season.highest
        strongest = (
            None
            if np.isnan(share)
            else ForecastRuns.MOST(layer=layer, unit=unit, percent=100 * max(share, 0))
        )
        code = ForecastRuns.FOLLOWS if season.following else ForecastRuns.NONE_FOLLOWS
        units = {"n": season.following, "units": len(season.units)}
        notes.append(code(**units, season=explained.run.framing.season, most=strongest))
    return notes


def notes_of(explained: ExplainedForecast) -> list[Note]:
    """Return notes on the numbers: who forecasts, and what is unknown."""
    base, notes = explained.run.framing.baseline.name, []
    if explained.run.reason is not None:
        notes.append(ForecastRuns.ALONE(base=base, why=explained.run.reason))
    elif explained.run.framing.alone is not None:
        notes.append(ForecastRuns.LOCAL_ALONE(model=explained.run.framing.alone))
    elif explained.weight == 0:
        notes.append(ForecastRuns.OF_BASELINE(base=base, why=ForecastEstimators.NOT_BETTER()))
    elif (note_of_weight := describe_weight(base, explained.weight)) is not None:
        notes.append(note_of_weight)
    if isinstance(explained.season, Note):
        notes.append(explained.season)
    return notes


def _lower(number: float) -> Note:
    """Describe a decrease (above 0) or increase (below 0), to four digits."""
    size = float(f"{abs(number):.4g}") if abs(number) < 10_000 else round(abs(number))
    code = (
        ForecastRuns.LOWER
        if number > 0
        else ForecastRuns.HIGHER
        if number
        else ForecastRuns.UNCHANGED
    )
    return code(by=int(size) if size % 1 == 0 else size)


def lines(summary: Mapping[str, Any]) -> list[str]:
    """Return the sentences in the summary of `explain`."""
    return summary["said"]
