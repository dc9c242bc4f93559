"""Objects saved by version 0.1.0 before tasks had folders open, predict the same, and resume.

Numbers are the same within a tolerance: sums are split by the vectors and caches of a processor,
so that even machines that name the same one round otherwise. What lies in
support/saved_before_tasks/ was made by the script there, from the commit that its machine.json
names.
"""

import functools
import hashlib
import json
import shutil
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.saved_exports import EXPORTS, QUICK, ask, export, wanted
from support.saved_pickles import PICKLES, answers_of_pickle, outputs_of_model
from support.saved_rules import NAMED_OTHERWISE, TABLES, TIMES_OTHERWISE
from support.saved_runs import (
    FINISHED,
    SAVED,
    STOPPED,
    answers_of,
    images,
    of_rules,
    resume,
    scores_of,
)

import glasscell
from glasscell.facts import Code
from glasscell.runs.config import read_settings
from glasscell.tasks.forecasting.data import describe, read_source
from glasscell.tasks.forecasting.settings import ForecastSettings

TOLERANCE = {"rtol": 1e-4, "atol": 1e-5}  # another machine's vectors round otherwise
RUNTIME = {"rtol": 1e-5, "atol": 1e-5}  # so do other runtimes
RULES = of_rules(TABLES)
TIMED = of_rules(TIMES_OTHERWISE)
READ = [name for name in (*FINISHED, *RULES) if name not in TIMED]
LOADED = [
    name
    for name, one in (FINISHED | RULES).items()
    if name in READ and one.task in ("digits", "series", "regression")
]
# One of each kind; the others are asked in CI, and trained on nightly.
FIRST = of_rules(
    (
        *(
            "series-dates",
            "series-months",
            "series-months-german",
            "series-weekdays",
            "series-clocks-past-midnight",
        ),
        *("series-hours-wrapped", "series-year-by-month", "series-step-first", "series-two-places"),
        *(
            "series-frame-of-words",
            "series-worded-weeks",
            "series-hours-begin-again",
            "series-counter-begins-again",
        ),
        *("series-day-by-others", "series-footer", "series-far-from-zero", "forecasting-worded"),
    )
)
RENAMED = of_rules(NAMED_OTHERWISE)
WORDED = {  # times are months in words, and how they are named and written
    "rules/forecasting-worded": {"time": "month", "time_format": "%b %Y"},
    "rules/forecasting-year-and-month-name": {"time": "year,month", "time_format": "%Y %b"},
}


def marked(names, mark, unless):
    return [name if name in unless else pytest.param(name, marks=mark) for name in names]


@functools.cache
def recorded(name: str) -> dict:
    return json.loads((SAVED / f"{name}.json").read_text("utf-8"))


def assert_same(found, truth):
    """Compare what is nested in dicts and lists."""
    if isinstance(truth, dict):
        assert found.keys() == truth.keys()
        for name, v in truth.items():
            assert_same(found[name], v)
    elif isinstance(truth, list) and truth and isinstance(truth[0], dict):
        assert len(found) == len(truth)
        for one, of_truth in zip(found, truth, strict=True):
            assert_same(one, of_truth)
    elif np.issubdtype(np.asarray(truth).dtype, np.number):
        np.testing.assert_allclose(found, truth, **TOLERANCE)
    else:
        np.testing.assert_array_equal(found, truth)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give a copy of all, to be asked but not changed."""
    folder = tmp_path_factory.mktemp("saved")
    for part in ("data", "runs", "pickles", "exports"):
        shutil.copytree(SAVED / part, folder / part)
    with tarfile.open(SAVED / "rules.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture
def here(folder, monkeypatch):
    """Work where the data lie, far from where runs were trained on them."""
    monkeypatch.chdir(folder / "data")


def test_nobody_has_changed_it():
    listed = dict(
        reversed(line.split("  "))
        for line in (SAVED / "SHA256SUMS").read_text("utf-8").splitlines()
    )
    there = [
        path for path in SAVED.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")
    ]
    found = {
        path.relative_to(SAVED).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in there
    }
    assert found.pop("SHA256SUMS")
    assert found == listed


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", marked(READ, pytest.mark.long(1), (*FINISHED, *FIRST)))
def test_a_run_answers_the_same(name):
    assert_same(answers_of((FINISHED | RULES)[name]), recorded("answers")[name])


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", [name for name in FINISHED if not name.endswith("digits")])
def test_english_decides_no_answer(name, monkeypatch):
    monkeypatch.setattr(Code, "sentence", lambda code, values: str(code))
    assert_same(answers_of(FINISHED[name]), recorded("answers")[name])


@pytest.mark.usefixtures("here")
@pytest.mark.filterwarnings(
    "ignore::glasscell.errors.FactWarning"
)  # one of the series has a single step
@pytest.mark.parametrize("name", marked(LOADED, pytest.mark.long(1), (*FINISHED, *FIRST)))
def test_a_loaded_run_answers_the_same(name):
    run, one = glasscell.load_run(Path("..") / name), (FINISHED | RULES)[name]
    asked = images() if one.asked is None else pd.read_csv(one.asked)
    found = run.predict(asked)[:, None] if run.classes_ is None else run.predict_proba(asked)
    # of numbers, low and high come after
    truth = np.array(recorded("answers")[name]["numbers"])[:, : found.shape[1]]
    assert_same(found, truth.astype(found.dtype))


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", [name for name, one in FINISHED.items() if one.scored])
def test_a_run_is_scored_the_same(name):
    assert_same(scores_of(FINISHED[name]), recorded("answers")[f"scores of {name}"])


@pytest.mark.parametrize("name", FINISHED)
def test_a_runs_keras_model_answers_the_same(name):
    assert_same(outputs_of_model(SAVED / name), recorded("answers")[f"model.keras of {name}"])


@pytest.mark.filterwarnings(
    "ignore:Trying to unpickle:UserWarning"
)  # scikit-learn's, of another version of itself
@pytest.mark.parametrize("name", PICKLES)
def test_a_pickle_answers_the_same(name):
    assert_same(answers_of_pickle(name, SAVED / "pickles"), recorded("answers")[f"pickles/{name}"])


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", marked(EXPORTS, pytest.mark.long(1), QUICK))
def test_an_export_answers_the_same(name, folder):
    np.testing.assert_allclose(
        ask(name, folder / "exports"), wanted(name, recorded("answers")), **RUNTIME
    )


@pytest.mark.long(3)  # each starts TensorFlow's compiler, a C compiler, or a converter
@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", EXPORTS)
def test_a_run_leaves_again_and_answers_the_same(name, tmp_path):
    export(name, tmp_path)
    np.testing.assert_allclose(ask(name, tmp_path), wanted(name, recorded("answers")), **RUNTIME)


@pytest.mark.long(3)  # trains
@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    "name",
    marked(
        [*STOPPED, *(name for name in READ if name not in (*RENAMED, *WORDED))],
        pytest.mark.nightly,
        (*FINISHED, *STOPPED, *FIRST),
    ),
)
def test_a_run_is_trained_on_with_the_same_numbers(name, folder, tmp_path, monkeypatch):
    shutil.copytree((SAVED if name in STOPPED else folder) / name, tmp_path / name)
    shutil.copytree(folder / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path / "data")
    found, truth = resume((FINISHED | STOPPED | RULES)[name]), recorded("resumed")[name]
    for scores in (found["scores"], truth["scores"]):  # a run that is resumed has today's intervals
        scores.pop("pinball", None)
    assert_same(found, truth)


@pytest.mark.long(3)  # trains
@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("name", marked(RENAMED, pytest.mark.nightly, FIRST))
def test_a_run_whose_columns_are_read_otherwise_is_refused_until_they_are_moved(
    name, folder, tmp_path, monkeypatch
):
    shutil.copytree(folder / name, tmp_path / name)
    shutil.copytree(folder / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path / "data")
    with pytest.raises(AssertionError, match=r"in another order|use --channels"):
        resume(RENAMED[name])
    steps = [
        column
        for row in json.loads((tmp_path / name / "data.json").read_text())["step_names"]
        for column in row
    ]
    file = Path(RENAMED[name].asked or "")
    pd.read_csv(file)[[*steps, "label"]].to_csv(file, index=False)
    if name.endswith(
        ("hours-wrapped", "two-places")
    ):  # of numbers, or one or two channels: no order tells
        with pytest.raises(AssertionError, match=r"in another order|use --channels"):
            resume(RENAMED[name])
    else:
        assert_same(resume(RENAMED[name]), recorded("resumed")[name])


@pytest.mark.parametrize("name", WORDED)
def test_a_run_whose_times_are_words_is_refused_and_its_file_is_read_the_same_once_it_is_said_how(
    name, folder, monkeypatch
):
    monkeypatch.chdir(folder / "data")
    with pytest.raises(AssertionError, match="--time-format"):
        resume(RULES[name])
    config = read_settings(folder / name / "config.toml", ForecastSettings)
    file = Path(config.data).name
    found = read_source(replace(config, data=file, **WORDED[name]))
    recorded_then = json.loads((folder / name / "data.json").read_text())
    assert describe(found, file)["sha256"] == recorded_then["sha256"]


@pytest.mark.parametrize("name", marked(TIMED, pytest.mark.long(1), FIRST))
def test_a_run_whose_times_are_read_otherwise_refuses_its_file_till_mended(
    name, folder, tmp_path, monkeypatch
):
    shutil.copytree(folder / name, tmp_path / name)
    shutil.copytree(folder / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path / "data")
    run, file = TIMED[name], Path(TIMED[name].asked or "")
    for do in (answers_of, resume):
        with pytest.raises(AssertionError, match=r"--time-format|--channels"):
            do(run)
    column, written = TIMES_OTHERWISE[name.removeprefix("rules/")]
    table = pd.read_csv(file)
    table.assign(**{column: table[column].map(written)}).to_csv(file, index=False)
    assert_same(answers_of(run), recorded("answers")[name])


@pytest.mark.long(3)  # trains
@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("name", marked(TIMED, pytest.mark.nightly, FIRST))
def test_a_run_whose_times_are_written_otherwise_is_trained_on(name, folder, tmp_path, monkeypatch):
    shutil.copytree(folder / name, tmp_path / name)
    shutil.copytree(folder / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path / "data")
    file, (column, written) = (
        Path(TIMED[name].asked or ""),
        TIMES_OTHERWISE[name.removeprefix("rules/")],
    )
    table = pd.read_csv(file)
    table.assign(**{column: table[column].map(written)}).to_csv(file, index=False)
    assert_same(resume(TIMED[name]), recorded("resumed")[name])
