"""A LiteRT file whose LSTMs compute with whole numbers: weights and h of 8 bits, memory cells of 16.

N series · T time steps · D channels
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from tensorflow.lite.python.convert import mlir_quantize
from tensorflow.lite.python.optimize import calibrator
from tensorflow.lite.tools import flatbuffer_utils

from glasscell.interop.litert.fused import OPERATION, operations_of

CELLS = 19  # the place of the memory cells among the inputs of LiteRT's LSTM
LARGEST = 2**15  # of 16 bits
LEAST = 0.75  # of a memory cell: its scale is a power of two, and from here on that for cells up to 1


def quantise(content: bytes, batches: Iterable[np.ndarray]) -> bytes:
    """Return the file in which LSTMs are of whole numbers; what is around them, which is little, stays float32.

    Parameters
    ----------
    content : bytes
        A file with the fused operation.
    batches : iterable of arrays (N, T, D)
        Raw series such as the file will read: they say how large numbers become.
    """
    calibrated = content
    seen = calibrator.Calibrator(calibrator.add_intermediate_tensors(content))
    for x in batches:
        calibrated = seen.calibrate(lambda x=x: iter([[x]]))  # one by one: then each begins with states of zero
    others = {name for name, *_ in operations_of(content)[1]} - {OPERATION}
    quantised: Any = mlir_quantize(_with_wide_cells(calibrated), denylisted_ops=others)
    return quantised


def _with_wide_cells(calibrated: bytes) -> bytes:
    """Return the file with room for memory cells up to 1 at least: with less, LiteRT's operation computes nonsense."""
    file, operations = operations_of(calibrated)
    for name, graph, one in operations:
        if name == OPERATION and (found := graph.tensors[one.inputs[CELLS]].quantization) is not None:
            found.min, found.max = [min(float(found.min[0]), -LEAST)], [max(float(found.max[0]), LEAST)]
    return bytes(flatbuffer_utils.convert_object_to_bytearray(file))


def largest_cells(content: bytes) -> float:
    """Return beyond which number memory cells are cut; infinity where none are of whole numbers."""
    cells = [graph.tensors[one.inputs[CELLS]] for name, graph, one in operations_of(content)[1] if name == OPERATION]
    scales = [cell.quantization.scale for cell in cells if cell.quantization is not None]
    return LARGEST * min((float(scale[0]) for scale in scales if scale is not None), default=np.inf)
