"""What commands know of language modeling before TensorFlow is started."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from glasscell.runs.data_json import read_about
from glasscell.settings.shared import TASK as TASK_HEADING
from glasscell.system.files import check_there
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import TextSettings
from glasscell.tasks.task import Task

AsText = Annotated[
    bool,
    typer.Option(
        "--text",
        help="Read FILE as text: a file, a folder, a glob pattern, -, or python for the standard library's source "
        "code. [default: for source code]",
        rich_help_panel=TASK_HEADING,
    ),
]


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
    settings=TextSettings,
    called=TextRuns.CALLED(),
    goes_with=TextRuns.GOES_WITH(),
    reported=("text",),
    recognizes=_recognizes,
    scores=("bits_per_character", "n", "characters_a_second"),
    training="glasscell.tasks.language.training",
    report="glasscell.tasks.language.report",
    answers="glasscell.tasks.language.answers",
    pairs="glasscell.tasks.language.report",
    export="glasscell.tasks.language.export",
    page="glasscell.tasks.language.page",
    contents="glasscell.tasks.language.corpus",
    check_data=lambda settings: check_text(settings.data),
    check_file=check_text,
    check_run=lambda run: read_about(run, ("sha256",)),
    more_arguments=lambda begin, note, workers: {"on_note": note, "begin": begin},
    needs_tensorflow=lambda run: False,
    reader=frozenset({"encoding"}),
    options={"train": {"text": AsText}},
    next_step=TextRuns.TO_WRITE,
    without_command=TextRuns.NO_COMMAND,
    alone=TextRuns.ONE_PROCESS(),
)
