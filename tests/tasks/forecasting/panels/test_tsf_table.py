"""Long tables of .tsf files: times are counted on from each series' start."""

import numpy as np
import pandas as pd
import pytest
from support.facts import raises

from glasscell.data.formats.sentences import Formats
from glasscell.tasks.forecasting.panels.panel_files import read_panel
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.panels.tsf_table import table_of

HEAD = """# of a shop
@relation shop
@attribute series_name string
@attribute start_timestamp date
@frequency {}
@data
"""


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
    (tmp_path / "shop.tsf").write_text(HEAD.format(frequency) + f"a:{text}:1,2,?,4,5\nb:{text}:6,7,8\n")
    file = read_panel(tmp_path / "shop.tsf")
    assert file.panel.ids == ("a", "b")
    assert file.panel.times[0][:2].tolist() == [pd.Timestamp(start), pd.Timestamp(second)]
    np.testing.assert_array_equal(file.panel.values[0], [1, 2, np.nan, 4, 5])
    assert str(file.panel.frequency).startswith(found)
    layout, series = (file.notes[0].values[name] for name in ("layout", "series"))
    assert layout == Panels.TSF(form=Formats.FORM_OF(form=".tsf", name="shop"))
    assert [series.values[name] for name in ("n", "least", "most")] == [2, 3, 5]


def test_without_starts_steps_are_counted():
    frame, _ = table_of(iter(["@relation shop", "@frequency yearly", "@data", "1,2,3", "4,5"]))
    assert frame.unique_id.tolist() == ["series_1"] * 3 + ["series_2"] * 2
    assert frame.ds.tolist() == [0, 1, 2, 0, 1]


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        (HEAD.format("fortnightly") + "a:1979-01-01 00-00-00:1,2\n", Panels.UNKNOWN_STEP, {"found": "fortnightly"}),
        (HEAD.format("daily") + "a:yesterday:1,2\n", Panels.NO_START, {"line": 7, "found": "yesterday"}),
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
