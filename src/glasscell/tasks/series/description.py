"""Contents of a labeled file: for `glasscell data`, a run's data.json, and to detect changes."""

import hashlib
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.console.screen import Part, Titled
from glasscell.data import Sequences, inventory, read
from glasscell.data.checks import advice, profiles, shift
from glasscell.data.checks.copies import count_known, fingerprints_of
from glasscell.data.sequences import OF_ORDER, about_empty, is_empty
from glasscell.data.tables.request import names_of_steps
from glasscell.errors import DataError
from glasscell.facts import Note
from glasscell.runs.config import whole_path
from glasscell.runs.options import reading
from glasscell.runs.sentences import Runs
from glasscell.runs.series.trained_run import check_known
from glasscell.tasks.series.options import DataOptions
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.settings import SeriesSettings

AS_DETECTED = DataOptions()


def look(file: str, *, options: DataOptions = AS_DETECTED) -> tuple[dict[str, Any], Iterator[Part]]:
    """Return the contents of a file, for JSON and for the terminal."""
    series, picture = read(file, **reading(options)), options.picture
    found = inventory.take(series)
    if picture is not None:
        inventory.draw(series, picture)
    return found, _parts(found, inventory.understood(series), picture)


def _parts(found: dict[str, Any], understood: list[Note], picture: Path | None) -> Iterator[Part]:
    yield from understood
    yield from (f"warning: {text}" for text in found["warnings"])
    yield Titled("channels", inventory.channels_table(found))
    if found["classes"]:
        yield Titled("classes", inventory.classes_table(found))
    if picture is not None:
        yield Runs.PICTURE(picture=picture)


def describe(
    series: Sequences, valid: Sequences | None, settings: SeriesSettings
) -> dict[str, Any]:
    """Return data.json's contents for training and validation series; notes are `Note`s."""
    warnings = [
        *advice.advise(series, settings.class_weight is not None),
        *check_stride(settings.stride, int(series.lengths.max())),
    ]
    if valid is not None:
        again = count_known(set(fingerprints_of(series)), valid)
        of_order = [note for note in valid.warnings if note.code in OF_ORDER]
        more = [*of_order, *about_empty(valid, Runs.LEFT_OUT), *check_known(again, len(valid))]
        file = seen_from_here(str(settings.valid))
        warnings += [note.of(file) for note in more]
    return {
        "name": series.name,
        "source": whole_path(settings.data),
        "sha256": _hash(series),
        "valid": None if settings.valid is None else whole_path(settings.valid),
        "valid_sha256": None if valid is None else _hash(valid),
        "task": series.task,
        "channels": list(series.channels),
        "columns": dict(series.columns),
        "n": len(series),
        "n_left_out": int(is_empty(series.x).sum()),
        "steps": [int(series.lengths.min()), int(series.lengths.max())],
        **({"step_names": series.step_names} if series.step_names else {}),
        **({"offsets": dict(series.offsets)} if series.offsets else {}),
        "extent": shift.extent_of(profiles.profile(series)) | _ends_of_labels(series),
        "notes": inventory.understood(series),
        "warnings": warnings,
    }


def seen_from_here(file: str) -> str:
    """Return a path relative to the current folder if it lies inside."""
    here = Path.cwd()
    return str(Path(file).relative_to(here)) if Path(file).is_relative_to(here) else file


def _hash(series: Sequences) -> str:
    found = hashlib.sha256()
    for array in (series.x, series.lengths, series.y):
        if array is not None:
            found.update(np.ascontiguousarray(array).view(np.uint8).data)
    if series.offsets:
        found.update(series.offset.tobytes())
    return found.hexdigest()


def check_unchanged_since(before: dict[str, Any], about: dict[str, Any]) -> None:
    """Raise DataError if the series of a run have changed since it began."""
    began, now = (names_of_steps(one.get("step_names", ())) for one in (before, about))
    for file, held in (("source", "sha256"), ("valid", "valid_sha256")):
        if before[held] != about[held] and began != now and set(began) == set(now):
            raise DataError(Series.OTHER_ORDER, file=about[file], first=began[0], last=began[-1])
        time = before["columns"].get("time")
        if (
            before[held] != about[held]
            and time is not None
            and time != about["columns"].get("time")
        ):
            raise DataError(
                Series.OTHER_TIME, file=about[file], column=time, as_option=shlex.quote(time)
            )
        if before[held] != about[held]:
            raise DataError(Series.OTHER_SERIES, file=about[file])


def check_labels(extent: Mapping[str, Any], y: np.ndarray) -> list[Note]:
    """Return a warning if labels exceed the range of training labels by more than its width.

    `y` (N,).

    >>> check_labels({"labels": [1.0, 5.0]}, np.array([3.0, 4500.0]))
    ['1 of 2 labels is far outside the range of the training labels (1 to 5; here 3 to 4500): are
    they in the same
    unit?']
    >>> check_labels({"labels": [1.0, 5.0]}, np.array([-2.0, 8.0]))
    []
    """
    if "labels" not in extent:
        return []
    least, most = map(float, extent["labels"])
    far = (y > most + (most - least)) | (y < least - (most - least))
    if not far.any() or least == most:
        return []
    here = {"low": y.min(), "high": y.max()}
    return [Runs.LABELS_OUTSIDE.warning(n=far.sum(), of=len(y), least=least, most=most, **here)]


def _ends_of_labels(series: Sequences) -> dict[str, list[float]]:
    if series.task != "regression":
        return {}
    y = np.asarray(series.y, "float64")
    return {"labels": [float(np.nanmin(y)), float(np.nanmax(y))]}


def check_classes(per_class: Mapping[str, Mapping[str, Any]]) -> list[Note]:
    """Return a warning if no scored series is of some class; takes `per_class` of the scores.

    >>> check_classes({"a": {"n": 3}, "b": {"n": 0}})
    ["no scored series is of class 'b', so the scores say nothing about it"]
    """
    names = [name for name, scores in per_class.items() if not scores["n"]]
    return [Runs.CLASS_UNMEASURED.warning(classes=names)] if names else []


def check_stride(stride: int | str, longest: int) -> list[Note]:
    """Return the warning that a stride merges the longest series into a single step, if so.

    >>> check_stride(1000, 36)
    ['stride = 1000 merges all 36 steps of the longest series into one, so the network sees one
    step; use a smaller
    stride']
    """
    if not isinstance(stride, int) or longest < 2 or stride < longest:
        return []
    return [Runs.ONE_STEP_LEFT.warning(stride=stride, steps=longest)]
