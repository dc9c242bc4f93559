import pytest

from glasscell.interop.c.writing import decide, fill

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
    ("a", "b", "kept"), [(1, 1, ["a", "b"]), (1, 0, ["a", "not b"]), (0, 1, ["not a"]), (0, 0, ["not a"])]
)
def test_known_conditions_are_decided_and_others_left(a, b, kept):
    others = ["#if OTHER && B", "other", "#else", "no other", "#endif", "#endif"]
    assert decide(TEMPLATE, {"A": bool(a), "B": bool(b)}).split("\n") == ["#ifndef GUARD", *kept, *others]


def test_every_condition_of_the_templates_is_one_that_is_decided(tmp_path):
    from support.leaving import leaving_network

    from glasscell.interop import c

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
    empty = dict.fromkeys(("data", "names", "cell", "layer", "functions", "reading"), "")
    values = empty | {"title": "@name@ glass_ PHI_IN(x)", "name": "net", "features": "3"}
    text = fill("network.c", "net", {}, {"PHI_IN": r"\1"}, values)
    assert "@name@ glass_ PHI_IN(x)" in text
    assert "net_answer *answer" in text
