"""`glasscell cells`: what it finds in a run, what it writes, and what it says of bad input.

The run is made of random weights: what is tested is how the parts go together, and that takes no training.
"""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from support.command import call

from glasscell.data.texts.alphabet import alphabet_of
from glasscell.errors import DataError
from glasscell.interop.language_arrays import arrays_of
from glasscell.networks.language import build_language_network
from glasscell.runs.config import to_toml
from glasscell.runs.texts import cells, cells_files, in_how_many
from glasscell.runs.texts.corpus import read_corpus
from glasscell.runs.texts.opened import fingerprint_of
from glasscell.runs.texts.verdicts import CELLS_OF
from glasscell.settings import TextSettings
from glasscell.system.files import to_json, to_npz

LINES = (
    "# of {}\n",
    "def f_{}(x):\n",
    '    """Say {}."""\n',
    "    return x + {}  # or so\n",
    'y = "{} (or so)"\n',
    "\n",
)


def source(rng, lines):
    """Make up Python."""
    blocks = ("".join(line.format(rng.integers(1000)) for line in LINES) for _ in range(lines // len(LINES)))
    return "".join(blocks)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two runs on a folder of made-up Python, of other weights."""
    rng, folder = np.random.default_rng(0), tmp_path_factory.mktemp("cells")
    (folder / "code").mkdir()
    for k in range(8):
        (folder / f"code/{k}.py").write_text(source(rng, 200))
    for name, seed in (("first", 0), ("second", 1)):
        settings = TextSettings(data=str(folder / "code"), held_out=0.4, units=[7, 5], seed=seed, epochs=1)
        alphabet = alphabet_of([path.read_text() for path in (folder / "code").iterdir()])
        network = build_language_network(len(alphabet), units=[7, 5], seed=seed)
        (folder / name).mkdir()
        (folder / name / "config.toml").write_text(to_toml(settings))
        (folder / name / "network.npz").write_bytes(to_npz(arrays_of(network, alphabet)))
        (folder / name / "data.json").write_text(to_json(read_corpus(settings).describe()))
    return folder


@pytest.mark.long(6)  # it draws
def test_it_finds_scores_holds_and_writes(runs, monkeypatch, capfd):
    own = runs / "mine.py"
    own.write_text('def vowel(text):\n    """A vowel was read."""\n    return [c in "aeiou" for c in text]\n')
    run, second = runs / "first", runs / "second"
    only = "comment,string,column,vowel,decorator"
    said = call(monkeypatch, capfd, "cells", run, second, "--hypotheses", own, "--only", only, "--json", "--quiet")
    assert (said.code, said.err) == (0, "")
    assert (run / CELLS_OF).read_text() == fingerprint_of(run)
    report, table = json.loads(said.out), pd.read_csv(run / "cells.csv")
    assert list(report) == ["first", "second"]
    assert table["hypothesis"].tolist() == [row["hypothesis"] for row in report["first"]]
    assert table["hypothesis"].tolist() == ["comment", "string", "column", "vowel"]
    assert table["unit"].str.fullmatch(r"lstm_[12] unit \d").all()
    assert table["measure"].tolist() == ["AUC", "AUC", "R2", "AUC"]
    assert table["words"].iloc[3] == "A vowel was read"
    page = (run / "cells.md").read_text()
    assert "decorator was left out: true on 0 of" in page
    # the letter just read is told by random weights, too: the embedding has it
    vowel = table.set_index("hypothesis").loc["vowel"]
    assert vowel["score"] > vowel["shifted_most"]
    assert vowel["verdict"].startswith("a unit tells it")
    for ending in ("png", "svg", "html"):
        assert (run / f"cells/vowel.{ending}").stat().st_size > 1000
        assert "cells/vowel.png" in page
    told = {row["hypothesis"] for row in report["first"] if row["verdict"].startswith("a unit tells it")}
    assert {file.stem for file in (run / "cells").iterdir()} == told
    counted = in_how_many.count({"first": table, "second": pd.read_csv(second / "cells.csv")})
    assert counted.set_index("hypothesis").loc["vowel", "networks"] == 2


def test_the_text_it_looks_in_may_be_another_and_is_cut_but_parsed_whole(runs, monkeypatch):
    monkeypatch.setattr(cells, "MAX_OF_ONE", 700)
    found = cells.find(runs / "first", text=str(runs / "code" / "[1-3].py"), only=["comment"])
    assert {text.name for text in found.texts} == {"1.py", "2.py", "3.py"}
    assert [len(text.text) for text in found.texts] == [len(values) for values in found.memories] == [700] * 3
    assert not found.left_out  # a file that is cut in a string would not parse


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["first", "--only", "commas"], 2, "there is no hypothesis 'commas'"),
        (["first", "nowhere.py"], 3, "nowhere.py: there is no such file"),
        (["third"], 2, "'third' is not a run"),
        (["first", "third", "second"], 2, "'third' is not a run"),
        (["first", "--hypotheses", "no.py"], 3, "no.py"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_bad_input_is_one_sentence(arguments, code, said, runs, monkeypatch, capfd):
    monkeypatch.chdir(runs)
    answer = call(monkeypatch, capfd, "cells", *arguments, "--output-dir", ".", "--quiet")
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_texts_that_say_nothing_are_refused_with_a_reason(runs, tmp_path, monkeypatch, capfd):
    (tmp_path / "short.txt").write_text("x = 1\n" * 3)
    answer = call(monkeypatch, capfd, "cells", runs / "first", tmp_path / "short.txt", "--quiet")
    assert answer.code == 3
    assert "none of the hypotheses can be judged on these texts" in answer.err
    assert "look in a longer text" in answer.err


def test_texts_that_have_changed_are_refused_for_what_is_held_out_may_have_been_trained_on(runs, tmp_path):
    shutil.copytree(runs / "first", tmp_path / "run")
    about = json.loads((tmp_path / "run/data.json").read_text())
    (tmp_path / "run/data.json").write_text(json.dumps(about | {"sha256": "0" * 64}))
    with pytest.raises(DataError, match="the texts are not those that it was trained on"):
        cells.find(tmp_path / "run", only=["comment"])
    assert cells.find(tmp_path / "run", text=str(runs / "code"), only=["comment"]).known


@pytest.mark.usefixtures("undrawn")
def test_the_files_of_a_search_before_are_gone(runs):
    run = runs / "second"
    (run / "cells").mkdir(exist_ok=True)
    (run / "cells/old.png").touch()
    found = cells.find(run, only=["line_start"])
    cells_files.write_files(run, found, "second")
    assert not (run / "cells/old.png").exists()
