"""Data input: files, frames, arrays and synthetic tasks become `Sequences`, independent of models.

Tables with a label for each step become a `StepTable`.

>>> import numpy as np
>>> from glasscell.data import Sequences
>>> Sequences.from_list([np.zeros((3, 2)), np.ones((5, 2))], y=["a", "b"]).x.shape
(2, 5, 2)
"""

from glasscell.data.frames import from_frame
from glasscell.data.reading import read, read_in_parts
from glasscell.data.sequences import Sequences
from glasscell.data.steps.step_frame import steps_from_frame
from glasscell.data.steps.step_table import StepTable, read_steps

__all__ = [
    "Sequences",
    "StepTable",
    "from_frame",
    "read",
    "read_in_parts",
    "read_steps",
    "steps_from_frame",
]
