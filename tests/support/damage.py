"""Files of a run that are damaged: at random by a disk, or by who edits them."""

import io
import json
import random
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

DEEP = "[" * 100_000


def files_in(run: Path) -> list[str]:
    """Return the names of all files of a run that are read again."""
    names = [str(path.relative_to(run)) for path in sorted(run.rglob("*")) if path.is_file()]
    return [name for name in names if not name.endswith((".png", ".svg", ".md", ".lock", ".txt"))]


def damage(file: Path, rng: random.Random) -> str:
    """Damage a file in one way or another, and return which."""
    ways = [flip, flip, flip, cut, empty, gone, folder]
    suffix = file.suffix
    if suffix == ".json":
        ways += [edit_json] * 6 + [deep]
    elif suffix in (".npz", ".keras"):
        ways += [edit_zip] * 5
    elif suffix in (".csv", ".toml"):
        ways += [edit_text] * 5
    way = rng.choice(ways)
    return f"{way.__name__} {way(file, rng) or ''}"


def flip(file: Path, rng: random.Random) -> str:
    content = bytearray(file.read_bytes())
    if not content:
        return "nothing"
    place = rng.randrange(len(content))
    content[place] ^= 1 << rng.randrange(8)
    file.write_bytes(content)
    return str(place)


def cut(file: Path, rng: random.Random) -> str:
    content = file.read_bytes()
    length = rng.randrange(len(content) or 1)
    file.write_bytes(content[:length])
    return str(length)


def empty(file: Path, rng: random.Random) -> None:
    file.write_bytes(b"")


def gone(file: Path, rng: random.Random) -> None:
    file.unlink()


def folder(file: Path, rng: random.Random) -> None:
    file.unlink()
    file.mkdir()


def deep(file: Path, rng: random.Random) -> None:
    file.write_text(DEEP)


OTHERS = (None, True, 3, -1.5, "x", [], {}, [None], {"x": 1}, [[1]], 10**400, float("nan"))


def edit_json(file: Path, rng: random.Random) -> str:
    """Rename, remove or replace something in it, at any depth."""
    whole = json.loads(file.read_text("utf-8"))
    said = _edit(whole, rng)
    file.write_text(json.dumps(whole), "utf-8")
    return said


def _edit(whole: Any, rng: random.Random) -> str:
    inside, key = whole, rng.choice(list(whole))
    while True:
        found = inside[key]
        if not isinstance(found, dict | list) or not found or rng.random() < 0.4:
            break
        inside, key = (
            found,
            rng.choice(list(found) if isinstance(found, dict) else range(len(found))),
        )
    way = rng.choice(["rename", "remove", "replace", "replace"])
    if way == "rename" and isinstance(inside, dict):
        inside[f"{key}x"] = inside.pop(key)
    elif way == "remove":
        inside.pop(key)
    else:
        inside[key] = rng.choice(OTHERS)
    return f"{way} {key} {found!r:.40}"


def edit_zip(file: Path, rng: random.Random) -> str:
    """Rename, remove or replace something in an archive, and give it the checksums of that."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if not parts:
        return "nothing"
    name, way = rng.choice(list(parts)), rng.choice(["rename", "remove", "replace"])
    if way == "rename":
        parts[f"x{name}"] = parts.pop(name)
    elif way == "remove":
        del parts[name]
    elif name.endswith(".npy"):
        array = np.load(io.BytesIO(parts[name]))
        buffer = io.BytesIO()
        others = (
            array.T[None],
            array.ravel()[:1],
            np.array("x"),
            np.zeros(3),
            array.astype(str),
            np.full(2, np.nan),
        )
        np.save(buffer, rng.choice(others))
        parts[name] = buffer.getvalue()
    elif name.endswith(".json"):
        whole = json.loads(parts[name])
        way += _edit(whole, rng)
        parts[name] = json.dumps(whole).encode()
    else:
        parts[name] = parts[name][: rng.randrange(len(parts[name]))]
    with zipfile.ZipFile(file, "w") as archive:
        for name_, content in parts.items():
            archive.writestr(name_, content)
    return f"{way} {name}"


def edit_text(file: Path, rng: random.Random) -> str:
    """Remove or rename something in a line of a table or of settings."""
    lines = file.read_text("utf-8").splitlines()
    if not lines:
        return "nothing"
    k = rng.choice([0, rng.randrange(len(lines))])
    mark = "," if file.suffix == ".csv" else " = "
    cells = lines[k].split(mark)
    j = rng.randrange(len(cells))
    way = rng.choice(["line", "cell", "remove", "add"])
    if way == "line":
        del lines[k]
    elif way == "cell":
        cells[j] = rng.choice(["x", "-3", "1e999", "", '"', "nan", "2020-01-01", "[1, 2]", "true"])
    elif way == "remove":
        del cells[j]
    else:
        cells.insert(j, "x")
    if way != "line":
        lines[k] = mark.join(cells)
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return f"{way} {k} {j} {cells[j : j + 1]}"
