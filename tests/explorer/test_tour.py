"""The tour's statements about a network follow from its numbers, even where nothing happens."""

import re

import numpy as np
import pytest
from support import random_networks
from support.node import encode, float64, run, words_of

SAY = """
import { decode, decodeArray } from "./network/payload.js";
import { run } from "./network/forward.js";
import { speak, word } from "./words/language.js";
import {
  gatesThere, mostChanged, sceneOfGate, sceneOfMany, sceneOfMemory, sceneOfReadOut, sceneOfTalk,
} from "series/tour/scenes.js";
answer(given.map(({ payload, examples, language }) => {
  speak(language ?? "en", "series");
  const network = decode(payload);
  const app = {
    payload, network, task: null, targets: () => null, D: network.D,
    examples: examples.map((x) => ({ x: decodeArray(x).values, T: x.shape[0] })),
  };
  const [input] = app.examples;
  const free = run(network, input.x, input.T);
  const { z, i, f, o, c } = free.layers[0].directions[0];
  const frame = { state: { input }, free, layer: 0, direction: 0, unit: 0, steps: free.steps };
  app.answerRange = (k) => [free.answer[k] - 1, free.answer[k] + 1];
  const tell = mostChanged(app);
  const told = (scene) => {
    const { question } = scene;
    const asked = question ? [question.ask(), ...question.answers(), question.outcome()] : [];
    return { text: word(scene.key, scene.values), numbers: scene.numbers(), asked,
      right: question?.right };
  };
  const named = { many: sceneOfMany, talk: sceneOfTalk, readout: sceneOfReadOut };
  const said = Object.fromEntries(Object.entries(named).map(([name, make]) => {
    const scene = make(app, frame);
    return [name, told({ ...scene, key: scene.key ?? `tour.${name}.text` })];
  }));
  said.memory = told({ ...sceneOfMemory(app, frame), key: "tour.memory.text" });
  for (const gate of gatesThere(app, 0, 0)) {
    const scene = sceneOfGate(app, frame, { gate, telling: tell(gate, 0, 0) });
    said[gate] = told(scene);
  }
  const answers = app.examples.map(({ x, T }) => [null, "i", "o", "f"].map((gate) => {
    const held = [{ gate, value: 1, layer: 0, direction: 0, units: null, from: 0, to: Infinity }];
    return [...run(network, x, T, gate ? held : []).answer];
  }));
  return { said, answers, states: Object.fromEntries(
    Object.entries({ z, i, f, o, c }).map(([k, v]) => [k, out(v)])) };
}));
"""
COMPARES = r"\bonly\b|\bbut\b|\bmost\b|largest|instead of"  # words that assert a difference
LIMITS = (
    "This shows what the network relies on, not that it needs the gate: only training "
    "without it shows that."
)


def as_given(network, rng, examples=3):
    """Make of a drawn network what the script reads."""
    is_classifier, C = network["then"] == "softmax", len(network["bias"])
    payload = random_networks.payload_of(network) | {
        "classes": [f"class {k}" for k in range(C)] if is_classifier else None
    }
    noise = [network["x"] + rng.normal(size=network["x"].shape) for _ in range(examples - 1)]
    return {"payload": payload, "examples": [encode(x) for x in [network["x"], *noise]]}


def plain(rng, *, H, bias, steps=6, weights=0.0):
    """Return a network of one layer with these numbers as biases i, f, z, o, and equal weights."""
    D, C = 2, 3
    return {
        **{"channels": ["a", "b"], "x": random_networks.float32(rng.normal(size=(steps, D)))},
        **{"stride": 1, "scaling": None, "from": "last", "activation": "linear", "then": "softmax"},
        "layers": [
            [
                (
                    "V",
                    False,
                    {
                        "kernel": np.full((D, 4 * H), weights),
                        "recurrent_kernel": np.full((H, 4 * H), weights),
                        "bias": np.repeat(np.array(bias, float), H),
                        "peephole_kernel": np.zeros((3, H)),
                    },
                )
            ]
        ],
        **{"kernel": random_networks.float32(rng.normal(size=(H, C))), "bias": np.zeros(C)},
        **{"scale": None, "offset": None},
    }


def told_of(said):
    """Join what is told of these numbers, without what holds of all networks."""
    every = " ".join(
        f"{scene['numbers']} {' '.join(scene['asked'][3:])}" for scene in said.values()
    )
    return every.replace(LIMITS, "")


@pytest.mark.few(2)
@pytest.mark.parametrize("H", [1, 4])
@pytest.mark.parametrize("steps", [1, 6])
def test_of_a_network_in_which_nothing_happens_no_change_is_asserted(H, steps):
    """With all weights 0, z and c are 0: no gate has an effect, whatever it is held at."""
    rng = np.random.default_rng(H)
    (one,) = run(SAY, [as_given(plain(rng, H=H, steps=steps, bias=[0, 0, 0, 0]), rng)])
    said = one["said"]
    seen = told_of(said)
    assert not re.search(COMPARES, seen), seen
    assert said["memory"]["numbers"] == "Here no memory differs from 0.00 at any step."
    assert said["talk"]["numbers"] == ""
    for gate, words in [
        ("i", "nothing to write"),
        ("o", "nothing to show"),
        ("f", "nothing to forget"),
    ]:
        assert words in said[gate]["numbers"]
        assert "3 examples that were tried stay as they are" in said[gate]["numbers"]
        assert re.search(r"the network still predicts class \d \(33\s%\)\.", said[gate]["asked"][3])
        assert said[gate]["right"] == 0
    assert ("is one such cell" in said["many"]["text"]) == (H == 1)


@pytest.mark.parametrize("steps", [1, 6])
def test_of_saturated_gates_no_difference_is_asserted(steps):
    """All gates are 1, so that holding them at 1 changes nothing; all units are alike."""
    rng = np.random.default_rng(0)
    (one,) = run(SAY, [as_given(plain(rng, H=4, steps=steps, bias=[40, 40, 40, 40]), rng)])
    said = one["said"]
    seen = told_of(said)
    assert not re.search(COMPARES, seen), seen
    # of nothing, no share
    assert not re.search(r"[ =]0\.00 at", " ".join(said[gate]["numbers"] for gate in "iof"))
    assert f"is +{steps}.00: none here is larger, others are as large" in said["memory"]["numbers"]
    assert re.search(r"Unit 0 writes 100\s% of z = \+1.00 at step 1\.", said["i"]["numbers"])


def test_two_steps_that_a_gate_hardly_tells_apart_get_no_but():
    """71 % here and 78 % there are said as they are."""
    rng = np.random.default_rng(3)
    (one,) = run(SAY, [as_given(plain(rng, H=3, steps=9, bias=[1, 1, 1, 1], weights=0.05), rng)])
    for gate, verb in [("i", "writes"), ("o", "shows"), ("f", "keeps")]:
        numbers = one["said"][gate]["numbers"]
        assert re.search(rf"Unit \d {verb} [567]\d\s%", numbers), numbers
        assert not re.search(r"\bonly\b|\bbut\b", numbers)


def share(text):
    """Read a percentage as it is shown."""
    return {"<1": 0.0, ">99": 100.0}[text] if text[0] in "<>" else float(text)


def signed(text):
    return float(text.replace("−", "-"))


def check_faces(sentence, gate, states, H):
    """Hold a sentence on two steps against the states."""
    found = re.search(
        r"Unit (\d+) \w+ (only )?(\S+)\s% of (?:z = |its memory |a memory of )?(\S+) at step "
        r"(\d+)(?:\.|, (and|but) (\S+)\s% of (\S+) at step (\d+)\.)",
        sentence,
    )
    if not found:
        assert "there is nothing to" in sentence
        return
    unit, only, less, was, shut, but, more, now, opened = found.groups()
    assert (only is not None) == (but == "but")
    values, matter = states[gate].reshape(-1, H), states["z" if gate == "i" else "c"].reshape(-1, H)
    if gate == "f":
        matter = np.concatenate([np.zeros((1, H)), matter[:-1]])
    for text, amount, t in ((less, was, shut), (more, now, opened)):
        if text is not None:
            u, t = int(unit), int(t) - 1
            assert share(text) == pytest.approx(100 * values[t, u], abs=0.6)
            assert signed(amount) == pytest.approx(matter[t, u], abs=0.006)
    if only:
        assert share(less) <= 50
        assert share(more) - share(less) > 24


def test_what_it_says_of_any_network_is_so():
    """Each comparison that it makes is made again here, from the numbers."""
    rng = np.random.default_rng(12)
    networks = [random_networks.draw(rng, longest=16, units=6) for _ in range(120)]
    told = run(SAY, [as_given(network, rng, examples=4) for network in networks])
    seen = {
        "only": 0,
        "one whose": 0,
        "stay as": 0,
        "still predicts": 0,
        "largest": 0,
        "weighs most": 0,
        "comes first": 0,
    }
    for network, one in zip(networks, told, strict=True):
        said, states = one["said"], {k: float64(v) for k, v in one["states"].items()}
        weights = network["layers"][0][0][2]["recurrent_kernel"]
        H = len(weights)
        all_said = " ".join(
            f"{scene['text']} {scene['numbers']} {' '.join(scene['asked'])}"
            for scene in said.values()
        )
        assert not re.search(r"NaN|undefined|\{|tour\.|change\.", all_said)
        for key in seen:
            seen[key] += len(re.findall(key, all_said))
        if "The largest memory" in said["memory"]["numbers"]:
            ((unit, t, c),) = re.findall(
                r"unit (\d+) at step (\d+): (\S+)\.", said["memory"]["numbers"]
            )
            assert signed(c) == pytest.approx(
                states["c"].reshape(-1, H)[int(t) - 1, int(unit)], abs=0.006
            )
            assert abs(signed(c)) == pytest.approx(np.abs(states["c"]).max(), abs=0.006)
        if said["talk"]["numbers"]:
            other, weight, gate = re.search(
                r"unit (\d+) .*: (\S+) in its box (\w)", said["talk"]["numbers"]
            ).groups()
            heard = weights.reshape(H, 4, H)[1:, :, 0]  # by the first unit, of the others
            assert signed(weight) == pytest.approx(
                heard[int(other) - 1, "ifzo".index(gate)], abs=0.006
            )
            assert abs(signed(weight)) == pytest.approx(np.abs(heard).max(), abs=0.006)
        for before, after in re.findall(r"predicts (\S.*?) instead of (\S.*?)\.(?= |$)", all_said):
            assert before != after
        answers = np.array(one["answers"])  # example, gate, class
        is_classifier = network["then"] == "softmax"
        if is_classifier and said["readout"]["numbers"]:
            first, second = re.search(
                r"Here class (\d+) \(.* comes first, then class (\d+) \(",
                said["readout"]["numbers"],
            ).groups()
            assert [int(first), int(second)] == np.argsort(-answers[0, 0])[:2].tolist()
        for k, gate in enumerate("iof", 1):
            if gate not in said:
                continue
            check_faces(said[gate]["numbers"], gate, states, H)
            changes = np.abs(answers[:, k] - answers[:, 0])
            if is_classifier:
                assert said[gate]["right"] == int(answers[0, k].argmax() != answers[0, 0].argmax())
                changes = changes[np.arange(4), answers[:, 0].argmax(1)]
            else:
                # of a range of 2, as the script has it
                assert said[gate]["right"] == int(changes[0].max() > 0.1)
                changes = (changes / network["scale"]).max(1)
            named = re.search(r"Example (\d+) of 4: the one whose", said[gate]["numbers"])
            if named:
                assert int(named[1]) - 1 == changes.argmax()
            if "stay as they are" in said[gate]["numbers"]:
                shown = 0.01 if is_classifier else 0.01 / np.min(network["scale"])
                assert changes.max() <= shown
    assert all(seen.values()), seen


def test_every_sentence_has_its_japanese():
    rng = np.random.default_rng(5)
    given = [as_given(random_networks.draw(rng, longest=9, units=4), rng) for _ in range(20)]
    for one in run(SAY, [{**each, "language": "ja"} for each in given]):
        for scene in one["said"].values():
            text = f"{scene['text']} {scene['numbers']} {' '.join(scene['asked'])}".replace(
                "class ", ""
            )
            assert not re.search(r"NaN|undefined|\{|tour\.|change\.|[a-z]{3,} [a-z]{3,}", text), (
                text
            )


def test_no_step_has_more_than_forty_five_words():
    words = run(f"{words_of('series')}answer(en);")
    texts = {
        key: text
        for key, text in words.items()
        if re.match(r"tour\.\w+\.(text|one|classes|numbers)", key)
    }
    assert len(texts) > 15
    assert {key: len(text.split()) for key, text in texts.items() if len(text.split()) > 45} == {}


def test_of_equal_examples_none_is_said_to_be_the_one():
    rng = np.random.default_rng(8)
    networks = [random_networks.draw(rng, longest=9, units=4) for _ in range(20)]
    alike = [
        {**as_given(network, rng), "examples": [encode(network["x"])] * 3} for network in networks
    ]
    examples = [scene["numbers"] for one in run(SAY, alike) for scene in one["said"].values()]
    assert any("no prediction changes more" in text for text in examples), examples
    assert not any("the one whose" in text for text in examples)
    script = """
        import { exampleInWords } from "series/tour/scenes.js";
        const found = { n: 4, isAlone: true, isShown: true };
        answer([9, 20, 1].map((tried) =>
          exampleInWords({ ...found, tried }, { all: 20, gate: "i", where: "" })));
        """
    some, every, single = run(script)
    assert "of 9 that there was time to try: no prediction changes more" in some
    assert "Example 5 of 20: the one whose prediction changes most" in every
    assert single == ""


def test_one_way_is_shown_wherever_an_example_is_there():
    """It leads to the goal; from an example that is there it takes back each value that it can."""
    script = """
        import { decode, decodeArray } from "./network/payload.js";
        import { oneWay } from "series/tour/challenge.js";
        import { argmax } from "./network/runs.js";
        import { run } from "./network/forward.js";
        answer(given.map(({ payload, examples }) => {
          const network = decode(payload);
          const app = { network,
            examples: examples.map((x) => ({ x: decodeArray(x).values, T: x.shape[0] })) };
          const said = ({ x, T }) => argmax(run(network, x, T).answer);
          const [start] = app.examples;
          return [...Array(network.C).keys()].filter((goal) => goal !== said(start)).map((goal) => {
            const way = oneWay(app, start, goal);
            const at = way && [...way.keys()].filter((k) => way[k] !== start.x[k]);
            return {
              isIn: app.examples.some((one) => said(one) === goal), isFound: way !== null,
              isThere: way && said({ x: way, T: start.T }) === goal, changed: at?.length,
            };
          });
        }));
        """
    rng = np.random.default_rng(31)
    networks = [random_networks.draw(rng, longest=9, units=4) for _ in range(300)]
    given = []
    for network in networks:
        if network["then"] == "softmax" and np.isfinite(network["x"]).all():
            others = [encode(rng.normal(0, 5, network["x"].shape)) for _ in range(12)]
            given.append({**as_given(network, rng), "examples": [encode(network["x"]), *others]})
    ways = [way for one in run(script, given) for way in one]
    assert sum(way["isIn"] for way in ways) > 5
    assert any(not way["isFound"] for way in ways)
    for way in ways:
        assert way["isFound"] or not way["isIn"]
        if way["isFound"]:
            assert way["isThere"]
            assert way["changed"] > 0
