"""Draw the page for step labels: ``python docs/figures/draw_steps_page.py PAGE.html PICTURE.png``.

The page is shown at its event. Needs the Python package playwright, and Chromium.
"""

from pathlib import Path

from draw_page import SETTLED, lighten, opened, run_on_page


def draw(page: Path, picture: str) -> None:
    """Write a screenshot of the upper part of the page."""
    with opened(page, height=960) as tab:
        tab.locator("[aria-label=Play]").wait_for()  # the animation has reached the event
        tab.wait_for_timeout(SETTLED)
        tab.screenshot(path=picture)
    lighten(Path(picture))


if __name__ == "__main__":
    run_on_page(draw, "PAGE.html", "PICTURE.png")
