"""What a compressor makes of a text: bits per character by xz, alone and after the text that a model learns from.

The second number says how much of a text stands in the training text word for word, which no model has to understand.
"""

import lzma
from collections.abc import Sequence

from glasscell.data.texts.sentences import Texts
from glasscell.errors import DataError

SMALLEST, LARGEST = 1 << 12, 1536 << 20  # bytes of a dictionary that liblzma takes


def xz_bits(texts: Sequence[str] | Sequence[bytes], after: Sequence[str] | Sequence[bytes] = ()) -> float:
    """Return the bits for each character of texts that xz at its best compresses together.

    Parameters
    ----------
    texts : sequence of str or bytes
        Of bytes it is the bits for each byte.
    after : sequence of str or bytes
        What the compressor has seen before: the size of these texts compressed alone is taken from that of all.

    Returns
    -------
    float

    Raises
    ------
    DataError
        The texts have no character.

    Examples
    --------
    >>> rhyme = "Tyger Tyger, burning bright, in the forests of the night; "
    >>> xz_bits([rhyme]) > 10, xz_bits([rhyme], after=[rhyme]) < 1  # a file has a header, and a repetition no letters
    (True, True)
    """
    characters = sum(map(len, texts))
    if not characters:
        raise DataError(Texts.NO_CHARACTERS, n=len(texts))
    before = _encoded(after)
    size = _compressed(before + _encoded(texts)) - (_compressed(before) if before else 0)
    return 8 * size / characters


def _encoded(texts: Sequence[str] | Sequence[bytes]) -> bytes:
    return b"".join(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass") for text in texts)


def _compressed(data: bytes) -> int:
    """Return how many bytes are left, with a dictionary that reaches back to the first byte."""
    reach = min(max(len(data), SMALLEST), LARGEST)
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": reach}]
    return len(lzma.compress(data, filters=filters))
