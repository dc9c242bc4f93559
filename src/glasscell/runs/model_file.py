"""The network in a run's folder, as Keras reads it. To import this starts TensorFlow."""

import zipfile
from pathlib import Path
from typing import Any

import keras

import glasscell.layers.lstm
import glasscell.layers.preprocessing  # noqa: F401  makes our layers known to Keras
from glasscell.errors import DataError
from glasscell.runs.folder import resume_command
from glasscell.runs.sentences import Runs
from glasscell.system.files import one_line


def load_model(path: Path, *, compiled: bool = True) -> Any:
    """Load the model of a run, given its folder; `compiled` as it was in training, if its file says how.

    Raises
    ------
    DataError
        If it is missing or damaged.
    """
    file, command = path / "model.keras", resume_command(path)
    if file.is_file() and not zipfile.is_zipfile(file):
        raise DataError(Runs.MODEL_CUT_OFF, file=file, command=command)
    try:
        return keras.models.load_model(file, compile=compiled)
    except Exception as error:
        raise DataError(Runs.MODEL_DAMAGED, file=file, words=one_line(error), command=command) from error
