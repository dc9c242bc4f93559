"""LSTMs with scikit-learn's face: for arrays (N, T, D), and for series of unequal lengths.

    N series · T time steps · D channels · C classes, or targets

Both are the network of `builder.build_network`, trained by `training.Training`. The defaults are to do well untuned:
docs/explanation/defaults.md says how they were chosen. `LSTMForecaster` forecasts; `LSTMTagger` answers at every step;
`LSTMLanguageModel` learns from texts, and writes.
"""

from importlib import import_module
from typing import Any

ESTIMATORS = ("LSTMClassifier", "LSTMForecaster", "LSTMLanguageModel", "LSTMRegressor", "LSTMTagger")


def __getattr__(name: str) -> Any:
    if name not in ESTIMATORS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("glasscell"), name)  # which knows where each is
