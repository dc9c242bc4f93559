"""Experiments on each part of the cell: tasks × arms × rates × seeds; tables and verdicts."""
