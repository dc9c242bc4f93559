"""A run on disk: made all at once, held by one process, written whole, found by its name."""

import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from support.facts import raises

from glasscell.errors import DataError, StorageError
from glasscell.runs import run_folder as runs
from glasscell.runs.config import to_toml
from glasscell.runs.run_folder import load_model
from glasscell.runs.sentences import Runs
from glasscell.runs.training_loop import Metrics
from glasscell.settings.article import DigitsSettings
from glasscell.system.sentences import System

FILES = {"config.toml": to_toml(DigitsSettings(epochs=3)), "a.bin": b"\x00"}


def make(folder: Path, name: str | None = "run", **options) -> Path:
    with runs.create(folder, name, FILES, **options) as run:
        return run.path


@pytest.fixture
def run(tmp_path):
    with runs.create(tmp_path / "runs", "run", FILES) as run:
        yield run


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- Making one -----------------------------------------------------------------------------------


def test_a_run_is_there_with_its_first_files(tmp_path):
    path = make(tmp_path / "new/runs")
    assert names(tmp_path / "new/runs") == ["run"]
    assert names(path) == [".lock", "a.bin", "config.toml"]
    assert (path / "a.bin").read_bytes() == b"\x00"
    assert path.stat().st_mode & 0o777 == 0o755


def test_the_default_name_is_the_datas_and_the_time(tmp_path):
    before = datetime.now().replace(microsecond=0)
    path = make(tmp_path, None, data="digits")
    made = datetime.strptime(path.name, "digits-%Y%m%d-%H%M%S")
    assert before <= made <= datetime.now()


def test_runs_made_in_the_same_second_do_not_collide(tmp_path, monkeypatch):
    class Stopped(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2030, 1, 2, 3, 4, 5)

    monkeypatch.setattr(runs, "datetime", Stopped)
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda _: make(tmp_path, None, data="digits"), range(8)))
    stem = "digits-20300102-030405"
    assert {path.name for path in paths} == {stem, *(f"{stem}-{k}" for k in range(2, 9))}
    assert len(names(tmp_path)) == 8
    assert all(names(path) == [".lock", "a.bin", "config.toml"] for path in paths)


def test_a_name_that_is_taken_is_refused(tmp_path):
    make(tmp_path)
    with raises(Runs.TAKEN, file=str(tmp_path / "run")):
        make(tmp_path)
    assert names(tmp_path) == ["run"]


def test_a_name_taken_in_the_last_moment_is_refused(tmp_path, monkeypatch):
    checks = []
    check = runs.check_new

    def check_too_early(*arguments, **options):
        check(*arguments, **options)
        if not checks:
            (tmp_path / "run").mkdir()
            (tmp_path / "run/thesis.txt").write_text("years of work")
        checks.append(arguments)

    monkeypatch.setattr(runs, "check_new", check_too_early)
    with raises(Runs.TAKEN):
        make(tmp_path)
    assert names(tmp_path) == ["run"]
    assert names(tmp_path / "run") == ["thesis.txt"]


def test_overwriting_leaves_nothing_of_the_old_run_once_the_new_one_takes_its_place(tmp_path):
    old = make(tmp_path)
    (old / "old.txt").write_text("old")
    with runs.create(tmp_path, "run", FILES, overwrite=True) as new:
        assert (new.path, new.replaces) == (tmp_path / ".new-run", old)
        assert names(old) == [".lock", "a.bin", "config.toml", "old.txt"]
        new.take_place()
        assert (new.path, new.replaces) == (old, None)
        with raises(Runs.IN_USE):
            runs.open_run(old)
    assert names(tmp_path) == ["run"]
    assert names(old) == [".lock", "a.bin", "config.toml"]


def test_an_unfinished_run_that_was_to_replace_another_is_itself_replaced(tmp_path):
    make(tmp_path)
    (make(tmp_path, overwrite=True) / "half.txt").write_text("half")
    path = make(tmp_path, overwrite=True)
    assert names(tmp_path) == [".new-run", "run"]
    assert names(path) == [".lock", "a.bin", "config.toml"]


def test_a_run_in_use_is_not_replaced(tmp_path):
    make(tmp_path)
    with (
        runs.create(tmp_path, "run", FILES, overwrite=True) as new,
        runs.open_run(tmp_path / "run"),
    ):
        with raises(Runs.IN_USE, file=str(tmp_path / "run")) as caught:
            new.take_place()
        assert caught.value.added == (
            Runs.THEN_FINISH(command=f"glasscell train --resume {new.path}"),
        )
    assert runs.settle(new.path) == tmp_path / "run"
    assert names(tmp_path) == ["run"]


@pytest.mark.parametrize("step", ["first", "second"])
def test_whichever_rename_fails_the_old_run_is_there(step, tmp_path, monkeypatch):
    old = make(tmp_path)
    (old / "old.txt").write_text("old")
    renames = []
    rename = Path.rename

    def fail(path, target):
        renames.append(target)
        if len(renames) == {"first": 1, "second": 2}[step]:
            raise OSError(28, "No space left on device")
        return rename(path, target)

    with runs.create(tmp_path, "run", FILES, overwrite=True) as new:
        monkeypatch.setattr(Path, "rename", fail)
        then = System.RESUME(command=f"glasscell train --resume {new.path}")
        with raises(System.NOT_WRITTEN, file=str(old), then=then):
            new.take_place()
    assert names(old) == [".lock", "a.bin", "config.toml", "old.txt"]
    assert names(tmp_path) == [".new-run", "run"]


def test_a_run_that_a_kill_left_aside_is_put_back(tmp_path):
    make(tmp_path).rename(tmp_path / ".old-run")
    assert runs.find_run("run", tmp_path) == tmp_path / "run"
    assert names(tmp_path) == ["run"]


def test_a_run_in_use_is_not_overwritten(run):
    with raises(Runs.IN_USE):
        make(run.path.parent, overwrite=True)
    assert names(run.path.parent) == ["run"]
    assert names(run.path) == [".lock", "a.bin", "config.toml"]


def test_what_is_not_a_run_is_not_overwritten(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run/thesis.txt").write_text("years of work")
    with raises(Runs.NOT_A_RUN, file=str(tmp_path / "run")):
        make(tmp_path, overwrite=True)
    assert names(tmp_path / "run") == ["thesis.txt"]


@pytest.mark.parametrize(
    "name", ["", ".", "..", ".a", "a/b", "/a", "a/", "a\nb", "a\x00", "x" * 201, "é" * 101]
)
def test_what_is_no_name(name, tmp_path):
    with raises(Runs.BAD_RUN_NAME, name=name):
        make(tmp_path, name)
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["a", "my run", "x" * 200, "é" * 100, "a.b", "-a", "运行"])
def test_what_is_a_name(name, tmp_path):
    assert make(tmp_path, name) == tmp_path / name


def test_a_run_that_cannot_be_made_leaves_nothing(tmp_path, monkeypatch):
    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "_move_into_place", fail)
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path)
    assert names(tmp_path) == []


@pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="where there is no /proc, nothing is closed to root"
)
def test_a_place_where_not_even_root_can_write():
    with pytest.raises(StorageError) as caught:
        make(Path("/proc/self/runs"))
    error = caught.value
    assert error.code is Runs.NOT_WRITABLE or (error.code, error.values["then"].code) == (
        *(System.NOT_WRITTEN, Runs.START_AGAIN),
    )
    assert error.file.startswith("/proc/self")


# --- Holding one ----------------------------------------------------------------------------------


def test_a_run_is_held_until_it_is_closed(run):
    with raises(Runs.IN_USE, file=str(run.path)):
        runs.open_run(run.path)
    run.close()
    runs.open_run(run.path).close()


def test_what_was_left_half_written_is_swept_up(run):
    (run.path / ".part-state.npz").write_bytes(b"half")
    run.close()
    with runs.open_run(run.path) as again:
        assert names(again.path) == [".lock", "a.bin", "config.toml"]


# --- Writing and reading --------------------------------------------------------------------------


def test_trouble_in_writing_names_the_file_and_how_to_resume(run):
    (run.path / "a").mkdir()
    then = System.RESUME(command=f"glasscell train --resume {run.path}")
    with raises(System.NOT_WRITTEN, file=str(run.path / "a"), words="Is a directory", then=then):
        run.write("a", "text")


def test_a_folder_that_is_gone_is_reported(run):
    (run.path).rename(run.path.parent / "elsewhere")
    for write in (
        lambda: run.write("a", "text"),
        lambda: Metrics(run, ["loss"]).append({"epoch": 1}),
    ):
        with raises(Runs.FOLDER_GONE, file=str(run.path)):
            write()
    assert names(run.path.parent) == ["elsewhere"]


def test_a_state_is_read_as_it_was_written(run):
    state = {
        "variable/0": np.float32([[1.5, -0.0, np.inf]]),
        "progress": np.array('{"épochs": 3}'),
        "n": np.int64(3),
    }
    run.write_state(state)
    read = run.read_state()
    assert read.keys() == state.keys()
    assert all(
        read[name].tobytes() == v.tobytes() and read[name].dtype == v.dtype
        for name, v in state.items()
    )


def test_every_half_of_a_state_is_reported_as_damaged(run):
    run.write_state({"variable/0": np.arange(50.0)})
    whole = (run.path / "state.npz").read_bytes()
    for length in range(0, len(whole), 7):
        (run.path / "state.npz").write_bytes(whole[:length])
        then = Runs.TRAIN_AGAIN(config=str(run.path / "config.toml"))
        with raises(Runs.BAD_FILE, file=str(run.path / "state.npz"), then=then):
            run.read_state()


def test_a_state_with_any_byte_flipped_is_reported_as_damaged_or_read_as_it_was(run):
    run.write_state({"variable/0": np.arange(5.0)})
    whole = (run.path / "state.npz").read_bytes()
    told = 0
    for k in range(len(whole)):
        (run.path / "state.npz").write_bytes(whole[:k] + bytes([whole[k] ^ 255]) + whole[k + 1 :])
        try:
            state = run.read_state()
        except DataError:
            told += 1
        else:
            assert all(v.tobytes() == np.arange(5.0).tobytes() for v in state.values())
    assert told > len(whole) / 2


def test_a_state_is_due_when_the_last_is_a_second_old(run, monkeypatch):
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    run.write_state({})
    now = 100.99
    assert not run.state_is_due()
    now = 101.0
    assert run.state_is_due()


@pytest.fixture(scope="module")
def model():
    import keras

    import glasscell

    return keras.Sequential([keras.Input((4, 2)), glasscell.LSTM(3)])


def test_a_model_is_loaded_as_it_was_saved(run, model):
    run.write("model.keras", model.save)
    weights = load_model(run.path).get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(weights, model.get_weights(), strict=True))


def garbage(path):
    path.write_bytes(b"garbage" * 1000)


def half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def without_weights(path):
    with zipfile.ZipFile(path) as archive:
        config = archive.read("config.json")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", config)


@pytest.mark.parametrize(
    "damage", [garbage, half, without_weights, Path.unlink, lambda path: path.write_bytes(b"")]
)
def test_a_damaged_model_is_reported_with_how_to_write_it_again(damage, run, model):
    run.write("model.keras", model.save)
    damage(run.path / "model.keras")
    code = Runs.WRITE_AGAIN if damage is Path.unlink else Runs.DELETE_AND_WRITE_AGAIN
    then = code(command=f"glasscell train --resume {run.path}")
    with raises(Runs.BAD_FILE, file=str(run.path / "model.keras"), then=then):
        load_model(run.path)


# --- Finding one ----------------------------------------------------------------------------------


def test_a_run_is_found_by_its_folder_or_its_name(run, monkeypatch):
    output_dir = run.path.parent
    monkeypatch.chdir(output_dir.parent)
    assert runs.find_run(str(run.path), Path("elsewhere")) == run.path
    assert runs.find_run("runs/run", Path("elsewhere")) == Path("runs/run")
    assert runs.find_run("run", Path("runs")) == Path("runs/run")


def test_what_is_not_found_is_reported_with_what_there_is(run):
    for k in range(7):
        make(run.path.parent, f"{k}")
    (run.path.parent / ".part-x").mkdir()
    (run.path.parent / "no run").mkdir()
    for name in ("rnu", "no run", ""):
        more = Runs.MORE_RUNS(n=3, folder=str(run.path.parent))
        there_are = Runs.RUNS_ARE(
            folder=f"{run.path.parent}/", runs=["3", "4", "5", "6", "run"], more=more
        )
        with raises(Runs.NO_RUN, name=name, there_are=there_are):
            runs.find_run(name, run.path.parent)
    with raises(Runs.NO_RUN, there_are=Runs.NO_RUNS(folder=str(run.path.parent / "none"))):
        runs.find_run("run", run.path.parent / "none")


def test_only_what_has_settings_is_a_run(run, tmp_path):
    assert runs.is_run(run.path)
    assert not runs.is_run(tmp_path)
    assert not runs.is_run(run.path / "config.toml")
    assert not runs.is_run(tmp_path / ("x" * 300))


FILES_AT_THE_END = ["model.keras", "accuracy.png"]
REPORT = json.dumps({"epochs": 3, "seconds": 0.5, "files": FILES_AT_THE_END})


@pytest.fixture
def finished(run):
    for name in (*FILES_AT_THE_END, "report.json"):
        run.write(name, REPORT)
    return run.path


def test_the_report_of_a_finished_run(finished):
    assert runs.finished_report(finished, 3) == {**json.loads(REPORT), "run": str(finished)}
    assert runs.finished_report(finished, 2) is not None
    assert runs.finished_report(finished, 4) is None


@pytest.mark.parametrize("name", [*FILES_AT_THE_END, "report.json"])
def test_a_run_that_lacks_a_file_is_not_finished(name, finished):
    (finished / name).unlink()
    assert runs.finished_report(finished, 3) is None


def test_a_run_with_a_damaged_file_is_not_finished(run, finished):
    run.seal(FILES_AT_THE_END)
    assert runs.finished_report(finished, 3) is not None
    (finished / "model.keras").write_text(REPORT[:-1])
    assert runs.finished_report(finished, 3) is None


@pytest.mark.parametrize(
    "report", ["", "{", "{}", "[]", "3", '{"epochs": "3"}', '{"epochs": null}', REPORT[:10]]
)
def test_a_damaged_report_is_none(report, finished):
    (finished / "report.json").write_text(report)
    assert runs.finished_report(finished, 3) is None


def test_a_run_that_was_stopped_is_finished_whatever_its_epochs(run):
    for name in FILES_AT_THE_END:
        run.write(name, b"")
    run.write("report.json", json.dumps(json.loads(REPORT) | {"stopped": True}))
    assert runs.finished_report(run.path, 100) is not None


def test_a_run_is_checked_before_it_is_resumed(run):
    with raises(Runs.IN_USE):
        runs.check_old(run.path)
    run.write_state({"variable/0": np.ones(1)})
    run.close()
    runs.check_old(run.path)
    (run.path / "state.npz").write_bytes(b"garbage")
    with raises(Runs.BAD_FILE):
        runs.check_old(run.path)
