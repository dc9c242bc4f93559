import shutil
import subprocess

import numpy as np
import pytest
from support.facts import raises
from support.leaving_text import bits_of, leaving_language_model, some_text

from glasscell.exporters.c.compiler import compile_program
from glasscell.exporters.export import write_export
from glasscell.exporters.sentences import Exporters
from glasscell.tasks.language.exports.c import answer_with_runtime, language_sources, write
from glasscell.tasks.language.numpy_model import plain_language_model
from glasscell.variants import GREFF

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="needs cc")
LETTERS = {"characters": '\n\r "*?\\aé€😀', "bytes": "\x00\n\ra\xc3\xff"}


def called(program, content, *words):
    done = subprocess.run([program, *words], input=content, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr.decode()


def test_the_sources_say_what_it_is_and_mislead_no_compiler():
    leaving = leaving_language_model()
    files = language_sources(
        plain_language_model(leaving.network, leaving.alphabet),
        "odd",
        "a */ b ??/",
        reads_bytes=False,
    )
    assert sorted(files) == ["main.c", "odd.c", "odd.h"]
    assert "#define ODD_SYMBOLS 14" in files["odd.h"]
    assert (
        "const uint32_t odd_code_points[14] = {\n    0x0u, 0xfffdu, 0xau, 0x20u, 0x22u"
        in files["odd.c"]
    )
    assert all(
        "glass_" not in text and "@" not in text and "??" not in text for text in files.values()
    )
    assert "malloc" not in "".join(files.values())


@pytest.mark.long(4)  # compiles
@pytest.mark.parametrize(
    "variant",
    [None, "FGR", *(pytest.param(v, marks=pytest.mark.nightly) for v in GREFF if v != "FGR")],
)
def test_the_probabilities_are_the_networks(variant, tmp_path):
    leaving = leaving_language_model(variant=variant)
    write(leaving.network, leaving.alphabet, tmp_path / "model", symbols=leaving.symbols)
    text = np.random.default_rng(2).integers(0, len(leaving.alphabet), (3, 40))
    # float32: sums of some ten numbers per step over forty steps, in another order
    np.testing.assert_allclose(
        answer_with_runtime(tmp_path / "model", text), leaving.predict(text), rtol=2e-5, atol=1e-6
    )
    exported = write_export(leaving, tmp_path / "8 texts", to="c")
    assert exported.agreement.difference < 1e-5


@pytest.mark.long(4)  # compiles
@pytest.mark.parametrize("symbols", LETTERS)
def test_the_program_measures_and_writes_a_text(symbols, tmp_path):
    leaving = leaving_language_model("".join(sorted(set(LETTERS[symbols]))), symbols=symbols)
    write(leaving.network, leaving.alphabet, tmp_path / "model", symbols=leaving.symbols)
    program = tmp_path / "program"
    compile_program(tmp_path / "model", program)  # all warnings are errors
    text = some_text(leaving).replace("X", "\r\n")
    encoding = "latin-1" if symbols == "bytes" else "utf-8"
    read = text if symbols == "bytes" else text.replace("\r\n", "\n").replace("\r", "\n")
    number, *words = run_bytes(program, text.encode(encoding)).decode().split()
    # printed with six digits
    assert float(number) == pytest.approx(bits_of(leaving, read), abs=2e-6)
    assert words == ["bits", "per", f"{symbols[:-1]},", "of", str(len(read))]

    code, written, _ = called(program, b"", "write", "500", "7")
    assert code == 0
    assert written == called(program, b"", "write", "500", "7")[1]
    assert written != called(program, b"", "write", "500", "8")[1]
    letters = written.decode(encoding)
    letters = letters if symbols == "bytes" else letters.removesuffix("\n")
    assert len(letters) == 500
    assert set(letters) <= set(leaving.alphabet.characters)
    for words, content, message in (
        (["write"], b"", "usage: "),
        (["write", "-1"], b"", "'-1' was not expected"),
        (["write", "1", "x"], b"", "'x' was not expected"),
        (["read"], b"", "usage: "),
        ([], b"", "standard input is empty; expected text"),
    ):
        code, out, said = called(program, content, *words)
        assert (code, out) == (3 if not words else 2, b"")
        assert said.startswith(f"model: {message}")
        assert said.count("\n") == 1
    if symbols == "characters":
        assert run_bytes(program, b"\xef\xbb\xbfa") == run_bytes(program, b"a")  # the mark of UTF-8
        overlong, beyond = (b"\xc0\xaf", b"\xe0\x80\xaf"), (b"\xed\xa0\x80", b"\xf4\x90\x80\x80")
        for wrong in (b"\xff", b"\x80", b"\xc3", b"\xc3a", *overlong, *beyond):
            code, out, said = called(program, b"aa" + wrong)
            assert (code, out) == (3, b"")
            assert f"is not UTF-8 (byte 3 is {wrong[0]:#04x})" in said


@pytest.mark.long(3)  # compiles, and starts the program 200 times
def test_it_draws_what_is_likely(tmp_path):
    leaving, n = leaving_language_model("abc"), 200
    write(leaving.network, leaving.alphabet, tmp_path / "model", symbols=leaving.symbols)
    compile_program(tmp_path / "model", tmp_path / "program")
    p = leaving.predict(np.array([[0]]))[0, 0, 2:].astype("float64")
    begun = [called(tmp_path / "program", b"", "write", "1", str(seed))[1] for seed in range(n)]
    found = np.array([begun.count(letter) for letter in (b"a\n", b"b\n", b"c\n")])
    p /= p.sum()
    assert (np.abs(found - n * p) < 4 * np.sqrt(n * p * (1 - p))).all()  # four standard errors


def run_bytes(program, content):
    code, out, said = called(program, content)
    assert (code, said) == (0, "")
    return out


@pytest.mark.long(2)  # compiles
def test_a_weight_that_is_wrong_is_noticed(tmp_path, monkeypatch):
    from glasscell.tasks.language.exports import c as module

    def exchanged(network, alphabet):
        model = plain_language_model(network, alphabet)
        weights = model.layers[0].weights
        weights.kernel[:] = np.roll(weights.kernel, 5, axis=1)
        return model

    monkeypatch.setattr(module, "plain_language_model", exchanged)
    with raises(Exporters.DIFFERS):
        write_export(leaving_language_model(), tmp_path / "model", to="c")
    assert list(tmp_path.iterdir()) == []
