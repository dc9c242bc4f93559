"""Labels from a file of their own, for a folder and for a file."""

import numpy as np
import pytest
from support.facts import raises

from glasscell.data import read, read_in_parts
from glasscell.data.formats.sentences import Formats
from glasscell.data.sentences import Reading
from glasscell.data.tables.sentences import Tables

LONG = "id,t,x\na,0,1\na,1,2\nb,0,3\nb,1,4\n"


@pytest.fixture
def walks(tmp_path):
    (tmp_path / "walks").mkdir()
    for k in range(3):
        (tmp_path / "walks" / f"{k}.csv").write_text(f"t,x\n0,{k}\n1,2\n")
    return tmp_path / "walks"


@pytest.mark.parametrize(
    "text",
    [
        "file,label\n0.csv,p\n2.csv,q\n1.csv,r\n",
        "id;class\n0;p\n1;r\n2;q\n",
        "who,what\n0,p\n1,r\n2,q\n",
        "label,path\np,walks/0.csv\nr,walks/1.csv\nq,walks/2.csv\n",
        "filename,place,label\n0.csv,left,p\n1.csv,left,r\n2.csv,right,q\n3.csv,right,s\n",
    ],
)
def test_labels_of_a_folder(text, walks, tmp_path):
    (tmp_path / "labels.csv").write_text(text)
    s = read(walks, labels=tmp_path / "labels.csv")
    assert (s.ids.tolist(), s.y.tolist()) == (["0", "1", "2"], ["p", "r", "q"])
    assert s.notes[-1] == Reading.LABELS_OF(labels=str(tmp_path / "labels.csv"))
    parts = [
        part.y.tolist() for part in read_in_parts(walks, series=2, labels=tmp_path / "labels.csv")
    ]
    assert parts == [["p", "r"], ["q"]]


def test_labels_of_a_file_and_of_arrays(tmp_path):
    (tmp_path / "labels.csv").write_text("id,label,target\nb,q,1.5\na,p,2.5\n")
    (tmp_path / "d.csv").write_text(LONG)
    assert read(tmp_path / "d.csv", labels=tmp_path / "labels.csv").y.tolist() == ["p", "q"]
    assert read(tmp_path / "d.csv", labels=tmp_path / "labels.csv", label="target").y.tolist() == [
        2.5,
        1.5,
    ]
    np.savez(tmp_path / "d.npz", x=np.ones((2, 3, 1)), ids=np.array(["b", "a"]))
    assert read(tmp_path / "d.npz", labels=tmp_path / "labels.csv").y.tolist() == ["q", "p"]


def test_whole_numbers_are_classes_in_every_part(tmp_path):
    rows = "".join(f"{k},0,1\n{k},1,2\n" for k in range(8))
    (tmp_path / "d.csv").write_text("id,t,x\n" + rows)
    (tmp_path / "labels.csv").write_text(
        "id,label\n" + "".join(f"{k},{k // 4}\n" for k in range(8))
    )
    for part in read_in_parts(tmp_path / "d.csv", series=4, labels=tmp_path / "labels.csv"):
        assert part.task == "classification"


@pytest.mark.parametrize(
    ("text", "options", "code", "values"),
    [
        ("id,label\na,p\n", {}, Reading.NOT_LABELLED, {"id": "b", "names": ["a"]}),
        (
            "id,label\na,p\na,q\nb,q\n",
            {},
            Reading.TWO_LABELS,
            {"row": 2, "name": "a", "label": "q", "before": "p"},
        ),
        ("id,label\na,p\nb,\n", {}, Reading.LABEL_MISSING, {"row": 2, "column": "label"}),
        ("id,label\na,p\n,q\n", {}, Tables.NO_VALUE, {"row": 2, "column": "id"}),
        ("id,label\na,p\nb,NaN\n", {}, Reading.LABEL_MISSING, {"row": 2, "column": "label"}),
        (
            "one,two,three\na,p,1\nb,q,1\n",
            {},
            Reading.NO_LABEL_COLUMNS,
            {"columns": ["one", "two", "three"]},
        ),
        (
            "id,label\na,p\nb,q\n",
            {"label": "z"},
            Tables.NO_COLUMN,
            {"column": "z", "role": "label"},
        ),
        ("", {}, Formats.EMPTY, {}),
        ("@relation r\n", {}, Reading.NO_LABEL_TABLE, {"kind": "arff"}),
    ],
)
def test_what_is_refused(text, options, code, values, tmp_path):
    (tmp_path / "d.csv").write_text(LONG)
    (tmp_path / "labels.csv").write_text(text)
    file = tmp_path / ("d.csv" if code is Reading.NOT_LABELLED else "labels.csv")
    with raises(code, file=str(file), **values):
        read(tmp_path / "d.csv", labels=tmp_path / "labels.csv", **options)


def test_of_several_columns_the_one_that_differs_in_each_row_names_the_series(tmp_path):
    (tmp_path / "d.csv").write_text(LONG)
    ids = read(tmp_path / "d.csv").ids
    rows = [f"7,{id},{'ab'[k % 2]}" for k, id in enumerate(ids)]
    (tmp_path / "labels.csv").write_text("\n".join(["place,sensor,surface", *rows]))
    assert read(tmp_path / "d.csv", labels=tmp_path / "labels.csv", label="surface").classes == (
        "a",
        "b",
    )
