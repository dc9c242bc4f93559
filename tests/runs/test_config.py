"""`config`: a settings file is read back as written, and a mistake is reported with a suggestion.

The files that it names are found again: a folder, a pattern and the labels, too.
"""

import dataclasses
import json
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.runs.config import (
    check_keys,
    find_again,
    read_settings,
    read_values,
    settings_from,
    to_toml,
    with_whole_paths,
)
from glasscell.runs.sentences import Runs
from glasscell.settings.article import TRAINING_IMAGES, DigitsSettings
from glasscell.tasks.forecasting.settings import ForecastSettings
from glasscell.tasks.language.settings import LanguageSettings
from glasscell.tasks.series.settings import SeriesSettings
from glasscell.tasks.tagging.settings import TaggingSettings


@given(
    st.builds(
        DigitsSettings,
        epochs=st.integers(1, 10**6),
        hidden_size=st.integers(1, 2**16),
        batch_size=st.integers(1, TRAINING_IMAGES),
        learning_rate=st.floats(0, exclude_min=True, allow_infinity=False),
        output_activation=st.sampled_from(["identity", "tanh"]),
        seed=st.integers(0, 2**31 - 1),
    )
)
def test_settings_are_read_back_as_they_were_written(tmp_path_factory, settings):
    path = tmp_path_factory.mktemp("config") / "config.toml"
    path.write_text(to_toml(settings), encoding="utf-8")
    assert read_settings(path, DigitsSettings) == settings
    assert read_values(path)["task"] == DigitsSettings.task


def test_a_file_says_how_to_use_it():
    assert to_toml(DigitsSettings()).startswith(
        "# To run this again: glasscell train --config config.toml\n"
    )


def test_a_file_need_not_hold_all_settings(tmp_path):
    (tmp_path / "my.toml").write_text("epochs = 3  # few\n")
    assert read_values(tmp_path / "my.toml") == {"epochs": 3}
    (tmp_path / "my.toml").write_text("")
    assert read_settings(tmp_path / "my.toml", DigitsSettings) == DigitsSettings()


def test_a_byte_order_mark_does_not_matter(tmp_path):
    (tmp_path / "my.toml").write_bytes(b"\xef\xbb\xbfepochs = 3")
    assert read_values(tmp_path / "my.toml") == {"epochs": 3}


def test_a_misspelt_key_is_reported_with_the_one_that_was_meant():
    check_keys(dataclasses.asdict(DigitsSettings()), DigitsSettings, "here")
    with raises(Runs.MISSPELT_SETTING, file="here", name="batchsize", close="batch_size"):
        check_keys({"epochs": 3, "batchsize": 3}, DigitsSettings, "here")
    with raises(
        Runs.NO_SETTING,
        file="here",
        name="zzz",
        settings=[field.name for field in fields(DigitsSettings)],
    ):
        check_keys({"zzz": 3}, DigitsSettings, "here")


def test_a_task_takes_its_own_settings_only(tmp_path):
    (tmp_path / "my.toml").write_text("units = 8\n")
    assert (
        settings_from(
            {"data": "a.csv"} | read_values(tmp_path / "my.toml"), SeriesSettings, "my.toml"
        ).units
        == 8
    )
    with raises(Runs.NO_SETTING, name="units"):
        read_settings(tmp_path / "my.toml", DigitsSettings)


@pytest.mark.parametrize(
    ("old", "kind"),
    [
        ({"data": "digits", "epochs": 3}, DigitsSettings),
        ({"data": "a.csv", "task": "regression"}, SeriesSettings),
        ({"data": "a.csv", "each_step": True}, TaggingSettings),
        ({"data": "a.csv", "forecast": 12}, ForecastSettings),
        ({"data": "a.txt", "text": True}, LanguageSettings),
    ],
)
def test_what_older_runs_say_is_translated(old, kind, tmp_path):
    kinds = (DigitsSettings, TaggingSettings, ForecastSettings, LanguageSettings)
    assert [one for one in kinds if one.owns(old)] == [one for one in kinds if one is kind]
    (tmp_path / "old.toml").write_text(
        "".join(f"{name} = {json.dumps(v)}\n" for name, v in old.items())
    )
    settings = read_settings(tmp_path / "old.toml", kind)
    (tmp_path / "new.toml").write_text(to_toml(settings))
    assert kind.owns(read_values(tmp_path / "new.toml"))
    assert read_settings(tmp_path / "new.toml", kind) == settings
    assert getattr(settings, "target", "regression") == "regression"


@pytest.mark.parametrize("data", ["walks", "walk_*.csv", "walks.csv"])
def test_files_are_found_where_they_were_or_here_by_the_same_name(data, tmp_path, monkeypatch):
    before, here = tmp_path / "before", tmp_path / "here"
    for folder in (before, here):
        (folder / "walks").mkdir(parents=True)
        for name in ("walk_1.csv", "walks.csv", "labels.csv"):
            (folder / name).write_text("x\n")
    monkeypatch.chdir(before)
    settings = with_whole_paths(SeriesSettings(data, labels="labels.csv"))
    assert (settings.data, settings.labels) == (str(before / data), str(before / "labels.csv"))
    monkeypatch.chdir(here)
    assert find_again(settings) == settings
    before.rename(tmp_path / "gone")
    assert find_again(settings) == SeriesSettings(data, labels="labels.csv")
    assert not Path(settings.data).exists()
