import numpy as np
import pytest
from support.facts import raises
from support.leaving import asked, export_network, leaving_network

from glasscell.exporters import c
from glasscell.exporters.c.compiler import compile_program
from glasscell.exporters.sentences import Exporters


@pytest.mark.long(1)
def test_an_export_says_the_compiler_that_checked_it(tmp_path):
    network, meaning = leaving_network("numbers")
    exported = export_network(network, meaning, tmp_path / "model", to="c")
    assert exported.runtime.startswith("cc ")
    assert exported.agreement is not None
    assert exported.agreement.difference < 1e-5
    assert sorted(file.name for file in tmp_path.rglob("*.*")) == [
        "main.c",
        "model.c",
        "model.h",
        "model.json",
    ]
    again = export_network(network, meaning, tmp_path / "model", to="c", overwrite=True)
    assert again.agreement == exported.agreement


def test_without_a_compiler_it_is_written_and_not_compared(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    exported = export_network(*leaving_network("one unit"), tmp_path / "model", to="c")
    assert (exported.agreement, exported.runtime) == (None, "cc")


def test_what_does_not_compile_is_reported(tmp_path):
    network, meaning = leaving_network("one unit")
    c.write(network, meaning, tmp_path / "model")
    (tmp_path / "model" / "model.c").write_text("int main(void) { return x; }\n")
    with raises(Exporters.NOT_COMPILED, compiler="cc") as caught:
        c.answer_with_runtime(tmp_path / "model", np.zeros((1, 2, 3)), meaning)
    assert "undeclared" in caught.value.values["words"]


def test_what_stops_is_reported(tmp_path):
    network, meaning = leaving_network("one unit")
    x, _ = asked(network, meaning, 5)
    c.write(network, meaning, tmp_path / "model")
    compile_program(tmp_path / "model", tmp_path / "program")
    with raises(Exporters.NOT_RUN) as caught:
        c.answer_with_runtime(tmp_path / "model", x * np.inf, meaning)
    assert "infinite" in caught.value.values["words"]
