"""The speed of the explorer for text in Chromium, as `glasscell explain RUN` creates it.

python benchmarks/text_page.py RUN                 needs the Python package playwright, and Chromium
"""

import argparse
from pathlib import Path

from chromium import opened
from playwright.sync_api import Page

READ = "() => !document.querySelector('#text-shown .unread')"
FRAMES = """() => {
  const times = performance.getEntriesByName("frame")
    .map(({ duration }) => duration).sort((a, b) => a - b);
  performance.clearMeasures();
  return `a frame takes ${times[times.length >> 1].toFixed(1)} ms in the median, ${
    times.at(-1).toFixed(0)} at most`;
}"""
SPEED = """() => {
  const read = performance.getEntriesByName("reading");
  const sum = (of) => read.reduce((total, one) => total + of(one), 0);
  return `${Math.round(1000 * sum(({ detail }) => detail) / sum(({ duration }) => duration))
    } characters a second`;
}"""


def write(page: Page, pace: str, seconds: float) -> str:
    """Let the page write for some seconds; return its summary."""
    page.select_option("#pace", pace)
    page.click("#write")
    page.wait_for_timeout(1000 * seconds)
    page.click("#write")
    page.wait_for_timeout(300)
    return page.inner_text("#writing-note")


def main() -> None:
    """Print sizes and speeds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path)
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    file = options.run / "explain/explorer.html"
    print(f"the page has {file.stat().st_size / 1e6:.2f} MB")
    with opened(file.absolute().as_uri()) as page:
        page.wait_for_function(READ, timeout=120_000)
        print(f"reading: {page.evaluate(SPEED)}; {page.evaluate(FRAMES)}")
        for pace in ("Infinity", "40"):
            print(f"writing: {write(page, pace, options.seconds)} {page.evaluate(FRAMES)}")
        page.locator("#gate-f").focus()
        page.keyboard.press("Home")
        page.wait_for_function(READ, timeout=120_000)
        print(f"with a clamped gate: {write(page, 'Infinity', options.seconds)}")
        page.locator("#text-area").focus()
        page.keyboard.press("Control+Home")
        page.evaluate("performance.clearMeasures()")
        page.keyboard.type("# at the beginning")
        page.wait_for_function(READ, timeout=120_000)
        print(f"typing at the beginning: {page.evaluate(FRAMES)}")


if __name__ == "__main__":
    main()
