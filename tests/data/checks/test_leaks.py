"""Channels that give the label away are named; honest ones, and chance, are not."""

import numpy as np
import pytest

from glasscell.data import Sequences
from glasscell.data.checks.leaks import find_leaks
from glasscell.data.checks.sentences import Doubts


def series(*constants, y, steps=8, names=None, seed=0):
    """Return noise in one channel beside channels of one value in each series."""
    rng = np.random.default_rng(seed)
    x = [np.column_stack([rng.normal(size=steps), *np.broadcast_to(one, (steps, len(one))).T]) if len(one) else
         rng.normal(size=(steps, 1)) for one in zip(*constants, strict=True)]  # fmt: skip
    return Sequences.from_list(x, y=y, channels=["u", *(names or [f"k{d}" for d in range(len(constants))])])


CLASSES = np.arange(60) % 3
WORDS = np.array(["a", "b", "c"])[CLASSES]


@pytest.mark.few(2)
@pytest.mark.parametrize(
    "code",
    [
        CLASSES,
        np.array([7, 3, 5])[CLASSES],
        np.array([0.1, 0.3, 0.2])[CLASSES] + 1e-3 * np.random.default_rng(0).normal(size=60),
        np.where(CLASSES == 1, np.nan, CLASSES),
        100 * CLASSES + np.arange(60),
    ],
    ids=["number", "another", "measured once", "missing for one class", "person"],
)
def test_what_tells_the_class_alone_is_named(code):
    (found,) = find_leaks(series(code, y=WORDS, names=["code"]))
    assert found == Doubts.TELLS_CLASS.warning("code", how=Doubts.NEVER_CHANGES(), percent=100.0)


def test_persons_of_one_class_each_tell_it():
    rng = np.random.default_rng(0)
    person = np.repeat(np.arange(20), 10)
    label = rng.permutation(np.arange(20) % 2)[person].astype(str)
    (found,) = find_leaks(series(person, y=label, names=["person"]))
    assert (found.code, found.subject) == (Doubts.TELLS_CLASS, "person")


def test_a_one_hot_code_tells_each_class_from_the_others():
    hot = np.eye(6)[np.arange(90) % 6]
    (found,) = find_leaks(series(*hot.T, np.arange(90) // 30, y=(np.arange(90) % 6).astype(str)))
    six = {"channels": [f"k{d}" for d in range(6)], "classes": [*"012345"]}
    assert found == Doubts.TELL_SOME_CLASSES.warning(**six, how=Doubts.THE_SAME())
    (found,) = find_leaks(series(hot[:, 2], y=(np.arange(90) % 6).astype(str)))
    one = {"channels": ["k0"], "classes": ["2"]}
    assert found == Doubts.TELL_SOME_CLASSES.warning("k0", **one, how=Doubts.THE_SAME())


def test_bits_tell_together():
    number = np.arange(120) % 8
    bits = np.stack([number // 4, number // 2 % 2, number % 2])
    (found,) = find_leaks(series(*bits, y=number.astype(str)))
    bits = {"channels": ["k0", "k1", "k2"], "percent": 100.0}
    assert found == Doubts.TOGETHER_TELL_CLASS.warning(**bits, how=Doubts.THE_SAME())


def test_targets_are_told_by_their_order():
    y = np.random.default_rng(0).normal(size=40)
    (found,) = find_leaks(series(-np.exp(y), y=y, names=["energy"]))
    assert found == Doubts.TELLS_NUMBER.warning("energy", how=Doubts.NEVER_CHANGES(), correlation="−1.00")
    assert list(find_leaks(series(np.random.default_rng(1).normal(size=40), y=y))) == []


def test_channels_that_vary_are_no_leaks_however_well_they_predict():
    rng = np.random.default_rng(0)
    x = [np.full((8, 1), float(k)) + 1e-3 * rng.normal(size=(8, 1)) for k in CLASSES]
    assert list(find_leaks(Sequences.from_list(x, y=WORDS))) == []
    assert list(find_leaks(Sequences.from_list([one[:2] * 0 + k for k, one in enumerate(x)], y=WORDS))) == []
    assert list(find_leaks(Sequences.from_list(x, y=CLASSES + 0.5))) == []
    late = [one * 0 + k if n < 30 else one for n, (one, k) in enumerate(zip(x, CLASSES, strict=True))]
    assert list(find_leaks(Sequences.from_list(late, y=WORDS))) == []
    sparse = np.full((60, 8, 1), np.nan)
    sparse[np.arange(60), np.arange(60) % 8, 0] = CLASSES
    assert list(find_leaks(Sequences.from_list(list(sparse), y=WORDS))) == []


def test_constants_that_say_something_but_not_the_class_are_passed():
    rng = np.random.default_rng(0)
    age = 30 + 10 * CLASSES + rng.normal(0, 10, 60)
    assert list(find_leaks(series(age, y=WORDS))) == []
    assert list(find_leaks(series(np.ones(60), y=WORDS))) == []


def test_what_cannot_be_judged_is_passed_in_silence():
    assert list(find_leaks(series(np.arange(4), y=["a", "a", "b", "b"]))) == []
    assert list(find_leaks(series(np.arange(6), y=["a"] * 6))) == []
    assert list(find_leaks(Sequences.from_list([[1.0] * 5] * 6))) == []
    assert list(find_leaks(series(np.arange(6), y=np.ones(6)))) == []


def alarms(n: int, kind: str, seeds: range) -> int:
    """Count the random sets of n series that are warned of; they have 4 constants, and 2 to 4 classes or targets."""
    count = 0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        constants = rng.normal(size=(4, n)) if kind == "normal" else rng.integers(0, 2 if kind == "bits" else 9, (4, n))
        y = (np.arange(n) % (2 + seed % 3)).astype(str) if seed % 4 else rng.normal(size=n)
        count += any(True for _ in find_leaks(series(*constants, y=y, seed=seed)))
    return count


@pytest.mark.few(1)
@pytest.mark.parametrize("n", [9, 20])
def test_chance_alone_is_hardly_ever_named(n):
    assert alarms(n, "bits", range(12)) == 0


@pytest.mark.long(5)
@pytest.mark.parametrize("n", [6, *(pytest.param(n, marks=pytest.mark.nightly) for n in (9, 12, 20, 60))])
@pytest.mark.parametrize("kind", ["bits", *(pytest.param(k, marks=pytest.mark.nightly) for k in ("normal", "numbers"))])
def test_of_a_hundred_random_sets_at_most_one_is_warned_of(n, kind):
    assert alarms(n, kind, range(100)) <= 1


def test_of_many_series_some_are_looked_at(monkeypatch):
    monkeypatch.setattr("glasscell.data.checks.leaks.LOOKED_AT", 50)
    x = np.random.default_rng(0).normal(size=(3000, 5, 2)).astype(np.float32)
    x[:, :, 1] = (np.arange(3000) // 1500)[:, None]
    (found,) = find_leaks(Sequences.from_list(list(x), y=(np.arange(3000) // 1500).astype(str)))
    assert found.subject == "dim_1"


def test_a_code_that_hardly_changes_is_named_as_such():
    code = np.array([3, 7, 5])[CLASSES]
    data = series(code, y=WORDS, names=["code"])
    data.x[..., 1] += np.float32(0.01) * np.random.default_rng(1).normal(size=(60, 8)).astype(np.float32)
    (found,) = find_leaks(data)
    assert found == Doubts.TELLS_CLASS.warning("code", how=Doubts.HARDLY_CHANGES(), percent=100.0)
    y = CLASSES + 0.5 + 0.01 * np.random.default_rng(2).normal(size=60)
    data = series(y, y=y, names=["code"])
    data.x[..., 1] += np.float32(1e-3) * np.random.default_rng(1).normal(size=(60, 8)).astype(np.float32)
    (found,) = find_leaks(data)
    assert (found.code, found.values["how"].code) == (Doubts.TELLS_NUMBER, Doubts.HARDLY_CHANGES)
    hot = np.eye(6)[np.arange(90) % 6][:, 2]
    data = series(hot, y=(np.arange(90) % 6).astype(str))
    data.x[..., 1] += np.float32(1e-3) * np.random.default_rng(1).normal(size=(90, 8)).astype(np.float32)
    (found,) = find_leaks(data)
    one = {"channels": ["k0"], "classes": ["2"]}
    assert found == Doubts.TELL_SOME_CLASSES.warning("k0", **one, how=Doubts.NEARLY_THE_SAME())


def test_of_more_series_those_looked_at_are_not_all_of_one_class(monkeypatch):
    monkeypatch.setattr("glasscell.data.checks.leaks.LOOKED_AT", 30)
    (found,) = find_leaks(series(np.arange(60) % 2, y=(np.arange(60) % 2).astype(str)))
    assert found.subject == "k0"
