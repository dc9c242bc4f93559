"""Options of the commands for forecasts, from which the command line is made."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from glasscell.errors import UsageError
from glasscell.system.files import check_picture
from glasscell.tasks.forecasting.sentences import ForecastRuns

Picture = Annotated[
    Path | None,
    typer.Option("--picture", metavar="FILE", help="Plot the forecasts: .png, .svg, .pdf."),
]
Surprise = Annotated[
    bool,
    typer.Option(
        "--surprise", help="Write the surprise of each value, in bits, instead of forecasts."
    ),
]


@dataclass(frozen=True)
class PredictOptions:
    """Options of `predict`: forecasts, and maybe their picture; or surprise.

    Raises UsageError if both are given, or the picture cannot be written.
    """

    picture: Picture = None
    surprise: Surprise = False

    def __post_init__(self):
        if self.picture is None:
            return
        if self.surprise:
            raise UsageError(ForecastRuns.NO_PICTURE_OF_SURPRISE)
        check_picture(self.picture)
