"""Errors that a user can fix: a fact for each, printed as one sentence, and the exit code."""

import inspect
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from glasscell.facts import Code, Note

PACKAGE = str(Path(__file__).parent)
Error = TypeVar("Error", bound="GlasscellError")


class GlasscellError(Exception):
    """The base of all errors that a user can fix; the message explains how.

    The other errors of this module take the same arguments and have the same attributes and
    methods.

    Parameters
    ----------
    what : Code, Note or str
        The fact. A text has no code.
    **values
        Values for the code's template; `file`, `row` and `column` are also attributes.

    Attributes
    ----------
    exit_code : int
        Exit code of a command that ends with this error.
    added : tuple of Note
        Clauses after the sentence, added while the error propagates.

    Examples
    --------
    >>> from glasscell import data
    >>> from glasscell.errors import GlasscellError
    >>> try:
    ...     data.read("nowhere.csv")
    ... except GlasscellError as error:
    ...     print(error)
    ...     print(type(error).__name__, error.code.name, error.file, error.exit_code)
    nowhere.csv: cannot be opened (No such file or directory); check its name and permissions
    DataError NOT_OPENED nowhere.csv 3
    """

    exit_code = 1
    _keras_call_info_injected = (
        True  # otherwise Keras wraps a layer's errors in twenty lines of its own
    )
    added: tuple[Note, ...] = ()

    def __init__(self, what: Code | Note | str, /, **values: Any):
        if isinstance(what, Code):
            what = Note(what, "error", None, values)
        elif isinstance(what, Note):
            what = replace(what.at(**values), level="error")
        super().__init__(what)

    @property
    def note(self) -> Note | None:
        """The fact; None for an error with only a text."""
        return self.args[0] if isinstance(self.args[0], Note) else None

    @property
    def code(self) -> Code | None:
        """The code of the fact."""
        return self.note.code if self.note else None

    @property
    def values(self) -> dict[str, Any]:
        """The values of the fact."""
        return dict(self.note.values) if self.note else {}

    @property
    def file(self) -> str | None:
        """The file, or the file within a folder, that the error is about."""
        file = self.values.get("file")
        return file if isinstance(file, str | None) else file[-1]

    @property
    def row(self) -> int | None:
        """The row, counted from 1."""
        return self.values.get("row")

    @property
    def column(self) -> str | None:
        """The name of the column."""
        return self.values.get("column")

    def of(self: Error, file: str) -> Error:
        """Return this error with the name of a file, or of a folder, in front.

        Parameters
        ----------
        file : str
            The name.

        Returns
        -------
        GlasscellError
            An error of the same class.
        """
        return self._like(self.note.of(file) if self.note else f"{file}: {self.args[0]}")

    def at(self: Error, /, **values: Any) -> Error:
        """Return this error with other values, such as the row in the whole file, not in a part.

        Parameters
        ----------
        **values
            Values by name.

        Returns
        -------
        GlasscellError
            An error of the same class.
        """
        return self._like(self.note.at(**values) if self.note else self.args[0])

    def also(self: Error, *notes: Note) -> Error:
        """Return this error with more clauses appended.

        Parameters
        ----------
        *notes : Note
            The clauses.

        Returns
        -------
        GlasscellError
            An error of the same class.
        """
        error = self._like(self.args[0])
        error.added = (*self.added, *notes)
        return error

    def _like(self: Error, what: Note | str) -> Error:
        error = type(self)(what)
        error.added = self.added
        return error

    def __str__(self) -> str:
        return "".join(map(str, (*self.args, *self.added)))


class UsageError(GlasscellError, ValueError):
    """A setting, a name or an argument is invalid."""

    exit_code = 2


class BackendError(UsageError, ImportError):
    """Keras is set to a backend other than TensorFlow."""


class DataError(GlasscellError, ValueError):
    """A file or an array does not contain what is needed."""

    exit_code = 3


class StorageError(GlasscellError, OSError):
    """A file could not be written or read: no space, no permission, or it is gone."""

    exit_code = 3


class TrainingFailed(GlasscellError, ArithmeticError):
    """The loss or weights became non-finite; the model has the weights of the last good epoch."""

    exit_code = 4


class ExportDiffers(GlasscellError):
    """An export does not predict what its run does: `glasscell export --check`."""

    exit_code = 5


class WorkerLost(GlasscellError):
    """One of the processes that train together is gone; all must be started again.

    Its exit code, 138, is the one that Kubeflow reserves for programs that it should restart.
    """

    exit_code = 138


class Interrupted(GlasscellError):
    """The user (Ctrl-C) or the system (SIGTERM, SIGHUP: exit code 143, 129) stopped the command."""

    exit_code = 130


class FactWarning(UserWarning):
    """A Python warning that carries a note.

    >>> class Doubts(Code):
    ...     FEW = "{n} series are few"
    >>> warning = FactWarning(Doubts.FEW.warning(n=3))
    >>> print(warning, warning.note.values)
    3 series are few {'n': 3}
    """

    def __init__(self, note: Note):
        super().__init__(note)
        self.note = note

    @property
    def code(self) -> Code:
        """The code of the note."""
        return self.note.code

    def __str__(self) -> str:
        return str(self.note)


def warn(*notes: Note) -> None:
    """Warn of notes at the line that called this package.

    >>> class Doubts(Code):
    ...     FEW = "{n} series are few"
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     warn(Doubts.FEW.warning(n=3))
    >>> print(caught[0].message)
    3 series are few
    """
    frame, level = inspect.currentframe(), 1
    while frame is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame, level = frame.f_back, level + 1
    for note in notes:
        warnings.warn(FactWarning(note), stacklevel=level)
