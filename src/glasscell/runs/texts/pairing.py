"""Two runs of text, paired on the texts that both held out."""

from glasscell.facts import Note
from glasscell.runs.pairs import Finished, Pairs, by_ratio, pair, read_kept
from glasscell.runs.texts.sentences import TextRuns

COLUMNS = {"text": str, "characters": "int64", "bits_per_character": "float64"}


def pairs_of(first: Finished, second: Finished) -> Pairs | Note:
    """Return the texts that two runs held out, or why there are none."""
    both = pair(["text", "characters"], *(read_kept(run, "held_out.csv", COLUMNS) for run in (first, second)))
    if not len(both):
        return TextRuns.NOTHING_IN_BOTH()
    bits = (both[name].to_numpy() for name in ("bits_per_character", "bits_per_character_2"))
    lengths = both["characters"].to_numpy()
    characters = int(lengths.sum())
    return Pairs(
        "bits_per_character",
        TextRuns.BITS_PER_CHARACTER(),
        TextRuns.ON_CHARACTERS(characters=characters),
        by_ratio,
        *bits,
        weights=lengths,
        counts={"characters": characters},
        over=TextRuns.OVER_TEXTS(n=len(both)),
    )
