"""Repetitions of training texts: held-out near copies, and compression by xz given these texts.

A score on a copied file measures memorization, not language modeling. The compression gained by the
training texts shows how much of a text occurs in them verbatim.
"""

import lzma
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

LENGTH = 50  # characters of a piece: longer than a phrase, shorter than two lines
MOST = 0.5  # fraction of its pieces allowed in one training file
SMALLEST, LARGEST = 1 << 12, 1536 << 20  # bytes of a dictionary accepted by liblzma


class Repeat(NamedTuple):
    """A held-out file, the training file that contains most of it, and the fraction contained."""

    held_out: int
    training: int
    share: float


def find_repeats(held_out: Sequence[str], training: Sequence[str]) -> list[Repeat]:
    """Find the held-out files of which more than half occurs in one training file.

    Each held-out file is cut into pieces of 50 characters, which are searched anywhere in the
    training files. So shifted, shortened or rearranged copies are found, too. Line breaks and
    indentation are ignored, and so are files shorter than one piece.

    >>> licence = (
    ...     "Permission is hereby granted, free of charge, to any person obtaining "
    ...     "a copy of this software, "
    ... )
    >>> find_repeats(
    ...     ["Short and new.", licence + "in 2024."],
    ...     ["# Another text", "# " + licence + "in 2023."],
    ... )
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


def xz_bits(
    texts: Sequence[str] | Sequence[bytes], after: Sequence[str] | Sequence[bytes] = ()
) -> float:
    """Return the bits per character of texts compressed together by xz at its highest level.

    >>> rhyme = "Tyger Tyger, burning bright, in the forests of the night; "
    >>> (
    ...     xz_bits([rhyme]) > 10,
    ...     xz_bits([rhyme], after=[rhyme]) < 1,
    ... )  # a file has a header, and a repetition no letters
    (True, True)
    """
    before = _encoded(after)
    size = _compressed(before + _encoded(texts)) - (_compressed(before) if before else 0)
    return 8 * size / sum(map(len, texts))


def _encoded(texts: Sequence[str] | Sequence[bytes]) -> bytes:
    return b"".join(
        text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass") for text in texts
    )


def _compressed(data: bytes) -> int:
    """Return the compressed size in bytes, with a dictionary that covers all data if possible."""
    reach = min(max(len(data), SMALLEST), LARGEST)
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": reach}]
    return len(lzma.compress(data, filters=filters))
