"""Weights of a few epochs, kept in a run's folder `epochs`, so that one can watch how it learnt.

At most eight small files: a network of more than `MAX_BYTES` of weights keeps none, and the run's environment.json says
so. They depend on the epoch alone, so that a run that was killed and resumed has the same ones, bit for bit.
"""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.runs.files import read
from glasscell.runs.folder import Run
from glasscell.runs.sentences import Runs
from glasscell.system.files import from_npz, to_npz, write_whole
from glasscell.training.training import Training

KEPT = (0, 1, 2, 5, 10, 20, 50, 100)  # 0 is before training
MAX_BYTES = 1_000_000  # of one epoch's weights


def describe(model: keras.Model) -> dict[str, Any]:
    """Return what a run records about the weights that it keeps: of which epochs, if it gets so far, or why of none.

    Examples
    --------
    >>> describe(keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)]))
    {'epochs': [0, 1, 2, 5, 10, 20, 50, 100], 'bytes_each': 36}
    """
    size = _size(model)
    if size > MAX_BYTES:
        return {"epochs": [], "why": str(Runs.WEIGHTS_TOO_LARGE(size=size, most=MAX_BYTES))}
    return {"epochs": list(KEPT), "bytes_each": size}


def keep(run: Run, training: Training) -> None:
    """Write a training's weights into its run, if they are to be kept after this epoch.

    Raises
    ------
    StorageError
        If they cannot be written.
    """
    if training.epoch not in KEPT or _size(training.model) > MAX_BYTES:
        return
    weights = {f"weight/{k}": _plain(v) for k, v in enumerate(training.model.trainable_variables)}
    with run.writing(f"epochs/{training.epoch}.npz") as file:
        file.parent.mkdir(exist_ok=True)
        write_whole(file, to_npz(weights))


def kept(path: Path) -> list[int]:
    """Return of which epochs the run in a folder has the weights; none for runs made before they were kept.

    >>> kept(Path("nowhere"))
    []
    """
    return [epoch for epoch in KEPT if (path / f"epochs/{epoch}.npz").is_file()]


def put_back(path: Path, epoch: int, model: keras.Model) -> None:
    """Give a model of the run in a folder the weights that it had after an epoch that is kept.

    Raises
    ------
    DataError
        If the file is damaged, or of another model; nothing is changed then.

    Examples
    --------
    >>> import tempfile
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     (Path(folder) / "epochs").mkdir()
    ...     np.savez(Path(folder) / "epochs/5.npz", **{"weight/0": [[0.5], [0.25]], "weight/1": [1.0]})
    ...     put_back(Path(folder), 5, model)
    >>> model.get_weights()[0].tolist()
    [[0.5], [0.25]]
    """
    variables: Sequence[Any] = model.trainable_variables

    def weights_in(file: Path) -> list[np.ndarray]:
        arrays = from_npz(file)
        weights = [arrays[f"weight/{k}"] for k in range(len(arrays))]
        if [v.shape for v in weights] != [tuple(v.shape) for v in variables]:
            raise ValueError("its shapes are not the network's")
        if not all(np.isfinite(v).all() for v in weights):
            raise ValueError("numbers that are not finite")
        return weights

    weights = read(path, f"epochs/{epoch}.npz", weights_in)
    for variable, v in zip(variables, weights, strict=True):
        variable.assign(v)


def choose(path: Path, last: int, count: int) -> list[int]:
    r"""Return at most so many of the kept epochs before the last: 0, 1, and where the loss had come part of its way.

    The others stand nearest to equal parts of the way that the loss of metrics.csv went from epoch 1 to the last.

    Parameters
    ----------
    path : Path
    last : int
        The epoch of the run's model.
    count : int

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     (Path(folder) / "epochs").mkdir()
    ...     for epoch in (0, 1, 2, 5, 10):
    ...         _ = (Path(folder) / f"epochs/{epoch}.npz").write_bytes(b"")
    ...     losses = "".join(f"{epoch},{1 / epoch}\n" for epoch in range(1, 11))
    ...     _ = (Path(folder) / "metrics.csv").write_text(f"epoch,loss\n{losses}")
    ...     choose(Path(folder), last=10, count=3)
    [0, 1, 2]
    """
    there = [epoch for epoch in kept(path) if epoch < last]
    losses = _losses(path)
    if len(there) <= count or not {*there[1:], 1, last} <= losses.keys():
        return there[:count]
    chosen = [epoch for epoch in (0, 1) if epoch in there]
    for part in range(1, count - len(chosen) + 1):
        aim = losses[1] + (losses[last] - losses[1]) * part / (count - 1)
        chosen.append(min(set(there) - set(chosen), key=lambda epoch: (abs(losses[epoch] - aim), epoch)))
    return sorted(chosen)


def _losses(path: Path) -> dict[int, float]:
    try:
        with (path / "metrics.csv").open(newline="", encoding="utf-8") as file:
            return {int(row["epoch"]): float(row["loss"]) for row in csv.DictReader(file)}
    except (OSError, ValueError, LookupError, TypeError):
        return {}  # missing or damaged: then the first ones are chosen


def _plain(variable: Any) -> np.ndarray:
    return np.asarray(variable.numpy()).astype("float32")  # NumPy has no file for bfloat16


def _size(model: keras.Model) -> int:
    return 4 * sum(int(np.prod(v.shape)) for v in model.trainable_variables)
