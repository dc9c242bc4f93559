"""Draw the explorer: ``python docs/figures/draw_page.py PAGE.html docs/page-1280-light.png``.

Needs the Python package playwright, and Chromium. Screenshots of other pages use the same browser.
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOCS = Path(__file__).parents[1]
# initial view of the original tutorial's explorer, at the row where the gate closes
EVENT = "lang=en&e=15&unit=9&t=7"
COLOURS = 96  # in a small image file
SETTLED = 1500  # milliseconds until the page has computed everything


def draw(page: Path, picture: str) -> None:
    """Write a screenshot at the event, in the size of a laptop's screen."""
    with opened(page, height=900, view=f"#{EVENT}") as tab:
        tab.emulate_media(reduced_motion="reduce")
        tab.wait_for_timeout(SETTLED)
        tab.screenshot(path=picture)


@contextmanager
def opened(page: Path, height: int, view: str = "") -> Iterator[Page]:
    """Open the page of a run in the width of a laptop's screen."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        tab = browser.new_page(
            viewport={"width": 1280, "height": height}, color_scheme="light", locale="en-GB"
        )
        tab.goto(f"{page.resolve().as_uri()}{view}")
        yield tab
        browser.close()


def run_on_page(draw: Callable[..., object], *names: str) -> None:
    """Draw with the files on the command line, a page first, an image last; or print usage."""
    page, *others = sys.argv[1:] or ["-"]
    if len(others) != len(names) - 1 or not Path(page).is_file():
        sys.exit(f"usage: python docs/figures/{Path(sys.argv[0]).name} {' '.join(names)}")
    draw(Path(page), *others)
    print(sys.argv[-1])


def lighten(picture: Path) -> None:
    """Rewrite an image with few colors, in less than half of the bytes."""
    with Image.open(picture) as image:
        few = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(picture, optimize=True)


def launch(playwright: Playwright) -> Browser:
    """Start this machine's Chromium, or Playwright's if there is none."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    return playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])


if __name__ == "__main__":
    run_on_page(draw, "PAGE.html", "PICTURE.png")
