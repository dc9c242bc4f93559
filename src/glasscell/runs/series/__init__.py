"""The base of tasks on arrays of series: a trained run, loaded, asked and explained."""
