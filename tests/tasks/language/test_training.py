"""A language model's run: resumes bit for bit with its streams' states, on the same text only."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.facts import codes, raises
from support.kills import assert_same_run, state
from support.texts import SMALL, prose, small_run

from glasscell.data.texts.sentences import Texts
from glasscell.facts import Note
from glasscell.runs.comparison import Finished, compare, measure
from glasscell.runs.config import read_values
from glasscell.runs.sentences import Runs
from glasscell.system.files import from_npz
from glasscell.tasks.language import predictions as evaluation
from glasscell.tasks.language import training as language
from glasscell.tasks.language.corpus import read_corpus
from glasscell.tasks.language.network import parts_of
from glasscell.tasks.language.options import FileOptions
from glasscell.tasks.language.repeats import xz_bits
from glasscell.tasks.language.report import describe_unknown, pairs_of, summary
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import LanguageSettings
from glasscell.tasks.language.trained_run import open_run
from glasscell.tasks.language.training import measure_baselines
from glasscell.training.sentences import Fitting


def test_it_has_what_it_says(run):
    report = json.loads((run / "report.json").read_text())
    assert report["updates"] == 300
    assert all((run / name).exists() for name in report["files"])
    assert report["n"] + report["n_train"] == 1500
    assert len((run / "written.txt").read_text()) >= 2000
    assert [line.split(",")[0] for line in (run / "metrics.csv").read_text().splitlines()] == [
        "epoch",
        "1",
        "2",
        "3",
    ]
    assert 0 < report["bits_per_character"] < 5


def test_what_it_reports_is_what_it_needs_for_that_text_without_tensorflow_too(run):
    import keras

    report = json.loads((run / "report.json").read_text())
    text = prose(1500)
    held_out = run.parent / "held_out.txt"
    held_out.write_text(text[report["n_train"] :])
    found = evaluation.evaluate(run, str(held_out))
    assert found["n"] == report["n"]
    assert found["bits_per_character"] == pytest.approx(report["bits_per_character"], rel=1e-5)
    assert found["warnings"] == []
    again = evaluation.evaluate(run, read_values(run / "config.toml")["data"])
    assert again["warnings"] == [str(TextRuns.TRAINED_ON_IT.warning())]
    plain = open_run(run).model
    numbers = [
        np.concatenate([[0], plain.alphabet.encode(part)]).astype("int32")
        for part in (text[:450], text[70:80])
    ]
    network = keras.models.load_model(run / "model.keras", compile=False)
    for ours, truth in zip(plain.bits_of(numbers), parts_of(network).bits_of(numbers), strict=True):
        np.testing.assert_allclose(ours, truth, atol=1e-5)


def test_characters_that_it_never_saw_are_counted(run):
    other = run.parent / "other.txt"
    other.write_text("the sea ☃ was ☃☃")
    found = evaluation.evaluate(run, str(other))
    assert (found["n"], found["n_unknown"]) == (16, 3)
    assert [text["text"] for text in found["texts"]] == ["other.txt"]


def test_xz_packs_the_bytes_that_stand_in_the_files(tmp_path):
    text = "дом у моря, " * 9 + prose(900)
    (tmp_path / "book.txt").write_bytes(text.encode())
    corpus = read_corpus(LanguageSettings(str(tmp_path / "book.txt"), symbols="bytes", rare=1))
    (training,), (held_out,) = corpus.training, corpus.held_out
    found = measure_baselines(corpus, [np.ones(len(held_out.text))], reads_bytes=True)["beside"]
    content = text.encode()
    first, end = content[: len(training.text)], content[len(training.text) :]
    assert found["xz alone"]["all"] == xz_bits([end])
    assert found["xz after the training text"]["all"] == xz_bits([end], [first])


def notes_of(report):
    """Give the notes among what `train` prints at its end."""
    return [part for part in summary(report) if isinstance(part, Note)]


@pytest.mark.long(2)
def test_how_many_characters_need_not_be_told_apart_is_said(tmp_path):
    run = small_run(
        tmp_path,
        prose(1400) + prose(60).replace("e", "☃").replace("s", "☂"),
        epochs=1,
        held_out=0.06,
    )
    report = json.loads((run / "report.json").read_text()) | {"run": run}
    held_out = open_run(run).model.alphabet.encode(
        (tmp_path / "book.txt").read_text()[report["n_train"] :]
    )
    assert report["n_unknown"] == (held_out == 1).sum() > 3
    said = describe_unknown(report)
    assert said == TextRuns.UNKNOWN(n=report["n_unknown"])
    assert f"\n{said}.\n" in (run / "report.md").read_text()
    assert said in notes_of(report)
    assert describe_unknown(report | {"n_unknown": 0}) is None
    assert said.code not in codes(notes_of(report | {"n_unknown": 0}))


@pytest.mark.long(2)  # it trains
def test_bytes_are_called_so_and_what_it_writes_is_text_again(tmp_path):
    run = small_run(tmp_path, "дом " * 300, symbols="bytes", rare=1, epochs=3)
    report, page = (
        json.loads((run / "report.json").read_text()) | {"run": run},
        (run / "report.md").read_text(),
    )
    written = (run / "written.txt").read_bytes()
    assert len(written) == 2001  # bytes, and a newline
    assert report["beside"]["xz alone"]["all"] == xz_bits(
        [("дом " * 300).encode()[report["n_train"] :]]
    )
    assert "д" in written.decode("utf-8", "replace")
    assert "Ð" not in report["sample"] + page
    score = f"bits per byte on {report['n']:,} held-out bytes"
    assert score in page
    assert str(notes_of(report)[0]).endswith(score)
    assert " bytes/s" in page
    assert "character" not in page.partition("Trained with")[2].split("![")[0]


def test_other_text_is_read_in_the_encoding_of_the_run(run, tmp_path):
    shutil.copytree(run, tmp_path / "run")
    config = (tmp_path / "run/config.toml").read_text()
    (tmp_path / "run/config.toml").write_text(config + 'encoding = "latin-1"\n')
    (tmp_path / "run/state.npz").unlink()  # it tells that this was edited
    (tmp_path / "other.txt").write_bytes("the sea, né".encode("latin-1"))
    assert evaluation.evaluate(tmp_path / "run", str(tmp_path / "other.txt"))["n"] == 11
    with raises(Texts.ODD_BYTE, encoding="UTF-8"):
        evaluation.evaluate(
            tmp_path / "run", str(tmp_path / "other.txt"), options=FileOptions(encoding="utf-8")
        )


def assert_best_is_kept(run):
    """Assert that a run has the weights of its epoch of lowest held-out loss; return that epoch."""
    import keras

    report, metrics = (
        json.loads((run / "report.json").read_text()),
        pd.read_csv(run / "metrics.csv"),
    )
    best = int(metrics["val_loss"].idxmin()) + 1
    assert report["best_epoch"] == best
    kept = from_npz(run / f"epochs/{best}.npz")
    network = keras.models.load_model(run / "model.keras", compile=False)
    for k, v in enumerate(network.trainable_variables):
        np.testing.assert_array_equal(v.numpy(), kept[f"weight/{k}"])
    return best


OVERFITS = {"learning_rate": 0.1, "epochs": 6}
# the held-out text is of another kind
OTHERWISE_AT_THE_END = prose(1350) + "".join(sorted(prose(150)))


@pytest.mark.long(6)  # it trains
def test_the_epoch_that_was_best_on_held_out_text_is_kept_also_by_a_run_killed_and_extended(
    tmp_path,
):
    whole = small_run(tmp_path, OTHERWISE_AT_THE_END, **OVERFITS)
    best = assert_best_is_kept(whole)
    assert best < 4
    report = json.loads((whole / "report.json").read_text())
    assert TextRuns.BEST_EPOCH in codes(notes_of(report | {"run": whole}))
    settings = LanguageSettings(str(tmp_path / "book.txt"), **SMALL | OVERFITS)

    def kill(epoch, logs):
        if epoch == 4:
            raise Stopped

    with pytest.raises(Stopped):
        language.train(settings, output_dir=tmp_path / "killed", name="run", on_epoch=kill)
    language.resume(tmp_path / "killed/run")
    assert_same_run(tmp_path / "killed/run", whole, epochs=6)
    language.resume(tmp_path / "killed/run", epochs=7)
    assert assert_best_is_kept(tmp_path / "killed/run") == best


def test_a_run_whose_last_epoch_was_best_says_nothing_of_it(run):
    best = assert_best_is_kept(run)
    report = json.loads((run / "report.json").read_text()) | {"run": run}
    assert best == report["epochs"]
    assert TextRuns.BEST_EPOCH not in codes(notes_of(report))
    del report["best_epoch"]  # as in older runs
    assert TextRuns.BEST_EPOCH not in codes(notes_of(report))


class Stopped(Exception):
    """As if the process were killed."""


@pytest.mark.long(6)
def test_a_killed_run_goes_on_bit_for_bit_with_the_states_of_its_streams(run, tmp_path):
    def kill(epoch, logs):
        if epoch == 2:
            raise Stopped

    (tmp_path / "book.txt").write_text(prose(1500))
    settings = LanguageSettings(str(run.parent.parent / "book.txt"), **SMALL)
    with pytest.raises(Stopped):
        language.train(settings, output_dir=tmp_path, name="run", on_epoch=kill)
    shown, notes = [], []
    language.resume(tmp_path / "run", on_epoch=lambda *of: shown.append(of), on_note=notes.append)
    assert_same_run(tmp_path / "run", run, epochs=3)
    states = [v for v in state(run).values() if v.shape in ((2, 5), (2, 4))]
    assert len(states) == 4
    assert all(np.abs(v).max() > 0 for v in states)
    assert 0 < shown[-1][1]["characters/s"] < 1e7  # not counted from the moment it is shown
    assert codes(notes)[0] is Runs.CONTINUES
    # once an epoch, of those that are left
    assert set(codes(notes)[1:]) == {TextRuns.WRITES, TextRuns.MEASURING}


@pytest.mark.long(3)
def test_other_texts_are_refused_and_nothing_is_changed(tmp_path):
    run = small_run(tmp_path)
    before = {path: path.read_bytes() for path in run.rglob("*.*") if path.is_file()}
    (tmp_path / "book.txt").write_text(prose(1500, seed=1))
    with raises(TextRuns.OTHER_TEXTS, config=str(run / "config.toml")):
        language.resume(run, epochs=4)
    (tmp_path / "book.txt").unlink()
    with raises(Texts.NO_FILE, file=str(tmp_path / "book.txt")):
        language.resume(run, epochs=4)
    assert before == {path: path.read_bytes() for path in run.rglob("*.*") if path.is_file()}


@pytest.mark.long(5)
def test_minutes_become_epochs_with_which_it_is_trained_again_equally(tmp_path, monkeypatch):
    begun = []

    def begin(epochs):
        begun.append(epochs)
        return lambda epoch, logs: None

    monkeypatch.chdir(tmp_path)
    Path("book.txt").write_text(prose(1500))
    options = {k: v for k, v in SMALL.items() if k != "epochs"} | {"minutes": 0.05}
    first = Path(
        language.train(LanguageSettings("book.txt", **options), name="first", begin=begin)["run"]
    )
    config = (first / "config.toml").read_text()
    assert "\nminutes =" not in config
    (epochs,) = begun
    assert f"\nepochs = {epochs}\n" in config
    again = language.train(
        LanguageSettings(str(tmp_path / "book.txt"), **SMALL | {"epochs": epochs}), name="again"
    )
    assert_same_run(first, Path(again["run"]), epochs)


@pytest.mark.long(2)
def test_ctrl_c_between_epochs_says_how_to_resume(tmp_path):
    def press(epoch, logs):
        raise KeyboardInterrupt

    (tmp_path / "book.txt").write_text(prose(600))
    settings = LanguageSettings(str(tmp_path / "book.txt"), **SMALL | {"units": 2})
    with raises(Runs.STOPPED, epoch=1):
        language.train(settings, output_dir=tmp_path, name="run", on_epoch=press)
    with raises(TextRuns.NO_NETWORK):
        open_run(tmp_path / "run")


def test_the_val_loss_is_of_places_all_over_what_is_held_out_at_most_ten_pieces_each(tmp_path):
    for k in range(9):
        (tmp_path / f"{k}.txt").write_text(prose(200, seed=k))
    settings = LanguageSettings(str(tmp_path), **SMALL)
    corpus = language.read_corpus(replace(settings, held_out=0.3))
    course = language._LanguageCourse(settings, corpus, lambda note: None)
    whole, pieces = np.concatenate(corpus.held_out_numbers), np.asarray(course.training._held_out)
    assert len(corpus.held_out) > 1
    assert pieces.shape == (10, 2, 5)
    for stream, start in enumerate((0, len(whole) // 2)):
        assert (
            np.r_[pieces[:, stream, :-1].ravel(), pieces[-1, stream, -1]].tolist()
            == whole[start:][:41].tolist()
        )


def test_a_text_too_short_for_the_streams_that_are_given_says_what_would_do(tmp_path):
    (tmp_path / "a.txt").write_text(prose(300))
    settings = LanguageSettings(str(tmp_path / "a.txt"), streams=64)
    with raises(Fitting.SHORT_TEXT, streams=64):
        language.train(settings, output_dir=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_a_run_of_another_task_is_no_language_model(tmp_path):
    (tmp_path / "config.toml").write_text('data = "a.csv"')
    with raises(TextRuns.NO_TEXT, data="a.csv"):
        open_run(tmp_path)


def test_two_runs_are_compared_on_the_texts_that_both_held_out(tmp_path):
    rows = [(f"{k}.txt", 100 + k, 2.0 + k / 10) for k in range(6)]
    for name, factor, some in (
        ("a", 1.0, rows),
        ("b", 0.8, rows[::-1]),
        ("c", 1.0, [("z.txt", 5, 1.0)]),
    ):
        (tmp_path / name).mkdir()
        lines = [f"{text},{n},{bits * factor}" for text, n, bits in some]
        (tmp_path / name / "held_out.csv").write_text(
            "\n".join(["text,characters,bits_per_character", *lines])
        )
    runs = {name: Finished(tmp_path / name, {"task": "text"}) for name in "abc"}
    found, note = compare(runs["a"], runs["b"], {"text": pairs_of})
    assert found["ratio"] == pytest.approx(1.25)
    assert (found["n"], found["characters"]) == (6, 615)
    assert found["differ"]
    assert (note.values["interval"].values["over"], note.values["verdict"]) == (
        TextRuns.OVER_TEXTS(n=6),
        Runs.DIFFER(),
    )
    assert found["first"] == pytest.approx(sum(n * bits for _, n, bits in rows) / 615)
    same = measure(pairs_of(runs["a"], runs["a"]))
    assert (same["ratio"], same["differ"]) == (1.0, False)
    assert pairs_of(runs["a"], runs["c"]) == TextRuns.NOTHING_IN_BOTH()
    (tmp_path / "b/held_out.csv").write_text("text\n1")
    with raises(Runs.BAD_FILE, file=str(tmp_path / "b/held_out.csv")):
        pairs_of(runs["a"], runs["b"])
