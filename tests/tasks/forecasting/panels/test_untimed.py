"""Tables with no column read as times: rows keep their order only if nothing may be a time."""

import numpy as np
import pandas as pd
import pytest
from support.facts import only, raises

from glasscell.tasks.forecasting.panels.files import read_panel
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.panels.sentences import Panels

DAYS = pd.date_range("2024-01-01", periods=40)
SECONDS = (DAYS.to_numpy("datetime64[s]")).astype(int)
RNG = np.random.default_rng(0)


def panel(**columns):
    parts = [
        pd.DataFrame({"sku": sku, "sold": RNG.poisson(9, 40), **columns}) for sku in ("a", "b")
    ]
    return pd.concat(parts).sample(frac=1, random_state=0)


@pytest.mark.parametrize("name", ["epoch", "created"])
def test_unix_times_are_read_in_any_order(name):
    table = panel(**{name: SECONDS})
    for rows in (table, table.sort_values(name), table.iloc[:50]):
        found = read_panel(rows)
        assert (sorted(found.panel.ids), found.panel.frequency, found.roles.values) == (
            ["a", "b"],
            "D",
            ("sold",),
        )
        assert Panels.UNIX_TIMES in [note.code for note in found.notes]
    uneven = panel(**{name: SECONDS + RNG.integers(0, 80_000, 40)})
    with raises(Panels.MAY_BE_TIME, column=name):
        read_panel(uneven)


@pytest.mark.parametrize(
    ("column", "times"),
    [
        ("wann", DAYS.strftime("%d %b %Y")),
        ("stamp", DAYS.strftime("%Y|%m|%d")),
        ("woche_nr", [202331 + k for k in range(22)] + [202401 + k for k in range(18)]),
        ("periode", range(1, 41)),
        ("moment", SECONDS + 1000 * RNG.integers(0, 80, 40)),
    ],
)
def test_what_may_be_the_time_is_asked_for(column, times):
    table = panel(**{column: times})
    with raises(Panels.MAY_BE_TIME, column=column) as caught:
        read_panel(table)
    assert f"--time {column}" in str(caught.value)
    found = read_panel(table, PanelRequest(channels=("sold",)))
    assert only(found.notes, Panels.UNUSED_TIME).values["column"] == column
    assert found.roles.time is None


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"value": range(30)}),
        pd.DataFrame({"people": (1e9 + 1e6 * RNG.normal(size=30)).astype(int)}),
        panel(),
        pd.DataFrame({"n": range(30), "y": RNG.normal(size=30)}),
        panel(model="2020 deluxe"),
    ],
)
def test_rows_are_counted_where_nothing_may_be_the_time(table):
    assert read_panel(table).roles.time is None
