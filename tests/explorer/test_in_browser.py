"""The page as people use it, in a real browser. Numbers are tested in node; here, actions."""

import base64
import csv
import json
import re
import statistics

import numpy as np
import pytest
from support import pages, random_networks
from support.foreign_models import imdb, with_random_weights
from support.pages import shown, text

from glasscell import replace
from glasscell.explorer.series.payload import payload_of
from glasscell.importers.translation import translate

# milliseconds: the address is written, and the screen reader informed, once nothing has changed for
# a while
SETTLED = 700


def hash_of(page):
    page.wait_for_timeout(SETTLED)
    return page.evaluate("location.hash.slice(1)")


def state(page):
    """Return what the user sees: pixels, place, unit, prediction, memory, and its outcome."""
    shown(page)
    pixels = page.locator("[role=gridcell]").evaluate_all(
        "cells => cells.map((cell) => cell.ariaLabel).join()"
    )
    names = "#transport .place", "#cell-title", ".says", "#river-words", "#event", "#consequence"
    return [pixels, *(text(page, name) for name in names)]


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def wait_for_text(page, selector, text):
    page.locator(selector, has_text=text).wait_for()


def save(page, button, folder):
    """Save something from the page's menu; return the file."""
    page.click("#share summary")
    with page.expect_download() as found:
        page.click(button)
    path = folder / found.value.suggested_filename
    found.value.save_as(path)
    return path


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def in_view(page, selector):
    """Bring the middle of what a mouse is to go to into view; return its box."""
    page.locator(selector).first.evaluate("element => element.scrollIntoView({block: 'center'})")
    return page.locator(selector).first.bounding_box()


@pytest.mark.long(2)
@pytest.mark.parametrize(  # the others are shown in tests of their own
    "name",
    [
        "wide",
        *(pytest.param(name, marks=pytest.mark.nightly) for name in pages.KINDS if name != "wide"),
    ],
)
def test_every_kind_of_network_is_shown(visit, name):
    page = visit(name)
    page.wait_for_selector("#main:not([hidden])")
    page.click("[aria-label='First step']")
    page.click("[aria-label='Next step']")
    assert re.fullmatch(r"(row|step) 2 of \d+", text(page, "#transport .place"))
    for section in pages.sections(page):
        page.click(f"#open-{section}")
        assert text(page, f"#more-{section}")
        assert page.locator("main > [id^=more-]:visible").count() == 1
        if section == "units":
            page.select_option("#sort", "kept")
        if section == "answer":
            assert text(page, "#answer-words")
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        assert "NaN" not in page.inner_text("body")


@pytest.mark.nightly  # the eraser, below, is moved by the same hand
@pytest.mark.long(2)
def test_drawing_with_the_mouse(visit):
    page = visit()
    before = state(page)
    page.click("#clear")
    assert "Nothing is drawn" in text(page, "#input-note")
    box = in_view(page, ".board")
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.8, steps=8)
    page.mouse.up()
    drawn = state(page)
    assert ": 16 of 16" in drawn[0]
    assert text(page, "#input-note") == ""
    assert drawn[4] != before[4]
    page.click("#undo")
    page.click("#undo")
    assert state(page)[0] == before[0]


@pytest.mark.long(2)
def test_drawing_with_the_eraser(visit):
    page = visit()
    page.check("#erase")
    box = in_view(page, ".board")
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    shown(page)
    assert page.locator("[aria-label='row 4, column 4: 0 of 16']").count() == 1


@pytest.mark.long(2)
def test_drawing_by_touch(visit):
    page = visit(has_touch=True)
    page.locator("#clear").tap()
    box = in_view(page, ".board")
    page.touchscreen.tap(box["x"] + box["width"] * 0.49, box["y"] + box["height"] * 0.46)
    shown(page)
    assert ": 16 of 16" in state(page)[0]


@pytest.mark.nightly  # the challenge, below, is won by keys
@pytest.mark.long(2)
def test_drawing_with_the_keyboard(visit):
    page = visit()
    page.click("#clear")
    page.locator("[role=gridcell][tabindex='0']").focus()
    press(page, "ArrowDown", "ArrowRight", "ArrowRight", " ")
    shown(page)
    focused = "document.activeElement.ariaLabel"
    assert page.evaluate(focused) == "row 2, column 3: 16 of 16"
    press(page, "-")
    shown(page)
    assert page.evaluate(focused) == "row 2, column 3: 12 of 16"
    press(page, "Delete", "Control+z")
    shown(page)
    assert page.evaluate(focused) == "row 2, column 3: 12 of 16"


@pytest.mark.nightly  # a curve is painted, below, by the same hand
@pytest.mark.long(3)
def test_dragging_a_point_of_a_series(visit):
    page = visit("series", "lang=en&e=1&m=units")
    before = text(page, "#maps-reading")
    box = in_view(page, ".strip")
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 10, steps=4)
    page.mouse.up()
    shown(page)
    assert "x=" in hash_of(page)
    changed = text(page, "#maps-reading")
    assert changed != before
    page.locator(".strip").nth(1).focus()
    value = page.locator(".strip").nth(1).get_attribute("aria-valuenow")
    press(page, "ArrowUp")
    shown(page)
    assert float(page.locator(".strip").nth(1).get_attribute("aria-valuenow")) > float(value)
    page.click("#clear")
    shown(page)
    assert page.locator("input[name=example]").first.is_checked()


@pytest.mark.nightly  # one of several of the hand on a strip
@pytest.mark.long(4)
def test_a_curve_is_painted_and_a_stretch_of_it_is_moved(visit):
    """The network processes what the hand drew: it is found again in the address's series."""
    page = visit("series", "lang=en&e=2")
    x = series_in(page)
    box = in_view(page, ".strip")

    def X(t):
        return box["x"] + 44 + (box["width"] - 54) * t / 29

    def drag(*places):
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place)
        page.mouse.up()
        return series_in(page)

    top, bottom = box["y"] + 20, box["y"] + 60
    once = drag((X(5), bottom), (X(5), top), (X(11), bottom))
    changed = np.flatnonzero(np.any(once != x, axis=1))
    assert changed.tolist() == list(range(5, 12))
    # a straight line: so fast was the hand
    np.testing.assert_allclose(np.diff(once[5:12, 0], 2), 0, atol=1e-4)
    np.testing.assert_array_equal(once[:, 1:], x[:, 1:])
    page.keyboard.down("Shift")
    chosen = drag((X(15), top), (X(20), top))
    page.keyboard.up("Shift")
    np.testing.assert_array_equal(chosen, once)
    assert "steps 16 to 21 chosen" in page.locator(".strip").first.get_attribute("aria-valuetext")
    lifted = drag((X(17), bottom), (X(17), bottom - 8), (X(19), bottom - 12))
    shift = lifted[:, 0] - once[:, 0]
    assert shift[15] > 0
    np.testing.assert_allclose(shift[15:21], shift[15], rtol=1e-5)
    assert np.count_nonzero(shift) == 6
    page.locator(".strip").first.focus()
    press(page, "Escape", "Home", "Shift+ArrowRight", "Shift+ArrowRight", "ArrowDown")
    lowered = series_in(page)
    assert np.flatnonzero(lowered[:, 0] != lifted[:, 0]).tolist() == [0, 1, 2]
    for _ in range(3):
        page.click("#undo")
    np.testing.assert_array_equal(series_in(page), x)


def series_in(page):
    """Return the series (T, 3) in the page's address, or of the example that it only names."""
    found = dict(part.split("=", 1) for part in hash_of(page).split("&"))
    if "e" in found:
        encoded = pages.payload(**pages.KINDS["series"])["examples"][int(found["e"]) - 1]["x"][
            "float32"
        ]
        return np.frombuffer(base64.b64decode(encoded), "<f4").reshape(-1, 3)
    text = found["x"].replace("-", "+").replace("_", "/")
    return np.frombuffer(base64.b64decode(text + "=" * (-len(text) % 4)), "<f4").reshape(-1, 3)


@pytest.mark.long(2)
def test_of_many_channels_chosen_ones_stand_in_front(visit):
    page = visit("large")
    names = page.locator(".fold")
    assert names.count() == 10
    assert [one.get_attribute("aria-expanded") for one in names.all()] == ["true"] + 9 * ["false"]
    page.get_by_role("button", name="channel 7", exact=True).click()
    shown(page)
    assert names.all_inner_texts()[:3] == ["channel 1", "channel 7", "channel 2"]
    assert page.evaluate("document.activeElement.textContent") == "channel 7"
    folded, open_strip = page.locator(".folded .strip").first, page.locator(".strip").nth(1)
    assert folded.bounding_box()["height"] < 40 < open_strip.bounding_box()["height"]
    # the step's, one below the other
    marks = [mark.bounding_box() for mark in page.locator(".strip .span-now").all()]
    assert len({(box["x"], box["width"]) for box in marks}) == 1
    folded.focus()  # folded ones are changed as well
    before = folded.get_attribute("aria-valuenow")
    press(page, "ArrowUp")
    shown(page)
    assert folded.get_attribute("aria-valuenow") != before


@pytest.mark.nightly  # a finger taps, above, and drags a box in test_holding.py
@pytest.mark.long(4)
def test_dragging_with_a_finger(visit):
    for name, selector in (("digits", ".board"), ("series", "svg .handle")):
        page = visit(name, has_touch=True, viewport={"width": 390, "height": 844})
        page.wait_for_selector(selector, state="attached")
        shown(page)  # in its final width: a handle that moves is missed
        box = in_view(page, selector)
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        before, scrolled = state(page), page.evaluate("scrollY")
        client = page.context.new_cdp_session(page)
        for kind, points in [
            ("touchStart", [(x, y)]),
            *[("touchMove", [(x, y + dy)]) for dy in (4, 12, 30)],
            ("touchEnd", []),
        ]:
            touched = [{"x": px, "y": py} for px, py in points]
            client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})
        shown(page)
        assert page.evaluate("scrollY") == scrolled
        assert state(page) != before
        page.click("#undo")


@pytest.mark.nightly  # one of several of the hand on a strip
@pytest.mark.long(4)
def test_a_token_is_put_in_the_place_of_another(visit, tmp_path):
    """And the answer is then what Keras's own layers answer."""
    theirs = with_random_weights(imdb())
    network = translate(replace(theirs)).network
    tokens = np.array([[4, 17, 0, 49, 8]])
    path = tmp_path / "page.html"
    payload = payload_of(
        network,
        tokens[..., None],
        **{
            "ids": ["a"],
            "truth": [None],
            "answers": theirs(tokens),
            "classes": None,
            "channels": ["token"],
        },
        **{
            "title": "t",
            "run": "r",
            "task": "regression",
            "masking": 0.0,
            "words": {4: "good", 31: "<b>", 49: "bad"},
        },
    )
    path.write_text(pages.write_page(payload, pages.SERIES), "utf-8")
    page = visit(address=path.as_uri())

    def expect(*changed):
        answers = rows(save(page, "#save-answers", tmp_path))
        want = theirs(np.array([changed])).numpy()[0]
        np.testing.assert_allclose(
            [float(v) for k, v in answers[-1].items() if k not in ("step (from 0)", "by")],
            want,
            atol=1e-6,
        )

    expect(4, 17, 0, 49, 8)
    assert page.locator(".token-text span").all_inner_texts() == ["good", "17", "0", "bad", "8"]
    page.locator(".token-text span").nth(3).click()
    assert "Token at step 4: bad (49)" in text(page, ".token")
    page.fill("#token", "<b>")
    page.press("#token", "Enter")
    assert "Token at step 4: <b> (31)" in text(page, ".token")
    assert "x: <b> (31)" in text(page, "#cell-diagram")
    expect(4, 17, 0, 31, 8)
    page.fill("#token", "50")
    page.press("#token", "Enter")
    assert "50 is no token of this network: expected a whole number from 0 to 49" in text(
        page, "#input"
    )
    expect(4, 17, 0, 31, 8)
    page.locator(".strip").focus()
    # no token below the first
    press(page, "ArrowUp", "ArrowLeft", "ArrowDown", "ArrowLeft", *["ArrowDown"] * 20)
    shown(page)
    assert page.locator(".strip").get_attribute("aria-valuetext") == "step 2: 0"
    expect(4, 0, 0, 32, 8)
    box = in_view(page, ".strip")
    page.mouse.move(box["x"] + box["width"] - 12, box["y"] + 70)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 12, box["y"] + 33, steps=3)
    page.mouse.up()
    shown(page)
    dragged = page.evaluate("document.querySelector('.strip').getAttribute('aria-valuenow')")
    assert dragged != "8"
    expect(4, 0, 0, 32, int(dragged))
    page.click("#paste summary")
    page.fill("#paste-text", "token\n3\n49\n1.5")
    page.click("#paste-read")
    assert "1.5 is no token of this network" in text(page, "#paste-error")
    page.fill("#paste-text", "token\n3\n49\n")
    page.click("#paste-read")
    expect(3, 49)
    page.fill("#paste-text", "token\n3\nNaN\n9\n")
    page.click("#paste-read")
    page.locator(".strip").focus()
    press(page, "End", "ArrowLeft")
    shown(page)
    assert page.locator(".strip").get_attribute("aria-valuetext") == "step 2: no token"
    press(page, "ArrowUp")  # one that is missing takes a value, too
    shown(page)
    put = int(page.locator(".strip").get_attribute("aria-valuenow"))
    assert put > 9
    expect(3, put, 9)


@pytest.mark.long(3)
def test_stepping_scrubbing_playing(visit):
    page = visit(fragment="lang=en&e=1&m=answer")
    place = page.locator("#transport .place")
    assert text(page, "#transport .place") == "row 8 of 8"
    page.locator("#scrub").focus()
    press(page, "Home")
    shown(page)
    assert place.inner_text() == "row 1 of 8"
    assert "probe" in text(page, "#answer-words")
    page.select_option("#speed", "4")
    page.click("[aria-label=Play]")
    page.wait_for_selector("[aria-label=Pause]")
    page.wait_for_selector("[aria-label=Play]")  # it stops at the end
    assert place.inner_text() == "row 8 of 8"
    assert "network" in text(page, "#answer-words")
    page.click("[aria-label=Play]")  # and starts again
    page.click("[aria-label=Pause]")
    assert place.inner_text() != "row 8 of 8"


@pytest.mark.nightly  # playing is above; what is said of both directions, below
@pytest.mark.long(2)
def test_a_direction_that_reads_backwards_plays_backwards(visit):
    page = visit("series", "lang=en&d=2&t=6")
    page.select_option("#speed", "4")
    page.click("[aria-label=Play]")
    wait_for_text(page, "#transport .place", re.compile("^step 1 of 30$"))
    page.wait_for_selector("[aria-label=Play]")  # the first step is its last
    assert "reads backwards" in text(page, "#cell-title")


@pytest.mark.long(2)
def test_choosing_a_unit_on_a_heat_map(visit):
    page = visit(fragment="lang=en&e=1&m=units")
    box = in_view(page, ".map-stage")
    page.mouse.move(box["x"] + box["width"] * 3.5 / 8, box["y"] + box["height"] * 20.5 / 50)
    assert text(page, "#maps-reading").startswith("Unit 20, row 4: z = ")
    page.mouse.down()
    page.mouse.up()
    assert text(page, "#cell-title") == "Inside unit 20 at row 4"
    page.select_option("#sort", "mean_f")
    shown(page)
    page.focus("#maps-control")
    press(page, "Home", "ArrowDown", "ArrowRight")
    shown(page)
    assert page.get_attribute("#maps-control", "aria-valuenow") == "2"
    assert text(page, "#transport .place") == "row 5 of 8"
    page.fill("#unit", "999")
    press(page, "Enter")
    shown(page)
    assert page.input_value("#unit") == "49"


@pytest.mark.long(4)
def test_the_tour(visit):
    """Of a page with the reader's network alone; what it begins with is in test_one_unit.py."""
    page = visit(fragment="lang=en&unit=6")
    before = state(page)
    page.click("#tour-start")
    seen = []
    for n in range(1, 8):
        wait_for_text(page, "#tour-count", f"{n} of 7")
        assert page.evaluate("document.activeElement.id") == "tour-title"
        assert page.locator(".lit").count() == 1
        seen.append(text(page, "#tour-title"))
        if n == 2:
            assert page.locator(".weights-row").count() == 4
        if n == 7:
            challenge, *_ = state(page)
        page.click("#tour-next")
    assert seen[:4] == [
        "The same cell, many times",
        "Four boxes, one kind of sum",
        "h comes back",
        "A memory is a river",
    ]
    assert re.fullmatch(r"What does gate [ifo] do here\?", seen[4])
    assert seen[5:] == ["From units to a prediction", "Your turn"]
    page.wait_for_selector("#tour", state="hidden")
    assert state(page)[0] == challenge  # which stays with the reader
    assert text(page, "#cell-title") == "Inside unit 6 at row 8"
    page.evaluate("location.hash = 'lang=en&e=1&unit=6&tour=5'")
    page.wait_for_selector("#tour:not([hidden])")
    press(page, "Escape")
    page.wait_for_selector("#tour", state="hidden")
    assert state(page) == before  # what the reader had set is put back
    assert page.evaluate("document.activeElement.id") == "tour-start"


@pytest.mark.long(1)
@pytest.mark.parametrize("guess", [0, pytest.param(1, marks=pytest.mark.nightly)])
def test_a_gate_is_predicted_then_held_then_seen(visit, guess):
    page = visit(fragment="lang=en&tour=5")
    wait_for_text(page, "#tour-count", "5 of 7")
    asked = re.fullmatch(
        r"Predict: with all ([ifo]) held at 1, does it still predict (\d)\?",
        text(page, "#tour-ask"),
    )
    assert page.locator("#tour-outcome, #tour-try").evaluate_all(
        "all => all.every((one) => one.hidden)"
    )
    page.click(f"#tour-answers button:nth-child({guess + 1})")
    page.wait_for_selector("#tour-try[aria-pressed=true]")
    assert page.locator("#tour-question").is_hidden()
    said = text(page, "#tour-outcome")
    assert page.locator(f"#gate-{asked[1]} .held").first.text_content() == "held"
    stays = f"still predicts {asked[2]}" in said
    assert said.startswith(
        "As you predicted." if stays == (guess == 0) else "Not as you predicted."
    )
    page.click("#tour-try")
    page.wait_for_selector("#tour-try[aria-pressed=false]")
    assert page.locator("#gate-f, #gate-i, #gate-o").locator(".held").first.text_content() == ""
    assert page.locator(".chip").count() == 0


@pytest.mark.long(1)
def test_the_challenge_is_won_by_drawing(visit):
    page = visit(fragment="lang=en&tour=7")
    goal = re.search(r"until it predicts (\d)\.", text(page, "#tour-text"))[1]
    assert text(page, "#tour-numbers") == ""
    page.locator("[role=gridcell]").first.focus()
    press(page, "Space")
    assert re.match(
        r"(Done, with )?1 of 64 pixels changed: it predicts \d", text(page, "#tour-numbers")
    )
    for n in range(6):  # what the network says of an example, it says of these pixels
        page.evaluate(f"document.querySelectorAll('input[name=example]')[{n}].click()")
        said = text(page, "#tour-numbers")
        assert said.startswith("Done") == (f"it predicts {goal} (" in said)
    other = visit("series", "lang=en&tour=7")
    goal = re.search(r"until it predicts (class \d)\.", text(other, "#tour-text"))[1]
    other.get_by_role("button", name="Show me one way").click()
    assert re.match(
        rf"Done\. Values changed: [1-9]\d*\. It predicts {goal} \(", text(other, "#tour-numbers")
    )


@pytest.mark.nightly  # test_tour.py holds the choice to its numbers
@pytest.mark.long(5)
def test_the_tour_takes_the_example_that_shows_most(visit):
    """Found here again by hand: by holding the gate over each example."""
    page = visit(fragment="lang=en&e=1&m=answer")
    changes = {}
    for gate in "iof":
        page.evaluate(f"location.hash = 'lang=en&k={gate}_1_1_1_all_1&m=answer'")
        changes[gate] = []
        for n in range(6):
            page.locator("input[name=example]").nth(n).check(force=True)
            page.evaluate("document.querySelector('[aria-label=\"Last step\"]').click()")
            shown(page)
            best = (
                "document.querySelector('#answer-bars').querySelectorAll('.bar-ghost, "
                ".bar:not(.bar-ghost)')"
            )
            widths = page.evaluate(f"[...{best}].map((bar) => Number(bar.getAttribute('width')))")
            held, free = widths[::2], widths[1::2]
            k = int(np.argmax(free))
            changes[gate].append(abs(held[k] - free[k]))
    page.locator(".chip-away").click()
    page.locator("input[name=example]").nth(0).check(force=True)
    page.click("#tour-start")
    for _ in range(4):
        page.click("#tour-next")
    said = re.search(
        r"Example (\d) of 6: .* changes most when ([ifo]) is held at 1", text(page, "#tour-numbers")
    )
    n, gate = int(said[1]) - 1, said[2]
    assert gate == max("iof", key=lambda one: max(changes[one]))
    assert n == int(np.argmax(changes[gate]))
    assert page.locator("input[name=example]").nth(n).is_checked()
    page.click("#tour-close")
    shown(page)
    assert page.locator("input[name=example]").nth(0).is_checked()


def any_network(rng, path):
    """Draw a network of any variant, with masks and strides, and write its page; return both."""
    network = random_networks.draw(rng, longest=20, units=6)
    is_classifier, C = network["then"] == "softmax", len(network["bias"])
    payload = random_networks.payload_of(network) | {
        **{"title": "Any", "run": "any", "input": "series", "longest": 20, "score": None},
        "task": "classification" if is_classifier else "regression",
        "classes": [f"class {k}" for k in range(C)] if is_classifier else None,
        "examples": [
            {"name": "a", "truth": None, "answer": [0.0] * C, "x": pages.encode(network["x"])}
        ],
    }
    path.write_text(pages.write_page(payload, pages.SERIES), "utf-8")
    return network, path.as_uri()


@pytest.mark.nightly  # the tour of the digits is CI's
@pytest.mark.long(5)
def test_the_tour_of_any_network(visit, tmp_path, request):
    """Every step has its words, in both languages."""
    rng = np.random.default_rng(2)
    for n in range(4 if request.config.getoption("--nightly") else 2):
        _, address = any_network(rng, tmp_path / f"{n}.html")
        page = visit(address=address, fragment=f"lang={'ja' if n % 2 else 'en'}")
        page.click("#tour-start")
        for step in range(1, 8):
            wait_for_text(page, "#tour-count", re.compile(rf"^{step}\b"))
            assert not re.search(r"NaN|undefined|null|\{|tour\.", page.inner_text("body"))
            if page.locator("#tour-question").is_visible():
                page.click("#tour-answers button")
            page.click("#tour-next")
        page.wait_for_selector("#tour", state="hidden")


@pytest.mark.long(2)
def test_the_numbers_in_the_browser_are_those_of_the_equations(visit, tmp_path, request):
    """All that can be saved, against NumPy in float64; test_forward.py has it for many networks."""
    rng = np.random.default_rng(4)
    for n in range(3 if request.config.getoption("--nightly") else 1):
        network, address = any_network(rng, tmp_path / f"{n}.html")
        states, answer = random_networks.answer(network)
        page = visit(address=address, accept_downloads=True)
        seen = rows(save(page, "#save-gates", tmp_path))
        _, mask = random_networks.enter(network)
        truth = [
            [
                f"lstm {network['layers'][layer][d][0]}",
                t,
                u,
                *(one[name][t, u] for name in "zifoch"),
            ]
            for layer, directions in enumerate(states)
            for d, one in enumerate(directions)
            for t in np.flatnonzero(mask)
            for u in range(one["c"].shape[1])
        ]
        assert [list(row.values())[:3] for row in seen] == [
            [str(v) for v in row[:3]] for row in truth
        ]
        ours = np.array([[float(v) for v in list(row.values())[3:]] for row in seen])
        theirs = np.array([row[3:] for row in truth], float)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6 * np.nanmax(np.abs(theirs)))
        last = rows(save(page, "#save-answers", tmp_path))[-1]
        assert last["by"] == "network"
        np.testing.assert_allclose(
            [float(v) for v in list(last.values())[2:]], answer, rtol=1e-6, atol=1e-6
        )


@pytest.mark.nightly  # the next one has a link with all that a link can say
@pytest.mark.long(5)
def test_a_link_brings_back_the_view(visit):
    page = visit()
    page.click("#clear")
    page.locator("[role=gridcell][tabindex='0']").focus()
    press(page, " ", "ArrowDown", " ", "+")
    page.click("#open-units")
    page.select_option("#sort", "last")
    pages.choose_in_menu(page, "#language", "ja")
    pages.hold(page)
    page.fill("#unit", "11")
    press(page, "Enter")
    page.locator("#scrub").focus()
    press(page, "ArrowLeft", "ArrowLeft")
    fragment = hash_of(page)
    other = visit(fragment=fragment)
    assert state(other) == state(page)
    assert other.evaluate(
        "[document.documentElement.lang, document.querySelector('#sort').value]"
    ) == ["ja", "last"]
    assert hash_of(other) == fragment


@pytest.mark.long(3)
def test_a_link_brings_back_an_edited_series_and_a_layer(visit):
    page = visit("series", "e=3&lang=en&l=2&d=2&unit=4&t=9&hold=i_0.25_2_2_4_4&m=answer")
    page.locator(".strip").first.focus()
    press(page, "ArrowUp")
    other = visit("series", hash_of(page))
    assert state(other) == state(page)
    assert "layer 2, reads backwards" in text(other, "#cell-title")
    assert text(other, "#consequence").startswith("Its memory ends at ")
    assert "unit 4" in text(other, "#holding").replace("\n", " ")
    assert text(other, "#answer-words") == text(page, "#answer-words")
    press(other, "ArrowLeft")
    toured = visit("series", f"{hash_of(page)}&tour=6")
    assert text(toured, "#tour-count") == "6 of 7"
    assert "layer 2, reads backwards" in text(toured, "#cell-title")
    assert toured.locator("#answer-bars").is_visible()  # what this step is about, also without m=
    toured = visit("series", hash_of(page).replace("&m=answer", "&tour=6"))
    assert toured.locator("#answer-bars").is_visible()


@pytest.mark.long(2)
def test_a_fragment_without_sense_does_no_harm(visit):
    page = visit()
    for fragment in (
        *(
            *("m=", "m=none", "m=toString", "m=<b>"),
            "e=99&t=0&u=-3",
            "x=zz&t=1e9&u=NaN&l=7&d=2",
            "hold=c_9_1_1_all_1~f_1_9_9_2_1~~f_0_1_1_50_1",
            "%",
            *("hold=f_0_1_1_all_9", "hold=f_-0.5_1_1_all_1", "hold=z_-1.1_1_1_all_1"),
            "x=&k=&t=&e=",
        ),
        "lang=<b>&s=none&tour=9",
    ):
        page.evaluate("fragment => { location.hash = fragment; }", fragment)
        assert text(page, ".says").startswith(("predicts ", "probe: "))
        assert page.locator(".chip").count() == 0
        assert page.locator("main > [id^=more-]:visible").count() == 0
        assert page.locator("#tour").is_hidden()


@pytest.mark.nightly  # the next one pastes several
@pytest.mark.long(2)
def test_pasting_a_series(visit):
    page = visit("series")
    page.click("#paste summary")
    page.fill("#paste-text", "1,2,3\n4,,6\n,,\n1,1,1\n")
    page.click("#paste-read")
    assert text(page, "#transport .place") == "step 4 of 4"
    assert "Missing values: 4" in text(page, "#input-note")
    page.click("[aria-label='Previous step']")
    shown(page)
    assert "Missing here" in text(page, "#cell-words")


@pytest.mark.long(2)
def test_pasting_a_file_of_many_series(visit):
    page = visit("series", "lang=en&e=1&m=answer")
    page.click("#paste summary")
    head = "id,channel 1,channel 2,channel 3,label,day"
    page.fill(
        "#paste-text", f"{head}\na,1,2,3,class 1,mon\na,4,5,6,class 1,tue\nb,0,0,1,class 2,mon\n"
    )
    page.click("#paste-read")
    assert text(page, "#transport .place") == "step 2 of 2"
    assert (
        text(page, "#paste-note")
        == "The file has 2 series; this is the first, named a. Not used: day."
    )
    assert text(page, "#answer-truth").startswith("The true label is class 1")
    page.select_option("#paste-series", "b")
    assert text(page, "#transport .place") == "step 1 of 1"
    assert "number 2, named b" in text(page, "#paste-note")
    assert text(page, "#answer-truth").startswith("The true label is class 2")
    page.locator(".strip").first.focus()
    press(page, "ArrowUp")  # what was changed has no label any more
    assert text(page, "#answer-truth") == "This input is your own: its true label is unknown."
    assert text(page, "#paste-note") == ""


@pytest.mark.long(2)
def test_a_long_file_is_read_whole(visit):
    page = visit("series")
    page.set_input_files(
        "#paste-file",
        {"name": "a.csv", "mimeType": "text/csv", "buffer": b"1.25,2.25,3.25\n" * 1500},
    )
    wait_for_text(page, "#transport .place", "step 1500 of 1500")
    assert "too long to be kept in a link" in text(page, "#input-note")
    page.click("#share summary")
    page.click("#copy-link")
    wait_for_text(page, "#copy-link", re.compile("Copied|The link is in the address bar"))


@pytest.mark.nightly  # test_csv.py has all sentences, and the next one shows some
@pytest.mark.long(4)
def test_bad_text_gets_a_sentence(visit):
    page = visit("series")
    before = text(page, "#answer-words")
    page.click("#paste summary")
    for content, message in [
        ("", "no numbers"),
        ("1,2\n3,4\n", "Line 1 has 2 columns, but the network reads 3"),
        ("1,2,3\n4,5\n", "Line 2 has 2 columns"),
        (
            "q,channel 2,channel 3\n1,2,3\n",
            "Line 1 names the columns q, channel 2, channel 3. Expected each",
        ),
        (
            "id,channel 1,channel 2,channel 3\na,1,2,3\n,1,2,3\na,1,2,3\n",
            "Line 3, column 1: the name of its series",
        ),
        ("1,2,3\n4,<b>five</b>,6\n", "Line 2, column 2: “<b>five</b>” is not a number"),
        ("1,2,3\n1,inf,2\n", "infinite"),
        (",,\n,,\n", "Every value is missing"),
        ('1,"2,3\n', "quotation mark"),
        ("1,2,3\n" * 70000, "more than"),
    ]:
        page.evaluate(
            "content => { document.querySelector('#paste-text').value = content; }", content
        )
        page.click("#paste-read")
        assert message in text(page, "#paste-error")
        assert page.locator("#paste-error b").count() == 0
        assert text(page, "#answer-words") == before


@pytest.mark.long(2)
def test_bad_pixels_get_a_sentence(visit):
    page = visit()
    page.click("#paste summary")
    for content, message in [
        ("0,0,0,0,0,0,0,0\n" * 7, "7 rows"),
        ("0,0,0,0,0,0,0,17\n" * 8, "the value 17"),
        ("0,0,0,0,0,0,0,\n" * 8, "pixels"),
    ]:
        page.fill("#paste-text", content)
        page.click("#paste-read")
        assert message in text(page, "#paste-error")


@pytest.mark.long(1)
def test_dropping_a_file(visit):
    page = visit("series")
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["channel 3,channel 1,channel 2\\n1,2,3\\n4,5,6"], "a.csv"));
            document.body.dispatchEvent(
                new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }"""
    )
    wait_for_text(page, "#transport .place", "step 2 of 2")
    page.set_input_files(
        "#paste-file", {"name": "b.csv", "mimeType": "text/csv", "buffer": b"1,2,3\n" * 90}
    )
    wait_for_text(page, "#transport .place", "step 90 of 90")
    assert "the longest it was trained on has 30" in text(page, "#input-note")


@pytest.mark.long(2)
def test_keyboard_alone(visit):
    """Reach every control by Tab, and use the page without a mouse."""
    page = visit()
    pages.hold(page, "f")
    pages.hold(page, "o")  # so that there is something to let go of
    for name in (
        "#equations summary",
        "#open-units",
        "#settings summary",
    ):  # the last is closed by others
        page.locator(name).press("Enter")
    page.locator("#skip").focus()
    reached = set()
    for _ in range(120):
        press(page, "Tab")
        name = page.evaluate(
            "(e => e.id || e.ariaLabel || e.name || e.className || '')(document.activeElement)"
        )
        if name in reached and name == "tour-start":
            break
        reached.add(name)
    wanted = {
        *(
            "tour-start",
            "language",
            "theme",
            "Play",
            "Pause",
            "Next step",
            "scrub",
            "speed",
            "clear",
            "erase",
        ),
        *(
            "undo",
            "paste-text",
            "unit",
            *("gate-z", "gate-i", "gate-f", "gate-o", "chip-0", "chip-1", "release-all"),
            "equation",
            "sort",
            "maps-control",
            *("hold-event", "open-units", "open-answer", "open-character"),
        ),
    }
    pixel = {name for name in reached if name.startswith("row ")}
    radios = {name for name in reached if name.startswith("example ")}
    assert len(pixel) == 1
    assert len(radios) == 1
    # not there at the moment: playing, closed, nothing done
    assert wanted - reached <= {"Pause", "paste-text", "undo"}
    page.locator("#skip").focus()
    press(page, "Enter")
    assert page.evaluate("document.activeElement.id") == "reading"
    outline = page.locator("#gate-f").evaluate(
        "e => { e.focus(); return getComputedStyle(e).outlineWidth; }"
    )
    assert outline == "3px"


@pytest.mark.nightly  # the next ones wait for the evidence, and exports are below
@pytest.mark.long(3)
def test_a_picture_waits_for_the_evidence(visit, tmp_path):
    page = visit("large", "lang=en&e=1&m=answer", accept_downloads=True)
    picture = save(page, "#save-svg", tmp_path).read_text("utf-8")
    assert "Running again" not in picture
    assert re.search("The longest|No part is", picture)


@pytest.mark.long(1)
def test_evidence_of_a_long_series_is_of_pieces_that_are_halved(visit):
    # each text is recorded when it is written, since the eight reruns may take no time
    record = """
        const texts = window.texts = [];
        new MutationObserver(() => {
            const text = document.querySelector("#evidence-words")?.textContent;
            if (text && texts.at(-1) !== text) texts.push(text);
        }).observe(document, { subtree: true, childList: true, characterData: true });
    """
    page = visit("long", "lang=en&e=1&m=answer", before=record)
    page.locator("#evidence-box .bar").nth(8).wait_for()
    waits = re.compile(r"Running again without each piece: \d of 8")
    assert any(map(waits.match, page.evaluate("texts")))


@pytest.mark.long(3)
def test_a_bar_of_the_answer_is_asked_for_its_evidence(visit, tmp_path):
    """By mouse and by key; and the bars are those that are saved."""
    page = visit(fragment="lang=en&e=1&m=answer", accept_downloads=True)
    wait_for_text(page, "#evidence-words", "The longest")
    said = re.search(r"the network predicts (\d)", text(page, "#answer-words"))[1]
    table = rows(save(page, "#save-evidence", tmp_path))
    assert [(row["first step (from 0)"], row["last step (from 0)"]) for row in table] == [
        (str(t), str(t)) for t in range(8)
    ]

    def expect(name):
        assert text(page, "#evidence-for").startswith(
            f"For {name} (with everything, its log-odds are "
        )
        bars = page.locator("#evidence-box .bar-value").all_text_contents()
        assert [float(v.replace("−", "-")) for v in bars] == pytest.approx(
            [float(r[name]) for r in table], abs=0.00501
        )
        assert f"adds for {name} " in text(page, ".evidence-key")

    page.mouse.move(1, 1)  # off the bar that lay below the menu
    expect(said)
    other = str((int(said) + 3) % 10)
    in_view(page, "#answer-bars")
    page.locator("#answer-bars .asks").nth(int(other)).hover()
    expect(other)
    page.mouse.move(0, 0)
    expect(said)
    page.locator("#answer-bars .asks[tabindex='0']").focus()
    press(page, "ArrowDown")
    expect(str((int(said) + 1) % 10))


@pytest.mark.long(2)
@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        (
            "folds",
            "Other networks, trained in the same way, classified 36 of 40 held-out series "
            "correctly.",
        ),
        (
            "training",
            "on the 40 series that it was trained on is 90.0\u00a0%, which is no measure for "
            "others.",
        ),
        *(
            pytest.param(*case, marks=pytest.mark.nightly)
            for case in (
                ("test", "Its accuracy on 40 series that it was not trained on is 90.0\u00a0%."),
                ("aside", "Its accuracy on 40 series of the validation split is 90.0\u00a0%."),
                (
                    "twin",
                    "Another network, trained in the same way, classified 36 of 40 held-out "
                    "series correctly.",
                ),
                (None, "reads a series forwards and backwards."),
            )
        ),
    ],
)
def test_the_score_says_on_what(visit, tmp_path, on, sentence):
    score = {"accuracy": 0.9, "n": 40, "on": on} if on else None
    page = visit(
        address=pages.write(tmp_path, "series", score=score, examples_trained_on=on == "training")
    )
    assert text(page, "#lead").endswith(sentence)
    expected = "It was trained on these series." if on == "training" else ""
    assert text(page, "#examples-note") == expected


@pytest.mark.long(2)
def test_long_names_of_classes_lose_their_ends(visit, tmp_path):
    names = ["Badminton in the open air", "Running", "Standing on one leg for a while"]
    for width in (390, 1280):
        address = pages.write(tmp_path, "series", classes=names)
        page = visit(
            address=address,
            fragment="lang=en&e=1&m=answer",
            viewport={"width": width, "height": 900},
        )
        shown(page)
        left = page.locator("#answer-bars svg").bounding_box()["x"]
        for where in ("#answer-bars .bar-name", "#answer-steps text[text-anchor=end]"):
            for name in page.locator(where).all():
                assert name.bounding_box()["x"] >= left - 1
        assert page.locator("#answer-bars .bar-name").first.text_content().startswith("Badm")


@pytest.mark.long(1)
def test_what_is_shown_of_two_directions_is_said(visit):
    page = visit("series", "lang=en&d=2&l=2&m=units")
    assert text(page, "#maps-title") == "All 12 units, layer 2, reads backwards over 30 steps"
    page.click("#maps .why summary")
    assert "Python from 0" in text(page, "#maps")
    pages.choose_in_menu(page, "#language", "ja")
    shown(page)
    assert "第2層" in text(page, "#maps-title")


@pytest.mark.long(2)
def test_peepholes_are_drawn(visit, tmp_path):
    plain = visit()
    shown(plain)
    assert plain.locator(".peephole").first.is_hidden()
    payload = pages.payload()
    direction = payload["network"]["layers"][0]["directions"][0]
    direction |= {
        "variant": pages.PLAIN | {"peepholes": True},
        "peephole_kernel": pages.encode(np.ones((3, 50))),
    }
    (tmp_path / "page.html").write_text(pages.write_page(payload, pages.SERIES), "utf-8")
    page = visit(address=(tmp_path / "page.html").as_uri())
    shown(page)
    assert page.locator(".peephole").first.is_visible()
    assert "peepholes" in page.locator("#cell-diagram").text_content()


@pytest.mark.long(1)
def test_nothing_written_is_not_called_never_forgotten(visit):
    page = visit("series", "lang=en&hold=i_0_1_1_all_1")
    words = text(page, "#river-words")
    assert "holds 0.00 here" in words
    assert "forgotten" not in words


@pytest.mark.long(3)
def test_exports(visit, tmp_path):
    page = visit(accept_downloads=True)

    gates = save(page, "#save-gates", tmp_path)
    assert gates.name == "glasscell-runs-test-gates.csv"
    assert len(rows(gates)) == 8 * 50
    answers = rows(save(page, "#save-answers", tmp_path))
    assert [row["by"] for row in answers] == ["probe"] * 7 + ["network"]
    assert all(abs(sum(float(row[str(k)]) for k in range(10)) - 1) < 1e-6 for row in answers)
    # what is open is in the picture
    assert save(page, "#save-svg", tmp_path).read_text("utf-8").count("<image") == 0
    page.click("#open-answer")
    # of probes, and next to them the network
    assert save(page, "#save-svg", tmp_path).read_text("utf-8").count("<image") == 1
    page.click("#open-units")
    picture = save(page, "#save-svg", tmp_path).read_text("utf-8")
    assert picture.startswith("<svg")
    assert picture.count("<image") == 12  # six heat maps with scales
    assert picture.count("0 closed") == picture.count("1 open") == 3
    assert "Inside unit" in picture
    assert text(page, "#event") in picture
    assert "var(" not in picture
    assert "class=" not in picture
    png = save(page, "#save-png", tmp_path).read_bytes()
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") > 2000  # pixels wide: twice what the screen shows
    blank = visit(address=(tmp_path / "glasscell-runs-test.svg").as_uri(), fragment="")
    assert blank.evaluate("document.querySelectorAll('svg path').length") > 50


@pytest.mark.nightly  # the heading, at the end, is read in both
@pytest.mark.long(2)
def test_languages(visit):
    page = visit(fragment="", locale="ja-JP")
    assert text(page, "#input-title") == "数字を描く"
    assert page.evaluate("document.documentElement.lang") == "ja"
    pages.choose_in_menu(page, "#language", "en")
    assert text(page, "#input-title") == "Draw a digit"
    assert page.evaluate("document.documentElement.lang") == "en"
    english = visit(fragment="", locale="de-DE")
    shown(english)
    assert english.evaluate("document.documentElement.lang") == "en"


@pytest.mark.nightly  # the tour of any network, above, looks for them in both
@pytest.mark.long(2)
def test_all_words_are_there_in_both_languages(visit):
    page = visit("series")
    pages.choose_in_menu(page, "#language", "ja")
    pages.hold(page)
    page.click("#tour-start")
    shown(page)
    seen = page.evaluate(
        "document.body.innerText + [...document.querySelectorAll('[aria-label]')].map(e => "
        "e.ariaLabel)"
    )
    keys = "tour|csv|clamps?|chip|holding|slider|maps|cell|origin|sort|name|note|evidence"
    assert not re.findall(rf"\b(?:{keys})\.\w+|\{{\w+\}}", seen)


@pytest.mark.long(2)
def test_dark_and_light(visit):
    dark = visit(color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    assert dark.evaluate(background) == "rgb(19, 20, 23)"
    pages.choose_in_menu(dark, "#theme", "light")
    shown(dark)
    assert dark.evaluate(background) == "rgb(247, 246, 243)"


@pytest.mark.long(3)
@pytest.mark.parametrize("name", [pytest.param("digits", marks=pytest.mark.nightly), "series"])
def test_no_sideways_scrolling(visit, name):
    page = visit(name, "lang=en&tour=4", viewport={"width": 390, "height": 844})
    for width in (390, 768, 1024, 1920):
        page.set_viewport_size({"width": width, "height": 844})
        shown(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width == 390:
            page.click("#tour-close")
        else:
            pages.hold(page, "zif"[width // 700])


@pytest.mark.long(4)
@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        ("digits", "dark"),
        ("series", "light"),
        *(
            pytest.param(*case, marks=pytest.mark.nightly)
            for case in (("digits", "light"), ("series", "dark"))
        ),
    ],
)
def test_axe_finds_nothing(visit, name, scheme):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs axe-playwright-python"
    )
    page = visit(
        name, "lang=en&t=3&hold=f_0_1_1_all_2&tour=3", color_scheme=scheme, reduced_motion="reduce"
    )
    page.wait_for_timeout(500)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found = axe.Axe().run(page).response["violations"]
    assert [
        (
            one["id"],
            [(node["html"][:120], node["failureSummary"][:160]) for node in one["nodes"][:3]],
        )
        for one in found
    ] == []


def test_the_policy_is_in_force(visit):
    page = visit()
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            const style = document.createElement("p");
            style.setAttribute("style", "color: red");
            document.body.append(style);
            new Image().src = "https://example.org/pixel.png";
        }"""
    )
    shown(page)
    assert page.evaluate("window.ran") is None
    assert any("script-src" in trouble for trouble in page.troubles)
    assert any("img-src" in trouble for trouble in page.troubles)
    page.troubles.clear()  # they were provoked
    # reported, but not sent
    assert [request.split("/")[2] for request in page.requests[1:]] == ["example.org"]
    page.requests.clear()


def test_names_are_never_taken_for_html(visit, tmp_path):
    hostile = "</script><img src=x onerror='window.ran = true'>"
    address = pages.write(
        tmp_path,
        "series",
        title=hostile,
        run=hostile,
        classes=[hostile, "<b>b</b>", "${c}"],
        channels=[hostile] * 3,
    )
    page = visit(address=address)
    assert text(page, "#title") == hostile
    assert page.locator("img, main b:not(.segment b)").count() == 0
    assert page.evaluate("window.ran") is None


@pytest.mark.long(2)
@pytest.mark.parametrize(
    "harm",
    [
        "nan",
        "nothing",
        *(pytest.param(harm, marks=pytest.mark.nightly) for harm in ("shape", "format")),
    ],
)
def test_a_damaged_page_says_so(visit, tmp_path, harm):
    payload = pages.payload()
    kernel = payload["network"]["layers"][0]["directions"][0]["kernel"]
    if harm == "nan":
        kernel["float32"] = pages.encode([[float("nan")] * 200] * 8)["float32"]
    elif harm == "shape":
        kernel["shape"] = [9, 200]
    elif harm == "format":
        payload["format"] = 2
    else:
        payload = {"title": "?"}
    path = tmp_path / "page.html"
    path.write_text(pages.write_page(payload, pages.SERIES), "utf-8")
    page = visit(address=path.as_uri())
    assert "damaged" in text(page, "#notice")
    assert page.locator("#main").is_hidden()


@pytest.mark.long(1)
@pytest.mark.parametrize("name", ["series", pytest.param("digits", marks=pytest.mark.nightly)])
def test_a_page_without_examples(visit, tmp_path, name):
    page = visit(address=pages.write(tmp_path, name, examples=0), fragment="lang=en&e=1&m=answer")
    assert "the network predicts" in text(page, "#answer-words")


@pytest.mark.long(2)
def test_a_screen_reader_reads_what_changed(visit):
    page = visit()
    page.locator("#scrub").focus()
    press(page, "Home", "ArrowRight", "ArrowRight")
    assert text(page, "#live") == "" or "row 8" in text(page, "#live")  # not at every key
    page.wait_for_timeout(SETTLED)
    assert re.match(
        r"row 3 of 8 Kept .* of the memory, wrote .* A probe predicts", text(page, "#live")
    )


@pytest.mark.nightly  # it prints what nobody reads in CI
@pytest.mark.long(6)
@pytest.mark.parametrize(("name", "limit"), [("digits", 16), ("large", 50)])
def test_time_of_a_frame(visit, name, limit, capsys):
    """Print it; a shared machine is no place to judge by the clock."""
    page = visit(name)
    shown(page)
    control, key = (
        ("[role=gridcell][tabindex='0']", " ") if name == "digits" else (".strip", "ArrowUp")
    )
    page.locator(control).first.focus()
    for _ in range(3):
        press(page, *[key] * 4)
    shown(page)
    for what in ("a new input", "a box dragged"):
        if what == "a box dragged":
            box = in_view(page, "#gate-f .box")
            page.mouse.move(box["x"] + 9, box["y"] + 9)
            page.mouse.down()
        page.evaluate("performance.clearMeasures()")
        for n in range(20):
            press(page, key) if what == "a new input" else page.mouse.move(
                box["x"] + 9, box["y"] + 9 + 3 * n
            )
            page.evaluate("new Promise(requestAnimationFrame)")
        times = page.evaluate(
            "performance.getEntriesByName('frame with a run').map((entry) => entry.duration)"
        )
        assert len(times) >= 10
        with capsys.disabled():
            print(
                f"\n{name}: {statistics.median(times):.1f} ms a frame with {what} (median of "
                f"{len(times)}, longest {max(times):.1f}; wanted: under {limit})"
            )


def test_the_data_of_the_page_is_what_was_put_in(visit):
    page = visit()
    assert json.loads(page.locator("#data").text_content()) == pages.payload()


@pytest.mark.long(1)
def test_probes_the_network_and_the_truth_of_a_regression_are_told_apart(visit, tmp_path):
    page = visit("regression", "lang=en&e=1&m=answer", accept_downloads=True)
    shown(page)
    answers = [float(row["prediction"]) for row in rows(save(page, "#save-answers", tmp_path))]
    drawn = page.locator("#answer-steps .stroke-probe").get_attribute("d")
    heights = [float(y) for y in re.findall(r"[ML][^,]+,([^ML]+)", drawn)]
    assert len(heights) == len(answers) - 1 == 23
    slope, start = np.polyfit(answers[:-1], heights, 1)  # the chart's own scale
    dot, level = page.locator("#answer-steps .dot"), page.locator("#answer-steps .level")
    assert dot.count() == level.count() == 1
    assert float(dot.get_attribute("cy")) == pytest.approx(start + slope * answers[-1], abs=0.2)
    # the truth
    assert float(level.get_attribute("y1")) == pytest.approx(start + slope * 0.5, abs=0.2)
    assert text(page, "#answer-steps .legend").split() == ["probes", "network", "true", "value"]
    low, _ = page.locator("#answer-bars .tick").all_text_contents()
    assert float(low.replace("−", "-")) < min(0, 0.5, answers[-1])
    page.locator(".strip").first.focus()
    press(page, "ArrowUp")  # the truth of another series is not known
    shown(page)
    assert level.count() == 0
    pages.hold(page)
    shown(page)
    assert page.locator("#answer-steps .dot.ghost").count() == 1


@pytest.mark.long(1)
def test_the_ceiling_of_the_read_out_is_marked(visit, tmp_path):
    payload = pages.payload()
    payload["network"]["read_out"]["activation"] = "tanh"
    (tmp_path / "page.html").write_text(pages.write_page(payload, pages.SERIES), "utf-8")
    page = visit(
        address=(tmp_path / "page.html").as_uri(),
        fragment="lang=en&e=1&m=answer",
        accept_downloads=True,
    )
    found = re.search(
        r"without the tanh at the end of its output layer, which keeps every probability at "
        r"(\d+)\s% or less\. With it, as in the original tutorial, the network gives (\d) "
        r"\((\d+)\s%\)\.",
        text(page, "#answer-bound"),
    )
    assert int(found[1]) == round(100 * np.e / (np.e + 9 / np.e)) == 45
    # what the network itself gives, as it was trained
    row = rows(save(page, "#save-answers", tmp_path))[-1]
    given = np.array([float(row[str(k)]) for k in range(10)])
    assert [int(found[2]), int(found[3])] == [given.argmax(), round(100 * given.max())]
    assert given.max() <= np.e / (np.e + 9 / np.e)
    plain = visit(fragment="lang=en&e=1&m=answer")  # the same network, without it
    shown(plain)
    bars = [one.locator("#answer-bars .bar-value").all_text_contents() for one in (page, plain)]
    assert bars[0] == bars[1]
    assert text(plain, "#answer-bound") == ""
    page.click("[aria-label='Previous step']")
    assert text(page, "#answer-bound") == ""  # a probe has no ceiling
    page.evaluate("document.querySelector('#paste').open = true")
    page.fill("#paste textarea", "16 0 16 0 16 0 16 0\n" * 8)
    page.click("#paste button")
    # one probability for one prediction
    said = re.search(r"predicts (\d \(.+?\))", text(page, "#message-good"))[1]
    assert said in text(page, "#answer-words")


@pytest.mark.long(2)
def test_a_network_that_reads_both_ways_is_not_said_to_read_step_by_step(visit):
    page = visit("series", "lang=en&t=5&d=2&m=answer")
    assert "reads a series forwards and backwards" in text(page, "#lead")
    assert text(page, "#answer-words").startswith(
        "From what both directions hold at step 5 of 30, a probe predicts"
    )
    assert text(page, "#answer-steps h3").startswith("What can be read at each step")
    assert (
        "do not say how much could be known by then" in page.locator("#probe-words").text_content()
    )
    page.click("[aria-label='Last step']")
    assert text(page, "#answer-words").startswith("From both directions the network predicts")
    page.click("#tour-start")
    assert "others from the last; the prediction is made of what both have kept" in text(
        page, "#tour-text"
    )
    assert text(page, "#transport .place") == "step 1 of 30"  # where the first direction begins
    forwards = visit("regression", "lang=en&t=5&m=answer")
    assert "reads a series step by step" in text(forwards, "#lead")
    assert text(forwards, "#answer-words").startswith("After step 5 of 24 a probe predicts")
    assert "backward half" not in forwards.locator("#probe-words").text_content()


@pytest.mark.nightly  # one of several languages
@pytest.mark.long(2)
def test_the_heading_is_in_the_readers_language(visit, tmp_path):
    for name, english, japanese in [
        ("digits", "glasscell: an LSTM reads digits", "glasscell: LSTMが数字を読む"),
        (
            "series",
            "glasscell: an LSTM reads the series of <b>Motions",
            "glasscell: LSTMが<b>Motionsの系列を読む",
        ),
    ]:
        page = visit(address=pages.write(tmp_path, name, reads="<b>Motions"))
        assert text(page, "#title") == page.title() == english
        pages.choose_in_menu(page, "#language", "ja")
        assert text(page, "#title") == japanese
