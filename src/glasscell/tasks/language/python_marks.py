"""Hypotheses about Python source, from Python's own tokens and syntax tree, on whole files.

T characters

Results agree from Python 3.10 to 3.13: braces of an f-string are part of the string, since an
f-string is one token before 3.12. Statements found by a keyword (`def`, imports) extend from their
first to their last character, without the newline.
"""

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from types import MappingProxyType

import numpy as np

from glasscell.tasks.language.hypotheses import Hypothesis

# no statement
LAYOUT = (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
WORDS = {
    "comment": "Inside a comment",
    "string": "Inside a string of any kind, docstrings and f-strings included",
    "docstring": "Inside a docstring",
    "number": "Inside a number",
    "def_line": "In a def statement, up to the colon",
    "class_line": "In a class statement, up to the colon",
    "import_line": "In an import",
    "decorator": "In a decorator",
    "open_brackets": "Number of open brackets in code",
    "blocks": "Nesting depth of the block",
}
NUMBERS = ("open_brackets", "blocks")
ALONE = {tokenize.COMMENT: "comment", tokenize.NUMBER: "number"}  # tokens of interest by themselves
STATEMENTS = {"def": "def_line", "class": "class_line", "@": "decorator"}  # by first word


@lru_cache(maxsize=1)  # all hypotheses are evaluated on one text before the next, see `mark_texts`
def mark_python(text: str) -> Mapping[str, np.ndarray] | None:
    """Return the values of all hypotheses on a Python file.

    Shape: (T,).

    >>> marks = mark_python("x = 'a'  # b")
    >>> ["".join(np.where(marks[name], "#", ".")) for name in ("string", "comment")]
    ['....##......', '.........###']
    >>> mark_python("x =") is None
    True
    """
    source, places = _normal(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about invalid escapes, which do not matter here
            tree = ast.parse(source)
            tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (SyntaxError, ValueError, tokenize.TokenError, RecursionError, MemoryError):
        return None
    lines = source.split("\n")
    starts = np.cumsum([0, *(len(line) + 1 for line in lines)])

    def place(at: tuple[int, int]) -> int:
        return int(starts[at[0] - 1]) + at[1]

    # one extra position, for a byte order mark at the end
    marks = {name: np.zeros(len(source) + 1, float if name in NUMBERS else bool) for name in WORDS}
    for name, start, length in _spans(tokens, place):
        marks[name][start : start + length] = True
    for name, node in _nodes(tree):
        ends = (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)
        start, end = (place((row, _characters(lines[row - 1], n))) for row, n in ends)
        marks[name][start:end] = True
    marks["docstring"] &= marks["string"]  # without brackets and comments between its parts
    for name, at, change in _changes(tokens):
        marks[name][place(at)] += change
    for name in NUMBERS:
        marks[name] = np.cumsum(marks[name])
    marks = {name: values[places] for name, values in marks.items()}
    for values in marks.values():
        values.setflags(write=False)
    return MappingProxyType(marks)


def _one(name: str, text: str) -> np.ndarray | None:
    marks = mark_python(text)
    return None if marks is None else marks[name]


PYTHON_MARKS = tuple(
    Hypothesis(name, partial(_one, name), name not in NUMBERS, words)
    for name, words in WORDS.items()
)


def _normal(text: str) -> tuple[str, np.ndarray]:
    """Return a text as `tokenize` reads it, and each original character's position in it (T,), int.

    A byte order mark and the carriage returns of Windows' newlines are dropped; they get the
    position of the next character.
    """
    dropped = [found.start() for found in re.finditer("\\A\ufeff|\r(?=\n)", text)]
    kept = np.ones(len(text), bool)
    kept[dropped] = False
    return re.sub("\\A\ufeff|\r(?=\n)", "", text).replace("\r", "\n"), np.cumsum(kept) - kept


def _characters(line: str, n: int) -> int:
    """Return the number of characters in a line's first n bytes; syntax trees count bytes."""
    return n if line.isascii() else len(line.encode()[:n].decode())


def _outside(tokens: list[tokenize.TokenInfo]) -> Iterator[tuple[tokenize.TokenInfo, bool]]:
    """Yield tokens outside of f-strings, and whether an f-string begins or ends with the token."""
    depth = 0
    for token in tokens:
        kind = tokenize.tok_name[token.type]
        depth += kind.endswith("STRING_START")
        if depth == 0 or (depth == 1 and kind.endswith(("STRING_START", "STRING_END"))):
            yield token, depth == 1
        depth -= kind.endswith("STRING_END")


def _spans(
    tokens: list[tokenize.TokenInfo], place: Callable[[tuple[int, int]], int]
) -> Iterator[tuple[str, int, int]]:
    """Yield spans found from tokens: name, start and length.

    The length is that of the token's text, since early versions of 3.12 give some token ends in
    bytes.
    """
    line: list[tokenize.TokenInfo] = []
    opened = -1
    for token, is_part in _outside(tokens):
        start, length = place(token.start), len(token.string)
        if token.type == tokenize.STRING or is_part:
            quote = re.search("['\"]", token.string)
            assert quote is not None
            begin = opened if opened >= 0 else start + quote.start()  # without the prefix
            is_whole = token.type == tokenize.STRING or opened >= 0
            if is_whole:
                yield "string", begin, start + length - 1 - begin
            opened = -1 if is_whole else begin
        elif token.type in ALONE:
            yield ALONE[token.type], start, length
        elif token.type in (
            tokenize.NEWLINE,
            tokenize.ENDMARKER,
        ):  # some versions do not end the last line
            words = [one.string for one in line[:2]]
            if name := STATEMENTS.get(words[-1] if words[:1] == ["async"] else "".join(words[:1])):
                yield name, place(line[0].start), start - place(line[0].start)
            line = []
        if token.type not in (*LAYOUT, tokenize.NEWLINE):
            line.append(token)


def _nodes(tree: ast.AST) -> Iterator[tuple[str, ast.stmt | ast.expr]]:
    """Yield the nodes that require the syntax tree, with names."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield "import_line", node
        elif isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0] if node.body else None
            value = first.value if isinstance(first, ast.Expr) else None
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield "docstring", value


def _changes(tokens: list[tokenize.TokenInfo]) -> Iterator[tuple[str, tuple[int, int], int]]:
    """Yield changes of depth and where they begin; those of blocks begin at the start of a line."""
    change = 0
    for token, _ in _outside(tokens):
        change += (token.type == tokenize.INDENT) - (token.type == tokenize.DEDENT)
        if token.type in (tokenize.INDENT, tokenize.DEDENT):
            continue
        if change and token.type not in (*LAYOUT, tokenize.NEWLINE):
            yield "blocks", (token.start[0], 0), change
            change = 0
        if token.type == tokenize.OP and token.string in tuple("([{)]}"):
            yield "open_brackets", token.start, 1 if token.string in "([{" else -1
