"""The options of `glasscell train` that labels for every step alone have."""

from typing import Annotated

from glasscell.cli.reader_options import reading
from glasscell.cli.setting_options import setting
from glasscell.cli.train_options import option

STEPS_ONLY = "A label for every step"

EachStep = Annotated[
    bool,
    option(
        STEPS_ONLY,
        "Predict a label for every step.",
        None,
        "--each-step",
        default="where labels vary within a series",
    ),
]
NOT_LABELLED = "Labels that mark a step as unlabeled, such as unknown."
Unlabelled = Annotated[
    str | None, setting("unlabelled", NOT_LABELLED, default="none", metavar="LABEL,…", group=STEPS_ONLY)
]
UnlabelledInFile = Annotated[
    str | None, reading("--unlabelled", "LABEL,…", NOT_LABELLED)
]  # of commands that read a file
Window = Annotated[
    int | None, setting("window", "Maximum number of steps in a training window.", metavar="N", group=STEPS_ONLY)
]
