"""The essay: its networks compute its numbers, in Python and in the page; it fits and works."""

import importlib.util
import json
import re
from pathlib import Path

import pytest
from support import pages
from support.node import run

FOLDER = Path(__file__).parents[2] / "docs" / "essay"
spec = importlib.util.spec_from_file_location("essay", FOLDER / "write.py")
essay = importlib.util.module_from_spec(spec)
spec.loader.exec_module(essay)
PAGE = essay.ESSAY.as_uri()
FIGURES = ["plain", "write", "throw", "boxes", "many", "learn", "train", "text"]


def test_the_file_is_what_its_sources_make():
    assert essay.ESSAY.read_text("utf-8") == essay.make_essay()


def test_it_is_small_and_short():
    text = (FOLDER / "essay.html").read_text("utf-8")
    words = re.sub(r"<[^>]+>", " ", text[text.index("<main>") : text.index("</main>")]).split()
    assert essay.ESSAY.stat().st_size <= 1.5e6
    assert 1500 <= len(words) <= 2000
    assert re.findall(r'<figure id="figure-(\w+)"', text) == FIGURES


def test_every_number_is_computed_and_none_is_typed():
    """Digits in the text are numbers of the networks, years of sources, or known definitions."""
    text = (FOLDER / "essay.html").read_text("utf-8")
    body = re.sub(r"<[^>]+>", " ", text[text.index("<main>") : text.index("<footer>")])
    named = set(re.findall(r"\{\{([\w.]+)\}\}", text))
    assert named == set(essay.numbers_of(json.loads(essay.NETWORKS.read_text("utf-8"))))
    body = body.replace("5,400", "")  # trainings of Greff and others
    typed = set(
        re.findall(r"(?<![\w.{])\d+(?:\.\d+)?(?![\w}])", re.sub(r"\{\{[\w.]+\}\}", "", body))
    )
    assert typed - {"1991", "1997", "2000", "2015"} == {"0", "0.5", "0.9", "1", "2"}


def test_the_page_computes_the_same_numbers():
    """The page's own forward pass, in float64, against NumPy: equal to all digits in the text."""
    networks = json.loads(essay.NETWORKS.read_text("utf-8"))
    script = f"""
        import {{ decode, decodeArray }} from "./network/payload.js";
        import {{ eventOf }} from "./network/event.js";
        import {{ run }} from "./network/forward.js";
        import {{ Epochs }} from "./network/stages.js";
        import {{ meansByBit }} from "./network/gate-task.js";
        import {{ number, percent }} from "./words/language.js";
        import {{ plainUnit }} from "{(FOLDER / "figures/plain.js").as_uri()}";
        import {{ loudestOf, votesOf }} from "{(FOLDER / "figures/many.js").as_uri()}";
        import {{ costsOf }} from "{(FOLDER / "figures/text.js").as_uri()}";
        import {{ TextReading }} from "tasks/language/web/reading.js";
        import {{ Alphabet }} from "tasks/language/web/symbols.js";
        import {{ gatesOverEpochs }} from "{(FOLDER / "figures/learn.js").as_uri()}";
        const {{ digits, write, text }} = given;
        const epochs = new Epochs(digits);
        const examples = digits.examples.map(({{ x }}) => ({{ x: decodeArray(x).values, T: 8 }}));
        const event = eventOf({{ network: epochs.trained, examples }});
        const {{ unit, t }} = event;
        const {{ x, T }} = examples[event.example];
        const clamp = {{
          gate: "f", value: 1, layer: 0, direction: 0, units: [unit], from: t, to: Infinity,
        }};
        const [free, held] = [run(epochs.trained, x, T), run(epochs.trained, x, T, [clamp])];
        const [one, other] = [free, held].map((result) => result.layers[0].directions[0]);
        const at = (all, s) => all[s * one.H + unit];
        const votes = votesOf(epochs.trained, free);
        const best = free.answer.indexOf(Math.max(...free.answer));
        const forIt = votes.map((all) => all[best]).sort((a, b) => b - a);
        const loudest = loudestOf(epochs.trained, free);
        const language = decode(text);
        const symbols = new Alphabet(text.characters).encode(text.text.text);
        const read = (clamps) => {{
          const reading = new TextReading(language);
          reading.setText(symbols);
          reading.hold(clamps);
          reading.advance();
          return reading;
        }};
        const [used, seeming] = text.cells.map((cell) => costsOf([read([]), read([{{
          gate: "c", value: cell.off, layer: 0, direction: 0, units: [cell.unit],
          from: 0, to: Infinity,
        }}])], cell));
        const sum = (values) => values.reduce((all, v) => all + v, 0);
        const most = (all, by) => digits.classes[all.indexOf(by(...all))];
        const {{ stops, gates }} = gatesOverEpochs(epochs, examples[event.example], event);
        const small = decodeArray(write.examples[0].x).values;
        const means = meansByBit(run(decode(write), small, 20).layers[0].directions[0].i, small);
        const {{ left }} = plainUnit(0.9);
        answer({{
          "plain.left": percent(left.at(-1)), "plain.steps": String(left.length),
          "write.on": number(means.on), "write.off": number(means.off),
          "throw.row": String(t + 1), "throw.before": number(at(one.c, t - 1)),
          "throw.f": number(at(one.f, t)),
          "throw.share": percent(1 - at(one.f, t)), "throw.held": number(at(other.c, T - 1)),
          "throw.free": number(at(one.c, T - 1)), "throw.digit": digits.classes[best],
          "many.unit": String(loudest), "many.for": most([...votes[loudest]], Math.max),
          "many.against": most([...votes[loudest]], Math.min),
          "many.part": number(forIt[0], 1), "many.whole": number(sum(forIt), 1),
          "write.scale": number(decode(write).readOut.kernel[0], 1),
          "text.one.inside": number(used.inside), "text.one.elsewhere": number(used.elsewhere),
          "text.other.inside": number(seeming.inside),
          "text.other.elsewhere": number(seeming.elsewhere),
          "learn.first": number(gates.f[0]),
          "learn.epoch": String(stops[gates.f.findIndex((f) => f < 0.5)]),
        }});
        """
    numbers = essay.numbers_of(networks)
    found = run(script, {name: networks[name] for name in ("digits", "write", "text")})
    assert len(found) == 23
    assert found == {name: numbers[name] for name in found}


@pytest.fixture
def read(visit):
    def open_essay(width=1280, height=720, **options):
        page = visit(
            address=PAGE, fragment="", viewport={"width": width, "height": height}, **options
        )
        page.wait_for_selector("#figure-text pre span[style]")
        return page

    return open_essay


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720), (390, 844)])
def test_it_fits_and_each_figure_follows_its_sentence(read, width, height):
    page = read(width, height)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for name in FIGURES:
        tops = page.evaluate(
            """(id) => {
              const figure = document.getElementById(id);
              const sentence = figure.previousElementSibling;
              return [sentence.tagName, sentence.getBoundingClientRect().bottom,
                figure.getBoundingClientRect().bottom];
            }""",
            f"figure-{name}",
        )
        assert tops[0] == "P"
        # the last line of its sentence, and all of it, on one screen
        assert tops[2] - tops[1] + 30 <= height, name


@pytest.mark.long(4)  # all figures, in one browser
def test_each_figure_has_one_thing_to_touch(read):
    page = read()

    def changes(action, selector):
        before = page.locator(selector).evaluate("(one) => one.outerHTML")
        action()
        pages.shown(page)
        assert page.locator(selector).evaluate("(one) => one.outerHTML") != before, selector

    changes(lambda: page.locator("#figure-plain input").press("ArrowLeft"), "#figure-plain svg")
    changes(lambda: page.locator("#figure-write .bit-hit").nth(4).click(), "#figure-write svg")
    changes(lambda: page.click("#figure-throw button"), "#figure-throw .told")
    numbers = essay.numbers_of(json.loads(essay.NETWORKS.read_text("utf-8")))
    said = (
        f"The memory ends at {numbers['throw.held']} instead of {numbers['throw.free']}; the "
        f"network still predicts 4"
    )
    assert pages.text(page, "#figure-throw .told").startswith(said)
    changes(lambda: page.click("#figure-boxes label >> text=output"), "#figure-boxes .told")
    changes(lambda: page.locator("#figure-many canvas").press("ArrowDown"), "#figure-many .told")
    changes(lambda: page.locator("#figure-learn input").press("ArrowLeft"), "#figure-learn svg")
    changes(lambda: page.click("#figure-text label >> text=Unit 47"), "#figure-text pre")
    colored = page.locator("#figure-text pre span[style*=background]")
    on = colored.count()
    page.click("#figure-text button >> text=Take its memory away")
    page.locator("#figure-text .told >> text=Bits a character, without unit 47").wait_for()
    assert colored.count() == on > 0  # where else it is on is to be seen while its memory is away


@pytest.mark.long(3)
@pytest.mark.parametrize("width", [1280, 390])
def test_epochs_below_a_chart_do_not_run_into_each_other(read, width):
    boxes = (
        read(width, 844)
        .locator("#figure-learn svg text.tick")
        .evaluate_all(
            "all => all.filter((one) => one.textContent).map((one) => "
            "one.getBoundingClientRect().toJSON())"
        )
    )
    assert len(boxes) > 10
    for n, one in enumerate(boxes):
        for other in boxes[n + 1 :]:
            is_beside = one["right"] + 2 <= other["left"] or other["right"] + 2 <= one["left"]
            assert is_beside or abs(one["top"] - other["top"]) > 4


@pytest.mark.long(12)  # two networks are trained in the page
def test_a_gate_is_missed_in_the_page(read):
    page = read()
    page.click("#figure-train button")
    page.locator("#figure-train button >> text=Again").wait_for(timeout=60_000)
    full, own = map(float, re.findall(r"([\d.]+) %", pages.text(page, "#figure-train .told")))
    assert full < 2 < own


@pytest.mark.long(3)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(read, width, scheme):
    assert pages.axe_of(read(width, 844, color_scheme=scheme)) == []
