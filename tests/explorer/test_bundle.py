"""Many files become one page: its policy fits what is in it, and text from files stays text."""

import base64
import hashlib
import html.parser
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import tomlkit
from rjsmin import jsmin
from support.node import SERIES_WEB, TASKS, WEB, node

from glasscell.article import CHANNELS, CLASSES, build_model
from glasscell.explorer.bundle import (
    Assembly,
    join_modules,
    read_modules,
    read_style,
    to_inline_json,
    write_page,
)
from glasscell.explorer.series.page import SERIES
from glasscell.explorer.series.payload import payload_of
from glasscell.settings.article import DigitsSettings

INDEX = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><!--csp-->
<title>to be replaced</title><style>
/*style*/
</style></head>
<body><p>text</p><!--data--><script>/*script*/</script></body></html>
"""
FILES = {
    "index.html": INDEX,
    "style.css": "p { color: #123; }\n",
    "one.js": 'import { two } from "./two.js";\nexport const one = () => two - 1;\n',
    "two.js": "export const two = 2;\n",
    "start.js": 'import {\n  one,\n} from "./one.js";\nimport { two } from '
    '"./two.js";\n\nconsole.log(one(), two);\n',
}
FOLDERS = {
    "start.js": 'import { far } from "./views/far.js";\nimport { near } from "./near.js";\n\n'
    "console.log(far(), near);\n",
    "near.js": 'export const near = "near";\n',
    "views/far.js": 'import { nearer } from "./near.js";\nimport { kit } from "../kit/kit.js";\n'
    'import en from "../kit/en.json" with { type: "json" };\n'
    'export const far = () => en["how // far"] + kit + nearer();\n',
    "views/near.js": 'import { kit } from "../kit/kit.js";\nexport function nearer() {\n  return '
    "kit + 1;\n}\n",
    "kit/kit.js": "export const kit = 2;\n",
    "kit/en.json": '{\n  "how // far": "far: "\n}\n',
}
KINDS = [SERIES, *(Assembly(web) for web in sorted(TASKS.glob("*/web")))]
HOSTILE = [
    "</script>",
    "<script>alert(1)</script>",
    "<!--",
    "-->",
    "a\u2028b\u2029c",
    "&lt;",
    "<!--<script>",
    "\udc80",
    "'\"",
]


def every(pattern):
    """All files of the pages that fit."""
    folders = [WEB, *(of.folder for of in KINDS)]
    return [path for folder in folders for path in sorted(folder.rglob(pattern)) if path.is_file()]


class Elements(html.parser.HTMLParser):
    """All elements of a page with their attributes and text."""

    def __init__(self, page):
        super().__init__()
        self.found, self.open = [], None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.open = [tag, dict(attrs), ""]
        self.found.append(self.open)

    def handle_endtag(self, tag):
        self.open = None

    def handle_data(self, data):
        if self.open:
            self.open[2] += data

    def of(self, tag):
        return [(attributes, text) for name, attributes, text in self.found if name == tag]


@pytest.fixture
def web(tmp_path):
    def write(others=None, **changes):
        for name, text in {
            **FILES,
            **(others or {}),
            **{k.replace("_", "."): v for k, v in changes.items()},
        }.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


def policy_of(elements):
    (content,) = [
        a["content"]
        for a, _ in elements.of("meta")
        if a.get("http-equiv") == "Content-Security-Policy"
    ]
    return {name: sources for name, *sources in (rule.split() for rule in content.split(";"))}


def check_page(page):
    """Check the policy against what is really in the page; return the elements."""
    elements = Elements(page)
    policy = policy_of(elements)
    scripts = [text for attributes, text in elements.of("script") if "type" not in attributes]
    styles = [text for _, text in elements.of("style")]

    def hashes(texts):
        return [
            f"'sha256-{base64.b64encode(hashlib.sha256(v.encode()).digest()).decode()}'"
            for v in texts
        ]

    assert len(scripts) == len(styles) == 1
    assert policy == {
        "default-src": ["'none'"],
        "script-src": hashes(scripts),
        "style-src": hashes(styles),
        "img-src": ["data:", "blob:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    for _, attributes, _ in elements.found:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert not {"src", "srcset", "ping", "action"} & set(attributes)
    return elements


def data_of(elements):
    (text,) = [text for attributes, text in elements.of("script") if attributes.get("id") == "data"]
    return json.loads(text)


def test_the_policy_fits_the_page(web):
    elements = check_page(write_page({"title": "T"}, Assembly(web())))
    assert elements.of("title") == [({}, "T")]
    assert data_of(elements) == {"title": "T"}


def test_text_from_files_stays_text(web):
    payload = {
        "title": "</title><script>alert(1)</script>",
        "names": HOSTILE,
        **dict.fromkeys(HOSTILE, 1),
    }
    page = write_page(payload, Assembly(web()))
    elements = check_page(page)
    assert data_of(elements) == payload
    assert elements.of("title")[0][1] == payload["title"]
    assert page.count("<script") == page.count("</script") == 2
    assert page.count("<!--") == 0
    page.encode()  # a lone surrogate would raise


def test_placeholders_in_the_data_are_left_alone(web):
    payload = {
        "title": "/*script*/ <!--csp--> /*style*/",
        "a": "<!--data-->",
        "b": "/*script*/",
        "c": "/*style*/",
    }
    elements = check_page(write_page(payload, Assembly(web())))
    assert data_of(elements) == payload
    assert elements.of("title")[0][1] == payload["title"]


def test_half_a_character_in_the_title(web):
    page = write_page({"title": "a\udc80"}, Assembly(web()))
    assert Elements(page).of("title")[0][1] == "a?"
    page.encode()


def test_inline_json_cannot_end_its_element():
    text = to_inline_json(HOSTILE)
    assert not re.search("[<>&\u2028\u2029]", text)
    assert json.loads(text) == HOSTILE
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_inline_json([float("nan")])


def test_the_script_runs_in_the_order_of_its_imports():
    modules = {name: text for name, text in FILES.items() if name.endswith(".js")}
    script = join_modules(modules, "start.js")
    assert not re.search(r"^(import|export)", script, re.M)
    done = subprocess.run([node(), "--eval", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("1 2\n", "")


def test_modules_in_folders_do_in_one_script_what_they_do_alone(tmp_path):
    for name, text in FOLDERS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    modules = read_modules(Assembly(tmp_path))
    assert FOLDERS.items() <= modules.items()
    for command in (["--eval", join_modules(modules, "start.js")], [tmp_path / "start.js"]):
        # JSON: experimental
        done = subprocess.run([node(), "--no-warnings", *command], capture_output=True, text=True)
        assert (done.stdout, done.stderr) == ("far: 23 near\n", "")


def test_modules_may_use_the_same_names(tmp_path):
    one = 'import { twice as double } from "./two.js";'
    two = "const own = 2;\nexport const twice = (x) => own * x;\n"
    start = (
        'import { twice } from "./two.js";\nconst own = '
        "3;\nprocess.stdout.write(String(twice(own)));\n"
    )
    done = subprocess.run(
        [node(), "--eval", join_modules({"start.js": start, "two.js": two}, "start.js")],
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("6", "")
    with pytest.raises(ValueError, match="twice as double"):
        join_modules({"start.js": one, "two.js": two}, "start.js")


def test_files_that_nothing_imports_are_left_out():
    assert "no use" not in join_modules(
        {"start.js": "const a = 1;\n", "other.js": 'const b = "no use";\n'}, "start.js"
    )


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        (
            {"start.js": 'import { a } from "./gone.js";'},
            r"start\.js imports gone\.js: there is no such file",
        ),
        ({}, r"the page imports start\.js: there is no such file"),
        (
            {
                "start.js": 'import { a } from "./a.js";',
                "a.js": 'import { b } from "./b.js";\nexport const a = b;',
                "b.js": 'import { a } from "./a.js";\nexport const b = a;',
            },
            r"in a circle: a\.js → b\.js → a\.js",
        ),
        (
            {
                "start.js": 'import { a } from "./one/a.js";',
                "one/a.js": 'import { b } from "../two/b.js";\nexport const a = b;',
                "two/b.js": 'import { a } from "../one/a.js";\nexport const b = a;',
            },
            r"in a circle: one/a\.js → two/b\.js → one/a\.js",
        ),
        (
            {
                "start.js": 'import { a } from "./one/a.js";',
                "one/a.js": 'import { b } from "./b.js";',
                "b.js": "",
            },
            r"one/a\.js imports one/b\.js: there is no such file",
        ),
        (
            {"start.js": 'import { a } from "../a.js";', "a.js": ""},
            r"start\.js imports \.\./a\.js: there is no such file",
        ),
        ({"start.js": 'import { a } from "/a.js";', "a.js": ""}, r"start\.js, line 1"),
        (
            {"start.js": 'import { m } from "./start.js";\nexport const m = 1;'},
            r"in a circle: start\.js → start\.js",
        ),
        (
            {
                "start.js": 'import { a, c } from "./a.js";',
                "a.js": "export const a = 1;\nconst c = 1;",
            },
            "does not export",
        ),
        (
            {"start.js": '\nimport { a as b } from "./a.js";', "a.js": "export const a = 1;"},
            "imports a as b from a",
        ),
        (
            {"start.js": 'import en from "./en.json" with { type: "json" };'},
            r"start\.js imports en\.json: there is no such file",
        ),
        ({"start.js": 'import { a } from "./en.json";', "en.json": "{}"}, r"start\.js, line 1"),
        (
            {"start.js": '\nimport a from "./a.js";', "a.js": ""},
            r"start\.js, line 2: 'import a from",
        ),
        ({"start.js": 'import * as a from "./a.js";', "a.js": ""}, r"start\.js, line 1"),
        ({"start.js": 'import "./a.js";', "a.js": ""}, r"start\.js, line 1"),
        ({"start.js": 'import { a } from "a";', "a.js": ""}, r"start\.js, line 1"),
        (
            {"start.js": 'const a = 1;\n  const b = import("./a.js");', "a.js": ""},
            r"start\.js, line 2",
        ),
        ({"start.js": "const a = 1;\nexport { a };"}, r"start\.js, line 2"),
        ({"start.js": "export default 1;"}, r"start\.js, line 1"),
        (
            {"start.js": "const a = `b ${c ? ` d` : e}`;"},
            r"start\.js: .*: a template inside another",
        ),
        ({"start.js": 'export * from "./a.js";', "a.js": ""}, r"start\.js, line 1"),
    ],
)
def test_modules_that_do_not_go_together(modules, message):
    with pytest.raises(ValueError, match=message):
        join_modules(modules, "start.js")


def test_the_style_has_what_it_imports_in_its_place(web):
    style = 'a { top: 0; }\n@import "./b.css";\n@import "./one/c.css";\nd { top: 3px; }\n'
    files = {
        "b.css": "b { top: 1px; }\n",
        "one/c.css": '@import "./two.css";\n',
        "one/two.css": "c { top: 2px; }\n",
    }
    folder = web(files, style_css=style)
    assert (
        read_style(Assembly(folder))
        == "a { top: 0; }\nb { top: 1px; }\nc { top: 2px; }\nd { top: 3px; }\n"
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"style_css": '@import "./gone.css";'},
            r"style\.css imports \./gone\.css: there is no such file",
        ),
        ({"style_css": '@import url("https://example.com/a.css");'}, r"style\.css: '@import url\("),
        ({"start_js": 'const a = "</SCRIPT>";'}, "the scripts contain '</script'"),
        ({"start_js": 'const a = "<!--";'}, "the scripts contain '<!--'"),
        ({"style_css": "p::after { content: '</style>'; }"}, "style.css contain '</style'"),
        ({"index_html": INDEX.replace("<!--csp-->", "")}, "<!--csp--> 0 times"),
        (
            {"index_html": INDEX + "\n<!--part gone-->\n"},
            r"<!--part gone-->: there is no file parts/gone\.html",
        ),
        ({"index_html": INDEX.replace("<!--data-->", "")}, "<!--data--> 0 times"),
        ({"index_html": INDEX.replace("title>", "b>")}, "<title> 0 times"),
        ({"index_html": INDEX + "/*script*/"}, r"/\*script\*/ 2 times"),
    ],
)
def test_files_that_would_break_the_page(web, changes, message):
    with pytest.raises(ValueError, match=message):
        write_page({"title": ""}, Assembly(web(**changes)))


def test_the_digits_page_without_its_views_is_small(web):
    """The whole page may have 400 KB: network, probes, 100 examples, pass and CSV use half."""
    model, rng = build_model(DigitsSettings()), np.random.default_rng(0)
    H = model.get_layer("lstm").units
    probes = {
        "steps": np.arange(8),
        "coefficients": rng.normal(size=(8, H, 10)),
        "intercepts": rng.normal(size=(8, 10)),
    }
    x = rng.integers(17, size=(100, 8, 8)).astype("float32")
    names = {
        "classes": CLASSES,
        "channels": CHANNELS,
        "title": "digits",
        "run": "runs/digits",
        "task": "classification",
    }
    payload = payload_of(
        model,
        x,
        ids=range(100),
        truth=[0] * 100,
        answers=np.asarray(model(x)),
        probes=probes,
        input="digit",
        **names,
    )
    modules = {
        "decode": WEB / "network/payload.js",
        "run": WEB / "network/forward.js",
        "halfLife": WEB / "network/memory.js",
        "readSeriesText": SERIES_WEB / "exchange/csv.js",
    }
    imports = [
        f'import {{ {name} }} from "{os.path.relpath(path, web())}";'
        for name, path in modules.items()
    ]
    page = write_page(payload, Assembly(web(start_js="\n".join(imports))))
    check_page(page)
    assert len(page.encode()) < 200_000


class TestTheWholePage:
    """What lies in explorer/web goes together."""

    @pytest.mark.parametrize("of", KINDS, ids=lambda of: of.folder.parent.name)
    def test_it_is_one_script_that_parses(self, of, tmp_path):
        script = join_modules(read_modules(of), of.script)
        (tmp_path / "page.js").write_text(script, encoding="utf-8")
        done = subprocess.run(
            [node(), "--check", tmp_path / "page.js"], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr

    @pytest.mark.parametrize("of", KINDS, ids=lambda of: of.folder.parent.name)
    def test_its_policy_fits(self, of):
        elements = check_page(write_page({"title": "<T>"}, of=of))
        assert elements.of("title") == [({}, "<T>")]
        assert data_of(elements) == {"title": "<T>"}

    def test_every_module_has_its_use(self):
        used = {of.folder / of.script for of in KINDS}
        for module in every("*.js"):
            for source in re.findall(r'from "([\w./-]+)";', module.read_text("utf-8")):
                used.add((module.parent / source).resolve())
        assert used == set(every("*.js"))

    def test_every_part_of_the_style_has_its_use(self):
        used = left = {of.folder / of.style for of in KINDS}
        while left:
            found = {
                one: re.findall(r'^@import "([\w./-]+)";$', one.read_text("utf-8"), re.M)
                for one in left
            }
            left = {(one.parent / name).resolve() for one, names in found.items() for name in names}
            used = used | left
        assert used == set(every("*.css"))

    def test_every_part_of_a_page_has_its_use_in_several(self):
        pages = [(of.folder / of.page).read_text("utf-8") for of in KINDS]
        pages += [path.read_text("utf-8") for path in (WEB / "parts").iterdir()]
        names = [name for page in pages for name in re.findall(r"<!--part ([\w-]+)-->", page)]
        assert {path.stem for path in (WEB / "parts").iterdir()} == set(names)
        assert all(names.count(name) > 1 for name in names)

    def test_no_room_imports_from_above(self):
        below = {
            "tour": {"views", "kit", "network", "words", "d3"},
            "views": {"exchange", "kit", "network", "words", "d3"},
            "exchange": {"kit", "network", "words"},
            "kit": {"words", "d3"},
            "d3": set(),
            "network": set(),
            "words": set(),
        }
        for folder in (WEB, SERIES_WEB):
            for module in folder.rglob("*.js"):
                room = module.parent.relative_to(folder).as_posix()
                used = set(
                    re.findall(r'from "\.\./(?:\.\./\.\./web/)?(\w*)', module.read_text("utf-8"))
                )
                assert room == "." or used <= below[room] | {room}, module

    def test_what_all_pages_share_imports_from_none(self):
        for module in (*WEB.rglob("*.js"), WEB / "types.d.ts"):
            imports = r'(?:from |import\()"([\w./-]+)"'
            for source in re.findall(imports, module.read_text("utf-8")):
                assert (module.parent / source).resolve().is_relative_to(WEB), (module, source)

    def test_pages_of_tasks_import_their_own_and_what_all_share(self):
        for of in KINDS:
            for module in of.folder.rglob("*.js"):
                for source in re.findall(r'from "([\w./-]+)";', module.read_text("utf-8")):
                    there = (module.parent / source).resolve()
                    folders = (of.folder, WEB, SERIES_WEB)
                    assert any(map(there.is_relative_to, folders)), (module, source)

    def test_every_file_is_installed(self):
        project = tomlkit.parse(
            (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
        ).unwrap()
        patterns = project["tool"]["setuptools"]["package-data"]["glasscell"]
        installed = {path for pattern in patterns for path in TASKS.parent.glob(pattern)}
        assert set(every("*")) <= installed


class TestD3:
    """What the page uses of d3 lies in the tree, made by a command that lies beside it."""

    FOLDER = WEB / "d3"

    def test_nothing_is_in_it_that_no_page_uses(self):
        kept = re.findall(
            r'export \{([^}]+)\} from "d3-', (self.FOLDER / "build.sh").read_text("utf-8")
        )
        kept = {name.strip() for names in kept for name in names.split(",")}
        used = {
            name
            for path in every("*.js")
            for name in re.findall(r"\bd3\.(\w+)", path.read_text("utf-8"))
        }
        assert kept == used - {"js"}

    @pytest.mark.parametrize("of", KINDS, ids=lambda of: of.folder.parent.name)
    def test_a_page_carries_its_licence(self, of):
        licence = (self.FOLDER / "LICENSE").read_text("utf-8")
        assert "Mike Bostock" in licence
        assert licence in write_page({"title": "T"}, of)

    def test_it_does_in_the_page_what_it_does_in_its_file(self):
        asked = """
            const Y = d3.scaleLinear([0, 3], [90, 10]);
            const area = d3.area().digits(1).x((v) => v).y0(Y(0)).y1(Y).defined((v) => v !== 2);
            console.log(JSON.stringify([
              Y.ticks(4).map(Y.tickFormat(4)), Y.invert(50),
              d3.line().digits(1)([[0, 1 / 3], [2, 1]]),
              area([0, 1, 2, 3]), d3.scaleLog([0.0003, 3], [0, 1]).ticks(3),
              d3.extent([NaN, 2, -1]),
            ]));
            """
        modules = {"d3/d3.js": (self.FOLDER / "d3.js").read_text("utf-8")}
        modules["start.js"] = f'import {{ d3 }} from "./d3/d3.js";\n{asked}'
        alone = [
            "--input-type=module",
            "--eval",
            modules["start.js"].replace("./d3", (self.FOLDER).as_uri()),
        ]
        done = [
            subprocess.run([node(), *command], capture_output=True, text=True, check=True)
            for command in (
                ["--eval", str(jsmin(join_modules(modules, "start.js"), keep_bang_comments=True))],
                alone,
            )
        ]
        assert done[0].stdout == done[1].stdout
        found = json.loads(done[0].stdout)
        assert found[:3] == [["0", "1", "2", "3"], 1.5, "M0,0.3L2,1"]
        assert found[3] == "M0,90L1,63.3L1,90L0,90ZM3,10L3,90Z"
        assert found[4:6] == [[0.001, 0.01, 0.1, 1], [-1, 2]]

    @pytest.mark.nightly  # it asks npm for the packages
    @pytest.mark.skipif(shutil.which("npm") is None, reason="there is no npm")
    def test_the_command_beside_it_makes_it(self, tmp_path):
        subprocess.run(["bash", self.FOLDER / "build.sh", tmp_path], check=True)
        for name in ("d3.js", "LICENSE"):
            assert (tmp_path / name).read_bytes() == (self.FOLDER / name).read_bytes()
