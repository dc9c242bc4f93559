"""Make the animation of the explorer page: run ``python docs/figures/animate_page.py PAGE.html``.

It writes `docs/page.gif`: the page reads a digit row by row, as it does when somebody presses play. PAGE is what
`glasscell explain` wrote for a run of `glasscell train`. It needs Pillow, the Python package playwright, and Chromium.
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
# What the page opens on: a four, and a unit that throws its memory away while it is read.
VIEW = "lang=en&e=15&t=1&u=10"
WIDTH, SCALE = 860, 1.5  # in the page's pixels, and how many of the picture's go to one
ROWS, ROW, FRAME = 8, 900, 100  # rows of a digit; milliseconds of each, as the page plays them, and of a frame
BEFORE, AFTER = 700, 3000  # milliseconds that the first and the last picture stay
COLOURS = 255  # the 256th says: as before
BOTTOM = "document.querySelector('main').getBoundingClientRect().bottom"

# Time stands still: what a row changes has been changing for the first number of milliseconds, the wires have been
# flowing for the second.
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
    first.save(path, save_all=True, append_images=others, duration=[shown for _, shown in frames], loop=0)
    return path


def _play(tab: Page) -> Iterator[tuple[np.ndarray, int]]:
    """Press play and yield frames, each with the milliseconds that it is shown."""
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
    """Return a picture of the page as one number for the colour of each pixel."""
    red, green, blue = np.moveaxis(np.asarray(Image.open(io.BytesIO(tab.screenshot())).convert("RGB"), int), -1, 0)
    return red << 16 | green << 8 | blue


def _with_few_colours(frames: list[np.ndarray]) -> list[Image.Image]:
    """Give each pixel the nearest of a few of the page's own colours; those of small things are among them."""
    seen = [np.unique(frame, return_counts=True) for frame in frames]
    codes, place = np.unique(np.concatenate([codes for codes, _ in seen]), return_inverse=True)
    counts = np.bincount(place, np.concatenate([counts for _, counts in seen]))
    colours = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=-1)
    weighed = np.repeat(colours, np.ceil(counts**0.5).astype(int), axis=0).astype(np.uint8)
    rough = np.reshape(Image.fromarray(weighed[None]).quantize(COLOURS, kmeans=1).getpalette() or [], (-1, 3))
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
