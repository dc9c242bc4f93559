"""A language model's training as a run on disk."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.data.texts import ngrams
from glasscell.facts import visible
from glasscell.networks.builder import uncompiled
from glasscell.plots import runs as plots
from glasscell.runs import lifecycle
from glasscell.runs.backend import FILE
from glasscell.runs.lifecycle import Course, OnNote
from glasscell.runs.report import write_report
from glasscell.runs.run_folder import Run
from glasscell.runs.training_loop import OnEpoch
from glasscell.system.files import to_npz
from glasscell.tasks.language.corpus import (
    Corpus,
    read_again,
    read_corpus,
    stem_of,
    with_whole_path,
)
from glasscell.tasks.language.network import parts_of, prepare_training
from glasscell.tasks.language.numpy_model import arrays_of, plain_language_model
from glasscell.tasks.language.repeats import find_repeats, xz_bits
from glasscell.tasks.language.report import (
    NETWORK,
    XZ,
    XZ_AFTER,
    in_characters,
    per_text,
    show_report,
    summary_of,
)
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import UPDATES, LanguageSettings, describe_sizes, with_sizes
from glasscell.tasks.language.writing import write
from glasscell.training.streams import StreamTraining
from glasscell.training.timing import FEW_UPDATES, epochs_in

LINES = 10  # that the network writes during training
# characters of such a line, in the report, and in a file of their own
SHOWN, SAMPLE, WRITTEN = (80, 400, 2000)
ORDERS = (5, 9)  # of n-grams
# Epochs without improvement: all are trained, as the rate falls until the end; the best is kept.
NEVER = 10**9


def train(
    options: LanguageSettings, *, on_note: OnNote = lambda note: None, **how: Any
) -> dict[str, Any]:
    """Train a language model in a new run directory and return its report."""
    began = time.perf_counter()
    corpus = read_corpus(options)
    for note in corpus.notes:
        on_note(note)
    symbols = len(corpus.numbers)
    settings = with_whole_path(with_sizes(options, symbols))
    if options.minutes is not None:
        measured = _prepare(settings, corpus, None, steps=FEW_UPDATES)
        settings = replace(
            settings, epochs=max(1, epochs_in(options.minutes, measured, began, UPDATES))
        )
    on_note(describe_sizes(settings, symbols))
    return lifecycle.create(
        _LanguageCourse(settings, corpus, on_note), stem=stem_of(options.data), **how
    )


def resume(path: Path, *, on_note: OnNote = lambda note: None, **how: Any) -> dict[str, Any]:
    """Resume a run: see `lifecycle.resume`, and `train`."""

    def prepare(settings: LanguageSettings) -> _LanguageCourse:
        return _LanguageCourse(settings, read_again(path, settings), on_note)

    return lifecycle.resume(path, LanguageSettings, prepare, on_note=on_note, **how)


def _prepare(
    settings: LanguageSettings, corpus: Corpus, held_out: np.ndarray | None, steps: int = UPDATES
) -> StreamTraining:
    names = (
        "embedding",
        "dropout",
        "variant",
        "streams",
        "piece",
        "learning_rate",
        "updates",
        "clip_norm",
        "seed",
    )
    how: dict[str, Any] = {name: getattr(settings, name) for name in names}
    how |= {"units": settings.sizes, "steps": steps, "held_out": held_out}
    return prepare_training(corpus.numbers, len(corpus.alphabet), **how)


class _LanguageCourse(Course[LanguageSettings]):
    def __init__(self, settings: LanguageSettings, corpus: Corpus, on_note: OnNote):
        training = _prepare(settings, corpus, np.concatenate(corpus.held_out_numbers))
        self.best = keras.callbacks.EarlyStopping(
            mode="min", patience=NEVER, restore_best_weights=True
        )
        super().__init__(settings, training, ["loss", "val_loss"], [self.best])
        self.corpus, self.on_note = corpus, on_note

    def describe_data(self) -> dict[str, Any]:
        return {"name": self.settings.data} | self.corpus.describe()

    def finish(self, run: Run, seconds: float) -> dict[str, Any]:
        network, corpus = self.training.model, self.corpus
        bits = parts_of(network).bits_of(corpus.held_out_numbers)
        table = per_text(corpus, bits)
        reads_bytes = self.settings.symbols == "bytes"
        self.on_note(TextRuns.MEASURING())
        beside = measure_baselines(corpus, bits, reads_bytes=reads_bytes)
        plain = plain_language_model(network, corpus.alphabet)
        run.write("model.keras", uncompiled(network).save)
        run.write(FILE, to_npz(arrays_of(network, corpus.alphabet)))
        run.write("held_out.csv", table.to_csv(index=False))
        written = "".join(write(plain, length=WRITTEN, seed=self.settings.seed))
        curves = plots.bits_curves(self.training.history, of="byte" if reads_bytes else "character")
        run.write("written.txt", f"{written}\n".encode("latin-1" if reads_bytes else "utf-8"))
        run.draw("bits.png", curves)
        report = summary_of(self.settings, corpus, self.training, bits, table, seconds) | beside
        report["best_epoch"] = int(self.best.best_epoch) + 1
        report["sample"] = in_characters(written[:SAMPLE], self.settings.symbols)
        return write_report(run, report, lambda report: show_report(report, corpus.notes))

    def shown(self, on_epoch: OnEpoch | None) -> OnEpoch:
        """Return a callback that shows bits and speed after each epoch, and sometimes a sample."""
        settings, corpus = self.settings, self.corpus
        characters, then = int(settings.streams) * settings.piece * UPDATES, time.perf_counter()

        def show(epoch: int, logs: dict[str, float]) -> None:
            nonlocal then
            speed = round(characters / (time.perf_counter() - then))
            if on_epoch is not None:
                shown = {
                    "bits": logs["loss"],
                    "held out": logs["val_loss"],
                    f"{settings.symbols}/s": speed,
                }
                on_epoch(epoch, shown)
            if epoch % max(1, settings.epochs // LINES) == 0:
                plain = plain_language_model(self.training.model, corpus.alphabet)
                line = "".join(write(plain, length=SHOWN, seed=settings.seed))
                self.on_note(
                    TextRuns.WRITES(text=visible(in_characters(line, settings.symbols))[:SHOWN])
                )
            then = time.perf_counter()

        return show


def measure_baselines(
    corpus: Corpus, bits: Sequence[np.ndarray], *, reads_bytes: bool = False
) -> dict[str, Any]:
    """Return the bits per character of the model, of n-grams and of xz, and the near repeats."""
    held_out, trained = (
        [text.text for text in part] for part in (corpus.held_out, corpus.training)
    )
    repeats = find_repeats(held_out, trained)
    news = (
        sorted(set(range(len(held_out))) - {repeat.held_out for repeat in repeats})
        if repeats
        else []
    )
    encoded, seen = (
        [corpus.alphabet.encode(text) for text in texts] for texts in (held_out, trained)
    )
    found: dict[str, Sequence[np.ndarray]] = {NETWORK: bits}
    for order in ORDERS:
        found[f"{order}-gram"] = ngrams.bits(
            ngrams.count(seen, order, len(corpus.alphabet)), encoded
        )
    beside: dict[str, Mapping[str, float | None]] = {
        name: {
            "all": _mean(each),
            "without_repeats": _mean([each[k] for k in news]) if news else None,
        }
        for name, each in found.items()
    }
    packed, before = (_packed(texts, reads_bytes) for texts in (held_out, trained))
    for name, after in ((XZ, []), (XZ_AFTER, before)):
        some = [packed[k] for k in news]
        beside[name] = {
            "all": xz_bits(packed, after),
            "without_repeats": xz_bits(some, after) if any(some) else None,
        }
    return {
        "beside": beside,
        "repeats": [
            {
                "text": corpus.held_out[one.held_out].name,
                "of": corpus.training[one.training].name,
                "share": round(one.share, 3),
            }
            for one in repeats
        ],
    }


def _packed(texts: list[str], reads_bytes: bool) -> Any:
    """Return texts for `xz`: as bytes if their characters represent bytes."""
    return [text.encode("latin-1") for text in texts] if reads_bytes else texts


def _mean(parts: Sequence[np.ndarray]) -> float:
    return float(np.concatenate(parts).mean(dtype="float64"))
