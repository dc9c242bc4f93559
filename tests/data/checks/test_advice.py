import json
from dataclasses import replace

import numpy as np

from glasscell.data import Sequences, read
from glasscell.data.checks.advice import advise
from glasscell.data.checks.copies import fingerprints_of
from glasscell.data.checks.sentences import Doubts
from glasscell.runs.sentences import Runs
from glasscell.tasks.series.description import check_classes, check_known, check_stride, count_known


def series(n=40, steps=5, features=1, y=None, seed=0):
    x = np.random.default_rng(seed).normal(size=(n, steps, features))
    return Sequences.from_list(list(x), y=y)


def advised(data, code):
    return [note for note in advise(data) if note.code is code]


def test_good_data_are_passed_in_silence():
    assert advise(series(y=["a", "b"] * 20)) == []
    assert advise(series(y=list(np.linspace(0, 1, 40)))) == []


def test_one_class_leaves_nothing_to_learn():
    assert advise(series(y=["a"] * 40)) == [Doubts.ONE_CLASS.warning(label="a")]


def test_ids_that_name_several_series_are_noticed():
    data = series(y=["a", "b"] * 20)
    found = advise(replace(data, ids=np.array(["same"] * 40)))
    assert found == [Doubts.SAME_ID.warning(some=40, n=40, ids=["same"])]
    found = advise(replace(data, ids=np.array(["p", "q", "q", "p", "p", *data.ids[5:]])))
    assert found == [Doubts.SAME_ID.warning(some=5, n=40, ids=["p", "q"])]


def test_ids_that_repeat_in_files_of_arrays_and_of_lists_are_noticed(tmp_path):
    x = np.random.default_rng(0).normal(size=(20, 9))
    np.savez(tmp_path / "a.npz", x=x, y=["a", "b"] * 10, ids=["one"] * 20)
    rows = [{"id": "one", "u": list(v), "label": "ab"[k % 2]} for k, v in enumerate(x)]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    for name in ("a.npz", "a.jsonl"):
        (found,) = advised(read(tmp_path / name), Doubts.SAME_ID)
        assert (found.values["ids"], found.values["some"]) == (["one"], 20)


def test_rare_classes_are_named():
    data = series(y=["a"] * 37 + ["b"] * 3)
    few = Doubts.FEW_OF_CLASS.warning(least=10, classes=[Doubts.CLASS_OF(label="b", n=3)])
    sizes = {"most": 37, "commonest": "a", "least": 3, "rarest": "b"}
    assert advise(data) == [few, Doubts.UNBALANCED.warning(**sizes, mend=Doubts.TO_BALANCE())]
    assert advise(data, is_weighted=True) == [few, Doubts.UNBALANCED.warning(**sizes, mend=None)]
    y = [f"c{k}" for k in range(8) for _ in range(3)] + ["d"] * 16
    (few,) = advised(series(y=y), Doubts.FEW_OF_CLASS)
    assert len(few.values["classes"]) == 8
    assert " and 3 more: " in str(few)


def test_a_class_that_may_be_no_label_is_named():
    assert advised(series(y=["a", "NA"] * 20), Doubts.MISSING_AS_CLASS) == [
        Doubts.MISSING_AS_CLASS.warning(label="NA", n=20)
    ]


def test_channels_are_looked_at():
    x = np.random.default_rng(0).normal(size=(40, 5, 4)) * [1, 1e7, 0, 1]
    x[:, :, 3] = np.nan
    data = Sequences.from_list(
        list(x), y=["a", "b"] * 20, channels=["calm", "wild", "dead", "gone"]
    )
    assert advised(data, Doubts.NO_VALUES) == [Doubts.NO_VALUES.warning("gone")]
    assert advised(data, Doubts.CONSTANT) == [Doubts.CONSTANT.warning("dead", channels=["dead"])]


def test_series_known_from_training_are_counted():
    train, other = series(seed=0), series(seed=1)
    known = set(fingerprints_of(train))
    assert count_known(known, other) == 0
    assert count_known(known, train.select([3, 4, 4])) == 3
    assert check_known(3, 5) == [Runs.TRAINED_ON_TOO.warning(n=3, of=5)]
    assert check_known(0, 5) == []


def test_series_of_few_steps_may_be_rows_of_longer_ones():
    one = [[1.0]] * 30
    for data, expected in (
        (one, Doubts.SHORT.warning(some=30, n=30, longest=1)),
        ([*one, [1.0] * 3], Doubts.SHORT.warning(some=31, n=31, longest=3)),
        ([*one, [1.0] * 4], Doubts.SHORT.warning(some=30, n=31, longest=1)),
    ):
        assert advise(Sequences.from_list(data))[0] == expected
    for data in ([[1.0], [1.0] * 4, [3.0] * 4], [[1.0]]):
        assert not advised(Sequences.from_list(data), Doubts.SHORT)


def test_arrays_whose_axes_may_be_swapped_are_noticed_unless_their_channels_have_names():
    x = np.random.default_rng(0).normal(size=(40, 4, 30)).cumsum(2)
    assert advised(Sequences.from_list(list(x)), Doubts.TIME_IS_LAST)
    assert not advised(
        Sequences.from_list(list(x), channels=[f"f{d}" for d in range(30)]), Doubts.TIME_IS_LAST
    )


def test_a_channel_that_gives_the_label_away_is_named():
    x = np.random.default_rng(0).normal(size=(40, 5, 2))
    x[:, :, 1] = (np.arange(40) % 2)[:, None]
    (found,) = advise(Sequences.from_list(list(x), y=["a", "b"] * 20))
    assert (found.code, found.subject) == (Doubts.TELLS_CLASS, "dim_1")


def test_nearly_as_many_classes_as_series_may_be_numbers():
    many = {"classes": 40, "n": 40}
    found = advise(series(y=[str(k) for k in range(40)]))
    assert found == [Doubts.MANY_CLASSES.warning(**many, mend=Doubts.MAYBE_NUMBERS())]
    assert advise(series(y=[f"c{k}" for k in range(40)])) == [
        Doubts.MANY_CLASSES.warning(**many, mend=None)
    ]
    assert not advised(series(y=[f"c{k % 20}" for k in range(40)]), Doubts.MANY_CLASSES)


def test_classes_that_were_not_measured_are_named():
    assert check_classes({"a": {"n": 1}}) == []
    many = {f"c{k}": {"n": k == 0} for k in range(8)}
    assert check_classes(many) == [
        Runs.CLASS_UNMEASURED.warning(classes=[f"c{k}" for k in range(1, 8)])
    ]


def test_a_stride_is_to_leave_more_than_one_step():
    assert check_stride("auto", 36) == check_stride(35, 36) == check_stride(5, 1) == []
    assert check_stride(36, 36)
