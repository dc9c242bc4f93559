"""The page at an earlier epoch is the network with those weights in 16 bits, as NumPy computes it."""

import numpy as np
import pytest
from support import pages, random_networks
from support.facts import raises
from support.node import encode, float64, run
from support.pages import text

from glasscell.explorer.bundle import write_page
from glasscell.explorer.encoding import encode_array, halved
from glasscell.explorer.sentences import Explorer

AT = """
import { decodeArray } from "./network/payload.js";
import { Epochs } from "./network/stages.js";
import { Runs } from "./network/runs.js";
answer(given.map(({ payload, x, clamps }) => {
  const epochs = new Epochs(payload);
  const runs = new Runs(epochs.trained);
  const input = { x: decodeArray(x).values, T: x.shape[0] };
  return {
    stops: epochs.stops,
    answers: epochs.stops.map((epoch) => out(epochs.answerAt(epoch, input, clamps))),
    states: epochs.stops.map((epoch) => {
      runs.update(input, clamps, epochs.networkAt(epoch));
      return runs.held.layers.map(({ directions }) => directions.map((one) => ({ f: out(one.f), c: out(one.c) })));
    }),
  };
}));
"""


def float16(v):
    return np.asarray(v, "float32").astype("float16").astype("float64")  # rounded twice, as on the way to the page


def after_another_epoch(rng, network):
    """Return the network with other weights."""
    other = {name: network[name] + rng.normal(size=network[name].shape) for name in ("kernel", "bias")}
    layers = [
        [(name, back, {key: v + 0.3 * rng.normal(size=v.shape) for key, v in w.items()}) for name, back, w in layer]
        for layer in network["layers"]
    ]
    return {**network, **other, "layers": layers}


def in_16_bits(network):
    layers = [
        [(name, back, {k: float16(v) for k, v in w.items()}) for name, back, w in one] for one in network["layers"]
    ]
    return {**network, "kernel": float16(network["kernel"]), "bias": float16(network["bias"]), "layers": layers}


def test_all_numbers_of_16_bits():
    script = """
        import { fromHalf } from "./network/payload.js";
        answer(out(Float64Array.from({ length: 65536 }, (_, bits) => fromHalf(bits))));
        """
    expected = np.arange(65536, dtype="<u2").view("<f2").astype("float64")
    np.testing.assert_array_equal(float64(run(script)), expected)


def test_what_does_not_fit_into_16_bits_is_refused():
    with raises(Explorer.FOR_16_BITS):
        halved([encode_array([7e4])])


def test_the_network_after_each_epoch():
    rng = np.random.default_rng(12)
    trained = [random_networks.draw(rng, longest=12, units=6) for _ in range(24)]
    earlier = [[after_another_epoch(rng, one) for _ in range(2)] for one in trained]
    clamps = [[random_networks.draw_clamp(rng, one)] if n % 2 else [] for n, one in enumerate(trained)]
    given = [
        {
            "payload": random_networks.payload_of(last)
            | {
                "epochs": {
                    "last": 9,
                    "kept": [
                        {"epoch": epoch, "network": halved(random_networks.payload_of(one)["network"])}
                        for epoch, one in zip((0, 5), others, strict=True)
                    ],
                }
            },
            "x": encode(last["x"]),
            "clamps": held,
        }
        for last, others, held in zip(trained, earlier, clamps, strict=True)
    ]
    for ours, last, others, held in zip(run(AT, given), trained, earlier, clamps, strict=True):
        assert ours["stops"] == [0, 5, 9]
        for network, answer, states in zip(
            [*map(in_16_bits, others), last], ours["answers"], ours["states"], strict=True
        ):
            truth, expected = random_networks.answer(network, held)
            np.testing.assert_allclose(float64(answer), expected, rtol=1e-9, atol=1e-9)
            for our_layer, layer in zip(states, truth, strict=True):
                for our_one, one in zip(our_layer, layer, strict=True):
                    largest = np.abs(one["c"]).max() + 1
                    for name in "fc":
                        found = float64(our_one[name], *one[name].shape)
                        np.testing.assert_allclose(found, one[name], rtol=0, atol=1e-9 * largest)


def test_a_sentence_of_when_it_was_right_says_what_is_so():
    script = """
        import { speak } from "./words/language.js";
        import { rightInWords } from "./views/epochs.js";
        speak("en", "series");
        answer(given.map((right) => rightInWords([0, 1, 5, 100], right.map(Boolean))));
        """
    assert run(script, [[1, 1, 1, 1], [0, 0, 0, 0], [0, 1, 1, 1], [0, 0, 0, 1], [1, 0, 1, 1], [0, 1, 1, 0]]) == [
        "Right after each of these epochs.",
        "Wrong after each of these epochs.",
        "Of these, right from epoch 1 on.",
        "Of these, right only after the last.",
        "",
        "",
    ]


def with_epochs(kind="digits"):
    """Return a page's data with two earlier epochs: other random weights, rounded."""
    payload = pages.payload(**pages.KINDS[kind])
    rng = np.random.default_rng(1)

    def other(value):
        if isinstance(value, dict) and "float32" in value:
            return encode(rng.normal(size=value["shape"]) / 4)
        if isinstance(value, dict):
            return {name: other(part) for name, part in value.items()}
        return [other(part) for part in value] if isinstance(value, list) else value

    kept = [{"epoch": epoch, "network": halved(other(payload["network"]))} for epoch in (0, 5)]
    return payload | {"epochs": {"last": 40, "kept": kept}}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "epochs.html"
    path.write_text(write_page(with_epochs()), "utf-8")
    return path.as_uri()


def answered(page):
    """Wait until all epochs have answered; return what they say."""
    page.locator(".epochs-row", has_not_text="…").wait_for()
    return page.locator(".epoch-answer").all_inner_texts()


@pytest.mark.long(4)
def test_the_slider_shows_everything_at_an_epoch(visit, address):
    page = visit(address=address)
    trained = [text(page, "#answer-words"), text(page, "#maps-reading")]
    answers = answered(page)
    page.locator("#epoch").focus()
    for key, when, epoch in (("Home", "before training", 0), ("ArrowRight", "after epoch 5 of 40", 5)):
        page.keyboard.press(key)
        assert text(page, "#cell-title").endswith(f" · {when}")
        assert page.get_attribute("#epoch", "aria-valuetext") == when
        assert f"network says {answers[[0, 5].index(epoch)]} (" in text(page, "#answer-words")
        assert text(page, "#maps-reading") != trained[1]
        assert "rounded to 16 bits" in text(page, "#epochs-words")
        assert "probes belong to the trained network" in text(page, "#epochs-words")
        assert page.locator("#answer-steps").is_hidden()
        page.wait_for_url(f"**ep={epoch}&**")
        assert answered(page) == answers
    linked = visit(address=address, fragment=page.evaluate("location.hash.slice(1)"))
    assert text(linked, "#cell-title") == text(page, "#cell-title")
    assert text(linked, "#answer-words") == text(page, "#answer-words")
    page.click("#tour-start")
    assert "epoch" not in text(page, "#cell-title")
    assert page.locator("#epoch").is_disabled()
    page.click("#tour-close")
    page.locator(".epoch").last.click()
    page.wait_for_url(lambda url: "ep=" not in url)
    assert page.locator("#answer-steps").is_visible()
    assert answered(page) == answers


@pytest.mark.nightly  # test_opening.py has what plays
@pytest.mark.long(3)
def test_it_plays(visit, address):
    page = visit(address=address)
    page.click("#epochs-play")
    assert page.get_attribute("#epoch", "aria-valuetext") == "before training"
    assert text(page, "#epochs-play") == "Pause"
    page.locator("#epoch[aria-valuetext='after epoch 5 of 40']").wait_for()
    page.click("#epochs-play")
    assert text(page, "#epochs-play") == "Watch it learn"
    still = visit(address=address, reduced_motion="reduce")
    assert still.locator("#epochs-play").is_hidden()


@pytest.mark.long(1)
def test_without_kept_epochs_there_is_no_slider(visit):
    page = visit("digits", fragment="lang=en&ep=0")
    assert page.locator("#epochs").is_hidden()
    assert "training" not in text(page, "#cell-title")
