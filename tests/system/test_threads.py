import threading

import pytest

from glasscell.system.threads import Stopped, call_each


def test_results_are_in_order_and_news_is_heard_in_the_calling_thread():
    both_run, heard = threading.Barrier(2, timeout=10), []

    def work(item, tell):
        both_run.wait()  # two at once, or this would end with an error
        tell(item, threading.get_ident())
        return -item

    def hear(item, worker):
        heard.append(item)
        assert threading.get_ident() == here != worker

    here = threading.get_ident()
    assert call_each(work, [1, 2, 3, 4], 2, hear) == [-1, -2, -3, -4]
    assert sorted(heard) == [1, 2, 3, 4]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
@pytest.mark.parametrize("raised_by", ["call", "hearer"])
def test_what_is_raised_ends_the_others_and_begins_no_more(error, raised_by):
    begun, ended = [], []

    def work(item, tell):
        begun.append(item)
        if item == "bad" and raised_by == "call":
            raise error
        try:
            while True:
                tell(item)
        except Stopped:
            ended.append(item)
            raise

    def hear(item):
        if raised_by == "hearer":
            raise error

    with pytest.raises(error):
        call_each(work, ["long", "bad", "never"], 2, hear)
    assert "never" not in begun
    assert "long" in ended
    assert not [thread for thread in threading.enumerate() if "ThreadPool" in thread.name]
