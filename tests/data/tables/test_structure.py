"""Long files without common column names are read correctly, and so are wide ones like them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.data import Sequences, from_frame, read_in_parts
from glasscell.data.sentences import Reading
from glasscell.data.steps.sentences import Steps
from glasscell.data.tables.sentences import Tables
from glasscell.errors import GlasscellError

CHANNELS = ["Druck", "Kraft", "Weg", "Strom", "Licht", "Schall"]


class Trials:
    """Random walks of unequal lengths, three classes in turn: as they are, and as rows of steps."""

    def __init__(self, n=18, channels=3, steps=(8, 20), seed=0):
        rng = np.random.default_rng(seed)
        self.walks = [
            rng.normal(size=(rng.integers(*steps), channels)).cumsum(0).astype(np.float32)
            for _ in range(n)
        ]
        self.y = [("laufen", "sitzen", "stehen")[k % 3] for k in range(n)]
        self.channels = CHANNELS[:channels]

    def table(self, **more) -> pd.DataFrame:
        """Return the table; `more` are columns by functions of the numbers of series and steps."""
        rows = []
        for k, walk in enumerate(self.walks):
            t = np.arange(len(walk))
            columns = {
                "Versuch": k + 1,
                "Zeit": t * 0.25,
                "Klasse": self.y[k],
                **{c: f(k, t) for c, f in more.items()},
            }
            rows.append(pd.DataFrame({**columns, **dict(zip(self.channels, walk.T, strict=True))}))
        return pd.concat(rows, ignore_index=True)

    def check(self, s: Sequences, ids=None, y=True):
        """Hold series against the walks, by id."""
        assert s.channels == tuple(self.channels)
        ids = [str(k + 1) for k in range(len(self.walks))] if ids is None else ids
        place = {name: k for k, name in enumerate(s.ids.tolist())}
        assert sorted(place) == sorted(ids)
        for walk, label, name in zip(self.walks, self.y, ids, strict=True):
            np.testing.assert_array_equal(s.x[place[name]][: len(walk)], walk)
            assert s.lengths[place[name]] == len(walk)
            assert not y or s.y[place[name]] == label


def is_long(s: Sequences, **values) -> bool:
    """Return whether series were read as long form, by these columns."""
    return s.notes[0].code is Tables.LONG_FORM and values.items() <= s.notes[0].values.items()


def as_words(table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    named = table.assign(Versuch=[f"V{k:03d}" for k in table["Versuch"]])
    return named, named["Versuch"].unique().tolist()


@pytest.mark.few(5)
@pytest.mark.parametrize("label", [None, "Klasse"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4, 6])
def test_the_column_of_the_series_is_found(channels, label):
    trials = Trials(channels=channels)
    s = from_frame(trials.table(), label=label)
    trials.check(s)
    assert is_long(s, id="Versuch", time="Zeit", label="Klasse")
    assert (s.notes[1].code, s.notes[1].values["id"]) == (Tables.TAKEN_FOR_IDS, "Versuch")
    table, ids = as_words(trials.table())
    trials.check(from_frame(table, label=label), ids)


@pytest.mark.parametrize(
    "arrange",
    [
        lambda table: table[[*table.columns[1:], "Versuch"]],
        lambda table: table[["Klasse", *CHANNELS[:3], "Zeit", "Versuch"]],
        lambda table: table.sort_values("Zeit", kind="stable"),
        lambda table: table.sort_values("Klasse", kind="stable"),
        lambda table: table.sample(frac=1, random_state=1),
        lambda table: table.assign(id=np.arange(len(table))),
        lambda table: table.assign(Zeit=pd.to_datetime(table["Zeit"], unit="s")),
        lambda table: table.assign(Versuch=7 * table["Versuch"] % 101),
    ],
    ids=[
        "id last",
        "any order of columns",
        "by time",
        "by class",
        "shuffled",
        "numbered rows",
        "dates",
        "odd ids",
    ],
)
def test_however_the_rows_and_columns_lie(arrange):
    trials = Trials()
    table = arrange(trials.table())
    ids = (
        [str(7 * (k + 1) % 101) for k in range(18)]
        if "7" in table["Versuch"].astype(str).iloc[0]
        else None
    )
    trials.check(from_frame(table), ids)


@pytest.mark.few(4)
@pytest.mark.parametrize("n", [10, 40])
@pytest.mark.parametrize("label", [None, "Klasse"])
@pytest.mark.parametrize("by", ["Versuch", "Takt"])
def test_series_of_equal_lengths_are_not_taken_for_their_steps(n, label, by):
    """Of n series of 20 even steps, either may be the other's clock; names or the user decide."""
    trials = Trials(n, steps=(20, 21))
    table = trials.table(Takt=lambda k, t: t).drop(columns="Zeit").sort_values(by, kind="stable")
    trials.check(from_frame(table.rename(columns={"Takt": "Zeit"}), label=label))
    with raises(
        Tables.STEPS_OR_SERIES, id="Versuch", options=["--id", "Versuch", "--time", "Takt"]
    ):
        from_frame(table, label=label)
    trials.check(from_frame(table, label=label, id="Versuch", time="Takt"))
    bare = table.drop(columns="Klasse")
    trials.check(from_frame(bare.rename(columns={"Takt": "Zeit"})), y=False)
    with raises(
        Tables.STEPS_OR_SERIES, id="Versuch", options=["--id", "Versuch", "--time", "Takt"]
    ):
        from_frame(bare)
    assert from_frame(bare, channels=["value"]).x.shape == (20 * n, 5, 1)


def test_rows_that_jump_are_no_steps_of_numbered_channels():
    table, rng = wide(), np.random.default_rng(0)
    up_and_down = rng.choice([-1, 1], (60, 1)) * (-1) ** np.arange(50)
    table[[f"x{t}" for t in range(50)]] = up_and_down + rng.normal(0, 0.3, (60, 50))
    assert from_frame(table.drop(columns="trial")).notes[0].code is Tables.WIDE_FORM


@pytest.mark.parametrize("seed", range(5))
def test_noise_in_channels_with_names_is_read_down(seed):
    trials = Trials(channels=6)
    table = trials.table()
    table[trials.channels] = np.random.default_rng(seed).normal(size=(len(table), 6))
    assert is_long(from_frame(table), id="Versuch", time="Zeit")


def test_two_rows_of_each_person_are_no_series():
    table = pd.DataFrame(np.random.default_rng(0).normal(size=(40, 5)), columns=CHANNELS[:5])
    table = table.assign(person=np.arange(40) // 2, label=np.repeat(["a", "b"], 20))
    assert len(from_frame(table)) == 40


def test_the_number_of_the_class_names_no_series():
    table = Trials().table(Stufe=lambda k, t: k % 3 + 0 * t).sort_values("Klasse", kind="stable")
    table = table.drop(columns="Versuch").assign(Zeit=np.arange(len(table)))
    assert from_frame(table, label="Klasse").notes[0].code is Tables.WIDE_FORM


@pytest.mark.parametrize(
    "clock",
    [
        lambda k, t: t * 0.25 + 100 * k,
        lambda k, t: np.random.default_rng(k).random(len(t)).cumsum(),
    ],
)
def test_a_clock_may_run_through_and_unevenly(clock):
    trials = Trials()
    trials.check(from_frame(trials.table(Zeit=clock)))


def test_without_times_the_rows_are_in_their_order():
    trials = Trials()
    s = from_frame(trials.table().drop(columns="Zeit"))
    trials.check(s)
    assert is_long(s, time=None, order=Tables.NO_TIME_COLUMN())


def test_without_labels_a_clock_tells():
    trials = Trials()
    trials.check(from_frame(trials.table().drop(columns="Klasse")), y=False)


def test_targets_that_differ_in_every_series():
    trials = Trials(n=60)
    trials.y = [k * 1.5 for k in range(60)]
    trials.check(from_frame(trials.table(), label="Klasse"))


@pytest.mark.few(3)
@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("Soll", lambda k, t: t // 3 % 3),
        ("Stufe", lambda k, t: k % 3 + 0 * t),
        ("An", lambda k, t: (t > 4).astype(int)),
        ("Person", lambda k, t: k // 3 + 0 * t),
    ],
    ids=["set point", "number of the class", "switch", "person"],
)
def test_other_columns_of_few_values_do_not_name_the_series(name, of):
    trials = Trials()
    trials.channels = [*trials.channels]
    table = trials.table(**{name: of})
    s = from_frame(table)
    assert is_long(s, id="Versuch", time="Zeit")
    trials.check(from_frame(table, channels=trials.channels))


def test_of_trials_and_their_parts_one_is_asked_for():
    trials = Trials()
    table = trials.table(Block=lambda k, t: 100 * k + t // 4)
    with raises(Tables.SEVERAL_MAY_BE_IDS, columns=["Versuch", "Block"], as_option="Versuch"):
        from_frame(table)
    trials.check(from_frame(table, id="Versuch", channels=trials.channels))


def test_of_persons_and_trials_that_may_both_be_series_one_is_asked_for():
    trials = Trials()
    trials.y = [("laufen", "sitzen", "stehen")[k // 3 % 3] for k in range(18)]
    s = from_frame(trials.table(Person=lambda k, t: f"P{k // 3}"), label="Klasse", time="Zeit")
    assert is_long(s, id="Versuch")
    through = trials.table(Person=lambda k, t: f"P{k // 3}", Zeit=lambda k, t: t + 50 * k)
    with raises(Tables.SEVERAL_MAY_BE_IDS, columns=["Person", "Versuch"]):
        from_frame(through, label="Klasse")
    trials.check(from_frame(through, label="Klasse", id="Versuch"))


def test_series_named_by_two_columns_are_refused_and_both_are_named():
    trials = Trials()
    table = trials.table(Person=lambda k, t: k // 6 + 0 * t, Versuch=lambda k, t: k % 6 + 0 * t)
    with raises(Tables.NAMED_TOGETHER, one="Versuch", other="Person"):
        from_frame(table, label="Klasse")
    joined = table.assign(
        Versuch=[f"{p}-{v}" for p, v in zip(table["Person"], table["Versuch"], strict=True)]
    )
    trials.check(
        from_frame(joined.drop(columns="Person")), [f"{k // 6}-{k % 6}" for k in range(18)]
    )


def test_the_other_reading_may_be_chosen():
    trials = Trials()
    s = from_frame(trials.table(), label="Klasse")
    assert s.notes[1].values["mend"] == Tables.ROWS_AS_SERIES(channels=("value",))
    rows = from_frame(trials.table(), label="Klasse", channels=["value"])
    assert len(rows) == len(trials.table())


def wide(n=60, steps=50, each=5, smooth=True, seed=0) -> pd.DataFrame:
    """Rows that are series, several of each person, who has one class."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, steps))
    x = (x.cumsum(1) if smooth else x).astype(np.float32)
    person, label = np.arange(n) // each, np.array(["a", "b", "c"])[np.arange(n) // each % 3]
    columns = {f"x{t}": x[:, t] for t in range(steps)}
    return pd.DataFrame({"person": person, "trial": np.arange(n) % each, **columns, "label": label})


@pytest.mark.few(6)
@pytest.mark.parametrize("smooth", [True, False])
@pytest.mark.parametrize("without", [[], ["trial"], ["person", "trial"]])
@pytest.mark.parametrize("as_text", [True, False])
def test_series_in_rows_stay_in_rows(smooth, without, as_text):
    table = wide(smooth=smooth).drop(columns=without)
    if as_text and "person" in table:
        table["person"] = [f"P{k}" for k in table["person"]]
    s = from_frame(table)
    np.testing.assert_array_equal(s.x[..., 0], table[[f"x{t}" for t in range(50)]].to_numpy())
    assert s.notes[0].code is Tables.WIDE_FORM
    assert {"ids": None, "label": "label", "steps": 50}.items() <= s.notes[0].values.items()
    said = [note for note in s.notes if note.code is Tables.MAY_BE_STEPS]
    options = ["--id", "person", *(["--time", "trial"] if "trial" in table else [])]
    assert said == (
        [Tables.MAY_BE_STEPS(id="person", options=options)] if "person" in table else []
    )


def test_rows_of_several_columns_in_no_order_may_be_steps_or_series():
    """Twelve numbers of each of several rows of a place."""
    table = wide(steps=12).drop(columns="trial")
    table["person"] = [f"P{k}" for k in table["person"]]
    names = ["elm", "oak", "ash", "fir", "yew", "box", "fig", "bay", "may", "pear", "lime", "teak"]
    table = table.rename(columns={f"x{t}": name for t, name in enumerate(names)})
    for some in (table, table.sample(frac=1, random_state=0)):
        with raises(Tables.STEPS_OR_SERIES, id="person", options=["--id", "person"]):
            from_frame(some)
    assert from_frame(table, channels=["value"]).x.shape == (60, 12, 1)
    assert from_frame(table, id="person").x.shape == (12, 5, 12)


def test_numbered_columns_beside_times_may_be_channels_or_steps():
    trials = Trials(channels=6, steps=(20, 40))
    trials.channels = [f"ch{d}" for d in range(6)]
    with raises(Tables.STEPS_OR_SERIES, options=["--id", "Versuch", "--time", "Zeit"]) as error:
        from_frame(trials.table())
    assert error.value.values["mend"] == Tables.ROWS_AS_SERIES(channels=("ch",))
    trials.check(from_frame(trials.table(), id="Versuch", time="Zeit"))
    assert from_frame(trials.table(), channels=["ch"]).x.shape == (len(trials.table()), 6, 1)
    trials.check(from_frame(trials.table().rename(columns={"Zeit": "time"})))


def test_labels_in_runs_name_no_series():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 30))
    table = pd.DataFrame({f"x{t}": x[:, t] for t in range(30)}).assign(
        label=np.repeat(["a", "b"], 20)
    )
    s = from_frame(table)
    assert (s.x.shape, len(s.notes)) == ((40, 30, 1), 1)


def test_a_time_without_ids_finds_them():
    trials = Trials()
    trials.check(from_frame(trials.table().rename(columns={"Zeit": "time"})))
    one = trials.table().rename(columns={"Zeit": "time"}).drop(columns="Versuch")
    with raises(Steps.LABELS_OF_STEPS):  # of one series its labels are those of steps
        from_frame(one)
    with raises(Tables.NO_IDS, time="time"):
        from_frame(one.drop(columns="Klasse"))


def test_channels_of_a_model_say_what_rows_are(tmp_path):
    from glasscell.data import read_in_parts

    trials = Trials(channels=4)
    table = trials.table().drop(columns=["Klasse", "Zeit"])
    table.to_csv(tmp_path / "d.csv", index=False)
    parts = list(read_in_parts(tmp_path / "d.csv", series=7, channels_expected=trials.channels))
    assert [len(part) for part in parts] == [7, 7, 4]
    assert np.concatenate([part.ids for part in parts]).tolist() == [str(k + 1) for k in range(18)]
    (rows,) = read_in_parts(tmp_path / "d.csv", channels_expected=["value"])
    assert len(rows) == len(table)


@pytest.mark.parametrize("head", [100, 10_000])
def test_a_label_that_varies_later_is_refused(head, monkeypatch):
    monkeypatch.setattr("glasscell.data.tables.identification.HEAD", head)
    trials = Trials(n=30, channels=4)
    table = trials.table()
    trials.check(from_frame(table, label="Klasse"))
    table.loc[len(table) - 1, "Klasse"] = "laufen"
    if head < len(table):
        with raises(Tables.TWO_LABELS, row=len(table), column="Klasse", found="laufen", id="30"):
            from_frame(table, label="Klasse")
    table["Klasse"] = np.random.default_rng(0).choice(["a", "b"], len(table))
    table.loc[: head - 1, "Klasse"] = trials.table()["Klasse"]
    if head < len(table):
        with raises(Steps.LABELS_OF_STEPS):
            from_frame(table, label="Klasse")


@given(st.integers(0, 10**6), st.integers(6, 30), st.integers(1, 6), st.booleans())
def test_names_do_not_matter_beside_a_time(seed, n, channels, are_words):
    """What is read under names that nobody knows is what is read under common ones."""
    trials = Trials(n, channels, (4, 12), seed)
    table = as_words(trials.table())[0] if are_words else trials.table()
    known = from_frame(table.rename(columns={"Versuch": "id", "Zeit": "time", "Klasse": "label"}))
    found = from_frame(table.rename(columns={"Versuch": "qux", "Klasse": "foo"}), label="foo")
    for what in ("x", "y", "ids", "lengths", "channels"):
        np.testing.assert_array_equal(getattr(found, what), getattr(known, what))
    with raises(Tables.STEPS_OR_SERIES, id="qux", options=["--id", "qux", "--time", "bar"]):
        from_frame(
            table.rename(columns={"Versuch": "qux", "Zeit": "bar", "Klasse": "foo"}), label="foo"
        )


COMMON, LIKELY, UNKNOWN = (
    ["id", "time", "label"],
    ["Versuch", "Zeit", "Klasse"],
    ["qux", "bar", "foo"],
)
NAMES = st.sampled_from([COMMON, LIKELY, UNKNOWN])


@given(st.integers(0, 10**6), st.integers(4, 12), NAMES, st.booleans(), st.booleans())
def test_the_order_of_the_rows_does_not_matter(seed, n, names, has_label, are_dates):
    """A long table with a time is read alike, or rejected alike, in whatever order its rows are."""
    table = Trials(n, 2, (4, 9), seed).table()
    table = table if has_label else table.drop(columns="Klasse")
    table = (
        table.assign(Zeit=pd.to_datetime(table["Zeit"], unit="s", origin="2026-01-31"))
        if are_dates
        else table
    )
    table = table.rename(columns=dict(zip(["Versuch", "Zeit", "Klasse"], names, strict=True)))
    found = []
    for some in (table, table.sample(frac=1, random_state=seed % 2**32)):
        try:
            s = from_frame(some)
        except GlasscellError as error:
            found.append((error.code, sorted(error.values.items(), key=str)))
            continue
        order = np.argsort(s.ids)
        y = None if s.y is None else s.y[order].tolist()
        found.append(
            (s.channels, s.columns, s.ids[order].tolist(), y, np.nan_to_num(s.x[order]).tolist())
        )
    assert found[0] == found[1]


@given(st.integers(0, 10**6), st.integers(12, 40), st.integers(1, 8), st.booleans())
def test_rows_of_noise_or_walks_stay_series(seed, steps, each, smooth):
    table = wide(n=8 * each, steps=steps, each=each, smooth=smooth, seed=seed)
    assert len(from_frame(table)) == 8 * each


def test_a_column_called_like_a_time_that_decides_on_the_label_by_chance_is_no_id():
    rng = np.random.default_rng(0)
    rows = [
        (engine, cycle, *rng.normal(size=2), int(cycle > 13))
        for engine in range(1, 7)
        for cycle in range(1, 21)
    ]
    s = from_frame(pd.DataFrame(rows, columns=["engine", "cycle", "s1", "s2", "y"]))
    assert (s.columns, s.channels, s.x.shape) == (
        {"id": "engine", "time": "cycle"},
        ("s1", "s2", "y"),
        (6, 20, 3),
    )


@pytest.mark.parametrize(
    ("names", "form"),
    [(("day", "hour"), "%d %H"), (("Jahr", "Monat"), "%y %m"), (("minute", "second"), "%M %S")],
)
def test_two_columns_called_like_times_are_no_ids(names, form):
    rng = np.random.default_rng(0)
    rows = [
        (f"P{p}", k // 12 + 1, k % 12 + 1, *rng.normal(size=2), "ab"[p % 2])
        for p in range(4)
        for k in range(36)
    ]
    frame = pd.DataFrame(rows, columns=["plant", *names, "u", "v", "grade"])
    # without a year, none may go back
    frame = frame.sample(frac=1, random_state=1) if "%y" in form else frame
    with raises(Tables.STEPS_OR_SERIES, id="plant"):
        from_frame(frame)
    s = from_frame(frame, id="plant")
    assert [
        note.values["as_option"] for note in s.warnings if note.code is Tables.TIME_TOGETHER
    ] == [",".join(names)]
    s = from_frame(frame, id="plant", time=",".join(names), time_format=form)
    truth = np.array([[row[3:5] for row in rows if row[0] == id] for id in s.ids], "float32")
    np.testing.assert_array_equal(s.x, truth)


def test_a_table_without_the_channels_of_training_is_refused_for_that(tmp_path):
    """And not for its columns of words, of which one would have to be the label in training."""
    (tmp_path / "d.csv").write_text("store,month,sales\na,2026-01,3\nb,2026-02,4\n")
    with raises(Reading.OTHER_CHANNELS):
        next(read_in_parts(tmp_path / "d.csv", channels_expected=["u", "v"]))


def test_a_column_of_one_word_labels_nothing():
    days = pd.date_range("2024-01-31", periods=60).strftime("%Y-%m-%d")
    table = pd.DataFrame({"Tag": days, "valve": [1, 1, 1, 2, 2, 2] * 10, "site": "north"})
    table["flow"] = np.random.default_rng(0).normal(size=60)
    with raises(Tables.STEPS_OR_SERIES, id="valve", options=["--id", "valve", "--time", "Tag"]):
        from_frame(table)
