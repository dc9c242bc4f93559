"""Language modeling as a task: the part that commands need before they import TensorFlow."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from glasscell.facts import Note
from glasscell.system.files import check_there
from glasscell.tasks.language.options import FileOptions, TrainFlags
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import LanguageSettings
from glasscell.tasks.protocols import (
    Contents,
    EstimatorExport,
    Evaluation,
    Explanation,
    Opening,
    Pairing,
    Scores,
    Tracing,
    Training,
)
from glasscell.tasks.task import Task


class LanguageModeling(Task):
    """Prediction of the next symbol of a text."""

    settings = LanguageSettings
    called = TextRuns.CALLED()
    goes_with = TextRuns.GOES_WITH()
    reported = ("text",)
    scores = ("bits_per_character", "n")
    speeds = ("characters_a_second",)
    commands: ClassVar = dict.fromkeys(("write", "cells"), "glasscell.tasks.language.commands")
    help: ClassVar = {
        "train": "From text it learns a language model.",
        "evaluate": "A language model is scored in bits per character.",
        "trace": "For a language model, step 0 is the beginning of a text and step k its k-th "
        "character; the default is the beginning of a held-out text.",
    }
    options: ClassVar = {
        "train": TrainFlags,
        **dict.fromkeys(("evaluate", "explain", "trace", "data"), FileOptions),
    }
    next_step = TextRuns.TO_WRITE
    without_command = TextRuns.NO_COMMAND

    def recognizes(self, values: Mapping[str, Any]) -> bool:
        """Return whether a file is source code, or a folder of it."""
        from glasscell.data.texts.origins import are_texts  # imports pandas

        return are_texts(values["data"])

    def hint(self, file: str) -> Note | None:
        """Return a note that suggests `--text` if a file looks like prose."""
        from glasscell.data.texts.origins import is_prose

        return TextRuns.LOOKS_LIKE_PROSE() if is_prose(file) else None

    def check_file(self, file: str | None) -> None:
        """Raise DataError if no file or folder matches; "-" and "python" always exist.

        >>> LanguageModeling().check_file("python")
        """
        from glasscell.data.texts.origins import PYTHON  # not above: --help needs no pandas

        if file != PYTHON:
            check_there(file)

    def check_data(self, settings: LanguageSettings) -> None:
        """Raise DataError if the text does not exist."""
        self.check_file(settings.data)

    def needs_tensorflow(self, run: Path) -> bool:
        """Return False, since predictions use NumPy."""
        return False

    def training(self) -> Training[LanguageSettings]:
        from glasscell.tasks.language import training

        return training

    def report(self) -> Scores:
        from glasscell.tasks.language import report

        return report

    def evaluation(self) -> Evaluation:
        from glasscell.tasks.language import predictions

        return predictions

    def comparison(self) -> Pairing:
        from glasscell.tasks.language import report

        return report

    def export(self) -> EstimatorExport:
        from glasscell.tasks.language import export

        return export

    def trained_run(self) -> Opening:
        from glasscell.tasks.language import trained_run

        return trained_run

    def explanation(self) -> Explanation:
        from glasscell.tasks.language import explanation

        return explanation

    def trace(self) -> Tracing:
        from glasscell.tasks.language import explanation

        return explanation

    def contents(self) -> Contents:
        from glasscell.tasks.language import corpus

        return corpus


TASK = LanguageModeling()
