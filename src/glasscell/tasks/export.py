"""Export a run, an estimator or a model to other formats, with the meaning of its numbers."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import keras
from sklearn.utils.validation import check_is_fitted

from glasscell.errors import UsageError
from glasscell.estimators.base import Estimator
from glasscell.exporters.checking import Checked, check_export
from glasscell.exporters.export import Exported, check_free, write_export
from glasscell.exporters.formats import FORMATS, find_format
from glasscell.exporters.network_export import of_model
from glasscell.tasks.protocols import EstimatorExport
from glasscell.tasks.registry import task_named, task_of
from glasscell.tasks.sentences import Tasks


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
    """Export a run, an estimator or a model to another format, and compare predictions of both.

    The export is self-contained: it includes scaling, classes and units.

    Parameters
    ----------
    trained : str, path, estimator or keras.Model
        The folder of a run, a fitted estimator, or a model of series (N, T, D). A model with any
        other inputs and outputs can be exported to ONNX; they keep their names.
    path : str or path
        File to write, or folder for formats that are one. `path`.json next to it describes inputs
        and outputs.
    to : str, optional
        Format: "c", "keras", "litert", "npz", "onnx" or "savedmodel". By default the extension of
        `path` decides.
    channels : sequence of D str, optional
        Names of the channels, if the run or the data frame in training had none.
    labels : sequence of C str, optional
        Names of the classes of a model that predicts probabilities.
    units : mapping of str to str, optional
        Units of channels and targets, by their names.
    overwrite : bool
        Whether to replace an existing file or folder.
    **options
        Options of the format: `with_glasscell` (keras), `streaming` (onnx), `batch`, `steps`,
        `fused` and `int8` (litert). `min_agreement` is the minimum fraction of equal labels, or R²
        of numbers, with `int8`.

    Returns
    -------
    Exported
        `path` and `about` are the written files, `form` is the format, and `agreement` compares
        predictions.

    Raises
    ------
    UsageError
        If the format or an option is unknown, `path` exists, or names do not fit.
    DataError
        If a run is damaged, or predictions of the export differ; then no export is left.
    StorageError
        If the export cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import glasscell, keras
    >>> probabilities = keras.layers.Dense(2, activation="softmax")
    >>> model = keras.Sequential([keras.Input((None, 3)), glasscell.LSTM(4), probabilities])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     exported = glasscell.export(model, f"{folder}/model.onnx", labels=["no", "yes"])
    >>> exported.form, exported.agreement.labels
    ('onnx', 1.0)
    """
    named = {"channels": channels, "labels": labels, "units": units}
    names: dict[str, Any] = {
        name: dict(v) if name == "units" else tuple(map(str, v))
        for name, v in named.items()
        if v is not None
    }
    if isinstance(trained, str | os.PathLike):
        return export_run(
            Path(trained), Path(path), to=to, overwrite=overwrite, names=names, **options
        )
    if isinstance(trained, Estimator):
        check_is_fitted(trained)
        source = cast(
            EstimatorExport, task_named(trained.task).find("export", Path())()
        ).of_estimator(trained)
    elif isinstance(trained, keras.Model):
        source = of_model(trained, as_it_is=not names and find_format(to, Path(path)) == "onnx")
    else:
        raise UsageError(Tasks.NOTHING_TO_EXPORT, kind=type(trained).__name__)
    return write_export(source.named(names), Path(path), to=to, overwrite=overwrite, **options)


def export_run(
    run: Path,
    path: Path | None = None,
    *,
    to: str | None = None,
    names: Mapping[str, Any] | None = None,
    overwrite: bool = False,
    **options: Any,
) -> Exported:
    """Export a run to another format; see `exporters.export.write_export`."""
    name = find_format(to, path)
    path = Path(f"{run.name}{FORMATS[name].suffix or '-' + name}") if path is None else path
    check_free(path, overwrite=overwrite)  # before TensorFlow loads a network in vain
    source = task_of(run).find("export", run)().of_run(run)
    return write_export(
        source.named(names or {}), path, to=name, run=run, overwrite=overwrite, **options
    )


def check_run(
    run: Path, path: Path, data: str, *, to: str | None = None, **options: Any
) -> Checked:
    """Compare an existing export with its run on a file; see `exporters.checking.check_export`."""
    task = task_of(run)
    task.check_file(data)
    return check_export(task.find("export", run)().on_file(run, data), path, run, to=to, **options)
