"""`--channels value`: each row is a series, whatever else it looks like."""

import numpy as np
import pandas as pd
from support.facts import only

from glasscell.data import from_frame
from glasscell.data.tables.sentences import Tables


def steps():
    """Return steps of four series, which have a date and a label."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"run": np.repeat(list("pqrs"), 5), "Date": [f"2026-01-{1 + k % 5:02}" for k in range(20)]}
    )
    return frame.assign(
        u=rng.normal(size=20), v=rng.normal(size=20), result=np.repeat(list("abab"), 5)
    )


def test_each_row_becomes_a_series_of_one_channel_as_it_is_advised():
    guessed = from_frame(steps())
    advice = only(guessed.notes, Tables.TAKEN_FOR_IDS).values["mend"]
    assert (advice.code, advice.values["channels"]) == (Tables.ROWS_AS_SERIES, ("value",))
    rows = from_frame(steps(), channels=["value"], label="result")
    assert (guessed.x.shape, rows.x.shape, rows.channels) == ((4, 5, 2), (20, 2, 1), ("value",))
    assert rows.y.tolist() == steps()["result"].tolist()
    np.testing.assert_array_equal(rows.x[..., 0], steps()[["u", "v"]].to_numpy("float32"))
    left_out = {note.values["column"] for note in rows.notes if note.code is Tables.LEFT_OUT}
    assert left_out == {"run", "Date"}


def test_columns_that_are_called_otherwise_are_steps_of_that_channel():
    frame = pd.DataFrame(
        np.arange(24.0).reshape(4, 6) % 7, columns=["x_0", "y_0", "x_1", "y_1", "x_2", "y_2"]
    )
    rows = from_frame(frame, channels=["value"])
    assert (rows.channels, rows.x.shape) == (("value",), (4, 6, 1))
    np.testing.assert_array_equal(rows.x[..., 0], frame.to_numpy("float32"))
    assert from_frame(frame, channels=["y"]).x.shape == (4, 3, 1)
    # in the file's order, and it is said
    dated = frame.set_axis([f"2026-01-{7 - k:02}" for k in range(6)], axis=1)
    np.testing.assert_array_equal(from_frame(dated).x[..., 0], frame.to_numpy("float32")[:, ::-1])
    rows = from_frame(dated, channels=["value"])
    np.testing.assert_array_equal(rows.x[..., 0], frame.to_numpy("float32"))
    assert rows.notes[0].values["order"] == Tables.COLUMNS_AS_THEY_STAND()


def test_a_column_of_that_name_is_a_channel():
    frame = steps().rename(columns={"u": "value"})
    assert from_frame(frame, channels=["value"]).x.shape == (4, 5, 1)
