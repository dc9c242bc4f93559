"""What is doubtful in labelled steps is said, as it is of series, and nothing of what is well."""

import json

import numpy as np
import pandas as pd
import pytest
from support.facts import raises
from support.labelled_steps import SMALL, write_steps

from glasscell.data.steps.step_table import read_steps
from glasscell.runs.sentences import Runs
from glasscell.runs.tags.sentences import TagRuns
from glasscell.runs.tags.step_data import read_step_data
from glasscell.runs.tags.step_doubts import about_others
from glasscell.settings import TagSettings


def warned(path, change):
    """Give the data of a table that is changed."""
    change(pd.read_csv(write_steps(path, n=10))).to_csv(path, index=False)
    return read_step_data(TagSettings(str(path), **SMALL))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f, None),
        (lambda f: f.assign(u=f["u"].where(f.index % 9 > 0, -999)), r"'u' is -999 \d+ times, .* use --missing -999"),
        (lambda f: f.assign(u=f["u"].where(f.index != 9, -999)), "'u' is -999 once .* use --missing -999"),
        (lambda f: f.assign(v=np.nan), "'v' has no values at all"),
        (lambda f: f.assign(v=7), "channels that never change carry no information: 'v'"),
        (lambda f: f.assign(label=f["label"].where(f.index % 3 > 0, "NA")), r"'NA' is taken for a class, that of \d+"),
    ],
    ids=["well", "marker", "code", "no values", "constant", "NA"],
)
def test_a_table_to_learn_from_is_looked_at(change, said, tmp_path):
    warnings = warned(tmp_path / "steps.csv", change).warnings
    if said is None:
        assert warnings == ()
    else:
        assert pd.Series(warnings).str.contains(said).sum() == 1, warnings


def test_series_without_a_value_are_not_learnt_from(tmp_path):
    path = tmp_path / "steps.csv"
    held_out = warned(path, lambda f: f).names(warned(path, lambda f: f).held_out)
    name = next(f"s{k}" for k in range(10) if f"s{k}" not in held_out)
    data = warned(path, lambda f: f.assign(u=f["u"].where(f["id"] != name), v=f["v"].where(f["id"] != name)))
    assert data.names(data.held_out) == held_out
    assert sorted(data.names(data.training)) == sorted({f"s{k}" for k in range(10)} - {name, *held_out})
    assert f"all values of 1 of 8 series are missing ({name!r}): left out of training" in data.warnings
    with raises(TagRuns.NOTHING_TO_LEARN):
        warned(path, lambda f: f.assign(u=np.nan, v=np.nan))


def asked(folder, path, change):
    """Give the warnings about another table that is changed, of a run that learnt from one that is well."""
    folder.mkdir()
    about = warned(path, lambda f: f).describe()
    (folder / "data.json").write_text(json.dumps(about))
    change(pd.read_csv(write_steps(path, n=8, seed=5))).to_csv(path, index=False)
    series = read_steps(path, channels_expected=about["channels"], columns_expected=about["columns"]).series
    return about_others(folder, series)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f, None),
        (lambda f: f.assign(id="one", time=range(len(f))), None),  # much longer than those in training
        (lambda f: f.assign(u=f["u"] * 9.81), r"'u' varies .* is it in the same unit\?"),
        (lambda f: f.assign(u=f["u"].where(f.index % 9 > 0, -999)), "'u' is -999"),
        (lambda f: f.assign(time=f["time"] * 20), "steps 20 times as long as in training"),
        (lambda f: f.assign(u=np.nan), "'u' has no value at all; in training it had"),
        (lambda f: f.assign(u=np.nan, v=np.nan), "all values of 8 of 8 series are missing .* as though nothing"),
    ],
    ids=["well", "long", "unit", "marker", "rate", "no channel", "nothing"],
)
def test_a_table_to_answer_is_compared_with_training(change, said, tmp_path):
    warnings = asked(tmp_path / "run", tmp_path / "steps.csv", change)
    if said is None:
        assert warnings == []
    else:
        assert pd.Series(warnings).str.contains(said).any(), warnings


def test_a_run_that_recorded_no_extent_is_asked_nonetheless(tmp_path):
    asked(tmp_path / "run", tmp_path / "steps.csv", lambda f: f)
    series = read_steps(tmp_path / "steps.csv").series
    about = json.loads((tmp_path / "run/data.json").read_text())
    (tmp_path / "run/data.json").write_text(json.dumps({k: v for k, v in about.items() if k != "extent"}))
    assert about_others(tmp_path / "run", series) == []
    (tmp_path / "run/data.json").write_text(json.dumps(about | {"extent": 7}))
    with raises(Runs.EXTENT_DAMAGED):
        about_others(tmp_path / "run", series)
