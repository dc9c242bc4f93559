import shlex

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from support.facts import codes, raises

from glasscell.data import read, read_in_parts
from glasscell.data.frames import from_frame
from glasscell.data.tables.groups import find_roles_and_group
from glasscell.data.tables.ids import is_called_id
from glasscell.data.tables.request import Request
from glasscell.data.tables.sentences import Tables


def long_table(groups="ppqq", name="subject", **more):
    """Four series of three steps, with a column that says whose each is."""
    rows = [
        {
            "id": f"s{k}",
            "t": t,
            name: who,
            "u": k + 0.5 * t,
            **{key: v[k] for key, v in more.items()},
        }
        for k, who in enumerate(groups)
        for t in range(3)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize("groups", ["ppqq", [7, 7, 8, 8]])
@pytest.mark.parametrize("name", ["subject", "Group", "session"])
def test_a_column_of_a_common_name_says_what_belongs_together(groups, name):
    series = from_frame(long_table(groups, name, label="abab"))
    assert series.groups.tolist() == [str(who) for who in groups]
    assert series.channels == ("u",)
    assert series.notes[-1] == Tables.GROUPS(column=name, n=2)
    assert series.select([0, 2]).groups.tolist() == [str(groups[0]), str(groups[2])]


def test_a_column_of_another_name_is_one_if_it_is_named(tmp_path):
    long_table("ppqq", "rider", label="abab").to_csv(tmp_path / "rides.csv", index=False)
    assert read(tmp_path / "rides.csv").groups is None
    series = read(tmp_path / "rides.csv", group="rider")
    assert series.groups.tolist() == list("ppqq")
    assert series.channels == ("u",)


@pytest.mark.parametrize(
    "name", ["patient", "participant_id", "Subject ID", "subjectNo", "person", "animals"]
)
@pytest.mark.parametrize("groups", ["ppqq", [7, 7, 8, 8], [7.0, 7.0, 8.0, 8.0]])
def test_a_column_that_may_say_it_by_another_name_is_hinted_at(name, groups):
    series = from_frame(long_table(groups, name, label="abab"))
    assert series.groups is None
    assert series.channels == (("u",) if groups == "ppqq" or is_called_id(name) else (name, "u"))
    assert (series.notes[-1].code, series.notes[-1].values["column"]) == (
        Tables.MAY_SAY_GROUPS,
        name,
    )
    assert shlex.split(series.notes[-1].values["as_option"]) == [name]


@pytest.mark.parametrize(
    "table",
    [
        long_table([0.5, 0.5, 1.5, 1.5], "patient", label="abab"),  # measured
        long_table("pqrs", "patient", label="abab"),  # one of its own for each series
        long_table("pppp", "patient", label="abab"),
        long_table([1, 1, 2, 2], "patient", label="abab").assign(patient=np.arange(12) % 2),
        long_table([1, 1, 2, 2], "pressure", label="abab"),
    ],
)
def test_what_is_no_group_is_not_hinted_at(table):
    assert Tables.MAY_SAY_GROUPS not in codes(from_frame(table).notes)


def test_a_hint_is_no_reason_to_refuse_a_file():
    wide = pd.DataFrame(
        {"patient": ["p", "p", "q" * 9999, "7"], "x0": [1, 2, 3, 4], "x1": [1, 2, 3, 4]}
    )
    assert Tables.MAY_SAY_GROUPS not in codes(from_frame(wide, label="x1", channels=["x0"]).notes)


def test_one_hint_is_made_for_each_of_several_columns_and_none_for_channels_that_are_named():
    table = long_table([1, 1, 2, 2], label="abab").assign(session=np.repeat([1, 2, 1, 2], 3))
    hints = [note for note in from_frame(table).notes if note.code is Tables.MAY_SAY_GROUPS]
    assert [note.values["column"] for note in hints] == ["subject", "session"]
    assert Tables.MAY_SAY_GROUPS not in codes(
        from_frame(table, channels=["subject", "session", "u"]).notes
    )


def test_in_wide_form_it_is_no_step():
    table = pd.DataFrame(
        {"subject": [1, 1, 2, 2], "x0": [0.5, 1, 2, 3], "x1": [1.5, 1, 2, 3], "class": list("abab")}
    )
    series = from_frame(table)
    assert series.x.shape == (4, 2, 1)
    assert series.groups.tolist() == ["1", "1", "2", "2"]


@pytest.mark.parametrize(
    "table",
    [
        long_table(
            [1.5, 2.5, 3.5, 4.5], label="abab"
        ),  # one of its own for each series: a channel, as ever
        long_table("pppp", label="abab"),  # all in one
        long_table([1, 1, 2, 2], label="abab").assign(
            subject=np.arange(12) % 2
        ),  # changes within a series
    ],
)
def test_what_does_not_say_what_belongs_together_is_what_it_was(table):
    series = from_frame(table)
    assert series.groups is None
    roles = find_roles_and_group(pa.Table.from_pandas(table), Request())
    assert roles.group is None
    assert roles.channels == series.channels


@pytest.mark.parametrize(
    ("groups", "rows"),
    [(["p", None, "q", "q"], 3), ([7, np.nan, 8, 8], 3), ([7, 7, np.nan, np.nan], 6)],
)
def test_a_column_with_gaps_is_not_used_and_the_first_warning_says_so(groups, rows):
    series = from_frame(long_table(groups, label="abab"))
    assert (series.groups, series.channels) == (None, ("u",))
    assert series.warnings[0] == Tables.GROUPS_WITH_GAPS.warning(column="subject", n=rows)
    assert not any("subject" in note.values.values() for note in series.notes)


def test_a_column_that_is_filled_in_once_a_series_has_gaps():
    series = from_frame(
        long_table(label="abab").assign(subject=["p", None, None] * 2 + ["q", None, None] * 2)
    )
    assert series.groups is None
    assert series.warnings[0].values["n"] == 8


def test_a_channel_that_is_named_is_a_channel():
    series = from_frame(long_table([1, 1, 2, 2], label="abab"), channels=["subject", "u"])
    assert (series.groups, series.channels) == (None, ("subject", "u"))


def test_series_that_are_named_by_it_do_not_belong_together():
    table = long_table(label="abab").drop(columns="subject").rename(columns={"id": "subject"})
    series = from_frame(table, id="subject")
    assert (series.groups, series.ids.tolist()) == (None, ["s0", "s1", "s2", "s3"])


def test_answers_need_no_groups(tmp_path):
    path = tmp_path / "new.csv"
    known = {"group": "subject", "channels_expected": ("u",)}
    long_table("pppp").drop(columns="subject").to_csv(path, index=False)
    assert [len(part) for part in read_in_parts(path, **known)] == [4]
    long_table("pppp").to_csv(path, index=False)
    (part,) = read_in_parts(path, **known)
    # one group is no reason to refuse it
    assert (part.channels, part.groups.tolist()) == (("u",), ["p"] * 4)
    long_table(["p", "p", "q", None]).to_csv(path, index=False)
    parts = list(read_in_parts(path, series=2, **known))
    assert [part.groups.tolist() for part in parts] == [["p", "p"], ["q", ""]]
    wide = pd.DataFrame({"subject": [1, 1], "x0": [0.5, 1], "x1": [1.5, 1]})
    wide.to_csv(path, index=False)
    (part,) = read_in_parts(path, channels_expected=("value",))
    assert part.x.shape == (2, 2, 1)


@pytest.mark.parametrize(
    ("table", "code", "values"),
    [
        (long_table(label="abab").drop(columns="subject"), Tables.NO_COLUMN, {"role": "group"}),
        (long_table("pppp", label="abab"), Tables.ONE_GROUP, {}),
        (
            long_table(label="abab").assign(subject=list("pqpppp" + "q" * 6)),
            Tables.TWO_GROUPS,
            {"row": 2, "id": "s0", "found": "q", "before": "p"},
        ),
        (
            long_table(label="abab").assign(subject=[*"ppp", None, *"ppqqqqqq"]),
            Tables.NO_GROUP,
            {"row": 4},
        ),
    ],
)
def test_a_named_column_that_cannot_say_it_is_reported(table, code, values, tmp_path):
    table.to_csv(tmp_path / "a.csv", index=False)
    with raises(code, column="subject", **values):
        read(tmp_path / "a.csv", group="subject")
    with raises(Tables.NAMED_TWICE, column="u"):
        read(tmp_path / "a.csv", group="u", channels=["u"])
