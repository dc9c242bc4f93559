"""A run of the digits looked into: its folder, its page, and every gate as a table."""

from functools import partial

from glasscell.runs import explanation
from glasscell.runs.explained_folder import explaining
from glasscell.runs.explanation import lines
from glasscell.tasks.digits.opened import open_run

__all__ = ["explain", "lines", "trace_to"]

explain = explaining(partial(explanation.look_into, open_run))
trace_to = partial(explanation.trace_to, open_run)
