"""Take the pictures of the explorer page: run ``python docs/draw_page.py PAGE.html``.

It writes `docs/page-{width}-{light,dark}.png`, for the widths of a phone, a laptop and a projector. It needs the Python
package playwright, and Chromium.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

WIDTHS = (390, 1280, 1920)
THEMES = ("light", "dark")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FOLDER = Path(__file__).parent
SETTLED = 1500  # milliseconds: by then the page has computed all that it shows


def draw(page: Path, folder: Path = FOLDER) -> list[Path]:
    """Write the pictures of `page` into `folder`; return their paths."""
    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, CHROMIUM)), None)  # else Playwright's own
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        paths = [_shoot(browser, page, folder, width, theme) for width in WIDTHS for theme in THEMES]
        browser.close()
    return paths


def _shoot(browser: Browser, page: Path, folder: Path, width: int, theme: str) -> Path:
    size = {"width": width, "height": 900}
    context = browser.new_context(viewport=size, color_scheme=theme, locale="en-GB", reduced_motion="reduce")  # pyright: ignore
    tab = context.new_page()
    tab.goto(f"{page.resolve().as_uri()}#lang=en")
    tab.wait_for_timeout(SETTLED)
    path = folder / f"page-{width}-{theme}.png"
    tab.screenshot(path=path, full_page=True)
    context.close()
    return path


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        sys.exit("usage: python docs/draw_page.py PAGE.html")
    for path in draw(Path(sys.argv[1])):
        print(path)
