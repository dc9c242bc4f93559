"""A text as a task of the lab: say the next character, of files that no network was trained on.

L symbols of a text · N streams · T symbols of a stream · C symbols of the alphabet
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from glasscell.data.texts import ngrams
from glasscell.data.texts.alphabet import alphabet_of
from glasscell.data.texts.holding_out import hold_out, split_text
from glasscell.data.texts.origins import PYTHON, read_texts
from glasscell.errors import DataError
from glasscell.lab.design.seeding import TEST, TRAINING, VALIDATION
from glasscell.lab.sentences import Lab

STREAMS = 40  # that a network reads a held-out text in, side by side
ORDERS = (2, 3, 4, 5)  # of the n-grams that stand beside
SETTINGS = {  # of an experiment on a text, unless others are given
    "units": (64,),
    "equal": "weights",
    "learning_rates": (0.015, 0.03, 0.06),
    "seeds": 4,
    "length": (50,),
    "updates": 1500,
    "held_out": 4000,
}
QUICK = {"units": (16,), "seeds": 2, "updates": 60, "held_out": 400}  # at most


@dataclass(frozen=True, eq=False)
class Text:
    """A text in three parts, all of whole files where it is in files.

    Parameters
    ----------
    symbols : int
        C.
    parts : dict of int arrays (L,)
        The numbers of the symbols of each part, `TRAINING`, `VALIDATION` and `TEST`; 0 stands before each file.
    """

    symbols: int
    parts: dict[int, np.ndarray]

    @cached_property
    def fingerprint(self) -> str:
        """Eight digits that another text would not have."""
        content = b"".join(self.parts[part].tobytes() for part in (TRAINING, VALIDATION, TEST))
        return hashlib.sha256(content).hexdigest()[:8]

    def draw(self, n: int, length: int, memories: int, key: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return n streams of symbols' numbers, (n, T, 1), and each one's next, float32.

        Those to train on begin at random places, and go round at the end. Those of another part, at most `STREAMS`, are
        the same whatever the seed, lie evenly over it, and are shorter than `length` where it has no more; no symbol is
        asked for in two of them.
        """
        part = key[1]
        text = self.parts[part]
        if part == TRAINING:
            starts = np.random.default_rng(key).integers(len(text), size=n)
        else:
            length = min(length, (len(text) - 1) // n)
            starts = np.arange(n) * (length + (len(text) - 1 - n * length) // n)
        place = (starts[:, None] + np.arange(length + 1)) % len(text)
        symbols = text[place].astype(np.float32)[..., None]
        return symbols[:, :-1], symbols[:, 1:]

    def by_counting(self, held_out: int, length: int) -> dict[str, float]:
        """Return what n-grams of the training part need for what networks read of the test, in bits per character."""
        whole = self.draw(STREAMS, stream_length(held_out, length), 1, (0, TEST))
        read = whole_pieces(whole[0].shape[1], length)
        x, y = (v[:, :read, 0].astype(np.int64) for v in whole)
        streams = [*np.concatenate([x[:, :1], y], axis=1)]
        found = {}
        for order in ORDERS:
            bits = ngrams.bits(ngrams.count([self.parts[TRAINING]], order, self.symbols), streams)
            found[f"{order}-gram"] = float(np.mean([of[1:] for of in bits]))
        return found


def stream_length(held_out: int, length: int) -> int:
    """Return how long the streams of a held-out text are at most, if together they have so many pieces of a length.

    >>> stream_length(held_out=400, length=50)
    500
    """
    return max(held_out // STREAMS, 1) * length


def whole_pieces(there: int, length: int) -> int:
    """Return how many symbols of a stream are read: whole pieces of a length, or of all that there is, if it is less.

    >>> whole_pieces(14, 5), whole_pieces(4, 5)
    (10, 4)
    """
    return there if there < length else there // length * length


@lru_cache
def read_text(path: str = PYTHON) -> Text:
    """Return the text that a path stands for, as `data.texts.origins.read_texts` reads it.

    A tenth of the files is held out, of a single text the last tenth; the first half of that, again of whole files, is
    the validation part, and the rest the test part.

    Raises
    ------
    DataError
        If there is none, standard input is meant, or it is too short to be cut in three and read in `STREAMS` streams.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> file = Path(tempfile.mkdtemp()) / "sea.txt"
    >>> _ = file.write_text("the sea was calm and a ship came by" * 30)
    >>> text = read_text(str(file))
    >>> text.symbols, [len(part) for part in text.parts.values()]
    (18, [946, 53, 54])
    """
    if path == "-":
        raise DataError(Lab.STANDARD_INPUT)
    texts, _ = read_texts(path)
    if len(texts) == 1:
        training, end, _ = split_text(texts[0].text, 0.1)
        trained_on, rest = [training], [end]
    else:
        chosen = hold_out([text.name for text in texts], [len(text.text) for text in texts], 0.1)
        trained_on, rest = ([texts[k].text for k in which] for which in chosen)
    alphabet = alphabet_of(trained_on)
    if len(rest) == 1:
        middle = len(rest[0]) // 2
        halves = [rest[0][:middle]], [rest[0][middle:]]
    else:
        ends = np.cumsum([len(text) for text in rest])
        first = 1 + int(np.argmin(abs(ends[:-1] - ends[-1] / 2)))
        halves = rest[:first], rest[first:]
    parts = {
        part: np.concatenate([alphabet.encode_whole(text) for text in of])
        for part, of in zip((TRAINING, VALIDATION, TEST), (trained_on, *halves), strict=True)
    }
    least = min(map(len, parts.values()))
    if least <= STREAMS:
        raise DataError(
            Lab.SHORT_TEXT, file=path, sum=sum(map(len, (*trained_on, *rest))), least=least - 1, streams=STREAMS
        )
    return Text(len(alphabet), parts)
