"""Take a picture of the page for text: run ``python docs/figures/draw_text_page.py PAGE.html NAME PICTURE.png``.

NAME is a cell in the page's list, such as comment. It needs the Python package playwright, and Chromium.
"""

from pathlib import Path

from draw_page import opened, run_on_page

ALL_READ = 60_000  # milliseconds, at most: by then the whole text has been read


def draw(page: Path, name: str, picture: str) -> None:
    """Write a picture of the page, its text coloured by the cell of that name."""
    with opened(page, height=900, view="#lang=en") as tab:
        tab.locator("#named-list button", has=tab.get_by_text(name, exact=True)).click()
        tab.locator("#lasting-list button:has-text('1')").first.wait_for(timeout=ALL_READ)  # they come last of all
        tab.evaluate("scrollTo(0, 0)")
        tab.screenshot(path=picture)


if __name__ == "__main__":
    run_on_page(draw, "PAGE.html", "NAME", "PICTURE.png")
