import subprocess
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasscell.exporters.c.filling import decide, fill
from glasscell.exporters.c.writing import commented, identifier, number, quoted


@given(st.text(max_size=40))
def test_a_name_is_one_that_c_can_have(text):
    name = identifier(text)
    assert name.isidentifier()
    assert name.isascii()
    assert name[0] != "_"


@given(st.text("*/?\\\n ab", max_size=20))
def test_nothing_in_a_comment_ends_or_begins_one(text):
    shown = f"({commented(text)})"
    for mark in ("*/", "/*", "??", "\\", "\n"):
        assert mark not in shown


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_number_is_the_same_float32_again(value):
    literal = number(value)
    assert literal.endswith("f")
    assert np.float32(literal[:-1]) == np.float32(value)


def test_a_compiler_reads_the_same_texts_and_numbers(tmp_path):
    texts = ['"', "\\", "??/", "ü—", "\n\t", "%s", "1\x7f2", "a" * 4095]
    values = [1e-45, 3.4028235e38, -0.0, 0.1, 16777216.0, np.nan]
    rows = "".join(f"fputs({quoted(text)}, stdout); putchar(0);" for text in texts)
    rows += "".join(f'printf("%.9g ", (double){number(v)});' for v in values)
    (tmp_path / "one.c").write_text(
        f"#include <stdio.h>\n#include <math.h>\nint main(void) {{ {rows} return 0; }}\n"
    )
    flags = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"]
    subprocess.run(["cc", *flags, "-o", tmp_path / "one", tmp_path / "one.c"], check=True)
    *found, numbers = (
        subprocess.run([tmp_path / "one"], check=True, capture_output=True)
        .stdout.decode()
        .split("\0")
    )
    assert found == texts
    np.testing.assert_array_equal(np.array(numbers.split(), "float32"), np.array(values, "float32"))


TEMPLATE = """\
#ifndef GUARD
#if A
a
#if !B
not b
#else
b
#endif
#else
not a
#endif
#if OTHER && B
other
#else
no other
#endif
#endif"""


@pytest.mark.parametrize(
    ("a", "b", "kept"),
    [(1, 1, ["a", "b"]), (1, 0, ["a", "not b"]), (0, 1, ["not a"]), (0, 0, ["not a"])],
)
def test_known_conditions_are_decided_and_others_left(a, b, kept):
    others = ["#if OTHER && B", "other", "#else", "no other", "#endif", "#endif"]
    assert decide(TEMPLATE, {"A": bool(a), "B": bool(b)}).split("\n") == [
        "#ifndef GUARD",
        *kept,
        *others,
    ]


def test_every_condition_of_the_templates_is_one_that_is_decided(tmp_path):
    from support.leaving import leaving_network

    from glasscell.exporters import c

    network, meaning = leaving_network("one unit")
    c.write(network, meaning, tmp_path / "model")
    left = {
        line
        for file in (tmp_path / "model").iterdir()
        for line in file.read_text().split("\n")
        if line.startswith("#if ") and "FINITE" not in line
    }
    assert left == set()


def test_what_is_put_in_is_not_filled_in_again():
    values = defaultdict(str, {"title": "@name@ glass_ PHI_IN(x) @cell.c@", "name": "net"})
    text = fill("network.c", "net", {}, {"PHI_IN": r"\1"}, values)
    assert "@name@ glass_ PHI_IN(x) @cell.c@" in text
    assert "net_answer *answer" in text
