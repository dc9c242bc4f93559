"""The options of `glasscell train` that labels for every step alone have."""

from typing import Annotated

import typer

from glasscell.cli.setting_options import setting
from glasscell.cli.train_options import option

STEPS_ONLY = "A label for every step"

EachStep = Annotated[
    bool,
    option(
        STEPS_ONLY,
        "Take the label of each row for that of a step. [default: as labels vary within the series]",
        None,
        "--each-step",
    ),
]
NOT_LABELLED = "Labels that mean: this step has none, such as unknown."
Unlabelled = Annotated[
    str | None, setting("unlabelled", NOT_LABELLED, default="none", metavar="LABEL,…", group=STEPS_ONLY)
]
UnlabelledInFile = Annotated[
    str | None, typer.Option("--unlabelled", metavar="LABEL,…", help=NOT_LABELLED)
]  # of commands that read a file
Window = Annotated[
    int | None, setting("window", "The most steps to learn from at once.", metavar="N", group=STEPS_ONLY)
]
