"""Advice in messages works: the options exist where it is printed, and the command succeeds."""

import re
import shlex

import pytest
import typer
from support.command import call
from support.corpus import CORPUS

from glasscell.cli import app
from glasscell.cli.options import OPTIONS
from glasscell.data.checks.sentences import Doubts
from glasscell.data.formats.sentences import Formats
from glasscell.data.sentences import Inventory, Reading
from glasscell.data.steps.sentences import Steps
from glasscell.data.tables.sentences import Tables
from glasscell.data.texts.sentences import Texts
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.language.sentences import TextRuns

OPTION = re.compile(r"--[a-z][a-z-]*")
ADVICE = [code for room in (Formats, Tables, Doubts, Reading, Panels, Steps, Texts) for code in room
          if OPTION.search(code.value)]  # fmt: skip
TYPED = (Panels.EVERY_OF_DATES, Panels.EVERY_OF_NUMBERS)  # quote the option that was typed
# what is forecast, and how values of one step are combined, is decided by train: later commands
# read a file as it did
DECIDED = (Panels.OTHER_SCALES, Panels.OTHER_KINDS, Panels.AGGREGATE_NEEDED, Panels.AGGREGATE_ALONE)
# in a command that begins with glasscell train; in Python
OF_TRAIN = (Steps.LABELS_OF_STEPS, *TYPED, *DECIDED)
READERS = {f"--{name.replace('_', '-')}" for name in OPTIONS}


def options_of(command):
    parameters = typer.main.get_command(app).commands[command].params
    return {name for one in parameters for name in (*one.opts, *one.secondary_opts)}


EXIST = {
    command: options_of(command) for command in ("data", "train", "predict", "evaluate", "explain")
}


@pytest.mark.parametrize("code", ADVICE, ids=str)
def test_an_option_that_is_advised_exists_where_that_is_said(code):
    for found in OPTION.finditer(code.value):
        before = re.split(r"[;:.]", code.value[: found.start()])[-1]
        commands = ["train"]
        if not (code in OF_TRAIN or re.search(r"\btrain", before)):
            # predict and evaluate read panels, too
            of_readers = found[0] in READERS or isinstance(code, Panels)
            commands += ["data", *(["predict", "evaluate", "explain"] if of_readers else [])]
        assert [name for name in commands if found[0] not in EXIST[name]] == [], found[0]


def pattern_of(code):
    """Return what finds a code's sentence in what is printed."""
    return ".*".join(re.escape(part) for part in re.split(r"\{.*?\}", code.value))


def advised(printed, code):
    """Return the options that a sentence names, with what stands behind each."""
    (line,) = re.findall(f".*{pattern_of(code)}.*", printed)[:1]
    found = re.findall(r"(--[a-z][a-z-]*)((?: '[^']*'| [^\s;:()]+)?)", line)
    return {name: shlex.split(value.strip().removesuffix(".").strip())[:1] for name, value in found}


GROUPS = "id,t,u,patient_id,label\n" + "".join(
    f"s{k},{t},{(k * 7 + t * 3) % 11 / 4},p{k // 2},{'ab'[k // 2 % 2]}\n"
    for k in range(8)
    for t in range(4)
)
MARKED = "id,t,u,label\n" + "".join(
    f"s{k},{t},{-999 if t == k % 4 else (k * 7 + t * 3) % 11 / 4},{'ab'[k % 2]}\n"
    for k in range(12)
    for t in range(9)
)
WINDOWS = "id,t,u,recording,label\n" + "".join(
    f"s{k},{t},{((k // 2 * 97 + k % 2 * 8 + t) ** 3 * 7919 % 1009) / 4},"
    f"r{k // 2},{'ab'[k // 2 % 2]}\n"
    for k in range(8)
    for t in range(16)
)  # two windows of each recording, which share eight steps
HOURS = "id,hour,u,label\n" + "".join(
    f"s{k},{(18 + t) % 24},{(k * 7 + t * 3) % 11 / 4},{'ab'[k % 2]}\n"
    for k in range(6)
    for t in range(12)
)
COUNTED = "0,1,2,3\n" + "".join(
    f"{k % 2 + 1},{k * 7 % 11 / 4},{k * 3 % 7 / 4},{k * 5 % 13 / 4}\n" for k in range(12)
)
NAMED = "my shop,x0,x1,x2,x3,x4,x5,label\n" + "".join(
    f"{901 + k},{','.join(str(k * j % 13 / 4) for j in range(3, 9))},{'ab'[k % 2]}\n"
    for k in range(11)
)


@pytest.mark.few(8)
@pytest.mark.parametrize(
    ("code", "file", "option", "value", "is_said"),
    [
        (
            Tables.LAST_MAY_BE_LABEL,
            "kaggle/mitbih_train.csv",
            "--label",
            "column188",
            Inventory.LABEL,
        ),
        (Tables.LAST_MAY_BE_LABEL, "kaggle/ptbdb_with_names.csv", "--label", "19", Inventory.LABEL),
        (Tables.FIRST_MAY_BE_LABEL, COUNTED, "--label", "0", Inventory.LABEL),
        (Tables.FIRST_MAY_BE_LABEL, COUNTED, "--header", None, Tables.NO_LABELS),
        (Tables.FIRST_MAY_BE_LABEL, COUNTED, "--no-header", None, Inventory.ROWS),
        (Tables.ROWS_AS_SERIES, "excel/measurement.csv", "--channels", "value", Inventory.ROWS),
        (Tables.ROWS_AS_SERIES, "excel/tausender.csv", "--channels", "value", Inventory.ROWS),
        (Tables.ROWS_AS_SERIES, "order/events_sorted.csv", "--channels", "value", Inventory.ROWS),
        (Tables.USE_ID, NAMED, "--id", "my shop", Inventory.ID),
        (Tables.MAY_SAY_GROUPS, GROUPS, "--group", "patient_id", Tables.GROUPS),
        (Tables.ID_TWICE, "malformed/id_twice.csv", "--id", "id", Inventory.ID),
        (Tables.AVERAGED_OR_JOINED, "order/time_twice.csv", "--every", 1, Reading.RESAMPLED),
        (Tables.MAY_BEGIN_AGAIN, HOURS, "--channels", "hour,u", Tables.NO_TIME_COLUMN),
        (
            Tables.MONTH_OR_DAY,
            "malformed/ambiguous_date.csv",
            "--time-format",
            "%m/%d/%Y",
            Inventory.TIME,
        ),
        (Tables.NOT_TIMES, "times/frames.csv", "--channels", "u,v", Tables.NO_TIME_COLUMN),
        (
            Tables.NOT_A_TIME,
            "matlab/writetimetable.csv",
            "--time-format",
            "%d-%b-%Y %H:%M:%S",
            Inventory.TIME,
        ),
        (Doubts.USE_MISSING, MARKED, "--missing", "-999", Inventory.CLASSES),
        (Doubts.OVERLAPS, WINDOWS, "--group", "recording", Tables.GROUPS),
        (Formats.UNCLEAR_COMMA, "excel/ambiguous_comma.csv", "--decimal", ",", Inventory.ID),
        (
            Formats.ENCODING_AT_LAST,
            "encodings/cp1252.csv",
            "--encoding",
            "windows-1252",
            Inventory.ID,
        ),
        (TextRuns.LOOKS_LIKE_PROSE, "malformed/readme.txt", "--text", None, None),
    ],
)
def test_what_is_advised_works(code, file, option, value, is_said, tmp_path, monkeypatch, capfd):
    path = CORPUS / file
    if "\n" in file:
        path = tmp_path / "d.csv"
        path.write_text(file)
    printed = call(monkeypatch, capfd, "data", path)
    found = advised(printed.out + printed.err, code)
    assert option in found
    if f"{option} {{" in code.value:
        assert found[option] == [value]
    answer = call(monkeypatch, capfd, "data", path, option, *([] if value is None else [value]))
    assert answer.code == 0, answer.err
    assert is_said is None or re.search(pattern_of(is_said), answer.out)
    assert not re.search(pattern_of(code), answer.out)
