"""Every module of the page imports what it uses, though in the one-file page all share a scope."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from support import node

FREE_NAMES = Path(node.__file__).with_name("free_names.cjs")
GLOBALS = re.findall(
    r"\w+",
    """
    Array Boolean DataView Date Error Float32Array Float64Array Infinity Int32Array JSON Map Math
    NaN Number Object Promise RegExp Set String Uint32Array Uint8Array parseFloat parseInt undefined
    AbortController Blob HTMLCanvasElement HTMLElement Image
    ImageData NodeFilter ResizeObserver SVGSVGElement URL URLSearchParams
    XMLSerializer addEventListener atob btoa cancelAnimationFrame clearInterval clearTimeout
    document getComputedStyle history
    innerHeight innerWidth location matchMedia navigator performance requestAnimationFrame
    setInterval setTimeout window
    """,
)
IMPORT = re.compile(r"^import \{([^}]*)\}", re.M)


def modules():
    """All modules of the explorer and tasks' pages, by path, except d3.js, which is generated."""
    package = node.TASKS.parent
    paths = (path for path in package.rglob("web/**/*.js") if path.name != "d3.js")
    return {str(path.relative_to(package)): path.read_text("utf-8") for path in paths}


def free_names(modules):
    command = [node.node(), "--expose-internals", FREE_NAMES]
    done = subprocess.run(
        command, input=json.dumps(modules), capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return {path: set(names) for path, names in json.loads(done.stdout).items()}


def test_every_module_imports_what_it_uses():
    found = free_names(modules())
    assert {path: names - {*GLOBALS} for path, names in found.items() if names - {*GLOBALS}} == {}


@pytest.mark.long(3)  # each import of each module is left out once
def test_every_import_would_be_missed():
    """Each name removed from the imports of a module is found missing; so no import is useless."""
    without, expected = {}, {}
    for path, text in modules().items():
        for names in IMPORT.findall(text):
            for name in filter(None, map(str.strip, names.split(","))):
                key = f"{path} without {name}"
                without[key] = IMPORT.sub(
                    lambda found, name=name: re.sub(rf"\b{name}\b,?", "", found[0]), text
                )
                expected[key] = {name}
    assert len(expected) > 100
    assert {key: names - {*GLOBALS} for key, names in free_names(without).items()} == expected


@pytest.mark.few(3)
@pytest.mark.parametrize(
    ("text", "free"),
    [
        ("export const f = (a, { b, c: [d = a] }, ...e) => a + b + d + e + c;", {"c"}),
        ("function f(x) { const g = 1; return x.g + { g, h: k }; }\ng();", {"g", "k"}),
        ("if (a) { let b = 1; }\nb = 2;", {"a", "b"}),
        ("for (const a of b) a();\na;", {"a", "b"}),
        (
            "try { f(); } catch (error) { error.message; }\nfunction f() { var late; }\nlate;",
            {"late"},
        ),
        (
            "class A { m(x) { return x + A.m + n; } }\nconst B = class C {};\nnew C(A, B);",
            {"n", "C"},
        ),
        ('import { a } from "./a.js";\nconst m = { a: 1, b() { return `${a}${c}`; } };', {"c"}),
    ],
)
def test_what_is_free(text, free):
    assert free_names({"one.js": text}) == {"one.js": free}


def test_no_mistake_of_types_is_hidden():
    """`.ci/types` finds them; a cast is to be seen, and what it stands for is a page's element."""
    for path, text in modules().items():
        assert re.findall(r"@ts-\w+", text) == [], path
