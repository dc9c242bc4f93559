"""From what became of single networks to tables, verdicts, pictures and a page."""
