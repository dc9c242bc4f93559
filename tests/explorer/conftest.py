"""A browser for the tests of the page; they skip, and say why, where there is none."""

import shutil
from pathlib import Path

import pytest
from support import pages
from support.node import TASKS
from support.pages import shown

from glasscell.explorer.bundle import Assembly, write_page

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def browser():
    """Start Chromium, once for all tests of a module."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="needs the Python package playwright"
    )
    with playwright.sync_playwright() as started:
        found = next(filter(None, map(shutil.which, CHROMIUM)), None)
        if found is None and not Path(started.chromium.executable_path).exists():
            pytest.skip("there is no Chromium: install it, or run `playwright install chromium`")
        one = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield one
        one.close()


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    """Write each kind of page once."""
    folder, known = tmp_path_factory.mktemp("pages"), {}

    def address(name):
        if name not in known:
            known[name] = pages.write(folder, name)
        return known[name]

    return address


@pytest.fixture
def visit(browser, addresses):
    """Open pages; in the end each must have requested only itself, and reported no error."""
    contexts, seen = [], []

    def open_page(
        name="digits", fragment="lang=en&e=1", *, address=None, before="", **options
    ):  # a view: nothing plays; `before`: a script that runs before those of the page
        context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        page.troubles, page.requests = [], []
        page.on(
            "console",
            lambda m: page.troubles.append(m.text) if m.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: page.troubles.append(f"{error} {error.stack}"))
        page.on("request", lambda request: page.requests.append(request.url))
        page.add_init_script(before)
        page.goto(f"{address or addresses(name)}#{fragment}")
        seen.append(page)
        return page

    yield open_page
    try:
        for page in seen:
            assert page.troubles == []
            outside = [url for url in page.requests[1:] if not url.startswith(("blob:", "data:"))]
            assert outside == []
    finally:
        for context in contexts:
            context.close()


@pytest.fixture
def open_steps(visit, tmp_path):
    """Open pages for labelled steps; without motion they stand at their event."""

    def open_page(model, x, tags, **options):
        from support.step_pages import payload_of  # which needs TensorFlow; the other pages do not

        path = tmp_path / "steps.html"
        path.write_text(
            write_page(payload_of(model, x, tags), of=Assembly(TASKS / "tagging" / "web")), "utf-8"
        )
        page = visit(address=path.as_uri(), fragment="", **{"reduced_motion": "reduce", **options})
        shown(page)
        return page

    return open_page
