"""Ids made of two columns are read alike by all readers, and by the commands of a run."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.command import call
from support.facts import only, raises

from glasscell import load_run
from glasscell.data import from_frame, read, read_in_parts
from glasscell.data.steps.label_variation import are_labelled_by_step
from glasscell.data.steps.step_table import read_steps
from glasscell.data.tables.ids import columns_of_id
from glasscell.data.tables.sentences import Tables
from glasscell.tasks.forecasting.panels.files import read_panel
from glasscell.tasks.forecasting.panels.roles import PanelRequest

IDS = [f"S{k},{trial}" for k in range(4) for trial in (1, 2, 3)]


def trials(steps=6) -> pd.DataFrame:
    """Give trials of persons, numbered anew for each, of walks whose class is theirs."""
    rng, n = np.random.default_rng(0), 12 * steps
    subject, trial = np.arange(n) // (3 * steps), np.arange(n) // steps % 3
    table = pd.DataFrame(
        {"subject": [f"S{k}" for k in subject], "trial": trial + 1, "time": np.arange(n) % steps}
    )
    label = np.array(["up", "down"])[(subject + trial) % 2]
    return table.assign(u=rng.normal(size=n).cumsum(), v=rng.normal(size=n), label=label)


@pytest.mark.parametrize("id", ["subject,trial", ["subject", "trial"], ("subject", "trial")])
def test_all_readers_of_series_join_them(id, tmp_path):
    table, path = trials(), tmp_path / "d.csv"
    table.to_csv(path, index=False)
    found = [read(path, id=id), from_frame(table, id=id), next(read_in_parts(path, id=id))]
    for s in found:
        assert (s.ids.tolist(), s.channels, s.columns["id"]) == (IDS, ("u", "v"), "subject,trial")
        np.testing.assert_array_equal(s.x, table[["u", "v"]].to_numpy("float32").reshape(12, 6, 2))
    assert found[0].groups.tolist() == [name.split(",")[0] for name in IDS]
    assert len(list(read_in_parts(path, id=id, series=5))) == 3
    assert not are_labelled_by_step(path, id=id)


def test_rows_that_are_labelled_each_are_of_joint_ids_too(tmp_path):
    table, path = trials(), tmp_path / "d.csv"
    table.assign(label=np.tile(["rest", "walk", "rest"], 24)).to_csv(path, index=False)
    for id in ("subject,trial", ["subject", "trial"]):
        found = read_steps(path, id=id)
        assert found.series.ids.tolist() == IDS
        assert found.y[0].tolist() == ["rest", "walk", "rest"] * 2
        assert found.series.columns == {"id": "subject,trial", "time": "time", "label": "label"}
        assert are_labelled_by_step(path, id=id)
    more = read_steps(path, channels_expected=("u", "v"), columns_expected=found.series.columns)
    assert more.series.ids.tolist() == IDS


def test_series_to_be_forecast_are_called_as_where_their_columns_are_found(tmp_path):
    table, path = trials(), tmp_path / "d.csv"
    table.drop(columns="label").to_csv(path, index=False)
    guessed, told = (
        read_panel(path, PanelRequest(id=id, channels=("u",))) for id in (None, "subject,trial")
    )
    assert told.panel.ids == guessed.panel.ids == tuple(name.replace(",", "/") for name in IDS)
    assert told.roles.ids == ("subject", "trial")


def test_what_was_joined_is_joined_again(tmp_path):
    table, path = trials(), tmp_path / "d.csv"
    table.drop(columns="label").to_csv(path, index=False)
    known = {
        "channels_expected": ("u", "v"),
        "columns_expected": {"id": "subject,trial", "time": "time"},
    }
    assert from_frame(table, **known).ids.tolist() == IDS
    assert [
        name for part in read_in_parts(path, series=7, **known) for name in part.ids.tolist()
    ] == IDS


def test_a_column_of_that_name_comes_first():
    table = trials().assign(
        **{"subject,trial": trials()["trial"] + 3 * trials()["subject"].str[1].astype(int)}
    )
    assert from_frame(table, id="subject,trial", channels=["u"]).ids.tolist() == [
        str(k) for k in range(1, 13)
    ]
    assert columns_of_id("a,b,c", ["a", "a,b", "b,c", "d"]) == ("a", "b,c")
    assert columns_of_id("a,c", ["a", "b"]) == columns_of_id("a,a", ["a"]) == ()
    with raises(Tables.NO_COLUMN, column="subject,run", role="id"):
        from_frame(trials(), id="subject,run")


def test_parts_with_commas_stay_apart_and_none_may_be_missing():
    table = pd.DataFrame(
        {"a": ["x,y"] * 3 + ["x"] * 3, "b": ["z"] * 3 + ["y,z"] * 3, "u": range(6)}
    )
    assert from_frame(table, id="a,b").ids.tolist() == ['"x,y",z', 'x,"y,z"']
    with raises(Tables.NO_ID, row=2, column="a,b"):
        from_frame(table.assign(b=["z", None, "z", "y", "y", "y"]), id="a,b")


def test_the_person_of_a_trial_may_be_the_group_or_a_label(tmp_path):
    table = trials().rename(columns={"subject": "who"})
    table.to_csv(tmp_path / "d.csv", index=False)
    assert read(tmp_path / "d.csv", id="who,trial").groups is None
    assert len(set(read(tmp_path / "d.csv", id="who,trial", group="who").groups.tolist())) == 4
    numbered = trials().assign(
        subject=[int(name[1]) for name in trials()["subject"]], session=trials()["trial"]
    )
    one_each = numbered[numbered["trial"] == 1].drop(columns="session")
    assert from_frame(one_each, id="subject,trial").channels == ("u", "v")
    s = from_frame(numbered.drop(columns="trial"), id="subject,session")
    assert (s.channels, s.groups.tolist()) == (
        ("u", "v"),
        [str(k) for k in range(4) for _ in range(3)],
    )


def test_an_index_may_be_one_of_them():
    table = trials().set_index("subject")
    assert from_frame(table, id=["subject", "trial"]).ids.tolist() == IDS
    known = {"channels_expected": ("u", "v"), "columns_expected": {"id": "subject,trial"}}
    assert from_frame(table.drop(columns="label"), **known).ids.tolist() == IDS


@pytest.mark.parametrize("time", [True, False])
def test_two_columns_that_name_series_together_are_named_as_the_option_takes_them(time, tmp_path):
    path = tmp_path / "d.csv"
    trials().drop(columns=[] if time else ["time"]).to_csv(path, index=False)
    for reader in (read, read_steps) if time else (read,):
        with raises(Tables.NAMED_TOGETHER, one="subject", other="trial", as_option="subject,trial"):
            reader(path)


@pytest.mark.long(10)
@pytest.mark.usefixtures("undrawn")
def test_a_run_joins_them_in_other_files_and_where_it_is_resumed(tmp_path, monkeypatch, capfd):
    """It trains, through the command."""
    monkeypatch.chdir(tmp_path)
    trials().to_csv("d.csv", index=False)
    trials().drop(columns="label").to_csv("new.csv", index=False)

    def glasscell(*arguments):
        answer = call(monkeypatch, capfd, *arguments)
        assert answer.code == 0, answer.err
        return answer.out

    small = ["--units", "4", "--epochs", "2", "--early-stopping", "--name", "run", "-q"]
    glasscell("train", "d.csv", "--id", "subject", "--id", "trial", *small)
    assert (
        json.loads(Path("runs/run/data.json").read_text("utf-8"))["columns"]["id"]
        == "subject,trial"
    )
    assert 'id = "subject,trial"' in Path("runs/run/config.toml").read_text("utf-8")
    answers = glasscell("predict", "run", "new.csv").splitlines()
    assert [line.rpartition('"')[0].strip('"') for line in answers[1:]] == IDS
    assert json.loads(glasscell("evaluate", "run", "d.csv", "--json"))["n"] == 12
    glasscell("train", "--resume", "run", "--epochs", "3", "-q")
    found = load_run("runs/run").predict(trials().drop(columns="label"))
    assert len(found) == 12


def test_the_option_may_stand_twice(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    trials().to_csv("d.csv", index=False)
    once, twice = (
        call(monkeypatch, capfd, "data", "d.csv", *ids).out
        for ids in (["--id", "subject,trial"], ["--id", "subject", "--id", "trial"])
    )
    assert once == twice
    assert "12 series of 6 steps" in once


def test_settings_take_names_in_a_list(tmp_path):
    from glasscell.tasks.series.settings import SeriesSettings

    assert SeriesSettings(data="d.csv", id=["subject", "trial"]).id == ["subject", "trial"]
    assert (
        only(from_frame(trials(), id=["subject", "trial"]).notes, Tables.LONG_FORM).values["id"]
        == "subject,trial"
    )
