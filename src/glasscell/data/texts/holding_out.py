"""Held-out text: whole files, chosen by a seed, or the last part of a single text."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from glasscell.data.texts.sentences import Texts
from glasscell.errors import DataError
from glasscell.facts import Note

SHARE = 0.05  # fraction of the files, and roughly of the characters:
FEWEST, MOST = 0.5, 2  # limits, relative to that fraction


class HeldOut(NamedTuple):
    """The indices of training and held-out files, ascending."""

    training: tuple[int, ...]
    held_out: tuple[int, ...]


class Split(NamedTuple):
    """A text split into its training part and its held-out last part, with a note about it."""

    training: str
    held_out: str
    note: Note


def hold_out(
    names: Sequence[str], sizes: Sequence[int], share: float = SHARE, seed: int = 0
) -> HeldOut:
    """Choose the files to hold out, independently of their order.

    Files are sorted by name, shuffled, and held out until they are `share` of the files, and at
    least half of `share` of the characters. Files that would exceed twice `share` of the characters
    are skipped. If all exceed it, the smallest file is held out.

    >>> hold_out([f"{k}.txt" for k in range(10)], [1000] * 10, share=0.2)
    HeldOut(training=(0, 1, 2, 3, 5, 7, 8, 9), held_out=(4, 6))
    """
    if (there := sum(size > 0 for size in sizes)) < 2:
        raise DataError(Texts.TOO_FEW_FILES, n=len(names), there=there)
    ordered = np.array(sorted(range(len(names)), key=lambda k: names[k]))
    shuffled = np.random.default_rng(seed).permutation(ordered).tolist()
    files, characters = max(1, round(share * len(names))), share * sum(sizes)
    chosen, held = [], 0
    for k in shuffled:
        if len(chosen) >= files and held >= FEWEST * characters:
            break
        if held + sizes[k] <= MOST * characters:
            chosen.append(k)
            held += sizes[k]
    if not held:
        chosen = [min((k for k in shuffled if sizes[k]), key=lambda k: sizes[k])]
    return HeldOut(tuple(sorted(set(shuffled) - set(chosen))), tuple(sorted(chosen)))


def split_text(text: str, share: float = SHARE) -> Split:
    r"""Split off the last part of a single text, at the end of a line if one is near.

    Near means within half the length of the held-out part. If lines are longer, as in a book with a
    paragraph per line, the text is cut within a line.

    >>> split_text("one\ntwo\nthree\nfour\nfive\nsix\n" * 10, share=0.09).note
    'the last 8.6% of the text is held out: 24 characters, from line 56 on'
    """
    if len(text) < 2:
        raise DataError(Texts.TOO_FEW_CHARACTERS, n=len(text))
    held = max(1, round(share * len(text)))
    cut = len(text) - held
    ends = (text.rfind("\n", 0, cut) + 1, text.find("\n", cut) + 1)  # 0 where there is none
    near = [end for end in ends if 0 < end < len(text) and abs(end - cut) <= held / 2]
    at = min(near, key=lambda end: abs(end - cut), default=cut)
    line = text.count("\n", 0, at) + 1
    rest = len(text) - at
    code = Texts.HELD_OUT if near else Texts.HELD_OUT_WITHIN
    return Split(text[:at], text[at:], code(percent=100 * rest / len(text), n=rest, line=line))
