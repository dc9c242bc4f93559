"""The house has floors, and imports run downward only: the table of the order, and its checks."""

import ast
import re
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/glasscell"

# From the top down: a room may use the rooms on the floors below its own, never one on its own
# floor.
FLOORS = (
    ("__main__",),
    ("cli",),
    ("__init__",),
    ("tasks",),
    ("runs",),
    ("lab", "explorer", "estimators", "inspection", "exporters", "importers", "article"),
    ("networks", "training"),
    ("layers",),
    ("inference",),
    ("recurrence",),
    ("cell",),
)
# All of them may use these, which know no model; each may use those that stand after it.
BESIDE = ("data", "plots", "settings", "variants", "console", "system", "errors", "facts")
MAX_ENTRIES, MAX_FLOORS, MAX_ARROWS = 28, 10, 160


def room_of(module: str) -> str:
    """Give the room of a module: the second part of its name; for the package, `__init__`."""
    return [*module.split("."), "__init__"][1]


def modules(source: Path) -> dict[str, Path]:
    """Find all modules below the folder of the package, by name."""
    found = {}
    for path in sorted(source.rglob("*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        found[
            ".".join(
                [
                    "glasscell",
                    *(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts),
                ]
            )
        ] = path
    return found


@cache
def nodes_of(path: Path, text: str) -> list[ast.AST]:
    """Parse a file, once for all who ask; keep what may name a module."""
    kept = (ast.Import, ast.ImportFrom, ast.Constant, ast.JoinedStr)
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, kept)]


def imported(path: Path, known: dict[str, Path]) -> set[str]:
    """Find the package's modules that a file imports, also in functions, or has in a string."""
    names = set()
    for node in nodes_of(path, path.read_text(encoding="utf-8")):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Constant) and node.value in known:
            names.add(node.value)
        elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            assert not str(node.values[0].value).startswith("glasscell."), (
                f"{path}: modules are named in full"
            )
    ours = [name.split(".") for name in names if name.split(".")[0] == "glasscell"]
    return {
        next(name for k in range(len(p), 0, -1) if (name := _named(p[:k])) in known) for p in ours
    }


def _named(parts: list[str]) -> str:
    return ".".join(parts) if len(parts) > 1 else "glasscell.__init__"


def may_use(room: str, other: str) -> bool:
    if other in BESIDE:
        return room not in BESIDE or BESIDE.index(room) < BESIDE.index(other)
    return room not in BESIDE and _floor(room) < _floor(other)


def _floor(room: str) -> int:
    return next(k for k, rooms in enumerate(FLOORS) if room in rooms)


def upward(source: Path) -> list[str]:
    """Name every import that does not run downward."""
    known = modules(source)
    return [
        f"{name} imports {other}"
        for name, path in known.items()
        for other in sorted(imported(path, known))
        if room_of(name) != room_of(other) and not may_use(room_of(name), room_of(other))
    ]


def test_every_room_has_a_floor():
    rooms = {room_of(name) for name in modules(SOURCE)}
    assert rooms >= {"cli", "runs", "cell", "errors", "data"}
    assert rooms <= {room for floor in FLOORS for room in floor} | set(BESIDE)


def test_the_house_stays_small():
    known = modules(SOURCE)
    shown = [rooms for rooms in FLOORS if not rooms[0].startswith("__")]
    arrows = {
        (room_of(name), room_of(other))
        for name, path in known.items()
        for other in imported(path, known)
    }
    entries = [
        path
        for path in SOURCE.iterdir()
        if path.suffix in ("", ".py") and path.name != "__pycache__"
    ]
    # which count as rooms of the house, too
    assert len([*entries, "benchmarks", ".ci"]) <= MAX_ENTRIES
    assert len(shown) + 1 <= MAX_FLOORS  # with what stands beside them
    assert sum(a != b for a, b in arrows) <= MAX_ARROWS


def test_a_module_is_never_named_in_pieces(tmp_path):
    (tmp_path / "cell.py").write_text("import_module(f'glasscell.runs.{name}')\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="named in full"):
        upward(tmp_path)


def test_imports_run_downward_only():
    assert upward(SOURCE) == []


def test_no_task_is_named_outside_of_tasks():
    """Except public names, and old pickles, in the package's `__init__`; "digits" is ambiguous."""
    known = modules(SOURCE)
    names = {
        path.name
        for path in (SOURCE / "tasks").iterdir()
        if path.is_dir() and path.name != "__pycache__"
    }
    found = []
    for name, path in known.items():
        if room_of(name) in ("tasks", "__init__"):
            continue
        found += [
            f"{name} imports {other}"
            for other in imported(path, known)
            if other.split(".")[2:3] and other.split(".")[2] in names and room_of(other) == "tasks"
        ]
        texts = [
            node.value
            for node in nodes_of(path, path.read_text("utf-8"))
            if isinstance(node, ast.Constant)
        ]
        found += [f"{name} says {text}" for text in texts if text in names - {"series", "digits"}]
    assert found == []


def test_no_task_imports_another():
    known = modules(SOURCE)
    tasks = {
        name: path
        for name, path in known.items()
        if name.startswith("glasscell.tasks.") and name.count(".") > 2
    }
    pairs = [
        (name, other)
        for name, path in tasks.items()
        for other in imported(path, known)
        if other in tasks
    ]
    assert [(one, other) for one, other in pairs if one.split(".")[2] != other.split(".")[2]] == []


def test_no_import_goes_round_in_a_circle():
    known = modules(SOURCE)
    try:
        TopologicalSorter(
            {name: imported(path, known) - {name} for name, path in known.items()}
        ).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("layers", "from glasscell.training.batches import ArrayBatches"),
        ("layers", "import glasscell.runs.run_folder"),
        ("cell", "from glasscell import article"),
        ("inspection", "def later():\n    from glasscell.estimators import base"),
        ("training", "startup.import_quietly('glasscell.runs.series')"),
        ("layers", "__import__('glasscell.runs.run_folder')"),
        ("estimators", "ROOM = 'glasscell.runs.run_folder'"),
        ("recurrence", "from glasscell import LSTM"),
        ("data", "import glasscell.cell as cell"),
        ("system", "from glasscell.settings import read_config"),
    ],
)
def test_an_import_that_runs_up_is_found(room, line, tmp_path):
    for name in (
        "runs/run_folder",
        "runs/series",
        "training/batches",
        "estimators/base",
        "article",
        "cell",
        "settings",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.py").touch()
    (tmp_path / "__init__.py").touch()
    (tmp_path / f"{room}.py").write_text(line)
    (found,) = upward(tmp_path)
    assert found.startswith(f"glasscell.{room} imports glasscell.")


def test_contributing_shows_the_same_table():
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    shown = [
        re.findall(r"`(\w+?)(?:\.py|/)`", row)
        for row in re.findall(r"^\| \d+ \| (.*?) \|", page, re.MULTILINE)
    ]
    assert shown == [list(rooms) for rooms in FLOORS if not rooms[0].startswith("__")]
    (shared,) = re.findall(r"^\| shared \| (.*?) \|", page, re.MULTILINE)
    assert re.findall(r"`(\w+?)(?:\.py|/)`", shared) == list(BESIDE)


def test_what_contributing_sends_people_to_is_there():
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = page[page.index("| I want to change") :].split("\n\n")[0]
    places = re.findall(r"`([\w./-]+\.\w+|[\w/]+/)`", table)
    assert len(places) >= 12
    assert [
        place for place in places if not ((SOURCE / place).exists() or (ROOT / place).exists())
    ] == []


def test_tests_mirror_the_house():
    """Each folder of tests is one of the house, except shared ones; no test imports another."""
    tests = ROOT / "tests"
    folders = {path.parent.relative_to(tests) for path in tests.rglob("test_*.py")}
    assert [folder for folder in folders if not (SOURCE / folder).is_dir()] == []
    for path in tests.rglob("*.py"):
        assert not re.search(
            r"^\s*(from|import) (test_|tests\b)", path.read_text("utf-8"), re.MULTILINE
        ), path
