"""Small texts, and a run of text that is trained in moments."""

import random
from pathlib import Path

SENTENCE = (
    "the sea was calm and a ship came by; nobody knew where it had been, nor (they said) did it"
)
SMALL = {"units": [5, 4], "embedding": 3, "streams": 2, "piece": 4, "epochs": 3, "seed": 2}


def prose(characters: int, seed: int = 0) -> str:
    """Give lines of words, always the same ones."""
    words = SENTENCE.split()
    rng, lines = random.Random(seed), [""]
    while sum(map(len, lines)) < characters:
        lines.append(" ".join(rng.choices(words, k=rng.randint(3, 9))) + ".\n")
    return "".join(lines)[:characters]


def small_run(folder: Path, text: str | None = None, **settings) -> Path:
    """Train a run of text in a folder, where the text is, too, and return where it is."""
    from glasscell.tasks.language import training as language
    from glasscell.tasks.language.settings import LanguageSettings

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "book.txt").write_text(text or prose(1500), encoding="utf-8")
    options = LanguageSettings(**{"data": str(folder / "book.txt"), **SMALL, **settings})
    return Path(language.train(options, output_dir=folder / "runs", name="run")["run"])
