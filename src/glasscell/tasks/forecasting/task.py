"""What commands know of forecasts before TensorFlow is started."""

from pathlib import Path
from typing import Annotated, ClassVar

import typer

from glasscell.facts import Note
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


class Forecasting(Task):
    """The next steps of each series."""

    settings = ForecastSettings
    called = ForecastRuns.CALLED()
    goes_with = ForecastRuns.FORECAST()
    reported = ("forecast",)
    scores = ("mase", "smape", "pinball", "coverage")
    training = "glasscell.tasks.forecasting.training"
    report = "glasscell.tasks.forecasting.report"
    answers = "glasscell.tasks.forecasting.answers"
    pairs = "glasscell.tasks.forecasting.pairs"
    export = "glasscell.tasks.forecasting.export"
    page = "glasscell.tasks.forecasting.explanation"
    options: ClassVar = {"predict": {"picture": Picture, "surprise": Surprise}, "explain": dict(CHOICE)}
    without_file = True
    without_command = ForecastRuns.FORECASTS_ONLY
    alone = ForecastRuns.ONE_PROCESS()

    def hint(self, file: str) -> Note | None:
        """Return a note that names `--forecast`, where a file has times and values but no label."""
        from glasscell.tasks.forecasting.panels.hints import hint_at_forecasts  # brings pandas

        return hint_at_forecasts(file)


TASK = Forecasting()
