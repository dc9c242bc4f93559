"""The style of figures: colors with the same meaning in all, and names as plain text."""

from contextlib import suppress
from typing import Any

from matplotlib.font_manager import FontProperties, findfont, get_font

from glasscell.facts import cut, escaped, visible

MAX_NAME_LENGTH = 40  # longer names are cut
BOX = "\N{WHITE SQUARE}"
# of Okabe and Ito: distinct to color-blind readers and in grayscale
BLUE, ORANGE = ("#0072B2", "#D55E00")
# Colors of Okabe and Ito, distinct to color-blind readers; a gate has the same one in every figure
# and in the explorer.
COLOUR = {
    "z": "#CC79A7",
    "i": "#0072B2",
    "f": "#D55E00",
    "o": "#009E73",
    "c": "#1a1a1a",
    "h": "#56B4E9",
}
NAME = {
    "z": "z, block input",
    "i": "i, input gate",
    "f": "f, forget gate",
    "o": "o, output gate",
    "c": "c, memory cell",
    "h": "h, hidden state",
}
FOR, AGAINST = "#333333", "#E69F00"
CLASS_COLOURS = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#F0E442",
    "#555555",
)


def as_text(name: object, most: int = MAX_NAME_LENGTH) -> str:
    r"""Return a name such that matplotlib shows it unchanged: no formula by $, no hidden line by _.

    Characters without a glyph, or that act on a screen, are escaped; a name longer than `most` is
    cut.

    >>> print(
    ...     as_text("$5$"),
    ...     as_text("_x"),
    ...     as_text("two\nlines"),
    ...     as_text("漢"),
    ...     len(as_text("a" * 99)),
    ... )
    \$5\$  _x two\nlines \u6f22 40
    """
    shown = visible(cut(str(name), most))
    text = cut("".join(one if has_glyph(one) else escaped(one) for one in shown), most)
    return (" " * text.startswith("_") + text).replace("$", r"\$")


def as_mark(character: str) -> str:
    r"""Return a character for a single monospace cell: a box if it is not visible.

    >>> as_mark("a"), as_mark("$"), as_mark("\0"), as_mark("漢")
    ('a', '\\$', '□', '□')
    """
    is_seen = visible(character) == character and has_glyph(character, "monospace")
    return character.replace("$", r"\$") if is_seen else BOX


def has_glyph(character: str, *families: str) -> bool:
    """Return whether one of some font families, by default those of figures, has a character.

    >>> has_glyph("é"), has_glyph("漢", "monospace")
    (True, False)
    """
    return character.isascii() or any(
        font.get_char_index(ord(character)) for font in map(get_font, _fonts(*families))
    )


def _fonts(*families: str) -> list[Any]:
    """Return the paths of the fonts in which matplotlib looks for a glyph, in order."""
    found = []
    for family in families or FontProperties().get_family():
        with suppress(ValueError):  # not installed
            found.append(findfont(FontProperties(family=family), fallback_to_default=False))
    return found or [findfont(FontProperties())]
