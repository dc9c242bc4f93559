import pytest
from support.facts import raises

from glasscell.runs.config import read_settings, to_toml
from glasscell.system.sentences import Settings
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import LanguageSettings, describe_sizes, with_sizes

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
    "encoding": ("klingon", "an encoding"),
    "seed": (-1, "from 0"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_value_out_of_bounds_is_refused(name):
    value, words = BAD[name]
    with raises(Settings.NOT_ACCEPTED, name=name, found=value) as caught:
        LanguageSettings(**{"data": "a.txt", name: value})
    assert words in caught.value.values["expected"]


def test_minutes_and_epochs_do_not_go_together():
    with raises(Settings.MINUTES_AND_EPOCHS, minutes=5, epochs=3):
        LanguageSettings("a.txt", minutes=5, epochs=3)


def test_they_come_back_from_a_file(tmp_path):
    settings = LanguageSettings(
        "python", units=[7, 5], streams=3, epochs=9, dropout=0.25, encoding="cp1252", rare=4
    )
    (tmp_path / "config.toml").write_text(to_toml(settings))
    assert read_settings(tmp_path / "config.toml", LanguageSettings) == settings
    assert (settings.sizes, settings.updates) == ([7, 5], 900)


@pytest.mark.parametrize(
    "symbols", [2, 3, 100, 101, 3999, 4000, 20_000, 200_000, 10**6, 10**7, 10**9]
)
def test_what_is_chosen_fits_the_text_and_reads_it_a_dozen_times_at_least_four_epochs_at_most_140(
    symbols,
):
    sized = with_sizes(LanguageSettings("a.txt"), symbols)
    assert sized.streams * (sized.piece + 1) <= symbols
    assert 1 <= sized.streams <= 32
    assert 4 <= sized.epochs <= 140
    times = sized.updates * sized.streams * sized.piece / symbols
    if 4 < sized.epochs < 140:
        assert times == pytest.approx(12, rel=0.1)
    elif sized.epochs == 140:
        assert times <= 12


def test_what_is_given_stays():
    sized = with_sizes(LanguageSettings("a.txt", streams=3, piece=7, epochs=2), 50_000)
    assert (sized.streams, sized.piece, sized.epochs) == (3, 7, 2)
    read = {"epochs": 2, "updates": 100, "streams": 3, "piece": 7, "symbols": "characters"}
    assert describe_sizes(sized, 50_000) == TextRuns.TO_BE_READ(times="0.1", **read, but=None)
    often = with_sizes(LanguageSettings("a.txt", streams=1, epochs=100, symbols="bytes"), 10_000)
    read = {"epochs": 100, "updates": 100, "streams": 1, "piece": 100, "symbols": "bytes"}
    assert describe_sizes(often, 10_000) == TextRuns.TO_BE_READ(
        times="100", **read, but=TextRuns.BY_HEART()
    )
