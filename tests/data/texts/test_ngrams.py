"""The n-gram model is the textbook's Kneser–Ney, written with dictionaries, and a distribution."""

import math
from collections import Counter

import numpy as np
import pytest

from glasscell.data.texts.ngrams import bits, count

EXACT = 1e-12  # sums of at most some hundred terms below 1


class Slow:
    """Chen & Goodman 1998, equations 16, 17 and 20, one n-gram at a time."""

    def __init__(self, parts, order, symbols):
        self.order, self.symbols = order, symbols
        padded = [("^",) * (order - 1) + tuple(part.tolist()) for part in parts]
        whole = Counter(
            text[k - order + 1 : k + 1]
            for text in padded
            for k in range(order - 1, len(text))
            if text[k] != "^"
        )
        self.counts: dict[int, Counter] = {order: whole}
        for n in range(order - 1, 0, -1):
            before: dict[tuple, set] = {}
            for gram in self.counts[n + 1]:
                before.setdefault(gram[1:], set()).add(gram[0])
            self.counts[n] = Counter({gram: len(those) for gram, those in before.items()})
        self.after: dict[int, dict[tuple, dict]] = {n: {} for n in self.counts}
        for n, counts in self.counts.items():
            for gram, c in counts.items():
                self.after[n].setdefault(gram[:-1], {})[gram[-1]] = c

    def discount(self, n, c):
        n1, n2, n3, n4 = (sum(v == k for v in self.counts[n].values()) for k in (1, 2, 3, 4))
        if n1 == 0 or n2 == 0:
            return 0.5
        y = n1 / (n1 + 2 * n2)
        if n3 and n4:
            all_of_them = [1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3]
            if min(all_of_them) > 0:
                return all_of_them[min(c, 3) - 1]
        return y

    def probability(self, context, symbol):
        n = len(context) + 1
        below = self.probability(context[1:], symbol) if context else 1 / self.symbols
        if context not in self.after[n]:
            return below
        after = self.after[n][context]
        total, left = sum(after.values()), sum(self.discount(n, c) for c in after.values())
        c = after.get(symbol, 0)
        return (c - self.discount(n, c) if c else 0) / total + left / total * below

    def bits(self, part):
        text = ("^",) * (self.order - 1) + tuple(part.tolist())
        places = range(self.order - 1, len(text))
        return [-math.log2(self.probability(text[k - self.order + 1 : k], text[k])) for k in places]


def texts(rng, symbols, sizes, few=None):
    """Draw texts that repeat themselves, as language does, of all symbols or a few."""
    words = [rng.choice(few or symbols, rng.integers(1, 5)) for _ in range(8)]
    rank = 1 / np.arange(1, 9)
    return [
        np.concatenate([words[k] for k in rng.choice(8, 400, p=rank / rank.sum())])[:size]
        for size in sizes
    ]


@pytest.mark.parametrize("seed", range(12))
def test_it_is_the_model_of_the_book(seed):
    rng = np.random.default_rng(seed)
    symbols, order = int(rng.integers(1, 7)), int(rng.integers(1, 7))
    parts = texts(rng, symbols, [60, 0, 200, 1, 7])
    new = [*texts(rng, symbols, [50, 0]), rng.integers(0, symbols, 30)]
    found, slow = bits(count(parts, order, symbols), new), Slow(parts, order, symbols)
    assert [len(one) for one in found] == [50, 0, 30]
    for one, part in zip(found, new, strict=True):
        np.testing.assert_allclose(one, slow.bits(part), rtol=0, atol=EXACT)


def test_three_discounts_and_one_and_a_half_are_all_met():
    rng, met = np.random.default_rng(0), set()
    for size in (3, 100, 2000):
        slow = Slow(texts(rng, 5, [size]), 4, 5)
        for n in slow.counts:
            found = [slow.discount(n, c) for c in (1, 2, 3)]
            met.add("half" if found == [0.5] * 3 else len(set(found)))
    assert met == {"half", 1, 3}


def test_keys_of_many_symbols_and_a_high_order_fit():
    # 1001⁹ is above 2⁶⁴, and so is 257⁹
    rng, few = (np.random.default_rng(0), [0, 255, 997, 998, 999])
    for symbols, those in ((1000, few), (256, [0, 3, 253, 254, 255])):
        parts = [part.astype(np.uint16) for part in texts(rng, symbols, [400, 90], those)]
        new = np.concatenate([texts(rng, symbols, [60], those)[0], parts[0][100:140]])
        slow = Slow(parts, 9, symbols)
        np.testing.assert_allclose(
            bits(count(parts, 9, symbols), [new])[0], slow.bits(new), rtol=0, atol=EXACT
        )


@pytest.mark.parametrize("order", [1, 2, 5, 9])
def test_the_probabilities_of_all_symbols_sum_to_one_after_any_context(order):
    rng = np.random.default_rng(order)
    parts = texts(rng, 5, [300, 20])
    model = count(parts, order, symbols=7)  # two of which never occur
    contexts = [parts[0][:0], parts[0][:3], parts[0][40:60], rng.integers(0, 7, 20), np.full(12, 6)]
    for context in contexts:
        costs = [bits(model, [np.append(context, symbol)])[0] for symbol in range(7)]
        assert np.isfinite(costs).all()
        assert abs(sum(2 ** -cost[-1] for cost in costs) - 1) < EXACT


def test_a_symbol_is_likely_in_a_new_context_by_how_many_it_was_seen_in():
    often_after_one, after_many = 1, 2
    told = [0, often_after_one] * 40 + [k for other in range(3, 13) for k in (other, after_many)]
    model = count([np.array(told)], order=2, symbols=15)
    new = [bits(model, [np.array([14, symbol])])[0][1] for symbol in (often_after_one, after_many)]
    assert new[1] < new[0] - 2
    assert bits(model, [np.array([0, often_after_one])])[0][1] < 0.1


def test_no_context_reaches_into_the_file_before():
    rng = np.random.default_rng(0)
    one, two = texts(rng, 4, [100, 100])
    model = count([one, two], 5, 4)
    together, alone = bits(model, [one, two]), bits(model, [two])
    assert (together[1] == alone[0]).all()
    joined = bits(model, [np.concatenate([one, two])])[0]
    assert (joined[100:104] != together[1][:4]).any()
    assert bits(model, []) == []
