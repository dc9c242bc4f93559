"""The order of rows does not decide what columns are, wherever one of them is the time."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.facts import raises

from glasscell.data import from_frame
from glasscell.data.steps.step_table import read_steps
from glasscell.data.tables.sentences import Tables
from glasscell.errors import GlasscellError

IDS = ["id", "customer_id", "battery", "qux"]
TIMES = ["time", "cycle", "Zeit", "bar"]
LABELS = ["label", "foo"]
PLACES = (
    "toe",
    "foot",
    "knee",
    "hip",
    "waist",
    "chest",
    "neck",
    "chin",
    "nose",
    "brow",
    "crown",
    "hat",
)
BY_CHANCE = Tables.MAY_BEGIN_AGAIN  # of few rows of few series


@st.composite
def long_tables(draw) -> pd.DataFrame:
    """Give tables of several series, by id and time: numbers or dates; walks, noise or counts."""
    n, most = draw(st.integers(2, 12)), draw(st.integers(4, 12))
    lengths = [draw(st.integers(3, most)) for _ in range(n)] if draw(st.booleans()) else [most] * n
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    of = np.repeat(np.arange(n), lengths)
    step = np.concatenate([np.arange(length) for length in lengths])
    start = draw(st.sampled_from([0 * of, of, 100 * of]))
    when = draw(
        st.sampled_from(
            [
                step + start,
                step * 0.25 + start,
                pd.Timestamp("2026-01-31") + pd.to_timedelta(step + start, unit="D"),
                pd.Timestamp("2026-01-31")
                + pd.to_timedelta(np.sort(rng.integers(0, 10**6, len(of))), unit="s"),
            ]
        )
    )
    names = draw(st.sampled_from([of + 7, np.array([f"s{k:02d}" for k in of])]))
    columns = {draw(st.sampled_from(IDS)): names, draw(st.sampled_from(TIMES)): when}
    for k in range(draw(st.integers(1, 4))):
        noise = rng.normal(size=len(of))
        columns[f"{'uvwx'[k]}"] = draw(
            st.sampled_from([noise, noise.cumsum(), rng.integers(0, 6, len(of))])
        )
    if (label := draw(st.sampled_from([None, *LABELS]))) is not None:
        columns[label] = draw(
            st.sampled_from([np.array(["up", "down", "up"])[of % 3], of % 2 * 1.5])
        )
    order = draw(st.permutations(list(columns))) if draw(st.booleans()) else list(columns)
    return pd.DataFrame(columns)[order]


def as_read(table: pd.DataFrame):
    """Return what a table is read as, by the names of its series, or how it is refused."""
    try:
        s = from_frame(table)
    except GlasscellError as error:
        return error.code
    y = s.y if s.y is not None else [None] * len(s)
    steps = (x[:length].tolist() for x, length in zip(s.x, s.lengths, strict=True))
    # else they are in the order of the file
    steps = steps if "time" in s.columns else map(sorted, steps)
    each = {name: (of, label) for name, of, label in zip(s.ids.tolist(), steps, y, strict=True)}
    return s.channels, dict(s.columns), each if "id" in s.columns else len(s)


@pytest.mark.long(3)
@settings(max_examples=100, deadline=None)
@given(long_tables(), st.integers(0, 10**6))
def test_shuffled_rows_are_read_as_those_in_order(table, seed):
    found = as_read(table.sample(frac=1, random_state=seed))
    # out of order, a column that counts the rows is named in a refusal
    assume(found not in (BY_CHANCE, Tables.ORDER_IN_DOUBT))
    assert found == as_read(table)


def laps() -> pd.DataFrame:
    """Give the times of laps, which are no times of the rows."""
    rng = np.random.default_rng(0)
    named = {
        "runner": np.repeat([f"r{k}" for k in range(8)], 15),
        "lap": np.tile(np.arange(1, 16), 8),
    }
    label = np.repeat(["up", "down"] * 4, 15)
    return pd.DataFrame(
        {
            **named,
            "time": rng.normal(62, 1, 120).round(1),
            "pulse": rng.normal(size=120),
            "label": label,
        }
    )


def uneven() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    when = rng.uniform(0.1, 5, (8, 15)).cumsum(axis=1).ravel()
    return pd.DataFrame(
        {"probe": np.repeat(np.arange(8), 15), "Zeit": when, "u": rng.normal(size=120)}
    )


def alike() -> pd.DataFrame:
    """Give channels that follow on across as they do down, if the rows stand in order."""
    tick, starts = np.tile(np.arange(15), 8), np.random.default_rng(0).uniform(0, 6, 8).repeat(15)
    channels = {name: np.sin(starts + tick / 3 + k / 3) for k, name in enumerate(PLACES)}
    return pd.DataFrame({"probe": np.repeat(np.arange(8), 15), "turn": tick, **channels})


def events() -> pd.DataFrame:
    """Give events of customers at unique times, next to whole numbers that several of them have."""
    rng = np.random.default_rng(0)
    when = pd.Timestamp("2026-01-31") + pd.to_timedelta(
        np.sort(rng.choice(10**6, 120, replace=False)), unit="s"
    )
    named = {
        "customer_id": rng.integers(1000, 1010, 120),
        "timestamp": when,
        "clicks": rng.integers(0, 9, 120),
    }
    return pd.DataFrame({**named, "amount": rng.normal(size=120)}).sort_values(
        ["customer_id", "timestamp"]
    )


@pytest.mark.few(3)
@pytest.mark.parametrize(
    ("table", "channels", "columns"),
    [
        (uneven().rename(columns={"probe": "id"}), ("u",), {"id": "id", "time": "Zeit"}),
        (events(), ("clicks", "amount"), {"id": "customer_id", "time": "timestamp"}),
    ],
    ids=["uneven with ids", "events"],
)
def test_tables_whose_rows_say_little_are_read_alike_in_any_order(table, channels, columns):
    assert as_read(table)[:2] == (channels, columns)
    for seed in range(5):
        assert as_read(table.sample(frac=1, random_state=seed)) == as_read(table)


@pytest.mark.parametrize(
    ("table", "options"),
    [
        (laps(), ["--id", "runner", "--time", "lap"]),
        (uneven(), ["--id", "probe", "--time", "Zeit"]),
        (alike(), ["--id", "probe", "--time", "turn"]),
    ],
    ids=["laps", "uneven", "alike"],
)
def test_what_may_be_an_id_and_a_time_is_asked_for_in_any_order(table, options):
    for some in (table, table.sample(frac=1, random_state=0)):
        with raises(Tables.STEPS_OR_SERIES, options=options):
            from_frame(some)
    s = from_frame(some, id=options[1], time=options[3])
    assert (len(s), s.lengths.tolist()) == (8, [15] * 8)


def test_a_column_that_counts_the_rows_in_another_order_than_the_time_is_warned_of():
    table = laps().rename(columns={"runner": "id"})
    (warning,) = [note for note in from_frame(table).warnings if note.code is Tables.COUNTS_STEPS]
    assert (warning.values["column"], warning.values["as_option"]) == ("lap", "lap")
    assert from_frame(table, time="lap").channels == ("time", "pulse")


def test_steps_are_labelled_alike_in_any_order(tmp_path):
    names, tags = (
        np.repeat(["r0", "r1", "r2"], 12),
        np.tile(np.repeat(["rest", "walk", "rest"], 4), 3),
    )
    table = pd.DataFrame(
        {
            "rec": names,
            "Zeit": np.tile(np.arange(12), 3),
            "u": np.arange(36.0) ** 2,
            "activity": tags,
        }
    )
    table.to_csv(tmp_path / "sorted.csv", index=False)
    table.sample(frac=1, random_state=0).to_csv(tmp_path / "shuffled.csv", index=False)
    found, expected = (read_steps(tmp_path / f"{name}.csv") for name in ("shuffled", "sorted"))
    assert (
        found.series.columns
        == expected.series.columns
        == {"id": "rec", "time": "Zeit", "label": "activity"}
    )
    assert found.y is not None
    assert expected.y is not None
    order = [found.series.ids.tolist().index(name) for name in expected.series.ids]
    np.testing.assert_array_equal(found.series.x[order], expected.series.x)
    assert [found.y[k].tolist() for k in order] == [one.tolist() for one in expected.y]
