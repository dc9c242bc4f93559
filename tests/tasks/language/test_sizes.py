import pytest

from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import TextSettings
from glasscell.tasks.language.sizes import in_words, with_sizes


@pytest.mark.parametrize("symbols", [2, 3, 100, 101, 3999, 4000, 20_000, 200_000, 10**6, 10**7, 10**9])
def test_what_is_chosen_fits_the_text_and_reads_it_a_dozen_times_at_least_four_epochs_at_most_140(symbols):
    sized = with_sizes(TextSettings("a.txt"), symbols)
    assert sized.streams * (sized.piece + 1) <= symbols
    assert 1 <= sized.streams <= 32
    assert 4 <= sized.epochs <= 140
    times = sized.updates * sized.streams * sized.piece / symbols
    if 4 < sized.epochs < 140:
        assert times == pytest.approx(12, rel=0.1)
    elif sized.epochs == 140:
        assert times <= 12


def test_what_is_given_stays():
    sized = with_sizes(TextSettings("a.txt", streams=3, piece=7, epochs=2), 50_000)
    assert (sized.streams, sized.piece, sized.epochs) == (3, 7, 2)
    read = {"epochs": 2, "updates": 100, "streams": 3, "piece": 7, "symbols": "characters"}
    assert in_words(sized, 50_000) == TextRuns.TO_BE_READ(times="0.1", **read, but=None)
    often = with_sizes(TextSettings("a.txt", streams=1, epochs=100, symbols="bytes"), 10_000)
    read = {"epochs": 100, "updates": 100, "streams": 1, "piece": 100, "symbols": "bytes"}
    assert in_words(often, 10_000) == TextRuns.TO_BE_READ(times="100", **read, but=TextRuns.BY_HEART())
