"""benchmarks/forecasts.py: its tables against sums by hand, resuming, and halves by name."""

import importlib
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def benchmark(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module


def rows_of(contender: str, errors: list[float], cpu: float, seed: int = 0) -> list[dict]:
    """Rows of two sets: the first five errors are of "a", with one origin, the others of "b"."""
    return [
        {
            "set": "ab"[n >= 5],
            "contender": contender,
            "seed": seed,
            "series": f"s{n}",
            "origin": 1,
            "MASE": error,
        }
        | {"pinball": error / 4, "coverage": 0.8, "cpu": cpu, "wall": cpu}
        for n, error in enumerate(errors)
    ]


def cells_of(lines) -> dict[str, list[str]]:
    split = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("|")
    ]
    return {first: rest for first, *rest in split}


def test_a_contender_is_compared_on_the_forecasts_that_both_made_over_seeds(benchmark):
    tables = benchmark("forecast_tables")
    ours = rows_of("glasscell", [1, 1, 1, 1, 1, 3], 2.0) + rows_of(
        "glasscell", [2, 2, 2, 2, 2, 4], 4.0, seed=1
    )
    theirs = rows_of("AutoETS", [2, 2, 2, 2, 1], 1.0)  # which failed on the other set
    found = cells_of(tables.by_contender(pd.DataFrame(ours + theirs)))
    assert found["glasscell"][:2] == ["6", f"{(5 * 1.5 + 3.5) / 6:.3f}"]
    assert found["AutoETS"][:3] == ["5", "1.800", "1.500"]
    difference, interval = found["AutoETS"][3].split(" ", 1)
    assert difference == "−0.300"
    low, high = (float(end.replace("−", "-")) for end in interval.strip("()").split(" to "))
    assert low == -0.5 < -0.3 < high <= 0.5
    assert found["AutoETS"][4:6] == ["4–1", "1–0"]
    assert found["AutoETS"][6:8] == ["0.450", "0.800"]
    assert found["AutoETS"][8:] == ["1.0", "3.00"]  # of ours, the mean of 2 and 4 s on that set
    assert found["glasscell"][8:] == ["6.0", ""]


def test_contenders_are_shown_without_ours_too(benchmark):
    tables = benchmark("forecast_tables")
    found = cells_of(tables.by_contender(pd.DataFrame(rows_of("AutoETS", [2, 2, 2, 2, 1, 3], 1.5))))
    assert found["AutoETS"] == ["6", "2.000", "", "", "", "", "0.500", "0.800", "3.0", ""]


def test_a_set_is_marked_where_an_interval_tells_and_not_where_there_are_few(benchmark):
    tables = benchmark("forecast_tables")
    rows = rows_of("glasscell", [1, 1, 1, 1, 1, 1], 1.0) + rows_of(
        "AutoETS", [2, 2, 2, 2, 3, 9], 1.0
    )
    rows += rows_of("LSTM", [0.5, 0.4, 0.5, 0.4, 0.5, 0.1], 1.0)
    found = cells_of(tables.by_set(pd.DataFrame(rows)))
    assert found["set"] == ["forecasts", "glasscell", "LSTM", "AutoETS"]
    assert found["a"] == ["5", "1.000", "0.460 −", "2.200 +"]
    assert found["b"] == ["1", "1.000", "0.100", "9.000"]


def test_a_further_run_does_what_is_left(benchmark, monkeypatch):
    forecasts = benchmark("forecasts")
    monkeypatch.setattr(forecasts, "origins_of", lambda name, most: list(range(most, 0, -1)))
    done = {("a", "glasscell", 0, 2), ("a", "last value", 0, 1), ("a", "last value", 0, 2)}
    found = list(forecasts.jobs_of(["a"], ["glasscell", "baselines", "AutoETS"], 2, 2, done))
    assert [job[1:] for job in found] == [
        ("glasscell", 0, [1]),
        ("AutoETS", 0, [2, 1]),
        ("glasscell", 1, [2, 1]),
    ]


def test_halves_know_nothing_but_names_and_have_none_in_common(benchmark):
    sets, groups = benchmark("real_panels"), benchmark("forecast_groups")
    for names in (sets.PANELS, sets.SINGLES):
        aside, developed = sets.set_aside(names), sets.developed_on(names)
        assert not set(aside) & set(developed)
        assert sorted([*aside, *developed]) == sorted(names)
        assert aside == sets.set_aside(dict.fromkeys(reversed(names)))
    of_half = [
        {
            name
            for group in groups.GROUPS
            for names in groups.kinds_of(group, half).values()
            for name in names
        }
        for half in groups.HALVES
    ]
    assert of_half[0] & of_half[1] == {*sets.NAMED_PANELS, *sets.NAMED_SINGLES}
