"""Draw the page for text: ``python docs/figures/draw_text_page.py PAGE.html NAME PICTURE.png``.

NAME is one of the names above the text, such as "inside a string". Needs the Python package
playwright, and Chromium.
"""

from pathlib import Path

from draw_page import opened, run_on_page

ALL_READ = 60_000  # maximum milliseconds until the whole text is processed and names appear


def draw(page: Path, name: str, picture: str) -> None:
    """Write a screenshot of the page with its text colored by the unit with a name."""
    with opened(page, height=900, view="#lang=en") as tab:
        tab.locator("#names button", has=tab.get_by_text(name, exact=True)).click(timeout=ALL_READ)
        tab.wait_for_timeout(500)
        tab.screenshot(path=picture)


if __name__ == "__main__":
    run_on_page(draw, "PAGE.html", "NAME", "PICTURE.png")
