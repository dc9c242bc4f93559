"""The page of a run that forecasts: its network, the ends of its series, and what came afterwards where a file has it.

H steps ahead
"""

from pathlib import Path
from typing import Any

from glasscell.facts import Note
from glasscell.tasks.forecasting.estimator_sentences import ForecastEstimators
from glasscell.tasks.forecasting.network import quantiles_of
from glasscell.tasks.forecasting.opened import ForecasterRun
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.payload import forecast_payload_of
from glasscell.tasks.forecasting.sentences import ForecastRuns


def page_of(run: ForecasterRun, asked: Panel) -> tuple[dict[str, Any], list[Note]]:
    """Return what the page of a run that forecasts reads, and what is to be noted of it.

    Parameters
    ----------
    run : ForecasterRun
    asked : Panel
        The series to show: with what came since, or newer ones, or the run's own.

    Raises
    ------
    UsageError
        If the page cannot show the run's network, or a series.
    """
    own = run.panel
    last = {name: times[-1] for name, times in zip(own.ids, own.times, strict=True)}
    ends = {
        name: int((times <= last[name]).sum())
        for name, times in zip(asked.ids, asked.times, strict=True)
        if name in last
    }
    reason = run.reason
    if reason is None and not float(quantiles_of(run.network).trust.numpy()):
        reason = str(ForecastEstimators.NOT_BETTER())
    payload = forecast_payload_of(
        run.network,
        run.framing,
        run.quantiles,
        asked,
        ends=ends,
        run=run.path.name,
        reads=Path(run.settings.data).name.split(".")[0] if run.settings.data != "-" else "stdin",
        reason=reason,
    )
    notes, shown = [], len(payload["series"])
    if shown < len(asked):
        notes.append(ForecastRuns.FIRST_SERIES(n=shown, series=len(asked)))
    if payload["rounded"]:
        notes.append(ForecastRuns.ROUNDED())
    return payload, notes
