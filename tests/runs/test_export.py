import json
import shutil

import keras
import numpy as np
import pytest
from support.command import call
from support.facts import raises
from support.gestures import train_gestures, write_gestures

from glasscell.exporters.c.compiler import compile_program
from glasscell.exporters.sentences import Exporters
from glasscell.inference.network import answer, read_npz
from glasscell.tasks.export import export_run
from glasscell.tasks.sentences import Tasks
from glasscell.tasks.series.predictions import predict_to
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.trained_run import open_run


@pytest.fixture(scope="module")
def kept(tmp_path_factory, undraw):
    """Make a folder with files of series and a run of each kind: exports need trained networks."""
    folder = tmp_path_factory.mktemp("leaving")
    write_gestures(folder / "train.csv")
    write_gestures(folder / "numbers.csv", labels="numbers")
    for name, file in (("run", "train.csv"), ("slopes", "numbers.csv")):
        with undraw():
            train_gestures(folder / file, folder / "runs", name, early_stopping=False)
    return folder


@pytest.fixture
def here(kept, tmp_path, monkeypatch):
    monkeypatch.chdir(shutil.copytree(kept, tmp_path / "here"))
    return tmp_path / "here"


@pytest.mark.parametrize(("run", "file"), [("run", "train.csv"), ("slopes", "numbers.csv")])
def test_what_left_answers_a_file_as_predict_does(run, file, here):
    import pandas as pd

    exported = export_run(here / "runs" / run, to="npz")
    assert exported.path.name == f"{run}.npz"
    predict_to(here / "runs" / run, file, "answers.csv")
    table = pd.read_csv("answers.csv")
    trained = open_run(here / "runs" / run)
    x = next(trained.read(file, {})).x
    answers, answered = answer(read_npz(exported.path), x)
    assert answered.all()
    if trained.classes is not None:
        np.testing.assert_array_equal(np.array(trained.classes)[answers.argmax(1)], table["answer"])
        answers = answers[:, answers.shape[1] - 1 :]
        np.testing.assert_allclose(answers[:, 0], table.iloc[:, -1], atol=1e-6)
    else:
        np.testing.assert_allclose(answers[:, 0], table["answer"], rtol=1e-4)


@pytest.mark.long(2)
@pytest.mark.skipif(shutil.which("cc") is None, reason="needs cc")
@pytest.mark.parametrize(
    ("run", "file"),
    [pytest.param("run", "train.csv", marks=pytest.mark.nightly), ("slopes", "numbers.csv")],
)
def test_as_c_it_reads_the_file_itself(run, file, here):
    import subprocess

    import pandas as pd

    exported = export_run(here / "runs" / run, to="c")
    assert exported.path.name == f"{run}-c"
    compile_program(exported.path, here / "program")
    predict_to(here / "runs" / run, file, "answers.csv")
    found = subprocess.run(
        [here / "program", file], check=True, capture_output=True, text=True
    ).stdout
    (here / "found.csv").write_text(found)
    found, wanted = pd.read_csv("found.csv"), pd.read_csv("answers.csv")
    assert found.columns.tolist() == wanted.columns.tolist()
    pd.testing.assert_frame_equal(found, wanted, rtol=1e-5, atol=1e-6)


def test_a_run_knows_what_its_numbers_mean(here):
    meaning = open_run(here / "runs/run").meaning
    assert meaning.labels is not None
    assert sum(meaning.prior or ()) == pytest.approx(1)
    numbers = open_run(here / "runs/slopes").meaning
    assert (numbers.labels, numbers.answers) == (None, 1)


def test_without_its_file_a_run_leaves_all_the_same(here, kept):
    run = here / "runs/run"
    about = (run / "data.json").read_text().replace(str(kept / "train.csv"), "/nowhere/train.csv")
    (run / "data.json").write_text(about)
    (run / "SHA256SUMS").unlink()
    (run / "config.toml").write_text(
        (run / "config.toml").read_text().replace(str(kept / "train.csv"), "/gone.csv")
    )
    assert export_run(run, here / "model.npz").agreement is not None


def test_the_command_says_what_it_compared(here, monkeypatch, capfd):
    answer = call(monkeypatch, capfd, "export", "run", "--to", "npz")
    assert (answer.code, answer.err) == (0, "")
    assert "checked 88 series with numpy" in answer.out  # made ones, and the 24 of its own
    assert "labels agree for 100.0%, largest difference" in answer.out
    again = call(monkeypatch, capfd, "export", "run", "--to", "npz")
    assert again.code == 2
    assert (
        again.err
        == "glasscell: run.npz exists already; give another path with -o, or replace it with "
        "--overwrite\n"
    )
    assert call(monkeypatch, capfd, "export", "run", "--to", "coreml").code == 2
    assert call(monkeypatch, capfd, "export", "run", "-o", "here.npz", "--json").out.startswith("{")


@pytest.mark.long(1)
def test_an_estimator_leaves_with_its_classes(tmp_path):
    from glasscell import LSTMClassifier, export

    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 6, 2)), np.repeat([3, 7], 10)
    classifier = LSTMClassifier(3, epochs=1, random_state=0).fit(X, y)
    export(classifier, tmp_path / "model.npz", channels=["left", "right"], units={"left": "m"})
    network = read_npz(tmp_path / "model.npz")
    assert (network.meaning.labels, network.meaning.channels) == (("3", "7"), ("left", "right"))
    np.testing.assert_allclose(answer(network, X)[0], classifier.predict_proba(X), atol=1e-6)


@pytest.mark.parametrize(
    ("given", "code", "values"),
    [
        (
            {"channels": ["one"]},
            Exporters.NAMES_TOO_MANY,
            {"name": "channels", "n": 1, "expected": 2},
        ),
        (
            {"labels": ["a", "b", "c"]},
            Exporters.NAMES_TOO_MANY,
            {"name": "labels", "n": 3, "expected": 2},
        ),
        ({"units": {"height": "m"}}, Exporters.UNIT_OF_NOTHING, {"name": "height"}),
    ],
)
def test_names_that_do_not_fit_are_refused(given, code, values, tmp_path):
    from glasscell import export
    from glasscell.networks.builder import build_network

    with raises(code, **values):
        export(build_network(2, 2), tmp_path / "model.npz", **given)
    with raises(Tasks.NOTHING_TO_EXPORT, kind="dict"):
        export({}, tmp_path / "model.npz")
    silent = keras.Sequential([keras.layers.Dense(1)], name="silent")
    with raises(Exporters.UNKNOWN_INPUTS, model="silent"):
        export(silent, tmp_path / "model.onnx")


@pytest.mark.parametrize(("run", "file"), [("run", "train.csv"), ("slopes", "numbers.csv")])
def test_onnx_answers_a_file_as_predict_does(run, file, here, monkeypatch, capfd):
    import pandas as pd

    from glasscell.exporters.onnx.file import answer_with_runtime

    done = call(monkeypatch, capfd, "export", run, "--to", "onnx")
    assert (done.code, done.err) == (0, "")
    assert "with onnxruntime" in done.out
    predict_to(here / "runs" / run, file, "answers.csv")
    table = pd.read_csv("answers.csv")
    trained = open_run(here / "runs" / run)
    answers, _ = answer_with_runtime(
        here / f"{run}.onnx", next(trained.read(file, {})).x, trained.meaning
    )
    if trained.classes is not None:
        np.testing.assert_array_equal(np.array(trained.classes)[answers.argmax(1)], table["answer"])
        np.testing.assert_allclose(answers[:, -1], table.iloc[:, -1], atol=1e-5)
    else:
        np.testing.assert_allclose(answers[:, 0], table["answer"], rtol=1e-4)


def test_what_no_stream_can_read_with_is_refused_in_one_sentence(here, monkeypatch, capfd):
    refused = call(monkeypatch, capfd, "export", "run", "--to", "onnx", "--streaming")
    assert refused.code == 2
    assert refused.err.startswith(
        "glasscell: a bidirectional network needs the end of a series, which a stream lacks"
    )
    assert not (here / "run.onnx").exists()
    assert call(monkeypatch, capfd, "export", "run", "--to", "npz", "--streaming").code == 2


@pytest.mark.long(3)
@pytest.mark.parametrize(
    ("settings", "note"),
    [
        ({"time_gaps": True}, Series.TIME_GAPS(channel="time_gap")),
        ({"every": "1"}, Series.RESPACED(every="1")),
    ],
)
def test_what_is_made_of_times_is_said(settings, note, here, monkeypatch, capfd):
    train_gestures(here / "train.csv", here / "runs", "timed", epochs=1, **settings)
    done = call(monkeypatch, capfd, "export", "timed", "--to", "npz")
    assert (done.code, done.err) == (0, "")
    assert json.loads((here / "timed.npz.json").read_text())["remarks"] == [str(note)]
    assert f"note: {note}\n" in done.out
