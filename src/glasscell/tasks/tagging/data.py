"""Training and held-out data of a tagging run: whole series, or a block of steps in a single one.

Also the contents of a file, for `glasscell data`.

N series · T time steps · D channels · C classes
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from glasscell.console.screen import Part as Printed
from glasscell.console.screen import Titled
from glasscell.data.checks.advice import check_values
from glasscell.data.checks.copies import fingerprints_of
from glasscell.data.checks.profiles import profile
from glasscell.data.checks.shift import extent_of
from glasscell.data.inventory import steps_understood
from glasscell.data.sequences import say_empty
from glasscell.data.steps.step_table import StepTable, read_steps
from glasscell.data.tables.column_values import MISSING
from glasscell.errors import DataError
from glasscell.facts import Note, reported
from glasscell.runs.config import find_again, read_about
from glasscell.runs.options import reading
from glasscell.tasks.tagging.options import FileOptions
from glasscell.tasks.tagging.scores import segments_of
from glasscell.tasks.tagging.sentences import TagRuns
from glasscell.tasks.tagging.settings import TaggingSettings

NONE = -1  # class number of an unlabeled step
DRAWS = 20  # random splits to choose from, so that most classes can be learned
PLACES = 10  # a block is tried at each tenth of its series


class Part(NamedTuple):
    """Steps of series number `series`, from `begin` up to `end`, exclusive."""

    series: int
    begin: int
    end: int


@dataclass(frozen=True, eq=False)
class TaggingData:
    """Series with labeled steps, split into training and held-out parts. Made by `read_data`.

    Parameters
    ----------
    classes : list of C str
        Classes in training.
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
        """Return the labels of parts, objects (T,) each; None for an unlabeled step."""
        return cut(self.table.y or [], parts)

    def names(self, parts: Sequence[Part]) -> list[str]:
        """Return the ids of the series of parts."""
        return [self.table.series.ids[part.series].item() for part in parts]

    def numbers(self, parts: Sequence[Part]) -> list[np.ndarray]:
        """Return the class numbers of parts: see `numbers_of`."""
        return numbers_of(self.tags(parts), self.classes)

    def describe(self) -> dict[str, Any]:
        """Return the contents of data.json."""
        series = self.table.series
        trained_on = series.select(np.unique([part.series for part in self.training]))
        found = hashlib.sha256()
        labels = (np.array([tag or "" for tag in tags]) for tags in self.table.y or ())
        for array in (series.x, series.lengths, *labels):
            found.update(np.ascontiguousarray(array).tobytes())
        return {
            "task": "steps",
            "classes": self.classes,
            "channels": list(series.channels),
            "columns": dict(series.columns),
            "offsets": dict(series.offsets),
            "n": len(series),
            "held_out": [[series.ids[n].item(), begin, end] for n, begin, end in self.held_out],
            "fingerprints": fingerprints_of(trained_on),
            "extent": extent_of(profile(trained_on)),
            "sha256": found.hexdigest(),
            **reported(self.notes, self.warnings),
        }


def read_data(settings: TaggingSettings, offsets: dict[str, float] | None = None) -> TaggingData:
    """Read the file of the settings, and hold out a part of it: see `hold_out`."""
    table = read_steps(settings.data, **settings.for_reader(), offsets=offsets)
    series, tags = table.series, table.y or []
    training, held_out = hold_out(tags, settings.held_out, settings.seed, series.groups)
    is_empty = [bool(np.isnan(v).all()) for v in cut(table.x, training)]
    empty = [
        series.ids[part.series].item()
        for part, it_is in zip(training, is_empty, strict=True)
        if it_is
    ]
    training = [part for part, it_is in zip(training, is_empty, strict=True) if not it_is]
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
    notes = steps_understood(series, labelled, len(table.classes))
    n, (of_series, begin, end) = len(series), held_out[0]
    if len(held_out) == 1 and end - begin < len(tags[of_series]):
        code = TagRuns.BLOCK_HELD_OUT if n == 1 else TagRuns.BLOCK_OF_SERIES_HELD_OUT
        notes.append(code(begin=begin, last=end - 1, series=series.ids[of_series]))
    else:
        steps = sum(part.end - part.begin for part in held_out)
        notes.append(TagRuns.HELD_OUT(held_out=len(held_out), n=n, steps=steps))
    warnings = [*series.warnings, *check_labels(table)]
    if empty:
        warnings.append(TagRuns.LEFT_OUT.warning(empty=say_empty(empty, len(is_empty))))
    warnings += [
        TagRuns.NOT_LEARNT.warning(label=label) for label in table.classes if label not in classes
    ]
    return TaggingData(table, training, held_out, classes, tuple(notes), tuple(warnings))


def read_again(path: Path, settings: TaggingSettings) -> TaggingData:
    """Read the data that the run in a folder was trained on."""
    before = read_about(path, ("channels", "offsets", "sha256", "held_out"))
    data = read_data(find_again(settings), before["offsets"])
    now = data.describe()
    if before["sha256"] != now["sha256"]:
        raise DataError(TagRuns.OTHER_SERIES, file=path)
    if before["held_out"] != now["held_out"]:
        raise DataError(TagRuns.OTHER_HELD_OUT, file=path)
    return data


def check_labels(table: StepTable) -> Iterator[Note]:
    """Yield warnings about missing-value codes, uninformative channels, labels that mean missing.

    >>> from glasscell.data.sequences import Sequences
    >>> series = Sequences.from_list([np.arange(4.0)], channels=["u"])
    >>> (warning,) = check_labels(
    ...     StepTable(series, [np.array(["up", "NA", "NA", "up"], object)], None)
    ... )
    >>> warning.code.name, warning.values
    ('MEANS_MISSING', {'label': 'NA', 'n': 2})
    """
    yield from check_values(table.series)
    steps = Counter(tag for tags in table.y or () for tag in tags)
    for label in table.classes:
        if label in MISSING:
            yield TagRuns.MEANS_MISSING.warning(label=label, n=steps[label])


def hold_out(
    tags: Sequence[np.ndarray], share: float, seed: int, groups: np.ndarray | None = None
) -> tuple[list[Part], list[Part]]:
    """Return training and held-out parts: whole series, or a block of one, but never single steps.

    Series of one group are kept together. Of several splits, the one with the most classes in both
    parts is chosen.

    `groups` (N,).

    >>> hold_out([np.array(list("abab" * 5), object)], 0.2, 0)
    ([Part(series=0, begin=0, end=16)], [Part(series=0, begin=16, end=20)])
    >>> [len(parts) for parts in hold_out([np.array(list("ab"), object)] * 10, 0.2, 0)]
    [8, 2]
    """
    names = np.arange(len(tags)) if groups is None else groups
    different = np.unique(names)
    if len(different) == 1:
        return max(_blocks(tags, share), key=lambda parts: _classes(tags, parts))
    rng, ways = np.random.default_rng(seed), []
    whole = [Part(n, 0, len(labels)) for n, labels in enumerate(tags)]
    count = max(1, min(len(different) - 1, round(share * len(different))))
    for _ in range(DRAWS):
        is_aside = np.isin(names, rng.permutation(different)[:count])
        ways.append(tuple([whole[n] for n in np.flatnonzero(out)] for out in (~is_aside, is_aside)))
    return max(ways, key=lambda parts: _classes(tags, parts))


def _blocks(tags: Sequence[np.ndarray], share: float) -> list[tuple[list[Part], list[Part]]]:
    """Return splits that hold out a block of the longest series, from its end backwards."""
    longest = int(np.argmax([len(labels) for labels in tags]))
    length = len(tags[longest])
    size = max(1, min(length - 1, round(share * length)))
    others = [Part(n, 0, len(labels)) for n, labels in enumerate(tags) if n != longest]
    ways = []
    for place in range(PLACES, -1, -1):
        begin = round(place / PLACES * (length - size))
        block, rest = Part(longest, begin, begin + size), [(0, begin), (begin + size, length)]
        ways.append(
            ([*others, *(Part(longest, *ends) for ends in rest if ends[0] < ends[1])], [block])
        )
    return ways


def _classes(tags: Sequence[np.ndarray], parts: tuple[list[Part], list[Part]]) -> tuple[int, int]:
    """Return the number of classes in training, and how many of them are also held out."""
    learnt, measured = (
        {tag for n, begin, end in some for tag in tags[n][begin:end]} - {None} for some in parts
    )
    return len(learnt), len(learnt & measured)


def cut(values: Sequence[np.ndarray], parts: Sequence[Part]) -> list[np.ndarray]:
    """Return the steps of values (T_n, …) in each part.

    >>> cut([np.arange(5)], [Part(0, 1, 3)])[0].tolist()
    [1, 2]
    """
    return [values[n][begin:end] for n, begin, end in parts]


def numbers_of(tags: Sequence[np.ndarray], classes: Sequence[Any]) -> list[np.ndarray]:
    """Return the class numbers of labels, int (T,) each; −1 for steps without one in `classes`.

    >>> numbers_of([np.array(["up", None, "down"], object)], ["down", "up"])[0].tolist()
    [1, -1, 0]
    """
    number = {label: k for k, label in enumerate(classes)}
    return [np.array([number.get(label, NONE) for label in labels], "int64") for labels in tags]


AS_DETECTED = FileOptions()


def look(
    file: str, *, options: FileOptions = AS_DETECTED
) -> tuple[dict[str, Any], Iterator[Printed]]:
    """Return the contents of a file, for JSON and for the terminal."""
    table = read_steps(file, **reading(options), unlabelled=options.unlabelled)
    found = contents_of(table)
    doubts = [*table.series.warnings, *check_labels(table)]
    parts = [
        *steps_understood(table.series, found["labelled"], len(found["classes"])),
        TagRuns.CONTENTS(segments=found["segments"], missing=found["missing"]),
        *(f"warning: {warning}" for warning in doubts),
        Titled(
            "classes", pd.DataFrame(found["classes"]).rename(columns={"length": "median length"})
        ),
    ]
    return found | reported(table.series.notes, doubts), iter(parts)


def contents_of(table: StepTable) -> dict[str, Any]:
    """Return the numbers of series, steps and segments, in total and by class.

    >>> from glasscell.data.sequences import Sequences
    >>> series = Sequences.from_list([[1.0, 2.0, 3.0, 4.0]])
    >>> found = contents_of(StepTable(series, [np.array(["a", "a", None, "b"], object)], None))
    >>> found["labelled"], found["classes"][0]
    (3, {'class': 'a', 'steps': 2, 'segments': 1, 'length': 2.0})
    """
    tags = table.y or []
    steps = Counter(tag for one in tags for tag in one if tag is not None)
    segments = [segment for one in tags for segment in segments_of(one)]
    lengths = {
        name: [s.end - s.begin for s in segments if s.label == name] for name in table.classes
    }
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
