"""What stands in the training texts already: files that nearly repeat one, and what xz makes of all with them before.

What is measured on such a file is memory, not language. What xz needs less after the training texts says how much of a
text stands in them word for word, which no model has to understand.
"""

import lzma
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

LENGTH = 50  # characters of a piece: longer than a turn of phrase, shorter than two lines
MOST = 0.5  # of its pieces may stand in one training file
SMALLEST, LARGEST = 1 << 12, 1536 << 20  # bytes of a dictionary that liblzma takes


class Repeat(NamedTuple):
    """A held-out file, the training file that most of it stands in, and the share of it that does."""

    held_out: int
    training: int
    share: float


def find_repeats(held_out: Sequence[str], training: Sequence[str]) -> list[Repeat]:
    """Find the held-out files more than half of which stands in one training file.

    A held-out file is cut into pieces of 50 characters, and each is looked for everywhere in the training files, so
    a file is found, too, that was shifted, shortened or put into another order. Line breaks and indentation do not
    count. A file shorter than one piece is too short to tell.

    Parameters
    ----------
    held_out, training : sequence of str

    Returns
    -------
    list of Repeat
        By held-out file, with the training file that has the largest share of it, the first of several.

    Examples
    --------
    >>> licence = "Permission is hereby granted, free of charge, to any person obtaining a copy of this software, "
    >>> find_repeats(["Short and new.", licence + "in 2024."], ["# Another text", "# " + licence + "in 2023."])
    [Repeat(held_out=1, training=1, share=1.0)]
    """
    owners = defaultdict(list)
    pieces = [_pieces(text) for text in held_out]
    for number, its in enumerate(pieces):
        for piece in its:
            owners[piece].append(number)
    best: dict[int, Repeat] = {}
    for source, text in enumerate(map(_on_one_line, training)):
        places = range(len(text) - LENGTH + 1)
        found = {piece for k in places if (piece := text[k : k + LENGTH]) in owners}
        for number, times in Counter(owner for piece in found for owner in owners[piece]).items():
            share = times / len(pieces[number])
            if share > (best[number].share if number in best else MOST):
                best[number] = Repeat(number, source, share)
    return [best[number] for number in sorted(best)]


def _pieces(text: str) -> set[str]:
    text = _on_one_line(text)
    return {text[k : k + LENGTH] for k in range(0, len(text) - LENGTH + 1, LENGTH)}


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def xz_bits(texts: Sequence[str] | Sequence[bytes], after: Sequence[str] | Sequence[bytes] = ()) -> float:
    """Return the bits for each character of texts that xz at its best compresses together.

    Parameters
    ----------
    texts : sequence of str or bytes
        With a character at least.
        Of bytes it is the bits for each byte.
    after : sequence of str or bytes
        What the compressor has seen before: the size of these texts compressed alone is taken from that of all.

    Returns
    -------
    float

    Examples
    --------
    >>> rhyme = "Tyger Tyger, burning bright, in the forests of the night; "
    >>> xz_bits([rhyme]) > 10, xz_bits([rhyme], after=[rhyme]) < 1  # a file has a header, and a repetition no letters
    (True, True)
    """
    before = _encoded(after)
    size = _compressed(before + _encoded(texts)) - (_compressed(before) if before else 0)
    return 8 * size / sum(map(len, texts))


def _encoded(texts: Sequence[str] | Sequence[bytes]) -> bytes:
    return b"".join(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass") for text in texts)


def _compressed(data: bytes) -> int:
    """Return how many bytes are left, with a dictionary that reaches back to the first byte."""
    reach = min(max(len(data), SMALLEST), LARGEST)
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": reach}]
    return len(lzma.compress(data, filters=filters))
