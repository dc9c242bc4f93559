"""Export a trained model: write it to a temporary folder, compare, then move it into place."""

import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from glasscell.errors import DataError, UsageError
from glasscell.exporters.agreement import MIN_AGREEMENT, TOLERANCE, Agreement, Rows, check_near
from glasscell.exporters.formats import Format, find_format
from glasscell.exporters.sentences import Exporters
from glasscell.exporters.side_file import read_side_file, side_file, sums, versions
from glasscell.facts import Code, Note
from glasscell.system.files import storage_trouble, to_json

EXAMPLES = 3  # in the side file


@dataclass(frozen=True)
class Exported:
    """A finished export. Made by `write_export`.

    Parameters
    ----------
    path : Path
        The file, or the folder.
    about : Path
        The side file: inputs, outputs and some examples.
    form : str
        The name of the format.
    runtime : str
        Runtime that it was checked with, and its version; or name of the missing runtime.
    agreement : Agreement, or None
        None where the runtime is not installed.
    remarks : tuple of Note
        Further findings.
    asked : str
        Kind of the samples compared, in the plural.
    """

    path: Path
    about: Path
    form: str
    runtime: str
    agreement: Agreement | None
    remarks: tuple[Note, ...] = ()
    asked: str = "series"


class Exportable(ABC):
    """A model that can be exported, with everything that `write_export` needs to know of it.

    A format's module writes it, and evaluates the export with the runtime that users have. The
    arguments of these two functions are up to the module and the subclass.

    Attributes
    ----------
    what : Code
        Its name in messages, such as "a forecaster".
    formats : mapping from str to Format
        Formats that it can be exported to, by name.
    asked : str
        Kind of the samples that predictions are compared on, in the plural.
    checked : mapping from str to str
        Fields of an `Agreement`, by their names in the side file.
    needless : mapping from str to Code
        Reasons why an option does not apply to it.
    """

    what: ClassVar[Code]
    formats: ClassVar[Mapping[str, Format]]
    asked: ClassVar[str] = "series"
    checked: ClassVar[Mapping[str, str]] = {
        name: name for name in ("n", "difference", "labels", "r2")
    }
    needless: ClassVar[Mapping[str, Code]] = {}

    def named(self, names: Mapping[str, Any]) -> "Exportable":
        """Return it with other names: "channels", "labels" and "units"."""
        if names:
            raise UsageError(Exporters.NO_NAMES, name=min(names), what=self.what())
        return self

    def adapted(self, form: Format, options: Mapping[str, Any]) -> "Exportable":
        """Return the model as a format with such options can express it: by default, unchanged."""
        return self

    @abstractmethod
    def write(self, form: Format, path: Path, options: Mapping[str, Any]) -> None:
        """Write it."""

    @abstractmethod
    def compare(self, form: Format, path: Path, options: Mapping[str, Any]) -> Agreement:
        """Evaluate the export on samples, and return its agreement with the model."""

    def rows(self, form: Format, path: Path, options: Mapping[str, Any]) -> Rows:
        """Return the export's predictions next to the model's, for its own series only."""
        raise NotImplementedError

    def allowed(self) -> float:
        """Return the largest difference allowed, where it is more than `TOLERANCE`."""
        return TOLERANCE

    def remarks(self, form: Format, path: Path) -> Sequence[Note]:
        """Return notes for users of the export."""
        return ()

    @abstractmethod
    def describe(
        self, form: Format, options: Mapping[str, Any], remarks: Sequence[Note]
    ) -> dict[str, Any]:
        """Return the side file's description of inputs and outputs, with examples."""


def write_export(
    source: Exportable,
    path: Path,
    *,
    to: str | None = None,
    run: Path | None = None,
    overwrite: bool = False,
    min_agreement: float | None = None,
    **options: Any,
) -> Exported:
    """Export a trained model to another format, and return how closely the predictions agree.

    >>> from glasscell.exporters.network_export import ExportableNetwork
    >>> from glasscell.networks.builder import build_network
    >>> from glasscell.inference.meaning import Meaning
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     source = ExportableNetwork(build_network(2, 2), Meaning(("x", "y"), ("a", "b")))
    ...     exported = write_export(source, Path(folder) / "model.npz")
    ...     (
    ...         sorted(file.name for file in Path(folder).iterdir()),
    ...         exported.agreement.difference < 1e-5,
    ...     )
    (['model.npz', 'model.npz.json'], True)
    """
    form = format_of(source, find_format(to, path), options)
    inexact = form.inexact_of(options)
    if min_agreement is not None and not inexact:
        raise UsageError(Exporters.NOT_INEXACT)
    check_free(path, overwrite=overwrite)
    form.load()
    source, about = source.adapted(form, options), side_file(path)
    with (
        storage_trouble(path, Exporters.EXPORT_AGAIN()),
        tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as folder,
    ):
        part = Path(folder) / path.name
        source.write(form, part, options)
        agreement, checked, remarks = None, None, ()
        runtime = form.find_runtime()
        if runtime is not None:
            agreement = source.compare(form, part, options)
            if inexact:
                least = MIN_AGREEMENT if min_agreement is None else min_agreement
                remarks = check_near(agreement, least, inexact)
            else:
                _check(agreement, source, runtime)
            found = {said: getattr(agreement, name) for said, name in source.checked.items()}
            checked = {"with": runtime, **found}
        remarks += tuple(source.remarks(form, part))
        described = {
            "format": form.name,
            "options": options,
            "versions": versions(form),
            "sha256": sums(part, run),
            **source.describe(form, options, remarks),
            "checked": checked,
        }
        side_file(part).write_text(to_json(described), encoding="utf-8")
        for file in (path, about):
            _put(Path(folder) / file.name, file)
    return Exported(
        path, about, form.name, runtime or form.runtime, agreement, remarks, source.asked
    )


def without_nan(array: np.ndarray) -> list[Any]:
    """Return an array as lists for JSON, with None for NaN.

    >>> without_nan(np.array([[0.5], [np.nan]]))
    [[0.5], [None]]
    """
    plain = array.astype(object)
    plain[np.isnan(array)] = None
    return plain.tolist()


def check_free(path: Path, *, overwrite: bool = False) -> None:
    """Raise UsageError if an export path is taken, has no name, or is in a folder that is missing.

    With `overwrite`, a folder may be replaced if it has the side file of an export, a file unless
    it is part of a run.
    """
    if not path.name:
        raise UsageError(Exporters.IS_FOLDER, file=path, example=path / "model.onnx")
    if not path.parent.is_dir():
        raise UsageError(Exporters.NO_FOLDER, file=path, folder=path.parent)
    about = side_file(path)
    for file in (path, about):
        if os.path.lexists(file) and not overwrite:
            raise UsageError(Exporters.EXISTS, file=file)
    if path.is_dir() and not _was_exported(path):
        raise UsageError(Exporters.OTHER_FOLDER, file=path, side_file=about.name)
    if path.exists() and (path.parent / "config.toml").is_file():
        raise UsageError(Exporters.PART_OF_RUN, file=path, run=path.parent)


def _was_exported(path: Path) -> bool:
    try:
        return read_side_file(path) is not None
    except DataError:
        return False


def format_of(source: Exportable, name: str, options: Mapping[str, Any]) -> Format:
    """Return a format by name; raise UsageError if the model or one of the options does not fit."""
    if name not in source.formats:
        raise UsageError(
            Exporters.NOT_AS, what=source.what(), format=name, formats=sorted(source.formats)
        )
    form = source.formats[name]
    for option in options:
        if option not in form.options:
            takes = sorted(other for other, one in source.formats.items() if option in one.options)
            if takes:
                raise UsageError(
                    Exporters.OPTION_OF_OTHERS, format=name, option=option, formats=takes
                )
            why = source.needless[option]() if option in source.needless else None
            raise UsageError(
                Exporters.NO_OPTION, format=name, option=option, what=source.what(), why=why
            )
    return form


def _check(agreement: Agreement, source: Exportable, runtime: str) -> None:
    difference = agreement.difference
    allowed = TOLERANCE if difference <= TOLERANCE else source.allowed()
    if not difference <= allowed:
        raise DataError(Exporters.DIFFERS, difference=difference, runtime=runtime, allowed=allowed)


def _put(part: Path, path: Path) -> None:
    """Move a written file or folder into place, and replace an existing one."""
    if path.is_dir() and not path.is_symlink():
        aside = Path(tempfile.mkdtemp(prefix=".old-", dir=path.parent))
        path.rename(aside / path.name)
        part.rename(path)
        shutil.rmtree(aside)
        return
    part.replace(path)
