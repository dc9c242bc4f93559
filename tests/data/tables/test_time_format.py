"""Times are read as a format says, by all doors; what is written otherwise is named."""

import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import codes, raises

from glasscell.data import from_frame, read, read_in_parts, read_steps, steps_from_frame
from glasscell.data.tables.column_values import plain
from glasscell.data.tables.request import Request
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.time_columns import find_time_columns, joined

FORMS = (
    "%d.%m.%y %H:%M",
    "%a, %d %b %Y %I:%M %p",
    "%Y%j%H%M",
    "%H.%M Uhr am %d/%m-%Y",
    "%Y-%m-%dT%H:%M%z",
    "%G-W%V-%u %H:%M",
)
X = np.random.default_rng(0).normal(size=(4, 8)).astype("float32")
WHEN = pd.date_range("2026-01-25 09:30", periods=8, freq="36h")


def table(form="%d. %b %Y %Hh%M", name="when", **more):
    """Give four series of 8 steps, their rows in another order."""
    frame = pd.DataFrame(
        {"id": np.repeat([*"abcd"], 8), name: [*WHEN.strftime(form)] * 4, "u": X.ravel()}
    )
    frame = frame.assign(label=np.repeat([*"pqpq"], 8), **more)
    return frame.sample(frac=1, random_state=0).sort_values("id", kind="stable")


@given(
    when=st.lists(
        st.datetimes(datetime.datetime(1980, 1, 1), datetime.datetime(2060, 1, 1)),
        min_size=1,
        max_size=20,
    ),
    form=st.sampled_from(FORMS),
)
def test_times_are_those_that_were_written(when, form):
    when = [one.replace(second=0, microsecond=0, tzinfo=datetime.timezone.utc) for one in when]
    frame = pd.DataFrame({"t": [one.strftime(form) for one in when]})
    arrow = plain(pa.Table.from_pandas(frame, preserve_index=False))
    found = joined(arrow, find_time_columns(arrow, Request(time_format=form)))["t"].to_pylist()
    assert [one.replace(tzinfo=datetime.timezone.utc) for one in found] == when


@pytest.mark.parametrize("name", ["when", "time"])
@pytest.mark.parametrize("how", [{}, {"time": True}])
def test_all_doors_read_them(name, how, tmp_path):
    form, frame = "%d. %b %Y %Hh%M", table(name=name)
    frame.to_csv(tmp_path / "d.csv", index=False)
    how = {"time_format": form} | ({"time": name} if how else {})
    with raises(Tables.NOT_A_TIME, column=name, hint=Tables.NOT_TIMES()):
        read(tmp_path / "d.csv", time=name)
    for s in (read(tmp_path / "d.csv", **how), from_frame(frame, **how)):
        np.testing.assert_array_equal(s.x[..., 0], X)
        assert (s.columns["time"], s.channels, s.spacing.longest) == (
            name,
            ("u",),
            pytest.approx(36 * 3600),
        )
    for k, part in enumerate(read_in_parts(tmp_path / "d.csv", series=1, **how)):
        np.testing.assert_array_equal(part.x[..., 0], X[k : k + 1])
    frame["label"] = np.where(frame["u"] > 0, "up", "down")
    frame.to_csv(tmp_path / "d.csv", index=False)
    for steps in (read_steps(tmp_path / "d.csv", **how), steps_from_frame(frame, **how)):
        np.testing.assert_array_equal(steps.series.x[..., 0], X)


def test_times_that_are_times_already_are_not_read_again():
    frame = table().assign(
        when=lambda frame: pd.to_datetime(frame["when"], format="%d. %b %Y %Hh%M")
    )
    np.testing.assert_array_equal(
        from_frame(frame, time="when", time_format="%d.%m.%Y").x[..., 0], X
    )


def test_a_run_reads_files_without_times_or_of_times_by_its_format(tmp_path):
    table().to_csv(tmp_path / "d.csv", index=False)
    form = "%d. %b %Y %Hh%M"
    known = {
        "channels_expected": ["u"],
        "columns_expected": {"id": "id", "time": "when"},
        "time_format": form,
    }
    (part,) = read_in_parts(tmp_path / "d.csv", **known)
    np.testing.assert_array_equal(part.x[..., 0], X)
    table().drop(columns="when").to_csv(tmp_path / "d.csv", index=False)
    (part,) = read_in_parts(tmp_path / "d.csv", **known)
    assert "time" not in part.columns


@pytest.mark.parametrize(
    "door", [read, lambda *one, **how: [*read_in_parts(*one, series=1, **how)]]
)
def test_the_first_time_that_is_written_otherwise_is_named(door, tmp_path):
    frame = table("%d.%m.%Y %H:%M").reset_index(drop=True)
    frame.loc[20, "when"] = "2026-01-31 09:30"
    frame.to_csv(tmp_path / "d.csv", index=False)
    with raises(
        Tables.OTHER_TIME_FORMAT,
        row=21,
        column="when",
        found="2026-01-31 09:30",
        form="%d.%m.%Y %H:%M",
    ):
        door(tmp_path / "d.csv", time="when", time_format="%d.%m.%Y %H:%M")


def test_a_column_that_is_not_told_has_to_be_named(tmp_path):
    form = "%d. %b %Y %Hh%M"
    table(then=[*WHEN.strftime(form)] * 4).to_csv(tmp_path / "d.csv", index=False)
    for other in (form, "%H"):
        with raises(Tables.NOTHING_IN_FORMAT, form=other):
            read(tmp_path / "d.csv", time_format=other)
    np.testing.assert_array_equal(
        read(tmp_path / "d.csv", time="when", time_format=form).x[..., 0], X
    )


@pytest.mark.parametrize("form", ["%d. %b %Y %Hh%M", "%A at %H"])
def test_words_that_are_ignored_and_may_be_times_are_warned_of(form, tmp_path):
    def written(*args, **more):
        return table(*args, **more).rename(columns={"when": "noted"})

    written(form, v=np.sin(np.arange(32))).to_csv(tmp_path / "d.csv", index=False)
    assert read(tmp_path / "d.csv").warnings == (Tables.MAY_ORDER.warning(column="noted"),)
    assert read(tmp_path / "d.csv", channels=["u", "v"]).warnings == ()
    for sure in (
        written(form, v=1.5).assign(noted=[*"abbc"] * 8),
        written(v=1.5).assign(noted=[*map(str, range(32))]),
    ):
        sure.assign(noted="at " + sure["noted"]).to_csv(tmp_path / "d.csv", index=False)
        assert Tables.MAY_ORDER not in codes(read(tmp_path / "d.csv").warnings)


@pytest.mark.parametrize("form", ["noon", "%Q", "%Y-W%V", ""])
def test_what_is_no_format_is_refused(form, tmp_path):
    table().to_csv(tmp_path / "d.csv", index=False)
    with raises(Tables.NO_TIME_FORMAT, form=form):
        read(tmp_path / "d.csv", time_format=form)


def test_minutes_and_seconds_are_read_as_told(tmp_path):
    (tmp_path / "d.csv").write_text("id,t,u\na,00:59.75,1\na,12:05.5,3\na,01:00.25,2\n")
    with raises(Tables.PAST_MIDNIGHT):
        read(tmp_path / "d.csv", time_format="%M:%S.%f")
    (tmp_path / "d.csv").write_text("id,t,u\na,00:59.75,1\na,01:00.25,2\na,12:05.5,3\n")
    assert read(tmp_path / "d.csv", time_format="%M:%S.%f").spacing.shortest == 0.5


def test_a_time_of_day_with_a_point_keeps_its_minutes(tmp_path):
    rows = [f"a,{hour:02}.{minute:02},{hour}.5" for hour in (9, 10) for minute in (0, 30)]
    (tmp_path / "d.csv").write_text("\n".join(["id,Uhrzeit,u", *rows]) + "\n")
    series = read(tmp_path / "d.csv", time="Uhrzeit", time_format="%H.%M")
    assert (series.spacing.shortest, series.spacing.longest) == (1800, 1800)


def test_columns_named_in_the_format_are_steps_in_the_order_of_time(tmp_path):
    names = ["Apr-14", "Dec-13", "Feb-14", "Jan-14", "Mar-14"]
    rows = ["shop,label," + ",".join(names)]
    rows += [f"s{k},{'ab'[k % 2]}," + ",".join(f"{k}.{t}" for t in range(5)) for k in range(4)]
    (tmp_path / "d.csv").write_text("\n".join(rows) + "\n")
    series = read(tmp_path / "d.csv", time_format="%b-%y")
    in_time = [1, 3, 2, 4, 0]
    np.testing.assert_allclose(series.x[2, :, 0], [2 + t / 10 for t in in_time])
    assert series.step_names == tuple((names[t],) for t in in_time)
