"""Take a picture of the page for forecasts: run ``python docs/figures/draw_forecast_page.py PAGE.html PICTURE.png``.

With the last point of the past dragged up. It needs the Python package playwright, and Chromium.
"""

import sys
from pathlib import Path

from draw_page import SETTLED, launch, lighten
from playwright.sync_api import sync_playwright

UP = 70  # pixels


def draw(page: Path, picture: Path) -> None:
    """Write a picture of the upper part of the page."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        tab = browser.new_page(viewport={"width": 1280, "height": 790}, color_scheme="light", locale="en-GB")
        tab.goto(page.resolve().as_uri())
        tab.wait_for_timeout(SETTLED)
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
        browser.close()
    lighten(picture)


if __name__ == "__main__":
    if len(sys.argv) != 3 or not Path(sys.argv[1]).is_file():
        sys.exit("usage: python docs/figures/draw_forecast_page.py PAGE.html PICTURE.png")
    draw(Path(sys.argv[1]), Path(sys.argv[2]))
    print(sys.argv[2])
