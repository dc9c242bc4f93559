"""Training resumes with the original settings; a changed one is reported, with its values."""

import pytest
from support.facts import raises

from glasscell.runs.config import check_unchanged
from glasscell.runs.sentences import Runs
from glasscell.tasks.series.settings import SeriesSettings


@pytest.mark.parametrize(
    ("then", "now", "code"),
    [
        ("side", "gesture", Runs.SETTING_CHANGED),
        (None, "gesture", Runs.SETTING_ADDED),
        ("side", None, Runs.SETTING_REMOVED),
    ],
)
def test_a_setting_that_has_changed_is_named(then, now, code, tmp_path):
    trained = {"label": then, "epochs": 3}
    with raises(code, name="label", then=then, now=now, config=str(tmp_path / "config.toml")):
        check_unchanged(SeriesSettings("a.csv", label=now), tmp_path, trained)
    check_unchanged(SeriesSettings("a.csv", label=then, epochs=5), tmp_path, trained)
