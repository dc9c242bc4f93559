"""A unit is its index, from 0, in the page, the table saved from it, the figures, traces, clamps and `cells.csv`."""

import re

import numpy as np
import pandas as pd
import pytest
from support import pages
from support.pages import text

from glasscell import trace
from glasscell.explorer.payload import payload_of
from glasscell.inspection.typed_clamps import parse_clamp
from glasscell.networks.builder import build_network

UNIT, STEP = 3, 5  # of seven; steps from 0


@pytest.mark.long(5)  # a browser
def test_a_unit_has_one_number(visit, tmp_path):
    model, rng = build_network(2, 3, units=7), np.random.default_rng(0)
    for weight in model.trainable_variables:
        weight.assign(rng.normal(size=weight.shape))
    x = rng.normal(size=(1, 9, 2)).astype("float32")
    names = {"channels": ["u", "v"], "classes": list("abc"), "title": "t", "run": "r", "task": "classification"}
    payload = payload_of(model, x, ids=["0"], truth=[1], answers=np.asarray(model(x)), **names)
    (tmp_path / "page.html").write_text(pages.write_page(payload), "utf-8")
    lstm = trace(model, x)["lstm_1"]

    page = visit(
        address=(tmp_path / "page.html").as_uri(),
        fragment=f"lang=en&e=1&unit={UNIT}&t={STEP + 1}",
        accept_downloads=True,
    )
    assert text(page, "#cell-title") == f"Inside unit {UNIT} at step {STEP + 1}"
    assert page.input_value("#unit") == str(UNIT)
    assert re.search(rf"unit={UNIT}\b", page.evaluate("location.hash"))
    label = page.locator("svg.cell > g[role=img]").get_attribute("aria-label")
    shown = [float(number.replace("−", "-")) for number in re.findall(r"[−-]?\d+\.\d+", label)]
    np.testing.assert_allclose(shown[:4], [getattr(lstm, name)[0, STEP, UNIT] for name in "zifo"], atol=0.00501)

    page.click("#share summary")
    with page.expect_download() as download:
        page.click("#save-gates")
    download.value.save_as(tmp_path / "saved.csv")
    saved = pd.read_csv(tmp_path / "saved.csv")
    row = saved[(saved["step (from 0)"] == STEP) & (saved["unit"] == UNIT)].iloc[0]
    np.testing.assert_allclose(row["c"], lstm.c[0, STEP, UNIT], rtol=1e-4)

    typed = parse_clamp(f"lstm_1 unit {UNIT} f=1", {"lstm_1": 7}, "zifo")
    assert typed.units == (UNIT,)
    held = trace(model, x, clamps=[f"lstm_1 unit {UNIT} f=1"])["lstm_1"]
    assert np.flatnonzero((held.f == 1).all((0, 1))).tolist() == [UNIT]
    pages.hold(page, "f", "End")
    pages.shown(page)
    assert f"unit {UNIT}" in text(page, ".chip")
