"""What a language model's run reports, and is compared by: bits per character of the texts held out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from glasscell.console.screen import Part
from glasscell.data.texts.alphabet import RARE
from glasscell.facts import Note
from glasscell.runs.comparison import Finished, Pairs, by_ratio, pair, read_kept
from glasscell.runs.intervals import bootstrap, in_words
from glasscell.runs.report import to_markdown
from glasscell.system.formatting import alike, digits_apart, sentence
from glasscell.tasks.language.corpus import Corpus
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import TextSettings

if TYPE_CHECKING:  # it brings TensorFlow, and a finished run is reported without
    from glasscell.training.training import Training

NETWORK, XZ, XZ_AFTER = "LSTM", "xz alone", "xz after the training text"  # as report.json has them
SHOWN = {XZ: TextRuns.XZ, XZ_AFTER: TextRuns.XZ_AFTER}  # of what is called otherwise in report.json
UNHEARD = 2e-5  # of what is held out: at 20 bits each, they do not change the third digit of the mean
FEWEST, BLOCKS, SHORTEST = 5, 20, 100  # texts drawn for an interval; of fewer, blocks, and the symbols of each
COLUMNS = {"text": str, "characters": "int64", "bits_per_character": "float64"}  # of held_out.csv


def per_text(corpus: Corpus, bits: Sequence[np.ndarray]) -> pd.DataFrame:
    """Return a row for each text held out: its name, its characters, and the bits of each of them in the mean."""
    rows = [
        (text.name, len(found), float(found.mean(dtype="float64")))
        for text, found in zip(corpus.held_out, bits, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def interval_of(bits: Sequence[np.ndarray]) -> list[float] | None:
    """Return the interval of the mean of the bits of all symbols, given those of each text, (L,); None of too few.

    Texts are drawn, or where there are fewer than five, blocks of symbols: what stands near each other is alike.

    >>> interval_of([np.ones(9)])
    >>> low, high = interval_of([np.random.default_rng(0).exponential(2.0, 4000)])
    >>> low < 2 < high
    True
    """
    if len(bits) < FEWEST:
        joined = np.concatenate(bits)
        bits = np.array_split(joined, BLOCKS) if len(joined) >= BLOCKS * SHORTEST else []
    sums, sizes = (np.array([take(found) for found in bits], "float64") for take in (np.sum, len))
    return bootstrap(sums, sizes) if len(bits) else None


def summary_of(
    settings: TextSettings,
    corpus: Corpus,
    training: "Training",
    bits: Sequence[np.ndarray],
    table: pd.DataFrame,
    seconds: float,
) -> dict[str, Any]:
    """Return what report.json is to hold."""
    weights = table["characters"].to_numpy()
    return {
        "data": settings.data,
        "task": "text",
        "epochs": training.epoch,
        "updates": int(training.model.optimizer.iterations.numpy()),
        **training.history[-1],
        "bits_per_character": float(np.average(table["bits_per_character"], weights=weights)),
        "intervals": {"bits_per_character": interval_of(bits)},
        "n": int(weights.sum()),
        "n_unknown": sum(int((numbers == RARE).sum()) for numbers in corpus.held_out_numbers),
        "n_train": sum(len(text.text) for text in corpus.training),
        "symbols": len(corpus.alphabet),
        "reads": settings.symbols,
        "characters_a_second": int(settings.streams) * settings.piece * settings.updates / max(seconds, 1e-9),
        "seconds": seconds,
    }


def show_report(report: dict[str, Any], notes: Sequence[Note]) -> str:
    """Return a report as Markdown.

    Parameters
    ----------
    report : dict
        What report.json holds.
    notes : sequence of Note
        What was understood of the data.
    """
    trained = {"updates": report["updates"], "seconds": report["seconds"]}
    speed = {"speed": report["characters_a_second"], "symbols": report["reads"]}
    unknown = describe_unknown(report)
    repeats = [
        f"- {TextRuns.NEAR_REPEAT(percent=100 * one['share'], text=one['text'], of=one['of'])}"
        for one in report["repeats"]
    ]
    parts = [
        TextRuns.TRAINED(**trained, **speed),
        tabulate(report),
        TextRuns.RIVALS(),
        None if unknown is None else sentence(unknown),
        "\n".join(repeats) or None,
        f"![Learning curve: bits per {unit_of(report)}](bits.png)",
        "## Generated text",
        f"```\n{report['sample']}\n```",
    ]
    return to_markdown(report["data"], score_line(report), [verdict(report)], notes, parts, report["files"])


def summary(report: Mapping[str, Any]) -> Iterator[Part]:
    """Give what is printed after training: the score, then the baselines and the verdict."""
    yield score_line(report)
    yield from filter(None, [describe_unknown(report)])
    yield tabulate(report)
    yield verdict(report)


def scored(scores: Mapping[str, Any]) -> Iterator[Part]:
    """Give what is printed of scores on other texts."""
    unit = unit_of({"reads": scores["symbols"]})
    ends = scores["intervals"]["bits_per_character"]
    interval = TextRuns.BITS_INTERVAL(ends=in_words(ends)) if ends else None
    found = {"bits": scores["bits_per_character"], "n": scores["n"], "file": scores["data"]}
    yield TextRuns.BITS(**found, unit=unit, interval=interval)
    if len(scores["texts"]) > 1:
        yield pd.DataFrame(scores["texts"]).rename(columns={"bits_per_character": f"bits per {unit}"})


def score_line(report: Mapping[str, Any]) -> Note:
    """Return the bits per character as a note.

    >>> score_line({"bits_per_character": 2.25, "n": 1000, "intervals": {"bits_per_character": [2.0, 2.5]}})
    '2.250 bits per character on 1,000 held-out characters (95% CI 2.000–2.500)'
    """
    ends = report.get("intervals", {}).get("bits_per_character")  # runs made before there were have none
    interval = TextRuns.SCORE_INTERVAL(ends=in_words(ends)) if ends else None
    return TextRuns.SCORE(bits=report["bits_per_character"], unit=unit_of(report), n=report["n"], interval=interval)


def tabulate(report: Mapping[str, Any]) -> pd.DataFrame:
    """Return the bits per character of the network and of each baseline, one row each; also without near repeats."""
    columns = ["", f"bits per {unit_of(report)}", "without near repeats"]
    rows = [
        (str(SHOWN[name]() if name in SHOWN else name), found["all"], found["without_repeats"])
        for name, found in report["beside"].items()
    ]
    return pd.DataFrame(rows, columns=columns).iloc[:, : 3 if report["repeats"] else 2]


def verdict(report: Mapping[str, Any]) -> Note:
    """Return a note of how a network compares with the best of the baselines.

    >>> verdict({"beside": {"LSTM": {"all": 2.0}, "9-gram": {"all": 1.5}, "xz alone": {"all": 1.75}}})
    'not better than 9-gram: 2.000 vs 1.500 bits per character'
    """
    bits = {name: found["all"] for name, found in report["beside"].items()}
    ours = bits.pop(NETWORK)
    best = min(bits, key=lambda name: bits[name])
    theirs = bits[best]
    code = TextRuns.NOT_LOWER if ours > theirs else TextRuns.LOWER
    code = TextRuns.AS_GOOD if alike(ours, theirs) else code
    rival = SHOWN[best]() if best in SHOWN else best
    both = {"rival": rival, "ours": ours, "theirs": theirs, "unit": unit_of(report)}
    return code(**both, digits=digits_apart(ours, theirs))


def unit_of(report: Mapping[str, Any]) -> str:
    """Return what the network of a report reads one by one, in a word.

    >>> unit_of({"reads": "bytes"}), unit_of({})
    ('byte', 'character')
    """
    return "byte" if report.get("reads") == "bytes" else "character"


def describe_unknown(report: Mapping[str, Any]) -> Note | None:
    """Return a note of how many symbols held out the network need not tell apart; None if that changes no figure.

    >>> describe_unknown({"n": 1000, "n_unknown": 3})
    '3 of them are rare or unseen; such share one symbol: the network and the n-grams need not distinguish these, xz \
must'
    >>> describe_unknown({"n": 1_000_000, "n_unknown": 3})
    """
    is_heard = report.get("n_unknown", 0) > UNHEARD * report.get("n", 0)
    return TextRuns.UNKNOWN(n=report["n_unknown"]) if is_heard else None


def in_characters(text: str, symbols: str) -> str:
    """Return what a network wrote as a person reads it: bytes, which are the characters of their numbers, as UTF-8.

    >>> in_characters("Ã©", "bytes"), in_characters("é", "characters")
    ('é', 'é')
    """
    return text.encode("latin-1", "replace").decode("utf-8", "replace") if symbols == "bytes" else text


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
