"""Columns without plain numbers are left out aloud where something measured is lost with them."""

import numpy as np
import pandas as pd
import pytest
from support.facts import raises

from glasscell.data import read
from glasscell.data.tables.sentences import Tables

N, STEPS = 8, 5
PRICES = {
    "dollars": "${:,.2f}",
    "euros": "{:.2f} €",
    "percent": "{:.1f}%",
    "a unit": "{:.1f} kg",
    "a unit without a space": "{:.1f}mmHg",
    "a bound": "<{:.1f}",
    "SAP": "{:.2f}-",
    "accounting": "({:.2f})",
    "lakhs": "1,23,{:03.0f}",
}


def table(**columns) -> pd.DataFrame:
    """Return a long table whose columns are made by functions of series and step."""
    places = [(series, step) for series in range(N) for step in range(STEPS)]
    made = {name: [of(*place) for place in places] for name, of in columns.items()}
    return pd.DataFrame({"id": [s for s, _ in places], "time": [t for _, t in places], **made})


def label(series, _):
    return "up" if series % 2 else "flat"


def value(series, step):
    return 100.0 + 7 * series + step


@pytest.mark.parametrize("form", PRICES.values(), ids=PRICES)
def test_numbers_with_something_beside_them_are_warned_of_and_not_the_label(form, tmp_path):
    frame = table(price=lambda *at: form.format(value(*at)), u=value, kind=label)
    frame.to_csv(tmp_path / "d.csv", index=False)
    s = read(tmp_path / "d.csv")
    assert (s.columns["label"], s.channels) == ("kind", ("u",))
    first = form.format(value(0, 0))
    why = Tables.ADORNED(column="price", first=first)
    assert s.warnings[0] == Tables.LEFT_OUT.warning(column="price", why=why)
    frame.drop(columns="u").to_csv(tmp_path / "d.csv", index=False)
    with raises(Tables.NO_CHANNELS, why=why):
        read(tmp_path / "d.csv")


def test_steps_with_a_sign_are_no_words_in_wide_form_either(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {f"t{k}": [f"{v:.1f}%" for v in rng.normal(50, 9, size=20)] for k in range(4)}
    )
    frame.assign(kind=["up", "flat"] * 10).to_csv(tmp_path / "d.csv", index=False)
    with raises(Tables.NO_STEPS) as error:
        read(tmp_path / "d.csv")
    assert (error.value.values["why"].code, error.value.values["why"].values["column"]) == (
        Tables.ADORNED,
        "t0",
    )


def test_states_in_words_are_no_channels(tmp_path):
    frame = table(motor=lambda _, step: ("off", "on")[step > 2], u=value, kind=label)
    frame.to_csv(tmp_path / "d.csv", index=False)
    s = read(tmp_path / "d.csv")
    assert s.columns["label"] == "kind"
    assert Tables.LEFT_OUT(column="motor", why=Tables.WITHOUT_NUMBERS(hint=None)) in s.notes


def test_remarks_and_what_is_one_in_each_series_are_only_noted(tmp_path):
    table(
        remark=lambda series, step: "new hose" if (series, step) == (2, 3) else "",
        distance=lambda series, _: f"{5 * (series % 3 + 1)} km",
        who=lambda series, _: f"person {series}",
        u=value,
        label=label,
    ).to_csv(tmp_path / "d.csv", index=False)
    s = read(tmp_path / "d.csv")
    assert s.warnings == ()
    assert [note for note in s.notes if note.code is Tables.LEFT_OUT] == [
        Tables.LEFT_OUT(column=name, why=Tables.WITHOUT_NUMBERS(hint=None))
        for name in ("remark", "distance", "who")
    ]


def test_of_several_columns_of_words_the_one_with_one_for_each_series_is_the_label(tmp_path):
    frame = table(remark=lambda series, step: f"r{(series + step) % 4}", u=value, kind=label)
    frame.to_csv(tmp_path / "d.csv", index=False)
    s = read(tmp_path / "d.csv")
    assert s.columns["label"] == "kind"
    assert s.y.tolist() == [label(series, 0) for series in range(N)]
    assert Tables.TAKEN_FOR_LABEL(column="kind") in s.notes
    frame.assign(site=frame["id"] // 3).astype({"site": str}).replace(
        {"site": {"0": "A", "1": "B", "2": "C"}}
    ).to_csv(tmp_path / "d.csv", index=False)
    with raises(Tables.SEVERAL_OF_WORDS, columns=["kind", "site"]):  # either may be
        read(tmp_path / "d.csv")
    assert read(tmp_path / "d.csv", label="site").classes == ("A", "B", "C")
    assert "label" not in read(tmp_path / "d.csv", channels=["u"]).columns
