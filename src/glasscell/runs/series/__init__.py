"""The base of tasks on arrays of series: a trained run that reads, predicts, explains and is loaded."""
