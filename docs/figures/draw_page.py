"""Take the pictures of the explorer page: run ``python docs/figures/draw_page.py PAGE.html``.

It writes `docs/page-{width}-{light,dark}.png`, for the widths of a phone, a laptop and a projector,
`docs/page-one-unit.png` and `docs/page-training.png`. It needs the Python package playwright,
and Chromium.
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

WIDTHS = (390, 1280, 1920)
THEMES = ("light", "dark")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOCS = Path(__file__).parents[1]
EVENT = "lang=en&e=15&u=10&t=7"  # what the page of the article's run opens on, at the row where the gate closes
ONE_UNIT = "lang=en&n=erase&t=8&k=f_1_1_1_all_1"  # one of the networks that come with the page, its own gate held
COLOURS = 96  # of a picture that is to be light
SETTLED = 1500  # milliseconds: by then the page has computed all that it shows


def draw(page: Path, folder: Path = DOCS) -> list[Path]:
    """Write the pictures of `page` into `folder`; return their paths."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        paths = [
            _shoot(browser, page, folder / f"page-{width}-{theme}.png", width, theme)
            for width in WIDTHS
            for theme in THEMES
        ]
        paths.append(_shoot(browser, page, folder / "page-one-unit.png", 1280, "light", ONE_UNIT))
        paths.append(_shoot_training(browser, page, folder / "page-training.png"))
        browser.close()
    return paths


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


def _shoot(browser: Browser, page: Path, path: Path, width: int, theme: str, view: str = EVENT) -> Path:
    """Take what is on the screen."""
    size = {"width": width, "height": 900}
    context = browser.new_context(viewport=size, color_scheme=theme, locale="en-GB", reduced_motion="reduce")  # pyright: ignore
    tab = context.new_page()
    tab.goto(f"{page.resolve().as_uri()}#{view}")
    tab.wait_for_timeout(SETTLED)
    tab.screenshot(path=path)
    context.close()
    return path


def _shoot_training(browser: Browser, page: Path, path: Path) -> Path:
    """Train *show* without its output gate in the page, as the page proposes it."""
    tab = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light", locale="en-GB")
    tab.goto(f"{page.resolve().as_uri()}#lang=en&n=show&m=train")
    tab.click("#learn-train")
    tab.locator("#learn-inside.primary").wait_for()
    tab.locator("#more-train").screenshot(path=path)
    tab.close()
    return path


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        sys.exit("usage: python docs/figures/draw_page.py PAGE.html")
    for path in draw(Path(sys.argv[1])):
        print(path)
