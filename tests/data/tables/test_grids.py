import numpy as np
import pandas as pd
import pytest
from support.facts import codes, only, raises

from glasscell.data import read
from glasscell.data.checks.advice import advise
from glasscell.data.tables.grids import lay_out, pick, say_missing, say_order, say_uneven, strangers
from glasscell.data.tables.sentences import Tables

X = [f"x{t}" for t in range(12)]


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
        ([*X[:4], "a", "b"], ()),
        (["height", "weight", "age"], ()),
        ([f"2026-{m:02d}-{d:02d}" for m in (1, 2) for d in range(1, 29 + 2 * (m == 1))], ()),
        ([f"{t / 100:.2f}" for t in range(105)], ()),
        ([f"{t / 10:g}" for t in range(105)], ()),
        ([], ()),
    ],
)
def test_columns_that_are_no_steps(names, odd):
    assert strangers(names) == odd


def test_names_of_two_numbers_are_steps_of_channels():
    names = [f"day{d}_hour{h}" for d in (1, 2) for h in range(3)]
    assert lay_out(names, True)[0] == ("day1_hour", "day2_hour")
    assert lay_out(names[:-1], True) == (("value",), tuple((name,) for name in names[:-1]))
    assert lay_out(["x0", "x1"], False) == (("value",), (("x0",), ("x1",)))


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
    assert f"{names[-1]}{missing[0] - 1}" in [gap.values["before"] for gap in s.warnings[0].values["gaps"]]
    assert s.warnings[0] in advise(s)
    assert Tables.UNEVEN_NUMBERS not in codes(s.notes)


def test_missing_columns_are_named():
    missing = say_missing(lay_out([f"t{t}" for t in (0, 1, 2, 3, 4, 6, 7, 8)], True)[1])
    assert missing == Tables.STEP_COLUMNS_MISSING.warning(gaps=[Tables.GAP_BETWEEN(n=1, before="t4", after="t6")])
    ends = lay_out([*X, *(f"y{t}" for t in range(1, 11))], True)[1]
    gaps = [Tables.GAP_BEFORE(n=1, after="y1"), Tables.GAP_AFTER(n=1, before="y10")]
    assert say_missing(ends) == Tables.STEP_COLUMNS_MISSING.warning(gaps=gaps)
    many = lay_out([f"t{t}" for t in range(60) if t % 10 != 5], True)[1]
    assert codes(say_missing(many).values["gaps"]) == [*[Tables.GAP_BETWEEN] * 4, Tables.OTHER_GAPS]
    uneven = say_uneven(lay_out(["t0", "t1", "t2", "t9", "t10"], True)[1])
    assert uneven == Tables.UNEVEN_NUMBERS(before="t2", after="t9")


@pytest.mark.parametrize(
    "names", [X, [f"year_{y}" for y in range(1990, 2021, 5)], ["height", "weight"], [f"{h:02d}00" for h in range(24)]]
)
def test_of_even_steps_nothing_is_said(names):
    columns = lay_out(names, True)[1]
    assert columns == tuple((name,) for name in names)
    assert (say_missing(columns), say_uneven(columns)) == (None, None)


@pytest.mark.few(6)
@pytest.mark.parametrize("form", ["{t}_{name}", "t{t}_{name}", "step{t}.{name}", "{t} {name}", "Time_{t}-{name}"])
@pytest.mark.parametrize("names", [["ax", "ay"], ["acc1", "acc2", "acc3"], ["u"]])
def test_the_number_of_the_step_may_stand_before_the_channel(form, names, tmp_path):
    x = np.random.default_rng(0).normal(size=(6, 12, len(names))).astype("float32")
    columns = {form.format(t=t, name=name): x[:, t, d] for t in range(12) for d, name in enumerate(names)}
    table = pd.DataFrame(columns).assign(label=list("ababab"))
    table.to_csv(tmp_path / "d.csv", index=False)
    s = read(tmp_path / "d.csv")
    if names[0][-1].isdecimal() and not form.startswith("{t}"):  # numbered at both ends: the end counts
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


def test_an_order_that_is_not_that_of_the_file_is_said():
    names = [f"Week {k}" for k in sorted(range(1, 13), key=str)]
    columns = lay_out(names, True)[1]
    assert columns == tuple((f"Week {k}",) for k in range(1, 13))
    assert say_order(names, columns) == Tables.NUMBERED(first="Week 1", last="Week 12")
    names = [f"{name}{t}" for name in "uv" for t in range(3)]
    assert say_order(names, lay_out(names, True)[1]) is None
    assert say_order(["b", "a"], lay_out(["b", "a"], True)[1]) is None


def test_numbers_before_names_that_differ_are_no_steps():
    names = ["1_height", "2_weight", "3_age"]
    assert lay_out(names, True) == (("value",), tuple((name,) for name in names))


def test_a_channel_that_names_do_not_tell_is_none():
    with raises(Tables.NO_CHANNEL, channel="value", channels=("x",)):
        pick(*lay_out(X, True), ("value",))
