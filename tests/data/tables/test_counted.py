"""A column that counts trials beside one of persons is warned of; one that only looks so is not."""

import numpy as np
import pandas as pd
import pytest
from support.facts import raises

from glasscell.data import from_frame, read
from glasscell.data.tables.sentences import Tables

PERSONS, TRIALS, STEPS = 6, 4, 20


def table(label=None, **other):
    """Give series of persons and trials whose time runs on through the trials of a person."""
    rng, n = np.random.default_rng(0), PERSONS * TRIALS * STEPS
    person, trial = np.repeat(np.arange(PERSONS), TRIALS * STEPS), np.tile(np.repeat(np.arange(TRIALS), STEPS), PERSONS)
    frame = pd.DataFrame({"person": person + 1, "trial": trial + 1, "time": 10 * (np.arange(n) % (TRIALS * STEPS))})
    frame["u"] = np.sin(frame["time"] / 30) + 0.1 * rng.normal(size=n)
    label = np.array(["down", "up"])[person % 2 if label is None else label(person, trial)]
    return frame.assign(label=label, **other)


@pytest.mark.parametrize("name", [lambda trial: trial, lambda trial: "t" + trial.astype(str)], ids=["number", "text"])
def test_trials_that_were_read_as_one_series_are_warned_of_first(name):
    frame = table()
    frame["trial"] = name(frame["trial"])
    series = from_frame(frame)
    assert len(series) == PERSONS
    first = str(frame["trial"][0])
    assert series.warnings[0] == Tables.COUNTS_PARTS.warning(
        column="trial", id="person", first=first, as_option="person,trial"
    )
    assert from_frame(frame, id="person").warnings == ()
    assert len(from_frame(frame, id=["person", "trial"])) == PERSONS * TRIALS


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.assign(trial=frame["trial"] % 3),  # the fourth returns to the first
        lambda frame: frame.assign(trial=2 * frame["trial"]),
        lambda frame: frame.assign(trial=frame["trial"].where(frame["person"] > 1, frame["trial"] + 3)),
        lambda frame: frame.assign(trial=frame["trial"].where(frame["person"] > 1, 1)),
        lambda frame: frame.assign(trial=frame["trial"].where(frame["time"] > 0)),
    ],
    ids=["returns", "rises by two", "begins elsewhere", "stays", "has gaps"],
)
def test_a_channel_that_does_not_count_is_none(change):
    assert from_frame(change(table())).warnings == ()


def test_one_time_for_the_whole_file_is_refused_with_both_names():
    frame = table(label=lambda person, trial: (person + trial) % 2)
    frame["time"] = np.arange(len(frame))
    with raises(Tables.NAMED_TOGETHER, one="person", other="trial"):
        from_frame(frame)


def test_persons_and_trials_without_a_time_are_named_together(tmp_path):
    rng = np.random.default_rng(0)
    places = [(person, trial) for person in range(4) for trial in (1, 2, 3) for _ in range(5)]
    rows = [f"{p},{t},{rng.normal():.3f},{rng.normal():.3f},{'ab'[(p + t) % 2]}" for p, t in places]
    (tmp_path / "d.csv").write_text("\n".join(["person,trial,x,y,label", *rows]))
    with raises(Tables.NAMED_TOGETHER, one="person", other="trial"):
        read(tmp_path / "d.csv")


def test_rows_of_persons_and_trials_that_go_on_across_are_warned_of(tmp_path):
    rng = np.random.default_rng(0)
    walks = rng.normal(size=(60, 8)).cumsum(axis=1)
    names = {"person": np.arange(60) // 15, "trial": np.arange(60) // 5 % 3 + 1}
    table = pd.DataFrame({**names, **dict(zip("abcdefgh", walks.T, strict=True))})
    table.assign(label=np.array(["up", "down"])[np.arange(60) // 5 % 2]).to_csv(tmp_path / "d.csv", index=False)
    (said,) = read(tmp_path / "d.csv").warnings
    assert said == Tables.MAY_NAME_TOGETHER.warning(one="person", other="trial", as_option="person,trial")
