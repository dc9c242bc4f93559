"""Writes what the codes of each room print as, with the values in english/: `python tests/support/write_english.py`.

The values of a code that is new are put in by hand; it is named until they are.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from test_sentences import CODES, ENGLISH, ROOMS, values_of

for name, room in ROOMS.items():
    path = ENGLISH / f"{name.lower()}.json"
    rows = {row["code"]: row for row in json.loads(path.read_text("utf-8"))} if path.exists() else {}
    kept = [rows[str(code)] for code in room if str(code) in rows]
    path.write_text(
        json.dumps([row | {"english": str(values_of(row))} for row in kept], indent=1, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )
    for code in room:
        if str(code) not in rows:
            print(f"{path.name}: {code} has no values yet")
assert CODES
