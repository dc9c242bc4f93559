"""Faults in a file of a run, and their detection: by the file's content, and by its hash."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from support.damage import DEEP
from support.facts import raises

from glasscell.errors import DataError, UsageError
from glasscell.runs import run_folder
from glasscell.runs.checked_files import SUMS, read, read_sums
from glasscell.runs.sentences import Runs
from glasscell.runs.series.trained_run import read_arrays
from glasscell.system.files import from_npz, to_npz
from glasscell.system.sentences import Settings

WEIGHTS = {"kernel": np.arange(6.0).reshape(2, 3), "bias": np.ones(3)}


@pytest.fixture
def run(tmp_path):
    """Give the folder of a run that is finished."""
    files = {"data.json": json.dumps({"classes": ["a", "b"]}), "network.npz": to_npz(WEIGHTS)}
    with run_folder.create(tmp_path, "run", files) as run:
        run.seal(files)
    return tmp_path / "run"


def bias_in(file: Path) -> list[float]:
    with file.open("rb") as content, np.load(content) as arrays:
        return arrays["bias"].tolist()


def classes_in(file: Path) -> list[str]:
    return json.loads(file.read_text("utf-8"))["classes"]


def test_what_is_as_it_was_written_is_read(run):
    assert read(run, "data.json", classes_in) == ["a", "b"]
    assert read(run, "network.npz", from_npz).keys() == WEIGHTS.keys()


def test_what_may_not_be_read_is_to_be_made_readable(run):
    def refuse(file):
        raise PermissionError(13, "Permission denied", str(file))

    what = Runs.FILE_UNREADABLE(words="Permission denied")
    for name in ("network.npz", "data.json"):
        with raises(Runs.BAD_FILE, file=str(run / name), what=what, then=Runs.MAKE_READABLE()):
            read(run, name, refuse)


WRONG = {
    "": (Runs.FILE_DAMAGED, "Expecting value: line 1 column 1 (char 0)"),
    DEEP: (Runs.FILE_DAMAGED, "it is nested too deeply"),
    '{"class": []}': (Runs.FILE_DAMAGED, "it has no 'classes'"),
    '{"classes": ["a", "c"]}': (Runs.FILE_CHANGED, None),
}


@pytest.mark.parametrize("content", WRONG, ids=lambda content: content[:9] or "empty")
def test_what_it_says_is_wrong(content, run):
    (run / "data.json").write_text(content)
    code, words = WRONG[content]
    what = code(sums=SUMS) if words is None else code(words=words)
    with raises(Runs.BAD_FILE, file=str(run / "data.json"), what=what, then=Runs.RESTORE_IT()):
        read(run, "data.json", classes_in)


@pytest.mark.parametrize("kind", ["gone", "folder"])
def test_it_is_no_file(kind, run):
    (run / "network.npz").unlink()
    if kind == "folder":
        (run / "network.npz").mkdir()
    command = f"glasscell train --resume {run}"
    what, then = {
        "gone": (Runs.FILE_MISSING(), Runs.WRITE_AGAIN(command=command)),
        "folder": (Runs.FILE_IS_FOLDER(), Runs.DELETE_AND_WRITE_AGAIN(command=command)),
    }[kind]
    for reading in (
        lambda: read(run, "network.npz", from_npz),
        lambda: read_arrays(run, "network.npz", dict),
    ):
        with raises(Runs.BAD_FILE, file=str(run / "network.npz"), what=what, then=then):
            reading()


def test_what_an_older_run_never_had_is_none(run):
    assert read_arrays(run, "probes.npz", dict) is None


@pytest.mark.parametrize("sealed", [True, False])
def test_every_bit_that_flips_is_found_or_does_no_harm(sealed, run):
    """Even where only a part of the file is read, whose other weights would be taken for none."""
    if not sealed:
        (run / SUMS).unlink()
    whole = (run / "network.npz").read_bytes()
    found = 0
    for k in range(0, len(whole), 3):
        (run / "network.npz").write_bytes(
            whole[:k] + bytes([whole[k] ^ 1 << k % 8]) + whole[k + 1 :]
        )
        try:
            bias = read(run, "network.npz", bias_in)
        except DataError:
            found += 1
        else:
            assert not sealed
            assert bias == [1.0, 1.0, 1.0]
    assert found > len(whole) / 6
    assert not sealed or found == len(range(0, len(whole), 3))


def test_a_weight_that_was_replaced_together_with_its_checksum_is_found(run):
    (run / "network.npz").write_bytes(to_npz(WEIGHTS | {"bias": np.zeros(3)}))
    with raises(Runs.BAD_FILE, what=Runs.FILE_CHANGED(sums=SUMS)):
        read(run, "network.npz", from_npz)


def test_a_setting_that_is_none_is_a_fault_of_the_file(run):
    def refuse(file: Path) -> None:
        raise UsageError(
            Settings.NOT_ACCEPTED, name="units", found="four", expected="a whole number"
        )

    with pytest.raises(DataError) as caught:
        read(run, "config.toml", refuse)
    assert (caught.value.code, caught.value.file) == (
        Settings.NOT_ACCEPTED,
        str(run / "config.toml"),
    )


def test_what_is_written_again_has_no_hash_until_it_is_sealed(run):
    with run_folder.open_run(run) as again:
        again.write("data.json", '{"classes": ["b"]}')
        assert read_sums(run).keys() == {"network.npz"}
        assert read(run, "data.json", classes_in) == ["b"]
        again.seal(["data.json", "network.npz"])
    assert read_sums(run).keys() == {"data.json", "network.npz"}


@pytest.mark.parametrize("content", ["no hash", "é", "0" * 64 + "data.json"])
def test_damaged_hashes_are_reported(content, run):
    (run / SUMS).write_text(content)
    with raises(Runs.BAD_FILE, file=str(run / SUMS), then=Runs.RESTORE_OR_DELETE()):
        read(run, "data.json", classes_in)


def test_a_bit_of_a_model_s_weight_that_flips_is_found(tmp_path):
    import keras

    with run_folder.create(tmp_path, "run", {}) as run:
        run.write("model.keras", keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).save)
    file = run.path / "model.keras"
    with zipfile.ZipFile(file) as archive:
        part = archive.getinfo("model.weights.h5")
        weights = archive.read(part)
    whole = bytearray(file.read_bytes())
    (kernel,) = [v for v in run_folder.load_model(run.path).get_weights() if v.size == 2]
    assert part.compress_type == zipfile.ZIP_STORED
    at = bytes(whole).index(weights) + weights.index(kernel.tobytes())
    whole[at] ^= 1
    file.write_bytes(whole)
    with raises(Runs.BAD_FILE, file=str(file)):
        run_folder.load_model(run.path)
