"""`glasscell train` without a file: the article's digits."""

import shlex
from pathlib import Path
from typing import Any

from glasscell.cli.kinds import Kind
from glasscell.cli.sentences import Commands
from glasscell.runs.folder import resume_command
from glasscell.settings import ArticleSettings


def _summary(report: dict[str, Any]) -> str:
    run = Path(report["run"])
    return (
        f"test accuracy {report['val_accuracy']:.3f} ({report['right']} of {report['n_test']} images), "
        f"loss of the last batch {report['loss']:.2f}, epochs: {report['epochs']}, in {report['seconds']:.1f} s\n"
        f"the run is in {run}: accuracy.png, confusion.png, model.keras, report.json\n"
        f"to look inside: glasscell explain {shlex.quote(str(run))}\n"
        f"to train on: {resume_command(run)} --epochs {2 * report['epochs']}"
    )


DIGITS = Kind(
    settings=ArticleSettings,
    room="glasscell.runs.digits",
    goes_with=Commands.OF_DIGITS(),
    summary=_summary,
    alone=Commands.DIGITS_ALONE(),
)
