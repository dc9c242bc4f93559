"""What is in a table whose rows are labelled steps, before any training."""

from collections import Counter
from typing import Any

import numpy as np

from glasscell.data.steps.step_table import StepTable
from glasscell.tasks.tagging.scores import segments_of


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
