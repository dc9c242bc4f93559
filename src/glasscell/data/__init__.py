"""Series in: files, data frames, arrays and synthetic tasks, all as `Sequences`. Knows no model.

>>> import numpy as np
>>> from glasscell.data import Sequences
>>> Sequences.from_list([np.zeros((3, 2)), np.ones((5, 2))], y=["a", "b"]).x.shape
(2, 5, 2)
"""

from glasscell.data.frames import from_frame
from glasscell.data.reading import read, read_in_parts
from glasscell.data.sequences import Sequences

__all__ = ["Sequences", "from_frame", "read", "read_in_parts"]
