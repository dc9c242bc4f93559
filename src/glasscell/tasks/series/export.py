"""Export of a series classifier or regressor: from a run or an estimator.

N series · T time steps · D channels · C classes, or targets
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from glasscell.data.respacing import GAP
from glasscell.exporters.checking import OnFile
from glasscell.exporters.network_export import ExportableNetwork, numbered
from glasscell.facts import Note
from glasscell.inference.meaning import Meaning
from glasscell.tasks.series.learner import Learner
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.trained_run import open_run


def of_run(path: Path) -> ExportableNetwork:
    """Return the network of the run in a folder for export, with some of its series."""
    trained = open_run(path)
    return trained.exportable(_made_of_times(trained.reader))


def on_file(path: Path, file: str) -> OnFile:
    """Return the network of a folder's run with the series of a file: see `Trained.on_file`."""
    return open_run(path).on_file(file)


def of_estimator(estimator: Learner) -> ExportableNetwork:
    """Return the network of a fitted estimator for export."""
    channels = getattr(estimator, "feature_names_in_", None)
    names = (
        numbered("channel", estimator.n_features_in_)
        if channels is None
        else tuple(map(str, channels))
    )
    classes = getattr(estimator, "classes_", None)
    labels = None if classes is None else tuple(map(str, classes))
    outputs = estimator.network_.output_shape[-1]
    targets = ("answer",) if outputs == 1 else numbered("answer", outputs)
    offsets = tuple(estimator.offsets_.tolist()) if estimator.offsets_.any() else ()
    meaning = Meaning(
        names, labels, targets, offsets=offsets, prior=tuple(estimator.prior_.tolist())
    )
    return ExportableNetwork(estimator.network_, meaning)


def _made_of_times(reader: Mapping[str, Any]) -> tuple[Note, ...]:
    """Return how programs must handle times: an exported network processes steps without times.

    >>> _made_of_times({"every": "100ms"})
    ('the training series were resampled to steps of 100ms (--every 100ms): resample new series,
    too',)
    """
    if (every := reader.get("every")) is not None:
        return (Series.RESPACED(every=every),)
    return (Series.TIME_GAPS(channel=GAP),) if reader.get("time_gaps") else ()
