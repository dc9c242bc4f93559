"""Weights of some epochs, kept in a run's folder `epochs` to show how it learned.

These are epochs 0 to 8, then ten in each power of ten: twenty for 100 epochs, the last included.
Networks with more than `MAX_BYTES` of weights keep `FEW`, those with more than `MOST_BYTES` none;
environment.json records this. The choice depends only on the epoch. So resumed or extended runs
keep the same weights, bit for bit.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.runs.checked_files import read
from glasscell.runs.run_folder import Run
from glasscell.runs.sentences import Runs
from glasscell.system.files import from_npz, to_npz, write_whole
from glasscell.training.epoch_graph import Training

EACH = 8  # up to this epoch, each is kept; 0 is before training
# 8, 10, 13, 16, 20, 25, … to 10,000
KEPT = (*range(EACH), *(round(10 ** (k / 10)) for k in range(9, 41)))
FEW = (0, 1, 2, 5, 10, 20, 50, 100)
MAX_BYTES, MOST_BYTES = 250_000, 1_000_000  # of one epoch's weights


def describe(model: keras.Model) -> dict[str, Any]:
    """Return the record of weights that a run keeps: the epochs, as far as it gets, or why none.

    >>> about = describe(keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)]))
    >>> about["bytes_each"], about["epochs"][:12]
    (36, [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 16])
    """
    size = _size(model)
    if size > MOST_BYTES:
        return {"epochs": [], "why": str(Runs.WEIGHTS_TOO_LARGE(size=size, most=MOST_BYTES))}
    return {"epochs": [*_kept_of(size)], "bytes_each": size}


def keep(run: Run, training: Training) -> None:
    """Write a training's weights into its run if this epoch is kept."""
    if training.epoch not in _kept_of(_size(training.model)):
        return
    weights = {f"weight/{k}": _plain(v) for k, v in enumerate(training.model.trainable_variables)}
    with run.writing(f"epochs/{training.epoch}.npz") as file:
        file.parent.mkdir(exist_ok=True)
        write_whole(file, to_npz(weights))


def kept(path: Path) -> list[int]:
    """Return the epochs whose weights the run in a folder has; none for old runs.

    >>> kept(Path("nowhere"))
    []
    """
    return [epoch for epoch in KEPT if (path / f"epochs/{epoch}.npz").is_file()]


def put_back(path: Path, epoch: int, model: keras.Model) -> None:
    """Set a model's weights to those of the run in a folder after a kept epoch.

    >>> import tempfile
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     (Path(folder) / "epochs").mkdir()
    ...     np.savez(
    ...         Path(folder) / "epochs/5.npz", **{"weight/0": [[0.5], [0.25]], "weight/1": [1.0]}
    ...     )
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


def choose(epochs: Sequence[int], last: int, count: int) -> list[int]:
    """Return at most `count` of the kept epochs before the last, denser at the beginning.

    While there are too many, the epoch is dropped, except the first, whose neighbors have the
    smallest ratio, counted from 1. So a smaller choice is a subset of a larger one.

    >>> choose(KEPT, last=300, count=19)
    [0, 1, 2, 3, 4, 6, 8, 10, 13, 20, 25, 32, 50, 63, 79, 100, 126, 158, 200]
    """
    chosen = [epoch for epoch in epochs if epoch < last]
    while len(chosen) > count:
        ends = [*chosen[1:], last]
        apart = [
            (1 + after) / (1 + before) for before, after in zip(chosen, ends[1:], strict=False)
        ]
        del chosen[1 + min(range(len(apart)), key=apart.__getitem__) if apart else 0]
    return chosen


def _kept_of(size: int) -> Sequence[int]:
    return KEPT if size <= MAX_BYTES else FEW if size <= MOST_BYTES else ()


def _plain(variable: Any) -> np.ndarray:
    return np.asarray(variable.numpy()).astype("float32")  # npz files have no bfloat16


def _size(model: keras.Model) -> int:
    return 4 * sum(int(np.prod(v.shape)) for v in model.trainable_variables)
