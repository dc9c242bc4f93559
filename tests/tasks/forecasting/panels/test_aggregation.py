"""Several values in one step of --every: how they are combined is reported, as by pandas."""

import json

import numpy as np
import pandas as pd
import pytest
from support.facts import codes, only, raises

from glasscell.errors import UsageError
from glasscell.tasks.forecasting.data import read_newer, read_source
from glasscell.tasks.forecasting.panels.files import GridOptions, read_panel
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.roles import PanelRequest
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.sentences import ForecastRuns
from glasscell.tasks.forecasting.settings import ForecastSettings

HOURS = pd.date_range("2026-01-01", periods=40, freq="6h")
SOLD = np.random.default_rng(0).normal(10, 1, 40).round(3)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "hours.csv"
    pd.DataFrame({"time": HOURS, "kwh": SOLD, "promo": np.arange(40) % 2}).to_csv(path, index=False)
    return path


@pytest.mark.parametrize("how", ["mean", "sum", "last", "min", "max"])
def test_values_of_a_step_are_combined_as_said_whatever_their_order(how):
    table = pd.DataFrame({"unique_id": "b", "ds": HOURS, "y": SOLD, "promo": np.arange(40) % 4})
    table = pd.concat([table, table.assign(unique_id="a", y=-SOLD)])
    table.iloc[5, 2] = np.nan
    right = table.set_index("ds").groupby("unique_id", sort=False)["y"].resample("D").agg(how)
    panel = from_frame(
        table.sample(frac=1, random_state=0), every="1D", aggregate=how, past=["promo"]
    )
    for who, values, past in zip(panel.ids, panel.values, panel.past, strict=True):
        np.testing.assert_allclose(values, right[who])
        np.testing.assert_array_equal(past, 1.5)  # covariates are averaged
    empty = pd.DataFrame({"ds": HOURS[:12], "y": [*SOLD[:4], *[np.nan] * 4, *SOLD[4:8]]})
    assert np.isnan(from_frame(empty, every="1D", aggregate=how).values[0][1])


def test_it_is_demanded_where_values_would_be_combined_and_only_there(file):
    with raises(
        Panels.AGGREGATE_NEEDED, every="1D", n=4, first=1, second=2, time="2026-01-01"
    ) as caught:
        read_panel(file, PanelRequest(channels=("kwh",)), grid=GridOptions(every="1D"))
    assert isinstance(caught.value, UsageError)
    for every in ("6h", "3h"):
        notes = read_panel(
            file, PanelRequest(channels=("kwh",)), grid=GridOptions(every=every)
        ).notes
        assert Panels.AGGREGATED not in codes(notes)
    twice = pd.DataFrame({"ds": HOURS, "y": np.where(np.arange(40) % 4, np.nan, SOLD)})
    # one of each four is there
    assert from_frame(twice, every="1D").values[0].tolist() == SOLD[::4].tolist()


def test_its_notes_are_of_the_times_after_it(file):
    found = read_panel(
        file,
        PanelRequest(channels=("kwh",), past=("promo",)),
        grid=GridOptions(every="1D", aggregate="sum"),
    )
    stated = only(found.notes, Panels.AGGREGATED).values
    assert (stated["how"], stated["most"]) == ("sum", 4)
    assert stated["covariates"] == Panels.COVARIATES_AVERAGED()
    assert not {Panels.NO_LAST_VALUES, Panels.PART_OF_A_STEP} & {*codes(found.notes)}
    frame = pd.DataFrame({"time": HOURS[:38], "kwh": [*SOLD[:30], *[np.nan] * 4, *SOLD[:4]]}).iloc[
        :35
    ]
    part = read_panel(frame, grid=GridOptions(every="1D", aggregate="sum"))
    place = {"which": "last", "n": 1, "time": "2026-01-09", "usual": 4}
    assert place.items() <= only(part.notes, Panels.PART_OF_A_STEP).values.items()
    gone = read_panel(frame.iloc[:34], grid=GridOptions(every="1D", aggregate="sum"))
    # the eighth day has four rows and no value
    assert only(gone.notes, Panels.NO_LAST_VALUES).values["n"] == 1


def test_it_goes_with_every():
    with raises(Panels.AGGREGATE_ALONE, aggregate="sum"):
        ForecastSettings("a.csv", 3, aggregate="sum")


def test_runs_of_before_it_was_recorded_average(file, tmp_path):
    settings = ForecastSettings(str(file), 2, every="1D", channels=["kwh"])
    own = read_panel(
        file, PanelRequest(channels=("kwh",)), grid=GridOptions(every="1D", aggregate="mean")
    ).panel
    about = {
        "roles": {"ids": [], "time": "time", "values": ["kwh"]},
        "known": [],
        "past": [],
        "static": [],
    }
    about |= {"frequency": "D"}

    def write(**more):
        (tmp_path / "data.json").write_text(json.dumps(about | more))

    write()
    for read in (
        lambda: read_newer(tmp_path, settings, file, own),
        lambda: read_source(settings, tmp_path),
    ):
        write()
        np.testing.assert_allclose(read().panel.values[0], SOLD.reshape(10, 4).mean(1))
        write(aggregate="max")
        np.testing.assert_allclose(read().panel.values[0], SOLD.reshape(10, 4).max(1))

    write(aggregate=None)  # nothing was combined in training, where an option would have said how
    with raises(ForecastRuns.NOT_COMBINED, every="1D", n=4, first=1, second=2):
        read_newer(tmp_path, settings, file, own)
    with raises(Panels.AGGREGATE_NEEDED):
        read_source(settings, tmp_path)
