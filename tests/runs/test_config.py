"""`config`: a file of settings is read back as it was written; a mistake is reported with what was probably meant."""

import dataclasses
from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.runs.config import check_keys, read_settings, read_values, to_toml
from glasscell.runs.sentences import Runs
from glasscell.settings.article import TRAINING_IMAGES, ArticleSettings
from glasscell.tasks.series.settings import SeriesSettings


@given(
    st.builds(
        ArticleSettings,
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
    assert read_settings(path, ArticleSettings) == settings


def test_a_file_says_how_to_use_it():
    assert to_toml(ArticleSettings()).startswith("# To run this again: glasscell train --config config.toml\n")


def test_a_file_need_not_hold_all_settings(tmp_path):
    (tmp_path / "my.toml").write_text("epochs = 3  # few\n")
    assert read_values(tmp_path / "my.toml") == {"epochs": 3}
    (tmp_path / "my.toml").write_text("")
    assert read_values(tmp_path / "my.toml") == {}


def test_a_byte_order_mark_does_not_matter(tmp_path):
    (tmp_path / "my.toml").write_bytes(b"\xef\xbb\xbfepochs = 3")
    assert read_values(tmp_path / "my.toml") == {"epochs": 3}


def test_a_misspelt_key_is_reported_with_the_one_that_was_meant():
    check_keys(dataclasses.asdict(ArticleSettings()), ArticleSettings, "here")
    with raises(Runs.MISSPELT_SETTING, file="here", name="batchsize", close="batch_size"):
        check_keys({"epochs": 3, "batchsize": 3}, ArticleSettings, "here")
    with raises(Runs.NO_SETTING, file="here", name="zzz", settings=[field.name for field in fields(ArticleSettings)]):
        check_keys({"zzz": 3}, ArticleSettings, "here")


def test_the_task_decides_which_settings_there_are(tmp_path):
    (tmp_path / "my.toml").write_text("units = 8\n")
    assert read_settings(tmp_path / "my.toml", SeriesSettings, data="series.csv").units == 8
    with raises(Runs.NO_SETTING, name="units"):
        read_settings(tmp_path / "my.toml", ArticleSettings)
    (tmp_path / "my.toml").write_text("hidden_size = 8\n")
    with raises(Runs.NO_SETTING, name="hidden_size"):
        read_settings(tmp_path / "my.toml", SeriesSettings, data="series.csv")
