"""What a run of the digits reports."""

from collections.abc import Iterator, Mapping
from typing import Any

from glasscell.console.parts import Part
from glasscell.facts import Note
from glasscell.runs.intervals import in_words
from glasscell.runs.report import to_markdown as framed
from glasscell.runs.sentences import Reports
from glasscell.tasks.digits.sentences import Digits


def score_line(report: Mapping[str, Any]) -> Note:
    """Return the accuracy on the test images as a note, with its interval.

    >>> score_line({"val_accuracy": 0.9, "right": 324, "n_test": 360, "intervals": {"val_accuracy": [0.865, 0.927]}})
    'test accuracy 0.900 (324/360, 95% CI 0.865–0.927)'
    """
    ends = report.get("intervals", {}).get("val_accuracy")  # runs made before there were have none
    interval = Reports.INTERVAL(ends=in_words(ends), over=None) if ends else None
    found = {"accuracy": report["val_accuracy"], "right": report["right"], "n": report["n_test"]}
    return Reports.ACCURACY(how=Digits.TEST(), **found, interval=interval, on=None)


def summary(report: Mapping[str, Any]) -> Iterator[Part]:
    """Give what is printed after training.

    >>> [*summary({"val_accuracy": 0.9, "right": 324, "n_test": 360})]
    ['test accuracy 0.900 (324/360)']
    """
    yield score_line(report)


def to_markdown(report: Mapping[str, Any]) -> str:
    """Return a report as Markdown."""
    about = {name: report[name] for name in ("n_train", "epochs", "seconds")}
    parts = [
        f"{Digits.TRAINED_ON_IMAGES(**about)} {Digits.LAST_LOSS(loss=report['loss'])}",
        "![Accuracy by epoch](accuracy.png)",
        "![Confusion matrix](confusion.png)",
    ]
    return framed(report["data"], score_line(report), [], [], parts, report["files"])
