"""How the page's networks learn: gradients and Adam as in TensorFlow, and tasks solved or not."""

import re

import keras
import numpy as np
import pytest
import tensorflow as tf
from support import pages
from support.node import float64, run

import glasscell
from glasscell.data.problems.gates import GATE_OF, variance
from glasscell.explorer.one_unit import one_unit_networks
from glasscell.variants import Variant

GRADIENT = """
import { gradientOf } from "./network/learning.js";
answer(given.map(({ cell, T, ...arrays }) => {
  const [weights, x, y] = ["weights", "x", "y"].map((name) => Float64Array.from(arrays[name]));
  const { error, gradient } = gradientOf(cell, weights, x, y, T);
  return { error, gradient: out(gradient) };
}));
"""
TRAIN = """
import { Training, cellWithout } from "./network/training.js";
answer(given.map(([task, without, H, seed]) => {
  const training = new Training(task, cellWithout(without, H), seed);
  while (!training.isDone) training.update();
  return training.shares;
}));
"""
GATES = ("input_gate", "forget_gate", "output_gate")


def draw(rng):
    """Draw a cell, its weights, some series and targets."""
    D, H, B, T = (int(rng.integers(low, high)) for low, high in ((1, 5), (1, 5), (1, 4), (1, 9)))
    plain = bool(rng.random() < 0.25)
    has = (
        dict.fromkeys(GATES, False) if plain else {gate: bool(rng.random() < 0.6) for gate in GATES}
    )
    blocks = {"i": has["input_gate"], "f": has["forget_gate"], "z": True, "o": has["output_gate"]}
    names = {
        "input_activation": "tanh",
        "gate_activation": "sigmoid",
        "output_activation": "linear" if plain else "tanh",
    }
    used = np.repeat([*blocks.values()], H)
    kernel, recurrent, bias = (
        rng.normal(size=shape) * used for shape in ((D, 4 * H), (H, 4 * H), 4 * H)
    )
    return {
        **{
            "cell": {"D": D, "H": H, "variant": {**has, "coupled": plain, **names}},
            "T": T,
            "used": used,
        },
        **{"parts": [kernel, recurrent, bias, rng.normal(size=(H, 1)), rng.normal(size=1)]},
        **{"x": rng.normal(size=(B, T, D)), "y": rng.normal(size=(B, T))},
    }


def by_tensorflow(drawn):
    """Return the error and the gradients of all parts, by our own cell or by Keras's SimpleRNN."""
    cell, x, y = drawn["cell"], tf.constant(drawn["x"]), drawn["y"]
    parts = [tf.Variable(v) for v in drawn["parts"]]
    H = cell["H"]
    with tf.GradientTape() as tape:
        kernel, recurrent, bias, read_out, shift = parts
        if cell["variant"]["coupled"]:
            h = simple_rnn(x, *(v[..., 2 * H : 3 * H] for v in (kernel, recurrent, bias)))
        else:
            variant = Variant(*(cell["variant"][gate] for gate in GATES))
            h, _ = glasscell.lstm(
                x, kernel, recurrent, bias, variant, return_sequences=True, engine="loop"
            )
        error = tf.reduce_mean((tf.squeeze(h @ read_out, -1) + shift - y) ** 2)
    found = tape.gradient(error, parts)
    return float(error), [tf.convert_to_tensor(v).numpy() for v in found]


def simple_rnn(x, kernel, recurrent, bias):
    """Process x with Keras's cell: the tape follows the slices of the weights passed to it."""
    cell = keras.layers.SimpleRNNCell(kernel.shape[1], dtype="float64")
    cell.build(x.shape[::2])
    h, all_h = tf.zeros((x.shape[0], kernel.shape[1]), tf.float64), []
    for step in tf.unstack(x, axis=1):
        weights = list(zip(cell.trainable_variables, (kernel, recurrent, bias), strict=True))
        with keras.StatelessScope(state_mapping=weights):
            h, _ = cell(step, [h])
        all_h.append(h)
    return tf.stack(all_h, 1)


@pytest.mark.parametrize("count", [20, pytest.param(200, marks=pytest.mark.nightly)])
def test_gradients_are_tensorflows(count):
    rng = np.random.default_rng(count)
    networks = [draw(rng) for _ in range(count)]
    assert {one["cell"]["variant"]["coupled"] for one in networks} == {True, False}
    given = [
        {
            "cell": one["cell"],
            "T": one["T"],
            "x": one["x"].ravel().tolist(),
            "y": one["y"].ravel().tolist(),
        }
        | {"weights": np.concatenate([v.ravel() for v in one["parts"]]).tolist()}
        for one in networks
    ]
    for ours, one in zip(run(GRADIENT, given), networks, strict=True):
        error, truth = by_tensorflow(one)
        truth = np.concatenate([v.ravel() for v in truth])
        np.testing.assert_allclose(ours["error"], error, rtol=1e-9)
        np.testing.assert_allclose(
            float64(ours["gradient"]), truth, atol=1e-5 * np.abs(truth).max(), rtol=0
        )


def test_adam_is_kerass():
    rng = np.random.default_rng(2)
    start, gradients = (
        rng.normal(size=7),
        rng.normal(size=(30, 7)) * 10.0 ** rng.integers(-3, 2, (30, 1)),
    )
    rates = rng.uniform(0.01, 0.2, 30)
    script = """
        import { beginAdam, clipGradient, stepAdam } from "./network/learning.js";
        const state = beginAdam(Float64Array.from(given.start));
        given.gradients.forEach((gradient, n) => {
          stepAdam(state, clipGradient(Float64Array.from(gradient), 1), given.rates[n]);
        });
        answer(out(state.weights));
        """
    ours = float64(
        run(
            script,
            {"start": start.tolist(), "gradients": gradients.tolist(), "rates": rates.tolist()},
        )
    )
    variable, adam = keras.Variable(start, dtype="float64"), keras.optimizers.Adam(clipnorm=1.0)
    for gradient, rate in zip(gradients, rates, strict=True):
        adam.learning_rate = rate
        adam.apply([tf.constant(gradient)], [variable])
    np.testing.assert_allclose(ours, variable.numpy(), atol=3e-5)  # its means are float32


def test_series_are_the_tasks():
    script = """
        import { makeSeries, targetsOf } from "./network/gate-task.js";
        import { randomNumbers } from "./network/random.js";
        answer(given.map((task) => {
          const { x, y } = makeSeries(task, 4000, 20, randomNumbers(3));
          const again = Array.from({ length: 4000 }, (_, n) =>
            [...targetsOf(task, x.subarray(40 * n, 40 * n + 40))]);
          return { x: out(x), y: out(y), again: again.flat().every((v, n) => v === y[n]) };
        }));
        """
    for task, made in zip(GATE_OF, run(script, list(GATE_OF)), strict=True):
        x, y = float64(made["x"], 4000, 20, 2), float64(made["y"])
        assert made["again"]  # gate-task.js's targets are held to Python's in test_one_unit.py
        assert set(np.unique(x[..., 1])) == {0, 1}
        assert abs(x[..., 1].mean() - 0.2) < 0.01
        assert abs(x[..., 0].mean()) < 0.01
        assert -0.5 <= x[..., 0].min() < -0.499 < 0.499 < x[..., 0].max() < 0.5
        assert np.mean(y**2) == pytest.approx(variance(task, 20), rel=0.05)


@pytest.mark.parametrize(
    "seeds",
    [
        pytest.param(range(1), id="one seed"),
        pytest.param(range(10), marks=pytest.mark.nightly, id="ten"),
    ],
)
def test_erase_needs_its_forget_gate(seeds):
    """And nothing else, with one unit; solved is less than 2 % of the targets' variance."""
    full, without = (
        run(TRAIN, [["erase", lacks, 1, seed] for seed in seeds]) for lacks in ("", "f")
    )
    for solved, stuck in zip(full, without, strict=True):
        assert len(solved) == len(stuck) == 101
        assert solved[-1] < 0.01
        assert stuck[-1] > 0.2
        assert solved[0] > 0.2


@pytest.mark.nightly  # erase, above, stands for all three
@pytest.mark.long(20)
def test_without_their_own_gate_none_is_solved():
    arms = [(task, lacks) for task, gate in GATE_OF.items() for lacks in (gate, "ifo", "r")]
    given = [[*arm, 1, seed] for arm in arms for seed in (0, 2)]
    assert min(shares[-1] for shares in run(TRAIN, given)) > 0.2


@pytest.mark.nightly  # one unit, above, shows that gates are needed
@pytest.mark.long(5)
def test_two_units_find_a_way_around():
    assert (
        max(shares[-1] for shares in run(TRAIN, [["erase", "f", 2, seed] for seed in (0, 1)]))
        < 0.02
    )


def test_it_is_the_same_again_and_what_is_shared_begins_alike():
    script = """
        import { Training, cellWithout } from "./network/training.js";
        import { splitWeights } from "./network/learning.js";
        const begun = (without, seed) => {
          const training = new Training("write", cellWithout(without, 2), seed);
          const before = training.adam.weights.slice();
          for (let n = 0; n < 40; n++) training.update();
          return {
            kernel: [...splitWeights(before, training.cell).kernel], shares: training.shares };
        };
        answer([begun("", 1), begun("", 1), begun("", 2), begun("i", 1)]);
        """
    one, again, other, without = run(script)
    assert one == again
    assert one["shares"] != other["shares"]
    kernel, shared = np.reshape(one["kernel"], (2, 4, 2)), np.reshape(without["kernel"], (2, 4, 2))
    np.testing.assert_array_equal(shared[:, 1:], kernel[:, 1:])
    assert not shared[:, 0].any()
    assert kernel[:, 0].all()


def test_the_page_answers_as_what_was_trained():
    """All cells, a plain RNN and two units too: the page's errors are those of training."""
    script = """
        import { decode } from "./network/payload.js";
        import { run } from "./network/forward.js";
        import { answersOf, makeSeries } from "./network/gate-task.js";
        import { watch } from "./network/learning.js";
        import { Comparison, payloadOfTrained } from "./network/training.js";
        import { randomNumbers } from "./network/random.js";
        answer(given.choices.map((choice) => {
          const comparison = new Comparison(choice);
          for (let n = 0; n < 20; n++) comparison.own.update();
          const payload = payloadOfTrained(given.like[choice.task], comparison);
          const network = decode(payload);
          const { x, y } = makeSeries(choice.task, 3, 20, randomNumbers(9));
          const answersTo = (n) =>
            answersOf(network, run(network, x.subarray(40 * n, 40 * n + 40), 20));
          const answers = [0, 1, 2].flatMap((n) => [...answersTo(n)]);
          const error = answers.reduce((sum, v, n) => sum + (v - y[n]) ** 2, 0) / y.length;
          const h = run(network, x.subarray(0, 40), 20).layers[0].directions[0];
          const isPlain = h.c.every((v, n) => v === h.z[n] && v === h.h[n]);
          return { error, truth: watch(comparison.own.network, x, y, 20).error, isPlain,
            trained: payload.trained };
        }));
        """
    like = {one["name"]: one for one in one_unit_networks()}
    choices = [
        {"task": task, "lacks": lacks, "H": H, "seed": 5}
        for task, lacks, H in [
            ("write", "", 1),
            ("erase", "f", 1),
            ("show", "io", 2),
            ("write", "ifo", 1),
            ("erase", "r", 2),
        ]
    ]
    for choice, found in zip(choices, run(script, {"choices": choices, "like": like}), strict=True):
        np.testing.assert_allclose(found["error"], found["truth"], rtol=1e-5)
        assert found["isPlain"] == (choice["lacks"] == "r")
        assert found["trained"]["choice"] == choice
        assert (found["trained"]["shares"]["full"] is None) == (choice["lacks"] == "")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_is_said_is_what_the_numbers_say(language):
    script = """
        import { speak } from "./words/language.js";
        import { outcomeInWords } from "series/views/trainer.js";
        speak(given.language, "series");
        answer(given.cases.map(([task, lacks, H, own, full, isDone]) => outcomeInWords({
          choice: { task, lacks, H, seed: 1 }, shares: { own, full }, updates: 700, isDone,
        })));
        """
    low, high = 0.001, 0.32
    cases = {
        ("erase", "", 1, low, None): "With all gates the error falls to 0.1 %: solved.",
        ("erase", "", 1, high, None): "stays at 32 % this time: not solved",
        (
            "erase",
            "f",
            1,
            high,
            low,
        ): "Without f the error stays at 32 %; with all gates it falls to 0.1 %. Its f is always 1",
        (
            "write",
            "if",
            2,
            high,
            low,
        ): "Without i, f the error stays at 32 %; with all gates it falls to 0.1 %. Its i is",
        ("show", "o", 1, high, low): "Its o is always 1",
        ("show", "i", 1, high, low): "Whether this is for want of a gate, other seeds can tell.",
        (
            "erase",
            "r",
            1,
            high,
            low,
        ): "For a plain RNN the error stays at 32 %; with all gates it falls to 0.1 %. It has no",
        (
            "erase",
            "r",
            2,
            low,
            low,
        ): "For a plain RNN the error falls to 0.1 %, with all gates to 0.1 %: both solve the "
        "task.",
        (
            "erase",
            "f",
            2,
            low,
            low,
        ): "both solve the task. With more than one unit there is a way around a missing gate.",
        ("erase", "f", 1, low, low): "both solve the task.",
        ("erase", "io", 1, low, low): "both solve the task. This task can be solved without i, o.",
        (
            "write",
            "f",
            1,
            low,
            high,
        ): "Without f the error falls to 0.1 %; with all gates it stays at 32 % this time.",
        (
            "write",
            "f",
            1,
            high,
            high,
        ): "with all gates at 32 %: neither solves the task with this seed.",
    }
    given = [[*case, True] for case in cases] + [
        ["erase", "f", 1, high, low, False],
        ["erase", "", 1, high, None, False],
    ]
    said = run(script, {"language": language, "cases": given})
    said = [one.replace("\xa0", " ") for one in said]
    stopped = "Without f the error is 32 % after 700 of 2000 updates; with all gates it is 0.1 %."
    expected = [
        *cases.values(),
        stopped,
        "With all gates the error is 32 % after 700 of 2000 updates.",
    ]
    for (_, lacks, _, own, full, _), sentence, part in zip(given, said, expected, strict=True):
        assert not re.search(r"\{\w+\}|learning\.|undefined|NaN|null", sentence), sentence
        if language == "en":
            assert part in sentence
            assert sentence.startswith("Without f the error") == (lacks == "f")
            mentions = "all gates" in sentence if lacks else "Without" not in sentence
            assert mentions, sentence
        assert ("32" in sentence) == (high in (own, full))
    assert all(sentence.endswith("." if language == "en" else "。") for sentence in said)


def open_erase(visit, tmp_path, fragment="lang=en&n=erase&m=train", **options):
    address = pages.write(tmp_path, "digits", also=one_unit_networks())
    page = visit(address=address, fragment=fragment, reduced_motion="reduce", **options)
    page.wait_for_selector("#more-train:not([hidden])")
    return page


def trained(page):
    """Press the button and wait until the training is done; return what is then said."""
    page.click("#learn-train")
    page.locator("#learn-inside.primary").wait_for(timeout=60_000)
    return page.locator("#learn-words").inner_text()


@pytest.mark.long(12)
def test_erase_is_trained_in_the_page_without_its_forget_gate_and_with_it(visit, tmp_path):
    page = open_erase(visit, tmp_path)
    assert not page.is_checked("#learn-f")
    assert page.is_disabled("#learn-inside")
    found = re.match(
        r"Without f the error stays at (\d+)\s%; with all gates it falls to (0\.\d)\s%\.",
        trained(page),
    )
    assert float(found[1]) > 20 > 1 > float(found[2])
    assert page.locator("#learn-chart path.line").count() == 2
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs axe-playwright-python"
    )
    broken = axe.Axe().run(page, context="#more-train").response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in broken] == []
    page.click("#learn-inside")
    page.locator("#title", has_text="1 unit, trained here: erase, without f").wait_for()
    assert page.evaluate("document.activeElement.value") == "trained"
    assert "none" in page.locator("#six-f .six-head").inner_text()
    assert page.locator(".box.is-absent").count() == 1
    assert page.locator("#cell-diagram [role=slider]").count() == 3  # what is absent cannot be held
    assert "f" not in page.locator("#numbers th[scope]").all_inner_texts()
    assert page.locator("#tour-start, #copy-link").evaluate_all(
        "all => all.every((one) => !one.checkVisibility())"
    )
    off = float(
        re.search(r"Its mean absolute error is (\d\.\d+)", page.locator("#six-words").inner_text())[
            1
        ]
    )
    page.click("#open-train")
    page.check("#learn-f")  # back in the form, which is the same beside this network
    assert page.locator("#learn-words").inner_text() == ""
    assert re.match(r"With all gates the error falls to 0\.\d\s%: solved\.", trained(page))
    assert page.locator("#learn-chart path.line").count() == 1
    page.click("#learn-inside")
    assert page.locator("#title").inner_text() == "1 unit, trained here: erase, all gates"
    assert page.locator("input[name=network]").count() == 5  # in the place of the one before
    assert (
        float(
            re.search(
                r"Its mean absolute error is (\d\.\d+)", page.locator("#six-words").inner_text()
            )[1]
        )
        < off / 5
    )
    page.click("label:has(input[name=network][value=own])")
    page.locator("#title", has_text="A page").wait_for()
    assert page.locator("#more-train").is_hidden()
    page.click("#open-train")
    page.locator(
        "#learn-train"
    ).wait_for()  # the one training of the page, whatever network is shown
    page.click("label:has(input[name=network][value=trained])")
    assert page.locator("#title").inner_text() == "1 unit, trained here: erase, all gates"


@pytest.mark.nightly  # the one before trains in the page
@pytest.mark.long(8)
def test_training_is_stopped_continued_and_done_by_keyboard(visit, tmp_path):
    page = open_erase(visit, tmp_path, "lang=en&n=show&m=train")
    assert page.is_checked("#learn-i")
    assert not page.is_checked("#learn-o")  # the gate that its task needs
    page.locator("input[name=units]:checked").focus()
    page.keyboard.press("ArrowRight")
    page.locator("input[name=cell]:checked").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#learn-i:disabled, #learn-f:disabled, #learn-o:disabled").count() == 3
    page.focus("#learn-train")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('#learn-chart path.line').length === 2")
    assert page.locator("#learn-words").inner_text() == ""  # nothing is said at every frame
    page.keyboard.press("Enter")
    said = re.match(
        r"For a plain RNN the error is .* after (\d+) of 2000 updates",
        page.locator("#learn-words").inner_text(),
    )
    assert 0 < int(said[1]) < 2000
    assert page.evaluate("document.activeElement.innerText") == "Continue"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#title").inner_text() == "2 units, trained here: show, plain RNN"
    page.locator("#numbers-title").press("Enter")
    assert page.locator("#numbers th[scope]").all_inner_texts() == ["z₀", "z₁"]
    page.fill("#unit", "1")
    page.keyboard.press("Enter")
    page.locator("#cell-title", has_text="unit 1").wait_for()
    page.locator("#open-train").press("Enter")
    page.locator("#more-train").wait_for()
    page.focus("#learn-train")
    page.keyboard.press("Enter")
    page.locator("#learn-inside.primary").wait_for(timeout=60_000)
    assert "seed 0" in page.locator("#learn-progress").inner_text()
    page.keyboard.press("Enter")  # again, with another seed
    assert "seed 1" in page.locator("#learn-progress").inner_text()


@pytest.mark.nightly  # the training of erase, above, is looked at with axe, too
@pytest.mark.long(3)
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.nightly)])
def test_axe_finds_nothing_in_the_training(visit, tmp_path, scheme):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs axe-playwright-python"
    )
    page = open_erase(visit, tmp_path, color_scheme=scheme)
    trained(page)
    found = axe.Axe().run(page, context="#more-train").response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []


@pytest.mark.nightly  # it prints what nobody reads in CI
@pytest.mark.long(6)
def test_frames_stay_short_while_training(visit, tmp_path, capsys):
    """Print it; a shared machine is no place to judge by the clock."""
    page = open_erase(
        visit, tmp_path, "lang=ja&n=erase&m=train", viewport={"width": 390, "height": 844}
    )
    page.evaluate("""() => {
      window.times = [];
      let before = performance.now();
      const tick = (now) => {
        times.push(now - before);
        before = now;
        requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
    }""")
    trained(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not re.search(r"NaN|undefined|\{\w+\}|learning\.\w", page.inner_text("body"))
    times = page.evaluate("times.slice(5)")
    with capsys.disabled():
        print(
            f"\ntraining: a frame every {np.median(times):.1f} ms (median of {len(times)}), "
            f"worst {max(times):.0f}"
        )
