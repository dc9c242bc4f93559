"""A network leaves: written beside its place, asked the same questions as the network, then put there.

N series · T time steps · D channels · C classes, or targets
"""

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.data.emptiness import is_empty
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.interop.agreement import (
    MIN_AGREEMENT,
    TOLERANCE,
    Agreement,
    answers_of,
    compare,
    deviation_of,
    tolerance,
)
from glasscell.interop.formats import FORMATS, Format, find_format
from glasscell.interop.outwards import near_zero
from glasscell.interop.samples import made_series
from glasscell.interop.sentences import Interop
from glasscell.networks.meaning import Meaning
from glasscell.system.files import storage_trouble, to_json

EXAMPLES = 3  # in the side file


@dataclass(frozen=True)
class Exported:
    """What was written. Made by `export_network`.

    Parameters
    ----------
    path : Path
        The file, or the folder.
    about : Path
        The side file: what goes in, what comes out, and three examples.
    form : str
        The name of the format.
    runtime : str
        What it was checked with, and its version; or what is missing for that.
    agreement : Agreement, or None
        None where the runtime is not installed.
    remarks : tuple of Note
        What else was found of it.
    asked : str
        What it was asked.
    """

    path: Path
    about: Path
    form: str
    runtime: str
    agreement: Agreement | None
    remarks: tuple[Note, ...] = ()
    asked: str = "series"


def export_network(
    network: keras.Model,
    meaning: Meaning,
    path: Path,
    *,
    to: str | None = None,
    series: np.ndarray | None = None,
    overwrite: bool = False,
    min_agreement: float | None = None,
    remarks: Sequence[Note] = (),
    **options: Any,
) -> Exported:
    """Write a network in another format, ask both the same, and return how far their answers are apart.

    Parameters
    ----------
    network : keras.Model
        Takes raw series (N, T, D), padded with NaN.
    meaning : Meaning
    path : Path
        Where it goes: a file, or a folder for formats that are one.
    to : str, optional
        The format; by default the path's ending says it.
    series : array (N, T, D), optional
        Series to compare answers to, besides those that are made.
    overwrite : bool
        Whether what is there may be replaced.
    min_agreement : float, optional
        The least share of labels that must be the network's, or R² of numbers, where an option such as `int8` makes
        answers inexact; by default 0.95, and 0 takes whatever comes. Where the network's numbers are all the same there
        is no R², which a remark says.
    remarks : sequence of Note
        What is to be known by whoever asks the export, beside those of the format.
    **options
        Of the format.

    Raises
    ------
    UsageError
        If the format or an option is not known, the path is taken, or the format cannot say this network.
    DataError
        If the export answers otherwise than the network: then nothing is left.
    StorageError
        If it cannot be written.

    Examples
    --------
    >>> from glasscell.networks.builder import build_network
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     exported = export_network(build_network(2, 2), Meaning(("x", "y"), ("a", "b")), Path(folder) / "model.npz")
    ...     sorted(file.name for file in Path(folder).iterdir()), exported.agreement.difference < 1e-5
    (['model.npz', 'model.npz.json'], True)
    """
    name = find_format(to, path)
    form = FORMATS[name]
    _check_options(name, form, options)
    inexact = sorted(option for option in form.inexact if options.get(option))
    if min_agreement is not None and not inexact:
        raise UsageError(Interop.NOT_INEXACT)
    check_free(path, overwrite=overwrite)
    about = path.with_name(f"{path.name}.json")
    module = form.load()
    if not form.has_float64:
        network, meaning = near_zero(network, meaning)
    samples = [x[:, : options.get("steps")] for x in _samples(network, meaning, series)]
    with (
        storage_trouble(path, Interop.EXPORT_AGAIN()),
        tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as folder,
    ):
        part = Path(folder) / path.name
        module.write(network, meaning, part, **options, **({"calibration": samples[-1]} if inexact else {}))
        wanted = [answers_of(network, x, meaning) for x in samples]
        agreement, remarks = None, tuple(remarks)
        if form.has_runtime():
            found = [module.answer_with_runtime(part, x, meaning) for x in samples]
            deviation = deviation_of(network, meaning)
            agreement = compare(_joined(found), _joined(wanted), meaning, deviation)
            if inexact:
                agreement = compare(found[-1], wanted[-1], meaning, deviation)  # the run's own series, if there are any
                _check_near(agreement, MIN_AGREEMENT if min_agreement is None else min_agreement, inexact)
                remarks += () if agreement.is_judged else (Interop.SAME_ANSWER_TO_ALL(),)
            else:
                _check(agreement, network, samples, meaning, form)
            remarks += tuple(module.remarks(part, samples[-1], meaning)) if hasattr(module, "remarks") else ()
        if meaning.answer_offsets:
            remarks = (Interop.OFFSETS_TO_ADD(side_file=about.name), *remarks)
        (Path(folder) / about.name).write_text(
            to_json(_describe(name, form, network, meaning, options, samples[-1], wanted[-1][0], agreement, remarks)),
            encoding="utf-8",
        )
        for file in (path, about):
            put(Path(folder) / file.name, file)
    return Exported(path, about, name, form.say_runtime(), agreement, remarks)


def check_free(path: Path, *, overwrite: bool = False) -> None:
    """Raise UsageError if nothing can be exported to a path: it is taken, has no name, or its folder does not exist.

    A folder may be replaced if its side file says that it was exported, a file unless it is a part of a run.
    """
    if not path.name:
        raise UsageError(Interop.IS_FOLDER, file=path, example=path / "model.onnx")
    if not path.parent.is_dir():
        raise UsageError(Interop.NO_FOLDER, file=path, folder=path.parent)
    about = path.with_name(f"{path.name}.json")
    for file in (path, about):
        if os.path.lexists(file) and not overwrite:
            raise UsageError(Interop.EXISTS, file=file)
    if path.is_dir() and not _is_side_file(about):
        raise UsageError(Interop.OTHER_FOLDER, file=path, side_file=about.name)
    if path.exists() and (path.parent / "config.toml").is_file():
        raise UsageError(Interop.PART_OF_RUN, file=path, run=path.parent)


def _is_side_file(path: Path) -> bool:
    try:
        return json.loads(path.read_text(encoding="utf-8"))["format"] in FORMATS
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _check_options(name: str, form: Format, options: dict[str, Any]) -> None:
    for option in options:
        if option not in form.options:
            takes = sorted(other for other, one in FORMATS.items() if option in one.options)
            code = Interop.OPTION_OF_OTHERS if takes else Interop.NO_OPTION
            raise UsageError(code, format=name, option=option, formats=takes)


def _samples(network: keras.Model, meaning: Meaning, series: np.ndarray | None) -> list[np.ndarray]:
    made = made_series(network, meaning)
    return [made] if series is None or not len(series) else [made, np.asarray(series)]


def _joined(answers: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    return tuple(map(np.concatenate, zip(*answers, strict=True)))  # pyright: ignore


def _check(
    agreement: Agreement, network: keras.Model, samples: list[np.ndarray], meaning: Meaning, form: Format
) -> None:
    if agreement.difference <= TOLERANCE:
        return
    allowed = max(tolerance(network, x, meaning) for x in samples)
    if not agreement.difference <= allowed:
        found = {"difference": agreement.difference, "runtime": form.say_runtime()}
        raise DataError(Interop.DIFFERS, **found, allowed=allowed)


def _check_near(agreement: Agreement, least: float, inexact: list[str]) -> None:
    if agreement.share >= least:
        return
    asked = {"n": agreement.n, "least": least, "options": inexact}
    if agreement.labels is not None:
        raise DataError(Interop.FEW_LABELS_SAME, share=agreement.labels, **asked)
    r2 = agreement.r2 or 0.0
    raise DataError(Interop.LOW_R2, r2=r2, below=Interop.R2_BELOW_0() if r2 < 0 else None, **asked)


def _describe(
    name: str,
    form: Format,
    network: keras.Model,
    meaning: Meaning,
    options: dict[str, Any],
    x: np.ndarray,
    answers: np.ndarray,
    agreement: Agreement | None,
    remarks: tuple[Note, ...],
) -> dict[str, Any]:
    """Return what the side file says."""
    shown = np.flatnonzero(~is_empty(meaning.centred(x)))[:EXAMPLES]
    return {
        "format": name,
        "options": options,
        "versions": {package: metadata.version(package) for package in ("glasscell", "keras")},
        "input": {
            "shape": _shape(name, options, network),
            "channels": list(meaning.channels),
            "units": {c: meaning.units[c] for c in meaning.channels if c in meaning.units},
            "offsets": list(meaning.offsets),
            "padding": "NaN after the last step; a value that was not measured is NaN, too",
            "missing": list(meaning.missing),
        },
        "output": {
            "labels": None if meaning.labels is None else list(meaning.labels),
            "targets": None if meaning.labels is not None else list(meaning.targets),
            "units": {t: meaning.units[t] for t in meaning.targets if t in meaning.units},
            "offsets_to_add": list(meaning.answer_offsets),
            "without_a_value": meaning.prior,
        },
        "checked": None
        if agreement is None
        else {
            "with": form.say_runtime(),
            "series": agreement.n,
            "largest_difference": agreement.difference,
            "labels_equal": agreement.labels,
            "r2": agreement.r2,
        },
        "remarks": [*map(str, remarks)],
        "examples": [{"series": _rows(x[k]), "answer": answers[k].tolist()} for k in shown],
    }


def _shape(name: str, options: dict[str, Any], network: keras.Model) -> list[str | int]:
    """Return what is read at once: one step of several series in a stream, as many as are fixed, or as many as come."""
    steps, channels = network.input_shape[1:]
    if options.get("streaming"):
        return ["series", channels]
    if name == "litert":
        return [options.get("batch", 1), options.get("steps", steps), channels]
    return ["series", steps or "steps", channels]


def _rows(x: np.ndarray) -> list[list[float | None]]:
    """Return a series as JSON has it: a list for each step, None where nothing was measured."""
    real = ~np.isnan(x).all(-1)
    length = int(np.flatnonzero(real).max(initial=-1)) + 1
    return [[None if np.isnan(v) else float(v) for v in step] for step in x[:length]]


def put(part: Path, path: Path) -> None:
    """Put what was written, a file or a folder, in the place of what may be there."""
    if path.is_dir() and not path.is_symlink():
        aside = Path(tempfile.mkdtemp(prefix=".old-", dir=path.parent))
        path.rename(aside / path.name)
        part.rename(path)
        shutil.rmtree(aside)
        return
    part.replace(path)
