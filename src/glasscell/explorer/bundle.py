"""One HTML file made of a page's files and those in `web/`, which all pages share.

Its security policy forbids any loading.

The scripts are ES modules, so that each can be tested separately. A page opened from a file may not
load modules, so they are joined into one classic script; the only comments kept are licenses, `/*!
… */`. This requires plain modules: only named exports and imports, or messages, `import en from
"./en.json" with { type: "json" };`; every import at the start of a line and from "./file" or
"../folder/file"; no nested templates. Imports in style.css are replaced by the imported files. A
line <!--part NAME--> of a page is replaced by parts/NAME.html, which several pages can include.
Both can be nested.
"""

import base64
import hashlib
import html
import json
import posixpath
import re
from pathlib import Path
from typing import Any, NamedTuple

from rjsmin import jsmin

WEB = Path(__file__).parent / "web"


class Assembly(NamedTuple):
    """The files of a page: its folder, the page itself, its style, and the script that starts it.

    They import from this folder and the explorer's own.
    """

    folder: Path
    page: str = "index.html"
    style: str = "style.css"
    script: str = "start.js"


_PART = re.compile(r"^<!--part ([\w-]+)-->$", re.M)
_IMPORT = re.compile(r'^import\s*\{([^{}]*)\}\s*from\s*"(\.{1,2}/[\w./-]+\.js)";[ \t]*$', re.M)
_IMPORT_JSON = re.compile(
    r'^import (\w+) from "(\.{1,2}/[\w./-]+\.json)" with \{ type: "json" \};[ \t]*$', re.M
)
_IMPORT_STYLE = re.compile(r'^@import "(\.{1,2}/[\w./-]+\.css)";$', re.M)
_EXPORT = re.compile(r"^export\s+(?=(?:async\s+function|function|const|let|class)\b)", re.M)
_NESTED = re.compile(r"`[^`\n]*\$\{[^}`\n]*`.*")
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*|\bimport\s*\(.*", re.M)
_NAME = re.compile(
    r"^(export\s+)?(?:async\s+)?(?:function\b\s*\*?|const\b|let\b|var\b|class\b)\s*([\w$]+)", re.M
)


def write_page(payload: dict[str, Any], of: Assembly) -> str:
    """Return the page for a payload of `payload.payload_of`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     web = Path(folder)
    ...     page = "<!--csp--><title></title><style>/*style*/</style>"
    ...     page += "<!--data--><script>/*script*/</script>"
    ...     _ = (web / "index.html").write_text(page)
    ...     _ = (web / "style.css").write_text("")
    ...     _ = (web / "start.js").write_text("export const start = 1;")
    ...     text = write_page({"title": "1 < 2"}, Assembly(web))
    >>> "<title>1 &lt; 2</title>" in text, "script-src 'sha256-" in text
    (True, True)
    """
    template = _with_parts(of)
    style, script = read_style(of), join_modules(read_modules(of), of.script)
    script = str(jsmin(script, keep_bang_comments=True))
    for what, text, end in (("the scripts", script, "</script"), (of.style, style, "</style")):
        for bad in (end, "<!--"):
            if bad in text.lower():
                raise ValueError(
                    f"{what} contain {bad!r}, which HTML would interpret; write it in two parts"
                )
    contents = {
        "/*style*/": style,
        "/*script*/": script,
        "<!--data-->": f'<script type="application/json" '
        f'id="data">{to_inline_json(payload)}</script>',
    }
    for holder in (*contents, "<!--csp-->", "<title>"):
        if template.count(holder) != 1:
            raise ValueError(
                f"{of.page} has {holder} {template.count(holder)} times: expected once"
            )
    # a file cannot contain a lone surrogate
    title = str(payload.get("title", "")).encode("utf-8", "replace").decode()
    title = f"<title>{html.escape(title)}</title>"
    # in one pass, so that inserted text is not searched
    places = re.compile(r"<title>.*?</title>|/\*style\*/|/\*script\*/|<!--data-->", re.S)
    page = places.sub(lambda found: contents.get(found[0], title), template)
    return page.replace(
        "<!--csp-->", f'<meta http-equiv="Content-Security-Policy" content="{_policy(page)}">', 1
    )


def _with_parts(of: Assembly) -> str:
    def read(found: re.Match[str]) -> str:
        file = WEB / "parts" / f"{found[1]}.html"
        if not file.is_file():
            raise ValueError(f"{of.page}: {found[0]}: there is no file parts/{file.name}")
        return _PART.sub(read, file.read_text("utf-8").rstrip("\n"))

    return _PART.sub(read, (of.folder / of.page).read_text("utf-8"))


def to_inline_json(value: Any) -> str:
    r"""Return JSON that is safe inside a script element: nothing in it ends the element or is HTML.

    >>> to_inline_json(["</script>", 1])
    '["\\u003c/script\\u003e",1]'
    """
    # all but ASCII becomes \uXXXX, also U+2028
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def read_style(of: Assembly) -> str:
    """Return a style sheet with imports replaced, recursively, by the imported files.

    >>> from glasscell.explorer.series.page import SERIES
    >>> "@import" in read_style(SERIES)
    False
    """

    def imported(folder: Path, text: str) -> str:
        def read(found: re.Match[str]) -> str:
            if not (folder / found[1]).is_file():
                raise ValueError(f"{of.style} imports {found[1]}: there is no such file")
            return imported(
                (folder / found[1]).parent, (folder / found[1]).read_text("utf-8").rstrip()
            )

        return _IMPORT_STYLE.sub(read, text)

    style = imported(of.folder, (of.folder / of.style).read_text("utf-8"))
    left = re.search(r"@import\b.*", style)
    if left:
        raise ValueError(
            f"{of.style}: {left[0]!r}: expected lines of {of.style} only, `@import "
            f'"./folder/file.css";`'
        )
    return style


def read_modules(of: Assembly) -> dict[str, str]:
    """Return the sources of a page's script and its imports, by path; skip missing files.

    >>> from glasscell.explorer.series.page import SERIES
    >>> "../../web/kit/dom.js" in read_modules(SERIES)
    True
    """
    modules: dict[str, str] = {}
    left = [of.script]
    while left:
        file = left.pop()
        if file not in modules and (of.folder / file).is_file():
            modules[file] = (of.folder / file).read_text("utf-8")
            left += [_source(file, path) for _, path in _imports(modules[file])]
    return modules


def join_modules(modules: dict[str, str], entry: str) -> str:
    r"""Return a classic script equivalent to the ES module `entry`, with its imports first.

    >>> one = "import {\n  two,\n} from './two.js';\nconst one = two / 2;\n".replace("'", '"')
    >>> print(join_modules({"one.js": one, "two.js": "export const two = 2;\n"}, "one.js"), end="")
    const module0 = (() => {
    "use strict";
    const two = 2;
    return { two };
    })();
    const module1 = (() => {
    "use strict";
    const {
      two,
    } = module0;
    const one = two / 2;
    return {  };
    })();
    """
    order: list[str] = []
    _visit(entry, modules, order, ())
    return "".join(_scope(file, modules[file], order) for file in order)


def _scope(file: str, text: str, order: list[str]) -> str:
    """Return a module as a constant with its exports, in a scope of its own."""
    if file.endswith(".json"):
        return f"const module{order.index(file)} = {text.strip()};\n"
    imports = [(names, order.index(_source(file, path))) for names, path in _imports(text)]
    taken = "".join(f"const {names} = module{n};\n" for names, n in imports)
    body = _EXPORT.sub("", _without_imports(text)).strip()
    given = ", ".join(_names(text, exported=True))
    return (
        f'const module{order.index(file)} = (() => {{\n"use strict";\n{taken}{body}\nreturn '
        f"{{ {given} }};\n}})();\n"
    )


def _imports(text: str) -> list[tuple[str, str]]:
    """Return the imports of a module: "{ names }" or a JSON value's name, and the path."""
    return [(f"{{{names}}}", path) for names, path in _IMPORT.findall(text)] + _IMPORT_JSON.findall(
        text
    )


def _without_imports(text: str) -> str:
    return _IMPORT_JSON.sub("", _IMPORT.sub("", text))


def _source(file: str, path: str) -> str:
    """Return the module that an import path in a file refers to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), path))


def _visit(file: str, modules: dict[str, str], order: list[str], path: tuple[str, ...]) -> None:
    """Append a module to `order`, after everything that it imports."""
    if file in path:
        raise ValueError(
            f"the imports go in a circle: {' → '.join((*path[path.index(file) :], file))}"
        )
    if file in order:
        return
    if file not in modules:
        raise ValueError(
            f"{path[-1] if path else 'the page'} imports {file}: there is no such file"
        )
    text = modules[file]
    if file.endswith(".json"):
        order.append(file)
        return
    left = _LEFT_OVER.search(_EXPORT.sub("", _without_imports(text)))
    if left:
        line = next(n for n, one in enumerate(text.splitlines(), 1) if left[0] in one)
        raise ValueError(
            f'{file}, line {line}: {left[0]!r}: expected `import {{ names }} from "./file.js";` '
            f"or from "
            '"../folder/file.js", or `export` before a function, const, let or class'
        )
    nested = _NESTED.search(text)
    if nested:
        raise ValueError(
            f"{file}: {nested[0]!r}: a template inside another, whose spaces would be lost; join "
            f"two texts"
        )
    for names, path_there in _imports(text):
        source = _source(file, path_there)
        _visit(source, modules, order, (*path, file))
        if source.endswith(".json"):
            continue
        for name in filter(None, (name.strip() for name in names.strip("{}").split(","))):
            if name not in _names(modules[source], exported=True):
                raise ValueError(f"{file} imports {name} from {source}, which does not export it")
    order.append(file)


def _names(text: str, *, exported: bool = False) -> list[str]:
    """Return the names defined at the top level, recognized by missing indentation."""
    return [name for export, name in _NAME.findall(text) if export or not exported]


def _policy(page: str) -> str:
    """Return a policy that allows only the page's own scripts and styles, by their hashes."""
    hashes = {
        kind: " ".join(
            f"'sha256-{_sha256(content)}'"
            for content in re.findall(f"<{kind}>(.*?)</{kind}", page, re.S)
        )
        for kind in ("script", "style")
    }
    return (
        f"default-src 'none'; script-src {hashes['script']}; style-src {hashes['style']}; "
        f"img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
