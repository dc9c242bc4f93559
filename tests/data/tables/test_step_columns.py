"""Columns whose names have numbers, lags or ISO dates are read in that order; else the file's."""

import datetime
import itertools
import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.facts import codes, only, raises

from glasscell.data import from_frame, read
from glasscell.data.checks.advice import advise
from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.step_columns import find_layout, unlike_steps
from glasscell.data.tables.step_names import find_places

X = [f"x{t}" for t in range(12)]
LAGS = ("lag_{}", "lag{}", "x_lag{}", "x.lag.{}", "xLag{}", "lag{}_x", "target_lag-{}", "minus_{}",
        "t_minus_{}", "x(t-{})", "x_(t-{})", "x(t_minus_{})", "{}_days_ago", "x_{}_days_ago",
        "days_before_{}")  # fmt: skip
ISO = ("%Y-%m-%d", "%Y-%m-%d 00:00:00", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%MZ", "%Y%m%d")


def lay_out(names, *options):
    layout = find_layout(names, *options)
    return layout.channels, layout.rows


def in_order(names):
    return [name for (name,) in lay_out(names, True)[1]]


def noted(names):
    return find_layout(names).notes


def test_the_numbers_of_names_are_steps_of_channels():
    assert lay_out(["x_0", "x_1", "y_0", "y_1"], True) == (
        ("x", "y"),
        (("x_0", "y_0"), ("x_1", "y_1")),
    )
    names = [f"day{d}_hour{h}" for d in (1, 2) for h in range(3)]
    assert lay_out(names, True)[0] == ("day1_hour", "day2_hour")
    assert lay_out(names[:-1], True) == (("value",), tuple((name,) for name in names[:-1]))
    assert lay_out(["x0", "x1"], False) == (("value",), (("x0",), ("x1",)))
    assert lay_out(["1_x1", "1_x2", "2_x1", "2_x2", "3_x1", "3_x2"], True)[0] == ("x1", "x2")
    assert lay_out(["y_2020", "x_2020", "y_2021", "x_2021"], True)[0] == ("y", "x")


@pytest.mark.few(6)
@pytest.mark.parametrize(
    "form", ["{t}_{name}", "t{t}_{name}", "step{t}.{name}", "{t} {name}", "Time_{t}-{name}"]
)
@pytest.mark.parametrize("names", [["ax", "ay"], ["acc1", "acc2", "acc3"], ["u"]])
def test_the_number_of_the_step_may_stand_before_the_channel(form, names, tmp_path):
    x = np.random.default_rng(0).normal(size=(6, 12, len(names))).astype("float32")
    columns = {
        form.format(t=t, name=name): x[:, t, d] for t in range(12) for d, name in enumerate(names)
    }
    table = pd.DataFrame(columns).assign(label=list("ababab"))
    table.to_csv(tmp_path / "d.csv", index=False)
    s = read(tmp_path / "d.csv")
    if names[0][-1].isdecimal() and not form.startswith(
        "{t}"
    ):  # numbered at both ends: the end counts
        assert len(s.channels) == 12
        return
    assert s.channels == tuple(names)
    np.testing.assert_array_equal(s.x, x)
    table.sample(frac=1, axis=1, random_state=0).to_csv(tmp_path / "d.csv", index=False)
    np.testing.assert_array_equal(read(tmp_path / "d.csv", channels=names).x, x)
    if len(names) == 2:
        x[:, 7, 1] = np.nan
        table.drop(columns=form.format(t=7, name="ay")).to_csv(tmp_path / "d.csv", index=False)
        s = read(tmp_path / "d.csv")
        np.testing.assert_array_equal(s.x, x)
        (gap,) = only(s.warnings, Tables.STEP_COLUMNS_MISSING).values["gaps"]
        assert (gap.code, gap.values["n"]) == (Tables.GAP_BETWEEN, 1)


@pytest.mark.parametrize(
    "names",
    [
        [f"Week {k}" for k in range(1, 13)],
        [f"h{k:02d}" for k in range(24)],
        [f"x[{k}]" for k in range(12)],
        [str(k) for k in range(-9, 10)],
        [f"{k / 10:g}" for k in range(-20, 105)],
        [f"17676{k:02d}00000000" for k in range(9)],
    ],
)
def test_numbers_that_do_not_rise_in_the_file_are_sorted_and_warned_of(names):
    assert in_order(names) == names
    assert noted(names) == []
    shuffled = random.Random(0).sample(names, len(names))
    assert in_order(shuffled) == names
    assert noted(shuffled) == [Tables.SORTED_BY_NUMBER.warning(first=names[0], last=names[-1])]


def test_columns_that_begin_again_keep_the_order_of_the_file_if_it_is_said(tmp_path):
    names = ["h22", "h23", "h00", "h01", "h02"]
    pd.DataFrame([range(5), range(1, 6)], columns=names).assign(label=["a", "b"]).to_csv(
        tmp_path / "d.csv", index=False
    )
    sorted_by_number = Tables.SORTED_BY_NUMBER.warning(first="h00", last="h23")
    assert sorted_by_number in (s := read(tmp_path / "d.csv")).warnings
    assert s.x[0, :, 0].tolist() == [2, 3, 4, 0, 1]
    s = read(tmp_path / "d.csv", channels=["value"])
    assert s.x[0, :, 0].tolist() == [0, 1, 2, 3, 4]
    assert sorted_by_number not in s.warnings
    assert in_order(["3", "1", "2"]) == ["1", "2", "3"]
    assert lay_out(["3", "1", "2"], True, ("value",))[1] == (("3",), ("1",), ("2",))


@pytest.mark.few(6)
@pytest.mark.parametrize("form", LAGS)
def test_the_earliest_comes_first_in_any_order(form):
    expected = [form.format(k) for k in (3, 2, 1)]
    for names in itertools.permutations(expected):
        assert in_order(names) == expected
        assert noted(names) == [Tables.COUNT_BACK(first=expected[0], last=expected[-1])]


def test_what_has_no_lag_is_the_last_step_and_channels_stay_apart():
    channels, columns = lay_out(["x", "x_lag1", "x_lag2", "y", "y_lag1", "y_lag2"], True)
    assert (channels, columns) == (
        ("x", "y"),
        (("x_lag2", "y_lag2"), ("x_lag1", "y_lag1"), ("x", "y")),
    )
    channels, columns = lay_out(
        ["u1(t)", "u2(t)", "u1(t-1)", "u2(t-1)", "u1(t+1)", "u2(t+1)"], True
    )
    assert (channels, columns[0], columns[-1]) == (
        ("u1", "u2"),
        ("u1(t-1)", "u2(t-1)"),
        ("u1(t+1)", "u2(t+1)"),
    )
    for names in (["t-3", "t-2", "t-1", "t", "t+1"], ["t-3", "t-2", "t-1", "t0"]):
        assert in_order(sorted(names)) == names


@pytest.mark.parametrize(
    "names",
    [["flag_1", "flag_2"], ["minute_1", "minute_2"], ["x_t", "y_t"], ["f(t)", "g(t)"], ["lag_1"]],
)
def test_other_names_do_not_count_back(names):
    assert find_places(tuple(names)).scheme != "lags"


def test_a_hyphen_that_may_be_a_minus_is_spoken_of():
    for names in (["t-1", "t-2", "t-3"], ["x_t-1", "x_t-2", "y_t-1", "y_t-2"]):
        assert find_places(tuple(names)).scheme == "numbers"
        assert noted(names) == [Tables.HYPHENS(first=names[0], last=names[-1])]
    names = ["x_t-2", "y_t-2", "x_t-1", "y_t-1"]
    assert lay_out(names, True)[1] == (("x_t-2", "y_t-2"), ("x_t-1", "y_t-1"))


def test_lags_of_a_file_are_read_forward_in_time(tmp_path):
    (tmp_path / "d.csv").write_text("lag_1,lag_2,lag_3,label\n1,2,3,a\n4,5,6,b\n")
    s = read(tmp_path / "d.csv")
    np.testing.assert_array_equal(s.x[..., 0], [[3, 2, 1], [6, 5, 4]])
    assert Tables.COUNT_BACK(first="lag_3", last="lag_1") in s.notes
    (tmp_path / "t.csv").write_text("id,t,t-1,t-2,label\na,3,2,1,p\nb,6,5,4,q\n")
    assert read(tmp_path / "t.csv").x[..., 0].tolist() == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.long(2)  # many tables
@settings(max_examples=40)
@given(
    first=st.dates(datetime.date(2001, 1, 1), datetime.date(2060, 1, 1)),
    n=st.integers(13, 60),
    form=st.sampled_from(ISO),
    seed=st.integers(0, 99),
)
def test_shuffled_dates_are_read_as_dates_in_order(first, n, form, seed):
    names = [f"{first + datetime.timedelta(k):{form}}" for k in range(n)]
    shuffled = random.Random(seed).sample(names, n)
    assert in_order(shuffled) == names
    assert lay_out(shuffled, True)[0] == ("value",)
    assert noted(shuffled) in ([], [Tables.SORTED_BY_DATE(first=names[0], last=names[-1])])
    assert unlike_steps([*shuffled, "age"]) == ("age",)


def test_months_are_even_though_some_have_more_days():
    names = [f"{y}-{m:02d}" for y in (2025, 2026) for m in range(1, 13)]
    assert in_order(names[::-1]) == names
    assert noted(names[::-1]) == [Tables.SORTED_BY_DATE(first="2025-01", last="2026-12")]


@pytest.mark.parametrize("form", ["{name}_{day}", "{day} {name}", "{day}_{name}"])
def test_channels_with_dates(form, tmp_path):
    x = np.random.default_rng(0).normal(size=(6, 24, 2)).astype("float32")
    days = [str(datetime.date(2026, 1, 20) + datetime.timedelta(k)) for k in range(24)]
    columns = {
        form.format(name=name, day=day): x[:, t, d]
        for t, day in enumerate(days)
        for d, name in enumerate("uv")
    }
    frame = pd.DataFrame(columns).sample(frac=1, axis=1, random_state=1)
    frame.assign(label=list("ababab")).to_csv(tmp_path / "d.csv", index=False)
    s = read(tmp_path / "d.csv", channels=["u", "v"])
    assert s.channels == ("u", "v")
    np.testing.assert_array_equal(s.x, x)


def test_uneven_dates_are_noted_and_so_is_their_order(tmp_path):
    days = ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-09"]
    (tmp_path / "d.csv").write_text(f"id,{','.join(days[::-1])},label\na,4,3,2,1,p\nb,8,7,6,5,q\n")
    s = read(tmp_path / "d.csv")
    assert s.x[..., 0].tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert s.notes[1:] == (
        Tables.SORTED_BY_DATE(first="2026-01-01", last="2026-01-09"),
        Tables.UNEVEN_STEPS(before="2026-01-03", after="2026-01-09"),
    )


@pytest.mark.parametrize(
    "names",
    [
        ["29. Jan 2026", "30. Jan 2026", "1. Feb 2026", "2. Feb 2026"],
        ["Okt_1", "Nov_1", "Okt_2", "Nov_2"],
        ["pre1", "pre2", "pre3", "post1", "post2", "post3"],
        ["bp_before_1", "bp_before_2", "bp_after_1", "bp_after_2"],
        ["W51/25", "W52/25", "W01/26", "W02/26"],
        ["01.01.2026", "01.02.2026", "02.01.2026", "02.02.2026"],  # sorted as texts
        ["31.01.26", "30.01.26", "29.01.26", "28.01.26"],
        ["2/3/2026", "2/1/2026", "1/30/2026", "1/29/2026"],
        ["02.2025", "01.2025", "12.2024", "11.2024"],
        ["t10s", "t11s", "t1s", "t2s"],
        ["22:00", "23:00", "00:00", "01:00"],
    ],
)
def test_other_spellings_of_time_are_read_in_the_files_order_and_warned_of(names):
    assert lay_out(names, True) == (("value",), tuple((name,) for name in names))
    assert not find_layout(names).is_ordered
    assert noted(names) == [Tables.FILE_ORDER_DOUBTED.warning(first=names[0], last=names[-1])]
    find_layout(names).require_order()


@pytest.mark.parametrize(
    ("names", "in_time"),
    [
        ("Jan Feb Mar Apr", "Jan Feb Mar Apr"),
        ("Apr Feb Jan Mar", "Jan Feb Mar Apr"),  # sorted as texts
        ("Okt Nov Dez Jan Feb", "Okt Nov Dez Jan Feb"),  # over the end of a year
        ("April März Mai", "März April Mai"),
        ("Feb_2026 Jan_2026 Dec_2025", "Dec_2025 Jan_2026 Feb_2026"),
        ("2026-Feb 2026-Jan", "2026-Jan 2026-Feb"),
    ],
)
def test_months_are_read_in_the_order_of_time(names, in_time):
    names, in_time = names.split(), in_time.split()
    assert lay_out(names, True) == (("value",), tuple((name,) for name in in_time))
    assert find_layout(names).is_ordered
    sorted_note = (
        [] if names == in_time else [Tables.SORTED_BY_DATE(first=in_time[0], last=in_time[-1])]
    )
    assert noted(names) == sorted_note


@pytest.mark.parametrize(
    "names", [["Jan", "Feb 2026", "Mar"], ["Jan", "Jän", "Feb"], ["May", "May"]]
)
def test_months_that_may_be_of_any_year_have_no_order(names):
    assert not find_layout(names).is_ordered


@pytest.mark.parametrize(
    "names",
    [
        ["31.01.2026", "01.02.2026", "02.02.2026", "03.02.2026"],
        ["30.01.26 12:00", "31.01.26 12:00", "01.02.26 00:00", "01.02.26 12:00"],
        ["1/29/2026", "1/30/2026", "2/1/2026", "2/3/2026"],
        ["11.2024", "12.2024", "01.2025", "02.2025"],
        ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"],
        ["KW 51/2025", "KW 52/2025", "KW 1/2026", "KW 2/2026"],
        ["2019 [YR2019]", "2020 [YR2020]", "2021 [YR2021]", "2022 [YR2022]"],
        ["0.25h", "0.5h", "1h", "1.5h"],
        ["08:00", "08:10", "08:20", "08:30"],
        ["oak", "elm", "ash", "fir", "yew"],
        ["I", "II", "III", "IV", "V"],
    ],
)
def test_of_names_that_rise_in_the_file_or_have_no_number_nothing_more_is_said(names):
    assert lay_out(names, True) == (("value",), tuple((name,) for name in names))
    assert noted(names) == []
    values = np.random.default_rng(0).normal(size=(6, len(names)))
    s = from_frame(pd.DataFrame(values, columns=names).assign(label=list("ababab")))
    assert s.notes[0].values["order"] == Tables.COLUMNS_AS_THEY_STAND()


@pytest.mark.parametrize("form", ["{name}_{t}ms", "{name} t{t}s", "acc_{name}@{t}s", "{t}s {name}"])
def test_steps_of_one_channel_or_of_several_are_asked_for(form, tmp_path):
    x = np.random.default_rng(0).normal(size=(6, 16, 2)).astype("float32")
    columns = {
        form.format(name=name, t=10 * t): x[:, t, d]
        for t in range(16)
        for d, name in enumerate(["ax", "ay"])
    }
    pd.DataFrame(columns).assign(label=list("ababab")).to_csv(tmp_path / "d.csv", index=False)
    first, second, *_ = columns
    with raises(Tables.CHANNELS_OR_STEPS, first=first, second=second) as refused:
        read(tmp_path / "d.csv")
    s = read(tmp_path / "d.csv", channels=(asked := refused.value.note.values["channels"]))
    assert s.channels == tuple(asked)
    np.testing.assert_array_equal(s.x, x)
    np.testing.assert_array_equal(read(tmp_path / "d.csv", channels=asked[1:]).x, x[..., 1:])
    np.testing.assert_array_equal(
        read(tmp_path / "d.csv", channels="value").x[..., 0], x.reshape(6, 32)
    )
    assert lay_out(list(columns), True, None, asked)[0] == tuple(asked)  # a model's


def test_other_columns_with_the_same_words_are_no_channels():
    for names in (
        ["sepal_length", "sepal_width", "petal_length", "petal_width"],
        ["x1_mean", "x2_mean", "x1_std"],
    ):
        find_layout(names).require_order()
        assert not find_layout(names).is_ordered
    names = ["1_height", "2_weight", "3_age"]
    assert lay_out(names, True) == (("value",), tuple((name,) for name in names))


@pytest.mark.parametrize(
    ("names", "odd"),
    [
        (X, ()),
        ([*X, "age"], ("age",)),
        (["class_number", *X, "age"], ("class_number", "age")),
        ([*X, "y_0", "y_1", "y_2"], ("y_0", "y_1", "y_2")),
        ([*X, *(f"y{t}" for t in range(12)), "age"], ("age",)),
        ([*map(str, range(12)), "age"], ("age",)),
        ([*X, *(f"y{t}" for t in range(11))], ()),
        ([*X, *(f"y{t}" for t in range(11)), "age"], ("age",)),
        (["x", *X], ()),
        (["x0", "x1", "x2", "age"], ()),
        ([*X[:4], "a", "b"], ("a", "b")),
        (["height", "weight", "age"], ()),
        ([f"2026-{m:02d}-{d:02d}" for m in (1, 2) for d in range(1, 29 + 2 * (m == 1))], ()),
        ([f"{t / 100:.2f}" for t in range(105)], ()),
        ([f"{t / 10:g}" for t in range(105)], ()),
        ([*(f"{t}ms" for t in range(12)), "age"], ("age",)),
        ([*(f"{d}.1.2026" for d in range(1, 12)), "age"], ("age",)),
        ([], ()),
    ],
)
def test_columns_that_are_no_steps(names, odd):
    assert unlike_steps(names) == odd


@pytest.mark.parametrize("names", [["t"], ["ax", "ay"]])
@pytest.mark.parametrize("missing", [[7], [3, 4, 8], [10, 11]])
def test_a_column_that_is_missing_is_a_step_without_a_value(names, missing, tmp_path):
    x = np.random.default_rng(0).normal(size=(20, 24, len(names))).astype("float32")
    columns = {f"{name}{t}": x[:, t, d] for d, name in enumerate(names) for t in range(24)}
    table = pd.DataFrame(columns).drop(columns=[f"{names[-1]}{t}" for t in missing])
    table.to_csv(tmp_path / "d.csv", index=False)
    s = read(tmp_path / "d.csv")
    x[:, missing, -1] = np.nan
    np.testing.assert_array_equal(s.x, x)
    assert s.channels == tuple(names)
    assert codes(s.warnings) == [Tables.STEP_COLUMNS_MISSING]
    assert f"{names[-1]}{missing[0] - 1}" in [
        gap.values["before"] for gap in s.warnings[0].values["gaps"]
    ]
    assert s.warnings[0] in advise(s)
    assert Tables.UNEVEN_STEPS not in codes(s.notes)


def test_missing_columns_are_named():
    missing = noted([f"t{t}" for t in (0, 1, 2, 3, 4, 6, 7, 8)])
    assert missing == [
        Tables.STEP_COLUMNS_MISSING.warning(gaps=[Tables.GAP_BETWEEN(n=1, before="t4", after="t6")])
    ]
    gaps = [Tables.GAP_BEFORE(n=1, after="y1"), Tables.GAP_AFTER(n=1, before="y10")]
    assert noted([*X, *(f"y{t}" for t in range(1, 11))]) == [
        Tables.STEP_COLUMNS_MISSING.warning(gaps=gaps)
    ]
    (many,) = noted([f"t{t}" for t in range(60) if t % 10 != 5])
    assert codes(many.values["gaps"]) == [*[Tables.GAP_BETWEEN] * 4, Tables.OTHER_GAPS]
    # of a long way between none is made up
    assert in_order(["t900000000", "t1", "t2", "t3"])[-1] == "t900000000"
    assert noted(["t0", "t1", "t2", "t9", "t10"]) == [Tables.UNEVEN_STEPS(before="t2", after="t9")]


@pytest.mark.parametrize(
    "names", [X, [f"year_{y}" for y in range(1990, 2021, 5)], [f"{h:02d}00" for h in range(24)]]
)
def test_of_even_steps_nothing_is_said(names):
    columns = lay_out(names, True)[1]
    assert columns == tuple((name,) for name in names)
    assert find_layout(names).notes == []


def test_a_channel_that_names_do_not_tell_is_none():
    with raises(Tables.NO_CHANNEL, channel="u", channels=("x",)):
        lay_out(X, True, ("u",))
