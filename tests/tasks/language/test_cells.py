"""`glasscell cells`: what it finds in a run, what it writes, and what it says of bad input.

The run is made of random weights: what is tested is how the parts go together, and that takes no
training.
"""

import json
import shutil
import subprocess
import sys
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from support.command import call
from support.facts import codes, raises

from glasscell.data.texts.alphabet import alphabet_of
from glasscell.data.texts.sentences import Texts
from glasscell.runs.config import to_toml
from glasscell.runs.sentences import Runs
from glasscell.system.files import to_json, to_npz
from glasscell.system.sentences import System
from glasscell.tasks.language.cells import causes
from glasscell.tasks.language.cells import files as cells_files
from glasscell.tasks.language.cells import finding as cells
from glasscell.tasks.language.cells.causes import CAUSE, CELLS_OF, NOT_MEASURED, NOT_TOLD, SIGN
from glasscell.tasks.language.cells.files import tabulate
from glasscell.tasks.language.cells.search import Finding
from glasscell.tasks.language.commands import train_seeds
from glasscell.tasks.language.corpus import read_corpus
from glasscell.tasks.language.network import build_language_network
from glasscell.tasks.language.numpy_model import arrays_of
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import LanguageSettings
from glasscell.tasks.language.trained_run import fingerprint_of, open_run

LINES = (
    "# of {}'s\n",
    "def f_{}(x):\n",
    '    """Say {}."""\n',
    "    return x + {}  # or so\n",
    'y = "{} (or so)"\n',
    "\n",
)


def source(rng, lines):
    """Make up Python."""
    blocks = (
        "".join(line.format(rng.integers(1000)) for line in LINES)
        for _ in range(lines // len(LINES))
    )
    return "".join(blocks)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Make runs on a folder of made-up Python: two of other weights, and two of few units."""
    rng, folder = np.random.default_rng(0), tmp_path_factory.mktemp("cells")
    (folder / "code").mkdir()
    for k in range(8):
        (folder / f"code/{k}.py").write_text(source(rng, 200))
    for name, seed, units in (
        ("first", 0, [13, 9]),
        ("second", 1, [13, 9]),
        ("few", 0, 1),
        ("fewer", 0, [10, 9]),
    ):
        settings = LanguageSettings(
            data=str(folder / "code"), held_out=0.4, units=units, seed=seed, epochs=1
        )
        alphabet = alphabet_of([path.read_text() for path in (folder / "code").iterdir()])
        network = build_language_network(len(alphabet), units=units, seed=seed)
        (folder / name).mkdir()
        (folder / name / "config.toml").write_text(to_toml(settings))
        (folder / name / "network.npz").write_bytes(to_npz(arrays_of(network, alphabet)))
        (folder / name / "data.json").write_text(to_json(read_corpus(settings).describe()))
    return folder


@pytest.mark.long(6)  # it draws
def test_it_finds_scores_holds_and_writes(runs, monkeypatch, capfd):
    own = runs / "mine.py"
    own.write_text(
        'def vowel(text):\n    """A vowel was read."""\n    return [c in "aeiou" for c in text]\n'
    )
    run, second = runs / "first", runs / "second"
    only = "comment,string,column,vowel,decorator"
    said = call(
        monkeypatch,
        capfd,
        "cells",
        run,
        second,
        "--hypotheses",
        own,
        "--only",
        only,
        "--json",
        "--quiet",
    )
    assert (said.code, said.err) == (0, "")
    assert (run / CELLS_OF).read_text() == fingerprint_of(run)
    report, table = json.loads(said.out), pd.read_csv(run / "cells.csv")
    assert list(report) == ["first", "second"]
    assert table["hypothesis"].tolist() == [row["hypothesis"] for row in report["first"]]
    assert table["hypothesis"].tolist() == ["comment", "string", "column", "vowel"]
    assert table["unit"].str.fullmatch(r"lstm_[12] unit \d+").all()
    assert table["measure"].tolist() == ["AUC", "AUC", "R2", "AUC"]
    assert table["words"].iloc[3] == "A vowel was read"
    page = (run / "cells.md").read_text()
    assert "decorator was skipped: true on 0 of" in page
    # the letter just read is told by random weights, too: the embedding has it
    vowel = table.set_index("hypothesis").loc["vowel"]
    assert vowel["score"] > vowel["shifted_most"]
    assert vowel["verdict"] in (NOT_MEASURED, SIGN, CAUSE)
    for ending in ("png", "svg", "html"):
        assert (run / f"cells/vowel.{ending}").stat().st_size > 1000
        assert "cells/vowel.png" in page
    told = {row["hypothesis"] for row in report["first"] if row["verdict"] != NOT_TOLD}
    assert {file.stem for file in (run / "cells").iterdir()} == told
    counted = tabulate({"first": table, "second": pd.read_csv(second / "cells.csv")})
    assert counted.set_index("hypothesis").loc["vowel", "networks"] == 2


@pytest.mark.parametrize(("name", "units"), [("few", 1), ("fewer", 19)])
@pytest.mark.usefixtures("undrawn")
def test_where_no_unit_can_be_shown_to_be_the_cause_none_is_held_and_it_says_so(name, units, runs):
    found = cells.find(runs / name, only=["indentation", "line_start"])
    cells_files.write_files(runs / name, found)
    assert found.notes[-1] == TextRuns.TOO_FEW_UNITS(least=20, units=units)
    assert {one.verdict for one in found.known} <= {NOT_TOLD, NOT_MEASURED}
    assert [one.cause for one in found.known] == [None] * len(found.known)
    page = (runs / name / "cells.md").read_text()
    assert str(found.notes[-1]) in page
    assert "is no cause" not in page
    counted = tabulate({name: cells.table_of(found)}).iloc[0]
    assert counted["encoded"] == 0 or counted["causal"] == "not measured"


def test_a_string_that_is_written_is_not_ended_by_an_apostrophe(runs, monkeypatch):
    began, alphabet = [], open_run(runs / "first").model.alphabet

    def write(model, start, ends, holds):
        began.append((alphabet.decode(start), alphabet.decode(ends)))
        return np.zeros((2, 3))

    monkeypatch.setattr(Finding, "is_told", True)
    monkeypatch.setattr(causes, "write_until", write)
    found = cells.find(runs / "first", only=["string", "comment", "column"])
    assert "'" in alphabet.characters
    assert sorted(began) == [("\n    # ", "\n"), ('\n    x = "', '"')]
    assert [one.lengths is None for one in found.known] == [False, False, True]


def test_with_twenty_units_and_more_they_are_held_beside_others(runs, monkeypatch):
    monkeypatch.setattr(Finding, "is_told", True)
    said = []
    found = cells.find(runs / "first", only=["line_start"], on_note=said.append)
    assert codes(said) == [TextRuns.READING, TextRuns.SEARCHING, TextRuns.HOLDING]
    assert said[-1].values == {"others": 20}
    (one,) = found.known
    assert one.verdict in (CAUSE, SIGN)
    assert one.cause.p >= 1 / 21
    assert len(one.cause.others) == 20


def test_the_text_it_looks_in_may_be_another_and_is_cut_but_parsed_whole(runs, monkeypatch):
    monkeypatch.setattr(cells, "MAX_OF_ONE", 700)
    found = cells.find(runs / "first", text=str(runs / "code" / "[1-3].py"), only=["comment"])
    assert {text.name for text in found.texts} == {"1.py", "2.py", "3.py"}
    assert (
        [len(text.text) for text in found.texts]
        == [len(values) for values in found.memories]
        == [700] * 3
    )
    assert not found.left_out  # a file that is cut in a string would not parse


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["first", "--only", "commas"], 2, "'commas'"),
        (["first", "nowhere.py"], 3, Texts.NO_FILE(file="nowhere.py")),
        (["third"], 2, "'third'"),
        (["first", "third", "second"], 2, "'third'"),
        (["first", "second", "--seeds", "2"], 2, TextRuns.ONE_RUN(n=2)),
        (["first", "--hypotheses", "no.py"], 3, Texts.NO_HYPOTHESES_FILE(file="no.py")),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_bad_input_is_one_sentence(arguments, code, said, runs, monkeypatch, capfd):
    monkeypatch.chdir(runs)
    answer = call(monkeypatch, capfd, "cells", *arguments, "--output-dir", ".", "--quiet")
    assert (answer.code, answer.out) == (code, "")
    assert str(said) in answer.err
    assert answer.err.count("\n") == 1


def test_texts_that_say_nothing_are_refused_with_a_reason(runs, tmp_path, monkeypatch, capfd):
    (tmp_path / "short.txt").write_text("x = 1\n" * 3)
    answer = call(monkeypatch, capfd, "cells", runs / "first", tmp_path / "short.txt", "--quiet")
    assert answer.code == 3
    with raises(TextRuns.NONE_JUDGED) as caught:
        cells.table_of(cells.find(runs / "first", text=str(tmp_path / "short.txt")))
    assert answer.err == f"glasscell: {caught.value}\n"
    assert [one.code for one in caught.value.values["left_out"]] == [TextRuns.LEFT_OUT] * 3


def test_texts_that_have_changed_are_refused_for_what_is_held_out_may_have_been_trained_on(
    runs, tmp_path
):
    shutil.copytree(runs / "first", tmp_path / "run")
    about = json.loads((tmp_path / "run/data.json").read_text())
    (tmp_path / "run/data.json").write_text(json.dumps(about | {"sha256": "0" * 64}))
    with raises(
        TextRuns.OTHER_TEXTS, file=str(tmp_path / "run"), config=str(tmp_path / "run/config.toml")
    ):
        cells.find(tmp_path / "run", only=["comment"])
    assert cells.find(tmp_path / "run", text=str(runs / "code"), only=["comment"]).known


@pytest.mark.usefixtures("undrawn")
def test_the_pictures_of_a_search_before_are_gone_and_nothing_else(runs, monkeypatch):
    run = runs / "second"
    (run / "cells/mine").mkdir(parents=True, exist_ok=True)
    (run / "cells.csv").write_text(
        "hypothesis,unit\nvowel,lstm_1 unit 0\n../comment,lstm_1 unit 1\n"
    )
    ours, theirs = (
        ("comment.png", "vowel.svg", "vowel.html"),
        ("mine/a.png", "notes.txt", "../comment.png"),
    )
    for name in (*ours, *theirs):
        (run / "cells" / name).touch()
    found = cells.find(run, only=["line_start"])
    with monkeypatch.context() as patch:
        patch.setattr(cells_files, "to_markdown", mock.Mock(side_effect=RuntimeError))
        with pytest.raises(RuntimeError):
            cells_files.write_files(run, found)
    assert all((run / "cells" / name).exists() for name in ours)
    cells_files.write_files(run, found)
    assert [name for name in ours if (run / "cells" / name).exists()] == []
    assert all((run / "cells" / name).exists() for name in theirs)


def test_where_a_file_is_in_the_way_it_says_so(runs, tmp_path):
    (tmp_path / "cells").write_text("mine")
    found = cells.find(runs / "first", only=["line_start"])
    with raises(
        System.NOT_WRITTEN,
        file=str(tmp_path / "cells"),
        words="File exists",
        then=System.TRY_AGAIN(),
    ):
        cells_files.write_files(tmp_path, found)


@pytest.mark.usefixtures("undrawn")
def test_runs_of_one_name_in_other_folders_are_counted_each_and_a_hypothesis_once(
    runs, tmp_path, monkeypatch, capfd
):
    for name in ("a", "b"):
        shutil.copytree(runs / "first", tmp_path / name / "py")
    monkeypatch.chdir(tmp_path)
    options = ["--only", "line_start,line_start", "--quiet"]
    report = json.loads(
        call(monkeypatch, capfd, "cells", "a/py", "b/py", "a/py", *options, "--json").out
    )
    assert {name: len(rows) for name, rows in report.items()} == {"a/py": 1, "b/py": 1}


@pytest.mark.usefixtures("undrawn")
def test_a_run_that_one_stands_in_has_its_name(runs, monkeypatch, capfd):
    monkeypatch.chdir(runs / "first")
    report = json.loads(
        call(monkeypatch, capfd, "cells", ".", "--only", "line_start", "--json", "--quiet").out
    )
    assert [*report] == ["first"]
    assert (runs / "first/cells.md").read_text().startswith("# Units of first with a meaning\n")


@pytest.mark.long(4)
@pytest.mark.usefixtures("undrawn")
def test_it_starts_no_tensorflow(runs):
    script = (
        "import sys; from glasscell.cli import main\ntry: main()\nfinally: "
        "print('tensorflow' in sys.modules)"
    )
    options = ["cells", runs / "first", "--only", "indentation", "--quiet"]
    done = subprocess.run([sys.executable, "-c", script, *options], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("False\n", "")


@pytest.fixture
def run(tmp_path):
    """Give the folder of a finished run of seed 4, which took two minutes."""
    path = tmp_path / "book"
    path.mkdir()
    (path / "config.toml").write_text(to_toml(LanguageSettings(data="book.txt", units=7, seed=4)))
    (path / "report.json").write_text(json.dumps({"epochs": 3, "seconds": 120.0}))
    return path


def test_others_are_trained_but_those_that_are_there(run):
    (run.parent / "book-seed-6").mkdir()
    (run.parent / "book-seed-6/config.toml").write_text(
        to_toml(LanguageSettings(data="book.txt", units=7, seed=6))
    )
    (run.parent / "book-seed-6/report.json").write_text("{}")
    trained, said = [], []
    found = train_seeds(
        run, 4, lambda settings, path: trained.append((settings, path)), said.append
    )
    assert [path.name for path in found] == ["book", "book-seed-5", "book-seed-6", "book-seed-7"]
    assert [(settings.seed, settings.units, path.name) for settings, path in trained] == [
        (5, 7, "book-seed-5"),
        (7, 7, "book-seed-7"),
    ]
    assert said == [TextRuns.MORE_NETWORKS(n=2, minutes=4)]


def other_setting(name, found, expected):
    return TextRuns.OTHER_SETTING, {"name": name, "found": found, "expected": expected}


@pytest.mark.parametrize(
    ("other", "code", "values"),
    [
        (to_toml(LanguageSettings("book.txt", units=9, seed=5)), *other_setting("units", 9, 7)),
        (
            to_toml(LanguageSettings("other.txt", units=7, seed=5)),
            *other_setting("data", "other.txt", "book.txt"),
        ),
        (to_toml(LanguageSettings("book.txt", units=7, seed=4)), *other_setting("seed", 4, 5)),
        ('data = "walks.csv"', TextRuns.NO_TEXT, {"data": "walks.csv"}),
    ],
)
def test_a_network_of_other_settings_is_not_counted_among_them(other, code, values, run):
    (run.parent / "book-seed-5").mkdir()
    (run.parent / "book-seed-5/config.toml").write_text(other)
    (run.parent / "book-seed-5/report.json").write_text("{}")
    with raises(code, file=str(run.parent / "book-seed-5"), **values):
        train_seeds(run, 2, pytest.fail, pytest.fail)


def test_standard_input_cannot_be_read_again_by_others(run):
    (run / "config.toml").write_text(to_toml(LanguageSettings("-", units=7, seed=4)))
    assert train_seeds(run, 1, pytest.fail, pytest.fail) == [run]
    with raises(TextRuns.NOT_AGAIN):
        train_seeds(run, 2, pytest.fail, pytest.fail)


def test_one_is_the_run_itself_and_costs_nothing(run):
    assert train_seeds(run, 1, pytest.fail, pytest.fail) == [run]


def test_a_run_that_is_not_finished_is_refused_before_anything_is_trained(run):
    (run / "report.json").unlink()
    with raises(Runs.NOT_FINISHED):
        train_seeds(run, 3, pytest.fail, pytest.fail)
