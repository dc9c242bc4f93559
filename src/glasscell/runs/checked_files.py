"""Reading of a run's files, with messages on damage and how to fix it.

SHA256SUMS has the hash of each file of a finished run, in the format of `sha256sum -c`. A file that
is written again loses its line until the run is finished again. So a run that is killed in between
stays consistent.
"""

import hashlib
import re
import shlex
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from glasscell.errors import DataError, UsageError
from glasscell.facts import Note
from glasscell.runs.sentences import Runs
from glasscell.system.files import one_line

K = TypeVar("K")

SUMS = "SHA256SUMS"
# written when a run begins, so that resuming cannot restore them
ONCE = ("config.toml", "data.json")


def read(path: Path, name: str, make: Callable[[Path], K]) -> K:
    """Read a file of the run in a folder, check it, and return the result of `make`.

    >>> read(Path("runs/first"), "report.json", Path.read_bytes)
    Traceback (most recent call last):
    glasscell.errors.DataError: runs/first/report.json: is missing; write it again with: glasscell
    train --resume runs/first
    """
    file = path / name
    try:
        made = make(file)
        _check(path, name)
    except UsageError as error:  # of settings, which users give elsewhere
        raise DataError((error if error.file else error.of(str(file))).args[0]) from None
    except DataError as error:
        found = error.__cause__ if isinstance(error.__cause__, Exception) else error
        if found is not error or error.file is None:  # raised by a reader that knows no runs
            raise bad_file(path, name, found) from error
        raise
    # NumPy, zipfile, zlib, JSON, pandas and Keras raise dozens of kinds for a damaged file
    except Exception as error:
        raise bad_file(path, name, error) from error
    return made


def _check(path: Path, name: str) -> None:
    """Raise an error if a file has changed since the run wrote it, by its hash or zip checksums."""
    file, wanted = path / name, read_sums(path).get(name)
    if wanted is None and zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            if (bad := archive.testzip()) is not None:
                raise ValueError(f"wrong checksum of {bad}")
    if wanted not in (None, sum_of(file)):
        raise _bad(path, name, Runs.FILE_CHANGED(sums=SUMS))


def read_sums(path: Path) -> dict[str, str]:
    """Return the hashes of a run's files by name; none for an unfinished run.

    >>> read_sums(Path("runs/first"))
    {}
    """
    try:
        sums = [line.partition("  ") for line in (path / SUMS).read_text("ascii").splitlines()]
        if not all(re.fullmatch("[0-9a-f]{64}", v) and name for v, _, name in sums):
            raise ValueError("not every line is a hash and a name")
        return {name: v for v, _, name in sums}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise bad_file(path, SUMS, error) from None


def to_sums(sums: Mapping[str, str]) -> str:
    """Return hashes by name as the text of SHA256SUMS.

    >>> print(to_sums({"a.npz": "0" * 4, "b.json": "1" * 4}), end="")
    0000  a.npz
    1111  b.json
    """
    return "".join(f"{v}  {name}\n" for name, v in sums.items())


def sum_of(file: Path) -> str:
    """Return the hash of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def bad_file(path: Path, name: str, error: Exception) -> DataError:
    """Return a DataError about a file of the run in a folder, given the error in reading it."""
    return _bad(path, name, what_is_wrong(path / name, error))


def what_is_wrong(file: Path, error: Exception) -> Note:
    """Return a note on the error raised while reading a file.

    >>> what_is_wrong(Path("runs/first/data.json"), FileNotFoundError())
    'is missing'
    """
    if file.is_dir():
        return Runs.FILE_IS_FOLDER()
    if isinstance(error, FileNotFoundError) or not file.exists():
        return Runs.FILE_MISSING()
    if isinstance(error, RecursionError):
        return Runs.FILE_DAMAGED(words="it is nested too deeply")
    if isinstance(error, OSError) and error.strerror and error.errno:
        return Runs.FILE_UNREADABLE(words=error.strerror)
    words = (
        f"it has no {error.args[0]!r}"
        if type(error) is KeyError and error.args
        else one_line(error)
    )
    return Runs.FILE_DAMAGED(words=words)


def _bad(path: Path, name: str, what: Note) -> DataError:
    if what.code is Runs.FILE_UNREADABLE:
        then = Runs.MAKE_READABLE()
    elif name == "state.npz":
        then = Runs.TRAIN_AGAIN(config=shlex.quote(str(path / "config.toml")))
    elif name in ONCE:
        then = Runs.RESTORE_IT()
    elif name == SUMS:
        then = Runs.RESTORE_OR_DELETE()
    elif name.startswith("epochs/"):
        then = Runs.DELETE_IT()
    else:
        code = Runs.WRITE_AGAIN if what.code is Runs.FILE_MISSING else Runs.DELETE_AND_WRITE_AGAIN
        then = code(command=resume_command(path))
    return DataError(Runs.BAD_FILE, file=path / name, what=what, then=then)


def resume_command(path: Path) -> str:
    """Return the command that resumes a run, to be copied into a shell.

    >>> resume_command(Path("runs/my first"))
    "glasscell train --resume 'runs/my first'"
    """
    return f"glasscell train --resume {shlex.quote(str(path))}"
