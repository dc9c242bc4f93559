"""`Training`: short epochs run several in one call where nothing is called between them."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.facts import raises
from support.resumable import resumable, resumable_lstm, vectors

from glasscell.errors import TrainingFailed
from glasscell.training.batches import ArrayBatches
from glasscell.training.epoch_graph import PROGRESS, Training
from glasscell.training.sentences import Fitting
from glasscell.training.sharing import SharedGraph


def counting(training):
    """Run all epochs but the first two in one call, and count: the first traces, one is timed."""
    calls, graph = [], training._epochs_graph

    def counted(first, count):
        calls.append(int(count))
        return graph(first, count)

    training._epochs_graph, training._seconds_at_once = counted, 1e9
    return calls


def one_by_one(training, epochs):
    return training.run(
        epochs, [keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None)]
    )


def assert_same_state(one, other):
    assert (one.epoch, one.history) == (other.epoch, other.history)
    one, other = (
        {name: v for name, v in training.state().items() if name != PROGRESS}
        for training in (one, other)
    )
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])


@pytest.mark.parametrize(
    "make", [resumable, pytest.param(resumable_lstm, marks=pytest.mark.long(3))]
)
def test_they_are_the_same_bits_as_one_by_one_and_each_is_heard_of(make):
    together, alone, heard = make(), make(), []
    calls = counting(together)
    together.run(9, on_logs=lambda epoch, logs: heard.append((epoch, logs)))
    assert calls == [1, 1, 7]
    assert_same_state(together, one_by_one(alone, 9))
    assert heard == list(enumerate(alone.history, 1))


@pytest.mark.long(2)
def test_they_end_with_the_epochs_that_were_asked_for_and_go_on_from_there():
    together, alone = resumable(), resumable()
    calls = counting(together)
    for epochs in (2, 5, 5, 11):
        together.run(epochs)
        assert together.epoch == len(together.history) == epochs
    assert calls == [1, 1, 3, 6]
    assert_same_state(together, one_by_one(alone, 11))


@keras.saving.register_keras_serializable(package="tests")
class SpoiltFrom(keras.optimizers.schedules.LearningRateSchedule):
    """A rate that is no number from an update on."""

    def __init__(self, update):
        self.update = update

    def __call__(self, step):
        return tf.where(tf.cast(step, "int32") >= self.update, np.nan, 0.01)

    def get_config(self):
        return {"update": self.update}


def spoilt(update):
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(3, "softmax", kernel_initializer="zeros")]
    )
    model.compile(keras.optimizers.Adam(SpoiltFrom(update)), "sparse_categorical_crossentropy")
    return Training(model, ArrayBatches(*vectors(), batch_size=5))  # 5 updates an epoch


# the first, a middle, the last
IN_SIXTH_EPOCH = [25, *(pytest.param(k, marks=pytest.mark.long(1)) for k in (27, 29))]


@pytest.mark.parametrize("update", IN_SIXTH_EPOCH)
def test_where_one_fails_those_before_it_are_kept_and_it_is_named(update):
    together, alone = spoilt(update), spoilt(update)
    calls = counting(together)
    batch = min(update - 25 + 2, 5)  # the loss of the next shows it; after the last the weights do
    with raises(Fitting.NOT_FINITE, epoch=6, batch=batch, kept=5):
        together.run(9)
    assert calls == [1, 1, 7, 1, 1, 1, 1]
    with raises(Fitting.NOT_FINITE, epoch=6, batch=batch, kept=5):
        one_by_one(alone, 9)
    assert_same_state(together, alone)


@pytest.mark.long(3)
def test_where_one_is_refused_those_before_it_are_kept():
    class Fastidious(Training):
        def _refuse(self, logs):
            if logs["loss"] == fifth:
                raise TrainingFailed(
                    Fitting.NOT_FINITE, epoch=self.epoch + 1, batch=1, kept=self.epoch
                )

    fifth = resumable().run(5).history[-1]["loss"]
    first = resumable()
    together = Fastidious(first.model, first.batches, validation=first.validation, clip_norm=1.0)
    counting(together)
    with raises(Fitting.NOT_FINITE, epoch=5):
        together.run(9)
    assert together.epoch == 4
    assert together.history == resumable().run(4).history


def test_an_interrupt_while_they_are_heard_of_loses_no_epoch_that_is_in_the_history():
    together = resumable()
    counting(together)

    def stop(epoch, logs):
        if epoch == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        together.run(9, on_logs=stop)
    assert_same_state(together.run(9), one_by_one(resumable(), 9))


class OfPython(keras.metrics.Metric):
    """A metric whose result is a number of Python."""

    def update_state(self, *_, **__):
        pass

    def result(self):
        return 1.5


def test_logs_may_be_numbers_of_python():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=[OfPython(name="theirs")])
    training = Training(
        model, ArrayBatches(*vectors(), batch_size=5), measures=lambda: {"ours": 2.5}
    )
    assert [(logs["theirs"], logs["ours"]) for logs in training.run(2).history] == [(1.5, 2.5)] * 2


def test_trainings_that_share_a_graph():
    graph, makes = SharedGraph(), [resumable_without_validation() for _ in range(2)]
    calls = counting(makes[0])
    for training in makes:
        graph.run(training, 7)
    assert calls == [1, 1, 5, 7]
    alone = one_by_one(resumable_without_validation(), 7)
    assert makes[1].history == alone.history


def resumable_without_validation():
    made = resumable()
    return Training(made.model, made.batches, clip_norm=1.0)


def after_six(history):
    """Stop after six epochs, which are known to be the last ones two epochs ahead."""
    return min(2, 6 - len(history))


@pytest.mark.parametrize("at_once", [1e9, 0.0])
def test_they_stop_after_the_epoch_that_the_history_decides(at_once):
    stopped, alone = resumable(), resumable()
    calls = counting(stopped)
    stopped._seconds_at_once = at_once
    stopped.run(12, stops_in=after_six)
    assert stopped.stopped
    assert calls == ([1, 1, 2, 2] if at_once else [1] * 6)
    assert stopped.history == alone.run(6).history
    for one, other in zip(stopped.model.get_weights(), alone.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    stopped.run(12, stops_in=after_six)
    assert stopped.epoch == 6


def test_a_training_that_is_never_to_stop_has_the_same_bits():
    plain, asked = resumable(), resumable()
    assert_same_state(plain.run(7), asked.run(7, stops_in=lambda history: 2))
