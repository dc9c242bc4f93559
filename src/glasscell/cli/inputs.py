"""What a command is called with: files, which exist or not, and runs; checked before TensorFlow is started."""

from pathlib import Path

from glasscell.runs.folder import find_run
from glasscell.system.files import check_there, is_model_file


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
