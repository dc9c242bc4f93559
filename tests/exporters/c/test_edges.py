"""One table: the C of every task, by every compiler, with sanitizers or not, on edge cases.

Asked are the library, with numbers that no file may have too, and the program that reads a file.
Each gives what the network makes of it or, where that is nothing, no answer; or one sentence says
what is wrong with a file.
"""

import csv
import subprocess
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from support.c_programs import COMPILERS, SANITIZED
from support.leaving import FORMS, leaving_network
from support.leaving_text import bits_of, leaving_language_model, some_text
from support.panels import expect_forecasts, framed, table_of, uneven_panel

from glasscell import article
from glasscell.errors import DataError
from glasscell.exporters import c
from glasscell.exporters.c import compiler as c_compiler
from glasscell.exporters.c.compiler import compile_program
from glasscell.inference.meaning import Meaning
from glasscell.settings.article import DigitsSettings
from glasscell.tasks.forecasting.baselines.naive import Baseline
from glasscell.tasks.forecasting.exports import c as forecasting
from glasscell.tasks.forecasting.exports.inputs import to_inputs
from glasscell.tasks.forecasting.model.forecasts import forecast
from glasscell.tasks.language.exports import c as language
from glasscell.tasks.tagging.network import build_tagging_network
from glasscell.training.prediction import predict
from glasscell.variants import GREFF

STEPS = 8
FLAGS = {"plain": ("-O3",), "sanitized": SANITIZED}
FIRST = [("digits", "article"), ("series", "two directions"), ("tagging", "two directions")]
# one of each task in CI, by gcc under the sanitizers
FIRST += [("forecasting", "cycles"), ("language", "characters")]
OTHERS = [("series", form) for form in (*FORMS, "offsets") if form != "two directions"]
OTHERS += [("tagging", "one direction"), ("forecasting", "plain"), ("forecasting", "covariates")]
OTHERS += [("forecasting", "logarithms"), ("language", "bytes")]


def cases():
    for task, form in (*FIRST, *OTHERS):
        for compiler in COMPILERS:
            for flags in FLAGS:
                in_ci = (task, form) in FIRST and (compiler, flags) == (COMPILERS[0], "sanitized")
                marks = compiler.marks if in_ci else (*compiler.marks, pytest.mark.nightly)
                yield pytest.param(task, form, *compiler.values, flags, marks=marks)


class Asked:
    """What was written as `model` in a folder, by one compiler with one set of flags."""

    def __init__(self, folder, compiler, flags):
        self.path, self.program = folder / "model", folder / "program"
        self.compile = partial(compile_program, compiler=compiler, flags=flags)

    def read(self, content, *options):
        """Return the code, the rows and the words of the program that reads a file."""
        if not self.program.exists():
            self.compile(self.path, self.program)
        return _called(self.program, content, *options)

    def refuses(self, content, *words, code=3, options=()):
        """Require one sentence, in which there are some words."""
        found, rows, said = self.read(content, *options)
        assert (found, rows) == (code, []), said
        assert said.startswith("model: ")
        assert said.count("\n") == 1
        for word in words:
            assert word in said

    def answers(self, content):
        """Return the rows of a file that is good, and the names of the columns."""
        code, (header, *rows), said = self.read(content)
        assert (code, said) == (0, "")
        return header, rows


def _called(program, content, *options):
    content = content.encode() if isinstance(content, str) else content
    done = subprocess.run([program, *options], input=content, capture_output=True, check=False)
    said = done.stderr.decode(errors="replace")
    assert done.returncode in (0, 2, 3), said
    return done.returncode, [*csv.reader(done.stdout.decode(errors="replace").splitlines())], said


@pytest.mark.long(25)  # five cases compile two programs each
@pytest.mark.parametrize(("task", "form", "compiler", "flags"), [*cases()])
def test_what_is_at_the_edges_is_answered_as_the_network_does(
    task, form, compiler, flags, tmp_path, monkeypatch
):
    asked = Asked(tmp_path, compiler, FLAGS[flags])
    monkeypatch.setattr(c_compiler, "compile_program", asked.compile)
    {"forecasting": check_forecaster, "language": check_language}.get(
        task, partial(check_network, task)
    )(form, asked)


def network_of(task, form):
    """Give a network, its meaning, and a series of its own kind."""
    rng = np.random.default_rng(0)
    if task == "digits":
        network = article.build_model(DigitsSettings())
        network.set_weights([rng.normal(0, 0.5, weight.shape) for weight in network.weights])
        meaning = Meaning(tuple(article.CHANNELS), tuple(article.CLASSES), input="digit")
    elif task == "tagging":
        network = build_tagging_network(2, 2, units=(3, 5), bidirectional=form == "two directions")
        meaning = Meaning(("u", "v"), ("no, never", "ü"), missing=(-999.0,))
    else:
        network, meaning = leaving_network(
            "plain" if form == "offsets" else form, variant=GREFF["FGR"]
        )
        if form == "offsets":
            meaning = replace(meaning, offsets=(1e9, 0.0, -5.0), missing=(-999.0,))
    return (
        network,
        meaning,
        rng.normal(size=(STEPS, len(meaning.channels))) + np.array(meaning.offsets or 0),
    )


def edges_of(task, x):
    """Give series (T, D) by name, whether there is an answer, and whether a file may have it."""

    def changed(value, where):
        new = x.copy()
        new[where] = value
        return new

    takes_missing, one, everything = task != "digits", (3, 1), slice(None)
    edges = {
        "whole": (x, True, True),
        "one missing": (changed(np.nan, one), takes_missing, True),
        "a step missing": (changed(np.nan, 2), takes_missing, True),
        "all missing": (changed(np.nan, everything), task == "tagging", True),
        "one huge": (changed(3e38, one), False, True),
        "all huge": (changed(-3e38, everything), False, True),
        "denormals": (changed(1e-40, (everything, 1)), True, True),
        "minus zero": (changed(-0.0, (everything, 1)), True, True),
        "one infinite": (changed(np.inf, one), False, False),
        "the last infinite": (changed(-np.inf, (-1, 0)), False, False),
    }
    if task != "digits":
        edges |= {"one step": (x[:1], True, True), "longer": (np.tile(x, (5, 1)), True, True)}
    return edges


def check_network(task, form, asked):
    network, meaning, own = network_of(task, form)
    c.write(network, meaning, asked.path)
    edges = edges_of(task, own)
    _check_library(task, network, meaning, edges, asked)
    head = ",".join(["id", *meaning.channels]) + "\n"

    def content_of(name, x):
        return "".join(
            f"{name},{','.join('' if np.isnan(v) else repr(float(v)) for v in row)}\n" for row in x
        )

    good = {name: edge for name, edge in edges.items() if edge[2]}
    header, rows = asked.answers(
        head + "".join(content_of(name, x) for name, (x, *_) in good.items())
    )
    assert header[-1] == "note"
    first = 1 + (task == "tagging") + (meaning.labels is not None)
    for name, (x, is_answered, _) in good.items():
        some = [row for row in rows if row[0] == name]
        assert len(some) == (len(x) if task == "tagging" else 1)
        wanted = _of_network(network, meaning, x)
        for row, answers in zip(some, np.atleast_2d(wanted), strict=True):
            assert (row[-1] == "") == is_answered, name
            if is_answered:
                _expect_same(np.array(row[first:-1], float), answers, meaning)
                assert meaning.labels is None or row[first - 1] == meaning.labels[answers.argmax()]
            else:
                assert not any(row[first - (meaning.labels is not None) : -1]), name
    for name, (x, *_) in edges.items():
        if name not in good:
            asked.refuses(head + content_of("a", x), "is infinite or beyond 3.4e38")
    _check_bad_files(asked, head, content_of("a", own), meaning.channels[1])
    if task == "digits":
        asked.refuses(head + content_of("a", own[:7]), "series 'a' has 7 steps; expected 8")
        asked.refuses(
            head + content_of("a", np.tile(own, (2, 1))), "series 'a' has 16 steps; expected 8"
        )


def _of_network(network, meaning, x):
    return predict(network, meaning.centred(x[None]).astype("float32"))[0]


def _expect_same(found, wanted, meaning):
    scale = 1.0 if meaning.labels else np.array([20.0, 3.0])
    np.testing.assert_allclose(found / scale, wanted / scale, atol=2e-5)


def _check_library(task, network, meaning, edges, asked):
    streams = "_step(" in (asked.path / "model.h").read_text()
    program, main = asked.path.with_name("library"), Path(__file__).with_name("network_asked.c")
    flags = (
        *asked.compile.keywords["flags"],
        f"-DEVERY={int(task == 'tagging')}",
        f"-DSTREAMS={int(streams)}",
    )
    asked.compile(asked.path, program, flags=flags, main=main)
    edges = edges | {"no step": (edges["whole"][0][:0], False, False)}
    if task == "digits":
        edges["longer"] = np.tile(edges["whole"][0], (2, 1)), False, False
    words = (f"{len(x)} {' '.join(map(repr, np.ravel(x).tolist()))}\n" for x, *_ in edges.values())
    code, rows, said = _called(program, "".join(words))
    assert (code, said) == (0, "")
    numbers = iter([np.array(row[0].split(), float) for row in rows])
    for name, (x, is_answered, _) in edges.items():
        found = [next(numbers) for _ in range(len(x) if task == "tagging" else 1)]
        for answered, *_ in found:
            assert answered == is_answered, name
        if is_answered:
            _expect_same(
                np.array(found)[:, 1:], np.atleast_2d(_of_network(network, meaning, x)), meaning
            )
        if (
            streams and len(x) and (task, name) != ("digits", "longer")
        ):  # which a stream does not know
            np.testing.assert_array_equal(next(numbers), found[-1], err_msg=name)
        elif streams and len(x):
            next(numbers)
    assert next(numbers, None) is None


def _check_bad_files(asked, head, row, channel):
    """Require a sentence for each file that no program of a table reads."""
    row = row.split("\n")[0] + "\n"
    cells = row.split(",")
    letter = ",".join([*cells[:-1], "three\n"])
    asked.refuses("", "is empty")
    asked.refuses("\0", "is not text (it has a zero byte)")
    asked.refuses(head + row + "\0", "is not text (it has a zero byte)")
    asked.refuses(head, "has a header, but no rows")
    asked.refuses(head.replace(channel, "strange"), f"has no column '{channel}'")
    asked.refuses(
        head.replace("id,", "who,") + row, "has no column 'id' for the series of a row, but 'who'"
    )
    asked.refuses(
        head.replace("\n", f",{channel}\n"), f"line 1: the column '{channel}' appears twice"
    )
    asked.refuses(head + letter, "line 2, column '", "'three' is not a number")
    asked.refuses(head + letter.replace("three", "1" * 10**6), "1" * 60 + " is infinite or beyond")
    asked.refuses(head + letter.replace("three", "\x1b[1m\x7f"), "'?[1m?' is not a number")
    asked.refuses(head + letter.replace("three", '"3'), "line 2: a quotation mark is not closed")
    asked.refuses(head + row + "x" * 10**7, "line 3: has 1 cells; expected ")
    asked.refuses(
        head + row.replace("\n", ",1\n"),
        f"line 2: has {len(cells) + 1} cells; expected {len(cells)}",
    )
    asked.refuses(head + row.replace("a,", ",", 1), "line 2, column 'id': is empty")
    assert asked.read(head.replace("id,", "who,") + row, "--id", "who") == asked.read(head + row)
    asked.refuses("", "nowhere.csv: cannot be opened", code=2, options=["nowhere.csv"])
    asked.refuses("", "'--what' was not expected; usage: ", code=2, options=["--what"])


def panel_of(form):
    """Give a panel, a framing and a network."""
    frequency, steps, season, baseline = {
        "plain": (None, 30, 1, Baseline()),
        "covariates": (None, 30, 6, Baseline(steps=3)),
        "logarithms": ("D", 60, 7, Baseline(steps=3, logs=True)),
        "cycles": ("h", 90, 24, Baseline(season=24, steps=24)),
    }[form]
    panel = uneven_panel(frequency, steps, above_zero=baseline.logs, covariates=form != "plain")
    how = {
        "units": (5, 4),
        "members": 2,
        "continues": form != "cycles",
        "variant": "FGR" if season > 1 else "NP",
    }
    return panel, *framed(panel, baseline, season, (0.1, 0.5, 0.9), **how)


def check_forecaster(form, asked):
    panel, framing, network = panel_of(form)
    forecasting.write(network, framing, panel, {}, asked.path)
    logs = framing.baseline.logs
    panels = [
        panel,
        *(_with_last(panel, value) for value in (3e38, 1e308, 1e-310, 7.0 if logs else -0.0)),
    ]
    infinite = [_with_last(panel, value) for value in (np.inf, -np.inf)]
    unread = [*infinite, *([_with_last(panel, -0.0)] if logs else [])]
    inputs = [to_inputs(one, framing) for one in (*panels, *unread)]
    found = forecasting.ask(
        asked.path, {name: np.concatenate([one[name] for one in inputs]) for name in inputs[0]}
    )
    quantiles = found["quantiles"].reshape(len(inputs), len(panel), framing.horizon, -1)
    assert not found["answered"].reshape(len(inputs), -1)[len(panels) :, 0].any()
    assert np.isnan(quantiles[len(panels) :, 0]).all()
    for one, of_library in zip(panels, quantiles, strict=False):
        wanted = _of_forecaster(network, framing, one)
        expect_forecasts(of_library, wanted, one, framing)
        header, rows = asked.answers(table_of(one, framing))
        assert header == ["id", "step", "q0.1", "q0.5", "q0.9"]
        # in the order in which they are there
        assert [row[0] for row in rows[:: framing.horizon]] == [*panel.ids[::-1]]
        cells = np.array([cell or "nan" for row in rows for cell in row[2:]], float)
        expect_forecasts(cells.reshape(wanted.shape)[::-1], wanted, one, framing)
    for one in infinite:
        asked.refuses(table_of(one, framing), "inf is infinite or beyond 1.8e308")
    head, last, *_ = table_of(panel, framing).splitlines(keepends=True)
    _check_bad_files(asked, head, last.replace(panel.ids[-1], "a", 1), "value")
    late = last.split(",")
    asked.refuses(
        head + ",".join([late[0], "1e300", *late[2:]]),
        "column 'time': found '1e300'; expected a time",
    )
    if framing.cycles:
        asked.refuses(head + last, "has 1 rows; expected at least the 5 steps ahead")
        asked.refuses(
            head.replace("time", "when") + last,
            "has no column 'time'; name the column of times with --time",
        )


def _with_last(panel, value):
    """Return a panel whose first series ends with a value."""
    first = panel.values[0].copy()
    first[-1] = value
    return replace(panel, values=[first, *panel.values[1:]])


def _of_forecaster(network, framing, panel):
    """Return what the run forecasts; of a first series that it refuses, NaN."""
    try:
        return forecast(network, framing, panel)
    except DataError:
        others = forecast(network, framing, panel.of(range(1, len(panel))))
        return np.concatenate([np.full_like(others[:1], np.nan), others])


def check_language(symbols, asked):
    letters = {"characters": '\n\r "*?\\aé€😀', "bytes": "\x00\n\ra\xc3\xff"}[symbols]
    leaving = leaving_language_model("".join(sorted(set(letters))), symbols=symbols)
    language.write(leaving.network, leaving.alphabet, asked.path, symbols=symbols)
    rng = np.random.default_rng(2)
    text = rng.integers(0, len(leaving.alphabet), (3, 40))
    beyond = np.where(
        rng.random(text.shape) < 0.2,
        rng.choice([len(leaving.alphabet), 2**31 - 1], text.shape),
        text,
    )
    for one in (text, beyond):
        # what is no symbol is the other one
        wanted = leaving.predict(np.where(one < len(leaving.alphabet), one, 1))
        np.testing.assert_allclose(
            language.answer_with_runtime(asked.path, one), wanted, rtol=2e-5, atol=1e-6
        )
    encoding = "utf-8" if symbols == "characters" else "latin-1"
    for content in ("a", some_text(leaving), some_text(leaving, 100_000), letters):
        lines = (
            content.replace("\r\n", "\n").replace("\r", "\n")
            if symbols == "characters"
            else content
        )
        ((said,),) = [row[:1] for row in asked.read(content.encode(encoding))[1]]
        assert float(said.split()[0]) == pytest.approx(bits_of(leaving, lines), rel=2e-6)
    for words in (["write", "500", "7"], ["write", "0"]):
        code, _, said = asked.read(b"", *words)
        assert (code, said) == (0, "")
    asked.refuses(b"", "standard input is empty; expected text")
    for words in (
        ["write"],
        ["write", "1", "2", "3"],
        ["write", "-1"],
        ["write", "9" * 40],
        ["read"],
    ):
        asked.refuses(b"", "", code=2, options=words)
    if symbols == "characters":
        for wrong in (b"\xff", b"\xc3", b"\xf0\x9f\x98", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80"):
            asked.refuses(b"a" + wrong, f"is not UTF-8 (byte 2 is {wrong[0]:#04x})")
