import pytest
from support.facts import raises

from glasscell.lab.design.experiment import Experiment, read_experiment
from glasscell.lab.sentences import Lab
from glasscell.system.sentences import System


def test_all_settings_can_be_set(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('tasks = ["erase", "adding"]\nlearning_rates = [0.1]\nunits = 4\nname = "yours"')
    wanted = Experiment(tasks=("erase", "adding"), learning_rates=(0.1,), units=4, name="yours")
    assert read_experiment(file) == wanted


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        (None, Lab.NO_FILE, {}),
        ("tasks = [", Lab.NO_TOML, {}),
        ("seed = 3", Lab.NO_SETTING, {"name": "seed"}),
        ("seeds = 0", System.NOT_ACCEPTED, {"name": "seeds", "found": 0}),
        ("seeds = 'ten'", System.NOT_ACCEPTED, {"name": "seeds", "found": "ten"}),
        ("clip_norm = 'much'", Lab.ABOVE_0, {"name": "clip_norm"}),
        ("tasks = ['read']", Lab.NO_TASK, {"name": "read"}),
        ("arms = 3", Lab.ARMS, {}),
        ("learning_rates = ['a']", Lab.LEARNING_RATES, {}),
        ("name = 'a/b'", Lab.NAME, {"value": "a/b"}),
    ],
)
def test_what_is_no_experiment_is_reported(tmp_path, text, code, values):
    file = tmp_path / "mine.toml"
    if text is not None:
        file.write_text(text)
    with raises(code, **values) as caught:
        read_experiment(file)
    assert str(caught.value).startswith(str(file))
