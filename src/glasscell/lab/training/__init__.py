"""The networks of an experiment, trained side by side, and what became of them."""
