import pytest

from glasscell.data.tables.grids import lay_out, say_order, say_uneven, unwrap
from glasscell.data.tables.sentences import Tables


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        ("h{:02d}", [*range(20, 24), *range(8)]),
        ("h{:02d}", [20, 22, 0, 2, 4]),
        ("y{:02d}", [*range(92, 100), *range(8)]),
        ("m{:02d}", [*range(8, 13), *range(1, 8)]),
        ("week_{}", [*range(44, 53), *range(1, 8)]),
        ("d{:02d}", [*range(22, 32), *range(1, 11)]),
        ("{}", [*range(18, 24), *range(10)]),
        ("{}h", [*range(18, 24), *range(10)]),
    ],
)
def test_an_order_that_begins_again_once_is_kept(form, numbers):
    names = [form.format(number) for number in numbers]
    columns = lay_out(names, True)[1]
    assert columns == tuple((name,) for name in names)
    said = say_order(names, columns)
    assert (said.code, said.values["order"]) == (Tables.NUMBERS_BEGIN_AGAIN, Tables.IN_FILE_ORDER())
    assert (said.values["first"], said.values["last"]) == (names[0], names[-1])
    assert say_uneven(columns) is None
    assert lay_out(names[::-1], True)[1] == columns
    assert say_order(names[::-1], columns).values["order"] == Tables.FROM_THE_LAST()
    both = [f"{channel}_{name}" for name in names for channel in ("u", "v")]
    if name_ends_in_number := names[0][-1].isdecimal():
        assert lay_out(both, True)[1] == tuple((f"u_{name}", f"v_{name}") for name in names)
    assert name_ends_in_number or form == "{}h"


@pytest.mark.parametrize(
    "numbers",
    [[5, 6, 7, 8, 9, 0, 1], [*range(1, 12), 0], [12, 1, 2, 3, 4], [1, 10, 11, 2, 3], [2025, 2026, 2023, 2024]],
)
def test_another_order_is_that_of_the_numbers(numbers):
    of = {f"x{number}": ("x", number) for number in numbers}
    assert unwrap(of) == (of, None, None)
