"""What commands know of the digits before TensorFlow is started."""

from glasscell.settings import ArticleSettings
from glasscell.tasks.digits.sentences import Digits
from glasscell.tasks.options import CHOICE, READER, TRACE
from glasscell.tasks.task import Task

TASK = Task(
    name="digits",
    settings=ArticleSettings,
    called=Digits.CALLED(),
    goes_with=Digits.GOES_WITH(),
    reported=(None,),
    is_asked_for=lambda values: values.get("data", "digits") == "digits",
    training="glasscell.runs.digits",
    report="glasscell.runs.digits_report",
    answers="glasscell.runs.answers",
    page="glasscell.runs.explanation",
    needs_tensorflow=lambda run: False,  # it refuses
    reader=READER,
    options={"explain": {**CHOICE, "csv": TRACE}},
    alone=Digits.ONE_PROCESS(),
)
