"""How figures look: colours that mean the same in all of them, and names as plain text."""

MAX_NAME_LENGTH = 40  # the rest of a longer name is left out
BLUE, ORANGE = "#0072B2", "#D55E00"  # Okabe and Ito's: distinct to colour-blind eyes and in grey print
# Okabe and Ito's colours, readable by colour-blind people; a gate has the same one in every picture and in the page.
COLOUR = {"z": "#CC79A7", "i": "#0072B2", "f": "#D55E00", "o": "#009E73", "c": "#1a1a1a", "h": "#56B4E9"}
NAME = {
    "z": "z, block input",
    "i": "i, input gate",
    "f": "f, forget gate",
    "o": "o, output gate",
    "c": "c, memory cell",
    "h": "h, hidden state",
}
FOR, AGAINST = "#333333", "#E69F00"
CLASS_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#555555")


def as_text(name: object) -> str:
    r"""Return a name from a user's file such that matplotlib shows it unchanged: $ begins no formula, _ hides no line.

    >>> print(as_text("$5$"), as_text("_x"), as_text("two\nlines"), len(as_text("a" * 99)))
    \$5\$  _x two lines 40
    """
    text = " ".join(str(name).splitlines())
    text = text if len(text) <= MAX_NAME_LENGTH else text[: MAX_NAME_LENGTH - 1] + "…"
    return (" " * text.startswith("_") + text).replace("$", r"\$")
