"""Make the animation of the explorer: run ``python docs/figures/animate_page.py PAGE.html``.

It writes `docs/page.gif`: the explorer plays a digit row by row. PAGE is the explorer of a run of
`glasscell train`, written by `glasscell explain`. Needs Pillow, the Python package playwright, and
Chromium.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from draw_page import DOCS, SETTLED, launch
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from scipy.spatial import KDTree

STYLE = Path(__file__).with_suffix(".css")
# Initial view: a four, and a unit that drops its memory while the digit is processed.
VIEW = "lang=en&e=15&t=1&unit=9"
WIDTH, SCALE = 860, 1.5  # in the page's pixels, and image pixels per page pixel
# rows of a digit; milliseconds per row, as in the page, and per frame
ROWS, ROW, FRAME = (8, 900, 100)
BEFORE, AFTER = 700, 3000  # milliseconds of the first and the last frame
COLOURS = 255  # the 256th means unchanged
BOTTOM = "document.querySelector('main').getBoundingClientRect().bottom"

# Stop the clock: set the transitions of a row to the first number of milliseconds, the flow of the
# wires to the second.
SET_TIME = """([changing, flowing]) => {
  for (const animation of document.getAnimations()) {
    animation.currentTime = animation instanceof CSSTransition ? changing : flowing;
  }
}"""


def animate(page: Path, path: Path = DOCS / "page.gif") -> Path:
    """Write the animation of `page` to `path`; return that."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        tab = browser.new_page(device_scale_factor=SCALE, bypass_csp=True)
        tab.set_viewport_size({"width": WIDTH, "height": WIDTH})
        tab.clock.install(time=0)
        tab.goto(f"{page.resolve().as_uri()}#{VIEW}")
        tab.add_style_tag(path=STYLE)
        tab.wait_for_timeout(SETTLED)
        tab.set_viewport_size({"width": WIDTH, "height": round(tab.evaluate(BOTTOM))})
        frames = list(_play(tab))
        browser.close()
    first, *others = _with_few_colours([frame for frame, _ in frames])
    first.save(
        path, save_all=True, append_images=others, duration=[shown for _, shown in frames], loop=0
    )
    return path


def _play(tab: Page) -> Iterator[tuple[np.ndarray, int]]:
    """Press play and yield frames, each with its duration in milliseconds."""
    tab.context.new_cdp_session(tab).send("Animation.setPlaybackRate", {"playbackRate": 0})
    tab.clock.pause_at(60_000)
    yield _shoot(tab), BEFORE
    tab.locator("#transport .primary").dispatch_event("click")
    tab.clock.run_for(20)
    for row in range(ROWS - 1):
        for now in range(0, ROW, FRAME):
            tab.evaluate(SET_TIME, [now, row * ROW + now])
            yield _shoot(tab), FRAME
        tab.clock.run_for(ROW + 20)
    for now in range(0, 400, FRAME):
        tab.evaluate(SET_TIME, [now, 0])
        yield _shoot(tab), FRAME
    yield _shoot(tab), AFTER


def _shoot(tab: Page) -> np.ndarray:
    """Return a screenshot of the page with one number for the color of each pixel."""
    red, green, blue = np.moveaxis(
        np.asarray(Image.open(io.BytesIO(tab.screenshot())).convert("RGB"), int), -1, 0
    )
    return red << 16 | green << 8 | blue


def _with_few_colours(frames: list[np.ndarray]) -> list[Image.Image]:
    """Map each pixel to the nearest of a few page colors, including those of small elements."""
    seen = [np.unique(frame, return_counts=True) for frame in frames]
    codes, place = np.unique(np.concatenate([codes for codes, _ in seen]), return_inverse=True)
    counts = np.bincount(place, np.concatenate([counts for _, counts in seen]))
    colours = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=-1)
    weighed = np.repeat(colours, np.ceil(counts**0.5).astype(int), axis=0).astype(np.uint8)
    rough = np.reshape(
        Image.fromarray(weighed[None]).quantize(COLOURS, kmeans=1).getpalette() or [], (-1, 3)
    )
    near = KDTree(rough).query(colours)[1]
    own = np.stack([colours[near == k][counts[near == k].argmax()] for k in np.unique(near)])
    nearest = np.zeros(1 << 24, np.uint8)
    nearest[codes] = KDTree(own).query(colours)[1]
    pictures = [Image.fromarray(nearest[frame], "P") for frame in frames]
    for picture in pictures:
        picture.putpalette(own.astype(np.uint8).tobytes())
    return pictures


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        sys.exit("usage: python docs/figures/animate_page.py PAGE.html")
    print(animate(Path(sys.argv[1])))
