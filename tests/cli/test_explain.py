import json
import os
import shutil
import webbrowser
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest
from support.command import call, contents, finish, start

explain_module = import_module("glasscell.cli.explain")


@pytest.mark.nightly  # the next one explains in this process
@pytest.mark.long(9)
def test_a_newcomer_looks_inside(short_run, tmp_path, monkeypatch):
    answer = finish(start("explain", "short", "--limit", "4", cwd=tmp_path))
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert (lines[0], lines[-1]) == (
        "explorer: runs/short/explain/explorer.html",
        "tables and figures: runs/short/explain",
    )
    assert len(lines) <= 4
    assert answer.err.splitlines()[0] == "reading series"
    page = (short_run / "explain/explorer.html").read_text(encoding="utf-8")
    assert "Content-Security-Policy" in page
    assert len(page) < 400_000


@pytest.mark.long(2)
@pytest.mark.usefixtures("undrawn")
def test_what_is_printed_is_where_the_explorer_is_and_three_lines_and_its_tables_are_files(
    short_run, monkeypatch, capfd
):
    answer = call(monkeypatch, capfd, "explain", short_run, "--limit", 2)
    lines, folder = answer.out.splitlines(), short_run / "explain"
    assert (lines[0], lines[-1]) == (
        f"explorer: {folder}/explorer.html",
        f"tables and figures: {folder}",
    )
    assert len(lines) <= 4
    found = json.loads((folder / "explain.json").read_text())
    layers, probes, clamps = (
        pd.read_csv(folder / f"{name}.csv") for name in ("layers", "probes", "clamps")
    )
    (layer,) = found["layers"]
    assert layers["half_life_in_steps_median"].item() == pytest.approx(
        layer["half_life_in_steps"]["median"], rel=1e-6
    )
    assert layers["f_open"].item() == pytest.approx(layer["f_open"], rel=1e-6)
    assert probes["accuracy"].tolist() == pytest.approx(
        [row["accuracy"] for row in found["probes"]], rel=1e-6
    )
    assert clamps["accuracy"].tolist() == pytest.approx(
        [row["accuracy"] for row in found["clamps"]], rel=1e-6
    )


@pytest.mark.long(2)
@pytest.mark.usefixtures("undrawn")
def test_json_is_one_object_and_quiet_says_nothing(short_run, monkeypatch, capfd, tmp_path):
    page = tmp_path / "page.html"
    answer = call(monkeypatch, capfd, "explain", short_run, "--limit", 2, "-o", page, "--json")
    assert (answer.code, answer.err) == (0, "")
    summary = json.loads(answer.out)
    assert (summary["page"], len(summary["series"])) == (str(page), 2)
    assert not (short_run / "explain/explorer.html").exists()
    answer = call(monkeypatch, capfd, "explain", short_run, "--limit", 2, "-q")
    assert answer == (0, "", "")


@pytest.mark.long(2)
@pytest.mark.parametrize("asked_not_to", [False, pytest.param(True, marks=pytest.mark.nightly)])
@pytest.mark.usefixtures("undrawn")
def test_the_page_opens_on_a_desktop_only(short_run, monkeypatch, capfd, asked_not_to):
    opened = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr(explain_module, "_has_screen", lambda: True)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    call(
        monkeypatch,
        capfd,
        "explain",
        short_run,
        "--limit",
        1,
        *(["--no-open"] if asked_not_to else []),
    )
    assert len(opened) == (not asked_not_to)
    assert all(uri.startswith("file:///") and uri.endswith("/explorer.html") for uri in opened)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nobody"], 2, "'nobody' is not a run"),
        (["short", "none.csv"], 3, "none.csv: there is no such file"),
        (["short", "-o", "page.txt"], 2, "page.txt: expected a name that ends with .html"),
        (["short", "-o", "nowhere/page.html"], 2, "the folder nowhere does not exist"),
        (
            ["short", "--folder", "runs/short/report.json"],
            2,
            "runs/short/report.json: is a file; expected a folder",
        ),
        (["short", "--series", "test 7,test 9999"], 2, "--series test 9999: no such series"),
        (["short", "--limit", "0"], 2, "--limit"),
    ],
)
def test_wrong_arguments_are_reported_in_one_line(
    short_run, tmp_path, monkeypatch, capfd, arguments, code, words
):
    monkeypatch.chdir(tmp_path)
    before = contents(short_run)
    answer = call(
        monkeypatch, capfd, "explain", *arguments, "-q" if words != "--limit" else "--no-open"
    )
    assert (answer.code, answer.out) == (code, "")
    assert words in answer.err
    assert "Traceback" not in answer.err
    assert contents(short_run) == before


def test_an_unfinished_run_says_how_to_finish_it(unfinished_run, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    answer = call(monkeypatch, capfd, "explain", "short", "-q")
    assert answer.code == 2
    assert "glasscell train --resume runs/short" in answer.err


def test_numbers_go_to_a_table(short_run, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    answer = call(monkeypatch, capfd, "trace", "short", "-o", "trace.parquet", "--json")
    assert answer.code == 0
    assert json.loads(answer.out)["rows"] == 360 * 8 * 4
    frame = pd.read_parquet("trace.parquet")
    assert frame.columns.tolist() == [
        "series",
        "layer",
        "step",
        "unit",
        "z",
        "i",
        "f",
        "o",
        "c",
        "h",
    ]
    answer = call(monkeypatch, capfd, "trace", "short", "-q")
    assert answer.out.count("\n") == 1 + 360 * 8 * 4
    assert call(monkeypatch, capfd, "trace", "short", "--json").code == 2
    assert call(monkeypatch, capfd, "trace", "short", "-o", "a.txt").code == 2


@pytest.mark.long(4)  # it explains twice
@pytest.mark.parametrize("ways", [["--folder", "far/away"], ["-o", "away.html"]])
@pytest.mark.usefixtures("undrawn")
def test_a_run_that_is_read_only_is_explained_elsewhere(
    short_run, monkeypatch, capfd, tmp_path, ways
):
    monkeypatch.chdir(tmp_path)
    access = os.access  # the tests may run as root, to whom nothing is closed but a whole disk
    closed = [short_run, short_run / "explain"]
    monkeypatch.setattr(
        os, "access", lambda path, mode: Path(path).resolve() not in closed and access(path, mode)
    )
    before = contents(short_run)
    answer = call(monkeypatch, capfd, "explain", "short", *ways, "--json")
    assert answer.code == 0, answer.err
    summary = json.loads(answer.out)
    wanted = {"--folder": ("far/away/explorer.html", "far/away"), "-o": ("away.html", "away")}
    assert (summary["page"], summary["folder"]) == wanted[ways[0]]
    assert Path(summary["page"]).stat().st_size == summary["bytes"]
    assert {path.name for path in Path(summary["folder"]).iterdir()} >= {
        "layers.csv",
        "gates.png",
        "explain.json",
    }
    assert contents(short_run) == before


@pytest.mark.nightly  # test_file_trouble.py has a full disk
@pytest.mark.long(6)
def test_a_full_disk_leaves_the_run_as_it_was(short_run, tmp_path):
    answer = finish(start("trace", short_run, "-o", "/dev/full/a.csv"))
    assert answer.code in (2, 3)
    assert "Traceback" not in answer.err
    shutil.rmtree(short_run / "explain", ignore_errors=True)
    (short_run / "explain").write_text("in the way")
    answer = finish(start("explain", short_run, "-q"))
    assert answer.code == 3
    assert "explain" in answer.err
    assert "Traceback" not in answer.err
