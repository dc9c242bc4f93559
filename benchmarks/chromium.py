"""Chromium with an open page, for page_frames.py and text_page.py; needs playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright


@contextmanager
def opened(address: str) -> Iterator[Page]:
    """Open a page in this machine's Chromium, or Playwright's if there is none."""
    with sync_playwright() as playwright:
        found = next(
            filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
        )
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="en-GB")
        page.goto(address)
        yield page
        browser.close()
