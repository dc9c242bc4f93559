"""A run leaves for other formats: its network, and what its numbers mean."""

from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.interop.export import Exported, check_free, export_network
from glasscell.interop.formats import FORMATS, find_format
from glasscell.networks.meaning import Meaning
from glasscell.runs.data_json import read_about
from glasscell.runs.trained import DIGIT_ROWS, Trained, open_trained
from glasscell.system.files import is_there

SERIES = 100  # of the run's own, to compare answers to


def export_run(
    run: Path, path: Path | None = None, *, to: str | None = None, overwrite: bool = False, **options: Any
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
    overwrite : bool
    **options
        Of the format, and `min_agreement`.

    Raises
    ------
    UsageError, DataError, StorageError
    """
    name = find_format(to, path)
    path = Path(f"{run.name}{FORMATS[name].suffix or '-' + name}") if path is None else path
    check_free(path, overwrite=overwrite)  # before TensorFlow has read a network for nothing
    trained = open_trained(run)
    own = _own_series(trained)
    return export_network(
        trained.network, meaning_of(trained), path, to=name, series=own, overwrite=overwrite, **options
    )


def meaning_of(trained: Trained) -> Meaning:
    """Return what the numbers of a run's network mean."""
    if trained.input == "digit":
        return Meaning(trained.channels, tuple(trained.classes or ()), input="digit")
    about = read_about(trained.path, (), {"prior": None})
    prior = None if about["prior"] is None else tuple(about["prior"])
    if trained.classes is not None:
        return Meaning(trained.channels, tuple(trained.classes), prior=prior)
    outputs = trained.network.output_shape[-1]
    label = trained.columns.get("label", "answer")
    targets = (label,) if outputs == 1 else tuple(f"{label} {k}" for k in range(1, outputs + 1))
    return Meaning(trained.channels, targets=targets, prior=prior)


def _own_series(trained: Trained) -> np.ndarray | None:
    """Return some series that the run was trained on, or the first test digits; None if their file is gone."""
    if trained.input == "series" and not is_there(trained.source):
        return None
    x = next(islice(trained.read(None, {}), 1)).x[:SERIES]
    return x[:, :DIGIT_ROWS] if trained.input == "digit" else x
