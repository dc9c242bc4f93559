"""The page for text in a browser: typing, expecting, writing with gates held, choosing; beside NumPy."""

import re

import numpy as np
import pytest
from support import page_models, pages
from support.node import TASKS
from support.pages import axe_of, hold, shown, text

from glasscell.explorer.bundle import Assembly, write_page

TEXT_SHOWN = "def one():\n    return 'a' # bc\n"
CELL = {"words": "What it is", "layer": 0, "sign": 1, "measure": "AUC"}
CELLS = [
    {**CELL, "name": "inside a string", "unit": 2, "score": 0.959, "verdict": "cause", "bits": 0.16},
    {**CELL, "name": "comment", "unit": 4, "score": 0.9, "sign": -1, "verdict": "no cause", "bits": 0.0},
    {**CELL, "name": "column", "unit": 1, "score": 0.46, "sign": -1, "verdict": "not measured", "bits": None}
    | {"measure": "R2"},
]
BITS = {"exact": 2.0, "rounded": 2.0123, "n": 20000, "of": "held out"}
DIGITS = 0.005 + 1e-6  # half of the last of two decimals, and float32 beside float64
UNIT = 2


@pytest.fixture
def open_text(visit, tmp_path):
    def open_page(model=None, shown_text=TEXT_SHOWN, cells=CELLS, symbols="characters", **options):
        path = tmp_path / "text.html"
        more = {"bits": BITS, "cells": cells, "symbols": symbols}
        payload = page_models.payload(model or page_models.draw(3), shown_text, **more)
        path.write_text(write_page(payload, of=Assembly(TASKS / "language" / "web")), "utf-8")
        page = visit(address=path.as_uri(), fragment="", **options)
        is_read(page)
        return page

    return open_page


def is_read(page):
    page.wait_for_function("() => !document.querySelector('#text-shown .unread')", timeout=60_000)
    shown(page)


def numbers_in(sentence):
    return [float(v.replace("−", "-")) for v in re.findall(r"[−-]?\d+\.\d+", sentence)]


def moment(page):
    """Give z, i, f, o, the memory before, c and h of the unit that is shown."""
    label = page.locator("svg.cell > g[role=img]").get_attribute("aria-label")
    return numbers_in(label)


def bars(page):
    """Give the signs of the bars and their lengths, shares of the whole."""
    return page.locator("#expected-bars li:not([hidden])").evaluate_all(
        """rows => rows.map((row) =>
             [row.children[0].textContent, parseFloat(row.querySelector(".expected-bar").style.width) / 100])"""
    )


def assert_moment(page, states, p, row, unit, signs):
    one = {name: v[:, unit] for name, v in states.items()}
    expected = [one[name][row] for name in "zifo"] + [one["c"][row - 1] if row else 0.0, one["c"][row], one["h"][row]]
    np.testing.assert_allclose(moment(page), expected, rtol=0, atol=DIGITS)
    told = bars(page)
    order = np.argsort(-p[row], kind="stable")[:10]
    assert [sign for sign, _ in told[:10]] == [signs[k] for k in order]
    np.testing.assert_allclose([share for _, share in told[:10]], p[row][order], rtol=0, atol=5.1e-5)  # as CSS has it


def assert_coloured(page, values, size):
    """Check that the larger a size, the darker its character: one colour for each side of 0."""
    colours = page.locator("#text-shown span").evaluate_all(
        "spans => spans.map((span) => span.style.backgroundColor.match(/\\d+/g).map(Number))"
    )
    darkness = 255 * 3 - np.sum(colours, axis=1)
    for side in (values >= 0, values < 0):
        assert (np.diff(darkness[side][np.argsort(size[side])]) >= -3).all()  # of rounding


def underlines(bits):
    return [sum(v >= least for least in (1, 2, 4, 6, 9)) for v in bits]


def underlined(page):
    """Give how thick the line under each character is."""
    classes = page.locator("#text-shown span").evaluate_all("spans => spans.map((span) => span.className)")
    return [int(name[1]) for name in classes]


def signs_of(model):
    return ["⊢", "\ufffd", *model["characters"].replace("\n", "↵").replace(" ", "␣")]


@pytest.mark.long(4)
def test_it_is_read_and_said(open_text):
    model = page_models.draw(3)
    page = open_text(model)
    (states,), p = page_models.read(model, TEXT_SHOWN)
    assert_moment(page, states, p, len(TEXT_SHOWN), UNIT, signs_of(model))
    per = page_models.bits(model, TEXT_SHOWN, p)
    np.testing.assert_allclose(numbers_in(text(page, "#text-bits"))[0], per.mean(), atol=DIGITS)
    assert underlined(page) == underlines(per)
    assert "2.0123 bits per character in place of 2.0000, measured on 20000" in text(page, "#foot")


@pytest.mark.long(8)
def test_what_is_typed_is_read_as_numpy_reads_it(open_text):
    model = page_models.draw(5, sizes=(9, 7))
    page = open_text(model, cells=None)
    page.locator("#text-area").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("for x:\n# é日")
    page.keyboard.press("Control+Home")
    page.keyboard.type("'ab'")
    typed = "'ab'" + TEXT_SHOWN + "for x:\n# é日"
    is_read(page)
    assert page.locator("#text-area").input_value() == typed
    assert page.locator("#text-shown span").count() == len(typed)
    assert "Characters that are none of the network's own: 3;" in text(page, "#text-note")  # two colons, 日
    states, p = page_models.read(model, typed)
    page.select_option("#layer", label="2")
    page.fill("#unit", "3")
    shown(page)  # a frame that is drawn before all is typed takes nothing away
    page.keyboard.press("Tab")
    page.locator("#text-scroll").focus()
    page.keyboard.press("Home")
    for row in range(len(typed) + 1):
        shown(page)
        assert_moment(page, states[1], p, row, 2, signs_of(model))
        page.keyboard.press("ArrowRight")
    surprise = page_models.bits(model, typed, p)[-1]
    np.testing.assert_allclose(numbers_in(text(page, "#expected-surprise"))[-1], surprise, atol=0.0501)


@pytest.mark.long(10)
def test_it_writes_on_with_gates_held_as_numpy_does(open_text):
    model = page_models.draw(8)
    page = open_text(model)
    page.evaluate("document.querySelector('#temperature').value = 0")
    page.select_option("#pace", "Infinity")
    place = {"layer": 0, "direction": 0, "units": [UNIT], "from": 0, "to": np.inf}
    clamps = []
    for gate, value in ((None, None), ("f", 0.0), ("z", -1.0), ("c", None)):
        assert "hold the memory" not in text(page, "#river-reading") + text(page, "#cell-words")
        if gate == "c":
            page.locator("#hold-c").check()
            page.locator("#held-c").focus()
            page.keyboard.press("Home")
            value = float(page.locator("#held-c").input_value())
        elif gate:
            hold(page, gate)
        if gate:
            clamps.append({**place, "gate": gate, "value": value})
        page.fill("#text-area", TEXT_SHOWN)
        is_read(page)
        (states,), p = page_models.read(model, TEXT_SHOWN, clamps)
        assert_moment(page, states, p, len(TEXT_SHOWN), UNIT, signs_of(model))
        page.click("#write")
        page.wait_for_function("n => document.querySelector('#text-area').value.length > n", arg=len(TEXT_SHOWN) + 20)
        page.click("#write")
        written = page.locator("#text-area").input_value()[len(TEXT_SHOWN) :][:20]
        assert written == page_models.write(model, TEXT_SHOWN, 20, clamps)
    assert len(page.query_selector_all(".chip")) == 3
    assert "You hold the memory at" in text(page, "#cell-words")  # what it was made of is said nowhere
    assert text(page, "[data-of=c] .general") == "held by you"
    assert "you hold the memory, so c is" in text(page, "#river-reading")
    assert text(page, "#river-words") == ""
    free = page_models.bits(model, TEXT_SHOWN, page_models.read(model, TEXT_SHOWN)[1]).mean()
    held = page_models.bits(model, TEXT_SHOWN, p).mean()
    page.fill("#text-area", TEXT_SHOWN)
    is_read(page)
    np.testing.assert_allclose(numbers_in(text(page, "#text-bits"))[:2], [held, free], atol=DIGITS)
    page.click("#release-all")
    is_read(page)
    np.testing.assert_allclose(numbers_in(text(page, "#text-bits"))[0], free, atol=DIGITS)


@pytest.mark.nightly  # CI compares what it writes with NumPy
@pytest.mark.long(6)
def test_the_same_seed_writes_the_same_and_undo_takes_it_back(open_text):
    page = open_text()
    page.select_option("#pace", "Infinity")
    written = []
    for seed in ("7", "7", "8"):
        page.fill("#seed", seed)
        page.click("#write")
        page.wait_for_function("n => document.querySelector('#text-area').value.length > n", arg=len(TEXT_SHOWN) + 30)
        page.click("#write")
        written.append(page.locator("#text-area").input_value()[len(TEXT_SHOWN) :][:30])
        page.click("#undo")
        is_read(page)
        assert page.locator("#text-area").input_value() == TEXT_SHOWN
    assert written[0] == written[1] != written[2]
    page.locator("#text-scroll").focus()
    page.keyboard.press("Home")
    page.check("#from-cursor")
    page.click("#write")
    page.wait_for_function("() => document.querySelector('#text-area').value.length > 40")
    page.click("#write")
    assert not page.locator("#text-area").input_value().startswith("def")


@pytest.mark.long(5)
def test_cells_are_chosen_by_their_names(open_text):
    page = open_text()
    first, second, third = page.locator("#named-list button").all()
    assert first.get_attribute("aria-pressed") == "true"
    assert page.locator("#unit").input_value() == "3"
    second.click()
    shown(page)
    assert page.locator("#unit").input_value() == "5"
    assert second.inner_text().split("\n")[1:] == [
        "unit 5",
        "AUC 0.90; the memory is lower there",
        "not the cause: held, 0.000 bits there",
    ]
    assert "the cause: held, +0.160 bits there" in first.inner_text()
    assert "R² 0.46; the more, the lower the memory" in third.inner_text()
    (states,), _ = page_models.read(page_models.draw(3), TEXT_SHOWN)
    for name in ("c", "f"):
        v = states[name][1:, 4]
        assert_coloured(page, v, np.abs(v) if name == "c" else 1 - v)
        page.check("input[name=quantity][value=f]", force=True)
        shown(page)
    none = open_text(cells=None)
    assert "glasscell cells first" in text(none, "#named-hint")
    assert none.locator("#lasting-list button:visible").count() == 12


@pytest.mark.long(4)
def test_colours_and_underlines_are_those_of_what_is_held(open_text):
    model = page_models.draw(3)
    page = open_text(model)
    place = {"layer": 0, "direction": 0, "units": [UNIT], "from": 0, "to": np.inf}
    free = told = page_models.read(model, TEXT_SHOWN)
    for gate, value in ((None, 0.0), ("i", 0.0), ("z", -1.0), (None, 0.0)):
        if gate:
            hold(page, gate)
            clamps = [{**place, "gate": gate, "value": value}]
            told = page_models.read(model, TEXT_SHOWN, clamps)
            assert underlines(page_models.bits(model, TEXT_SHOWN, told[1])) != underlines(
                page_models.bits(model, TEXT_SHOWN, free[1])
            )
        is_read(page)
        (states,), p = told
        v = states["c"][1:, UNIT]
        assert_coloured(page, v, np.abs(v))
        assert underlined(page) == underlines(page_models.bits(model, TEXT_SHOWN, p))
        if gate:
            page.locator(f"#gate-{gate}").focus()
            page.keyboard.press("Delete")
            told = free


@pytest.mark.long(3)
def test_a_rare_character_in_the_place_of_another_is_painted(open_text):
    page = open_text()
    for rare in "日本":
        page.fill("#text-area", f"a {rare} b")
        is_read(page)
        names = page.locator("#text-shown span").evaluate_all("spans => spans.map((span) => span.className)")
        assert [name.split(" ")[1:] for name in names] == [[], [], ["rare"], [], []], rare


@pytest.mark.long(3)
def test_bytes_with_ends_of_lines_as_windows_has_them(open_text):
    """A text area makes a newline of every carriage return: the network reads both, and the cursor goes over both."""
    model = page_models.draw(3, characters=page_models.CHARACTERS + "\r")
    page = open_text(model, "ab\r\nc", symbols="bytes")
    assert "is the one byte E9" in text(page, "#text-bytes")
    assert page.locator("#text-area").input_value() == "ab␍\nc"
    _, p = page_models.read(model, "ab\r\nc")
    np.testing.assert_allclose([share for _, share in bars(page)[:1]], [p[-1].max()], rtol=0, atol=5.1e-5)
    page.locator("#text-area").focus()
    page.keyboard.press("Control+Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert text(page, "#place") == "character 3 of 5: “␍”"
    page.keyboard.type("b")
    is_read(page)
    typed = "ab\rb\nc"
    _, p = page_models.read(model, typed)
    per = page_models.bits(model, typed, p)
    assert underlined(page) == underlines(per)
    np.testing.assert_allclose(numbers_in(text(page, "#text-bits"))[0], per.mean(), atol=DIGITS)
    assert not open_text().locator("#text-bytes").is_visible()


@pytest.mark.long(6)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(open_text, scheme, width):
    page = open_text(color_scheme=scheme, viewport={"width": width, "height": 844})
    hold(page)
    shown(page)
    assert axe_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.long(4)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_word_is_missing(open_text, language):
    page = open_text()
    pages.choose_in_menu(page, "#language", language)
    hold(page, "i")
    page.click("#write")
    page.wait_for_timeout(300)
    page.click("#write")
    assert not re.search(r"NaN|undefined|\{\w+\}|(?<!\w)[a-z]+\.[a-z]+\.[a-z]+", page.inner_text("body"))
    assert page.locator("html").get_attribute("lang") == language


@pytest.mark.long(1)  # as the others, it needs a browser
def test_a_text_is_typed(open_text):
    """The page opens, reads what is typed, and says what it expects."""
    model = page_models.draw(3, sizes=(6,))
    page = open_text(model, "ab")
    page.fill("#text-area", "abc\nd")
    is_read(page)
    (states,), p = page_models.read(model, "abc\nd")
    assert_moment(page, states, p, 5, UNIT, signs_of(model))


@pytest.mark.nightly  # a measurement
@pytest.mark.long(25)
def test_its_speed_is_printed(open_text, capsys):
    """A shared machine is no place to judge by the clock."""
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789\n .,:;()[]{}'\"#=+-*/<>!?@%&_\\|^~"
    model = page_models.draw(0, sizes=(256,), E=64, characters=letters)
    rng = np.random.default_rng(0)
    page = open_text(model, "".join(rng.choice(list(letters), 2000)))
    read = page.evaluate("performance.getEntriesByName('reading').map(({ duration, detail }) => [duration, detail])")
    milliseconds, characters = np.sum(read, axis=0)
    said = [f"reading {1000 * characters / milliseconds:,.0f} characters a second"]
    for pace in ("Infinity", "40"):
        page.select_option("#pace", pace)
        page.click("#write")
        page.wait_for_timeout(3000)
        page.click("#write")
        said.append(text(page, "#writing-note"))
    with capsys.disabled():
        print(f"\n256 units in Chromium: {'; '.join(said)}")
