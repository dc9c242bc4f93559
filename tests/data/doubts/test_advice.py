import json
from dataclasses import replace

import numpy as np

from glasscell.data import Sequences, read
from glasscell.data.doubts.advice import advise
from glasscell.data.doubts.duplicates import fingerprints_of
from glasscell.runs.description import about_stride, already_known, count_known, not_measured


def series(n=40, steps=5, features=1, y=None, seed=0):
    x = np.random.default_rng(seed).normal(size=(n, steps, features))
    return Sequences.from_list(list(x), y=y)


def advised(data, word):
    return [text for text in advise(data) if word in text]


def test_good_data_are_passed_in_silence():
    assert advise(series(y=["a", "b"] * 20)) == []
    assert advise(series(y=list(np.linspace(0, 1, 40)))) == []


def test_one_class_leaves_nothing_to_learn():
    assert advised(series(y=["a"] * 40), "all series are of one class, 'a'")


def test_ids_that_name_several_series_are_noticed():
    data = series(y=["a", "b"] * 20)
    (words,) = advise(replace(data, ids=np.array(["same"] * 40)))
    assert words.startswith("'same' is the id of 40 of 40 series: ")
    (words,) = advise(replace(data, ids=np.array(["p", "q", "q", "p", "p", *data.ids[5:]])))
    assert words.startswith("'p' is the id of 3 of 40 series, and 1 other id of several, too: ")


def test_ids_that_repeat_in_files_of_arrays_and_of_lists_are_noticed(tmp_path):
    x = np.random.default_rng(0).normal(size=(20, 9))
    np.savez(tmp_path / "a.npz", x=x, y=["a", "b"] * 10, ids=["one"] * 20)
    rows = [{"id": "one", "u": list(v), "label": "ab"[k % 2]} for k, v in enumerate(x)]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    for name in ("a.npz", "a.jsonl"):
        assert advised(read(tmp_path / name), "'one' is the id of 20 of 20 series")


def test_rare_classes_are_named():
    data = series(y=["a"] * 37 + ["b"] * 3)
    assert advised(data, "fewer than 10 series of class 'b' (3)")
    assert advised(data, "out of balance: 37 series of 'a', 3 of 'b'")


def test_channels_are_looked_at():
    x = np.random.default_rng(0).normal(size=(40, 5, 4)) * [1, 1e7, 0, 1]
    x[:, :, 3] = np.nan
    data = Sequences.from_list(list(x), y=["a", "b"] * 20, channels=["calm", "wild", "dead", "gone"])
    assert advised(data, "'gone' has no values")
    assert advised(data, "never change carry no information: 'dead'")
    assert advised(data, "very different scales: 'wild'")


def test_lengths_that_give_the_class_away_are_noticed_and_others_are_not():
    rng = np.random.default_rng(0)
    y = ["a", "b"] * 30
    telling = [rng.normal(size=(5 + 3 * (label == "b") + rng.integers(2), 1)) for label in y]
    mute = [rng.normal(size=(rng.integers(5, 9), 1)) for _ in y]
    assert advised(Sequences.from_list(telling, y=y), "lengths alone predict the class of 100 %")
    assert not advised(Sequences.from_list(mute, y=y), "lengths alone")


def test_series_known_from_training_are_counted():
    train, other = series(seed=0), series(seed=1)
    known = set(fingerprints_of(train))
    assert count_known(known, other) == 0
    assert count_known(known, train.select([3, 4, 4])) == 3
    assert already_known(3, 5).startswith("3 of 5 series are in the training data, too")


def test_series_of_few_steps_may_be_rows_of_longer_ones():
    one = [[1.0]] * 30
    first = advise(Sequences.from_list(one, y=["a"] * 30))[0]
    assert first.startswith("every series has one step: if they are pieces of longer series, join those that belong")
    assert advised(Sequences.from_list([*one, [1.0] * 3]), "every series has at most 3 steps")
    assert advised(Sequences.from_list([*one, [1.0] * 4]), "30 of 31 series have one step")
    assert not advised(Sequences.from_list([[1.0], [1.0] * 4, [3.0] * 4]), "step")
    assert not advised(Sequences.from_list([[1.0]]), "step")


def test_a_column_is_advised_for_ids_only_where_there_may_be_one(tmp_path):
    x = np.random.default_rng(0).normal(size=(20, 2))
    np.savetxt(tmp_path / "a.csv", x, delimiter=",", header="x0,x1", comments="")
    np.savez(tmp_path / "a.npz", x=x)
    (tmp_path / "files").mkdir()
    for k in range(3):
        (tmp_path / "files" / f"{k}.csv").write_text("t,u\n0,1\n1,2\n")
    found = {
        name: advised(read(tmp_path / name), "every series has at most 2 steps") for name in ("a.csv", "a.npz", "files")
    }
    assert ["--id" in text for (text,) in found.values()] == [True, False, False]


def test_arrays_whose_axes_may_be_swapped_are_noticed_unless_their_channels_have_names():
    x = np.random.default_rng(0).normal(size=(40, 4, 30)).cumsum(2)
    assert advised(Sequences.from_list(list(x)), "pass np.transpose(X, (0, 2, 1))")
    assert not advised(Sequences.from_list(list(x), channels=[f"f{d}" for d in range(30)]), "transpose")


def test_a_channel_that_gives_the_label_away_is_named():
    x = np.random.default_rng(0).normal(size=(40, 5, 2))
    x[:, :, 1] = (np.arange(40) % 2)[:, None]
    assert advised(Sequences.from_list(list(x), y=["a", "b"] * 20), "channel 'dim_1' never changes within a series")


def test_nearly_as_many_classes_as_series_may_be_numbers():
    assert advised(
        series(y=[str(k) for k in range(40)]), "too few to learn from; if the labels are numbers, use --task regression"
    )
    words = advised(series(y=[f"c{k}" for k in range(40)]), "40 classes in 40 series")
    assert words
    assert "--task" not in words[0]
    assert not advised(series(y=[f"c{k % 20}" for k in range(40)]), "20 classes")


def test_classes_that_were_not_measured_are_named():
    assert not_measured({"a": {"n": 1}}) == []
    many = {f"c{k}": {"n": k == 0} for k in range(8)}
    (words,) = not_measured(many)
    assert words.startswith("none of the series measured is of class 'c1', 'c2', 'c3', 'c4', 'c5' and 2 more: the sc")


def test_a_stride_is_to_leave_more_than_one_step():
    assert about_stride("auto", 36) == about_stride(35, 36) == about_stride(5, 1) == []
    assert about_stride(36, 36)
