"""Experiments on what each part of the cell is for: tasks × arms × learning rates × seeds, a table and a verdict."""
