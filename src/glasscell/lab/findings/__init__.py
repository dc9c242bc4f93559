"""From the outcomes of single networks to tables, verdicts, figures and a page."""
