import pytest

from glasscell.data.tables.grids import lay_out, strangers

X = [f"x{t}" for t in range(12)]


@pytest.mark.parametrize(
    ("names", "odd"),
    [
        (X, ()),
        ([*X, "age"], ("age",)),
        (["class_number", *X, "age"], ("class_number", "age")),
        ([*X, "y_0", "y_1", "y_2"], ("y_0", "y_1", "y_2")),
        ([*X, *(f"y{t}" for t in range(12)), "age"], ("age",)),
        ([*map(str, range(12)), "age"], ("age",)),
        ([*X, *(f"y{t}" for t in range(11))], ()),
        (["x", *X], ()),
        (["x0", "x1", "x2", "age"], ()),
        ([*X[:4], "a", "b"], ()),
        (["height", "weight", "age"], ()),
        ([f"2026-{m:02d}-{d:02d}" for m in (1, 2) for d in range(1, 29 + 2 * (m == 1))], ()),
        ([f"{t / 100:.2f}" for t in range(105)], ()),
        ([f"{t / 10:g}" for t in range(105)], ()),
        ([], ()),
    ],
)
def test_columns_that_are_no_steps(names, odd):
    assert strangers(names) == odd


def test_names_of_two_numbers_are_steps_of_channels():
    names = [f"day{d}_hour{h}" for d in (1, 2) for h in range(3)]
    assert lay_out(names, True)[0] == ("day1_hour", "day2_hour")
    assert lay_out(names[:-1], True) == (("value",), tuple((name,) for name in names[:-1]))
    assert lay_out(["x0", "x1"], False) == (("value",), (("x0",), ("x1",)))
