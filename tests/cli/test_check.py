"""`glasscell export --check`: earlier glasscell's exports match their runs; changed ones fail."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.command import call, finish, start
from support.facts import raises
from support.saved_exports import EXPORTS
from support.saved_runs import SAVED, images

from glasscell.errors import DataError, ExportDiffers, UsageError
from glasscell.exporters.agreement import row_by_row
from glasscell.exporters.sentences import Exporters
from glasscell.exporters.side_file import sums
from glasscell.runs.run_folder import load_model

FILES = {
    "series": "data/walks_new.csv",
    "tagging": "data/steps_new.csv",
    "forecasting": "sales.csv",
    "language": "data/book_new.txt",
    "digits": "digits.csv",
}
LEFT = {name: Path(run).name for name, (run, *_) in EXPORTS.items() if Path(run).name in FILES}
SHORT = ("series.npz", "language.npz")
# starts runtimes
LONG = [name if name in SHORT else pytest.param(name, marks=pytest.mark.long(4)) for name in LEFT]


@pytest.fixture
def here(tmp_path, monkeypatch):
    for part in ("exports", "runs", "data"):
        shutil.copytree(SAVED / part, tmp_path / part)
    steps = images()
    rows = pd.DataFrame(steps.reshape(-1, 8), columns=[f"column {k}" for k in range(1, 9)])
    ids, times = np.repeat(range(len(steps)), 8), np.tile(range(8), len(steps))
    rows.assign(id=ids, t=times).to_csv(tmp_path / "digits.csv", index=False)
    sales = pd.read_csv(tmp_path / "data/sales_later.csv")
    # the steps ahead, whose covariate is known
    sales.loc[sales.groupby("shop").tail(4).index, "sold"] = np.nan
    sales.to_csv(tmp_path / "sales.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def check(monkeypatch, capfd):
    def check(name, run, *options):
        return call(
            monkeypatch,
            capfd,
            "export",
            "--check",
            name,
            run,
            FILES[Path(run).name],
            "--json",
            *options,
        )

    return check


def change(run: Path) -> None:
    """Let the network of a run predict something else."""
    network = load_model(run, compiled=False)
    weight = [one for one in network.weights if "kernel" in one.path][-1]
    weight.assign(-1.5 * weight)
    network.save(run / "model.keras")


@pytest.mark.parametrize("name", LONG)
def test_what_left_agrees_with_its_run(name, here, check):
    said = check(f"exports/{name}", f"runs/{LEFT[name]}")
    assert (said.code, said.error) == (0, None), said.err
    found = json.loads(said.out)
    assert found["agrees"]
    assert found["checked"]["rows"] > 5
    assert found["checked"]["largest_difference"] < 1e-5


@pytest.mark.parametrize("name", LONG)
def test_one_of_another_network_does_not(name, here, check):
    change(here / "runs" / LEFT[name])
    said = check(f"exports/{name}", f"runs/{LEFT[name]}")
    assert said.code == 5, said.err
    assert isinstance(said.error, ExportDiffers)
    found = json.loads(said.out)
    assert not found["agrees"]
    largest = [row["difference"] for row in found["worst"]]
    assert largest == sorted(largest, reverse=True)
    assert largest[0] == found["checked"]["largest_difference"] > 1e-3
    assert ("step" in found["worst"][0]) == (LEFT[name] in ("tagging", "forecasting", "language"))


@pytest.mark.long(6)  # starts the command four times
@pytest.mark.parametrize(
    ("name", "key"), [("series.npz", ["id"]), ("tagging.onnx", ["id", "step"])]
)
def test_rows_and_differences_are_those_of_predict(name, key, here, monkeypatch, capfd, check):
    run, file = f"runs/{LEFT[name]}", FILES[LEFT[name]]
    assert call(monkeypatch, capfd, "predict", run, file, "-o", "export.csv").code == 0
    change(here / run)
    assert call(monkeypatch, capfd, "predict", run, file, "-o", "run.csv").code == 0
    export, now = (pd.read_csv(f"{one}.csv", dtype={"id": str}) for one in ("export", "run"))
    if "time" in now:
        now["step"] = now.groupby("id", sort=False).cumcount()
    columns = [column for column in now if column.startswith("p(")]
    difference = (export[columns] - now[columns]).abs().max(axis=1)
    worst = difference.nlargest(3).index
    found = json.loads(check(f"exports/{name}", run).out)
    assert found["checked"]["rows"] == len(now)
    assert found["checked"]["labels_that_differ"] == (export["answer"] != now["answer"]).sum()
    for row, place in zip(found["worst"], worst, strict=False):
        assert row["difference"] == pytest.approx(difference[place], abs=2e-6)
        assert [row["series"], *([row["step"]] if "step" in row else [])] == now.loc[
            place, key
        ].tolist()
        assert (row["export"], row["run"]) == (export["answer"][place], now["answer"][place])


@pytest.mark.parametrize(
    "name",
    [name if name in SHORT else pytest.param(name, marks=pytest.mark.long(2)) for name in LEFT],
)
def test_a_damaged_one_is_a_bad_file(name, here, check):
    file = here / "exports" / name
    file = next(file.glob("*[cl].[cp]*")) if file.is_dir() else file
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    said = check(f"exports/{name}", f"runs/{LEFT[name]}")
    assert said.code == 3, said.out
    assert isinstance(said.error, DataError)


def test_what_has_changed_is_named(here, check):
    file, about = Path("exports/series.npz"), Path("exports/series.npz.json")
    run = Path("runs/series")
    told = json.loads(about.read_text())
    about.write_text(json.dumps(told | {"sha256": sums(file, run)}))
    assert "SHA-256" not in check(file, run).err
    (run / "data.json").write_text((run / "data.json").read_text() + " ")
    arrays = dict(np.load(file))
    np.savez_compressed(file, **arrays)
    said = check(file, run)
    parts = [Exporters.ITS_DATA(), Exporters.ITS_FILE()]
    assert said.code == 0
    assert str(Exporters.OTHER_SUMS.warning(file=str(about), parts=parts)) in " ".join(
        said.err.split()
    )
    about.unlink()
    assert str(Exporters.NO_SIDE_FILE.warning(file=str(about))) in " ".join(
        check(file, run).err.split()
    )


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("series.npz", {"labels": ["up", "down"]}),
        ("series.npz", {"channels": ["v", "u"]}),
        ("language.npz", {"characters": "zyx"}),
        pytest.param(
            "tagging.onnx", {"labels": ["b", "a"]}, marks=pytest.mark.long(3)
        ),  # starts a runtime
        pytest.param("forecasting.onnx", {"quantiles": [0.2, 0.5, 0.8]}, marks=pytest.mark.long(3)),
    ],
)
def test_a_side_file_with_other_names_does_not_agree(name, named, here, check):
    about = Path(f"exports/{name}.json")

    def renamed(told):
        return {k: named.get(k, renamed(v) if isinstance(v, dict) else v) for k, v in told.items()}

    before = json.loads(about.read_text())
    about.write_text(json.dumps(renamed(before)))
    assert renamed(before) != before
    said = check(f"exports/{name}", f"runs/{LEFT[name]}")
    assert said.code == 5
    assert json.loads(said.out)["other_names"] == [*named]
    assert str(
        Exporters.OTHER_NAMES(run=f"runs/{LEFT[name]}", side_file=about, names=[*named])
    ) in str(said.error)


@pytest.mark.parametrize("text", ["[]", "{", '{"format": "other"}'])
def test_a_side_file_that_is_damaged_is_a_bad_file(text, here, check):
    about = Path("exports/series.npz.json")
    about.write_text(text)
    said = check("exports/series.npz", "runs/series")
    assert said.code == 3
    assert f"{about}: {Exporters.BAD_SIDE_FILE()}" in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--check", "exports/series.npz", "runs/series"],
        ["runs/series", "data/walks_new.csv"],
        ["--check", "exports/series.npz", "runs/series", "data/walks_new.csv", "-o", "a.npz"],
        ["--check", "exports/series.npz", "runs/series", "data/walks_new.csv", "--overwrite"],
        ["--check", "data", "runs/series", "data/walks_new.csv"],
    ],
)
def test_what_cannot_be_asked_is_wrong_usage(arguments, here, monkeypatch, capfd):
    said = call(monkeypatch, capfd, "export", *arguments)
    assert said.code == 2
    assert isinstance(said.error, UsageError)


def test_an_answer_of_one_alone_is_infinitely_far():
    nan = [np.nan, np.nan]
    rows = row_by_row(
        np.array([nan, nan, [1.0, 0.0]]), np.array([nan, [0.5, 0.5], [0.4, 0.6]]), 1.0, ("a", "b")
    )
    assert rows.difference.tolist() == [0.0, np.inf, 0.6]
    assert (rows.network.tolist(), rows.export.tolist()) == (["", "a", "b"], ["", "", "a"])
    with raises(Exporters.OTHER_OUTPUTS):
        row_by_row(np.zeros((3, 1)), np.zeros((3, 2)), 1.0)


@pytest.mark.long(20)
def test_the_real_command_prints_a_table_and_exits_with_5(here):
    """Only a process has an exit code of its own."""
    arguments = ["export", "--check", "exports/series.npz", "runs/series", "data/walks_new.csv"]
    said = finish(start(*arguments, cwd=here))
    assert said.code == 0, said.err
    assert "labels that differ" in said.out
    change(here / "runs/series")
    said = finish(start(*arguments, cwd=here))
    assert said.code == 5
    assert "rows that differ most" in said.out
    assert "does not agree with runs/series" in said.err
