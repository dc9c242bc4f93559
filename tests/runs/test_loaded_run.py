import json
import shutil
import warnings

import numpy as np
import pandas as pd
import pytest
from support.facts import raises, warns
from support.gestures import train_gestures, write_gestures

from glasscell import load_run
from glasscell.data import Sequences, read
from glasscell.data.checks.sentences import Doubts
from glasscell.data.sentences import Reading
from glasscell.inference.sentences import Inputs
from glasscell.runs.sentences import Runs
from glasscell.tasks.series.trained_run import open_run
from glasscell.training.prediction import predict_series


@pytest.fixture(scope="module")
def folder(tmp_path_factory, undraw):
    """Make a folder with files of series, and a run of each kind."""
    folder = tmp_path_factory.mktemp("loaded")
    for name, labels in (("run", "classes"), ("slopes", "numbers")):
        file = write_gestures(folder / f"{name}.csv", labels=labels)
        with undraw():
            train_gestures(file, folder, name, bidirectional=name == "run", early_stopping=False)
    return folder


@pytest.mark.parametrize("form", ["array", "list", "older"])
def test_it_answers_as_the_network_does(form, folder, tmp_path):
    if form == "older":
        (shutil.copytree(folder / "run", tmp_path / "run") / "network.npz").unlink()
    run = load_run(tmp_path / "run" if form == "older" else "run", folder)
    x = read(folder / "run.csv").x
    given = (
        [series[~np.isnan(series).all(1)].astype("float64") for series in x]
        if form == "list"
        else x
    )
    wanted = predict_series(open_run(folder / "run").network, x)
    np.testing.assert_allclose(run.predict_proba(given), wanted, rtol=0, atol=1e-6)
    assert run.predict(given).tolist() == run.classes_[wanted.argmax(1)].tolist()
    assert (run.answered_by == "tensorflow") == (form == "older")


def test_what_a_masked_array_hides_is_missing(folder):
    run, x = load_run(folder / "run"), read(folder / "run.csv").x[:3]
    hidden = np.ma.masked_invalid(x)
    hidden.data[:, 1] = -999
    hidden[:, 1] = np.ma.masked
    x[:, 1] = np.nan
    np.testing.assert_array_equal(run.predict_proba(hidden), run.predict_proba(x))
    np.testing.assert_array_equal(run.predict_proba(list(hidden)), run.predict_proba(x))


def test_a_data_frame_is_read_as_the_file_of_the_run(folder):
    run = load_run(folder / "run")
    frame = pd.read_csv(folder / "run.csv")
    wanted = run.predict_proba(read(folder / "run.csv"))
    mixed = frame[frame.columns[::-1]].assign(more=1.0)
    for given in (
        frame,
        mixed,
        frame.assign(label=None),
        frame.drop(columns="label").set_index("id"),
    ):
        np.testing.assert_array_equal(run.predict_proba(given), wanted)
    with raises(Reading.OTHER_CHANNELS, found=("w", "v")):
        run.predict(frame.rename(columns={"u": "w"}))


def test_numbers_have_no_probabilities(folder):
    run = load_run(folder / "slopes")
    x = read(folder / "slopes.csv").x
    wanted = predict_series(open_run(folder / "slopes").network, x)[:, 0]
    np.testing.assert_allclose(run.predict(x), wanted, rtol=3e-7, atol=1e-6 * np.std(wanted))
    with raises(Runs.NO_PROBABILITIES, file=str(folder / "slopes")):
        run.predict_proba(x)


def test_a_series_without_a_value_has_the_prior_and_a_warning(folder):
    run = load_run(folder / "run")
    x = read(folder / "run.csv").x[:3].copy()
    x[1] = np.nan
    empty = Reading.EMPTY_ROWS(some=1, n=3, array="X", rows=["X[1]"])
    with warns(Runs.ANSWERED_BY_AVERAGE, empty=empty):
        answers = run.predict_proba(x)
    np.testing.assert_allclose(answers[1], open_run(folder / "run").prior, rtol=1e-6)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(answers[::2], run.predict_proba(x[::2]))


@pytest.mark.parametrize("empty", [[], np.zeros((0, 2))])
def test_a_series_without_a_step_has_the_prior_and_no_series_no_predictions(folder, empty):
    run, x = load_run(folder / "run"), read(folder / "run.csv").x[0]
    x = x[~np.isnan(x).all(1)]
    prior = open_run(folder / "run").prior
    with warns(Runs.ANSWERED_BY_AVERAGE):
        np.testing.assert_allclose(run.predict_proba([x, empty, x[:3]])[1], prior, rtol=1e-6)
    with warns(Runs.ANSWERED_BY_AVERAGE):
        np.testing.assert_allclose(run.predict_proba(np.zeros((3, 0, 2))), [prior] * 3, rtol=1e-6)
    for none in ([], np.zeros((0, 5, 2))):
        assert (run.predict_proba(none).shape, run.predict(none).shape) == ((0, len(prior)), (0,))


@pytest.mark.parametrize(
    ("X", "code", "values"),
    [
        (
            np.zeros((3, 5, 4)),
            Runs.OTHER_SHAPE,
            {"shape": (3, 5, 4), "width": 2, "channels": ("u", "v")},
        ),
        (3, Reading.NO_FORM, {}),
        ([np.zeros((3, 2)), np.zeros((3, 1))], Reading.SHAPE, {"series": 1}),
        (np.full((2, 3, 2), np.inf), Inputs.VALUE_TOO_LARGE, {"step": 1, "channel": "u"}),
        (
            np.float32([[[0, 0]], [[0, 3e38]]]),
            Inputs.VALUE_TOO_LARGE,
            {"step": 1, "channel": "v"},
        ),
    ],
)
def test_what_is_no_series_is_refused(X, code, values, folder):
    with raises(code, **values):
        load_run(folder / "run").predict(X)


def test_a_run_that_is_not_there_or_damaged_is_reported(folder, tmp_path):
    with raises(Runs.NO_RUN, name="nothing"):
        load_run("nothing", folder)
    shutil.copytree(folder / "run", tmp_path / "run")
    (tmp_path / "run/network.npz").write_bytes(b"")
    with warns(Runs.BY_TENSORFLOW):
        assert load_run(tmp_path / "run").predict(read(folder / "run.csv").x[:1]).shape == (1,)


def test_classes_that_contradict_the_rest_are_damage(folder, tmp_path):
    shutil.copytree(folder / "run", tmp_path / "run")
    about = json.loads((tmp_path / "run/data.json").read_text("utf-8"))
    (tmp_path / "run/data.json").write_text(json.dumps(about | {"classes": None}))
    (tmp_path / "run/SHA256SUMS").unlink()  # by which it would be found before
    with raises(Runs.BAD_FILE, file=str(tmp_path / "run/data.json")):
        load_run(tmp_path / "run")


def test_other_lengths_are_warned_of_in_series_that_were_read_and_not_in_arrays(folder):
    run, frame = load_run(folder / "run"), pd.read_csv(folder / "run.csv")
    shorter = frame.groupby("id", sort=False).head(3)
    shorter.to_csv(folder / "shorter.csv", index=False)
    for given in (shorter, read(folder / "shorter.csv"), folder / "shorter.csv"):
        with warns(Doubts.SHORTER):
            run.predict(given)
    for given in (frame, read(folder / "shorter.csv").x):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            run.predict(given)


def test_another_unit_is_warned_of_in_the_words_of_the_commands(folder):
    run, x = load_run(folder / "run"), read(folder / "run.csv").x
    with warns(Doubts.OTHER_SCALE) as caught:
        run.predict(x * np.float32([1000, 1]))
    note = caught[0].message.note
    assert (note.subject, float(note.values["factor"])) == ("u", pytest.approx(1000, rel=0.01))


@pytest.mark.filterwarnings("ignore:.* in training")
@pytest.mark.parametrize("form", ["new", "older"])
def test_a_stream_answers_the_series_so_far(form, folder, tmp_path):
    path = shutil.copytree(folder / "slopes", tmp_path / "slopes")
    if form == "older":
        (path / "network.npz").unlink()
    run, x = load_run(path), np.random.default_rng(0).normal(size=(1, 6, 2))
    stream = run.stream()
    answers = [stream.step(x[:, t])[0, 0] for t in range(6)]
    np.testing.assert_allclose(
        answers, [run.predict(x[:, : t + 1])[0] for t in range(6)], rtol=1e-6, atol=1e-5
    )


@pytest.mark.nightly  # test_answers.py has runs with offsets
@pytest.mark.long(4)
def test_what_was_read_is_given_whole_whatever_was_subtracted(tmp_path):
    import pandas as pd

    write_gestures(tmp_path / "near.csv")
    far = pd.read_csv(tmp_path / "near.csv")
    channel = read(tmp_path / "near.csv").channels[0]
    far[channel] += 1e9
    far.to_csv(tmp_path / "far.csv", index=False)
    run = load_run(train_gestures(tmp_path / "far.csv", tmp_path, "run"))
    series = read(tmp_path / "far.csv")
    assert series.offsets
    answers = run.predict_proba(series)
    np.testing.assert_allclose(run.predict_proba(series.x + series.offset), answers, atol=1e-6)
    other = read(tmp_path / "far.csv", offsets=dict.fromkeys(series.offsets, 1e9 + 0.5))
    # float32 holds 0.5 + signal
    np.testing.assert_allclose(run.predict_proba(other), answers, atol=1e-5)
    with warns(Runs.OFFSET_GONE):
        run.predict(series.x)


def test_other_channels_are_refused_by_name(folder):
    from dataclasses import replace

    series = read(folder / "run.csv")
    named = replace(series, channels=tuple(f"not {name}" for name in series.channels))
    with raises(Runs.OTHER_CHANNELS, found=named.channels, expected=series.channels):
        load_run(folder / "run").predict(named)


@pytest.mark.parametrize("form", ["today's", "older"])
def test_numbers_that_mean_no_value_are_gaps_however_they_come(form, folder, tmp_path):
    run = shutil.copytree(folder / "slopes", tmp_path / "run")
    gaps = read(folder / "slopes.csv").x[:4].astype("float64")
    gaps[1:3, 2:4, 1] = np.nan
    wanted = load_run(run).predict(gaps)
    (run / "config.toml").write_text(
        (run / "config.toml").read_text() + "\nmissing = [-999.0, 0.1]\n"
    )
    (run / "state.npz").unlink()  # it tells that they were not trained with
    if form == "older":
        (run / "network.npz").unlink()
    loaded = load_run(run)
    x = np.where(np.isnan(gaps), np.resize([-999.0, 0.1], gaps.shape), gaps)
    for given in (
        x,
        x.astype("float32"),
        [*x[:3], x[3, :1]],
        Sequences.from_list(list(x), channels=["u", "v"]),
    ):
        np.testing.assert_allclose(loaded.predict(given)[:3], wanted[:3], rtol=2e-6)
    stream = loaded.stream(4)
    answers = [stream.step(step) for step in x.swapaxes(0, 1)]
    np.testing.assert_allclose(answers[-1][:, 0], wanted, rtol=2e-6)
