"""Options of the commands for whole series, from which the command line is made."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from glasscell.runs.options import ExplainSeries, SeriesOptions
from glasscell.settings.shared import TRAINING

Coverage = Annotated[
    float | None,
    typer.Option(
        metavar="FRACTION",
        help="Coverage of the prediction intervals of a regression. [default: 0.9]",
    ),
]
About = Annotated[
    Path | None,
    typer.Option(
        "--about", metavar="FILE.toml", help="Labels, channels, scaling and words of a Keras model."
    ),
]
NoFolds = Annotated[
    bool,
    typer.Option(
        "--no-cv",
        help="Do not score by cross-validation (--measure none): the score is then that of a "
        "validation split, if there is one, or else of the training series.",
        rich_help_panel=TRAINING,
    ),
]
Picture = Annotated[
    Path | None,
    typer.Option(
        "--picture", metavar="FILE", help="Plot some series of each class: .png, .svg, .pdf."
    ),
]


@dataclass(frozen=True)
class TrainFlags:
    """Options of `train` that are no settings."""

    no_cv: NoFolds = False


@dataclass(frozen=True)
class FileOptions(SeriesOptions):
    """How files of labeled series are read, also in groups and at times."""

    group: str | None = None
    task: str | None = None
    time_gaps: bool | None = None
    every: str | None = None


@dataclass(frozen=True)
class PredictOptions(FileOptions):
    """Options of `predict` and `evaluate`."""

    coverage: Coverage = None


@dataclass(frozen=True)
class ExplainOptions(FileOptions, ExplainSeries):
    """Options of `explain`."""

    about: About = None


@dataclass(frozen=True)
class TraceOptions(FileOptions):
    """Options of `trace`."""

    about: About = None


@dataclass(frozen=True)
class DataOptions(FileOptions):
    """Options of `data`."""

    picture: Picture = None
