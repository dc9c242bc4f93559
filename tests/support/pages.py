"""Networks of random weights with examples, as whole pages: quick to make, always the same."""

import numpy as np
import pytest
from support.node import encode

from glasscell.explorer.bundle import write_page
from glasscell.explorer.series.page import SERIES

PLAIN = {
    **dict.fromkeys(("input_gate", "forget_gate", "output_gate"), True),
    **dict.fromkeys(("coupled", "peepholes", "full_gate_recurrence"), False),
    "input_activation": "tanh",
    "gate_activation": "sigmoid",
    "output_activation": "tanh",
}


def payload(
    kind="digit",
    *,
    D=8,
    T=8,
    H=50,
    C=10,
    layers=1,
    both=False,
    task="classification",
    examples=6,
    tokens=0,
    **more,
):
    """Draw a network, of this many tokens if any, and examples; `more` goes into the payload."""
    rng = np.random.default_rng(7)

    def direction(width, backwards):
        weights = {"kernel": (width, 4 * H), "recurrent_kernel": (H, 4 * H), "bias": (4 * H,)}
        return {
            **{
                "name": "lstm",
                "backwards": backwards,
                "units": H,
                "features": width,
                "variant": PLAIN,
            },
            **{
                name: encode(rng.normal(size=shape) / np.sqrt(shape[0]))
                for name, shape in weights.items()
            },
            **{"peephole_kernel": None, "gate_kernel": None},
        }

    table = rng.normal(size=(tokens, 5)) if tokens else None
    stack, width = [], 5 if tokens else D
    for _ in range(layers):
        stack.append(
            {"directions": [direction(width, backwards) for backwards in (False, True)[: 1 + both]]}
        )
        width = H * (1 + both)
    is_digit, is_classifier = kind == "digit", task == "classification"
    x = (
        rng.integers(0, 17, (examples, T, D))
        if is_digit
        else rng.normal(size=(examples, T, D)).cumsum(1)
    )
    x = rng.integers(0, tokens, (examples, T, D)) if tokens else x
    steps = np.unique(np.linspace(0, T - 1, 8).astype(int))
    return {
        **{
            "format": 1,
            "title": "A page",
            "run": "runs/test",
            "task": task,
            "input": kind,
            "longest": T,
        },
        "classes": [f"class {k}" if not is_digit else str(k) for k in range(C)]
        if is_classifier
        else None,
        "channels": [f"channel {d + 1}" for d in range(D)],
        "score": {"accuracy": 0.9, "n": 40, "on": "test"} if is_classifier else None,
        "examples_trained_on": False,
        "network": {
            "stride": 1,
            "embedding": encode(table) if tokens else None,
            "scaling": None if is_digit or tokens else {"mean": [0.5] * D, "deviation": [2.0] * D},
            "layers": stack,
            "read_out": {
                **{
                    "from": "last",
                    "activation": "linear",
                    "then": "softmax" if is_classifier else "linear",
                },
                **{
                    "kernel": encode(3 * rng.normal(size=(width, C))),
                    "bias": encode(rng.normal(size=C)),
                },
                **{"scale": None, "offset": None},
            },
        },
        "probes": {
            "steps": steps.tolist(),
            "coefficients": encode(rng.normal(size=(len(steps), width, C))),
            "intercepts": encode(rng.normal(size=(len(steps), C))),
        },
        "examples": [
            {
                "name": f"series {n}",
                "id": str(n),
                "truth": n % C if is_classifier else 0.5,
                "answer": [0.0] * C,
            }
            | {"steps": T, "x": encode(one)}
            for n, one in enumerate(x)
        ],
        **more,
    }


KINDS = {
    "digits": {},
    "series": {"kind": "series", "D": 3, "T": 30, "H": 12, "C": 3, "layers": 2, "both": True},
    "regression": {"kind": "series", "D": 1, "T": 24, "H": 1, "C": 1, "task": "regression"},
    "tokens": {"kind": "series", "D": 1, "T": 30, "H": 12, "C": 3, "tokens": 50},
    "large": {"kind": "series", "D": 10, "T": 300, "H": 128, "C": 4, "examples": 3},
    "long": {"kind": "series", "D": 2, "T": 4000, "H": 16, "C": 4, "examples": 2},
    "wide": {"kind": "series", "D": 2, "T": 60, "H": 256, "C": 20, "examples": 2, "probes": None},
}


def write(folder, name, **more):
    """Write a page of this kind; return its address."""
    path = folder / f"{name}.html"
    path.write_text(write_page(payload(**KINDS[name], **more), SERIES), "utf-8")
    return path.as_uri()


def shown(page):
    """Wait until what was done in a browser is drawn."""
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def text(page, selector):
    """Return what stands in an element, when it is drawn."""
    shown(page)
    return page.locator(selector).inner_text()


def sections(page):
    """Return the names of what unfolds below, as their buttons have them."""
    page.locator("#more button").first.wait_for()
    return page.locator("#more button").evaluate_all(
        "all => all.map((one) => one.id.replace('open-', ''))"
    )


def axe_of(page):
    """Return what axe finds in a page that those who cannot see or point would miss."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs axe-playwright-python"
    )
    return [
        (one["id"], one["nodes"][0]["html"][:120])
        for one in axe.Axe().run(page).response["violations"]
    ]


def choose_in_menu(page, select, value):
    """Choose the language or the theme, as a reader does."""
    if page.locator("#settings").get_attribute("open") is None:
        page.click("#settings summary")
    page.select_option(select, value)


def hold(page, gate="f", *keys):
    """Clamp a gate of the shown unit by keys on its box: at 0, or z at −1, without any keys."""
    page.locator(f"#gate-{gate}").focus()
    for key in keys or ("Home",):
        page.keyboard.press(key)
