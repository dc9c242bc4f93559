"""Tables with some labels missing: rejected for training, read for prediction."""

import numpy as np
import pandas as pd
import pytest
from support.facts import only, raises

from glasscell.data import read, read_in_parts
from glasscell.data.checks.advice import advise
from glasscell.data.checks.sentences import Doubts
from glasscell.data.tables.sentences import Tables

X = np.round(np.random.default_rng(0).normal(size=(9, 5)), 3).astype("float32")
MISSING = [0, 4, 8]


def written(form, labels, path):
    if form == "long":
        frame = pd.DataFrame({"id": np.repeat([f"s{k}" for k in range(9)], 5), "u": X.ravel()})
        frame.assign(label=np.repeat(labels, 5)).to_csv(path, index=False)
        return path
    if form == "wide":
        pd.DataFrame(X, columns=[f"u{t}" for t in range(5)]).assign(label=labels).to_csv(
            path, index=False
        )
        return path
    path = path.with_suffix(".parquet")
    pd.DataFrame({"u": list(X), "label": labels}).to_parquet(path)
    return path


@pytest.mark.parametrize("form", ["long", "wide", "nested"])
@pytest.mark.parametrize(("task", "none"), [("classification", ""), ("regression", np.nan)])
@pytest.mark.parametrize("series", [2, 100])
def test_labels_may_be_missing_from_what_is_answered(form, task, none, series, tmp_path):
    values = [*"pqpqpqpqp"] if task == "classification" else [f"{k}.5" for k in range(9)]
    labels = [None if k in MISSING else values[k] for k in range(9)]
    path = written(form, labels, tmp_path / "d.csv")
    with raises(Tables.LABEL_MISSING, row=1, column="label"):
        read(path)
    parts = list(read_in_parts(path, series=series, channels_expected=["u"], task=task))
    np.testing.assert_array_equal(np.concatenate([part.x for part in parts])[..., 0], X)
    found = [
        str(y) if has else none
        for part in parts
        for y, has in zip(
            np.full(len(part), none) if part.y is None else part.y, part.has_label, strict=True
        )
    ]
    assert found == [none if label is None else label for label in labels]
    assert [part.labelled is None for part in parts] == [
        len(set(part.has_label)) == 1 for part in parts
    ]


def test_a_series_has_the_label_of_its_rows_that_have_one(tmp_path):
    (tmp_path / "d.csv").write_text("id,u,label\na,1,\na,2,p\na,3,\nb,4,q\nb,5,\nc,6,\nc,7,\n")
    (part,) = read_in_parts(tmp_path / "d.csv", channels_expected=["u"], task="classification")
    assert (part.y.tolist(), part.labelled.tolist(), part.classes) == (
        ["p", "q", ""],
        [True, True, False],
        ("p", "q"),
    )
    assert part.select([2, 1]).labelled.tolist() == [False, True]
    (tmp_path / "d.csv").write_text("id,u,label\na,1,\na,2,p\na,3,q\n")
    with raises(Tables.TWO_LABELS, row=3, column="label", id="a", found="q", before="p"):
        next(read_in_parts(tmp_path / "d.csv", channels_expected=["u"], task="classification"))


@pytest.mark.few(4)
@pytest.mark.parametrize("word", ["nan", "NaN", "#N/A"])
@pytest.mark.parametrize("form", ["long", "wide", "nested"])
def test_words_of_programs_for_no_label_are_none(form, word, tmp_path):
    path = written(form, [word if k in MISSING else "p" for k in range(9)], tmp_path / "d.csv")
    with raises(Tables.LABEL_MISSING, row=1, column="label"):
        read(path)
    (part,) = read_in_parts(path, channels_expected=["u"], task="classification")
    assert (np.flatnonzero(~part.has_label).tolist(), part.classes) == (MISSING, ("p",))
    assert read(written(form, [word] * 9, tmp_path / "d.csv")).y is None


@pytest.mark.parametrize("word", ["NA", "None", "?"])
def test_words_that_may_be_classes_are_and_are_warned_of(word, tmp_path):
    path = written("wide", [word if k in MISSING else "p" for k in range(9)], tmp_path / "d.csv")
    found = only(advise(read(path)), Doubts.MISSING_AS_CLASS)
    assert (found.values["label"], found.values["n"]) == (word, 3)


@pytest.mark.parametrize("word", ["<NA>", "n.a.", "--", ".", "missing", "#DIV/0!"])
def test_words_that_stand_for_no_measurement_are_missing_values(word, tmp_path):
    (tmp_path / "d.csv").write_text(f"id,time,x\na,0,1.5\na,1,{word}\na,2,2.5\n")
    np.testing.assert_array_equal(read(tmp_path / "d.csv").x[0, :, 0], [1.5, np.nan, 2.5])


def test_a_line_of_names_among_rows_is_named(tmp_path):
    (tmp_path / "d.csv").write_text("id,time,x\na,0,1.5\na,1,2.5\nid,time,x\nb,0,1\nb,1,2\n")
    with raises(Tables.NOT_A_NUMBER, row=3, column="time", found="time", hint=Tables.NAME_AGAIN()):
        read(tmp_path / "d.csv")


def test_labels_that_begin_or_end_within_are_named(tmp_path):
    (tmp_path / "d.csv").write_text("id,u,label\na,1,p\nb,2,\nb,3,q\n")
    with raises(Tables.LABEL_BEGINS, row=3, column="label", id="b", found="q"):
        read(tmp_path / "d.csv")
    (tmp_path / "d.csv").write_text("id,u,label\na,1,p\nb,2,q\nb,3,\n")
    with raises(Tables.LABEL_ENDS, row=3, column="label", id="b", before="q"):
        read(tmp_path / "d.csv")
    (tmp_path / "d.csv").write_text("id,u,label\na,1,\na,2,\nb,2,q\nb,3,q\n")
    with raises(Tables.LABELS_BEGIN, first=3, column="label"):
        list(read_in_parts(tmp_path / "d.csv", series=1))


@pytest.mark.parametrize("form", ["wide", "long"])
@pytest.mark.parametrize(("total", "n"), [(41, 2), (40, 2), (21, 1)])
def test_few_series_without_a_label_are_left_out_of_training(form, total, n, tmp_path):
    rng = np.random.default_rng(total)
    labels = np.array(["up", "down"])[rng.integers(0, 2, total)].tolist()
    for k in rng.permutation(total)[:n]:
        labels[k] = ""
    rows = ["id,x0,x1,x2,x3,label"] if form == "wide" else ["id,t,u,label"]
    for k, label in enumerate(labels):
        values = [f"{v:.2f}" for v in rng.normal(size=4)]
        if form == "wide":
            rows.append(",".join([f"s{k}", *values, label]))
        else:
            rows += [f"s{k},{t},{v},{label}" for t, v in enumerate(values)]
    (tmp_path / "d.csv").write_text("\n".join(rows) + "\n")
    if n / total >= 0.05:
        with raises(Tables.LABEL_MISSING, n=n, total=total):
            read(tmp_path / "d.csv")
        return
    series = read(tmp_path / "d.csv")
    assert series.y.tolist() == [label for label in labels if label]
    assert series.ids.tolist() == [f"s{k}" for k, label in enumerate(labels) if label]
    (warning,) = [w for w in series.warnings if w.code is Tables.UNLABELLED_DROPPED]
    assert (warning.values["n"], warning.values["total"]) == (n, total)
