"""The page of a run that labels every step has the held-out series, or those of a file."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
from support.facts import raises
from support.labelled_steps import write_steps
from support.node import run as run_node

from glasscell.runs.sentences import Runs
from glasscell.tasks.tagging import explanation as tagging_page
from glasscell.tasks.tagging.explanation import MOST_NUMBERS, explain
from glasscell.tasks.tagging.options import ExplainOptions
from glasscell.tasks.tagging.sentences import TagRuns

LABEL = """
import { decode, decodeArray } from "./network/payload.js";
import { run } from "./network/forward.js";
import { readOutAt } from "./network/forward.js";
answer(given.examples.map(({ x, tags }) => {
  const network = decode(given);
  const result = run(network, decodeArray(x).values, x.shape[0]);
  return { tags,
    shares: Array.from({ length: x.shape[0] }, (_, t) => [...readOutAt(network, result, t)]) };
}));
"""


def payload_in(summary):
    page = Path(summary["page"]).read_text(encoding="utf-8")
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])


def test_the_page_answers_as_the_run_did(run):
    summary = explain(run)
    payload = payload_in(summary)
    held_out = pd.read_csv(run / "held_out.csv")
    assert summary["series"] == held_out["id"].unique().tolist()
    assert json.loads((run / "explain/explain.json").read_text()) == summary
    told = run_node(LABEL, payload)
    for name, one in zip(summary["series"], told, strict=True):
        rows = held_out[held_out["id"] == name]
        np.testing.assert_allclose(
            one["shares"], rows[[f"p({k})" for k in payload["classes"]]], rtol=0, atol=1e-5
        )
        labels = [
            payload["labels"][k] if k >= 0 else None
            for k, count in one["tags"]
            for _ in range(count)
        ]
        assert labels == rows["truth"].astype(object).where(rows["truth"].notna(), None).tolist()
    assert payload["steps_score"]["n"] == held_out["truth"].notna().sum()


def test_the_series_of_a_file_are_shown_with_or_without_labels(run, tmp_path):
    file = pd.read_csv(run.parent / "steps.csv").drop(columns="label")
    file.to_csv(tmp_path / "new.csv", index=False)
    names = file["id"].unique().tolist()
    summary = explain(
        run,
        str(tmp_path / "new.csv"),
        options=ExplainOptions(series=names[3:1:-1]),
        page=tmp_path / "page.html",
    )
    assert summary["series"] == names[3:1:-1]
    assert payload_in(summary)["examples"][0]["tags"] == [
        [-1, payload_in(summary)["examples"][0]["steps"]]
    ]
    assert (
        len(explain(run, str(tmp_path / "new.csv"), options=ExplainOptions(limit=3))["series"]) == 3
    )
    with raises(Runs.NO_SUCH_SERIES, series="x", where=str(tmp_path / "new.csv"), there=names):
        explain(run, str(tmp_path / "new.csv"), options=ExplainOptions(series=["x"]))


def test_where_there_is_nothing_to_show_it_is_said(run, tmp_path):
    with raises(Runs.NO_SUCH_SERIES, series="x", where=TagRuns.WHAT_WAS_HELD_OUT()):
        explain(run, options=ExplainOptions(series=["x"]))
    empty = tmp_path / "empty.csv"
    pd.read_csv(run.parent / "steps.csv").assign(u=np.nan, v=np.nan).to_csv(empty, index=False)
    with raises(TagRuns.NO_VALUE, where=str(empty)):
        explain(run, str(empty))
    shutil.copytree(run, tmp_path / "run")
    config = tmp_path / "run/config.toml"
    config.write_text(config.read_text().replace(str(run.parent / "steps.csv"), "-"))
    with raises(TagRuns.FROM_STANDARD_INPUT, file=str(tmp_path / "run")):
        explain(tmp_path / "run")
    (tmp_path / "run/model.keras").unlink()
    with raises(Runs.NO_MODEL, file=str(tmp_path / "run")):
        explain(tmp_path / "run")


def test_a_large_network_is_rounded_and_it_says_so(run, tmp_path, monkeypatch):
    monkeypatch.setattr("glasscell.tasks.tagging.explanation.WHOLE_WEIGHTS", 1)
    summary = explain(run, page=tmp_path / "page.html")
    assert [fact["code"] for fact in summary["facts"]] == [str(TagRuns.ROUNDED)]


def test_what_is_too_long_is_cut_and_said(run, tmp_path, monkeypatch):
    monkeypatch.setattr(tagging_page, "MOST_NUMBERS", 90)
    summary = explain(run)
    assert MOST_NUMBERS > 90 >= summary["steps"]
    assert [fact["code"] for fact in summary["facts"]] == [str(TagRuns.FIRST_SHOWN)]
    assert len(summary["notes"]) == 1
    monkeypatch.setattr(tagging_page, "MOST_NUMBERS", 10)
    summary = explain(run)
    assert len(summary["series"]) == 1
    assert [fact["code"] for fact in summary["facts"]] == [
        str(TagRuns.FIRST_SHOWN),
        str(TagRuns.BEGINNING_SHOWN),
    ]


def test_a_file_that_has_changed_is_refused_without_a_page(run, tmp_path):
    kept = (run.parent / "steps.csv").read_bytes()
    try:
        write_steps(run.parent / "steps.csv", n=10, unlabelled=2)
        with raises(TagRuns.OTHER_SERIES):
            explain(run, page=tmp_path / "page.html")
    finally:
        (run.parent / "steps.csv").write_bytes(kept)
    assert not list(tmp_path.iterdir())
