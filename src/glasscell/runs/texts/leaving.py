"""What was trained on text leaves for other formats: a run, or an estimator."""

from pathlib import Path

from sklearn.utils.validation import check_is_fitted

from glasscell.estimators.language_model import LSTMLanguageModel
from glasscell.interop.leaving import Leaving
from glasscell.runs.config import read_config
from glasscell.runs.model_file import load_model
from glasscell.runs.texts.opened import open_language_model


def leaving_run(path: Path) -> Leaving:
    """Return the language model of the run in a folder, to leave.

    Raises
    ------
    UsageError
        If it is no run of text, or its training is not done.
    DataError
        If its files are damaged.
    """
    alphabet = open_language_model(path).alphabet
    return Leaving(
        load_model(path, compiled=False), alphabet, read_config(path / "config.toml").get("symbols", "characters")
    )


def leaving_estimator(estimator: LSTMLanguageModel) -> Leaving:
    """Return the language model of an estimator, to leave.

    Raises
    ------
    NotFittedError
        If it is not fitted.
    """
    check_is_fitted(estimator)
    return Leaving(estimator.network_, estimator.alphabet_)
