"""Work for several cores in threads that send messages to one."""

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
    """Raised in a thread that starts or sends a message after another has failed, to end it."""


def call_each(
    function: Callable[[T, Tell], Any],
    items: Sequence[T],
    at_once: int,
    on_news: Callable[..., None],
) -> list[Any]:
    """Return the results of `function` for each item, called in several threads.

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
                elif not isinstance(
                    heard.exception(), Stopped
                ):  # the failure that stopped it is yet to come
                    heard.result()
                    waiting -= 1
        except BaseException:
            is_over.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [one.result() for one in calls]


def count_cores() -> int:
    """Return the number of cores that this process may use.

    >>> count_cores() >= 1
    True
    """
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
