import numpy as np
import pandas as pd
import pytest

from glasscell.data import read
from glasscell.data.tables.grids import find_places, lay_out, say_order, tell_order
from glasscell.data.tables.named_numbers import find_numbered, find_sided
from glasscell.data.tables.sentences import Tables


@pytest.mark.parametrize(
    ("form", "channel"),
    [
        ("t{}s", "t"), ("{}min", "value"), ("V_{}ms", "V"), ("x{}_mV", "x"), ("x({})", "x"), ("T+{}h", "T"),
        ("Sample {} (V)", "Sample"), ("{}/16", "value"), ("wk{}_steps", "steps"), ("HR@{}s", "HR"), ("{}.5h", "value"),
        ("Umsatz 20{:02d} (TEUR)", "Umsatz"), ("20{:02d} [YR20{:02d}]", "value"), ("17676{:02d}00000000", "value"),
        ("x1_{}ms", "x1"),
    ],
)  # fmt: skip
def test_one_number_in_a_frame_of_words_is_the_step(form, channel):
    names = [form.format(t, t) for t in range(16)]
    shuffled = [names[k] for k in np.random.default_rng(0).permutation(16)]
    channels, columns = lay_out(shuffled, True)
    assert channels == (channel,)
    assert columns == tuple((name,) for name in names)
    assert say_order(shuffled, columns) == Tables.NUMBERED(first=names[0], last=names[-1])


@pytest.mark.parametrize("form", ["{name}_{t}ms", "{name} t{t}s", "acc_{name}@{t}s"])
def test_a_second_place_that_varies_names_channels(form, tmp_path):
    x = np.random.default_rng(0).normal(size=(6, 16, 2)).astype("float32")
    columns = {form.format(name=name, t=10 * t): x[:, t, d] for d, name in enumerate(["ax", "ay"]) for t in range(16)}
    table = pd.DataFrame(columns).sample(frac=1, axis=1, random_state=1).assign(label=list("ababab"))
    table.to_csv(tmp_path / "d.csv", index=False)
    s = read(tmp_path / "d.csv")
    names = sorted(s.channels)
    assert [name.removeprefix("acc_") for name in names] == ["ax", "ay"]
    np.testing.assert_array_equal(s.x[:, :, [s.channels.index(name) for name in names]], x)


@pytest.mark.parametrize(
    "names",
    [
        [*(f"d-{k}" for k in range(7, 0, -1)), *(f"d{k}" for k in range(8))],
        ["T-60min", "T-45min", "T-15min", "T0", "T+15min", "T+45min"],
        ["500ms", "1s", "1500ms", "2min"],
        [f"FY{k % 100:02d}/{(k + 1) % 100:02d}" for k in range(105, 110)],
        ["0-5min", "5-10min", "10-15min", "15-20min"],
        ["pre3", "pre2", "pre1", "post1", "post2", "post3"],
        ["hr_pre1", "hr_pre0", "hr_post0", "hr_post1"],
        ["Jan kWh", "Feb kWh", "Mar kWh", "Apr kWh"],
        ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI"],
        ["Phase I", "Phase II", "Phase III", "Phase IV"],
        [f"H{h} {y}" for y in (2018, 2019, 2020) for h in (1, 2)],
        [f"{q}Q{y}" for y in (98, 99) for q in range(1, 5)] + ["1Q00"],
        ["W51/25", "W52/25", "W01/26", "W02/26"],
    ],
)
def test_signs_units_and_other_ways_to_count(names):
    shuffled = sorted(names)
    columns = lay_out(shuffled, True)[1]
    assert [row[0] for row in columns] == names
    assert all(len(row) == 1 for row in columns)
    assert tell_order(shuffled)


def test_hyphens_between_and_numbers_of_other_things():
    assert find_numbered(["a-1", "a-2", "a-3", "a-4"])["a-4"] == ("a", 4.0)
    assert find_numbered(["a-4", "a-3", "a-2", "a-1"])["a-4"] == ("a", -4.0)
    assert find_numbered(["x1_mean", "x2_mean", "x1_std", "x2_std"]) == {}
    assert find_numbered([]) == {}
    assert (
        find_sided(["pre1", "pre2"]) == find_sided(["pre1", "pre2", "post1"]) == find_sided(["a_pre1", "post1"]) == {}
    )
    assert not tell_order(["V", "I"])
    assert not tell_order(["height", "weight"])


def test_an_order_that_names_do_not_tell_is_said(tmp_path):
    table = pd.DataFrame(np.random.default_rng(0).normal(size=(6, 3)), columns=["oak", "elm", "ash"])
    table.assign(label=list("ababab")).to_csv(tmp_path / "d.csv", index=False)
    assert read(tmp_path / "d.csv").notes[0].values["order"] == Tables.COLUMNS_AS_THEY_STAND()


@pytest.mark.parametrize("form", ["{} (g) (t={})", "{} (g)_{}", "t{1} {0} (g)", "{} (g) {}", "{} (g) (t = {} s)"])
def test_brackets_of_a_channel_are_kept(form):
    names = [form.format(channel, step) for channel in ("ax", "ay") for step in range(4)]
    assert {channel for channel, _ in find_places(names).of.values()} == {"ax (g)", "ay (g)"}


def test_columns_before_something_and_after_it_are_said_to_be_one_channel():
    names = ["post1", "pre1", "post2", "pre2"]
    assert say_order(names, lay_out(names, True)[1]) == Tables.BEFORE_AND_AFTER(first="pre2", last="post2")
