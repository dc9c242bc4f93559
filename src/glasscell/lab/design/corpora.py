"""Finite data as problems of the lab: the digits, data sets of the UCR and UEA archives, and texts.

N series, or streams · T time steps · D channels · C classes, or symbols of an alphabet · L symbols
of a text

For a text, the target is the next character, in files that no network was trained on.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from glasscell.data.reading import read
from glasscell.data.sequences import Sequences
from glasscell.data.texts import ngrams
from glasscell.data.texts.alphabet import alphabet_of
from glasscell.data.texts.holding_out import hold_out, split_text
from glasscell.data.texts.origins import PYTHON, read_texts
from glasscell.errors import DataError, UsageError
from glasscell.lab.design.measures import TEST, TRAINING, VALIDATION
from glasscell.lab.sentences import Lab

STREAMS = 40  # parallel streams that a held-out text is divided into
ORDERS = (2, 3, 4, 5)  # of the n-gram baselines
VALIDATION_SHARE = 0.2  # of the training series


@dataclass(frozen=True, eq=False)
class DataSet:
    """Training and test series, padded with zeros; channels standardized by training values.

    Parameters
    ----------
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
        """Return n random training series, or all of another part; key[0] seeds the held-out split.

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
    """Return scikit-learn's digits, split as in `glasscell.article`, row by row or pixel by pixel.

    >>> digits("digits_pixels").x.shape
    (1437, 64, 1)
    """
    images, labels = load_digits(return_X_y=True)
    x = images.reshape(len(images), *((8, 8) if name == "digits_rows" else (64, 1))).astype(
        np.float32
    )
    x, x_test, y, y_test = train_test_split(x, labels.astype(str), test_size=0.2, random_state=42)
    training, test = (Sequences.from_list(*pair) for pair in ((x, y), (x_test, y_test)))
    return _prepared(training, test, ())


@lru_cache
def archive(name: str) -> DataSet:
    """Return a data set of the UCR or UEA archive from its files NAME_TRAIN.ts and NAME_TEST.ts."""
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
    """Standardize by mean and standard deviation over `axes`; over all axes if empty."""
    classes = sorted({*training.classes, *test.classes})
    mean, deviation = (f(training.x, axis=axes or None) for f in (np.nanmean, np.nanstd))
    steps = max(training.x.shape[1], test.x.shape[1])
    parts = []
    for part in (training, test):
        number = np.searchsorted(classes, np.asarray(part.y))
        x = np.zeros((len(part), steps, part.x.shape[2]), np.float32)
        x[:, : part.x.shape[1]] = np.nan_to_num(
            (part.x - mean) / np.where(deviation > 0, deviation, 1)
        )
        y = np.full((len(part), steps, len(classes)), np.nan, np.float32)
        y[np.arange(len(part)), part.lengths - 1] = np.eye(len(classes), dtype=np.float32)[number]
        parts.append((x, y, number))
    (x, y, number), (x_test, y_test, _) = parts
    return DataSet(x, y, number, x_test, y_test)


@dataclass(frozen=True, eq=False)
class Text:
    """A text in three parts; if it comes in files, a part consists of whole files.

    Parameters
    ----------
    symbols : int
        C.
    parts : dict of int arrays (L,)
        The numbers of the symbols of each part, `TRAINING`, `VALIDATION` and `TEST`; 0 precedes
        each file.
    """

    symbols: int
    parts: dict[int, np.ndarray]

    @cached_property
    def fingerprint(self) -> str:
        """Eight hex digits that identify the text."""
        content = b"".join(self.parts[part].tobytes() for part in (TRAINING, VALIDATION, TEST))
        return hashlib.sha256(content).hexdigest()[:8]

    def draw(self, n: int, length: int, memories: int, key: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return n streams of symbol numbers, (n, T, 1), and the next symbol at each step, float32.

        Training streams begin at random positions and wrap around at the end. Streams of another
        part, at most `STREAMS`, do not depend on the seed. They are spread evenly without overlap,
        and are shorter than `length` if the part is too short.
        """
        part = key[1]
        text = self.parts[part]
        if part == TRAINING:
            starts = np.random.default_rng(key).integers(len(text), size=n)
        else:
            length = min(length, (len(text) - 1) // n)
            starts = np.arange(n) * (length + (len(text) - 1 - n * length) // n)
        place = (starts[:, None] + np.arange(length + 1)) % len(text)
        symbols = text[place].astype(np.float32)[..., None]
        return symbols[:, :-1], symbols[:, 1:]

    def held_out(self, part: int, pieces: int, length: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the evaluation streams of a held-out part, (N, T), and the next symbols.

        Together they have at most `pieces` pieces of `length` steps. T is a multiple of `length`,
        or all there is if less.
        """
        x, y = self.draw(STREAMS, max(pieces // STREAMS, 1) * length, 1, (0, part))
        there = x.shape[1]
        read = there if there < length else there // length * length
        return x[:, :read, 0].astype(np.int64), y[:, :read, 0].astype(np.int64)

    def by_counting(self, pieces: int, length: int) -> dict[str, float]:
        """Return bits per character of n-grams of the training part on the test's streams."""
        x, y = self.held_out(TEST, pieces, length)
        streams = [*np.concatenate([x[:, :1], y], axis=1)]
        found = {}
        for order in ORDERS:
            bits = ngrams.bits(ngrams.count([self.parts[TRAINING]], order, self.symbols), streams)
            found[f"{order}-gram"] = float(np.mean([of[1:] for of in bits]))
        return found


@lru_cache
def read_text(path: str = PYTHON) -> Text:
    """Return the text at a path, as read by `data.texts.origins.read_texts`.

    A tenth of the files, or of a single text its last tenth, is held out. Its first half is the
    validation part, the rest the test part; both consist of whole files if there are several.

    >>> import tempfile
    >>> from pathlib import Path
    >>> file = Path(tempfile.mkdtemp()) / "sea.txt"
    >>> _ = file.write_text("the sea was calm and a ship came by" * 30)
    >>> text = read_text(str(file))
    >>> text.symbols, [len(part) for part in text.parts.values()]
    (18, [946, 53, 54])
    """
    if path == "-":
        raise DataError(Lab.STANDARD_INPUT)
    texts, _ = read_texts(path)
    if len(texts) == 1:
        training, end, _ = split_text(texts[0].text, 0.1)
        trained_on, rest = [training], [end]
    else:
        chosen = hold_out([text.name for text in texts], [len(text.text) for text in texts], 0.1)
        trained_on, rest = ([texts[k].text for k in which] for which in chosen)
    alphabet = alphabet_of(trained_on)
    if len(rest) == 1:
        middle = len(rest[0]) // 2
        halves = [rest[0][:middle]], [rest[0][middle:]]
    else:
        ends = np.cumsum([len(text) for text in rest])
        first = 1 + int(np.argmin(abs(ends[:-1] - ends[-1] / 2)))
        halves = rest[:first], rest[first:]
    parts = {
        part: np.concatenate([alphabet.encode_whole(text) for text in of])
        for part, of in zip((TRAINING, VALIDATION, TEST), (trained_on, *halves), strict=True)
    }
    least = min(map(len, parts.values()))
    if least <= STREAMS:
        raise DataError(
            Lab.SHORT_TEXT,
            file=path,
            sum=sum(map(len, (*trained_on, *rest))),
            least=least - 1,
            streams=STREAMS,
        )
    return Text(len(alphabet), parts)
