"""Holding a gate by its box in the diagram, and what the chips below it say and do."""

import base64
import csv
import re

import numpy as np
import pytest
from support import pages, random_networks
from support.node import run
from support.pages import shown, text


def box_of(page, gate):
    """Bring the diagram into view; return where a gate's box is on the screen."""
    page.locator("#cell-diagram").evaluate("element => element.scrollIntoView({block: 'center'})")
    return page.locator(f"#gate-{gate} .box").bounding_box()


def drag(page, gate, *, to):
    """Drag from the middle of a gate's box to a fraction of its height; return the gate's value."""
    box = box_of(page, gate)
    x = box["x"] + box["width"] / 2
    page.mouse.move(x, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(x, box["y"] + box["height"] * (1 - to), steps=6)
    page.mouse.up()
    shown(page)
    return float(page.get_attribute(f"#gate-{gate}", "aria-valuenow"))


def held_in(page):
    """Return the clamps that the page's address tells of, once it has been written."""
    page.wait_for_timeout(600)
    found = re.search(r"hold=([^&]*)", page.evaluate("location.hash"))
    return found[1].split("~") if found else []


def decode(encoded):
    return (
        np.frombuffer(base64.b64decode(encoded["float32"]), "<f4")
        .reshape(encoded["shape"])
        .astype(float)
    )


def states_of(payload, clamps):
    """Process a page's first example in NumPy; return z i f o c h (T, H) by layer and direction."""
    x, scaling = decode(payload["examples"][0]["x"]), payload["network"]["scaling"]
    if scaling:
        x = (x - scaling["mean"]) / scaling["deviation"]
    found = []
    for n, layer in enumerate(payload["network"]["layers"]):
        states = []
        for d, one in enumerate(layer["directions"]):
            weights = {name: decode(one[name]) for name in ("kernel", "recurrent_kernel", "bias")}
            mine = [clamp for clamp in clamps if (clamp["layer"], clamp["direction"]) == (n, d)]
            states.append(
                random_networks.held(x, np.ones(len(x), bool), "V", one["backwards"], weights, mine)
            )
        found += states
        x = np.concatenate([one["h"] for one in states], axis=1)
    return found


def answer_of(payload, clamps):
    """Return the probabilities of a page's unidirectional network for its first example."""
    read_out = payload["network"]["read_out"]
    y = states_of(payload, clamps)[-1]["h"][-1] @ decode(read_out["kernel"]) + decode(
        read_out["bias"]
    )
    return np.exp(y - y.max()) / np.exp(y - y.max()).sum()


def saved(page, button, folder):
    """Save numbers from the page's menu; return the rows."""
    page.click("#share summary")
    with page.expect_download() as found:
        page.click(button)
    path = folder / "saved.csv"
    found.value.save_as(path)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def check_numbers(page, payload, clamps, folder):
    """Compare all gates at all steps saved by the page with NumPy, in float64, to nine digits."""
    ours = np.array([row[3:] for row in saved(page, "#save-gates", folder)], float)
    truth = np.concatenate(
        [np.stack([one[k].ravel() for k in "zifoch"], 1) for one in states_of(payload, clamps)]
    )
    np.testing.assert_allclose(ours, truth, rtol=0, atol=1e-7)


def clamp(gate, value, units=None, start=0, layer=0, direction=0):
    return {
        **{"gate": gate, "value": value, "units": units, "from": start, "to": 10**6},
        **{"layer": layer, "direction": direction},
    }


@pytest.mark.long(4)
def test_a_box_is_dragged(visit, tmp_path):
    payload = pages.payload()
    page = visit(fragment="lang=en&unit=11&t=5&m=answer", accept_downloads=True)
    answer = text(page, "#answer-words")
    assert text(page, "#holding") == ""
    page.click("#reading .why summary")
    assert "Drag a box to hold it (in commands and Python: clamp)" in text(
        page, "#reading .why .hint"
    )
    page.click("#reading .why summary")
    page.click("#equations summary")
    box = box_of(page, "f")
    # a click focuses, and no more
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + 0.8 * box["height"])
    shown(page)
    assert page.evaluate("document.activeElement.id") == "gate-f"
    assert page.locator(".chip").count() == 0
    free = states_of(payload, [])[0]["f"][4, 11]
    assert page.get_attribute("#gate-f", "aria-valuenow") == f"{free:.2f}"
    assert drag(page, "f", to=-0.3) == 0  # beyond the end of the box
    assert page.locator(".box.is-held").count() == 1
    assert page.locator("#gate-f .held").all_text_contents() == ["held", f"free {free:.2f}"]
    assert page.get_attribute("#gate-f", "aria-valuetext") == f"0.00, held; {free:.2f} without it"
    assert text(page, "#formula [data-of=f]").split("\n")[1:] == [
        "held by you",
        f"{free:.2f} without it",
        "= 0.00",
    ]
    low, high = (
        float(page.locator(f"#gate-f .box-{one}").get_attribute("y1")) for one in ("level", "ghost")
    )
    assert (low - high) / 76 == pytest.approx(free, abs=0.002)  # of the scale, which is 76 high
    value = drag(page, "f", to=0.3)
    assert 0.2 < value < 0.35
    assert text(page, ".chip").split() == [
        "f",
        "=",
        f"{value:.2f}",
        "unit",
        "11",
        "all",
        "units",
        "from",
        "row",
    ]
    assert re.match(
        r"Its memory ends at \S+ instead of \S+; the network", text(page, "#consequence")
    )
    assert page.locator(".bar-ghost").first.get_attribute("visibility") == "visible"
    check_numbers(page, payload, [clamp("f", value, [11])], tmp_path)
    minus = drag(page, "z", to=0.2)
    assert -0.8 < minus < -0.5
    both = [clamp("f", value, [11]), clamp("z", minus, [11])]
    check_numbers(page, payload, both, tmp_path)
    last = saved(page, "#save-answers", tmp_path)[-1]
    np.testing.assert_allclose(
        np.array(last[2:], float), answer_of(payload, both), rtol=0, atol=1e-7
    )
    for gate, left in (("f", 1), ("z", 0)):
        page.locator(f"#gate-{gate}").dblclick()
        # what is below moves
        page.wait_for_function("n => document.querySelectorAll('.chip').length === n", arg=left)
    assert text(page, "#answer-words") == answer


@pytest.mark.long(3)
def test_the_handle_of_the_event_holds_the_gate_and_says_what_changed(visit):
    """The memory at the end, and the prediction, with the gate held and without."""
    payload = pages.payload()
    page = visit(fragment="lang=en&e=1&unit=42")
    t, unit, lost = map(
        int,
        re.match(r"At row (\d), unit (\d+) throws away (\d+)\s%", text(page, "#event")).groups(),
    )
    held = [clamp("f", 1.0, [unit], t - 1)]
    assert lost == round(100 * (1 - states_of(payload, [])[0]["f"][t - 1, unit]))
    handle = page.locator("#hold-event")
    assert text(page, "#consequence") == "What if it could not?"
    assert handle.get_attribute("aria-pressed") == "false"
    handle.click()
    said = text(page, "#consequence")
    assert handle.get_attribute("aria-pressed") == "true"
    assert text(page, "#event") == f"Held open from row {t} on, unit {unit} throws nothing away."
    assert text(page, "#transport .place") == f"row {t} of 8"
    memories = re.match(r"Its memory ends at (\S+) instead of (\S+); the network ", said).groups()
    ends = [states_of(payload, clamps)[0]["c"][-1, unit] for clamps in (held, [])]
    assert [float(v.replace("−", "-")) for v in memories] == pytest.approx(ends, abs=0.00501)
    before, after = (answer_of(payload, clamps).argmax() for clamps in ([], held))
    assert (f"still predicts {before}" if before == after else f"predicts {after} ") in said
    assert re.match(rf"f = 1\.00\s+unit {unit}\s+all units\s+from row", text(page, ".chip"))
    page.fill(".chip input[type=number]", "2")
    page.keyboard.press("Enter")
    assert text(page, "#event") == f"Held open from row 2 on, unit {unit} throws nothing away."
    handle.click()
    assert text(page, "#consequence") == "What if it could not?"
    assert handle.get_attribute("aria-pressed") == "false"
    assert page.locator(".chip").count() == 0
    pages.hold(page, "o")  # not what the handle holds
    assert re.match(r"(With o held at 0\.00 in unit|Its memory ends)", text(page, "#consequence"))
    assert handle.get_attribute("aria-pressed") == "false"


@pytest.mark.nightly  # keys hold boxes in test_in_browser.py and test_one_unit.py
@pytest.mark.long(5)
def test_a_box_by_keys_and_its_chip(visit, tmp_path):
    payload = pages.payload(**pages.KINDS["series"])
    page = visit("series", "lang=en&l=2&d=2&unit=4&t=9", accept_downloads=True)
    slider = page.locator("#gate-z")
    assert slider.get_attribute("aria-label") == "block input z of unit 4"
    for keys, value in [
        ("Home", "-1.00"),
        ("PageUp", "-0.90"),
        ("PageUp ArrowUp ArrowRight ArrowLeft", "-0.79"),
        ("End PageUp", "1.00"),
        ("PageDown ArrowDown", "0.89"),
    ]:
        pages.hold(page, "z", *keys.split())
        shown(page)
        assert slider.get_attribute("aria-valuenow") == value
    place = {"layer": 1, "direction": 1}
    assert text(page, ".chip").startswith("z = 0.89 · layer 2, reads backwards")
    check_numbers(page, payload, [clamp("z", 0.89, [4], **place)], tmp_path)
    page.check(".chip input[type=checkbox]")
    check_numbers(page, payload, [clamp("z", 0.89, None, **place)], tmp_path)
    page.fill(".chip input[type=number]", "12")
    page.keyboard.press("Enter")
    assert "in all units of layer 2 (reads backwards) from step 12 on, the network" in text(
        page, "#consequence"
    )
    assert page.evaluate("document.activeElement.type") == "number"  # the chip is still the same
    check_numbers(page, payload, [clamp("z", 0.89, None, 11, **place)], tmp_path)
    assert page.locator(".box.is-held").count() == 0  # at step 9
    pages.hold(page, "z", "End")  # from here on, in all units still
    assert held_in(page) == ["z_1_2_2_all_9"]
    page.uncheck(".chip input[type=checkbox]")
    pages.hold(page, "o", "Home")
    assert held_in(page) == ["z_1_2_2_4_9", "o_0_2_2_4_1"]
    for key in ("Delete", "Backspace", "Escape"):
        pages.hold(page, "o", "End", key)
        assert text(page, ".chip").startswith("z = 1.00")
        assert page.locator(".chip").count() == 1
    pages.hold(page, "o", "Home")
    shown(page)
    page.locator(".chip-away").last.click()
    assert page.evaluate("document.activeElement.ariaLabel").startswith(
        "release: z held at 1.00 in unit 4 of layer 2"
    )
    page.keyboard.press("Enter")
    shown(page)
    assert page.evaluate("document.activeElement.id") == "gate-z"
    assert page.locator("#release-all").is_hidden()


@pytest.mark.nightly  # a box that is dragged, above, has its chip
@pytest.mark.long(5)
def test_chips_show_what_is_held_wherever_it_comes_from(visit):
    page = visit(fragment="lang=en&unit=6&hold=f_0.25_1_1_6_3~i_1_1_1_all_1")
    before = [text(page, ".chips"), text(page, "#consequence")]
    assert before[1].startswith(
        "With f held at 0.25 in unit 6 from row 3 on and i held at 1.00 in all units from row 1 "
        "on, "
    )
    assert before[0].split("\n")[0] == "f = 0.25"
    in_all = page.locator(".chip input[type=checkbox]")
    assert in_all.evaluate_all("all => all.map((one) => one.checked)") == [False, True]
    assert page.locator(".chip input[type=number]").evaluate_all(
        "all => all.map((one) => one.value)"
    ) == ["3", "1"]
    page.click("#tour-start")
    page.locator("#tour-count", has_text="1 of 7").wait_for()
    shown(page)
    assert page.locator(".chip").count() == 0
    for _ in range(4):
        page.click("#tour-next")
    page.click("#tour-answers button")
    gate, is_held, value = text(page, ".chip").split("\n")[0].split()
    assert (is_held, value) == ("=", "1.00")
    assert in_all.is_checked()
    assert page.get_attribute(f"#gate-{gate}", "aria-valuenow") == "1.00"
    pages.hold(page, gate, "Home")  # the box moves what the tour holds
    assert text(page, ".chip").split("\n")[0] == f"{gate} = 0.00"
    page.click("#tour-close")
    page.wait_for_selector("#tour", state="hidden")
    assert [text(page, ".chips"), text(page, "#consequence")] == before
    page.click("#clear")
    page.click("#undo")
    assert text(page, ".chips") == before[0]
    page.evaluate("location.hash = 'lang=en&unit=6&hold=o_0.5_1_1_8_2'")
    assert re.match(r"o = 0.50\s+unit 8", text(page, ".chip"))
    assert page.locator(".box.is-held").count() == 0  # it is of another unit
    page.fill("#unit", "8")
    page.keyboard.press("Enter")
    shown(page)
    assert page.locator(".box.is-held").count() == 1
    pages.hold(page, "f")
    page.click("#release-all")
    assert text(page, "#holding") == ""
    assert text(page, "#consequence") == "What if it could not?"


@pytest.mark.long(2)
def test_a_finger_drags_the_box_and_not_the_page(visit):
    page = visit(
        fragment="lang=en&unit=6&t=3", has_touch=True, viewport={"width": 390, "height": 844}
    )
    box = box_of(page, "o")
    shown(page)
    top = page.locator("#gate-o .box").bounding_box()["y"]
    device = page.context.new_cdp_session(page)
    x, y, height = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["height"]

    def touch(kind, *points):
        device.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": at} for at in points]},
        )

    touch("touchStart", y)
    for k in range(1, 9):
        touch("touchMove", y + k * height / 8)
    touch("touchEnd")
    shown(page)
    assert page.get_attribute("#gate-o", "aria-valuenow") == "0.00"
    assert page.locator(".chip").count() == 1
    assert page.locator("#gate-o .box").bounding_box()["y"] == pytest.approx(top, abs=1)


@pytest.mark.long(2)
def test_an_equation_and_its_part_of_the_diagram_are_lit_together(visit):
    page = visit()
    page.click("#equations summary")
    lit = """() => [...document.querySelectorAll('#reading [data-of]')].filter((one) => {
      const part = one.querySelector('.casing, .box') ?? one;
      const { visibility, stroke, outlineStyle } = getComputedStyle(part);
      if (part.matches('.casing')) return visibility === 'visible';
      return part.matches('.box')
        ? stroke === getComputedStyle(document.body).color : outlineStyle !== 'none';
    }).map((one) => one.dataset.of + one.tagName)"""

    def parts():
        shown(page)
        return page.evaluate(lit)

    page.locator("#formula [data-of=i]").hover()
    # the wires to and from the box, the box, the equation
    assert parts() == ["ig", "ig", "ig", "iDIV"]
    page.locator("#gate-o .box").hover()
    assert parts()[-1] == "oDIV"
    page.mouse.move(5, 5)
    assert parts() == []
    page.locator("#formula [data-of=z]").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert parts()[-1] == "fDIV"
    page.locator("#gate-z").focus()
    page.keyboard.press("End")  # the box is drawn again, and stays lit
    assert set(parts()) == {"zg", "zDIV"}
    page.locator("#unit").focus()
    assert parts() == []


CHANGE = """
import { changeClamp, heldBy, holdGate, releaseGate } from "./network/clamps.js";
answer(given.map(({ clamps, place, other, patch }) => {
  const held = holdGate(clamps, place, 0.5);
  const at = (list, where) => heldBy(list, where)?.value ?? null;
  const changed = clamps.length > 0 ? changeClamp(clamps, clamps[0], patch) : [];
  return {
    before: [at(clamps, place), at(clamps, other)], after: [at(held, place), at(held, other)],
    more: held.length - clamps.length, fewer: clamps.length - releaseGate(held, place).length,
    changed,
  };
}));
"""


def test_what_a_box_does_to_the_clamps():
    """For any clamps and place: it is held, unrelated ones stay, and a release removes one."""
    rng = np.random.default_rng(3)

    def draw():
        units = None if rng.random() < 0.3 else [int(rng.integers(3))]
        return clamp(
            "zf"[rng.integers(2)], round(float(rng.random()), 3), units, int(rng.integers(6))
        )

    def place(gate):
        return {
            "gate": gate,
            "layer": 0,
            "direction": 0,
            "unit": int(rng.integers(3)),
            "t": int(rng.integers(6)),
        }

    def clamps(n):
        return list({str((c["gate"], c["units"])): c for c in (draw() for _ in range(n))}.values())

    given = [
        {"clamps": clamps(n % 5), "place": place("f"), "other": place("z"), "patch": {"units": [1]}}
        for n in range(300)
    ]
    for one, found in zip(given, run(CHANGE, given), strict=True):
        mine = [
            c
            for c in one["clamps"]
            if c["gate"] == "f" and c["units"] in (None, [one["place"]["unit"]])
        ]
        active = [c["value"] for c in mine if c["from"] <= one["place"]["t"]]
        assert found["before"][0] == (active[-1] if active else None)
        assert found["after"] == [0.5, found["before"][1]]
        assert found["fewer"] == (1 if mine else 0)
        assert found["more"] == (0 if mine else 1)
        if one["clamps"]:
            changed = (one["clamps"][0]["gate"], [1])
            assert [(c["gate"], c["units"]) for c in found["changed"]].count(changed) == 1
