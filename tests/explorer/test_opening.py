"""Without a view in its address the page opens on its event: it plays once up to there."""

import re

import numpy as np
import pytest
from support import pages, random_networks
from support.node import encode, run

FIND = """
import { decode, decodeArray } from "./network/payload.js";
import { eventOf } from "./network/event.js";
answer(given.map(({ payload, examples }) => eventOf({
  network: decode(payload),
  examples: examples.map((x) => ({ x: decodeArray(x).values, T: x.shape[0] })),
})));
"""
SETTLED = 700  # milliseconds: the address is written once nothing has changed for a while
PLACE = "#transport .place"
EVENT = 22  # of the regression's 24 steps; the next test holds the choice to its rule


def forgotten(network, x):
    """Return, for each unit, the most that it throws away by a gate that is open at other steps."""
    states, _ = random_networks.answer(network | {"x": x})
    one, (_, backwards, *_) = states[0][0], network["layers"][0][0]
    f, c = (one[name][::-1] if backwards else one[name] for name in "fc")
    before = np.concatenate([np.zeros_like(c[:1]), c[:-1]])
    return np.nanmax((np.nanmax(f, 0) - f) * np.abs(before), 0)


def test_the_event_is_where_most_is_forgotten():
    rng, given, want = np.random.default_rng(9), [], []
    while len(want) < 20:
        network = random_networks.draw(rng, longest=12, units=5)
        examples = [
            network["x"],
            *(
                random_networks.float32(network["x"] + rng.normal(size=network["x"].shape))
                for _ in range(2)
            ),
        ]
        sizes = np.array([forgotten(network, x) for x in examples])
        given.append(
            {
                "payload": random_networks.payload_of(network),
                "examples": [encode(x) for x in examples],
            }
        )
        want.append(sizes)
    found = run(FIND, given)
    assert any(one is not None for one in found)
    for one, sizes in zip(found, want, strict=True):
        if one is None:
            assert sizes.max() == 0  # no forget gate
        else:
            assert sizes[one["example"], one["unit"]] == pytest.approx(sizes.max(), rel=1e-9)


@pytest.mark.nightly  # it waits while the page plays
@pytest.mark.long(6)
def test_it_plays_once_unless_somebody_does_anything(visit):
    page = visit(fragment="lang=en")
    page.wait_for_selector("[aria-label=Pause]")
    page.select_option("#speed", "4")  # no key, no pointer: it goes on
    page.locator(PLACE, has_text="row 8 of 8").wait_for()
    page.wait_for_selector("[aria-label=Play]")
    assert page.evaluate("location.hash") == "#lang=en"  # opened again, it shows this again
    unit = page.input_value("#unit")
    stopped = visit(fragment="lang=en")
    stopped.wait_for_selector("[aria-label=Pause]")
    stopped.mouse.click(5, 300)
    stopped.wait_for_selector("[aria-label=Play]")
    # the event: what is opened next is about it
    assert stopped.locator(PLACE).inner_text() == "row 8 of 8"
    assert stopped.input_value("#unit") == unit
    stopped.wait_for_timeout(SETTLED)
    assert "t=" in stopped.evaluate("location.hash")
    paused = visit(fragment="lang=en")
    paused.click("[aria-label=Pause]")
    paused.wait_for_selector("[aria-label=Play]")


@pytest.mark.long(3)
def test_it_stops_where_it_happens(visit):
    page = visit("regression", fragment="lang=en")
    page.select_option("#speed", "4")
    page.locator(PLACE, has_text=f"step {EVENT} of 24").wait_for()
    page.wait_for_selector("[aria-label=Play]")
    assert page.locator(PLACE).inner_text() == f"step {EVENT} of 24"
    early = visit("regression", fragment="lang=en")
    early.wait_for_selector("[aria-label=Pause]")
    early.click("#open-units")  # before the event is reached: what unfolds is about it all the same
    early.locator(PLACE, has_text=f"step {EVENT} of 24").wait_for()
    early.wait_for_selector("[aria-label=Play]")
    assert re.match(
        rf"At step {EVENT} it throws away \d+\s% of its memory\.$",
        page.locator("#event").inner_text(),
    )
    page.click("[aria-label=Play]")  # from there on it is the reader who plays: to the end
    page.locator(PLACE, has_text="step 24 of 24").wait_for()


@pytest.mark.long(2)
def test_it_does_not_play_for_those_who_prefer_stillness_or_have_a_view(visit, tmp_path):
    still = visit("regression", fragment="lang=en", reduced_motion="reduce")
    still.wait_for_timeout(300)
    assert still.locator(PLACE).inner_text() == f"step {EVENT} of 24"
    assert still.locator("[aria-label=Play]").is_visible()
    assert visit(fragment="lang=en&unit=3").locator(PLACE).inner_text() == "row 8 of 8"
    bare = visit(address=pages.write(tmp_path, "digits", examples=0), fragment="lang=en")
    bare.locator(PLACE, has_text="row 8 of 8").wait_for()
    assert bare.locator("[aria-label=Play]").is_visible()
