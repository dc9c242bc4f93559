"""Times in words: read where a column is named as the time, named in the message where none is."""

import numpy as np
import pandas as pd
import pytest
from support.facts import raises

from glasscell.data import read
from glasscell.data.tables.sentences import Tables

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep"]
WRITTEN = {
    "weeks": [f"2026-W{k:02}" for k in range(8, 17)],
    "quarters": [f"Q{k % 4 + 1} {2020 + k // 4}" for k in range(9)],
    "months": [f"{month} 2025" for month in MONTHS],
    "dates": [f"{day}.01.26" for day in range(20, 29)],
    "days": [f"{day:02}.01." for day in range(20, 29)],
    "german": [f"{day}. Januar 2026" for day in range(20, 29)],
    "numbers": ["baseline", *[f"month {3 * k}" for k in range(1, 9)]],
}


def shuffled(times, path, columns=("x",), name="when", n=6):
    """Write series whose value counts their steps, their rows in an order by chance; give the file."""
    steps = len(times)
    table = pd.DataFrame({"id": np.repeat([f"s{k}" for k in range(n)], steps), name: list(times) * n})
    table = table.assign(**{column: list(range(steps)) * n for column in columns})
    table = table.assign(label=np.repeat(["a", "b"] * (n // 2), steps))
    table.sample(frac=1, random_state=0).sort_values("id", kind="stable").to_csv(path / "d.csv", index=False)
    return path / "d.csv"


@pytest.mark.few(3)
@pytest.mark.parametrize("times", WRITTEN.values(), ids=WRITTEN)
def test_times_in_words_are_read_and_named_where_no_column_is_called_so(times, tmp_path):
    file = shuffled(times, tmp_path)
    guessed = read(file)
    assert guessed.notes[1] == Tables.TAKEN_FOR_TIME(column="when", why=Tables.IT_HOLDS_DATES())
    assert read(file, channels="x").lengths.tolist() == [9] * 6
    found = read(file, time="when")
    assert (guessed.x == found.x).all()
    assert (np.diff(found.x[..., 0], axis=1) == 1).all()
    assert found.notes[0].values["order"].values["worded"].code is Tables.WORDED
    assert (read(shuffled(times, tmp_path, name="date")).x == found.x).all()


def test_months_that_go_past_the_end_of_the_year_keep_their_order(tmp_path):
    rows = [(f"s{k // 9}", (MONTHS[5:] + MONTHS[:5])[k % 9], k % 9, "ab"[k // 9 % 2]) for k in range(54)]
    pd.DataFrame(rows, columns=["id", "month", "x", "label"]).to_csv(tmp_path / "d.csv", index=False)
    assert (np.diff(read(tmp_path / "d.csv", time="month").x[..., 0], axis=1) == 1).all()


@pytest.mark.parametrize("times", [[f"u{k}x" if k else "u0" for k in range(9)], ["a-3", *[f"a{k}" for k in range(8)]]])
def test_what_is_not_read_in_one_way_is_refused_as_before(times, tmp_path):
    with raises(Tables.NOT_A_TIME):
        read(shuffled(times, tmp_path), time="when")


def test_what_would_be_turned_into_series_of_one_step_is_not_advised_to_be(tmp_path):
    with raises(Tables.TELLS_ROWS_APART, column="when", as_option="when", channel="x") as raised:
        read(shuffled(["at noon", "at dawn", "late", "very late", "later"], tmp_path))
    assert "snippet" not in raised.value.values


def test_times_that_rows_share_are_named_beside_the_only_channel(tmp_path):
    days = [f"2026-01-{day}" for day in (20, 20, 21, 21, 22, 22)] * 4
    table = pd.DataFrame({"id": np.repeat([*"abcd"], 6), "when": days, "x": range(24)})
    table.to_csv(tmp_path / "d.csv", index=False)
    texts = ["2026-01-20", "2026-01-21", "2026-01-22"]
    with raises(Tables.HOLDS_TIMES, column="when", texts=texts, as_option="when", channel="x"):
        read(tmp_path / "d.csv")
