"""A measurement that is called a time is a channel where another column counts the rows; a time stays a time."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from glasscell.data import read
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.untimed import find_counter


def laps(n=8, steps=15):
    random = np.random.default_rng(0)
    time = random.normal(62, 1, (n, steps)).round(1)  # of which some are the same
    named = {"runner": np.repeat([f"r{k}" for k in range(n)], steps), "lap": np.tile(np.arange(1, steps + 1), n)}
    return pd.DataFrame({**named, "time": time.ravel(), "pulse": random.normal(size=n * steps)}).assign(
        label=np.repeat(["up", "down"] * (n // 2), steps)
    )


@pytest.mark.parametrize("id", [None, "runner"])
def test_a_column_that_counts_the_rows_is_the_time_where_measurements_are_called_so(id, tmp_path):
    table = laps()
    table.to_csv(tmp_path / "d.csv", index=False)
    found = read(tmp_path / "d.csv", id=id)
    assert found.channels == ("time", "pulse")
    assert found.columns["time"] == "lap"
    np.testing.assert_allclose(found.x[..., 0].ravel(), table["time"].astype("float32"))
    assert Tables.MEASURED_TIME(column="time", counter="lap") in found.notes


def test_times_in_another_order_stay_times_beside_a_column_that_counts_the_rows_of_the_file(tmp_path):
    table = laps().assign(time=np.tile(np.cumsum(np.random.default_rng(1).uniform(0.5, 2, 15)), 8))
    table = table.sample(frac=1, random_state=0).sort_values("runner", kind="stable")
    table.assign(lap=range(len(table))).to_csv(tmp_path / "d.csv", index=False)
    assert read(tmp_path / "d.csv", id="runner").columns["time"] == "time"
    table.drop(columns="lap").assign(time=table["lap"], lap=table["time"]).to_csv(tmp_path / "d.csv", index=False)
    assert read(tmp_path / "d.csv", id="runner").columns["time"] == "time"


@pytest.mark.parametrize(("damaged", "counter"), [("lap", None), ("time", "lap")])
def test_a_damaged_number_is_missing_without_a_warning_of_numpy(damaged, counter):
    """Arithmetic with a signaling NaN warns; a flipped bit in a Parquet file can make one."""
    columns = {"id": [7.0] * 5, "lap": [1.0, 2, 3, 4, 5], "time": [63.9, 61.1, 64.7, 61.1, 62]}
    signaling = np.array([0x7FF0000000000001], "uint64").view("float64")
    columns[damaged] = np.concatenate([columns[damaged][:4], signaling])
    assert find_counter(pa.table(columns), "id", "time", ["lap"]) == counter
