import pytest

from glasscell.errors import DataError, UsageError
from glasscell.lab.experiment import Experiment


def test_the_default_is_the_three_tasks_with_ten_seeds():
    experiment = Experiment()
    assert experiment.cells()[:4] == [("write", arm) for arm in ("full", "NIG", "NFG", "NOG")]
    assert (len(experiment.cells()), experiment.models, experiment.seeds) == (12, 30, 10)


def test_runs_stand_in_the_order_of_rates_then_seeds():
    runs = list(Experiment(learning_rates=(0.1, 0.3), seeds=2, first_seed=5).runs())
    assert runs == [(0.1, 5), (0.1, 6), (0.3, 5), (0.3, 6)]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"seeds": 0}, "seeds=0: expected a whole number from 1 up"),
        ({"seeds": 2.5}, "seeds=2.5: expected a whole number"),
        ({"first_seed": -1}, "first_seed=-1: expected a whole number from 0 up"),
        ({"units": True}, "units=True: expected a whole number"),
        ({"clip_norm": 0.0}, "clip_norm=0.0: expected a number above 0"),
        ({"tasks": ("read",)}, "task 'read' is not known; use write, erase, show"),
        ({"tasks": ()}, "tasks=nothing: expected at least one"),
        ({"arms": ("full", "full")}, "none twice"),
        ({"arms": (3,)}, "expected names"),
        ({"tasks": ("adding",), "length": 19}, "steps=19: expected at least 20"),
        ({"learning_rates": (0.1, -0.1)}, "expected numbers above 0"),
        ({"learning_rates": (float("nan"),)}, "expected numbers above 0"),
    ],
)
def test_settings_that_make_no_experiment_are_refused(settings, says):
    with pytest.raises(UsageError, match=says):
        Experiment(**settings)


def test_settings_go_to_json_and_back():
    experiment = Experiment(tasks=("show",), learning_rates=(0.1,), units=4)
    assert Experiment.from_plain(experiment.plain()) == experiment
    for damaged in ({"seed": 3}, {"seeds": 0}):
        with pytest.raises(DataError, match="not the settings of an experiment"):
            Experiment.from_plain(damaged)


def test_a_shortened_experiment_is_never_longer_and_says_that_it_is_short():
    assert Experiment(seeds=2, updates=10).shortened() == Experiment(seeds=2, updates=10, quick=True)
    assert Experiment().shortened() == Experiment(seeds=3, updates=600, quick=True)
