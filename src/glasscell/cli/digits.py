"""`glasscell train` without a file: the article's digits."""

from collections.abc import Iterator
from typing import Any

from glasscell.cli.kinds import Kind
from glasscell.cli.screen import Part
from glasscell.cli.sentences import Commands
from glasscell.settings import ArticleSettings


def _summary(report: dict[str, Any]) -> Iterator[Part]:
    from glasscell.runs.digits_report import score_line  # brings SciPy

    yield score_line(report)


DIGITS = Kind(
    settings=ArticleSettings,
    room="glasscell.runs.digits",
    goes_with=Commands.OF_DIGITS(),
    summary=_summary,
    alone=Commands.DIGITS_ALONE(),
)
