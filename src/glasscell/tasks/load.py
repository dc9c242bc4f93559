"""Open a trained run in a program."""

from importlib import import_module
from pathlib import Path
from typing import Any

from glasscell.runs.folder import find_run
from glasscell.tasks.registry import task_of


def load(run: str | Path, output_dir: str | Path = "runs") -> Any:
    """Open a trained run of any task in a program.

    `load_run` is another name of this function.

    Parameters
    ----------
    run : str or Path
        The folder of the run, or its name in `output_dir`.
    output_dir : str or Path
        Folder of runs.

    Returns
    -------
    LoadedRun
        It has `evaluate`, `trace`, `network`, and the `predict` of its task. This returns a label per image or series;
        for tagging, a label per step; for forecasting, a data frame of the next steps; for language, the probability of
        each next character. Tasks with labels have `predict_proba`; language has `write`.

    Raises
    ------
    UsageError
        If there is no such run, or its training is not complete.
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
    ...     run = load("first", folder)
    ...     run.predict(np.zeros((3, 8, 8))).shape, run.predict_proba(np.zeros((3, 8, 8))).shape
    ...     run.trace(np.zeros((3, 8, 8)))["lstm"].f.shape
    ((3,), (3, 10))
    (3, 8, 50)
    """
    path = find_run(str(run), Path(output_dir))
    task = task_of(path)
    module = import_module(task.find("load", path))
    return module.Loaded(module.open_run(path), task)


load_run = load
