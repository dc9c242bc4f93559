"""What commands know of language models before TensorFlow is started."""

from collections.abc import Mapping
from typing import Any

from glasscell.runs.data_json import read_about
from glasscell.runs.texts.sentences import TextRuns
from glasscell.settings import TextSettings
from glasscell.system.files import check_there
from glasscell.tasks.task import Task


def _recognizes(values: Mapping[str, Any]) -> bool:
    from glasscell.data.texts.origins import are_texts  # brings pandas

    return are_texts(values["data"])


def check_text(file: str | None) -> None:
    """Raise DataError if there is no such file, folder or pattern; "-" and "python" always are.

    >>> check_text("python")
    """
    from glasscell.data.texts.origins import PYTHON  # not above: --help does not wait for pandas

    if file != PYTHON:
        check_there(file)


TASK = Task(
    name="language",
    settings=TextSettings,
    called=TextRuns.CALLED(),
    goes_with=TextRuns.TEXT(),
    reported=("text",),
    is_asked_for=lambda values: bool(values.get("text")),
    recognizes=_recognizes,
    training="glasscell.runs.texts.language",
    report="glasscell.runs.texts.text_report",
    answers="glasscell.runs.texts.evaluation",
    page="glasscell.runs.texts.text_page",
    contents="glasscell.tasks.language.contents",
    check_data=lambda settings: check_text(settings.data),
    check_file=check_text,
    check_run=lambda run: read_about(run, ("sha256",)),
    more_arguments=lambda begin, note, workers: {"on_note": note, "begin": begin},
    needs_tensorflow=lambda run: False,
    reader=frozenset({"encoding"}),
    next_step=TextRuns.TO_WRITE,
    without_command=TextRuns.NO_COMMAND,
    alone=TextRuns.ONE_PROCESS(),
)
