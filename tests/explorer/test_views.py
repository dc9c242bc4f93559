"""What the page computes for its pictures, its links and its words, in node."""

import re
from functools import cache

import numpy as np
import pytest
from support import random_networks
from support.node import SERIES_WEB, TASKS, WEB, encode, run, with_words, words_of

from glasscell.explorer.bundle import read_style
from glasscell.explorer.series.page import SERIES
from glasscell.explorer.series.payload import payload_of
from glasscell.networks.builder import build_network

CHECK = """
import { ACTIVATIONS } from "./network/activations.js";
import { decode, decodeArray } from "./network/payload.js";
import { run } from "./network/forward.js";
import { originsAt, riverOf } from "./network/memory.js";
import { SORT_KEYS, Runs } from "./network/runs.js";
import { layerInput, momentOf, stepBefore, sumsOf } from "./network/moment.js";
const far = { sums: 0, groups: 0, parts: 0, origins: 0, moment: 0, order: 0 };
const worse = (name, a, b, scale = 1) => {
  far[name] = Math.max(far[name], Number.isNaN(a - b) ? Infinity : Math.abs(a - b) / scale);
};
for (const { payload, x } of given) {
  const network = decode(payload);
  const runs = new Runs(network);
  runs.update({ x: decodeArray(x).values, T: x.shape[0] }, []);
  const result = runs.held;
  const { mask, steps } = result;
  network.layers.forEach(({ directions }, layer) => directions.forEach(({ variant }, direction) => {
    const one = result.layers[layer].directions[direction];
    for (const key of SORT_KEYS) {
      const order = runs.order(layer, direction, key);
      worse("order", new Set(order).size, one.H);
    }
    for (let u = 0; u < one.H; u++) {
      const scale = 1 + one.c.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      const { groups: whole } = riverOf(one, u, mask, steps);
      const { groups } = riverOf(one, u, mask, 5);
      for (let t = 0; t < steps; t++) {
        const c = one.c[t * one.H + u];
        worse("groups", groups.reduce((sum, { share }) => sum + share[t], 0), c, scale);
        for (const { from, to, share } of groups) {
          let sum = 0;
          for (let s = from; s <= to; s++) sum += whole[s].share[t];
          worse("parts", share[t], sum, scale);
        }
        worse("origins",
          originsAt(one, u, mask, t).reduce((sum, { share }) => sum + share, 0), c, scale);
        if (!mask[t]) continue;
        const sums = sumsOf(network, result, layer, direction, u, t);
        const { input_gate: i, forget_gate, coupled, output_gate: o } = variant;
        const there = { z: true, i, f: forget_gate && !coupled, o };
        for (const gate of ["z", "i", "f", "o"]) {
          const φ = ACTIVATIONS[gate === "z" ? variant.input_activation : variant.gate_activation];
          if (there[gate]) worse("sums", φ(sums[gate].sum), one[gate][t * one.H + u], scale);
        }
        const moment = momentOf(network, result, layer, direction, u, t);
        worse("moment", moment.kept + moment.written, moment.c, scale);
        worse("moment", moment.o * moment.shown, moment.h, scale);
      }
    }
  }));
}
answer(far);
"""


def test_the_pictures_numbers_are_those_of_the_run():
    """Sums in formulas, memory by group and step, for all variants, masks, directions, layers."""
    rng = np.random.default_rng(11)
    networks = [random_networks.draw(rng, longest=16, units=4) for _ in range(60)]
    given = [
        {"payload": random_networks.payload_of(one), "x": encode(one["x"])} for one in networks
    ]
    far = run(CHECK, given)
    assert max(far.values()) < 1e-9, far


def test_a_run_is_made_once_for_an_input_and_its_clamps():
    network = random_networks.draw(np.random.default_rng(3), longest=9, units=4)
    script = """
        import { decode, decodeArray } from "./network/payload.js";
        import { Runs } from "./network/runs.js";
        const runs = new Runs(decode(given.payload));
        const input = { x: decodeArray(given.x).values, T: given.x.shape[0] };
        const clamps = [];
        const held = [
          { layer: 0, direction: 0, gate: "f", units: null, from: 0, to: Infinity, value: 0 },
        ];
        const seen = [];
        for (const one of [clamps, clamps, held, held, clamps]) {
          runs.update(input, one);
          seen.push([runs.version, runs.free === runs.held, runs.evidence.runs]);
        }
        const free = runs.free;
        runs.update(input, held);
        while (runs.gatherEvidence(1)) { /* continues */ }
        const evidence = runs.evidence.runs;
        answer({ seen, same: free === runs.free, evidence, steps: runs.held.steps });
        """
    back = run(script, {"payload": random_networks.payload_of(network), "x": encode(network["x"])})
    assert back["seen"] == [[1, True, 0], [1, True, 0], [2, False, 0], [2, False, 0], [3, True, 0]]
    assert back["same"]
    assert back["evidence"] == back["steps"]


ROUND = """
import { readFragment, writeFragment } from "series/exchange/fragment.js";
const page = { kind: given.kind, D: given.D, examples: 9, tour: 6 };
const { example } = given;
const input = { x: Float64Array.from(given.x, (v) => v ?? NaN), example, edited: example === null };
const { fragment, complete } = writeFragment({ ...given.state, input }, given.kind);
const back = readFragment(`#${fragment}`, page);
answer({ fragment, complete, ...back,
  x: back.x ? Array.from(back.x, (v) => (Number.isNaN(v) ? null : v)) : null });
"""


@pytest.mark.few(2)
@pytest.mark.parametrize("kind", ["digit", "series"])
@pytest.mark.parametrize("example", [None, 4])
def test_a_fragment_holds_the_state(kind, example):
    rng = np.random.default_rng(5)
    clamps = [
        {"gate": "f", "value": 0.25, "layer": 1, "direction": 0, "units": None, "from": 3},
        {"gate": "z", "value": -1, "layer": 0, "direction": 1, "units": [0], "from": 0},
    ]
    state = {
        "t": 5,
        "unit": 11,
        "layer": 1,
        "direction": 1,
        "sort": "kept",
        "clamps": clamps,
        "language": "ja",
        "tour": 2,
    }
    x = rng.integers(0, 17, 64).tolist() if kind == "digit" else [1.5, None, -2e30, 0.0, 3.25, -1.0]
    back = run(
        ROUND,
        {
            "kind": kind,
            "D": 8 if kind == "digit" else 2,
            "x": x,
            "example": example,
            "state": state,
        },
    )
    assert re.fullmatch(r"[\w=&.~*-]+", back["fragment"])
    for key in ("t", "unit", "layer", "direction", "sort", "language", "tour"):
        assert back[key] == state[key]
    assert [{key: one[key] for key in clamps[0]} for one in back["clamps"]] == clamps
    if example is None:
        np.testing.assert_allclose(np.array(back["x"], float), np.array(x, float), rtol=1e-6)
    else:
        assert back["example"] == example


def test_a_link_of_before_opens_the_same_unit():
    """Links had units from 1, in `u` and `k`; they have them from 0 now, in `unit` and `hold`."""
    script = """
        import { readFragment } from "series/exchange/fragment.js";
        answer(given.map((text) => readFragment(text, { kind: "digit", D: 8, examples: 3 })));
        """
    old, new, both = run(
        script,
        [
            "u=10&k=f_1_1_1_10_7~i_0_1_1_all_1",
            "unit=9&hold=f_1_1_1_9_7~i_0_1_1_all_1",
            "u=4&k=o_0_1_1_3_1&unit=9&hold=f_1_1_1_9_7~i_0_1_1_all_1",
        ],
    )
    assert old == new == both
    assert (new["unit"], [clamp["units"] for clamp in new["clamps"]]) == (9, [[9], None])
    assert run(script, ["unit=0&hold=f_1_1_1_0_1"])[0] == {
        "unit": 0,
        "clamps": [new["clamps"][0] | {"units": [0], "from": 0}],
    }
    assert run(script, ["u=0&k=f_1_1_1_0_1"])[0] == {"clamps": []}


def test_a_long_series_is_not_put_into_a_link():
    state = {
        "t": 0,
        "unit": 0,
        "layer": 0,
        "direction": 0,
        "sort": "index",
        "clamps": [],
        "language": "en",
        "tour": 0,
    }
    back = run(ROUND, {"kind": "series", "D": 1, "x": [0.5] * 601, "example": None, "state": state})
    assert not back["complete"]
    assert back["x"] is None


def test_fragments_of_rubbish_are_read_as_nothing():
    rng = np.random.default_rng(8)
    letters = list("extuldskangtour=&~_#%-.0123456789<>\"'\\ é")
    texts = ["".join(rng.choice(letters, rng.integers(0, 60))) for _ in range(3000)]
    texts += [f"x={'A' * n}" for n in range(40)] + [
        "k=" + "~".join(["f_0_1_1_1_1"] * 1000),
        "__proto__=1&x=AAAAf38=",
    ]
    script = """
        import { readFragment } from "series/exchange/fragment.js";
        let worst = 0;
        for (const text of given) {
          for (const kind of ["digit", "series"]) {
            const state = readFragment(text, { kind, D: 8, examples: 3, tour: 6 });
            if (state.x && !(state.x.length % 8 === 0 && state.x.length > 0)) throw new Error(text);
            if (state.example !== undefined && !(state.example >= 0 && state.example < 3))
              throw new Error(text);
            worst = Math.max(worst, state.clamps?.length ?? 0);
          }
        }
        answer(worst);
        """
    assert run(script, texts) == 50


def files(page=None):
    """All files of the explorer and of a task's page, or of all."""
    those = {WEB, *TASKS.glob("*/web" if page is None else f"{page}/web")}
    those |= {SERIES_WEB} if page in {"series", None} else set()
    return [path for folder in those for path in folder.rglob("*") if path.is_file()]


@cache
def words(page):
    return run(f"{words_of(page)}answer([en, ja]);")


@pytest.mark.parametrize("page", ["explorer", "series", "forecasting", "language", "tagging"])
def test_both_languages_have_the_same_words(page):
    english, japanese = words(page)
    assert list(english) == list(japanese)
    for key, text in english.items():
        assert values_in(text) == values_in(japanese[key]), key
    for key, text in japanese.items():
        assert not re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", text), key  # left in English
        assert not re.search("[;；]", text), key


# {t} is a value, {row} the word this.row, {nth t} the word this.nth of t
HOLES = re.compile(r"\{(\w+)(?: (\w+))?\}")


def values_in(text):
    here = {key.removeprefix("this.") for key in words("explorer")[0] if key.startswith("this.")}
    return {value or name for name, value in HOLES.findall(text)} - here


@pytest.mark.parametrize("page", ["explorer", "series", "forecasting", "language", "tagging"])
def test_every_word_that_is_used_is_there_and_no_other(page):
    """A page requests its own words and the explorer's; all of these are used in some page."""
    shared, own = words("explorer")[0], {} if page == "explorer" else words(page)[0]
    assert not shared.keys() & own.keys()
    there = without_subjects(shared | own)
    asked, made = asked_in(files(page), there)
    asked |= {
        f"this.{name}" for text in (shared | own).values() for name, _ in HOLES.findall(text)
    } & there
    assert asked - there == set()
    if page == "explorer":
        everywhere, made = asked_in(files(), there)
        asked |= everywhere
    own = without_subjects(own or shared) - asked
    assert {
        key for key in own if not any(key.startswith(a) and key.endswith(b) for a, b in made)
    } == set()


def scripts_of(file, found=None):
    """Return the scripts of a page, from the one that starts it."""
    found = {} if found is None else found
    if file.suffix == ".js" and file not in found:
        found[file] = file.read_text("utf-8")
        for name in re.findall(r'from "(\.[^"]+)"', found[file]):
            scripts_of((file.parent / name).resolve(), found)
    return found


@pytest.mark.parametrize("page", ["forecasting", "language", "tagging"])
def test_no_page_asks_for_the_words_of_another(page):
    here = words("explorer")[0] | words(page)[0]
    elsewhere = words("series")[0].keys() - here.keys()
    scripts = scripts_of(TASKS / page / "web/start.js")
    assert len(scripts) > 30
    used = {key for text in scripts.values() for key in re.findall(r'"([a-z]+\.[\w.]*)"', text)}
    assert used & without_subjects(elsewhere) == set()


def without_subjects(keys):
    return {re.sub(r"\.(digit|series|tokens|text|steps|forecast)$", "", key) for key in keys}


def asked_in(paths, there):
    """Return the keys of words that files request, with beginnings and ends of composed ones."""
    paths = [path for path in paths if not re.search(r"\.json$", path.as_posix())]
    source = "".join(path.read_text("utf-8") for path in paths)
    asked = set(re.findall(r'data-word(?:-label|-title)?="([^"]+)"', source))
    asked |= set(re.findall(r'"data-word(?:-label)?": "([^"]+)"', source))
    asked |= {key for key in re.findall(r'"([a-z][\w.]*)"', source) if key in there}
    # such as `sort.${key}`
    return asked, re.findall(r"`([a-z.]+\.)\$\{[^`]*\}(\.[a-z]+)?`", source)


def test_text_is_never_taken_for_code():
    for path in files():
        source = path.read_text("utf-8")
        found = re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new "
            r"Function|fetch\(|XMLHttpRequest|WebSocket|localStorage|createContextualFragment|srcdoc|style=|\son\w+=\"|https?://(?!www\.w3\.org)",
            source,
        )
        assert found == [], path.name


def test_a_gate_has_its_colour():
    """They are Okabe and Ito's, the same in light and dark."""
    style = read_style(SERIES)
    colours = {"z": "#cc79a7", "i": "#0072b2", "f": "#d55e00", "o": "#009e73", "h": "#56b4e9"}
    for name, colour in colours.items():
        assert re.findall(rf"--{name}: (#\w+);", style) == [colour]


def test_a_number_far_from_zero_beside_its_spread_is_told_from_others():
    script = """
    import { numberBeside } from "./words/language.js";
    answer(given.map(([value, spread]) => numberBeside(value, spread)));
    """
    given = [
        [1e9 + 0.25, 0.7],
        [-101325.013, 0.01],
        [3.14159, 1],
        [1e6, None],
        [1.7e18, 1e9],
        [0, 0],
    ]
    found = ["1000000000.250", "−101325.0130", "3.14", "1.00e+6", "1700000000000000000", "0.00"]
    assert run(script, given) == found


def test_tokens_have_words_and_are_found_by_them():
    script = """
    import { speak, word } from "./words/language.js";
    import { tokenInWords, tokenOfText } from "./views/tokens.js";
    const named = { words: { 0: "<pad>", 7: "great", 8: "12" } };
    speak("en", "tokens");
    answer({
      said: [[7, named], [3, named], [7, { words: null }], [NaN, named]].map((one) =>
        tokenInWords(...one)),
      found: given.map((text) => tokenOfText(text, named, 20)),
      unnamed: ["12", "great"].map((text) => tokenOfText(text, {}, 20)),
      words: [word("input.title"), word("place", { t: 1, steps: 2 }), word("undo")],
    });
    """
    assert run(script, ["great", " 7 ", "12", "19", "20", "-1", "1.5", "", "toString"]) == {
        "said": ["great (7)", "3", "7", "–"],
        "found": [7, 7, 8, 19, None, None, None, None, None],
        "unnamed": [12, None],
        "words": ["The tokens it reads", "step 1 of 2", "Undo"],
    }


def test_what_is_pasted_is_read_without_the_offsets():
    script = """
    import { decode } from "./network/payload.js";
    import { readInput } from "series/views/intake.js";
    const app = { payload: given, network: decode(given), kind: "series", D: 2 };
    answer([...readInput("a,b\\n1000000000.25,5\\n1000000000.5,", app).x]
      .map((v) => (Number.isNaN(v) ? null : v)));
    """
    how = {
        "ids": [],
        "truth": [],
        "classes": ["p", "q"],
        "title": "",
        "run": "",
        "task": "classification",
    }
    offset = np.array([1e9, 0.0])
    model, x = build_network(2, 2, units=3), np.zeros((0, 4, 2))
    payload = payload_of(
        model, x, answers=np.zeros((0, 2)), channels=["a", "b"], offset=offset, **how
    )
    assert payload["offsets"] == [1e9, 0.0]
    assert run(script, payload) == [0.25, 5, 0.5, None]


CEILING = """
    import { ceilingOf, shownAnswer } from "./network/ceiling.js";
    import { readOut } from "./network/forward.js";
    import { boundInWords } from "./views/answer.js";
    const head = (activation, C) => {
      const kernel = Float64Array.from({ length: C * C }, (_, n) => Number(n % (C + 1) === 0));
      return { hidden: [], kernel, bias: new Float64Array(C), C, activation, then: "softmax",
        scale: null };
    };
    const words = (sums, activation, input) => {
      const network = { readOut: head(activation, sums.length) };
      const result = { features: sums, answer: readOut(network.readOut, sums) };
      return boundInWords({ payload: { input, classes: [..."abcdefgh"] }, network }, result);
    };
    answer({
      ceilings: given.activations.map((name) => ceilingOf(head(name, 10))),
      reached: given.activations.map((name) =>
        readOut(head(name, 10), [40, ...Array(9).fill(-40)])[0]),
      scaled: ceilingOf({ ...head("tanh", 10), scale: [2] }),
      free: [...shownAnswer({ readOut: head("tanh", 3) }, { features: given.sums })],
      words: given.kinds.map(([activation, input]) => words(given.sums, activation, input)),
    });
"""


def test_the_ceiling_of_a_read_out_and_what_is_shown_in_its_place():
    """The tutorial is named only for what it has: digits, and tanh."""
    activations, sums = (
        ["tanh", "sigmoid", "softsign", "hard_sigmoid", "linear", "relu"],
        [4.0, 1.0, -3.0],
    )
    free = np.exp(sums) / np.exp(sums).sum()
    assert 0.95 < free[0] < 0.96
    kinds = [("tanh", "digit"), ("tanh", "series"), ("softsign", "digit")]
    found = run(CEILING, {"activations": activations, "sums": sums, "kinds": kinds})
    np.testing.assert_allclose(
        found["ceilings"][:4], [1 / (1 + 9 * np.exp(-s)) for s in (2, 1, 2, 1)]
    )
    # softsign nears 1 slowly
    np.testing.assert_allclose(np.array(found["ceilings"]), found["reached"], rtol=0.03)
    assert found["scaled"] == 1
    np.testing.assert_allclose(found["free"], free)
    bound = (
        "Shown without the {} at the end of its output layer, which keeps every probability "
        "at {}\xa0% or less. With it"
    )
    squashed = np.exp(np.array(sums) / (1 + np.abs(sums)))
    assert found["words"] == [
        f"{bound.format('tanh', 79)}, as in the original tutorial, the network gives a (52\xa0%).",
        f"{bound.format('tanh', 79)} the network gives a (52\xa0%).",
        f"{bound.format('softsign', 79)} the network gives a "
        f"({100 * squashed[0] / squashed.sum():.0f}\xa0%).",
    ]


@pytest.mark.few(4)
@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(
    ("directions", "way"),
    [([[0], [0]], "forth"), ([[1]], "back"), ([[0, 1]], "both"), ([[0, 1], [0]], "both")],
)
def test_there_are_words_for_every_way_of_reading(directions, way, language):
    script = """
        import { directionOf } from "./network/direction.js";
        import { speak, word } from "./words/language.js";
        const layers = given.directions.map((all) =>
          ({ directions: all.map((d) => ({ backwards: d === 1 })) }));
        const way = directionOf({ layers });
        const keys = ["way", "answer.final", "answer.probe", "tour.many.text"];
        answer({ way, said: ["digit", "series", "tokens"].flatMap((about) => {
          speak(given.language, about);
          return keys.map((key) =>
            word(`${key}.${way}`, { t: 1, steps: 9, H: 4, where: "", answer: "a" }));
        }) });
        """
    back = run(with_words("series", script), {"directions": directions, "language": language})
    assert back["way"] == way
    assert not [text for text in back["said"] if re.search(r"way\.|answer\.|tour\.|\{", text)]


ORIGIN = """
    import { speak } from "./words/language.js";
    import { originInWords } from "./views/origin-words.js";
    answer(given.map(({ z, f, about }) => {
      speak("en", about);
      const [steps, H] = [z.length, 1];
      const c = [];
      for (let t = 0; t < steps; t++) c.push(f * (c[t - 1] ?? 0) + z[t]);
      const one = { H, backwards: false, z, i: Array(steps).fill(1), f: Array(steps).fill(f), c };
      return originInWords(one, 0, Array(steps).fill(1), steps - 1);
    }));
"""


def test_where_a_memory_came_from_is_said_without_picking_among_equals():
    given = [
        {"z": [0.5, 0.3, 0.1, 0.05], "f": 1, "about": "series"},
        {"z": [1, 1, 1, 1, 1], "f": 1, "about": "series"},
        {"z": [2, 0.25, -0.25, 0.25, 0.25], "f": 1, "about": "digit"},
        {"z": [0.5] * 9, "f": 1, "about": "digit"},
        {"z": [1, 0, 0, 0, 0, 0, 0, 0], "f": 0.5 ** (1 / 28), "about": "digit"},
        {"z": [1, 0, 0, 0], "f": 0.5, "about": "series"},
        {"z": [0, 0, 0, 1], "f": 0.0001, "about": "series"},
        {"z": [0, 0], "f": 0.5, "about": "series"},
        {"z": [0.9, 0.7, 0.5, 0.28, -0.27], "f": 1, "about": "digit"},
    ]
    assert run(ORIGIN, given) == [
        "At step 4 unit 0 holds 0.95: +0.50 from step 1, +0.30 from step 2, +0.10 from step 3, "
        "+0.05 from step 4.",
        "At step 5 unit 0 holds 5.00: +1.00 each from steps 1, 2, 3, 4, 5.",
        "At row 5 unit 0 holds 2.50: +2.00 from row 1, ±0.25 each from rows 2, 3, 4, 5.",
        "At row 9 unit 0 holds 4.50: +0.50 each from 9 rows.",
        "At row 8 unit 0 holds 0.84: +0.84 from row 1. It keeps at least 97\xa0% at every row.",
        "At step 4 unit 0 holds 0.13: +0.13 from step 1. It loses most at step 2: 50\xa0% of 1.00.",
        "At step 4 unit 0 holds 1.00: +1.00 from step 4.",
        "Unit 0 holds 0.00 here; no step has left more than a trace in it.",
        "At row 5 unit 0 holds 2.11: +0.90 from row 1, +0.70 from row 2, +0.50 from row 3, +0.01 "
        "from 2 more, together.",
    ]


def test_what_a_memory_has_of_before_a_text_is_no_character():
    script = ORIGIN.replace(
        "one, 0, Array(steps).fill(1), steps - 1)", "one, 0, Array(steps).fill(1), steps - 1, 0)"
    )
    given = [{"z": [0.5, 0.3, 0.1, 0.05], "f": 1}, {"z": [0.6] + [0] * 7, "f": 0.5 ** (1 / 28)}]
    assert run(with_words("language", script), [{**one, "about": "text"} for one in given]) == [
        "At character 3 unit 0 holds 0.95: +0.50 from the beginning of the text, +0.30 from "
        "character 1, +0.10 from character 2, +0.05 from character 3.",
        "At character 7 unit 0 holds 0.50: +0.50 from the beginning of the text. It keeps at "
        "least 97\xa0% at every character.",
    ]


def test_what_stays_the_same_is_said_to():
    script = """
        import { changeInWords } from "./views/answer.js";
        const network = { readOut: { then: "softmax", activation: "linear" } };
        const app = (classes) =>
          ({ payload: { classes, network: { read_out: {} } }, network, targets: () => null });
        answer(given.map(({ classes, free, held }) =>
          changeInWords(app(classes), { answer: free }, { answer: held })));
        """
    given = [
        {"classes": None, "free": [0.721], "held": [0.719]},
        {"classes": None, "free": [0.721], "held": [0.714]},
        {"classes": ["a", "b"], "free": [0.721, 0.279], "held": [0.719, 0.281]},
        {"classes": ["a", "b"], "free": [0.72, 0.28], "held": [0.61, 0.39]},
        {"classes": ["a", "b"], "free": [0.501, 0.499], "held": [0.499, 0.501]},
    ]
    assert [text.replace("\xa0", " ") for text in run(script, given)] == [
        "the network still predicts 0.72.",
        "the network predicts 0.71 instead of 0.72.",
        "the network still predicts a (72 %).",
        "the network still predicts a, with 61 % instead of 72 %.",
        "the network predicts b (50 %) instead of a (50 %).",
    ]


def test_ticks_are_round_and_few_and_their_texts_tell_them_apart():
    script = """
        import { d3 } from "./d3/d3.js";
        import { ticksOf } from "./kit/charts.js";
        answer(given.map(([low, high]) => ticksOf(d3.scaleLinear([low, high], [0, 1]), 4, 5)));
        """
    ends = [
        (0, 1),
        (-3, 40),
        (0.3, 0.30000000000000004),
        (1e6, 1e6 + 1e-10),
        (5, 5),
        (1e-12, 3e-12),
        (-1e-17, 1),
    ]
    ends += [(-0.0004, 0.0021), (0, 0.0016), (-1234567, 2), (1e300, 3e300), (-0.07, 0.0)]
    for (low, high), ticks in zip(ends, run(script, ends), strict=True):
        values, texts = [one["v"] for one in ticks], [one["text"] for one in ticks]
        assert 1 <= len(ticks) <= 7
        assert np.all(np.diff(values) > 0)
        assert low <= values[0]
        assert values[-1] <= high
        assert len(set(texts)) == len(texts)
    given = [(0, 1), (-0.0004, 0.0021), (-4e-5, 8e-5), (-0.07, 0), (-1234567, 2)]
    texts = [[one["text"] for one in ticks] for ticks in run(script, given)]
    assert texts == [
        ["0", "0.2", "0.4", "0.6", "0.8", "1.0"],
        ["0", "0.0005", "0.0010", "0.0015", "0.0020"],
        ["−4e-5", "−2e-5", "0", "2e-5", "4e-5", "6e-5", "8e-5"],
        ["−0.06", "−0.04", "−0.02", "0"],
        ["−1.2M", "−1M", "−0.8M", "−0.6M", "−0.4M", "−0.2M", "0"],
    ]


def test_numbers_of_steps_are_whole_and_have_room():
    """What is drawn needs a document; one that remembers what is set does."""
    script = """
        import { stepScale, stepsBelow } from "./kit/charts.js";
        globalThis.document = { createElementNS: () => ({
          append() {}, getAttribute: () => null, setAttribute(name, value) { this[name] = value; },
        }) };
        answer(given.map(([steps, width, first]) => {
          return stepsBelow(
            stepScale(steps, 40, width - 10), steps, width, 100, first,
          ).map(({ textContent, x }) => {
            return [Number(textContent), Number(x)];
          });
        }));
        """
    given = [
        (1, 300, 1),
        (5, 300, 1),
        (22, 320, 1),
        (300, 400, 1),
        (4000, 1200, 1),
        (60, 700, 901),
        (7, 90, 3),
    ]
    for (steps, width, first), texts in zip(given, run(script, given), strict=True):
        numbers, places = np.array(texts).T
        assert set(numbers) <= set(range(first, first + steps))
        slot = (width - 50) / steps if steps <= 40 else (width - 50) / (steps - 1)
        begin = 40 + slot / 2 if steps <= 40 else 40
        assert places == pytest.approx(begin + (numbers - first) * slot)
        assert len(texts) >= min(steps, width // 90)
        assert np.all(np.diff(places) > 40)


def test_values_are_written_with_the_digits_that_tell_them_apart():
    script = """
        import { valueInWords } from "tasks/forecasting/web/fan-words.js";
        answer(given.map(([value, spread]) => valueInWords(value, spread)));
        """
    given = {
        (1.5, 1): "1.500",
        (-0.001, 100): "0.0",
        (-0.06, 100): "−0.1",
        (1.5e-12, 1e-12): "1.500e−12",
        (-2e-12, 1e-12): "−2.000e−12",
        (0, 1e-12): "0",
        (0.30000000000000004, 5e-17): "0.3000000000",
        (123456, 2e5): "123456",
        (7, 0): "7.000",
        (0, 0): "0.000",
    }
    assert run(script, list(given)) == list(given.values())


def test_the_ends_of_colours_are_told_from_0():
    script = """
        import { reachInWords } from "tasks/language/web/text-view.js";
        answer(given.map(reachInWords));
        """
    given = {
        0.034: "0.034",
        -0.034: "−0.034",
        1: "1.0",
        12: "12.0",
        0.25: "0.25",
        1.2e-5: "0.000012",
    }
    assert run(script, list(given)) == list(given.values())
