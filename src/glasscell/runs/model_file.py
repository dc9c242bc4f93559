"""The network in a run's folder, as Keras reads it. To import this starts TensorFlow."""

import zipfile
from pathlib import Path
from typing import Any

import keras

import glasscell.layers.lstm
import glasscell.layers.preprocessing  # noqa: F401  makes our layers known to Keras
from glasscell.errors import DataError
from glasscell.runs.folder import resume_command
from glasscell.system.files import one_line


def load_model(path: Path, *, compiled: bool = True) -> Any:
    """Load the model of a run, given its folder; `compiled` as it was in training, if its file says how.

    Raises
    ------
    DataError
        If it is missing or damaged.
    """
    file = path / "model.keras"
    if file.is_file() and not zipfile.is_zipfile(file):
        raise DataError(
            f"{file}: is damaged: it is cut off, or no .keras file; delete it, and write it again: "
            f"{resume_command(path)}"
        )
    try:
        return keras.models.load_model(file, compile=compiled)
    except Exception as error:
        raise DataError(
            f"{file}: is missing or damaged ({one_line(error)}); "
            f"delete it if it is there, and write it again: {resume_command(path)}"
        ) from error
