"""A run on disk: a folder that is complete in itself, never half-written, and can be resumed.

config.toml       all settings; `glasscell train --config` runs them again
environment.json  versions, machine, implementation of the recurrence;
                  changes to these when the run was resumed
data.json         the training data: name, hash, classes, channels
metrics.csv       a row for each epoch, appended during training
state.npz         everything for resuming, at most a second old
epochs/5.npz      weights after epoch 5, for some twenty epochs: `milestones`
model.keras, probes.npz, figures, report.json
                  after training; the report is written last and lists the other files
fold-1-of-5.npz   predictions of cross-validation folds; deleted when the report is written
network.npz       the network as arrays, for predictions without TensorFlow: `backend`
measured.csv      the series that were scored, with all predictions
baselines.npz     the fitted baselines
residuals.npz     errors of regression, for prediction intervals
SHA256SUMS        hashes of the files of a finished run, to detect damage: `files`

A run that replaces another is made next to it, in .new-NAME, and takes its place when it is
finished.
"""

import os
import shlex
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from glasscell.errors import DataError, StorageError, UsageError
from glasscell.facts import Note
from glasscell.networks.sentences import Networks
from glasscell.runs.checked_files import SUMS, read, read_sums, resume_command, sum_of, to_sums
from glasscell.runs.sentences import Runs
from glasscell.system.files import from_npz, read_json, storage_trouble, to_npz, write_whole
from glasscell.system.sentences import System

if TYPE_CHECKING:
    import numpy as np

REPORTED = {"epochs", "seconds", "files"}
SECONDS_BETWEEN_STATES = 1.0
NEW, OLD = ".new-", ".old-"  # prefixes of a run's name: its replacement, and the replaced run
NAMED = 5  # existing runs in the message that a run does not exist


class Run:
    """A run directory, locked by this process until `close` (or the end of a ``with`` block).

    Made by `create` or `open_run`. `path` is its folder, and `written` the names of the files
    written since training was finished.

    >>> with (
    ...     tempfile.TemporaryDirectory() as folder,
    ...     create(Path(folder), "first", {"a.txt": b"A"}) as run,
    ... ):
    ...     run.path.name, sorted(p.name for p in run.path.iterdir())
    ('first', ['.lock', 'a.txt'])
    """

    def __init__(self, path: Path, lock: FileLock):
        self.path, self._lock, self._saved_at = path, lock, time.monotonic()
        self.written: list[str] = []
        self._sums = read_sums(path)

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *exception) -> None:
        self.close()

    def close(self) -> None:
        """Release the run to other processes."""
        self._lock.release()

    def discard(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self.path, ignore_errors=True)

    @property
    def replaces(self) -> Path | None:
        """The folder of the run that this one replaces when it is finished, or None."""
        return _place_of(self.path)

    def take_place(self) -> None:
        """Move this run to the place of the one that it replaces, if any."""
        if (place := self.replaces) is None:
            return
        command = resume_command(self.path)
        try:
            with storage_trouble(place, System.RESUME(command=command)):
                _replace(self.path, place)
        except UsageError as error:
            raise error.also(Runs.THEN_FINISH(command=command)) from None
        self.path = place

    def seal(self, names: Iterable[str]) -> None:
        """Write the hashes of files, to detect damage."""
        self._sums = {name: sum_of(self.path / name) for name in names}
        self.write(SUMS, to_sums(self._sums))

    def write(self, name: str, content: bytes | str | Callable[[Path], Any]) -> None:
        """Write a file whole or not at all: under another name, then renamed."""
        with self.writing(name) as path:
            write_whole(path, content)
        if name not in self.written:
            self.written.append(name)

    def draw(self, name: str, figure: Any) -> None:
        """Write a matplotlib figure, as `write` does."""
        self.write(name, lambda path: figure.savefig(path, dpi=150))

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        """Yield the path of a file to write; on failure, raise StorageError with a resume hint."""
        with storage_trouble(self.path / name, System.RESUME(command=resume_command(self.path))):
            try:
                if self._sums.pop(name, None) is not None:  # its hash will change
                    write_whole(self.path / SUMS, to_sums(self._sums))
                yield self.path / name
            except OSError as error:
                if self.path.is_dir():
                    raise
                raise StorageError(Runs.FOLDER_GONE, file=self.path) from error

    def write_state(self, state: "dict[str, np.ndarray]") -> None:
        """Write the named arrays that resuming needs."""
        self.write("state.npz", to_npz(state))
        self._saved_at = time.monotonic()

    def state_is_due(self) -> bool:
        """Return whether the last state is old enough to write another; keeps epochs fast."""
        return time.monotonic() - self._saved_at >= SECONDS_BETWEEN_STATES

    def read_state(self) -> "dict[str, np.ndarray]":
        """Read the last state written."""
        return read(self.path, "state.npz", from_npz)


def require_model(path: Path) -> None:
    """Raise UsageError if the run in a folder has no network yet, since training is unfinished."""
    if not os.path.lexists(path / "model.keras"):
        raise UsageError(Runs.NO_MODEL, file=path, command=resume_command(path))


def load_model(path: Path, *, compiled: bool = True) -> Any:
    """Load the model of a run, given its folder; `compiled` as in training, if its file has that.

    This imports TensorFlow.
    """
    import numpy as np

    import glasscell.layers.lstm
    import glasscell.layers.preprocessing  # noqa: F401  registers our layers with Keras
    from glasscell.networks.keras_files import load_keras

    def load(file: Path) -> Any:
        if file.is_file() and not zipfile.is_zipfile(file):  # Keras reports it as not found
            raise ValueError("it is truncated, or another kind of file")
        return load_keras(file, compile=compiled)

    model: Any = read(path, "model.keras", load)
    layers = model._flatten_layers()
    may_be_nan = {id(weight) for layer in layers for weight in getattr(layer, "may_be_nan", ())}
    finite = [weight for weight in model.weights if id(weight) not in may_be_nan]
    if not all(np.isfinite(np.asarray(weight)).all() for weight in finite):
        raise DataError(Networks.WEIGHTS_NOT_FINITE, file=path / "model.keras")
    return model


def create(
    output_dir: Path,
    name: str | None,
    files: Mapping[str, bytes | str],
    *,
    overwrite=False,
    data="run",
) -> Run:
    """Make a run directory with its first files in it, all at once."""
    check_new(output_dir, name, overwrite=overwrite)
    with storage_trouble(output_dir, Runs.START_AGAIN()):
        output_dir.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=".part-", dir=output_dir))
        try:
            part.chmod(0o755)
            run = Run(part, _take_lock(part))
            for file, content in files.items():
                write_whole(part / file, content)
            run.path = _move_into_place(part, output_dir, name, overwrite, data)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    return run


def check_new(output_dir: Path, name: str | None, *, overwrite: bool = False) -> list[Note]:
    """Raise UsageError or StorageError if no run of that name can be made; warn of data loss."""
    with storage_trouble(output_dir, Runs.OTHER_OUTPUT_DIR()):
        existing = next(
            folder for folder in [output_dir, *output_dir.absolute().parents] if folder.exists()
        )
    if not existing.is_dir():
        raise UsageError(Runs.NOT_A_FOLDER, file=existing)
    if not os.access(existing, os.W_OK | os.X_OK):
        raise StorageError(Runs.NOT_WRITABLE, file=existing)
    if name is None:
        return []
    if (
        name != Path(name).name
        or name[:1] in ("", ".")
        or not name.isprintable()
        or len(name.encode()) > 200
    ):
        raise UsageError(Runs.BAD_RUN_NAME, name=name)
    path = output_dir / name
    if path.exists() and not overwrite:
        raise UsageError(Runs.TAKEN, file=path)
    if path.exists() and not is_run(path):
        raise UsageError(Runs.NOT_A_RUN, file=path)
    new = path.with_name(NEW + name)
    for existing in (path, new):
        if existing.exists():
            open_run(existing).close()
    return [Runs.DISCARDED.warning(file=new)] if new.exists() else []


def check_old(path: Path) -> None:
    """Raise UsageError, StorageError or DataError if a run cannot be resumed."""
    with open_run(path) as run:
        run.read_state()


def is_run(path: Path) -> bool:
    """Return whether a folder is a run."""
    try:
        return (path / "config.toml").is_file()
    except OSError:  # not a valid file name
        return False


def finished_report(path: Path, epochs: int) -> dict[str, Any] | None:
    """Return a finished run's report, its files unchanged; None if something is left to do.

    A run is finished after `epochs` epochs, or after early stopping.
    """
    report = read_json(path / "report.json")
    with suppress(TypeError):  # damaged, so it will be written again
        done = report.keys() >= REPORTED and (
            report["epochs"] >= epochs or report.get("stopped", False)
        )
        sums, files = read_sums(path), report["files"] if done else []
        whole = [
            (path / name).is_file() and sums.get(name) in (None, sum_of(path / name))
            for name in files
        ]
        if done and all(whole):
            return report | {"run": str(path)}
    return None


def find_run(name: str, output_dir: Path) -> Path:
    """Return a run's folder, given its path or name in `output_dir`; never ends in "." or ".."."""
    for path in (Path(name), output_dir / name):
        if name and (is_run(path) or _put_back(path)):
            return path if path.name not in ("", "..") else Path(os.path.abspath(path))  # noqa: PTH100  without ..
    known = (
        sorted(path.name for path in output_dir.glob("[!.]*") if is_run(path))
        if output_dir.is_dir()
        else []
    )
    there_are, n = Runs.NO_RUNS(folder=output_dir), len(known) - NAMED
    if known:
        more = Runs.MORE_RUNS(n=n, folder=shlex.quote(str(output_dir))) if n > 0 else None
        there_are = Runs.RUNS_ARE(folder=f"{output_dir}{os.sep}", runs=known[-NAMED:], more=more)
    raise UsageError(Runs.NO_RUN, name=name, there_are=there_are)


def open_run(path: Path) -> Run:
    """Open an existing run."""
    with storage_trouble(path, System.RESUME(command=resume_command(path))):
        run = Run(path, _take_lock(path))
        for part in (*path.glob(".part-*"), *path.glob("epochs/.part-*")):
            part.unlink(missing_ok=True)
    return run


def _take_lock(path: Path) -> FileLock:
    lock = FileLock(path / ".lock", thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise UsageError(Runs.IN_USE, file=path) from None
    return lock


def _move_into_place(
    part: Path, output_dir: Path, name: str | None, overwrite: bool, data: str
) -> Path:
    if name is None:
        for path in _names_by_time(output_dir, data):
            try:
                return part.rename(path)
            except OSError:
                if not path.exists():
                    raise
    path = output_dir / str(name)
    if overwrite and path.exists():
        path = path.with_name(NEW + path.name)
        _replace(part, path)
        return path
    try:
        return part.rename(path)
    except OSError:
        check_new(output_dir, name)  # another process just made one of that name
        raise


def settle(path: Path) -> Path:
    """Move a finished run to the place of the one that it replaces, if any; return its folder."""
    if _place_of(path) is None:
        return path
    with open_run(path) as run:
        run.take_place()
        return run.path


def _place_of(path: Path) -> Path | None:
    return path.with_name(path.name.removeprefix(NEW)) if path.name.startswith(NEW) else None


def _replace(new: Path, path: Path) -> None:
    """Move a folder to the path of a run, and delete the run that was there, if any."""
    old = path.with_name(OLD + path.name)
    with open_run(path) if path.exists() else nullcontext():
        if path.exists():
            shutil.rmtree(old, ignore_errors=True)
            path.rename(old)
        try:
            new.rename(path)
        except OSError:
            _put_back(path)
            raise
    shutil.rmtree(old, ignore_errors=True)


def _put_back(path: Path) -> bool:
    """Restore a run whose replacement was interrupted; return whether there was one."""
    if not path.name or os.path.lexists(path) or not is_run(old := path.with_name(OLD + path.name)):
        return False
    old.rename(path)
    return True


def _names_by_time(output_dir: Path, data: str) -> Iterator[Path]:
    stem = f"{data}-{datetime.now():%Y%m%d-%H%M%S}"
    yield output_dir / stem
    yield from (output_dir / f"{stem}-{n}" for n in range(2, 10_000))
