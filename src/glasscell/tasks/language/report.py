"""Report and comparison of language model runs: bits per character of the held-out texts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from glasscell.console.screen import Part
from glasscell.data.texts.alphabet import RARE
from glasscell.facts import Note
from glasscell.runs.comparison import Finished, pair, read_kept
from glasscell.runs.paired_tests import Pairs, by_ratio
from glasscell.runs.report import to_markdown
from glasscell.runs.statistics import bootstrap, in_words
from glasscell.system.formatting import alike, digits_apart, sentence
from glasscell.tasks.language.corpus import Corpus
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import LanguageSettings

if TYPE_CHECKING:  # imports TensorFlow, which reporting does not need
    from glasscell.training.epoch_graph import Training

NETWORK, XZ, XZ_AFTER = "LSTM", "xz alone", "xz after the training text"  # names in report.json
SHOWN = {XZ: TextRuns.XZ, XZ_AFTER: TextRuns.XZ_AFTER}  # names that differ from report.json's
# fraction of held-out symbols: at 20 bits each, it does not change the third decimal of the mean
UNHEARD = 2e-5
# minimum of texts to resample; otherwise, blocks, and minimum symbols of each
FEWEST, BLOCKS, SHORTEST = (5, 20, 100)
COLUMNS = {"text": str, "characters": "int64", "bits_per_character": "float64"}  # of held_out.csv


def per_text(corpus: Corpus, bits: Sequence[np.ndarray]) -> pd.DataFrame:
    """Return a row per held-out text: name, number of characters, and bits per character."""
    rows = [
        (text.name, len(found), float(found.mean(dtype="float64")))
        for text, found in zip(corpus.held_out, bits, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def interval_of(bits: Sequence[np.ndarray]) -> list[float] | None:
    """Return the interval of mean bits over all symbols, given those of each text, (L,), or None.

    Texts are resampled or, with fewer than five, blocks of symbols, since nearby symbols are
    correlated.

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
    settings: LanguageSettings,
    corpus: Corpus,
    training: "Training",
    bits: Sequence[np.ndarray],
    table: pd.DataFrame,
    seconds: float,
) -> dict[str, Any]:
    """Return the content of report.json."""
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
        "characters_a_second": int(settings.streams)
        * settings.piece
        * settings.updates
        / max(seconds, 1e-9),
        "seconds": seconds,
    }


def show_report(report: dict[str, Any], notes: Sequence[Note]) -> str:
    """Return a report as Markdown."""
    trained = {"updates": report["updates"], "seconds": report["seconds"]}
    speed = {"speed": report["characters_a_second"], "symbols": report["reads"]}
    unknown, best = describe_unknown(report), describe_best(report)
    repeats = [
        f"- {TextRuns.NEAR_REPEAT(percent=100 * one['share'], text=one['text'], of=one['of'])}"
        for one in report["repeats"]
    ]
    parts = [
        " ".join(
            map(str, filter(None, [TextRuns.TRAINED(**trained, **speed), best and sentence(best)]))
        ),
        tabulate(report),
        TextRuns.RIVALS(),
        None if unknown is None else sentence(unknown),
        "\n".join(repeats) or None,
        f"![Learning curve: bits per {unit_of(report)}](bits.png)",
        "## Generated text",
        f"```\n{report['sample']}\n```",
    ]
    return to_markdown(
        report["data"], score_line(report), [verdict(report)], notes, parts, report["files"]
    )


def summary(report: Mapping[str, Any]) -> Iterator[Part]:
    """Yield the output after training: the score, the baselines and the verdict."""
    yield score_line(report)
    yield from filter(None, [describe_unknown(report), describe_best(report)])
    yield tabulate(report)
    yield verdict(report)


def scored(scores: Mapping[str, Any]) -> Iterator[Part]:
    """Yield the output for scores on other texts."""
    unit = unit_of({"reads": scores["symbols"]})
    ends = scores["intervals"]["bits_per_character"]
    interval = TextRuns.BITS_INTERVAL(ends=in_words(ends)) if ends else None
    found = {"bits": scores["bits_per_character"], "n": scores["n"], "file": scores["data"]}
    yield TextRuns.BITS(**found, unit=unit, interval=interval)
    if len(scores["texts"]) > 1:
        yield pd.DataFrame(scores["texts"]).rename(
            columns={"bits_per_character": f"bits per {unit}"}
        )


def score_line(report: Mapping[str, Any]) -> Note:
    """Return the bits per character as a note.

    >>> score_line(
    ...     {"bits_per_character": 2.25, "n": 1000, "intervals": {"bits_per_character": [2.0, 2.5]}}
    ... )
    '2.250 bits per character on 1,000 held-out characters (95% CI 2.000–2.500)'
    """
    ends = report.get("intervals", {}).get("bits_per_character")  # missing in old runs
    interval = TextRuns.SCORE_INTERVAL(ends=in_words(ends)) if ends else None
    return TextRuns.SCORE(
        bits=report["bits_per_character"], unit=unit_of(report), n=report["n"], interval=interval
    )


def tabulate(report: Mapping[str, Any]) -> pd.DataFrame:
    """Return a row for the network and each baseline: bits per character, also without repeats."""
    columns = ["", f"bits per {unit_of(report)}", "without near repeats"]
    rows = [
        (str(SHOWN[name]() if name in SHOWN else name), found["all"], found["without_repeats"])
        for name, found in report["beside"].items()
    ]
    return pd.DataFrame(rows, columns=columns).iloc[:, : 3 if report["repeats"] else 2]


def verdict(report: Mapping[str, Any]) -> Note:
    """Return a note that compares a network with the best baseline.

    >>> verdict(
    ...     {"beside": {"LSTM": {"all": 2.0}, "9-gram": {"all": 1.5}, "xz alone": {"all": 1.75}}}
    ... )
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
    """Return the unit of text that the network of a report processes.

    >>> unit_of({"reads": "bytes"}), unit_of({})
    ('byte', 'character')
    """
    return "byte" if report.get("reads") == "bytes" else "character"


def describe_unknown(report: Mapping[str, Any]) -> Note | None:
    """Return a note on held-out symbols that the network need not distinguish; None if few.

    >>> describe_unknown({"n": 1000, "n_unknown": 3})
    '3 of them are rare or unseen; such share one symbol: the network and the n-grams need not
    distinguish these, xz must'
    >>> describe_unknown({"n": 1_000_000, "n_unknown": 3})
    """
    is_heard = report.get("n_unknown", 0) > UNHEARD * report.get("n", 0)
    return TextRuns.UNKNOWN(n=report["n_unknown"]) if is_heard else None


def describe_best(report: Mapping[str, Any]) -> Note | None:
    """Return a note on the epoch whose weights were kept; None if it is the last, as in older runs.

    >>> describe_best({"best_epoch": 3, "epochs": 3}), describe_best({"epochs": 3})
    (None, None)
    """
    best, epochs = report.get("best_epoch", report["epochs"]), report["epochs"]
    return TextRuns.BEST_EPOCH(best=best, epochs=epochs) if best < epochs else None


def in_characters(text: str, symbols: str) -> str:
    """Return generated text in readable form: bytes, given as characters, are decoded as UTF-8.

    >>> in_characters("Ã©", "bytes"), in_characters("é", "characters")
    ('é', 'é')
    """
    return (
        text.encode("latin-1", "replace").decode("utf-8", "replace") if symbols == "bytes" else text
    )


def pairs_of(first: Finished, second: Finished) -> Pairs | Note:
    """Return the texts that both runs held out, or why there are none."""
    both = pair(
        ["text", "characters"],
        *(read_kept(run, "held_out.csv", COLUMNS) for run in (first, second)),
    )
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
