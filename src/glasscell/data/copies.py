"""Copies of files, known by the names that systems give them: "a (1)", "a copy", "a - Kopie"."""

import re

WORD = r"(?:copy|kopie|copie|copia|kopia)"
AFTER = re.compile(rf"(.+?)(?: ?\(\d+\)| ?\({WORD}(?: ?\d+)?\)|[ _-]+{WORD}(?: ?\(\d+\)| \d+)?)", re.I | re.S)
BEFORE = re.compile(rf"{WORD}(?: \(\d+\))? (?:of|von|de|di) (.+)", re.I | re.S)


def original_of(name: str) -> str | None:
    """Return the name of the file that another is a copy of, by its name without its ending; None if it is none.

    >>> [original_of(name) for name in ("walk_1 (1)", "walk_1 - Copy (2)", "Kopie von walk_1", "walk_1")]
    ['walk_1', 'walk_1', 'walk_1', None]
    """
    found = BEFORE.fullmatch(name) or AFTER.fullmatch(name)
    return None if found is None else original_of(found[1]) or found[1]
