"""How good a run's forecasts were, given what came after the end of its series.

N series · H steps ahead
"""

from pathlib import Path
from typing import Any

import pandas as pd

from glasscell.errors import DataError
from glasscell.facts import Note, reported
from glasscell.tasks.forecasting.backtest import Backtest, measure_at, rivals_of
from glasscell.tasks.forecasting.opened import ForecasterRun, open_forecaster
from glasscell.tasks.forecasting.panels.continuation import go_on
from glasscell.tasks.forecasting.panels.cuts import to_frame
from glasscell.tasks.forecasting.panels.frequency import say_time
from glasscell.tasks.forecasting.panels.panel import ID, TIME, VALUE, Panel
from glasscell.tasks.forecasting.report import compare_with_best, measured_at, say_coverage, scores_of, verdict
from glasscell.tasks.forecasting.sentences import ForecastRuns


def evaluate(path: Path, file: str) -> dict[str, Any]:
    """Measure a run's forecasts on later values, from the end of its own series on and then every H steps.

    Parameters
    ----------
    path : Path
        The run's folder.
    file : str
        Later values of the same series; what stands there of earlier times is passed over.

    Returns
    -------
    dict
        "verdict", "scores" by forecaster, "beside", "measured_as", "coverage_said", "n" series, "horizon", and
        "notes".

    Raises
    ------
    UsageError, DataError
    """
    run = open_forecaster(path)
    found = run.read(file)
    panel, later, notes = joined(run, found.panel, file)
    horizon, framing = run.settings.forecast, run.framing
    rivals = rivals_of(run.panel, horizon, framing.season, framing.baseline)
    rows: list[dict[str, Any]] = []
    for first in range(0, max(later), horizon):
        here = [n for n, count in enumerate(later) if count > first]
        counts = [later[n] - first for n in here]
        rows += measure_at(run.network, framing, run.quantiles, panel.of(here), counts, rivals)[0]
    table = pd.DataFrame(rows)
    scores, beside = scores_of(table), compare_with_best(table)
    return {
        "run": str(path),
        "data": file,
        "task": "forecast",
        "verdict": str(verdict(beside, scores)),
        "scores": scores,
        "beside": beside,
        "measured_as": str(measured_at(Backtest(table, [], framing.baseline.name, ()), horizon)),
        "coverage_said": str(say_coverage(run.quantiles, scores)),
        "n": sum(count > 0 for count in later),
        "horizon": horizon,
        **reported([found.notes[0], *notes, *run.unaided]),
    }


def joined(run: ForecasterRun, later: Panel, file: str) -> tuple[Panel, list[int], list[Note]]:
    """Return the run's series with their later values, how many steps of each came, and what to note.

    Raises
    ------
    DataError
        If nothing of the file came after the end of the run's series.
    """
    own = run.panel
    ends = {name: times[-1] for name, times in zip(own.ids, own.times, strict=True)}
    new = [name for name in later.ids if name not in ends]
    rows: Any = to_frame(later)
    rows = rows[rows[ID].isin(list(ends)) & rows[VALUE].notna()]
    if not any(time > ends[name] for name, time in zip(rows[ID], rows[TIME], strict=True)):
        others = ForecastRuns.OTHERS(n=len(new), series=new[0]) if new else None
        raise DataError(ForecastRuns.NOTHING_LATER, file=file, end=say_time(max(ends.values())), others=others)
    panel = go_on(own, later, only_after=True)
    counts = [len(now) - len(then) for now, then in zip(panel.values, own.values, strict=True)]
    without = sum(count == 0 for count in counts)
    short = sum(0 < count < run.settings.forecast for count in counts)
    said = ((ForecastRuns.OTHERS_LEFT_OUT, len(new)), (ForecastRuns.NOTHING_CAME, without))
    return panel, counts, [code(n=n) for code, n in (*said, (ForecastRuns.FEWER_STEPS, short)) if n]
