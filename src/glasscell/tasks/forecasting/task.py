"""What commands know of forecasts before TensorFlow is started."""

from pathlib import Path
from typing import Annotated

import typer

from glasscell.facts import Note
from glasscell.runs.data_json import read_about
from glasscell.system.files import check_there
from glasscell.tasks.forecasting.sentences import ForecastRuns
from glasscell.tasks.forecasting.settings import ForecastSettings
from glasscell.tasks.options import CHOICE
from glasscell.tasks.task import Task

Picture = Annotated[
    Path | None, typer.Option("--picture", metavar="FILE", help="Plot the forecasts: .png, .svg, .pdf.")
]
Surprise = Annotated[
    bool, typer.Option("--surprise", help="Write the surprise of each value, in bits, instead of forecasts.")
]


def _hint(file: str) -> Note | None:
    from glasscell.tasks.forecasting.panels.files import hint_at_forecasts  # brings pandas

    return hint_at_forecasts(file)


TASK = Task(
    settings=ForecastSettings,
    called=ForecastRuns.CALLED(),
    goes_with=ForecastRuns.FORECAST(),
    reported=("forecast",),
    hint=_hint,
    scores=("mase", "smape", "pinball", "coverage"),
    training="glasscell.tasks.forecasting.training",
    report="glasscell.tasks.forecasting.report",
    answers="glasscell.tasks.forecasting.answers",
    pairs="glasscell.tasks.forecasting.pairs",
    export="glasscell.tasks.forecasting.export",
    page="glasscell.tasks.forecasting.page",
    check_data=lambda settings: check_there(settings.data),
    check_run=lambda run: read_about(run, ("sha256",)),
    more_arguments=lambda begin, note, workers: {"on_note": note, "begin": begin},
    options={"predict": {"picture": Picture, "surprise": Surprise}, "explain": dict(CHOICE)},
    without_file=True,
    without_command=ForecastRuns.FORECASTS_ONLY,
    alone=ForecastRuns.ONE_PROCESS(),
)
