"""The baselines of a language model: n-grams and xz, on the same texts, with and without those that are no news."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from glasscell.data.texts import ngrams
from glasscell.data.texts.compression import xz_bits
from glasscell.data.texts.near_repeats import find_repeats
from glasscell.facts import Note
from glasscell.tasks.language.corpus import Corpus
from glasscell.tasks.language.sentences import TextRuns

ORDERS = (5, 9)
NETWORK, XZ, XZ_AFTER = "LSTM", "xz alone", "xz after the training text"  # as report.json has them
OnNote = Callable[[Note], None]


def measure_baselines(
    corpus: Corpus, bits: Sequence[np.ndarray], on_note: OnNote = lambda note: None, *, reads_bytes: bool = False
) -> dict[str, Any]:
    """Return the bits per character of the model and of the baselines, and the texts that are nearly repeats.

    Parameters
    ----------
    corpus : Corpus
    bits : sequence of float arrays
        Of the model, for each text held out.
    on_note : callable
        Called with what is measured now, as it takes its time.
    reads_bytes : bool
        Whether the texts are bytes, as the characters of their numbers; `xz` then packs these bytes.

    Returns
    -------
    dict
        "beside", of each name the bits of all texts held out, and without those that nearly repeat one of training,
        None where there are none or nothing is left; "repeats", a list of {"text", "of", "share"}.
    """
    on_note(TextRuns.MEASURING())
    names = [text.name for text in corpus.held_out]
    contents, trained = ([text.text for text in part] for part in (corpus.held_out, corpus.training))
    repeats = find_repeats(contents, trained)
    news = sorted(set(range(len(contents))) - {repeat.held_out for repeat in repeats})
    found: dict[str, Sequence[np.ndarray]] = {NETWORK: bits}
    encoded = [corpus.alphabet.encode(text) for text in trained], [corpus.alphabet.encode(text) for text in contents]
    for order in ORDERS:
        model = ngrams.count(encoded[0], order, len(corpus.alphabet))
        found[f"{order}-gram"] = ngrams.bits(model, encoded[1])
    beside: dict[str, Mapping[str, float | None]] = {
        name: {"all": _mean(each), "without_repeats": _mean([each[k] for k in news]) if repeats and news else None}
        for name, each in found.items()
    }
    packed, before = (_packed(texts, reads_bytes) for texts in (contents, trained))
    for name, after in ((XZ, []), (XZ_AFTER, before)):
        some = [packed[k] for k in news]
        without = xz_bits(some, after) if repeats and any(some) else None
        beside[name] = {"all": xz_bits(packed, after), "without_repeats": without}
    return {
        "beside": beside,
        "repeats": [
            {"text": names[one.held_out], "of": corpus.training[one.training].name, "share": round(one.share, 3)}
            for one in repeats
        ],
    }


def _packed(texts: list[str], reads_bytes: bool) -> Any:
    """Return texts as `xz` is given them: those of bytes as the bytes that they are."""
    return [text.encode("latin-1") for text in texts] if reads_bytes else texts


def _mean(parts: Sequence[np.ndarray]) -> float:
    return float(np.concatenate(parts).mean(dtype="float64"))
