"""The codes of all rooms, and their English: `python tests/support/english.py` writes it again.

The values with which a code is written come from the test suite, or are put in by hand; a code
without any is named.
"""

import importlib
import json
from pathlib import Path

import glasscell
from glasscell.facts import Code

SOURCE = Path(glasscell.__file__).parent
ENGLISH = Path(__file__).parent / "english"


def rooms():
    """Find the codes of all rooms, by their name."""
    for path in sorted(SOURCE.rglob("*sentences.py")):
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        for kind in vars(importlib.import_module(".".join(parts))).values():
            if (
                isinstance(kind, type)
                and issubclass(kind, Code)
                and kind.__module__ == ".".join(parts)
            ):
                yield kind.__name__, kind


ROOMS = dict(rooms())
CODES = {str(code): code for room in ROOMS.values() for code in room}


def values_of(row):
    """Give the values of a row as they were: what has a code of its own is a note again."""
    if isinstance(row, dict):
        return CODES[row["code"]](
            row.get("subject"), **{name: values_of(v) for name, v in row["values"].items()}
        )
    return [values_of(one) for one in row] if isinstance(row, list) else row


def write():
    """Write the English of each room's codes, to review its diff; list those without values."""
    for name, room in ROOMS.items():
        path = ENGLISH / f"{name.lower()}.json"
        rows = (
            {row["code"]: row for row in json.loads(path.read_text("utf-8"))}
            if path.exists()
            else {}
        )
        there = [rows[str(code)] for code in room if str(code) in rows]
        there = [row | {"english": str(values_of(row))} for row in there]
        path.write_text(json.dumps(there, indent=1, ensure_ascii=False) + "\n", "utf-8")
        for code in room:
            if str(code) not in rows:
                print(f"{path.name}: {code} has no values yet")


if __name__ == "__main__":
    write()
