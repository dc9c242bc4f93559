import inspect

import pytest
from support.facts import raises

from glasscell.data.steps.step_table import read_steps
from glasscell.system.sentences import Settings
from glasscell.tasks.tagging.network import build_tagging_network, prepare_training
from glasscell.tasks.tagging.settings import TaggingSettings, epochs_for


def test_what_others_take_of_them_they_take():
    old = {"data": "day.csv", "each_step": True}
    assert TaggingSettings.owns(old)
    settings = TaggingSettings(**TaggingSettings.current(old))
    assert settings.for_reader().keys() <= inspect.signature(read_steps).parameters.keys()
    takes = {
        name
        for one in (prepare_training, build_tagging_network)
        for name in inspect.signature(one).parameters
    }
    assert settings.for_training().keys() <= takes


@pytest.mark.parametrize(
    ("name", "found"),
    [
        *(("held_out", 0.6), ("window", 8), ("epochs", "many")),
        *(("unlabelled", found) for found in ("unknown", [], [""], [-1])),
    ],
)
def test_what_is_out_of_bounds_is_reported(name, found):
    with raises(Settings.NOT_ACCEPTED, name=name, found=found):
        TaggingSettings("day.csv", **{name: found})


def test_short_and_long_data_have_bounds():
    assert [epochs_for(steps, 200, 8) for steps in (50, 16_000, 10**8)] == [200, 60, 10]
