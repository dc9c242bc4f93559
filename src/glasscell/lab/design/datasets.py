"""Labelled series that end, as tasks of the lab: the digits, and the data sets of the UCR and UEA archives.

N series · T time steps · D channels · C classes
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from glasscell.data.reading import read
from glasscell.data.sequences import Sequences
from glasscell.errors import UsageError
from glasscell.lab.design.seeding import TRAINING, VALIDATION
from glasscell.lab.sentences import Lab

VALIDATION_SHARE = 0.2  # of the training series


@dataclass(frozen=True, eq=False)
class DataSet:
    """Series for training and for testing, padded with zeros, each channel of mean 0 and deviation 1 in the former.

    Parameters
    ----------
    x, x_test : float32 arrays (N, T, D)
    y, y_test : float32 arrays (N, T, C)
        One-hot at a series' last step, NaN before.
    classes : int array (N,)
        Of the training series.
    """

    x: np.ndarray
    y: np.ndarray
    classes: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray

    def draw(self, n: int, length: int, memories: int, key: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return n training series at random, or all of another part; the seed, key[0], says which are for validation.

        >>> from glasscell.lab.design.seeding import TEST
        >>> x, y = digits("digits_rows").draw(5, 0, 1, (7, TRAINING))
        >>> x.shape, y.shape, digits("digits_rows").draw(5, 0, 1, (7, TEST))[0].shape
        ((5, 8, 8), (5, 8, 10), (360, 8, 8))
        """
        seed, part = key[:2]
        if part not in (TRAINING, VALIDATION):
            return self.x_test, self.y_test
        every = np.arange(len(self.x))
        kept, validation = train_test_split(
            every, test_size=VALIDATION_SHARE, random_state=seed, stratify=self._enough_of_each()
        )
        chosen = validation if part == VALIDATION else np.random.default_rng(key).choice(kept, n)
        return self.x[chosen], self.y[chosen]

    def _enough_of_each(self) -> np.ndarray | None:
        counts, held_out = np.bincount(self.classes), VALIDATION_SHARE * len(self.classes)
        return self.classes if counts[counts > 0].min() > 1 and len(counts) <= held_out else None


@lru_cache
def digits(name: str) -> DataSet:
    """Return scikit-learn's digits, split as the article splits them, read row by row or pixel by pixel.

    >>> digits("digits_pixels").x.shape
    (1437, 64, 1)
    """
    images, labels = load_digits(return_X_y=True)
    x = images.reshape(len(images), *((8, 8) if name == "digits_rows" else (64, 1))).astype(np.float32)
    x, x_test, y, y_test = train_test_split(x, labels.astype(str), test_size=0.2, random_state=42)
    training, test = (Sequences.from_list(*pair) for pair in ((x, y), (x_test, y_test)))
    return _prepared(training, test, ())


@lru_cache
def archive(name: str) -> DataSet:
    """Return a data set of the UCR or UEA archive, whose files NAME_TRAIN.ts and NAME_TEST.ts are looked for.

    Parameters
    ----------
    name : str
        Such as "GunPoint", or with a folder before it. Searched are that folder, one of the data set's name in it, and
        the data that come with the package aeon, if it is installed.

    Raises
    ------
    UsageError
        If it is not found, or is no classification.
    DataError
        If a file is damaged.
    """
    folder, stem = Path(name).parent, Path(name).name
    places = [folder, folder / stem]
    aeon = find_spec("aeon")
    if aeon is not None and aeon.origin is not None:
        places.append(Path(aeon.origin).parent / "datasets" / "data" / stem)
    for place in places:
        if (place / f"{stem}_TRAIN.ts").exists():
            training, test = (read(place / f"{stem}_{part}.ts") for part in ("TRAIN", "TEST"))
            if training.task != "classification" or test.task != "classification":
                raise UsageError(Lab.NO_CLASSES, place=place / stem)
            return _prepared(training, test, (0, 1))
    raise UsageError(Lab.NOT_IN_ARCHIVE, name=name, stem=stem, places=places)


def _prepared(training: Sequences, test: Sequences, axes: tuple[int, ...]) -> DataSet:
    """Scale by mean and deviation over `axes`, all of them where none are given."""
    classes = sorted({*training.classes, *test.classes})
    mean, deviation = (f(training.x, axis=axes or None) for f in (np.nanmean, np.nanstd))
    steps = max(training.x.shape[1], test.x.shape[1])
    parts = []
    for part in (training, test):
        number = np.searchsorted(classes, np.asarray(part.y))
        x = np.zeros((len(part), steps, part.x.shape[2]), np.float32)
        x[:, : part.x.shape[1]] = np.nan_to_num((part.x - mean) / np.where(deviation > 0, deviation, 1))
        y = np.full((len(part), steps, len(classes)), np.nan, np.float32)
        y[np.arange(len(part)), part.lengths - 1] = np.eye(len(classes), dtype=np.float32)[number]
        parts.append((x, y, number))
    (x, y, number), (x_test, y_test, _) = parts
    return DataSet(x, y, number, x_test, y_test)
