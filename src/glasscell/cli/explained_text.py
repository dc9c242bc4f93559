"""`glasscell explain` with a run of text."""

import shlex
from typing import Any

from glasscell.cli.text_sentences import TextCommands
from glasscell.facts import Note

OF = {
    "held out": TextCommands.HELD_OUT,
    "written": TextCommands.WRITTEN_ITSELF,
    "given": TextCommands.OF_THAT_TEXT,
}


def lines_of_text(summary: dict[str, Any]) -> list[Note]:
    """Return what is to be known of the explorer of a language model."""
    bits, cells = summary["bits_per_character"], summary["cells"]
    cost = round(bits["rounded"] - bits["exact"], 4) + 0.0  # no minus before a zero
    measured = {name: bits[name] for name in ("rounded", "exact", "n")}
    named = TextCommands.NO_NAMES(run=shlex.quote(summary["run"])) if cells is None else TextCommands.NAMED(n=cells)
    return [TextCommands.ROUNDED(**measured, cost=cost, of=OF[bits["of"]]()), named]
