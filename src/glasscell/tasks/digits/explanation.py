"""A run of the digits looked into: its folder, its page, and every gate as a table."""

from glasscell.runs import explanation
from glasscell.runs.explained_folder import explaining
from glasscell.runs.explanation import lines, look_into, of_a_path
from glasscell.tasks.digits.opened import open_run

__all__ = ["explain", "lines", "trace_to"]

explain = explaining(of_a_path(look_into, open_run))
trace_to = of_a_path(explanation.trace_to, open_run)
