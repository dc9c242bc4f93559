"""Experiments on the function of each part of the cell: tasks × arms × learning rates × seeds; tables and verdicts."""
