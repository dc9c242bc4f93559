"""Write the present code's reading of the corpus into index.toml, for a person to compare.

    python tests/data/corpus/write.py                 all rows
    python tests/data/corpus/write.py kaggle/ecg …    those whose names begin so

What was written by hand stays, and so does the order of the rows; a comment stays at the top of the
file only.
"""

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from support.corpus import INDEX, is_right, read_row, rows


def main(names: list[str]) -> None:
    """Refresh expectations of rows whose names begin with one of those given; by default of all."""
    index = rows()
    chosen = [name for name in index if not names or name.startswith(tuple(names))]
    if not chosen:
        raise SystemExit(f"no row of {INDEX.name} begins with {' or '.join(names)}")
    for name in chosen:
        row, record = index[name], read_row(index[name])
        if record != row.get("expected"):
            print(f"{name}: {'changed' if 'expected' in row else 'new'}")
        if is_right(row, record):
            print(f"{name}: is right now; delete its wrong_today and its right")
        row["expected"] = record
    head = INDEX.read_text("utf-8").partition('\n["')[0]
    INDEX.write_text(dumps(head, index), "utf-8", newline="\n")
    print(f"{len(chosen)} rows read")


def dumps(head: str, index: dict[str, dict[str, Any]]) -> str:
    """Return an index as TOML: a table for each row, and one in it for what is expected."""
    lines = [head.rstrip("\n")]
    for name, row in index.items():
        for table, content in (
            (json.dumps(name), row),
            *((f"{json.dumps(name)}.{k}", row.get(k)) for k in TABLES),
        ):
            if content is not None:
                lines += [
                    "",
                    f"[{table}]",
                    *(f"{k} = {_value(v, k)}" for k, v in content.items() if k not in TABLES),
                ]
    return "\n".join(lines) + "\n"


TABLES = ("right", "expected")


def _value(value: Any, key: str = "") -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list) and key == "notes":
        return "\n".join(["[", *(f"  {_value(one)}," for one in value), "]"])
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return (
        name
        if name.isascii() and name.replace("_", "").replace("-", "").isalnum()
        else _value(name)
    )


if __name__ == "__main__":
    main(sys.argv[1:])
