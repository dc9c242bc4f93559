"""What a side file says of the file beside it: sums that `sha256sum` gives, too, and versions."""

import json
import subprocess

import pytest
from support.facts import raises
from support.leaving import export_network, leaving_network

from glasscell.exporters.formats import FORMATS
from glasscell.exporters.onnx.graph import OPSET
from glasscell.exporters.sentences import Exporters
from glasscell.exporters.side_file import read_side_file, sums
from glasscell.inference.network import FORM

OF_FOLDER = (
    "find * -type f | LC_ALL=C sort | xargs sha256sum | sha256sum"  # as docs/how-to/formats.md says
)


def shell(command, folder):
    return subprocess.run(
        command, shell=True, cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()[0]


def test_sums_are_those_of_sha256sum(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run/model.keras").write_bytes(b"network")
    (tmp_path / "run/data.json").write_text("{}")
    (tmp_path / "out/inner").mkdir(parents=True)
    for name in ("b.c", "B.c", "inner/a"):
        (tmp_path / "out" / name).write_text(name)
    found = sums(tmp_path / "out", tmp_path / "run")
    assert found["file"] == shell(OF_FOLDER, tmp_path / "out")
    assert found["network"] == shell("sha256sum model.keras", tmp_path / "run")
    assert found["data"] == shell("sha256sum data.json", tmp_path / "run")


def test_it_has_sums_and_versions(tmp_path):
    export_network(*leaving_network(), tmp_path / "model.npz")
    about = json.loads((tmp_path / "model.npz.json").read_text())
    assert about["sha256"] == {"file": shell("sha256sum model.npz", tmp_path)}
    assert sorted(about["versions"]) == ["glasscell", "keras", "npz", "tensorflow"]
    assert FORMATS["npz"].version == f"form {FORM}"
    assert FORMATS["onnx"].version == f"opset {OPSET}"


@pytest.mark.parametrize("content", ["{", "[]", '{"format": "mp3"}', "[" * 100_000], ids=range(4))
def test_any_other_file_is_damaged(content, tmp_path):
    (tmp_path / "a.onnx.json").write_text(content)
    with raises(Exporters.BAD_SIDE_FILE):
        read_side_file(tmp_path / "a.onnx")
