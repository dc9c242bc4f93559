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
    """Run a script with imports from "./…", "series/…" or "tasks/…"; return its answer(value).

    What it imports from the page of series finds that page's words.
    """
    if 'from "series/' in script and "addWords" not in script:
        script = with_words("series", script)
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


def word_files(page, language):
    """Return the files of a page's words; page: "explorer" (what all share), "series" or a task."""
    own = f"words.{language}.json"
    if page == "explorer":
        return [WEB / f"words/{language}.json"]
    if page == "series":
        return [SERIES_WEB / own, SERIES_WEB / "tour" / own]
    return [TASKS / page / "web" / own]


def words_of(page):
    """Return the beginning of a script with a page's words, en and ja."""
    lines = []
    for language in ("en", "ja"):
        names = [f"{language}_{n}" for n, _ in enumerate(word_files(page, language))]
        for name, file in zip(names, word_files(page, language), strict=True):
            lines.append(f'import {name} from "{file.as_uri()}" with {{ type: "json" }};')
        lines.append(f"const {language} = {{ {', '.join(f'...{name}' for name in names)} }};")
    return "\n".join(lines) + "\n"


def with_words(page, script):
    """Return a script of a page, which adds that page's words first."""
    added = 'import { addWords } from "./words/language.js";\naddWords(en, ja);\n'
    return words_of(page) + added + script
