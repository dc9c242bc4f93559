"""A column that counts trials beside one of persons is warned of; one that only looks so is not."""

import numpy as np
import pandas as pd
from support.facts import raises

from glasscell.data import from_frame, read, steps_from_frame
from glasscell.data.tables.sentences import Tables

PERSONS, TRIALS, STEPS = 6, 4, 20


def table(label=None, **other):
    """Give series of persons and trials whose time runs on through the trials of a person."""
    rng, n = np.random.default_rng(0), PERSONS * TRIALS * STEPS
    person, trial = (
        np.repeat(np.arange(PERSONS), TRIALS * STEPS),
        np.tile(np.repeat(np.arange(TRIALS), STEPS), PERSONS),
    )
    frame = pd.DataFrame(
        {"person": person + 1, "trial": trial + 1, "time": 10 * (np.arange(n) % (TRIALS * STEPS))}
    )
    frame["u"] = np.sin(frame["time"] / 30) + 0.1 * rng.normal(size=n)
    label = np.array(["down", "up"])[person % 2 if label is None else label(person, trial)]
    return frame.assign(label=label, **other)


def test_trials_whose_time_runs_on_are_one_series_of_a_person_unless_both_are_named():
    frame = table()
    found = from_frame(frame)
    assert (found.ids.tolist(), found.channels) == (list("123456"), ("trial", "u"))
    (warning,) = found.warnings
    assert (warning.code, warning.values["as_option"]) == (Tables.NUMBERS_PARTS, "person,trial")
    assert len(from_frame(frame, id=["person", "trial"])) == PERSONS * TRIALS
    assert from_frame(frame, id="person").warnings == ()
    flag = from_frame(frame.rename(columns={"trial": "valve"}))  # is called otherwise
    assert (flag.channels, flag.warnings) == (("valve", "u"), ())


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


def test_rows_of_persons_and_trials_in_columns_of_no_order_are_asked_for(tmp_path):
    rng = np.random.default_rng(0)
    walks = rng.normal(size=(60, 8)).cumsum(axis=1)
    names = {"person": np.arange(60) // 15, "trial": np.arange(60) // 5 % 3 + 1}
    table = pd.DataFrame({**names, **dict(zip("abcdefgh", walks.T, strict=True))})
    table.assign(label=np.array(["up", "down"])[np.arange(60) // 5 % 2]).to_csv(
        tmp_path / "d.csv", index=False
    )
    with raises(Tables.NAMED_TOGETHER, one="person", other="trial", as_option="person,trial"):
        read(tmp_path / "d.csv")
    assert read(tmp_path / "d.csv", id="person,trial").x.shape == (12, 5, 8)


def counting(n_users=3, n_runs=2, **other):
    """Give series of users whose sample number begins again at each run."""
    n, rng = n_users * n_runs * 5, np.random.default_rng(0)
    user = np.repeat(np.arange(n_users), n_runs * 5)
    frame = pd.DataFrame({"user": user, "sample": np.arange(n) % 5, "u": rng.normal(size=n)})
    return frame.assign(**other)


def test_a_count_that_begins_again_within_series_is_warned_of():
    (note,) = from_frame(counting(), id="user").warnings
    expected = {"column": "sample", "length": 1.0, "row": 6, "mend": Tables.NUMBER_RUNS(id="user")}
    assert (note.code, dict(note.values)) == (Tables.BEGINS_AGAIN, expected)
    assert not from_frame(counting().rename(columns={"sample": "month"}), id="user").warnings
    assert not from_frame(counting(sample=np.arange(30)[::-1] % 5), id="user").warnings


def test_a_column_that_tells_the_runs_apart_is_named():
    take = np.tile(np.repeat(["first", "second"], 5), 3)
    frame = counting(take=take, activity=np.repeat(["sit", "walk", "sit"], 10))
    (note,) = from_frame(frame, id="user", label="activity").warnings
    assert note.values["mend"] == Tables.RUNS_BY(as_option="user,take")
    assert len(from_frame(frame, id="user,take", label="activity", time="sample")) == 6


def test_persons_and_trials_are_named_together_also_where_labels_vary():
    frame = table().assign(label=np.tile(["sit", "walk"], PERSONS * TRIALS * STEPS // 2))
    frame["time"] = frame["time"] % 200  # begins again in each trial
    with raises(Tables.NAMED_TOGETHER, one="person", other="trial", as_option="person,trial"):
        from_frame(frame)
    assert len(steps_from_frame(frame, id="person,trial").series) == PERSONS * TRIALS
