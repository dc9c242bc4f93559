"""Synthetic tasks: series and targets made by a rule, so that the memory needed is known."""
