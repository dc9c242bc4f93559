"""What is doubtful in series whose steps are labelled: in those to learn from, and in those to be answered.

N series · T time steps · D channels
"""

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from glasscell.data.doubts.advice import about_channels, about_unmeasured
from glasscell.data.doubts.markers import marks_noticed
from glasscell.data.doubts.new_marks import without_repeated
from glasscell.data.doubts.profiles import profile
from glasscell.data.doubts.shift import extent_of, outside
from glasscell.data.emptiness import about_empty
from glasscell.data.sentences import Reading
from glasscell.data.sequences import Sequences
from glasscell.data.steps.step_table import StepTable
from glasscell.data.tables.columns import MISSING
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.runs.data_json import read_about
from glasscell.runs.sentences import Runs
from glasscell.system.files import one_line
from glasscell.tasks.tagging.sentences import TagRuns


def about_table(table: StepTable) -> list[Note]:
    """Return warnings about a table to learn from: marks, idle channels, and classes that are none.

    Examples
    --------
    >>> import numpy as np
    >>> series = Sequences.from_list([np.arange(4.0)], channels=["u"])
    >>> (warning,) = about_table(StepTable(series, [np.array(["up", "NA", "NA", "up"], object)], None))
    >>> warning.code.name, warning.values
    ('MEANS_MISSING', {'label': 'NA', 'n': 2})
    """
    return [*about_unmeasured(table.series), *about_channels(table.series), *_about_classes(table)]


def _about_classes(table: StepTable) -> Iterator[Note]:
    steps = Counter(tag for tags in table.y or () for tag in tags)
    for label in table.classes:
        if label in MISSING:
            yield TagRuns.MEANS_MISSING.warning(label=label, n=steps[label])


def describe_extent(series: Sequences) -> dict[str, Any]:
    """Return what the series to learn from are like, for data.json; to be compared with by `about_others`.

    >>> describe_extent(Sequences.from_list([[1.0, 3.0], [5.0, 5.0, 5.0]]))["steps"]
    [2, 3]
    """
    return extent_of(profile(series))


def about_others(path: Path, series: Sequences) -> list[Note]:
    """Return warnings about series that the run in a folder is to answer; none of shift if it recorded no extent.

    Series may well be longer than those that it learnt from: steps are answered as they are in windows.

    Raises
    ------
    DataError
        If what was recorded is damaged.
    """
    extent = read_about(path, (), {"extent": None})["extent"]
    try:
        seen = profile(series)
        shifted = (
            outside(extent | {"steps": [extent["steps"][0], math.inf]}, seen, series.channels)
            if extent is not None and len(seen.lengths)
            else []
        )
    except (LookupError, TypeError, ValueError) as error:
        raise DataError(Runs.EXTENT_DAMAGED, file=path / "data.json", words=one_line(error)) from error
    noticed = without_repeated([*series.warnings, *marks_noticed(series)], shifted)
    return [*noticed, *about_empty(series, Reading.EMPTY_STEPS_ANSWERED), *shifted]
