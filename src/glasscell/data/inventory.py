"""Inventory of the series of a file, independent of any model: counts and figures.

N series · T time steps · D channels
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from glasscell.data.checks.advice import advise
from glasscell.data.sentences import Inventory
from glasscell.data.sequences import Sequences, is_empty
from glasscell.facts import Code, Note, cut, reported
from glasscell.system.files import save_picture

EXTENT = ("least", "mean", "most")


def take(series: Sequences) -> dict[str, Any]:
    """Return an inventory of series: number, lengths, channels, labels, missing values, warnings.

    Of the `n` series, `n_empty` have no value at all.

    >>> found = take(Sequences.from_list([[1.0, None], [2.0]], y=["a", "b"]))
    >>> found["n"], found["channels"][0]["missing"], found["classes"]
    (2, 1, {'a': 1, 'b': 1})
    """
    steps = series.x[series.mask].astype("float64")
    channels = []
    for name, offset, v in zip(series.channels, series.offset.tolist(), steps.T, strict=True):
        there = v[~np.isnan(v)]
        extent: dict[str, Any] = _extent(there, offset) if len(there) else dict.fromkeys(EXTENT)
        deviation = float(there.std()) if len(there) else None
        channels.append(
            {"channel": name, "missing": len(v) - len(there), **extent, "deviation": deviation}
        )
    return {
        "name": series.name,
        "n": len(series),
        "n_empty": int(is_empty(series.x).sum()),
        "steps": _extent(series.lengths),
        "task": series.task,
        "channels": channels,
        "classes": {label: int((series.y == label).sum()) for label in series.classes},
        "targets": _extent(np.asarray(series.y)) if series.task == "regression" else None,
        **reported(series.notes, advise(series)),
    }


def _extent(values: np.ndarray, offset: float = 0.0) -> dict[str, float]:
    """Return the minimum, mean and maximum of numbers, each plus the offset."""
    values_of = zip(EXTENT, (values.min(), values.mean(), values.max()), strict=True)
    return {name: float(value) + offset for name, value in values_of}


def understood(series: Sequences) -> list[Note]:
    """Return a one-line summary of the series and the columns' roles, and the reader's other notes.

    >>> understood(Sequences.from_list([[1.0, 2.0], [3.0]], y=["a", "b"]))
    ['2 series of 1–2 steps, 1 channel (value), 2 classes']
    """
    shortest, longest = int(series.lengths.min()), int(series.lengths.max())
    of_task = {
        "classification": Inventory.CLASSES(n=len(series.classes)),
        "regression": Inventory.TARGETS(),
    }
    labels = of_task.get(str(series.task), Inventory.NO_LABELS())
    steps = (Inventory.ONE_LENGTH if shortest == longest else Inventory.LENGTHS)(
        shortest=shortest, longest=longest
    )
    return _with_roles(Inventory.SERIES, series, steps=steps, labels=labels)


def steps_understood(series: Sequences, labelled: int, classes: int) -> list[Note]:
    """Return the same for series with labels per step, with the number of these and of classes."""
    steps = int(series.lengths.sum())
    labeled = None if labelled == steps else Inventory.LABELED(n=labelled)
    return _with_roles(Inventory.OF_STEPS, series, steps=steps, labeled=labeled, classes=classes)


def _with_roles(code: Code, series: Sequences, **values: Any) -> list[Note]:
    """Return the summary line, with the roles of columns, and the reader's other notes."""
    layout, names = series.layout, list(series.channels)
    roles = None if layout is None else layout.roles
    line = code(n=len(series), channels=len(names), names=names, **values, roles=roles)
    return [line, *(note for note in series.notes if layout is None or note != layout.note)]


def channels_table(found: dict[str, Any]) -> pd.DataFrame:
    """Return a row per channel of an inventory, with long names shortened and headings in words."""
    table = pd.DataFrame([one | {"channel": cut(one["channel"])} for one in found["channels"]])
    return table.rename(
        columns={"least": "minimum", "most": "maximum", "deviation": "standard deviation"}
    )


def classes_table(found: dict[str, Any]) -> pd.DataFrame:
    """Return a row for each class of an inventory, with long names shortened."""
    return pd.DataFrame(
        {"class": [*map(cut, found["classes"])], "series": list(found["classes"].values())}
    )


def draw(series: Sequences, path: Path) -> None:
    """Plot some series of each class to a file; errors as in `files.save_picture`."""
    from glasscell.plots import runs as plots  # imported here: counting needs no matplotlib

    labels = series.y if series.task == "classification" else None
    save_picture(
        plots.series_by_class(series.x, labels, series.channels, offset=series.offset), path
    )
