"""What commands know of the digits before TensorFlow is started."""

from glasscell.runs.sentences import Runs
from glasscell.settings.article import ArticleSettings
from glasscell.tasks.digits.sentences import Digits
from glasscell.tasks.options import CHOICE, READER, TRACE
from glasscell.tasks.task import Task

TASK = Task(
    settings=ArticleSettings,
    called=Digits.CALLED(),
    goes_with=Digits.GOES_WITH(),
    reported=(None,),
    scores=("val_accuracy",),
    training="glasscell.tasks.digits.training",
    report="glasscell.tasks.digits.report",
    export="glasscell.tasks.digits.opened",
    opened="glasscell.tasks.digits.opened",
    page="glasscell.tasks.digits.page",
    trace="glasscell.tasks.digits.page",
    without_command=Runs.OF_DIGITS,
    reader=READER,
    options={"explain": {**CHOICE, "csv": TRACE}},
    alone=Digits.ONE_PROCESS(),
)
