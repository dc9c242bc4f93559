"""What glasscell's commands need to know of the task before TensorFlow is started."""

from dataclasses import dataclass
from typing import ClassVar

from glasscell.facts import Code
from glasscell.runs.options import Choice
from glasscell.settings import shared
from glasscell.settings.setting import TaskSettings, setting
from glasscell.system.checks import whole
from glasscell.tasks.protocols import Everything
from glasscell.tasks.task import Task


class Rising(Code):
    """The task's messages."""

    CALLED = "whether values rise"
    ACCURACY = "accuracy"
    SCORE = "accuracy {accuracy:.3f} on {n} values held out; {majority:.3f} for the majority"
    SCORED = "accuracy {accuracy:.3f} on {n} values of {file}"
    PREDICTED = "{n} predictions written to {output}"
    UNREADABLE = (
        "cannot be read ({words}); expected a CSV file with a number in each row of its last column"
    )
    TOO_SHORT = "has {n} values; expected at least {least}"
    VALUES = "values that both held out"


@dataclass(frozen=True)
class RisingSettings(TaskSettings):
    """Settings: a table with values in its last column, the window length, and training."""

    task: ClassVar[str] = "rising"
    data: str = shared.FILE.field()
    context: int = setting(20, whole(2, 1000))
    units: int = setting(16, whole(1, 1000))
    epochs: int = shared.EPOCHS.field(default=20)
    learning_rate: float = shared.LEARNING_RATE.field()
    seed: int = shared.SEED.field()


def work() -> Everything[RisingSettings]:
    from rising import work

    return work


class RisingTask(Task):
    """Whether the next value is above the last one."""

    settings = RisingSettings
    called = goes_with = Rising.CALLED()
    reported = ("rising",)
    scores = ("accuracy", "majority")
    options: ClassVar = {"explain": Choice}
    training = report = predictions = explanation = staticmethod(work)
    trace = trained_run = comparison = export = staticmethod(work)


TASK = RisingTask()
