"""A unit has one number, its index from 0: on pages, in their files, figures, tables and clamps."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.command import call
from support.pages import shown, text
from support.saved_runs import SAVED
from support.texts import prose, small_run

from glasscell.runs.series import explanation

QUANTITIES = list("zifoch")


@pytest.fixture
def command(monkeypatch, capfd):
    def run(*arguments):
        said = call(monkeypatch, capfd, *arguments)
        assert said.code == 0, said.err
        return said

    return run


def payload_of(page: Path):
    (data,) = re.findall(
        r'<script type="application/json" id="data">(.*?)</script>', page.read_text("utf-8"), re.S
    )
    return json.loads(data)


def saved_gates(page, folder):
    """Save the gates from the page's menu; return the table."""
    page.click("#share summary")
    with page.expect_download() as download:
        page.click("#save-gates")
    path = folder / "saved.csv"
    download.value.save_as(path)
    return pd.read_csv(path)


def gates_of(table, step, **rows):
    """Return z, i, f, o, c and h of a unit in the rows of a table."""
    for name, value in rows.items():
        table = table[table[name] == value]
    (found,) = table.sort_values(step)[QUANTITIES].to_numpy()[None]
    return found


@pytest.mark.long(25)  # it trains, searches cells, explains two runs, and opens four pages
def test_a_unit_has_one_number(visit, command, tmp_path, monkeypatch):
    run = tmp_path / "digits"
    shutil.copytree(SAVED / "runs/digits", run)
    titles = {}

    def draw(origins, c, title):
        titles[title] = c
        return drawn(origins, c, title)

    drawn = explanation.gate_plots.memory_by_origin
    monkeypatch.setattr(explanation.gate_plots, "memory_by_origin", draw)
    command("explain", run)
    ((title, c),) = titles.items()
    number, series = re.fullmatch(r"unit (\d+) of series (.+), lstm", title).groups()
    unit = int(number)

    trace = tmp_path / "trace.csv"
    command("trace", run, "-o", trace)
    traced = gates_of(pd.read_csv(trace), "step", series=series, layer="lstm", unit=unit)
    # of the figure
    np.testing.assert_allclose(traced[:, QUANTITIES.index("c")], c, rtol=0, atol=1e-5)

    address = run / "explain/explorer.html"
    ids = [example["id"] for example in payload_of(address)["examples"]]
    view = f"lang=en&e={ids.index(series) + 1}&t=7"
    page = visit(address=address.as_uri(), fragment=f"{view}&unit={unit}", accept_downloads=True)
    assert text(page, "#cell-title") == f"Inside unit {unit} at row 7"
    assert page.input_value("#unit") == str(unit)
    label = page.locator("svg.cell > g[role=img]").get_attribute("aria-label")
    f = float(re.search(rf"unit {unit}\b.* forget gate (\S+),", label)[1])
    assert f == pytest.approx(traced[6, QUANTITIES.index("f")], abs=0.00501)  # row 7 is step 6
    saved = gates_of(saved_gates(page, tmp_path), "step (from 0)", layer="lstm", unit=unit)
    np.testing.assert_allclose(saved, traced, rtol=0, atol=1e-5)

    trace = tmp_path / "clamped.csv"
    command("trace", run, "-o", trace, "--clamp", f"lstm unit {unit} f=1")
    clamped = gates_of(pd.read_csv(trace), "step", series=series, layer="lstm", unit=unit)
    assert (clamped[:, QUANTITIES.index("f")] == 1).all()
    for link in (
        f"unit={unit}&hold=f_1_1_1_{unit}_1",
        f"u={unit + 1}&k=f_1_1_1_{unit + 1}_1",
    ):  # the second is of before
        held = visit(address=address.as_uri(), fragment=f"{view}&{link}", accept_downloads=True)
        assert f"unit {unit}" in text(held, ".chip").replace("\n", " ")
        assert f"&unit={unit}&" in written_address(held)
        saved = gates_of(saved_gates(held, tmp_path), "step (from 0)", layer="lstm", unit=unit)
        np.testing.assert_allclose(saved, clamped, rtol=0, atol=1e-5)

    language_run = small_run(tmp_path / "text", prose(20_000), held_out=0.4, units=13, epochs=1)
    command("cells", language_run, "--only", "line_start")
    (cell,) = pd.read_csv(language_run / "cells.csv").to_dict("records")
    unit = int(re.fullmatch(r"lstm_1 unit (\d+)", cell["unit"])[1])
    trace = tmp_path / "text.csv"
    command("trace", language_run, "-o", trace, "--clamp", f"{cell['unit']} f=0")
    table = pd.read_csv(trace)
    assert (table[table["unit"] == unit]["f"] == 0).all()
    command("explain", language_run)
    address = language_run / "explain/explorer.html"
    page = visit(address=address.as_uri(), fragment="lang=en")
    page.click("#open-named")
    row = page.locator("#more-named button", has_text="line").first
    assert re.search(rf"\bunit {unit}\b", row.inner_text())
    row.click()
    shown(page)
    assert page.input_value("#unit") == str(unit)


def written_address(page):
    page.wait_for_timeout(600)  # it is written when nothing has changed for a while
    return page.evaluate("location.hash")
