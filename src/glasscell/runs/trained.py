"""What a run has learnt: its network, what goes in and what comes out, and series for it to read.

N series · T time steps · D channels · C classes
"""

import itertools
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

import glasscell.layers.lstm
import glasscell.layers.preprocessing  # noqa: F401  makes our layers known to Keras
from glasscell import article
from glasscell.data import Sequences, read_in_parts
from glasscell.errors import DataError, UsageError
from glasscell.inspection.probes import hidden_states
from glasscell.runs.config import read_config
from glasscell.runs.data_json import read_about
from glasscell.runs.folder import resume_command
from glasscell.settings import SeriesSettings
from glasscell.system.files import one_line
from glasscell.training.prediction import predict_series

PART = 1000  # series that are read and answered at once


@dataclass(frozen=True)
class Trained:
    """What a run has learnt: its network, and what goes in and comes out.

    Made by `open_trained`.

    Parameters
    ----------
    path : Path
    network : keras.Model
        Takes raw series (N, T, D), padded with NaN.
    task : {"classification", "regression"}
    classes : list of C str, or None
    channels : tuple of D str
    reader : dict
        The columns that were named when it was trained.
    fingerprints : set of str
        Of the series it was trained on.
    """

    path: Path
    network: keras.Model
    task: str
    classes: list[str] | None
    channels: tuple[str, ...]
    reader: dict[str, Any]
    fingerprints: set[str]

    def answer(self, file: str, options: dict[str, Any]) -> Iterator[tuple[Sequences, np.ndarray]]:
        """Give the series of a file, some at a time, with the answers to them: (N, C) or (N,)."""
        asked = self.reader | {name: v for name, v in options.items() if v is not None} | {"task": self.task}
        for series in read_in_parts(file, series=PART, channels_expected=self.channels, **asked):
            answers = predict_series(self.network, series.x)
            yield series, answers if self.task == "classification" else answers[:, 0]


def open_trained(path: Path) -> Trained:
    """Return what the run in a folder has learnt.

    Raises
    ------
    UsageError
        If it was not trained on a file, or its training is not done.
    DataError
        If its files are damaged.
    """
    settings = read_config(path / "config.toml")
    if settings.get("data", "digits") == "digits":
        raise UsageError(f"{path}: was trained on the article's digits, not on a file; expected a run of a file")
    if not (path / "model.keras").exists():
        raise UsageError(f"{path}: has no model yet; finish its training: glasscell train --resume {path}")
    about = read_about(path, ("task", "classes", "channels", "fingerprints"))
    reader = SeriesSettings(**settings).for_reader()
    channels, fingerprints = tuple(about["channels"]), set(about["fingerprints"])
    return Trained(path, load_model(path), about["task"], about["classes"], channels, reader, fingerprints)


def load_model(path: Path):
    """Load the model of a run, given its folder.

    Raises
    ------
    DataError
        If it is missing or damaged.
    """
    file = path / "model.keras"
    try:
        return keras.models.load_model(file)
    except Exception as error:
        raise DataError(
            f"{file}: is missing or damaged ({one_line(error)}); "
            f"delete it if it is there, and write it anew: {resume_command(path)}"
        ) from error


@dataclass(frozen=True)
class Subject:
    """A trained run to look into. Made by `open_subject`.

    Parameters
    ----------
    path : Path
    network : keras.Model
        Takes raw series (N, T, D) and answers (N, C).
    task : {"classification", "regression"}
    classes : list of C str, or None
    channels : tuple of D str
    probes : dict of arrays, or None
        As `probes.fit_probes` returns them.
    input : {"digit", "series"}
    score : dict, or None
        What the run's report says: "accuracy", "n", and "on" what, as in `explorer.payload.payload_of`.
    source : str
        The file of the run's own series.
    reader : dict
        What `data.read` is to know of it.
    fingerprints : set of str
        Of the series it was trained on.
    """

    path: Path
    network: keras.Model
    task: str
    classes: list[str] | None
    channels: tuple[str, ...]
    probes: dict[str, np.ndarray] | None
    input: str
    score: dict[str, Any] | None
    source: str
    reader: dict[str, Any]
    fingerprints: set[str]

    def series(self, file: str | None, options: dict[str, Any]) -> Iterator[Sequences]:
        """Give the series of a file in parts; without one, those of the run: the test digits, or what it trained on.

        Raises
        ------
        DataError
            If the file is not there, or holds series that the network cannot read.
        """
        if file is None and self.input == "digit":
            yield _test_digits()
            return
        if file is None and not Path(self.source).exists():
            raise DataError(f"{self.source}: is what the run was trained on, and is gone; name a FILE to look at")
        asked = self.reader | {name: v for name, v in options.items() if v is not None} | {"task": self.task}
        name = self.source if file is None else file
        for part in read_in_parts(name, series=PART, channels_expected=self.channels, **asked):
            if self.input == "digit" and (part.lengths != 8).any():
                at = int(np.flatnonzero(part.lengths != 8)[0])
                raise DataError(
                    f"{name}: series {str(part.ids[at])!r} has {part.lengths[at]} steps; expected a digit's 8 rows"
                )
            yield part

    def truth(self, series: Sequences) -> np.ndarray | None:
        """Return class numbers (int, −1 for a class the network does not know), or targets; None without labels."""
        if series.y is None or self.classes is None:
            return series.y
        number = {name: k for k, name in enumerate(self.classes)}
        return np.array([number.get(str(label), -1) for label in series.y])

    def first_series(self, file: str | None, options: dict[str, Any], most: int) -> Sequences:
        """Return the first `most` series of what `series` gives."""
        return next(iter(self.series(file, options))).select(slice(most))

    def named_series(self, file: str | None, options: dict[str, Any], ids: list[str]) -> Sequences:
        """Return the series with these ids, in this order.

        Raises
        ------
        UsageError
            If one is not there.
        """
        found, known = {}, []
        for part in self.series(file, options):
            known += part.ids[: max(0, 5 - len(known))].tolist()
            for k in np.flatnonzero(np.isin(part.ids, ids)):
                found.setdefault(str(part.ids[k]), part.select(slice(k, k + 1)))
            if len(found) == len(set(ids)):
                break
        for name in ids:
            if name not in found:
                raise UsageError(
                    f"--series {name}: there is no such series; they are called {', '.join(map(repr, known))}, …"
                )
        return _side_by_side([found[name] for name in ids])


def open_subject(path: Path) -> Subject:
    """Return the run in a folder, to look into.

    Raises
    ------
    UsageError
        If its training is not done.
    DataError
        If its files are damaged.
    """
    settings, report = read_config(path / "config.toml"), _report(path)
    if settings.get("data", "digits") != "digits":
        trained = open_trained(path)
        source = json.loads((path / "data.json").read_text(encoding="utf-8")).get("source", settings["data"])
        if Path(settings["data"]).exists():
            source = settings["data"]
        return Subject(
            path,
            trained.network,
            trained.task,
            trained.classes,
            trained.channels,
            _probes(path, trained.network),
            "series",
            _score(report),
            source,
            trained.reader,
            trained.fingerprints,
        )
    if not (path / "model.keras").exists():
        raise UsageError(f"{path}: has no model yet; finish its training: {resume_command(path)}")
    classes, channels = list(article.CLASSES), tuple(article.CHANNELS)
    network: Any = load_model(path)
    score = {"accuracy": report["val_accuracy"], "n": report["n_test"], "on": "test"} if report else None
    return Subject(
        path,
        network,
        "classification",
        classes,
        channels,
        _probes(path, network),
        "digit",
        score,
        "the test digits",
        {},
        set(),
    )


def spread_over_classes(truth: np.ndarray | None, n: int, most: int) -> np.ndarray:
    """Return the places of at most `most` of n series: in turn the first of each class, the second of each, and so on.

    Examples
    --------
    >>> spread_over_classes(np.array([0, 0, 0, 1, 1]), 5, 3).tolist()
    [0, 3, 1]
    """
    if truth is None or truth.dtype.kind != "i":
        return np.arange(min(n, most))
    turns = itertools.zip_longest(*(np.flatnonzero(truth == k).tolist() for k in np.unique(truth)))
    return np.array([place for turn in turns for place in turn if place is not None][:most], int)


def _test_digits() -> Sequences:
    digits = article.load_data()
    n = len(digits.x_test)
    labels = digits.y_test.argmax(1).astype(str)
    ids = np.array([f"test {k}" for k in range(n)])
    return Sequences(digits.x_test, np.full(n, 8, "int64"), labels, tuple(article.CHANNELS), ids, "the test digits")


def _side_by_side(parts: list[Sequences]) -> Sequences:
    first, longest = parts[0], max(part.x.shape[1] for part in parts)
    x = np.full((len(parts), longest, first.x.shape[2]), np.nan, "float32")
    for row, part in zip(x, parts, strict=True):
        row[: part.x.shape[1]] = part.x[0]
    y = None if first.y is None else np.concatenate([part.y for part in parts])  # pyright: ignore
    lengths, ids = (np.concatenate([getattr(part, name) for part in parts]) for name in ("lengths", "ids"))
    return Sequences(x, lengths, y, first.channels, ids, first.name)


def _score(report: dict[str, Any]) -> dict[str, Any] | None:
    """Return how good a run of a file was found to be, and on what."""
    if not {"accuracy", "n", "measured_on"} <= report.keys() or report.get("task") != "classification":
        return None
    kinds = {"the training data": "training", "series left out of a second training like the first": "twin"}
    return {"accuracy": report["accuracy"], "n": report["n"], "on": kinds.get(report["measured_on"], "aside")}


def _report(path: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        report = json.loads((path / "report.json").read_text(encoding="utf-8"))
        return report if isinstance(report, dict) else {}
    return {}


def _probes(path: Path, network: keras.Model) -> dict[str, np.ndarray] | None:
    """Return a run's probes; None for runs made before there were any."""
    file = path / "probes.npz"
    if not file.exists():
        return None
    try:
        with file.open("rb") as content, np.load(content, allow_pickle=False) as arrays:
            probes = {name: arrays[name] for name in ("steps", "coefficients", "intercepts")}
        steps, (units, answers) = (
            len(probes["steps"]),
            (hidden_states(network).output_shape[-1], network.output_shape[-1]),
        )
        _expect_shapes(probes, {"coefficients": (steps, units, answers), "intercepts": (steps, answers)})
        return probes
    except Exception as error:  # NumPy, zipfile and zlib raise a dozen kinds for a damaged file
        mend = f"delete it, and write it anew: {resume_command(path)}"
        raise DataError(f"{file}: is damaged ({one_line(error)}); {mend}") from error


def _expect_shapes(arrays: dict[str, np.ndarray], shapes: dict[str, tuple[int, ...]]) -> None:
    for name, shape in shapes.items():
        if arrays[name].shape != shape or not np.isfinite(arrays[name]).all():
            raise ValueError(f"{name} has the shape {arrays[name].shape}: expected {shape}, of finite numbers")
