"""The programs of docs/how-to/formats.md, run next to what was exported."""

import json
import math
import runpy
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.leaving import export_network, leaving_network

PROGRAMS = Path(__file__).parents[1] / "docs/how-to/formats"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Work in a folder with all programs of the page."""
    monkeypatch.chdir(tmp_path)
    return shutil.copytree(PROGRAMS, tmp_path, dirs_exist_ok=True)


def examples(path: str) -> list[dict]:
    return json.loads(Path(f"{path}.json").read_text(encoding="utf-8"))["examples"]


def test_a_server_answers(here):
    from fastapi.testclient import TestClient

    export_network(*leaving_network(), Path("model.onnx"))
    client = TestClient(runpy.run_path("server.py")["app"])
    wanted = examples("model.onnx")
    found = client.post("/predictions", json=[one["series"] for one in wanted])
    assert found.status_code == 200
    np.testing.assert_allclose(
        found.json()["probabilities"], [one["answer"] for one in wanted], atol=1e-6
    )
    assert set(found.json()["label"]) <= {"no, never", "ja — ü"}
    for wrong in (
        [],
        [[]],
        [[[1.0, 2.0]]],
        [[[1.0, 2.0, 3.0], [1.0]]],
        [[["a", 2.0, 3.0]]],
        [[[1e39, 2.0, 3.0]]],
        {},
    ):
        assert client.post("/predictions", json=wrong).status_code == 422


def test_a_server_answers_numbers_far_from_zero(here):
    from fastapi.testclient import TestClient

    network, meaning = leaving_network("numbers")
    export_network(network, replace(meaning, offsets=(1e9, 0.0, 0.0)), Path("model.onnx"))
    client = TestClient(runpy.run_path("server.py")["app"])
    wanted = examples("model.onnx")
    found = client.post("/predictions", json=[one["series"] for one in wanted]).json()
    np.testing.assert_allclose(found["numbers"], [one["answer"] for one in wanted], rtol=1e-5)


@pytest.mark.parametrize(
    ("program", "path", "form", "options"),
    [
        ("answer.py", "model.onnx", "numbers", {}),  # classes: tests/exporters/onnx/test_file.py
        ("phone.py", "model.tflite", "plain", {"steps": 40}),
        pytest.param(
            "phone.py", "model.tflite", "numbers", {"steps": 40}, marks=pytest.mark.long(2)
        ),
    ],
)
def test_examples_are_answered_by_a_program(program, path, form, options, here, capsys):
    export_network(*leaving_network(form), Path(path), **options)
    runpy.run_path(program, run_name="__main__")
    differences = [float(line.split()[-1]) for line in capsys.readouterr().out.splitlines()]
    assert len(differences) >= 3
    assert max(differences[-1:] if program == "answer.py" else differences) < (
        1e-6 if form == "plain" else 1e-3
    )


@pytest.mark.parametrize("read_out", ["last", "mean", "both"])
def test_numpy_answers_by_hand(read_out, here, capsys):
    export_network(*leaving_network(read_out=read_out), Path("model.npz"))
    runpy.run_path("by_hand.py", run_name="__main__")
    differences = [float(line.split()[-1]) for line in capsys.readouterr().out.splitlines()]
    assert len(differences) >= 3
    assert max(differences) < 1e-6


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs cc")
def test_a_sensor_is_answered_step_by_step(here):
    export_network(*leaving_network(), Path("gestures"), to="c")
    (one, *_) = examples("gestures")
    values = ", ".join(
        "NAN" if v is None or math.isnan(v) else f"{v!r}f" for step in one["series"] for v in step
    )
    Path("measure.c").write_text(
        "#include <math.h>\n#include <string.h>\n"
        f"static const float values[][3] = {{{values}}};\nstatic int next;\n"
        "int measure(float *x);\n"
        f"int measure(float *x) {{ memcpy(x, values[next], sizeof *values); return next++ < "
        f"{len(one['series'])}; }}\n"
    )
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-Wno-missing-braces", "-Igestures"]
    sources = ["sensor.c", "measure.c", "gestures/gestures.c"]
    subprocess.run(["cc", *flags, "-o", "sensor", *sources, "-lm"], check=True)
    shown = subprocess.run(
        ["./sensor"], check=True, capture_output=True, encoding="utf-8"
    ).stdout.splitlines()
    assert 1 <= len(shown) <= len(one["series"])
    assert float(shown[-1].split()[-1]) == pytest.approx(max(one["answer"]), abs=0.005)
