"""The export formats: names, file endings and requirements."""

import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from glasscell.errors import UsageError
from glasscell.exporters.sentences import Exporters
from glasscell.facts import Code


@dataclass(frozen=True)
class Format:
    """A format to export to.

    Parameters
    ----------
    module : str
        Module with `write(network, meaning, path, **options)` and `answer_with_runtime(path, x,
        meaning)`. The latter evaluates the export with the runtime that users have. It returns
        predictions (N, C) for raw series x (N, T, D), and which series have one, (N,). A series
        without any value has none; its row is the meaning's prior.
    suffix : str
        Ending of its files; empty for a folder.
    needs : tuple of str
        Packages that writing requires.
    runtime : str
        Package that runs and checks the export.
    version : str
        Version of the format, if it has one besides those of packages.
    has_float64 : bool
        Whether it can output numbers far from zero in float64; otherwise users must add the
        offsets.
    options : tuple of str
        Further arguments of `write`.
    inexact : tuple of str
        Options that make predictions inexact. `write` is then called with `calibration`, raw series
        (N, T, D).
    has_remarks : bool
        Whether the module has `remarks(path, x, meaning)`, which returns notes on the export, found
        with raw series.

    Attributes
    ----------
    missing : Code
        Message on how to install the runtime.
    """

    name: str
    module: str
    suffix: str
    runtime: str
    needs: tuple[str, ...] = ()
    version: str = ""
    has_float64: bool = True
    options: tuple[str, ...] = ()
    inexact: tuple[str, ...] = ()
    has_remarks: bool = False
    missing: ClassVar[Code] = Exporters.NEEDS_PACKAGE

    def of(self, module: str, *, without: Iterable[str] = ()) -> "Format":
        """Return the same format, written by another module, without some of its options.

        >>> FORMATS["onnx"].of(
        ...     "glasscell.tasks.forecasting.exports.onnx", without=["streaming"]
        ... ).options
        ()
        """
        return replace(
            self, module=module, options=tuple(one for one in self.options if one not in without)
        )

    def inexact_of(self, options: Mapping[str, Any]) -> list[str]:
        """Return the given options that make predictions inexact.

        >>> FORMATS["litert"].inexact_of({"int8": True, "steps": 9})
        ['int8']
        """
        return sorted(option for option in self.inexact if options.get(option))

    def load(self) -> ModuleType:
        """Return the module that writes it."""
        missing = [name for name in self.needs if find_spec(name) is None]
        if missing:
            raise UsageError(
                Exporters.NOT_INSTALLED, packages=missing, format=self.suffix or self.module
            )
        return import_module(self.module)

    def find_runtime(self) -> str | None:
        """Return the runtime with its version; None if it is not installed."""
        try:
            return f"{self.runtime} {metadata.version(self.runtime)}"
        except metadata.PackageNotFoundError:
            return None


@dataclass(frozen=True)
class SourceFormat(Format):
    """A format of source code: its runtime is a compiler on the PATH."""

    missing = Exporters.NEEDS_COMPILER

    def find_runtime(self) -> str | None:
        """Return the first line of the compiler's version message; None if it is not installed."""
        if shutil.which(self.runtime) is None:
            return None
        said = subprocess.run(
            [self.runtime, "--version"], capture_output=True, text=True, check=False
        ).stdout
        return said.partition("\n")[0].strip() or self.runtime


_ALL = (
    SourceFormat("c", "glasscell.exporters.c", "", "cc", version="C99"),
    Format("keras", "glasscell.exporters.keras", ".keras", "keras", options=("with_glasscell",)),
    Format(
        "litert",
        "glasscell.exporters.litert",
        ".tflite",
        "ai_edge_litert",
        version="TFL3",
        has_float64=False,
        options=("batch", "steps", "fused", "int8"),
        inexact=("int8",),
        has_remarks=True,
    ),
    Format("npz", "glasscell.exporters.npz", ".npz", "numpy", version="form 1"),
    Format(
        "onnx",
        "glasscell.exporters.onnx.file",
        ".onnx",
        "onnxruntime",
        needs=("onnx",),
        version="opset 17",
        options=("streaming",),
    ),
    Format("savedmodel", "glasscell.exporters.savedmodel", "", "tensorflow"),
)
FORMATS = {form.name: form for form in _ALL}


def find_format(to: str | None, path: Path | None) -> str:
    """Return the name of the requested format, or else of the one with the path's ending.

    >>> find_format(None, Path("model.npz"))
    'npz'
    """
    formats = list(FORMATS)
    if to is not None:
        if to not in FORMATS:
            raise UsageError(Exporters.NO_FORMAT, format=to, formats=formats)
        if path is not None and path.suffix in {form.suffix for form in _ALL if form.suffix} - {
            FORMATS[to].suffix
        }:
            raise UsageError(Exporters.OTHER_ENDING, file=path, found=path.suffix, format=to)
        return to
    if path is None:
        raise UsageError(Exporters.NO_FORMAT_OR_PATH, formats=formats)
    for name, form in FORMATS.items():
        if form.suffix and path.suffix == form.suffix:
            return name
    raise UsageError(Exporters.NO_ENDING, file=path, formats=formats)
