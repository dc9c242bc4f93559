"""A run that forecasts, looked into: what each past value gave, what the gates did, which units follow the season.

S past steps · H steps ahead · C steps of context
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasscell.errors import UsageError
from glasscell.explorer.bundle import FORECAST
from glasscell.facts import Note
from glasscell.runs.explained_folder import Explained, ExplainedFolder, OnStage, choose, explaining
from glasscell.runs.sentences import Runs
from glasscell.runs.tracing import tracing
from glasscell.tasks.forecasting.gates import GATES, SeasonRead, mean_gates, read_season, read_window
from glasscell.tasks.forecasting.network import quantiles_of
from glasscell.tasks.forecasting.opened import ForecasterRun, open_run
from glasscell.tasks.forecasting.page import page_of
from glasscell.tasks.forecasting.panels.frames import decimals_of
from glasscell.tasks.forecasting.panels.frequency import format_time
from glasscell.tasks.forecasting.panels.panel import ID, TIME, VALUE, Panel
from glasscell.tasks.forecasting.panels.windows import cut
from glasscell.tasks.forecasting.plots.explained import draw_explained
from glasscell.tasks.forecasting.plots.fans import Fan
from glasscell.tasks.forecasting.removals import Removals, remove_each
from glasscell.tasks.forecasting.report import describe_trust, none_if_nan
from glasscell.tasks.forecasting.sentences import ForecastEstimators, ForecastRuns

SHOWN = 5  # values in the summary
PAST = 2  # horizons in the picture, if it reaches no further back


@dataclass(frozen=True)
class ExplainedForecast:
    """The forecast of one series, taken apart. Made by `explain_one`.

    Parameters
    ----------
    run : ForecasterRun
    panel : Panel
        Of this series alone.
    removals : Removals
    gates : array (C, 3), or None
        Means of i, f and o over all units at the last C steps, or as many as there are; None where no network was
        trained.
    season : SeasonRead, Note, or None
        What follows the season, or why nothing can be said of it; None where there is none.
    trust : float
        How much of what the network adds to the baseline is added.
    """

    run: ForecasterRun
    panel: Panel
    removals: Removals
    gates: np.ndarray | None
    season: SeasonRead | Note | None
    trust: float

    @property
    def horizon(self) -> int:
        """H."""
        return self.run.framing.horizon

    @property
    def times(self) -> Any:
        """Of the S past steps."""
        return self.panel.times[0][self.removals.steps[0] :]

    @property
    def ahead(self) -> Any:
        """The times of the H steps ahead."""
        return self.panel.next_times(self.horizon)[0]

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each past step: `y`, what stood `instead`, what it `gave` in all, and to each step ahead."""
        found = self.removals
        columns = {ID: self.panel.ids[0], TIME: self.times, VALUE: found.values}
        computed = {"instead": found.instead, "gave": found.in_all, "of_base": found.of_base_in_all}
        computed |= {f"ahead_{h}": found.gave[:, h - 1] for h in range(1, self.horizon + 1)}
        decimals = decimals_of(self.panel.values[0]) or 0
        return pd.DataFrame(columns | {name: np.round(v, decimals) for name, v in computed.items()})


def explain_one(run: ForecasterRun, panel: Panel, tell: OnStage = lambda stage: None) -> ExplainedForecast:
    """Take the forecast of one series apart.

    Parameters
    ----------
    run : ForecasterRun
    panel : Panel
        The run's own, or newer: of its first series.
    tell : callable
        Called with what is being done.

    Raises
    ------
    DataError
        If it cannot be forecast, or has a single value.
    """
    one = panel.of([0])
    framing, network = run.framing, run.network
    run.forecast(one)  # it alone says what is missing
    tell(ForecastRuns.REMOVING())
    removals = remove_each(network, framing, one, run.quantiles.index(0.5))
    trust, gates, season = float(quantiles_of(network).trust.numpy()), None, None
    if run.reason is None:
        tell(ForecastRuns.READING_GATES())
        window = cut(one, framing, last=True)
        gates = mean_gates(read_window(network, window))[-len(one.values[0]) :]  # none before the series begins
        tell(ForecastRuns.READING_SEASON())
        season = read_season(network, framing, one)
    return ExplainedForecast(run, one, removals, gates, season, trust)


def look_into(
    path: Path,
    file: str | None,
    tell: OnStage,
    *,
    series: list[str] | None = None,
    limit: int = 20,
) -> Explained:
    """Look into the forecast of one series of a run, of which the page shows several.

    Parameters
    ----------
    path : Path
        The run's folder.
    file : str, optional
        What came since, or newer series, as for `answers.predict_to`; by default the run's own.
    tell : callable
        Called with what is being done.
    series : list of str, optional
        The first is looked into, and all are in the page; by default the first of all, and the first `limit`.
    limit : int

    Returns
    -------
    Explained
        Its summary has "said", sentences; "series", "origin", "horizon", "base", "trust", "largest", "season" and
        "shown", of the page; its files are explanation.csv, gates.csv, seasons.csv, units.csv, explanation.png and
        .svg.

    Raises
    ------
    UsageError
        If there is no series of a name.
    DataError
    """
    tell(Runs.READING_SERIES())
    run = open_run(path)
    panel, since = run.since(file)
    asked = panel.of(choose(panel.ids, series, limit, file or f"{path}"))
    seen = explain_one(run, asked, tell)
    try:
        payload, notes = page_of(run, asked)
        shown = [one["name"] for one in payload["series"]]
    except UsageError as error:
        payload, notes, shown = error, [], []

    def write(folder: ExplainedFolder) -> dict[str, Any]:
        tell(Runs.DRAWING())
        for name, table in _tables(seen).items():
            folder.tabulate(name, table)
        folder.draw("explanation", _draw(seen))
        return {}

    summary = _summary(seen) | {"shown": shown}
    return Explained(payload, run.settings.data, summary, [*since, *notes_of(seen), *notes], FORECAST, write)


explain = explaining(look_into)
trace_to = tracing(open_run)


def _tables(seen: ExplainedForecast) -> dict[str, pd.DataFrame]:
    tables = {"explanation": seen.to_frame()}
    if seen.gates is not None:
        times = seen.times[-len(seen.gates) :]
        tables["gates"] = pd.DataFrame({TIME: times, **dict(zip(GATES, seen.gates.T, strict=True))})
    if isinstance(season := seen.season, SeasonRead):
        layers, numbers = zip(*season.units, strict=True)
        units = pd.DataFrame({"layer": layers, "unit": numbers, "share": season.memories.share})
        tables["units"] = units.iloc[season.order]
        places = {"place": season.names, "windows": season.memories.count}
        places |= dict(zip(GATES, season.gates.T, strict=True))
        tables["seasons"] = pd.DataFrame(places | dict(zip(season.labels, season.memories.means.T, strict=True)))
    return tables


def _draw(seen: ExplainedForecast) -> Any:
    found, middle = seen.removals, seen.run.quantiles.index(0.5)
    season = seen.season if isinstance(seen.season, SeasonRead) else None
    shown = max(len(found.steps), PAST * seen.horizon)
    times, values = seen.panel.times[0][-shown:], seen.panel.values[0][-shown:]
    fan = Fan(seen.panel.ids[0], times, values, seen.ahead, found.quantiles, middle)
    return draw_explained(fan, found.in_all, found.of_base_in_all, seen.gates, season)


def _summary(seen: ExplainedForecast) -> dict[str, Any]:
    found, season = seen.removals, seen.season
    order = np.argsort(-np.abs(found.in_all), kind="stable")[:SHOWN]
    largest = [
        {
            "ds": format_time(seen.times[k]),
            "y": float(found.values[k]),
            "instead": float(found.instead[k]),
            "gave": float(found.in_all[k]),
            "of_base": float(found.of_base_in_all[k]),
        }
        for k in order
        if found.in_all[k] != 0
    ]
    told = None
    if isinstance(season, SeasonRead):
        layer, unit, share = season.highest
        told = {
            "steps": seen.run.framing.season,
            "windows": season.windows,
            "units": len(season.units),
            "following": season.following,
            "most": {"layer": layer, "unit": int(unit), "share": none_if_nan(share)},
        }
    return {
        "task": "forecast",
        "series": seen.panel.ids[0],
        "origin": format_time(seen.times[-1]),
        "horizon": seen.horizon,
        "base": seen.run.framing.baseline.name,
        "trust": seen.trust,
        "values": int((~np.isnan(found.values)).sum()),
        "largest": largest,
        "season": told,
        "said": list(map(str, describe(seen))),
    }


def describe(seen: ExplainedForecast) -> list[Note]:
    """Return one to three notes of what was seen."""
    found, name = seen.removals, seen.panel.ids[0]
    in_all, n = np.abs(found.in_all), int((~np.isnan(found.values)).sum())
    if not in_all.any():
        return [ForecastRuns.GAVE_NOTHING(n=n, series=name)]
    most = int(in_all.argmax())
    shifts = {"shift": _lower(found.in_all[most]), "of_base": _lower(found.of_base_in_all[most])}
    said = [ForecastRuns.GAVE_MOST(series=name, time=format_time(seen.times[most]), horizon=seen.horizon, **shifts)]
    there = ~np.isnan(found.values)
    back = np.cumsum(in_all[there][::-1]) / in_all.sum()
    said.append(ForecastRuns.HALF_FROM_LAST(n=n, last=int(np.argmax(back >= 0.5)) + 1))
    if isinstance(season := seen.season, SeasonRead):
        layer, unit, share = season.highest
        most = None if np.isnan(share) else ForecastRuns.MOST(layer=layer, unit=unit, percent=100 * max(share, 0))
        code = ForecastRuns.FOLLOWS if season.following else ForecastRuns.NONE_FOLLOWS
        units = {"n": season.following, "units": len(season.units)}
        said.append(code(**units, season=seen.run.framing.season, most=most))
    return said


def notes_of(seen: ExplainedForecast) -> list[Note]:
    """Return what is to be known of the numbers: whose forecast it is, and what could not be said."""
    base, notes = seen.run.framing.baseline.name, []
    if seen.run.reason is not None:
        notes.append(ForecastRuns.ALONE(base=base, why=seen.run.reason))
    elif seen.trust == 0:
        notes.append(ForecastRuns.OF_BASELINE(base=base, why=ForecastEstimators.NOT_BETTER()))
    elif (said := describe_trust(base, seen.trust)) is not None:
        notes.append(said)
    if isinstance(seen.season, Note):
        notes.append(seen.season)
    return notes


def _lower(number: float) -> Note:
    """Return how much lower, or higher, something is by a number, to four digits."""
    size = float(f"{abs(number):.4g}") if abs(number) < 10_000 else round(abs(number))
    code = ForecastRuns.LOWER if number > 0 else ForecastRuns.HIGHER if number else ForecastRuns.UNCHANGED
    return code(by=int(size) if size % 1 == 0 else size)


def lines(summary: Mapping[str, Any]) -> list[str]:
    """Return what was seen of the forecast, given the summary of `explain`."""
    return summary["said"]
