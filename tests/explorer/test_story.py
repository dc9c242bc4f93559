"""The first screen: one event, one handle, and what unfolds below, by pointer, keys or reader."""

import re

import numpy as np
import pytest
from support import pages
from support.pages import axe_of, shown, text

from glasscell.explorer.one_unit import one_unit_networks

COLOURS = """element => { // of the ground and of the text on it, as they are seen
    const canvas = Object.assign(document.createElement("canvas"), {width: 1, height: 1});
    const pen = canvas.getContext("2d", {willReadFrequently: true});
    const paint = (colour, alpha) => {
        Object.assign(pen, {globalAlpha: alpha, fillStyle: colour});
        pen.fillRect(0, 0, 1, 1);
    };
    const {backgroundColor, color, opacity} = getComputedStyle(element);
    return [backgroundColor, color].map((colour, k, [ground]) => {
        paint(getComputedStyle(document.body).backgroundColor, 1);
        if (k === 0 || opacity === "1") paint(ground, opacity);
        if (k === 1) paint(colour, opacity);
        return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).join();
    });
}"""


def contrast(one, other):
    """Return the ratio of WCAG."""
    parts = (
        np.array([[int(part) for part in re.findall(r"\d+", colour)] for colour in (one, other)])
        / 255
    )
    low, high = sorted(
        np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        @ [0.2126, 0.7152, 0.0722]
    )
    return (high + 0.05) / (low + 0.05)


def digits_with_one_unit(tmp_path):
    return pages.write(tmp_path, "digits", also=one_unit_networks())


@pytest.mark.long(3)
def test_nothing_moves_when_the_handle_is_pressed(visit):
    page = visit(fragment="lang=en&e=1&unit=42", viewport={"width": 1280, "height": 720})
    shown(page)
    top = page.locator("#transport").bounding_box()["y"]
    page.click("#hold-event")
    shown(page)
    assert page.locator("#transport").bounding_box()["y"] == top


@pytest.mark.long(4)
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.nightly)])
def test_buttons_are_readable_under_the_pointer_and_pressed(visit, scheme):
    """“Hold f” was white on grey."""
    page = visit(fragment="lang=en&e=1&tour=5", color_scheme=scheme)
    page.click("#tour-answers button")
    page.wait_for_selector("#tour-try[aria-pressed=true]")
    seen = {}

    def look(page, *names):
        for name in names:
            for state in ("hovered", "left"):
                page.mouse.move(2, 2)
                if state == "hovered":
                    page.locator(name).hover()
                page.wait_for_timeout(60)
                pressed = page.get_attribute(name, "aria-pressed") or page.get_attribute(
                    name, "aria-expanded"
                )
                seen[name, state, pressed] = contrast(*page.locator(name).evaluate(COLOURS))

    look(page, "#tour-try", "#tour-next", "#tour-back", "#tour-close")
    page.click("#tour-try")
    shown(page)
    look(page, "#tour-try")
    page.click("#tour-close")
    page.wait_for_selector("#tour", state="hidden")
    look(page, "#hold-event", "#open-units", "#tour-start", "#share summary")
    page.click("#hold-event")
    page.click("#open-units")
    shown(page)
    look(page, "#hold-event", "#open-units")
    assert {key for key, ratio in seen.items() if ratio < 4.5} == set(), seen
    assert {
        (name, state, pressed)
        for name in ("#tour-try", "#hold-event", "#open-units")
        for state in ("hovered", "left")
        for pressed in ("true", "false")
    } <= set(seen)


@pytest.mark.long(4)
def test_keys_work_on_the_row_of_sections_and_inside_them(visit):
    page = visit(fragment="lang=en&e=1&t=3")
    place = "#transport .place"
    button = page.locator("#open-answer")
    button.focus()
    for key, t in [
        ("ArrowRight", 4),
        ("PageDown", 5),
        ("ArrowLeft", 4),
        ("PageUp", 3),
        ("Home", 1),
        ("End", 8),
    ]:
        page.keyboard.press(key)
        assert text(page, place) == f"row {t} of 8"
    page.keyboard.press(" ")  # which the button takes
    shown(page)
    assert page.locator("#more-answer").is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    page.locator("#answer-bars .asks[tabindex='0']").focus()
    page.keyboard.press("PageUp")
    assert text(page, place) == "row 7 of 8"
    page.locator("#share summary").click()
    page.keyboard.press("Escape")  # first the menu, then the section
    assert page.locator("#share").get_attribute("open") is None
    assert page.locator("#more-answer").is_visible()
    page.keyboard.press("Escape")
    shown(page)
    assert page.locator("#more-answer").is_hidden()
    assert page.evaluate("document.activeElement.id") == "open-answer"
    page.keyboard.press("Escape")  # nothing is open
    page.keyboard.press("Enter")
    page.locator("#more-answer").wait_for()
    page.click("#tour-start")
    page.wait_for_selector("#tour:not([hidden])")
    page.keyboard.press("Escape")  # the tour, and not the section that was open before it
    page.wait_for_selector("#tour", state="hidden")
    assert page.locator("#more-answer").is_visible()
    page.click("#open-units")  # one at a time
    shown(page)
    assert page.locator("#more-answer").is_hidden()
    page.locator("#maps-control").focus()
    page.keyboard.press("ArrowLeft")
    assert text(page, place) == "row 6 of 8"
    most = page.locator("#forgetters-list button").first
    most.press("Enter")
    unit, row = re.match(r"Unit (\d+), row (\d): loses", most.inner_text()).groups()
    assert text(page, "#cell-title") == f"Inside unit {unit} at row {row}"
    # the focus stays in the list
    assert page.evaluate("document.activeElement.className") == "deed"


@pytest.mark.long(8)
@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        ("digits", 1280, "dark"),
        *(
            pytest.param(name, width, scheme, marks=pytest.mark.nightly)
            for name in ("digits", "erase", "series", "regression")
            for width in (1280, 390)
            for scheme in ("light", "dark")
            if (name, width, scheme) != ("digits", 1280, "dark")
        ),
    ],
)
def test_axe_finds_nothing_in_any_section(visit, tmp_path, name, width, scheme):
    fragment = "lang=en&e=1&t=4&hold=f_0.5_1_1_all_2"
    more = {
        "color_scheme": scheme,
        "reduced_motion": "reduce",
        "viewport": {"width": width, "height": 844},
    }
    if name in ("digits", "erase"):
        n = "" if name == "digits" else "&n=erase"
        page = visit(address=digits_with_one_unit(tmp_path), fragment=fragment + n, **more)
    else:
        page = visit(name, fragment, **more)
    for section in (None, *pages.sections(page)):
        if section:
            page.click(f"#open-{section}")
        page.evaluate(
            "for (const one of document.querySelectorAll('details:not(.menu)')) one.open = true"
        )
        page.wait_for_timeout(300)
        assert axe_of(page) == [], section
        assert page.evaluate("document.documentElement.scrollWidth") <= width
