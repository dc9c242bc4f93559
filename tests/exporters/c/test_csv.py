"""The program that an export brings reads files as `glasscell.data.read` does, or says why not."""

import csv
import re
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from support.c_programs import SANITIZED
from support.leaving import leaving_network

from glasscell import data
from glasscell.errors import DataError
from glasscell.exporters import c
from glasscell.exporters.agreement import answers_of
from glasscell.exporters.c.compiler import compile_program

PLAIN = """\
id,time,channel 0,channel 1,channel 2,label
b,0,0.5,1.5,-1,ja — ü
b,1,0.25,,2e-1,ja — ü
b,2,,,,ja — ü
a,0,1,2,3,"no, never"
a,1,4,5,6,"no, never"
b,3,0.125,NA,7,ja — ü
"""


@pytest.fixture(scope="module")
def network_and_program(tmp_path_factory):
    folder = tmp_path_factory.mktemp("csv")
    network, meaning = leaving_network("two directions")
    meaning = replace(meaning, columns={"id": "id", "time": "time", "label": "label"})
    c.write(network, meaning, folder / "model")
    compile_program(folder / "model", folder / "program", flags=SANITIZED)
    return network, meaning, folder / "program"


def answer(program, content, *options):
    content = content if isinstance(content, bytes) else content.encode()
    done = subprocess.run([program, *options], input=content, capture_output=True, check=False)
    return (
        done.returncode,
        done.stdout.decode(errors="replace"),
        done.stderr.decode(errors="replace"),
    )


def table(printed):
    _, *rows = csv.reader(printed.splitlines())
    return {row[0]: row[1:] for row in rows}


def swapped(text):
    """Return the same columns in another order."""
    rows = [row[::-1] for row in csv.reader(text.splitlines())]
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows) + "\n"


def shuffled(text):
    header, *rows = text.splitlines()
    return "\n".join([header, *(rows[k] for k in (1, 0, 4, 5, 2, 3))]) + "\n"


def dated(text):
    for k in range(4):
        text = text.replace(f"b,{k},", f"b,2026-02-28T23:5{6 + k}:00Z,").replace(
            f"a,{k},", f"a,2026-03-0{k + 1}T00:00Z,"
        )
    return text.replace("23:58:00Z", "23:58:00.5Z").replace(
        "2026-02-28T23:59:00Z", "2026-03-01T00:59:00+01:00"
    )


FILES = {
    "as it is": PLAIN,
    "columns in another order, all quoted": swapped(PLAIN),
    "rows in no order": shuffled(PLAIN),
    "times of day, in several zones": dated(PLAIN),
    "tabs": PLAIN.replace('"no, never"', "no").replace(",", "\t"),
    "semicolons": PLAIN.replace('"no, never"', "no").replace(",", ";"),
    "ends of lines as Windows has them": PLAIN.replace("\n", "\r\n"),
    "no end of the last line": PLAIN.rstrip("\n"),
    "a mark of UTF-8": "\ufeff" + PLAIN,
    "spaces and empty lines": PLAIN.replace(",2e-1,", ", 2e-1 ,").replace("\n", "\n\n"),
    "white space in quotes": PLAIN.replace("id,time,", '"id\n","\ttime ",'),
    "comments first": "# one\n# two\n" + PLAIN,
    "neither times nor labels": "\n".join(
        ",".join(row[:1] + row[2:5]) for row in csv.reader(PLAIN.splitlines())
    ),
}  # fmt: skip


@pytest.mark.few(6)
@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_read_as_glasscell_reads_it(kind, network_and_program, tmp_path):
    network, meaning, program = network_and_program
    (tmp_path / "file.csv").write_text(FILES[kind], encoding="utf-8", newline="")
    columns = {role: name for role, name in meaning.columns.items() if name in FILES[kind]}
    series = data.read(
        tmp_path / "file.csv", channels=meaning.channels, task="classification", **columns
    )
    wanted, _ = answers_of(network, series.x, meaning)
    code, out, err = answer(program, FILES[kind])
    assert (code, err) == (0, "")
    assert list(table(out)) == [str(one) for one in series.ids]
    for row, right in zip(table(out).values(), wanted, strict=True):
        assert row[0] == meaning.labels[right.argmax()]
        np.testing.assert_allclose(np.array(row[1:], float), right, atol=1e-6)
    assert answer(program, b"", str(tmp_path / "file.csv")) == (0, out, "")


def test_one_series_needs_no_ids_and_no_names(network_and_program):
    _, meaning, program = network_and_program
    rows = "0.5,1,2\n,2,NaN\n3,4,5\n"
    named = answer(program, f"{','.join(meaning.channels)}\n{rows}")
    assert named == answer(program, rows)
    assert list(table(named[1])) == ["1"]
    code, out, _ = answer(
        program, PLAIN.replace("b,", "x,").replace("a,", "x,").replace("x,", "").replace("id,", "")
    )
    assert code == 3  # times are there twice now
    assert out == ""


def test_a_series_without_a_value_has_a_note(network_and_program):
    _, _, program = network_and_program
    _, out, _ = answer(program, "id,channel 0,channel 1,channel 2\na,,,\nb,1,2,3\n")
    assert out.splitlines()[0] == 'id,answer,"p(no, never)",p(ja — ü),note'
    assert out.splitlines()[1] == "a,,,,all values are missing"
    assert table(out)["b"][-1] == ""


def test_options_name_columns_and_a_number_that_is_no_measurement(network_and_program):
    _, _, program = network_and_program
    _, wanted, _ = answer(program, PLAIN)
    other = (
        PLAIN.replace("id,time", "who,when").replace(",,0.2", ",-999,0.2").replace("NA", "-999.0")
    )
    assert answer(program, other, "--id", "who", "--time", "when", "--missing", "-999") == (
        0,
        wanted,
        "",
    )


def test_thousands_of_ids_are_told_apart(network_and_program):
    _, _, program = network_and_program
    rows = "".join(f"{k * 7919 % 3001},{k % 5},{k % 3},0\n" for k in range(3001))
    code, out, _ = answer(program, "id,channel 2,channel 0,channel 1\n" + rows)
    assert code == 0
    assert len(table(out)) == 3001


HEAD = "id,time,channel 0,channel 1,channel 2\n"
BAD = {
    "": "standard input: is empty",
    "\0": "is not text (it has a zero byte)",
    HEAD: "has a header, but no rows",
    "id,channel 0,channel 1\n": "line 1: has no column 'channel 2'",
    "id,id,channel 0,channel 1,channel 2\n": "the column 'id' appears twice",
    "who,channel 0,channel 1,channel 2\n": "has no column 'id' for the series of a row, but "
    "'who', which is not read",
    HEAD + "a,0,1,2\n": "line 2: has 4 cells; expected 5",
    HEAD + "a,0,1,2,3\n\na,1,1,2,3,4\n": "line 4: has 6 cells; expected 5",
    HEAD + "a,0,1,2,3\n\na,1,1,2,three\n": "line 4, column 'channel 2': 'three' is not a number",
    HEAD + "a,0,1,2,0x10\n": "'0x10' is not a number",
    HEAD + "a,0,1,2,inf\n": "inf is infinite or beyond 3.4e38",
    HEAD + "a,0,1,2,1e39\n": "1e39 is infinite or beyond 3.4e38",
    HEAD + ",0,1,2,3\n": "line 2, column 'id': is empty",
    HEAD
    + "a,soon,1,2,3\n": "line 2, column 'time': found 'soon'; expected a time as a number, or as "
    "ISO 8601 (2026-",
    HEAD + "a,0,1,2,3\na,0,1,2,3\n": "line 3: series 'a' has the same time as line 2",
    HEAD + 'a,0,"1,2,3\n': "line 2: a quotation mark is not closed",
}


NO_TIMES = [
    *(
        "2026-02-31",
        "2023-02-29",
        "1900-02-29",
        "2026-04-31",
        "2026-00-01",
        "2026-13-01",
        "2026-01-00",
    ),
    *(
        "2026-01-01T25:61",
        "2026-01-01T24:00",
        "2026-01-01T12:60",
        "2026-01-01T12:00:60",
        "2026-01-01T",
        "0000-01-01",
    ),
    *(
        "2026-01-01T-1:00",
        "2026-01-01T12:00:-1",
        "2026-01-01T12:00:1e1",
        "2026-01-01T12:00:",
        "2026-+1-01",
    ),
    *("2026-01-01T12:00+24:00", "2026-01-01T12:00+01:60", "2026-01-01T12:00ZZ"),
]


@pytest.mark.few(8)
@pytest.mark.parametrize("time", NO_TIMES)
def test_what_is_no_time_is_refused_as_glasscell_refuses_it(time, network_and_program, tmp_path):
    _, meaning, program = network_and_program
    # both have an offset from UTC, or none has
    first = "2024-02-29T00:00Z" if "+" in time[10:] else "2024-02-29"
    content = HEAD + f"a,{first},1,2,3\na,{time},3,2,1\n"
    (tmp_path / "file.csv").write_text(content)
    with pytest.raises(
        DataError, match=re.escape(f"column 'time': found '{time}'; expected a time")
    ):
        data.read(tmp_path / "file.csv", channels=meaning.channels, id="id", time="time")
    code, out, err = answer(program, content)
    assert (code, out) == (3, "")
    assert (
        f"line 3, column 'time': found '{time}'; expected a time as a number, or as ISO 8601" in err
    )


def test_days_of_four_centuries_are_in_order(network_and_program):
    _, _, program = network_and_program
    rng = np.random.default_rng(0)
    days = np.sort(
        rng.choice(
            np.arange("1700-01-01", "2110-01-01", dtype="datetime64[D]"), 3000, replace=False
        )
    )
    leap = np.array(
        ["1896-02-29", "1900-03-01", "1999-12-31", "2000-02-29", "2000-03-01"], "datetime64[D]"
    )
    rows = [(day, str(k % 7)) for k, day in enumerate(np.union1d(days, leap))]
    dated, numbered = (
        [f"a,{when},{v},1,{v}\n" for when, v in one]
        for one in (rows, [*enumerate(v for _, v in rows)])
    )
    shuffled = rng.permutation(len(rows))
    wanted = answer(program, HEAD + "".join(numbered))
    assert wanted[0] == 0
    assert answer(program, HEAD + "".join(dated[k] for k in shuffled)) == wanted


@pytest.mark.parametrize("content", BAD)
def test_bad_data_is_one_sentence(content, network_and_program):
    code, out, err = answer(network_and_program[2], content)
    assert (code, out) == (3, "")
    assert err.count("\n") == 1
    assert err.startswith("model: ")
    assert BAD[content] in err


def test_bad_usage_is_one_sentence(network_and_program):
    _, _, program = network_and_program
    for options in (["--what"], ["--id"], ["a.csv", "b.csv"], ["--missing", "none"]):
        code, out, err = answer(program, "", *options)
        assert (code, out) == (2, "")
        assert "was not expected; usage: " in err
    assert answer(program, "", "nowhere.csv") == (
        2,
        "",
        "model: nowhere.csv: cannot be opened: No such file or directory\n",
    )


def test_a_digit_has_eight_rows(tmp_path):
    from glasscell import article
    from glasscell.inference.meaning import Meaning
    from glasscell.settings.article import DigitsSettings

    meaning = Meaning(tuple(article.CHANNELS), tuple(article.CLASSES), input="digit")
    c.write(article.build_model(DigitsSettings()), meaning, tmp_path / "digits")
    compile_program(tmp_path / "digits", tmp_path / "program")
    rows = "0,1,2,3,4,5,6,7\n" * 7
    assert answer(tmp_path / "program", rows)[::2] == (
        3,
        "digits: standard input: series '1' has 7 steps; expected 8\n",
    )
    assert answer(tmp_path / "program", rows + rows[:16])[0] == 0


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(10))
def test_no_file_makes_it_misuse_a_byte(seed, network_and_program):
    rng = np.random.default_rng(seed)
    marks = [*b'",;\t\n\r #\0-.eE0aTZ:+', 0xEF, 0xBB, 0xBF, 0xFF]
    for _ in range(100):
        content = bytearray(FILES[list(FILES)[rng.integers(len(FILES))]].encode())
        for _ in range(rng.integers(1, 6)):
            at = int(rng.integers(len(content)))
            content[at : at + int(rng.integers(0, 4))] = bytes(
                rng.choice(marks, rng.integers(0, 3)).tolist()
            )
        code, _, err = answer(network_and_program[2], bytes(content))
        assert code in (0, 3), (bytes(content), err)
