"""Synthetic tasks: series and targets made by a rule, so that one knows what a network must remember."""
