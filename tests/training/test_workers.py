"""Two real processes on this machine that train one network together."""

import json
import os
import re
import socket
import subprocess
import sys
import sysconfig
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from support.facts import raises
from support.walks import write_table

from glasscell.cli import main
from glasscell.errors import WorkerLost
from glasscell.tasks.series import training as series_runs
from glasscell.tasks.series.settings import SeriesSettings
from glasscell.training.sentences import Fitting
from glasscell.training.workers import Workers, share_out

GLASSCELL = str(Path(sysconfig.get_path("scripts")) / "glasscell")
# 37 series of which 31 are trained on: batches of 5, 5, … and a last one of 1, in which the chief
# has no share
SETTINGS = {
    "units": 6,
    "epochs": 40,
    "batch_size": 5,
    "clip_norm": 0.05,
    "class_weight": "balanced",
    "seed": 1,
    "dropout": 0.0,  # what is left to chance is drawn by each process for itself
    "noise": 0.0,
}
OPTIONS = ["--early-stopping", *(f"--{name.replace('_', '-')}={v}" for name, v in SETTINGS.items())]
# a few roundings of 6e-8 over 280 updates; measured: 3e-7 at most
FLOAT32 = {"rtol": 1e-5, "atol": 2e-6}


def free_ports(n: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def start(rank: int, ports: list[int], *arguments, **options) -> subprocess.Popen:
    """Start process number `rank` of as many as there are ports."""
    cluster = {"worker": [f"127.0.0.1:{port}" for port in ports]}
    env = os.environ | {
        "TF_CONFIG": json.dumps({"cluster": cluster, "task": {"type": "worker", "index": rank}})
    }
    pipes = {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
    }
    return subprocess.Popen(
        [GLASSCELL, "train", *map(str, arguments)], env=env, **(pipes | options)
    )


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
    return Path(
        series_runs.train(
            SeriesSettings(str(table), early_stopping=True, **SETTINGS),
            output_dir=folder / "runs",
            name="alone",
        )["run"]
    )


@pytest.fixture(scope="module")
def together(folder, table):
    """Train by two processes, kill the second, and give their output, exit codes and folders.

    Each is started again by itself as soon as it ends, as Kubernetes does it; they share no folder.
    """
    ports, running, killed = free_ports(2), {}, threading.Event()
    said, codes, places = ["", ""], [[], []], [folder / "chief", folder / "follower"]

    def keep_running(rank):
        while not codes[rank] or (
            codes[rank][-1] in (WorkerLost.exit_code, -9) and len(codes[rank]) < 6
        ):
            resumes = (places[rank] / "runs/two").exists()
            arguments = ["--resume=two"] if resumes else [table, *OPTIONS, "--name=two"]
            with start(rank, ports, *arguments, cwd=places[rank]) as process:
                running[rank] = process
                for line in process.stderr:
                    said[rank] += line
                    if rank == 0 and line.startswith("training  epoch 4/") and not killed.is_set():
                        killed.set()
                        running[1].kill()
                said[rank] += process.stdout.read()
            codes[rank].append(process.returncode)

    threads = [threading.Thread(target=keep_running, args=(rank,)) for rank in (0, 1)]
    for place, thread in zip(places, threads, strict=True):
        place.mkdir()
        thread.start()
    for thread in threads:
        thread.join(timeout=200)
    return said, codes, places


@pytest.mark.nightly  # two processes that train as one are CI's
@pytest.mark.long(37)
def test_a_worker_killed_is_started_again_and_the_training_goes_on(together):
    (told, _), codes, _ = together
    assert codes[1][0] == -9
    assert codes[0][0] == WorkerLost.exit_code == 138
    assert (codes[0][-1], codes[1][-1]) == (0, 0)
    found = re.search(
        r"^glasscell: another .* the run is saved after epoch (\d+); resume it with: (.*)$",
        told,
        re.MULTILINE,
    )
    assert int(found[1]) >= 3
    assert found[2] == "glasscell train --resume runs/two"
    assert f"\ntraining  epoch {int(found[1]) + 1}/40" in told[found.end() :]


@pytest.mark.nightly  # it starts processes that wait for each other: half a minute
@pytest.mark.long(4)
def test_two_processes_train_as_one_does(alone, together):
    run = together[2][0] / "runs/two"
    for a, b in zip(weights(alone), weights(run), strict=True):
        np.testing.assert_allclose(a, b, **FLOAT32)
    one, two = (pd.read_csv(path / "metrics.csv").drop(columns="seconds") for path in (alone, run))
    np.testing.assert_allclose(one, two, **FLOAT32)
    implementations = [
        json.loads((path / "environment.json").read_text())["implementation"]
        for path in (alone, run)
    ]
    assert implementations[0] == implementations[1]


@pytest.mark.nightly  # as those that share its processes
@pytest.mark.long(1)
def test_the_chief_alone_writes_and_prints(together):
    (told, follower_told), _, (chief, follower) = together
    assert "training  epoch 40/40" in told
    assert re.search(r"^accuracy [\d.]+ \(\d+/\d+, 95% CI .*\)", told, re.MULTILINE)
    assert (chief / "runs/two/report.json").exists()
    assert list(follower.iterdir()) == []
    assert all(line.startswith("glasscell: another process") for line in follower_told.splitlines())


class OneOf(Workers):
    """One of several workers that are told of the others by the test, not over a network."""

    def __init__(self, rank: int, size: int, digests: tuple[str, ...] = ()):
        self.rank, self.size, self.is_chief, self.digests = rank, size, rank == 0, digests

    def add_up(self, tensors):
        return list(tensors)

    def _add_now(self, v):
        return tf.constant([float(int(digest, 16)) for digest in self.digests], "float64")


@pytest.mark.long(5)
def test_processes_that_do_not_train_on_the_same_say_so():
    OneOf(1, 3, ("aa", "aa", "aa")).agree("aa")
    for rank in range(3):
        with raises(Fitting.CHIEF_HAS_OTHER_DATA, size=3):
            OneOf(rank, 3, ("aa", "ab", "aa")).agree("aa")


@pytest.mark.parametrize("size", [1, 2, 3, 8])
def test_the_shares_of_a_batch_add_up_to_the_whole(size):
    """With sample weights, a regularizer, a weight without gradient, two outputs, empty parts."""
    rng = np.random.default_rng(0)
    x, y, weight = rng.normal(size=(size, 4)), rng.normal(size=(size, 1)), rng.uniform(0, 2, size)
    x, y, weight = (tf.constant(v, "float64") for v in (x, y, weight))
    w, unused = tf.Variable(rng.normal(size=(4, 1))), tf.Variable(1.0)

    def differentiate(x, y, weight):
        with tf.GradientTape() as tape:
            answers = {"one": tf.matmul(x, w), "two": tf.tanh(x)}
            losses = weight * tf.square(answers["one"] - y)[:, 0]
            loss = tf.reduce_mean(losses) + tf.reduce_sum(tf.abs(w))
        return loss, answers, tape.gradient(loss, [w, unused])

    parts = [share_out(OneOf(rank, 3), differentiate)(x, y, weight) for rank in range(3)]
    whole = differentiate(x, y, weight)
    assert [part[2][1] for part in parts] == [None] * 3
    for expected, *shares in zip(
        *(tf.nest.flatten((a, b, c[0])) for a, b, c in (whole, *parts)), strict=True
    ):
        np.testing.assert_allclose(sum(shares), expected, rtol=1e-12, atol=1e-15)


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
            "cannot train the handwritten digits",
        ),
    ],
)
def test_a_wrong_place_is_reported_in_one_line(
    config, arguments, complaint, folder, monkeypatch, capfd
):
    monkeypatch.setenv("TF_CONFIG", config)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["glasscell", "train", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    out, err = capfd.readouterr()
    assert stop.value.code == 2
    assert out == ""
    assert complaint in err
    assert err.count("\n") == 1


@pytest.mark.long(6)
def test_a_port_in_use_is_reported(folder, table):
    with socket.create_server(("", 0)) as taken:
        process = start(0, [taken.getsockname()[1], *free_ports(1)], table, cwd=folder)
        _, err = process.communicate(timeout=120)
    assert process.returncode == 2
    assert err.startswith("glasscell: TF_CONFIG: this process cannot be reached at 127.0.0.1:")
    assert err.count("\n") == 1
