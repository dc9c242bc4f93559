"""Every step of the tour shows what it speaks of: in the window, and covered by nothing."""

import pytest
from support import pages
from support.pages import shown, text

from glasscell.explorer.one_unit import one_unit_networks

# what of an element, or of the upper part of it, is not seen: outside the window, or below
# something else
UNSEEN = """(element, most) => {
    const box = element.getBoundingClientRect();
    const [bottom, unseen] = [Math.min(box.bottom, box.top + most), []];
    if (box.width === 0 || box.height === 0) return ["not drawn"];
    if (box.left < 0 || box.right > innerWidth || box.top < 0 || bottom > innerHeight) {
        unseen.push(`${box.left.toFixed()} to ${box.right.toFixed()}, ${
            box.top.toFixed()} to ${bottom.toFixed()}`);
    }
    for (const y of [0.1, 0.5, 0.9].map((part) => box.top + part * (bottom - box.top))) {
        const top = document.elementFromPoint(box.left + box.width / 2, y);
        const isOver = top !== null && !element.contains(top) && !top.contains(element);
        if (top === null || isOver)
            unseen.push(`at ${y.toFixed()}: ${top?.id || top?.className || top?.tagName}`);
    }
    return unseen;
}"""
MOST = 300  # pixels of a card that are to be seen


def unseen(page, selector, most=9999):
    """Return of each of these elements what of it is not seen."""
    found = {}
    for one in page.locator(selector).all():
        if missing := one.evaluate(UNSEEN, most):
            found[one.evaluate("one => one.id || one.dataset.strip || one.className")] = missing
    return found


def turn(page, n, steps):
    """Wait for step n, and answer what it asks."""
    page.locator("#tour-count", has_text=f"{n} of {steps}").wait_for()
    shown(page)
    page.wait_for_timeout(150)  # the width of what was opened is watched
    if page.locator("#tour-question").is_visible():
        assert unseen(page, "#tour-title, #tour-ask, #tour-answers button") == {}, n
        page.click("#tour-answers button:nth-child(2)")
        page.wait_for_selector("#tour-try[aria-pressed=true]")
        shown(page)
        assert text(page, "#tour-outcome")
        return "#tour-title, #tour-outcome, #tour-try"
    return "#tour-title, #tour-text"


@pytest.mark.long(10)
@pytest.mark.parametrize(
    ("name", "width", "height"),
    [
        ("digits", 1280, 720),
        pytest.param("digits", 1440, 900, marks=pytest.mark.nightly),
        pytest.param("series", 1280, 720, marks=pytest.mark.nightly),
        pytest.param("large", 1280, 720, marks=pytest.mark.nightly),
        pytest.param("regression", 1280, 720, marks=pytest.mark.nightly),
    ],
)
def test_each_step_shows_what_it_speaks_of(visit, tmp_path, name, width, height):
    steps = 12 if name == "digits" else 7
    address = pages.write(tmp_path, name, also=one_unit_networks()) if steps == 12 else None
    page = visit(
        name, address=address, viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    page.click("#tour-start")
    for n in range(1, steps + 1):
        words = turn(page, n, steps)
        if n == steps and name != "regression":
            words += ", #tour-try"
        assert unseen(page, f"{words}, #tour-next, #tour-close") == {}, n
        assert page.locator(".lit").count() == 1
        assert unseen(page, ".lit", MOST) == {}, n
        assert unseen(page, ".told:not(.gate), .told .box") == {}, n
        if steps == 12 and n in (2, 3, 4, 5, 7, 8):
            assert page.locator(".told").count() > 0
        page.click("#tour-next")
    page.wait_for_selector("#tour", state="hidden")
    assert page.locator(".lit, .told").count() == 0


@pytest.mark.long(6)
@pytest.mark.parametrize("name", [pytest.param("digits", marks=pytest.mark.nightly), "series"])
def test_on_a_phone_each_step_begins_with_its_words_and_shows_where_its_card_begins(
    visit, tmp_path, name
):
    steps = 12 if name == "digits" else 7
    address = pages.write(tmp_path, name, also=one_unit_networks()) if steps == 12 else None
    page = visit(
        name, address=address, viewport={"width": 390, "height": 844}, reduced_motion="reduce"
    )
    page.click("#tour-start")
    for n in range(1, steps + 1):
        page.locator("#tour-count", has_text=f"{n} of {steps}").wait_for()
        shown(page)
        page.wait_for_timeout(150)
        assert unseen(page, "#tour-title") == {}, n
        assert unseen(page, ".lit", 60) == {}, n
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.click("#tour-next")


@pytest.mark.nightly  # training is tested in test_learning.py
@pytest.mark.long(12)
def test_two_networks_are_trained_in_the_tour_and_the_result_is_seen(visit, tmp_path):
    address = pages.write(tmp_path, "digits", also=one_unit_networks())
    page = visit(
        address=address, fragment="lang=en&n=erase&tour=5", viewport={"width": 1280, "height": 720}
    )
    page.click("#learn-train.told")
    page.locator("#learn-inside.primary").wait_for(timeout=60_000)
    shown(page)
    assert text(page, "#learn-words").startswith("Without f the error stays at ")
    assert unseen(page, "#tour-title, #learn-words") == {}
    assert unseen(page, "#learn-chart", 200) == {}
    page.click("#tour-next")  # and on, with the reader's own
    assert text(page, "#tour-title") == "The same cell, many times"
