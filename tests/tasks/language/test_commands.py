"""Language models on the command line: mistakes are one sentence; commands work or advise."""

import json
import re
from importlib import import_module
from pathlib import Path
from unittest import mock

import pytest
from support.command import call, contents, train_module
from support.kills import assert_same_run, kill_at_moments, moments
from support.texts import prose

from glasscell.cli.sentences import Commands
from glasscell.data.texts.sentences import Texts
from glasscell.errors import UsageError
from glasscell.runs.sentences import Runs
from glasscell.system.sentences import Settings, System
from glasscell.tasks.language import explanation as text_page
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.sentences import Tasks
from glasscell.tasks.series.sentences import Series

BOOK = prose(1500)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book.txt").write_text(BOOK)
    return tmp_path


def put(**files):
    for name, content in files.items():
        path = Path(name.replace("__", "."))
        path.write_bytes(content) if isinstance(content, bytes) else path.write_text(content)


def folder_without_text():
    Path("folder").mkdir()
    Path("folder/a.png").write_bytes(b"\x89PNG\0")


def a_config_of_series():
    put(series__toml='data = "a.csv"\nbidirectional = false\n')


# What is made, what is typed after `glasscell train`, the exit code, and what the message must say.
MISTAKES = {
    "empty": (lambda: put(a__txt=""), ["a.txt", "--text"], 3, [Texts.EMPTY(file="a.txt")]),
    "one character": (
        lambda: put(a__txt="a"), ["a.txt", "--text"], 3, [Texts.TOO_FEW_CHARACTERS(n=1)]
    ),
    "one kind of character": (
        lambda: put(a__txt="a" * 999), ["a.txt", "--text"], 3,
        [Texts.NO_ALPHABET(n=949, known=1, least=2)],
    ),
    "no text": (
        lambda: put(a__txt=b"\xff\xfa\x00"),
        ["a.txt", "--text"],
        3,
        [Texts.ODD_BYTE(file="a.txt", encoding="UTF-8", byte=1, found=0xFF)],
    ),
    "binary": (lambda: put(a__c=b"abc\0\1"), ["a.c"], 3, [Texts.BINARY(file="a.c")]),
    "no file": (lambda: None, ["none.py"], 3, [System.NO_FILE(file="none.py")]),
    "a folder without text": (
        folder_without_text, ["folder", "--text"], 3,
        [Texts.NO_TEXT(file="folder", n=1, names=["a.png"])],
    ),
    "a pattern of nothing": (lambda: None, ["*.rs", "--text"], 3, [System.NO_FILE(file="*.rs")]),
    "too short": (
        lambda: None, ["book.txt", "--text", "--streams", "64"], 3,
        ["at least 6464", "fewer streams"],
    ),
    "prose": (lambda: None, ["book.txt"], None, ["book.txt: ", TextRuns.LOOKS_LIKE_PROSE()]),
    "an option of series": (
        lambda: None,
        ["book.txt", "--text", "--label", "y"],
        2,
        [Commands.GOES_WITH(option="--label", kind=Series.GOES_WITH(), task=TextRuns.CALLED())],
    ),
    "an option of text": (
        lambda: put(a__csv="t,x"), ["a.csv", "--layers", "2"], 2,
        ["--layers is for language modeling"],
    ),
    "an option of text, no file": (
        lambda: None, ["--streams", "2"], 2, ["--streams is for language modeling"]
    ),
    "an option of the article": (
        lambda: None, ["python", "--hidden-size", "2"], 2, ["--hidden-size is for"]
    ),
    "a config of series": (
        a_config_of_series,
        ["book.txt", "--text", "--config", "series.toml"],
        2,
        ["series.toml: unknown setting 'bidirectional'"],
    ),
    "a config of series, and source code": (
        lambda: put(series__toml='task = "series"\ndata = "a.csv"\n', a__py="a"),
        ["a.py", "--config", "series.toml"],
        2,
        [Commands.OTHER_FILE(file="a.py", task=Series.CALLED(), other=TextRuns.CALLED())],
    ),
    "minutes and epochs": (
        lambda: None,
        ["python", "--minutes", "1", "--epochs", "2"],
        2,
        [Settings.MINUTES_AND_EPOCHS(minutes=1, epochs=2)],
    ),
    "rare, a word": (lambda: None, ["python", "--rare", "few"], 2, ["rare = 'few'", "or 'auto'"]),
    "held out, all": (
        lambda: None, ["python", "--held-out", "1"], 2, ["held_out = 1.0", "below 0.5"]
    ),
    "symbols": (
        lambda: None, ["python", "--symbols", "words"], 2, ["symbols = 'words'", "'bytes'"]
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_sentence_and_nothing_is_written(mistake, here, monkeypatch, capfd):
    make, arguments, code, words = MISTAKES[mistake]
    make()
    before = contents(here)
    answer = call(monkeypatch, capfd, "train", *arguments, "--quiet")
    assert answer.code == code or (code is None and answer.code in (2, 3))
    assert answer.out == ""
    assert answer.err.startswith("glasscell: ")
    assert answer.err.count("\n") == 1
    assert all(str(word) in answer.err for word in words), answer.err
    assert contents(here) == before


def test_it_is_trained_by_one_process(here, monkeypatch, capfd):
    cluster = {"cluster": {"worker": ["a:1", "b:2"]}, "task": {"type": "worker", "index": 0}}
    monkeypatch.setenv("TF_CONFIG", json.dumps(cluster))
    answer = call(monkeypatch, capfd, "train", "book.txt", "--text")
    assert answer.code == 2
    assert answer.err == f"glasscell: {Tasks.NOT_IN_CLUSTER(task=TextRuns.CALLED())}\n"


@pytest.mark.parametrize("file", ["a.csv", "none.csv"])
def test_predict_says_what_to_do_with_a_run_of_text(file, run, here, monkeypatch, capfd):
    put(a__csv="id,t,x\na,0,1\n")
    before = contents(run)
    answer = call(monkeypatch, capfd, "predict", run, file)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == f"glasscell: {TextRuns.NO_COMMAND(file=run, run=run)}\n"
    assert contents(run) == before


def test_other_text_is_measured(run, here, monkeypatch, capfd):
    (here / "texts").mkdir()
    for k in range(2):
        (here / f"texts/{k}.txt").write_text(prose(200 + k, seed=k) + "☃")
    answer = call(monkeypatch, capfd, "evaluate", run, "texts", "--json")
    scores = json.loads(answer.out)
    assert (answer.code, scores["n"], scores["n_unknown"]) == (0, 403, 2)
    assert [text["text"] for text in scores["texts"]] == ["0.txt", "1.txt"]
    answer = call(monkeypatch, capfd, "evaluate", run, "texts")
    bits = f"{scores['bits_per_character']:.3f} bits per character"
    assert answer.out.startswith(f"{bits} on {scores['data']} (403 characters)\n")
    assert answer.err == f"warning: {TextRuns.UNKNOWN_THERE(n=2)}\n"
    for arguments, code, note in (
        (["texts", "--label", "y"], 2, Tasks.NOT_WITH(option="label", task=TextRuns.CALLED())),
        (
            ["texts", "--coverage", "0.9"],
            2,
            Tasks.NOT_WITH(option="coverage", task=TextRuns.CALLED()),
        ),
        (["none.txt"], 3, System.NO_FILE(file="none.txt")),
    ):
        assert call(monkeypatch, capfd, "evaluate", run, *arguments) == (
            code,
            "",
            f"glasscell: {note}\n",
        )


@pytest.mark.parametrize(
    ("of", "code"),
    [
        ("held out", TextRuns.OF_HELD_OUT),
        ("written", TextRuns.WRITTEN_ITSELF),
        ("given", TextRuns.OF_THAT_TEXT),
    ],
)
def test_what_16_bits_cost_and_how_many_units_have_a_name(of, code):
    bits = {"rounded": 2.00004, "exact": 2.0, "n": 9000, "of": of}
    assert text_page.lines({"cells": 2, "bits_per_character": bits}) == [
        TextRuns.ROUNDED(rounded=2.00004, exact=2.0, cost=0.0, n=9000, of=code()),
        TextRuns.NAMED(n=2),
    ]


def test_explain_knows_the_word_python(run, here, monkeypatch, capfd):
    page = import_module("glasscell.tasks.language.explanation")
    monkeypatch.setattr(
        page, "explain", mock.Mock(side_effect=UsageError("it is asked for the page"))
    )
    assert (
        call(monkeypatch, capfd, "explain", run, "python").err
        == "glasscell: it is asked for the page\n"
    )
    note = System.NO_FILE(file="none.txt")
    assert call(monkeypatch, capfd, "explain", run, "none.txt").err == f"glasscell: {note}\n"


def test_runs_of_text_are_compared_with_each_other_and_listed_with_others(
    run, here, monkeypatch, capfd
):
    other = here / "other"
    other.mkdir()
    (other / "config.toml").write_text('data = "a.csv"')
    (other / "report.json").write_text(json.dumps({"epochs": 6, "seconds": 1.0, "files": []}))
    rows = json.loads(call(monkeypatch, capfd, "compare", run, run, other, "--json").out)
    report = json.loads((run / "report.json").read_text())
    for name in ("bits_per_character", "n", "epochs", "characters_a_second"):
        assert [row[name] for row in rows[:2]] == [pytest.approx(report[name])] * 2
    assert (rows[2]["bits_per_character"], rows[2]["n"]) == (None, None)
    assert rows[1]["difference"]["ratio"] == 1.0
    assert rows[2]["difference"]["why_not"] == str(Runs.ANSWERS_NOT_KEPT())
    answer = call(monkeypatch, capfd, "compare", run, other)
    assert answer.code == 0
    assert "bits_per_character" in answer.out


def test_text_is_shown_before_any_training(here, monkeypatch, capfd):
    answer = call(monkeypatch, capfd, "data", "book.txt", "--text")
    assert answer.out.startswith("1,500 characters of text, ")
    assert "held out" in answer.out
    about = json.loads(call(monkeypatch, capfd, "data", "book.txt", "--text", "--json").out)
    assert about["n_training"] + about["n_held_out"] == 1500
    answer = call(monkeypatch, capfd, "data", "book.txt", "--text", "--id", "x")
    assert (answer.code, answer.err) == (
        2,
        f"glasscell: {Tasks.NOT_WITH(option='id', task=TextRuns.CALLED())}\n",
    )
    assert "it looks like prose" in call(monkeypatch, capfd, "data", "book.txt").err


@pytest.mark.long(8)
def test_a_training_shows_its_epochs_and_what_it_writes_or_nothing_or_json(
    here, monkeypatch, capfd
):
    options = [
        "--units",
        "3",
        "--embedding",
        "2",
        "--epochs",
        "2",
        "--output-dir",
        "runs",
        "--name",
        "x",
    ]
    first = call(monkeypatch, capfd, "train", "book.txt", "--text", *options)
    lines = first.err.splitlines()
    assert lines[1].startswith("training: 2 epochs of ")
    shown = [line for line in lines if line.startswith("training  epoch ")]
    assert [line[:26] for line in shown] == [
        "training  epoch 1/2  bits ",
        "training  epoch 2/2  bits ",
    ]
    assert all("held out " in line and "characters/s " in line for line in shown)
    begun = str(TextRuns.WRITES(text=""))
    assert sum(line.startswith(begun) for line in lines) == 2
    # too few for an interval
    assert re.match(r"\d\.\d{3} bits per character on 54 held-out characters\n\n", first.out)
    assert first.out.splitlines()[-2:] == ["saved in runs/x", str(TextRuns.TO_WRITE(run="runs/x"))]
    answer = call(monkeypatch, capfd, "train", "book.txt", "--text", *options, "--quiet")
    assert (answer.code, answer.out) == (2, "")
    assert "runs/x already exists" in answer.err
    quiet = call(
        monkeypatch,
        capfd,
        "train",
        "book.txt",
        "--text",
        *options,
        "--overwrite",
        "--quiet",
        "--json",
    )
    assert quiet.err == ""
    assert json.loads(quiet.out)["updates"] == 200
    again = call(
        monkeypatch, capfd, "train", "--config", "runs/x/config.toml", "--name", "y", "--quiet"
    )
    assert again == (0, "", "")
    assert (here / "runs/y/network.npz").read_bytes() == (here / "runs/x/network.npz").read_bytes()
    done = call(monkeypatch, capfd, "train", "--resume", "x")
    assert (
        done.err
        == "runs/x is finished: it has 2 epochs; to continue training, give --epochs above 2\n"
    )
    more = call(monkeypatch, capfd, "train", "--resume", "x", "--epochs", "3")
    assert [line[:25] for line in more.err.splitlines() if "epoch 3" in line] == [
        "training  epoch 3/3  bits"
    ]


def test_what_is_mistaken_is_said_before_tensorflow_is_started(here, monkeypatch, capfd):
    monkeypatch.setattr(
        train_module, "import_quietly", lambda *_, **__: pytest.fail("TensorFlow is started")
    )
    for mistake in (
        "no file",
        "an option of series",
        "a config of series",
        "rare, a word",
        "minutes and epochs",
    ):
        make, arguments, code, _ = MISTAKES[mistake]
        make()
        assert call(monkeypatch, capfd, "train", *arguments).code == code


# CI kills runs of series and forecasts, and all tasks are stopped in the process
@pytest.mark.nightly
@pytest.mark.long(25)  # it starts, kills and resumes processes
def test_a_run_killed_at_random_moments_goes_on_bit_for_bit(request, here, monkeypatch, capfd):
    options = [
        "--units",
        "3",
        "--embedding",
        "2",
        "--streams",
        "2",
        "--piece",
        "3",
        "--epochs",
        "60",
        "--quiet",
    ]
    train = ["train", here / "book.txt", "--text", *options]
    assert call(monkeypatch, capfd, *train, "--output-dir", here / "whole", "--name", "run") == (
        0,
        "",
        "",
    )
    for folder in kill_at_moments(here / "cut", train, moments(request)):
        answer = call(
            monkeypatch, capfd, "train", "--resume", "run", "--output-dir", folder, "--quiet"
        )
        assert answer == (0, "", "")
        assert_same_run(folder / "run", here / "whole/run", epochs=60)
