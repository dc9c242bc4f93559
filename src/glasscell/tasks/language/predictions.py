"""Bits per character of a language model on other texts, without TensorFlow."""

import os
from pathlib import Path
from typing import Any

from glasscell.data.texts.alphabet import RARE
from glasscell.data.texts.origins import read_texts
from glasscell.facts import reported
from glasscell.tasks.language.options import FileOptions
from glasscell.tasks.language.report import interval_of
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.trained_run import open_run

AS_TRAINED = FileOptions()


def evaluate(path: Path, file: str, *, options: FileOptions = AS_TRAINED) -> dict[str, Any]:
    """Return the bits per character of a language model on other texts, each from its beginning."""
    run = open_run(path)
    model, settings = run.model, run.settings
    texts, notes = read_texts(
        file, encoding=options.encoding or settings.encoding, symbols=settings.symbols
    )
    is_known = os.path.abspath(file) == settings.data  # noqa: PTH100  as in config.toml, without ..
    numbers = [model.alphabet.encode_whole(text) for _, text in texts]
    bits = [found.astype("float64") for found in model.bits_of(numbers)]
    unknown = sum(int((row == RARE).sum()) for row in numbers)
    n = sum(len(found) for found in bits)
    return {
        "run": str(path),
        "data": file,
        "task": "text",
        "symbols": settings.symbols,
        "bits_per_character": sum(float(found.sum()) for found in bits) / n,
        "intervals": {"bits_per_character": interval_of(bits)},
        "n": n,
        "n_unknown": unknown,
        "texts": [
            {"text": text.name, "characters": len(found), "bits_per_character": float(found.mean())}
            for text, found in zip(texts, bits, strict=True)
        ],
        **reported(
            notes,
            [
                *([TextRuns.TRAINED_ON_IT.warning()] if is_known else []),
                *([TextRuns.UNKNOWN_THERE.warning(n=unknown)] if unknown else []),
            ],
        ),
    }
