"""A language model's page: its example, its units, the cost of 16 bits; and obstacles."""

import base64
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support import page_models
from support.command import call
from support.facts import raises

from glasscell.cli.sentences import Commands
from glasscell.data.texts.alphabet import Alphabet
from glasscell.data.texts.origins import Text
from glasscell.data.texts.sentences import Texts
from glasscell.explorer.encoding import ACTIVATIONS
from glasscell.explorer.sentences import Explorer
from glasscell.inference.cell import Layer, Weights
from glasscell.runs.backend import FILE
from glasscell.runs.config import to_toml
from glasscell.system.sentences import System
from glasscell.tasks.language import explanation, page_texts
from glasscell.tasks.language.cells.causes import CAUSE, CELLS_OF, NOT_MEASURED, NOT_TOLD, SIGN
from glasscell.tasks.language.corpus import read_corpus
from glasscell.tasks.language.explanation import MOST_WEIGHTS, check_size
from glasscell.tasks.language.numpy_model import LanguageModel
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import LanguageSettings
from glasscell.tasks.language.trained_run import fingerprint_of, open_run
from glasscell.tasks.sentences import Tasks
from glasscell.variants import STANDARD, Variant

UNITS, E = 6, 4


@pytest.fixture
def run(tmp_path):
    """Make what a training leaves, with random weights, of a folder of three texts."""
    texts = tmp_path / "texts"
    texts.mkdir()
    rng = np.random.default_rng(0)
    for name in "abc":
        (texts / f"{name}.py").write_text("".join(rng.choice(list("xyz = (1)\n"), 4000)))
    settings = LanguageSettings(str(texts), units=UNITS, embedding=E)
    corpus = read_corpus(settings)
    path, C = tmp_path / "run", len(corpus.alphabet)
    path.mkdir()
    shapes = {
        "kernel": (E, 4 * UNITS),
        "recurrent_kernel": (UNITS, 4 * UNITS),
        "bias": (4 * UNITS,),
    }
    arrays = {f"lstm_1/{name}": rng.normal(size=shape) for name, shape in shapes.items()}
    arrays |= {"embedding": rng.normal(size=(C, E)), "read_out/kernel": rng.normal(size=(UNITS, C))}
    arrays |= {"read_out/bias": rng.normal(size=C)}
    variant = vars(STANDARD)
    about = {"form": 1, "characters": corpus.alphabet.characters, "variants": [dict(variant)]}
    floats = {name: v.astype("float32") for name, v in arrays.items()}
    np.savez(path / FILE, **floats, about=np.array(json.dumps(about)))
    (path / "config.toml").write_text(to_toml(settings))
    (path / "data.json").write_text(json.dumps({"name": settings.data} | corpus.describe()))
    (path / "written.txt").write_text("xyxy = 11\n" * 20)
    return path


def payload_of(path):
    (content,) = re.findall(r'id="data">(.*?)</script>', path.read_text("utf-8"))
    return json.loads(content)


def test_the_example_is_of_a_text_held_out(run):
    summary = explanation.explain(run)
    payload = payload_of(run / "explain/explorer.html")
    (name,) = json.loads((run / "data.json").read_text())["held_out"]
    whole = (run.parent / "texts" / name).read_text()
    shown = payload["text"]["text"]
    assert payload["text"]["name"] == summary["text"] == name
    assert payload["text"]["of"] == "held out"
    assert (payload["reads"], payload["symbols"]) == ("texts", "characters")  # no whole path
    assert whole.startswith(shown)
    assert 750 < len(shown) <= 1500
    assert shown.endswith("\n")
    assert (payload["cells"], summary["notes"]) == (None, [])
    assert json.loads((run / "explain/explain.json").read_text()) == summary
    model = open_run(run).model
    piece = [whole[:4000]]
    exact, rounded = (
        explanation.bits_per_character(one, piece) for one in (model, explanation.to_half(model))
    )
    assert payload["bits"] == {"exact": exact, "rounded": rounded, "n": 4000, "of": "held out"}
    assert 0 < abs(exact - rounded) < 0.01  # weights of size 1 move by at most 5e-4


def test_bits_per_character_are_those_of_the_logits(run):
    model = open_run(run).model
    texts = ["xyz = 1\n", "", "(é)"]
    total = 0.0
    for text in texts:
        symbols = [0, *model.alphabet.encode(text)]
        for n in range(len(text)):
            logits = model.read(np.array([symbols[: n + 1]]))[0][0, -1].astype("float64")
            total -= np.log2(np.exp(logits[symbols[n + 1]]) / np.exp(logits).sum())
    # float32 logits
    assert explanation.bits_per_character(model, texts) == pytest.approx(total / 11, rel=1e-5)


@pytest.mark.parametrize("change", ["gone", "changed"])
def test_without_its_texts_the_page_shows_what_was_written(run, change):
    text, *_ = sorted((run.parent / "texts").iterdir())
    if change == "changed":
        text.write_text("x = 1\n" * 900)
    else:
        shutil.rmtree(run.parent / "texts")
    summary = explanation.explain(run)
    assert summary["text"] == "written.txt"
    assert (
        summary["bits_per_character"]["of"]
        == payload_of(run / "explain/explorer.html")["text"]["of"]
        == "written"
    )
    why = (TextRuns.GONE if change == "gone" else TextRuns.CHANGED)(data=str(run.parent / "texts"))
    assert summary["facts"] == [TextRuns.BEGINS_WITH_WRITTEN(why=why).as_json()]
    (run / "written.txt").unlink()
    missing = TextRuns.WRITTEN_MISSING(written=run / "written.txt")
    with raises(TextRuns.NOTHING_TO_SHOW, why=missing, nor=why, run=str(run)) as told:
        explanation.explain(run)
    (run.parent / "own.txt").write_text("x = 1\n" * 9)
    *_, folder, file = str(told.value).split()  # what it advises does
    summary = explanation.explain(
        Path(folder), file.replace("TEXT_FILE", str(run.parent / "own.txt"))
    )
    assert (summary["text"], summary["bits_per_character"]["of"]) == ("own.txt", "given")
    assert summary["bits_per_character"]["n"] == 54
    assert summary["facts"] == [
        TextRuns.MEASURED_ON_GIVEN(why=why, nor=missing, text="own.txt").as_json()
    ]


def test_what_is_said_of_texts_that_cannot_be_had(run):
    texts = run.parent / "texts"
    own = run.parent / "own.txt"
    own.write_text("x = 1\n")
    assert explanation.explain(run, str(own))["notes"] == []  # nothing is amiss
    for text in texts.iterdir():
        text.write_bytes(b"\xff\xfa")
    summary = explanation.explain(run, str(own))
    (fact,) = summary["facts"]
    why = fact["values"]["why"]
    assert (fact["code"], why["code"]) == (
        str(TextRuns.MEASURED_ON_WRITTEN),
        str(TextRuns.UNREADABLE),
    )
    assert why["values"]["cause"]["code"] == str(Texts.NO_TEXT)
    assert (summary["text"], summary["bits_per_character"]["of"]) == ("own.txt", "written")
    config = (run / "config.toml").read_text()
    (run / "config.toml").write_text(config.replace(str(texts), "-"))
    why = TextRuns.FROM_STANDARD_INPUT()
    assert explanation.explain(run)["facts"] == [TextRuns.BEGINS_WITH_WRITTEN(why=why).as_json()]


def test_what_was_written_may_be_lines_alone_and_a_file_may_be_called_so(run):
    texts = run.parent / "texts"
    (name,) = json.loads((run / "data.json").read_text())["held_out"]
    (texts / name).rename(texts / "written.txt")
    corpus = read_corpus(LanguageSettings(str(texts), units=UNITS, embedding=E, seed=2))
    assert [text.name for text in corpus.held_out] == ["written.txt"]  # with this seed
    (run / "config.toml").write_text(
        to_toml(LanguageSettings(str(texts), units=UNITS, embedding=E, seed=2))
    )
    (run / "data.json").write_text(json.dumps({"name": str(texts)} | corpus.describe()))
    summary = explanation.explain(run)
    assert (summary["text"], summary["bits_per_character"]["of"]) == ("written.txt", "held out")
    shutil.rmtree(texts)
    (run / "written.txt").write_text("\n" * 9)
    summary = explanation.explain(run)
    assert (summary["characters"], summary["bits_per_character"]["n"]) == (8, 8)
    (run / "written.txt").write_text("\n")
    empty, gone = (
        TextRuns.WRITTEN_EMPTY(written=run / "written.txt"),
        TextRuns.GONE(data=str(texts)),
    )
    with raises(TextRuns.NOTHING_TO_SHOW, why=empty, nor=gone):
        explanation.explain(run)


def test_what_a_run_of_bytes_has_written_is_bytes(tmp_path):
    written = "буква\n".encode()
    (tmp_path / "written.txt").write_bytes(written + b"\n")
    settings = LanguageSettings(str(tmp_path / "gone"), symbols="bytes")
    assert page_texts.read_page_texts(
        tmp_path, settings, None, None, []
    ).shown.text == written.decode("latin-1")


def test_a_text_of_ones_own(run, monkeypatch, capfd):
    own = run.parent / "own.txt"
    own.write_bytes(b"x = 1\r\ny = 2\r\n" * 2000)
    page = run.parent / "page.html"
    answer = call(monkeypatch, capfd, "explain", run, own, "-o", page, "--no-open")
    assert answer.code == 0
    payload = payload_of(page)
    assert payload["text"] == {
        "name": "own.txt",
        "text": ("x = 1\ny = 2\n" * 2000)[:10_000],
        "of": "given",
    }
    bits = payload["bits"]
    cost = round(bits["rounded"] - bits["exact"], 4) + 0.0
    for note in (
        TextRuns.BEGINNING_SHOWN(text=own, n=24_000, symbols="characters", shown=10_000),
        TextRuns.ROUNDED(**bits, cost=cost).at(of=TextRuns.OF_HELD_OUT()),
        TextRuns.NO_NAMES(run=run),
    ):
        assert str(note) in answer.out


ROW = {
    "sign": 1,
    "measure": "AUC",
    "score": 0.9,
    "shifted_most": 0.6,
    "p_corrected": 0.02,
    "verdict": CAUSE,
}
ROW |= {
    "words": "What it is",
    "usual_outside": 0.0,
    "usual_inside": 9.0,
    "recall": 0.8,
    "precision": 0.7,
}
ROW |= {"bits_inside": 0.1, "low": 0.05, "bits_outside": 0.01, "others_most": 0.02}


def write_cells(run, *rows):
    """Write a table of cells as `glasscell cells` does, of the network that the run has."""
    table = pd.DataFrame(
        [
            ROW | {"hypothesis": f"mine_{n}", "unit": f"lstm_1 unit {n}"} | row
            for n, row in enumerate(rows)
        ]
    )
    table.to_csv(run / "cells.csv", index=False)
    (run / CELLS_OF).write_text(fingerprint_of(run))
    return table


def cells_of(run, *rows):
    write_cells(run, *rows)
    explanation.explain(run)
    return payload_of(run / "explain/explorer.html")["cells"]


def test_cells_that_were_found_are_in_the_page(run):
    rows = [
        {
            "hypothesis": "line_start",
            "unit": "lstm_1 unit 5",
            "words": "Only blanks so far in the line",
        },
        {"hypothesis": "comment", "words": "The reader's own", "verdict": SIGN, "low": -0.1},
        {
            "measure": "R2",
            "score": 0.3,
            "verdict": NOT_MEASURED,
            "bits_inside": np.nan,
            "recall": np.nan,
        },
        {"verdict": NOT_TOLD, "score": 0.99},
        {"hypothesis": "again", "unit": "lstm_1 unit 5"},
    ]
    write_cells(run, *rows)
    assert explanation.explain(run)["cells"] == 2  # units
    first, second, third, fourth = payload_of(run / "explain/explorer.html")["cells"]
    assert first == {
        **{
            "name": "line start",
            "mark": "line_start",
            "words": "Only blanks so far in the line",
            "layer": 0,
            "unit": 5,
        },
        **{
            "measure": "AUC",
            "score": 0.9,
            "effect": "used",
            "named": True,
            "bits": 0.1,
            "off": 0.0,
            "on": 9.0,
        },
        **{"recall": 0.8, "precision": 0.7},
    }
    assert (second["name"], second["mark"]) == ("again", None)
    # other words than ours
    assert (third["name"], third["mark"], third["effect"]) == ("comment", None, "none")
    assert (fourth["named"], fourth["effect"], fourth["bits"], fourth["recall"]) == (
        False,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({}, True),
        ({"score": 0.79}, False),
        ({"recall": 0.49}, False),
        (
            {"precision": 0.49},
            False,
        ),  # on nearly everywhere, but well ranked: no name for what is rare
        ({"precision": np.nan}, False),
        ({"usual_inside": 0.0}, False),
        ({"usual_inside": np.nan}, False),
        ({"measure": "R2", "score": 0.36, "precision": 0.1}, True),
        ({"measure": "R2", "score": 0.35}, False),
    ],
)
def test_a_name_is_of_what_a_unit_tells_well(run, row, named):
    (cell,) = cells_of(run, row)
    assert cell["named"] is named


@pytest.mark.parametrize(
    ("row", "effect"),
    [
        ({}, "used"),
        ({"verdict": SIGN, "low": -0.01}, "none"),
        ({"verdict": SIGN, "bits_inside": 0.004}, "none"),
        ({"verdict": SIGN, "bits_inside": -0.2, "low": -0.3}, "none"),
        ({"verdict": SIGN, "others_most": 0.1}, "shared"),
        ({"verdict": SIGN, "others_most": 0.05, "bits_outside": 0.1}, "everywhere"),
        ({"verdict": NOT_MEASURED, "bits_inside": np.nan}, None),
    ],
)
def test_what_comes_of_switching_a_unit_off(run, row, effect):
    (cell,) = cells_of(run, row)
    assert cell["effect"] == effect


def test_the_page_opens_on_what_is_seen_and_used_and_held_long(run, monkeypatch):
    """Named units go first, ranked by the shown text, use by the network, and time being on."""
    memory = np.zeros((200, UNITS))
    memory[:, 1:5] = np.repeat([0.0, 9.0], 100)[:, None]
    memory[::2, 2] = 0.0  # unit 2 flickers
    memory[:, 3] = 9.0  # unit 3 is never off
    monkeypatch.setattr(explanation, "_memories", lambda model, text: [memory])
    unit = [{"unit": f"lstm_1 unit {n}"} for n in range(UNITS)]
    rows = [
        {"hypothesis": "never on", "score": 0.99, **unit[0]},
        {"hypothesis": "long", **unit[1]},
        {"hypothesis": "short", "score": 0.99, **unit[2]},
        {"hypothesis": "always on", "score": 0.98, **unit[3]},
        {"hypothesis": "unused", "verdict": SIGN, "low": -1, "score": 0.99, **unit[4]},
        {"hypothesis": "number", "measure": "R2", "score": 0.999, **unit[1]},
        {"hypothesis": "nameless", "precision": 0.1, "score": 0.999, **unit[1]},
    ]
    order = ["long", "short", "number", "unused", "never on", "always on", "nameless"]
    assert [cell["name"] for cell in cells_of(run, *rows)] == order
    assert [cell["name"] for cell in cells_of(run, *rows[::-1])] == order


def test_memories_are_those_that_the_model_has(run):
    model = open_run(run).model
    text = "xyz = (1)\n"
    (memory,) = explanation._memories(model, text)
    states = model.fresh(1)
    for n, symbol in enumerate(model.alphabet.encode_whole(text)):
        _, states = model.step(np.array([symbol]), states)
        if n:
            np.testing.assert_array_equal(memory[n - 1], states[0][1][0])
    assert memory.shape == (len(text), UNITS)


def test_a_damaged_table_of_cells_is_named(run):
    table = write_cells(run, {})
    for unit in ("lstm_1 unit 6", "lstm_2 unit 0", "3", ""):
        table.assign(unit=unit).to_csv(run / "cells.csv", index=False)
        with raises(TextRuns.CELLS_DAMAGED, file=str(run / "cells.csv"), run=str(run)):
            explanation.explain(run)
    (run / "cells.csv").write_text("a,precision\n1,2\n")
    with raises(TextRuns.CELLS_DAMAGED, file=str(run / "cells.csv")):
        explanation.explain(run)


def test_a_table_of_an_earlier_version_is_to_be_written_again(run):
    write_cells(run, {}).drop(columns=["recall", "precision"]).to_csv(
        run / "cells.csv", index=False
    )
    summary = explanation.explain(run)
    assert summary["cells"] is None
    assert summary["facts"] == [TextRuns.OLDER_CELLS(cells=run / "cells.csv", run=run).as_json()]


def test_the_report_s_score_stands_beside_the_best_n_gram(run):
    explanation.explain(run)
    assert payload_of(run / "explain/explorer.html")["score"] is None
    beside = {
        name: {"all": bits}
        for name, bits in {"LSTM": 2.5, "5-gram": 2.0, "9-gram": 2.25, "xz alone": 1.5}.items()
    }
    report = {"epochs": 1, "bits_per_character": 2.5, "n": 4000, "beside": beside}
    (run / "report.json").write_text(json.dumps(report))
    explanation.explain(run)
    score = payload_of(run / "explain/explorer.html")["score"]
    assert score == {"bits": 2.5, "n": 4000, "ngram": {"name": "5-gram", "bits": 2.0}}
    assert explanation.score_of(report | {"beside": {"xz alone": {"all": 1.5}}})["ngram"] is None


@pytest.mark.parametrize("of", [None, "another"])
def test_cells_of_the_network_before_are_not_shown_as_this_one_s(run, of):
    (run / "cells.csv").write_text("hypothesis,unit,verdict\n")
    if of is not None:
        (run / CELLS_OF).write_text(of)
    summary = explanation.explain(run)
    assert summary["cells"] is None
    assert summary["facts"] == [TextRuns.OTHER_NETWORK(cells=run / "cells.csv", run=run).as_json()]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--series", "a"], 2, Tasks.NOT_WITH(option="series", task=TextRuns.CALLED())),
        (["--csv"], 2, Tasks.NOT_WITH(option="csv", task=TextRuns.CALLED())),
        (["--label", "a"], 2, Tasks.NOT_WITH(option="label", task=TextRuns.CALLED())),
        (["none.txt"], 3, System.NO_FILE(file="none.txt")),
        (["TEXTS"], 2, TextRuns.ONE_FILE(n=3)),
        (["-o", "page.txt"], 2, Commands.NO_HTML()),
    ],
)
def test_what_does_not_go_with_text(run, monkeypatch, capfd, arguments, code, said):
    given = [str(run.parent / "texts") if one == "TEXTS" else one for one in arguments]
    answer = call(monkeypatch, capfd, "explain", run, *given)
    assert (answer.code, str(said) in answer.err) == (code, True), answer.err
    assert not (run / "explain").exists()


def test_a_network_that_is_too_large_is_refused_before_anything_is_written(run, monkeypatch):
    monkeypatch.setattr("glasscell.tasks.language.explanation.MOST_WEIGHTS", 100)
    with raises(Explorer.MANY_WEIGHTS_OF_TEXT, most=100):
        explanation.explain(run)
    assert not (run / "explain").exists()


def test_the_beginning_is_of_a_text_that_is_long_enough():
    short, long = Text("short", "ab\n" * 9), Text("long", "x" * 1000 + "\n" + "y" * 2000)
    assert page_texts._beginning([short, long]) == Text("long", "x" * 1000 + "\n")
    assert page_texts._beginning([short]) == short


CELL = {
    "name": "comment",
    "words": "Inside a comment",
    "layer": 0,
    "unit": 3,
    "measure": "AUC",
    "score": 0.96,
}


def test_weights_have_16_bits():
    model = page_models.draw(0, sizes=(4, 3), name="V")
    network = page_models.payload(model)["network"]
    (first,), (second,) = [layer["directions"] for layer in network["layers"]]
    for one, (_, _, weights) in zip((first, second), model["layers"], strict=True):
        for name, v in weights.items():
            told = np.frombuffer(base64.b64decode(one[name]["float16"]), "<f2").reshape(
                one[name]["shape"]
            )
            np.testing.assert_array_equal(told, v)
    assert (first["units"], first["features"], second["features"]) == (4, 5, 4)
    assert first["variant"]["peepholes"]
    assert network["read_out"]["from"] == "every"


def test_cells_and_bits_stand_as_they_are():
    model, bits = page_models.draw(1), {"exact": 2.0, "rounded": 2.1, "n": 9, "of": "held out"}
    payload = page_models.payload(model, "a text", bits=bits, cells=[CELL])
    assert (payload["cells"], payload["bits"], payload["text"]["text"]) == ([CELL], bits, "a text")
    assert page_models.payload(model)["cells"] is None


def test_what_the_page_cannot_show():
    check_size(MOST_WEIGHTS, 9, 3)
    about = {"run": "r", "reads": "r", "name": "t", "text": "t"}

    def payload(table, weights, variant=STANDARD):
        layer = Layer(Weights(*weights), variant, go_backwards=False)
        units, symbols = len(weights[1]), len(table)
        read_out = np.zeros((units, symbols)), np.zeros(symbols)
        return explanation.payload_of(
            LanguageModel(Alphabet("ab"), table, (layer,), read_out), **about
        )

    of_it = {
        "weights": 1_238_242,
        "megabytes": 1_238_242 * 8 / 3 / 1e6,
        "most": 450_000,
        "of_symbols": None,
    }
    with raises(Explorer.MANY_WEIGHTS_OF_TEXT, **of_it):
        payload(np.zeros((98, 64)), [np.zeros((64, 2048)), np.zeros((512, 2048)), np.zeros(2048)])
    of_symbols = Explorer.OF_SYMBOLS(symbols=2000, weights=300_000)
    with raises(Explorer.MANY_WEIGHTS_OF_TEXT, of_symbols=of_symbols):
        check_size(MOST_WEIGHTS + 1, 300_000, 2000)
    small = [np.zeros((2, 4)), np.zeros((1, 4))]
    found = {"layer": 1, "part": "output_activation", "found": "gelu"}
    with raises(Explorer.ACTIVATION_OF_LAYER, **found, known=ACTIVATIONS):
        payload(np.zeros((4, 2)), small, Variant(output_activation="gelu"))
    for bad, code in ((np.nan, Explorer.NOT_FINITE), (1e6, Explorer.FOR_16_BITS)):
        with raises(code):
            payload(np.full((4, 2), bad), small)
