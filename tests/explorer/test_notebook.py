"""The page where a notebook shows it: in a frame that can reach nothing outside."""

from pathlib import Path

import numpy as np
import pytest
from support.facts import raises

from glasscell.errors import StorageError
from glasscell.explorer.sentences import Explorer
from glasscell.networks.builder import build_network
from glasscell.tasks.explore import Page, explore


@pytest.mark.long(4)
def test_the_page_runs_in_its_frame(browser, addresses, tmp_path):
    text = Path(addresses("digits").removeprefix("file://")).read_text(encoding="utf-8")
    notebook = tmp_path / "notebook.html"
    notebook.write_text(f"<!doctype html><title>notebook</title>{Page(text)._repr_html_()}", encoding="utf-8")
    page, troubles = browser.new_page(locale="en-GB"), []
    page.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(notebook.as_uri())
    frame = page.frame_locator("iframe")
    frame.locator("#open-answer").click()
    frame.get_by_role("slider").first.focus()
    page.keyboard.press("Home")
    frame.locator("#answer-words", has_text="After row 1 of 8 a probe predicts").wait_for()
    page.keyboard.press("End")
    frame.locator("#answer-words", has_text="After the last row the network predicts").wait_for()
    assert troubles == []
    assert page.evaluate("document.querySelector('iframe').contentDocument") is None
    page.close()


def test_a_page_is_saved_whole(tmp_path):
    x, y = np.ones((2, 5, 2)), [0, 1]
    page = explore(build_network(2, 3, units=4), x, y, classes=list("abc"), title="mine & yours")
    page.save(tmp_path / "mine.html")
    saved = (tmp_path / "mine.html").read_text(encoding="utf-8")
    assert saved == page.text
    assert "<title>mine &amp; yours</title>" in saved
    with pytest.raises(StorageError):
        page.save(tmp_path / "none/mine.html")
    with raises(Explorer.OTHER_CHANNELS, found=1, expected=2):
        explore(build_network(2, 3, units=4), x, y, classes=list("abc"), channels=["one"])
    assert "regression" in explore(build_network(2, 1, units=4, activation="linear"), x).text
