"""Tagging for the commands, without starting TensorFlow."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, ClassVar

from glasscell.runs.options import names_in
from glasscell.system.threads import count_cores
from glasscell.tasks.protocols import (
    Contents,
    EstimatorExport,
    Explanation,
    Opening,
    Pairing,
    Predictions,
    Scores,
    Tracing,
    Training,
)
from glasscell.tasks.tagging.options import ExplainOptions, FileOptions, TrainFlags
from glasscell.tasks.tagging.sentences import TagRuns
from glasscell.tasks.tagging.settings import TaggingSettings
from glasscell.tasks.task import Task

# settings by which a file is recognized
OF_FILE = {field.name for field in fields(FileOptions)} - {"missing", "unlabelled"}


class Tagging(Task):
    """A class for every step."""

    settings = TaggingSettings
    called = TagRuns.CALLED()
    goes_with = TagRuns.GOES_WITH()
    reported = ("steps",)
    scores = ("accuracy", "val_accuracy", "macro_f1")
    help: ClassVar = {
        "train": "Where labels vary within a series it learns to label every step.",
        "predict": "With a label for every step, there is one row per step.",
        "trace": "With a label for every step, it has the times of the file as well; the default "
        "is the held-out series.",
    }
    options: ClassVar = {
        "train": TrainFlags,
        "explain": ExplainOptions,
        **dict.fromkeys(("predict", "evaluate", "trace", "data"), FileOptions),
    }
    at_once = max(count_cores(), 2)  # the directions of a network run on a core each

    def recognizes(self, values: Mapping[str, Any]) -> bool:
        """Return whether a file has a label for every step; False if labels or a task is given.

        >>> Tagging().recognizes({"data": "none.csv"})
        False
        """
        from glasscell.data.steps.label_variation import are_labelled_by_step  # loads pandas

        if values.get("labels") or "task" in values:
            return False
        given = {name: values[name] for name in OF_FILE if values.get(name) is not None}
        if isinstance(given.get("channels"), str):
            given["channels"] = names_in(given["channels"])
        return are_labelled_by_step(values["data"], **given)

    def training(self) -> Training[TaggingSettings]:
        from glasscell.tasks.tagging import training

        return training

    def report(self) -> Scores:
        from glasscell.tasks.tagging import report

        return report

    def predictions(self) -> Predictions:
        from glasscell.tasks.tagging import predictions

        return predictions

    def comparison(self) -> Pairing:
        from glasscell.tasks.tagging import report

        return report

    def export(self) -> EstimatorExport:
        from glasscell.tasks.tagging import export

        return export

    def trained_run(self) -> Opening:
        from glasscell.tasks.tagging import trained_run

        return trained_run

    def explanation(self) -> Explanation:
        from glasscell.tasks.tagging import explanation

        return explanation

    def trace(self) -> Tracing:
        from glasscell.tasks.tagging import explanation

        return explanation

    def contents(self) -> Contents:
        from glasscell.tasks.tagging import data

        return data


TASK = Tagging()
