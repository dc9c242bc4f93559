"""Run the page's modules in node, and hand them networks of random weights."""

import base64
import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import glasscell.explorer

WEB = Path(glasscell.explorer.__file__).parent / "web"
SERIES_WEB = WEB.parent / "series/web"
TASKS = WEB.parents[1] / "tasks"

# for the scripts; arrays of float64 leave as base64
HELPERS = """
import fs from "node:fs";
const given = JSON.parse(fs.readFileSync(0, "utf8"));
const out = (array) =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64");
const code = (action) => {
  try { action(); return null; } catch (error) { return error.code ?? String(error); }
};
const answer = (value) => process.stdout.write(JSON.stringify(value));
"""


def node():
    """Find node: this machine's, or the one that comes with Playwright."""
    found = shutil.which("node")
    if found is None and (playwright := find_spec("playwright")) is not None:
        ours = Path(playwright.origin).parent / "driver" / "node"
        found = str(ours) if ours.exists() else None
    if found is None:
        pytest.skip(
            "there is no node on this machine: install it, or the Python package playwright"
        )
    return found


def run(script, given=None):
    """Run a script with imports from "./…", "series/…" or "tasks/…"; return its answer(value)."""
    for short, folder in (("./", WEB), ("series/", SERIES_WEB), ("tasks/", TASKS)):
        script = script.replace(f'from "{short}', f'from "{folder.as_uri()}/')
    script = HELPERS + script
    command = [node(), "--input-type=module", "--eval", script]
    done = subprocess.run(
        command, input=json.dumps(given), capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def encode(v):
    """Encode an array as in the payload."""
    v = np.asarray(v, "<f4")
    return {"shape": list(v.shape), "float32": base64.b64encode(v.tobytes()).decode()}


def float64(text, *shape):
    """Decode what `out` wrote."""
    v = np.frombuffer(base64.b64decode(text), "<f8")
    return v.reshape(shape) if shape else v


def words_of(page):
    """Return imports that give a script a page's words, en and ja; page: "explorer" or a task."""
    files = [WEB / "words/en.json", WEB / "words/ja.json"]
    if page != "explorer":
        files = [TASKS / page / f"web/words.{language}.json" for language in ("en", "ja")]
    names = zip(("en", "ja"), files, strict=True)
    return "".join(
        f'import {name} from "{file.as_uri()}" with {{ type: "json" }};\n' for name, file in names
    )


def with_words(task, script):
    """Return a script of a task's page, which adds that page's words first."""
    return (
        f'import {{ addWords }} from "./words/language.js";\n{words_of(task)}addWords(en, '
        f"ja);\n{script}"
    )
