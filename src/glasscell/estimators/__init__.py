"""LSTM estimators with scikit-learn's interface, for arrays (N, T, D) and for unequal lengths.

    N series · T time steps · D channels · C classes, or targets

`LSTMClassifier` and `LSTMRegressor` train the network of `builder.build_network` with
`training.Training`. Their defaults are chosen to do well untuned; see docs/explanation/defaults.md.
`LSTMForecaster` forecasts, `LSTMTagger` predicts at every step, and `LSTMLanguageModel` learns from
texts and writes new ones.
"""

from importlib import import_module
from typing import Any

ESTIMATORS = (
    "LSTMClassifier",
    "LSTMForecaster",
    "LSTMLanguageModel",
    "LSTMRegressor",
    "LSTMTagger",
)


def __getattr__(name: str) -> Any:
    if name not in ESTIMATORS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("glasscell"), name)  # it maps each name to its module
