"""Frame times of the explorer in Chromium: playing, while a gate is dragged, and in training.

python benchmarks/page_frames.py RUN   needs the Python package playwright, and Chromium

RUN is a run of the original tutorial, with an explorer by `glasscell explain RUN`. A frame is due
every 16.7 ms.
"""

import argparse
from pathlib import Path

from chromium import opened
from playwright.sync_api import Page

WATCH = """() => {
  const times = window.frameTimes = [];
  let last = performance.now();
  const look = (now) => {
    times.push(now - last);
    last = now;
    window.watching = requestAnimationFrame(look);
  };
  window.watching = requestAnimationFrame(look);
}"""
TELL = """() => {
  cancelAnimationFrame(window.watching);
  const times = window.frameTimes.slice(1).sort((a, b) => a - b);
  return [
    times.length, times[times.length >> 1], times[Math.floor(0.99 * times.length)], times.at(-1),
  ];
}"""


def told(page: Page, what: str) -> str:
    """Return a row of the table: the frame times since the last reset."""
    count, middle, late, worst = page.evaluate(TELL)
    return f"| {what} | {count} | {middle:.1f} | {late:.1f} | {worst:.0f} |"


def main() -> None:
    """Print a table of the number of frames and their milliseconds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path)
    parser.add_argument("--seconds", type=float, default=8)
    options = parser.parse_args()
    address = (options.run / "explain/explorer.html").absolute().as_uri()
    print(
        "| while it | frames | median, ms | 99% within | worst |\n| --- | --- | --- | --- | --- |"
    )
    with opened(f"{address}#lang=en&unit=11&t=1") as page:
        page.wait_for_timeout(1500)
        page.select_option("#speed", "1")
        page.evaluate(WATCH)
        page.click("[aria-label=Play]")
        page.wait_for_timeout(1000 * options.seconds)
        print(told(page, "plays"))
        page.goto(f"{address}#lang=en&unit=11&t=5&of=dragged")
        page.wait_for_timeout(1500)
        box = page.locator("#gate-f").bounding_box()
        assert box is not None
        x = box["x"] + box["width"] / 2
        page.mouse.move(x, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.evaluate(WATCH)
        for k in range(int(60 * options.seconds / 2)):
            page.mouse.move(x, box["y"] + box["height"] * (0.5 + 0.4 * (k % 40 - 20) / 20))
            page.wait_for_timeout(16)
        print(told(page, "is dragged"))
        page.mouse.up()
        page.goto(f"{address}#lang=en&n=erase")
        page.wait_for_selector("#learn:not([hidden])")
        page.evaluate(WATCH)
        page.click("#learn-train")
        page.wait_for_timeout(1000 * options.seconds)
        print(told(page, "trains"))


if __name__ == "__main__":
    main()
