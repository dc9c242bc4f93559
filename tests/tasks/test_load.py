"""Runs of every task in a program: predictions as by commands, and gates as in the textbook.

The runs were saved by version 0.1.0, before tasks had folders of their own.
"""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support import oracle
from support.facts import raises, warns
from support.labelled_steps import make_steps
from support.language_models import random_model
from support.saved_runs import FINISHED, SAVED, images, type_in

import glasscell
from glasscell import Clamp
from glasscell.data.sentences import Reading
from glasscell.data.texts.sentences import Texts
from glasscell.inspection.sentences import Inspection
from glasscell.runs.sentences import Runs
from glasscell.system.sentences import System
from glasscell.tasks.digits.sentences import Digits
from glasscell.tasks.forecasting import trained_run as forecasting
from glasscell.tasks.forecasting.model.windows import cut
from glasscell.tasks.forecasting.sentences import ForecastRuns
from glasscell.tasks.language import trained_run as language
from glasscell.tasks.language.estimator import TextStream
from glasscell.tasks.language.network import LanguageReader
from glasscell.tasks.language.settings import LanguageSettings
from glasscell.tasks.registry import task_named
from glasscell.tasks.sentences import Tasks
from glasscell.tasks.tagging import trained_run as tagging
from glasscell.tasks.tagging.data import Part
from glasscell.tasks.tagging.sentences import TagEstimators

TASKS = ("digits", "series", "tagging", "forecasting", "language")
TEXT = "the sea and the land"
# walks_new.csv has one of a step
with_short_series = pytest.mark.filterwarnings("ignore:1 of 8 series is shorter")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    for part in ("data", "runs"):
        shutil.copytree(SAVED / part, folder / part)
    return folder


@pytest.fixture
def here(saved, monkeypatch):
    monkeypatch.chdir(saved / "data")


@pytest.fixture
def run(request, here):
    return glasscell.load(Path("../runs") / request.param)


def of(task):
    return pytest.mark.parametrize("run", [task], indirect=True)


def given(task) -> Any:
    """Give what a task's run is asked, as a program has it."""
    if task == "digits":
        return images()
    if task == "language":
        return TEXT
    return None if task == "forecasting" else pd.read_csv(FINISHED[f"runs/{task}"].asked)


def recorded(run):
    return np.array(json.loads((SAVED / "answers.json").read_text("utf-8"))[run]["numbers"])


def test_it_has_two_names():
    assert glasscell.load is glasscell.load_run


@pytest.mark.parametrize("run", TASKS, indirect=True)
def test_a_run_prints_itself_in_one_line(run):
    assert repr(run) == f"Run of {run.task.name} in '../runs/{run.path.name}'"


@with_short_series
@pytest.mark.parametrize("kind", [str, Path])
@pytest.mark.parametrize("run", ["series", "tagging"], indirect=True)
def test_a_file_is_predicted_as_its_table(run, kind):
    file = FINISHED[f"runs/{run.path.name}"].asked
    for act in (run.predict, run.predict_proba):
        for found, expected in zip(act(kind(file)), act(pd.read_csv(file)), strict=True):
            np.testing.assert_array_equal(found, expected)
    with pytest.raises(glasscell.errors.DataError):
        run.predict(kind("nowhere.csv"))


@of("digits")
def test_digits_in_a_file_are_predicted(run, tmp_path):
    np.save(tmp_path / "digits.npy", images())
    np.testing.assert_array_equal(run.predict(tmp_path / "digits.npy"), run.predict(images()))


@of("language")
def test_a_text_in_a_file_is_read_but_a_str_is_the_text(run, tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    pd.testing.assert_series_equal(run.predict(tmp_path / "a.txt"), run.predict(TEXT))
    with pytest.raises(glasscell.errors.DataError):
        run.predict(Path("nowhere.txt"))


@of("tagging")
def test_tagging_answers_every_step_as_the_command_does(run):
    frame = given("tagging")
    found = run.predict_proba(frame)
    np.testing.assert_allclose(
        np.concatenate(found), recorded("runs/tagging")[:, -2:], rtol=0, atol=1e-6
    )
    labels = run.predict(frame)
    assert [v.tolist() for v in labels] == [run.classes_[v.argmax(1)].tolist() for v in found]
    x, _ = make_steps(2, seed=3)
    for series, alone in zip(run.predict_proba([*x, x[0]]), (*x, x[0]), strict=True):
        np.testing.assert_allclose(series, run.predict_proba([alone])[0], atol=1e-6)
    with raises(TagEstimators.TWO_AXES):
        run.predict(x[0])
    with raises(Runs.OTHER_SHAPE, width=2):
        run.predict([x[0][:, :1]])


@of("forecasting")
def test_forecasts_are_those_of_the_command(run):
    found = run.predict()
    np.testing.assert_allclose(found.iloc[:, 2:], recorded("runs/forecasting"), rtol=1e-5)
    frame = pd.read_csv("sales_later.csv")
    frame.loc[frame["month"] == "2020-08-01", "sold"] += 9
    frame.loc[frame["month"] > "2020-08-01", "sold"] = np.nan  # what is known in advance goes on
    frame.to_csv("newer.csv", index=False)
    type_in("predict", "../runs/forecasting", "newer.csv", "-o", "newer.parquet", "--quiet")
    for newer in (frame, "newer.csv"):
        pd.testing.assert_frame_equal(
            run.predict(newer), pd.read_parquet("newer.parquet"), check_dtype=False
        )
    with warns(ForecastRuns.NEW_SERIES, n=1):
        run.predict(frame.query("shop == 's0'").assign(shop="new"))


@of("language")
def test_what_comes_next_is_what_the_network_expects(run):
    found = run.predict(TEXT)
    stream = TextStream(LanguageReader(run.network, run.alphabet))
    wanted = stream.read(TEXT)
    assert found.is_monotonic_decreasing
    np.testing.assert_allclose(found[list(run.alphabet.characters)], wanted[2:], atol=1e-6)
    np.testing.assert_allclose(
        [found[""], found["\N{REPLACEMENT CHARACTER}"]], wanted[:2], atol=1e-6
    )
    options = {"start": "the ", "length": 40, "seed": 3, "temperature": 0.8}
    held = ["lstm_1 units 0,1 o=1 c=0.5"]
    typed = [part for name, value in options.items() for part in (f"--{name}", value)]
    for clamps in ([], held):
        written = type_in(
            "write",
            "../runs/language",
            *typed,
            *(part for one in clamps for part in ("--clamp", one)),
        )
        assert f"the {run.write(**options, clamps=clamps)}\n" == written
    assert not np.allclose(run.predict(TEXT, clamps=held)[found.index], found)
    with raises(Texts.NO_STRING, kind="list"):
        run.predict([TEXT])


def test_a_model_of_bytes_takes_and_writes_bytes():
    model = random_model(np.random.default_rng(0))
    run = language.LanguageRun(Path("run"), model, LanguageSettings("a.txt", symbols="bytes"))
    loaded = language.Loaded(run, None)
    assert loaded.write("ab", 9).decode("latin-1") == language.Loaded(
        replace_symbols(run), None
    ).write("ab", 9)
    assert loaded.predict(b"ab\xff").equals(loaded.predict("ab\udcff"))
    with raises(Texts.NO_STRING, kind="bytes"):
        language.Loaded(replace_symbols(run), None).predict(b"ab")


def replace_symbols(run):
    return replace(run, settings=LanguageSettings("a.txt"))


def inputs_of(task, run):
    """Give what the first LSTMs read, (N, T, ·), by the parts before them."""
    if task == "forecasting":
        opened = forecasting.open_run(run.path)
        return cut(opened.panel, opened.framing, last=True).steps
    if task == "language":
        return np.asarray(run.network.get_layer("embedding").embeddings)[
            run.alphabet.encode_whole(TEXT)
        ][None]
    frame = given(task)
    x = [part[["u", "v"]].to_numpy() for _, part in frame.groupby("id")]
    scaling = run.network.get_layer("scaling")
    return [np.asarray(scaling(v[None].astype("float32")))[0] for v in x]


@pytest.mark.parametrize(("task", "run"), [(name, name) for name in TASKS[1:]], indirect=["run"])
def test_gates_are_those_of_the_textbook(task, run):
    seen = run.trace(given(task))
    layers = {layer.name: layer for layer in run.network._flatten_layers()}
    firsts = [one for one in seen.layers if one.name.endswith("lstm_1")]
    assert len(firsts) == (2 if task in ("series", "tagging") else 1)
    for found in firsts:
        weights = {w.name: np.asarray(w, "float64") for w in layers[found.name].cell.weights}
        units = len(weights["recurrent_kernel"])
        for n, x in enumerate(inputs_of(task, run)):
            state = [np.zeros(units)] * 2
            assert found.mask[n].sum() == len(x)
            for t in range(len(x))[:: -1 if found.backwards else 1]:
                state, gates = oracle.step(x[t], state, weights, "NP")
                for name, truth in zip(
                    ("z", "i", "f", "o", "h", "c"), (*gates, *state), strict=True
                ):
                    np.testing.assert_allclose(getattr(found, name)[n, t], truth, rtol=0, atol=1e-5)


@with_short_series
@pytest.mark.parametrize(("task", "run"), [(name, name) for name in TASKS], indirect=["run"])
def test_what_is_held_while_it_is_traced_is_what_the_network_answers_so(task, run):
    free, X = run.trace(given(task)), given(task)
    layer = free.layers[0].name
    held = run.trace(X, clamps=[f"{layer} units 0, 1 f=0.25 o=1"])
    both = run.trace(
        X, clamps=[Clamp("f", 0.25, [0, 1], layer=layer), Clamp("o", 1.0, [0, 1], layer=layer)]
    )
    mask = free[layer].mask
    assert (held[layer].f[mask][:, :2] == 0.25).all()
    np.testing.assert_array_equal(held.answers, both.answers)
    assert np.abs(held.answers - free.answers).max() > 1e-4
    if task in ("digits", "series"):
        np.testing.assert_allclose(free.answers, run.predict_proba(X), atol=1e-5)
    with raises(Inspection.NO_SUCH_LAYER, layer="lstm_9"):
        run.trace(X, clamps=["lstm_9 unit 0 f=1"])


FILES = {"digits": None, "series": "walks_new.csv", "tagging": "steps_new.csv", "forecasting": None}
NAMED = {
    "digits": [],
    "series": [],
    "tagging": ["time"],
    "forecasting": ["ds"],
    "language": ["character"],
}


@pytest.mark.parametrize(("task", "run"), [(name, name) for name in TASKS], indirect=["run"])
def test_the_command_writes_what_a_program_traces(task, run, tmp_path, monkeypatch):
    monkeypatch.setattr(language, "PIECE", 7)
    file = FILES.get(task, "book_new.txt")
    whole = run.trace(file=file, clamps=["lstm unit 2 i=0"] if task == "digits" else ()).to_frame()
    clamps = ["--clamp", "lstm unit 2 i=0"] if task == "digits" else []
    type_in("trace", run.path, *([file] if file else []), "-o", tmp_path / "trace.parquet", *clamps)
    found = pd.read_parquet(tmp_path / "trace.parquet")
    assert found.columns.tolist() == ["series", "layer", "step", *NAMED[task], "unit", *"zifoch"]
    keys = ["series", "layer", "step", "unit"]
    found, whole = (table.sort_values(keys, ignore_index=True) for table in (found, whole))
    pd.testing.assert_frame_equal(found, whole, check_dtype=False, rtol=1e-4, atol=1e-5)


def test_steps_are_called_as_in_the_file(here):
    seen = glasscell.load("../runs/forecasting").trace()
    table = seen.to_frame().query("unit == 0")
    last = table.groupby("series").tail(1)
    assert seen.ids == last["series"].tolist()
    about = json.loads(Path("../runs/forecasting/data.json").read_text())
    assert last["ds"].dt.strftime("%Y-%m").tolist() == [end[:7] for end in about["ends"]]
    text = Path("book_new.txt").read_text()
    table = (
        glasscell.load("../runs/language").trace(file="book_new.txt").to_frame().query("unit == 0")
    )
    assert ("".join(table["character"]), table["step"].tolist()) == (text, [*range(len(text) + 1)])
    frame = pd.read_csv("steps_new.csv").assign(time=lambda table: table["time"] + 10)
    frame.loc[frame["id"] == "s1", ["u", "v"]] = np.nan
    frame.to_csv("gone.csv", index=False)
    with warns(Runs.LEFT_OUT):
        seen = glasscell.load("../runs/tagging").trace(file="gone.csv")
    table = seen.to_frame().query("unit == 0 and layer == 'forward_lstm_1'")
    assert (seen.ids, (table["time"].astype(int) - table["step"]).unique().tolist()) == (
        ["s0"],
        [10],
    )


def test_by_default_a_tagger_is_traced_on_what_it_held_out(here, monkeypatch):
    about = json.loads(Path("../runs/tagging/data.json").read_text())
    run = glasscell.load("../runs/tagging")
    assert run.trace().ids == [name for name, _, _ in about["held_out"]]
    data = tagging.open_run(run.path).held_out()
    of_two = replace(data, held_out=[Part(1, 5, 15), Part(0, 0, 3)])
    monkeypatch.setattr(tagging.TaggingRun, "held_out", lambda run: of_two)
    table = run.trace().to_frame().query("unit == 0 and layer == 'forward_lstm_1'")
    assert table["step"].tolist() == [*range(5, 15), *range(3)]
    assert data.table.times is not None
    assert table["time"].tolist() == [*data.table.times[1][5:15], *data.table.times[0][:3]]


@pytest.mark.parametrize("name", ["runs/tagging", "runs/forecasting", "runs/series"])
def test_it_is_evaluated_as_by_the_command(name, here):
    one = FINISHED[name]
    found = glasscell.load(f"../{name}").evaluate(one.scored)
    printed = json.loads(type_in("evaluate", f"../{name}", one.scored, "--json"))
    assert json.loads(json.dumps(found)) == printed


def test_what_cannot_be_is_refused_in_one_sentence(here, tmp_path):
    digits = glasscell.load("../runs/digits")
    with raises(Digits.OF_DIGITS):
        digits.evaluate("walks.csv")
    with raises(Runs.BOTH_GIVEN):
        digits.trace(images(), file="walks.csv")
    with raises(Tasks.NOT_WITH, option="label"):
        glasscell.load("../runs/forecasting").trace(label="sold")
    opened = forecasting.open_run(Path("../runs/forecasting"))
    alone = forecasting.Loaded(replace(opened, reason="few windows"), task_named("forecasting"))
    with raises(ForecastRuns.NO_GATES, why="few windows"):
        alone.trace()
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text("the sea")
    with raises(Runs.ONE_AT_A_TIME, n=2):
        glasscell.load("../runs/language").trace(file=tmp_path)
    frame = pd.read_csv("walks_new.csv").assign(u=np.nan, v=np.nan)
    frame.to_csv(tmp_path / "gone.csv", index=False)
    with raises(Runs.NO_TRACE):
        glasscell.load("../runs/series").trace(file=tmp_path / "gone.csv")


@pytest.mark.parametrize("run", ["series", "tagging", "forecasting"], indirect=True)
def test_what_is_no_file_no_clamp_or_no_series_is_refused(run):
    with raises(Runs.NO_FILE_NAME, found="DataFrame"):
        run.evaluate(pd.DataFrame())
    with raises(System.NO_FILE, file="nowhere.csv"):
        run.evaluate("nowhere.csv")
    with raises(Inspection.NO_CLAMP, found=3):
        run.trace(given(run.task.name), clamps=[3])
    for X in (3, np.float32(1)) if run.task.name == "forecasting" else (None, 3):
        with raises(ForecastRuns.NO_FRAME if run.task.name == "forecasting" else Reading.NO_FORM):
            run.predict(X)


@pytest.mark.long(3)  # draws all pictures of `explain`
@pytest.mark.parametrize(("task", "run"), [(name, name) for name in TASKS], indirect=["run"])
def test_the_page_of_a_run_is_that_of_explain(task, run, tmp_path):
    file = FILES.get(task, "book_new.txt")
    text = glasscell.explore(run, file).text
    type_in(
        "explain",
        run.path,
        *([file] if file else []),
        "--no-open",
        "-q",
        "-o",
        tmp_path / "page.html",
    )
    assert text == (tmp_path / "page.html").read_text("utf-8")


@of("tagging")
def test_a_page_is_of_a_run_with_options_or_of_a_network_with_series(run):
    assert '"id":"s1"' in glasscell.explore(run, "steps_new.csv", series=["s1"]).text
    with raises(Tasks.NOT_WITH, option="coverage"):
        glasscell.explore(run, coverage=0.9)
    with raises(Runs.OPTIONS_OF_RUNS, names=["series"]):
        glasscell.explore(run.network, series=["s1"])
    with raises(Runs.NOTHING_TO_EXPLORE):
        glasscell.explore(run.network)
