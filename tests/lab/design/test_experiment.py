import json
from dataclasses import asdict

import pytest
from support.facts import raises

from glasscell.errors import UsageError
from glasscell.lab.design.experiment import Experiment, read_experiment
from glasscell.lab.sentences import Lab
from glasscell.system.sentences import System
from glasscell.variants import GREFF


def test_the_default_is_the_three_tasks_with_ten_seeds():
    experiment = Experiment()
    conditions = experiment.conditions()
    assert [of[:2] for of in conditions[:4]] == [
        ("write", arm) for arm in ("full", "NIG", "NFG", "NOG")
    ]
    assert (len(conditions), experiment.models, experiment.seeds) == (12, 30, 10)


def test_runs_stand_in_the_order_of_rates_then_seeds():
    runs = list(Experiment(learning_rates=(0.1, 0.3), seeds=2, first_seed=5).runs())
    assert runs == [(0.1, 5), (0.1, 6), (0.3, 5), (0.3, 6)]


@pytest.mark.parametrize(
    ("settings", "code", "values"),
    [
        ({"seeds": 0}, System.NOT_ACCEPTED, {"name": "seeds", "found": 0}),
        ({"seeds": 2.5}, System.NOT_ACCEPTED, {"name": "seeds", "found": 2.5}),
        ({"first_seed": -1}, System.NOT_ACCEPTED, {"name": "first_seed", "found": -1}),
        ({"units": (1, 2.5)}, System.NOT_ACCEPTED, {"name": "units", "found": 2.5}),
        ({"units": (1, 1)}, Lab.TWICE, {"name": "units", "values": (1, 1)}),
        ({"memories": ("many",)}, System.NOT_ACCEPTED, {"name": "memories", "found": "many"}),
        ({"tasks": ("archive:Nothing",)}, Lab.NOT_IN_ARCHIVE, {"stem": "Nothing"}),
        ({"units": True}, System.NOT_ACCEPTED, {"name": "units", "found": True}),
        ({"clip_norm": 0.0}, System.NOT_ACCEPTED, {"name": "clip_norm", "found": 0.0}),
        ({"tasks": ("read",)}, Lab.NO_TASK, {"name": "read"}),
        ({"tasks": ()}, Lab.NONE_GIVEN, {"name": "tasks"}),
        ({"arms": ("full", "full")}, Lab.TWICE, {"name": "arms"}),
        ({"arms": (3,)}, System.NOT_ACCEPTED, {"name": "arms", "found": 3}),
        ({"tasks": ("adding",), "length": 19}, Lab.OF_CONDITION, {"task": "adding", "length": 19}),
        (
            {"learning_rates": (0.1, -0.1)},
            System.NOT_ACCEPTED,
            {"name": "learning_rates", "found": -0.1},
        ),
        ({"learning_rates": (float("nan"),)}, System.NOT_ACCEPTED, {"name": "learning_rates"}),
    ],
)
def test_settings_that_make_no_experiment_are_refused(settings, code, values):
    with raises(code, **values):
        Experiment(**settings)


def test_sizes_are_combined_where_a_task_has_them():
    both = Experiment(
        tasks=("erase", "adding"),
        arms=("full", "NFG"),
        units=(1, 4),
        memories=("units",),
        length=(20, 60),
    )
    sizes = [of[2:] for of in both.conditions() if of.arm == "NFG" and of.task == "erase"]
    assert sizes == [(1, 1, 20), (1, 1, 60), (4, 4, 20), (4, 4, 60)]
    backwards = [of[2:] for of in both.conditions()[-2::-2]]
    assert backwards == [(4, 1, 60), (4, 1, 20), (1, 1, 60), (1, 1, 20), *sizes[::-1]]
    fixed = Experiment(tasks=("temporal_order",), arms=("full",), memories=(1, 2), length=(20, 60))
    assert fixed.conditions() == [("temporal_order", "full", 1, 1, 110)]


def test_settings_go_to_json_and_back():
    experiment = Experiment(
        tasks=("show",), learning_rates=(0.1,), units=(1, 4), memories=("units",)
    )
    assert Experiment(**json.loads(json.dumps(asdict(experiment)))) == experiment
    for damaged in ({"seed": 3}, {"seeds": 0}):
        with pytest.raises((TypeError, UsageError)):
            Experiment(**damaged)


def test_a_shortened_experiment_is_never_longer_and_says_that_it_is_short():
    assert Experiment(seeds=2, updates=10, stream=9).shortened() == Experiment(
        seeds=2, updates=10, stream=9, quick=True
    )
    assert Experiment().shortened() == Experiment(seeds=3, updates=600, stream=1000, quick=True)
    nine = Experiment(
        arms=tuple(f"greff:{name}" for name in GREFF),
        units=(4, 8),
        memories=("units",),
        length=(20, 60),
    )
    assert [of[0::2] for of in nine.shortened().conditions()[:1]] == [("write", 4, 20)]
    assert len(nine.shortened().conditions()) == 9
    asked = nine.shortened(keep=["tasks", "units", "seeds"])
    assert (asked.tasks, asked.units, asked.seeds, asked.updates, asked.quick) == (
        nine.tasks,
        (4, 8),
        10,
        600,
        True,
    )


def test_all_settings_can_be_set(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        'tasks = ["erase", "adding"]\nlearning_rates = [0.1]\nunits = 4\nname = "yours"'
    )
    wanted = Experiment(tasks=("erase", "adding"), learning_rates=(0.1,), units=4, name="yours")
    assert read_experiment(file) == wanted


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        (None, Lab.NO_FILE, {}),
        ("", Lab.NO_SETTINGS, {}),
        ("tasks = [", Lab.NO_TOML, {}),
        ("seed = 3", Lab.NO_SETTING, {"name": "seed"}),
        ("seeds = 0", System.NOT_ACCEPTED, {"name": "seeds", "found": 0}),
        ("seeds = 'ten'", System.NOT_ACCEPTED, {"name": "seeds", "found": "ten"}),
        ("clip_norm = 'much'", System.NOT_ACCEPTED, {"name": "clip_norm"}),
        ("tasks = ['read']", Lab.NO_TASK, {"name": "read"}),
        ("arms = 3", System.NOT_ACCEPTED, {"name": "arms"}),
        ("learning_rates = ['a']", System.NOT_ACCEPTED, {"name": "learning_rates"}),
        ("name = 'a/b'", System.NOT_ACCEPTED, {"name": "name", "found": "a/b"}),
    ],
)
def test_what_is_no_experiment_is_reported(tmp_path, text, code, values):
    file = tmp_path / "mine.toml"
    if text is not None:
        file.write_text(text)
    with raises(code, **values) as caught:
        read_experiment(file)
    assert str(caught.value).startswith(str(file))
