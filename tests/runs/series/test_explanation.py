import json
import re
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.facts import codes, facts_of, raises
from support.walks import SMALL, blank, write_table

from glasscell.data import read, read_in_parts
from glasscell.data.sentences import Reading
from glasscell.errors import DataError
from glasscell.inspection.traces import trace
from glasscell.runs import tracing
from glasscell.runs.milestones import choose
from glasscell.runs.run_folder import load_model
from glasscell.runs.sentences import Runs
from glasscell.runs.series import explanation, selection
from glasscell.runs.series import trained_run as trained
from glasscell.runs.series.selection import spread_over_classes
from glasscell.system.sentences import System
from glasscell.tasks.series import predictions
from glasscell.tasks.series import training as series_runs
from glasscell.tasks.series.explanation import explain, trace_to
from glasscell.tasks.series.options import ExplainOptions
from glasscell.tasks.series.settings import SeriesSettings
from glasscell.tasks.series.trained_run import open_run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("explained")


@pytest.fixture(scope="module")
def table(folder):
    return write_table(folder / "walks.csv", n=30)


@pytest.fixture(scope="module")
def run(folder, table, undraw):
    with undraw():
        series_runs.train(SeriesSettings(str(table), **SMALL), output_dir=folder, name="run")
    return folder / "run"


def payload(page):
    """Read what a page was given."""
    (text,) = re.findall(
        r'<script type="application/json" id="data">(.*?)</script>', page.read_text("utf-8"), re.S
    )
    return json.loads(text)


@pytest.mark.long(3)
def test_a_run_of_a_file_is_explained(run, table, tmp_path):
    page = tmp_path / "page.html"
    summary = explain(run, options=ExplainOptions(limit=5, csv=True), page=page)
    assert summary["page"] == str(page)
    assert "digits.png" not in summary["files"]
    series = read(table)
    told = payload(page)
    assert told["classes"] == ["down", "up"]
    assert told["channels"] == list(series.channels)
    assert (told["reads"], told["title"]) == (table.stem, f"glasscell: an LSTM reads {table.stem}")
    report = json.loads((run / "report.json").read_text())
    assert told["score"] == {"accuracy": report["accuracy"], "n": report["n"], "on": "twin"}
    assert told["examples_trained_on"]
    assert summary["notes"] == [
        "30 of the 30 series are training series, so good scores are expected"
    ]
    assert [example["id"] for example in told["examples"]] == summary["series"]
    frame = pd.read_csv(run / "explain/trace.csv")
    assert frame["series"].unique().tolist() == summary["series"]
    (layer,) = summary["layers"]
    assert layer["layer"] == "lstm_1"
    assert 0 <= layer["f_open"] <= 1
    assert layer["half_life_in_steps"]["least"] <= layer["half_life_in_steps"]["median"]


@pytest.mark.long(3)
@pytest.mark.usefixtures("undrawn")
def test_a_page_has_as_many_epochs_as_there_is_room_for(run, tmp_path, monkeypatch):
    explain(run, options=ExplainOptions(limit=2), page=tmp_path / "all.html")
    # then as much as the trained network takes:
    monkeypatch.setattr(explanation, "EPOCHS_BYTES", 0)
    monkeypatch.setattr(explanation, "to_inline_json", lambda network: 350 * " ")
    explain(run, options=ExplainOptions(limit=2), page=tmp_path / "few.html")
    every, few = payload(tmp_path / "all.html"), payload(tmp_path / "few.html")
    assert every["epochs"]["kept"] == [0, 1, 2, 3]
    assert len(few["epochs"]["coded"]) <= 350 < len(every["epochs"]["coded"])
    assert 1 <= len(few["epochs"]["kept"]) < 4
    assert few["epochs"]["kept"] == choose([0, 1, 2, 3], 4, len(few["epochs"]["kept"]))


@pytest.mark.long(1)
@pytest.mark.usefixtures("undrawn")
def test_series_are_chosen_by_name_and_other_files_are_read(run, table, folder):
    other = write_table(folder / "other.csv", n=8, seed=5)
    ids = [str(name) for name in read(other).ids[[6, 1]]]
    summary = explain(run, str(other), options=ExplainOptions(series=ids))
    assert summary["series"] == ids
    assert summary["data"] == str(other)
    with raises(Runs.NO_SUCH_SERIES, series="nobody", where=str(other)):
        explain(run, str(other), options=ExplainOptions(series=["nobody"]))
    # a task written for an earlier release gives its options one by one
    former = {"series": ids, "csv": True, "group": None, "decimal": "."}
    explained = explanation.look_into(open_run(run), str(other), lambda stage: None, **former)
    assert explained.summary["series"] == ids
    assert explained.write.keywords["csv"]


@pytest.mark.long(1)
@pytest.mark.usefixtures("undrawn")
def test_series_without_labels_are_explained_without_scores(run, table, tmp_path):
    frame = pd.read_csv(table).drop(columns="label")
    frame.to_csv(tmp_path / "bare.csv", index=False)
    summary = explain(run, str(tmp_path / "bare.csv"), options=ExplainOptions(limit=3))
    assert summary["clamps"] is None
    assert "clamps.csv" not in summary["files"]
    assert payload(run / "explain/explorer.html")["examples"][0]["truth"] is None


FORMS = {
    "both directions, stacked": {"bidirectional": True, "units": [5, 4], "read_out": "both"},
    "stride": {"stride": 3, "variant": "CIFG"},
    "gates absent": {"variant": "NIG"},
}


@pytest.mark.nightly  # the digits, and a file, are explained in CI
@pytest.mark.long(5)
@pytest.mark.parametrize(
    "form",
    [
        "both directions, stacked",
        *(pytest.param(form, marks=pytest.mark.nightly) for form in ("stride", "gates absent")),
    ],
)
@pytest.mark.usefixtures("undrawn")
def test_networks_of_every_form_are_explained(form, table, folder):
    name = form.replace(", ", "-").replace(" ", "-")
    settings = SeriesSettings(str(table), **{**SMALL, **FORMS[form], "epochs": 2})
    series_runs.train(settings, output_dir=folder, name=name)
    summary = explain(folder / name, options=ExplainOptions(limit=4))
    told = payload(folder / name / "explain/explorer.html")["network"]
    assert len(told["layers"]) == len(np.atleast_1d(settings.units))
    assert len(summary["layers"]) == (4 if "stacked" in form else 1)


@pytest.mark.nightly  # a file of classes is explained in CI
@pytest.mark.long(3)
@pytest.mark.usefixtures("undrawn")
def test_numbers_are_explained(folder):
    table = write_table(folder / "numbers.csv", n=20, regression=True)
    settings = SeriesSettings(str(table), **{**SMALL, "epochs": 2, "early_stopping": False})
    series_runs.train(settings, output_dir=folder, name="numbers")
    summary = explain(folder / "numbers", options=ExplainOptions(limit=4))
    assert "rmse" in summary["clamps"][0]
    told = payload(folder / "numbers/explain/explorer.html")
    assert (told["task"], told["classes"]) == ("regression", None)


@pytest.mark.parametrize("name", ["a.csv", pytest.param("a.parquet", marks=pytest.mark.nightly)])
def test_all_numbers_go_to_a_table(run, table, tmp_path, name, monkeypatch):
    monkeypatch.setattr(tracing, "AT_ONCE", 7)
    rows = trace_to(run, str(table), str(tmp_path / name)).counts["rows"]
    frame = (
        pd.read_csv(tmp_path / name) if name.endswith("csv") else pd.read_parquet(tmp_path / name)
    )
    series = read(table)
    units = SMALL.get("units", 64)
    assert rows == len(frame) == int(series.lengths.sum()) * units
    seen = trace(load_model(run), series.x)
    whole = seen.to_frame(series.ids.tolist())
    pd.testing.assert_frame_equal(frame, whole, check_dtype=False, rtol=1e-4, atol=1e-6)


@pytest.mark.long(1)
@pytest.mark.usefixtures("undrawn")
def test_runs_that_cannot_be_looked_into_say_so(run, table, folder, tmp_path):
    unfinished = shutil.copytree(run, tmp_path / "unfinished")
    (unfinished / "model.keras").unlink()
    with raises(Runs.NO_MODEL):
        explain(unfinished)
    damaged = shutil.copytree(run, tmp_path / "damaged")
    (damaged / "probes.npz").write_bytes((run / "probes.npz").read_bytes()[:100])
    with raises(Runs.BAD_FILE):
        explain(damaged)
    (damaged / "probes.npz").unlink()
    with raises(Runs.BAD_FILE, file=str(damaged / "probes.npz")):
        explain(damaged)
    (damaged / "SHA256SUMS").unlink()  # as it is of runs made before there were any probes
    explain(damaged, options=ExplainOptions(limit=2))
    assert payload(damaged / "explain/explorer.html")["probes"] is None


@pytest.mark.long(2)
@pytest.mark.usefixtures("undrawn")
def test_a_file_that_was_trained_on_and_is_gone_is_asked_for(folder, tmp_path):
    table = write_table(tmp_path / "soon gone.csv", n=12)
    series_runs.train(
        SeriesSettings(str(table), **{**SMALL, "epochs": 1}), output_dir=folder, name="gone"
    )
    table.unlink()
    with raises(Runs.SOURCE_GONE):
        explain(folder / "gone")


def test_series_are_spread_over_classes():
    assert spread_over_classes(np.array([2, 2, 2, 0, 1, 0]), 6, 5).tolist() == [3, 4, 0, 5, 1]
    assert spread_over_classes(None, 7, 3).tolist() == [0, 1, 2]
    assert spread_over_classes(np.array([0.5, 0.5]), 2, 9).tolist() == [0, 1]


@pytest.mark.long(1)
@pytest.mark.usefixtures("undrawn")
def test_a_class_that_the_network_does_not_know_is_shown_without_truth(run, table, tmp_path):
    frame = pd.read_csv(table)
    frame.loc[frame["id"] == frame["id"].iloc[0], "label"] = "sideways"
    frame.to_csv(tmp_path / "odd.csv", index=False)
    summary = explain(run, str(tmp_path / "odd.csv"), options=ExplainOptions(limit=30))
    assert facts_of(summary, Runs.OTHER_LABELS) == [{"n": 1, "classes": ["down", "up"]}]
    assert summary["probes"][0]["series"] == 29
    assert summary["clamps"] is not None
    truths = [example["truth"] for example in payload(run / "explain/explorer.html")["examples"]]
    assert truths.count(None) == 1
    assert open_run(run).truth(read(tmp_path / "odd.csv")).tolist().count(-1) == 1


@pytest.mark.nightly  # a class not known, above, is shown alike
@pytest.mark.long(4)
@pytest.mark.usefixtures("undrawn")
def test_a_series_without_a_label_is_shown_without_truth(run, table, tmp_path, monkeypatch):
    monkeypatch.setattr(trained, "SERIES_PER_PART", 1)  # some parts have labels, others none
    frame = pd.read_csv(table)
    names = frame["id"].unique()[:3].tolist()
    frame.loc[frame["id"].isin(names[:2]), "label"] = np.nan
    frame[frame["id"].isin(names)].to_csv(tmp_path / "odd.csv", index=False)
    explain(run, str(tmp_path / "odd.csv"), options=ExplainOptions(series=names[::-1]))
    truths = [example["truth"] for example in payload(run / "explain/explorer.html")["examples"]]
    assert [truth is None for truth in truths] == [False, True, True]
    monkeypatch.undo()
    frame.to_csv(tmp_path / "odd.csv", index=False)
    summary = explain(run, str(tmp_path / "odd.csv"), options=ExplainOptions(limit=30))
    assert facts_of(summary, Runs.UNLABELLED) == [{"n": 2}]
    assert summary["probes"][0]["series"] == 28


@pytest.mark.long(1)
@pytest.mark.usefixtures("undrawn")
def test_series_without_a_value_are_left_out_and_named(run, table, tmp_path):
    some = str(blank(table, tmp_path / "some.csv", ["s000", "s004"]))
    summary = explain(run, some, options=ExplainOptions(limit=30))
    (left_out,) = facts_of(summary, Runs.LEFT_OUT)
    assert left_out["empty"]["values"] == {"some": 2, "n": 30, "ids": ["s000", "s004"]}
    assert (summary["n"], len(summary["series"])) == (28, 28)
    assert not {"s000", "s004"} & set(summary["series"])
    with raises(Runs.NOTHING_OF_SERIES, name="s004"):
        explain(run, some, options=ExplainOptions(series=["s001", "s004"]))
    nothing = blank(table, tmp_path / "none.csv", pd.read_csv(table)["id"].unique())
    with raises(Reading.ALL_EMPTY, file=str(nothing), purpose=Reading.TO_LOOK_INTO()):
        explain(run, str(nothing))


def test_a_trace_has_no_rows_of_a_series_without_a_value(run, table, tmp_path, monkeypatch):
    monkeypatch.setattr(trained, "SERIES_PER_PART", 3)  # the first part has no others
    names = [f"s{k:03d}" for k in (0, 1, 2, 9)]
    some = blank(table, tmp_path / "some.csv", names)
    counts, notes, _ = trace_to(run, str(some), str(tmp_path / "a.csv"))
    assert (counts["n_left_out"], codes(notes)) == (4, [Runs.LEFT_OUT])
    frame = pd.read_csv(tmp_path / "a.csv")
    assert counts["rows"] == len(frame)
    assert sorted(frame["series"].unique()) == [
        f"s{k:03d}" for k in range(30) if f"s{k:03d}" not in names
    ]


def long_file(path, steps):
    frame = pd.DataFrame(
        {"id": "long", "t": range(steps), "u": np.sin(np.arange(steps)), "v": 0.0, "label": "up"}
    )
    frame.to_parquet(path)
    return str(path)


@pytest.mark.nightly  # it draws long series
@pytest.mark.long(4)
@pytest.mark.parametrize("steps", [70, pytest.param(700, marks=pytest.mark.nightly)])
@pytest.mark.usefixtures("undrawn")
def test_long_series_are_explained_as_far_as_that_can_be_read(run, tmp_path, monkeypatch, steps):
    """With lower limits than people have, but nightly: 700 steps under each clamp take a minute."""
    if steps < explanation.MAX_STEPS_LEFT_OUT:
        monkeypatch.setattr(explanation, "MAX_STEPS_LEFT_OUT", 50)
    file = long_file(tmp_path / "long.parquet", steps)
    summary = explain(run, file, options=ExplainOptions(csv=True))
    assert {"evidence.png"} & set(summary["files"]) == set()
    assert not (run / "explain/evidence.png").exists()  # an earlier look's is gone
    most = explanation.MAX_STEPS_LEFT_OUT
    assert (
        summary["notes"][-1]
        == f"series 'long' has more than {most} steps: the ablation of its steps is not drawn"
    )
    assert "origin.png" in summary["files"]
    monkeypatch.setattr(explanation, "MAX_STEPS_BY_ORIGIN", 60)
    assert {"origin.png"} & set(explain(run, file)["files"]) == set()
    monkeypatch.setattr(selection, "MAX_STEPS", 60)
    with raises(Runs.TOO_MANY_STEPS, series="long", steps=steps, most=60):
        explain(run, file)


def test_series_of_millions_of_steps_are_refused_at_once(run, tmp_path):
    file = long_file(tmp_path / "very_long.parquet", 10**6)
    with raises(Runs.TOO_MANY_STEPS, steps=1_000_000, most=20_000):
        explain(run, file)


@pytest.mark.usefixtures("undrawn")
def test_no_more_series_are_traced_than_memory_holds(run, table, monkeypatch):
    monkeypatch.setattr(selection, "MAX_TRACE_BYTES", 24 * 4 * 8 * 5)
    assert explain(run)["n"] == 5


HOSTILE = (
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=document.title='owned'>",
    r"_$\frac{$ & a\u2028b",
    "`${1}` $x^{$",
)


@pytest.mark.nightly  # names are never taken for HTML in explorer/test_in_browser
@pytest.mark.long(5)
def test_hostile_names_stay_names(folder, tmp_path):
    table = write_table(tmp_path / "plain.csv", n=16, channels=("u", HOSTILE[1]))
    frame = pd.read_csv(table)
    frame["label"] = frame["label"].replace({"up": HOSTILE[0], "down": HOSTILE[2]})
    frame["id"] = frame["id"].replace({"s000": HOSTILE[3]})
    frame.to_csv(tmp_path / "hostile.csv", index=False)
    settings = SeriesSettings(str(tmp_path / "hostile.csv"), **{**SMALL, "epochs": 1})
    series_runs.train(settings, output_dir=folder, name="hostile")
    explain(folder / "hostile", options=ExplainOptions(limit=16))
    page = folder / "hostile/explain/explorer.html"
    assert page.read_text("utf-8").lower().count("</script") == 2
    told = payload(page)
    assert set(told["classes"]) == {HOSTILE[0], HOSTILE[2]}
    assert HOSTILE[1] in told["channels"]
    assert HOSTILE[3] in [example["id"] for example in told["examples"]]


def save_probes(run, **arrays):
    np.savez(run / "probes.npz", **arrays)


def make_folder(path):
    path.unlink()
    path.mkdir()


def damage_model(run):
    content = bytearray((run / "model.keras").read_bytes())
    content[len(content) // 2] ^= 0xFF
    (run / "model.keras").write_bytes(bytes(content[: len(content) // 2]))


DAMAGE = {
    "the model cut": (damage_model, "model.keras", Runs.BAD_FILE),
    "the model of other bytes": (
        lambda run: (run / "model.keras").write_bytes(b"PK" + bytes(99)),
        *("model.keras", Runs.BAD_FILE),
    ),
    "data.json gone": (lambda run: (run / "data.json").unlink(), "data.json", Runs.BAD_FILE),
    "data.json a list": (
        lambda run: (run / "data.json").write_text("[]"),
        "data.json",
        Runs.BAD_FILE,
    ),
    "config.toml empty": (
        lambda run: (run / "config.toml").write_bytes(b"\0\1"),
        *("config.toml", Runs.CONFIG_NOT_TOML),
    ),
    "config.toml of other settings": (
        lambda run: (run / "config.toml").write_text("unit = 3"),
        *("config.toml", Runs.MISSPELT_SETTING),
    ),
    "probes of no file": (
        lambda run: (run / "probes.npz").write_bytes(b""),
        "probes.npz",
        Runs.BAD_FILE,
    ),
    "probes of text": (
        lambda run: (run / "probes.npz").write_text("steps"),
        "probes.npz",
        Runs.BAD_FILE,
    ),
    "probes a folder": (
        lambda run: [(run / "probes.npz").unlink(), (run / "probes.npz").mkdir()],
        *("probes.npz", Runs.BAD_FILE),
    ),
    "probes pickled": (
        lambda run: save_probes(run, steps=np.array([{}, 1], object), coefficients=0, intercepts=0),
        *("probes.npz", Runs.BAD_FILE),
    ),
    "probes of other names": (
        lambda run: save_probes(run, a=np.ones(3)),
        "probes.npz",
        Runs.BAD_FILE,
    ),
    "probes of another network": (
        lambda run: save_probes(
            run, steps=np.arange(2), coefficients=np.ones((2, 9, 2)), intercepts=np.ones((2, 2))
        ),
        *("probes.npz", Runs.BAD_FILE),
    ),
    "probes of no numbers": (
        lambda run: save_probes(
            run,
            steps=np.arange(2),
            coefficients=np.full((2, 4, 2), np.inf),
            intercepts=np.ones((2, 2)),
        ),
        *("probes.npz", Runs.BAD_FILE),
    ),
    "explain a file": (
        lambda run: (run / "explain").write_text("mine"),
        "explain",
        System.NOT_WRITTEN,
    ),
    "explain a link to itself": (
        lambda run: (run / "explain").symlink_to("explain"),
        "explain",
        System.NOT_WRITTEN,
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damaged_runs_are_named(run, tmp_path, kind):
    copy = shutil.copytree(run, tmp_path / "copy", ignore=shutil.ignore_patterns("explain"))
    damage, file, code = DAMAGE[kind]
    damage(copy)
    with raises(code, file=str(copy / file)):
        explain(copy, options=ExplainOptions(limit=1))


@pytest.mark.parametrize(
    "rows",
    [
        "id,t,u,label\na,0,1,up\n",
        "id,t,u,v,label\n",
        "id,t,u,v,label\na,0,one,2,up\n",
        "id,t,u,v,label\na,0,inf,2,up\n",
        "",
    ],
)
def test_files_that_cannot_be_read_are_named(run, tmp_path, rows):
    (tmp_path / "bad.csv").write_text(rows)
    with pytest.raises(DataError) as raised:
        explain(run, str(tmp_path / "bad.csv"))
    assert raised.value.file == str(tmp_path / "bad.csv")


@pytest.mark.long(1)
@pytest.mark.usefixtures("undrawn")
def test_a_damaged_report_is_named(run, tmp_path):
    copy = shutil.copytree(run, tmp_path / "copy", ignore=shutil.ignore_patterns("explain"))
    (copy / "report.json").write_text("[1")
    with raises(Runs.BAD_FILE, file=str(copy / "report.json")):
        explain(copy, options=ExplainOptions(limit=1))


@pytest.mark.nightly  # it explains a file once more
@pytest.mark.long(2)
@pytest.mark.usefixtures("undrawn")
def test_a_file_is_read_once_and_traced_once(run, folder, monkeypatch):
    table = write_table(folder / "read once.csv", n=12)
    monkeypatch.setattr(trained, "SERIES_PER_PART", 8)
    readings, traced = [], []

    def counted_reading(file, **options):
        readings.append(file)
        return read_in_parts(file, **options)

    def counted_trace(network, x):
        traced.append(len(x))
        return trace(network, x)

    monkeypatch.setattr(trained, "read_in_parts", counted_reading)
    monkeypatch.setattr(explanation, "trace", counted_trace)
    ids = read(table).ids.tolist()
    for series, sizes in ((None, [8]), ([ids[5], ids[2]], [8]), ([ids[11], ids[2]], [8, 2])):
        readings.clear()
        traced.clear()
        summary = explain(run, str(table), options=ExplainOptions(series=series))
        assert summary["series"] == series or series is None
        assert (readings, traced) == ([str(table)], sizes)
        with np.load(run / "explain/trace.npz") as arrays:
            assert arrays["series"].tolist() == summary["series"]
            places = [ids.index(name) for name in summary["series"]]
            alone = trace(load_model(run), read(table).x[places])
            steps = arrays["lstm_1/c"].shape[1]
            np.testing.assert_allclose(arrays["lstm_1/c"], alone["lstm_1"].c[:, :steps], atol=1e-6)


COMMANDS = {
    "explain": lambda run, table, to: explain(run, table, options=ExplainOptions(limit=2)),
    "trace": lambda run, table, to: trace_to(run, table, to),
    "predict": lambda run, table, to: predictions.predict_to(run, table, to),
    "evaluate": lambda run, table, to: predictions.evaluate(run, table),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.usefixtures("undrawn")
def test_what_a_run_says_of_itself_is_read_once_a_command(
    command, run, table, tmp_path, monkeypatch
):
    opened, read_text = Counter(), Path.read_text

    def counted_reading(path, *args, **how):
        opened[path.name] += 1
        return read_text(path, *args, **how)

    monkeypatch.setattr(Path, "read_text", counted_reading)
    COMMANDS[command](run, str(table), str(tmp_path / "out.csv"))
    assert (opened["config.toml"], opened["data.json"]) == (1, 1)
