"""The page for step labels: what it opens on, why a step has its label, words only if true."""

import re

import numpy as np
import pytest
from support.node import run, with_words
from support.pages import axe_of, choose_in_menu, shown, text
from support.step_pages import CLASSES, draw, payload_of

from glasscell.inspection.clamps import Clamp, watched
from glasscell.inspection.evidence import hidden_states
from glasscell.tasks.tagging.network import build_tagging_network
from glasscell.training.prediction import predict_steps

PLACE = "#transport .place"


def lead(p, k):
    """Return the log-odds of class k over the best other one."""
    logs = np.log(np.asarray(p, "float64"))
    return logs[..., k] - np.delete(logs, k, -1).max(-1)


def first_layers(model):
    """Give the names of the layers that read the series."""
    names = [layer.name for layer in model._flatten_layers() if layer.name.endswith("lstm_1")]
    assert 1 <= len(names) <= 2
    return names


def without(model, x, first, last):
    """Return the probabilities (T, C) without what steps first to last wrote, in TensorFlow."""
    clamps = [
        Clamp("z", 0.0, steps=slice(first, last + 1), layer=name) for name in first_layers(model)
    ]
    with watched(model, clamps):
        return predict_steps(model, [x])[0]


EVIDENCE = """
import { decode, decodeArray } from "./network/payload.js";
import { run } from "./network/forward.js";
import { StepsEvidence } from "tasks/tagging/web/step-evidence.js";
answer(given.flatMap(({ payload, places, cost }) => {
  const network = decode(payload);
  const [{ x }] = payload.examples;
  const input = { x: decodeArray(x).values, T: x.shape[0] };
  const held = run(network, input.x, input.T);
  const all = new StepsEvidence(network, { input, clamps: [], held, cost });
  return places.map((t) => {
    const evidence = all.at(t);
    while (evidence.gather(50));
    const again = all.at(t) === evidence;
    const partOf = (piece) => evidence.partOf(piece, evidence.best);
    const pieces = evidence.pieces.map((piece) =>
      ({ from: piece.from, to: piece.to, part: partOf(piece) }));
    return { t, cost, best: evidence.best, pieces, again, runs: all.kept.size };
  });
}));
"""


@pytest.mark.long(12)  # Keras runs again without each piece
@pytest.mark.parametrize(
    ("both", "units"),
    [(False, 6), *(pytest.param(True, units, marks=pytest.mark.nightly) for units in (6, (4, 3)))],
)
def test_each_piece_is_a_rerun_as_keras_has_it(both, units):
    """Whether pieces are single steps or halved, they cover all that can matter, once."""
    rng = np.random.default_rng(3)
    model = build_tagging_network(2, 3, units=units, bidirectional=both, seed=1)
    for v in model.trainable_variables:
        v.assign(np.asarray(v) + 0.4 * rng.normal(size=v.shape))
    x = rng.normal(size=(20, 2)).astype("float32")
    payload = payload_of(model, [x], [[None] * 20])
    given = [{"payload": payload, "places": [8, 0, 19], "cost": cost} for cost in (0, 1e9)]
    whole, changed = predict_steps(model, [x])[0], {}
    for found in run(EVIDENCE, given):
        t, is_each = found["t"], found["cost"] == 0
        assert found["again"]
        assert found["best"] == whole[t].argmax()
        covered = sorted(
            s for piece in found["pieces"] for s in range(piece["from"], piece["to"] + 1)
        )
        assert covered == list(range(20 if both else t + 1))
        assert (found["runs"] > 0) == is_each
        assert all(piece["from"] == piece["to"] for piece in found["pieces"]) == (
            is_each or len(covered) <= 12
        )
        assert len(found["pieces"]) <= (20 if is_each else 16)
        for piece in found["pieces"]:
            ends = piece["from"], piece["to"]
            if ends not in changed:
                changed[ends] = without(model, x, *ends)
            expected = lead(whole[t], found["best"]) - lead(changed[ends][t], found["best"])
            assert piece["part"] == pytest.approx(expected, abs=2e-4)


WHY = """
import { Evidence } from "./network/reruns.js";
import { lightsOf, whyInWords } from "tasks/tagging/web/why-words.js";
answer(given.map(({ whole, without, t, width = 1 }) => {
  const pieces = without.map((outputs, n) =>
    ({ from: n * width, to: n * width + width - 1, outputs }));
  const best = whole.indexOf(Math.max(...whole));
  const network = { readOut: { then: "softmax" } };
  const evidence = Object.assign(
    Object.create(Evidence.prototype), { network, pieces, whole, best });
  const lights = lightsOf(evidence).map(({ from, to }) => [from, to]);
  return [whyInWords({ classes: ["rest", "walk", "run"] }, evidence, t), lights];
}));
"""


def test_the_sentence_of_why_is_printed_only_where_the_reruns_imply_it():
    sure, whole = [2.0, 0.0, -1.0], {"whole": [2.0, 0.0, -1.0]}
    turned, other = [0.0, 1.0, -1.0], [0.0, -1.0, 1.0]
    given = [
        {**whole, "t": 2, "without": [sure, turned, sure]},
        {**whole, "t": 2, "without": [sure, turned, turned, sure]},
        {**whole, "t": 2, "without": [turned, sure, other]},
        {**whole, "t": 2, "without": [turned, sure, sure], "width": 4},
        {**whole, "t": 9, "without": [turned, turned, sure], "width": 4},
        {**whole, "t": 2, "without": [turned, sure] * 4 + [[1.5, 0.0, -1.0]]},
        {**whole, "t": 2, "without": [turned, sure, [-1.0, -2.0, 1.0], sure, turned, sure, other]},
        {**whole, "t": 2, "without": [sure, [1.0, 0.0, -1.0], [1.4, 0.0, -1.0]]},
        {**whole, "t": 1, "without": [sure, [1.0, 0.0, -1.0], [1.5, 0.0, -1.0]]},
        {**whole, "t": 0, "without": [sure, [1.6, 0.0, -1.0], sure, [1.0, 0.0, -1.0]]},
        {**whole, "t": 0, "without": [sure, [1.0, 0.0, -1.0], [1.0, 0.0, -1.0]]},
        {**whole, "t": 0, "without": [sure, [3.0, 0.0, -1.0], [1.998, 0.0, -1.0]]},
    ]
    assert run(with_words("tagging", WHY), given) == [
        ["It rests on step 2: without it, the prediction would be walk.", [[1, 1]]],
        [
            "It rests on steps 2–3: without any one of these steps, the prediction would be walk.",
            [[1, 1], [2, 2]],
        ],
        [
            "Without any one of these steps, the prediction would change: step 1 (to walk), step "
            "3 (to run).",
            [[0, 0], [2, 2]],
        ],
        ["It rests on steps 1–4: without them, the prediction would be walk.", [[0, 3]]],
        [
            "It rests on steps 1–4, steps 5–8: without any one of these pieces, the prediction "
            "would be walk.",
            [[0, 3], [4, 7]],
        ],
        [
            "It rests on several alike; none adds more than step 1, 2 steps earlier (+3.00 of "
            "log-odds). Without that, or without any one of 3 other steps, the prediction would "
            "change.",
            [[0, 0], [2, 2], [4, 4], [6, 6]],
        ],
        [
            "It rests most on step 3, the step itself (+4.00 of log-odds). Without that, or "
            "without any one of 3 other steps, the prediction would change.",
            [[0, 0], [2, 2], [4, 4], [6, 6]],
        ],
        [
            "It rests most on step 2, one step earlier (+1.00 of log-odds). Without that, it "
            "stays rest.",
            [[1, 1], [2, 2]],
        ],
        [
            "It rests most on step 2, the step itself (+1.00 of log-odds). Without that, it "
            "stays rest.",
            [[1, 1], [2, 2]],
        ],
        [
            "It rests most on step 4, 3 steps later (+1.00 of log-odds). Without that, it stays "
            "rest.",
            [[3, 3]],
        ],
        [
            "It rests on several alike; none adds more than step 2, one step later (+1.00 of "
            "log-odds). Without that, it stays rest.",
            [[1, 1], [2, 2]],
        ],
        ["No step adds as much as 0.01 of log-odds to rest here.", []],
    ]


EVENT = """
import { eventInWords } from "tasks/tagging/web/story-view.js";
import { eventOf } from "tasks/tagging/web/event.js";
const shares = (best, sure) =>
  best.map((k, t) => [0, 1, 2].map((c) => (c === k ? sure[t] ?? 0.6 : 0.2)));
answer(given.map(({ best, truth, sure = {} }) => {
  const labels = { best: Int32Array.from(best), shares: shares(best, sure) };
  const event = eventOf(labels, Int32Array.from(truth));
  return eventInWords({ labels: ["rest", "walk", "run", "swim"] }, event, labels.shares)
    .replace("\u00a0", " ");
}));
"""


def steps(text):
    """Read "0*3 1*2" as 0, 0, 0, 1, 1."""
    return [int(k) for part in text.split() for k, n in [part.split("*")] for _ in range(int(n))]


def test_the_event_is_found_by_its_rule_and_told_as_it_is():
    given = [
        {"best": "0*5 1*5", "truth": "0*5 1*5"},
        {"best": "0*6 1*4", "truth": "0*5 1*5"},
        {"best": "0*7 1*3", "truth": "0*5 1*5"},
        {"best": "0*4 1*6", "truth": "0*5 1*5"},
        {"best": "0*3 1*7", "truth": "0*5 1*5"},
        {
            "best": "0*9 1*1",
            "truth": "0*5 1*5",
        },  # too late, in the second half of walk: an error is more
        {"best": "0*5 1*2 0*3", "truth": "0*5 1*5", "sure": {"8": 0.9}},  # too short to be a switch
        {"best": "0*5 1*2 0*1 1*7", "truth": "0*5 1*10"},  # the first is no switch, the second is
        {
            "best": "2*5 1*5 0*5",
            "truth": "0*5 1*5 0*5",
        },  # the second change is the first that it makes
        {"best": "0*5 1*5", "truth": "0*5 3*5"},  # a label that it has not learned
        {"best": "0*5 1*5", "truth": "-1*10"},
        {"best": "0*5 1*5", "truth": "0*4 -1*1 1*5"},  # no change between labeled steps, no error
        {"best": "0*10", "truth": "0*10"},
    ]
    given = [{**one, "best": steps(one["best"]), "truth": steps(one["truth"])} for one in given]
    switch = "At step {} the network switches from {} to {}, {} the true change."
    assert run(with_words("tagging", EVENT), given) == [
        switch.format(6, "rest", "walk", "exactly at"),
        switch.format(7, "rest", "walk", "one step after"),
        switch.format(8, "rest", "walk", "2 steps after"),
        switch.format(5, "rest", "walk", "one step before"),
        switch.format(4, "rest", "walk", "2 steps before"),
        "The most confident error is at step 6: the network predicts rest (60 %), the true label "
        "is walk.",
        "The most confident error is at step 9: the network predicts rest (90 %), the true label "
        "is walk.",
        switch.format(9, "rest", "walk", "3 steps after"),
        switch.format(11, "walk", "rest", "exactly at"),
        "The most confident error is at step 6: the network predicts walk (60 %), the true label "
        "is swim.",
        "At step 6 the network switches from rest to walk.",
        "At step 6 the network switches from rest to walk.",
        "The network predicts rest at every step.",
    ]


SHUT = """
import { shutInWords } from "tasks/tagging/web/story-view.js";
answer(given.map(({ free, held, truth }) =>
  shutInWords({ free: { best: free }, held: { best: held }, truth }, 3)));
"""


def test_what_the_handle_changed_is_told_only_where_it_did():
    given = [
        {"free": [0, 1, 1], "held": [0, 1, 1], "truth": [0, 1, 1]},
        {"free": [0, 1, 1], "held": [0, 0, 1], "truth": [0, 1, -1]},
        {"free": [0, 1, 1], "held": [1, 0, 1], "truth": [0, 0, 1]},
        {"free": [0, 1, 1], "held": [0, 0, 1], "truth": [-1, -1, -1]},
    ]
    change = "With every forget gate shut, the prediction changes at {} of 3 steps."
    assert run(with_words("tagging", SHUT), given) == [
        "With every forget gate shut, no prediction changes.",
        change.format(1) + " 1 of 2 labeled steps are right instead of 2.",
        change.format(2) + " 2 of 3 labeled steps are right, as many as before.",
        change.format(1),
    ]


@pytest.fixture
def following():
    """Give a network, a series, and true labels that change two steps before its predictions."""
    model, _, _ = draw(9, both=False)
    x = np.repeat([[-4, 4], [5, -6], [-4, 4]], [14, 14, 12], axis=0) + np.random.default_rng(
        0
    ).normal(size=(40, 2))
    best = predict_steps(model, [x.astype("float32")])[0].argmax(1)
    event = int(np.flatnonzero(np.diff(best))[0]) + 1
    truth = np.append(best[2:], [best[-1]] * 2)
    return model, x.astype("float32"), [CLASSES[k] for k in truth], event


@pytest.mark.long(9)
def test_it_plays_from_the_first_step_to_the_event_unless_somebody_does_anything(
    open_steps, following
):
    model, x, tags, event = following
    page = open_steps(model, [x], [tags], reduced_motion="no-preference")
    page.wait_for_selector("[aria-label=Pause]")
    assert f"At step {event + 1} the network switches" in text(page, "#event")
    assert "2 steps after the true change" in text(page, "#event")
    page.select_option("#speed", "4")  # no key, no pointer: it goes on
    page.wait_for_selector("[aria-label=Play]", timeout=10_000)
    assert text(page, PLACE) == f"step {event + 1} of 40"
    page.click("[aria-label=Play]")  # from there on to the end
    page.locator(PLACE, has_text="step 40 of 40").wait_for(timeout=10_000)
    stopped = open_steps(model, [x], [tags], reduced_motion="no-preference")
    stopped.wait_for_selector("[aria-label=Pause]")
    stopped.mouse.click(5, 300)
    stopped.wait_for_selector("[aria-label=Play]")
    still = open_steps(model, [x], [tags])
    still.wait_for_timeout(300)
    assert text(still, PLACE) == f"step {event + 1} of 40"
    assert still.locator("[aria-label=Play]").is_visible()


@pytest.mark.long(6)
def test_why_is_shown_in_the_strip_in_the_curves_and_in_words(open_steps, following):
    model, x, tags, event = following
    page = open_steps(model, [x], [tags])
    page.wait_for_function(
        "() => !document.querySelector('#why-words').textContent.startsWith('Running')"
    )
    whole = predict_steps(model, [x])[0]
    k = whole[event].argmax()
    assert text(page, "#why-title") == f"Why {CLASSES[k]} at step {event + 1}"
    outputs = np.array([without(model, x, s, s)[event] for s in range(event + 1)])
    turning = np.flatnonzero(outputs.argmax(1) != k)
    parts = lead(whole[event], k) - lead(outputs, k)
    said = text(page, "#why-words")
    read = lambda: page.locator(".lit-steps").evaluate_all(  # noqa: E731
        "all => all.map((one) => Number(one.dataset.from))"
    )
    gaps = int((np.diff(turning) > 1).sum()) + 1 if len(turning) else 0
    if 0 < gaps <= 3:
        assert "the prediction would" in said
        assert read() == turning.tolist()
    else:
        assert read() == np.flatnonzero(parts >= parts.max() / 2).tolist()
    high = page.locator("#why-strip .tick").first.inner_html()
    assert float(high.replace("+", "")) == pytest.approx(np.abs(parts).max(), abs=0.006)
    page.locator("#bands").focus()
    page.keyboard.press("Home")
    shown(page)
    assert text(page, "#why-title").endswith("at step 1")
    assert [at for at in read() if at > 0] == []  # a network of one direction has read no more


@pytest.mark.long(5)
def test_the_handle_shuts_all_forget_gates_and_lets_them_go(open_steps):
    model, x, tags = draw(5)
    page = open_steps(model, x, tags)
    page.select_option("#series-choice", "0")
    shown(page)
    assert "clamp them" in text(page, "#consequence")
    page.click("#hold-event")
    names = first_layers(model)
    with watched(model, [Clamp("f", 0.0, layer=name) for name in names]):
        held = predict_steps(model, x)[0].argmax(1)
    free = predict_steps(model, x)[0].argmax(1)
    truth = np.array(
        [CLASSES.index(tag) if tag in CLASSES else -1 if tag is None else -2 for tag in tags[0]]
    )
    n, right = int((held != free).sum()), [int((one == truth).sum()) for one in (held, free)]
    assert n > 0
    than = f" instead of {right[1]}" if right[0] != right[1] else ", as many as before"
    said = f"{right[0]} of {(truth != -1).sum()} labeled steps are right{than}."
    change = f"With every forget gate shut, the prediction changes at {n} of 40 steps."
    assert text(page, "#consequence") == f"{change} {said}"
    assert page.locator("#hold-event").get_attribute("aria-pressed") == "true"
    assert page.locator(".chip").count() == 2
    page.click("#hold-event")
    shown(page)
    assert page.locator(".chip").count() == 0
    lacking = open_steps(*draw(5, variant="NFG"))
    assert lacking.locator("#hold-event").is_hidden()
    assert text(lacking, "#consequence") == ""


@pytest.mark.long(6)
def test_the_unit_behind_the_event_is_shown_and_told_so(open_steps, following):
    model, x, tags, event = following
    page = open_steps(model, [x], [tags])
    h = np.asarray(hidden_states(model)(x[None]))[0]
    kernel = np.asarray(model.get_layer("read_out").kernel)
    best = predict_steps(model, [x])[0].argmax(1)
    pushes = (h[event] - h[event - 3]) * (kernel[:, best[event]] - kernel[:, best[event - 1]])
    unit = int(pushes.argmax())
    assert page.input_value("#unit") == str(unit)
    names = f"from {CLASSES[best[event - 1]]} to {CLASSES[best[event]]}"
    said = (
        f"Of all units, the output h of this one pushed most {names} between steps "
        f"{event - 2} and {event + 1}."
    )
    assert text(page, "#unit-words") == said
    page.locator(".choosers #unit").fill(str((unit + 1) % 6))
    page.keyboard.press("Enter")
    assert text(page, "#unit-words") == ""


@pytest.mark.long(8)
def test_what_unfolds_is_closed_at_first_and_one_at_a_time(open_steps):
    model, x, tags = draw(5)
    page = open_steps(model, x, tags)
    page.select_option("#series-choice", "0")
    sections = ("shares", "units", "table")
    assert [page.locator(f"#more-{name}").is_visible() for name in sections] == [False] * 3
    assert page.locator("#formula").is_hidden()
    for name in sections:
        page.click(f"#open-{name}")
        shown(page)
        assert [page.locator(f"#more-{one}").is_visible() for one in sections] == [
            one == name for one in sections
        ]
    best = predict_steps(model, x)[0].argmax(1)
    names = [*CLASSES, "swim"]
    expected = [
        [
            str(sum(tag == true and k == c for tag, k in zip(tags[0], best, strict=True)))
            for c in range(3)
        ]
        for true in names
        if true in tags[0]
    ]
    found = page.locator(".confusion tbody tr").evaluate_all(
        "all => all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent))"
    )
    assert found == expected
    assert axe_of(page) == []
    page.click("#open-table")
    shown(page)
    assert page.locator("#more-table").is_hidden()


SMALL = """() => [...document.querySelectorAll("main *, header *")].filter((one) => {
  const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  return own && one.getClientRects().length > 0 && !one.closest(".hidden");
}).map((one) => {
  const scaled = one.ownerSVGElement?.getScreenCTM?.()?.a ?? 1;
  return [parseFloat(getComputedStyle(one).fontSize) * scaled, one.textContent.slice(0, 30)];
}).filter(([size]) => size < 12.9)"""


MIDDLES = """all => all.map((one) => {
  const { x, width } = one.getBoundingClientRect();
  return x + width / 2;
})"""


@pytest.mark.long(12)
@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(1280, 720, "dark"), (1440, 900, "light"), (390, 844, "light")]
)
def test_the_first_screen_has_the_story_and_why(open_steps, width, height, scheme):
    page = open_steps(*draw(5), viewport={"width": width, "height": height}, color_scheme=scheme)
    shown(page)
    bottom = lambda what: page.locator(what).evaluate("one => one.getBoundingClientRect().bottom")  # noqa: E731
    assert bottom("#bands") < height
    if width > 390:
        assert bottom("#why-strip") < height
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(SMALL) == []
    (line,) = page.locator(".steps-over .now").evaluate_all(MIDDLES)
    np.testing.assert_allclose(page.locator(".strip .handle").evaluate_all(MIDDLES), line, atol=1)
    np.testing.assert_allclose(page.locator(".strip .span-now").evaluate_all(MIDDLES), line, atol=1)
    choose_in_menu(page, "#language", "ja")
    assert re.search("ステップ", text(page, "#event"))
