"""Draw the page for forecasts: ``python docs/figures/draw_forecast_page.py PAGE.html PICTURE.png``.

The last point of the past is dragged up. Needs the Python package playwright, and Chromium.
"""

from pathlib import Path

from draw_page import SETTLED, lighten, opened, run_on_page

UP = 70  # pixels


def draw(page: Path, picture: str) -> None:
    """Write a screenshot of the upper part of the page."""
    with opened(page, height=790) as tab:
        # the animation has ended
        tab.wait_for_function("() => document.querySelector('.fan-arc').getAttribute('d')")
        point = tab.locator("#fan-handle").bounding_box()
        assert point is not None
        x, y = point["x"] + point["width"] / 2, point["y"] + point["height"] / 2
        tab.mouse.move(x, y)
        tab.mouse.down()
        tab.mouse.move(x, y - UP, steps=4)
        tab.mouse.up()
        tab.mouse.move(4, 4)
        tab.evaluate("() => document.activeElement.blur()")
        tab.wait_for_timeout(SETTLED)
        tab.screenshot(path=picture)
    lighten(Path(picture))


if __name__ == "__main__":
    run_on_page(draw, "PAGE.html", "PICTURE.png")
