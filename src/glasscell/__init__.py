"""glasscell: an LSTM with a glass memory cell, written from scratch in TensorFlow.

Importing this package does not import TensorFlow: each name is imported from its module at first
use.

>>> import glasscell
>>> glasscell.LSTM.__name__
'LSTM'
"""

from importlib import import_module
from typing import TYPE_CHECKING

import wrapt

from glasscell.system import old_paths

if TYPE_CHECKING:
    from glasscell.cell import Gates, State, step
    from glasscell.importers.onnx import from_onnx
    from glasscell.importers.pytorch import from_torch, to_torch
    from glasscell.importers.replace import replace
    from glasscell.importers.tf1 import from_tf1
    from glasscell.inspection.clamps import Clamp, clamp
    from glasscell.inspection.traces import Trace, trace
    from glasscell.layers.lstm import LSTM, LSTMCell
    from glasscell.recurrence.engines import lstm
    from glasscell.tasks.explore import explore
    from glasscell.tasks.export import export
    from glasscell.tasks.forecasting.estimator import LSTMForecaster
    from glasscell.tasks.language.estimator import LSTMLanguageModel
    from glasscell.tasks.load import load, load_run
    from glasscell.tasks.series.classifier import LSTMClassifier
    from glasscell.tasks.series.regressor import LSTMRegressor
    from glasscell.tasks.tagging.estimator import LSTMTagger
    from glasscell.training.epoch_graph import Training
    from glasscell.training.keras_fit import fit
    from glasscell.training.prediction import predict
    from glasscell.variants import ARTICLE, GREFF, STANDARD, Variant

__version__ = "0.1.0"

_MODULE_OF = {
    **dict.fromkeys(("ARTICLE", "GREFF", "STANDARD", "Variant"), "glasscell.variants"),
    **dict.fromkeys(("Gates", "State", "step"), "glasscell.cell"),
    "lstm": "glasscell.recurrence.engines",
    **dict.fromkeys(("Clamp", "clamp"), "glasscell.inspection.clamps"),
    **dict.fromkeys(("Trace", "trace"), "glasscell.inspection.traces"),
    "explore": "glasscell.tasks.explore",
    **dict.fromkeys(("from_torch", "to_torch"), "glasscell.importers.pytorch"),
    "from_onnx": "glasscell.importers.onnx",
    "from_tf1": "glasscell.importers.tf1",
    "replace": "glasscell.importers.replace",
    **dict.fromkeys(("LSTM", "LSTMCell"), "glasscell.layers.lstm"),
    "Training": "glasscell.training.epoch_graph",
    "LSTMClassifier": "glasscell.tasks.series.classifier",
    "LSTMForecaster": "glasscell.tasks.forecasting.estimator",
    "LSTMLanguageModel": "glasscell.tasks.language.estimator",
    "LSTMRegressor": "glasscell.tasks.series.regressor",
    "LSTMTagger": "glasscell.tasks.tagging.estimator",
    "export": "glasscell.tasks.export",
    "fit": "glasscell.training.keras_fit",
    **dict.fromkeys(("load", "load_run"), "glasscell.tasks.load"),
    "predict": "glasscell.training.prediction",
}
__all__ = [
    "ARTICLE",
    "GREFF",
    "LSTM",
    "STANDARD",
    "Clamp",
    "Gates",
    "LSTMCell",
    "LSTMClassifier",
    "LSTMForecaster",
    "LSTMLanguageModel",
    "LSTMRegressor",
    "LSTMTagger",
    "State",
    "Trace",
    "Training",
    "Variant",
    "clamp",
    "explore",
    "export",
    "fit",
    "from_onnx",
    "from_tf1",
    "from_torch",
    "load",
    "load_run",
    "lstm",
    "predict",
    "replace",
    "step",
    "to_torch",
    "trace",
]


def __getattr__(name: str):
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'glasscell' has no attribute {name!r}")
    return getattr(import_module(_MODULE_OF[name]), name)


def __dir__():
    return sorted([*globals(), *__all__])


def _register_layers(keras):
    """Let `keras.models.load_model` find glasscell's layers, which Keras does not import itself."""
    if keras.backend.backend() == "tensorflow":
        import_module("glasscell.layers.lstm")
        import_module("glasscell.layers.preprocessing")
        import_module("glasscell.layers.quantiles")
        import_module("glasscell.layers.stacked")


# Old and new paths of modules that pickles may refer to; those of runs: for own tasks, one release.
_MOVED = {  # new paths by old ones
    "glasscell.data.doubts.sentences": "glasscell.data.checks.sentences",
    "glasscell.data.formats.tables": "glasscell.data.formats.table_reading",
    "glasscell.data.panels.baselines": "glasscell.tasks.forecasting.baselines.naive",
    "glasscell.data.panels.panel": "glasscell.tasks.forecasting.panels.panel",
    "glasscell.data.panels.windows": "glasscell.tasks.forecasting.model.windows",
    "glasscell.estimators.classifier": "glasscell.tasks.series.classifier",
    "glasscell.estimators.forecast_rehearsal": "glasscell.tasks.forecasting.selection.validation",
    "glasscell.estimators.forecaster": "glasscell.tasks.forecasting.estimator",
    "glasscell.estimators.language_model": "glasscell.tasks.language.estimator",
    "glasscell.estimators.regressor": "glasscell.tasks.series.regressor",
    "glasscell.estimators.tagger": "glasscell.tasks.tagging.estimator",
    "glasscell.explorer.payload": "glasscell.explorer.series.payload",
    "glasscell.lab.design.arms": "glasscell.lab.design.cell_arms",
    "glasscell.networks.bounds": "glasscell.inference.bounds",
    "glasscell.networks.meaning": "glasscell.inference.meaning",
    "glasscell.runs.answering": "glasscell.runs.backend",
    "glasscell.runs.explanation": "glasscell.runs.series.explanation",
    "glasscell.runs.files": "glasscell.runs.checked_files",
    "glasscell.runs.folder": "glasscell.runs.run_folder",
    "glasscell.runs.loaded": "glasscell.runs.loaded_run",
    "glasscell.runs.loaded_series": "glasscell.runs.series.loaded_run",
    "glasscell.runs.selection": "glasscell.runs.series.selection",
    "glasscell.runs.series.loaded": "glasscell.runs.series.loaded_run",
    "glasscell.runs.series.trained": "glasscell.runs.series.trained_run",
    "glasscell.runs.trained": "glasscell.runs.series.trained_run",
    "glasscell.system.tables": "glasscell.system.table_writing",
    "glasscell.tasks.digits.opened": "glasscell.tasks.digits.trained_run",
    "glasscell.tasks.forecasting.contest": "glasscell.tasks.forecasting.selection.contest",
    "glasscell.tasks.forecasting.network": "glasscell.tasks.forecasting.model.network",
    "glasscell.tasks.forecasting.opened": "glasscell.tasks.forecasting.trained_run",
    "glasscell.tasks.forecasting.panels.baselines": "glasscell.tasks.forecasting.baselines.naive",
    **dict.fromkeys(
        ["glasscell.tasks.forecasting.panels.local_models"],
        "glasscell.tasks.forecasting.baselines.local_models",
    ),
    **dict.fromkeys(
        ["glasscell.tasks.forecasting.panels.smoothing"],
        "glasscell.tasks.forecasting.baselines.smoothing",
    ),
    "glasscell.tasks.forecasting.panels.windows": "glasscell.tasks.forecasting.model.windows",
    "glasscell.tasks.forecasting.preparation": "glasscell.tasks.forecasting.selection.validation",
    "glasscell.tasks.forecasting.validation": "glasscell.tasks.forecasting.selection.validation",
    "glasscell.tasks.language.c_sources": "glasscell.tasks.language.exports.c",
    "glasscell.tasks.language.litert": "glasscell.tasks.language.exports.litert",
    "glasscell.tasks.language.onnx": "glasscell.tasks.language.exports.onnx",
    "glasscell.tasks.language.opened": "glasscell.tasks.language.trained_run",
    "glasscell.tasks.language.plain": "glasscell.tasks.language.numpy_model",
    "glasscell.tasks.language.plain_keras": "glasscell.tasks.language.exports.keras",
    "glasscell.tasks.language.savedmodel": "glasscell.tasks.language.exports.savedmodel",
    "glasscell.tasks.series.opened": "glasscell.tasks.series.trained_run",
    "glasscell.tasks.series.pairs": "glasscell.tasks.series.comparison",
    "glasscell.tasks.tagging.opened": "glasscell.tasks.tagging.trained_run",
    "glasscell.training.fitting": "glasscell.training.keras_fit",
    "glasscell.training.optimization": "glasscell.training.optimizers",
    "glasscell.training.training": "glasscell.training.epoch_graph",
}

old_paths.install(_MOVED)
wrapt.register_post_import_hook(_register_layers, "keras")
