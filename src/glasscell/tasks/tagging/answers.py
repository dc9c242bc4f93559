"""Answers of a run to every step of other series: as a table, or measured.

T time steps · D channels · C classes
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from glasscell.data.steps.sentences import Steps
from glasscell.data.steps.step_table import StepTable, read_steps
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note, reported
from glasscell.runs.config import read_settings
from glasscell.runs.data_json import offsets_of, read_about
from glasscell.runs.folder import resume_command
from glasscell.runs.model_file import load_model
from glasscell.runs.parts import Written
from glasscell.runs.sentences import Runs
from glasscell.system.files import check_table
from glasscell.system.tables import names_of_probabilities, write_tables
from glasscell.tasks.tagging.doubts import about_others
from glasscell.tasks.tagging.scores import measure
from glasscell.tasks.tagging.sentences import TagRuns
from glasscell.tasks.tagging.settings import TagSettings
from glasscell.training.prediction import predict_steps


class _Answered(NamedTuple):
    table: StepTable
    classes: list[str]
    probabilities: list[np.ndarray]
    warnings: list[Note]


def read_as_trained(path: Path, file: str, given: dict[str, Any]) -> tuple[StepTable, list[str]]:
    """Read a file as that of the run in a folder was read; return it, and the classes of the run.

    Parameters
    ----------
    path : Path
        The run's folder.
    file : str
    given : dict
        What `step_table.read_steps` takes besides; None where the run's own is to be taken.

    Raises
    ------
    UsageError, DataError
    """
    settings = read_settings(path / "config.toml", TagSettings)
    about = read_about(path, ("classes", "channels", "columns"), {"offsets": {}})
    reader = settings.for_reader() | {"encoding": None, "label": None, "group": None, "channels": None}
    reader |= {name: value for name, value in given.items() if value is not None}
    table = read_steps(
        file,
        **reader,
        offsets=offsets_of(about, path),
        channels_expected=about["channels"],
        columns_expected=about["columns"],
    )
    if given.get("unlabelled") is None:  # the run's own words need not be in each file
        warnings = tuple(note for note in table.series.warnings if note.code is not Steps.NO_SUCH_LABEL)
        table = replace(table, series=replace(table.series, warnings=warnings))
    return table, about["classes"]


def _answer(path: Path, file: str, given: dict[str, Any]) -> _Answered:
    if not (path / "model.keras").exists():
        raise UsageError(Runs.NO_MODEL, file=path, command=resume_command(path))
    table, classes = read_as_trained(path, file, given)
    probabilities = predict_steps(load_model(path, compiled=False), table.x)
    return _Answered(table, classes, probabilities, about_others(path, table.series))


def predict_to(path: Path, file: str, output: str, **options: Any) -> Written:
    """Write a run's answers to a file: a row for each step, series by series in the order of their times.

    The columns are id, step or the time as the file has it, answer, and the probability of each class.

    Parameters
    ----------
    path : Path
        The run's folder.
    file : str
        It need not have labels.
    output : str
        A name that ends with .csv or .parquet; "-" is standard output, as CSV.
    **options
        As in `step_table.read_steps`.

    Raises
    ------
    UsageError, DataError, StorageError
    """
    check_table(output, file)
    table, classes, probabilities, warnings = _answer(path, file, options)
    rows = write_tables(_tables(table, classes, probabilities), output, fractions=names_of_probabilities(classes))
    n = len(table.series)
    return Written({"n": rows, "n_series": n}, warnings, [TagRuns.PREDICTED(steps=rows, n=n, output=output)])


def _tables(table: StepTable, classes: list[str], probabilities: list[np.ndarray]) -> Iterator[pd.DataFrame]:
    names = np.array(classes, object)
    for n, shares in enumerate(probabilities):
        columns: dict[str, Any] = {"id": np.full(len(shares), table.series.ids[n])}
        columns |= {"step": np.arange(len(shares))} if table.times is None else {"time": table.times[n]}
        columns["answer"] = pd.Series(names[shares.argmax(1)], dtype="string")
        yield pd.DataFrame(columns | dict(zip(names_of_probabilities(classes), shares.T, strict=True)))


def evaluate(path: Path, file: str, **options: Any) -> dict[str, Any]:
    """Return how good a run's answers to the labelled steps of a file are, as `agreement.measure` does.

    Parameters
    ----------
    path : Path
        The run's folder.
    file : str
    **options
        As in `step_table.read_steps`.

    Raises
    ------
    UsageError, DataError
    """
    table, classes, probabilities, warnings = _answer(path, file, options)
    if table.y is None:
        raise DataError(TagRuns.NO_LABELS, file=file)
    names = np.array(classes, object)
    answers = [names[shares.argmax(1)] for shares in probabilities]
    found = measure(table.y, answers, [*classes, *(label for label in table.classes if label not in classes)])
    unseen = [label for label in table.classes if label not in classes]
    return {
        "run": str(path),
        "data": file,
        "task": "steps",
        "classes": classes,
        **found,
        "n_series": len(table.series),
        "n_unlabelled": sum(map(len, table.y)) - found["n"],
        **reported(table.series.notes, [*warnings, *(TagRuns.NEVER_SEEN.warning(label=label) for label in unseen)]),
    }
