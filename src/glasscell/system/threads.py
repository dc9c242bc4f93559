"""Work for several cores at once, in threads whose news is heard in one."""

import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
Tell = Callable[..., None]


class Stopped(Exception):
    """Raised in a thread that begins or tells something after another has failed, so that it ends."""


def call_each(
    function: Callable[[T, Tell], Any], items: Sequence[T], at_once: int, on_news: Callable[..., None]
) -> list[Any]:
    """Return what `function` returns for each item, called for some of them at once, each in a thread.

    Parameters
    ----------
    function : callable
        Takes an item and a function to tell something with.
    items : sequence
    at_once : int
        How many threads there are.
    on_news : callable
        Called in this thread with all that is told, one after the other. What it raises, as a call that fails does,
        ends the others where they next tell something.

    Examples
    --------
    >>> def square(item, tell):
    ...     tell(item, "is squared")
    ...     return item**2
    >>> heard = []
    >>> call_each(square, [2, 3], at_once=2, on_news=lambda *news: heard.append(news))
    [4, 9]
    >>> sorted(heard)
    [(2, 'is squared'), (3, 'is squared')]
    """
    news: SimpleQueue[tuple | Future] = SimpleQueue()
    is_over = threading.Event()

    def tell(*what: Any) -> None:
        if is_over.is_set():
            raise Stopped
        news.put(what)

    def call(item: T) -> Any:
        if is_over.is_set():
            raise Stopped
        try:
            return function(item, tell)
        except BaseException:
            is_over.set()
            raise

    with ThreadPoolExecutor(at_once) as pool:
        calls = [pool.submit(call, item) for item in items]
        try:
            for one in calls:
                one.add_done_callback(news.put)
            waiting = len(calls)
            while waiting:
                heard = news.get()
                if not isinstance(heard, Future):
                    on_news(*heard)
                elif not isinstance(heard.exception(), Stopped):  # what stopped it is still to be heard
                    heard.result()
                    waiting -= 1
        except BaseException:
            is_over.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [one.result() for one in calls]


def count_cores() -> int:
    """Return how many cores this process may use.

    >>> count_cores() >= 1
    True
    """
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
