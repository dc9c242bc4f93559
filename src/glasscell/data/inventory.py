"""What is in the series of a file, before any model: counted, and drawn.

N series · T time steps · D channels
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data import Sequences
from glasscell.data.doubts.advice import advise
from glasscell.data.doubts.duplicates import about_duplicates, fingerprints_of
from glasscell.data.emptiness import is_empty
from glasscell.data.sentences import Reading
from glasscell.facts import Note, cut, reported
from glasscell.system.files import save_picture


def take(series: Sequences) -> dict[str, Any]:
    """Return what the series contain: their number, lengths, channels, classes or targets, missing values, warnings.

    `n_empty` of the `n` series have no value at all.

    Examples
    --------
    >>> found = take(Sequences.from_list([[1.0, None], [2.0]], y=["a", "b"]))
    >>> found["n"], found["channels"][0]["missing"], found["classes"]
    (2, 1, {'a': 1, 'b': 1})
    """
    steps = series.x[series.mask].astype("float64")
    channels = []
    for name, offset, v in zip(series.channels, series.offset.tolist(), steps.T, strict=True):
        there = v[~np.isnan(v)]
        some = len(there) > 0
        channels.append(
            {
                "channel": name,
                "missing": int(np.isnan(v).sum()),
                "least": float(there.min()) + offset if some else None,
                "mean": float(there.mean()) + offset if some else None,
                "most": float(there.max()) + offset if some else None,
                "deviation": float(there.std()) if some else None,
            }
        )
    labels = series.y if series.task == "classification" else None
    targets = series.y if series.task == "regression" else None
    return {
        "name": series.name,
        "n": len(series),
        "n_empty": int(is_empty(series.x).sum()),
        "steps": {
            name: float(f(series.lengths)) for name, f in (("least", np.min), ("mean", np.mean), ("most", np.max))
        },
        "task": series.task,
        "channels": channels,
        "classes": {} if labels is None else {c: int((labels == c).sum()) for c in series.classes},
        "targets": None
        if targets is None
        else {name: float(f(targets)) for name, f in (("least", np.min), ("mean", np.mean), ("most", np.max))},
        **reported(series.notes, advise(series) + about_duplicates(series, fingerprints_of(series))),
    }


def in_a_sentence(series: Sequences) -> Note:
    """Return how many series there are, of how many steps and channels, and what their labels are.

    >>> in_a_sentence(Sequences.from_list([[1.0, 2.0], [3.0]], y=["a", "b"]))
    '2 series, 1 to 2 steps, 1 channel, 2 classes'
    """
    shortest, longest, channels = int(series.lengths.min()), int(series.lengths.max()), series.x.shape[-1]
    if series.task == "classification":
        labels = Reading.LABELS_ARE_CLASSES(n=len(series.classes))
    else:
        labels = Reading.LABELS_ARE_NUMBERS() if series.task == "regression" else Reading.NO_LABELS()
    code = Reading.OF_ONE_LENGTH if shortest == longest else Reading.OF_LENGTHS
    return code(n=len(series), shortest=shortest, longest=longest, channels=channels, labels=labels)


def channels_table(found: dict[str, Any]) -> pd.DataFrame:
    """Return a row for each channel of what `take` found, long names cut, under headings in words."""
    table = pd.DataFrame([one | {"channel": cut(one["channel"])} for one in found["channels"]])
    return table.rename(columns={"least": "minimum", "most": "maximum", "deviation": "standard deviation"})


def classes_table(found: dict[str, Any]) -> pd.DataFrame:
    """Return a row for each class of what `take` found, long names cut."""
    return pd.DataFrame({"class": [*map(cut, found["classes"])], "series": list(found["classes"].values())})


def draw(series: Sequences, path: Path) -> None:
    """Draw some series of each class to a file; errors as in `files.save_picture`."""
    from glasscell.plots import runs as plots  # not above: counting needs no matplotlib

    labels = series.y if series.task == "classification" else None
    save_picture(plots.series_by_class(series.x, labels, series.channels, offset=series.offset), path)
