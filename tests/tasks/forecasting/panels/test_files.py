import numpy as np
import pandas as pd
import pytest
from support.facts import codes, only, raises

from glasscell.data.formats.sentences import Formats
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError
from glasscell.tasks.forecasting.panels.files import GridOptions, read_panel
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.panels.tsf import read_tsf_frame

MONTHS = pd.date_range("2020-01-01", periods=24, freq="MS")
VALUES = np.random.default_rng(0).normal(10, 1, 24).round(3)

HEAD = """# of a shop
@relation shop
@attribute series_name string
@attribute start_timestamp date
@frequency {}
@data
"""


@pytest.fixture
def write(tmp_path):
    def write(table, **options):
        path = tmp_path / "table.csv"
        if isinstance(table, str):
            path.write_text(table, encoding="utf-8")
        else:
            table.to_csv(path, index=False, **options)
        return path

    return write


@pytest.mark.parametrize(
    "times",
    [
        MONTHS.astype(str),
        MONTHS.strftime("%Y-%m"),
        MONTHS.strftime("%d.%m.%Y"),
        MONTHS.strftime("%Y%m%d"),
    ],
)
def test_one_single_series_with_times_as_people_write_them(times, write):
    found = read_panel(write(pd.DataFrame({"when": times, "sold": VALUES})))
    each = Panels.EACH(step=Panels.STEPS(n=1, unit="month"))
    assert found.notes[0].values == {
        "layout": Panels.ONE_SERIES(column="sold", by=Panels.BY_COLUMN(column="when")),
        "series": Panels.SERIES(n=1, least=24, most=24, up_to=None, each=each),
    }
    assert (found.panel.times[0] == MONTHS).all()
    np.testing.assert_array_equal(found.panel.values[0], VALUES)


@pytest.mark.parametrize("form", ["%b %Y", "%YM%m", "%m/%Y"])
def test_times_that_are_written_otherwise_are_asked_for(form, write):
    path = write(pd.DataFrame({"month": MONTHS.strftime(form), "sold": VALUES}))
    with raises(Panels.NO_DATE, row=1, column="month"):
        read_panel(path)
    assert (
        read_panel(path, PanelRequest(time="month", time_format=form)).panel.times[0] == MONTHS
    ).all()


def test_year_and_month_or_quarter_apart_and_no_times_at_all(write):
    flights = pd.DataFrame({"year": MONTHS.year, "month": MONTHS.strftime("%B"), "n": VALUES})
    with raises(Tables.MONTH_BY_NAME, row=1, column="month", found="January", form="%Y %B"):
        read_panel(write(flights))
    told = read_panel(write(flights), PanelRequest(time="year,month", time_format="%Y %B"))
    assert (told.panel.times[0] == MONTHS).all()
    macro = pd.DataFrame(
        {
            "year": np.repeat(np.arange(1960.0, 1966), 4),
            "quarter": [1.0, 2, 3, 4] * 6,
            "gdp": VALUES,
        }
    )
    assert read_panel(write(macro)).panel.frequency == "QS"
    lone = read_panel(write("sold\n" + "\n".join(map(str, VALUES))))
    assert lone.notes[0].values["layout"].values["by"].code is Panels.COUNTED
    assert lone.panel.times[0].tolist() == list(range(24))
    years = pd.DataFrame(
        {"unique_id": ["Y1"] * 12 + ["Y2"] * 12, "ds": [*range(1960, 1972)] * 2, "y": VALUES}
    )
    panel = read_panel(write(years)).panel
    assert (panel.ids, panel.frequency, panel.times[1].tolist()[-1]) == (("Y1", "Y2"), None, 1971)


def test_long_tables_by_name_or_by_kind(write):
    parts = [
        pd.DataFrame(
            {"day": MONTHS, "shop": shop, "item": item, "north": shop == "s1", "sold": VALUES}
        )
        for shop in ("s1", "s2")
        for item in (1, 2)
    ]
    found = read_panel(write(pd.concat(parts)), PanelRequest(static=("north",)))
    assert found.panel.ids == ("s1/1", "s1/2", "s2/1", "s2/2")
    assert found.panel.static.ravel().tolist() == [1, 1, 0, 0]
    by = Panels.BY_COLUMN(column="day")
    assert found.notes[0].values["layout"] == Panels.LONG_TABLE(
        ids=("shop", "item"), by=by, values=("sold",)
    )
    stores = pd.concat(pd.DataFrame({"date": MONTHS, "store": k, "sold": VALUES}) for k in range(3))
    assert read_panel(write(stores)).panel.ids == ("0", "1", "2")
    nixtla = stores.set_axis(["ds", "unique_id", "y"], axis=1).assign(price=1.5)
    assert Panels.LEFT_OUT(columns=["price"]) in read_panel(write(nixtla)).notes


def test_a_column_for_each_series_and_a_future_in_trailing_rows(write):
    table = pd.DataFrame({"date": MONTHS, "a": VALUES, "b": VALUES, "promo": [0, 1] * 12})
    assert read_panel(write(table)).panel.ids == ("a", "b")
    assert read_panel(write(table), PanelRequest(channels=("a", "b", "promo"))).panel.ids == (
        "a",
        "b",
        "promo",
    )
    table.loc[20:, ["a", "b"]] = np.nan
    table.loc[5, "a"] = np.nan
    found = read_panel(write(table), PanelRequest(known=("promo",)))
    assert found.panel.ids == ("a", "b")
    assert [len(rows) for rows in found.panel.future] == [4, 4]
    assert Panels.GAPS(n=1, values=40) in found.notes
    only = read_panel(write(table), PanelRequest(channels=("b",)))
    assert only.panel.ids == ("b",)
    again = read_panel(
        write(table.rename(columns={"promo": "c"})), PanelRequest(recorded=found.roles.recorded)
    )
    assert again.panel.ids == ("a", "b")  # what a model was trained on is found again


@pytest.mark.parametrize(
    ("table", "code", "values"),
    [
        (
            pd.DataFrame({"day": MONTHS, "sold": ["x", *VALUES[1:]]}),
            Panels.NOT_A_NUMBER,
            {"row": 1, "column": "sold", "found": "x"},
        ),
        (
            pd.DataFrame({"day": ["1/2/2024", "1/3/2024"], "sold": [1, 2]}),
            Panels.DAY_OR_MONTH,
            {"column": "day"},
        ),
        (
            pd.DataFrame({"day": [MONTHS[0], None], "sold": [1, 2]}),
            Panels.NO_TIME,
            {"row": 2, "column": "day"},
        ),
        (
            pd.DataFrame({"year": np.arange(1700.5, 1710), "spots": range(10)}),
            Panels.NO_WHOLE_NUMBER,
            {"found": 1700.5},
        ),
        (
            pd.DataFrame({"day": MONTHS, "who": "me"}),
            Panels.NO_NUMBERS,
            {"columns": ["day", "who"]},
        ),
    ],
)
def test_bad_files_are_named_by_row_and_column(table, code, values, write):
    path = write(table)
    with raises(code, file=str(path), **values) as caught:
        read_panel(path)
    assert type(caught.value) is DataError


def test_a_column_that_is_named_has_to_be_there(write):
    with raises(Panels.NO_SUCH_COLUMN, column="promo", role="known", columns=["day", "sold"]):
        read_panel(
            write(pd.DataFrame({"day": MONTHS, "sold": VALUES})), PanelRequest(known=("promo",))
        )


def test_a_word_among_numbers_is_named_by_its_row(write):
    rows = [
        f"p{k % 3},2026-01-{k // 3 + 1:02d},{'Low' if k == 7 else k / 2},{k % 5}" for k in range(60)
    ]
    with raises(Panels.NOT_A_NUMBER, row=8, column="glucose", found="Low"):
        read_panel(
            write("patient,timestamp,glucose,meals\n" + "\n".join(rows) + "\n"),
            PanelRequest(past=("meals",)),
        )


def test_numbers_of_months_and_unix_times_are_dates_and_the_notes_say_so(write):
    months = pd.DataFrame({"month": MONTHS.strftime("%Y%m").astype(int), "sold": VALUES})
    found = read_panel(write(months))
    assert (found.panel.times[0] == MONTHS).all()
    assert found.notes[1] == Panels.MONTHS(
        column="month", unit="months", number=202001, time="2020-01-01"
    )
    few = months.tail(2)  # of one year: months only where it is known that times are dates
    assert read_panel(write(few)).panel.times[0].tolist() == [202111, 202112]
    assert (
        read_panel(write(few), grid=GridOptions(frequency="MS")).panel.times[0] == MONTHS[-2:]
    ).all()
    hours = pd.date_range("2026-01-30T05:00", periods=24, freq="h")
    for unit, factor in (("seconds", 1), ("milliseconds", 1000)):
        stamps = [round(hour.timestamp()) * factor for hour in hours]
        found = read_panel(write(pd.DataFrame({"when": stamps, "sold": VALUES})))
        assert (found.panel.times[0] == hours).all()
        stated = {"column": "when", "unit": unit, "number": stamps[0], "time": "2026-01-30 05:00"}
        assert found.notes[1] == Panels.UNIX_TIMES(**stated)
    people = pd.DataFrame({"people": (1e9 + 1e6 * VALUES).astype(int)})
    # as large as Unix times, but uneven
    assert read_panel(write(people)).roles.values == ("people",)


def test_an_offset_is_said_to_be_read_as_utc(write):
    hours = pd.date_range("2026-10-24T20:00", periods=24, freq="h", tz="Europe/Berlin")
    for times in (hours.map(lambda hour: hour.isoformat()), hours):
        found = read_panel(write(pd.DataFrame({"t": times, "y": VALUES})))
        said = only(found.notes, Panels.TIMES_IN_UTC).values
        assert (said["found"][:10], said["time"]) == ("2026-10-24", "2026-10-24 18:00")
    for plain in (hours.tz_convert("UTC"), hours.tz_localize(None).normalize()[:1]):
        notes = read_panel(write(pd.DataFrame({"t": plain, "y": VALUES[: len(plain)]}))).notes
        assert Panels.TIMES_IN_UTC not in codes(notes)


@pytest.mark.parametrize("form", ["%G-W%V", "%GW%V", "%G W%V"])
def test_weeks_as_iso_numbers_them(form, write):
    mondays = pd.date_range("2020-11-30", periods=24, freq="W-MON")  # 2020 has 53 of them
    panel = read_panel(write(pd.DataFrame({"week": mondays.strftime(form), "y": VALUES}))).panel
    assert (panel.times[0] == mondays).all()
    no_week = pd.DataFrame({"week": ["2021-W52", "2021-W53"], "y": [1, 2]})
    with raises(Panels.NO_DATE, row=2, column="week", found="2021-W53"):
        read_panel(write(no_week))


def test_times_are_read_as_the_format_says(write):
    written = pd.DataFrame({"when": MONTHS.strftime("%d %b %y"), "note": "in words", "y": VALUES})
    for request in (
        PanelRequest(time_format="%d %b %y"),
        PanelRequest(time="when", time_format="%d %b %y"),
        PanelRequest(recorded={"time": "when"}, time_format="%d %b %y"),
    ):
        panel = read_panel(write(written), request).panel
        assert (panel.times[0] == MONTHS).all()
    assert (
        read_panel(written.assign(when=MONTHS), PanelRequest(time_format="%d %b %y")).panel.times[0]
        == MONTHS
    ).all()
    with raises(Tables.OTHER_TIME_FORMAT, row=1, column="when", form="%d.%m.%Y"):
        read_panel(write(written), PanelRequest(time="when", time_format="%d.%m.%Y"))


def test_quarters_with_the_year_behind(write):
    quarters = pd.date_range("2008-01-01", periods=24, freq="QS")
    texts = [f"Q{time.quarter} {time.year}" for time in quarters]
    found = read_panel(write(pd.DataFrame({"q": texts, "y": VALUES})))
    assert (found.panel.times[0] == quarters).all()


def test_dates_with_slashes_are_read_as_those_that_were_trained_on_or_refused(write):
    days = pd.date_range("2026-01-01", periods=59, freq="D")
    own = read_panel(write(pd.DataFrame({"day": days.strftime("%d/%m/%Y"), "y": range(59)})))
    assert own.first == "day"
    newer = write("day,y\n01/03/2026,59\n")
    found = read_panel(
        newer, PanelRequest(first=own.first), grid=GridOptions(frequency="D"), history=own.panel
    )
    assert found.panel.times[0].tolist() == [pd.Timestamp("2026-03-01")]
    with raises(Panels.DAY_OR_MONTH, column="day", found="01/03/2026"):
        read_panel(newer, grid=GridOptions(frequency="D"))
    with raises(Panels.OTHER_DAY_ORDER, row=1, column="day", found="03/31/2026", first="day"):
        read_panel(write("day,y\n03/31/2026,59\n"), PanelRequest(first="day"))
    # as far apart either way
    hours = "".join(f"5/2/2026 {hour:02}:00,{hour}\n" for hour in range(24))
    with raises(Panels.DAY_OR_MONTH, column="when", found="5/2/2026 00:00"):
        read_panel(write("when,y\n" + hours))


def test_a_midnight_among_known_hours_is_no_day(write):
    newer = write("t,y\n2023-11-03T00:00:00+01:00,48\n")
    assert read_panel(newer, grid=GridOptions(frequency="h")).panel.times[0].tolist() == [
        pd.Timestamp("2023-11-02T23:00")
    ]
    assert read_panel(newer, grid=GridOptions(frequency="D")).panel.times[0].tolist() == [
        pd.Timestamp("2023-11-03")
    ]


def test_a_year_and_a_month_beside_dates_are_no_second_time(write, tmp_path):
    table = pd.DataFrame(
        {"date": MONTHS, "year": MONTHS.year, "month": MONTHS.month, "sold": VALUES}
    )
    found = read_panel(write(table))
    assert found.panel.ids == ("sold",)
    assert Panels.LEFT_OUT(columns=["year", "month"]) in found.notes
    table.assign(paid=MONTHS + pd.Timedelta(days=9)).to_parquet(tmp_path / "a.parquet")
    found = read_panel(tmp_path / "a.parquet")
    assert found.panel.ids == ("sold",)  # dates are no numbers of nanoseconds to forecast
    assert Panels.LEFT_OUT(columns=["year", "month", "paid"]) in found.notes


@pytest.mark.parametrize("ids", [("007", "7", "1E5"), ("123456789012345678", "123456789012345679")])
def test_ids_of_digits_stay_what_they_are(ids, write, tmp_path):
    table = pd.concat([pd.DataFrame({"shop": name, "day": MONTHS, "sold": VALUES}) for name in ids])
    found = read_panel(write(table)).panel
    assert found.ids == ids
    np.testing.assert_array_equal(found.values[0], VALUES)
    if len(ids) == 2:  # as whole numbers, too
        table.assign(shop=table["shop"].astype("int64")).to_parquet(tmp_path / "a.parquet")
        assert read_panel(tmp_path / "a.parquet").panel.ids == ids


def test_where_nothing_is_known_in_advance_nothing_is_said_to_be(write):
    table = pd.DataFrame({"day": MONTHS, "sold": VALUES, "promo": np.arange(24) % 3.0})
    table.loc[20:, ["sold", "promo"]] = np.nan
    assert len(read_panel(write(table), PanelRequest(known=("promo",))).panel.future[0]) == 0
    table.loc[20:21, "promo"] = 1.0
    assert read_panel(write(table), PanelRequest(known=("promo",))).panel.future[
        0
    ].ravel().tolist() == [1, 1]


def test_newer_whole_numbers_may_have_holes_and_dates_are_none(write):
    own = read_panel(write(pd.DataFrame({"t": range(60), "y": range(60)}))).panel
    newer = read_panel(write("t,y\n61,1\n65,2\n72,3\n"), history=own).panel
    assert newer.times[0].tolist() == list(range(61, 73))
    dates = read_panel(write(pd.DataFrame({"t": MONTHS, "y": VALUES}))).panel
    with raises(Panels.NUMBERS_WHERE_DATES):
        read_panel(write("t,y\n61,1\n65,2\n"), grid=GridOptions(frequency="MS"), history=dates)
    with raises(Panels.DATES_WHERE_NUMBERS):
        read_panel(write(pd.DataFrame({"t": MONTHS, "y": VALUES})), history=own)


def test_a_name_with_an_equals_sign_may_be_a_column_of_its_own(write):
    table = write(pd.DataFrame({"day": MONTHS, "sold": VALUES, "promo=1": np.arange(24) % 2}))
    found = read_panel(table, PanelRequest(known=("promo=1",)))
    assert (found.panel.known_names, found.panel.ids) == (("promo=1",), ("sold",))
    for role in ("id", "time"):
        with raises(Panels.NO_SUCH_COLUMN, column="day=1", role=role):
            read_panel(table, PanelRequest(**{role: "day=1"}))


def test_an_id_that_numbers_the_rows_is_none(write):
    table = pd.DataFrame({"id": range(1, 25), "date": MONTHS, "sales": VALUES})
    found = read_panel(write(table))
    assert (found.panel.ids, len(found.panel.values[0])) == (("sales",), 24)
    assert Panels.LEFT_OUT(columns=["id"]) in found.notes
    assert len(read_panel(write(table.assign(id=1))).panel.values[0]) == 24  # one series with an id
    # each has one value, of one time
    assert len(read_panel(write(table.assign(date=MONTHS[0]))).panel) == 24


def test_newer_covariates_are_as_those_that_were_trained_on(write):
    own = read_panel(
        write("t,y,promo,day\n1,1,0,a\n2,2,1,b\n3,3,0,a\n"), PanelRequest(known=("promo", "day"))
    ).panel
    request = PanelRequest(known=own.known_names)
    notes = read_panel(write("t,y,promo,day\n4,1,0,a\n5,2,1,z\n"), request, history=own).notes
    assert Panels.NEW_TEXTS(column="day", texts=["z"]) in notes
    with raises(Panels.TEXTS_IN_COVARIATE, column="promo"):
        read_panel(write("t,y,promo,day\n4,1,on,a\n5,2,off,b\n"), request, history=own)


def test_months_by_their_last_days_stay_so(write):
    days = pd.DataFrame({"d": pd.date_range("2025-01-01", periods=90), "y": np.arange(90.0)})
    panel = read_panel(write(days), grid=GridOptions(every="ME", aggregate="mean")).panel
    assert panel.times[0].astype(str).tolist() == ["2025-01-31", "2025-02-28", "2025-03-31"]
    assert (panel.frequency, panel.values[0].tolist()) == ("ME", [15.0, 44.5, 74.0])


def test_times_at_the_end_without_a_value_are_said(write):
    gaps = pd.DataFrame({"day": MONTHS, "sold": [*VALUES[:20], *[None] * 4]})
    said = Panels.NO_LAST_VALUES(series="sold", n=4, time="2021-09-01", others=None)
    assert said in read_panel(write(gaps)).notes
    assert said not in read_panel(write(gaps.assign(promo=1)), PanelRequest(known=("promo",))).notes
    assert Panels.NO_LAST_VALUES not in codes(read_panel(write(gaps[:20])).notes)
    assert (
        Panels.NO_LAST_VALUES(series="sold", n=1, time="2021-09-01", others=None)
        in read_panel(write(gaps[:21])).notes
    )
    wide = read_panel(write(gaps.assign(north=VALUES, south=gaps["sold"])))
    assert said.at(others=Panels.OTHERS_END_SO(n=1)) in wide.notes


@pytest.mark.parametrize(
    ("frequency", "start", "second", "found"),
    [
        ("yearly", "1979-01-01", "1980-01-01", "YS"),
        ("quarterly", "1979-01-01", "1979-04-01", "QS"),
        ("monthly", "1979-11-01", "1979-12-01", "MS"),
        ("monthly", "1979-01-31", "1979-02-28", "ME"),
        ("weekly", "1979-01-03", "1979-01-10", "W"),
        ("daily", "1979-02-28", "1979-03-01", "D"),
        ("half_hourly", "1979-01-01 23:45", "1979-01-02 00:15", "30min"),
        ("10_minutes", "1979-01-01", "1979-01-01 00:10", "10min"),
        ("4_seconds", "1979-01-01", "1979-01-01 00:00:04", "4s"),
    ],
)
def test_times_are_counted_on_from_the_start(frequency, start, second, found, tmp_path):
    text = pd.Timestamp(start).strftime("%Y-%m-%d %H-%M-%S")
    (tmp_path / "shop.tsf").write_text(
        HEAD.format(frequency) + f"a:{text}:1,2,?,4,5\nb:{text}:6,7,8\n"
    )
    file = read_panel(tmp_path / "shop.tsf")
    assert file.panel.ids == ("a", "b")
    assert file.panel.times[0][:2].tolist() == [pd.Timestamp(start), pd.Timestamp(second)]
    np.testing.assert_array_equal(file.panel.values[0], [1, 2, np.nan, 4, 5])
    assert str(file.panel.frequency).startswith(found)
    layout, series = (file.notes[0].values[name] for name in ("layout", "series"))
    assert layout == Panels.TSF(form=Formats.FORM_OF(form=".tsf", name="shop"))
    assert [series.values[name] for name in ("n", "least", "most")] == [2, 3, 5]


def test_without_starts_steps_are_counted():
    frame, _ = read_tsf_frame(
        iter(["@relation shop", "@frequency yearly", "@data", "1,2,3", "4,5"])
    )
    assert frame.unique_id.tolist() == ["series_1"] * 3 + ["series_2"] * 2
    assert frame.ds.tolist() == [0, 1, 2, 0, 1]


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        (
            HEAD.format("fortnightly") + "a:1979-01-01 00-00-00:1,2\n",
            Panels.UNKNOWN_STEP,
            {"found": "fortnightly"},
        ),
        (
            HEAD.format("daily") + "a:yesterday:1,2\n",
            Panels.NO_START,
            {"line": 7, "found": "yesterday"},
        ),
        (
            HEAD.format("daily") + "a:1979-01-01 00-00-00:1,x\n",
            Formats.NO_NUMBER,
            {"line": 7, "place": 2, "found": "x"},
        ),
        (HEAD.format("daily"), Panels.NO_SERIES, {}),
    ],
)
def test_what_is_refused(text, code, values, tmp_path):
    (tmp_path / "shop.tsf").write_text(text)
    with raises(code, **values):
        read_panel(tmp_path / "shop.tsf")


def test_dates_are_the_time_whatever_a_column_beside_them_is_called(write):
    days = MONTHS + pd.Timedelta(days=14)
    table = pd.DataFrame({"Jahr": MONTHS.year, "Stichtag": days.strftime("%d/%m/%Y"), "y": VALUES})
    found = read_panel(write(table))
    assert (found.roles.time, found.roles.ids) == ("Stichtag", ())
    assert (found.panel.times[0] == days).all()
    # of ambiguous dates, no id is made
    first = table.assign(Stichtag=MONTHS.strftime("%d/%m/%Y"), Lager="1")
    with raises(Panels.DAY_OR_MONTH, column="Stichtag"):
        read_panel(write(first))
