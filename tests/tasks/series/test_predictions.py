import io
import json
import shutil
import sys

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from support.facts import facts_of, only, raises
from support.walks import SMALL, blank, write_table

from glasscell import LSTMClassifier
from glasscell.data import read
from glasscell.data.checks.sentences import Doubts
from glasscell.data.sentences import Reading
from glasscell.data.tables.sentences import Tables
from glasscell.facts import Note
from glasscell.inference.sentences import Inputs
from glasscell.runs.sentences import Runs
from glasscell.runs.series import trained_run
from glasscell.runs.statistics import of_share
from glasscell.system.sentences import System
from glasscell.tasks.series import predictions
from glasscell.tasks.series import training as series_runs
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.settings import SeriesSettings


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("answers")


@pytest.fixture(scope="module")
def table(folder):
    return write_table(folder / "walks.csv", n=60)


@pytest.fixture(scope="module")
def run(folder, table, undraw):
    with undraw():
        series_runs.train(SeriesSettings(str(table), **SMALL), output_dir=folder, name="run")
    return folder / "run"


def test_answers_are_the_estimators(run, table, folder):
    series = read(table)
    settings = SeriesSettings(str(table), **SMALL)
    learner = LSTMClassifier(**settings.for_estimator()).fit(series.x, series.y)
    written = predictions.predict_to(run, str(table), str(folder / "a.csv"))
    assert (written.counts["n"], written.counts["n_unanswered"], written.notes) == (60, 0, [])
    table_of = pd.read_csv(folder / "a.csv")
    assert list(table_of.columns) == ["id", "answer", "p(down)", "p(up)"]
    assert table_of["id"].tolist() == series.ids.tolist()
    assert table_of["answer"].tolist() == learner.predict(series.x).tolist()
    np.testing.assert_allclose(
        table_of[["p(down)", "p(up)"]], learner.predict_proba(series.x), rtol=1e-4
    )


def test_answers_in_parts_are_answers(run, table, folder, monkeypatch):
    predictions.predict_to(run, str(table), str(folder / "whole.parquet"))
    monkeypatch.setattr(trained_run, "SERIES_PER_PART", 7)
    predictions.predict_to(run, str(table), str(folder / "parts.parquet"))
    whole, parts = (pd.read_parquet(folder / f"{name}.parquet") for name in ("whole", "parts"))
    assert whole["id"].tolist() == parts["id"].tolist()
    np.testing.assert_allclose(whole["p(up)"], parts["p(up)"], rtol=1e-5)


@pytest.mark.long(3)
def test_series_whose_label_is_missing_are_answered_but_not_scored(folder):
    table = write_table(folder / "slopes.csv", regression=True, n=20)
    frame = pd.read_csv(table)
    frame.loc[frame["id"].isin(["s001", "s005"]), "label"] = -999
    frame.to_csv(folder / "marked.csv", index=False)
    settings = SeriesSettings(
        str(folder / "marked.csv"),
        missing=[-999.0],
        early_stopping=False,
        **SMALL | {"measure": "none"},
    )
    notes: list[Note] = []
    report = series_runs.train(settings, output_dir=folder, name="marked", on_note=notes.append)
    assert report["n_train"] == 18
    left_out = only(notes, Doubts.MARKED_LABELS_LEFT_OUT)
    assert (left_out.values["some"], left_out.values["n"], left_out.values["missing"]) == (
        2,
        20,
        ["-999"],
    )
    measured = predictions.evaluate(folder / "marked", str(folder / "marked.csv"))
    assert measured["n"] == 18
    assert facts_of(measured, Runs.MARKED_LABELS) == [{"n": 2, "of": 20}]
    frame[~frame["id"].isin(["s001", "s005"])].to_csv(folder / "others.csv", index=False)
    others = predictions.evaluate(folder / "marked", str(folder / "others.csv"))
    assert measured["r2"] == pytest.approx(others["r2"], rel=1e-6)
    assert (
        predictions.predict_to(
            folder / "marked", str(folder / "marked.csv"), str(folder / "a.csv")
        ).counts["n"]
        == 20
    )
    assert facts_of(measured, Runs.LABELS_OUTSIDE) == facts_of(others, Runs.LABELS_OUTSIDE) == []
    thousand = frame.assign(
        label=frame["label"].where(frame["label"] == -999, 1000 * frame["label"])
    )
    thousand.to_csv(folder / "thousand.csv", index=False)
    (far,) = facts_of(
        predictions.evaluate(folder / "marked", str(folder / "thousand.csv")), Runs.LABELS_OUTSIDE
    )
    assert (far["n"], far["of"]) == (18, 18)
    frame.assign(label=-999.0).to_csv(folder / "none.csv", index=False)
    with raises(Series.ALL_LABELS_MISSING, file=str(folder / "none.csv")):
        predictions.evaluate(folder / "marked", str(folder / "none.csv"))


@pytest.mark.nightly  # estimators/test_inputs has offsets
@pytest.mark.long(3)
def test_a_run_reads_all_files_with_its_own_offsets(table, run, folder):
    frame = pd.read_csv(table)
    channels = list(read(table).channels)
    frame[channels] = frame[channels].astype("float64").round(3)
    assert not (run / "data.json").read_text(encoding="utf-8").count('"offsets"')
    paths = {}
    for name, far in (("near", 0.0), ("far", 1e9), ("moved", 1e9 + 500)):
        paths[name] = str(folder / f"{name}.csv")
        (frame.assign(**{channel: frame[channel] + far for channel in channels})).to_csv(
            paths[name], index=False
        )
    for name in ("near", "far"):
        series_runs.train(
            SeriesSettings(paths[name], **SMALL | {"measure": "none"}), output_dir=folder, name=name
        )
    about = json.loads((folder / "far" / "data.json").read_text(encoding="utf-8"))
    assert about["offsets"] == dict.fromkeys(channels, 1e9)
    assert len(facts_of(about, Reading.SUBTRACTED)) == 1
    found = {}
    for name in ("near", "far"):
        predictions.predict_to(folder / name, paths[name], str(folder / f"{name}.answers.csv"))
        found[name] = pd.read_csv(folder / f"{name}.answers.csv")
    np.testing.assert_allclose(found["far"]["p(up)"], found["near"]["p(up)"], atol=1e-4)
    written = predictions.predict_to(
        folder / "far", paths["moved"], str(folder / "moved.answers.csv")
    )
    above = [note.values["distance"] for note in written.notes if note.code is Doubts.ABOVE]
    assert above == pytest.approx([500] * len(channels), rel=0.01)
    known = predictions.evaluate(folder / "far", paths["far"])
    assert len(known["warnings"]) == 1
    assert facts_of(known, Runs.TRAINED_ON_TOO) == [{"n": 60, "of": 60}]
    again = series_runs.resume(folder / "far", epochs=SMALL["epochs"] + 1)
    assert again["epochs"] == SMALL["epochs"] + 1


def test_answers_go_to_standard_output(run, table, monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    predictions.predict_to(run, str(table), "-")
    assert out.getvalue().startswith("id,answer,p(down),p(up)\ns000,")
    assert out.getvalue().count("\n") == 61


def test_scores_are_those_of_the_answers(run, table, folder):
    scores = predictions.evaluate(run, str(table))
    predictions.predict_to(run, str(table), str(folder / "b.csv"))
    right = (pd.read_csv(folder / "b.csv")["answer"].to_numpy() == read(table).y).mean()
    assert scores["accuracy"] == pytest.approx(right)
    assert len(scores["warnings"]) == 1
    assert facts_of(scores, Runs.TRAINED_ON_TOO) == [{"n": 60, "of": 60}]
    other = write_table(folder / "other.csv", n=20, seed=8)
    assert predictions.evaluate(run, str(other))["warnings"] == []


def with_people(table, path, people):
    """Write a table again with a column that says whose each series is, as `people` names them."""
    frame = pd.read_csv(table)
    frame.assign(subject=[people(int(name[1:])) for name in frame["id"]]).to_csv(path, index=False)
    return path


def test_scores_of_a_file_with_groups_are_as_unsure_as_these(run, table, tmp_path, monkeypatch):
    monkeypatch.setattr(trained_run, "SERIES_PER_PART", 25)
    alone = predictions.evaluate(run, str(table))
    path = with_people(table, tmp_path / "people.csv", lambda k: f"p{k % 12}")
    found = predictions.evaluate(run, str(path))
    assert (alone["interval_over"], found["interval_over"], found["n_groups"]) == (
        "series",
        "groups",
        12,
    )
    assert found["accuracy"] == alone["accuracy"]
    predictions.predict_to(run, str(path), str(tmp_path / "a.csv"))
    right = (pd.read_csv(tmp_path / "a.csv")["answer"] == read(table).y).to_numpy()
    assert found["intervals"]["accuracy"] == of_share(right, np.arange(60) % 12)
    assert found == predictions.evaluate(run, str(path))


def test_groups_that_a_file_does_not_say_or_that_are_few_are_said(run, table, tmp_path):
    path = with_people(table, tmp_path / "gaps.csv", lambda k: f"p{k % 12}" if k else None)
    found = predictions.evaluate(run, str(path))
    assert found["interval_over"] == "series"
    assert facts_of(found, Runs.NO_GROUP) == [{"n": 1, "of": 60}]
    path = with_people(table, tmp_path / "few.csv", lambda k: f"p{k % 5}")
    found = predictions.evaluate(run, str(path))
    assert set(found["intervals"].values()) == {None}
    assert facts_of(found, Runs.FEW_GROUPS) == [{"n": 5, "least": 6}]


@pytest.mark.few(3)
@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("size", [2, 7, 1000])
def test_a_series_without_a_value_has_no_answer_and_a_note_that_says_why(
    form, size, run, table, tmp_path, monkeypatch
):
    monkeypatch.setattr(trained_run, "SERIES_PER_PART", size)
    monkeypatch.setattr(predictions, "HELD_BACK", 100)
    some, output = (
        blank(table, tmp_path / "some.csv", ["s006", "s007", "s031"]),
        tmp_path / f"a.{form}",
    )
    written = predictions.predict_to(run, str(some), str(output))
    assert (written.counts["n"], written.counts["n_unanswered"], written.notes) == (
        60,
        3,
        [
            Series.UNANSWERED.warning(
                empty=Reading.EMPTY(some=3, n=60, ids=["s006", "s007", "s031"])
            )
        ],
    )
    predictions.predict_to(run, str(table), str(tmp_path / "all.csv"))
    read_back = pd.read_csv if form == "csv" else pd.read_parquet
    found, others = (
        read_back(output).set_index("id"),
        pd.read_csv(tmp_path / "all.csv").set_index("id"),
    )
    assert found.columns.tolist() == [*others.columns, "note"]
    without = found["answer"].isna()
    assert found.index[without].tolist() == ["s006", "s007", "s031"]
    assert found["note"][without].eq(str(Series.ALL_MISSING())).all()
    assert found["note"][~without].isna().all()
    assert found[["p(down)", "p(up)"]][without].isna().all(axis=None)
    assert found["answer"][~without].tolist() == others["answer"][~without].tolist()
    np.testing.assert_allclose(found["p(up)"][~without], others["p(up)"][~without], rtol=1e-5)


def test_notes_are_a_column_of_every_table_that_is_too_long_to_be_known_before(
    run, table, tmp_path, monkeypatch
):
    monkeypatch.setattr(trained_run, "SERIES_PER_PART", 10)
    monkeypatch.setattr(predictions, "HELD_BACK", 3)
    predictions.predict_to(run, str(table), str(tmp_path / "a.parquet"))
    assert pq.read_schema(tmp_path / "a.parquet").names[-1] == "note"
    found = pd.read_parquet(tmp_path / "a.parquet")
    assert (len(found), found["note"].notna().sum()) == (60, 0)
    monkeypatch.setattr(predictions, "HELD_BACK", 6)
    predictions.predict_to(run, str(table), str(tmp_path / "a.parquet"))
    assert "note" not in pq.read_schema(tmp_path / "a.parquet").names


def test_series_without_a_value_are_not_scored_but_counted(run, table, tmp_path):
    names = ["s006", "s007", "s031"]
    some, rest = blank(table, tmp_path / "some.csv", names), tmp_path / "rest.csv"
    frame = pd.read_csv(table)
    frame[~frame["id"].isin(names)].to_csv(rest, index=False)
    with_them, without = predictions.evaluate(run, str(some)), predictions.evaluate(run, str(rest))
    assert (with_them["n"], with_them["n_unanswered"], without["n_unanswered"]) == (57, 3, 0)
    assert len(with_them["warnings"]) == 2
    (unanswered,) = facts_of(with_them, Runs.UNANSWERED_UNSCORED)
    assert unanswered["empty"]["values"] == {"some": 3, "n": 60, "ids": names}
    assert facts_of(with_them, Runs.TRAINED_ON_TOO) == [{"n": 57, "of": 57}]
    assert with_them.keys() == without.keys()
    for name in ("n", "accuracy", "confusion", "per_class"):
        assert with_them[name] == without[name], name
    assert with_them["log_loss"] == pytest.approx(without["log_loss"], rel=1e-5)
    nothing = blank(table, tmp_path / "none.csv", frame["id"].unique())
    with raises(Series.NOTHING_TO_SCORE, file=str(nothing)):
        predictions.evaluate(run, str(nothing))


def test_series_without_a_label_are_answered_and_not_scored_but_counted(run, table, tmp_path):
    names = ["s006", "s007", "s031"]
    some, rest, none = (tmp_path / f"{name}.csv" for name in ("some", "rest", "none"))
    frame = pd.read_csv(table)
    frame[~frame["id"].isin(names)].to_csv(rest, index=False)
    frame.assign(label=np.nan).to_csv(none, index=False)
    frame.loc[frame["id"].isin(names), "label"] = np.nan
    frame.to_csv(some, index=False)
    with_them, without = predictions.evaluate(run, str(some)), predictions.evaluate(run, str(rest))
    assert (with_them["n"], with_them["n_unlabelled"], without["n_unlabelled"]) == (57, 3, 0)
    (unscored,) = facts_of(with_them, Runs.UNSCORED)
    assert unscored["unlabelled"]["values"] == {"some": 3, "n": 60, "ids": names}
    assert with_them.keys() == without.keys()
    for name in ("n", "accuracy", "confusion", "per_class"):
        assert with_them[name] == without[name], name
    for file in (table, some, none):
        predictions.predict_to(run, str(file), str(tmp_path / f"{file.stem}.parquet"))
    whole, part, bare = (
        pd.read_parquet(tmp_path / f"{file.stem}.parquet") for file in (table, some, none)
    )
    pd.testing.assert_frame_equal(whole, part)
    pd.testing.assert_frame_equal(whole, bare)
    with raises(Series.NO_LABELS_TO_SCORE, file=str(none)):
        predictions.evaluate(run, str(none))


def test_a_column_that_is_missing_is_warned_of(run, table, tmp_path):
    frame = pd.read_csv(table)
    wide = frame.pivot(index=["id", "label"], columns="t", values=["u", "v"])
    wide.columns = [f"{channel}{t}" for channel, t in wide.columns]
    wide.drop(columns="v3").reset_index().to_csv(tmp_path / "d.csv", index=False)
    warned = predictions.predict_to(run, str(tmp_path / "d.csv"), str(tmp_path / "a.csv")).notes
    assert len([note for note in warned if note.code is Tables.STEP_COLUMNS_MISSING]) == 1
    assert (
        len(
            facts_of(
                predictions.evaluate(run, str(tmp_path / "d.csv")), Tables.STEP_COLUMNS_MISSING
            )
        )
        == 1
    )


def test_columns_may_stand_in_another_order_and_labels_may_be_missing(run, table, folder):
    frame = pd.read_csv(table)
    frame[["v", "u", "t", "id"]].to_csv(folder / "order.csv", index=False)
    predictions.predict_to(run, str(folder / "order.csv"), str(folder / "c.csv"))
    predictions.predict_to(run, str(table), str(folder / "d.csv"))
    pd.testing.assert_frame_equal(pd.read_csv(folder / "c.csv"), pd.read_csv(folder / "d.csv"))


@pytest.mark.parametrize("output", ["answers.xlsx", "answers", "folder/"])
def test_an_output_of_another_kind_is_refused(output, run, table):
    with raises(System.TABLE_NAME):
        predictions.predict_to(run, str(table), output)


def test_what_does_not_go_with_the_run_is_reported(run, table, folder, tmp_path):
    other = write_table(tmp_path / "other.csv", channels=("u", "w"))
    with raises(Reading.OTHER_CHANNELS):
        predictions.predict_to(run, str(other), str(tmp_path / "a.csv"))
    assert not (tmp_path / "a.csv").exists()
    frame = pd.read_csv(table)
    frame.loc[frame["id"] == "s003", "label"] = "sideways"
    frame.to_csv(tmp_path / "unseen.csv", index=False)
    with raises(Tables.UNSEEN_LABEL, file=str(tmp_path / "unseen.csv"), label="sideways"):
        predictions.evaluate(run, str(tmp_path / "unseen.csv"))
    frame.drop(columns="label").to_csv(tmp_path / "mute.csv", index=False)
    with raises(Series.NO_LABELS_TO_SCORE, file=str(tmp_path / "mute.csv")):
        predictions.evaluate(run, str(tmp_path / "mute.csv"))


@pytest.mark.parametrize("name", ["data.json", "model.keras"])
def test_a_damaged_run_is_reported(name, run, table, tmp_path):
    import shutil

    shutil.copytree(run, tmp_path / "run")
    (tmp_path / "run" / name).write_bytes(b"{")
    with raises(Runs.BAD_FILE, file=str(tmp_path / "run" / name)):
        predictions.evaluate(tmp_path / "run", str(table))


def test_a_run_without_a_model_yet_is_reported(run, table, tmp_path):
    import shutil

    shutil.copytree(run, tmp_path / "run")
    (tmp_path / "run" / "model.keras").unlink()
    with raises(Runs.NO_MODEL, command=f"glasscell train --resume {tmp_path / 'run'}"):
        predictions.evaluate(tmp_path / "run", str(table))


def test_a_channel_in_another_unit_is_named_with_its_factor(run, table, folder):
    frame = pd.read_csv(table)
    frame["u"] *= 9.81
    frame.to_csv(folder / "other_unit.csv", index=False)
    found = predictions.evaluate(run, str(folder / "other_unit.csv"))
    written = predictions.predict_to(
        run, str(folder / "other_unit.csv"), str(folder / "other_unit_answers.csv")
    )
    (warning,) = written.notes
    assert (warning.code, warning.subject) == (Doubts.OTHER_SCALE, "u")
    assert float(warning.values["factor"]) == pytest.approx(9.81, rel=0.01)
    assert facts_of(found, Doubts.OTHER_SCALE) == [warning.as_json()["values"]]
    assert len(found["warnings"]) == 1


def test_what_the_training_series_were_like_may_be_missing_but_not_damaged(run, table, folder):
    about = json.loads((run / "data.json").read_text(encoding="utf-8"))
    copy = folder / "copy"
    shutil.copytree(run, copy)
    (copy / "SHA256SUMS").unlink()  # as of runs made before there were hashes
    for extent, warnings in ((None, []), ({"steps": 3}, None)):
        (copy / "data.json").write_text(json.dumps(about | {"extent": extent}), encoding="utf-8")
        if warnings is None:
            with raises(Runs.BAD_FILE, file=str(copy / "data.json")):
                predictions.predict_to(copy, str(table), str(folder / "b.csv"))
        else:
            assert predictions.predict_to(copy, str(table), str(folder / "b.csv")).notes == warnings


@pytest.mark.parametrize("value", [3e38, -3e38])
def test_what_is_too_large_for_the_network_is_named_and_no_file_is_written(
    value, run, table, tmp_path
):
    frame = pd.read_csv(table)
    frame.loc[frame["id"].eq("s003") & frame["t"].eq(2), "v"] = value
    frame.to_csv(tmp_path / "huge.csv", index=False)
    where = {
        "file": str(tmp_path / "huge.csv"),
        "series": Inputs.OF_ID(id="s003"),
        "step": 3,
        "channel": "v",
    }
    with raises(Inputs.VALUE_TOO_LARGE, **where):
        predictions.predict_to(run, str(tmp_path / "huge.csv"), str(tmp_path / "out.csv"))
    with raises(Inputs.VALUE_TOO_LARGE, **where):
        predictions.evaluate(run, str(tmp_path / "huge.csv"))
    assert not (tmp_path / "out.csv").exists()
