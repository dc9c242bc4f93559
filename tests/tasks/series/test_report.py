import pandas as pd
import pytest

from glasscell.system.formatting import cell, sentence, to_table
from glasscell.tasks.series.report import (
    score_line,
    stopped_folds,
    summary,
    tabulate_classes,
    tabulate_confusion,
    tabulate_scores,
    to_markdown,
    verdict,
)
from glasscell.tasks.series.sentences import Series

SCORES = {
    "task": "classification", "accuracy": 0.75, "balanced_accuracy": 0.5, "log_loss": 1.0,
    "calibration_error": 0.1,
    "per_class": {"a|b": {"precision": 1.0, "recall": 0.5, "f1": 0.67, "n": 4}},
    "confusion": [[4]], "classes": ["a|b"],
    "n": 4, "right": 3, "intervals": {"accuracy": [0.25, 0.875], "majority": [0.0, 0.5]},
}  # fmt: skip
RUN = {
    "data": "walks.csv", "warnings": ["few"], "n_train": 9, "epochs": 3, "best_epoch": 2,
    "seconds": 1.25, "stopped": True, "files": ["model.keras", "report.md"],
    "measured_on": "the validation split", "measured_by": "aside",
    "baselines": {"majority": 0.25, "nearest_neighbour": 0.625},
}  # fmt: skip


def test_the_report_says_all_there_is_to_say():
    text = to_markdown(SCORES | RUN, ["read as long form"])
    for words in (
        "# walks.csv", "- read as long form", "**few**", "9 series for 3 epochs",
        "after epoch 2", "stopped early",
        "| accuracy | 0.750 | 0.250–0.875 |", "| majority class | 0.250 | 0.000–0.500 |",
        "| LSTM | 0.750 | 0.250–0.875 |",
        "**Accuracy 0.750 (3/4, 95% CI 0.250–0.875) on the validation split.**",
        "| nearest neighbor | 0.625 |  |",
        "Not significantly better than nearest neighbor: accuracy 0.750 vs 0.625",
        r"| a\|b | 1.000 | 0.500 | 0.670 | 4 |", "(confusion.png)",
        "a slightly lower score on new data",
        "Files of this run: model.keras, report.md, report.json.",
    ):  # fmt: skip
        assert words in text, words


def test_the_report_says_that_intervals_are_over_groups():
    text = to_markdown(SCORES | RUN | {"interval_over": "groups", "n_groups": 12}, [])
    assert "|  | LSTM | 95% CI over 12 groups |" in text
    assert "|  | accuracy | 95% CI over 12 groups |" in text
    assert "intervals are over groups" in text
    few = (
        SCORES
        | RUN
        | {
            "interval_over": "groups",
            "n_groups": 2,
            "intervals": {"accuracy": None, "majority": None},
        }
    )
    assert "95% CI" not in to_markdown(few, [])


def test_numbers_have_their_own_report():
    text = to_markdown(
        {**RUN, "task": "regression", "mae": 1.0, "rmse": 2.0, "r2": None, "n": 3, "baselines": {}},
        [],
    )
    assert "| mean absolute error | 1.000 |" in text
    assert "(answers.png)" in text
    assert "| R² |  |" in text


def test_tables():
    assert list(tabulate_scores(SCORES).columns) == ["", "LSTM", "95% CI"]
    assert list(tabulate_scores(SCORES | {"intervals": {}}).columns) == ["", "LSTM"]
    assert tabulate_confusion(SCORES).to_numpy().tolist() == [["a|b", 4]]
    assert tabulate_classes(SCORES)["n"].tolist() == [4]
    assert to_table(pd.DataFrame({"x": [float("nan")]})).endswith("|  |")
    assert [cell(v) for v in (0.12345, 3, "a", None, True)] == ["0.123", "3", "a", "", "True"]


CLASSES = {"task": "classification", "baselines": {"majority": 0.5, "summaries": 0.8}}
BEST = {"rival": Series.SUMMARIES(), "score": "accuracy", "theirs": 0.8}


@pytest.mark.parametrize(
    ("accuracy", "ends", "expected"),
    [
        (0.8, [0.7, 0.9], Series.AS_GOOD(**BEST, ours=0.8)),
        (0.75, [0.7, 0.9], Series.NOT_BETTER(**BEST, ours=0.75)),
        (0.85, [0.7, 0.95], Series.PERHAPS_NO_BETTER(**BEST, ours=0.85, interval="0.700–0.950")),
        (0.95, [0.85, 0.99], Series.BETTER(**BEST, ours=0.95, digits=3)),
        (0.95, None, Series.HIGHER(**BEST, ours=0.95, digits=3)),
        (0.80004, [0.8, 0.9], Series.AS_GOOD(**BEST, ours=0.80004)),
    ],
)
def test_the_verdict_names_the_best_of_the_others(accuracy, ends, expected):
    assert verdict(CLASSES | {"accuracy": accuracy, "intervals": {"accuracy": ends}}) == expected


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (
            {"measured_by": "folds", "measured_on": "?", "n_folds": 5},
            "5-fold cross-validated accuracy 0.750 (3/4{})",
        ),
        ({"measured_by": "folds", "measured_on": "?"}, "cross-validated accuracy 0.750 (3/4{})"),
        ({"measured_by": "aside", "measured_on": "new.csv"}, "accuracy 0.750 (3/4{}) on new.csv"),
        (
            {"measured_by": "twin", "measured_on": str(Series.ON_TWIN())},
            "accuracy 0.750 (3/4{}) on a held-out split",
        ),
    ],
)
@pytest.mark.parametrize(
    ("intervals", "words"),
    [
        ({"intervals": {}}, ""),
        ({"intervals": {"accuracy": [0.3, 0.95]}}, ", 95% CI 0.300–0.950"),
        (
            {"intervals": {"accuracy": [0.3, 0.95]}, "interval_over": "groups", "n_groups": 12},
            ", 95% CI 0.300–0.950 over 12 groups",
        ),
    ],
)
def test_the_score_comes_with_its_interval_and_says_what_it_was_measured_on(
    report, expected, intervals, words
):
    found = {"task": "classification", "accuracy": 0.75, "right": 3, "n": 4}
    assert str(score_line(found | report | intervals)) == expected.format(words)


def test_the_score_of_continuous_targets():
    found = {
        "task": "regression",
        "r2": -0.25,
        "mae": 1.5,
        "n": 4,
        "intervals": {"r2": [-0.5, 0.25]},
    }
    line = "R² −0.250 (4 series, 95% CI −0.500 to 0.250), mean absolute error 1.5 on new.csv"
    assert str(score_line(found, "new.csv")) == line
    assert (
        str(score_line(found | {"r2": None}, "new.csv"))
        == "mean absolute error 1.5 (4 series) on new.csv"
    )


def test_there_is_no_verdict_where_nothing_can_be_compared():
    assert verdict({"task": "classification", "accuracy": 0.5, "baselines": {}}) is None
    assert verdict({"task": "regression", "r2": None, "baselines": {"mean": None}}) is None
    expected = Series.NOT_BETTER(rival=Series.MEAN(), score="R²", ours=-0.5, theirs=-0.1)
    assert verdict({"task": "regression", "r2": -0.5, "baselines": {"mean": -0.1}}) == expected


STOPPING = {"epochs": 300, "measured_by": "folds"}
PERFECT = {"most": 300, "perfect": 50, "loss": 1e-3}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ([70, None, 64], Series.FOLDS_STOPPED(stopped=2, n=3, epochs="64–70", **PERFECT)),
        ([70, 70], Series.FOLDS_STOPPED(stopped=2, n=2, epochs="70", **PERFECT)),
        ([None, None], None),
    ],
)
def test_folds_that_stopped_early_are_reported(after, expected):
    report = SCORES | RUN | STOPPING | {"folds_stopped_after": after, "n_folds": len(after)}
    assert stopped_folds(report) == expected
    assert expected is None or str(expected) in [str(part) for part in summary(report)]
    assert expected is None or sentence(expected) in to_markdown(report, [])


def test_reports_of_before_and_of_no_folds_have_none_that_stopped():
    assert stopped_folds(STOPPING) is None
    assert stopped_folds({"epochs": 300, "measured_by": "aside"}) is None
