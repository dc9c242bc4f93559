"""A forecaster's training: the same bits again and after a stop, causal, and shift-invariant."""

from contextlib import nullcontext

import numpy as np
import pandas as pd
import pytest
from support.facts import raises

from glasscell.errors import TrainingFailed
from glasscell.tasks.forecasting.baselines.naive import Baseline, choose_baseline
from glasscell.tasks.forecasting.model.forecasts import correct, surprise
from glasscell.tasks.forecasting.model.windows import Framing
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.panel import cut_off
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.selection import trials
from glasscell.tasks.forecasting.selection.choice import select
from glasscell.tasks.forecasting.selection.plan import ForecastOptions
from glasscell.tasks.forecasting.selection.validation import first_held_out
from glasscell.tasks.forecasting.sentences import ForecastEstimators

HOW = {"horizon": 3, "units": 4, "epochs": 4, "batch_size": 32, "learning_rate": 0.02, "seed": 5}


def frame_of(scale=1.0, shift=0.0):
    rng, parts = np.random.default_rng(0), []
    for name, length in (("a", 60), ("b", 35), ("c", 20)):
        y = 5 * np.sin(np.arange(length) / 2) + 0.5 * rng.normal(size=length)
        parts.append(pd.DataFrame({"unique_id": name, "ds": range(length), "y": scale * y + shift}))
    return pd.concat(parts)


def chosen(panel, **options):
    """Return the forecaster of a panel, whose network is not trained."""
    return select(panel, ForecastOptions(**HOW | options))


@pytest.fixture(scope="module")
def panel():
    return from_frame(frame_of())


@pytest.fixture(scope="module")
def trained(panel):
    forecaster = chosen(panel, base="last value")
    forecaster.training.run(forecaster.epochs)
    return forecaster


@pytest.mark.long(3)
def test_a_stopped_training_resumes_with_the_same_bits_and_later_values_touch_no_forecast(
    panel, trained
):
    resumed = chosen(panel, base="last value").training.run(2)
    other = chosen(panel, base="last value")
    other.training.restore(resumed.state())
    other.training.run(4)
    answer = trained.forecast(panel)
    assert np.array_equal(answer, other.forecast(panel))
    assert other.training.history == trained.training.history
    assert other.validation == trained.validation
    assert trained.validation is not None
    # a sine after the last value
    assert trained.validation.network_error < trained.validation.baseline_error
    assert answer.shape == (3, 3, 3)
    assert (np.diff(answer, axis=-1) > 0).all()

    early = cut_off(panel, 4)
    before, bits = (
        trained.forecast(early),
        surprise(trained.network, trained.framing, panel, HOW_AT),
    )
    for back in range(1, 5):
        changed = [values.copy() for values in panel.values]
        for values in changed:
            values[-back] += 1000.0
        other_panel = from_frame(frame_of().assign(y=np.concatenate(changed)))
        assert np.array_equal(before, trained.forecast(cut_off(other_panel, 4)))
        changed_bits = surprise(trained.network, trained.framing, other_panel, HOW_AT)
        for one, now in zip(bits, changed_bits, strict=True):
            assert np.array_equal(one[:-back], now[:-back], equal_nan=True)
            assert now[-back] > 50  # bits: nobody would have expected it
    known = np.concatenate([one[~np.isnan(one)] for one in bits])
    assert len(known) == 60 + 35 + 20 - 9
    assert 0.7 < known.mean() < 2.9  # 1.44 where the quantiles are right


@pytest.mark.long(6)  # it trains: only a search has two candidates
def test_what_validation_shows_is_called_the_same_from_first_to_last():
    rising = np.arange(60.0) + np.random.default_rng(0).normal(size=60)
    panel, logs = from_frame(pd.DataFrame({"ds": range(60), "y": rising})), []
    forecaster = select(
        panel,
        ForecastOptions(**HOW | {"epochs": 2}),
        lambda total: lambda done, shown: logs.append((total, done, *shown)),
    )
    assert len({trial.base for trial in forecaster.trials}) > 1
    assert logs == [(len(logs), done + 1, "loss") for done in range(len(logs))]


@pytest.mark.long(20)
def test_networks_on_trial_know_nothing_of_what_they_are_validated_on(panel, monkeypatch):
    """Whichever held-out value changes, the network is the same, and so are its earlier forecasts.

    Only the real search shows that nothing of it enters by the windows' scales, the start or the
    widths.
    """
    validated = []

    def spy(network, later):
        weights = [np.asarray(one) for one in network.weights]
        validated.append((weights, later, correct(network, later)))
        return validated[-1][-1]

    def validate(of_panel):
        chosen(of_panel, base="last value", epochs=2)
        return validated.pop()

    monkeypatch.setattr(trials, "correct", spy)
    weights, later, added = validate(panel)
    begins = first_held_out(list(map(len, panel.values)), HOW["horizon"])
    assert [len(values) - begin for values, begin in zip(panel.values, begins, strict=True)] == [
        12,
        7,
        4,
    ]
    for back in range(1, 13):
        changed = [values.copy() for values in panel.values]
        for values, begin in zip(changed, begins, strict=True):
            if len(values) - back >= begin:
                values[-back] += 1000.0
        now, later_now, added_now = validate(
            from_frame(frame_of().assign(y=np.concatenate(changed)))
        )
        assert all(
            np.array_equal(one, other, equal_nan=True)
            for one, other in zip(weights, now, strict=True)
        )
        before = later.origin < np.array(list(map(len, panel.values)))[later.series] - back
        assert np.array_equal(added[before], added_now[before])
        assert not np.array_equal(later.target, later_now.target, equal_nan=True)


def test_a_loss_far_from_that_of_the_baseline_is_a_failure_though_it_is_finite(panel):
    with raises(ForecastEstimators.LOSS):
        chosen(panel, base="last value", learning_rate=1e30, units=1)


@pytest.mark.parametrize(("loss", "fails"), [(900.0, False), (1e6, True), (2e6, True)])
def test_how_far_off_is_a_failure(panel, loss, fails):
    forecaster = chosen(panel, base="last value", epochs=0)
    with pytest.raises(TrainingFailed) if fails else nullcontext():
        forecaster.training._refuse({"loss": loss})


HOW_AT = (0.1, 0.5, 0.9)


@pytest.mark.long(2)  # a training of its own
def test_what_is_trained_on_a_series_elsewhere_forecasts_there(panel, trained):
    moved = from_frame(frame_of(-2.0, 300.0))
    assert chosen(moved, base="last value", logs=False).framing.baseline == Baseline()
    there = trained.forecast(from_frame(frame_of(4.0, -70.0)))
    # a series read by the same network: only the rounding of float32 in what it reads is left
    np.testing.assert_allclose(there, 4.0 * trained.forecast(panel) - 70, atol=1e-3)


@pytest.mark.long(6)  # three trainings, each traced anew
def test_a_drift_over_half_of_its_steps_is_tried_too_and_the_better_is_taken():
    rng = np.random.default_rng(3)
    walks = [
        pd.DataFrame({"unique_id": k, "ds": range(24), "y": np.cumsum(1 + rng.normal(size=24))})
        for k in range(6)
    ]
    panel = from_frame(pd.concat(walks))
    forecaster = chosen(panel, epochs=1)
    errors = forecaster.plan.baseline_errors
    assert min(errors, key=errors.__getitem__).startswith("drift")
    assert choose_baseline(panel.values, 3)[0] == Baseline(8)
    assert forecaster.framing.baseline == Baseline(4)
    assert forecaster.training.run(1).epoch == 1
    same = chosen(panel, base=forecaster.framing.baseline, epochs=1)
    same.training.run(1)
    assert (
        same.training.history == forecaster.training.history
    )  # given the base that was taken, nothing else differs


def test_a_base_in_logarithms_may_be_named_where_values_have_some():
    rising = from_frame(pd.DataFrame({"ds": range(8), "y": 1.5 ** np.arange(8.0)}))
    forecaster = chosen(rising, base="drift over 3 steps in logarithms")
    assert forecaster.framing.baseline == Baseline(3, logs=True)
    from_zero = from_frame(pd.DataFrame({"ds": range(8), "y": range(8)}))
    with raises(Panels.NO_LOGARITHM, value=0):
        chosen(from_zero, base="drift over 3 steps in logarithms")


def test_a_surprise_needs_quantiles_on_both_sides():
    five = from_frame(pd.DataFrame({"ds": range(5), "y": [1.0, 2, 3, 5, 4]}))
    with raises(ForecastEstimators.ONE_SIDED, quantiles=[0.5]):
        surprise(lambda windows: windows, Framing(1, 3, 1, Baseline()), five, (0.5,))


def test_of_too_little_nothing_is_learnt():
    five = from_frame(pd.DataFrame({"ds": range(5), "y": [1.0, 2, 3, 5, 4]}))
    forecaster = chosen(five, horizon=8)
    assert forecaster.epochs == 0
    assert forecaster.reason == ForecastEstimators.FEW_WINDOWS(n=0, fewest=16, unsure=None)
    answer = forecaster.forecast(five)
    np.testing.assert_allclose(
        answer[0, :, 1], forecaster.framing.baseline.forecast(np.array([1.0, 2, 3, 5, 4]), 8)
    )
    assert np.isfinite(answer).all()
    one = from_frame(pd.DataFrame({"ds": [1], "y": [7.0]}))
    forecaster = chosen(one)
    assert forecaster.reason == ForecastEstimators.FEW_WINDOWS(
        n=0, fewest=16, unsure=ForecastEstimators.UNSURE()
    )
    answer = forecaster.forecast(one)
    assert (answer[..., 1] == 7).all()
    assert np.isnan(answer[..., [0, 2]]).all()  # nothing is known of how far it may be off


def test_what_cannot_be_is_refused_in_a_sentence(panel):
    with raises(ForecastEstimators.NO_BASE_WITHOUT_SEASON, base="seasonal naive"):
        chosen(panel, base="seasonal naive")
    with raises(Panels.NO_LOGARITHM, series="a"):
        chosen(panel, logs=True)
    frame = frame_of().assign(promo=1.0)
    with_promo = from_frame(frame, known=["promo"])
    forecaster = chosen(with_promo, epochs=0)
    with raises(ForecastEstimators.NOT_KNOWN_AHEAD, series="a", columns=("promo",), horizon=3, n=0):
        forecaster.forecast(with_promo)
