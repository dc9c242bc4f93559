"""The page around its cards: prediction strip, messages, keys, lectures, frames, the look."""

import re
from pathlib import Path

import numpy as np
import pytest
from support import pages
from support.node import TASKS
from support.pages import shown, text

from glasscell.explorer.bundle import Assembly, write_page

SETTLED = 700  # milliseconds: the address is written once nothing has changed for a while
DROP = """text => {
    const data = new DataTransfer();
    data.items.add(new File([text], "a.csv"));
    document.body.dispatchEvent(
        new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
}"""
BOX = "element => element.getBoundingClientRect().toJSON()"
# the size in pixels of the screen of each text that is seen, and the text
LABELS = """() => [...document.querySelectorAll("body *")].flatMap((element) => {
    const text = [...element.childNodes].filter((node) => node.nodeType === 3)
        .map((node) => node.data).join("").trim();
    const box = element.getBoundingClientRect();
    const isSeen = element.checkVisibility({visibilityProperty: true})
        && box.width > 1 && box.height > 1;
    if (!text || !isSeen
        || element.closest(".hidden, .message, .skip, option, script, style")) return [];
    const scale = element.getScreenCTM
        ? Math.abs(element.getScreenCTM().a) : element.currentCSSZoom ?? 1;
    return [[parseFloat(getComputedStyle(element).fontSize) * scale, text.slice(0, 30)]];
})"""


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)
    shown(page)


def bottom(page, selector):
    return page.locator(selector).first.evaluate(BOX)["bottom"]


@pytest.mark.long(3)
def test_cause_and_effect_are_in_one_frame(visit):
    page = visit(viewport={"width": 1280, "height": 720})
    shown(page)
    assert bottom(page, "#transport") <= 190
    for what in (
        "#event",
        "#hold-event",
        ".board",
        "#examples",
        ".cell",
        "#river-box",
        "#small-answer",
    ):
        assert bottom(page, what) <= 720
    page.click("#open-answer")
    shown(page)
    page.evaluate("scrollTo(0, 1200)")
    assert 0 <= page.locator("#small-answer").evaluate(BOX)["top"] < 100
    phone = visit(viewport={"width": 390, "height": 844}, has_touch=True)
    phone.locator(".board").evaluate("board => board.scrollIntoView({block: 'center'})")
    box = phone.locator(".board").bounding_box()
    before = small_bars(phone)
    phone.touchscreen.tap(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.4)
    phone.locator("#clear").tap()
    shown(phone)
    assert small_bars(phone) != before
    assert (
        0
        <= phone.locator("#small-answer").evaluate(BOX)["top"]
        < phone.locator(".board").evaluate(BOX)["top"]
    )


HOST = """<!doctype html><title>a site</title><style>* {{ box-sizing: border-box }}</style>
<body style="margin: 0"><p>above</p>
<iframe src="{address}?embed#lang=en&e=1" style="width: 100%; height: 400px; zoom: {zoom}"></iframe>
<p style="height: 2000px">below</p>
<script>{script}</script>"""
SITE = Path(__file__).parents[2] / "docs/_static/frames.js"


@pytest.mark.long(4)  # a browser
@pytest.mark.parametrize("zoom", [1, 0.8])  # 0.8 as on the site's front page
def test_in_a_site_it_has_the_theme_of_the_site_and_its_own_height(
    browser, addresses, tmp_path, zoom
):
    """The site's script in a page around it: the wheel scrolls that page, as the frame does not."""
    (tmp_path / "host.html").write_text(
        HOST.format(address=addresses("digits"), script=SITE.read_text("utf-8"), zoom=zoom), "utf-8"
    )
    context = browser.new_context(viewport={"width": 1280, "height": 700}, color_scheme="light")
    page = context.new_page()
    page.goto((tmp_path / "host.html").as_uri())
    (frame,) = page.frames[1:]
    frame.locator(".board").wait_for()
    for theme in ("dark", "light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        frame.locator(f"html[data-theme={theme}]").wait_for()
    height = frame.evaluate("document.documentElement.getBoundingClientRect().height")
    assert frame.evaluate("innerHeight") == pytest.approx(height, abs=4)
    for width in (
        1280,
        1111,
        767,
        390,
    ):  # fractions of a pixel, too: one that is cut would scroll, and take the wheel
        page.set_viewport_size({"width": width, "height": 700})
        page.wait_for_timeout(200)
        assert frame.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0, width
    page.set_viewport_size({"width": 1280, "height": 700})
    page.wait_for_timeout(200)
    height = frame.evaluate("document.documentElement.getBoundingClientRect().height")
    assert frame.locator("#river-box").evaluate(BOX)["bottom"] < height
    page.mouse.move(640, 300)
    page.mouse.wheel(0, 500)
    page.wait_for_function("scrollY > 400")
    context.close()


@pytest.mark.long(3)  # a browser
def test_in_a_site_a_reader_may_choose_another_theme(browser, addresses, tmp_path):
    """A reader's choice in the frame stays when its height changes, until the site's theme does."""
    script = SITE.read_text("utf-8")
    (tmp_path / "host.html").write_text(
        HOST.format(address=addresses("digits"), script=script, zoom=1), "utf-8"
    )
    context = browser.new_context(viewport={"width": 1280, "height": 700}, color_scheme="light")
    page = context.new_page()
    page.goto((tmp_path / "host.html").as_uri())
    (frame,) = page.frames[1:]
    frame.locator(".board").wait_for()
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    frame.locator("html[data-theme=dark]").wait_for()
    pages.choose_in_menu(frame, "#theme", "light")
    frame.locator("html[data-theme=light]").wait_for()
    before = frame.evaluate("innerHeight")
    frame.click("#open-answer")
    frame.wait_for_function("before => innerHeight > before + 100", arg=before)
    frame.wait_for_timeout(200)
    assert frame.evaluate("document.documentElement.dataset.theme") == "light"
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    frame.locator("html[data-theme=dark]").wait_for()
    context.close()


def small_bars(page):
    return widths(page, "#small-answer .bar", "height")


@pytest.mark.nightly  # the next ones look at the strip, too
@pytest.mark.long(3)
def test_the_strip_says_what_the_answer_card_says(visit):
    page = visit(fragment="lang=en&e=2&t=8&hold=f_0_1_1_all_1&m=answer")
    for by in ("predicts", "probe:"):
        shown(page)
        big = np.array([float(v) for v in widths(page, "#answer-bars .bar", "width")])
        small = np.array([float(v) for v in small_bars(page)])
        np.testing.assert_allclose(
            small / 24, big / float(widths(page, "#answer-bars .track", "width")[0]), atol=5e-3
        )
        (said,) = re.findall(r"predicts (\d) \((.*)\)", text(page, "#answer-words"))
        assert text(page, ".says") == f"{by} {' · '.join(said)}"
        hatched = [fill.startswith("url") for fill in fills(page)]
        assert hatched == [by != "predicts"] * 20
        press(page, "ArrowLeft")
    number = visit("regression", "lang=en&e=1&m=answer")
    said = text(number, "#answer-words").split()[-1].rstrip(".")
    assert text(number, ".says") == f"predicts {said}"


def widths(page, selector, side):
    bars = page.locator(selector)
    return bars.evaluate_all(f"bars => bars.map((bar) => bar.getAttribute('{side}'))")


def fills(page):
    bars = page.locator(":is(#answer-bars, #small-answer) .bar")
    return bars.evaluate_all("bars => bars.map((bar) => getComputedStyle(bar).fill)")


@pytest.mark.long(3)
def test_what_came_of_a_file_is_seen_wherever_the_reader_is(visit):
    page = visit("series")
    page.evaluate("scrollTo(0, 1500)")
    page.evaluate(DROP, "1,2\n")
    shown(page)
    assert "Line 1 has 2 columns" in page.get_by_role("alert").inner_text()
    assert 0 <= page.locator("#message").evaluate(BOX)["top"] < 100
    page.clock.install()
    page.clock.run_for(20_000)  # bad news stays
    assert page.locator("#message-close").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#message-close").is_hidden()
    page.evaluate(DROP, "1,2,3\n4,5,6\n")
    page.clock.run_for(100)
    page.locator(
        "#message-good", has_text="Read: 2 steps. The network predicts class "
    ).wait_for()  # a file takes its time
    said = page.locator("#message-good").inner_text()
    page.clock.run_for(7000)
    assert page.locator("#message-good").inner_text() == said
    page.clock.run_for(1500)
    assert page.locator("#message-good").inner_text() == ""


@pytest.mark.long(5)
def test_keys_work_page_wide_but_not_in_what_uses_them(visit):
    page = visit()
    place = "#transport .place"
    for key, t in [
        ("ArrowLeft", 7),
        ("PageUp", 6),
        ("Home", 1),
        ("PageDown", 2),
        ("ArrowRight", 3),
        ("End", 8),
    ]:
        press(page, key)
        assert text(page, place) == f"row {t} of 8"
    press(page, " ")
    page.wait_for_selector("[aria-label=Pause]")
    press(page, " ")
    page.wait_for_selector("[aria-label=Play]")
    press(page, "Home")
    page.locator("#sort").focus()
    press(page, "End")
    page.click("#paste summary")
    page.fill("#paste-text", "1 2")
    press(page, "Home", "ArrowRight", " ", "PageDown")
    assert page.input_value("#paste-text") == "1  2"
    page.locator("#maps-control").focus()
    press(page, "PageDown", "End")
    page.locator("input[name=example]").first.focus()
    press(page, "ArrowRight")  # the next example
    assert text(page, place) == "row 8 of 8"
    page.click("#tour-start")
    press(page, "PageDown", "PageDown")
    assert text(page, "#tour-count").startswith("3 of")
    press(page, "PageUp")
    assert text(page, "#tour-count").startswith("2 of")
    page.locator("#tour-close").focus()
    press(page, "Tab")  # out of the tour: on to what it is about
    assert page.evaluate("document.activeElement.closest('#transport') !== null")
    for menu in ("#share", "#settings"):
        page.locator(f"{menu} summary").press("Enter")
        assert page.locator(menu).get_attribute("open") is not None
        press(page, "Tab", "Escape")
        assert page.locator(menu).get_attribute("open") is None
        assert page.evaluate("document.activeElement.parentElement.id") == menu[1:]
    assert page.locator("#tour").is_visible()
    page.locator("#unit").focus()
    press(page, "Escape")
    assert page.locator("#tour").is_hidden()


@pytest.mark.nightly  # one of several frames
@pytest.mark.long(5)
def test_presented_it_is_large_and_has_no_chrome(visit, addresses):
    page = visit(address=f"{addresses('digits')}?present", viewport={"width": 1280, "height": 720})
    for width in (1280, 1920):
        page.set_viewport_size({"width": width, "height": width * 9 // 16})
        shown(page)
        small = [label for label in page.evaluate(LABELS) if round(label[0], 1) < 18]
        assert small == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for gone in ("#tools", "#lead", "#paste", ".foot", "#maps"):
        assert page.locator(gone).is_hidden()
    for section in pages.sections(page):
        page.click(f"#open-{section}")
        shown(page)
        assert [label for label in page.evaluate(LABELS) if round(label[0], 1) < 18] == []
    there = (
        "#title",
        "#event",
        "#hold-event",
        ".cell",
        "#river-box .chart",
        "#small-answer",
        "#more",
    )
    assert [one for one in there if page.locator(one).is_hidden()] == []
    box = page.locator("#scrub").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert re.match("row [45] of 8", text(page, "#transport .place"))
    other = visit("series", "lang=en&e=1&present")
    press(other, "ArrowLeft")
    other.wait_for_timeout(SETTLED)
    assert "t=29" in other.evaluate("location.hash")
    assert "present" in other.evaluate("location.hash").split("&")
    assert other.locator("#tools").is_hidden()
    strip = other.locator(".strip").first
    box = strip.bounding_box()
    other.mouse.click(box["x"] + box["width"] - 10, box["y"] + box["height"] / 2)  # the last point
    assert text(other, "#transport .place") == "step 30 of 30"


@pytest.mark.long(3)
@pytest.mark.parametrize(
    ("part", "card"),
    [
        ("cell", "#reading"),
        pytest.param("maps", "#maps", marks=pytest.mark.nightly),
        pytest.param("answer", "#answer", marks=pytest.mark.nightly),
    ],
)
def test_one_part_in_a_frame_of_another_page(visit, addresses, tmp_path, part, card):
    (tmp_path / "slide.html").write_text(
        f'<!doctype html><title>slide</title><iframe style="width:700px;height:600px" '
        f'src="{addresses("digits")}?embed={part}#lang=en&e=1"></iframe>'
    )
    page = visit(address=(tmp_path / "slide.html").as_uri(), fragment="")
    frame = page.frame_locator("iframe")
    frame.locator(f"{card} :is(svg, canvas)").first.wait_for()
    cards = frame.locator(".card:visible").evaluate_all(
        "cards => cards.map((card) => `#${card.id}`)"
    )
    assert cards == [card]
    root = frame.locator(":root").evaluate("root => [root.scrollWidth, root.clientWidth]")
    assert root[0] <= root[1]
    assert frame.locator("#title").is_hidden()
    assert frame.locator("#small-answer").is_visible()
    page.requests.clear()  # the slide's own, for its frame


@pytest.fixture(scope="module")
def pages_of_tasks(tmp_path_factory):
    """Write a page for each task that has its own, with random weights: addresses by task."""
    # which need TensorFlow; the other pages do not
    from support import forecast_pages, page_models, step_pages

    panel = forecast_pages.draw_panel(3)
    payloads = {
        "tagging": step_pages.payload_of(*step_pages.draw()),
        "forecasting": forecast_pages.payload(*forecast_pages.draw(panel, 3), panel),
        "language": page_models.payload(page_models.draw(3), "def one():\n    return 'a' # bc\n"),
    }
    folder = tmp_path_factory.mktemp("tasks")
    for task, payload in payloads.items():
        (folder / f"{task}.html").write_text(
            write_page(payload, of=Assembly(TASKS / task / "web")), "utf-8"
        )
    return {task: (folder / f"{task}.html").as_uri() for task in payloads}


@pytest.mark.long(15)
def test_pages_of_tasks_are_presented_and_embedded(visit, pages_of_tasks):
    """Like the page of digits, above. It starts a browser: style sheets decide what is visible."""
    parts = {
        "tagging": ("maps", "#maps"),
        "forecasting": ("answer", "#input"),
        "language": ("answer", "#expected"),
    }
    for task, address in pages_of_tasks.items():
        page = visit(
            address=f"{address}?present", fragment="", viewport={"width": 1280, "height": 720}
        )
        shown(page)
        assert [label for label in page.evaluate(LABELS) if round(label[0], 1) < 18] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        assert [one for one in ("#tools", "#lead", ".foot") if page.locator(one).is_visible()] == []
        there = ("#title", "#event", ".cell", "#transport", "#more")
        assert [one for one in there if page.locator(one).is_hidden()] == []
        for part, card in (("cell", "#reading"), ("river", "#river"), parts[task]):
            page = visit(
                address=address, fragment=f"embed={part}", viewport={"width": 700, "height": 600}
            )
            shown(page)
            assert page.locator(".card:visible").evaluate_all(
                "all => all.map((one) => `#${one.id}`)"
            ) == [card]
            seen = [page.locator(one).is_visible() for one in ("#title", "#event", "#transport")]
            assert seen == [False, False, True]
            assert page.evaluate("document.documentElement.scrollWidth") <= 700
        # changed by hand: all is there again, without the page's edges
        page.evaluate("location.hash = 'embed'")
        page.locator("#title").wait_for()
        assert page.locator("#lead").is_hidden()


@pytest.mark.long(9)
@pytest.mark.parametrize(
    ("name", "fragment"),
    [
        ("digits", "lang=en&e=1&hold=f_0_1_1_all_1"),
        *(
            pytest.param(*case, marks=pytest.mark.nightly)
            for case in (
                ("series", "lang=en&e=1&d=2&l=2"),
                ("regression", "lang=en&e=1"),
                ("large", "lang=en&e=1"),
            )
        ),
    ],
)
def test_type_is_of_four_sizes_and_none_is_small(visit, name, fragment):
    """As rendered, with everything open that opens: letters of drawings that are scaled, too."""
    for width in (1440, 1280, 390):
        page = visit(name, fragment, viewport={"width": width, "height": 800})
        page.evaluate(
            "for (const one of document.querySelectorAll('details:not(.menu)')) one.open = true"
        )
        sizes = {}
        for section in (None, *pages.sections(page)):
            if section:
                page.click(f"#open-{section}")
            shown(page)
            sizes |= {round(2 * size) / 2: label for size, label in page.evaluate(LABELS)}
        assert min(sizes) >= 13, sizes
        assert len(sizes) <= 4, sizes


def luminance(colour):
    parts = np.array([int(part) for part in re.findall(r"\d+", colour)[:3]]) / 255
    return np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4) @ [
        0.2126,
        0.7152,
        0.0722,
    ]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.long(2)
@pytest.mark.parametrize("scheme", ["dark", pytest.param("light", marks=pytest.mark.nightly)])
def test_wires_bars_and_amber_stand_out(visit, scheme):
    """WCAG 1.4.11: three to one, against all that they lie on."""
    page = visit(color_scheme=scheme)
    shown(page)
    colour = """name => {
        const one = document.body.appendChild(document.createElement("i"));
        one.style.color = `var(--${name})`;
        return getComputedStyle(one).color;
    }"""
    of = {
        name: page.evaluate(colour, name)
        for name in ("card", "paper", "track", "quiet", "negative", "ink")
    }
    for name in ("z-line", "i-line", "f-line", "o-line", "h-line", "c", "quiet", "negative"):
        for ground in ("card", "paper", "track"):
            assert contrast(page.evaluate(colour, name), of[ground]) >= 3, (name, ground)
    drawn = page.locator(".cell .wire, .cell .ring").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).stroke)"
    )
    assert min(contrast(stroke, of["paper"]) for stroke in drawn) >= 3
    assert set(fills(page)) == {of["ink"], of["quiet"]}


@pytest.mark.long(3)
def test_only_ghosts_are_dashed(visit):
    page = visit(fragment="lang=en&e=1&t=4&hold=f_0_1_1_all_1~i_1_1_1_2_1")
    shown(page)
    dashed = page.locator("main svg *").evaluate_all("""all => all.filter((one) => {
        const look = getComputedStyle(one);
        return look.strokeDasharray !== "none" && look.visibility === "visible"
            && !one.matches(".ring"); // an arc
    }).map((one) => one.getAttribute("class"))""")
    assert dashed
    assert [one for one in dashed if "ghost" not in one] == []
    press(page, " ")
    page.wait_for_selector("[aria-label=Pause]")
    assert (
        page.locator(".beads").first.evaluate("one => getComputedStyle(one).animationName")
        == "flow"
    )
    still = visit(reduced_motion="reduce")
    press(still, " ")
    still.wait_for_selector("[aria-label=Pause]")
    assert (
        still.locator(".beads").first.evaluate("one => getComputedStyle(one).visibility")
        == "hidden"
    )


@pytest.mark.long(2)
def test_in_maps_as_in_the_cell_colour_means_open(visit):
    pixel = """name => {
        const isIt = (box) => box.querySelector(".letter").textContent === name;
        const map = [...document.querySelectorAll(".map-box")].find(isIt);
        const pen = map.querySelector(".map").getContext("2d");
        return [...pen.getImageData(3, 19, 1, 1).data].slice(0, 3);
    }"""
    page = visit(fragment="lang=en&e=1&s=index&t=4&unit=19&m=units")
    said = dict(re.findall(r"([zifoch]) (−?[\d.]+)", text(page, "#maps-reading").split(":")[1]))
    for gate, colour in {"i": (0, 114, 178), "f": (213, 94, 0), "o": (0, 158, 115)}.items():
        paper, value = np.array([246, 245, 241]), float(said[gate])
        want = paper + (np.array(colour) - paper) * value
        np.testing.assert_allclose(page.evaluate(pixel, gate), want, atol=3)
        fill = page.locator(f"#gate-{gate} .box-fill")
        heights = [
            one.evaluate(BOX)["height"] for one in (fill, page.locator(f"#gate-{gate} .box"))
        ]
        assert heights[0] / heights[1] == pytest.approx(value, abs=0.1)  # its edge takes a little
        assert fill.evaluate("one => getComputedStyle(one).fill") == "rgb({}, {}, {})".format(
            *colour
        )
    assert page.input_value("#sort") == "index"
    for fragment, order in (
        ("lang=en&unit=2", "index"),
        ("lang=en", "kept"),
    ):  # links from before it was kept in them
        page = visit(fragment=fragment)
        page.click("#open-units")
        shown(page)
        assert page.input_value("#sort") == order


@pytest.mark.nightly  # the contrast of light and dark, above, is measured alike
@pytest.mark.long(2)
def test_colours_that_the_system_forces(visit):
    page = visit(forced_colors="active", fragment="lang=en&e=1&t=4&hold=f_0_1_1_all_1")
    shown(page)
    ground, ink = page.evaluate("""() => ["Canvas", "CanvasText"].map((name) => {
        const one = document.body.appendChild(document.createElement("i"));
        Object.assign(one.style, {color: name, forcedColorAdjust: "none"});
        return getComputedStyle(one).color;
    })""")
    strokes = page.locator(".cell .wire").evaluate_all(
        "all => [...new Set(all.map((one) => getComputedStyle(one).stroke))]"
    )
    assert min(contrast(stroke, ground) for stroke in strokes) >= 3
    assert ink in strokes
    assert page.locator(".segments :checked + .segment").first.evaluate(
        "one => getComputedStyle(one).backgroundColor !== "
        "getComputedStyle(document.body).backgroundColor"
    )
    page.click("#open-units")  # pressed, it has its own colors: a forced backplate hid its words
    assert (
        page.locator("#open-units").evaluate("one => getComputedStyle(one).forcedColorAdjust")
        == "none"
    )


@pytest.mark.nightly  # ten channels are in test_in_browser.py
@pytest.mark.long(2)
def test_many_channels_leave_no_hole_beside_them(visit, tmp_path):
    payload = pages.payload("series", D=12, T=60, H=20, C=4)
    (tmp_path / "page.html").write_text(pages.write_page(payload, pages.SERIES), "utf-8")
    page = visit(address=(tmp_path / "page.html").as_uri(), viewport={"width": 1280, "height": 720})
    shown(page)
    assert bottom(page, "#input") == bottom(page, "#reading") == bottom(page, "#river")
    assert bottom(page, "#river-words") > bottom(page, "#river") - 40  # the river needs that height
    assert bottom(page, "#equations") > bottom(page, "#reading") - 30
    page.locator("#input-box").evaluate("box => box.scrollTo(0, 1e6)")
    assert bottom(page, ".strip >> nth=11") <= bottom(page, "#input-box") + 1
