"""A table of one value per row is rejected with code to reshape it: it is run and read again."""

import numpy as np
import pandas as pd
import pytest
from support.facts import raises

from glasscell.data import read
from glasscell.data.tables.sentences import Tables


def measured(names=("u", "v", "w"), ids="attempt", label=True):
    """Give five series of 4 to 8 steps, a row for each step, and the same as one value a row."""
    lengths = np.arange(4, 9)
    frame = pd.DataFrame({ids: np.repeat([f"s{k}" for k in range(5)], lengths)})
    frame["clock"] = frame.groupby(ids).cumcount() / 10
    if label:
        frame["label"] = np.repeat([*"pqpqp"], lengths)
    values = np.round(np.random.default_rng(0).normal(size=(len(frame), len(names))), 4)
    frame = frame.join(pd.DataFrame(values, columns=list(names)))
    return frame, frame.melt(
        [ids, "clock", *(["label"] if label else [])], var_name="sensor", value_name="value"
    )


@pytest.mark.few(6)
@pytest.mark.parametrize("label", [True, False])
@pytest.mark.parametrize(
    ("ids", "clock"), [("id", "time"), ("id", None), ("trial", "time"), ("trial", None)]
)
@pytest.mark.parametrize("names", [("u", "v", "w"), (1, 2, 3)])
def test_what_turns_it_round_is_run(names, ids, clock, label, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    frame, melted = measured(names, ids, label)
    if names[0] == 1 and clock is None:
        return  # two columns of numbers, and nothing that tells
    renamed = {"clock": "time"} if clock else {}
    (melted.rename(columns=renamed) if clock else melted.drop(columns="clock")).to_csv(
        "d.csv", index=False
    )
    known = {} if ids == "id" else {"id": ids}
    with raises(Tables.MELTED, column="sensor") as raised:
        read("d.csv", **known)
    eval(raised.value.values["snippet"].replace("FILE", "'d.csv'"), {"pandas": pd})
    turned, truth = read("turned.csv", **known), read_truth(frame, ids)
    np.testing.assert_array_equal(turned.x, truth.x)
    assert turned.channels == tuple(map(str, names))
    assert turned.y is None or turned.y.tolist() == truth.y.tolist()


def read_truth(frame, ids):
    frame.to_csv("truth.csv", index=False)
    return read(
        "truth.csv", id=ids, time="clock", channels=[str(name) for name in frame.columns[-3:]]
    )


def test_it_is_seen_where_no_column_is_known_to_name_the_series(tmp_path):
    _, melted = measured()
    melted.to_csv(tmp_path / "d.csv", index=False)
    with raises(Tables.MELTED, id="attempt") as raised:
        read(tmp_path / "d.csv")
    assert "index=['attempt', 'clock', 'label']" in raised.value.values["snippet"]


def test_trials_of_persons_are_not_taken_for_channels(tmp_path):
    person, trial, clock = (
        v.ravel() for v in np.meshgrid(range(6), range(4), range(9), indexing="ij")
    )
    u = np.cumsum(np.random.default_rng(0).normal(size=len(clock)))
    frame = pd.DataFrame({"person": person, "trial": trial, "clock": clock, "u": u})
    frame["label"] = np.where(trial < 2, "p", "q")
    frame.to_csv(tmp_path / "d.csv", index=False)
    with raises(Tables.NAMED_TOGETHER, one="person", other="trial"):
        read(tmp_path / "d.csv")


def test_words_beside_one_channel_are_left_out_as_before(tmp_path):
    frame, _ = measured(("u",), "id")
    frame["place"] = np.where(np.random.default_rng(1).random(len(frame)) < 0.5, "in", "out")
    for table in (frame, frame.drop(columns="clock")):
        table.to_csv(tmp_path / "d.csv", index=False)
        assert read(tmp_path / "d.csv").channels == (("clock", "u") if table is frame else ("u",))


def test_where_a_column_is_called_value_what_is_proposed_is_no_dead_end(tmp_path):
    frame = measured(("u", "v", "w"), "attempt")[0].rename(columns={"w": "value"})
    frame.to_csv(tmp_path / "d.csv", index=False)
    with raises(Tables.STEPS_OR_SERIES, mend=Tables.ROWS_AS_SERIES_RENAMED()):
        read(tmp_path / "d.csv")
    names = {name: f"t{k}" for k, name in enumerate(["clock", "u", "v", "value"])}
    frame.rename(columns=names).to_csv(tmp_path / "d.csv", index=False)
    assert read(tmp_path / "d.csv", channels=["t"]).x.shape == (len(frame), 4, 1)


def test_of_many_channels_a_few_are_named(tmp_path):
    measured([*"abcdef"], "id")[1].rename(columns={"clock": "time"}).to_csv(
        tmp_path / "d.csv", index=False
    )
    with raises(Tables.MELTED, column="sensor", channels=[*"abcd"], more=Tables.AND_MORE()):
        read(tmp_path / "d.csv")
