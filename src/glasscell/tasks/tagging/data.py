"""What a run of labels for every step learns from, and what it is measured by.

N series · T time steps · D channels · C classes
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.data.emptiness import say_empty
from glasscell.data.inventory import steps_understood
from glasscell.data.steps.step_table import StepTable, read_steps
from glasscell.errors import DataError
from glasscell.facts import Note, reported
from glasscell.runs.data_json import read_about
from glasscell.system.files import is_there
from glasscell.tasks.tagging.blocks import Part, cut, hold_out
from glasscell.tasks.tagging.doubts import about_table, describe_extent
from glasscell.tasks.tagging.sentences import TagRuns
from glasscell.tasks.tagging.settings import TagSettings


@dataclass(frozen=True, eq=False)
class StepData:
    """Series whose steps are labelled, divided. Made by `read_step_data`.

    Parameters
    ----------
    table : StepTable
    training, held_out : list of Part
    classes : list of C str
        Those to learn.
    notes, warnings : tuple of Note
    """

    table: StepTable
    training: list[Part]
    held_out: list[Part]
    classes: list[str]
    notes: tuple[Note, ...]
    warnings: tuple[Note, ...]

    def x(self, parts: Sequence[Part]) -> list[np.ndarray]:
        """Return the values of parts, float32 (T, D) each."""
        return cut(self.table.x, parts)

    def tags(self, parts: Sequence[Part]) -> list[np.ndarray]:
        """Return the labels of parts, objects (T,) each, None where a step has none."""
        return cut(self.table.y or [], parts)

    def names(self, parts: Sequence[Part]) -> list[str]:
        """Return what parts are called."""
        return [self.table.series.ids[part.series].item() for part in parts]

    def numbers(self, parts: Sequence[Part]) -> list[np.ndarray]:
        """Return the numbers of the classes of parts, int (T,) each, −1 where a step has none that is learnt."""
        number = {label: k for k, label in enumerate(self.classes)}
        return [np.array([number.get(tag, -1) for tag in tags], "int64") for tags in self.tags(parts)]

    def describe(self) -> dict[str, Any]:
        """Return what data.json is to hold."""
        series = self.table.series
        found = hashlib.sha256()
        for array in (
            series.x,
            series.lengths,
            *(np.array([tag or "" for tag in tags]) for tags in self.table.y or ()),
        ):
            found.update(np.ascontiguousarray(array).tobytes())
        return {
            "task": "steps",
            "classes": self.classes,
            "channels": list(series.channels),
            "columns": dict(series.columns),
            "offsets": dict(series.offsets),
            "n": len(series),
            "held_out": [[series.ids[n].item(), begin, end] for n, begin, end in self.held_out],
            "extent": describe_extent(series.select(np.unique([part.series for part in self.training]))),
            "sha256": found.hexdigest(),
            **reported(self.notes, self.warnings),
        }


def read_step_data(settings: TagSettings, offsets: dict[str, float] | None = None) -> StepData:
    """Read the table that settings name, and hold a part of it out: whole series, or a block of a single one.

    Raises
    ------
    DataError, UsageError
    """
    table = read_steps(settings.data, **settings.for_reader(), offsets=offsets)
    series, tags = table.series, table.y or []
    training, held_out = hold_out(tags, settings.held_out, settings.seed, series.groups)
    parts, (training, empty) = training, _with_values(table.x, training)
    if not training:
        raise DataError(TagRuns.NOTHING_TO_LEARN, file=settings.data)
    classes = replace(table, y=cut(tags, training)).classes
    if not classes:
        raise DataError(TagRuns.NO_LABEL, file=settings.data)
    if len(classes) == 1:
        raise DataError(TagRuns.ONE_CLASS, file=settings.data, label=classes[0])
    labelled = sum(tag is not None for one in tags for tag in one)
    if not any(tag is not None for one in cut(tags, held_out) for tag in one):
        raise DataError(TagRuns.NO_LABEL_HELD_OUT, file=settings.data)
    n = len(series)
    said = steps_understood(series, labelled, len(table.classes))
    out = sum(part.end - part.begin for part in held_out)
    if len(held_out) == 1 and held_out[0].end - held_out[0].begin < len(tags[held_out[0].series]):
        of_series, begin, end = held_out[0]
        code = TagRuns.BLOCK_HELD_OUT if n == 1 else TagRuns.BLOCK_OF_SERIES_HELD_OUT
        said.append(code(begin=begin, last=end - 1, series=series.ids[of_series]))
    else:
        said.append(TagRuns.HELD_OUT(held_out=len(held_out), n=n, steps=out))
    unlearnt = [label for label in table.classes if label not in classes]
    warnings = [*series.warnings, *about_table(table)]
    if empty:
        warnings.append(TagRuns.LEFT_OUT.warning(empty=say_empty(series.ids[empty].tolist(), len(parts))))
    warnings += [TagRuns.NOT_LEARNT.warning(label=label) for label in unlearnt]
    return StepData(table, training, held_out, classes, tuple(said), tuple(warnings))


def _with_values(x: list[np.ndarray], parts: list[Part]) -> tuple[list[Part], list[int]]:
    """Return the parts in which there is a value, and the series of the others."""
    has_values = [not np.isnan(v).all() for v in cut(x, parts)]
    kept = [part for part, it_has in zip(parts, has_values, strict=True) if it_has]
    return kept, [part.series for part, it_has in zip(parts, has_values, strict=True) if not it_has]


def check_same(path: Path, data: StepData) -> None:
    """Raise DataError if series and labels, and what was held out, are not those that the run in a folder has."""
    was, now = read_about(path, ("sha256", "held_out")), data.describe()
    if was["sha256"] != now["sha256"]:
        raise DataError(TagRuns.OTHER_SERIES, file=path)
    if was["held_out"] != now["held_out"]:
        raise DataError(TagRuns.OTHER_HELD_OUT, file=path)


def with_whole_path(settings: TagSettings) -> TagSettings:
    """Return settings whose file is found from any folder.

    >>> with_whole_path(TagSettings("-")).data
    '-'
    """
    return settings if settings.data == "-" else replace(settings, data=str(Path(settings.data).absolute()))


def find_again(settings: TagSettings) -> TagSettings:
    """Return settings whose file is where it was when the run began; if not there, here by the same name."""
    here = Path(settings.data).name
    moved = settings.data != "-" and not is_there(settings.data) and is_there(here)
    return replace(settings, data=here) if moved else settings
