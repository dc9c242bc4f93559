"""A pytest plugin: Keras's own tests run on our layer, not theirs (see `test_lstm_in_models`)."""

import keras.src.layers

import glasscell
from glasscell.recurrence.kernel import operation

keras.src.layers.LSTM = glasscell.LSTM

served = 0
lstm = operation.lstm


def counted(*args, **how):
    global served
    served += 1
    return lstm(*args, **how)


operation.lstm = counted


def pytest_collection_finish(session):
    modules = {item.module for item in session.items}
    replaced = all(module.layers.LSTM is glasscell.LSTM for module in modules)
    print(f"{len(modules)} modules meet {'glasscell' if replaced else 'Keras'}")


def pytest_sessionfinish(session):
    print(f"the kernel served {served} calls")
