"""What a command is called with: files, which exist or not, and runs; checked before TensorFlow is started."""

from pathlib import Path
from types import ModuleType

from glasscell.console.startup import import_at_once, import_quietly
from glasscell.runs.folder import find_run
from glasscell.system.files import check_there, is_model_file
from glasscell.tasks.task import Task


def find_run_or_model(name: str, output_dir: Path, about: Path | None = None) -> Path:
    """Return the folder of a run, given its path or its name, or the path of a Keras model's file.

    Raises
    ------
    UsageError
        If there is no such run.
    DataError
        If there is no such file.

    Examples
    --------
    >>> find_run_or_model("none.keras", Path("runs"))
    Traceback (most recent call last):
    glasscell.errors.DataError: none.keras: there is no such file; check its name
    """
    check_there(None if about is None else str(about))
    if is_model_file(Path(name)):
        check_there(name)
        return Path(name)
    return find_run(name, output_dir)


def import_predictions(task: Task, run: Path, command: str, *, quiet: bool = False) -> ModuleType:
    """Import what predicts with the run in a folder: TensorFlow only where nothing else can.

    Raises
    ------
    UsageError
        If the task does not predict.
    """
    if task.predictions is None:
        raise task.lacks(command, run)
    if task.needs_tensorflow(run):
        return import_quietly(task.predictions, quiet=quiet)
    return import_at_once(task.predictions)
