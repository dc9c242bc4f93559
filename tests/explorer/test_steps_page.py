"""The page for step labels in a browser: its probabilities as in TensorFlow, bands, gates held.

What it opens on, and why a step has its label, are in test_steps_story.py.
"""

import re

import numpy as np
import pytest
from support.facts import raises
from support.node import TASKS, run
from support.pages import axe_of, choose_in_menu, hold, shown, text
from support.step_pages import CLASSES, draw, payload_of

from glasscell.explorer.bundle import Assembly, write_page
from glasscell.explorer.encoding import MOST_WEIGHTS
from glasscell.explorer.sentences import Explorer
from glasscell.inspection.clamps import clamp
from glasscell.tasks.tagging.network import build_tagging_network
from glasscell.training.prediction import predict_steps

TOLERANCE = 2e-6  # of a probability: float32 in TensorFlow, over forty steps


def shares(page):
    """Give the probabilities of the step that is shown."""
    shown(page)
    if page.locator("#more-shares").is_hidden():
        page.click("#open-shares")
        shown(page)
    return page.locator("#shares li").evaluate_all(
        "rows => rows.map((row) => Number(row.dataset.share))"
    )


def all_shares(page):
    """Give the probabilities of all steps, going through them by keys."""
    shares(page)
    page.locator("#bands").focus()
    page.keyboard.press("Home")
    shown(page)  # of a series that was chosen just before, how many steps it has
    found = []
    for _ in range(int(page.locator("#bands").get_attribute("aria-valuemax"))):
        found.append(shares(page))
        page.keyboard.press("ArrowRight")
    return np.array(found)


def bands(page, row):
    """Give the labels of a band's stretches from left to right."""
    shown(page)
    found = page.locator(f"#bands rect[data-row={row}]").evaluate_all(
        "all => all.map((one) => one.dataset.label)"
    )
    return [int(label) for label in found]


def stretches(labels):
    return [
        label for n, label in enumerate(labels) if label >= 0 and (n == 0 or label != labels[n - 1])
    ]


READ = """
import { decode, decodeArray } from "./network/payload.js";
import { readOutAt, run } from "./network/forward.js";
answer(given.map((payload) => payload.examples.map(({ x }) => {
  const network = decode(payload);
  const result = run(network, decodeArray(x).values, x.shape[0]);
  const each = Array.from({ length: x.shape[0] }, (_, t) => [...readOutAt(network, result, t)]);
  return { each, last: [...result.answer] };
})));
"""


@pytest.mark.few(2)
@pytest.mark.parametrize(
    ("both", "variant"), [(True, None), (False, None), (True, "NP"), (False, "FGR")]
)
def test_probabilities_are_those_of_tensorflow(both, variant):
    model, x, tags = draw(4, both=both, variant=variant)
    (told,) = run(READ, [payload_of(model, x, tags)])
    for ours, expected in zip(told, predict_steps(model, x), strict=True):
        np.testing.assert_allclose(ours["each"], expected, rtol=0, atol=TOLERANCE)
        # not what a reader from the end says of the first step
        assert ours["last"] == ours["each"][-1]


@pytest.mark.long(15)
@pytest.mark.parametrize("both", [True, False])
def test_each_step_is_answered_as_tensorflow_does(open_steps, both):
    model, x, tags = draw(5, both=both)
    page = open_steps(model, x, tags)
    page.select_option("#series-choice", "0")
    expected = predict_steps(model, x)
    np.testing.assert_allclose(all_shares(page), expected[0], rtol=0, atol=TOLERANCE)
    assert bands(page, "predicted") == stretches(expected[0].argmax(1))
    names = [*CLASSES, "swim"]
    truth = [-1 if tag is None else names.index(tag) for tag in tags[0]]
    assert bands(page, "truth") == stretches(truth)
    right = [k == a for k, a in zip(truth, expected[0].argmax(1), strict=True) if k >= 0]
    assert text(page, "#bands-words").startswith(
        f"{sum(right)} of {len(right)} labeled steps are right ("
    )
    assert page.locator(".band-wrong").count() == len(right) - sum(right)
    page.select_option("#series-choice", label="walk 1, steps 101 to 125")
    np.testing.assert_allclose(all_shares(page), expected[1], rtol=0, atol=TOLERANCE)


@pytest.mark.long(12)
def test_a_changed_curve_is_read_again_and_its_labels_stay(open_steps):
    model, x, tags = draw(2)
    page = open_steps(model, x, tags)
    page.select_option("#series-choice", "0")
    before = bands(page, "truth")
    strip = page.locator("svg.strip").nth(1)
    strip.focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    assert "You have changed the series" in text(page, "#input-note")
    assert bands(page, "truth") == before
    changed = x[0].astype("float64")
    # a key moves a point by a fortieth of the range, which is that of all series
    low, high = (float(strip.get_attribute(f"aria-value{end}")) for end in ("min", "max"))
    reach = (np.nanmax(np.concatenate(x)[:, 1]) - np.nanmin(np.concatenate(x)[:, 1])).astype(
        "float64"
    )
    np.testing.assert_allclose(high - low, reach, rtol=1e-3)
    assert np.isfinite(changed[2, 1])
    changed[2, 1] += 2 * reach / 40
    (expected,) = predict_steps(model, [changed.astype("float32")])
    np.testing.assert_allclose(all_shares(page), expected, rtol=0, atol=TOLERANCE)
    page.click("#clear")
    np.testing.assert_allclose(all_shares(page), predict_steps(model, x)[0], rtol=0, atol=TOLERANCE)


@pytest.mark.long(10)
def test_bands_go_by_keys_and_pointer(open_steps):
    model, x, tags = draw(5)
    page = open_steps(model, x, tags)
    page.select_option("#series-choice", "0")
    (expected, _) = predict_steps(model, x)
    best = expected.argmax(1)
    changes = [t for t in range(1, len(best)) if best[t] != best[t - 1]]
    assert len(changes) > 2
    page.locator("#bands").focus()
    page.keyboard.press("Home")
    for change in changes:
        page.keyboard.press("PageDown")
        shown(page)
        assert page.locator("#bands").get_attribute("aria-valuenow") == str(change + 1)
    said = page.locator("#bands").get_attribute("aria-valuetext")
    t = changes[-1]
    assert re.match(rf"Step {t + 1}: {CLASSES[best[t]]} \(", said)
    page.keyboard.press("Home")
    shown(page)
    shares(page)
    page.locator("#bands").scroll_into_view_if_needed()
    area = page.locator("#bands").bounding_box()
    # the last step, under the pointer
    page.mouse.move(area["x"] + area["width"] - 10, area["y"] + 30)
    np.testing.assert_allclose(shares(page), expected[-1], rtol=0, atol=TOLERANCE)
    assert text(page, "#answer-title") == f"Probabilities at step {len(best)}"
    page.mouse.move(2, 2)
    np.testing.assert_allclose(shares(page), expected[0], rtol=0, atol=TOLERANCE)
    page.click("#next-wrong")
    shown(page)
    assert "; the true label is" in page.locator("#bands").get_attribute("aria-valuetext")


def predict_held(model, x, unit):
    """Return what the network says with z at −1 in one unit of those that read forwards."""
    with clamp(model, "z", -1.0, units=unit, layer="forward_lstm_1"):
        return predict_steps(model, x)[0]


@pytest.mark.long(15)
def test_a_held_gate_shows_what_it_would_answer_without(open_steps):
    model, x, tags = draw(5)
    page = open_steps(model, x, tags)
    page.select_option("#series-choice", "0")
    free = bands(page, "predicted")
    assert bands(page, "free") == []
    before = predict_steps(model, x)[0].argmax(1)
    held = [predict_held(model, x, unit) for unit in range(6)]
    moved = [int((one.argmax(1) != before).sum()) for one in held]
    assert min(moved) == 0 < max(moved)
    for unit in (int(np.argmin(moved)), int(np.argmax(moved))):
        page.locator(".choosers #unit").fill(str(unit))
        hold(page, "z")
        assert bands(page, "free") == free
        assert bands(page, "predicted") == stretches(held[unit].argmax(1))
        np.testing.assert_allclose(all_shares(page), held[unit], rtol=0, atol=TOLERANCE)
        said = text(page, "#clamp-words")
        assert f"z held at −1.00 in unit {unit}" in said
        change = (
            f"the prediction changes at {moved[unit]} of 40 steps."
            if moved[unit]
            else "no prediction changes."
        )
        assert said.endswith(change)
        page.locator("#gate-z").focus()
        page.keyboard.press("Delete")


@pytest.mark.long(10)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_it_fits_and_speaks(open_steps, width, scheme):
    page = open_steps(*draw(), viewport={"width": width, "height": 800}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator("#legend li").all_inner_texts() == [*CLASSES, "swim"]
    fills = page.locator("#legend rect").evaluate_all("all => all.map((one) => one.style.fill)")
    assert len(set(fills)) == 4  # each a colour and a pattern of its own
    at = page.locator("#bands").get_attribute("aria-valuenow")
    page.wait_for_function(
        f"() => document.querySelector('#live').textContent.includes('Step {at}: ')"
    )
    choose_in_menu(page, "#language", "ja")
    assert "ラベル" in text(page, "#title")
    assert page.locator("html").get_attribute("data-theme") == scheme


@pytest.mark.long(6)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing(open_steps, width, scheme):
    page = open_steps(*draw(), viewport={"width": width, "height": 800}, color_scheme=scheme)
    hold(page, "o")
    shown(page)
    assert axe_of(page) == []


def test_what_is_too_large_or_does_not_fit_is_refused():
    model, x, tags = draw()
    with raises(Explorer.NO_VALUES, series="walk 0"):
        payload_of(model, [x[0] * np.nan, x[1]], tags)
    large = build_tagging_network(2, 3, units=200, bidirectional=True)
    with raises(Explorer.MANY_WEIGHTS, most=MOST_WEIGHTS):
        payload_of(large, x, tags)


def test_a_middling_network_is_rounded_and_the_page_stays_small():
    _, x, tags = draw()
    payload = payload_of(build_tagging_network(2, 3, units=100, bidirectional=True), x, tags)
    assert payload["rounded"]
    assert "float16" in payload["network"]["layers"][0]["directions"][0]["kernel"]
    assert len(write_page(payload, of=Assembly(TASKS / "tagging" / "web"))) < 1e6
