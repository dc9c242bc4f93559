"""The page of a run that forecasts: its network, the ends of its series, and what came afterwards where a file has it.

H steps ahead
"""

from pathlib import Path
from typing import NamedTuple

from glasscell.data.panels.panel import Panel
from glasscell.errors import UsageError
from glasscell.estimators.forecast_sentences import ForecastEstimators
from glasscell.explorer.bundle import FORECAST, write_page
from glasscell.explorer.forecast_payload import forecast_payload_of
from glasscell.facts import Note
from glasscell.networks.forecaster import quantiles_of
from glasscell.runs.forecasts.forecaster_run import ForecasterRun
from glasscell.runs.forecasts.sentences import ForecastRuns
from glasscell.system.files import storage_trouble, write_whole


class PageWritten(NamedTuple):
    """What a page shows, and how large it is; and what is to be noted of it.

    Parameters
    ----------
    series : list of str
    steps, bytes : int
    notes : list of Note
    """

    series: list[str]
    steps: int
    bytes: int
    notes: list[Note]


def write(run: ForecasterRun, asked: Panel, page: Path) -> PageWritten:
    """Write the page of a run that forecasts.

    Parameters
    ----------
    run : ForecasterRun
    asked : Panel
        The series to show, from `chosen`: with what came since, or newer ones, or the run's own.
    page : Path

    Raises
    ------
    UsageError
        If the page cannot show the run's network, or a series.
    StorageError
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
    shown = [one["name"] for one in payload["series"]]
    notes = []
    if len(shown) < len(asked):
        notes.append(ForecastRuns.FIRST_SERIES(n=len(shown), series=len(asked)))
    if payload["rounded"]:
        notes.append(ForecastRuns.ROUNDED())
    content = write_page(payload, of=FORECAST)
    with storage_trouble(page):
        write_whole(page, content)
    return PageWritten(shown, sum(len(one["values"]) for one in payload["series"]), len(content.encode()), notes)


def chosen(panel: Panel, names: list[str] | None, limit: int, where: str) -> Panel:
    """Return the series of some names, or the first `limit`; `where` says where they are from, in messages.

    Raises
    ------
    UsageError
        If there is no series of a name.
    """
    if names is None:
        return panel.of(range(min(limit, len(panel))))
    if unknown := [name for name in names if name not in panel.ids]:
        raise UsageError(ForecastRuns.NO_SUCH_SERIES, series=unknown[0], where=where, there=panel.ids)
    return panel.of([panel.ids.index(name) for name in names])
