import re

import pytest

from glasscell.errors import UsageError
from glasscell.lab.design.experiment import Experiment, read_experiment


def test_all_settings_can_be_set(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('tasks = ["erase", "adding"]\nlearning_rates = [0.1]\nunits = 4\nname = "yours"')
    wanted = Experiment(tasks=("erase", "adding"), learning_rates=(0.1,), units=4, name="yours")
    assert read_experiment(file) == wanted


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "mine.toml: there is no such file"),
        ("tasks = [", "cannot be read as TOML"),
        ("seed = 3", "'seed' is not a setting; the settings are arms, batch"),
        ("seeds = 0", "seeds=0: expected a whole number from 1 up"),
        ("seeds = 'ten'", "seeds='ten': expected a whole number"),
        ("clip_norm = 'much'", "mine.toml: "),
        ("tasks = ['read']", "task 'read' is not known"),
        ("arms = 3", "mine.toml: "),
        ("learning_rates = ['a']", "expected numbers above 0"),
        ("name = 'a/b'", "name='a/b': expected letters, digits, - and _"),
    ],
)
def test_what_is_no_experiment_is_reported(tmp_path, text, says):
    file = tmp_path / "mine.toml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(UsageError, match=re.escape(says).replace(re.escape(".*"), ".*")):
        read_experiment(file)
