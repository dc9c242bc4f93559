"""The page at an earlier epoch is the network with weights in 14 bits, as NumPy computes it."""

import time

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support import pages, random_networks
from support.facts import raises
from support.node import encode, float64, run
from support.pages import text

from glasscell.explorer.bundle import write_page
from glasscell.explorer.encoding import encode_array, halved
from glasscell.explorer.frames import encode_frames
from glasscell.explorer.sentences import Explorer
from glasscell.explorer.series.page import SERIES
from glasscell.runs.series.explanation import EPOCHS_BYTES

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
    answers: epochs.stops.map((epoch) => out(epochs.runAt(epoch, input, clamps).answer)),
    states: epochs.stops.map((epoch) => {
      runs.update(input, clamps, epochs.networkAt(epoch));
      return runs.held.layers.map(({ directions }) =>
        directions.map((one) => ({ f: out(one.f), c: out(one.c) })));
    }),
  };
}));
"""


def after_another_epoch(rng, network):
    """Return the network with other weights."""
    other = {
        name: network[name] + rng.normal(size=network[name].shape) for name in ("kernel", "bias")
    }
    layers = [
        [
            (name, back, {key: v + 0.3 * rng.normal(size=v.shape) for key, v in w.items()})
            for name, back, w in layer
        ]
        for layer in network["layers"]
    ]
    return {**network, **other, "layers": layers}


def rounded(networks):
    """Return networks rounded to steps of each array: 8191 steps to its largest number overall."""

    def together(*versions):
        step = max(np.abs(float32(v)).max() for v in versions) / 8191 or 1
        return [np.floor(float32(v) / step + 0.5) * step for v in versions]

    read_out = {name: together(*(one[name] for one in networks)) for name in ("kernel", "bias")}
    layers = []
    for versions in zip(*(one["layers"] for one in networks), strict=True):
        layers.append([])
        for same in zip(*versions, strict=True):
            arrays = {key: together(*(w[key] for _, _, w in same)) for key in same[0][2]}
            layers[-1].append((same[0][:2], arrays))
    return [
        {
            **one,
            **{name: v[n] for name, v in read_out.items()},
            "layers": [
                [(*head, {key: v[n] for key, v in arrays.items()}) for head, arrays in layer]
                for layer in layers
            ],
        }
        for n, one in enumerate(networks)
    ]


def float32(v):
    return np.asarray(v, "float32").astype("float64")  # as they are in the page


def frames_of(trained, earlier, epochs, last):
    return {"last": last, "kept": epochs, **encode_frames(trained, earlier)}


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
    clamps = [
        [random_networks.draw_clamp(rng, one)] if n % 2 else [] for n, one in enumerate(trained)
    ]
    given = [
        {
            "payload": random_networks.payload_of(last)
            | {
                "epochs": frames_of(
                    random_networks.payload_of(last)["network"],
                    [random_networks.payload_of(one)["network"] for one in others],
                    [0, 5],
                    9,
                )
            },
            "x": encode(last["x"]),
            "clamps": held,
        }
        for last, others, held in zip(trained, earlier, clamps, strict=True)
    ]
    for ours, last, others, held in zip(run(AT, given), trained, earlier, clamps, strict=True):
        assert ours["stops"] == [0, 5, 9]
        for network, answer, states in zip(
            [*rounded([*others, last])[:-1], last], ours["answers"], ours["states"], strict=True
        ):
            truth, expected = random_networks.answer(network, held)
            np.testing.assert_allclose(float64(answer), expected, rtol=1e-9, atol=1e-9)
            for our_layer, layer in zip(states, truth, strict=True):
                for our_one, one in zip(our_layer, layer, strict=True):
                    largest = np.abs(one["c"]).max() + 1
                    for name in "fc":
                        found = float64(our_one[name], *one[name].shape)
                        np.testing.assert_allclose(found, one[name], rtol=0, atol=1e-9 * largest)


@example([200 * [0] + [8191], 201 * [0]])  # one far from all others: a long code
@given(st.lists(st.lists(st.integers(-8191, 8191), min_size=5, max_size=5), min_size=2, max_size=6))
def test_what_is_coded_is_decoded(versions):
    scale = max(abs(v) for one in versions for v in one) or 1
    *earlier, trained = (
        {"a": None, "b": [encode(np.array(one) / scale), "text"]} for one in versions
    )
    coded = frames_of(trained, earlier, [*range(len(earlier))], 99)
    for ours, one in zip(
        run(DECODE, {"trained": trained, "epochs": coded}), versions, strict=False
    ):
        np.testing.assert_allclose(ours, np.array(one) / scale, atol=0.51 / 8191)


DECODE = """
import { decodeFrames } from "./network/frames.js";
answer(decodeFrames(given.trained, given.epochs).map(({ b }) => [...b[0].values]));
"""


def test_what_ends_too_soon_or_is_of_another_network_is_reported():
    script = """
        import { decodeFrames } from "./network/frames.js";
        const { trained, epochs } = given;
        const cut = { ...epochs, coded: epochs.coded.slice(0, 8) };
        answer([cut, { ...epochs, steps: [1, 1] }].map((bad) =>
          code(() => decodeFrames(trained, bad))));
        """
    trained, before = ({"kernel": encode(np.linspace(-1, end, 40))} for end in (1, 2))
    given = {"trained": trained, "epochs": frames_of(trained, [before], [0], 9)}
    assert run(script, given) == ["bad-data", "bad-data"]


def test_when_something_begins_to_move():
    script = """
        import { beginningOf } from "./network/beginnings.js";
        answer(given.map(({ values, range }) => beginningOf(values.map((v) => v ?? NaN), range)));
        """
    closes = [0.5, 0.6, 0.83, 0.8, 0.75, 0.6, 0.2, 0.03]
    series = [
        (closes, 1),
        ([1 - v for v in closes], 1),
        (closes, 4),  # too little of such a range
        ([0.5, 0.5, 0.5], 1),
        ([0.9, 0.1, 0.5], 1),  # closes, and half opens again
        ([0.5, 0.99, 0.75], 1),  # most of what opened closes again: neither
        ([0.5, None, 0.1], 1),
    ]
    found = run(script, [{"values": values, "range": one} for values, one in series])
    assert [None if one is None else one["k"] for one in found] == [
        4,
        4,
        None,
        None,
        None,
        None,
        None,
    ]
    assert (found[0]["from"], found[0]["to"]) == (0.83, 0.03)


def test_a_sentence_of_a_gate_says_what_is_so():
    script = """
        import { speak } from "./words/language.js";
        import { beginningInWords } from "series/views/epochs.js";
        answer(["digit", "series"].flatMap((subject) => {
          speak("en", subject);
          return given.map(({ stops, gates }) => {
            const lines = Object.entries(gates).map(([name, values]) => ({ name, values }));
            return beginningInWords(stops, lines, { unit: 9, t: 7 });
          });
        }));
        """
    stops = [0, 1, 2, 13, 16, 100]
    still, opens = [0.5] * 6, [0.5, 0.7, 0.8, 0.9, 0.9, 0.9]
    gates = [
        {"z": still, "i": opens, "f": [0.5, 0.9, 0.98, 0.95, 0.5, 0.1], "o": opens},
        {"z": still, "i": opens, "o": opens},  # a cell without f
        {"z": [0, 0, 0, 0, 0.1, -1], "f": still},
        {"z": [0, 0, 0.1, 0.8, 0.9, 0.9], "f": still},
        {"z": [0, 0, 0.1, 0.2, 0.3, 0.4], "f": still},  # half as far: z has twice the range
    ]
    digits, series = (
        np.array(run(script, [{"stops": stops, "gates": one} for one in gates]))
        .reshape(2, -1)
        .tolist()
    )
    assert digits == [
        "The forget gate of unit 9 at row 7 begins to close after epoch 13: from 0.98 to 0.10 at "
        "the end.",
        "The input gate of unit 9 at row 7 begins to open in the first epoch: from 0.50 to 0.90 "
        "at the end.",
        "The block input of unit 9 at row 7 begins to fall between epochs 16 and 100: from 0.10 "
        "to −1.00 at the end.",
        "The block input of unit 9 at row 7 begins to rise after epoch 1: from 0.00 to 0.90 at "
        "the end.",
        "",
    ]
    assert series == [words.replace("row", "step") for words in digits]


def test_a_sentence_of_when_it_was_right_says_what_is_so():
    script = """
        import { speak } from "./words/language.js";
        import { rightInWords } from "series/views/epochs.js";
        speak("en", "series");
        answer(given.map((right) => rightInWords([0, 1, 5, 100], right.map(Boolean))));
        """
    assert run(
        script, [[1, 1, 1, 1], [0, 0, 0, 0], [0, 1, 1, 1], [0, 0, 0, 1], [1, 0, 1, 1], [0, 1, 1, 0]]
    ) == [
        "The final prediction is right at all 4 epochs shown.",
        "The final prediction is wrong at all 4 epochs shown.",
        "The final prediction is right from epoch 1 on, and wrong before.",
        "The final prediction is right only at the end of training.",
        "The final prediction is right from epoch 5 on; before, at 1 of the 2 epochs shown.",
        "The final prediction is right at 2 of the 4 epochs shown.",
    ]


def test_a_long_series_keeps_the_gates_of_one_unit():
    script = """
        import { decodeArray } from "./network/payload.js";
        import { Course, Epochs } from "./network/stages.js";
        const epochs = new Epochs(given.payload);
        const one = decodeArray(given.payload.examples[0].x).values;
        answer([1, 1000].map((times) => {
          const T = 30 * times;
          const input = {
            x: Float64Array.from({ length: 3 * T }, (_, n) => one[n % one.length]), T };
          const about = { input, clamps: [], layer: 1, direction: 1, unit: 4 };
          const course = new Course(epochs, about);
          course.goOn(Infinity);
          const ours = [0, 13].map((t) => course.gateOver("f", t));
          const runs = epochs.stops.map((epoch) =>
            epochs.runAt(epoch, input, []).layers[1].directions[1].f);
          const theirs = [0, 13].map((t) => runs.map((f) => f[t * 12 + 4]));
          const others = [{ ...about, unit: 5 }, { ...about, clamps: [] }].map((other) =>
            course.isOf(other));
          return { isDone: course.isDone, ours, theirs, same: course.isOf(about), others };
        }));
        """
    short, long = run(script, {"payload": with_epochs("series")})
    for course in (short, long):
        assert course["isDone"]
        assert course["same"]
        assert course["ours"] == course["theirs"]
        assert course["others"] == [False, False]


def with_epochs(kind="digits", stops=(0, 5), **more):
    """Return a page's data with earlier epochs: other random weights."""
    payload = pages.payload(**pages.KINDS[kind], **more)
    rng = np.random.default_rng(1)

    def other(value):
        if isinstance(value, dict) and "float32" in value:
            return encode(rng.normal(size=value["shape"]) / 4)
        if isinstance(value, dict):
            return {name: other(part) for name, part in value.items()}
        return [other(part) for part in value] if isinstance(value, list) else value

    earlier = [other(payload["network"]) for _ in stops]
    return payload | {"epochs": frames_of(payload["network"], earlier, list(stops), 40)}


OPEN = "lang=en&e=1&m=learning"  # the section is unfolded


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "epochs.html"
    path.write_text(write_page(with_epochs(), SERIES), "utf-8")
    return path.as_uri()


def predicted(page):
    """Wait until the networks of all epochs have run; return which classes they predict."""
    page.wait_for_function("() => document.querySelector('.epochs-right').textContent")
    return [one.strip(" ✓") for one in page.locator("text.predicted").all_text_contents()]


@pytest.mark.long(4)
def test_the_slider_shows_everything_at_an_epoch(visit, address):
    page = visit(address=address, fragment=OPEN)
    trained = text(page, "#river-reading")
    answers = predicted(page)
    page.locator(".epochs-slider").focus()
    for key, when, epoch in (
        ("Home", "before training", 0),
        ("ArrowRight", "after epoch 5 of 40", 5),
    ):
        page.keyboard.press(key)
        assert text(page, "#cell-title").endswith(f" · {when}")
        assert text(page, ".epochs-when") == when
        assert page.get_attribute(".epochs-slider", "aria-valuetext") == when
        assert text(page, ".says").startswith(f"predicts {answers[[0, 5].index(epoch)]} · ")
        assert text(page, "#river-reading") != trained
        assert "rounded to 14 bits" in text(page, ".epochs-words")
        assert "Probes were fitted to the trained network" in text(page, ".epochs-words")
        page.wait_for_url(f"**ep={epoch}&**")
        assert predicted(page) == answers
    linked = visit(address=address, fragment=page.evaluate("location.hash.slice(1)"))
    assert text(linked, "#cell-title") == text(page, "#cell-title")
    assert text(linked, ".says") == text(page, ".says")
    page.click("#tour-start")
    assert "epoch" not in text(page, "#cell-title")
    assert page.locator(".epochs-slider").is_disabled()
    page.click("#tour-close")
    page.locator(".epochs-slider").focus()
    page.keyboard.press("End")
    page.wait_for_url(lambda url: "ep=" not in url)
    assert predicted(page) == answers


@pytest.mark.long(3)
def test_the_lines_are_the_gates_that_the_cell_shows(visit, address):
    page = visit(address=address, fragment="lang=en&e=1&unit=2&t=4&m=learning")
    predicted(page)
    page.locator(".epochs-slider").focus()
    for key in ("Home", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
        for gate in "zifo":
            shown = text(page, f".epochs .legend .ink-{gate}")
            assert (
                shown == f"{gate} "
                f"{page.locator(f'#gate-{gate}').get_attribute('aria-valuetext').split()[0]}"
            )
    # a place is an epoch
    page.locator(".epochs .titled ~ div svg").first.click(position={"x": 48, "y": 60})
    assert text(page, ".epochs-when") == "before training"
    assert page.locator(".epochs .line").count() == 5
    assert page.locator(".epochs .letter").count() == 4


@pytest.mark.long(6)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, address, scheme):
    page = visit(address=address, fragment=OPEN, color_scheme=scheme)
    predicted(page)
    page.locator(".epochs-slider").focus()
    page.keyboard.press("Home")
    assert pages.axe_of(page) == []


@pytest.mark.long(2)
def test_before_the_last_row_only_the_final_prediction_is_right_or_wrong(visit, address):
    page = visit(address=address, fragment="lang=en&e=1&t=2&ep=0&m=answer")
    assert text(page, "#answer-truth").startswith("The true label is 0: the final prediction is ")
    page.keyboard.press("End")
    assert text(page, "#answer-truth").startswith("The true label is 0: ")


@pytest.mark.long(3)
def test_it_plays_through_all_in_some_seven_seconds(visit, address, tmp_path):
    page = visit(address=address, fragment=OPEN)
    page.click(".epochs-play")
    assert text(page, ".epochs-when") == "before training"
    assert text(page, ".epochs-play") == "Pause"
    page.locator(".epochs-slider[aria-valuetext='after epoch 5 of 40']").wait_for()
    page.click(".epochs-play")
    assert text(page, ".epochs-play") == "Watch it learn"
    still = visit(address=address, fragment=OPEN, reduced_motion="reduce")
    assert still.locator(".epochs-play").is_hidden()
    twenty = tmp_path / "twenty.html"
    twenty.write_text(write_page(with_epochs(stops=range(19)), SERIES), "utf-8")
    page = visit(address=twenty.as_uri(), fragment=OPEN)
    began = time.monotonic()
    page.click(".epochs-play")
    page.locator(".epochs-play", has_text="Pause").wait_for()  # the next frame shows it
    page.locator(".epochs-play", has_text="Watch it learn").wait_for(timeout=15_000)
    assert 6 < time.monotonic() - began < 12
    assert text(page, ".epochs-when") == "after epoch 40 of 40"


@pytest.mark.long(2)
@pytest.mark.parametrize("kind", ["regression", "series", "large"])
def test_other_networks_have_lines_as_well(visit, tmp_path, kind):
    path = tmp_path / "page.html"
    path.write_text(write_page(with_epochs(kind), SERIES), "utf-8")
    page = visit(address=path.as_uri(), fragment=OPEN, viewport={"width": 390, "height": 844})
    page.wait_for_function("() => document.querySelectorAll('.epochs .letter').length === 4")
    assert "step" in text(page, ".epochs-gates")
    assert page.locator(".epochs .level").count() == (kind == "regression")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".epochs text").evaluate_all(
        "(all) => all.every((one) => one.textContent.indexOf('NaN') < 0)"
    )


@pytest.mark.long(1)
def test_without_kept_epochs_there_is_no_slider(visit):
    page = visit("digits", fragment="lang=en&ep=0")
    assert page.locator("#epochs").is_hidden()
    assert "training" not in text(page, "#cell-title")


def test_a_page_of_digits_with_all_epochs_stays_below_900_kb():
    payload = pages.payload(examples=20)
    assert len(write_page(payload, SERIES).encode()) + EPOCHS_BYTES < 900_000
