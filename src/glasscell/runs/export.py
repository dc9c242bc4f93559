"""What was trained leaves for other formats: a run, an estimator or a model, with what its numbers mean."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import keras
import numpy as np
from sklearn.utils.validation import check_is_fitted

from glasscell.data.respacing import GAP
from glasscell.errors import UsageError
from glasscell.estimators.forecaster import LSTMForecaster
from glasscell.estimators.language_model import LSTMLanguageModel
from glasscell.estimators.learner import Learner
from glasscell.estimators.tagger import LSTMTagger
from glasscell.facts import Code, Note
from glasscell.interop.export import Exported, check_free, export_network
from glasscell.interop.formats import FORMATS, find_format
from glasscell.interop.language_export import export_language_model
from glasscell.interop.step_export import export_tagger
from glasscell.networks.meaning import Meaning
from glasscell.runs.forecasts import forecast_leaving
from glasscell.runs.forecasts.forecast_kind import is_of_forecasts
from glasscell.runs.sentences import Runs
from glasscell.runs.tags import step_leaving
from glasscell.runs.tags.step_kind import is_of_steps
from glasscell.runs.texts.kind import is_of_text
from glasscell.runs.texts.leaving import leaving_estimator, leaving_run
from glasscell.runs.trained import DIGIT_ROWS, Trained, open_trained
from glasscell.system.files import is_there

SERIES = 100  # of the run's own, to compare answers to


def export(
    trained: Any,
    path: str | os.PathLike,
    *,
    to: str | None = None,
    channels: Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
    units: Mapping[str, str] | None = None,
    overwrite: bool = False,
    **options: Any,
) -> Exported:
    """Write what was trained in another format, with all that its answers need inside, and check its answers.

    Parameters
    ----------
    trained : str, path, estimator or keras.Model
        A run's folder, a fitted `LSTMClassifier`, `LSTMRegressor`, `LSTMForecaster`, `LSTMTagger` or
        `LSTMLanguageModel`, or a model that reads series (N, T, D); to ONNX, also a model with any other inputs and
        outputs, which keep their names.
    path : str or path
        Where it goes: a file, or a folder for formats that are one. Beside it, `path`.json says what goes in and out.
    to : str, optional
        The format; by default the path's ending says it.
    channels : sequence of D str, optional
        What the channels are called, where the run or the data frame that it was trained on did not say.
    labels : sequence of C str, optional
        The classes of a model that answers probabilities.
    units : mapping, optional
        What channels and targets are measured in, by their names.
    overwrite : bool
        Whether what is there may be replaced.
    **options
        Of the format.

    Raises
    ------
    UsageError
        If nothing can be exported so: the format or an option is not known, the path is taken, names do not fit.
    DataError
        If the export answers otherwise than what was trained: then nothing is left; or if a run is damaged.
    StorageError
        If it cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from glasscell.networks.builder import build_network
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     exported = export(build_network(2, 2), Path(folder) / "model.npz", labels=["no", "yes"])
    >>> exported.form, exported.agreement.labels
    ('npz', 1.0)
    """
    names = {"channels": channels, "labels": labels, "units": units}
    given: dict[str, Any] = {
        name: dict(v) if name == "units" else tuple(map(str, v)) for name, v in names.items() if v is not None
    }
    if isinstance(trained, str | os.PathLike):
        return export_run(Path(trained), Path(path), to=to, overwrite=overwrite, meaning=given, **options)
    if isinstance(trained, LSTMLanguageModel):
        _check_no_names(given, Runs.NO_NAMES_OF_TEXT)
        return export_language_model(leaving_estimator(trained), Path(path), to=to, overwrite=overwrite, **options)
    if isinstance(trained, LSTMForecaster):
        _check_no_names(given, Runs.NO_NAMES_OF_FORECASTS)
        return forecast_leaving.export_estimator(trained, Path(path), to=to, overwrite=overwrite, **options)
    if isinstance(trained, LSTMTagger):
        network, meaning = step_leaving.leaving_estimator(trained)
        return export_tagger(network, _named(meaning, given), Path(path), to=to, overwrite=overwrite, **options)
    if isinstance(trained, Learner):
        check_is_fitted(trained)
        network, meaning = trained.network_, _meaning_of_estimator(trained)
    elif isinstance(trained, keras.Model) and not given and _reads_otherwise(trained, find_format(to, Path(path))):
        return import_module("glasscell.interop.onnx.foreign").export_model(trained, Path(path), overwrite=overwrite)
    elif isinstance(trained, keras.Model):
        network, meaning = trained, _meaning_of_model(trained)
    else:
        raise UsageError(Runs.NOTHING_TO_EXPORT, kind=type(trained).__name__)
    meaning = _named(meaning, given)
    return export_network(network, meaning, Path(path), to=to, overwrite=overwrite, **options)


def export_run(
    run: Path,
    path: Path | None = None,
    *,
    to: str | None = None,
    meaning: Mapping[str, Any] | None = None,
    overwrite: bool = False,
    **options: Any,
) -> Exported:
    """Write what a run has learnt in another format; see `interop.export.export_network`.

    Parameters
    ----------
    run : Path
        The run's folder.
    path : Path, optional
        Where it goes; by default the run's name, in this folder.
    to : str, optional
        The format; by default the path's ending says it.
    meaning : mapping, optional
        Fields of `Meaning` that are known better than the run knows them.
    overwrite : bool
    **options
        Of the format.

    Raises
    ------
    UsageError, DataError, StorageError
    """
    name = find_format(to, path)
    path = Path(f"{run.name}{FORMATS[name].suffix or '-' + name}") if path is None else path
    check_free(path, overwrite=overwrite)  # before TensorFlow has read a network for nothing
    if is_of_text(run):
        _check_no_names(meaning or {}, Runs.NO_NAMES_OF_TEXT)
        options = {option: v for option, v in options.items() if v is not None}
        return export_language_model(leaving_run(run), path, to=name, overwrite=overwrite, **options)
    if is_of_forecasts(run):
        _check_no_names(meaning or {}, Runs.NO_NAMES_OF_FORECASTS)
        options = {option: v for option, v in options.items() if v is not None}
        return forecast_leaving.export_run(run, path, to=name, overwrite=overwrite, **options)
    if is_of_steps(run):
        network, known = step_leaving.leaving_run(run)
        options = {option: v for option, v in options.items() if v is not None}
        return export_tagger(network, _named(known, meaning or {}), path, to=name, overwrite=overwrite, **options)
    trained = open_trained(run)
    own = _own_series(trained)
    named = _named(trained.meaning, meaning or {})
    return export_network(
        trained.network,
        named,
        path,
        to=name,
        series=own,
        overwrite=overwrite,
        remarks=_made_of_times(trained.reader),
        **options,
    )


def _check_no_names(given: Mapping[str, Any], code: Code) -> None:
    if given:
        raise UsageError(code, name=sorted(given)[0])


def _made_of_times(reader: Mapping[str, Any]) -> list[Note]:
    """Return what a program must make of times before it asks: what leaves reads steps, and no times.

    >>> _made_of_times({"every": "100ms"})
    ['the training series were resampled to steps of 100ms (--every 100ms): resample new series, too']
    """
    if (every := reader.get("every")) is not None:
        return [Runs.RESPACED(every=every)]
    if reader.get("time_gaps"):
        return [Runs.TIME_GAPS(channel=GAP)]
    return []


def _meaning_of_estimator(estimator: Learner) -> Meaning:
    channels = getattr(estimator, "feature_names_in_", None)
    names = _numbered("channel", estimator.n_features_in_) if channels is None else tuple(map(str, channels))
    classes = getattr(estimator, "classes_", None)
    labels = None if classes is None else tuple(map(str, classes))
    outputs = estimator.network_.output_shape[-1]
    targets = ("answer",) if outputs == 1 else _numbered("answer", outputs)
    offsets = tuple(estimator.offsets_.tolist()) if estimator.offsets_.any() else ()
    return Meaning(names, labels, targets, offsets=offsets, prior=tuple(estimator.prior_.tolist()))


def _reads_otherwise(model: keras.Model, form: str) -> bool:
    """Return whether a model goes to ONNX as it is: it reads anything but series (N, T, D), or answers but (N, C)."""
    try:
        shapes = [tensor.shape for tensor in (*model.inputs, *model.outputs)]
    except (AttributeError, TypeError, ValueError):  # which of them depends on the kind of model
        raise UsageError(Runs.SILENT_MODEL, model=model.name) from None
    is_ours = len(shapes) == 2 and (len(shapes[0]), len(shapes[1])) == (3, 2) and shapes[0][0] is None
    return form == "onnx" and not is_ours


def _meaning_of_model(model: keras.Model) -> Meaning:
    features, outputs = model.input_shape[-1], model.output_shape[-1]
    return Meaning(_numbered("channel", features), targets=_numbered("answer", outputs))


def _numbered(name: str, n: int) -> tuple[str, ...]:
    return tuple(f"{name} {k}" for k in range(1, n + 1))


def _named(meaning: Meaning, given: Mapping[str, Any]) -> Meaning:
    """Return a meaning with the names given, which must be as many as there are channels and classes."""
    for name, wanted in (("channels", len(meaning.channels)), ("labels", meaning.answers)):
        if name in given and len(given[name]) != wanted:
            raise UsageError(Runs.NAMES_TOO_MANY, name=name, n=len(given[name]), expected=wanted)
    unknown = set(given.get("units", ())) - {*given.get("channels", meaning.channels), *meaning.targets}
    if unknown:
        raise UsageError(Runs.UNIT_OF_NOTHING, name=sorted(unknown)[0])
    return replace(meaning, **given)


def _own_series(trained: Trained) -> np.ndarray | None:
    """Return some series that the run was trained on, raw, or the first test digits; None if their file is gone."""
    if trained.input == "series" and not is_there(trained.source):
        return None
    series = next(islice(trained.read(None, {}), 1))
    x = series.x[:SERIES]
    if trained.input == "digit":
        return x[:, :DIGIT_ROWS]
    return x + series.offset if trained.meaning.offsets else x
