"""`glasscell write`: what it writes, to whom, and how it stops."""

import io
import signal
import subprocess
import sys

import pytest
from support.command import GLASSCELL, call, finish, start
from support.texts import small_run

from glasscell.inspection.sentences import Inspection
from glasscell.networks.sentences import Networks
from glasscell.runs.run_folder import resume_command
from glasscell.tasks.language.sentences import TextRuns


def test_the_same_seed_the_same_text_after_the_start(run, monkeypatch, capfd):
    options = ["--length", "30", "--start", "the sea "]
    first, second, other = (
        call(monkeypatch, capfd, "write", run, *options, "--seed", seed) for seed in (1, 1, 2)
    )
    assert first == second
    assert first.code == 0
    assert first.out.startswith("the sea ")
    assert len(first.out) == 8 + 30 + 1
    assert other.out != first.out
    monkeypatch.setattr(sys, "stdin", io.StringIO("the sea "))
    assert (
        call(monkeypatch, capfd, "write", run, "--length", "30", "--start", "-", "--seed", "1")
        == first
    )
    held = call(monkeypatch, capfd, "write", run, *options, "--seed", "1",
                "--clamp", "lstm_2 units 0,1 o=1", "--clamp", "lstm_1 unit 3 c=5")  # fmt: skip
    assert held.code == 0
    assert held.out != first.out


MISTAKES = {
    "a start it never saw": (["--start", "the ☃"], Networks.UNKNOWN_START(found="☃")),
    "no length": (["--length", "0"], "--length"),
    "cold": (["--temperature", "-1"], Networks.TEMPERATURE(temperature=-1.0)),
    "no temperature": (["--temperature", "nan"], Networks.TEMPERATURE(temperature=float("nan"))),
    "no share": (["--top-p", "0"], Networks.TOP_P(top_p=0.0)),
    "all and more": (["--top-p", "1.1"], Networks.TOP_P(top_p=1.1)),
    "no unit": (
        ["--clamp", "lstm_1 unit 5 f=1"],
        Inspection.NO_UNIT(clamp="lstm_1 unit 5 f=1", unit=5, layer="lstm_1", last=4),
    ),
    "beyond float32": (
        ["--clamp", "lstm_1 unit 0 f=1e39"],
        Inspection.NO_NUMBER(clamp="lstm_1 unit 0 f=1e39", value="1e39"),
    ),
    "which layer": (
        ["--clamp", "unit 1 f=1"],
        Inspection.NAME_LAYER(clamp="unit 1 f=1", layers=["lstm_1", "lstm_2"]),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_sentence_and_nothing_is_written(mistake, run, monkeypatch, capfd):
    options, said = MISTAKES[mistake]
    answer = call(monkeypatch, capfd, "write", run, *options)
    assert (answer.code, answer.out) == (2, "")
    assert str(said) in answer.err
    assert "Traceback" not in answer.err


def test_standard_input_that_is_no_text_is_one_sentence(run, monkeypatch, capfd):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"abc\xff"), encoding="utf-8"))
    answer = call(monkeypatch, capfd, "write", run, "--start", "-")
    assert answer == (
        3,
        "",
        f"glasscell: {TextRuns.NOT_DECODED(encoding='UTF-8', byte=4, found=0xFF)}\n",
    )


def test_a_run_that_cannot_write_says_so(run, tmp_path, monkeypatch, capfd):
    for name, config, data in (
        ("digits", "hidden_size = 3", "digits"),
        ("series", 'data = "a.csv"', "a.csv"),
    ):
        other = tmp_path / name
        other.mkdir()
        (other / "config.toml").write_text(config)
        answer = call(monkeypatch, capfd, "write", other)
        assert answer == (2, "", f"glasscell: {TextRuns.NO_TEXT(file=other, data=data)}\n")
    (tmp_path / "new").mkdir()
    (tmp_path / "new/config.toml").write_text((run / "config.toml").read_text())
    answer = call(monkeypatch, capfd, "write", tmp_path / "new")
    assert (answer.code, answer.out) == (2, "")
    new = tmp_path / "new"
    assert (
        answer.err == f"glasscell: {TextRuns.NO_NETWORK(file=new, command=resume_command(new))}\n"
    )
    (tmp_path / "new/network.npz").write_bytes(b"PK")
    answer = call(monkeypatch, capfd, "write", tmp_path / "new")
    assert answer.code == 3
    assert "network.npz: is damaged" in answer.err


@pytest.mark.long(2)
def test_bytes_are_written_as_they_are(tmp_path, monkeypatch, capfdbinary):
    (tmp_path / "bytes").mkdir()
    run = small_run(tmp_path / "bytes", symbols="bytes", rare=1, epochs=1)
    process = subprocess.run(
        [GLASSCELL, "write", run, "--length", "50", "--start", "the"], capture_output=True
    )
    assert process.returncode == 0, process.stderr
    assert process.stdout.startswith(b"the")
    assert len(process.stdout) == 3 + 50 + 1


@pytest.mark.long(4)
def test_it_streams_and_stops_cleanly(run):
    # Ctrl-C is heard even where the tests were started with `&`, which has it ignored
    heard = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.default_int_handler)}
    process = start("write", run, "--length", "100000000", text=False, bufsize=0, **heard)
    assert len(process.stdout.read(50)) > 0
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out.endswith(b"\n")
    assert err.startswith(b"glasscell: stopped after ")
    assert err.count(b"\n") == 1
    head = subprocess.Popen(
        [GLASSCELL, "write", run, "--length", "100000000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    head.stdout.read(100)
    head.stdout.close()
    assert head.wait(60) == 141
    assert head.stderr.read() == b""
    head.stderr.close()


@pytest.mark.long(2)
def test_what_the_output_has_no_letter_for_is_a_question_mark(tmp_path, monkeypatch):
    run = small_run(tmp_path, "éü" * 400, epochs=1)
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    answer = finish(start("write", run, "--length", "5"))
    assert answer == (0, "?????\n", "")
