"""Take the picture of the explorer page: run ``python docs/figures/draw_page.py PAGE.html docs/page-1280-light.png``.

It needs the Python package playwright, and Chromium. Other pages' pictures are taken with the same browser.
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
EVENT = "lang=en&e=15&u=10&t=7"  # what the page of the article's run opens on, at the row where the gate closes
COLOURS = 96  # of a picture that is to be light
SETTLED = 1500  # milliseconds: by then the page has computed all that it shows


def draw(page: Path, picture: str) -> None:
    """Write the picture of what a laptop shows at the event."""
    with opened(page, height=900, view=f"#{EVENT}") as tab:
        tab.emulate_media(reduced_motion="reduce")
        tab.wait_for_timeout(SETTLED)
        tab.screenshot(path=picture)


@contextmanager
def opened(page: Path, height: int, view: str = "") -> Iterator[Page]:
    """Open the page of a run, as wide as a laptop."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        tab = browser.new_page(viewport={"width": 1280, "height": height}, color_scheme="light", locale="en-GB")
        tab.goto(f"{page.resolve().as_uri()}{view}")
        yield tab
        browser.close()


def run_on_page(draw: Callable[..., object], *names: str) -> None:
    """Draw what the command line names, a page first and a picture last, or say what it is to name."""
    page, *others = sys.argv[1:] or ["-"]
    if len(others) != len(names) - 1 or not Path(page).is_file():
        sys.exit(f"usage: python docs/figures/{Path(sys.argv[0]).name} {' '.join(names)}")
    draw(Path(page), *others)
    print(sys.argv[-1])


def lighten(picture: Path) -> None:
    """Write a picture again with few colours, in less than half of the bytes."""
    with Image.open(picture) as image:
        few = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(picture, optimize=True)


def launch(playwright: Playwright) -> Browser:
    """Start the Chromium of this machine; Playwright's own if there is none."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    return playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])


if __name__ == "__main__":
    run_on_page(draw, "PAGE.html", "PICTURE.png")
