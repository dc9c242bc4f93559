"""Where no column has a common time name, the time is found: shuffled rows are in order."""

import datetime

import numpy as np
import pandas as pd
import pytest
from support.facts import only, raises

from glasscell.data import read
from glasscell.data.tables.sentences import Tables

START = datetime.datetime(2026, 1, 31, 22, 53, 20, tzinfo=datetime.timezone.utc)
N, STEPS = 6, 9


def written(when, name, tmp_path, shuffled=True, **more):
    """Write series whose channel x is the step number, each with its time in `name`; read them."""
    rng, rows = np.random.default_rng(0), []
    for series in range(N):
        for step in rng.permutation(STEPS) if shuffled else range(STEPS):
            rows.append(
                (f"s{series}", when(series, int(step)), int(step), rng.normal(), "ab"[series % 2])
            )
    frame = pd.DataFrame(rows, columns=["id", name, "x", "noise", "label"]).assign(**more)
    frame["x"] = frame["x"] * (1 + 0.1 * (frame["x"] % 2))  # which goes up, but not in even steps
    frame.to_csv(tmp_path / "d.csv", index=False)
    return read(tmp_path / "d.csv")


def moment(series, step):
    return START + datetime.timedelta(days=series, seconds=step)


TIMES = {
    "Unix, ms": ("ts", lambda *at: round(1000 * moment(*at).timestamp())),
    "Unix, s": ("unixtime", lambda *at: moment(*at).timestamp()),
    "MATLAB": ("Datenum", lambda series, step: 738521.5 + series + step**2 / 24),
    "dates as numbers": ("Datum", lambda _, step: int(f"{moment(step, 0):%Y%m%d}")),
    "even": ("Zeit", lambda series, step: 100 * series + step / 50),
    "ISO": ("Measured", lambda *at: f"{moment(*at):%Y-%m-%d %H:%M:%S}"),
    "German": ("Zeit", lambda *at: f"{moment(*at):%d.%m.%Y %H:%M:%S}"),
    "US": ("Logged", lambda *at: f"{moment(*at):%m/%d/%Y %I:%M:%S %p}"),
}


@pytest.mark.few(5)
@pytest.mark.parametrize(("name", "when"), TIMES.values(), ids=TIMES)
def test_the_time_is_found_and_rows_are_put_in_its_order(name, when, tmp_path):
    s = written(when, name, tmp_path)
    assert (s.columns["time"], s.channels) == (name, ("x", "noise"))
    assert (np.diff(s.x[..., 0], axis=1) > 0).all()
    assert only(s.notes, Tables.TAKEN_FOR_TIME).values["column"] == name
    kept = read(tmp_path / "d.csv", channels=["x", "noise"])
    assert (
        "time" in kept.columns,
        kept.x[0, :, 0].tolist() == sorted(kept.x[0, :, 0].tolist()),
    ) == (False, False)


def test_what_is_called_a_time_and_rises_unevenly_is_one(tmp_path):
    s = written(lambda series, step: series + step**2 / 7, "elapsed", tmp_path, shuffled=False)
    assert (s.columns["time"], s.channels) == ("elapsed", ("x", "noise"))


@pytest.mark.parametrize("name", ["reaction_time", "temperature", "estimate"])
def test_what_goes_up_and_down_is_a_channel_without_a_word(name, tmp_path):
    s = written(
        lambda series, step: (7 * step + series) % 5 + step / 100, name, tmp_path, shuffled=False
    )
    assert (s.channels, s.warnings) == ((name, "x", "noise"), ())


def test_moments_that_are_not_called_so_stay_a_channel_and_are_warned_of(tmp_path):
    s = written(
        lambda *at: TIMES["Unix, ms"][1](*at) + at[1] ** 2, "v1", tmp_path
    )  # not evenly, so that it does not count the steps
    (warning,) = s.warnings
    assert s.channels == ("v1", "x", "noise")
    assert (warning.code, warning.values["column"], warning.values["as_option"]) == (
        Tables.MAY_BE_TIME,
        "v1",
        "v1",
    )
    moments = warning.values["read"].values["moments"]
    assert (moments.code, moments.values["unit"]) == (Tables.UNIX_TIMES, "milliseconds")
    assert moments.values["first"].startswith("2026-01-31")


def test_a_channel_that_counts_the_rows_is_warned_of(tmp_path):
    (warning,) = written(lambda _, step: step + 1, "wave", tmp_path, False).warnings
    assert warning == Tables.COUNTS_STEPS.warning(
        column="wave", length=1.0, shuffled=None, as_option="wave"
    )


def test_a_channel_that_counts_the_rows_in_another_order_is_named_in_a_refusal(tmp_path):
    with raises(Tables.ORDER_IN_DOUBT, column="wave", as_option="wave"):
        written(lambda _, step: step + 1, "wave", tmp_path)
    s = read(tmp_path / "d.csv", time="wave")
    assert (s.channels, (np.diff(s.x[..., 0], axis=1) > 0).all()) == (("x", "noise"), True)
    assert read(tmp_path / "d.csv", channels=["wave", "x"]).warnings == ()


def test_dates_that_rows_share_are_not_the_time(tmp_path):
    s = written(lambda series, _: f"{moment(series, 0):%Y-%m-%d}", "Day", tmp_path)
    assert "time" not in s.columns


def test_of_two_times_that_put_rows_in_another_order_one_is_asked_for(tmp_path):
    s = written(TIMES["ISO"][1], "sent", tmp_path)
    frame = pd.read_csv(tmp_path / "d.csv")
    frame["arrived"] = [f"2026-02-01 00:00:{k % 60:02d}" for k in range(len(frame))]
    frame.to_csv(tmp_path / "d.csv", index=False)
    names = {"column": "arrived", "as_option": "arrived", "time": "sent", "time_as_option": "sent"}
    with raises(Tables.OTHER_TIMES, **names):
        read(tmp_path / "d.csv")
    sent = read(tmp_path / "d.csv", time="sent")
    assert (sent.columns["time"], sent.x.tolist(), sent.warnings) == ("sent", s.x.tolist(), ())
    assert read(tmp_path / "d.csv", time="arrived").columns["time"] == "arrived"
    frame.assign(arrived=frame["sent"].str.replace("2026", "2027")).to_csv(
        tmp_path / "d.csv", index=False
    )
    assert read(tmp_path / "d.csv").warnings == ()
