"""Use a forecasting run on a file: forecast the next steps, compute surprise, or score forecasts.

N series · H steps ahead
"""

from pathlib import Path
from typing import Any

import numpy as np

from glasscell.console.screen import Written
from glasscell.errors import DataError
from glasscell.facts import Note, reported
from glasscell.runs.sentences import Runs
from glasscell.system.files import save_picture
from glasscell.system.table_writing import write_tables
from glasscell.tasks.forecasting.backtest import measure_at, rivals_of, table_of
from glasscell.tasks.forecasting.baselines.local_models import MOST_FORECASTS
from glasscell.tasks.forecasting.baselines.past_origins import spread_evenly
from glasscell.tasks.forecasting.options import PredictOptions
from glasscell.tasks.forecasting.panels.continuation import extend_history
from glasscell.tasks.forecasting.panels.frequency import format_time
from glasscell.tasks.forecasting.panels.panel import ID, TIME, VALUE, Panel, to_frame
from glasscell.tasks.forecasting.report import check_coverage, describe_later, measures_of
from glasscell.tasks.forecasting.sentences import ForecastRuns
from glasscell.tasks.forecasting.trained_run import ForecasterRun, open_run

FORECASTS = PredictOptions()


def predict_to(
    path: Path,
    file: str | None,
    output: str,
    *,
    options: PredictOptions = FORECASTS,
) -> Written:
    """Write each series' forecasts as a table and plot them, or write each value's surprise."""
    if options.surprise:
        return _surprise_to(path, file, output)
    run = open_run(path)
    panel, answers, notes = run.forecast_since(file)
    rows = write_tables(
        [run.forecaster.frame(panel, answers, rounded=Path(output).suffix != ".parquet")], output
    )
    n, steps = len(panel), rows // max(len(panel), 1)
    messages = [ForecastRuns.PREDICTED(steps=steps, series=n, output=output)]
    if options.picture is not None:
        from glasscell.tasks.forecasting.plots import fans_of

        save_picture(
            fans_of(panel, answers, run.quantiles, forecaster=run.forecaster.name), options.picture
        )
        messages.append(Runs.PICTURE(picture=options.picture))
    new = sum(note.values["n"] for note in notes if note.code is ForecastRuns.NEW_SERIES)
    return Written({"series": n, "rows": rows, "new": new}, notes, messages)


def _surprise_to(path: Path, file: str | None, output: str) -> Written:
    run = open_run(path)
    panel, notes = run.since(file)
    table = run.forecaster.frame_surprise(panel)
    table["surprise"] = table["surprise"].astype("float32")
    rows = write_tables([table], output)
    counts: dict[str, Any] = {"series": len(panel), "rows": rows, "most": None, "where": ""}
    largest = None
    for who, time, _, bits in (
        table.dropna(subset=["surprise"]).nlargest(1, "surprise").itertuples(index=False)
    ):
        counts |= {"most": float(bits) if np.isfinite(bits) else None}  # JSON has no infinity
        counts |= {"where": f"{who} at {format_time(time)}"}
        largest = ForecastRuns.MOST_SURPRISING(bits=float(bits), where=counts["where"])
    return Written(counts, [*notes], [ForecastRuns.SURPRISE(n=rows, output=output, most=largest)])


def evaluate(path: Path, file: str) -> dict[str, Any]:
    """Score a run's forecasts on later values, from the end of its series, every H steps."""
    run = open_run(path)
    reading = run.read(file)
    panel, later, notes = joined(run, reading.panel, file)
    horizon, framing = run.settings.forecast, run.framing
    rivals = rivals_of(run.panel, horizon, framing.season, framing.baseline)
    sample = {
        panel.ids[n]
        for n in spread_evenly([-(-count // horizon) for count in later], MOST_FORECASTS)
    }
    forecasters = {run.forecaster.name: run.forecaster.forecast}
    rows: list[dict[str, Any]] = []
    for first in range(0, max(later), horizon):
        here = [n for n, count in enumerate(later) if count > first]
        counts = [later[n] - first for n in here]
        rows += measure_at(
            forecasters, framing, run.quantiles, panel.of(here), counts, rivals, sample
        )[0]
    table = table_of(rows, run.panel)
    narrow = check_coverage(table, run.quantiles)
    return {
        "run": str(path),
        "data": file,
        "task": "forecast",
        **measures_of(table, run.quantiles, describe_later(table, horizon, framing.season)),
        "n": sum(count > 0 for count in later),
        "horizon": horizon,
        **reported([reading.notes[0], *notes, *run.unaided, *([] if narrow is None else [narrow])]),
    }


def joined(run: ForecasterRun, later: Panel, file: str) -> tuple[Panel, list[int], list[Note]]:
    """Return the run's series with later values, the number of later steps of each, notes."""
    ends = run.panel.ends
    new = [name for name in later.ids if name not in ends]
    rows: Any = to_frame(later)
    rows = rows[rows[ID].isin(list(ends)) & rows[VALUE].notna()]
    if not any(time > ends[name] for name, time in zip(rows[ID], rows[TIME], strict=True)):
        left_out = ForecastRuns.OTHERS(n=len(new), series=new[0]) if new else None
        raise DataError(
            ForecastRuns.NOTHING_LATER,
            file=file,
            end=format_time(max(ends.values())),
            others=left_out,
        )
    panel = extend_history(run.panel, later, only_after=True, fill=run.settings.fill)
    counts = [
        len(now) - len(then) for now, then in zip(panel.values, run.panel.values, strict=True)
    ]
    without = sum(count == 0 for count in counts)
    short = sum(0 < count < run.settings.forecast for count in counts)
    notes = [
        message(n=n)
        for message, n in (
            (ForecastRuns.OTHERS_LEFT_OUT, len(new)),
            (ForecastRuns.NOTHING_CAME, without),
            (ForecastRuns.FEWER_STEPS, short),
        )
        if n
    ]
    return panel, counts, notes
