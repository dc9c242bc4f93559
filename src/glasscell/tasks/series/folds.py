"""Measuring by further trainings, each without some of the series, which its network then answers: k-fold.

N series · K folds · C classes, or targets
"""

import hashlib
import json
import math
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold

from glasscell.data import Sequences
from glasscell.errors import TrainingFailed, UsageError
from glasscell.recurrence.kernel.library import cores_shared
from glasscell.runs.folder import Run
from glasscell.system.files import from_npz, to_npz
from glasscell.system.threads import Tell, call_each, count_cores
from glasscell.tasks.series import baselines
from glasscell.tasks.series.classifier import LSTMClassifier
from glasscell.tasks.series.learner import Learner
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.settings import SeriesSettings
from glasscell.training.prediction import predict_series
from glasscell.training.sharing import SharedGraph

Part = tuple[np.ndarray, np.ndarray]  # the places of the series to train on, and of those left out
OnFurther = Callable[[int, float, dict[str, float]], None]  # trainings done, epochs done of those under way, their logs
BeginFurther = Callable[[int, int], OnFurther]  # how many trainings there will be, and the epochs of each

FOLDS, FOLDS_OF_FEW = 5, 10
FEW = 100  # series, of which each is missed: so they are left out fewer at a time
MIN_SERIES = 4  # of fewer none are left out
MAX_SECONDS = 60.0
SECONDS_TO_BEGIN = 0.4  # a training: building its network, tracing its graph
SLOWER_BESIDE_ANOTHER = 1.4  # a training: between 1.1, of a small network, and 1.9, of one that fills two cores alone
MAX_BYTES_AT_ONCE = 2**26  # of series, of which each training under way has a copy


@dataclass(frozen=True)
class Answers:
    """Answers to series by networks that had not seen them.

    Parameters
    ----------
    places : array (N,)
        Of the series, among all; in order.
    answers : array (N, C)
    others : dict from a name to an array (N,)
        The answers of `baselines`, learnt from the same series as the network.
    part : array (N,)
        Which training left the series out, counted from 1.
    """

    places: np.ndarray
    answers: np.ndarray
    others: dict[str, np.ndarray]
    part: np.ndarray


def number_of_folds(n: int, seconds: float | None = None, cores: int | None = None) -> int:
    """Return K for n series; of a training that took so many seconds, as many as add less than a minute, or else 1.

    >>> number_of_folds(60), number_of_folds(500), number_of_folds(500, 20.0, cores=1), number_of_folds(500, 100.0)
    (10, 5, 3, 1)
    """
    most = min(n, FOLDS_OF_FEW if n < FEW else FOLDS)
    if seconds is None:
        return most
    return next((k for k in (most, FOLDS, 3) if k <= most and seconds_for(k, seconds, cores) < MAX_SECONDS), 1)


def seconds_for(trainings: int, seconds: float, cores: int | None = None) -> float:
    """Return about how long it takes to train so often without a part, if with all series it takes so many seconds.

    Two beside each other are counted on, where there are two cores: of more, a large network uses more by itself.

    >>> round(seconds_for(5, 10.0, cores=1), 1), round(seconds_for(5, 10.0, cores=2), 1)
    (42.0, 34.8)
    """
    share = (trainings - 1) / trainings if trainings > 1 else 1.0
    at_once = min(trainings, cores or count_cores(), 2)
    slower = SLOWER_BESIDE_ANOTHER if at_once > 1 else 1.0
    return math.ceil(trainings / at_once) * (slower * share * seconds + SECONDS_TO_BEGIN)


def cut(labels: np.ndarray, folds: int, *, seed: int, groups: np.ndarray | None = None) -> list[Part]:
    """Return K parts: of each the series to train on, and those left out.

    Parameters
    ----------
    labels : array (N,) of str or of numbers
        Each class is spread over the folds as evenly as can be. The only series of a class is always trained on, if
        there are others.
    folds : int
        K, from 2 up.
    seed : int
    groups : array (N,), optional
        Series of one group are left out together. There are at most as many folds as groups.

    Examples
    --------
    >>> parts = cut(np.array(list("aaabbbc")), 3, seed=0)
    >>> sorted(np.concatenate([aside for _, aside in parts]).tolist()), [len(aside) for _, aside in parts]
    ([0, 1, 2, 3, 4, 5], [2, 2, 2])
    """
    are_numbers = labels.dtype.kind == "f"
    if groups is not None:
        return _cut_by_group(labels, folds, seed, groups, are_numbers)
    places = np.arange(len(labels))
    if are_numbers:
        return [(rest, aside) for rest, aside in KFold(folds, shuffle=True, random_state=seed).split(places)]
    _, number, counts = np.unique(labels, return_inverse=True, return_counts=True)
    some = places[counts[number] > 1]
    some = some if len(some) else places
    # Dealt out class by class. StratifiedKFold does the same, but refuses to if all classes have fewer than K series.
    order = some[np.lexsort((np.random.default_rng(seed).permutation(len(some)), number[some]))]
    asides = [np.sort(order[k::folds]) for k in range(min(folds, len(some)))]
    return [(np.setdiff1d(places, aside), aside) for aside in asides]


def set_aside(series: Sequences, share: float, seed: int) -> Part:
    """Return the places of series to train on, and of about such a share of them to set aside: whole groups.

    Raises
    ------
    UsageError
        If there is no group without which all classes are still known.
    """
    labels: Any = series.y
    parts = cut(labels, max(round(1 / share), 2), seed=seed, groups=series.groups)
    for rest, aside in parts:
        if labels.dtype.kind == "f" or set(labels[aside]) <= set(labels[rest]):
            return rest, aside
    raise UsageError(Series.CLASS_WOULD_MISS)


def _cut_by_group(labels, folds: int, seed: int, groups: np.ndarray, are_numbers: bool) -> list[Part]:
    folds = min(folds, len(np.unique(groups)))
    if not are_numbers:
        folds = min(folds, int(np.unique(labels, return_counts=True)[1].max()))
    if are_numbers or folds < 2:
        splitter: Any = GroupKFold(max(folds, 2))
    else:
        splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a class that few groups have cannot be spread evenly
        return [(rest, aside) for rest, aside in splitter.split(labels, labels, groups) if len(aside)]


def cut_to_measure(labels: np.ndarray, folds: int, *, seed: int, groups: np.ndarray | None = None) -> list[Part]:
    """Return parts as `cut` does, but leave no series out whose class is then unknown: no network could answer right.

    Parameters
    ----------
    labels, folds, seed
        As in `cut`.
    groups : array (N,), optional
        Of which one can be left out, by `classes.can_be_left_out`.

    Examples
    --------
    >>> parts = cut_to_measure(np.array(["a", "b", "a"]), 2, seed=0, groups=np.array(["Ann", "Ann", "Bob"]))
    >>> sorted(np.concatenate([aside for _, aside in parts]).tolist())
    [0, 2]
    """
    parts = cut(labels, folds, seed=seed, groups=groups)
    if labels.dtype.kind == "f":
        return parts
    found = [(rest, aside[np.isin(labels[aside], labels[rest])]) for rest, aside in parts]
    return [(rest, aside) for rest, aside in found if len(aside)]


def key_of(about: dict[str, Any], settings: dict[str, Any]) -> str:
    """Return 16 letters for what decides the answers: the series, and all settings but where their files are."""
    named = {"target": "task"}  # as when the first runs were made
    decides = [
        about["sha256"],
        {named.get(name, name): v for name, v in settings.items() if name not in SeriesSettings.files},
    ]
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:16]


def folds_begun(run: Run, key: str) -> int | None:
    """Return how many folds a run that was stopped while it measured has begun with."""
    for path in sorted(run.path.glob("fold-*-of-*.npz")):
        folds = path.stem.rpartition("-")[2]
        if folds.isdigit() and _read(run, path.name, key) is not None:
            return int(folds)
    return None


def trainings_at_once(trainings: int, series: Sequences) -> int:
    """Return how many trainings run beside each other: one on each core, unless the series take much memory."""
    return min(trainings, count_cores()) if series.x.nbytes <= MAX_BYTES_AT_ONCE else 1


def answer_left_out(
    run: Run, learner: Learner, series: Sequences, parts: Sequence[Part], key: str, on_further: OnFurther | None = None
) -> Answers:
    """Train once for each part, and return the answers to what was left out.

    Trainings run beside each other. Each one's answers are kept in the run as soon as they are there: what was stopped
    trains the others only.

    Parameters
    ----------
    run : Run
    learner : Learner
        Trained or not; each of the others is like it.
    series : Sequences
    parts : sequence of K parts
    key : str
        As `key_of` returns it: what is kept under another is not used.
    on_further : callable, optional
        Called after each epoch, in this thread.

    Raises
    ------
    TrainingFailed, StorageError
    """
    pairs = sum(len(aside) * baselines.number_kept(len(rest), series.x.shape[2]) for rest, aside in parts)
    warp = baselines.can_warp(pairs, series.x.shape[2])
    labels: Any = np.asarray(series.y)
    names = [f"fold-{k + 1}-of-{len(parts)}.npz" for k in range(len(parts))]
    kept = [_read(run, name, key) for name in names]
    found = {k: v for k, v in enumerate(kept) if v is not None and np.array_equal(v["places"], parts[k][1])}
    to_train = [k for k in range(len(parts)) if k not in found]
    under_way: dict[int, float] = {}
    on_further = on_further or (lambda *_: None)
    for done, arrays in enumerate(found.values(), 1):
        on_further(done, 0, _score(learner, labels[arrays["places"]], arrays["answers"]))

    def hear(k: int, epoch: float, logs: dict[str, float], answers: np.ndarray | None) -> None:
        under_way[k] = epoch
        if answers is not None:
            rest, aside = parts[k]
            others = baselines.fit(series.x[rest], labels[rest]).answer(series.x[aside], warp=warp)
            found[k] = {"places": aside, "answers": answers, **{f"other/{name}": v for name, v in others.items()}}
            run.write(names[k], to_npz(found[k] | {"key": np.array(key)}))
            del under_way[k]
            on_further(len(found), 0, _score(learner, labels[aside], answers))
        else:
            on_further(len(found), sum(under_way.values()), logs)

    if to_train:
        _train(learner, series, parts, to_train, hear)
    places = np.concatenate([aside for _, aside in parts])
    part = np.repeat(np.arange(1, len(parts) + 1), [len(aside) for _, aside in parts])
    order = np.argsort(places)
    all_of = {
        name: np.concatenate([found[k][name] for k in range(len(parts))])[order] for name in found[0] if name != "key"
    }
    others = {name.removeprefix("other/"): some for name, some in all_of.items() if name.startswith("other/")}
    return Answers(all_of["places"], all_of["answers"], others, part[order])


def _train(
    learner: Learner, series: Sequences, parts: Sequence[Part], which: list[int], hear: Callable[..., None]
) -> None:
    """Train for each of these parts, and have its epochs and its answers heard."""
    at_once = trainings_at_once(len(which), series)
    idle: SimpleQueue[Twins] = SimpleQueue()
    for _ in range(at_once):
        idle.put(Twins(learner))  # each has a graph of its own

    def train(k: int, tell: Tell) -> None:
        twins = idle.get()
        try:
            with cores_shared(at_once):
                answers = twins.answer(series, *parts[k], lambda epoch, logs: tell(k, epoch, logs, None))
            tell(k, 0, {}, answers)
        finally:
            idle.put(twins)

    call_each(train, which, at_once, hear)


def drop_folds(run: Run) -> None:
    """Delete what was kept of folds, once all is measured."""
    for path in run.path.glob("fold-*-of-*.npz"):
        path.unlink(missing_ok=True)


class Twins:
    """Networks trained like one, on other series: those on as many series share a graph.

    Parameters
    ----------
    learner : Learner
        Trained or prepared.
    """

    def __init__(self, learner: Learner):
        self.learner, self._graph = learner, SharedGraph()

    def answer(
        self,
        series: Sequences,
        rest: np.ndarray,
        aside: np.ndarray,
        on_epoch: Callable[[float, dict[str, float]], None] | None = None,
    ):
        """Train a network on some of the series, and return its answers to others: (N, C).

        Parameters
        ----------
        series : Sequences
        rest, aside : int arrays
            The places of those to train on, and of those to answer.
        on_epoch : callable, optional
            Called after each epoch with the number of epochs done, below 1 while it is rehearsed how many there will
            be, and the logs.

        Raises
        ------
        TrainingFailed
        """
        twin: Any = clone(self.learner)
        part = series.select(rest)
        epochs = self.learner.epochs
        heard = None if on_epoch is None else (lambda epoch, logs: on_epoch(epoch / (epochs + 1), logs))
        fitting = twin.prepare(part.x, part.y, groups=part.groups, on_rehearsal=heard)
        try:
            self._graph.run(fitting.training, fitting.epochs, fitting.callbacks, on_epoch)
        except TrainingFailed as error:
            raise TrainingFailed(Series.FURTHER_FAILED, n=len(rest), cause=error) from None
        answers = predict_series(twin.network_, series.x[aside])
        if not isinstance(self.learner, LSTMClassifier) or len(twin.classes_) == len(self.learner.classes_):
            return answers
        all_classes = np.zeros((len(answers), len(self.learner.classes_)), answers.dtype)
        all_classes[:, np.searchsorted(self.learner.classes_, twin.classes_)] = answers
        return all_classes  # what it never saw it never answers


def _score(learner: Learner, y: np.ndarray, answers: np.ndarray) -> dict[str, float]:
    if isinstance(learner, LSTMClassifier):
        return {"accuracy": float(np.mean(learner.classes_[answers.argmax(1)] == y))}
    return {"mean absolute error": float(np.abs(answers[:, 0] - y).mean())}


def _read(run: Run, name: str, key: str) -> dict[str, np.ndarray] | None:
    """Return what was kept of a fold; None if that was under another key, or is damaged."""
    with suppress(Exception):
        kept = from_npz(run.path / name)
        return kept if str(kept.pop("key")) == key else None
    return None
