"""What a unit does over the examples, held against NumPy's search through all of them."""

import re

import numpy as np
import pytest
from support import random_networks
from support.node import encode, run

LOOK = """
import { decode, decodeArray } from "./network/payload.js";
import { Survey } from "./network/survey.js";
answer(given.map(({ payload, examples, at, name, course, from, to, except }) => {
  const survey = new Survey(
    decode(payload), examples.map((x) => ({ x: decodeArray(x).values, T: x.shape[0] })));
  while (!survey.isDone) survey.readNext();
  const { layer, direction } = at;
  const deeds = Object.fromEntries(
    ["write", "keep", "forget", "show"].map((deed) => [deed, survey.most(at, deed)]));
  const values = survey.readings[course][layer].directions[direction][name];
  return { deeds, alike: survey.alike(at, name, { values, from, to, except }) };
}));
"""


def longest(f, c, mask, backwards):
    """Find the longest stretch that leaves half, by trying all: (from, to, steps)."""
    order = [t for t in range(len(f))[:: -1 if backwards else 1] if mask[t]]
    best = (0, 0.0, 0, 0)
    for k, s in enumerate(order):
        left = 1.0
        for n, t in enumerate(order[k + 1 :], start=1):
            left *= min(abs(f[t]), 1.0)
            if left < 0.5 * (1 - 1e-12):
                break
            if (n, abs(c[s])) > best[:2]:
                best = (n, abs(c[s]), min(s, t), max(s, t))
    return best[2:], best[0]


def test_deeds_and_likeness():
    rng = np.random.default_rng(21)
    given, expected = [], []
    for _ in range(30):
        network = random_networks.draw(rng, longest=14, units=4)
        lengths = [len(network["x"]), *rng.integers(1, 15, size=4)]
        # some rows of it, in any order
        others = [network["x"][rng.integers(lengths[0], size=n)] for n in lengths[1:]]
        readable = [x for x in (network["x"], *others) if not np.isnan(x).all()]
        layer = int(rng.integers(len(network["layers"])))
        direction = int(rng.integers(len(network["layers"][layer])))
        _, backwards, weights = network["layers"][layer][direction]
        unit, name = (
            int(rng.integers(len(weights["recurrent_kernel"]))),
            str(rng.choice(["c", "h"])),
        )
        runs = []
        for x in readable:
            states, _ = random_networks.answer({**network, "x": x})
            one = {key: v[:, unit] for key, v in states[layer][direction].items()}
            runs.append((one, random_networks.enter({**network, "x": x})[1]))
        course = int(np.argmax([len(mask) for _, mask in runs]))
        start, end = sorted(int(t) for t in rng.integers(len(runs[course][1]), size=2))
        given.append(
            {
                "payload": random_networks.payload_of(network),
                "examples": [encode(x) for x in readable],
                "at": {"layer": layer, "direction": direction, "unit": unit},
                **{"name": name, "course": course, "from": start, "to": end, "except": course},
            }
        )
        expected.append((runs, backwards, name, course, start, end))
    for ours, (runs, backwards, name, course, start, end) in zip(
        run(LOOK, given), expected, strict=True
    ):
        for deed in ("write", "keep", "forget", "show"):
            found = ours["deeds"][deed]
            assert [one["size"] for one in found] == sorted(
                (one["size"] for one in found), reverse=True
            )
            by_example = {one["n"]: one for one in found}
            for n, (one, mask) in enumerate(runs):
                if deed == "keep":
                    (first, last), steps = longest(one["f"], one["c"], mask, backwards)
                    assert (n in by_example) == (steps > 0)
                    if steps:
                        assert by_example[n]["value"] == steps
                        assert (by_example[n]["from"], by_example[n]["to"]) == (first, last)
                    continue
                c_before = np.append(one["c"][1:], 0) if backwards else np.append(0, one["c"][:-1])
                values = {
                    "write": one["i"] * one["z"],
                    "forget": (1 - one["f"]) * c_before,
                    "show": one["h"],
                }[deed]
                values = np.where(mask, values, np.nan)
                if (
                    n not in by_example
                ):  # there is nothing to forget where one step is read, or f is 1
                    assert deed == "forget"
                    assert not np.nan_to_num(values).any()
                    continue
                t = int(np.nanargmax(np.abs(values)))
                assert by_example[n]["from"] == by_example[n]["to"] == t
                np.testing.assert_allclose(by_example[n]["value"], values[t], rtol=1e-9)
        there = {
            n: one[name] for n, (one, mask) in enumerate(runs) if n != course and len(mask) > end
        }
        mine = runs[course][0][name][start : end + 1]
        distances = {
            n: np.sqrt(np.mean((v[start : end + 1] - mine) ** 2)) for n, v in there.items()
        }
        assert ours["alike"]["short"] == len(runs) - 1 - len(there)
        assert {one["n"] for one in ours["alike"]["found"]} == set(distances)
        for one in ours["alike"]["found"]:
            np.testing.assert_allclose(one["distance"], distances[one["n"]], rtol=1e-9, atol=1e-12)
        found = [one["distance"] for one in ours["alike"]["found"]]
        assert found == sorted(found)


def test_gates_that_lose_all_or_nothing():
    script = """
        import { deedsOf } from "./network/survey.js";
        answer(given.map((f) => {
          const ones = f.map(() => 1);
          const z = f.map((v, t) => (t === 0 ? 1 : 1 - v)); // so that c stays 1
          const one = { H: 1, backwards: false, i: ones, z, h: ones, c: ones, f };
          const { from, to, value } = deedsOf(one, 0, new Uint8Array(f.length).fill(1)).keep;
          return [from, to, value];
        }));
        """
    gates = [[0, 1, 1, 0, 1, 1, 1, 0], [0, 0, 0], [1, 1, 1], [1, 0.5, 0.5, 0.9, 0.9]]
    assert run(script, gates) == [[3, 6, 3], [0, 0, 0], [0, 2, 2], [2, 4, 2]]


def test_what_cannot_be_remembered_or_read_is_left_out():
    script = """
        import { decode, decodeArray } from "./network/payload.js";
        import { Survey } from "./network/survey.js";
        const x = decodeArray(given.x).values;
        const examples = [x, x.map(() => NaN), x, x].map((values) =>
          ({ x: values, T: given.x.shape[0] }));
        const survey = new Survey(decode(given.payload), examples, 1 + given.numbers);
        while (!survey.isDone) survey.readNext();
        answer([survey.readings.map(Boolean),
          survey.most({ layer: 0, direction: 0, unit: 0 }, "write").length]);
        """
    network = random_networks.draw(np.random.default_rng(4), longest=9, units=4)
    states, _ = random_networks.answer(network)
    numbers = sum(2 * one["c"].size for layer in states for one in layer)
    given = {
        "payload": random_networks.payload_of(network),
        "x": encode(network["x"]),
        "numbers": numbers,
    }
    assert run(script, given) == [[True, False, True], 2]


@pytest.mark.few(2)
@pytest.mark.parametrize(
    ("truths", "found", "said"),
    [
        (
            [1, 1, 1, 0],
            [(0, 2, 2, 3), (1, 2, 2, 2), (2, 2, 2, 1)],
            "All 3 are of class b. All 3 at step 3.",
        ),
        ([1, 1, 0, 0], [(0, 2, 2, 3), (1, 2, 2, 2), (2, 2, 2, 1)], "All 3 at step 3."),
        ([1, 1, 1, 0], [(0, 0, 2, 3), (1, 0, 2, 2), (2, 0, 2, 1)], "All 3 are of class b."),
        ([None] * 4, [(0, 1, 1, 3), (1, 2, 2, 2), (2, 2, 2, 1)], ""),
        (
            [1, 1, 1, 1],
            [(0, 2, 2, 3), (1, 2, 2, 2), (2, 2, 2, 2), (3, 2, 2, 2)],
            "In 3 of the examples it is as much as in the last of these.",
        ),
    ],
)
def test_what_is_said_of_them_is_so(truths, found, said):
    script = """
        import { speak } from "./words/language.js";
        import { foundInWords } from "series/views/character.js";
        speak("en", "series");
        const ranked = given.found.map(([n, from, to, size]) =>
          ({ n, from, to, size, value: size }));
        const app = { payload: { classes: ["a", "b"] },
          examples: given.truths.map((truth) => ({ truth })) };
        answer(foundInWords(app, ranked, ranked.slice(0, 3)));
        """
    assert run(script, {"truths": truths, "found": found}) == said


@pytest.mark.nightly  # one of several of this view
@pytest.mark.long(3)
def test_a_click_opens_the_example_at_its_step(visit):
    page = visit("digits", fragment="lang=en&unit=3&m=character")
    page.locator(".of-write .deed").first.wait_for()
    assert page.locator("#character-title").inner_text() == "What unit 3 does, over the 6 examples"
    for deed in page.locator("#character-deeds .deed").all():
        name, where = deed.inner_text().split("\n")
        deed.click()
        n, row = re.findall(r"example (\d+)", name)[0], re.findall(r"\d+", where.split(":")[0])[-1]
        page.locator("#transport .place", has_text=f"row {row} of 8").wait_for()
        page.locator(f"[name=example][value='{int(n) - 1}']:checked").wait_for(state="attached")
        page.wait_for_timeout(250)  # the list is drawn again, and the focus stays in it
        assert page.evaluate("document.activeElement.className") == "deed"


@pytest.mark.nightly  # a click on an example, above, goes the same way
@pytest.mark.long(3)
def test_others_in_which_it_does_the_same(visit):
    page = visit("series", fragment="lang=en&unit=3&l=2&d=2&m=character")
    page.locator(".alike .deed").first.wait_for()

    def found():
        return page.locator(".alike .deed").all_inner_texts()

    def distances():
        return [float(re.findall(r"differs by ([\d.]+)", one)[0]) for one in found()]

    whole = found()
    assert len(whole) == 5
    assert distances() == sorted(distances())
    assert not any("example 1)" in one for one in whole)
    page.fill("#alike-from", "20")
    page.fill("#alike-to", "9")  # in the wrong order: put right
    page.locator("#alike-to").press("Tab")
    page.locator("#character-alike .hint", has_text="from 9 to 20").wait_for()
    assert found() != whole
    assert distances() == sorted(distances())
    page.select_option("#alike-of", "h")
    page.locator("#character-alike .hint", has_text="The nearest h ").wait_for()
    nearest = page.locator(".alike .deed").first
    name = nearest.inner_text().split("\n")[0]
    nearest.click()
    page.locator("#transport .place", has_text="step 9 of 30").wait_for()  # it reads backwards
    checked = page.locator("[name=example]:checked").get_attribute("value")
    assert f"example {int(checked) + 1})" in name
