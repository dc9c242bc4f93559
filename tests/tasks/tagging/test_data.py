"""What is held out of labeled steps, and that their problems are reported, as for series."""

import json

import numpy as np
import pandas as pd
import pytest
from support.facts import only, raises
from support.labelled_steps import SMALL, write_steps

from glasscell.data.checks.sentences import Doubts
from glasscell.data.sentences import Reading
from glasscell.data.steps.step_table import read_steps
from glasscell.runs.sentences import Runs
from glasscell.tasks.tagging.data import cut, hold_out, read_data
from glasscell.tasks.tagging.sentences import TagRuns
from glasscell.tasks.tagging.settings import TaggingSettings
from glasscell.tasks.tagging.trained_run import open_run


def warned(path, change):
    """Give the data of a table that is changed."""
    change(pd.read_csv(write_steps(path, n=10))).to_csv(path, index=False)
    return read_data(TaggingSettings(str(path), **SMALL))


@pytest.mark.parametrize(
    ("change", "code", "subject", "values"),
    [
        (lambda f: f, None, None, {}),
        (
            lambda f: f.assign(u=f["u"].where(f.index % 9 > 0, -999)),
            Doubts.MARKER,
            "u",
            {"number": -999},
        ),
        (
            lambda f: f.assign(u=f["u"].where(f.index != 9, -999)),
            Doubts.MARKER,
            "u",
            {"number": -999, "n": 1},
        ),
        (lambda f: f.assign(v=np.nan), Doubts.NO_VALUES, "v", {}),
        (lambda f: f.assign(v=7), Doubts.CONSTANT, "v", {"channels": ["v"]}),
        (
            lambda f: f.assign(label=f["label"].where(f.index % 3 > 0, "NA")),
            TagRuns.MEANS_MISSING,
            None,
            {"label": "NA", "n": 100},
        ),
    ],
    ids=["well", "marker", "code", "no values", "constant", "NA"],
)
def test_a_table_to_learn_from_is_looked_at(change, code, subject, values, tmp_path):
    warnings = warned(tmp_path / "steps.csv", change).warnings
    if code is None:
        assert warnings == ()
    else:
        found = only(warnings, code)
        assert (found.level, found.subject) == ("warning", subject)
        assert {name: found.values[name] for name in values} == values


def test_series_without_a_value_are_not_learnt_from(tmp_path):
    path = tmp_path / "steps.csv"
    held_out = warned(path, lambda f: f).names(warned(path, lambda f: f).held_out)
    name = next(f"s{k}" for k in range(10) if f"s{k}" not in held_out)
    data = warned(
        path, lambda f: f.assign(u=f["u"].where(f["id"] != name), v=f["v"].where(f["id"] != name))
    )
    assert data.names(data.held_out) == held_out
    assert sorted(data.names(data.training)) == sorted(
        {f"s{k}" for k in range(10)} - {name, *held_out}
    )
    assert only(data.warnings, TagRuns.LEFT_OUT).values == {
        "empty": Reading.EMPTY(some=1, n=8, ids=[name])
    }
    with raises(TagRuns.NOTHING_TO_LEARN):
        warned(path, lambda f: f.assign(u=np.nan, v=np.nan))


def test_what_is_labelled_in_one_part_alone_is_said_or_refused(tmp_path):
    path = tmp_path / "steps.csv"
    with raises(TagRuns.NO_LABEL_HELD_OUT, file=str(path)):
        warned(path, lambda f: f.assign(label=f["label"].where(f["id"] == "s0")))

    def two(f):
        f = f[f["id"].isin(["s0", "s1"])]
        return f.assign(label=f["label"].where((f["id"] == "s0") | (f["label"] == "low"), "other"))

    (warning,) = warned(path, two).warnings
    assert (warning.code, warning.level) == (TagRuns.NOT_LEARNT, "warning")


def asked(folder, path, change):
    """Give the warnings about a changed table, by a run that was trained on an intact one."""
    folder.mkdir()
    (folder / "data.json").write_text(json.dumps(warned(path, lambda f: f).describe()))
    (folder / "config.toml").write_text(f"data = '{path}'\n")
    (folder / "model.keras").touch()
    change(pd.read_csv(write_steps(path, n=8, seed=5))).to_csv(path, index=False)
    run = open_run(folder)
    return run.check(run.read(str(path)).series)


@pytest.mark.parametrize(
    ("change", "code", "subject", "values"),
    [
        (lambda f: f, None, None, {}),
        (
            lambda f: f.assign(id="one", time=range(len(f))),
            None,
            None,
            {},
        ),  # much longer than those in training
        (lambda f: f.assign(u=f["u"] * 9.81), Doubts.OTHER_SCALE, "u", {}),
        (
            lambda f: f.assign(u=f["u"].where(f.index % 9 > 0, -999)),
            Doubts.NEW_MARK,
            "u",
            {"number": -999},
        ),
        (lambda f: f.assign(time=f["time"] * 20), Doubts.LONG_STEPS, None, {"factor": 20}),
        (lambda f: f.assign(u=np.nan), Doubts.EMPTY_NOW, "u", {}),
        (lambda f: f.assign(u=np.nan, v=np.nan), Reading.EMPTY_STEPS_ANSWERED, None, {}),
    ],
    ids=["well", "long", "unit", "marker", "rate", "no channel", "nothing"],
)
def test_a_table_to_answer_is_compared_with_training(change, code, subject, values, tmp_path):
    warnings = asked(tmp_path / "run", tmp_path / "steps.csv", change)
    if code is None:
        assert warnings == []
    else:
        found = only(warnings, code)
        assert (found.level, found.subject) == ("warning", subject)
        assert {name: found.values[name] for name in values} == values


def test_a_run_that_recorded_no_extent_is_asked_nonetheless(tmp_path):
    asked(tmp_path / "run", tmp_path / "steps.csv", lambda f: f)
    series = read_steps(tmp_path / "steps.csv").series
    about = json.loads((tmp_path / "run/data.json").read_text())
    (tmp_path / "run/data.json").write_text(
        json.dumps({k: v for k, v in about.items() if k != "extent"})
    )
    assert open_run(tmp_path / "run").check(series) == []
    (tmp_path / "run/data.json").write_text(json.dumps(about | {"extent": 7}))
    with raises(Runs.BAD_FILE):
        open_run(tmp_path / "run").check(series)


@pytest.mark.parametrize("seed", range(3))
def test_series_are_held_out_whole_and_groups_together(seed):
    tags = [np.full(k + 3, "ab"[k % 2], object) for k in range(10)]
    groups = np.array(list("ppqqrrsstt"))
    training, held_out = hold_out(tags, 0.2, seed, groups)
    assert sorted(part.series for part in [*training, *held_out]) == list(range(10))
    assert all(
        (part.begin, part.end) == (0, len(tags[part.series])) for part in [*training, *held_out]
    )
    assert not {groups[part.series] for part in training} & {
        groups[part.series] for part in held_out
    }
    assert len(held_out) == 2
    assert hold_out(tags, 0.2, seed, groups) == (training, held_out)


def test_of_a_single_series_a_block_is_held_out_that_leaves_all_classes_to_learn():
    tags = [np.array([*"aab" * 20, *"c" * 15], object)]  # c only stands at the end
    training, (held_out,) = hold_out(tags, 0.2, 0)
    assert held_out.end - held_out.begin == 15
    assert {tag for part in cut(tags, training) for tag in part} == set("abc")
    assert sum(part.end - part.begin for part in training) == 60
    assert all(part.end <= held_out.begin or part.begin >= held_out.end for part in training)


def test_a_class_of_one_series_is_learnt():
    tags = [np.array(list("ab"), object)] * 9 + [np.array(list("c"), object)]
    for seed in range(5):
        assert 9 in {part.series for part in hold_out(tags, 0.1, seed)[0]}
