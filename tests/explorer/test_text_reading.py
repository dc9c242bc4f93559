"""The page's processing of a text agrees with float64; after a change only the rest is run."""

import numpy as np
import pytest
from support import page_models
from support.node import run, with_words

# states are rounded to float32 after every step, 6e-8 of each; over 40 steps random weights let
# that grow to 2e-6
TOLERANCE = 1e-5
READ = """
import { decode } from "./network/payload.js";
import { TextReading } from "tasks/language/web/reading.js";
import { Alphabet } from "tasks/language/web/symbols.js";
const told = (reading) => ({
  states: reading.result().layers.map(({ directions: [one] }) =>
    Object.fromEntries([..."zifoch"].map((name) => [name, [...one[name]]]))),
  p: Array.from({ length: reading.steps }, (_, row) => [...reading.expectationAt(row)]),
  bits: Array.from({ length: reading.steps }, (_, row) => (row ? reading.surpriseAt(row) : 0)),
  version: reading.version,
});
answer(given.map(({ payload, texts, clamps }) => {
  const network = decode(payload);
  const alphabet = new Alphabet(payload.characters);
  const reading = new TextReading(network);
  return texts.map((text, n) => {
    const left = reading.setText(alphabet.encode(text));
    const leftHeld = reading.hold(clamps[n]);
    reading.advance();
    const fresh = new TextReading(network);
    fresh.setText(alphabet.encode(text));
    fresh.hold(clamps[n]);
    while (fresh.advance(0));
    const [one, other] = [told(reading), told(fresh)];
    return { ...one, left, leftHeld,
      isSame: JSON.stringify({ ...one, version: 0 }) === JSON.stringify(other) };
  });
}));
"""


def clamp(rng, sizes):
    layer = int(rng.integers(len(sizes)))
    units = [int(rng.integers(sizes[layer]))]
    start = int(rng.integers(12))
    place = {
        "layer": layer,
        "direction": 0,
        "from": start,
        "to": start + int(rng.integers(30)),
        "units": units,
    }
    gate = str(rng.choice(list("zifoch")))
    low = 0 if gate in "ifo" else -1
    return {**place, "gate": gate, "value": float(np.round(rng.uniform(low, 1), 2))}


def assert_read(told, model, text, clamps):
    states, p = page_models.read(model, text, clamps)
    for ours, expected in zip(told["states"], states, strict=True):
        for name, v in expected.items():
            largest = max(1, np.abs(v).max())
            np.testing.assert_allclose(
                np.reshape(ours[name], v.shape), v, rtol=0, atol=TOLERANCE * largest
            )
    np.testing.assert_allclose(told["p"], p, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(
        told["bits"][1:], page_models.bits(model, text, p), rtol=1e-5, atol=2e-5
    )


@pytest.mark.nightly  # shorter texts are in the short suite
@pytest.mark.parametrize("many", [12, pytest.param(120, marks=pytest.mark.long(8))])
def test_texts_that_are_changed_and_gates_that_are_held(many):
    rng = np.random.default_rng(many)
    names = ["NP", "V", "NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "FGR"]
    cases = []
    for seed in range(many):
        sizes = [(7,), (5, 6)][seed % 2]
        model = page_models.draw(seed, sizes=sizes, name=names[seed % len(names)])
        first = "".join(rng.choice(list(page_models.CHARACTERS), size=40))
        texts = [first, first[:25] + "日日", first[:25], "", first + "\n", first]
        held = [[], [], [clamp(rng, sizes)], [], [clamp(rng, sizes), clamp(rng, sizes)], []]
        cases.append((model, texts, held))
    given = [
        {"payload": page_models.payload(model), "texts": texts, "clamps": held}
        for model, texts, held in cases
    ]
    for (model, texts, held), told in zip(cases, run(READ, given), strict=True):
        for text, clamps, one in zip(texts, held, told, strict=True):
            assert_read(one, model, text, clamps)
            assert one["isSame"]
        assert [one["left"] for one in told[:3]] == [0, 26, 26]  # rows, with the boundary's
        assert told[2]["leftHeld"] == min(26, held[2][0]["from"])


RIVER = """
import { decode } from "./network/payload.js";
import { riverOf } from "./network/memory.js";
import { TextReading } from "tasks/language/web/reading.js";
import { Alphabet } from "tasks/language/web/symbols.js";
answer(given.clamps.map((clamps) => {
  const reading = new TextReading(decode(given.payload));
  reading.setText(new Alphabet(given.payload.characters).encode(given.text));
  reading.hold(clamps);
  reading.advance();
  const { mask, layers: [{ directions: [one] }] } = reading.result();
  return Array.from({ length: one.H }, (_, u) => {
    const { groups, passages } = riverOf(one, u, mask, 5);
    const sums = Array.from(mask, (_, t) => groups.reduce((sum, { share }) => sum + share[t], 0));
    const whole = Array.from(mask, (_, t) => one.c[t * one.H + u]);
    const flows = passages.map(({ opening, written }) => [opening, written]);
    return { held: passages.map(({ isHeld }) => isHeld === true), sums, whole, flows };
  });
}));
"""


def test_only_a_memory_that_is_held_is_called_held():
    """States are rounded to float32: c is off from f·c + i·z by that; if clamped, by much more."""
    text = "def one():\n    return 'a' # bc\n" * 8
    place = {
        "layer": 0,
        "direction": 0,
        "units": [3],
        "from": 40,
        "to": 59,
        "gate": "c",
        "value": 0.7,
    }
    free, held = run(
        RIVER,
        {
            "payload": page_models.payload(page_models.draw(4)),
            "text": text,
            "clamps": [[], [place]],
        },
    )
    for n, told in enumerate((free, held)):
        for u, one in enumerate(told):
            wanted = np.zeros(len(text) + 1, bool)
            wanted[40:60] = n == 1 and u == 3
            np.testing.assert_array_equal(one["held"], wanted)
            # what the steps wrote is the whole memory; 250 roundings of 6e-8
            np.testing.assert_allclose(
                one["sums"], one["whole"], rtol=0, atol=2e-5 * (1 + np.abs(one["whole"]).max())
            )
            if wanted.any():  # it is written once, and stays
                np.testing.assert_allclose(
                    one["flows"][40:60], [[0, 0.7]] + 19 * [[1, 0]], rtol=1e-6
                )


def test_symbols_have_names_and_places():
    script = """
        import { speak } from "./words/language.js";
        import { Alphabet, characterAt, offsetOf } from "tasks/language/web/symbols.js";
        speak("en", "text");
        const alphabet = new Alphabet("\\n ab\\u{1f600}\\u0007");
        const text = "a\\u{1f600}b日";
        answer({
          symbols: alphabet.encode(text), names: [0, 1, 2, 3, 4].map((k) => alphabet.nameOf(k)),
          signs: [0, 1, 2, 3, 4, 6, 7].map((k) => alphabet.signOf(k)),
          places: [0, 1, 2, 3, 4].map((n) => offsetOf(text, n)),
          back: [0, 1, 3, 4, 5].map((at) => characterAt(text, at)),
        });
        """
    assert run(with_words("language", script)) == {
        "symbols": [0, 4, 6, 5, 1],
        "names": ["the beginning of the text", "a rare character", "newline", "space", "“a”"],
        "signs": ["⊢", "\ufffd", "↵", "␣", "a", "😀", "U+0007"],
        "places": [0, 1, 3, 4, 5],
        "back": [0, 1, 2, 3, 4],
    }


def test_what_is_drawn():
    script = """
        import { drawSymbol } from "tasks/language/web/writing-view.js";
        import { randomNumbers } from "./network/random.js";
        const drawn = (temperature, seed) => {
          const random = randomNumbers(seed);
          return Array.from({ length: 4000 }, () => drawSymbol(given, temperature, random));
        };
        answer([drawn(0, 0), drawn(1, 1), drawn(0.5, 1), drawn(1, 1)]);
        """
    logits = np.array([9.0, 8.0, 1.0, 0.0, 2.0, -1.0])
    greedy, plain, cool, again = run(script, logits.tolist())
    assert set(greedy) == {4}
    assert plain == again
    for drawn, temperature in ((plain, 1), (cool, 0.5)):
        p = np.exp(logits[2:] / temperature)
        shares = np.bincount(drawn, minlength=6) / len(drawn)
        assert shares[:2].sum() == 0
        # five standard deviations of a share of 4,000
        np.testing.assert_allclose(shares[2:], p / p.sum(), rtol=0, atol=5 * np.sqrt(0.25 / 4000))


def test_which_units_last():
    rng = np.random.default_rng(0)
    slow, fast = np.repeat(rng.normal(size=10), 40), rng.normal(size=400)
    c = np.stack([fast, 0.1 * slow, np.zeros(400), slow + fast], 1)
    script = """
        import { mostLasting } from "tasks/language/web/chips.js";
        answer(mostLasting({ H: 4, c: [9, 9, 9, 9, ...given] })); // the boundary does not count
        """
    found = run(script, c.ravel().tolist())
    assert found == [1, 3, 0]  # one that never changes is none that lasts
    for steps in (1, 2, 6):  # of a short text
        slow = np.linspace(-1, 1, steps)[:, None] * [0, (-1) ** steps, 1, 0]
        alternating = (-1.0) ** np.arange(steps)[:, None] * [0, 0, 0, 1]
        found = run(script, (slow + alternating).ravel().tolist())
        assert found == {1: [], 2: [1, 2, 3], 6: [1, 2, 3]}[steps]


def test_where_a_unit_is_on():
    script = """
        import { rangeOf, shareOn, stretchOn } from "tasks/language/web/on-off.js";
        answer(given.map(({ c, cell }) => {
          const one = { H: 1, c: [9, ...c] }; // the boundary does not count
          const range = rangeOf(one, 0, cell);
          return [range.off, range.on, stretchOn(one, 0, range), c.map((v) => shareOn(v, range))];
        }));
        """
    cell = {"off": 1, "on": -1}
    given = [
        {"c": [1, 0.5, 0, -0.5, -1, -2, 3], "cell": cell},
        {
            "c": [-1, 1, -1, -1, 1, *[-1] * 6, 1, *[-1] * 9],
            "cell": cell,
        },  # the first that is long enough
        {"c": [1, -1, 1, -1, -1], "cell": cell},  # else the longest
        {"c": [1, 1], "cell": cell},
        {"c": [0, 0, 0, 2, -3], "cell": None},  # off is the median, on the value farthest from it
        {"c": [0, 0, 0, 4, -3], "cell": None},
        {"c": [2, 2], "cell": None},
        {"c": [], "cell": None},
    ]
    found = run(script, given)
    assert [one[:2] for one in found] == [[1, -1]] * 4 + [[0, -3], [0, 4], [2, 3], [0, 1]]
    places = [one[2] and (one[2]["from"], one[2]["to"]) for one in found]
    assert places == [(4, 6), (6, 11), (4, 5), None, (5, 5), (4, 4), None, None]
    assert found[0][3] == [0, 0.25, 0.5, 0.75, 1, 1, 0]
