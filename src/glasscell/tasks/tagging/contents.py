"""What is in a file with a label for every step, before any training."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from glasscell.console.screen import Part, Titled
from glasscell.data.inventory import steps_understood
from glasscell.data.steps.step_table import StepTable, read_steps
from glasscell.facts import Note, reported
from glasscell.tasks.tagging.data import check_labels
from glasscell.tasks.tagging.scores import segments_of
from glasscell.tasks.tagging.sentences import TagRuns


def look(file: str, **options: Any) -> tuple[dict[str, Any], Iterator[Part]]:
    """Return what is in a file, for JSON and for a person.

    Parameters
    ----------
    file : str
    **options
        As in `step_table.read_steps`.

    Returns
    -------
    dict
        As `contents_of` returns it, with notes and warnings.
    iterator of parts

    Raises
    ------
    UsageError, DataError
    """
    table = read_steps(file, **options)
    found = contents_of(table)
    doubts = [*table.series.warnings, *check_labels(table)]
    return found | reported(table.series.notes, doubts), _parts(table, found, doubts)


def _parts(table: StepTable, found: dict[str, Any], doubts: list[Note]) -> Iterator[Part]:
    yield from steps_understood(table.series, found["labelled"], len(found["classes"]))
    yield TagRuns.CONTENTS(segments=found["segments"], missing=found["missing"])
    yield from (f"warning: {warning}" for warning in doubts)
    yield Titled("classes", pd.DataFrame(found["classes"]).rename(columns={"length": "median length"}))


def contents_of(table: StepTable) -> dict[str, Any]:
    """Return how many series, steps and segments there are, and of each class.

    Parameters
    ----------
    table : StepTable
        With labels.

    Returns
    -------
    dict
        "n" series, "steps", "labelled", "segments", "missing" values, "channels", and "classes", with "steps",
        "segments" and the median "length" of these for each.

    Examples
    --------
    >>> from glasscell.data.sequences import Sequences
    >>> series = Sequences.from_list([[1.0, 2.0, 3.0, 4.0]])
    >>> found = contents_of(StepTable(series, [np.array(["a", "a", None, "b"], object)], None))
    >>> found["labelled"], found["classes"][0]
    (3, {'class': 'a', 'steps': 2, 'segments': 1, 'length': 2.0})
    """
    tags = table.y or []
    steps = Counter(tag for one in tags for tag in one if tag is not None)
    segments = [segment for one in tags for segment in segments_of(one)]
    lengths = {name: [s.end - s.begin for s in segments if s.label == name] for name in table.classes}
    return {
        "n": len(table.series),
        "steps": sum(map(len, tags)),
        "labelled": sum(steps.values()),
        "segments": len(segments),
        "missing": int(sum(np.isnan(v).sum() for v in table.x)),
        "channels": list(table.series.channels),
        "classes": [
            {
                "class": name,
                "steps": steps[name],
                "segments": len(lengths[name]),
                "length": float(np.median(lengths[name])),
            }
            for name in table.classes
        ],
    }
