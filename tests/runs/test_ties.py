"""A tie is called one everywhere, and a better value is printed with digits that show it."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasscell.runs.comparison import in_a_sentence, measure
from glasscell.runs.paired_tests import Pairs, by_ratio
from glasscell.runs.sentences import Runs
from glasscell.system.formatting import alike, digits_apart
from glasscell.tasks.forecasting import report as forecast_report
from glasscell.tasks.forecasting.sentences import ForecastRuns
from glasscell.tasks.series.comparison import of_classes, of_numbers
from glasscell.tasks.series.report import verdict
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.tagging import report as tag_report
from glasscell.tasks.tagging.sentences import TagRuns

NUMBER = r"−?\d+\.\d+(?:e-\d+)?"


@given(st.floats(-2, 2), st.floats(-1e-3, 1e-3))
def test_numbers_that_differ_are_printed_so(one, by):
    two = one + by
    k = digits_apart(one, two)
    assert (f"{one:.{k}f}" == f"{two:.{k}f}") <= (k == 3)
    if k > 3:
        assert float(f"{one:.{k - 1}f}") == float(f"{two:.{k - 1}f}")
    assert alike(one, two) == (round(one, 3) == round(two, 3))


@pytest.mark.parametrize("ours", [1.0, 0.9996, 0.99951])
def test_series_and_the_best_of_the_others_are_a_tie(ours):
    report = {
        "task": "classification",
        "accuracy": ours,
        "baselines": {"majority": 0.5, "summaries": 1.0},
    }
    expected = Series.AS_GOOD(rival=Series.SUMMARIES(), score="accuracy", ours=ours, theirs=1.0)
    assert verdict(report | {"intervals": {"accuracy": [0.9, 1.0]}}) == expected
    assert str(expected) == "as good as linear model on summary statistics (both 1.000)"
    numbers = {"task": "regression", "r2": 1.0, "baselines": {"summaries": ours}}
    assert verdict(numbers).code is Series.AS_GOOD


def test_what_is_as_good_as_another_is_no_tie_with_a_better_one():
    report = {
        "task": "classification",
        "accuracy": 0.9,
        "baselines": {"majority": 0.9, "summaries": 0.95},
    }
    assert verdict(report).code is Series.NOT_BETTER


@pytest.mark.parametrize(
    ("own", "code"),
    [
        (0.8, TagRuns.AS_GOOD),
        (0.8003, TagRuns.AS_GOOD),
        (0.7, TagRuns.NOT_BETTER),
        (0.9, TagRuns.BETTER),
    ],
)
def test_labels_of_steps_are_a_tie(own, code):
    note = tag_report.verdict({"LSTM": {"macro_f1": own}, "commonest label": {"macro_f1": 0.8}})
    assert note.code is code


@pytest.mark.parametrize(
    ("difference", "interval", "code"),
    [
        (0.0, [0.0, 0.0], ForecastRuns.AS_GOOD),
        (-0.0001, [-0.0003, 0.0001], ForecastRuns.AS_GOOD),
        (-0.0001, None, ForecastRuns.AS_GOOD),
        (-0.0001, [-0.00013, -0.00007], ForecastRuns.BETTER),
        (-0.1, [-0.3, 0.1], ForecastRuns.PERHAPS_NO_BETTER),
        (0.0001, [0.00007, 0.00013], ForecastRuns.NOT_BETTER),
    ],
)
def test_forecasts_are_a_tie_unless_their_interval_says_more(difference, interval, code):
    better = None if interval is None else interval[1] < 0
    beside = {
        "best": "drift",
        "difference": difference,
        "interval": interval,
        "n_both": 9,
        "is_better": better,
    }
    note = forecast_report.verdict(beside | {"MASE": [1 + difference, 1.0]})
    assert note.code is code
    if code is ForecastRuns.AS_GOOD:
        assert str(note) == "as good as drift (both MASE 1.000)"
    else:
        ours, theirs, apart, low, high = re.findall(rf"[+]?{NUMBER}", str(note))
        assert ours != theirs
        assert {0.0} & {float(v.replace("−", "-")) for v in (apart, low, high)} == set()


def said_of(kind, first, second, differ):
    """Give what is said of two runs of a kind."""
    found = {"first": first, "second": second, "differ": differ}
    apart = (first - second) * 0.5, (first - second) * 1.5
    found |= (
        {"ratio": first / second} if kind in ("rmse", "text") else {"difference": first - second}
    )
    found |= {"interval": sorted(apart if differ else (-1.0, 1.0))}
    found |= {"only_first": 1, "only_second": 2, "p": 0.5} if kind == "accuracy" else {}
    nothing, form = np.zeros(0), ".4g" if kind == "rmse" else ".3f"
    pairs = Pairs(
        kind, Runs.ACCURACY(), Runs.SERIES(n=9, groups=None), by_ratio, nothing, nothing, form=form
    )
    return in_a_sentence("a", "b", pairs, found)


@pytest.mark.parametrize("kind", ["accuracy", "rmse", "text", "mase"])
def test_two_runs_are_a_tie_where_their_scores_print_alike(kind):
    assert said_of(kind, 0.9, 0.9, False).values["verdict"] == Runs.TIE()
    assert said_of(kind, 0.90001, 0.9, False).values["verdict"] == Runs.TIE()
    assert said_of(kind, 0.9, 0.8, False).values["verdict"] == Runs.NO_DIFFERENCE()
    for first in (0.90001, 0.8999999, 0.5):
        note = said_of(kind, first, 0.9, True)
        assert note.values["verdict"] == Runs.DIFFER()
        numbers = re.search(rf"({NUMBER}) vs ({NUMBER})", str(note))
        assert numbers.group(1) != numbers.group(2)


def test_runs_that_answer_all_alike_are_a_tie():
    y, numbers = np.array(list("ab") * 10), np.arange(20.0)
    for pairs in (of_classes(y, y, y), of_numbers(numbers, numbers + 1, numbers + 1)):
        assert in_a_sentence("a", "b", pairs, measure(pairs)).values["verdict"] == Runs.TIE()
