"""A trained run opened in a program."""

from importlib import import_module
from pathlib import Path

from glasscell.runs.folder import find_run
from glasscell.runs.loaded import LoadedRun
from glasscell.tasks.registry import task_of


def load_run(run: str | Path, output_dir: str | Path = "runs") -> LoadedRun:
    """Open a trained run, to be asked for answers in a program.

    Parameters
    ----------
    run : str or Path
        Its folder, or its name in `output_dir`.
    output_dir : str or Path

    Raises
    ------
    UsageError
        If there is no such run, or its training is not done.
    DataError
        If its files are damaged.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from glasscell.tasks.digits.training import train
    >>> from glasscell.settings.article import ArticleSettings
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = train(ArticleSettings(epochs=1), output_dir=Path(folder), name="first")
    ...     run = load_run("first", folder)
    ...     run.predict(np.zeros((3, 8, 8))).shape, run.predict_proba(np.zeros((3, 8, 8))).shape
    ((3,), (3, 10))
    """
    path = find_run(str(run), Path(output_dir))
    return LoadedRun(import_module(task_of(path).find("load_run", path)).open_run(path))
