"""The corpus of small data files: its index, and the reader's result for each row as a record.

A row of `tests/data/corpus/index.toml` has two parts. By hand: `file` (or a folder, or a pattern),
`source` in words, `read` (one of `DOORS`), `options` of that reader, and `wrong_today` with `right`
where the present reader does not do what a person means. By `tests/data/corpus/write.py`:
`expected`, the record that `read_row` returns.
"""

import hashlib
import os
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import tomlkit

from glasscell.data import Sequences, from_frame, read, read_in_parts
from glasscell.data.steps.label_variation import are_labelled_by_step
from glasscell.data.steps.step_table import StepTable, read_steps
from glasscell.errors import GlasscellError
from glasscell.facts import Note
from glasscell.system.files import is_pattern, split_sheet
from glasscell.tasks.forecasting.panels.files import (
    GridOptions,
    PanelFile,
    read_panel,
)
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.panels.seasons import candidates_for

CORPUS = Path(__file__).parents[1] / "data" / "corpus"
INDEX = CORPUS / "index.toml"
# what lies in the folder and is no row's
TOOLS = {"index.toml", "write.py", "make_binary.py", ".gitattributes"}
FEW = 8  # of ids, labels and channels, up to which they stand in a record; more are a hash
# of read_steps as of read
OF_STEPS = ("id", "time", "time_format", "label", "header", "encoding", "decimal", "group")
# the options that are GridOptions, not a PanelRequest's
OF_GRIDS = {"every", "aggregate", "fill", "frequency"}
WORDS = ("options",)  # what of a record is found in English


def rows() -> dict[str, dict[str, Any]]:
    """Return the rows of the index by their names."""
    text = INDEX.read_text("utf-8")
    if sys.version_info < (3, 11):
        return tomlkit.parse(text).unwrap()
    import tomllib  # which takes a ninth of the time

    return tomllib.loads(text)


def files_of(row: dict[str, Any]) -> list[Path]:
    """Return the files in the corpus that belong to a row."""
    names = [split_sheet(row["file"])[0], row.get("options", {}).get("labels")]
    found: list[Path] = []
    for name in filter(None, names):
        path = CORPUS / name
        there = list(CORPUS.glob(str(name))) if is_pattern(path) else [path]
        found += [
            file
            for one in there
            for file in (one.rglob("*") if one.is_dir() else [one])
            if file.is_file()
        ]
    return found


def read_row(row: dict[str, Any]) -> dict[str, Any]:
    """Return the reader's result for a row: shape, hash, names, labels, notes; or the error."""
    with _inside(CORPUS), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            record = DOORS[row["read"]](row["file"], dict(row.get("options", {})))
        except GlasscellError as error:
            record = _of_error(error)
    return record | _filled(python_warns=sorted({warning.category.__name__ for warning in warned}))


def is_right(row: dict[str, Any], record: dict[str, Any]) -> bool:
    """Return whether a record matches a row's `right`, on which the reader was once wrong."""
    return "right" in row and all(
        record.get(key, []) == value for key, value in row["right"].items()
    )


def without_words(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record without its English: the part that is independent of messages' words."""
    return {key: value for key, value in record.items() if key not in WORDS}


def hash_of(array: np.ndarray) -> str:
    """Return 12 digits that differ where a shape or value does; all NaN are equal, as are zeros."""
    array = np.ascontiguousarray(array)
    if array.dtype.kind == "f":
        array = np.where(np.isnan(array), np.float32(np.nan), array + np.float32(0)).astype("<f4")
    else:
        array = np.frombuffer("\0".join(map(str, array.ravel().tolist())).encode(), np.uint8)
    return hashlib.sha256(repr(array.shape).encode() + array.tobytes()).hexdigest()[:12]


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Make a folder the current one, so that no message holds where it lies."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _of_error(error: GlasscellError) -> dict[str, Any]:
    options = sorted(set(re.findall(r"--[a-z][a-z-]*", str(error))))  # that a person is told to use
    public = next(one for one in type(error).__mro__ if one.__module__ == GlasscellError.__module__)
    return _filled(refused=public.__name__, code=str(error.code), options=options)


def _series(path: str, options: dict[str, Any]) -> dict[str, Any]:
    record = _of_sequences(read(path, **options))
    asked = {k: v for k, v in options.items() if k in OF_STEPS}
    if "labels" not in options and are_labelled_by_step(path, **asked):
        record["train_reads"] = "steps"  # so what `glasscell train` reads is what `read_steps` does
    return record


def _train(path: str, options: dict[str, Any]) -> dict[str, Any]:
    """Like `glasscell train FILE` and `glasscell data FILE`: as steps if labels vary in series."""
    if are_labelled_by_step(path, **options):
        return {"as": "steps"} | _steps(path, options)
    return {"as": "series"} | _of_sequences(read(path, **options))


def _parts(path: str, options: dict[str, Any]) -> dict[str, Any]:
    """As `glasscell predict` and `evaluate` read a file: some series at a time."""
    parts = list(read_in_parts(path, **options))
    most = max(part.x.shape[1] for part in parts)
    x = [
        np.pad(p.x, ((0, 0), (0, most - p.x.shape[1]), (0, 0)), constant_values=np.nan)
        for p in parts
    ]
    labels = [part.y for part in parts if part.y is not None]
    whole = Sequences(
        x=np.concatenate(x),
        lengths=np.concatenate([part.lengths for part in parts]),
        y=np.concatenate(labels) if labels else None,
        channels=parts[0].channels,
        ids=np.concatenate([part.ids for part in parts]),
        name=parts[0].name,
        columns=parts[0].columns,
        offsets=parts[0].offsets,
        labelled=np.concatenate([part.has_label for part in parts]),
    )
    said = [_said(note) for part in parts for note in (*part.notes, *part.warnings)]
    return {"parts": len(parts)} | _of_sequences(whole) | _filled(notes=list(dict.fromkeys(said)))


def _frame(path: str, options: dict[str, Any]) -> dict[str, Any]:
    """Like a user's data frame: `options.frame` says how pandas, or Polars, reads the file."""
    how = dict(options.pop("frame"))
    library: Any = {"pandas": pd, "polars": pl}[how.pop("library", "pandas")]
    return _of_sequences(from_frame(getattr(library, how.pop("by"))(path, **how), **options))


def _steps(path: str, options: dict[str, Any]) -> dict[str, Any]:
    table = read_steps(path, **options)
    return _of_sequences(table.series) | _of_tags(table)


def _of_tags(table: StepTable) -> dict[str, Any]:
    if table.y is None:
        return {}
    tags = np.array(["" if tag is None else tag for one in table.y for tag in one], str)
    counts = Counter(tags.tolist())
    return _filled(
        tags=hash_of(tags),
        classes={name: counts[name] for name in table.classes},
        unlabelled=counts[""] or None,
    )


def _of_sequences(series: Sequences) -> dict[str, Any]:
    labels: dict[str, Any] = {}
    if series.y is not None:
        labels = {"task": series.task, "labels": _some(series.y)}
        if len(series) > FEW:
            labels["classes"] = {
                name: int((series.y == name).sum()) for name in series.classes
            } or None
        labels["unlabelled"] = len(series) - int(series.has_label.sum()) or None
    return _filled(
        shape=list(series.x.shape),
        x=hash_of(series.x),
        lengths=_counts(series.lengths),
        missing=int(np.isnan(series.x[series.mask]).sum()) or None,
        ids=_some(series.ids),
        channels=_some(np.array(series.channels)),
        **labels,
        groups=None if series.groups is None else _some(series.groups),
        columns=dict(sorted(series.columns.items())),
        spacing=_spacing_of(series),
        offsets=dict(series.offsets),
        notes=[_said(note) for note in (*series.notes, *series.warnings)],
    )


def _spacing_of(series: Sequences) -> dict[str, Any] | None:
    if series.spacing is None:
        return None
    if np.isnan(series.spacing.longest):  # all series have one step
        return None
    shortest, longest = (
        float(f"{length:.6g}") for length in (series.spacing.shortest, series.spacing.longest)
    )
    return {
        "unit": "seconds" if series.spacing.in_seconds else "own",
        "shortest": shortest,
        "longest": longest,
    }


def _forecast(path: str, options: dict[str, Any]) -> dict[str, Any]:
    """As `glasscell train FILE --forecast N` reads a file."""
    asked: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in options.items() if k not in OF_GRIDS
    }
    grid = {k: v for k, v in options.items() if k in OF_GRIDS}
    return _of_panel(read_panel(path, PanelRequest(**asked), grid=GridOptions(**grid)))


def _of_panel(found: PanelFile) -> dict[str, Any]:
    panel = found.panel
    values = pd.DataFrame([pd.Series(v) for v in panel.values]).to_numpy(np.float32)
    covariates = [*panel.known, *panel.future, *panel.past, panel.static]
    has_covariates = panel.known_names or panel.past_names or panel.static_names
    return _filled(
        shape=list(values.shape),
        x=hash_of(values),
        lengths=_counts([len(v) for v in panel.values]),
        missing=sum(int(np.isnan(v).sum()) for v in panel.values) or None,
        ids=_some(np.array(panel.ids)),
        columns={role: value for role, value in found.roles.recorded.items() if value is not None},
        first=str(panel.times[0][0]),
        last=str(panel.times[0][-1]),
        frequency=panel.frequency,
        step=panel.step if panel.frequency is None else None,
        season=next(iter(candidates_for(panel.frequency)), 1),
        known=list(panel.known_names),
        past=list(panel.past_names),
        static=list(panel.static_names),
        ahead=_counts([len(v) for v in panel.future]) if panel.known_names else None,
        covariates=hash_of(np.concatenate([v.ravel() for v in covariates]))
        if has_covariates
        else None,
        first_in_dates=found.first,
        notes=[_said(note) for note in found.notes],
    )


DOORS = {
    "series": _series,
    "train": _train,
    "parts": _parts,
    "steps": _steps,
    "forecast": _forecast,
    "frame": _frame,
}


def _filled(**record: Any) -> dict[str, Any]:
    return {key: value for key, value in record.items() if value not in (None, [], {}, "")}


def _some(names: np.ndarray) -> list | str:
    """Return names or numbers unchanged if few, otherwise their count, the ends, and a hash."""
    plain = names.tolist()
    if len(plain) <= FEW:
        return plain
    return f"{len(plain)} from {plain[0]} to {plain[-1]}: {hash_of(names.astype(str))}"


def _counts(lengths: Any) -> list[int]:
    """Return the lengths that there are: one if all are the same."""
    return [
        int(length)
        for length in (
            np.unique(lengths) if len(set(lengths)) == 1 or len(lengths) > FEW else lengths
        )
    ]


def _said(note: Note) -> str:
    return str(note.code)
