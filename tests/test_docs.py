"""The documentation says what the code does: quotes, examples, links and the picture."""

import doctest
import importlib
import os
import re
import subprocess
from pathlib import Path

import pytest

from glasscell.cell import ARTICLE, GREFF, STANDARD, Variant
from glasscell.cluster import find_place

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md")])
PAGES_OF_EXAMPLES = [page for page in PAGES if page.name in ("README.md", "equations.md", "inside.md")]
EQUATIONS = (ROOT / "docs/equations.md").read_text(encoding="utf-8")
CELL = [line.strip() for line in (ROOT / "src/glasscell/cell.py").read_text(encoding="utf-8").splitlines()]


def quotes() -> list[list[str]]:
    """Find what is quoted as cell.py's: blocks fenced as ``python cell.py``, and a table's column headed cell.py."""
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    blocks = re.findall(r"^```python cell\.py\n(.*?)^```$", pages, re.MULTILINE | re.DOTALL)
    runs = [[line.strip() for line in block.splitlines()] for block in blocks]
    for table in re.findall(r"(?:^\|.*\n)+", EQUATIONS, re.MULTILINE):
        head, _, *rows = [cells(row) for row in table.splitlines()]
        if "cell.py" in head:
            runs += [[line] for row in rows for line in re.findall(r"`([^`]+)`", row[head.index("cell.py")])]
    return runs


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("| ").split("|")]


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def labels(svg: Path) -> list[str]:
    """Read what the picture says: text drawn as paths keeps its words in comments."""
    return sorted(re.findall(r"<!-- (.*?) -->", svg.read_text(encoding="utf-8")))


def test_the_quoted_lines_of_the_cell_stand_in_the_cell():
    found = quotes()
    assert len(found) >= 12
    for run in found:
        assert any(CELL[k : k + len(run)] == run for k in range(len(CELL))), f"not in cell.py: {run}"


def test_every_equation_of_the_cell_is_quoted():
    quoted = {line for run in quotes() for line in run}
    body = CELL[CELL.index("a_i, a_f, a_z, a_o = tf.split(a, 4, axis=-1)") :]
    computed = {line for line in body if re.match(r"[a-z_, ]+ \+?= ", line)}
    assert computed <= quoted


def test_the_table_of_variants_agrees_with_the_code():
    rows = re.findall(r"^\| ([A-Z]+) \|.*\| `(Variant\(.*\))` \|$", EQUATIONS, re.MULTILINE)
    assert {name: eval(made, {"Variant": Variant}) for name, made in rows} == GREFF
    assert GREFF["NP"] == STANDARD
    assert Variant(output_activation="linear") == ARTICLE


@pytest.mark.parametrize("page", PAGES_OF_EXAMPLES, ids=lambda page: page.name)
def test_examples_run(page):
    text = re.sub(r"^```.*$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    examples = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(examples)
    assert result.failed == 0
    assert result.attempted > 4


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_images_lead_somewhere(page):
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)[^)]*\)", text) + re.findall(r"(?:src|href)=\"([^\"]+)\"", text)
    for target in targets:
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), f"{page.name} links to {target}, which does not exist"
        assert path.is_relative_to(ROOT), f"{page.name} links to {target}, outside the repository"
        assert not anchor or path.suffix != ".md" or anchor in anchors(path), f"{page.name}: no heading for {target}"


def test_the_slurm_script_tells_each_process_its_place(tmp_path):
    script = re.search(r"```sh slurm\.sh\n(.*?)```", (ROOT / "docs/many-machines.md").read_text("utf-8"), re.DOTALL)[1]
    stand_ins = {
        "scontrol": "echo one; echo two",
        "srun": 'shift; for SLURM_PROCID in 0 1; do export SLURM_PROCID; "$@" || exit; done',
        "glasscell": 'echo "$TF_CONFIG" "$@"; [ -e again ] || { touch again; exit 138; }',
    }
    for name, code in stand_ins.items():
        (tmp_path / name).write_text(f"#!/bin/bash\n{code}\n")
        (tmp_path / name).chmod(0o755)
    env = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SLURM_JOB_ID": "7", "SLURM_JOB_NODELIST": "[1-2]"}
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    told = [line.rpartition("} ") for line in done.stdout.splitlines()]
    assert [arguments for *_, arguments in told] == ["train gestures.csv --name mine"] * 3  # the first has to try again
    places = [find_place({"TF_CONFIG": config + "}"}) for config, *_ in told]
    assert [place.rank for place in places] == [0, 0, 1]
    assert places[2] == ({"worker": ["one:20007", "two:20007"]}, "worker", 1)


@pytest.mark.parametrize("name", ["cell", "tile", "roofline"])
def test_the_script_draws_the_picture_that_the_page_shows(name, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs/figures")
    script = importlib.import_module(f"draw_{name}")
    script.draw(tmp_path / f"{name}.svg")
    script.draw(tmp_path / "again.svg")

    assert labels(tmp_path / f"{name}.svg") == labels(ROOT / f"docs/{name}.svg") != []
    assert (tmp_path / f"{name}.svg").read_bytes() == (tmp_path / "again.svg").read_bytes()
