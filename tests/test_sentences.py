"""The English of each room's codes, compared with support/english; no code parses English."""

import ast
import json
import re
import string

import pytest
from support.english import CODES, ENGLISH, ROOMS, SOURCE, values_of

from glasscell import errors
from glasscell.facts import Note

ERRORS = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
}
# fields that are limits, or of which 1 is another sentence; and codes that speak of several
NEVER_ONE = {
    *(
        "fewest",
        "least",
        "length",
        "longest",
        "most",
        "numbers",
        "perfect",
        "piece",
        "season",
        "size",
        "stride",
        "symbols",
    ),
    *(
        "weights",
        "formats.bomb",
        "formats.zip_of_several",
        "doubts.filled",
        "doubts.many_classes",
        "reading.many_series",
    ),
    *(
        "interop.large_table",
        "lab.short_text",
        "lab.models",
        "runs.too_many_steps",
        "runs.one_at_a_time",
        "system.chiefs",
    ),
    *(
        "digits.no_digit",
        "panels.rows_may_be_series",
        "panels.most_missing",
        "panels.slower",
        "forecastruns.thinned",
    ),
    *(
        "forecastruns.no_season",
        "forecastruns.gave_nothing",
        "forecastruns.half_from_last",
        "textruns.read",
    ),
    *(
        "textruns.one_file",
        "textruns.beginning_shown",
        "cells.too_many",
        "series.folds_take",
        "series.on_folds",
    ),
    *("series.no_mini_rocket", "tagruns.beginning_shown"),
}
PLURAL_OF_ONE = re.compile(
    r"(?<![\w.,/–-])1 (?!series|has |is |was |vs |looks "
    r"|keeps|requires|writes|axis|class|hypothesis)[a-z]+s\b"
)
READING = {
    "startswith",
    "endswith",
    "partition",
    "rpartition",
    "split",
    "removeprefix",
    "removesuffix",
    "find",
}


@pytest.mark.parametrize("room", ROOMS)
def test_the_english_of_a_room(room):
    """Written again by `python tests/support/english.py`, whose diff is for a person to read."""
    rows = json.loads((ENGLISH / f"{room.lower()}.json").read_text(encoding="utf-8"))
    found = {row["code"]: str(values_of(row)) for row in rows}
    assert found == {row["code"]: row["english"] for row in rows}
    assert found.keys() == {str(code) for code in ROOMS[room]}


@pytest.mark.parametrize("room", ROOMS)
def test_a_template_fits_any_number(room):
    """Each is rendered with 0, 1 and 2, and lists of 0, 1, 2 and many items, for what it has."""
    for code in ROOMS[room]:
        fields = [spec or "" for _, name, spec, _ in string.Formatter().parse(code.value) if name]
        assert [spec for spec in fields if spec.count("|") > 1] == [], (
            f"{code}: one form for 1, one for all others"
        )
    for row in json.loads((ENGLISH / f"{room.lower()}.json").read_text(encoding="utf-8")):
        for name, value in row["values"].items():
            for other in others_like(value):
                text = str(values_of(row | {"values": row["values"] | {name: other}}))
                given = "".join(map(str, row["values"].values())) + str(row["subject"])
                given += "{" * ("{{" in CODES[row["code"]].value)
                assert not re.search(r"[{}|]", text) or re.search(r"[{}|]", given), (
                    f"{row['code']}: {text}"
                )
                is_one = (
                    isinstance(value, int) and other == 1 and not {name, row["code"]} & NEVER_ONE
                )
                assert not is_one or not PLURAL_OF_ONE.search(text), (
                    f"{row['code']}, {name}: {text}"
                )


def others_like(value):
    """Give values of the same kind: few, and many."""
    if isinstance(value, int) and not isinstance(value, bool):
        return [0, 1, 2]
    if isinstance(value, list) and value and not isinstance(value[0], dict | list):
        return [value[:1] * n for n in (1, 2, 40)]
    return []


def test_each_sentence_has_one_code():
    for room in ROOMS.values():
        # else two names are one code
        assert set(room.__members__) == {code.name for code in room}, room
    assert len(CODES) == sum(map(len, ROOMS.values()))


def test_errors_are_raised_with_codes_only():
    found = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_error = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ERRORS
            )
            if is_error and (
                not node.args or isinstance(node.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
            ):
                found.append(f"{path.relative_to(SOURCE)}:{node.lineno}: {ast.unparse(node)[:80]}")
    assert found == []


def reads_prose(text):
    """List the lines that inspect the text of our errors or notes; pyright checks note types."""
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.ExceptHandler)
            and node.name
            and ERRORS & {n.id for n in names_in(node.type)}
        ):
            texts = {f"str({node.name})", f"{node.name}.args[0]"}
            for inner in node.body:
                yield from (
                    f"{one.lineno}: {ast.unparse(one)[:80]}"
                    for one in ast.walk(inner)
                    if looks_into(one, texts)
                )
        elif looks_into(node, {"str(note)", "str(error.note)", "str(warning)"}):
            yield f"{node.lineno}: {ast.unparse(node)[:80]}"


def names_in(node):
    return [one for one in ast.walk(node) if isinstance(one, ast.Name)] if node else []


def looks_into(node, texts):
    if isinstance(node, ast.Compare) and any(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
        return ast.unparse(node.comparators[0]) in texts
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    if ast.unparse(node.func.value) == "re" or node.func.attr in (
        "match",
        "search",
        "fullmatch",
        "findall",
    ):
        return any(ast.unparse(arg) in texts for arg in node.args)
    return node.func.attr in READING and any(
        ast.unparse(one) in texts for one in ast.walk(node.func.value)
    )


def test_no_code_reads_prose():
    found = {
        str(path.relative_to(SOURCE)): list(reads_prose(path.read_text("utf-8")))
        for path in SOURCE.rglob("*.py")
    }
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    [
        're.match(r"row (\\d+)", str(error))',
        '"row" in str(error)',
        'str(error).startswith("row")',
        'str(error).removeprefix("a: ").split("; ")[0]',
        "ROW.search(str(error))",
        '"left out" not in str(note)',
    ],
)
def test_a_line_that_reads_prose_is_found(line):
    assert list(
        reads_prose(f"try:\n    f()\nexcept (OSError, DataError) as error:\n    x = {line}\n")
    )
    assert not list(
        reads_prose("try:\n    f()\nexcept OSError as error:\n    x = 'row' in str(error)\n")
    )


def test_a_note_is_no_text():
    assert not issubclass(Note, str)
