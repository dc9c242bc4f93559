"""Columns that are called by times are read in the order of these, in whatever order a file has them."""

import datetime
import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasscell.data import read
from glasscell.data.tables.grids import lay_out, say_order, say_uneven, strangers
from glasscell.data.tables.named_steps import find_times
from glasscell.data.tables.sentences import Tables

DATES = ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d 00:00:00", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M",
         "%d %b %Y", "%b %d, %Y", "%d-%B-%Y", "%Y%m%d", "%Y%m%d%H%M%S")  # fmt: skip
MONTHLY = ("%b %Y", "%Y %B", "%b%Y", "%Y-%m", "%Y/%m", "%m.%Y", "%YM%m", "%m-%Y", "%b-%y")
WORDS = (
    "January February March April May June July August September October November December",
    "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
    "Jan Feb Mrz Apr Mai Jun Jul Aug Sep Okt Nov Dez",
    "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "Enero Febrero Marzo Abril Mayo Junio Julio Agosto Septiembre Octubre Noviembre Diciembre",
    "GEN FEB MAR APR MAG GIU LUG AGO SET OTT NOV DIC",
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "Mo Di Mi Do Fr Sa So",
)
MONTHS = [line.split() for line in WORDS[:-2]]
WEEK = [line.split() for line in WORDS[-2:]]


def in_order(names):
    return [name for (name,) in lay_out(names, True)[1]]


@pytest.mark.long(2)  # many tables
@settings(max_examples=40)
@given(
    first=st.dates(datetime.date(2001, 1, 1), datetime.date(2060, 1, 1)),
    n=st.integers(13, 60),
    form=st.sampled_from(DATES),
    seed=st.integers(0, 99),
)
def test_shuffled_dates_are_read_as_dates_in_order(first, n, form, seed):
    names = [f"{first + datetime.timedelta(k):{form}}" for k in range(n)]
    shuffled = random.Random(seed).sample(names, n)
    assert in_order(shuffled) == names
    assert lay_out([*shuffled], True)[0] == ("value",)
    assert say_uneven(lay_out(shuffled, True)[1]) is None
    assert strangers([*shuffled, "age"]) == ("age",)


@given(first=st.integers(0, 300), n=st.integers(16, 60), form=st.sampled_from(MONTHLY), seed=st.integers(0, 99))
def test_shuffled_months_of_years_are_read_in_order(first, n, form, seed):
    names = [f"{datetime.date(2001 + k // 12, k % 12 + 1, 1):{form}}" for k in range(first, first + n)]
    assert in_order(random.Random(seed).sample(names, n)) == names


@pytest.mark.parametrize("names", [*MONTHS, *WEEK])
@pytest.mark.parametrize("order", [sorted, lambda names: names[::-1], lambda names: [*names[1::2], *names[::2]]])
def test_months_and_weekdays_without_a_year(names, order):
    assert in_order(order(names)) == names


@pytest.mark.few(9)
@pytest.mark.parametrize(
    "names",
    [
        [f"{h:02d}:00" for h in range(24)],
        [f"{h % 12 or 12} {'ap'[h // 12]}m" for h in range(24)],
        [f"{h}:{m:02d}" for h in range(8, 20) for m in (0, 15, 30, 45)],
        [f"00:00:{s:02d}.5" for s in range(0, 60, 5)],
        [f"{m:02d}:{s:02d}" for m in range(90) for s in (0, 30)],  # minutes and seconds
        [f"{h:02d}:00" for h in range(1, 25)],
        [f"{h}:00-{h + 1}:00" for h in range(24)],
        [f"{h} am – {h + 1} am" for h in range(1, 11)],
        [f"Q{q} {y}" for y in range(2020, 2024) for q in range(1, 5)],
        [f"{y}-Q{q}" for y in range(2020, 2024) for q in range(1, 5)],
        [f"{y}-W{w:02d}" for y in (2026, 2027) for w in range(1, 53)],
        [f"KW {w}/{y}" for y in (2026, 2027) for w in range(1, 53)],
        [f"{t / 10:g}" for t in range(-20, 105)],
        [str(t) for t in range(-9, 10)],
        ["t-3", "t-2", "t-1", "t", "t+1"],
        ["t-3", "t-2", "t-1", "t0"],
        [f"{d}.{m}." for m in (1, 2) for d in range(1, 29)],
        [f"{d} {m}" for m in ("Jan", "Feb") for d in range(1, 29)],
    ],
)
def test_times_of_other_kinds(names):
    assert in_order(names) == names
    assert say_order(names, lay_out(names, True)[1]) is None
    for seed in range(5):
        shuffled = random.Random(seed).sample(names, len(names))
        assert in_order(shuffled) == names
        said = say_order(shuffled, lay_out(shuffled, True)[1])
        assert (said.values["first"], said.values["last"]) == (names[0], names[-1])


@given(start=st.integers(0, 23), n=st.integers(3, 24), back=st.booleans())
def test_hours_that_go_past_midnight_stay_together(start, n, back):
    names = [f"{(start + k) % 24:02d}:00" for k in range(n)]
    given = names[::-1] if back else names
    assert in_order(given) == names or (n == 24 and back and in_order(given) == sorted(names))
    if start + n > 24 and n < 24:
        said = say_order(given, lay_out(given, True)[1])
        assert (said.code, said.values["past"]) == (Tables.TIMES_GO_PAST, Tables.MIDNIGHT())
        assert said.values["order"].code is (Tables.FROM_THE_LAST if back else Tables.IN_FILE_ORDER)


@pytest.mark.parametrize(
    ("names", "order"),
    [
        ("Apr Aug Dec Feb", "Feb Apr Aug Dec"),
        ("23:00 01:00 12:00", "01:00 12:00 23:00"),
        ("Feb Jan", "Jan Feb"),
        ("Dec Jan", "Dec Jan"),
        ("22:00 00:00 02:00", "22:00 00:00 02:00"),
        ("02:00 00:00 22:00", "22:00 00:00 02:00"),
        ("22:00 23:00 01:00 02:00", "22:00 23:00 01:00 02:00"),
        ("Apr May Jun Aug Feb Mar", "Apr May Jun Aug Feb Mar"),
        ("Sun Mon Tue Wed Thu Fri Sat", "Sun Mon Tue Wed Thu Fri Sat"),
    ],
)
def test_a_few_go_past_the_end_only_where_they_are_closer_so(names, order):
    assert in_order(names.split()) == order.split()


@pytest.mark.parametrize("at", range(1, 12))
@pytest.mark.parametrize("names", [MONTHS[0], MONTHS[3]])
def test_a_year_may_begin_with_any_month(names, at):
    names = names[at:] + names[:at]
    assert in_order(names) == names
    said = say_order(names, lay_out(names, True)[1])
    expected = {"kind": Tables.MONTHS(), "past": Tables.END_OF_YEAR(), "order": Tables.IN_FILE_ORDER()}
    assert said == Tables.TIMES_GO_PAST(first=names[0], last=names[-1], **expected)


@pytest.mark.parametrize(
    "names",
    [
        ["Jan", "height", "weight"],
        ["mar", "sat", "air"],
        ["9:00", "09:00", "10:00"],  # one of them twice
        ["t-1", "t-2", "t-3"],  # may be numbered
        ["b", "a", "c"],
        ["2026-13", "2026-14"],
        ["31.02.2026", "01.02.2026"],
    ],
)
def test_what_is_not_all_times_stays_as_it_is(names):
    assert find_times(names) is None


def test_channels_that_are_numbered_stay_so_though_called_like_months():
    names = [f"{name}_{t}" for t in (2, 1) for name in ("jan", "may")]
    assert lay_out(names, True) == (("jan", "may"), (("jan_1", "may_1"), ("jan_2", "may_2")))


def test_channels_with_times(tmp_path):
    x = np.random.default_rng(0).normal(size=(6, 24, 2)).astype("float32")
    days = [str(datetime.date(2026, 1, 20) + datetime.timedelta(k)) for k in range(24)]
    frame = pd.DataFrame({f"{name}_{day}": x[:, t, d] for t, day in enumerate(days) for d, name in enumerate("uv")})
    frame.sample(frac=1, axis=1, random_state=1).assign(label=list("ababab")).to_csv(tmp_path / "d.csv", index=False)
    s = read(tmp_path / "d.csv", channels=["u", "v"])
    assert s.channels == ("u", "v")
    np.testing.assert_array_equal(s.x, x)


def test_uneven_dates_are_said_and_order_is(tmp_path):
    days = ["01.01.2026", "02.01.2026", "03.01.2026", "09.01.2026"]
    (tmp_path / "d.csv").write_text(f"id,{','.join(days[::-1])},label\na,4,3,2,1,p\nb,8,7,6,5,q\n")
    s = read(tmp_path / "d.csv")
    assert s.x[..., 0].tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert s.notes[1:] == (
        Tables.TIMED(kind=Tables.DATES(), first="01.01.2026", last="09.01.2026"),
        Tables.UNEVEN_TIMES(before="03.01.2026", after="09.01.2026"),
    )
    assert say_uneven(lay_out(["Jan", "Feb", "Mar"], True)[1]) is None  # of 31 and 28 days


def test_the_last_lag_is_no_column_of_times(tmp_path):
    (tmp_path / "d.csv").write_text("id,t,t-1,t-2,label\na,3,2,1,p\nb,6,5,4,q\n")
    assert read(tmp_path / "d.csv").x[..., 0].tolist() == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        ([*["Tue", "Mon", "Sat", "Wed"]], Tables.WEEKDAYS),
        (["I", "III", "II"], Tables.ROMAN_NUMERALS),
        (["H2 2025", "H1 2026", "H1 2025"], Tables.HALF_YEARS),
        (["Q2 2025", "Q1 2026", "Q1 2025"], Tables.QUARTERS),
        (["2026-W02", "2025-W50", "2026-W01"], Tables.WEEKS),
        (["-1", "+2", "+1"], Tables.NUMBERS),
    ],
)
def test_it_is_said_what_they_are(names, kind):
    columns = lay_out(names, True)[1]
    assert say_order(names, columns) == Tables.TIMED(kind=kind(), first=columns[0][0], last=columns[-1][0])


def test_weekdays_may_go_past_the_end_of_the_week():
    names = ["Sat", "Sun", "Mon", "Tue", "Wed"]
    ends = {"first": "Sat", "last": "Wed", "order": Tables.IN_FILE_ORDER()}
    said = Tables.TIMES_GO_PAST(kind=Tables.WEEKDAYS(), past=Tables.END_OF_WEEK(), **ends)
    assert say_order(names, lay_out(names, True)[1]) == said
