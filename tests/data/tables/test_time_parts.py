"""Parts of a time in columns of their own are joined where they tell rows apart together, and only there."""

import numpy as np
import pandas as pd
import pytest
from support.facts import codes

from glasscell.data import read, read_in_parts
from glasscell.data.tables.sentences import Tables

X = np.random.default_rng(0).normal(size=(6, 24)).astype("float32")
START = pd.Timestamp("2024-11-05T00:00:00")


def written(parts, path, id="id", step="1h", **more):
    """Write series of 24 steps with a column for each part of the time, sorted as texts are; give the file."""
    when = pd.Series([START + k * pd.Timedelta(step) for k in range(24)] if step != "month" else
                     pd.date_range("2024-11-01", periods=24, freq="MS"))  # fmt: skip
    of = {name: [read_part(one) for one in when] * 6 for name, read_part in parts.items()}
    table = pd.DataFrame({id: np.repeat([f"s{k}" for k in range(6)], 24), **of, "x": X.ravel()}).assign(
        label=np.repeat([*"ababab"], 24), **more
    )
    order = sorted(range(len(table)), key=lambda k: (table[id][k], str(table[list(parts)[-1]][k])))
    table.iloc[order].to_csv(path / "d.csv", index=False)
    return path / "d.csv"


DATE = {"date": lambda t: str(t.date())}
HOUR = {"hour": lambda t: t.hour}
YEAR = {"year": lambda t: t.year, "month": lambda t: t.month}


@pytest.mark.few(4)
@pytest.mark.parametrize(
    ("parts", "step", "time"),
    [
        (YEAR, "month", "year_month"),
        ({"Jahr": YEAR["year"], "Monat": YEAR["month"], "Tag": lambda t: t.day}, "24h", "Jahr_Monat_Tag"),
        (DATE | HOUR, "3h", "date"),
        ({"timestamp": lambda t: t.isoformat()[:19], "ms": lambda t: t.microsecond // 1000}, "250ms", "timestamp"),
    ],
)
@pytest.mark.parametrize("id", ["id", "site"])
def test_parts_are_one_time(parts, step, time, id, tmp_path):
    file = written(parts, tmp_path, id, step)
    found = read(file)
    np.testing.assert_array_equal(found.x[..., 0], X)
    assert (found.channels, found.columns["time"], found.spacing.in_seconds) == (("x",), time, True)
    assert Tables.JOINED_TIMES in codes(found.notes)
    known = {"channels_expected": found.channels, "columns_expected": found.columns}
    for k, part in enumerate(read_in_parts(file, series=1, **known)):
        np.testing.assert_array_equal(part.x[..., 0], X[k : k + 1])


def test_what_is_no_part_of_the_time_stays_a_channel(tmp_path):
    stamps = {"time": lambda t: t.isoformat()} | HOUR  # that tell rows apart alone
    assert read(written(stamps, tmp_path, step="3h")).channels == ("hour", "x")
    out = DATE | {"hour": lambda t: t.hour + 0.5}
    assert "date" not in read(written(out, tmp_path, step="24h")).channels
    assert read(written(YEAR, tmp_path, step="month"), channels=["month", "x"], id="id").channels == ("month", "x")
    file = written(YEAR, tmp_path, step="month")
    (part,) = read_in_parts(file, channels_expected=["year", "month", "x"], columns_expected={"id": "id"})
    assert part.channels == ("year", "month", "x")  # as of a run that was trained so


def test_rows_of_wide_form_keep_theirs(tmp_path):
    x = pd.DataFrame(np.random.default_rng(1).normal(size=(24, 9)), columns=[f"t{k}" for k in range(9)])
    x = x.assign(region=[*"abcdef"] * 4, year=np.repeat([2024, 2025], 12), month=np.tile(np.repeat([1, 2], 6), 2))
    x.assign(label=["u", "v"] * 12).to_csv(tmp_path / "d.csv", index=False)
    assert Tables.JOINED_TIMES not in codes(read(tmp_path / "d.csv", label="label").notes)
