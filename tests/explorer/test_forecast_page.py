"""The page for forecasts in a browser: points moved by mouse or keys, the fan as in Python."""

import re

import numpy as np
import pytest
from support import forecast_pages
from support.node import TASKS
from support.pages import axe_of, choose_in_menu, hold, shown, text

from glasscell.explorer.bundle import Assembly, write_page
from glasscell.inspection.clamps import clamp
from glasscell.tasks.forecasting.baselines.naive import Baseline
from glasscell.tasks.forecasting.explanation import remove_each
from glasscell.tasks.forecasting.model.forecaster import Forecaster
from glasscell.tasks.forecasting.model.network import members_of, quantiles_of

# of the largest distance from the baseline: float32 in Python, as in test_forecast_reading.py
TOLERANCE = 2e-5


@pytest.fixture(scope="module")
def forecaster():
    panel = forecast_pages.draw_panel(3, steps=(80, 45), covariates=True)
    about = {
        "season": 12,
        "baseline": Baseline(season=12, steps=3),
        "context": 14,
        "members": 2,
        "continues": True,
    }
    return panel, *forecast_pages.draw(panel, 5, **about)


@pytest.fixture
def open_forecast(visit, tmp_path, forecaster):
    def open_page(
        other=None,
        *,
        trained=None,
        reason=None,
        weightless=False,
        plays=False,
        scores=None,
        **options,
    ):
        panel, network, framing = other or forecaster
        path = tmp_path / "forecast.html"
        about = {"trained": trained, "reason": reason, "weightless": weightless}
        payload = forecast_pages.payload(network, framing, panel, **about, **scores or {})
        path.write_text(write_page(payload, of=Assembly(TASKS / "forecasting" / "web")), "utf-8")
        page = visit(
            address=path.as_uri(),
            fragment="",
            reduced_motion=None if plays else "reduce",
            **options,
        )
        if not plays:
            # without scrolling there
            page.locator("#open-numbers").evaluate("button => button.click()")
        shown(page)
        return page, payload

    return open_page


def table(page):
    """Give the numbers of the forecast: quantiles, the baseline and what came."""
    shown(page)
    rows = page.locator("#fan-table tbody tr").evaluate_all(
        "rows => rows.map((row) => [...row.querySelectorAll('td')].map((cell) => "
        "cell.dataset.value))"
    )
    return np.array(
        [[float("nan") if v in (None, "NaN") else float(v) for v in row] for row in rows]
    )


def shown_legend(page):
    shown(page)
    return page.locator("#fan-legend li:visible").all_inner_texts()


def handle(page):
    """Give the step whose point is chosen, and its value."""
    shown(page)
    found = page.locator("#fan-handle").evaluate("one => [one.dataset.at, one.dataset.value]")
    return int(found[0]), float(found[1])


def place(page):
    page.evaluate("scrollTo(0, 0)")  # a section that was unfolded has been scrolled to
    area = page.locator("#fan-handle").bounding_box()
    return area["x"] + area["width"] / 2, area["y"] + area["height"] / 2


def assert_forecast(page, payload, forecaster, n, origin, changed):
    panel, network, framing = forecaster
    first = payload["series"][n]["first"]
    other = forecast_pages.with_values(panel, n, {first + t: v for t, v in changed.items()})
    fan, base = forecast_pages.expected(network, framing, other)[n, first + origin]
    found = table(page)
    np.testing.assert_allclose(found[:, -2], base, rtol=1e-12)
    np.testing.assert_allclose(
        found[:, :-2], fan, rtol=0, atol=TOLERANCE * np.abs(fan - base[:, None]).max()
    )
    return found


@pytest.mark.long(15)
def test_a_point_is_dragged_and_the_fan_follows(open_forecast, forecaster):
    page, payload = open_forecast()
    last = payload["series"][0]["origins"][1]
    untouched = assert_forecast(page, payload, forecaster, 0, last, {})
    assert handle(page)[0] == last
    x, y = place(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 30)
    # while it is dragged
    dragged = assert_forecast(page, payload, forecaster, 0, last, {last: handle(page)[1]})
    page.mouse.move(x, y + 90, steps=3)
    page.mouse.up()
    at, value = handle(page)
    assert at == last
    again = assert_forecast(page, payload, forecaster, 0, last, {last: value})
    assert np.abs(dragged - untouched)[:, :-2].min() > 1e-3
    assert np.abs(again - dragged)[:, :-2].min() > 1e-3
    assert re.fullmatch(
        r"Your change moves 20\d\d-\d\d most, by [+−].*", text(page, "#consequence")
    )
    page.click("#undo")
    np.testing.assert_array_equal(table(page), untouched)
    assert page.locator("#undo").is_disabled()
    assert page.locator("#clear").is_disabled()


@pytest.mark.long(15)
def test_keys_move_points_make_gaps_and_take_back(open_forecast, forecaster):
    page, payload = open_forecast()
    page.select_option("#series-choice", "1")
    last = payload["series"][1]["origins"][1]
    untouched = assert_forecast(page, payload, forecaster, 1, last, {})
    page.locator("#fan").focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("ArrowDown")
    at, value = handle(page)
    assert at == last - 3
    changed = {at: value}
    assert_forecast(page, payload, forecaster, 1, last, changed)
    page.keyboard.press("PageUp")
    page.keyboard.press("Delete")  # a season before
    assert handle(page)[0] == last - 15
    changed[last - 15] = np.nan
    assert_forecast(page, payload, forecaster, 1, last, changed)
    assert "missing" in page.locator("#fan").get_attribute("aria-valuetext")
    page.keyboard.press("ArrowUp")  # a gap begins in the middle
    changed[last - 15] = handle(page)[1]
    assert np.isfinite(changed[last - 15])
    page.keyboard.press("End")
    page.keyboard.press("Backspace")
    changed[last] = np.nan
    assert_forecast(page, payload, forecaster, 1, last, changed)
    page.keyboard.press("Escape")
    del changed[last]
    assert_forecast(page, payload, forecaster, 1, last, changed)
    page.click("#clear")
    np.testing.assert_array_equal(table(page), untouched)
    page.keyboard.press("Control+z")
    assert_forecast(page, payload, forecaster, 1, last, changed)


@pytest.mark.long(12)
def test_a_series_of_gaps_is_no_trouble(open_forecast, forecaster):
    page, payload = open_forecast()
    assert payload["series"][1]["first"] == 0  # of one that is cut, what came before would do
    origin, last = 20, payload["series"][1]["origins"][1]
    page.select_option("#series-choice", "1")
    page.locator("#fan").focus()
    for _ in range(last + 1):
        page.keyboard.press("Delete")
        page.keyboard.press("ArrowLeft")
    assert np.isnan(table(page)[:, :-1]).all()
    assert text(page, "#event") == "There is no value to forecast from."
    x, y = place(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 40, steps=2)
    page.mouse.up()
    at, value = handle(page)
    assert at == 0
    assert np.isfinite(value)
    assert np.isfinite(table(page)[:, :-1]).all()
    page.locator("#origin").fill(str(origin))
    assert np.isfinite(table(page)[:, :-1]).all()


@pytest.mark.long(12)
def test_what_came_is_shown_where_it_is_known(open_forecast, forecaster):
    page, payload = open_forecast(trained=10)
    one = payload["series"][0]
    origin = one["trained"]  # it opens where the run's own values end
    assert text(page, "#origin-time") == one["times"][origin]
    found = assert_forecast(page, payload, forecaster, 0, origin, {})
    came = [np.nan if v is None else v for v in one["values"][origin + 1 : origin + 1 + len(found)]]
    np.testing.assert_array_equal(found[:, -1], came)
    inside = sum(
        low <= v <= high
        for low, high, v in zip(found[:, 0], found[:, 4], came, strict=True)
        if v == v
    )
    found = text(page, "#consequence")
    known = sum(v == v for v in came)
    assert (
        f"{inside} of {known} later observations are in the 90% interval. None of them was in"
        in found
    )
    page.locator("#origin").focus()
    page.keyboard.press("ArrowLeft")
    assert_forecast(page, payload, forecaster, 0, origin - 1, {})
    assert "Some of them were in the training data." in text(page, "#consequence")
    page.keyboard.press("End")
    assert re.fullmatch(
        r"90% interval for \d{4}-\d\d: [\d.]+ to [\d.]+\.", text(page, "#consequence")
    )


@pytest.mark.long(12)
def test_a_gate_that_is_held_changes_the_fan(open_forecast, forecaster):
    page, payload = open_forecast()
    panel, network, framing = forecaster
    before = table(page)
    page.select_option("#member", index=1)  # by "1" it would be the first, which is called so
    np.testing.assert_array_equal(table(page), before)
    hold(page, "o")
    after = table(page)
    one, unit = payload["series"][0], int(page.input_value("#unit"))
    with clamp(network, "o", 0.0, units=unit, layer=members_of(network)[1].lstms[0].name):
        fan, base = forecast_pages.expected(network, framing, panel)[
            0, one["first"] + one["origins"][1]
        ]
    np.testing.assert_allclose(
        after[:, :5], fan, rtol=0, atol=TOLERANCE * np.abs(fan - base[:, None]).max()
    )
    assert np.abs(after - before)[:, :5].max() > 1e-3
    np.testing.assert_array_equal(after[:, 5], before[:, 5])  # the baseline knows no gates
    assert shown_legend(page)[-1:] == ["median without the clamp"]
    assert "The forecast's legend names its lines." in text(page, "#holding")
    said = re.fullmatch(
        r"With o held at 0\.00 in unit (\d) from step 1 on, the last median is (\S+) instead of "
        r"(\S+)\.",
        text(page, "#clamp-words"),
    )
    assert said[1] == str(unit)
    for told, median in zip((said[2], said[3]), (after[-1, 2], before[-1, 2]), strict=True):
        assert len(told) > 4
        assert float(told) == pytest.approx(median, abs=0.5001 * 10.0 ** -len(told.split(".")[1]))
    page.keyboard.press("Delete")
    np.testing.assert_array_equal(table(page), before)
    assert shown_legend(page)[-1:] == ["dashed: lowers the forecast"]


@pytest.mark.long(8)
def test_a_baseline_that_forecasts_alone_is_all_there_is(open_forecast, forecaster):
    page, _ = open_forecast(trained=10, reason="0 epochs were requested")
    assert re.fullmatch(
        r"The forecast is the baseline: the seasonal naive .*\.", text(page, "#lead")
    )
    assert text(page, "#title") == "glasscell: a forecast of numbers"
    assert "No network corrects it: 0 epochs were requested." in text(page, "#event")
    assert "later observations" in text(page, "#consequence")
    assert "training" not in text(page, "#consequence")
    names = ["past", "forecast (median)", "90% interval", "50% interval", "later observations"]
    assert shown_legend(page) == [
        *names,
        "effect of a value, through the baseline",
        "dashed: lowers the forecast",
    ]
    seen = page.locator("main").inner_text()
    assert not re.search(
        "LSTM|network|gate|unit|memory", seen.replace("No network corrects it", "")
    )
    for one in ("#hold-event", "#transport", "#inside", "#more-reads", "#more-units"):
        assert page.locator(one).is_hidden()
    assert page.locator("#more button").all_inner_texts() == ["Numbers"]
    before, (at, _) = table(page), handle(page)
    page.locator("body").press("ArrowLeft")  # there is no network to go through
    assert handle(page)[0] == at
    page.locator("#fan").focus()
    page.keyboard.press("Shift+ArrowUp")
    assert np.abs(table(page)[:, 2] - before[:, 2]).min() > 0
    assert axe_of(page) == []


@pytest.mark.long(8)
def test_a_network_of_weight_0_adds_nothing_and_the_page_names_the_reason(open_forecast):
    page, _ = open_forecast(reason="the network was no better in validation", weightless=True)
    reason = "The LSTM adds nothing: its weight is 0, as the network was no better in validation."
    assert text(page, "#event").endswith(reason)
    assert page.locator("#hold-event").is_hidden()


CONTEST = {
    "model": "Theta",
    "chosen": True,
    "mase": [1.2, 1.1],
    "digits": 3,
    "series": 2,
    "origins": 3,
    "weight": 0.5,
}


@pytest.mark.long(10)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_where_theta_forecasts_its_forecast_is_shown_and_the_network_s_as_the_one_that_lost(
    open_forecast, forecaster, width, scheme
):
    panel, network, framing = forecaster
    theta = forecast_pages.local_of(framing, panel)
    how = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    page, payload = open_forecast(scores={"local": theta, "contest": CONTEST}, **how)
    one = payload["series"][0]
    found = table(page)
    np.testing.assert_allclose(found[:, :5], theta.fans[0])
    quantiles_of(network).weight.assign(theta.weight)  # with which it lost
    fan, base = forecast_pages.expected(network, framing, panel)[
        0, one["first"] + one["origins"][1]
    ]
    quantiles_of(network).weight.assign(0.8)
    np.testing.assert_allclose(
        found[:, 5], fan[:, 2], rtol=0, atol=TOLERANCE * np.abs(fan - base[:, None]).max()
    )
    assert text(page, "#verdict").startswith(
        "The LSTM lost to Theta in validation: MASE 1.200 vs 1.100"
    )
    assert text(page, "#event").startswith("Theta expects ")
    names = [
        "past",
        "forecast by Theta (median)",
        "the LSTM's, which lost",
        "90% interval",
        "50% interval",
    ]
    assert shown_legend(page) == [*names, "window that the LSTM processes"]
    assert page.locator(".fan-candidate").get_attribute("d")
    for part in ("#hold-event", "#origin-field", "#undo", "#clear"):
        assert page.locator(part).is_hidden()
    assert page.locator("#inside").is_visible()
    page.locator("#fan").focus()
    page.keyboard.press("Shift+ArrowUp")  # Theta is not fitted again
    page.keyboard.press("Delete")
    np.testing.assert_array_equal(table(page), found)
    assert axe_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    hold(page, "o")
    held = table(page)
    np.testing.assert_array_equal(held[:, :5], found[:, :5])
    assert np.abs(held[:, 5] - found[:, 5]).max() > 1e-3


@pytest.mark.long(8)
def test_where_the_network_that_lost_was_not_kept_there_is_nothing_of_it(open_forecast, forecaster):
    panel, _, framing = forecaster
    theta = forecast_pages.local_of(framing, panel, weight=0.0)
    page, _ = open_forecast(scores={"local": theta}, reason="Theta forecasts")
    np.testing.assert_allclose(table(page)[:, :5], theta.fans[0])
    for part in ("#hold-event", "#transport", "#inside", "#more-reads", "#more-units"):
        assert page.locator(part).is_hidden()
    assert not re.search("LSTM|network|gate|unit|memory", page.locator("main").inner_text())


@pytest.mark.long(10)
def test_it_opens_on_the_baseline_and_on_what_the_network_adds_to_it(open_forecast, forecaster):
    panel, network, framing = forecaster
    page, payload = open_forecast()
    one = payload["series"][0]
    origin = one["origins"][1]
    fan, base = forecast_pages.expected(network, framing, panel)[0, one["first"] + origin]
    added = fan[:, 2] - base
    most = int(np.abs(added).argmax())
    sentence = (
        r"The baseline expects (\S+) for (\S+); the LSTM (raises|lowers) it by (\S+), to (\S+)\."
    )
    found = re.fullmatch(sentence, text(page, "#event"))
    assert found[2] == one["times"][origin + 1 + most]
    assert found[3] == ("raises" if added[most] > 0 else "lowers")
    parts = [float(found[k]) for k in (1, 4, 5)]
    np.testing.assert_allclose(parts, [base[most], abs(added[most]), fan[most, 2]], atol=0.06)
    area = page.locator(".fan-added").get_attribute("d")
    # along the one line, and back along the other
    assert area.count("L") == 2 * framing.horizon + 1
    assert "2 LSTMs of 5 units each (weight of the correction: 80%)" in text(page, "#lead")

    page.click("#hold-event")
    assert (
        text(page, "#consequence")
        == "Only the baseline is shown. It has no interval of its own here."
    )
    for one in (".fan-added", ".fan-median", ".fan-band-0", ".effect-network.up"):
        assert not page.locator(one).first.get_attribute("d")
    assert "what the LSTM adds" not in shown_legend(page)
    page.click("#hold-event")
    shown(page)
    assert page.locator(".fan-added").get_attribute("d") == area


@pytest.mark.long(10)
def test_discs_on_the_past_are_what_each_value_gave_to_the_step_that_is_chosen(
    open_forecast, forecaster
):
    panel, network, framing = forecaster
    page, payload = open_forecast()
    one = payload["series"][0]
    found = remove_each(
        Forecaster(network, framing, (0.05, 0.25, 0.5, 0.75, 0.95), panel), panel.of([0])
    )
    page.wait_for_function(
        "() => document.querySelector('#fan-reading').textContent.includes('depends most')"
    )
    page.locator("#ahead").focus()
    page.keyboard.press("Home")
    for h in range(framing.horizon):
        to = one["times"][one["origins"][1] + 1 + h]
        assert text(page, "#ahead-time") == to
        assert f"for {to}" in text(page, "#event")
        most = found.steps[np.abs(found.gave[:, h]).argmax()] - one["first"]
        assert text(page, "#fan-reading").startswith(f"{to} depends most on {one['times'][most]}:")
        places = [
            float(page.locator(line).get_attribute("x1")) for line in (".fan-origin", ".fan-ahead")
        ]
        # a step: see DISC in fan-view.js
        widest = min(max((places[1] - places[0]) / (h + 1), 9), 15)
        for part, gave in (
            ("base", found.of_base[:, h]),
            ("network", found.gave[:, h] - found.of_base[:, h]),
        ):
            largest = np.maximum(np.abs(found.of_base), np.abs(found.gave - found.of_base))[
                :, h
            ].max()
            radii = widest * np.sqrt(np.abs(gave) / largest)
            for way, sign in (("up", 1), ("down", -1)):
                discs = page.locator(f".effect-{part}.{way}").get_attribute("d")
                drawn = [float(r) for r in re.findall(r"a([\d.]+) ", discs)[::2]]
                wanted = radii[(radii >= 2) & (sign * gave > 0)]
                np.testing.assert_allclose(drawn, wanted, atol=0.06)
        page.keyboard.press("ArrowRight")
    page.evaluate("scrollTo(0, 0)")
    area = page.locator("#fan").bounding_box()
    page.mouse.move(area["x"] + area["width"] - 15, area["y"] + 60)  # the last step ahead
    assert text(page, "#fan-reading").startswith(f"{one['times'][-1]}: baseline ")
    page.mouse.move(area["x"] + area["width"] / 2, area["y"] + 60)
    assert re.match(
        r"\d{4}-\d\d: (missing|[\d.]+\. Without it, .* would be )", text(page, "#fan-reading")
    )


@pytest.mark.long(10)
def test_it_plays_until_somebody_does_anything(open_forecast):
    page, _ = open_forecast(plays=True)
    page.wait_for_function("() => document.querySelector('#scrub').value === '5'")
    # the network has not read everything yet
    assert page.locator(".fan-added").get_attribute("d") == ""
    assert page.locator(".fan-base").get_attribute("d") != ""
    assert float(page.locator(".fan-done").get_attribute("width")) > 0
    page.wait_for_function(
        "() => document.querySelector('.fan-added').getAttribute('d')", timeout=9000
    )
    assert page.locator("#scrub").input_value() == "14"
    page.wait_for_function("() => document.querySelector('.effect-network.up').getAttribute('d')")

    page, _ = open_forecast(plays=True)
    page.wait_for_function("() => document.querySelector('#scrub').value === '3'")
    page.keyboard.press("ArrowRight")
    assert page.locator("#transport .primary").get_attribute("aria-label") == "Play"
    shown(page)
    assert page.locator("#scrub").input_value() in ("4", "5")
    assert page.locator(".fan-added").get_attribute("d") != ""


@pytest.mark.long(5)
def test_what_is_taken_back_value_by_value_is_no_change(open_forecast):
    page, _ = open_forecast()
    page.locator("#fan").focus()
    page.keyboard.press("ArrowUp")
    assert "Your change moves" in text(page, "#consequence")
    assert shown_legend(page)[-1:] == ["before your change"]
    assert page.locator("#clear").is_enabled()
    page.keyboard.press("Escape")
    assert "Your change" not in text(page, "#consequence")
    assert shown_legend(page)[-1:] == ["dashed: lowers the forecast"]
    assert page.locator("#clear").is_disabled()
    assert page.locator("#undo").is_enabled()


@pytest.mark.long(10)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_it_fits_and_speaks(open_forecast, width, scheme):
    page, _ = open_forecast(viewport={"width": width, "height": 800}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator("#fan").get_attribute("aria-label").startswith("The past of s0")
    assert "The baseline expects" in page.locator("#event[role=status]").text_content()
    point = page.locator("#fan").get_attribute("aria-valuetext")
    page.wait_for_function(
        "(point) => point.startsWith(document.querySelector('#live').textContent || '?')", arg=point
    )
    choose_in_menu(page, "#language", "ja")
    assert "予測" in text(page, "#title")
    assert page.locator("html").get_attribute("data-theme") == scheme


@pytest.mark.long(6)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing(open_forecast, forecaster, width, scheme):
    page, _ = open_forecast(viewport={"width": width, "height": 800}, color_scheme=scheme)
    hold(page, "o")
    page.locator("#fan").focus()
    page.keyboard.press("ArrowUp")
    shown(page)
    assert axe_of(page) == []


@pytest.mark.long(5)
def test_what_scrolls_scrolls_by_keys(open_forecast):
    page, _ = open_forecast(viewport={"width": 390, "height": 800})
    for name, box in (("reads", ".features-box"), ("numbers", ".table-box")):
        page.click(f"#open-{name}")
        shown(page)
        page.locator(box).focus()
        before = page.locator("#fan-reading").inner_text()
        page.keyboard.press("End")
        page.keyboard.press("ArrowRight")
        assert text(page, "#fan-reading") == before  # and the step stays
        if name == "reads":
            page.wait_for_function("() => document.querySelector('.features-box').scrollTop > 0")


@pytest.mark.long(
    1
)  # as those above, it needs a browser: of all pages the short suite opens that of the series
def test_data_that_is_damaged_is_said(visit, tmp_path, forecaster):
    panel, network, framing = forecaster
    payload = forecast_pages.payload(network, framing, panel)
    payload["members"][0]["network"]["layers"][0]["directions"][0]["kernel"]["shape"] = [1, 2]
    path = tmp_path / "damaged.html"
    path.write_text(write_page(payload, of=Assembly(TASKS / "forecasting" / "web")), "utf-8")
    page = visit(address=path.as_uri(), fragment="")
    assert page.locator("#notice").is_visible()
    assert not page.locator("#main").is_visible()
