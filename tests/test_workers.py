"""Two real processes on this machine that train one network together."""

import json
import os
import socket
import subprocess
import sysconfig
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_own_data import write_table

from glasscell import own_data
from glasscell.errors import WorkerLost
from glasscell.settings import SeriesSettings

GLASSCELL = str(Path(sysconfig.get_path("scripts")) / "glasscell")
# 37 series of which 31 are trained on: batches of 5, 5, … and a last one of 1, in which the chief has no share
SETTINGS = {"units": 6, "epochs": 40, "batch_size": 5, "clip_norm": 0.05, "class_weight": "balanced", "seed": 1}
OPTIONS = [f"--{name.replace('_', '-')}={v}" for name, v in SETTINGS.items()]
FLOAT32 = {"rtol": 1e-3, "atol": 5e-5}  # Adam divides roundings of 6e-8 by gradients about as small, over 280 updates


def free_ports(n: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def start(rank: int, ports: list[int], *arguments, **options) -> subprocess.Popen:
    """Start process number `rank` of as many as there are ports."""
    cluster = {"worker": [f"127.0.0.1:{port}" for port in ports]}
    env = os.environ | {"TF_CONFIG": json.dumps({"cluster": cluster, "task": {"type": "worker", "index": rank}})}
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([GLASSCELL, "train", *map(str, arguments)], env=env, **(pipes | options))


def weights(run: Path) -> list[np.ndarray]:
    with np.load(run / "state.npz") as state:
        return [state[name] for name in sorted(state.files) if name.startswith("variable/")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("workers")


@pytest.fixture(scope="module")
def table(folder):
    return write_table(folder / "walks.csv", n=37)


@pytest.fixture(scope="module")
def alone(folder, table):
    return Path(own_data.train(SeriesSettings(str(table), **SETTINGS), output_dir=folder / "runs", name="alone")["run"])


@pytest.fixture(scope="module")
def together(folder, table):
    """Train by two processes, each in a folder of its own, and give what both said."""
    ports, processes = free_ports(2), []
    for rank in (0, 1):
        (folder / f"at{rank}").mkdir()
        processes.append(start(rank, ports, table, *OPTIONS, "--name=two", cwd=folder / f"at{rank}"))
    return [(*process.communicate(timeout=120), process.returncode) for process in processes]


def test_two_processes_train_as_one_does(alone, together, folder):
    assert [code for *_, code in together] == [0, 0]
    run = folder / "at0/runs/two"
    for a, b in zip(weights(alone), weights(run), strict=True):
        np.testing.assert_allclose(a, b, **FLOAT32)
    one, two = (pd.read_csv(path / "metrics.csv").drop(columns="seconds") for path in (alone, run))
    np.testing.assert_allclose(one, two, rtol=1e-3, atol=1e-5)
    implementations = [json.loads((path / "environment.json").read_text())["implementation"] for path in (alone, run)]
    assert implementations[0] == implementations[1]


def test_the_chief_alone_writes_and_tells(together, folder):
    (told, notes, _), follower = together
    assert "accuracy" in told
    assert "epoch 40/40" in notes
    assert follower == ("", "", 0)
    assert (folder / "at0/runs/two/report.json").exists()
    assert list((folder / "at1").iterdir()) == []


@pytest.mark.parametrize("victim", [1])
def test_a_worker_killed_is_started_again_and_the_training_goes_on(victim, together, folder, table):
    """Each process is started again by itself as soon as it ends, as Kubernetes does it."""
    ports, ends, running, killed = free_ports(2), {0: [], 1: []}, {}, threading.Event()

    def keep_running(rank):
        while not ends[rank] or (ends[rank][-1] in (WorkerLost.exit_code, -9) and len(ends[rank]) < 5):
            made = (folder / "runs/killed").exists()
            arguments = ["--resume=killed"] if made else [table, *OPTIONS, "--name=killed"]
            process = running[rank] = start(rank, ports, *arguments, cwd=folder)
            with process:
                for line in process.stderr or ():
                    if rank == 0 and line.startswith("epoch 3/") and not killed.is_set():
                        killed.set()
                        running[victim].kill()
            ends[rank].append(process.returncode)

    threads = [threading.Thread(target=keep_running, args=(rank,)) for rank in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert ends[victim][0] == -9
    assert ends[1 - victim][0] == WorkerLost.exit_code
    assert (ends[0][-1], ends[1][-1]) == (0, 0)
    for a, b in zip(weights(folder / "at0/runs/two"), weights(folder / "runs/killed"), strict=True):
        np.testing.assert_array_equal(a, b)


def test_processes_that_do_not_train_on_the_same_say_so(folder, table):
    ports = free_ports(2)
    other = ["--seed=2", *OPTIONS[:-1]]
    processes = [start(0, ports, table, *OPTIONS, cwd=folder), start(1, ports, table, *other, cwd=folder)]
    for process in processes:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 3
        assert err.splitlines()[-1].startswith(
            "glasscell: process 1 of 2 (counted from 0, the chief) has other data or"
        )


@pytest.mark.parametrize(
    ("config", "arguments", "complaint"),
    [
        (
            '{"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "worker", "index": 2}}',
            ["walks.csv"],
            "from 0 to 1",
        ),
        (
            '{"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "worker"}}',
            [],
            "digits are trained by one process",
        ),
    ],
)
def test_a_wrong_place_is_told_in_one_line(config, arguments, complaint, folder):
    done = subprocess.run(
        [GLASSCELL, "train", *arguments],
        env=os.environ | {"TF_CONFIG": config},
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert complaint in done.stderr
    assert done.stderr.count("\n") == 1
