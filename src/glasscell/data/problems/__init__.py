"""Synthetic tasks: series and targets made by a rule, so that it is known what a network must remember."""
