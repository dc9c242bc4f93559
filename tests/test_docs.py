"""The documentation says what the code does: quotes, examples, links and the picture."""

import doctest
import importlib
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer.main

import glasscell.cli
from glasscell.system.cluster import find_place
from glasscell.variants import ARTICLE, GREFF, STANDARD, Variant

ROOT = Path(__file__).parents[1]
MADE = {"_build", "api", "generated", ".ipynb_checkpoints"}  # when the site is built
WRITTEN = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("docs/**/*.ipynb")]
PAGES = sorted(
    [
        ROOT / "README.md",
        *(page for page in WRITTEN if MADE.isdisjoint(page.relative_to(ROOT).parts)),
    ]
)
WITH_EXAMPLES = ("coming-from", "equations", "inside", "own-cell", "python", "teaching")
PAGES_OF_EXAMPLES = [page for page in PAGES if page.stem in WITH_EXAMPLES]
TRAIN = {"python": 6, "inside": 2}  # long, and for about how many seconds
PAGES_OF_COMMANDS = [
    *PAGES,
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "benchmarks/README.md",
]
EQUATIONS = (ROOT / "docs/explanation/equations.md").read_text(encoding="utf-8")
# of the pages in reference/generated
WRITER = (ROOT / "docs/reference_pages.py").read_text(encoding="utf-8")
CELL = [
    line.strip()
    for line in (ROOT / "src/glasscell/cell.py").read_text(encoding="utf-8").splitlines()
]


def read_page(page: Path) -> str:
    """Return the text of a page; of a notebook its Markdown."""
    text = page.read_text(encoding="utf-8")
    if page.suffix != ".ipynb":
        return text
    return "\n\n".join(
        "".join(cell["source"])
        for cell in json.loads(text)["cells"]
        if cell["cell_type"] == "markdown"
    )


def quotes() -> list[list[str]]:
    """Find quotes of cell.py: blocks fenced as ``python cell.py``, and table columns of cell.py."""
    pages = "\n".join(map(read_page, PAGES))
    blocks = re.findall(r"^```python cell\.py\n(.*?)^```$", pages, re.MULTILINE | re.DOTALL)
    runs = [[line.strip() for line in block.splitlines()] for block in blocks]
    for table in re.findall(r"(?:^\|.*\n)+", EQUATIONS, re.MULTILINE):
        head, _, *rows = [cells(row) for row in table.splitlines()]
        if "cell.py" in head:
            runs += [
                [line]
                for row in rows
                for line in re.findall(r"`([^`]+)`", row[head.index("cell.py")])
            ]
    return runs


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("| ").split("|")]


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", read_page(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def labels(svg: Path) -> list[str]:
    """Read what the picture says: text drawn as paths keeps its words in comments."""
    return sorted(re.findall(r"<!-- (.*?) -->", svg.read_text(encoding="utf-8")))


def test_the_quoted_lines_of_the_cell_stand_in_the_cell():
    found = quotes()
    assert len(found) >= 12
    for run in found:
        assert any(CELL[k : k + len(run)] == run for k in range(len(CELL))), (
            f"not in cell.py: {run}"
        )


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


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=pytest.mark.long(TRAIN[page.stem])) if page.stem in TRAIN else page
        for page in PAGES_OF_EXAMPLES
    ],
    ids=lambda page: page.name,
)
def test_examples_run(page):
    text = re.sub(r"^```.*$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    examples = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(examples)
    assert result.failed == 0
    assert result.attempted > 4


def test_no_page_has_examples_that_do_not_run():
    pages = {page.stem for page in PAGES if ">>> " in read_page(page)}
    # whose test is test_first_file.py
    assert pages == {page.stem for page in PAGES_OF_EXAMPLES} | {"first-file"}


def typed(page: Path, program: str) -> list[list[str]]:
    """Find what a page has users type after a program's name, in a block or within a line."""
    text = read_page(page)
    blocks = re.findall(r"^```.*\n((?:.*\n)*?)```$|^ {4}(?=\S)(.*)$", text, re.MULTILINE)
    lines = [line for pair in blocks for block in pair for line in block.splitlines()]
    lines += re.findall(r"`([^`]+)`", re.sub(r"^```(.*\n)*?```$", "", text, flags=re.MULTILINE))
    commands = [
        part
        for line in lines
        for part in re.split(r"&&|\||;|#|\)|(?<!\S)>", " ".join(line.split()))
    ]
    before = r"(?:\$ |then |else |taskset -c 0 |[\w ]+: )?"
    found = [re.match(rf"{before}{program} (.*)", command.strip()) for command in commands]
    return [match[1].strip("'\"").split() for match in found if match]


def complain_of(words: list[str], command: Any) -> str | None:
    """Say which command or option in these words the command line does not have."""
    for word in words:
        option = word.partition("=")[0]
        if word.startswith("-") and word != "-":
            known = {
                name for param in command.params for name in (*param.opts, *param.secondary_opts)
            }
            if option not in known | {"-h", "--help"}:
                return f"{command.name} has no option {option}"
        elif "commands" in vars(command) and word != "…":
            if word not in command.commands:
                return f"{command.name} has no command {word}"
            command = command.commands[word]
    return None


@pytest.mark.parametrize("page", PAGES_OF_COMMANDS, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_and_their_options_exist(page):
    whole = typer.main.get_command(glasscell.cli.app)
    wrong = {" ".join(words): complain_of(words, whole) for words in typed(page, "glasscell")}
    assert not {words: complaint for words, complaint in wrong.items() if complaint}
    for script, *words in typed(page, "python"):
        if "/" in script:
            sources = [
                ROOT / script,
                ROOT / "benchmarks/timing.py",
                ROOT / "benchmarks/classifiers.py",
            ]
            text = "".join(source.read_text(encoding="utf-8") for source in sources)
            for option in (word for word in words if word.startswith("--")):
                assert f'"{option}"' in text, f"{script} has no option {option}"


def test_commands_of_the_pages_are_found_and_wrong_ones_seen(tmp_path):
    assert sum(len(typed(page, "glasscell")) for page in PAGES_OF_COMMANDS) > 80
    page = tmp_path / "page.md"
    page.write_text(
        "`glasscell trian FILE`, `glasscell lab gates --sees 3`, `glasscell data "
        "FILE`\n\n```sh\nif true; then glasscell train FILE --epoch 3; fi # glasscell\nfrom "
        "glasscell import LSTM\n```\n\n    glasscell explain RUN --no-opne\n"
    )
    complaints = [
        complain_of(words, typer.main.get_command(glasscell.cli.app))
        for words in typed(page, "glasscell")
    ]
    assert [complaint for complaint in complaints if complaint] == [
        "train has no option --epoch",
        "explain has no option --no-opne",
        "glasscell has no command trian",
        "gates has no option --sees",
    ]
    assert len(complaints) == 5


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_images_lead_somewhere(page):
    text = re.sub(r"^```.*?^```$", "", read_page(page), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)[^)]*\)", text) + re.findall(
        r"(?:src|href)=\"([^\"]+)\"", text
    )
    for target in targets:
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if path.parent == ROOT / "docs/reference/generated":  # Sphinx checks its headings
            assert f'"{path.name}"' in WRITER, (
                f"{page.name} links to {target}, which the site does not have"
            )
            continue
        assert path.exists(), f"{page.name} links to {target}, which does not exist"
        assert path.is_relative_to(ROOT), f"{page.name} links to {target}, outside the repository"
        if anchor and path.suffix in (".md", ".ipynb"):
            assert anchor in anchors(path), f"{page.name}: no heading for {target}"


def test_the_slurm_script_tells_each_process_its_place(tmp_path):
    script = (ROOT / "docs/how-to/many-machines/slurm.sh").read_text("utf-8")
    stand_ins = {
        "scontrol": "echo one; echo two",
        "srun": 'shift; for SLURM_PROCID in 0 1; do export SLURM_PROCID; "$@" || exit; done',
        "glasscell": 'echo "$TF_CONFIG" "$@"; [ -e again ] || { touch again; exit 138; }',
    }
    for name, code in stand_ins.items():
        (tmp_path / name).write_text(f"#!/bin/bash\n{code}\n")
        (tmp_path / name).chmod(0o755)
    env = os.environ | {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "SLURM_JOB_ID": "7",
        "SLURM_JOB_NODELIST": "[1-2]",
    }
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, check=True
    )
    told = [line.rpartition("} ") for line in done.stdout.splitlines()]
    assert [arguments for *_, arguments in told] == [
        "train gestures.csv --name mine"
    ] * 3  # the first has to try again
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


def test_the_legend_of_the_sweep_has_only_who_ran(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    layer = importlib.import_module("layer")
    ran = ["glasscell", "keras", "jax"]
    points = [
        layer.Point(shape, {layer.BOTH: {name: [0.01] for name in ran}}, {}, 0.0, {})
        for shape in layer.SWEEP
    ]
    layer.draw(points, str(tmp_path / "sweep.svg"))
    assert {name for name in layer.LINES if name in labels(tmp_path / "sweep.svg")} == {
        "glasscell",
        "Keras",
        "JAX",
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_are_there(page):
    named = re.findall(
        r"\b((?:src|tests|docs|benchmarks|examples)/[\w./-]+\.\w+)\b", read_page(page)
    )
    assert [name for name in named if not (ROOT / name).exists()] == []
