"""Open a trained run in a program."""

from pathlib import Path
from typing import Any

from glasscell.runs.run_folder import find_run
from glasscell.tasks.registry import task_of


def load(run: str | Path, output_dir: str | Path = "runs") -> Any:
    """Open a trained run of any task in a program.

    `glasscell.load_run` is the same function, under its older name.

    Parameters
    ----------
    run : str or Path
        The folder of the run, or its name in `output_dir`.
    output_dir : str or Path
        Folder of runs.

    Returns
    -------
    LoadedRun
        It has `evaluate`, `trace`, `network`, and the `predict` of its task. `predict` returns a
        label per image or series; for tagging, a label per step; for forecasting, a data frame of
        the next steps; for language, the probability of each next character. Tasks with labels have
        `predict_proba`; language has `write`.

    Raises
    ------
    UsageError
        If there is no such run, or its training is not complete.
    DataError
        If its files are damaged.

    Examples
    --------
    In a shell::

        glasscell train --name first  # on handwritten digits; writes runs/first

    Then in Python::

        import glasscell
        import numpy as np

        run = glasscell.load("first")
        run.predict(np.zeros((3, 8, 8)))
        run.trace(np.zeros((3, 8, 8)))["lstm"].f
    """
    path = find_run(str(run), Path(output_dir))
    task = task_of(path)
    module = task.find("load", path)()
    return module.Loaded(module.open_run(path), task)


load_run = load
