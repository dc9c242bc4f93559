"""A run of the digits is explained and exported, and rejected where a file's run is needed."""

import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest
from support.command import call
from support.facts import raises
from support.resumable import load
from support.saved_runs import SAVED

import glasscell
from glasscell.article import load_data
from glasscell.inference.network import answer, read_npz
from glasscell.inference.sentences import Inputs
from glasscell.inspection.traces import ARRAYS, trace
from glasscell.networks.sentences import Networks
from glasscell.runs.options import ExplainSeries
from glasscell.runs.run_folder import load_model
from glasscell.runs.sentences import Runs
from glasscell.settings.article import DigitsSettings
from glasscell.tasks.digits import training as digit_runs
from glasscell.tasks.digits.explanation import explain
from glasscell.tasks.digits.sentences import Digits
from glasscell.tasks.export import export_run


@pytest.fixture(scope="module")
def digits(tmp_path_factory, undraw):
    folder = tmp_path_factory.mktemp("digits")
    with undraw():
        digit_runs.train(DigitsSettings(epochs=3, hidden_size=6), output_dir=folder, name="digits")
    return folder / "digits"


def payload(page):
    """Read what a page was given."""
    (text,) = re.findall(
        r'<script type="application/json" id="data">(.*?)</script>', page.read_text("utf-8"), re.S
    )
    return json.loads(text)


@pytest.mark.long(7)
def test_the_digits_are_explained(digits):
    stages = []
    summary = explain(digits, options=ExplainSeries(limit=12), on_stage=stages.append)
    epochs = payload(digits / "explain/explorer.html")["epochs"]
    assert (epochs["last"], epochs["kept"]) == (3, [0, 1, 2])
    kernels = [load(digits / f"epochs/{epoch}.npz")["weight/0"] for epoch in range(4)]
    assert kernels[0].shape == (8, 24)
    assert epochs["steps"][0] == pytest.approx(np.abs(kernels).max() / 8191)
    assert {p.name for p in (digits / "explain").iterdir()} == {*summary["files"], "explorer.html"}
    assert {
        "digits.png",
        "digits.svg",
        "gates.png",
        "trace.npz",
        "clamps.csv",
        "explain.json",
    } <= set(summary["files"])
    assert stages[0].code is Runs.READING_SERIES
    truth = load_data().y_test.argmax(1)
    shown = [int(name.removeprefix("test ")) for name in summary["series"]]
    assert sorted(truth[shown].tolist()) == sorted([*range(10), 0, 1])
    with np.load(digits / "explain/trace.npz") as arrays:
        seen = trace(load_model(digits), load_data().x_test[shown])
        for name in ARRAYS:
            np.testing.assert_allclose(
                arrays[f"lstm/{name}"], getattr(seen["lstm"], name), atol=1e-6
            )
    report = json.loads((digits / "report.json").read_text())
    assert summary["clamps"][0]["accuracy"] == pytest.approx(report["val_accuracy"])
    assert [row["gate"] for row in summary["clamps"]] == ["none", "i", "i", "f", "f", "o", "o"]
    told = payload(digits / "explain/explorer.html")
    assert (told["input"], told["task"], len(told["examples"])) == ("digit", "classification", 12)
    assert told["examples"][0]["truth"] == truth[shown[0]]
    assert told["score"] == {
        "accuracy": pytest.approx(report["val_accuracy"]),
        "n": 360,
        "on": "test",
    }
    assert not told["examples_trained_on"]
    assert summary["notes"] == []
    assert told["probes"]["steps"] == list(range(8))
    assert json.loads((digits / "explain/explain.json").read_text())["series"] == summary["series"]
    assert summary["kernel_and_loop_differ_by"] < 1e-5
    assert [row["step"] for row in summary["probes"]] == list(range(8))
    with np.load(digits / "probes.npz") as probes:
        h = trace(load_model(digits), load_data().x_test)["lstm"].h[:, 5]
        logits = h @ probes["coefficients"][5] + probes["intercepts"][5]
    assert summary["probes"][5]["accuracy"] == pytest.approx((logits.argmax(1) == truth).mean())


@pytest.mark.long(6)
@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("kept", [[0, 1, 2], [0, 2], []])
def test_a_run_of_an_earlier_version_that_kept_fewer_epochs_opens(kept, tmp_path):
    old = shutil.copytree(SAVED / "runs/digits", tmp_path / "old")
    for file in (old / "epochs").iterdir():
        if int(file.stem) not in kept:
            file.unlink()
    explain(old, options=ExplainSeries(limit=2))
    epochs = payload(old / "explain/explorer.html")["epochs"]
    assert epochs is None if not kept else (epochs["last"], epochs["kept"]) == (3, kept)


def test_other_files_than_digits_are_refused_by_a_digits_run(digits, tmp_path):
    x = np.zeros((3, 5, 8))
    names = [f"column {k}" for k in range(1, 9)]
    frame = pd.DataFrame(x.reshape(-1, 8), columns=names).assign(id=np.repeat(["a", "b", "c"], 5))
    frame.to_csv(tmp_path / "short.csv", index=False)
    with raises(Digits.NO_DIGIT, series="a", steps=5, expected=8):
        explain(digits, str(tmp_path / "short.csv"))


@pytest.mark.long(1)
@pytest.mark.usefixtures("undrawn")
def test_digits_of_ones_own_are_read(digits, tmp_path):
    x = load_data().x_test[:3]
    names = [f"column {k}" for k in range(1, 9)]
    frame = pd.DataFrame(x.reshape(-1, 8), columns=names).assign(id=np.repeat(["a", "b", "c"], 8))
    frame.to_csv(tmp_path / "mine.csv", index=False)
    assert explain(digits, str(tmp_path / "mine.csv"))["series"] == ["a", "b", "c"]


def test_weights_that_are_no_numbers_are_refused(digits, tmp_path):
    broken = shutil.copytree(digits, tmp_path / "broken")
    model = load_model(broken)
    model.get_layer("lstm").cell.bias.assign(np.full(24, np.nan, "float32"))
    model.save(broken / "model.keras")
    (broken / "SHA256SUMS").unlink()
    with raises(Networks.WEIGHTS_NOT_FINITE, file=str(broken / "model.keras")):
        explain(broken, options=ExplainSeries(limit=2))


def test_it_predicts_no_file_and_says_what_kind_of_run_does(digits, monkeypatch, capfd):
    for command in ("predict", "evaluate"):
        answered = call(monkeypatch, capfd, command, digits, __file__)
        assert answered.code == 2
        assert str(Digits.OF_DIGITS()) in " ".join(answered.err.split())


def test_what_is_exported_answers_the_test_digits_as_the_run_does(digits, tmp_path):
    exported = export_run(digits, tmp_path / "digits.npz")
    x = load_data().x_test[:50]
    answers, answered = answer(read_npz(exported.path), x)
    assert answered.all()
    np.testing.assert_allclose(answers, load_model(digits).predict(x, verbose=0), atol=1e-6)
    assert exported.agreement.labels == 1.0


def test_an_opened_run_takes_eight_rows_without_gaps(digits):
    run, x = glasscell.load(digits), load_data().x_test[:3].copy()
    with raises(Inputs.OTHER_STEPS, found=5, expected=8):
        run.predict(x[:, :5])
    x[1, 2, 3] = np.nan
    with raises(Inputs.VALUE_MISSING, step=3, series=Inputs.ROW_OF_X(row=1)):
        run.predict(x)
