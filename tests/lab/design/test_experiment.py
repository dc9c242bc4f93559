import pytest

from glasscell.errors import DataError, UsageError
from glasscell.lab.design.experiment import Experiment
from glasscell.variants import GREFF


def test_the_default_is_the_three_tasks_with_ten_seeds():
    experiment = Experiment()
    conditions = experiment.conditions()
    assert [of[:2] for of in conditions[:4]] == [("write", arm) for arm in ("full", "NIG", "NFG", "NOG")]
    assert (len(conditions), experiment.models, experiment.seeds) == (12, 30, 10)


def test_runs_stand_in_the_order_of_rates_then_seeds():
    runs = list(Experiment(learning_rates=(0.1, 0.3), seeds=2, first_seed=5).runs())
    assert runs == [(0.1, 5), (0.1, 6), (0.3, 5), (0.3, 6)]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"seeds": 0}, "seeds=0: expected a whole number from 1 up"),
        ({"seeds": 2.5}, "seeds=2.5: expected a whole number"),
        ({"first_seed": -1}, "first_seed=-1: expected a whole number from 0 up"),
        ({"units": (1, 2.5)}, "units=2.5: expected a whole number from 1 up"),
        ({"units": (1, 1)}, "none twice"),
        ({"memories": ("many",)}, "memories='many': expected a whole number"),
        ({"tasks": ("archive:Nothing",)}, "there is no Nothing_TRAIN.ts in"),
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


def test_sizes_are_combined_where_a_task_has_them():
    both = Experiment(
        tasks=("erase", "adding"), arms=("full", "NFG"), units=(1, 4), memories=("units",), length=(20, 60)
    )
    sizes = [of[2:] for of in both.conditions() if of.arm == "NFG" and of.task == "erase"]
    assert sizes == [(1, 1, 20), (1, 1, 60), (4, 4, 20), (4, 4, 60)]
    backwards = [of[2:] for of in both.conditions()[-2::-2]]
    assert backwards == [(4, 1, 60), (4, 1, 20), (1, 1, 60), (1, 1, 20), *sizes[::-1]]
    fixed = Experiment(tasks=("temporal_order",), arms=("full",), memories=(1, 2), length=(20, 60))
    assert fixed.conditions() == [("temporal_order", "full", 1, 1, 110)]


def test_settings_go_to_json_and_back():
    experiment = Experiment(tasks=("show",), learning_rates=(0.1,), units=(1, 4), memories=("units",))
    assert Experiment.from_plain(experiment.plain()) == experiment
    for damaged in ({"seed": 3}, {"seeds": 0}):
        with pytest.raises(DataError, match="not the settings of an experiment"):
            Experiment.from_plain(damaged)


def test_a_shortened_experiment_is_never_longer_and_says_that_it_is_short():
    assert Experiment(seeds=2, updates=10, stream=9).shortened() == Experiment(
        seeds=2, updates=10, stream=9, quick=True
    )
    assert Experiment().shortened() == Experiment(seeds=3, updates=600, stream=1000, quick=True)
    nine = Experiment(arms=tuple(f"greff:{name}" for name in GREFF), units=(4, 8), memories=("units",), length=(20, 60))
    assert [of[0::2] for of in nine.shortened().conditions()[:1]] == [("write", 4, 20)]
    assert len(nine.shortened().conditions()) == 9
    asked = nine.shortened(keep=["tasks", "units", "seeds"])
    assert (asked.tasks, asked.units, asked.seeds, asked.updates, asked.quick) == (nine.tasks, (4, 8), 10, 600, True)
