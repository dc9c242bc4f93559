"""Take a picture of the page for text: run ``python docs/figures/draw_text_page.py PAGE.html NAME PICTURE.png``.

NAME is a cell in the page's list, such as comment. It needs the Python package playwright, and Chromium.
"""

import sys
from pathlib import Path

from draw_page import launch
from playwright.sync_api import sync_playwright

ALL_READ = 60_000  # milliseconds, at most: by then the whole text has been read


def draw(page: Path, name: str, picture: Path) -> None:
    """Write a picture of the page, its text coloured by the cell of that name."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        tab = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light", locale="en-GB")
        tab.goto(f"{page.resolve().as_uri()}#lang=en")
        tab.locator("#named-list button", has=tab.get_by_text(name, exact=True)).click()
        tab.locator("#lasting-list button:has-text('1')").first.wait_for(timeout=ALL_READ)  # they come last of all
        tab.evaluate("scrollTo(0, 0)")
        tab.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 4 or not Path(sys.argv[1]).is_file():
        sys.exit("usage: python docs/figures/draw_text_page.py PAGE.html NAME PICTURE.png")
    draw(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
    print(sys.argv[3])
