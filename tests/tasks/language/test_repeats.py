"""A held-out file that is mostly in a training file is found, however its lines were changed."""

import numpy as np
import pytest

from glasscell.tasks.language.repeats import Repeat, find_repeats, xz_bits


def lines(seed, n=60):
    rng = np.random.default_rng(seed)
    return ["".join(map(chr, rng.integers(97, 123, 40))) + f" {k}" for k in range(n)]


def test_a_copy_is_found_and_a_file_of_its_own_is_not():
    one, two, three = ("\n".join(lines(seed)) for seed in range(3))
    assert find_repeats([one, two, ""], [three, two, one]) == [Repeat(0, 2, 1.0), Repeat(1, 1, 1.0)]
    assert find_repeats([one], [three, two]) == []
    assert find_repeats([], [one]) == find_repeats([one], []) == []


def test_shifted_wrapped_and_indented_text_is_the_same_text():
    text = lines(0)
    other = (
        "A preface.\n\n"
        + "\n\n".join(f"    {line}".replace(" ", "\n  ") for line in text)
        + "\nAnd more."
    )
    assert find_repeats(["\n".join(text)], [other]) == [Repeat(0, 0, 1.0)]


@pytest.mark.parametrize(("kept", "found"), [(20, False), (40, True)])
def test_more_than_half_has_to_stand_in_one_file(kept, found):
    text, other = lines(0), lines(1)
    mixed = "\n".join([*text[:kept], *other[kept:]])
    repeats = find_repeats(["\n".join(text)], ["\n".join(other), mixed])
    assert [(one.held_out, one.training) for one in repeats] == [(0, 1)] * found
    for one in repeats:
        assert one.share == pytest.approx(kept / 60, abs=0.05)


def test_a_file_that_several_share_is_no_repeat_and_the_nearest_is_named():
    text = lines(0)
    thirds = ["\n".join(text[k : k + 20]) for k in (0, 20, 40)]
    assert find_repeats(["\n".join(text)], thirds) == []
    (found,) = find_repeats(
        ["\n".join(text)], ["\n".join(text[:40]), "\n".join(text[:50]), "\n".join(text[10:])]
    )
    assert found.training == 1


def test_what_is_shorter_than_a_piece_is_too_short_to_tell():
    assert find_repeats(["x" * 49], ["x" * 49]) == []
    assert find_repeats(["x" * 50], ["x" * 50]) == [Repeat(0, 0, 1.0)]


WHOLE = 70 << 10  # bytes


def random_text(seed, size=WHOLE):
    # 4 bits a character
    return "".join(map(chr, np.random.default_rng(seed).integers(32, 48, size)))


def test_text_without_order_costs_what_its_alphabet_does():
    # xz has no arithmetic coder for whole symbols: some per cent more
    assert 4 <= xz_bits([random_text(0)]) < 4.3


def test_what_stood_in_the_training_text_costs_next_to_nothing_and_new_text_all():
    first, *others = [random_text(seed) for seed in range(4)]
    assert xz_bits([first], after=[first, *others]) < 0.02
    assert xz_bits([first[:5000], first[9000:]], after=[first, *others]) < 0.02
    assert 4 <= xz_bits([random_text(9)], after=[first, *others]) < 4.3


def test_a_character_counts_once_however_many_bytes_it_has():
    letters = random_text(0, 5000)
    greek = letters.translate({k: chr(k + 900) for k in range(32, 48)})
    assert xz_bits([greek]) == pytest.approx(xz_bits([letters]), rel=0.3)
    assert xz_bits([greek.encode()]) == xz_bits([greek]) / 2
    assert xz_bits(["\ud800"]) > 0  # as in text that was read with surrogates for what is no UTF-8
