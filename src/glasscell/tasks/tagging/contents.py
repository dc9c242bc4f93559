"""What is in a file with a label for every step, before any training."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from glasscell.data.inventory import steps_understood
from glasscell.data.steps.step_table import StepTable, read_steps
from glasscell.facts import Note, reported
from glasscell.runs.parts import Part, Titled
from glasscell.tasks.tagging.doubts import about_table
from glasscell.tasks.tagging.segments import contents_of
from glasscell.tasks.tagging.sentences import TagRuns


def look(file: str, **options: Any) -> tuple[dict[str, Any], Iterator[Part]]:
    """Return what is in a file, for JSON and for a person.

    Parameters
    ----------
    file : str
    **options
        As in `step_table.read_steps`.

    Raises
    ------
    UsageError, DataError
    """
    table = read_steps(file, **options)
    found = contents_of(table)
    doubts = [*table.series.warnings, *about_table(table)]
    return found | reported(table.series.notes, doubts), _parts(table, found, doubts)


def _parts(table: StepTable, found: dict[str, Any], doubts: list[Note]) -> Iterator[Part]:
    yield from steps_understood(table.series, found["labelled"], len(found["classes"]))
    yield TagRuns.CONTENTS(segments=found["segments"], missing=found["missing"])
    yield from (f"warning: {warning}" for warning in doubts)
    yield Titled("classes", pd.DataFrame(found["classes"]).rename(columns={"length": "median length"}))
