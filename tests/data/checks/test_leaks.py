"""Label leaks are listed: constants, clocks, gaps, lengths; honest channels and chance are not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasscell.data import Sequences
from glasscell.data.checks.leaks import check_leaks, check_lengths, find_suspects
from glasscell.data.checks.sentences import Doubts


def series(*constants, y, steps=8, names=None, seed=0):
    """Return noise in one channel beside channels of one value in each series."""
    rng = np.random.default_rng(seed)
    x = [np.column_stack([rng.normal(size=steps), *np.broadcast_to(one, (steps, len(one))).T])
         if len(one) else rng.normal(size=(steps, 1))
         for one in zip(*constants, strict=True)]  # fmt: skip
    return Sequences.from_list(
        x, y=y, channels=["u", *(names or [f"k{d}" for d in range(len(constants))])]
    )


def told(channels, which, what=Doubts.CONSTANT_WITHIN):
    values = {
        "channels": channels,
        "what": what(channels=channels),
        "which": which,
        "percent": 100.0,
    }
    return Doubts.TELLS_CLASS.warning(channels[0] if len(channels) == 1 else None, **values)


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
    (found,) = check_leaks(series(code, y=WORDS, names=["code"]))
    assert found == told(["code"], Doubts.THE_CLASS())


def test_persons_of_one_class_each_tell_it():
    rng = np.random.default_rng(0)
    person = np.repeat(np.arange(20), 10)
    label = rng.permutation(np.arange(20) % 2)[person].astype(str)
    (found,) = check_leaks(series(person, y=label, names=["person"]))
    assert (found.code, found.subject) == (Doubts.TELLS_CLASS, "person")


def test_a_one_hot_code_tells_each_class_from_the_others():
    hot = np.eye(6)[np.arange(90) % 6]
    (found,) = check_leaks(series(*hot.T, np.arange(90) // 30, y=(np.arange(90) % 6).astype(str)))
    assert found == told([f"k{d}" for d in range(6)], Doubts.THE_CLASS())
    (found,) = check_leaks(series(hot[:, 2], y=(np.arange(90) % 6).astype(str)))
    assert found == told(["k0"], Doubts.OF_CLASSES(classes=["2"]))


def test_targets_are_told_by_their_order():
    y = np.random.default_rng(0).normal(size=40)
    (found,) = check_leaks(series(-np.exp(y), y=y, names=["energy"]))
    what = Doubts.CONSTANT_WITHIN(channels=["energy"])
    assert found == Doubts.TELLS_NUMBER.warning(
        "energy", channels=["energy"], what=what, correlation="−1.00"
    )
    assert check_leaks(series(np.random.default_rng(1).normal(size=40), y=y)) == []


def test_channels_that_vary_are_no_leaks_however_well_they_predict():
    rng = np.random.default_rng(0)
    x = [np.full((8, 1), float(k)) + 1e-3 * rng.normal(size=(8, 1)) for k in CLASSES]
    assert check_leaks(Sequences.from_list(x, y=WORDS)) == []
    assert (
        check_leaks(Sequences.from_list([one[:2] * 0 + k for k, one in enumerate(x)], y=WORDS))
        == []
    )
    assert check_leaks(Sequences.from_list(x, y=CLASSES + 0.5)) == []
    late = [
        one * 0 + k if n < 30 else one for n, (one, k) in enumerate(zip(x, CLASSES, strict=True))
    ]
    assert check_leaks(Sequences.from_list(late, y=WORDS)) == []
    sparse = np.full((60, 8, 1), np.nan)
    sparse[np.arange(60), np.arange(60) % 8, 0] = CLASSES
    assert check_leaks(Sequences.from_list(list(sparse), y=WORDS)) == []


def test_constants_that_say_something_but_not_the_class_are_passed():
    rng = np.random.default_rng(0)
    age = 30 + 10 * CLASSES + rng.normal(0, 10, 60)
    assert check_leaks(series(age, y=WORDS)) == []
    assert check_leaks(series(np.ones(60), y=WORDS)) == []


def test_what_cannot_be_judged_is_passed_in_silence():
    assert check_leaks(series(np.arange(4), y=["a", "a", "b", "b"])) == []
    assert check_leaks(series(np.arange(6), y=["a"] * 6)) == []
    assert check_leaks(Sequences.from_list([[1.0] * 5] * 6)) == []
    assert check_leaks(series(np.arange(6), y=np.ones(6))) == []


def alarms(n: int, kind: str, seeds: range) -> int:
    """Count random sets of n series with a warning; 4 constants, and 2 to 4 classes or targets."""
    count = 0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        constants = (
            rng.normal(size=(4, n))
            if kind == "normal"
            else rng.integers(0, 2 if kind == "bits" else 9, (4, n))
        )
        y = (np.arange(n) % (2 + seed % 3)).astype(str) if seed % 4 else rng.normal(size=n)
        count += bool(check_leaks(series(*constants, y=y, seed=seed)))
    return count


@pytest.mark.few(1)
@pytest.mark.parametrize("n", [9, 20])
def test_chance_alone_is_hardly_ever_named(n):
    assert alarms(n, "bits", range(12)) == 0


@pytest.mark.long(5)
@pytest.mark.parametrize(
    "n", [6, *(pytest.param(n, marks=pytest.mark.nightly) for n in (9, 12, 20, 60))]
)
@pytest.mark.parametrize(
    "kind", ["bits", *(pytest.param(k, marks=pytest.mark.nightly) for k in ("normal", "numbers"))]
)
def test_of_a_hundred_random_sets_at_most_one_is_warned_of(n, kind):
    assert alarms(n, kind, range(100)) <= 1


def test_of_many_series_some_are_looked_at(monkeypatch):
    monkeypatch.setattr("glasscell.data.checks.leaks.LOOKED_AT", 50)
    x = np.random.default_rng(0).normal(size=(3000, 5, 2)).astype(np.float32)
    x[:, :, 1] = (np.arange(3000) // 1500)[:, None]
    (found,) = check_leaks(Sequences.from_list(list(x), y=(np.arange(3000) // 1500).astype(str)))
    assert found.subject == "dim_1"


def test_of_more_series_those_looked_at_are_not_all_of_one_class(monkeypatch):
    monkeypatch.setattr("glasscell.data.checks.leaks.LOOKED_AT", 30)
    (found,) = check_leaks(series(np.arange(60) % 2, y=(np.arange(60) % 2).astype(str)))
    assert found.subject == "k0"


N, STEPS = 180, 20
SORTED = np.repeat(["a", "b", "c"], N // 3)
ROWS = np.arange(N * STEPS, dtype=float).reshape(N, STEPS)


def beside(channel, y, seed=0):
    """Return noise in one channel beside another, which is called v."""
    noise = np.random.default_rng(seed).normal(size=(len(y), STEPS))
    return Sequences.from_list(list(np.stack([noise, channel], axis=2)), y=y, channels=["u", "v"])


@pytest.mark.parametrize(
    "channel",
    [
        ROWS,
        1.7e9 + ROWS,
        -ROWS,
        np.where(np.random.default_rng(0).random(ROWS.shape) < 0.3, np.nan, ROWS),
    ],
    ids=["counter", "clock", "countdown", "counter with gaps"],
)
def test_what_runs_on_through_a_file_whose_classes_stand_in_order_is_named(channel):
    for y in (SORTED, np.repeat(list("abcabc"), N // 6)):
        order = np.random.default_rng(1).permutation(N)  # in any order of the file
        for some in (slice(None), order):
            (found,) = check_leaks(beside(channel[some], y[some]))
            assert (found.code, found.subject) == (Doubts.TELLS_CLASS, "v")
            assert found.values["what"] == Doubts.RUNNING_ON(channels=["v"])
            assert found.values["percent"] > 90


def test_a_clock_that_tells_no_label_is_passed():
    assert (
        len(list(find_suspects(ROWS[:, :, None].repeat(2, 2), np.full(N, STEPS), ("u", "v")))) == 2
    )
    for seed in range(5):
        assert check_leaks(beside(ROWS, np.random.default_rng(seed).permutation(SORTED))) == []


def test_targets_that_follow_a_counter_are_named_and_a_single_channel_is_not():
    y = np.sort(np.random.default_rng(0).normal(size=N))
    (found,) = check_leaks(beside(ROWS, y))
    assert (found.code, found.subject, found.values["correlation"]) == (
        Doubts.TELLS_NUMBER,
        "v",
        "1.00",
    )
    assert check_leaks(Sequences.from_list(list(ROWS), y=y)) == []
    assert (
        check_leaks(beside(np.random.default_rng(1).normal(size=ROWS.shape) + y[:, None], y)) == []
    )


@given(st.integers(0, 10_000), st.integers(2, 20))
def test_honest_channels_of_classes_in_order_are_passed(seed, classes):
    """Their means rise from class to class, as speeds sorted by gear do, and reveal the class."""
    rng = np.random.default_rng(seed)
    number = np.arange(N) * classes // N
    channel = (
        3.0 * number[:, None]
        + rng.normal(size=(N, 1))
        + 0.3 * rng.normal(size=(N, STEPS)).cumsum(1)
    )
    assert check_leaks(beside(channel, np.array([f"{k:02d}" for k in number]), seed=seed)) == []


@pytest.mark.parametrize(
    "channel",
    [
        np.tile(np.arange(STEPS, dtype=float), (N, 1)),  # it begins again in each series
        np.full((N, STEPS), np.nan),
        np.ones((N, STEPS)),
    ],
    ids=["time", "missing", "constant"],
)
def test_what_says_the_same_of_all_series_is_no_suspect(channel):
    x = np.stack([channel, channel], axis=2)
    assert [one.what for one in find_suspects(x, np.full(N, STEPS), ("u", "v"))] in (
        [],
        [Doubts.MISSING_OF] * 2,
    )
    assert check_leaks(beside(channel, SORTED)) == []


def missing(where, y=WORDS, channels=3, seed=0):
    """Return noise that is missing where a mask (N, T, D) says so."""
    x = np.random.default_rng(seed).normal(size=(len(y), 6, channels))
    x[np.broadcast_to(where, x.shape)] = np.nan
    return Sequences.from_list(list(x), y=y)


def of(*classes):
    return np.isin(WORDS, classes)[:, None, None]


@pytest.mark.parametrize(
    ("where", "channels", "classes"),
    [
        (of("b") & (np.arange(3) == 1), ["dim_1"], ["b"]),
        (of("b", "c") & (np.arange(3) > 0), ["dim_1", "dim_2"], ["a"]),
        (of("a") & (np.arange(6) % 2 == 0)[:, None] & (np.arange(3) == 0), ["dim_0"], ["a"]),
    ],
    ids=["empty", "two empty", "gaps"],
)
def test_what_is_missing_for_one_class_only_is_named(where, channels, classes):
    assert check_leaks(missing(where)) == [
        told(channels, Doubts.OF_CLASSES(classes=classes), Doubts.MISSING_OF)
    ]


@pytest.mark.parametrize(
    "where",
    [
        np.zeros(1, bool),
        (np.random.default_rng(0).random((60, 1, 3)) < 0.5),  # whole channels at random
        (np.random.default_rng(1).random((60, 6, 3)) < 0.3),  # values at random
        (np.arange(6) == 2)[:, None] & (np.arange(3) == 0),  # the same step of all
        (of("a") & (np.arange(60) < 30)[:, None, None]) & (np.arange(3) == 1),  # of half of a class
    ],
)
def test_what_is_missing_by_chance_or_for_all_is_passed(where):
    assert check_leaks(missing(where)) == []


def test_few_series_may_be_so_by_chance_and_the_ends_of_shorter_series_are_no_gaps():
    y = np.array(list("aabb"))
    assert check_leaks(missing((y == "a")[:, None, None] & (np.arange(3) == 0), y)) == []
    x = [np.arange(2.0 * (4 + (label == "a"))).reshape(-1, 2) for label in WORDS]
    assert check_leaks(Sequences.from_list(x, y=WORDS)) == []


def test_lengths_that_give_the_class_away_are_named_and_others_are_not():
    rng = np.random.default_rng(0)
    y = ["a", "b"] * 30
    telling = [rng.normal(size=(5 + 3 * (label == "b") + rng.integers(2), 1)) for label in y]
    mute = [rng.normal(size=(rng.integers(5, 9), 1)) for _ in y]
    (found,) = check_lengths(Sequences.from_list(telling, y=y))
    assert found.values == {"percent": 100, "commonest": 50}
    for x, labels in ((mute, y), (telling, None), (telling[:4], y[:4])):
        assert check_lengths(Sequences.from_list(x, y=labels)) == []
