"""LSTMs with scikit-learn's face: for arrays (N, T, D), and for series of unequal lengths.

    N series · T time steps · D channels · C classes, or targets

Both are the network of `builder.build_network`, trained by `training.Training`. The defaults are to do well untuned:
docs/defaults.md says how they were chosen. `LSTMForecaster` forecasts; `LSTMTagger` answers at every step;
`LSTMLanguageModel` learns from texts, and writes.
"""

from glasscell.estimators.classifier import LSTMClassifier
from glasscell.estimators.forecaster import LSTMForecaster
from glasscell.estimators.language_model import LSTMLanguageModel
from glasscell.estimators.regressor import LSTMRegressor
from glasscell.estimators.tagger import LSTMTagger

__all__ = ["LSTMClassifier", "LSTMForecaster", "LSTMLanguageModel", "LSTMRegressor", "LSTMTagger"]
