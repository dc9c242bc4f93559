"""The page where a notebook shows it: in a frame that can reach nothing outside."""

import re
from pathlib import Path

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from support.facts import raises
from support.labelled_steps import SMALL, write_steps

import glasscell
from glasscell.errors import StorageError
from glasscell.explorer.sentences import Explorer
from glasscell.networks.builder import build_network
from glasscell.runs.sentences import Runs
from glasscell.tasks.explore import Page, explore
from glasscell.tasks.tagging.explanation import explain


@pytest.mark.long(4)
def test_the_page_runs_in_its_frame(browser, addresses, tmp_path):
    text = Path(addresses("digits").removeprefix("file://")).read_text(encoding="utf-8")
    notebook = tmp_path / "notebook.html"
    notebook.write_text(
        f"<!doctype html><title>notebook</title>{Page(text)._repr_html_()}", encoding="utf-8"
    )
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


def test_an_estimator_is_explored_by_its_network_and_its_classes():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(8, 5, 2)).astype("float32"), ["low", "high"] * 4
    classifier = glasscell.LSTMClassifier(3, epochs=1, random_state=0)
    with pytest.raises(NotFittedError):
        explore(classifier, x)
    classifier.fit(x, y)
    page = explore(classifier.network_, x, classes=["high", "low"])
    assert explore(classifier, x).text == page.text


@pytest.mark.parametrize("model", [3, "model.keras", [1.0]])
def test_what_is_no_network_is_refused_by_its_kind(model):
    with raises(Runs.NO_NETWORK_TO_EXPLORE, kind=type(model).__name__):
        explore(model, np.zeros((1, 2, 1), "float32"))


def write_run(folder, undraw):
    """Train a small run of tagging."""
    from glasscell.tasks.tagging import training
    from glasscell.tasks.tagging.settings import TaggingSettings

    settings = TaggingSettings(str(write_steps(folder / "steps.csv", n=6)), **SMALL)
    with undraw():
        return Path(training.train(settings, output_dir=folder, name="run")["run"])


@pytest.mark.long(12)
def test_a_run_of_labelled_steps_has_its_page_in_a_notebook(browser, tmp_path, undraw):
    """It is that of the command; it plays there, too, and stops where somebody does anything."""
    path = write_run(tmp_path, undraw)
    page = explore(glasscell.load(path))
    assert page.text == Path(explain(path)["page"]).read_text(encoding="utf-8")
    notebook = tmp_path / "notebook.html"
    notebook.write_text(
        f"<!doctype html><title>notebook</title>{page._repr_html_()}", encoding="utf-8"
    )
    tab, troubles = browser.new_page(locale="en-GB", viewport={"width": 1280, "height": 1000}), []
    tab.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
    tab.on("pageerror", lambda error: troubles.append(str(error)))
    tab.goto(notebook.as_uri())
    frame = tab.frame_locator("iframe")
    frame.locator("#why-words", has_text=re.compile("log-odds|rests|prediction")).wait_for()
    assert re.match(
        "At step|The most confident|The network predicts", frame.locator("#event").inner_text()
    )
    frame.locator("#bands").press("End")
    tab.wait_for_timeout(300)
    steps = frame.locator("#bands").get_attribute("aria-valuemax")
    assert frame.locator("#why-title").inner_text().endswith(f"at step {steps}")
    assert troubles == []
    tab.close()
