"""Explain a run of the digits: its folder, the explorer, and every gate as a table."""

from glasscell.runs.explained_folder import explaining
from glasscell.runs.series import explanation
from glasscell.runs.series.explanation import lines
from glasscell.runs.tracing import tracing
from glasscell.tasks.digits.trained_run import open_run

__all__ = ["explain", "lines", "look_into", "trace_to"]

look_into = explanation.of_a_path(explanation.look_into, open_run)
explain = explaining(look_into)
trace_to = tracing(open_run)
