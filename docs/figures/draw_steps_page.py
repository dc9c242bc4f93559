"""Take a picture of the page for labelled steps: run ``python docs/figures/draw_steps_page.py PAGE.html PICTURE.png``.

At the first step whose answer is not what its label says. It needs the Python package playwright, and Chromium.
"""

import sys
from pathlib import Path

from draw_page import SETTLED, launch, lighten
from playwright.sync_api import sync_playwright


def draw(page: Path, picture: Path) -> None:
    """Write a picture of the upper part of the page."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        tab = browser.new_page(viewport={"width": 1280, "height": 960}, color_scheme="light", locale="en-GB")
        tab.goto(page.resolve().as_uri())
        tab.locator("#bands").press("Home")
        tab.click("#next-wrong")
        tab.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
        tab.wait_for_timeout(SETTLED)
        tab.screenshot(path=picture)
        browser.close()
    lighten(picture)


if __name__ == "__main__":
    if len(sys.argv) != 3 or not Path(sys.argv[1]).is_file():
        sys.exit("usage: python docs/figures/draw_steps_page.py PAGE.html PICTURE.png")
    draw(Path(sys.argv[1]), Path(sys.argv[2]))
    print(sys.argv[2])
