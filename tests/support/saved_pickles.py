"""The estimators pickled in saved_before_tasks/, and inputs for them and the runs' Keras models."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from support.texts import prose

PICKLES: dict[str, Callable[[], Any]] = {
    "classifier": lambda: _estimator("LSTMClassifier", 3, epochs=3),
    "regressor": lambda: _estimator("LSTMRegressor", 3, epochs=3),
    "forecaster": lambda: _estimator("LSTMForecaster", 4, units=3, epochs=2),
    "tagger": lambda: _estimator("LSTMTagger", 3, epochs=2, window=16),
    "language_model": lambda: _estimator(
        "LSTMLanguageModel", 4, embedding=3, epochs=1, streams=2, piece=4
    ),
}


def _estimator(name: str, *arguments: Any, **options: Any) -> Any:
    import glasscell

    return getattr(glasscell, name)(*arguments, random_state=0, **options)


def answers_of_pickle(name: str, folder: Path) -> dict[str, list]:
    """Open a pickle, and return what the estimator in it answers."""
    estimator = pickle.loads((folder / f"{name}.pickle").read_bytes())
    assert type(estimator) is type(PICKLES[name]())
    x = np.random.default_rng(7).normal(size=(3, 5, 2)).astype("float32")
    texts: list[str] = []
    if name == "classifier":
        numbers = estimator.predict_proba(x)
    elif name == "regressor":
        numbers = estimator.predict(x)
    elif name == "tagger":
        numbers = np.concatenate(estimator.predict_proba(list(x)))
    elif name == "forecaster":
        numbers = estimator.predict().select_dtypes("number").to_numpy()
    else:
        numbers = np.array([estimator.bits_per_character([prose(100, seed=2)])])
        texts = [estimator.write("the ", length=50, seed=0)]
    return {"numbers": np.asarray(numbers, "float64").tolist(), "texts": texts}


def outputs_of_model(run: Path) -> dict[str, list]:
    """Return what a run's Keras model answers to numbers by chance."""
    import glasscell  # noqa: F401  lets Keras find its layers

    # also of a later Keras than Python 3.10 has
    from glasscell.networks.keras_files import load_keras

    model: Any = load_keras(run / "model.keras")
    rng, inputs = np.random.default_rng(8), []
    for one in model.inputs:
        shape = (2, *(size or 6 for size in one.shape[1:]))
        is_whole = "int" in one.dtype
        inputs.append(
            rng.integers(0, 3, shape) if is_whole else rng.normal(size=shape).astype("float32")
        )
    found = model(inputs if len(inputs) > 1 else inputs[0])
    return {"numbers": np.asarray(found, "float64").tolist(), "texts": []}
