import pandas as pd

from glasscell.system.markdown import cell, to_table
from glasscell.tasks.series.report import confusion, main_scores, per_class, to_markdown

SCORES = {
    "task": "classification", "accuracy": 0.75, "balanced_accuracy": 0.5, "log_loss": 1.0, "calibration_error": 0.1,
    "per_class": {"a|b": {"precision": 1.0, "recall": 0.5, "f1": 0.67, "n": 4}}, "confusion": [[4]], "classes": ["a|b"],
    "n": 4, "right": 3, "intervals": {"accuracy": [0.25, 0.875], "majority": [0.0, 0.5]},
}  # fmt: skip
RUN = {
    "data": "walks.csv", "warnings": ["few"], "n_train": 9, "epochs": 3, "best_epoch": 2, "seconds": 1.25,
    "stopped": True, "files": ["model.keras", "report.md"],
    "measured_on": "the validation split", "measured_by": "aside",
    "baselines": {"majority": 0.25, "nearest_neighbour": 0.625},
}  # fmt: skip


def test_the_report_says_all_there_is_to_say():
    text = to_markdown(SCORES | RUN, ["read as long form"])
    for words in (
        "# walks.csv", "- read as long form", "**few**", "9 series for 3 epochs", "after epoch 2", "stopped early",
        "| accuracy | 0.750 | 0.250–0.875 |", "| majority class | 0.250 | 0.000–0.500 |",
        "| LSTM | 0.750 | 0.250–0.875 |", "**Accuracy 0.750 (3/4, 95% CI 0.250–0.875) on the validation split.**",
        "| nearest neighbor | 0.625 |  |",
        "Not significantly better than nearest neighbor: accuracy 0.750 vs 0.625",
        r"| a\|b | 1.000 | 0.500 | 0.670 | 4 |", "(confusion.png)",
        "a slightly lower score on new data", "Files of this run: model.keras, report.md, report.json.",
    ):  # fmt: skip
        assert words in text, words


def test_the_report_says_that_intervals_are_over_groups():
    text = to_markdown(SCORES | RUN | {"interval_over": "groups", "n_groups": 12}, [])
    assert "|  | LSTM | 95% CI over 12 groups |" in text
    assert "|  | accuracy | 95% CI over 12 groups |" in text
    assert "intervals are over groups" in text
    few = SCORES | RUN | {"interval_over": "groups", "n_groups": 2, "intervals": {"accuracy": None, "majority": None}}
    assert "95% CI" not in to_markdown(few, [])


def test_numbers_have_their_own_report():
    text = to_markdown({**RUN, "task": "regression", "mae": 1.0, "rmse": 2.0, "r2": None, "n": 3, "baselines": {}}, [])
    assert "| mean absolute error | 1.000 |" in text
    assert "(answers.png)" in text
    assert "| R² |  |" in text


def test_tables():
    assert list(main_scores(SCORES).columns) == ["", "LSTM", "95% CI"]
    assert list(main_scores(SCORES | {"intervals": {}}).columns) == ["", "LSTM"]
    assert confusion(SCORES).to_numpy().tolist() == [["a|b", 4]]
    assert per_class(SCORES)["n"].tolist() == [4]
    assert to_table(pd.DataFrame({"x": [float("nan")]})).endswith("|  |")
    assert [cell(v) for v in (0.12345, 3, "a", None, True)] == ["0.123", "3", "a", "", "True"]
