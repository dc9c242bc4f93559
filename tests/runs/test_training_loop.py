"""What was trained is resumed with the settings of then: which one is another is said, and how it is."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from support.facts import raises

from glasscell.runs.sentences import Runs
from glasscell.runs.training_loop import check_unchanged
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
    state: Any = {"settings": json.dumps({"label": then, "epochs": 3})}
    run: Any = SimpleNamespace(path=tmp_path)
    with raises(code, name="label", then=then, now=now, config=str(tmp_path / "config.toml")):
        check_unchanged(SeriesSettings("a.csv", label=now), run, state)
    check_unchanged(SeriesSettings("a.csv", label=then, epochs=5), run, state)
