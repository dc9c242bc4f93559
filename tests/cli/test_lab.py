"""`glasscell lab`: what it prints and writes, and how it reports mistakes."""

import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest
from support.command import call, contents, finish, start
from support.texts import prose

from glasscell.data.texts.sentences import Texts

SMALL = [
    "--tasks",
    "write",
    "--arms",
    "full,NIG",
    "--rates",
    "0.1",
    "--seeds",
    "2",
    "--updates",
    "20",
    "--length",
    "5",
]


@pytest.fixture
def lab(monkeypatch, capfd, tmp_path):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: call(monkeypatch, capfd, "lab", "gates", *arguments)


@pytest.mark.long(3)
def test_the_table_is_printed_and_written(lab, tmp_path):
    answer = lab(*SMALL, "--jobs", "1", "-o", "here")
    assert answer.code == 0
    assert "mean error (95% CI)" in answer.out
    assert "- write: no significant difference between full and NIG (p = " in answer.out
    assert "result.json are in here" in answer.out
    assert answer.err.splitlines()[-1].startswith(
        "training  condition 2/2  write NIG: median error "
    )
    table = pd.read_csv(tmp_path / "here/table.csv")
    assert table["arm"].tolist() == ["full", "NIG"]
    answer = lab("--resume", "here", "--json")
    assert answer.err == ""
    assert json.loads(answer.out)["table"][0]["mean"] == pytest.approx(table["mean"][0])


@pytest.mark.long(2)
def test_quiet_prints_nothing_and_the_folder_has_a_name(lab, tmp_path):
    assert lab(*SMALL, "--jobs", "1", "--quiet") == (0, "", "")
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name.startswith("gates-")


@pytest.mark.nightly  # test_runs.py of the lab has a quick one
@pytest.mark.long(2)
def test_a_quick_one_says_that_it_is_not_the_evidence(lab):
    answer = lab(*SMALL, "--jobs", "1", "--quick", "-o", "here")
    assert "not evidence" in answer.out
    assert "not evidence" in answer.err


@pytest.mark.nightly  # test_side_by_side.py of the lab trains a step of one's own
@pytest.mark.long(3)
def test_a_cell_of_your_own(lab, tmp_path):
    (tmp_path / "my_cell.py").write_text(
        "from glasscell import Variant\ncoupled = Variant(coupled=True)\n"
    )
    assert lab(*SMALL, "--jobs", "1", "--arm", "my_cell:coupled", "-o", "here").code == 0
    assert pd.read_csv(tmp_path / "here/table.csv")["arm"].tolist() == [
        "full",
        "NIG",
        "my_cell:coupled",
    ]


@pytest.mark.long(4)
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--seeds", "0"], 2, "--seeds"),
        (["--tasks", "read"], 2, "unknown task 'read': expected one of write, erase, show, adding"),
        (["--tasks", ","], 2, "tasks is empty: expected at least one"),
        (["--tasks", "text:nowhere"], 3, str(Texts.NO_FILE(file="nowhere"))),
        (["--arms", "full,NXG"], 2, "unknown arm 'NXG'"),
        (["--arm", "nowhere_at_all:cell"], 2, "cannot be imported"),
        (["--rates", "fast"], 2, "--rates fast: expected numbers separated by commas"),
        (["--rates", "0"], 2, "expected a number above 0"),
        (["--resume", "nowhere"], 2, "there is no experiment here to resume"),
        (["--resume", "nowhere", "--seeds", "3"], 2, "--seeds cannot be combined with --resume"),
        (["--dask", "tcp://127.0.0.1:9"], 2, "no Dask scheduler responds at 'tcp://127.0.0.1:9'"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_mistakes_are_reported_in_one_message(lab, tmp_path, arguments, code, says):
    begun = time.monotonic()
    answer = lab(*arguments, "-o", "here") if "--resume" not in arguments else lab(*arguments)
    assert answer.code == code
    assert says in answer.err
    assert "Traceback" not in answer.err
    assert time.monotonic() - begun < 20
    assert set(contents(tmp_path)) <= {"here", "here/experiment.json"}


@pytest.mark.long(2)
def test_earlier_results_stay_as_they_are(lab, tmp_path):
    lab(*SMALL, "--jobs", "1", "-o", "here")
    before = contents(tmp_path / "here")
    answer = lab(*SMALL, "-o", "here")
    assert answer.code == 2
    assert "here contains an experiment: resume it with --resume here" in answer.err
    assert contents(tmp_path / "here") == before
    (tmp_path / "here/experiment.json").write_text('{"format": 99}')
    answer = lab("--resume", "here")
    assert answer.code == 3
    assert (
        "was written by another version of glasscell (format 99; this version reads 2)"
        in answer.err
    )


@pytest.mark.nightly  # killed processes, in lab/training/test_jobs.py, are resumed alike
@pytest.mark.long(20)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_one_that_was_stopped_is_resumed(lab, tmp_path, jobs):
    """At any moment: the process group gets Ctrl-C, as at a terminal. Killed: test_jobs.py."""
    # not over at once
    settings = [*SMALL[:2], "--rates", "0.1", "--seeds", "4", "--updates", "600", "--length", "10"]
    process = start(
        "lab",
        "gates",
        *settings,
        "--jobs",
        jobs,
        "-o",
        "here",
        start_new_session=True,
        cwd=tmp_path,
    )
    while not list(tmp_path.glob("here/cells/*.json")):
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    answer = finish(process)
    assert not (tmp_path / "here/table.csv").exists()
    assert answer.code == 130
    assert answer.err.endswith(
        "finished work is kept; resume with: glasscell lab gates --resume here\n"
    )
    assert "Traceback" not in answer.err
    assert lab("--resume", "here", "--jobs", jobs, "--quiet").code == 0
    assert lab(*settings, "--jobs", "1", "--quiet", "-o", "whole").code == 0
    for name in ("table.csv", "runs.csv", "gates.csv"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_help_costs_no_tensorflow():
    code = "import sys; sys.argv = ['glasscell', 'lab', 'gates', '--help']\n"
    code += (
        "from glasscell.cli import main\ntry: main()\nfinally: print({'tensorflow', 'numpy'} "
        "& sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.endswith("set()\n")
    assert "--seeds" in done.stdout


@pytest.mark.nightly  # CI runs the gates' experiment, and a conflict
@pytest.mark.long(8)
@pytest.mark.parametrize(
    "name",
    ["lags", *(pytest.param(name, marks=pytest.mark.nightly) for name in ("variants", "bias"))],
)
def test_the_other_experiments_run(name, monkeypatch, capfd, tmp_path):
    monkeypatch.chdir(tmp_path)
    few = ["--rates", "0.1", "--seeds", "2", "--updates", "2", "--jobs", "1", "--length", "20"]
    tasks = ["--tasks", "adding,embedded_reber"] if name == "lags" else ["--tasks", "erase,adding"]
    answer = call(monkeypatch, capfd, "lab", name, *few, *tasks, "-o", "here", "--json")
    assert (answer.code, answer.err) == (0, "")
    result = json.loads(answer.out)
    assert len(result["table"]) == 2 * len(result["experiment"]["arms"])
    assert result["experiment"]["name"] == name
    page = (tmp_path / "here/table.md").read_text()
    assert "after 74,000 sequences" in page
    assert "adding: an error of 0.04 or more" in page
    assert (tmp_path / "here/errors.png").exists()


@pytest.mark.long(5)
def test_a_text_has_settings_of_its_own_where_none_are_given(monkeypatch, capfd, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book.txt").write_text(prose(3000), encoding="utf-8")
    few = [
        "--arms",
        "greff:V",
        "--rates",
        "0.1",
        "--seeds",
        "1",
        "--updates",
        "2",
        "--units",
        "4",
        "--jobs",
        "1",
    ]
    answer = call(
        monkeypatch, capfd, "lab", "variants", "--tasks", "text:book.txt", *few, "-o", "here"
    )
    assert answer.code == 0
    assert "median bits" in answer.out
    assert "solved" not in answer.out
    assert answer.err.splitlines()[-1].startswith(
        "training  condition 1/1  text:book.txt greff:V: median bits "
    )
    settings = json.loads((tmp_path / "here/experiment.json").read_text())["experiment"]
    assert (settings["units"], settings["learning_rates"], settings["seeds"]) == ([4], [0.1], 1)
    assert (settings["length"], settings["held_out"], settings["equal"]) == ([50], 4000, "weights")


@pytest.mark.long(2)
def test_an_experiment_of_your_own(monkeypatch, capfd, tmp_path):
    monkeypatch.chdir(tmp_path)
    lines = (
        'tasks = ["erase"]',
        'arms = ["full", "NFG"]',
        "learning_rates = [0.1]",
        "updates = 2",
        "seeds = 2",
    )
    (tmp_path / "mine.toml").write_text("\n".join(lines))
    answer = call(monkeypatch, capfd, "lab", "run", "mine.toml", "--jobs", "1")
    assert answer.code == 0
    assert "no significant difference between full and NFG" in answer.out
    assert call(monkeypatch, capfd, "lab", "run", "yours.toml").code == 2


@pytest.mark.nightly  # lab/test_conflict has it without the command
@pytest.mark.long(4)
def test_a_conflict_is_watched(monkeypatch, capfd, tmp_path):
    monkeypatch.chdir(tmp_path)
    few = ["--seeds", "2", "--updates", "150", "--length", "5", "-o", "here"]
    answer = call(monkeypatch, capfd, "lab", "conflict", *few)
    assert answer.code == 0
    assert answer.out.count("write") >= 7
    assert answer.err.splitlines()[-1].startswith("training  update 600/600")
    assert {"conflict.csv", "conflict.png", "table.csv", "result.json"} <= {
        p.name for p in (tmp_path / "here").iterdir()
    }
    assert call(monkeypatch, capfd, "lab", "conflict", *few).code == 2
