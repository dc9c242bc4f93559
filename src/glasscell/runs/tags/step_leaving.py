"""What labels every step leaves for other formats: a run's network, or an estimator's, and what its numbers mean."""

from pathlib import Path

import keras
from sklearn.utils.validation import check_is_fitted

from glasscell.errors import UsageError
from glasscell.estimators.tagger import LSTMTagger
from glasscell.networks.meaning import Meaning
from glasscell.runs.config import read_config
from glasscell.runs.data_json import offsets_of, read_about
from glasscell.runs.folder import resume_command
from glasscell.runs.model_file import load_model
from glasscell.runs.sentences import Runs


def leaving_run(path: Path) -> tuple[keras.Model, Meaning]:
    """Return the network of the run in a folder, to leave, and what its numbers mean.

    Raises
    ------
    UsageError
        If its training is not done.
    DataError
        If its files are damaged.
    """
    if not (path / "model.keras").exists():
        raise UsageError(Runs.NO_MODEL, file=path, command=resume_command(path))
    about = read_about(path, ("classes", "channels", "columns"), {"offsets": {}})
    offsets = tuple(offsets_of(about, path).values())
    missing = read_config(path / "config.toml").get("missing") or ()
    meaning = Meaning(
        tuple(about["channels"]),
        tuple(about["classes"]),
        offsets=offsets if any(offsets) else (),
        missing=tuple(missing),
        columns=about["columns"],
    )
    return load_model(path, compiled=False), meaning


def leaving_estimator(estimator: LSTMTagger) -> tuple[keras.Model, Meaning]:
    """Return the network of an estimator, to leave, and what its numbers mean.

    Raises
    ------
    NotFittedError
        If it is not fitted.
    """
    check_is_fitted(estimator)
    channels = tuple(f"channel {k + 1}" for k in range(estimator.n_features_in_))
    offsets = tuple(estimator.offsets_.tolist()) if estimator.offsets_.any() else ()
    return estimator.network_, Meaning(channels, tuple(map(str, estimator.classes_)), offsets=offsets)
