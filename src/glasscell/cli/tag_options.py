"""The options of `glasscell train` that labels for every step alone have."""

from typing import Annotated

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
Window = Annotated[
    int | None, setting("window", "The most steps to learn from at once.", metavar="N", group=STEPS_ONLY)
]
