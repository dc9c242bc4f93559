"""A column named as keys are is no channel or step; it is a label if named so, else an error."""

import numpy as np
import pandas as pd
import pytest
from support.facts import only, raises

from glasscell.data import from_frame, read, read_in_parts
from glasscell.data.steps.label_variation import are_labelled_by_step
from glasscell.data.steps.step_table import read_steps
from glasscell.data.tables.ids import is_called_id
from glasscell.data.tables.sentences import Tables
from glasscell.tasks.forecasting.panels.files import read_panel

N, STEPS = 20, 12
OF, T = np.repeat(np.arange(N), STEPS), np.tile(np.arange(STEPS), N)
CLASSES = np.array(["sit", "run", "lie"])


def long(**more) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {"id": OF + 1, "time": T, "u": rng.normal(size=N * STEPS), "v": rng.normal(size=N * STEPS)}
    )
    return table.assign(**more)


def wide(names="abcdef", **more) -> pd.DataFrame:
    x = np.random.default_rng(0).normal(size=(30, len(names)))
    return pd.DataFrame(x, columns=list(names)).assign(**more)


@pytest.mark.few(10)
@pytest.mark.parametrize(
    "name", ["customer_id", "customerId", "customerID", "Customer-Id", "shop id"]
)
@pytest.mark.parametrize(
    "values", [1000 + OF % 7, 1000 + OF * 10 + T // 6], ids=["one each", "several"]
)
@pytest.mark.parametrize("label", [{}, {"label": CLASSES[OF % 3]}], ids=["no label", "label"])
def test_no_channel(name, values, label, tmp_path):
    table = long(**{name: values}, **label)
    s = from_frame(table)
    assert s.channels == ("u", "v")
    assert only(s.notes, Tables.LEFT_OUT).values["column"] == name
    assert s.columns.get("label") == ("label" if label else None)
    assert from_frame(table, channels=["u", name]).channels == ("u", name)  # which is asked for
    table.to_csv(tmp_path / "d.csv", index=False)
    # of a run that was trained so
    (part,) = read_in_parts(tmp_path / "d.csv", channels_expected=("u", "v", name))
    assert part.channels == ("u", "v", name)


@pytest.mark.parametrize("name", ["humid", "GRID", "acid", "idle"])
def test_other_names_are_channels(name):
    assert not is_called_id(name)
    assert from_frame(long(**{name: 1000 + OF % 7})).channels == ("u", "v", name)


def test_no_step_of_wide_form():
    label = CLASSES[np.arange(30) % 3]
    for names, n in (("abcdef", 30), ("abcdef", 10), (["x0", "x1", "x2", "x3"], 30)):
        table = wide(names, customer_id=1000 + np.arange(30) % n, label=label)
        s = from_frame(table)
        assert s.x.shape == (30, len(names), 1)
        hint = only(s.notes, Tables.LEFT_OUT).values["why"].values["hint"]
        assert hint == (Tables.USE_ID(id="customer_id") if n == 30 else None)


def test_a_run_that_knows_one_as_a_step_keeps_it(tmp_path):
    wide(customer_id=1000 + np.arange(30)).to_csv(tmp_path / "d.csv", index=False)
    for steps in ("abcdef", [*"abcdef", "customer_id"]):
        known = {
            "channels_expected": ("value",),
            "step_names_expected": [(name,) for name in steps],
        }
        (part,) = read_in_parts(tmp_path / "d.csv", **known)
        assert part.step_names == tuple((name,) for name in steps)


@pytest.mark.parametrize(
    ("table", "name"),
    [
        (long(class_id=OF % 3), "class_id"),
        (long(class_id=CLASSES[OF % 3]), "class_id"),
        (long(shop_id=CLASSES[OF % 3]), "shop_id"),
        (long(activityId=T // 4 % 3), "activityId"),
        (
            long().drop(columns="id").assign(time=np.arange(N * STEPS), activity_id=OF % 3),
            "activity_id",
        ),
        (wide(class_id=np.arange(30) % 3), "class_id"),
        (wide(class_id=CLASSES[np.arange(30) % 3]), "class_id"),
    ],
    ids=["numbers", "words", "words of things", "of steps", "of one series", "wide", "wide, words"],
)
def test_what_may_be_the_label_is_asked(table, name, tmp_path):
    table.to_csv(tmp_path / "d.csv", index=False)
    assert not are_labelled_by_step(tmp_path / "d.csv")
    with raises(Tables.KEY_MAY_BE_LABEL, column=name, columns=[name], as_option=name):
        read(tmp_path / "d.csv")


def test_what_is_answered_needs_no_label(tmp_path):
    long(class_id=OF % 3).to_csv(tmp_path / "d.csv", index=False)
    (part,) = read_in_parts(tmp_path / "d.csv", channels_expected=("u", "v"))
    assert (part.channels, part.y) == (("u", "v"), None)


def test_where_it_is_named_it_is_the_label(tmp_path):
    assert from_frame(long(class_id=OF % 3), label="class_id").classes == ("0", "1", "2")
    assert from_frame(wide(class_id=np.arange(30) % 3), label="class_id").classes == ("0", "1", "2")
    long(activity_id=T // 4 % 3).to_csv(tmp_path / "d.csv", index=False)
    assert are_labelled_by_step(tmp_path / "d.csv", label="activity_id")
    found = read_steps(tmp_path / "d.csv", label="activity_id")
    assert (found.series.channels, found.classes) == (("u", "v"), ["0", "1", "2"])


def test_other_labels_come_first(tmp_path):
    s = from_frame(long(shop_id=CLASSES[OF % 3], grade=np.array(["A", "B"])[OF % 2]))
    assert (s.columns["label"], s.channels) == ("grade", ("u", "v"))
    table = long(session_id=[f"s{k}" for k in OF * 2 + T // 6], state=CLASSES[T // 4 % 3])
    table.to_csv(tmp_path / "d.csv", index=False)
    found = read_steps(tmp_path / "d.csv")
    assert (found.series.columns["label"], found.series.channels) == ("state", ("u", "v"))


def test_labels_of_another_file_leave_nothing_to_ask(tmp_path):
    long(class_id=OF % 3).to_csv(tmp_path / "d.csv", index=False)
    pd.DataFrame({"id": np.arange(N) + 1, "label": CLASSES[np.arange(N) % 3]}).to_csv(
        tmp_path / "y.csv", index=False
    )
    s = read(tmp_path / "d.csv", labels=tmp_path / "y.csv")
    assert (s.classes, s.channels) == (("lie", "run", "sit"), ("u", "v"))


def test_rows_that_are_labelled_each_have_none_as_a_channel(tmp_path):
    table = long(label=CLASSES[T // 4 % 3], customer_id=1000 + OF % 7)
    table.to_csv(tmp_path / "d.csv", index=False)
    assert read_steps(tmp_path / "d.csv").series.channels == ("u", "v")
    one = table.drop(columns="id").assign(
        time=np.arange(N * STEPS), customer_id=np.arange(N * STEPS) // 2 * 7 % 100
    )
    one.to_csv(tmp_path / "d.csv", index=False)
    found = read_steps(tmp_path / "d.csv").series
    assert (found.channels, found.columns) == (("u", "v"), {"time": "time", "label": "label"})


def test_what_is_forecast_is_none(tmp_path):
    rng = np.random.default_rng(0)
    days = list(pd.date_range("2026-01-01", periods=30).astype(str)) * 2
    table = pd.DataFrame(
        {"store_id": np.repeat([1, 2], 30), "date": days, "promo_id": rng.integers(0, 5, 60)}
    )
    table.assign(sales=rng.normal(size=60)).to_csv(tmp_path / "d.csv", index=False)
    found = read_panel(tmp_path / "d.csv")
    assert (found.roles.ids, found.roles.values, found.panel.ids) == (
        ("store_id",),
        ("sales",),
        ("1", "2"),
    )
