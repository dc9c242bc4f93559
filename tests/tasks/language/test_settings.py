import pytest
from support.facts import raises

from glasscell.runs.config import read_config, to_toml
from glasscell.settings import settings_of
from glasscell.settings.sentences import Settings
from glasscell.tasks.language.settings import TextSettings

BAD = {
    "symbols": ("words", "'characters' or 'bytes'"),
    "rare": (0, "an integer of at least 1, or 'auto'"),
    "held_out": (0.5, "below 0.5"),
    "units": ([8, 0], "one for each layer"),
    "layers": (65, "from 1 to 64"),
    "embedding": (0, "from 1"),
    "dropout": (1.0, "below 1"),
    "variant": ("GRU", "'CIFG'"),
    "streams": (0, "from 1 to 16,384, or 'auto'"),
    "piece": (2.5, "from 1 to 16,384"),
    "learning_rate": (0, "above 0"),
    "epochs": ("many", "from 1 to 1,000,000, or 'auto'"),
    "minutes": (0, "a number of minutes above 0"),
    "text": (False, "true"),
    "encoding": ("klingon", "an encoding"),
    "seed": (-1, "from 0"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_value_out_of_bounds_is_refused(name):
    value, words = BAD[name]
    with raises(Settings.NOT_ACCEPTED, name=name, found=value) as caught:
        TextSettings(**{"data": "a.txt", name: value})
    assert words in caught.value.values["expected"]


def test_minutes_and_epochs_do_not_go_together():
    with raises(Settings.MINUTES_AND_EPOCHS, minutes=5, epochs=3):
        TextSettings("a.txt", minutes=5, epochs=3)


def test_they_come_back_from_a_file(tmp_path):
    settings = TextSettings("python", units=[7, 5], streams=3, epochs=9, dropout=0.25, encoding="cp1252", rare=4)
    (tmp_path / "config.toml").write_text(to_toml(settings))
    assert settings_of(read_config(tmp_path / "config.toml")) == settings
    assert (settings.sizes, settings.updates) == ([7, 5], 900)
