"""The formats a network can leave in: what each is called, what its files end with, what it needs."""

from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from glasscell.errors import UsageError


@dataclass(frozen=True)
class Format:
    """A format to export to.

    Parameters
    ----------
    module : str
        What writes it: `write(network, meaning, path, **options)`, and `answer_with_runtime(path, x, meaning)`, which
        asks what was written, by the runtime that its users have: the answers (N, C) to raw series x (N, T, D), and
        which of them have one (N,); a series without a single value has none, and the row is the meaning's prior.
    suffix : str
        What its files end with; a folder has none.
    needs : tuple of str
        Packages without which it cannot be written.
    runtime : str
        The package that runs it, and with which what was written is checked.
    options : frozenset of str
        What `write` can be called with besides.
    """

    module: str
    suffix: str
    runtime: str
    needs: tuple[str, ...] = ()
    options: frozenset[str] = field(default_factory=frozenset)

    def load(self) -> ModuleType:
        """Return the module that writes it.

        Raises
        ------
        UsageError
            If a package is missing.
        """
        missing = [name for name in self.needs if find_spec(name) is None]
        if missing:
            raise UsageError(
                f"{', '.join(missing)} is not installed, which {self.suffix or self.module} needs: install it with "
                'pip install "glasscell[export]"'
            )
        return import_module(self.module)


FORMATS = {
    "npz": Format("glasscell.interop.npz", ".npz", "numpy"),
    "onnx": Format(
        "glasscell.interop.onnx.file", ".onnx", "onnxruntime", needs=("onnx",), options=frozenset({"streaming"})
    ),
}


def find_format(to: str | None, path: Path | None) -> str:
    """Return the name of the format asked for, or else of the one that a path's ending says.

    Raises
    ------
    UsageError
        If there is none.

    Examples
    --------
    >>> find_format(None, Path("model.npz"))
    'npz'
    """
    known = f"expected one of {', '.join(FORMATS)}"
    if to is not None:
        if to not in FORMATS:
            raise UsageError(f"the format {to!r} is not known: {known}")
        return to
    if path is None:
        raise UsageError(f"neither a format nor a path that ends as one: {known}")
    for name, form in FORMATS.items():
        if form.suffix and path.suffix == form.suffix:
            return name
    raise UsageError(f"{path}: its ending says no format; say which with --to: {known}")
