"""Somebody else's model, explained and traced from its file."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
from support.command import call
from support.facts import facts_of, raises
from support.foreign_models import KINDS, imdb, with_random_weights

from glasscell import replace, trace
from glasscell.errors import UsageError
from glasscell.runs.sentences import Runs
from glasscell.tasks.series.explanation import explain, open_any, trace_to
from glasscell.tasks.series.options import ExplainOptions
from glasscell.tasks.series.sentences import Series


@pytest.fixture
def theirs(tmp_path, monkeypatch):
    """Write a model, series of unequal lengths, and the meaning of numbers, into its folder."""
    monkeypatch.chdir(tmp_path)
    layers = [
        keras.Input((None, 2)),
        KINDS.LSTM(4, name="reader"),
        KINDS.Dense(5, "relu"),
        KINDS.Dense(3, "softmax"),
    ]
    model = with_random_weights(keras.Sequential(layers, name="theirs"))
    model.save("theirs.keras")
    rng = np.random.default_rng(0)
    rows = [
        (f"s{k}", t, *rng.normal(size=2).round(3), "abc"[k % 3])
        for k in range(6)
        for t in range(3 + k)
    ]
    pd.DataFrame(rows, columns=["id", "t", "u", "v", "label"]).to_csv("series.csv", index=False)
    (tmp_path / "about.toml").write_text(
        'labels = ["a", "b", "c"]\nmean = [1.0, 2.0]\ndeviation = [2.0, 0.5]\n'
    )
    return model


def series():
    table = pd.read_csv("series.csv")
    return [one[["u", "v"]].to_numpy("float32") for _, one in table.groupby("id")]


@pytest.mark.long(3)
def test_a_page_of_a_stranger(theirs, tmp_path):
    summary = explain(
        tmp_path / "theirs.keras",
        "series.csv",
        options=ExplainOptions(about=tmp_path / "about.toml"),
    )
    assert (summary["folder"], summary["page"]) == (
        "theirs-explain",
        "theirs-explain/explorer.html",
    )
    page = (tmp_path / summary["page"]).read_text("utf-8")
    payload = json.loads(
        page[(start := page.index('id="data">') + 10) : page.index("</script>", start)]
    )
    assert payload["classes"] == ["a", "b", "c"]
    assert payload["channels"] == ["u", "v"]
    want = {
        f"s{k}": theirs((x[None] - [1, 2]) / [2, 0.5])[0].numpy() for k, x in enumerate(series())
    }
    for example in payload["examples"]:
        np.testing.assert_allclose(example["answer"], want[example["name"]], atol=1e-6)
        assert example["truth"] == int(example["name"][1:]) % 3
    assert {"gates.png", "clamps.csv", "trace.npz"} <= {
        one.name for one in (tmp_path / "theirs-explain").iterdir()
    }


@pytest.mark.usefixtures("theirs")
def test_trace(tmp_path):
    written = trace_to(tmp_path / "theirs.keras", "series.csv", "trace.csv")
    table = pd.read_csv("trace.csv")
    assert written.counts["rows"] == len(table) == 4 * sum(len(x) for x in series())
    x = series()[3]
    (layer,) = trace(replace(tmp_path / "theirs.keras"), x[None]).layers
    ours = table[table.series == "s3"].pivot(index="step", columns="unit", values="c")
    np.testing.assert_allclose(ours, layer.c[0], atol=1e-6)


def write_tokens(path, first=1):
    rows = [(k, t, first + (3 * k + t) % 49) for k in range(3) for t in range(2 + k)]
    pd.DataFrame(rows, columns=["id", "t", "token"]).to_csv(path, index=False)


@pytest.mark.nightly  # a page of another stranger is CI's
@pytest.mark.long(3)
def test_a_page_of_a_stranger_that_reads_tokens(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    model = with_random_weights(imdb())
    model.save("imdb.keras")
    write_tokens("tokens.csv", first=0)
    (tmp_path / "about.toml").write_text('[words]\n7 = "great"\n0 = "<pad>"\n')
    answer = call(
        monkeypatch, capfd, "explain", "imdb.keras", "tokens.csv", "--about", "about.toml"
    )
    assert answer.code == 0
    assert "imdb-explain/explorer.html" in answer.out
    page = (tmp_path / "imdb-explain/explorer.html").read_text("utf-8")
    payload = json.loads(
        page[(start := page.index('id="data">') + 10) : page.index("</script>", start)]
    )
    assert (payload["network"]["embedding"]["shape"], payload["network"]["masking"]) == (
        [50, 8],
        0.0,
    )
    assert payload["words"] == {"7": "great", "0": "<pad>"}
    want = {
        str(k): model(np.array([[3 * k + t for t in range(2 + k)]]))[0].numpy() for k in range(3)
    }
    for example in payload["examples"]:
        (p,) = want[example["name"]]
        np.testing.assert_allclose(example["answer"], [1 - p, p], atol=1e-6)
    with np.load("imdb-explain/trace.npz") as arrays:
        np.testing.assert_allclose(
            arrays["answers"][:, 1:], [want[str(k)] for k in arrays["series"]], atol=1e-6
        )


@pytest.mark.nightly  # one of several strangers
@pytest.mark.long(3)
def test_what_the_page_cannot_compute_has_all_but_the_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    layers = [
        KINDS.Embedding(50, 4, mask_zero=True),
        KINDS.LSTM(3, go_backwards=True, name="back"),
        KINDS.Dense(1),
    ]
    model = with_random_weights(keras.Sequential([keras.Input((None,)), *layers]))
    model.save("back.keras")
    write_tokens("tokens.csv")
    summary = explain(tmp_path / "back.keras", "tokens.csv")
    assert summary["page"] is None
    assert len(facts_of(summary, Runs.NO_PAGE)) == 1
    with np.load("back-explain/trace.npz") as arrays:
        assert arrays["answers"].shape == (3, 1)
        np.testing.assert_allclose(
            arrays["answers"][2], model(np.array([[7, 8, 9, 10]]))[0], atol=1e-6
        )
    with raises(Runs.NO_PAGE_TO_WRITE):
        explain(tmp_path / "back.keras", "tokens.csv", page=tmp_path / "page.html")


@pytest.mark.long(2)
def test_what_is_no_token_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with_random_weights(imdb()).save("imdb.keras")
    file, about = tmp_path / "imdb.keras", tmp_path / "about.toml"
    for token in (50, -1, 2.5):
        (tmp_path / "odd.csv").write_text(f"id,t,token\na,0,1\na,1,2\na,2,{token}\n")
        with raises(Series.NO_TOKEN, series="a", value=token, step=3, model="imdb", last=49):
            trace_to(file, "odd.csv", "trace.csv")
    for text, code, values in (
        ('words = "great"', Series.ABOUT_NO_WORDS, {"found": "great"}),
        ("[words]\ngreat = 17", Series.ABOUT_NO_WORDS, {}),
        (
            '[words]\n50 = "great"',
            Series.WORD_OF_NO_TOKEN,
            {"token": 50, "model": "imdb", "last": 49},
        ),
    ):
        about.write_text(text)
        with raises(code, **values, file=str(about)):
            open_any(file, about)
    about.write_text("mean = [1.0]\ndeviation = [1.0]")
    with pytest.raises(UsageError, match="takes tokens as input, which cannot be scaled"):
        open_any(file, about)
    about.write_text('words = ["<pad>", "great"]')
    assert open_any(file, about).words == {0: "<pad>", 1: "great"}


def read_out_by(path, *layers):
    model = with_random_weights(keras.Sequential([keras.Input((None, 2)), *layers], name=path.stem))
    model.save(path)
    return model


@pytest.mark.long(1)
@pytest.mark.usefixtures("theirs")
def test_the_read_out_says_what_the_answers_are(tmp_path):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(5, 4, 2)).astype("float32")
    for layers, task, classes in (
        ([KINDS.LSTM(3), KINDS.Dense(1)], "regression", None),
        ([KINDS.LSTM(3), KINDS.Dense(2)], "regression", None),
        ([KINDS.LSTM(3), KINDS.Dense(2, "softmax")], "classification", ["0", "1"]),
        ([KINDS.LSTM(3), KINDS.Dense(1, "sigmoid")], "classification", ["0", "1"]),
        (
            [KINDS.LSTM(3), KINDS.Dense(1, use_bias=False), KINDS.Activation("sigmoid")],
            "classification",
            ["0", "1"],
        ),
        (
            [KINDS.Conv1D(3, 2), KINDS.LSTM(3), KINDS.Dense(1, "sigmoid")],
            "classification",
            ["0", "1"],
        ),  # has no page
        (
            [KINDS.Conv1D(3, 2), KINDS.LSTM(3), KINDS.Dense(3), KINDS.Softmax()],
            "classification",
            ["0", "1", "2"],
        ),
    ):
        model = read_out_by(tmp_path / "one.keras", *layers)
        found = open_any(tmp_path / "one.keras")
        assert (found.task, found.classes) == (task, classes)
        own = np.asarray(model(x))
        is_binary = task == "classification" and own.shape[1] == 1
        wanted = np.hstack([1 - own, own]) if is_binary else own
        np.testing.assert_allclose(found.network(x), wanted, atol=1e-6)


@pytest.mark.nightly  # the read-out of classes by name is below, without a page
@pytest.mark.long(4)
def test_both_classes_of_a_sigmoid_have_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = read_out_by(tmp_path / "one.keras", KINDS.LSTM(3), KINDS.Dense(1, "sigmoid"))
    rows = [(f"s{k}", t, k - t, k * t, ("neg", "pos")[k % 2]) for k in range(4) for t in range(3)]
    pd.DataFrame(rows, columns=["id", "t", "u", "v", "label"]).to_csv("series.csv", index=False)
    (tmp_path / "about.toml").write_text('labels = ["neg", "pos"]')
    summary = explain(
        tmp_path / "one.keras", "series.csv", options=ExplainOptions(about=tmp_path / "about.toml")
    )
    page = (tmp_path / summary["page"]).read_text("utf-8")
    payload = json.loads(
        page[(start := page.index('id="data">') + 10) : page.index("</script>", start)]
    )
    assert (payload["classes"], summary["notes"]) == (["neg", "pos"], [])
    for k, example in enumerate(payload["examples"]):
        (p,) = np.asarray(model(np.array([[[k - t, k * t] for t in range(3)]], "float32")))[0]
        np.testing.assert_allclose(example["answer"], [1 - p, p], atol=1e-6)
        assert example["truth"] == k % 2
    summary = explain(tmp_path / "one.keras", "series.csv")
    assert len(summary["notes"]) == 1
    assert facts_of(summary, Runs.OTHER_LABELS) == [{"n": 4, "classes": ["0", "1"]}]
    read_out_by(tmp_path / "two.keras", KINDS.LSTM(3), KINDS.Dense(2))
    with raises(Series.LABELS_NO_NUMBERS, label="neg", model="two"):
        explain(tmp_path / "two.keras", "series.csv")
    pd.DataFrame(rows, columns=["id", "t", "u", "v", "label"]).drop(columns="label").to_csv(
        "plain.csv", index=False
    )
    assert explain(tmp_path / "two.keras", "plain.csv")["page"] == "two-explain/explorer.html"


@pytest.mark.filterwarnings("error::UserWarning")
def test_a_model_that_masks_is_scaled_without_a_warning(tmp_path):
    model = read_out_by(tmp_path / "one.keras", KINDS.Masking(), KINDS.LSTM(3), KINDS.Dense(1))
    (tmp_path / "about.toml").write_text("mean = [1.0, 2.0]\ndeviation = [2.0, 0.5]")
    x = np.random.default_rng(0).normal(size=(2, 4, 2)).astype("float32")
    x[1, 3:] = np.nan
    scaled = np.nan_to_num((x - [1, 2]) / [2, 0.5])
    np.testing.assert_allclose(
        open_any(tmp_path / "one.keras", tmp_path / "about.toml").network(x),
        model(scaled),
        atol=1e-6,
    )


@pytest.mark.usefixtures("theirs")
def test_a_layer_whose_name_no_graph_allows_is_named(tmp_path):
    keras.Sequential(
        [keras.Input((None, 2)), KINDS.LSTM(2, name="<script>"), KINDS.Dense(3, "softmax")]
    ).save("odd.keras")
    with raises(Series.LAYER_NAME, layer="<script>", file=str(tmp_path / "odd.keras")):
        explain(tmp_path / "odd.keras", "series.csv")
    assert trace_to(tmp_path / "odd.keras", "series.csv", "trace.csv").counts["rows"] > 0


@pytest.mark.usefixtures("theirs")
def test_what_does_not_go_together_is_said(tmp_path, monkeypatch, capfd):
    def about(text: str) -> Any:
        (tmp_path / "other.toml").write_text(text)
        return tmp_path / "other.toml"

    file = tmp_path / "theirs.keras"
    for text, code, values in (
        (
            'labels = ["a"]',
            Series.ENTRIES_ANSWERED,
            {"name": "labels", "n": 1, "expected": 3, "model": "theirs"},
        ),
        (
            'channels = ["a"]',
            Series.ENTRIES_READ,
            {"name": "channels", "n": 1, "expected": 2, "model": "theirs"},
        ),
        ("mean = [1, 2]", Series.ONE_OF_TWO, {}),
        ("mean = [1, 2]\ndeviation = [0, 1]", Series.NO_DEVIATION, {}),
        ("mean = [1, nan]\ndeviation = [1, 1]", Series.ABOUT_NOT_FINITE, {"name": "mean"}),
        ('units = "m"', Series.NO_FIELD, {"name": "units"}),
        ('labels = "a"', Series.ABOUT_NO_NAMES, {"name": "labels", "found": "a"}),
        ('mean = "a"', Series.ABOUT_NO_NUMBERS, {"name": "mean", "found": "a"}),
        ("labels = [", Series.ABOUT_NOT_TOML, {}),
        ('words = ["a"]', Series.WORD_FOR_NO_TOKENS, {"token": 0, "model": "theirs"}),
    ):
        with raises(code, **values, file=str(tmp_path / "other.toml")):
            open_any(file, about(text))
    (tmp_path / "other.toml").write_bytes(b"\xff")
    with raises(Runs.NOT_UTF8):
        open_any(file, tmp_path / "other.toml")
    with raises(Runs.NOT_READABLE, words="Is a directory"):
        open_any(file, tmp_path)
    with raises(Series.ABOUT_A_RUN, about="other.toml"):
        open_any(tmp_path, Path("other.toml"))
    (tmp_path / "one.csv").write_text("id,t,u\na,0,1\na,1,2\n")
    with raises(Series.CHANNELS_OF_MODEL, n=1, channels=("u",), model="theirs", features=2):
        explain(file, "one.csv")
    (tmp_path / "gap.csv").write_text("id,t,u,v\na,0,1,2\na,1,,3\na,2,1,3\n")
    with raises(Series.MODEL_WITHOUT_GAPS, series="a", step=2, model="theirs"):
        explain(file, "gap.csv")
    with raises(Series.NO_OWN_SERIES, file=str(file)):
        explain(file)
    (tmp_path / "bad.keras").write_bytes(b"no zip")
    for arguments, code, words in (
        (["explain", "none.keras", "series.csv"], 3, "none.keras: there is no such file"),
        (
            ["trace", "bad.keras", "series.csv"],
            3,
            "bad.keras: is damaged, or not a Keras file with a whole model (it is truncated",
        ),
        (
            ["explain", "theirs.keras", "series.csv", "--about", "none.toml"],
            3,
            "none.toml: there is no such file",
        ),
    ):
        answer = call(monkeypatch, capfd, *arguments)
        assert answer.code == code
        assert words in answer.err
        assert len(answer.err.splitlines()) == 1
