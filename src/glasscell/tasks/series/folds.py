"""Cross-validation by further trainings, each of which predicts its held-out series.

N series · K folds · C classes, or targets
"""

import hashlib
import json
import math
import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import GroupKFold, KFold, LeaveOneGroupOut, StratifiedGroupKFold

from glasscell.data import Sequences
from glasscell.errors import TrainingFailed, UsageError
from glasscell.recurrence.kernel.library import cores_shared
from glasscell.runs.run_folder import Run
from glasscell.system.files import from_npz, to_npz
from glasscell.system.threads import Tell, call_each, count_cores
from glasscell.tasks.series import baselines
from glasscell.tasks.series.classifier import LSTMClassifier
from glasscell.tasks.series.learner import Learner
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.settings import PERFECT_EPOCHS, PERFECT_LOSS, SeriesSettings
from glasscell.training.epoch_graph import Logs
from glasscell.training.prediction import predict_series
from glasscell.training.sharing import SharedGraph

Part = tuple[np.ndarray, np.ndarray]  # indices of the series to train on, and of those held out
# finished trainings, epochs of the running ones, their logs
OnFurther = Callable[[int, float, dict[str, float]], None]
BeginFurther = Callable[[int, int], OnFurther]  # number of trainings, and epochs of each

FOLDS, FOLDS_OF_FEW = 5, 10
FEW = 100  # with fewer series, each one matters in training, so folds are smaller
MIN_SERIES = 4  # with fewer, none are held out
MAX_SECONDS = 60.0
SECONDS_TO_BEGIN = 0.4  # per training, to build the network and trace its graph
SLOWER_BESIDE_ANOTHER = (
    1.4  # in parallel: from 1.1 for a small network to 1.9 for one that fills two cores
)
MAX_BYTES_AT_ONCE = 2**26  # of series, which each running training copies


@dataclass(frozen=True)
class Answers:
    """Predictions for series by networks that were not trained on them.

    Parameters
    ----------
    places : array (N,)
        Indices of the series among all, sorted.
    others : dict from a name to an array (N,)
        Predictions of `baselines`, fitted to the same series as the network.
    part : array (N,)
        Fold in which the series was held out, counted from 1.
    stopped_after : sequence of K int or None
        Epoch after which the training of each fold stopped, perfect as in `epochs_to_perfection`;
        None at its end.
    """

    places: np.ndarray
    answers: np.ndarray
    others: dict[str, np.ndarray]
    part: np.ndarray
    stopped_after: Sequence[int | None]


def number_of_folds(n: int, seconds: float | None = None, cores: int | None = None) -> int:
    """Return K for n series; given a training's seconds, the largest that adds under a minute.

    >>> (
    ...     number_of_folds(60),
    ...     number_of_folds(500),
    ...     number_of_folds(500, 20.0, cores=1),
    ...     number_of_folds(500, 100.0),
    ... )
    (10, 5, 3, 1)
    """
    most = min(n, FOLDS_OF_FEW if n < FEW else FOLDS)
    if seconds is None:
        return most
    return next(
        (k for k in (most, FOLDS, 3) if k <= most and seconds_for(k, seconds, cores) < MAX_SECONDS),
        1,
    )


def seconds_for(trainings: int, seconds: float, cores: int | None = None) -> float:
    """Estimate the seconds of cross-validation with this many trainings, given one on all series.

    At most two run in parallel by this estimate, since a large network uses several cores by
    itself.

    >>> round(seconds_for(5, 10.0, cores=1), 1), round(seconds_for(5, 10.0, cores=2), 1)
    (42.0, 34.8)
    """
    share = (trainings - 1) / trainings if trainings > 1 else 1.0
    at_once = min(trainings, cores or count_cores(), 2)
    slower = SLOWER_BESIDE_ANOTHER if at_once > 1 else 1.0
    return math.ceil(trainings / at_once) * (slower * share * seconds + SECONDS_TO_BEGIN)


def epochs_to_perfection(history: Sequence[Logs]) -> int:
    """Return how many of the fifty perfect epochs after which a fold stops are yet to come.

    >>> perfect, good = {"accuracy": 1.0, "loss": 1e-4}, {"accuracy": 1.0, "loss": 0.01}
    >>> (
    ...     epochs_to_perfection([perfect] * 3),
    ...     epochs_to_perfection([perfect, good]),
    ...     epochs_to_perfection([perfect] * 50),
    ... )
    (47, 50, 0)
    """
    for count, logs in enumerate(reversed(history[-PERFECT_EPOCHS:])):
        if logs["accuracy"] < 1 or logs["loss"] >= PERFECT_LOSS:
            return PERFECT_EPOCHS - count
    return max(0, PERFECT_EPOCHS - len(history))


def epochs_of_fold(history: Sequence[Logs]) -> int:
    """Return after how many epochs a fold with this history stops; all if never perfect for long.

    >>> perfect = {"accuracy": 1.0, "loss": 1e-4}
    >>> (
    ...     epochs_of_fold([{"accuracy": 0.5, "loss": 1.0}, *[perfect] * 90]),
    ...     epochs_of_fold([perfect] * 9),
    ... )
    (51, 9)
    """
    ends = range(PERFECT_EPOCHS, len(history))
    return next(
        (end for end in ends if not epochs_to_perfection(history[end - PERFECT_EPOCHS : end])),
        len(history),
    )


def cut(
    labels: np.ndarray, folds: int, *, seed: int, groups: np.ndarray | None = None
) -> list[Part]:
    """Return K parts: the series to train on, and the held-out ones.

    `labels` (N,), `groups` (N,).

    >>> parts = cut(np.array(list("aaabbbc")), 3, seed=0)
    >>> (
    ...     sorted(np.concatenate([aside for _, aside in parts]).tolist()),
    ...     [len(aside) for _, aside in parts],
    ... )
    ([0, 1, 2, 3, 4, 5], [2, 2, 2])
    """
    are_numbers = labels.dtype.kind == "f"
    if groups is not None:
        return _cut_by_group(labels, folds, seed, groups, are_numbers)
    places = np.arange(len(labels))
    if are_numbers:
        return [
            (rest, aside)
            for rest, aside in KFold(folds, shuffle=True, random_state=seed).split(places)
        ]
    _, number, counts = np.unique(labels, return_inverse=True, return_counts=True)
    some = places[counts[number] > 1]
    some = some if len(some) else places
    # Dealt out class by class, like StratifiedKFold, which raises an error if all classes have
    # fewer than K series.
    order = some[np.lexsort((np.random.default_rng(seed).permutation(len(some)), number[some]))]
    asides = [np.sort(order[k::folds]) for k in range(min(folds, len(some)))]
    return [(np.setdiff1d(places, aside), aside) for aside in asides]


def set_aside(series: Sequences, share: float, seed: int) -> Part:
    """Return indices of series to train on, and of about this fraction to validate on, by group."""
    labels: Any = series.y
    parts = cut(labels, max(round(1 / share), 2), seed=seed, groups=series.groups)
    for rest, aside in parts:
        if labels.dtype.kind == "f" or set(labels[aside]) <= set(labels[rest]):
            return rest, aside
    raise UsageError(Series.CLASS_WOULD_MISS)


def _cut_by_group(
    labels, folds: int, seed: int, groups: np.ndarray, are_numbers: bool
) -> list[Part]:
    folds = min(folds, len(np.unique(groups)))
    if not are_numbers:
        folds = min(folds, int(np.unique(labels, return_counts=True)[1].max()))
    if are_numbers or folds < 2:
        splitter: Any = GroupKFold(max(folds, 2))
    else:
        splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # a class in few groups cannot be spread evenly
        warnings.simplefilter("ignore", UserWarning)
        return [
            (rest, aside) for rest, aside in splitter.split(labels, labels, groups) if len(aside)
        ]


def cut_to_measure(
    labels: np.ndarray, folds: int, *, seed: int, groups: np.ndarray | None = None
) -> list[Part]:
    """Return parts as `cut` does, without held-out series whose class is missing from training.

    `groups` (N,).

    >>> parts = cut_to_measure(
    ...     np.array(["a", "b", "a"]), 2, seed=0, groups=np.array(["Ann", "Ann", "Bob"])
    ... )
    >>> sorted(np.concatenate([aside for _, aside in parts]).tolist())
    [0, 2]
    """
    parts = cut(labels, folds, seed=seed, groups=groups)
    if labels.dtype.kind == "f":
        return parts
    measurable = _with_known_classes(parts, labels)
    if (
        not measurable and groups is not None
    ):  # some versions of scikit-learn deal out few groups so that none is left
        measurable = _with_known_classes(LeaveOneGroupOut().split(labels, groups=groups), labels)
    return measurable


def _with_known_classes(parts: Iterable[Part], labels: np.ndarray) -> list[Part]:
    """Return the parts without held-out series whose class is missing from training."""
    known = [(rest, aside[np.isin(labels[aside], labels[rest])]) for rest, aside in parts]
    return [(rest, aside) for rest, aside in known if len(aside)]


def key_of(about: dict[str, Any], settings: dict[str, Any]) -> str:
    """Return a key for the predictions: a 16-digit hash of series and settings except paths."""
    named = {"target": "task"}  # so that keys of older runs stay valid
    decides = [
        about["sha256"],
        {
            named.get(name, name): v
            for name, v in settings.items()
            if name not in SeriesSettings.files
        },
    ]
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:16]


def folds_begun(run: Run, key: str) -> int | None:
    """Return the number of folds in a run's interrupted cross-validation, or None."""
    for path in sorted(run.path.glob("fold-*-of-*.npz")):
        folds = path.stem.rpartition("-")[2]
        if folds.isdigit() and _read(run, path.name, key) is not None:
            return int(folds)
    return None


def _files_of(parts: Sequence[Part]) -> list[str]:
    return [f"fold-{k + 1}-of-{len(parts)}.npz" for k in range(len(parts))]


def predictions_kept(run: Run, parts: Sequence[Part], key: str) -> dict[int, dict[str, np.ndarray]]:
    """Return what an interrupted cross-validation kept of each finished part."""
    kept = {}
    for k, (name, (_, held_out)) in enumerate(zip(_files_of(parts), parts, strict=True)):
        predictions = _read(run, name, key)
        if predictions is not None and np.array_equal(predictions["places"], held_out):
            kept[k] = predictions
    return kept


def trainings_at_once(trainings: int, series: Sequences) -> int:
    """Return how many trainings run in parallel: one per core, or one for large series."""
    return min(trainings, count_cores()) if series.x.nbytes <= MAX_BYTES_AT_ONCE else 1


def answer_left_out(
    run: Run,
    learner: Learner,
    series: Sequences,
    parts: Sequence[Part],
    key: str,
    on_further: OnFurther | None = None,
) -> Answers:
    """Train once for each part, and return the predictions for the held-out series.

    Trainings run in parallel. The run keeps the predictions of each finished one, so that a resumed
    run skips it.
    """
    pairs = sum(
        len(aside) * baselines.number_kept(len(rest), series.x.shape[2]) for rest, aside in parts
    )
    warp = baselines.can_warp(pairs, series.x.shape[2])
    labels: Any = np.asarray(series.y)
    names = _files_of(parts)
    found = predictions_kept(run, parts, key)
    # missing in older runs
    stopped_after = {k: int(v.pop("stopped_after", 0)) for k, v in found.items()}
    to_train = [k for k in range(len(parts)) if k not in found]
    under_way: dict[int, float] = {}
    on_further = on_further or (lambda *_: None)
    for done, arrays in enumerate(found.values(), 1):
        on_further(done, 0, _score(learner, labels[arrays["places"]], arrays["answers"]))

    def hear(k: int, epoch: float, logs: dict[str, float], twin: Twin | None) -> None:
        under_way[k] = epoch
        if twin is not None:
            rest, aside = parts[k]
            others = baselines.fit(series.x[rest], labels[rest]).answer(series.x[aside], warp=warp)
            found[k] = {
                "places": aside,
                "answers": twin.answers,
                **{f"other/{name}": v for name, v in others.items()},
            }
            stopped_after[k] = twin.stopped_after or 0
            about = {"key": np.array(key), "stopped_after": np.array(stopped_after[k])}
            run.write(names[k], to_npz(found[k] | about))
            del under_way[k]
            on_further(len(found), 0, _score(learner, labels[aside], twin.answers))
        else:
            on_further(len(found), sum(under_way.values()), logs)

    if to_train:
        _train(learner, series, parts, to_train, hear)
    places = np.concatenate([aside for _, aside in parts])
    part = np.repeat(np.arange(1, len(parts) + 1), [len(aside) for _, aside in parts])
    order = np.argsort(places)
    all_of = {
        name: np.concatenate([found[k][name] for k in range(len(parts))])[order]
        for name in found[0]
    }
    others = {
        name.removeprefix("other/"): some
        for name, some in all_of.items()
        if name.startswith("other/")
    }
    epochs = [stopped_after[k] or None for k in range(len(parts))]
    return Answers(all_of["places"], all_of["answers"], others, part[order], epochs)


def _train(
    learner: Learner,
    series: Sequences,
    parts: Sequence[Part],
    which: list[int],
    hear: Callable[..., None],
) -> None:
    """Train for each of these parts, and report its epochs and its predictions to `hear`."""
    at_once = trainings_at_once(len(which), series)
    idle: SimpleQueue[Twins] = SimpleQueue()
    for _ in range(at_once):
        idle.put(Twins(learner))  # each has a graph of its own

    def train(k: int, tell: Tell) -> None:
        twins = idle.get()
        try:
            with cores_shared(at_once):
                twin = twins.answer(
                    series, *parts[k], lambda epoch, logs: tell(k, epoch, logs, None)
                )
            tell(k, 0, {}, twin)
        finally:
            idle.put(twins)

    call_each(train, which, at_once, hear)


def drop_folds(run: Run) -> None:
    """Delete the predictions kept for folds, once the run is scored."""
    for path in run.path.glob("fold-*-of-*.npz"):
        path.unlink(missing_ok=True)


class Twin(NamedTuple):
    """A network's predictions (N, C), and the epoch after which it stopped: see `Twins.answer`."""

    answers: np.ndarray
    stopped_after: int | None


class Twins:
    """Networks trained with a learner's parameters; those on equally many series share a graph.

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
    ) -> Twin:
        """Train a network on some series; return answers for others, (N, C), and when it stopped.

        A classifier without a validation split stops once its training series are perfect: see
        `epochs_to_perfection`.
        """
        twin: Any = clone(self.learner)
        part = series.select(rest)
        epochs = self.learner.epochs
        heard = (
            None if on_epoch is None else (lambda epoch, logs: on_epoch(epoch / (epochs + 1), logs))
        )
        fitting = twin.prepare(part.x, part.y, groups=part.groups, on_rehearsal=heard)
        classifies = isinstance(self.learner, LSTMClassifier)
        stops_in = epochs_to_perfection if classifies and fitting.validation is None else None
        try:
            self._graph.run(fitting.training, fitting.epochs, fitting.callbacks, on_epoch, stops_in)
        except TrainingFailed as error:
            raise TrainingFailed(Series.FURTHER_FAILED, n=len(rest), cause=error) from None
        answers = predict_series(twin.network_, series.x[aside])
        is_perfect = (
            stops_in is not None and fitting.training.stopped and fitting.training.epoch < epochs
        )
        stopped_after = fitting.training.epoch if is_perfect else None
        if isinstance(self.learner, LSTMClassifier) and len(twin.classes_) < len(
            self.learner.classes_
        ):
            known, answers = (
                answers,
                np.zeros((len(answers), len(self.learner.classes_)), answers.dtype),
            )
            # classes not in its training data have probability 0
            answers[:, np.searchsorted(self.learner.classes_, twin.classes_)] = known
        return Twin(answers, stopped_after)


def _score(learner: Learner, y: np.ndarray, answers: np.ndarray) -> dict[str, float]:
    if isinstance(learner, LSTMClassifier):
        return {"accuracy": float(np.mean(learner.classes_[answers.argmax(1)] == y))}
    return {"mean absolute error": float(np.abs(answers[:, 0] - y).mean())}


def _read(run: Run, name: str, key: str) -> dict[str, np.ndarray] | None:
    """Return the predictions kept for a fold; None if they have another key or are damaged."""
    with suppress(Exception):
        kept = from_npz(run.path / name)
        return kept if str(kept.pop("key")) == key else None
    return None
